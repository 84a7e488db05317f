"""Relations of DuckDB, which are read in a stream: DuckDB may hold more findings than there is memory."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from peelrules.engine.carriers.streams import of_nothing, whole_inspections
from peelrules.engine.carriers.terms import Frames, Grading
from peelrules.model.table import COLUMNS

_BATCH = 100_000
"""Rows that DuckDB gives at a time."""
_ROWS = 750_000
"""Findings that are graded together, unless a single inspection has more."""


def carry_duckdb(findings: Any, grading: Grading) -> Iterable[Any]:
    """What comes of it is in memory, however large it is; of the findings a part is.

    A relation is run once, for it may be another in each run, or there for one run alone. Where the rows of an
    inspection do not stand together, it is run once more, and sorted.
    """
    unlike = of_nothing(findings.columns, grading)
    needed = findings.select(*(name for name in findings.columns if name in COLUMNS))
    try:
        parts = _graded(needed, grading, unlike)
    except _ApartError:
        parts = _graded(needed.order(_AS_WRITTEN), grading, unlike)
    return [_on_the_connection(findings, pl.concat(frames).to_arrow()) for frames in zip(unlike, *parts, strict=True)]


_AS_WRITTEN = "encode(inspection::VARCHAR)"
"""In the order of the bytes. To a database names that differ in case may be one."""


class _ApartError(Exception):
    """The rows of an inspection do not stand together."""


def _graded(findings: Any, grading: Grading, unlike: Frames) -> Iterable[Frames]:
    """What comes of each part, and of the names of all inspections.

    Args:
        unlike: what comes of nothing.

    Raises:
        _ApartError: the rows of an inspection do not stand together.
    """
    *nothing, no_faults = unlike
    parts: list[Frames] = []
    names: dict[object, None] = {}
    for table in whole_inspections(findings.to_arrow_reader(_BATCH), _ROWS):
        parts.append(grading(table, faults_of_names=no_faults))
        inspections = table["inspection"].unique(maintain_order=True).to_list()
        if not names.keys().isdisjoint(inspections):
            raise _ApartError
        names |= dict.fromkeys(inspections)
    faults = grading.faults_of_names(list(names))
    if faults.is_empty():
        return parts
    is_sound = ~pl.col("inspection").is_in(faults["inspection"].implode())
    sound = ([*(frame.filter(is_sound) for frame in graded), told] for *graded, told in parts)
    return [*sound, [*nothing, faults]]


def _on_the_connection(findings: Any, result: Any) -> Any:  # noqa: ARG001  DuckDB finds a table by the name of a variable
    """A table as a relation on the connection of the findings."""
    return findings.query("findings", "FROM result")
