"""Facts on the bounds of rules, and on either side."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from peelrules.model.conditions import ANY_OTHER, Condition, fact_with, satisfying
from peelrules.model.facts import Fact
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.verify.values import beside

Side = Literal["below", "on", "above", "other"]

STEP = 1e-9
"""Between shares that are told apart; the shares of samples are rounded to it."""


class OnBound(NamedTuple):
    """A fact on a bound of a rule, or beside it."""

    condition: Condition
    """The comparison with the bound."""
    side: Side
    """Where the fact stands; `other` for a flag or a name, which has no above and below."""
    fact: Fact


def on_the_bound(rule: Rule, rulebook: Rulebook) -> Iterator[OnBound]:
    """For each bound of a rule: a fact exactly on it, one just below and one just above.

    *Just* is one level, one case, or a billionth of a share. Everything else about the three is the same and, where
    that can be, meets the other comparisons of the alternative, so that the bound alone decides. Flags and names have
    the value itself and another.
    """
    fields = rulebook.fields[rule.stage]
    for conditions in rule.alternatives:
        for condition in conditions:
            others = [c for c in conditions if c.field != condition.field]
            held = {c.field: satisfying(fields[c.field], others) for c in others}
            met = {name: values[0] for name, values in held.items() if values}
            for side, value in _around(condition):
                yield OnBound(condition, side, fact_with(fields, {**met, condition.field: value}))


def _around(condition: Condition) -> Iterator[tuple[Side, Any]]:
    for bound in condition.bounds:
        yield "on", bound
        if isinstance(bound, (bool, str)):
            yield "other", (not bound) if isinstance(bound, bool) else ANY_OTHER
            continue
        below, above = (beside(bound, by, STEP) for by in (-1, 1))
        if below is not None:
            yield "below", below
        if above is not None:
            yield "above", above
