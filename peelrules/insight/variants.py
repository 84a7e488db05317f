"""Many variants of one body of evidence, graded together."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import polars as pl

from peelrules.engine.codings import bearings, table_of
from peelrules.engine.population import grade_sound
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade
from peelrules.model.table import LEVELS, frame_of

NO_GRADE = -1
Ranks = np.ndarray[Any, np.dtype[np.int8]]
"""Ranks of grades, one row a variant and one column a core question of the framework; `NO_GRADE` for none."""


class Base(NamedTuple):
    """One body of evidence, ready to be varied. Context is left out, for it says nothing."""

    findings: Sequence[Finding]
    table: pl.DataFrame
    """Its findings, one row each, in the same order."""
    rulebook: Rulebook

    @property
    def questions(self) -> list[str]:
        return [question.id for question in self.rulebook.framework.core_questions]

    def questions_of(self, finding: Finding) -> set[str]:
        """The core questions that a finding bears on."""
        return {self.rulebook.framework.question_of[c].id for c in finding.bears_on}


def base_of(evidence: Evidence, rulebook: Rulebook) -> Base:
    findings = sorted((f for f in evidence.findings if not f.is_context), key=lambda finding: finding.id)
    table = frame_of([evidence.model_copy(update={"findings": tuple(findings)})], ["0"])
    kinds: dict[Any, Any] = {name: pl.Enum([str(level) for level in scale]) for name, scale in LEVELS.items()}
    kinds |= {name: pl.Enum(table[name].unique(maintain_order=True)) for name in ("id", "bears_on", "strand")}
    return Base(findings, table.drop("inspection").cast(kinds), rulebook)


def repeated(table: pl.DataFrame, variants: int) -> pl.DataFrame:
    """The rows of a table in each of a number of variants."""
    numbers = pl.DataFrame({"inspection": pl.Series(range(variants), dtype=pl.UInt32)})
    return numbers.join(table, how="cross")


def graded(table: pl.DataFrame, variants: int, base: Base) -> Ranks:
    """The grades of every variant; a variant of which the table has no row has none.

    Args:
        table: rows of the base, some of them changed, with the number of their variant as `inspection`.
    """
    ranks = np.full((variants, len(base.questions)), NO_GRADE, dtype=np.int8)
    if table.is_empty():
        return ranks
    rows = table_of(nw.from_native(table).lazy())
    judged = grade_sound(rows, bearings(rows), base.rulebook, keep=False).judgments
    found = judged.filter(~nw.col("grade").is_null()).select("inspection", "core_question", "grade").collect()
    column = {question: number for number, question in enumerate(base.questions)}
    rank = {str(grade): grade.rank for grade in Grade}
    native = found.to_native()
    at = native["core_question"].replace_strict(column, return_dtype=pl.Int64).to_numpy()
    ranks[native["inspection"].to_numpy(), at] = native["grade"].replace_strict(rank, return_dtype=pl.Int8).to_numpy()
    return ranks


def grade_of(rank: int) -> Grade | None:
    return None if rank == NO_GRADE else list(Grade)[rank]
