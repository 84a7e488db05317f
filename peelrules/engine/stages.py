"""The four stages: facts meet rules, and what is concluded is counted for the stage that follows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from peelrules.engine.counting import (
    NOT_ASSESSED,
    Profile,
    Reading,
    Standing,
    bearing,
    finding_fact,
    profile_of,
    question_profile,
    sample_fact,
)
from peelrules.engine.matching import Matcher, Said, plain
from peelrules.model.evidence import Finding
from peelrules.model.facts import Stage
from peelrules.model.framework import CoreQuestion
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Extent, Grade, Gravity, Status


class StageRun(NamedTuple):
    """The facts of one stage and what the rules say of each, by what it is about."""

    stage: Stage
    profiles: Mapping[str, Profile]
    said: Mapping[str, Said]

    def concluded(self, subject: str, outcome: str) -> Any:
        """The level of an outcome; of a flag, whether it is raised."""
        return self.said[subject].concluded[outcome]


class Run(NamedTuple):
    """One run through the four stages."""

    findings: Mapping[str, Finding]
    bearing: Mapping[str, Sequence[Finding]]
    """The findings that say something about each characteristic; context says nothing."""
    samples: StageRun
    readings: Mapping[str, Reading]
    weighed: StageRun
    gravities: Mapping[str, Gravity]
    characterised: StageRun
    standings: Mapping[str, Standing]
    """Of every characteristic of the framework."""
    judged: StageRun
    """Of the questions that are graded here and have evidence; no other is judged."""

    @property
    def stages(self) -> Mapping[Stage, StageRun]:
        return {run.stage: run for run in (self.samples, self.weighed, self.characterised, self.judged)}

    def grade(self, question: str) -> Grade | None:
        """The grade of a question; None where there is none."""
        if question not in self.judged.said or self.judged.concluded(question, "not_enough_evidence"):
            return None
        return self.judged.concluded(question, "grade")  # type: ignore[no-any-return]

    def raises_concern(self, question: str) -> bool:
        """Whether there is a cause of concern about a question."""
        return question in self.judged.said and bool(self.judged.concluded(question, "cause_of_concern"))


def run(
    findings: Iterable[Finding],
    rulebook: Rulebook,
    matcher: Matcher,
    since: Run | None = None,
    at: Stage = Stage.SAMPLE,
) -> Run:
    """Take findings through the four stages.

    Args:
        since: a run of which whatever is not different is taken over.
        at: the first stage at which anything can be different from that run.
    """

    def asked(stage: Stage, profiles: Mapping[str, Profile]) -> StageRun:
        same = since.stages[stage] if since is not None and stage is not at else StageRun(stage, {}, {})
        anew = {i: profile for i, profile in profiles.items() if same.profiles.get(i) is not profile}
        answers = dict(zip(anew, matcher(rulebook, stage, [p.fact for p in anew.values()]), strict=True))
        return StageRun(stage, profiles, {i: answers[i] if i in answers else same.said[i] for i in profiles})

    if since is not None and at is not Stage.SAMPLE:
        found, bearing_on, samples, readings = since.findings, since.bearing, since.samples, since.readings
    else:
        found = {finding.id: finding for finding in findings}
        bearing_on = by_characteristic(found.values())
        samples = asked(Stage.SAMPLE, {i: Profile(sample_fact(f)) for i, f in found.items() if f.sample is not None})
        readings = {i: reading_of(finding, samples.said.get(i)) for i, finding in found.items()}
    if since is not None and at not in (Stage.SAMPLE, Stage.FINDING):
        weighed, gravities = since.weighed, since.gravities
    else:
        facts = {i: _finding(finding, readings[i], since) for i, finding in found.items()}
        weighed = asked(Stage.FINDING, facts)
        gravities = {i: each.concluded["gravity"] for i, each in weighed.said.items()}
    profiles = _characteristics(found, bearing_on, readings, gravities, rulebook, since)
    characterised = asked(Stage.CHARACTERISTIC, profiles)
    standings = {c: standing_of(characterised.said.get(c)) for c in rulebook.framework.characteristics}
    graded = (q for q in rulebook.framework.core_questions if q.is_graded)
    assessed = [q for q in graded if any(standings[c.id].status is not None for c in q.characteristics)]
    judged = asked(Stage.CORE_QUESTION, {q.id: _question(q, standings, profiles, rulebook, since) for q in assessed})
    return Run(found, bearing_on, samples, readings, weighed, gravities, characterised, standings, judged)


def by_characteristic(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """The findings that say something about each characteristic."""
    bearing_on: dict[str, list[Finding]] = {}
    for finding in findings:
        if not finding.is_context:
            for characteristic in finding.bears_on:
                bearing_on.setdefault(characteristic, []).append(finding)
    return bearing_on


def reading_of(finding: Finding, said: Said | None) -> Reading:
    """Which way a finding speaks: what was said of its sample, or what is coded."""
    if said is not None:
        return Reading(said.concluded["direction"], said.concluded["extent"])
    return Reading(finding.direction or Direction.NEITHER, finding.extent or Extent.lowest())


def standing_of(said: Said | None) -> Standing:
    """Where a characteristic came to rest; not assessed if nothing was said of it."""
    return NOT_ASSESSED if said is None else Standing(said.concluded["status"], said.concluded["concern"])


def ceiling_if(supposed: Mapping[str, Status], question: CoreQuestion, done: Run, rulebook: Rulebook) -> Grade:
    """The ceiling of a question if characteristics that are not assessed turned out so, without a concern."""
    profile = question_profile(question, done.standings, done.characterised.profiles, rulebook, supposed)
    (judged,) = plain(rulebook, Stage.CORE_QUESTION, [profile.fact])
    return judged.concluded["grade"]  # type: ignore[no-any-return]


def _finding(finding: Finding, reading: Reading, since: Run | None) -> Profile:
    if since is not None and since.findings.get(finding.id) is finding and since.readings[finding.id] == reading:
        return since.weighed.profiles[finding.id]
    return Profile(finding_fact(finding, reading))


def _characteristics(
    findings: Mapping[str, Finding],
    bearing_on: Mapping[str, Sequence[Finding]],
    readings: Mapping[str, Reading],
    gravities: Mapping[str, Gravity],
    rulebook: Rulebook,
    since: Run | None,
) -> dict[str, Profile]:
    """The profile of each characteristic with evidence, in the framework's order."""
    kept: set[str] = set()
    if since is not None:
        different = {
            i
            for i in findings
            if findings[i] is not since.findings.get(i)
            or gravities[i] is not since.gravities[i]
            or readings[i] != since.readings[i]
        }
        kept = {
            c
            for c, each in bearing_on.items()
            if len(each) == len(since.bearing.get(c, ())) and different.isdisjoint(f.id for f in each)
        }
    return {
        c: since.characterised.profiles[c]
        if since is not None and c in kept
        else profile_of(
            Stage.CHARACTERISTIC,
            c,
            [bearing(f, c, readings[f.id], gravities[f.id]) for f in bearing_on[c]],
            rulebook,
        )
        for c in rulebook.framework.characteristics
        if c in bearing_on
    }


def _question(
    question: CoreQuestion,
    standings: Mapping[str, Standing],
    counted: Mapping[str, Profile],
    rulebook: Rulebook,
    since: Run | None,
) -> Profile:
    if since is not None and question.id in since.judged.profiles:
        same = all(
            standings[c.id] == since.standings[c.id] and counted.get(c.id) is since.characterised.profiles.get(c.id)
            for c in question.characteristics
        )
        if same:
            return since.judged.profiles[question.id]
    return question_profile(question, standings, counted, rulebook)
