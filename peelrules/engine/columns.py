"""Many inspections at once: the four stages over columns of findings, by counting and looking up.

It is `run` in columns: what the rules say is looked up in the same tables, and what is counted follows from the same
conditions. Tests hold the two together.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from peelrules.engine.counting import Standing, member_of, of_nothing
from peelrules.engine.tables import Ranks, table_of
from peelrules.model.conditions import Axis, Condition
from peelrules.model.counts import CREDIT, Count, Kind
from peelrules.model.evidence import FLAGS, SUPPOSED, Finding
from peelrules.model.facts import OF_A_BEARING, OF_A_MEMBER, Field, Fields, Stage
from peelrules.model.framework import Role
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import OUTCOMES
from peelrules.model.scales import Concern, Direction, Scale, Status

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Shares = NDArray[np.float64]
Column = NDArray[Any]


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


def conclude(columns: Columns, rulebook: Rulebook, *, ranges: bool = True) -> Concluded:
    """Grade many inspections. Memory grows with inspections times characteristics.

    Args:
        ranges: whether worst and best are wanted; else both are as the ceiling.
    """
    names = names_of(rulebook)
    bearings = [[names.characteristic[c] for c in each] for each in columns.bearings]
    primary = np.array([each[0] for each in bearings], np.int64)[columns.bears_on]
    findings = _read(columns, primary, rulebook)
    gravity, practice = _said(
        rulebook, Stage.FINDING, findings, ("gravity", "innovative_practice"), len(columns.inspection)
    )
    speaking = np.flatnonzero(~((columns.direction == Direction.NEITHER.rank) & np.isnan(columns.failing)))
    of = columns.bears_on[speaking]
    sizes = np.array([len(each) for each in bearings], np.int64)
    starts = np.array([0, *accumulate(sizes.tolist())][:-1], np.int64)
    flat = np.array([c for each in bearings for c in each], np.int64)
    row = np.repeat(speaking, sizes[of])
    ends = np.cumsum(sizes[of])
    within = np.arange(len(row)) - np.repeat(ends - sizes[of], sizes[of])
    group = flat[np.repeat(starts[of], sizes[of]) + within] * columns.inspections + columns.inspection[row]
    of_findings = findings | {
        "gravity": gravity,
        "exceptional": columns.exceptional,
        "progress": columns.progress,
        "strand": columns.strand,
    }
    read = {name for count in rulebook.counts_of[Stage.CHARACTERISTIC] for name in count.reads}
    members = {name: of_findings[name][row] for name in {*_TOLD, *read} if name in of_findings}
    members["primary"] = within == 0
    return _concluded(columns, group, members, rulebook, (gravity, practice.astype(np.bool_)), ranges)


_TOLD = ("gravity", "direction", "strand")
"""What is needed of the findings about a characteristic whatever is counted."""


def _read(columns: Columns, primary: Whole, rulebook: Rulebook) -> dict[str, Column]:
    """What rules read of each finding: what does not apply at its least harmful level, samples as they are read."""
    direction, extent = columns.direction.copy(), np.maximum(columns.extent, 0)
    sampled = np.flatnonzero(~np.isnan(columns.failing))
    facts = {"characteristic": primary[sampled], "failing": columns.failing[sampled]}
    direction[sampled], extent[sampled] = _said(rulebook, Stage.SAMPLE, facts, ("direction", "extent"), len(sampled))
    return {
        "characteristic": primary,
        "direction": direction,
        "seriousness": np.maximum(columns.seriousness, 0),
        "extent": extent,
        "state": np.maximum(columns.state, 0),
        "persistent": columns.persistent,
        "innovative": columns.innovative,
    }


def _concluded(
    columns: Columns,
    group: Whole,
    members: Mapping[str, Column],
    rulebook: Rulebook,
    of_findings: tuple[Ranks, Flags],
    ranges: bool,
) -> Concluded:
    """Everything about characteristics and questions. They come first here, so that sums are of whole rows."""
    names = names_of(rulebook)
    shape = (len(names.characteristic), columns.inspections)
    groups = shape[0] * shape[1]
    counted = {
        count.id: _counted(count, group, members, groups, rulebook)
        for count in rulebook.counts_of[Stage.CHARACTERISTIC]
    }
    assessed = np.bincount(group, minlength=groups) > 0
    there = np.flatnonzero(assessed)
    facts = {"characteristic": there // max(1, shape[1]), **{name: column[there] for name, column in counted.items()}}
    standing = np.zeros((2, groups), np.int8)
    standing[:, there] = _said(rulebook, Stage.CHARACTERISTIC, facts, ("status", "concern"), len(there))
    gravities = np.zeros(groups, np.int8)
    np.maximum.at(gravities, group, members["gravity"])
    strengths = np.bincount(group[members["direction"] == Direction.STRENGTH.rank], minlength=groups)
    known = {"assessed": assessed, "status": standing[0], "concern": standing[1], **counted}
    known = {name: column.reshape(shape) for name, column in known.items()}
    seen = {count: _seen(count, known, rulebook) for count in rulebook.counts_of[Stage.CORE_QUESTION]}
    ceiling, cause, not_enough = _judged(seen, rulebook)
    worst = best = ceiling
    if ranges:
        (worst, *_), (best, *_) = (
            _judged(
                {count: _completed(count, each, known["assessed"], status, rulebook) for count, each in seen.items()},
                rulebook,
            )
            for status in (Status.lowest(), Status.highest())
        )
    coverage = _summed(known["assessed"], names)
    return Concluded(
        *of_findings,
        assessed=known["assessed"].T,
        status=known["status"].T,
        concern=known["concern"].T,
        gravities=gravities.reshape(shape).T,
        strengths=strengths.reshape(shape).T,
        judged=(names.graded[:, np.newaxis] & (coverage > 0)).T,
        ceiling=ceiling.T,
        worst=worst.T,
        best=best.T,
        not_enough=not_enough.astype(np.bool_).T,
        cause=cause.astype(np.bool_).T,
        coverage=coverage.T,
    )


# -- looking up -------------------------------------------------------------------------------------


class Names(NamedTuple):
    """The places of the names of a framework, and what belongs together."""

    characteristic: Mapping[str, int]
    core_question: Mapping[str, int]
    strand: Mapping[str, int]
    roles: Sequence[Any]
    """Of the characteristics."""
    starts: Sequence[int]
    """The first characteristic of each question; those of a question stand together."""
    graded: Flags

    def of(self, field: str) -> Sequence[Any]:
        """The names or roles for which the numbers of a column stand."""
        return self.roles if field == "role" else list(getattr(self, field))


@lru_cache(maxsize=8)
def names_of(rulebook: Rulebook) -> Names:
    framework = rulebook.framework
    questions, ids = framework.core_questions, list(framework.characteristics)
    return Names(
        {c: number for number, c in enumerate(ids)},
        {q.id: number for number, q in enumerate(questions)},
        {strand: number for number, strand in enumerate((*framework.strands, SUPPOSED))},
        [c.role for c in framework.characteristics.values()],
        [0, *accumulate(len(q.characteristics) for q in questions)][:-1],
        np.array([q.is_graded for q in questions]),
    )


def _said(
    rulebook: Rulebook, stage: Stage, facts: Mapping[str, Column], outcomes: Sequence[str], number: int
) -> list[Ranks]:
    """The ranks of some outcomes of facts in columns."""
    table = table_of(rulebook, stage)
    names = names_of(rulebook)
    places = [_places(axis, facts[axis.field.name], names) for axis in table.axes.axes]
    return table.ranks(places, outcomes, number)


_FEW = 1_000
"""Bounds of counts below this are looked up; higher ones are searched."""


def _places(axis: Axis, column: Column, names: Names) -> Whole:
    """The places of the values in a column: levels and flags stand in it as ranks, names as numbers."""
    if axis.field.kind is str:
        return np.array([axis.place(name) for name in names.of(axis.field.name)], np.int64)[column]
    beyond = int(max(axis.bounds, default=0)) + 1
    if axis.field.kind is int and beyond < _FEW:
        known: Whole = np.array([axis.place(value) for value in range(beyond + 1)], np.int64)
        at: Whole = known[np.minimum(column, beyond)]
        return at
    if axis.field.kind in (int, float):
        bounds = np.array([*axis.bounds, np.inf])
        below = np.searchsorted(bounds, column)
        places: Whole = 2 * below + (bounds[below] == column)
        return places
    return column.astype(np.int64)


# -- counting ---------------------------------------------------------------------------------------


def _holds(condition: Condition, field: Field, column: Column, names: Names) -> Flags:
    """Where a condition holds."""
    if not condition.comparator.has_several and field.kind not in (str, Role):
        return np.asarray(condition.comparator.holds(column, _rank(condition.bound)), np.bool_)
    values: Any = names.of(field.name) if field.kind in (str, Role) else field.kind
    return np.array([condition.comparator.holds(value, condition.bound) for value in values], np.bool_)[column]


def _counted(count: Count, group: Whole, members: Mapping[str, Column], groups: int, rulebook: Rulebook) -> Column:
    """What is counted of each characteristic of each inspection; a level stands as its rank."""
    names, holds = names_of(rulebook), np.ones(len(group), np.bool_)
    for condition in count.where:
        holds &= _holds(condition, OF_A_BEARING[condition.field], members[condition.field], names)
    found = np.flatnonzero(holds)
    if count.kind is Kind.WORST:
        return _worst(count, members[count.what][found], group[found], groups)
    if count.what == "strands":
        seen = np.zeros((len(names.strand), groups), np.bool_)
        seen[members["strand"][found], group[found]] = True
        strands: Column = seen.sum(axis=0, dtype=np.int64)
        return strands
    return np.bincount(group[found], minlength=groups)


def _worst(count: Count, ranks: Ranks, group: Whole, groups: int) -> Ranks:
    best: Any = count.best
    worst: Ranks = np.full(groups, best.rank, np.int8)
    (np.maximum if count.is_worse_when_higher else np.minimum).at(worst, group, ranks)
    return worst


def _rank(value: Any) -> Any:
    return value.rank if isinstance(value, Scale) else value


def _judged(seen: Mapping[Count, Sequence[Column]], rulebook: Rulebook) -> list[Ranks]:
    """The ceiling of each question of each inspection, and which flags are raised."""
    facts = {count.id: _together(count, each, rulebook) for count, each in seen.items()}
    questions = len(rulebook.framework.core_questions)
    inspections = next(iter(facts.values())).shape[1] if facts else 0
    facts["core_question"] = np.arange(questions).repeat(inspections)
    flat = {name: column.ravel() for name, column in facts.items()}
    outcomes = [outcome.name for outcome in OUTCOMES[Stage.CORE_QUESTION]]
    ranks = _said(rulebook, Stage.CORE_QUESTION, flat, outcomes, questions * inspections)
    return [each.reshape(questions, inspections) for each in ranks]


def _seen(count: Count, known: Mapping[str, Column], rulebook: Rulebook) -> tuple[Column, ...]:
    """As `Count.seen`, of every characteristic; a level as its rank, what it is worth in whole numbers."""
    found = _fitting(count.where, known, rulebook)
    if count.kind is Kind.COUNT:
        return (found,)
    if count.kind is Kind.WORST:
        return (np.where(found & known["assessed"], known[count.what], np.int8(_rank(count.best))),)
    whole = _fitting(count.of, known, rulebook)
    if count.what == CREDIT:
        return (np.where(whole & known["assessed"], _worths(rulebook)[known["status"]], 0), whole)
    return (whole & found, whole)


def _completed(
    count: Count, seen: Sequence[Column], assessed: Flags, status: Status, rulebook: Rulebook
) -> tuple[Column, ...]:
    """What is seen if every characteristic that is not assessed had a status, no concern and no findings."""
    supposed = _supposed(rulebook, count, status)
    pairs = zip(seen, supposed, strict=True)
    return tuple(np.where(assessed, column, instead.astype(column.dtype)) for column, instead in pairs)


@lru_cache(maxsize=1000)
def _supposed(rulebook: Rulebook, count: Count, status: Status) -> tuple[Column, ...]:
    members = (
        member_of(characteristic, Standing(status, Concern.NONE), of_nothing(rulebook), rulebook)
        for characteristic in rulebook.framework.characteristics.values()
    )
    seen = [count.seen(member) for member in members]
    if count.kind is Kind.SHARE:
        unit = rulebook.framework.credit_step.denominator if count.what == CREDIT else 1
        parts = [[int(part * unit) for part, _ in seen], [whole for _, whole in seen]]
    else:
        parts = [[_rank(each) for each in seen]]
    return tuple(np.array(part)[:, np.newaxis] for part in parts)


def _together(count: Count, seen: Sequence[Column], rulebook: Rulebook) -> Column:
    """As `Count.together`, for each question."""
    names = names_of(rulebook)
    if count.kind is Kind.COUNT:
        return _summed(seen[0], names)
    if count.kind is Kind.WORST:
        worst: Ranks = (np.maximum if count.is_worse_when_higher else np.minimum).reduceat(seen[0], names.starts)
        return worst
    unit = rulebook.framework.credit_step.denominator if count.what == CREDIT else 1
    part, whole = (_summed(each, names) for each in seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / (whole * unit), count.of_none)


def _worths(rulebook: Rulebook) -> Column:
    """What each status is worth, in whole numbers."""
    framework = rulebook.framework
    worths = [int(framework.exact_credit[s] * framework.credit_step.denominator) for s in Status]
    return np.array(worths, np.min_scalar_type(max(worths)))


def _summed(found: Column, names: Names) -> Whole:
    """The sum of each question. No product of matrices: its threads would get in the way of each other and of ours."""
    ends = (*names.starts[1:], len(found))
    parts = (found[start:end].sum(axis=0, dtype=np.int64) for start, end in zip(names.starts, ends, strict=True))
    return np.stack(list(parts))


def _fitting(conditions: Iterable[Condition], known: Mapping[str, Column], rulebook: Rulebook) -> Flags:
    """The characteristics for which conditions hold. What is asked of one that is not assessed does not hold."""
    names, fits = names_of(rulebook), np.ones_like(known["assessed"])
    fields: Fields = {**rulebook.fields[Stage.CHARACTERISTIC], **OF_A_MEMBER}
    for condition in conditions:
        name, field = condition.field, fields[condition.field]
        if name in ("characteristic", "role"):
            fits &= _holds(condition, field, np.arange(len(names.characteristic)), names)[:, np.newaxis]
            continue
        fits &= _holds(condition, field, known[name], names)
        if name != "assessed":
            fits &= known["assessed"]
    return fits
