"""Counting: from the outcome of one stage to the facts of the next. Nothing is judged here."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import CharacteristicFact, CoreQuestionFact, FindingFact, SampleFact
from peelrules.model.framework import CoreQuestion, Framework, Role
from peelrules.model.scales import Concern, Direction, Extent, Gravity, Seriousness, State, Status


class Reading(NamedTuple):
    """Which way a finding speaks and how widely, coded or derived from its sample."""

    direction: Direction
    extent: Extent


class Standing(NamedTuple):
    """Where a characteristic stands; status None: not assessed."""

    status: Status | None
    concern: Concern


def sample_facts(evidence: Evidence) -> dict[str, SampleFact]:
    """A fact for each finding that carries a sample, by finding id."""
    return {
        finding.id: SampleFact(characteristic=finding.primary, failing=sample.failing, cases=sample.of)
        for finding in evidence.findings
        if (sample := finding.sample) is not None
    }


def finding_facts(evidence: Evidence, readings: Mapping[str, Reading]) -> dict[str, FindingFact]:
    """A fact for each finding, by id."""
    return {
        finding.id: FindingFact(
            characteristic=finding.primary,
            direction=readings[finding.id].direction,
            seriousness=finding.seriousness or Seriousness.lowest(),
            extent=readings[finding.id].extent,
            state=finding.state or State.lowest(),
            persistent=finding.persistent,
            innovative=finding.innovative,
        )
        for finding in evidence.findings
    }


def by_characteristic(evidence: Evidence) -> dict[str, list[Finding]]:
    """The findings that say something about each characteristic; context says nothing."""
    bearing: dict[str, list[Finding]] = {}
    for finding in evidence.findings:
        if not finding.is_context:
            for characteristic in finding.bears_on:
                bearing.setdefault(characteristic, []).append(finding)
    return bearing


def characteristic_facts(
    bearing: Mapping[str, list[Finding]], readings: Mapping[str, Reading], gravities: Mapping[str, Gravity]
) -> dict[str, CharacteristicFact]:
    """A fact for each characteristic with evidence, by id."""
    facts = {}
    for characteristic, findings in bearing.items():
        strengths = [f for f in findings if readings[f.id].direction is Direction.STRENGTH]
        primary = [f for f in findings if f.primary == characteristic]
        still_open = [f for f in primary if f.state is State.OPEN]
        facts[characteristic] = CharacteristicFact(
            characteristic=characteristic,
            strengths=len(strengths),
            exceptional=sum(f.exceptional for f in strengths),
            gravity=_worst(gravities[f.id] for f in findings),
            primary_gravity=_worst(gravities[f.id] for f in primary),
            **{
                f"strands_{gravity}": len({f.strand for f in still_open if gravities[f.id] >= gravity})
                for gravity in Gravity
                if gravity is not Gravity.NONE
            },
        )
    return facts


def core_question_fact(
    framework: Framework, question: CoreQuestion, standings: Mapping[str, Standing]
) -> CoreQuestionFact:
    """What is known of a question, from the standing of each of its characteristics."""
    assessed = {c.id: status for c in question.characteristics if (status := standings[c.id].status) is not None}
    service = [assessed[c.id] for c in question.characteristics if c.role is Role.SERVICE and c.id in assessed]
    concerns = [standings[c.id].concern for c in question.characteristics]
    statuses = assessed.values()
    total = len(question.characteristics)
    return CoreQuestionFact(
        core_question=question.id,
        coverage=_share(len(assessed), total),
        demonstrated=_share(sum(framework.exact_credit[status] for status in statuses), len(assessed), of_none=1),
        not_demonstrated_service=_share(service.count(Status.NOT_DEMONSTRATED), len(service)),
        exceeded=_share(sum(status is Status.EXCEEDED for status in statuses), total),
        causes_of_concern=concerns.count(Concern.CAUSE_OF_CONCERN),
        areas_for_improvement=concerns.count(Concern.AREA_FOR_IMPROVEMENT),
    )


def _worst(gravities: Iterable[Gravity]) -> Gravity:
    return max(gravities, default=Gravity.lowest())


def _share(part: Fraction | int, whole: int, of_none: int = 0) -> float:
    """Exact until the last step, so that three quarters is never a hair below a bound of 0.75."""
    return float(Fraction(part) / whole) if whole else float(of_none)
