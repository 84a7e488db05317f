"""Characteristics in columns: what kinds of findings speak of each, what is counted of them, and where each stands."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from math import prod
from typing import Any, NamedTuple

import numpy as np

from peelrules.engine.columns.lookup import Column, Flags, Whole, holds, names_of, said
from peelrules.engine.columns.terms import Columns
from peelrules.engine.tables import Ranks
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition
from peelrules.model.counts import Count, Kind
from peelrules.model.facts import OF_A_BEARING, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Gravity

_GRAVEST = Count(
    stage=Stage.CHARACTERISTIC, id="gravest", title="gravest", kind=Kind.WORST, what="gravity", best=Gravity.lowest()
)
_STRENGTHS = Count(
    stage=Stage.CHARACTERISTIC,
    id="strengths",
    title="strengths",
    kind=Kind.COUNT,
    what="findings",
    where=(Condition("direction", Comparator.IS, Direction.STRENGTH),),
)
"""What is told of every characteristic, whatever a rulebook counts."""


class Kinds(NamedTuple):
    """The kinds of findings about a characteristic. Those of one kind are the same to every count."""

    sizes: Mapping[str, int]
    """How many values each field has that tells kinds apart; *primary* is the last."""
    values: Mapping[str, Column]
    """The value of each of these fields, of every kind."""
    counts: Sequence[Count]
    """Those that the rulebook declares, and two that are told anyway: the last but one is the gravity of the gravest
    finding, the last how many speak for the characteristic."""

    def of(self, findings: Mapping[str, Column]) -> Whole:
        """The kind of each of some findings, about its primary characteristic; about any other it is the next."""
        kinds = np.zeros(len(findings["gravity"]), np.int64)
        for name, size in list(self.sizes.items())[:-1]:
            kinds *= size
            kinds += findings[name]
        return 2 * kinds


class Known(NamedTuple):
    """What is known of every characteristic of many inspections: one row a characteristic, one column an inspection."""

    assessed: Flags
    status: Ranks
    concern: Ranks
    gravest: Ranks
    strengths: Whole
    counted: Mapping[str, Column]
    """By what the rulebook calls it; a level stands as its rank."""

    @property
    def told(self) -> Sequence[Column]:
        """What is told of characteristics, one row an inspection."""
        return [column.T for column in self[:-1]]


@lru_cache(maxsize=8)
def kinds_of(rulebook: Rulebook) -> Kinds:
    names, declared = names_of(rulebook), rulebook.counts_of[Stage.CHARACTERISTIC]
    counts = (*declared, _GRAVEST, _STRENGTHS)
    read = {"strand", *(name for count in counts for name in count.reads)} - {"primary"}
    fields: list[tuple[str, Any]] = [(name, field.kind) for name, field in OF_A_BEARING.items() if name in read]
    sizes = {name: len(names.strand) if kind is str else 2 if kind is bool else len(kind) for name, kind in fields}
    sizes["primary"] = 2
    every = np.unravel_index(np.arange(prod(sizes.values())), tuple(sizes.values()))
    values = {name: each.astype(np.min_scalar_type(-sizes[name])) for name, each in zip(sizes, every, strict=True)}
    return Kinds(sizes, {**values, "primary": 1 - values["primary"]}, counts)


def about(columns: Columns, bearings: Sequence[Sequence[int]], kind: Whole) -> tuple[Whole, Whole]:
    """Everything that speaks of a characteristic of an inspection: of which, and what kind of finding it is.

    Args:
        kind: of each finding, if it is about a characteristic first.

    Returns:
        Numbers of characteristics of inspections, all inspections of one characteristic after the other; and kinds.
    """
    rows = np.flatnonzero(~((columns.direction == Direction.NEITHER.rank) & np.isnan(columns.failing)))
    of, inspection, kind = columns.bears_on[rows], columns.inspection[rows], kind[rows]
    groups, kinds = [], []
    for place, each in enumerate(zip_longest(*bearings, fillvalue=-1)):
        at = np.array(each, np.int64)[of]
        if place:  # everything has a first
            there = np.flatnonzero(at >= 0)
            of, inspection, kind, at = of[there], inspection[there], kind[there], at[there]
        groups.append(at * columns.inspections + inspection)
        kinds.append(kind + (place > 0))
    return (np.concatenate(groups), np.concatenate(kinds)) if groups else (of, kind)


def characteristics(group: Whole, kind: Whole, inspections: int, rulebook: Rulebook) -> Known:
    """What is counted and concluded of each characteristic of each inspection.

    Args:
        group: and *kind*, as of `about`.
    """
    shape = (len(rulebook.framework.characteristics), inspections)
    groups = shape[0] * shape[1]
    kinds = kinds_of(rulebook)
    done: dict[tuple[Any, ...], Column] = {}  # what is told anyway is mostly declared, too
    for count in kinds.counts:
        if (meant := (count.kind, count.what, count.where)) not in done:
            done[meant] = _counted(count, group, kind, groups, rulebook)
    *declared, gravest, strengths = (done[count.kind, count.what, count.where] for count in kinds.counts)
    by_name = {count.id: column for count, column in zip(kinds.counts, declared, strict=False)}
    assessed = np.bincount(group, minlength=groups) > 0
    there = np.flatnonzero(assessed)
    facts = {name: column[there] for name, column in by_name.items()}
    facts["characteristic"] = np.repeat(np.arange(shape[0]), np.count_nonzero(assessed.reshape(shape), axis=1))
    status, concern = np.zeros((2, groups), np.int8)
    outcomes = ("status", "concern")
    status[there], concern[there] = said(rulebook, Stage.CHARACTERISTIC, facts, outcomes, len(there))
    return Known(
        assessed.reshape(shape),
        status.reshape(shape),
        concern.reshape(shape),
        gravest.reshape(shape),
        strengths.reshape(shape),
        {name: column.reshape(shape) for name, column in by_name.items()},
    )


def _counted(count: Count, group: Whole, kind: Whole, groups: int, rulebook: Rulebook) -> Column:
    """What is counted of each characteristic of each inspection; a level stands as its rank."""
    kinds, taken_in = kinds_of(rulebook), _taken_in(count, rulebook)
    if count.kind is Kind.WORST:
        best: Any = count.best
        worst: Ranks = np.full(groups, best.rank, np.int8)
        levels = np.where(taken_in, kinds.values[count.what], np.int8(best.rank))
        (np.maximum if count.is_worse_when_higher else np.minimum).at(worst, group, levels[kind])
        return worst
    found = np.flatnonzero(taken_in[kind])
    if count.what == "strands":
        seen = np.zeros((kinds.sizes["strand"], groups), np.uint8)
        seen[kinds.values["strand"][kind[found]], group[found]] = 1
        few = np.min_scalar_type(len(seen))  # sums of small numbers take a twentieth of the time
        strands: Whole = seen.sum(axis=0, dtype=few).astype(np.int64)
        return strands
    return np.bincount(group[found], minlength=groups)


@lru_cache(maxsize=1000)
def _taken_in(count: Count, rulebook: Rulebook) -> Flags:
    """Which kinds of findings a count takes in."""
    kinds, names = kinds_of(rulebook), names_of(rulebook)
    taken_in = np.ones_like(kinds.values["primary"], np.bool_)
    for condition in count.where:
        taken_in &= holds(condition, OF_A_BEARING[condition.field], kinds.values[condition.field], names)
    return taken_in
