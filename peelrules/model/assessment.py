"""The result of a grading: judgments, what they rest on, and what could not be judged."""

from typing import Annotated, Literal

from pydantic import Field

from peelrules.model.base import Frozen
from peelrules.model.facts import Stage
from peelrules.model.framework import Reporting, Role
from peelrules.model.rulebook import Identity
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Seriousness, State, Status


class Premise(Frozen):
    """One condition that held."""

    field: str
    value: str | bool | int | float
    condition: str
    """The condition in words, such as *at least serious*."""


class Firing(Frozen):
    """A rule that applied to a fact."""

    stage: Stage
    subject: str
    """Id of the finding, characteristic or core question."""
    rule: str
    outcome: str
    """The outcome that the rule bounds, or the flag that it raises."""
    bound: Literal["at_least", "at_most", "raises"]
    level: str | None
    premises: tuple[Premise, ...]


class RuleUse(Frozen):
    """What became of one rule in a run. With no facts to look at, a rule says nothing."""

    rule: str
    stage: Stage
    looked_at: int
    """Facts of its stage."""
    applied: int
    """Facts to which it applied."""


class Coverage(Frozen):
    """Characteristics assessed, of all those of the question."""

    assessed: int
    of: int


class Range(Frozen):
    """The grades that the evidence still missing could lead to, a cause of concern in it aside.

    *worst*: every characteristic not assessed turns out not demonstrated. *best*: every one turns
    out exceeded.
    """

    worst: Grade
    best: Grade


class Reason(Frozen):
    """A rule whose ceiling is the ceiling of the question."""

    rule: str
    title: str
    premises: tuple[Premise, ...]


class Judgment(Frozen):
    """The indicative grade of one core question, or why there is none."""

    core_question: str
    title: str
    name: str
    reporting: Reporting
    grade: Grade | None
    ceiling: Grade | None
    """No better than this on the evidence given; None for questions that are not graded here."""
    range: Range | None
    not_graded: str | None
    """Why there is no grade."""
    coverage: Coverage
    reasons: tuple[Reason, ...]


class AssessedCharacteristic(Frozen):
    """How far one characteristic is shown."""

    characteristic: str
    core_question: str
    title: str
    role: Role
    status: Status | None
    """None: not assessed, for no finding speaks of it."""
    concern: Concern
    gravity: Gravity
    strengths: tuple[str, ...]
    """Ids of the findings that speak for it."""
    shortfalls: tuple[str, ...]
    """Ids of the findings that speak against it, gravest first."""


class AssessedFinding(Frozen):
    """What one finding came to."""

    id: str
    finding: str
    bears_on: tuple[str, ...]
    sample: str | None
    direction: Direction
    extent: Extent | None
    seriousness: Seriousness | None
    state: State | None
    gravity: Gravity
    strand: str
    place: str
    """Where it stands: document, section, paragraph."""


class AreaForImprovement(Frozen):
    """An aspect that falls short of the expected standard."""

    core_question: str
    characteristic: str
    title: str
    findings: tuple[str, ...]
    """Ids of the findings behind it, gravest first."""


class CauseOfConcern(AreaForImprovement):
    """A serious, critical or systemic shortcoming."""

    recommendations: Annotated[tuple[str, ...], Field(min_length=1)]


class InnovativePractice(Frozen):
    """A practice that others could learn from."""

    core_question: str
    characteristic: str
    finding: str
    title: str


class Assessment(Frozen):
    """Everything that the rules conclude from one body of evidence. Indicative, never official."""

    force: str
    framework: str
    inspection: str | None
    indicative: Literal[True] = True
    rulebook: Identity
    judgments: tuple[Judgment, ...]
    areas_for_improvement: tuple[AreaForImprovement, ...]
    causes_of_concern: tuple[CauseOfConcern, ...]
    innovative_practice: tuple[InnovativePractice, ...]
    characteristics: tuple[AssessedCharacteristic, ...]
    findings: tuple[AssessedFinding, ...]
    firings: tuple[Firing, ...]
    rules: tuple[RuleUse, ...]

    def judgment(self, core_question: str) -> Judgment:
        """The judgment of a core question.

        Raises:
            KeyError: the framework has no such question.
        """
        for judgment in self.judgments:
            if judgment.core_question == core_question:
                return judgment
        raise KeyError(core_question)
