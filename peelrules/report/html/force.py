"""What is told of one force: everything known about it, gathered by core question."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from peelrules.insight.comparison import Comparison, GradePair
from peelrules.insight.explanation import Consequence, led_to
from peelrules.insight.path import Path
from peelrules.model.assessment import (
    AreaForImprovement,
    AssessedCharacteristic,
    AssessedFinding,
    Assessment,
    CauseOfConcern,
    CriticalShortfall,
    InnovativePractice,
    Judgment,
)
from peelrules.model.framework import CoreQuestion, Framework
from peelrules.model.sensitivity import Firmness, Sensitivity


class ForceReport(NamedTuple):
    """One assessment, and what else is known about it. What is left out is not told."""

    assessment: Assessment
    sensitivity: Sensitivity | None = None
    paths: tuple[Path, ...] = ()
    """What would lift a question: to the next better grade first, then to good."""
    comparison: Comparison | None = None
    questions: Collection[str] = ()
    """Ids of the questions that are told beyond their judgments; all if none is named."""
    coder: str = "coding"
    """Who coded the evidence: tells apart several codings of one inspection."""


class Held(NamedTuple):
    """A rule that decides an outcome, with the figures it rests on."""

    rule: str
    title: str
    figures: str


class Outcome(NamedTuple):
    """Something that a finding led to. Conclusions about the finding itself name their rule."""

    subject: str
    words: str
    is_question: bool
    rule: str | None


class FindingView(NamedTuple):
    """A finding, where it is told in full."""

    assessed: AssessedFinding
    outcomes: tuple[Outcome, ...]


class CharacteristicView(NamedTuple):
    """A characteristic with the findings that are first of all about it."""

    assessed: AssessedCharacteristic
    text: str
    held: tuple[Held, ...]
    findings: tuple[FindingView, ...]
    besides: tuple[str, ...]
    """Ids of the findings about something else that bear on it as well."""

    @property
    def bearing(self) -> int:
        """How many findings bear on it in all."""
        return len(self.findings) + len(self.besides)


class TopicView(NamedTuple):
    """Characteristics that are reported together."""

    title: str
    characteristics: tuple[CharacteristicView, ...]


class QuestionView(NamedTuple):
    """A core question with all that is told of it."""

    judgment: Judgment
    decided_by: tuple[Held, ...]
    topics: tuple[TopicView, ...]
    critical: tuple[CriticalShortfall, ...]
    causes: tuple[CauseOfConcern, ...]
    areas: tuple[AreaForImprovement, ...]
    practices: tuple[InnovativePractice, ...]
    firmness: Firmness | None
    paths: tuple[Path, ...]
    pair: GradePair | None

    @property
    def id(self) -> str:
        return self.judgment.core_question

    @property
    def characteristics(self) -> tuple[CharacteristicView, ...]:
        return tuple(c for topic in self.topics for c in topic.characteristics)

    @property
    def has_evidence(self) -> bool:
        return any(c.bearing for c in self.characteristics)

    @property
    def gaps(self) -> tuple[CharacteristicView, ...]:
        """The characteristics that are not assessed."""
        return tuple(c for c in self.characteristics if c.assessed.status is None)


class Force:
    """One force in the page: its report by core question, and the anchors of what is in it.

    *name* tells it from the other forces in the page, and so do its anchors, which begin with *prefix*. *coder* is told
    where there are several codings of its inspection.
    """

    def __init__(
        self, report: ForceReport, framework: Framework, prefix: str, name: str, coder: str | None = None
    ) -> None:
        self.report = report
        self.assessment = report.assessment
        self.framework = framework
        self.prefix = prefix
        self.name = name
        self.coder = coder

    def at(self, kind: str, name: str) -> str:
        """The anchor of a finding, characteristic or question of this force."""
        return f"{self.prefix}{kind}-{name}"

    @cached_property
    def questions(self) -> tuple[QuestionView, ...]:
        return tuple(self._question(question) for question in self.framework.core_questions)

    @cached_property
    def asked(self) -> tuple[QuestionView, ...]:
        """The questions that were asked for."""
        wanted = self.report.questions
        return tuple(question for question in self.questions if not wanted or question.id in wanted)

    @cached_property
    def told(self) -> tuple[QuestionView, ...]:
        """The questions that are told one by one."""
        return tuple(question for question in self.asked if question.has_evidence)

    @property
    def not_asked(self) -> tuple[QuestionView, ...]:
        asked = {question.id for question in self.asked}
        return tuple(question for question in self.questions if question.id not in asked)

    @property
    def left_out(self) -> Iterator[tuple[str, tuple[QuestionView, ...]]]:
        """The questions that are not told one by one, by why they are left out."""
        if bare := tuple(question for question in self.asked if not question.has_evidence):
            yield "there is no evidence on them", bare
        if self.not_asked:
            yield "they were not asked for", self.not_asked

    @cached_property
    def graded(self) -> tuple[QuestionView, ...]:
        return tuple(question for question in self.questions if question.judgment.grade is not None)

    @property
    def facts(self) -> Iterator[tuple[str, str]]:
        """The figures at the head of the report, each with what it counts."""
        a = self.assessment
        assessed = sum(c.status is not None for c in a.characteristics)
        yield str(len(a.findings)), "findings"
        yield f"{assessed} of {len(a.characteristics)}", "characteristics assessed"
        critical = len(a.critical_shortfalls)
        yield str(critical), _plural(critical, "critical shortfall", "critical shortfalls")
        yield str(len(a.causes_of_concern)), _plural(len(a.causes_of_concern), "cause of concern", "causes of concern")
        areas = len(a.areas_for_improvement)
        yield str(areas), _plural(areas, "area for improvement", "areas for improvement")
        practices = len(a.innovative_practice)
        yield str(practices), _plural(practices, "innovative practice", "innovative practices")

    @cached_property
    def _bearing(self) -> Mapping[str, tuple[AssessedFinding, ...]]:
        """The findings that bear on each characteristic, gravest first."""
        bearing: dict[str, list[AssessedFinding]] = {c: [] for c in self.assessment.characteristic}
        for finding in sorted(self.assessment.findings, key=lambda f: (-f.gravity.rank, -f.direction.rank, f.id)):
            for characteristic in finding.coded.bears_on:
                bearing[characteristic].append(finding)
        return {characteristic: tuple(findings) for characteristic, findings in bearing.items()}

    def _question(self, question: CoreQuestion) -> QuestionView:
        a, report = self.assessment, self.report
        firmness = report.sensitivity.questions if report.sensitivity is not None else ()
        pairs = report.comparison.grades if report.comparison is not None else ()
        return QuestionView(
            judgment=a.judgment(question.id),
            decided_by=self._held(question.id, "grade"),
            topics=tuple(
                TopicView(t.title, tuple(self._characteristic(c.id, c.text) for c in t.characteristics))
                for t in question.topics
            ),
            critical=tuple(c for c in a.critical_shortfalls if c.core_question == question.id),
            causes=tuple(c for c in a.causes_of_concern if c.core_question == question.id),
            areas=tuple(c for c in a.areas_for_improvement if c.core_question == question.id),
            practices=tuple(p for p in a.innovative_practice if p.core_question == question.id),
            firmness=next((f for f in firmness if f.core_question == question.id), None),
            paths=tuple(p for p in report.paths if p.core_question == question.id),
            pair=next((p for p in pairs if p.core_question == question.id), None),
        )

    def _characteristic(self, characteristic: str, text: str) -> CharacteristicView:
        bearing = self._bearing[characteristic]
        return CharacteristicView(
            assessed=self.assessment.characteristic[characteristic],
            text=text,
            held=(*self._held(characteristic, "status"), *self._held(characteristic, "concern")),
            findings=tuple(self._finding(f) for f in bearing if f.coded.primary == characteristic),
            besides=tuple(f.id for f in bearing if f.coded.primary != characteristic),
        )

    def _held(self, subject: str, outcome: str) -> tuple[Held, ...]:
        """The rules that decide an outcome; none where nothing was concluded, or no rule applied."""
        if not self.assessment.is_concluded(subject, outcome):
            return ()
        derivation = self.assessment.derivation(subject, outcome)
        return tuple(
            Held(
                rule=firing.rule,
                title=self.assessment.rule[firing.rule].title,
                figures="; ".join(premise.in_words for premise in firing.premises),
            )
            for firing in derivation.firings
            if firing.decides
        )

    def _finding(self, finding: AssessedFinding) -> FindingView:
        outcomes = (self._outcome(c, finding.id) for c in _followed(led_to(self.assessment, finding.id)))
        return FindingView(finding, tuple(dict.fromkeys(outcomes)))

    def _outcome(self, consequence: Consequence, finding: str) -> Outcome:
        outcome = consequence.outcome.replace("_", " ")
        own = consequence.subject == finding
        told = outcome if consequence.value == "raised" else consequence.value
        return Outcome(
            subject=consequence.subject,
            words=(told if told == outcome else f"{outcome} {told}") if own else f"{consequence.title}: {told}",
            is_question=consequence.subject in self.assessment.judgments_by_question,
            rule=consequence.rule if own else None,
        )


def _followed(consequences: tuple[Consequence, ...]) -> Iterator[Consequence]:
    """Conclusions that decided something, each before what rests on it."""
    for consequence in consequences:
        if consequence.decides:
            yield consequence
            yield from _followed(consequence.leads_to)


def _plural(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
