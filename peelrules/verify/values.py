"""The few values of a field that stand for all of them.

A comparison changes only at its bound. Whether a condition holds on each bound, between the bounds and at both
ends of the field therefore tells, exactly, for which values it holds.
"""

from collections.abc import Iterable, Mapping, Set
from functools import reduce
from itertools import pairwise
from operator import or_
from typing import Any

from peelrules.model.facts import FACTS, Fact, FactField, Harm, Stage, Value, fields_of
from peelrules.model.rules import Comparator, Condition
from peelrules.model.scales import Scale

ANY_OTHER = "any-other"
"""Stands for all names that no condition mentions."""

_MOST = 1_000_000  # the largest count of a fact


def telling(field: FactField, conditions: Iterable[Condition]) -> list[Any]:
    """The values of a field that tell all conditions on it apart, from the best to the worst."""
    bounds = {bound for c in conditions if c.field == field.name for bound in _bounds(c)}
    return sorted(_values(field.kind, bounds), reverse=field.harm is Harm.WHEN_LOWER)


def _values(kind: type, bounds: Set[Any]) -> Set[Any]:
    if issubclass(kind, Scale):
        return set(kind)
    if kind is bool:
        return {False, True}
    if kind is int:
        near = {bound + step for bound in bounds for step in (-1, 0, 1)}
        return {count for count in near | {0, _MOST} if 0 <= count <= _MOST}
    if kind is float:
        ends = sorted(bounds | {0.0, 1.0})
        return {*ends, *((low + high) / 2 for low, high in pairwise(ends))}
    return bounds | {ANY_OTHER}


def satisfying(field: FactField, conditions: Iterable[Condition]) -> list[Any]:
    """The telling values for which all conditions on a field hold."""
    own = [c for c in conditions if c.field == field.name]
    return [v for v in telling(field, own) if all(c.comparator.holds(v, c.bound) for c in own)]


class Grid:
    """The telling values of the fields of some conditions of one stage. A set of them is a number, a bit for each."""

    def __init__(self, conditions: Iterable[tuple[Stage, Condition]]) -> None:
        bounds: dict[str, set[Any]] = {}
        kinds: dict[str, type] = {}
        for stage, condition in conditions:
            bounds.setdefault(condition.field, set()).update(_bounds(condition))
            kinds[condition.field] = fields_of(stage)[condition.field].kind
        self._place = {
            name: {value: place for place, value in enumerate(sorted(_values(kind, bounds[name])))}
            for name, kind in kinds.items()
        }

    def satisfying(self, conditions: Iterable[Condition]) -> dict[str, int]:
        """For each field of some conditions that must all hold, which of its values satisfy them."""
        found: dict[str, int] = {}
        for condition in conditions:
            values = found.get(condition.field, self._all(condition.field))
            found[condition.field] = values & self._satisfying(condition)
        return found

    def is_within(self, narrow: Mapping[str, int], wide: Mapping[str, int]) -> bool:
        """Whether all that satisfies the narrow conditions satisfies the wide ones."""
        return not any(narrow.get(name, self._all(name)) & ~values for name, values in wide.items())

    def _all(self, name: str) -> int:
        return (1 << len(self._place[name])) - 1

    def _satisfying(self, condition: Condition) -> int:
        name = condition.field
        bits = [1 << self._place[name][each] for each in _bounds(condition)]
        match condition.comparator:
            case Comparator.AT_LEAST:
                return self._all(name) & -bits[0]
            case Comparator.ABOVE:
                return self._all(name) & -(bits[0] << 1)
            case Comparator.AT_MOST:
                return (bits[0] << 1) - 1
            case Comparator.BELOW:
                return bits[0] - 1
        return reduce(or_, bits)


def _bounds(condition: Condition) -> tuple[Any, ...]:
    return condition.bound if condition.comparator is Comparator.ONE_OF else (condition.bound,)


def fact(stage: Stage, **values: Value) -> Fact:
    """A fact with these values, and the best of every other field."""
    return FACTS[stage](**{name: telling(field, ())[0] for name, field in fields_of(stage).items()} | values)
