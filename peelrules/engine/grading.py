"""From evidence to an assessment. A grade is the lowest ceiling."""

from peelrules.engine.cautions import cautions
from peelrules.engine.derivations import derivations, premises, rule_uses
from peelrules.engine.durable import durable
from peelrules.engine.matching import Matcher
from peelrules.engine.profiles import by_characteristic
from peelrules.engine.soundness import refuse_unsound
from peelrules.engine.stages import Stages, ceiling_if_missing, run
from peelrules.model.assessment import (
    AreaForImprovement,
    AssessedCharacteristic,
    AssessedFinding,
    Assessment,
    CauseOfConcern,
    Coverage,
    InnovativePractice,
    Judgment,
    Range,
    Reason,
)
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.framework import Characteristic, CoreQuestion, Reporting
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
    stages = run(findings, rulebook, matcher)

    bearing = by_characteristic(findings)
    characteristics = {
        c.id: _characteristic(c, framework.question_of[c.id], bearing.get(c.id, []), stages)
        for c in framework.characteristics.values()
    }
    return Assessment(
        force=evidence.force,
        framework=framework.id,
        inspection=evidence.inspection,
        cautions=cautions(evidence.inspection, framework),
        rulebook=rulebook.identity,
        judgments=tuple(_judgment(q, stages, rulebook) for q in framework.core_questions),
        areas_for_improvement=tuple(
            _area_for_improvement(c, bearing[c.characteristic], stages)
            for c in characteristics.values()
            if c.concern is Concern.AREA_FOR_IMPROVEMENT
        ),
        causes_of_concern=tuple(
            _cause_of_concern(c, framework.characteristics[i], bearing[i], stages)
            for i, c in characteristics.items()
            if c.concern is Concern.CAUSE_OF_CONCERN
        ),
        innovative_practice=tuple(
            _innovative_practice(f, framework.question_of[f.primary])
            for f in findings
            if stages.weighed.raises(f.id, "innovative_practice")
        ),
        characteristics=tuple(characteristics.values()),
        findings=tuple(_finding(f, evidence, stages) for f in findings),
        derivations=tuple(derivations(stages)),
        rules=tuple(rule_uses(stages, rulebook)),
        sources=evidence.sources,
    )


def _judgment(question: CoreQuestion, stages: Stages, rulebook: Rulebook) -> Judgment:
    judged = stages.judged
    assessed = sum(stages.standings[c.id].status is not None for c in question.characteristics)
    coverage = Coverage(assessed=assessed, of=len(question.characteristics))
    is_judged = question.id in judged.profiles
    not_graded = _why_not_graded(question, coverage, stages)
    ceiling = judged.ceiling(question.id, "grade", Grade) if is_judged else None
    return Judgment(
        core_question=question.id,
        title=question.title,
        name=question.name,
        reporting=question.reporting,
        grade=ceiling if not_graded is None else None,
        ceiling=ceiling,
        range=_range(question, ceiling, coverage, stages, rulebook) if ceiling is not None else None,
        not_graded=not_graded,
        coverage=coverage,
        reasons=tuple(
            Reason(rule=match.rule.id, title=match.rule.title, premises=premises(match, judged))
            for match in judged.matches.get(question.id, ())
            if match.rule.conclusion.level is ceiling
        ),
    )


def _range(question: CoreQuestion, ceiling: Grade, coverage: Coverage, stages: Stages, rulebook: Rulebook) -> Range:
    if coverage.assessed == coverage.of:  # nothing is missing that could change the ceiling
        return Range(worst=ceiling, best=ceiling)
    worst = ceiling_if_missing(Status.lowest(), question, stages.standings, rulebook)
    return Range(worst=worst, best=ceiling_if_missing(Status.highest(), question, stages.standings, rulebook))


def _why_not_graded(question: CoreQuestion, coverage: Coverage, stages: Stages) -> str | None:
    if question.reporting is Reporting.NARRATIVE:
        return "a narrative question: described, not graded"
    if question.reporting is Reporting.SEPARATE:
        return "inspected and reported separately"
    if coverage.assessed == 0:
        return "no evidence"
    if stages.judged.raises(question.id, "not_enough_evidence"):
        return f"not enough evidence: {coverage.assessed} of {coverage.of} characteristics are assessed"
    return None


def _characteristic(
    characteristic: Characteristic, question: CoreQuestion, bearing: list[Finding], stages: Stages
) -> AssessedCharacteristic:
    standing = stages.standings[characteristic.id]
    direction = {f.id: stages.readings[f.id].direction for f in bearing}
    against = [i for i in direction if direction[i] is Direction.SHORTFALL or stages.gravities[i] > Gravity.NONE]
    return AssessedCharacteristic(
        characteristic=characteristic.id,
        core_question=question.id,
        title=characteristic.title,
        role=characteristic.role,
        status=standing.status,
        concern=standing.concern,
        gravity=max((stages.gravities[i] for i in direction), default=Gravity.NONE),
        strengths=tuple(i for i in direction if direction[i] is Direction.STRENGTH),
        shortfalls=_gravest_first(against, stages),
    )


def _area_for_improvement(
    characteristic: AssessedCharacteristic, bearing: list[Finding], stages: Stages
) -> AreaForImprovement:
    return AreaForImprovement(
        core_question=characteristic.core_question,
        characteristic=characteristic.characteristic,
        title=characteristic.title,
        findings=_behind(characteristic, bearing, stages),
    )


def _cause_of_concern(
    assessed: AssessedCharacteristic, characteristic: Characteristic, bearing: list[Finding], stages: Stages
) -> CauseOfConcern:
    behind = _behind(assessed, bearing, stages)
    made = {f.id: f.recommendation for f in bearing if f.recommendation is not None}
    # where the inspectors' own recommendation is not coded, what would be good is recommended
    otherwise = f"Reach the characteristic of good performance: {characteristic.text}"
    return CauseOfConcern(
        core_question=assessed.core_question,
        characteristic=assessed.characteristic,
        title=assessed.title,
        findings=behind,
        recommendations=tuple(made[i] for i in behind if i in made) or (otherwise,),
    )


def _innovative_practice(finding: Finding, question: CoreQuestion) -> InnovativePractice:
    return InnovativePractice(
        core_question=question.id, characteristic=finding.primary, finding=finding.id, title=finding.finding
    )


def _behind(characteristic: AssessedCharacteristic, bearing: list[Finding], stages: Stages) -> tuple[str, ...]:
    """The shortfalls, not yet put right, that are first of all about the characteristic."""
    first = {f.id for f in bearing if f.primary == characteristic.characteristic and f.state is not State.REMEDIED}
    return _gravest_first([i for i in characteristic.shortfalls if i in first], stages)


def _gravest_first(ids: list[str], stages: Stages) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda i: (-stages.gravities[i].rank, i)))


def _finding(finding: Finding, evidence: Evidence, stages: Stages) -> AssessedFinding:
    reading = stages.readings[finding.id]
    has_extent = reading.direction is Direction.SHORTFALL or finding.sample is not None
    work = evidence.sources.get(finding.source.document)
    return AssessedFinding(
        id=finding.id,
        coded=finding,
        place=f"{work.title}: {finding.source}" if work is not None else str(finding.source),
        direction=reading.direction,
        extent=reading.extent if has_extent else None,
        gravity=stages.gravities[finding.id],
    )
