"""Assessments as one HTML file that needs nothing else: no network, no other file, and no JavaScript to be read."""

from peelrules.report.html.force import ForceReport
from peelrules.report.html.page import MARK, render
from peelrules.report.html.whole import html_report

__all__ = ["MARK", "ForceReport", "html_report", "render"]
