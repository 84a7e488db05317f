"""From evidence to an assessment. A grade is the lowest ceiling."""

from collections.abc import Mapping, Sequence
from typing import Any

from peelrules.engine.cautions import cautions, cautions_of_carriage
from peelrules.engine.derivations import Reasoning, rule_uses
from peelrules.engine.durable import durable
from peelrules.engine.matching import Matcher
from peelrules.engine.shortage import shortage
from peelrules.engine.soundness import refuse_unsound
from peelrules.engine.stages import Run, ceiling_if, run
from peelrules.model.assessment import (
    AreaForImprovement,
    AssessedCharacteristic,
    AssessedFinding,
    Assessment,
    CauseOfConcern,
    Coverage,
    CriticalShortfall,
    InnovativePractice,
    Judgment,
    Range,
    Reason,
)
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.framework import Characteristic, CoreQuestion, Wording
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Direction, Grade, Gravity, State, Status


def grade(evidence: Evidence, rulebook: Rulebook, matcher: Matcher = durable) -> Assessment:
    """Grade the evidence of one inspection. The result does not depend on any order, nor on the force's name.

    Args:
        matcher: what finds the rules that apply; durable_rules unless another engine is wanted.

    Raises:
        EvidenceError: the evidence is of another framework, repeats an id, or names a characteristic, strand, method or
            source that there is not; with every fault.
        EngineError: the rules could not be run.
    """
    refuse_unsound(evidence, rulebook.framework)
    framework = rulebook.framework
    findings = sorted(evidence.findings, key=lambda finding: finding.id)
    done = run(findings, rulebook, matcher)
    reasoning = Reasoning(done, rulebook)
    characteristics = {
        c.id: _characteristic(c, framework.question_of[c.id], done.bearing.get(c.id, ()), done)
        for c in framework.characteristics.values()
    }
    return Assessment(
        force=evidence.force,
        framework=framework.id,
        inspection=evidence.inspection,
        cautions=(*cautions(evidence.inspection, framework), *cautions_of_carriage(evidence.carried)),
        rulebook=rulebook.identity,
        judgments=tuple(_judgment(q, done, reasoning, rulebook) for q in framework.core_questions),
        critical_shortfalls=tuple(
            CriticalShortfall(**_box(c, done), is_cause_of_concern=done.raises_concern(c.core_question))
            for c in characteristics.values()
            if c.concern is Concern.CRITICAL_SHORTFALL
        ),
        causes_of_concern=tuple(
            _cause_of_concern(q, characteristics, done) for q in framework.core_questions if done.raises_concern(q.id)
        ),
        areas_for_improvement=tuple(
            AreaForImprovement(**_box(c, done))
            for c in characteristics.values()
            if c.concern is Concern.AREA_FOR_IMPROVEMENT
        ),
        innovative_practice=tuple(
            _innovative_practice(f, framework.question_of[f.primary])
            for f in findings
            if done.weighed.concluded(f.id, "innovative_practice")
        ),
        characteristics=tuple(characteristics.values()),
        findings=tuple(_finding(f, evidence, done) for f in findings),
        derivations=tuple(reasoning.derivations()),
        rules=tuple(rule_uses(done, rulebook)),
        sources=evidence.sources,
        carried=evidence.carried,
    )


def _judgment(question: CoreQuestion, done: Run, reasoning: Reasoning, rulebook: Rulebook) -> Judgment:
    judged = done.judged
    assessed = sum(done.standings[c.id].status is not None for c in question.characteristics)
    coverage = Coverage(assessed=assessed, of=len(question.characteristics))
    is_judged = question.id in judged.profiles
    not_graded = _why_not_graded(question, coverage, done, rulebook.framework.wording)
    ceiling = judged.concluded(question.id, "grade") if is_judged else None
    return Judgment(
        core_question=question.id,
        title=question.title,
        name=question.name,
        reporting=question.reporting,
        grade=ceiling if not_graded is None else None,
        ceiling=ceiling,
        range=_range(question, ceiling, coverage, done, rulebook) if ceiling is not None else None,
        not_graded=not_graded,
        shortage=shortage(question, done, rulebook) if not_graded is not None and question.is_graded else None,
        coverage=coverage,
        reasons=tuple(
            Reason(rule=match.rule.id, title=match.rule.title, premises=reasoning.premises(match, question.id, judged))
            for match in (judged.said[question.id].matches if is_judged else ())
            if match.rule.conclusion.level is ceiling
        ),
    )


