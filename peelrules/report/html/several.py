"""Several forces side by side."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from peelrules.insight.comparison import AgreementWithPublished, agreement_with_published
from peelrules.model.assessment import Judgment
from peelrules.model.rulebook import Rulebook
from peelrules.report.html.force import Force, QuestionView


class Applied(NamedTuple):
    """What became of one rule, over all forces."""

    looked_at: int
    applied: int
    forces: int
    """Forces to which it applied at least once."""


def columns(forces: Sequence[Force]) -> list[Judgment]:
    """The questions that at least one force has a grade in."""
    compared = zip(*(force.questions for force in forces), strict=True)
    return [views[0].judgment for views in compared if any(view.judgment.grade is not None for view in views)]


def cells(force: Force, questions: Sequence[Judgment]) -> Iterator[QuestionView]:
    """The views of one force on these questions, in their order."""
    view = {question.id: question for question in force.questions}
    return (view[question.core_question] for question in questions)


def agreed(forces: Sequence[Force]) -> AgreementWithPublished | None:
    """How well the grades agree with what was published; None where no judgment has both."""
    found = agreement_with_published(force.report.comparison for force in forces if force.report.comparison is not None)
    return found if found.judgments else None


def applied(forces: Sequence[Force], rulebook: Rulebook) -> dict[str, Applied]:
    """Every rule of the rulebook by id, and how often it applied."""
    uses = {rule.id: [force.assessment.rule[rule.id] for force in forces] for rule in rulebook.rules}
    return {
        rule: Applied(
            looked_at=sum(use.looked_at for use in each),
            applied=sum(use.applied for use in each),
            forces=sum(use.applied > 0 for use in each),
        )
        for rule, each in uses.items()
    }
