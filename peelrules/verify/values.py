"""The few values of a field that stand for all of them.

A comparison changes only at its bound. Whether a condition holds on each bound, between the bounds and at both
ends of the field therefore tells, exactly, for which values it holds.
"""

from collections.abc import Iterable, Set
from itertools import pairwise
from typing import Any

from peelrules.model.facts import FACTS, Fact, FactField, Harm, Stage, Value, fields_of
from peelrules.model.rules import Comparator, Condition
from peelrules.model.scales import Scale

ANY_OTHER = "any-other"
"""Stands for all names that no condition mentions."""

_MOST = 1_000_000  # the largest count of a fact


def telling(field: FactField, conditions: Iterable[Condition]) -> list[Any]:
    """The values of a field that tell all conditions on it apart, from the best to the worst."""
    bounds = {
        bound
        for c in conditions
        if c.field == field.name
        for bound in (c.bound if c.comparator is Comparator.ONE_OF else (c.bound,))
    }
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


def satisfying(field: FactField, conditions: Iterable[Condition], bounds: Iterable[Condition] = ()) -> list[Any]:
    """The telling values for which all conditions on a field hold; *bounds* are further ones to tell apart."""
    own = [c for c in conditions if c.field == field.name]
    return [v for v in telling(field, [*own, *bounds]) if all(c.comparator.holds(v, c.bound) for c in own)]


def fact(stage: Stage, **values: Value) -> Fact:
    """A fact with these values, and the best of every other field."""
    return FACTS[stage](**{name: telling(field, ())[0] for name, field in fields_of(stage).items()} | values)
