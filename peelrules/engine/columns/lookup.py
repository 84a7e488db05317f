"""Places of names, levels and figures in columns, and what the decision tables say of facts in columns."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peelrules.engine.tables import Ranks, table_of
from peelrules.model.conditions import Axis, Condition
from peelrules.model.evidence import SUPPOSED
from peelrules.model.facts import Field, Stage
from peelrules.model.framework import Role
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Scale

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Column = NDArray[Any]


class Names(NamedTuple):
    """The places of the names of a framework, and what belongs together."""

    characteristic: Mapping[str, int]
    core_question: Mapping[str, int]
    strand: Mapping[str, int]
    roles: Sequence[Any]
    """Of the characteristics."""
    question: Whole
    """Which core question each characteristic belongs to; those of a question stand together."""
    starts: Sequence[int]
    """The first characteristic of each question."""
    graded: Flags

    def summed(self, found: Column) -> Whole:
        """The sums of the characteristics of each core question. Sums of small numbers are fast."""
        kind = np.result_type(found.dtype, np.min_scalar_type(len(found)))
        sums = np.empty((len(self.starts), *found.shape[1:]), kind)
        for number, (start, end) in enumerate(pairwise([*self.starts, len(found)])):
            np.add.reduce(found[start:end], axis=0, dtype=kind, out=sums[number])
        return sums.astype(np.int64)

    def of(self, field: str) -> Sequence[Any]:
        """The names or roles for which the numbers of a column stand."""
        return self.roles if field == "role" else list(getattr(self, field))


@lru_cache(maxsize=8)
def names_of(rulebook: Rulebook) -> Names:
    framework = rulebook.framework
    questions, ids = framework.core_questions, list(framework.characteristics)
    sizes = [len(question.characteristics) for question in questions]
    return Names(
        {c: number for number, c in enumerate(ids)},
        {q.id: number for number, q in enumerate(questions)},
        {strand: number for number, strand in enumerate((*framework.strands, SUPPOSED))},
        [c.role for c in framework.characteristics.values()],
        np.repeat(np.arange(len(questions)), sizes),
        [0, *accumulate(sizes[:-1])],
        np.array([q.is_graded for q in questions]),
    )


def said(
    rulebook: Rulebook, stage: Stage, facts: Mapping[str, Column], outcomes: Sequence[str], number: int
) -> list[Ranks]:
    """The ranks of some outcomes of facts in columns."""
    table = table_of(rulebook, stage)
    names = names_of(rulebook)
    at = [places(axis, facts[axis.field.name], names) for axis in table.axes.axes]
    return table.ranks(at, outcomes, number)


_FEW = 1_000
"""Bounds of counts below this are looked up; higher ones are searched."""


def places(axis: Axis, column: Column, names: Names) -> Whole:
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
        between: Whole = 2 * below + (bounds[below] == column)
        return between
    return column


def holds(condition: Condition, field: Field, column: Column, names: Names) -> Flags:
    """Where a condition holds."""
    if not condition.comparator.has_several and field.kind not in (str, Role):
        return np.asarray(condition.comparator.holds(column, rank_of(condition.bound)), np.bool_)
    values: Any = names.of(field.name) if field.kind in (str, Role) else field.kind
    return np.array([condition.comparator.holds(value, condition.bound) for value in values], np.bool_)[column]


def rank_of(value: Any) -> Any:
    return value.rank if isinstance(value, Scale) else value
