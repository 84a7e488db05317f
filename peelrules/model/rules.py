"""Rules: what they read, what they conclude, and when they apply.

`Rule.applies` is the definition of the rule language. The engines are held to it by tests.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from peelrules.model.base import Frozen, Name, Text
from peelrules.model.conditions import Conditions, all_hold, goes_on_for_worse
from peelrules.model.facts import Fact, Fields, Stage
from peelrules.model.framework import Clause
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Scale, Status

Limit = Literal["floor", "ceiling", "flag"]
"""What a rule does to an outcome: it is this level or a higher one, this level or a lower one, or it is raised."""

_IN_WORDS = {"floor": "at least", "ceiling": "at most"}


class Outcome(NamedTuple):
    """Something that rules of a stage conclude."""

    name: str
    limit: Limit
    scale: type[Scale] | None = None
    """None: a flag."""

    def rest(self, levels: Sequence[Scale]) -> Scale | None:
        """Where the outcome comes to rest under the levels that rules set: the lowest ceiling or the highest floor."""
        if self.scale is None:
            return None
        if self.limit == "floor":
            return max(levels, default=self.scale.lowest())
        return min(levels, default=self.scale.highest())


OUTCOMES: Mapping[Stage, Sequence[Outcome]] = {
    Stage.SAMPLE: (Outcome("direction", "floor", Direction), Outcome("extent", "floor", Extent)),
    Stage.FINDING: (Outcome("gravity", "floor", Gravity), Outcome("innovative_practice", "flag")),
    Stage.CHARACTERISTIC: (Outcome("status", "ceiling", Status), Outcome("concern", "floor", Concern)),
    Stage.CORE_QUESTION: (
        Outcome("grade", "ceiling", Grade),
        Outcome("cause_of_concern", "flag"),
        Outcome("not_enough_evidence", "flag"),
    ),
}
"""What rules of each stage conclude."""

PRAISE = frozenset({"innovative_practice"})
"""Outcomes that are shown beside the grades and lower none of them. So the rule that raises one may, and must, look for
what is better."""


class Conclusion(NamedTuple):
    """What a rule does to one outcome of its stage."""

    outcome: str
    limit: Limit
    level: Scale | None = None

    def __str__(self) -> str:
        if self.limit == "flag":
            return f"raises {self.outcome}".replace("_", " ")
        return f"{self.outcome} {_IN_WORDS[self.limit]} {self.level}"

    @property
    def says_nothing(self) -> bool:
        """Whether its level is where the scale begins, so that every outcome is within it."""
        if self.level is None:
            return False
        scale = type(self.level)
        return self.level is (scale.lowest() if self.limit == "floor" else scale.highest())

    def is_as_much_as(self, other: "Conclusion") -> bool:
        """Whether it bounds the same outcome, and no less."""
        if (self.outcome, self.limit) != (other.outcome, other.limit):
            return False
        if self.level is None or other.level is None:
            return True
        return self.level >= other.level if self.limit == "floor" else self.level <= other.level


@cache
def conclusions_of(stage: Stage) -> tuple[Conclusion, ...]:
    """Everything that rules of a stage may conclude, by outcome and then by level."""
    return tuple(
        Conclusion(outcome.name, outcome.limit, level)
        for outcome in OUTCOMES[stage]
        for level in (outcome.scale or (None,))
    )


class Example(Frozen):
    """Part of a fact, and whether the rule applies to it."""

    given: Mapping[str, Any]
    """The fields that the rule reads, with values."""
    applies: bool


class Rule(Frozen):
    """A bound on one outcome of a stage, and when it applies."""

    stage: Stage
    id: Name
    title: Text
    alternatives: Annotated[tuple[Conditions, ...], Field(min_length=1)]
    """Conditions, in the order of the fields; those of one alternative must all hold."""
    conclusion: Conclusion
    source: Clause
    basis: Annotated[Text, Field(min_length=20)]
    """Why the rule says what it says: what is the inspectorate's in it and what its authors'."""
    examples: tuple[Example, ...] = ()

    def matching(self, fact: Fact) -> tuple[Conditions, ...]:
        """The alternatives whose conditions all hold for the fact."""
        return tuple(conditions for conditions in self.alternatives if all_hold(conditions, fact))

    def applies(self, fact: Fact) -> bool:
        """Whether the rule applies to a fact of its stage."""
        return any(all_hold(conditions, fact) for conditions in self.alternatives)

    def is_monotone(self, fields: Fields) -> bool:
        """Whether better evidence can never make the rule apply: each of its conditions holds for all that is worse."""
        return self.conclusion.outcome in PRAISE or all(
            goes_on_for_worse(fields[c.field], c) for conditions in self.alternatives for c in conditions
        )
