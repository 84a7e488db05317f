"""Renderings of assessments as text. Each takes assessments and returns a string; none prints."""
