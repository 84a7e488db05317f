"""Many variants of one body of evidence, graded together."""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterator, Sequence, Set
from itertools import accumulate
from typing import Any, NamedTuple

import narwhals as nw
import numpy as np
import polars as pl
import polars.selectors as cs

from peelrules.engine.codings import bearings, table_of
from peelrules.engine.population import grade_sound
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade
from peelrules.model.table import LEVELS, frame_of

NO_GRADE = -1
AT_ONCE = 1_000_000
"""Rows of variants that are graded together, so that memory stays bounded however much evidence there is."""
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

    @property
    def bounds(self) -> list[float]:
        """The shares of failing cases between which no rule can tell one from another."""
        conditions = (c for rule in self.rulebook.of_stage[Stage.SAMPLE] for a in rule.alternatives for c in a)
        return sorted({c.bound for c in conditions if c.field == "failing"})

    def alike(self) -> dict[str, Hashable]:
        """What the rules can tell of each finding, by its id: findings of which it is equal do the same to grades."""
        bounds, plain = self.bounds, self.table.select(~cs.starts_with("id", "sample_")).rows()
        # counted from both sides, so that a share on a bound is of another kind than those beside it
        shares = (None if f.sample is None else f.sample.failing for f in self.findings)
        kinds = (None if s is None else (bisect_left(bounds, s), bisect_right(bounds, s)) for s in shares)
        return {f.id: (row, kind) for f, row, kind in zip(self.findings, plain, kinds, strict=True)}


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


def in_parts(base: Base, touched: Sequence[Set[str]]) -> Iterator[tuple[slice, pl.DataFrame]]:
    """Variants, as many at a time as fit in memory, with the rows that bear on the questions that each touches.

    The rows have the number of their variant in the part as `inspection`, and their number in the base as `row`.

    Args:
        touched: the questions, for each variant. Of other questions the rows of a variant say nothing.
    """
    asked = [base.questions_of(finding) for finding in base.findings]
    rows = {q: {number for number, questions in enumerate(asked) if q in questions} for q in base.questions}
    of = {questions: sorted(set().union(*(rows[q] for q in questions))) for questions in map(frozenset, touched)}
    of_variant = [of[frozenset(questions)] for questions in touched]
    ends = list(accumulate(map(len, of_variant), initial=0))
    first = 0
    while first < len(touched):
        last = max(first + 1, bisect_right(ends, ends[first] + AT_ONCE) - 1)
        part = of_variant[first:last]
        row = np.concatenate([np.array(each, dtype=np.int64) for each in part])
        variant = np.repeat(np.arange(len(part), dtype=np.uint32), [len(each) for each in part])
        yield slice(first, last), base.table[row].with_columns(inspection=pl.Series(variant), row=pl.Series(row))
        first = last


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
