"""Many inspections graded from files, batch after batch; what is faulty is left out and told."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl

from peelrules.documents.rows import FORCE
from peelrules.documents.tables import Batch, batches, problems_of
from peelrules.engine.population import GradedFrames, graded_sound
from peelrules.engine.population.codings import coded, table_of
from peelrules.model.problems import Problem
from peelrules.model.rulebook import Rulebook

FIRST = 50
"""Inspections of which a spread tells the judgments."""


class GradedBatch(NamedTuple):
    """What the rules conclude from a batch of inspections."""

    frames: GradedFrames[pl.DataFrame]
    """As of `population`, each with a column `force` after `inspection`; faults are told as problems."""
    problems: Sequence[Problem]
    """Of what was left out."""
    files: float
    """Files read since the last batch."""
    left_out: AbstractSet[str]
    """Inspections that are left out; an earlier batch may have graded them, and what it concluded is void."""


def graded_batches(files: Sequence[Path], rulebook: Rulebook) -> Iterator[GradedBatch]:
    """Grade every inspection in evidence files and tables. No more than a batch is in memory at a time.

    Inspections with a faulty finding are left out whole, for a grade from the rest would be of other evidence.
    """
    for batch in batches(files, rulebook):
        faulty, problems = _faults(batch, rulebook)
        left_out = batch.left_out | set(faulty)
        table = batch.table.filter(~pl.col("inspection").is_in(list(left_out)))
        yield GradedBatch(_graded(table, rulebook), [*batch.problems, *problems], batch.files, left_out)


def _faults(batch: Batch, rulebook: Rulebook) -> tuple[pl.Series, list[Problem]]:
    """The inspections with faulty findings, and what is wrong with them."""
    if not batch.file:  # evidence files are sound when they have been read
        return batch.table["inspection"].head(0), []
    found = coded(table_of(batch.table), rulebook.framework)
    left_out = found.names.gather(found.columns.inspection[found.faulty | found.repeating]).unique()
    wrong = batch.table.filter(pl.col("inspection").is_in(left_out.implode()))
    parts = wrong.partition_by("inspection", maintain_order=True)
    return left_out, [problem for part in parts for problem in problems_of(part, batch, rulebook)]


def _graded(table: pl.DataFrame, rulebook: Rulebook) -> GradedFrames[pl.DataFrame]:
    forces = table.group_by("inspection").agg(pl.col(FORCE).first().fill_null(pl.col("inspection").first()))
    frames = graded_sound(table_of(table), rulebook)
    return GradedFrames(*(_with_force(frame, forces) for frame in frames))


def _with_force(frame: pl.DataFrame, forces: pl.DataFrame) -> pl.DataFrame:
    joined = frame.join(forces, on="inspection", how="left")
    ordered = joined.select("inspection", FORCE, pl.exclude("inspection", FORCE))
    return ordered.sort(ordered.columns, nulls_last=True)


class Spread(NamedTuple):
    """How the grades of many inspections are spread."""

    judgments: pl.DataFrame
    """`inspection`, `core_question` and `grade` of each judgment."""

    @classmethod
    def of_none(cls) -> Self:
        return cls(pl.DataFrame(schema={"inspection": pl.String, **dict.fromkeys(_FEW, pl.Categorical)}))

    def with_more(self, judgments: pl.DataFrame) -> Self:
        """The spread of these judgments and those of further inspections."""
        more = judgments.select("inspection", pl.col(*_FEW).cast(pl.Categorical))
        return type(self)(pl.concat([self.judgments, more]))

    def without(self, inspections: AbstractSet[str]) -> Self:
        """The spread without those inspections."""
        return type(self)(self.judgments.filter(~pl.col("inspection").is_in(list(inspections))))

    @property
    def names(self) -> list[str]:
        """The inspections, in their order."""
        return self.judgments["inspection"].unique(maintain_order=True).to_list()

    @property
    def inspections(self) -> int:
        return self.judgments["inspection"].n_unique()

    @property
    def tally(self) -> pl.DataFrame:
        """`core_question`, `grade` (null for none) and how many `judgments`."""
        counted = self.judgments.group_by(*_FEW).agg(pl.len().cast(pl.Int64).alias("judgments"))
        return counted.with_columns(pl.col(*_FEW).cast(pl.String))

    @property
    def first(self) -> pl.DataFrame:
        """The judgments of the first inspections."""
        told = self.judgments.filter(pl.col("inspection").is_in(self.names[:FIRST]))
        return told.with_columns(pl.col(*_FEW).cast(pl.String))


_FEW = ("core_question", "grade")
"""Columns with a few words, which are held once each: all judgments are in memory."""
