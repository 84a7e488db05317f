"""Documents from files of every kind: the one place that tells a kind by the name or by what is in it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from peelrules.documents import csv, json, yaml
from peelrules.documents.files import bytes_of, name_of, text_of
from peelrules.documents.yaml import Document
from peelrules.model.problems import DocumentError, Problem

Parser = Callable[[str, str], Document]

_PARSERS: Mapping[str, Parser] = {
    ".yaml": yaml.parse,
    ".yml": yaml.parse,
    ".json": json.parse,
    ".csv": csv.parse,
}
ENDINGS = tuple(_PARSERS)
"""How the names of files end of which the kind is known by it."""


WORKBOOKS = (".xlsx", ".ods")
_LIKE_WORKBOOKS = (".xls", ".xlsb", ".xlsm", ".xlt", ".xltm", ".xltx", ".numbers", ".ots", ".fods")


def is_workbook(source: str | Path) -> bool:
    """Whether a file is a workbook, by its name.

    Raises:
        DocumentError: it is one of a kind that is not read.
    """
    suffix = Path(source).suffix.lower()
    if suffix in _LIKE_WORKBOOKS:
        message = f"workbooks of the kind `{suffix}` are not read; save it as .xlsx or .ods"
        raise DocumentError([Problem(name_of(source), 0, 0, message)])
    return suffix in WORKBOOKS


def document_of(source: str | Path) -> Document:
    """Read a file of the kind that its name says, or standard input if *source* is `-`.

    What comes from standard input, or has a name that says nothing, is told by what it is: YAML, JSON or CSV.

    Raises:
        DocumentError: it cannot be read, or is not of that kind.
    """
    if is_workbook(source):
        from peelrules.documents.workbook.reading import evidence_in  # only those who have workbooks wait for it

        return evidence_in(bytes_of(source), name_of(source))
    text = text_of(source)
    return parser_for(source, text)(text, name_of(source))


def published_document_of(source: str | Path) -> Document:
    """As `document_of`, of what was published about an inspection.

    Raises:
        DocumentError: it cannot be read, or is not of that kind.
    """
    if is_workbook(source):
        from peelrules.documents.workbook.reading import published_in

        return published_in(bytes_of(source), name_of(source))
    return document_of(source)


def published_document_beside(evidence: str | Path) -> Document | None:
    """What was published, where a workbook of evidence holds it, too.

    Raises:
        DocumentError: it cannot be read.
    """
    if not is_workbook(evidence):
        return None
    from peelrules.documents.workbook.reading import published_beside

    return published_beside(bytes_of(evidence), name_of(evidence))


def parser_for(source: str | Path, text: str) -> Parser:
    """What reads the text that a file holds."""
    return _PARSERS.get(Path(source).suffix.lower()) or parser_of(text)


def parser_of(text: str) -> Parser:
    """What reads a text of which nothing else is known."""
    start = text.lstrip()[:1000]
    if start.startswith("[") or (start.startswith("{") and start[1:].lstrip()[:1] in ('"', "}")):
        return json.parse
    return csv.parse if csv.is_table(text) else yaml.parse
