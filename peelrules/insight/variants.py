"""Many variants of one body of evidence, graded together."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from peelrules.engine.columns import Columns, conclude
from peelrules.engine.columns.lookup import Whole
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade

NO_GRADE = -1
AT_ONCE = 300_000
"""Findings of variants that are graded together, so that memory stays bounded however much evidence there is."""
Ranks = np.ndarray[Any, np.dtype[np.int8]]
"""Ranks of grades, one row a variant and one column a core question of the framework; `NO_GRADE` for none."""


class Base(NamedTuple):
    """One body of evidence, ready to be varied. Context is left out, for it says nothing."""

    findings: Sequence[Finding]
    """In the order of ids."""
    columns: Columns
    rulebook: Rulebook

    @classmethod
    def of(cls, evidence: Evidence, rulebook: Rulebook) -> Self:
        findings = sorted((f for f in evidence.findings if not f.is_context), key=lambda finding: finding.id)
        return cls(findings, Columns.of([findings], rulebook), rulebook)

    @property
    def questions(self) -> list[str]:
        return [question.id for question in self.rulebook.framework.core_questions]

    def questions_of(self, finding: Finding) -> set[str]:
        """The core questions that a finding bears on."""
        return {self.rulebook.framework.question_of[c].id for c in finding.bears_on}

    def rows_of(self, question: str) -> Whole:
        """The findings that bear on a core question, by their place."""
        return np.flatnonzero([question in self.questions_of(finding) for finding in self.findings])

    @property
    def bounds(self) -> list[float]:
        """The shares of failing cases between which no rule can tell one from another."""
        conditions = (c for rule in self.rulebook.of_stage[Stage.SAMPLE] for a in rule.alternatives for c in a)
        return sorted({c.bound for c in conditions if c.field == "failing"})

    def alike(self) -> dict[str, tuple[Any, ...]]:
        """What the rules can tell of each finding, by its id: findings of which it is equal do the same to grades."""
        columns, shares = self.columns, self.columns.failing
        # counted from both sides, so that a share on a bound is of another kind than those beside it; that there is
        # no share is told by the direction
        kinds = [np.searchsorted(self.bounds, shares, side) for side in ("left", "right")]
        told = [c.tolist() for c in columns if isinstance(c, np.ndarray) and c is not shares]
        return dict(
            zip((f.id for f in self.findings), zip(*told, *map(np.ndarray.tolist, kinds), strict=True), strict=True)
        )


class Variant(NamedTuple):
    """Some of the findings, one of which may be coded otherwise."""

    rows: Whole
    """By their place, in order."""
    row: int = 0
    field: str | None = None
    rank: int = 0


def in_parts(sizes: Sequence[int]) -> Iterator[slice]:
    """Variants of so many findings each, as many at a time as are graded together."""
    first = total = 0
    for number, size in enumerate(sizes):
        if total and total + size > AT_ONCE:
            yield slice(first, number)
            first, total = number, 0
        total += size
    if first < len(sizes):
        yield slice(first, len(sizes))


def graded(variants: Sequence[Variant], base: Base) -> Ranks:
    """The grades of every variant. Questions on which none of its findings bears have none."""
    ranks = np.full((len(variants), len(base.questions)), NO_GRADE, dtype=np.int8)
    for part in in_parts([len(variant.rows) for variant in variants]):
        these = variants[part]
        sizes = [len(variant.rows) for variant in these]
        rows = np.concatenate([variant.rows for variant in these])
        columns = base.columns.taken(rows, np.repeat(np.arange(len(these)), sizes), len(these))
        starts = np.cumsum([0, *sizes])
        for variant, start in zip(these, starts.tolist(), strict=False):
            if variant.field is not None:
                at = start + int(np.searchsorted(variant.rows, variant.row))
                getattr(columns, variant.field)[at] = variant.rank
        ranks[part] = conclude(columns, base.rulebook, ranges=False).grade
    return ranks


def grade_of(rank: int) -> Grade | None:
    return None if rank == NO_GRADE else list(Grade)[rank]
