"""Counting: from the outcome of one stage to the facts of the next, and what each figure rests on.

Nothing is judged here. What is counted, the rulebook declares.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from peelrules.model.counts import CREDIT, ID, Count, Kind, Member
from peelrules.model.evidence import Finding
from peelrules.model.facts import OF_A_BEARING, OF_A_MEMBER, SUBJECT, Fact, Stage
from peelrules.model.framework import Characteristic, CoreQuestion
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Direction, Extent, Gravity, Seriousness, State, Status


class Reading(NamedTuple):
    """Which way a finding speaks and how widely, coded or derived from its sample."""

    direction: Direction
    extent: Extent


class Standing(NamedTuple):
    """Where a characteristic stands; status None: not assessed."""

    status: Status | None
    concern: Concern


NOT_ASSESSED = Standing(None, Concern.NONE)


class Profile(NamedTuple):
    """A fact, and the members from which it was counted; what is coded has none."""

    fact: Fact
    members: Sequence[Member] = ()


class Grounds(NamedTuple):
    """What a field of a fact rests on."""

    outcome: str
    """The coded field or the outcome of the subjects that was looked at."""
    subjects: Sequence[str]
    part: Fraction | None = None
    whole: int | None = None
    step: Fraction = Fraction(1)
    """The least by which *part* can change."""
    found: bool = True
    """False: there is none of what is counted, and the subjects are all that was looked at."""


# -- facts ------------------------------------------------------------------------------------------


def sample_fact(finding: Finding) -> Fact:
    """A finding's sample.

    Raises:
        ValueError: the finding has none.
    """
    if finding.sample is None:
        raise ValueError(f"{finding.id} has no sample")
    return {"characteristic": finding.primary, "failing": finding.sample.failing}


def finding_fact(finding: Finding, reading: Reading) -> Fact:
    """A finding, with what does not apply to it at its least harmful level."""
    return {
        "characteristic": finding.primary,
        "direction": reading.direction,
        "seriousness": finding.seriousness or Seriousness.lowest(),
        "extent": reading.extent,
        "state": finding.state or State.lowest(),
        "persistent": finding.persistent,
        "innovative": finding.innovative,
    }


def bearing(finding: Finding, characteristic: str, reading: Reading, gravity: Gravity) -> Member:
    """A finding as one of those that bear on a characteristic."""
    return {
        ID: finding.id,
        **finding_fact(finding, reading),
        "gravity": gravity,
        "exceptional": finding.exceptional,
        "progress": finding.progress,
        "primary": finding.primary == characteristic,
        "strand": finding.strand,
    }


def question_profile(
    question: CoreQuestion,
    standings: Mapping[str, Standing],
    counted: Mapping[str, Profile],
    rulebook: Rulebook,
    supposed: Mapping[str, Status] = MappingProxyType({}),
) -> Profile:
    """A core question, from the standing of each of its characteristics and what was counted of it.

    Args:
        supposed: statuses that some characteristics not assessed are supposed to have, without a concern and without
            findings.
    """
    members = members_of(question, standings, counted, rulebook, supposed)
    return profile_of(Stage.CORE_QUESTION, question.id, members, rulebook)


def members_of(
    question: CoreQuestion,
    standings: Mapping[str, Standing],
    counted: Mapping[str, Profile],
    rulebook: Rulebook,
    supposed: Mapping[str, Status] = MappingProxyType({}),
) -> Sequence[Member]:
    """The characteristics of a core question, as they are counted; see `question_profile`."""
    nothing = of_nothing(rulebook)
    members = []
    for characteristic in question.characteristics:
        standing, fact = standings[characteristic.id], nothing
        if standing.status is None:
            standing = Standing(supposed.get(characteristic.id), Concern.NONE)
        else:
            fact = counted[characteristic.id].fact
        members.append(member_of(characteristic, standing, fact, rulebook))
    return members


def member_of(characteristic: Characteristic, standing: Standing, counted: Fact, rulebook: Rulebook) -> Member:
    """A characteristic as one of those of a core question.

    Args:
        counted: what was counted of it; of one that is not assessed nothing is known.
    """
    member = {ID: characteristic.id, "characteristic": characteristic.id, "role": characteristic.role}
    if standing.status is None:
        return {**member, "assessed": False}
    credit = rulebook.framework.exact_credit[standing.status]
    known = {"assessed": True, "status": standing.status, "concern": standing.concern, CREDIT: credit}
    return {**counted, **member, **known}


@lru_cache(maxsize=8)
def of_nothing(rulebook: Rulebook) -> Fact:
    """What is counted of a characteristic without findings."""
    return {count.id: count.value(()) for count in rulebook.counts_of[Stage.CHARACTERISTIC]}


def profile_of(stage: Stage, subject: str, members: Sequence[Member], rulebook: Rulebook) -> Profile:
    """What is counted of a characteristic or a core question."""
    fact = {count.id: count.value(members) for count in rulebook.counts_of[stage]}
    return Profile({SUBJECT[stage].name: subject, **fact}, members)


# -- grounds ----------------------------------------------------------------------------------------


def grounds(
    field: str, stage: Stage, subject: str, profile: Profile, run_of: Mapping[str, Profile], rulebook: Rulebook
) -> Grounds:
    """What a field of a fact rests on.

    Args:
        run_of: the profiles of the characteristics, on whose counts those of a core question may rest.
    """
    count = next((c for c in rulebook.counts_of[stage] if c.id == field), None)
    if count is None:
        return Grounds(_CODED_AS.get((stage, field), field), [subject])
    found = count.found(profile.members)
    if count.kind is Kind.WORST:
        found = [m for m in found if m.get(count.what) is profile.fact[field]]
    looked_at = found or [m for m in count.whole(profile.members) if m.get("assessed", True)]
    outcome = _looked_at(count)
    subjects = [member[ID] for member in looked_at]
    if stage is Stage.CORE_QUESTION and outcome not in OF_A_MEMBER:
        below = [grounds(outcome, Stage.CHARACTERISTIC, c, run_of[c], run_of, rulebook) for c in subjects]
        subjects = list(dict.fromkeys(s for each in below for s in each.subjects))
        outcome = next((each.outcome for each in below), outcome)
    if count.kind is not Kind.SHARE:
        return Grounds(outcome, subjects, found=bool(found))
    part, whole = count.part_and_whole(map(count.seen, profile.members))
    step = rulebook.framework.credit_step if count.what == CREDIT else Fraction(1)
    return Grounds(outcome, subjects, part, whole, step, found=bool(found))


def sample_grounds(field: str, finding: Finding) -> Grounds:
    """What a field of a sample's fact rests on: the sample, with the cases that were counted."""
    if field != "failing":
        return Grounds(_CODED_AS.get((Stage.SAMPLE, field), field), [finding.id])
    count = finding.sample.count if finding.sample is not None else None
    part, whole = (Fraction(count[0]), count[1]) if count is not None else (None, None)
    return Grounds("sample", [finding.id], part, whole)


_CODED_AS = {
    (Stage.SAMPLE, "characteristic"): "bears_on",
    (Stage.FINDING, "characteristic"): "bears_on",
}
"""Fields of facts that are coded under another name."""


def _looked_at(count: Count) -> str:
    """The outcome or coded field that a count looks at: of several the one that is concluded last."""
    if count.kind is Kind.WORST:
        return count.what
    order = OF_A_BEARING if count.stage is Stage.CHARACTERISTIC else OF_A_MEMBER
    reads = {"status" if name == "assessed" else name for name in count.reads}
    named = [name for name in reads if name not in order]
    return next(iter([*sorted(named), *(name for name in order if name in reads)]), "status")
