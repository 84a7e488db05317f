"""Which rules apply to which facts: the question, and its plain answer.

An engine is a function that answers it. `plain` asks `Rule.matching` in a loop; it is the oracle to
which every other engine is held, and fast enough where thousands of answers are wanted.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from peelrules.model.facts import Fact, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Condition, Rule


class Match(NamedTuple):
    """A rule that applies to a fact, and by virtue of what."""

    subject: str
    """Id of what the fact is about."""
    rule: Rule
    alternatives: tuple[tuple[Condition, ...], ...]
    """The alternatives of the rule that hold."""


Matcher = Callable[[Rulebook, Stage, Mapping[str, Fact]], list[Match]]
"""The matches of a stage's rules among its facts by subject, in the order of facts and then rules."""


def plain(rulebook: Rulebook, stage: Stage, facts: Mapping[str, Fact]) -> list[Match]:
    """Ask every rule about every fact."""
    return [
        Match(subject, rule, alternatives)
        for subject, fact in facts.items()
        for rule in rulebook.of_stage[stage]
        if (alternatives := rule.matching(fact))
    ]
