"""Assessments in the forms of `peelrules grade`: one, or several one after the other."""

from peelrules.model.problems import UnknownNameError
from peelrules.report import csv, json, judgments, outline, workbook
from peelrules.report.given import Assessments, several


def text_report(assessments: Assessments, width: int = 80) -> str:
    """What a terminal of *width* columns shows, without colour."""
    return outline.text(judgments.of(several(assessments), full=False), width)


def markdown_report(assessments: Assessments) -> str:
    """Markdown, for a meeting paper or a code host."""
    return outline.markdown(judgments.of(several(assessments), full=True))


def csv_report(assessments: Assessments, table: str = "judgments") -> str:
    """CSV, for a spreadsheet.

    Args:
        table: what has a row each: `judgments`, `characteristics` or `findings`.

    Raises:
        UnknownNameError: there is no such table. It is a `KeyError`.
    """
    if table not in csv.TABLES:
        raise UnknownNameError("table", table, csv.TABLES)
    return csv.render(several(assessments), table)


def json_report(assessments: Assessments) -> str:
    """JSON, as `peelrules schema assessment` describes it: an object for one assessment, a list for several."""
    return json.render(several(assessments))


def workbook_report(assessments: Assessments) -> bytes:
    """A workbook (`.xlsx`) made to be read: grades with their reasons first, then what they rest on."""
    return workbook.render(several(assessments))
