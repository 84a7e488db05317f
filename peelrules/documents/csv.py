"""Tables as CSV: their rows with their lines, and the evidence of one inspection in and out."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from peelrules.documents.grid import FIELDS
from peelrules.documents.inspection import KNOWN, WORK, OneInspection
from peelrules.documents.places import Loc
from peelrules.documents.yaml import Document
from peelrules.model.evidence import Evidence
from peelrules.model.facts import counted
from peelrules.model.plain import as_cell, from_cell
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.table import BETWEEN

_SEPARATORS = {";": "a semicolon", "\t": "a tab", "|": "a bar"}

Lines = Iterator[tuple[int, int, list[str]]]
"""The first line, the last line and the cells of rows."""


# -- lines of any table of CSV --------------------------------------------------------------------


def lines_of(stream: Iterable[str], file: str) -> Lines:
    """Every row that has a cell which is not empty.

    Raises:
        DocumentError: a quote does not fit.
    """
    reader = csv.reader(stream, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                yield line, reader.line_num, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise DocumentError([Problem(file, line, 1, _sentence(str(error)))]) from None


def other_separator(first: str) -> str | None:
    """What is wrong with the first line of a table whose columns are not separated by commas."""
    for mark, word in _SEPARATORS.items():
        if first.count(mark) > max(1, first.count(",")):
            return f"its columns are separated by {word}; save it with commas"
    return None


def fault_of_row(cells: Sequence[str], names: Sequence[str], *, has_line_breaks: bool) -> str | None:
    """What is wrong with a row, if it cannot be said which cell belongs to which column."""
    if len(cells) != len(names):
        many = counted(len(cells), "cell")
        return f"there are {many} in this row for {len(names):,} columns; write a comma within a cell in quotes"
    if cells == names:
        return "the names of the columns stand here again; remove this line"
    if has_line_breaks and any(part.count(",") >= len(names) - 1 for cell in cells for part in cell.splitlines()):
        return "a quote is opened here and closed in another row; close it, or remove it"
    return None


def _sentence(told_by_reader: str) -> str:
    if "unexpected end" in told_by_reader or "field larger" in told_by_reader:
        return "a quote is opened here and not closed; close it, or remove it"
    return "a quote is not closed here, or stands within a cell; close it, or write it twice"


# -- evidence -------------------------------------------------------------------------------------


def is_table(text: str) -> bool:
    """Whether text is a table of findings, by its first line."""
    names = {name.strip().strip('"').casefold() for name in text.partition("\n")[0].replace(";", ",").split(",")}
    return len(names & set(KNOWN)) > 1


def parse(text: str, file: str) -> Document:
    """Read a table of findings from text; *file* names it in problems.

    Raises:
        DocumentError: it is no such table, or has rows of which nobody can say which cell belongs to which column.
    """
    first = text.partition("\n")[0]
    if (message := other_separator(first)) is not None:
        raise DocumentError([Problem(file, 1, 1, message)])
    rows = lines_of(io.StringIO(text, newline=""), file)
    _, _, names = next(rows, (1, 1, []))
    table, faults = OneInspection(file, names), list[Problem]()
    for line, last, cells in rows:
        if (message := fault_of_row(cells, names, has_line_breaks=last > line)) is not None:
            faults.append(Problem(file, line, 1, message))
        elif table.is_full:
            break
        else:
            table.add(line, [from_cell(cell) for cell in cells])
    return table.document(faults)


def written(evidence: Evidence) -> str:
    """Evidence as a table that `parse` reads; sources that no finding names are left out."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(KNOWN)
    for finding in evidence.findings:
        coded = finding.model_dump(mode="json", exclude_none=True)
        work = evidence.sources[finding.source.document]
        told_of_it = (evidence.force, evidence.framework, evidence.name)
        fields = (_at(coded, loc) for loc in FIELDS.values())
        writer.writerow(map(_cell, (*told_of_it, *fields, *(getattr(work, name) for name in WORK))))
    return stream.getvalue()


def _at(value: Any, loc: Loc) -> Any:
    for part in loc:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _cell(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "true"
        case list():
            return as_cell(BETWEEN.join(value))
    return as_cell(str(value))
