"""The result of a grading: judgments, what they rest on, and what could not be judged.

An assessment is a complete record. It holds the evidence that it was reached from and the rules that
were tried, and every conclusion as flat data: `derivations`. Trees are views of them.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from peelrules.model.base import Frozen
from peelrules.model.comparators import Comparator
from peelrules.model.crosswalk import Carriage
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import Stage, count_in_words, counted, in_words
from peelrules.model.framework import Role, Work
from peelrules.model.national import Context
from peelrules.model.notebook import in_notebook
from peelrules.model.plain import plain
from peelrules.model.problems import UnknownNameError
from peelrules.model.rulebook import Identity
from peelrules.model.rules import Limit
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Status

if TYPE_CHECKING:
    import polars as pl


class Premise(Frozen):
    """One condition of a rule that held, and what its value was counted from.

    *outcome* is what was concluded about each of the *subjects*, with a derivation of its own, or else
    a field of theirs as it is coded in the evidence.
    """

    field: str
    title: str
    """The field in words."""
    value: str | bool | int | float
    comparator: str
    bound: str | bool | int | float | tuple[str, ...]
    condition: str
    """Comparator and bound in words, such as *at least serious*."""
    part: float | None = None
    """What a share is a share of: *part* of *whole*. A characteristic partly demonstrated counts half."""
    whole: int | None = None
    step: float | None = None
    """The least by which *part* can change."""
    outcome: str
    subjects: tuple[str, ...]
    """Ids of findings or characteristics."""
    found: bool
    """False: there is none of what is counted, and the subjects are all that was looked at."""

    @property
    def in_words(self) -> str:
        """*3 of 6 service characteristics not demonstrated, 50% (at least 50%)*"""
        if self.part is not None and self.whole:
            share = f", {in_words(self.value)}" if isinstance(self.value, float) else ""
            return f"{count_in_words(self.part)} of {self.whole} {self.title}{share} ({self.condition})"
        if isinstance(self.value, bool):
            return self.title if self.value else f"not {self.title}"
        if isinstance(self.value, int):
            return f"{self.title}: {self.value} ({self.condition})"
        if not Comparator.named(self.comparator).is_ordered:
            return f"{self.title} {in_words(self.value)}"
        return f"{self.title} {in_words(self.value)} ({self.condition})"


class Firing(Frozen):
    """A rule that applied, and what it did to an outcome."""

    rule: str
    limit: Limit
    level: str | None
    decides: bool
    """Its level is where the outcome came to rest."""
    premises: tuple[Premise, ...]
    """By virtue of which it applied."""
    besides: tuple[tuple[Premise, ...], ...] = ()
    """Further alternatives of the rule that hold as well, each of which would be enough."""


class Derivation(Frozen):
    """One conclusion, with every rule that fired for it; with none, the outcome is where its scale begins."""

    stage: Stage
    subject: str
    """Id of the finding, characteristic or core question."""
    outcome: str
    value: str
    """The level concluded, or *raised*."""
    firings: tuple[Firing, ...]


class RuleUse(Frozen):
    """One rule of the rulebook, and what became of it. With no facts to look at, a rule says nothing."""

    rule: str
    stage: Stage
    title: str
    concludes: str
    source: str
    basis: str
    place: str
    """Where the rule stands, as `file:line`."""
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


class Shortage(Frozen):
    """What it takes before a core question has a grade, where it has none for lack of evidence.

    It is supposed of each characteristic that evidence would show it not demonstrated.
    """

    more: int
    """Characteristics that must be assessed besides, at the least."""
    of: tuple[str, ...]
    """Ids of those that are not assessed, and belong to a choice of that many that is enough."""
    any: bool
    """Whether any choice of that many is enough; if not, only some are."""


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
    reporting: str
    """*graded*, or how else the framework says that it is reported."""
    grade: Grade | None
    ceiling: Grade | None
    """No better than this on the evidence given; None for questions that are not graded here."""
    range: Range | None
    not_graded: str | None
    """Why there is no grade."""
    shortage: Shortage | None = None
    """Evidence that is missing for a grade; None where nothing is, or where more evidence alone would not do."""
    coverage: Coverage
    reasons: tuple[Reason, ...]

    def __repr__(self) -> str:
        return plain(f"<Judgment of {self.core_question}: {self.grade or self.not_graded} (indicative)>")

    __str__ = __repr__


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
    inferred: bool = False
    """It could not be read where the framework was published, and was inferred from elsewhere."""


class AssessedFinding(Frozen):
    """A finding and what it came to."""

    id: str
    coded: Finding
    place: str
    """Where it stands: document, section, paragraph."""
    direction: Direction
    extent: Extent | None
    """Of a shortfall or a sample."""
    gravity: Gravity


class AreaForImprovement(Frozen):
    """An aspect that falls short of the expected standard."""

    core_question: str
    characteristic: str
    title: str
    findings: tuple[str, ...]
    """Ids of the findings behind it, gravest first."""


class CriticalShortfall(AreaForImprovement):
    """A shortfall of critical gravity, not put right. It is named whatever else was found."""

    is_cause_of_concern: bool
    """Whether its core question has a cause of concern."""


class CauseOfConcern(Frozen):
    """A serious, critical or systemic shortcoming of what a core question is about."""

    core_question: str
    title: str
    """Name of the question."""
    characteristics: Annotated[tuple[str, ...], Field(min_length=1)]
    """Ids of those with a critical shortfall; where the rules ask for none, of those with the lowest status."""
    findings: tuple[str, ...]
    """Ids of the findings behind it, gravest first."""
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
    cautions: tuple[str, ...]
    """What every reader must be told first, such as that the inspection is of another cycle than the framework."""
    indicative: Literal[True] = True
    rulebook: Identity
    judgments: tuple[Judgment, ...]
    critical_shortfalls: tuple[CriticalShortfall, ...]
    causes_of_concern: tuple[CauseOfConcern, ...]
    areas_for_improvement: tuple[AreaForImprovement, ...]
    """A critical shortfall is more than one, and not among them."""
    innovative_practice: tuple[InnovativePractice, ...]
    characteristics: tuple[AssessedCharacteristic, ...]
    findings: tuple[AssessedFinding, ...]
    derivations: tuple[Derivation, ...]
    rules: tuple[RuleUse, ...]
    sources: Mapping[str, Work]
    context: Context | None = None
    """Where the grades stand among published ones. Grading leaves it out; `in_context` adds it."""
    carried: tuple[Carriage, ...] = ()
    """What became of the evidence where it was coded for another framework; the cautions tell it in words."""

    def __repr__(self) -> str:
        graded = sum(judgment.grade is not None for judgment in self.judgments)
        of = counted(len(self.judgments), "question")
        return plain(f"<Assessment of {self.name}: {graded} of {of} graded (indicative)>")

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return in_notebook(self)

    @property
    def name(self) -> str:
        """The force and the inspection, or the framework where no inspection is named."""
        return f"{self.force}, {self.inspection or self.framework}"

    def to_frame(self, inspection: str | None = None) -> "pl.DataFrame":
        """The judgments as a table, one row a core question, in the columns of `GradedFrames.judgments`.

        Args:
            inspection: its name in the table; by default the force and the inspection.
        """
        from peelrules.model.table import judgments_of

        return judgments_of(self, inspection or self.name)

    def title(self, subject: str) -> str | None:
        """The name of a question or characteristic, the words of a finding, or None for what is none of them."""
        if subject in self.judgments_by_question:
            return self.judgments_by_question[subject].name
        if subject in self.characteristic:
            return self.characteristic[subject].title
        return self.finding[subject].coded.finding if subject in self.finding else None

    def judgment(self, core_question: str) -> Judgment:
        """The judgment of a core question.

        Raises:
            UnknownNameError: the framework has no such question. It is a `KeyError`.
        """
        if core_question not in self.judgments_by_question:
            raise UnknownNameError("core question", core_question, self.judgments_by_question)
        return self.judgments_by_question[core_question]

    def is_concluded(self, subject: str, outcome: str) -> bool:
        """Whether something is a conclusion with a derivation, and not coded in the evidence."""
        return (subject, outcome) in self._derivations

    def derivation(self, subject: str, outcome: str) -> Derivation:
        """How an outcome of a finding, characteristic or core question was concluded.

        Raises:
            KeyError: nothing of the kind was concluded.
        """
        return self._derivations[subject, outcome]

    @cached_property
    def evidence(self) -> Evidence:
        """The evidence that was graded, in the order of ids."""
        return Evidence(
            force=self.force,
            framework=self.framework,
            inspection=self.inspection,
            sources=self.sources,
            findings=tuple(finding.coded for finding in self.findings),
            carried=self.carried,
        )

    @cached_property
    def judgments_by_question(self) -> Mapping[str, Judgment]:
        """The judgments by the id of their core question."""
        return {judgment.core_question: judgment for judgment in self.judgments}

    @cached_property
    def finding(self) -> Mapping[str, AssessedFinding]:
        """The findings by id."""
        return {finding.id: finding for finding in self.findings}

    @cached_property
    def characteristic(self) -> Mapping[str, AssessedCharacteristic]:
        """The characteristics by id."""
        return {c.characteristic: c for c in self.characteristics}

    @cached_property
    def rule(self) -> Mapping[str, RuleUse]:
        """The rules by id."""
        return {use.rule: use for use in self.rules}

    @cached_property
    def derivations_about(self) -> Mapping[str, Sequence[Derivation]]:
        """The derivations by what they are about."""
        about: dict[str, list[Derivation]] = {}
        for derivation in self.derivations:
            about.setdefault(derivation.subject, []).append(derivation)
        return about

    @cached_property
    def resting_on(self) -> Mapping[tuple[str, str], Sequence[tuple[Derivation, Firing]]]:
        """The firings that rest on an outcome of something else, by that subject and outcome."""
        resting: dict[tuple[str, str], list[tuple[Derivation, Firing]]] = {}
        for derivation in self.derivations:
            for firing in derivation.firings:
                found = ((s, premise.outcome) for premise in firing.premises if premise.found for s in premise.subjects)
                for key in dict.fromkeys(found):
                    if key[0] != derivation.subject:
                        resting.setdefault(key, []).append((derivation, firing))
        return resting

    @cached_property
    def _derivations(self) -> Mapping[tuple[str, str], Derivation]:
        return {(d.subject, d.outcome): d for d in self.derivations}
