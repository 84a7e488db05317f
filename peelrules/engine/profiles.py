"""Counting: from the outcome of one stage to the facts of the next, and what each figure rests on.

Nothing is judged here.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from peelrules.model.evidence import Finding
from peelrules.model.facts import CharacteristicFact, CoreQuestionFact, Fact, FindingFact, SampleFact
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


class Grounds(NamedTuple):
    """What a field of a fact was counted from."""

    what: str
    """The coded field or the outcome of the subjects that was looked at."""
    subjects: Sequence[str]
    part: Fraction | None = None
    whole: int | None = None
    step: Fraction = Fraction(1)
    """The least by which *part* can change."""
    found: bool = True
    """False: there is none of what is counted, and the subjects are all that was looked at."""


class Profile(NamedTuple):
    """A fact and the grounds of its fields; a field without grounds is coded in the subject itself."""

    fact: Fact
    grounds: Mapping[str, Grounds] = {}


def sample_profile(finding: Finding) -> Profile:
    """A finding's sample.

    Raises:
        ValueError: the finding has none.
    """
    if (sample := finding.sample) is None:
        raise ValueError(f"{finding.id} has no sample")
    part, whole = (Fraction(sample.count[0]), sample.count[1]) if sample.count is not None else (None, None)
    return Profile(
        SampleFact(characteristic=finding.primary, failing=sample.failing),
        {
            "characteristic": Grounds("bears_on", [finding.id]),
            "failing": Grounds("sample", [finding.id], part, whole),
        },
    )


def finding_profile(finding: Finding, reading: Reading) -> Profile:
    """A finding, with what does not apply to it at its least harmful level."""
    fact = FindingFact(
        characteristic=finding.primary,
        direction=reading.direction,
        seriousness=finding.seriousness or Seriousness.lowest(),
        extent=reading.extent,
        state=finding.state or State.lowest(),
        persistent=finding.persistent,
        innovative=finding.innovative,
    )
    return Profile(fact, {"characteristic": Grounds("bears_on", [finding.id])})


def by_characteristic(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings that say something about each characteristic; context says nothing."""
    bearing: dict[str, list[Finding]] = {}
    for finding in findings:
        if not finding.is_context:
            for characteristic in finding.bears_on:
                bearing.setdefault(characteristic, []).append(finding)
    return bearing


def characteristic_profile(
    characteristic: str,
    findings: Sequence[Finding],
    readings: Mapping[str, Reading],
    gravities: Mapping[str, Gravity],
) -> Profile:
    """A characteristic, from the findings that bear on it."""
    everything = [f.id for f in findings]
    strengths = [f.id for f in findings if readings[f.id].direction is Direction.STRENGTH]
    first = [f for f in findings if f.primary == characteristic]
    primary = [f.id for f in first]
    exceptional = [f.id for f in first if f.exceptional and readings[f.id].direction is Direction.STRENGTH]
    still_open = [f for f in first if f.state is State.OPEN]
    strand = {f.id: f.strand for f in still_open}
    worst, primary_worst = _worst(everything, gravities), _worst(primary, gravities)
    reported = {
        f"strands_{gravity}": [f.id for f in still_open if gravities[f.id] >= gravity]
        for gravity in Gravity
        if gravity is not Gravity.NONE
    }
    fact = CharacteristicFact(
        characteristic=characteristic,
        strengths=len(strengths),
        exceptional=len(exceptional),
        gravity=worst,
        primary_gravity=primary_worst,
        **{field: len({strand[i] for i in ids}) for field, ids in reported.items()},
    )
    return Profile(
        fact,
        {
            "strengths": Grounds("direction", strengths or everything, found=bool(strengths)),
            "exceptional": Grounds("exceptional", exceptional or everything, found=bool(exceptional)),
            "gravity": Grounds("gravity", [i for i in everything if gravities[i] is worst]),
            "primary_gravity": Grounds("gravity", [i for i in primary if gravities[i] is primary_worst] or everything),
            **{field: Grounds("gravity", ids or everything, found=bool(ids)) for field, ids in reported.items()},
        },
    )


def core_question_profile(framework: Framework, question: CoreQuestion, standings: Mapping[str, Standing]) -> Profile:
    """A core question, from the standing of each of its characteristics."""
    status = {c.id: s for c in question.characteristics if (s := standings[c.id].status) is not None}
    assessed = list(status)
    service = [c.id for c in question.characteristics if c.role is Role.SERVICE and c.id in status]
    failing = [c for c in service if status[c] is Status.NOT_DEMONSTRATED]
    exceeded = [c for c in assessed if status[c] is Status.EXCEEDED]
    credit = sum((framework.exact_credit[s] for s in status.values()), Fraction())
    causes = [c for c in assessed if standings[c].concern is Concern.CAUSE_OF_CONCERN]
    areas = [c for c in assessed if standings[c].concern is Concern.AREA_FOR_IMPROVEMENT]
    total = len(question.characteristics)
    fact = CoreQuestionFact(
        core_question=question.id,
        coverage=_share(len(assessed), total),
        demonstrated=_share(credit, len(assessed), of_none=1),
        not_demonstrated_service=_share(len(failing), len(service)),
        exceeded=_share(len(exceeded), total),
        causes_of_concern=len(causes),
        areas_for_improvement=len(areas),
    )
    return Profile(
        fact,
        {
            "coverage": Grounds("status", assessed, Fraction(len(assessed)), total),
            "demonstrated": Grounds("status", assessed, credit, len(assessed), framework.credit_step),
            "not_demonstrated_service": Grounds(
                "status", failing or service, Fraction(len(failing)), len(service), found=bool(failing)
            ),
            "exceeded": Grounds("status", exceeded or assessed, Fraction(len(exceeded)), total, found=bool(exceeded)),
            "causes_of_concern": Grounds("concern", causes or assessed, found=bool(causes)),
            "areas_for_improvement": Grounds("concern", areas or assessed, found=bool(areas)),
        },
    )


def _worst(ids: Iterable[str], gravities: Mapping[str, Gravity]) -> Gravity:
    return max((gravities[i] for i in ids), default=Gravity.lowest())


def _share(part: Fraction | int, whole: int, of_none: int = 0) -> float:
    """Exact until the last step, so that three quarters is never a hair below a bound of 0.75."""
    return float(Fraction(part) / whole) if whole else float(of_none)
