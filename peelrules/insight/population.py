"""Many inspections graded from files, batch after batch; what is faulty is left out and told."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple, Self

import polars as pl

from peelrules.documents.rows import FORCE
from peelrules.documents.tables import Batch, batches, problems_of
from peelrules.engine.population import GradedFrames, population
from peelrules.model.problems import Problem
from peelrules.model.rulebook import Rulebook


class GradedBatch(NamedTuple):
    """What the rules conclude from a batch of inspections."""

    frames: GradedFrames[pl.DataFrame]
    """As of `population`; faults are told as problems."""
    forces: pl.DataFrame
    """As of `Batch`."""
    problems: Sequence[Problem]
    """Of what was left out."""
    files: float
    """Files read since the last batch."""
    left_out: AbstractSet[str]
    """Inspections that are left out; an earlier batch may have graded them, and what it concluded is void."""

    @property
    def inspections(self) -> int:
        """How many are graded."""
        return self.frames.judgments["inspection"].n_unique()

    def with_force(self, frame: pl.DataFrame) -> pl.DataFrame:
        """One of the frames in order, with a column `force` after `inspection`."""
        joined = frame.join(self.forces, on="inspection", how="left")
        ordered = joined.select("inspection", FORCE, pl.exclude("inspection", FORCE))
        return ordered.sort(ordered.columns, nulls_last=True)


def graded_batches(files: Sequence[Path], rulebook: Rulebook) -> Iterator[GradedBatch]:
    """Grade every inspection in evidence files and tables. No more than a batch is in memory, and the next of Parquet.

    Inspections with a faulty finding are left out whole, for a grade from the rest would be of other evidence.
    """
    for batch in batches(files, rulebook):
        frames = population(batch.table, rulebook, on_fault="collect")
        problems = [problem for rows in _faulty(batch, frames) for problem in problems_of(rows, batch, rulebook)]
        yield GradedBatch(frames, batch.forces, [*batch.problems, *problems], batch.files, batch.left_out)


def _faulty(batch: Batch, frames: GradedFrames[pl.DataFrame]) -> Sequence[pl.DataFrame]:
    """The rows of each inspection that has a faulty one."""
    if frames.faults.is_empty():
        return []
    wrong = pl.col("inspection").cast(pl.String).is_in(frames.faults["inspection"].implode())
    return batch.table.filter(wrong).partition_by("inspection", maintain_order=True)


NAME = "name of the inspection"
"""A column beside those of core questions; no id has a space."""


class Spread(NamedTuple):
    """How the grades of many inspections are spread. They are all in memory."""

    grades: pl.DataFrame
    """One row an inspection: its name, and in a column for each core question its grade, null for none."""

    @classmethod
    def of_none(cls) -> Self:
        return cls(pl.DataFrame(schema={NAME: pl.String}))

    def with_more(self, judgments: pl.DataFrame) -> Self:
        """The spread of these judgments and those of further inspections."""
        more = judgments.rename({"inspection": NAME}).pivot("core_question", index=NAME, values="grade")
        return type(self)(pl.concat([self.grades, more], how="diagonal"))

    def without(self, inspections: AbstractSet[str]) -> Self:
        """The spread without those inspections."""
        return type(self)(self.grades.filter(~pl.col(NAME).is_in(list(inspections))))

    @property
    def names(self) -> list[str]:
        """The inspections, in their order."""
        return self.grades[NAME].to_list()

    @property
    def inspections(self) -> int:
        return len(self.grades)

    def number_of(self, core_question: str, grade: str | None) -> int:
        """How many inspections have that grade."""
        if core_question not in self.grades.columns:
            return 0
        return int(self.grades[core_question].eq_missing(grade).sum())
