"""Facts on the bounds of rules, and on either side."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from peelrules.model.facts import Fact, FactField, fields_of
from peelrules.model.rules import Comparator, Condition, Rule
from peelrules.model.scales import Scale
from peelrules.verify.values import ANY_OTHER, fact, satisfying

Side = Literal["below", "on", "above", "other"]

STEP = 1e-9
"""Between shares that are told apart; the shares of samples are rounded to it."""
_MOST: Mapping[type, int] = {int: 1_000_000, float: 1}


class OnBound(NamedTuple):
    """A fact on a bound of a rule, or beside it."""

    condition: Condition
    """The comparison with the bound."""
    side: Side
    """Where the fact stands; `other` for a flag or a name, which has no above and below."""
    fact: Fact


def on_the_bound(rule: Rule) -> Iterator[OnBound]:
    """For each bound of a rule: a fact exactly on it, one just below and one just above.

    *Just* is one level, one case, or a billionth of a share. Everything else about the three is the same and, where
    that can be, meets the other comparisons of the alternative, so that the bound alone decides. Flags and names have
    the value itself and another.
    """
    fields = fields_of(rule.stage)
    for conditions in rule.alternatives:
        for condition in conditions:
            others = [c for c in conditions if c.field != condition.field]
            met = {name: found[0] for name in fields if (found := _meeting(fields[name], others))}
            for side, value in _around(fields[condition.field].kind, condition):
                yield OnBound(condition, side, fact(rule.stage, **{**met, condition.field: value}))


def _meeting(field: FactField, conditions: list[Condition]) -> list[Any]:
    return satisfying(field, conditions) if any(c.field == field.name for c in conditions) else []


def _around(kind: type, condition: Condition) -> Iterator[tuple[Side, Any]]:
    for bound in condition.bound if condition.comparator is Comparator.ONE_OF else (condition.bound,):
        yield "on", bound
        if kind in (bool, str):
            yield "other", (not bound) if kind is bool else ANY_OTHER
            continue
        for side, value in (("below", _next(kind, bound, -1)), ("above", _next(kind, bound, 1))):
            if value is not None:
                yield side, value  # type: ignore[misc]


def _next(kind: type, bound: Any, by: int) -> Any:
    """The value next to a bound; None off its scale."""
    if issubclass(kind, Scale):
        levels = list(kind)
        return levels[bound.rank + by] if 0 <= bound.rank + by < len(levels) else None
    value = bound + by * (STEP if kind is float else 1)
    return value if 0 <= value <= _MOST[kind] else None
