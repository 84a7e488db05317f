"""Relations of DuckDB, which are read in a stream: DuckDB may hold more findings than there is memory."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from peelrules.engine.carriers.streams import whole_inspections
from peelrules.engine.carriers.terms import Grading
from peelrules.model.table import COLUMNS

_BATCH = 100_000
"""Rows that DuckDB gives at a time."""
_ROWS = 750_000
"""Findings that are graded together, unless a single inspection has more."""
_AS_WRITTEN = "encode(inspection::VARCHAR)"
"""The bytes of the name. To a database names that differ in case may be one."""


def carry_duckdb(findings: Any, grading: Grading) -> Iterable[Any]:
    """What comes of it is in memory, however large it is; of the findings a part is."""
    of_nothing = list(grading(findings.limit(0).pl()))  # refuses missing columns
    inspections = findings.aggregate("any_value(inspection)", _AS_WRITTEN)
    names = grading.faults_of_names(name for (name,) in inspections.fetchall())
    needed = findings.select(*(name for name in findings.columns if name in COLUMNS))
    try:
        parts = list(_graded(needed, grading, names))
    except _ApartError:
        parts = list(_graded(needed.order(_AS_WRITTEN), grading, names))
    return [
        _on_the_connection(findings, pl.concat(frames).to_arrow()) for frames in zip(of_nothing, *parts, strict=True)
    ]


class _ApartError(Exception):
    """The rows of an inspection do not stand together."""


def _graded(findings: Any, grading: Grading, names: pl.DataFrame) -> Iterator[Iterable[pl.DataFrame]]:
    """What comes of each part.

    Raises:
        _ApartError: the rows of an inspection do not stand together.
    """
    seen: set[object] = set()
    for table in whole_inspections(findings.to_arrow_reader(_BATCH), _ROWS):
        inspections = table["inspection"].unique()
        if not seen.isdisjoint(inspections):
            raise _ApartError
        seen.update(inspections)
        yield grading(table, faults_of_names=names)


def _on_the_connection(findings: Any, result: Any) -> Any:  # noqa: ARG001  DuckDB finds a table by the name of a variable
    """A table as a relation on the connection of the findings."""
    return findings.query("findings", "FROM result")
