"""Which sheets a workbook of evidence has, and what their columns are called."""

from collections.abc import Mapping

from peelrules.documents.grid import FIELDS, FURTHER

GUIDE, INSPECTION, SOURCES, FINDINGS, PUBLISHED = "Guide", "Inspection", "Sources", "Findings", "Published"
CHARACTERISTICS, WORDS = "Characteristics", "Words"
SHEETS = (GUIDE, INSPECTION, SOURCES, FINDINGS, PUBLISHED, CHARACTERISTICS, WORDS)

ABOUT: Mapping[str, tuple[str, ...]] = {
    "force": ("force",),
    "framework": ("framework",),
    "inspection": ("inspection",),
    "published_title": ("source", "title"),
    "published_publisher": ("source", "publisher"),
    "published_on": ("source", "published"),
    "published_at": ("source", "url"),
}
"""The rows of the sheet Inspection, and where in a document each stands: the first three in evidence and in what was
published, the others in what was published alone."""
OF_EVIDENCE = ("force", "framework", "inspection")
WORK: Mapping[str, str] = {
    "document": "key",
    "title": "title",
    "publisher": "publisher",
    "published": "published",
    "address": "url",
}
"""The columns of the sheet Sources."""
OUTCOME = ("what", "core_question", "grade", "characteristic", "title", "place")
"""The columns of the sheet Published."""
GRADE, PENDING = "grade", "pending"
BOXES: Mapping[str, str] = {
    "area for improvement": "areas_for_improvement",
    "cause of concern": "causes_of_concern",
    "innovative practice": "innovative_practice",
}
"""What the column *what* may say besides, and the list in which it stands."""
LEAST = 3
"""Columns for characteristics that there are for every finding."""


def heading(column: str) -> str:
    """A column as people read it; `column` reads it back."""
    return column.replace("_", " ").capitalize()


def column(written: str) -> str:
    """The column that a heading stands for, whatever its capitals and spaces."""
    return "_".join(written.casefold().replace("_", " ").split())


def finding_columns(most: int) -> list[str]:
    """The columns of the sheet Findings where findings bear on up to so many characteristics."""
    further = [f"bears_on_{number}" for number in range(2, max(most, LEAST) + 1)]
    return [name for field in FIELDS for name in (field, *(further if field == "bears_on" else ()))]


def is_finding_column(name: str) -> bool:
    return name in FIELDS or FURTHER.fullmatch(name) is not None


def cell(row: int, at: int) -> str:
    """How a spreadsheet calls a cell; row and column are counted from 1."""
    letters = ""
    while at:
        at, letter = divmod(at - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
