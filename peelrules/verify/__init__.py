"""Checks of rulebooks and evidence beyond their shape: what rules can never do, and codings that look odd."""