def _range(question: CoreQuestion, ceiling: Grade, coverage: Coverage, done: Run, rulebook: Rulebook) -> Range:
    if coverage.assessed == coverage.of:  # nothing is missing that could change the ceiling
        return Range(worst=ceiling, best=ceiling)
    names = [characteristic.id for characteristic in question.characteristics]
    worst, best = (
        ceiling_if(dict.fromkeys(names, status), question, done, rulebook)
        for status in (Status.lowest(), Status.highest())
    )
    return Range(worst=worst, best=best)


def _why_not_graded(question: CoreQuestion, coverage: Coverage, done: Run, wording: Wording) -> str | None:
    if not question.is_graded:
        return wording.not_graded[question.reporting]
    if coverage.assessed == 0:
        return f"no evidence: none of {coverage.of} characteristics is assessed"
    if done.judged.concluded(question.id, "not_enough_evidence"):
        return f"not enough evidence: {coverage.assessed} of {coverage.of} characteristics are assessed"
    return None


def _characteristic(
    characteristic: Characteristic, question: CoreQuestion, bearing: Sequence[Finding], done: Run
) -> AssessedCharacteristic:
    standing = done.standings[characteristic.id]
    direction = {f.id: done.readings[f.id].direction for f in bearing}
    against = [i for i in direction if direction[i] is Direction.SHORTFALL or done.gravities[i] > Gravity.NONE]
    return AssessedCharacteristic(
        characteristic=characteristic.id,
        core_question=question.id,
        title=characteristic.title,
        role=characteristic.role,
        status=standing.status,
        concern=standing.concern,
        gravity=max((done.gravities[i] for i in direction), default=Gravity.NONE),
        strengths=tuple(i for i in direction if direction[i] is Direction.STRENGTH),
        shortfalls=_gravest_first(against, done),
        inferred=characteristic.inferred,
    )


def _box(assessed: AssessedCharacteristic, done: Run) -> dict[str, Any]:
    """What a characteristic is boxed with: its shortfalls, not yet put right, that are first of all about it."""
    first = {
        f.id
        for f in done.bearing[assessed.characteristic]
        if f.primary == assessed.characteristic and f.state is not State.REMEDIED
    }
    return {
        "core_question": assessed.core_question,
        "characteristic": assessed.characteristic,
        "title": assessed.title,
        "findings": _gravest_first([i for i in assessed.shortfalls if i in first], done),
    }


def _cause_of_concern(
    question: CoreQuestion, characteristics: Mapping[str, AssessedCharacteristic], done: Run
) -> CauseOfConcern:
    assessed = [characteristics[c.id] for c in question.characteristics if characteristics[c.id].status is not None]
    critical = [c for c in assessed if c.concern is Concern.CRITICAL_SHORTFALL]
    lowest = min(c.status for c in assessed if c.status is not None)
    boxes = [_box(c, done) for c in critical or [c for c in assessed if c.status is lowest]]
    text = {c.id: c.text for c in question.characteristics}
    recommendations = (r for box in boxes for r in _recommended(box["findings"], text[box["characteristic"]], done))
    return CauseOfConcern(
        core_question=question.id,
        title=question.name,
        characteristics=tuple(box["characteristic"] for box in boxes),
        findings=_gravest_first([i for box in boxes for i in box["findings"]], done),
        recommendations=tuple(dict.fromkeys(recommendations)),
    )


def _recommended(findings: Sequence[str], good: str, done: Run) -> Sequence[str]:
    """What the inspectors recommend about findings; where none of it is coded, what would be good."""
    made = [recommendation for i in findings if (recommendation := done.findings[i].recommendation) is not None]
    return made or [f"Reach the characteristic of good performance: {good}"]


def _innovative_practice(finding: Finding, question: CoreQuestion) -> InnovativePractice:
    return InnovativePractice(
        core_question=question.id, characteristic=finding.primary, finding=finding.id, title=finding.finding
    )


def _gravest_first(ids: list[str], done: Run) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda i: (-done.gravities[i].rank, i)))


def _finding(finding: Finding, evidence: Evidence, done: Run) -> AssessedFinding:
    reading = done.readings[finding.id]
    has_extent = reading.direction is Direction.SHORTFALL or finding.sample is not None
    work = evidence.sources.get(finding.source.document)
    return AssessedFinding(
        id=finding.id,
        coded=finding,
        place=f"{work.title}: {finding.source}" if work is not None else str(finding.source),
        direction=reading.direction,
        extent=reading.extent if has_extent else None,
        gravity=done.gravities[finding.id],
    )
