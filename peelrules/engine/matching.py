"""What the rules of a stage say of facts: the question, and its plain answer.

An engine is a function that answers it. `plain` asks `Rule.matching` in a loop; it is the oracle to which every other
engine is held.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from peelrules.model.conditions import Conditions
from peelrules.model.facts import Fact, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import OUTCOMES, Rule


class Match(NamedTuple):
    """A rule that applies to a fact, and by virtue of what."""

    rule: Rule
    alternatives: tuple[Conditions, ...]
    """The alternatives of the rule that hold."""


class Said(NamedTuple):
    """What the rules of a stage say of a fact."""

    matches: tuple[Match, ...]
    """The rules that apply, in their order."""
    concluded: Mapping[str, Any]
    """The level of each outcome of the stage; of a flag, whether it is raised."""


Matcher = Callable[[Rulebook, Stage, Sequence[Fact]], list[Said]]
"""What the rules of a stage say of each fact, in the order of the facts."""


def said(stage: Stage, matches: Sequence[Match]) -> Said:
    """What rules say that apply: each outcome comes to rest at the lowest ceiling or the highest floor."""
    levels: dict[str, list[Any]] = {}
    for match in matches:
        levels.setdefault(match.rule.conclusion.outcome, []).append(match.rule.conclusion.level)
    concluded = {
        outcome.name: outcome.name in levels if outcome.scale is None else outcome.rest(levels.get(outcome.name, ()))
        for outcome in OUTCOMES[stage]
    }
    return Said(tuple(matches), concluded)


def plain(rulebook: Rulebook, stage: Stage, facts: Sequence[Fact]) -> list[Said]:
    """Ask every rule about every fact."""
    return [said(stage, matching(rulebook.of_stage[stage], fact)) for fact in facts]


def matching(rules: Sequence[Rule], fact: Fact) -> list[Match]:
    """The rules that apply to a fact."""
    return [Match(rule, alternatives) for rule in rules if (alternatives := rule.matching(fact))]
