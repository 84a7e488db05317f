"""Several forces side by side."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from peelrules.insight.agreement import beside_each_other
from peelrules.insight.comparison import AgreementWithPublished, agreement_with_published
from peelrules.model.agreement import CharacteristicBeside, Panel
from peelrules.model.assessment import Judgment
from peelrules.model.rulebook import Rulebook
from peelrules.report.html.force import Force, QuestionView


class Applied(NamedTuple):
    """What became of one rule, over all forces."""

    looked_at: int
    applied: int
    forces: int
    """Forces to which it applied at least once."""


class Codings(NamedTuple):
    """Several codings of one inspection, and where each is told in full."""

    name: str
    anchor: str
    panel: Panel
    forces: Mapping[str, Force]
    """By coder."""

    @property
    def beside(self) -> Mapping[str, CharacteristicBeside]:
        """The characteristics by id."""
        return {each.characteristic: each for each in self.panel.characteristics}

    @property
    def question(self) -> Mapping[str, str]:
        """The names of the core questions by id."""
        return {question.core_question: question.name for question in self.panel.questions}


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


def codings(forces: Sequence[Force], rulebook: Rulebook) -> list[Codings]:
    """Where several codings of an inspection are reported, how they stand to each other."""
    of_several = [force for force in forces if force.coder is not None]
    found = beside_each_other([(force.coder or "", force.assessment) for force in of_several], rulebook)
    told = []
    for number, panel in enumerate(found.panels, 1):
        about = [
            f for f in of_several if (f.assessment.force, f.assessment.inspection) == (panel.force, panel.inspection)
        ]
        name = f"{panel.force}, {panel.inspection or panel.framework}"
        told.append(Codings(name, f"codings-{number}", panel, dict(zip(panel.codings, about, strict=True))))
    return told


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
