"""Conditions, and the few values of a field that stand for all of them.

A comparison changes only at its bound. So the bounds of some conditions cut the values of a field into places: on each
bound, between two, and at either end. Which place a value has is all that the conditions can tell of it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from peelrules.model.comparators import Comparator
from peelrules.model.facts import Fact, Field, Fields, Harm, Value, in_words
from peelrules.model.scales import Scale

ANY_OTHER = "any-other"
"""Stands for all names that no condition mentions."""

MOST = 1_000_000
"""The largest count of a fact."""


class Condition(NamedTuple):
    """One comparison of one field of a fact."""

    field: str
    comparator: Comparator
    bound: Any

    def holds(self, fact: Fact) -> bool:
        return self.comparator.holds(fact[self.field], self.bound)

    def __str__(self) -> str:
        return f"{self.field} {self.test}"

    @property
    def test(self) -> str:
        """The comparison in words, without the field: *at least serious*."""
        return _test_in_words(self.comparator, self.bound)

    @property
    def bounds(self) -> tuple[Any, ...]:
        """The bound, or each of several."""
        return self.bound if self.comparator.has_several else (self.bound,)


Conditions = tuple[Condition, ...]
"""Conditions that must all hold."""


@lru_cache(maxsize=10_000, typed=True)  # a count of 1 and a share of 1.0 are equal, and told differently
def _test_in_words(comparator: Comparator, bound: Any) -> str:
    words = " or ".join(map(in_words, bound)) if comparator.has_several else in_words(bound)
    return comparator.in_words(words)


def all_hold(conditions: Conditions, fact: Fact) -> bool:
    """Whether all of some conditions hold for a fact; without any, they do."""
    return all(condition.holds(fact) for condition in conditions)


class Axis:
    """The values of one field, cut into places by the bounds of some conditions."""

    def __init__(self, field: Field, conditions: Iterable[Condition]) -> None:
        self.field = field
        own = {bound for c in conditions if c.field == field.name for bound in c.bounds}
        self.bounds: Sequence[Any] = sorted(own) if field.kind in (int, float, str) else ()
        self._named = {name: place for place, name in enumerate(self.bounds)} if field.kind is str else {}

    @cached_property
    def values(self) -> tuple[Any, ...]:
        """A value for each place, from the lowest; None where there is none between two bounds, or beyond one."""
        kind = self.field.kind
        if issubclass(kind, Enum):
            return tuple(kind)
        if kind is bool:
            return (False, True)
        if kind is str:
            return (*self.bounds, ANY_OTHER)
        least, most = (0.0, 1.0) if kind is float else (0, MOST)
        between = [_between(low, high, kind) for low, high in zip(self.bounds, self.bounds[1:], strict=False)]
        if not self.bounds:
            return (least,)
        first = least if least < self.bounds[0] else None
        beyond = self.bounds[-1] + 1 if kind is int else most
        last = beyond if most > self.bounds[-1] else None
        gaps = [first, *between, last]
        return tuple(v for gap, bound in zip(gaps, [*self.bounds, None], strict=True) for v in (gap, bound))[:-1]

    @cached_property
    def telling(self) -> tuple[Any, ...]:
        """The values that tell all the conditions apart, from the best to the worst."""
        there = tuple(value for value in self.values if value is not None)
        return there if self.field.best_first else there[::-1]

    @property
    def size(self) -> int:
        """How many places there are."""
        return len(self.values)

    def place(self, value: Value) -> int:
        """The place of a value, counted from the lowest."""
        kind = self.field.kind
        if isinstance(value, Scale):
            return value.rank
        if kind is str:
            return self._named.get(value, len(self.bounds))
        if kind in (int, float):
            return bisect_left(self.bounds, value) + bisect_right(self.bounds, value)
        return self.values.index(value)


def _between(low: Any, high: Any, kind: type) -> Any:
    middle = low + 1 if kind is int else (low + high) / 2
    return middle if low < middle < high else None


class Axes:
    """The fields that some conditions read, each cut into places. A place of every field is a cell.

    Facts in one cell are the same to the conditions.
    """

    def __init__(self, conditions: Iterable[Condition], of: Fields) -> None:
        by_field: dict[str, list[Condition]] = {}
        for condition in conditions:
            by_field.setdefault(condition.field, []).append(condition)
        self.axes = tuple(Axis(field, by_field[name]) for name, field in of.items() if name in by_field)

    def cell(self, fact: Fact) -> tuple[int, ...]:
        """The cell in which a fact lies."""
        return tuple(axis.place(fact[axis.field.name]) for axis in self.axes)

    def fact_in(self, cell: Sequence[int]) -> Fact:
        """A fact that lies in a cell; it tells only what the conditions read."""
        return {axis.field.name: axis.values[place] for axis, place in zip(self.axes, cell, strict=True)}


def telling(field: Field, conditions: Iterable[Condition]) -> tuple[Any, ...]:
    """The values of a field that tell all conditions on it apart, from the best to the worst."""
    return Axis(field, conditions).telling


def satisfying(field: Field, conditions: Iterable[Condition]) -> list[Any]:
    """The telling values for which all conditions on a field hold."""
    own = [c for c in conditions if c.field == field.name]
    return [v for v in telling(field, own) if all(c.comparator.holds(v, c.bound) for c in own)]


def best(of: Fields, conditions: Iterable[Condition] = ()) -> dict[str, Value]:
    """The best value of every field for which all conditions hold; of a field without conditions the best there is."""
    conditions = tuple(conditions)
    asked = {c.field for c in conditions}
    return {n: (satisfying(field, conditions) if n in asked else _ends(field))[0] for n, field in of.items()}


def fact_with(of: Fields, values: Mapping[str, Value]) -> Fact:
    """A fact with these values, and the best of every other field."""
    return {name: values[name] if name in values else _ends(field)[0] for name, field in of.items()}


def _ends(field: Field) -> Sequence[Any]:
    """The best and the worst value of a field."""
    numbers = {int: (0, MOST), float: (0.0, 1.0)}
    low_first = numbers.get(field.kind) or Axis(field, ()).values
    return low_first if field.best_first else low_first[::-1]


def goes_on_for_worse(field: Field, condition: Condition) -> bool:
    """Whether a condition that holds for a value holds for every worse one. Of names none is worse than another."""
    if field.harm is Harm.NEITHER:
        return True
    held = [condition.comparator.holds(value, condition.bound) for value in telling(field, [condition])]
    return held == sorted(held)
