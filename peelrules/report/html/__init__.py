"""Assessments as one HTML file that needs nothing else: no network, no other file, and no JavaScript to be read."""

from peelrules.report.html.force import ForceReport
from peelrules.report.html.page import MARK, render

__all__ = ["MARK", "ForceReport", "render"]
