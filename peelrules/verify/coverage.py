"""Where each rule applied and did not apply: in its examples, in cases, and in evidence."""

from collections.abc import Iterable, Sequence

from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.rulebook import Rulebook


class Tally(Frozen):
    """Of how many a rule applied, and of how many it had something to look at and did not."""

    applied: int
    not_applied: int


class RuleCoverage(Frozen):
    """Where one rule was tried. A case or a file counts once, however many facts it leads to."""

    rule: str
    place: str
    examples: Tally
    cases: Tally
    evidence: Tally

    @property
    def never_applied(self) -> bool:
        """Whether it applied to no case and no evidence; to an example every rule does."""
        return self.cases.applied + self.evidence.applied == 0


def covered(rulebook: Rulebook, cases: Sequence[Assessment], evidence: Sequence[Assessment]) -> list[RuleCoverage]:
    """The coverage of each rule, in the order of the rulebook."""
    return [
        RuleCoverage(
            rule=rule.id,
            place=rulebook.places.get(rule.id, ""),
            examples=_tally(example.applies for example in rule.examples),
            cases=_used(rule.id, cases),
            evidence=_used(rule.id, evidence),
        )
        for rule in rulebook.rules
    ]


def _used(rule: str, assessments: Iterable[Assessment]) -> Tally:
    uses = (assessment.rule[rule] for assessment in assessments)
    return _tally(use.applied > 0 for use in uses if use.looked_at)


def _tally(applied: Iterable[bool]) -> Tally:
    outcomes = list(applied)
    return Tally(applied=outcomes.count(True), not_applied=outcomes.count(False))
