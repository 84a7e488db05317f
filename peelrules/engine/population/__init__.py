"""Many inspections at once, from a long table of findings: encoded by Polars, counted and looked up in columns.

Tests hold the result to that of `grade`.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import get_args

import numpy as np
import polars as pl

from peelrules.engine.carriers import carrier_of
from peelrules.engine.columns import conclude
from peelrules.engine.population.codings import coded, parts_of, table_of
from peelrules.engine.population.faults import OnFault, faults_of, faults_of_names, refusal, without
from peelrules.engine.population.frames import F, GradedFrames, frames_of
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Rulebook

__all__ = ["GradedFrames", "population"]

AT_ONCE = 2_500
"""Inspections that are graded together: with fewer, threads wait for each other; more are no faster and take memory."""
_THREADS = 2
_KEPT = 30_000_000
"""Bytes that are asked for and given back once. The GNU C library keeps as much memory as twice the largest block that
it saw freed. Otherwise columns go back to the system and are asked for again, which takes a third of the time."""


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
        given = table_of(table)
        if faults_of_names is None:
            faults_of_names = self.faults_of_names(given["inspection"].unique(maintain_order=True))
        np.empty(_KEPT, np.uint8)
        graded_part = partial(self._graded, faults_of_names=faults_of_names)
        parts = list(_threads().map(graded_part, parts_of(given, AT_ONCE)))
        graded = GradedFrames(*(pl.concat(frames) for frames in zip(*parts, strict=True)))
        if self.on_fault == "raise" and len(graded.faults):
            raise ValueError(refusal(graded.faults))
        return graded

    def faults_of_names(self, inspections: Iterable[object], /) -> pl.DataFrame:
        faults = faults_of_names(inspections)
        if self.on_fault == "raise" and len(faults):
            raise ValueError(refusal(faults))
        return faults

    def _graded(self, table: pl.DataFrame, faults_of_names: pl.DataFrame) -> GradedFrames[pl.DataFrame]:
        framework = self.rulebook.framework
        found = coded(table, framework)
        faults = faults_of(found, framework, faults_of_names)
        sound = coded(without(found, faults), framework) if len(faults) else found
        concluded = conclude(sound.columns, self.rulebook)
        frames = frames_of(concluded, sound.columns, sound.names, sound.table["id"], self.rulebook)
        return frames._replace(faults=faults)


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads that are kept, for the GNU C library keeps the memory of each that ends."""
    return ThreadPoolExecutor(_THREADS)
