"""Documents from values of Python: mappings, models, text in YAML, JSON or CSV, and tables of findings."""

import math
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from pydantic import BaseModel

from peelrules.documents.characters import UNWANTED, unwanted
from peelrules.documents.inspection import OneInspection
from peelrules.documents.limits import CHARACTERS, DEPTH, PROBLEMS, VALUES
from peelrules.documents.places import Loc, Place, problem_at
from peelrules.documents.told import told
from peelrules.documents.yaml import Document
from peelrules.model.problems import DocumentError, Problem

NAME = "evidence"
"""What evidence that is in no file is called in problems."""


class Within(NamedTuple):
    """A spot in values of Python: the way to it."""

    value: Any
    loc: Loc = ()

    @property
    def place(self) -> Place:
        """Its line is that of the entry of a list that it belongs to, so that problems stand in their order."""
        line = next((part + 1 for part in self.loc if isinstance(part, int)), 0)
        words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.loc)
        return Place(line, 0, words.removeprefix("."))

    def child(self, part: int | str) -> "Within | None":
        try:
            return Within(self.value[part], (*self.loc, part))
        except (LookupError, TypeError):  # there is none, or it is neither a list nor a mapping
            return None

    def key(self, part: int | str) -> Place | None:
        below = self.child(part)
        return below.place if below else None


def document_of(values: object) -> Document:
    """Values as a document: mappings, sequences, models, levels, text, numbers and truth values.

    Raises:
        DocumentError: there is something else among them, or more than the limits allow.
    """
    reader = _Reader()
    value = reader.plain(values, (), 1)
    return Document(NAME, value, Within(value), told(reader.faults))


def table_of(frame: object) -> Document:
    """A table of Polars, or one that Polars takes, as of pandas, Arrow or DuckDB, or a list of rows, as a document.

    Raises:
        DocumentError: it is no table of the findings of one inspection.
    """
    names, rows = _rows_of(frame)
    table = OneInspection(NAME, names)
    for number, row in enumerate(rows, 1):
        if table.is_full:
            break
        table.add(number, row)
    return table.document()


def is_table(given: object) -> bool:
    """Whether something is a table, or a list of rows."""
    is_rows = isinstance(given, list) and all(isinstance(row, Mapping) and "findings" not in row for row in given)
    return is_rows or hasattr(given, "__arrow_c_stream__")


def _rows_of(frame: Any) -> tuple[list[str], Iterable[Sequence[object]]]:
    if isinstance(frame, list):
        names = list(dict.fromkeys(str(name) for row in frame for name in row))
        return names, ([row.get(name) for name in names] for row in frame)
    import polars as pl  # only those who have tables wait for it

    table = pl.DataFrame(frame)
    return table.columns, table.iter_rows()


class _Reader:
    """Makes plain values of others, collecting faults on the way."""

    def __init__(self) -> None:
        self.faults: list[Problem] = []
        self._left = VALUES.most
        self._depth, self._characters, self._problems = DEPTH.most, CHARACTERS.most, PROBLEMS.most

    def plain(self, value: Any, loc: Loc, depth: int) -> Any:
        self._left -= 1
        if self._left < 0 or depth > self._depth:
            limit = VALUES if self._left < 0 else DEPTH
            raise DocumentError(told(self.faults, [_problem(loc, limit.exceeded)]))
        match value:
            case BaseModel():
                return self.plain(value.model_dump(mode="json", exclude_none=True), loc, depth)
            case Mapping():
                return self._mapping(value, loc, depth)
            case Enum():
                return str(value.value)
            case str():
                self._look_at(value, loc)
                return str(value)
            case None | bool() | int():
                return value
            case float() if math.isfinite(value):
                return value
            case Sequence() if not isinstance(value, bytes | bytearray | memoryview):
                return [self.plain(each, (*loc, number), depth + 1) for number, each in enumerate(value)]
        self._tell(loc, f"a value of the kind {type(value).__name__} cannot stand here; give text, a number or a list")
        return None

    def _mapping(self, value: Mapping[Any, Any], loc: Loc, depth: int) -> dict[str, Any]:
        found = {}
        for key, each in value.items():
            if not isinstance(key, str):
                self._tell(loc, f"the key {key!r} is no text; keys are words here")
                continue
            self._look_at(key, (*loc, key))
            found[str(key)] = self.plain(each, (*loc, key), depth + 1)
        return found

    def _look_at(self, text: str, loc: Loc) -> None:
        if len(text) > self._characters:
            self._tell(loc, CHARACTERS.exceeded)
        elif found := UNWANTED.search(text):
            self._tell(loc, unwanted(found[0]))

    def _tell(self, loc: Loc, message: str) -> None:
        self.faults.append(_problem(loc, message))
        if len(self.faults) > self._problems:  # nobody reads on, so neither do we
            raise DocumentError(told(self.faults))


def _problem(loc: Loc, message: str) -> Problem:
    return problem_at(NAME, Within(None, loc).place, message)
