"""Workbooks on the desk: their evidence is written as YAML while it is changed, and goes back when it is saved."""

from pathlib import Path

from peelrules.documents.evidence import load_published_beside
from peelrules.documents.reading import document_of
from peelrules.documents.rewriting import written
from peelrules.documents.workbook.layout import PUBLISHED
from peelrules.documents.workbook.writing import workbook_of
from peelrules.model.evidence import Evidence
from peelrules.model.problems import ArgumentError, DocumentError, PeelrulesError
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook


class UnsoundError(PeelrulesError):
    """A workbook takes evidence without faults only."""


def text_in(workbook: Path) -> str:
    """The evidence of a workbook, as an evidence file would have it.

    Raises:
        DocumentError: it cannot be read, or some of it cannot be told.
    """
    document = document_of(workbook)
    if document.faults:
        raise DocumentError(document.faults)
    return written(document.value)


def content_of(evidence: Evidence | None, rulebook: Rulebook | None, workbook: Path) -> bytes:
    """Evidence as the content of a workbook, with what was published as the workbook had it before.

    Raises:
        UnsoundError: there is a fault in the evidence, or a text is too long for a cell.
    """
    if evidence is None or rulebook is None:
        message = "a workbook is saved once nothing is left to mend; until then, what you write is kept in the draft"
        raise UnsoundError(message)
    try:
        return workbook_of(evidence, rulebook.framework, _published(workbook, rulebook))
    except ArgumentError as error:
        raise UnsoundError(str(error)) from None


def _published(workbook: Path, rulebook: Rulebook) -> Published | None:
    """What the workbook says was published; None where it has nothing of that.

    Raises:
        UnsoundError: there is a fault in it, so that it would be lost.
    """
    try:
        return load_published_beside(workbook, rulebook) if workbook.exists() else None
    except DocumentError as error:
        message = f"the sheet {PUBLISHED} has faults, and would be lost; mend it in the workbook: {error.problems[0]}"
        raise UnsoundError(message) from None
