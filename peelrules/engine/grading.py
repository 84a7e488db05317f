"""From evidence to an assessment, in four stages. A grade is the lowest ceiling."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from peelrules.engine.durable import durable
from peelrules.engine.matching import Match, Matcher
from peelrules.engine.profiles import (
    Reading,
    Standing,
    by_characteristic,
    characteristic_facts,
    core_question_fact,
    finding_facts,
    sample_facts,
)
from peelrules.model.assessment import (
    AreaForImprovement,
    AssessedCharacteristic,
    AssessedFinding,
    Assessment,
    CauseOfConcern,
    Coverage,
    Firing,
    InnovativePractice,
    Judgment,
    Premise,
    Range,
    Reason,
    RuleUse,
)
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import Fact, Stage
from peelrules.model.framework import Characteristic, CoreQuestion, Reporting
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Scale, State, Status

S = TypeVar("S", bound=Scale)


def grade(evidence: Evidence, rulebook: Rulebook, matcher: Matcher = durable) -> Assessment:
    """Grade the evidence of one inspection. The result does not depend on any order, nor on the force's name.

    Args:
        matcher: what finds the rules that apply; durable_rules unless another engine is wanted.

    Raises:
        ValueError: the evidence names characteristics that the rulebook does not have, or repeats a finding id.
        EngineError: the rules could not be run.
    """
    _refuse_foreign(evidence, rulebook)
    framework = rulebook.framework
    findings = sorted(evidence.findings, key=lambda finding: finding.id)

    samples = _Stage(rulebook, Stage.SAMPLE, sample_facts(evidence), matcher)
    readings = {f.id: _reading(f, samples) for f in findings}

    weighed = _Stage(rulebook, Stage.FINDING, finding_facts(evidence, readings), matcher)
    gravities = {f.id: weighed.floor(f.id, "gravity", Gravity) for f in findings}

    bearing = by_characteristic(evidence)
    facts = characteristic_facts(bearing, readings, gravities)
    characterised = _Stage(rulebook, Stage.CHARACTERISTIC, facts, matcher)
    standings = {c: _standing(c, characterised) for c in framework.characteristics}

    questions = {q.id: core_question_fact(framework, q, standings) for q in framework.core_questions}
    judged = _Stage(rulebook, Stage.CORE_QUESTION, questions, matcher)
    worst = _ceilings_if_missing(Standing(Status.lowest(), Concern.NONE), rulebook, standings, matcher)
    best = _ceilings_if_missing(Standing(Status.highest(), Concern.NONE), rulebook, standings, matcher)

    characteristics = tuple(
        _characteristic(c, rulebook, standings[c.id], bearing.get(c.id, []), readings, gravities)
        for c in framework.characteristics.values()
    )
    stages = (samples, weighed, characterised, judged)
    return Assessment(
        force=evidence.force,
        framework=framework.id,
        inspection=evidence.inspection,
        rulebook=rulebook.identity,
        judgments=tuple(
            _judgment(q, standings, judged, Range(worst=worst[q.id], best=best[q.id])) for q in framework.core_questions
        ),
        areas_for_improvement=tuple(_areas_for_improvement(characteristics, findings, gravities)),
        causes_of_concern=tuple(_causes_of_concern(characteristics, findings, gravities, rulebook)),
        innovative_practice=tuple(
            InnovativePractice(
                core_question=framework.question_of[f.primary].id,
                characteristic=f.primary,
                finding=f.id,
                title=f.finding,
            )
            for f in findings
            if weighed.raises(f.id, "innovative_practice")
        ),
        characteristics=characteristics,
        findings=tuple(_finding(f, evidence, readings[f.id], gravities[f.id]) for f in findings),
        firings=tuple(firing for stage in stages for firing in stage.firings()),
        rules=tuple(use for stage in stages for use in stage.uses()),
    )


class _Stage:
    """The facts of one stage, the rules that apply to them, and what they come to."""

    def __init__(self, rulebook: Rulebook, stage: Stage, facts: Mapping[str, Fact], matcher: Matcher) -> None:
        self.stage = stage
        self.facts = facts
        self.rules = rulebook.of_stage[stage]
        self.matches: dict[str, list[Match]] = {subject: [] for subject in sorted(facts)}
        for match in matcher(rulebook, stage, facts):
            self.matches[match.subject].append(match)

    def ceiling(self, subject: str, outcome: str, scale: type[S]) -> S:
        """The lowest ceiling on an outcome, or the top of its scale."""
        return min(self._levels(subject, outcome, scale), default=scale.highest())

    def floor(self, subject: str, outcome: str, scale: type[S]) -> S:
        """The highest floor under an outcome, or the bottom of its scale."""
        return max(self._levels(subject, outcome, scale), default=scale.lowest())

    def raises(self, subject: str, flag: str) -> bool:
        return any(match.rule.conclusion.outcome == flag for match in self.matches[subject])

    def _levels(self, subject: str, outcome: str, scale: type[S]) -> Iterator[S]:
        for match in self.matches[subject]:
            level = match.rule.conclusion.level
            if match.rule.conclusion.outcome == outcome and isinstance(level, scale):
                yield level

    def premises(self, match: Match) -> tuple[Premise, ...]:
        fact = self.facts[match.subject]
        return tuple(
            Premise(field=c.field, value=_plain(getattr(fact, c.field)), condition=c.test) for c in match.conditions
        )

    def firings(self) -> Iterator[Firing]:
        for subject, matches in self.matches.items():
            for match in matches:
                conclusion = match.rule.conclusion
                yield Firing(
                    stage=self.stage,
                    subject=subject,
                    rule=match.rule.id,
                    outcome=conclusion.outcome,
                    bound=conclusion.bound,
                    level=None if conclusion.level is None else str(conclusion.level),
                    premises=self.premises(match),
                )

    def uses(self) -> Iterator[RuleUse]:
        applied = Counter(match.rule.id for matches in self.matches.values() for match in matches)
        for rule in self.rules:
            yield RuleUse(rule=rule.id, stage=self.stage, looked_at=len(self.facts), applied=applied[rule.id])


def _refuse_foreign(evidence: Evidence, rulebook: Rulebook) -> None:
    known = rulebook.framework.characteristics
    if foreign := sorted({c for finding in evidence.findings for c in finding.bears_on if c not in known}):
        raise ValueError(f"the rulebook {rulebook.framework.id} has no characteristic {', '.join(foreign)}")
    if len({finding.id for finding in evidence.findings}) < len(evidence.findings):
        raise ValueError("two findings have the same id")


def _reading(finding: Finding, samples: _Stage) -> Reading:
    if finding.sample is not None:
        return Reading(samples.floor(finding.id, "direction", Direction), samples.floor(finding.id, "extent", Extent))
    return Reading(finding.direction or Direction.NEITHER, finding.extent or Extent.lowest())


def _standing(characteristic: str, characterised: _Stage) -> Standing:
    if characteristic not in characterised.facts:
        return Standing(None, Concern.NONE)
    return Standing(
        characterised.ceiling(characteristic, "status", Status),
        characterised.floor(characteristic, "concern", Concern),
    )


def _ceilings_if_missing(
    standing: Standing, rulebook: Rulebook, standings: Mapping[str, Standing], matcher: Matcher
) -> dict[str, Grade]:
    """The ceiling of each question if every characteristic not assessed turned out to stand so."""
    framework = rulebook.framework
    completed = {c: standing if known.status is None else known for c, known in standings.items()}
    facts = {q.id: core_question_fact(framework, q, completed) for q in framework.core_questions}
    judged = _Stage(rulebook, Stage.CORE_QUESTION, facts, matcher)
    return {q: judged.ceiling(q, "grade", Grade) for q in facts}


def _judgment(question: CoreQuestion, standings: Mapping[str, Standing], judged: _Stage, possible: Range) -> Judgment:
    assessed = sum(standings[c.id].status is not None for c in question.characteristics)
    coverage = Coverage(assessed=assessed, of=len(question.characteristics))
    is_judged = question.reporting is Reporting.GRADED and assessed > 0
    not_graded = _why_not_graded(question, coverage, judged)
    ceiling = judged.ceiling(question.id, "grade", Grade) if is_judged else None
    return Judgment(
        core_question=question.id,
        title=question.title,
        name=question.name,
        reporting=question.reporting,
        grade=ceiling if not_graded is None else None,
        ceiling=ceiling,
        range=possible if is_judged else None,
        not_graded=not_graded,
        coverage=coverage,
        reasons=tuple(
            Reason(rule=match.rule.id, title=match.rule.title, premises=judged.premises(match))
            for match in judged.matches[question.id]
            if ceiling is not None and match.rule.conclusion.level is ceiling
        ),
    )


def _why_not_graded(question: CoreQuestion, coverage: Coverage, judged: _Stage) -> str | None:
    if question.reporting is Reporting.NARRATIVE:
        return "a narrative question: described, not graded"
    if question.reporting is Reporting.SEPARATE:
        return "inspected and reported separately"
    if coverage.assessed == 0:
        return "not inspected: no evidence"
    if judged.raises(question.id, "not_enough_evidence"):
        return f"not enough evidence: {coverage.assessed} of {coverage.of} characteristics are assessed"
    return None


def _characteristic(
    characteristic: Characteristic,
    rulebook: Rulebook,
    standing: Standing,
    bearing: Iterable[Finding],
    readings: Mapping[str, Reading],
    gravities: Mapping[str, Gravity],
) -> AssessedCharacteristic:
    ids = sorted(f.id for f in bearing)
    against = [i for i in ids if readings[i].direction is Direction.SHORTFALL or gravities[i] > Gravity.NONE]
    return AssessedCharacteristic(
        characteristic=characteristic.id,
        core_question=rulebook.framework.question_of[characteristic.id].id,
        title=characteristic.title,
        role=characteristic.role,
        status=standing.status,
        concern=standing.concern,
        gravity=max((gravities[i] for i in ids), default=Gravity.NONE),
        strengths=tuple(i for i in ids if readings[i].direction is Direction.STRENGTH),
        shortfalls=_gravest_first(against, gravities),
    )


def _areas_for_improvement(
    characteristics: Iterable[AssessedCharacteristic], findings: Iterable[Finding], gravities: Mapping[str, Gravity]
) -> Iterator[AreaForImprovement]:
    for c in characteristics:
        if c.concern is Concern.AREA_FOR_IMPROVEMENT:
            yield AreaForImprovement(
                core_question=c.core_question,
                characteristic=c.characteristic,
                title=c.title,
                findings=_behind(c, findings, gravities),
            )


def _causes_of_concern(
    characteristics: Iterable[AssessedCharacteristic],
    findings: Iterable[Finding],
    gravities: Mapping[str, Gravity],
    rulebook: Rulebook,
) -> Iterator[CauseOfConcern]:
    recommendations = {f.id: f.recommendation for f in findings}
    for c in characteristics:
        if c.concern is Concern.CAUSE_OF_CONCERN:
            behind = _behind(c, findings, gravities)
            made = tuple(made for i in behind if (made := recommendations[i]) is not None)
            # where the inspectors' own recommendation is not coded, what would be good is recommended
            text = rulebook.framework.characteristics[c.characteristic].text
            yield CauseOfConcern(
                core_question=c.core_question,
                characteristic=c.characteristic,
                title=c.title,
                findings=behind,
                recommendations=made or (f"Reach the characteristic of good performance: {text}",),
            )


def _behind(
    characteristic: AssessedCharacteristic, findings: Iterable[Finding], gravities: Mapping[str, Gravity]
) -> tuple[str, ...]:
    """The shortfalls, not yet put right, that are first of all about the characteristic."""
    ids = {f.id for f in findings if f.primary == characteristic.characteristic and f.state is not State.REMEDIED}
    return _gravest_first((i for i in characteristic.shortfalls if i in ids), gravities)


def _gravest_first(ids: Iterable[str], gravities: Mapping[str, Gravity]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda i: (-gravities[i].rank, i)))


def _finding(finding: Finding, evidence: Evidence, reading: Reading, gravity: Gravity) -> AssessedFinding:
    is_shortfall = reading.direction is Direction.SHORTFALL
    work = evidence.sources.get(finding.source.document)
    return AssessedFinding(
        id=finding.id,
        finding=finding.finding,
        bears_on=finding.bears_on,
        sample=str(finding.sample) if finding.sample is not None else None,
        direction=reading.direction,
        extent=reading.extent if is_shortfall or finding.sample is not None else None,
        seriousness=finding.seriousness,
        state=finding.state,
        gravity=gravity,
        strand=finding.strand,
        place=f"{work.title}: {finding.source}" if work is not None else str(finding.source),
    )


def _plain(value: object) -> str | bool | int | float:
    return str(value) if isinstance(value, Scale) else value  # type: ignore[return-value]
