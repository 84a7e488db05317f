"""The four stages: rules meet facts, and outcomes come to rest at the lowest ceiling or highest floor."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from peelrules.engine.matching import Match, Matcher, plain
from peelrules.engine.profiles import (
    Profile,
    Reading,
    Standing,
    by_characteristic,
    characteristic_profile,
    core_question_profile,
    finding_profile,
    sample_profile,
)
from peelrules.model.evidence import Finding
from peelrules.model.facts import Stage
from peelrules.model.framework import CoreQuestion, Reporting
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Scale, Status

S = TypeVar("S", bound=Scale)


class StageRun:
    """The facts of one stage and the rules that apply to them."""

    def __init__(self, rulebook: Rulebook, stage: Stage, profiles: Mapping[str, Profile], matcher: Matcher) -> None:
        self.stage = stage
        self.profiles = profiles
        self.matches: dict[str, list[Match]] = {subject: [] for subject in profiles}
        for match in matcher(rulebook, stage, {subject: profile.fact for subject, profile in profiles.items()}):
            self.matches[match.subject].append(match)

    def ceiling(self, subject: str, outcome: str, scale: type[S]) -> S:
        """The lowest ceiling on an outcome, or the top of its scale."""
        return min(self._levels(subject, outcome, scale), default=scale.highest())

    def floor(self, subject: str, outcome: str, scale: type[S]) -> S:
        """The highest floor under an outcome, or the bottom of its scale."""
        return max(self._levels(subject, outcome, scale), default=scale.lowest())

    def raises(self, subject: str, flag: str) -> bool:
        """Whether a rule raises a flag about the subject."""
        return any(match.rule.conclusion.outcome == flag for match in self.matches[subject])

    def _levels(self, subject: str, outcome: str, scale: type[S]) -> Iterator[S]:
        for match in self.matches[subject]:
            level = match.rule.conclusion.level
            if match.rule.conclusion.outcome == outcome and isinstance(level, scale):
                yield level


class Stages(NamedTuple):
    """One run through the four stages."""

    samples: StageRun
    readings: Mapping[str, Reading]
    weighed: StageRun
    gravities: Mapping[str, Gravity]
    characterised: StageRun
    standings: Mapping[str, Standing]
    """Of every characteristic of the framework."""
    judged: StageRun
    """Of the questions that are graded here and have evidence; no other is judged."""


def run(findings: Sequence[Finding], rulebook: Rulebook, matcher: Matcher) -> Stages:
    """Take findings through the four stages."""
    samples, readings = read(findings, rulebook, matcher)
    weighed, gravities = weigh(findings, readings, rulebook, matcher)
    characterised, standings = characterise(findings, readings, gravities, rulebook, matcher)
    graded = (q for q in rulebook.framework.core_questions if q.reporting is Reporting.GRADED)
    assessed = [q for q in graded if any(standings[c.id].status is not None for c in q.characteristics)]
    judged = judge(assessed, standings, rulebook, matcher)
    return Stages(samples, readings, weighed, gravities, characterised, standings, judged)


def read(findings: Sequence[Finding], rulebook: Rulebook, matcher: Matcher) -> tuple[StageRun, dict[str, Reading]]:
    """Stage 1: which way each finding speaks and how widely, by finding id."""
    profiles = {f.id: sample_profile(f) for f in findings if f.sample is not None}
    stage = StageRun(rulebook, Stage.SAMPLE, profiles, matcher)

    def reading(finding: Finding) -> Reading:
        if finding.id in profiles:
            direction = stage.floor(finding.id, "direction", Direction)
            return Reading(direction, stage.floor(finding.id, "extent", Extent))
        return Reading(finding.direction or Direction.NEITHER, finding.extent or Extent.lowest())

    return stage, {f.id: reading(f) for f in findings}


def weigh(
    findings: Sequence[Finding], readings: Mapping[str, Reading], rulebook: Rulebook, matcher: Matcher
) -> tuple[StageRun, dict[str, Gravity]]:
    """Stage 2: the gravity of each finding, by finding id."""
    profiles = {f.id: finding_profile(f, readings[f.id]) for f in findings}
    stage = StageRun(rulebook, Stage.FINDING, profiles, matcher)
    return stage, {f.id: stage.floor(f.id, "gravity", Gravity) for f in findings}


def characterise(
    findings: Iterable[Finding],
    readings: Mapping[str, Reading],
    gravities: Mapping[str, Gravity],
    rulebook: Rulebook,
    matcher: Matcher,
) -> tuple[StageRun, dict[str, Standing]]:
    """Stage 3: where each characteristic of the framework stands, by characteristic id."""
    bearing = by_characteristic(findings)
    profiles = {
        c: characteristic_profile(c, bearing[c], readings, gravities)
        for c in rulebook.framework.characteristics
        if c in bearing
    }
    stage = StageRun(rulebook, Stage.CHARACTERISTIC, profiles, matcher)
    return stage, {c: standing_of(c, stage) for c in rulebook.framework.characteristics}


def standing_of(characteristic: str, stage: StageRun) -> Standing:
    """Where a characteristic came to rest; not assessed if it is not among those of the run."""
    if characteristic not in stage.profiles:
        return Standing(None, Concern.NONE)
    status = stage.ceiling(characteristic, "status", Status)
    return Standing(status, stage.floor(characteristic, "concern", Concern))


def judge(
    questions: Iterable[CoreQuestion], standings: Mapping[str, Standing], rulebook: Rulebook, matcher: Matcher
) -> StageRun:
    """Stage 4: the rules that bound the grade of each question."""
    profiles = {q.id: core_question_profile(rulebook.framework, q, standings) for q in questions}
    return StageRun(rulebook, Stage.CORE_QUESTION, profiles, matcher)


def ceiling_if_missing(
    status: Status, question: CoreQuestion, standings: Mapping[str, Standing], rulebook: Rulebook
) -> Grade:
    """The ceiling of a question if every characteristic not assessed turned out so, without a concern."""
    standing = Standing(status, Concern.NONE)
    completed = {c: standing if known.status is None else known for c, known in standings.items()}
    return judge([question], completed, rulebook, plain).ceiling(question.id, "grade", Grade)
