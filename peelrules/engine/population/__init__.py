"""Many inspections at once, from a long table of findings: encoded by Polars, counted and looked up in columns.

Tests hold the result to that of `grade`.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import get_args

import numpy as np
import polars as pl

from peelrules.engine.carriers import carrier_of
from peelrules.engine.columns import conclude
from peelrules.engine.population.codings import coded, columns_of, table_of
from peelrules.engine.population.faults import (
    NO_FAULTS,
    OnFault,
    faults_of,
    faults_of_names,
    refuse_faults,
    refuse_names,
    without,
)
from peelrules.engine.population.frames import F, GradedFrames, frames_of
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Rulebook

__all__ = ["GradedFrames", "graded_sound", "population"]

AT_ONCE = 1_000
"""Inspections that are graded together: so many fit the caches of a processor."""
_THREADS = 2


def population(findings: F, rulebook: Rulebook, on_fault: OnFault = "raise") -> GradedFrames[F]:
    """Grade many inspections at once, from a long table with one row a finding. Every grade is indicative.

    Equal to `grade` of each inspection. The table is looked over before anything is graded.

    Args:
        findings: a Polars, pandas, PyArrow, DuckDB or PySpark table, or anything else that gives an Arrow stream, with
            the columns that `peelrules.model.table` documents.
        on_fault: `raise` refuses a table with a faulty row. `collect` tells of it in `faults` and leaves out its
            inspection whole, for a grade from the rest would be of other evidence; every other one is graded. Of one
            inspection five faulty rows are told, and how many more there are.

    Raises:
        ValueError: the table lacks a column or holds something else in it, rows of it have no inspection, or *on_fault*
            is `raise` and rows of it are no sound findings in the words of the rulebook.
    """
    if on_fault not in get_args(OnFault):
        raise ArgumentError(f"on_fault is one of {', '.join(get_args(OnFault))}, and not {on_fault!r}")
    carrier = carrier_of(findings)
    return GradedFrames(*carrier(findings, _Grading(rulebook, on_fault)))


@dataclass(frozen=True)
class _Grading:
    """What `population` does with a Polars data frame."""

    rulebook: Rulebook
    on_fault: OnFault

    def __call__(
        self, table: pl.DataFrame, /, faults_of_names: pl.DataFrame | None = None
    ) -> GradedFrames[pl.DataFrame]:
        framework = self.rulebook.framework
        given = table_of(table)
        found = coded(given, framework)
        if self.on_fault == "raise":
            refuse_faults(found, framework)
            return graded_sound(found, self.rulebook)
        faults = faults_of(found, framework, faults_of_names)
        sound = coded(without(given, faults), framework) if len(faults) else found
        return graded_sound(sound, self.rulebook)._replace(faults=faults)

    def faults_of_names(self, inspections: Iterable[object], /) -> pl.DataFrame:
        if self.on_fault == "collect":
            return faults_of_names(inspections)
        refuse_names(inspections)
        return NO_FAULTS


def graded_sound(table: pl.DataFrame, rulebook: Rulebook) -> GradedFrames[pl.DataFrame]:
    """Grade a coded table that is known to be sound."""
    columns, names = columns_of(table)
    ids = table["id"].cast(pl.String)
    order = np.argsort(columns.inspection, kind="stable")
    sorted_by = columns.inspection[order]

    def part(start: int) -> GradedFrames[pl.DataFrame]:
        rows = order[np.searchsorted(sorted_by, start) : np.searchsorted(sorted_by, start + AT_ONCE)]
        there = names[start : start + AT_ONCE]
        own = columns.taken(rows, columns.inspection[rows] - start, len(there))
        return frames_of(conclude(own, rulebook), own, there, ids[rows], rulebook.framework)

    with ThreadPoolExecutor(_THREADS) as threads:  # of no inspections at all there is one part of nothing
        parts = list(threads.map(part, range(0, max(1, columns.inspections), AT_ONCE)))
    return GradedFrames(*(pl.concat(frames) for frames in zip(*parts, strict=True)))
