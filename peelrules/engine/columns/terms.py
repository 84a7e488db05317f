"""Findings in columns, and what is concluded of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from peelrules.engine.columns.lookup import Flags, Whole, names_of
from peelrules.engine.tables import Ranks
from peelrules.model.evidence import FLAGS, Finding
from peelrules.model.rulebook import Rulebook

Shares = NDArray[np.float64]


class Columns(NamedTuple):
    """Findings of many inspections, one entry a finding, in any order."""

    inspection: Whole
    """Which one the finding belongs to, from 0."""
    inspections: int
    """How many there are."""
    bears_on: Whole
    """Which of the *bearings*."""
    bearings: Sequence[tuple[str, ...]]
    """Every list of characteristics that a finding bears on, the primary one first."""
    strand: Whole
    """Place of the strand in the framework; what a change supposes has the place after the last."""
    direction: Ranks
    """Rank as coded, and of the next three as well; -1 where it is not coded."""
    seriousness: Ranks
    extent: Ranks
    state: Ranks
    persistent: Flags
    exceptional: Flags
    progress: Flags
    innovative: Flags
    failing: Shares
    """Share of the sample that falls short; not a number where there is no sample."""

    @classmethod
    def of(cls, inspections: Sequence[Sequence[Finding]], rulebook: Rulebook) -> Self:
        """The findings of each of some inspections, in their order."""
        findings = [finding for each in inspections for finding in each]
        bearings = list(dict.fromkeys(finding.bears_on for finding in findings))
        place, strand = {each: number for number, each in enumerate(bearings)}, names_of(rulebook).strand
        coded: dict[str, Any] = {}
        for name in ("direction", "seriousness", "extent", "state"):
            levels = (getattr(finding, name) for finding in findings)
            coded[name] = np.array([-1 if level is None else level.rank for level in levels], np.int8)
        for name in FLAGS:
            coded[name] = np.array([getattr(finding, name) for finding in findings], np.bool_)
        shares = [np.nan if finding.sample is None else finding.sample.failing for finding in findings]
        return cls(
            inspection=np.repeat(np.arange(len(inspections)), [len(each) for each in inspections]),
            inspections=len(inspections),
            bears_on=np.array([place[finding.bears_on] for finding in findings], np.int64),
            bearings=bearings,
            strand=np.array([strand[finding.strand] for finding in findings], np.int64),
            failing=np.array(shares, np.float64),
            **coded,
        )

    def firsts(self, rulebook: Rulebook) -> Whole:
        """Of each of the bearings, the place of the primary characteristic."""
        places = names_of(rulebook).characteristic
        return np.array([places[each[0]] for each in self.bearings], np.int64)

    def taken(self, rows: Whole, inspection: Whole, inspections: int) -> Self:
        """Some of the findings, as many times as they are named, as of inspections of their own."""
        each: dict[str, Any] = {n: c[rows] for n, c in self._asdict().items() if isinstance(c, np.ndarray)}
        return self._replace(**{**each, "inspection": inspection, "inspections": inspections})


class Concluded(NamedTuple):
    """What the rules conclude, as ranks. By finding, or by inspection and characteristic or core question."""

    gravity: Ranks
    practice: Flags
    """Whether the finding shows innovative practice."""
    assessed: Flags
    status: Ranks
    """Of a characteristic, as the next three are; without meaning where it is not assessed."""
    concern: Ranks
    gravities: Ranks
    """Of the gravest finding about it."""
    strengths: Whole
    """How many findings speak for it."""
    judged: Flags
    """Whether the question is graded here and has evidence; the next five have no meaning where it is not."""
    ceiling: Ranks
    worst: Ranks
    best: Ranks
    not_enough: Flags
    cause: Flags
    """Whether there is a cause of concern."""
    coverage: Whole
    """How many characteristics of the question are assessed."""

    @property
    def grade(self) -> Ranks:
        """The rank of each grade; -1 where there is none."""
        return np.where(self.judged & ~self.not_enough, self.ceiling, -1).astype(np.int8)
