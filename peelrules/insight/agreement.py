"""Codings of one inspection by several coders: where they agree, and what their differences do to grades."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, combinations, count, permutations
from typing import NamedTuple

from peelrules.documents.bundled import DEFAULT
from peelrules.documents.choice import rulebook_named
from peelrules.engine.counting import Profile, Standing, question_profile
from peelrules.engine.matching import plain
from peelrules.engine.stages import Run, run
from peelrules.insight.reliability import alpha, weighted_kappa
from peelrules.model.agreement import (
    Agreement,
    Apart,
    Bearing,
    CharacteristicBeside,
    Coding,
    Decided,
    Disagreement,
    Level,
    Pair,
    Panel,
    QuestionBeside,
    Reliability,
    Single,
    Swing,
    Verdict,
)
from peelrules.model.assessment import AssessedCharacteristic, Assessment
from peelrules.model.facts import Stage
from peelrules.model.framework import CoreQuestion
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Scale

Assessments = Mapping[str, Assessment]
"""The codings of one inspection, by coder."""


def agreement(codings: Iterable[tuple[str, Assessment]], rulebook: Rulebook | None = None) -> Agreement:
    """Hold codings of the same inspection against each other, those of each force and inspection by themselves.

    Args:
        codings: each with the name of its coder. Of coders of one inspection with the same name, the second gets a
            number.
        rulebook: the one that the assessments were made with; by default the bundled one of their
            framework.

    Raises:
        ArgumentError: no inspection has two codings, or the rulebook is another.
    """
    given = list(codings)
    book = rulebook or rulebook_named(given[0][1].framework if given else DEFAULT)
    if any(assessment.rulebook != book.identity for _, assessment in given):
        raise ArgumentError("an assessment was made with another rulebook")
    found = beside_each_other(given, book)
    if not found.panels:
        raise ArgumentError("no inspection of a force has two codings; name two or more of the same one")
    return found


def beside_each_other(codings: Sequence[tuple[str, Assessment]], rulebook: Rulebook) -> Agreement:
    """As `agreement`, of assessments by this rulebook; without panels where no inspection has two codings."""
    groups: dict[tuple[str, str | None], dict[str, Assessment]] = {}
    for coder, (_, assessment) in zip(distinct(codings), codings, strict=True):
        groups.setdefault((assessment.force, assessment.inspection), {})[coder] = assessment
    return Agreement(
        rulebook=rulebook.identity,
        panels=tuple(_panel(coded, rulebook) for coded in groups.values() if len(coded) > 1),
        single=tuple(
            Single(coder=coder, force=force, inspection=inspection)
            for (force, inspection), coded in groups.items()
            for coder in coded
            if len(coded) == 1
        ),
    )


def distinct(codings: Sequence[tuple[str, Assessment]]) -> list[str]:
    """The names of the coders, with a number where another coder of the same inspection has the name."""
    taken: set[tuple[str, str, str | None]] = set()
    names = []
    for coder, assessment in codings:
        tried = ((name, assessment.force, assessment.inspection) for name in _numbered(coder))
        key = next(key for key in tried if key not in taken)
        taken.add(key)
        names.append(key[0])
    return names


def _numbered(name: str) -> Iterable[str]:
    return chain([name], (f"{name} {number}" for number in count(2)))


def _panel(coded: Assessments, rulebook: Rulebook) -> Panel:
    first = next(iter(coded.values()))
    characteristics = tuple(_characteristic(c, coded) for c in first.characteristic)
    return Panel(
        force=first.force,
        inspection=first.inspection,
        framework=first.framework,
        cautions=first.cautions,
        codings={coder: _coding(assessment) for coder, assessment in coded.items()},
        questions=_questions(coded, rulebook),
        characteristics=characteristics,
        status=_reliability(characteristics, lambda level: level.status),
        gravity=_reliability(characteristics, lambda level: level.gravity),
        disagreements=tuple(
            _disagreement(each.characteristic, coded)
            for each in sorted(characteristics, key=lambda each: (-each.apart.status, -each.apart.gravity))
            if each.apart.status or each.apart.gravity
        ),
    )


def _coding(assessment: Assessment) -> Coding:
    return Coding(
        findings=len(assessment.findings),
        assessed=sum(each.status is not None for each in assessment.characteristics),
        of=len(assessment.characteristics),
    )


# -- characteristics --------------------------------------------------------------------------------


def _characteristic(characteristic: str, coded: Assessments) -> CharacteristicBeside:
    each = {coder: assessment.characteristic[characteristic] for coder, assessment in coded.items()}
    named = next(iter(each.values()))
    levels = {coder: _level(assessed) for coder, assessed in each.items()}
    return CharacteristicBeside(
        characteristic=characteristic,
        core_question=named.core_question,
        title=named.title,
        levels=levels,
        apart=Apart(
            status=_spread(level.status for level in levels.values()),
            gravity=_spread(level.gravity for level in levels.values()),
        ),
    )


def _level(assessed: AssessedCharacteristic) -> Level:
    is_assessed = assessed.status is not None
    return Level(status=assessed.status, gravity=assessed.gravity if is_assessed else None)


def _spread(levels: Iterable[Scale | None]) -> int:
    ranks = [level.rank for level in levels if level is not None]
    return max(ranks, default=0) - min(ranks, default=0)


def _disagreement(characteristic: str, coded: Assessments) -> Disagreement:
    return Disagreement(
        characteristic=characteristic,
        findings={
            coder: Bearing(
                shortfalls=tuple(assessment.finding[i] for i in assessed.shortfalls),
                strengths=tuple(assessment.finding[i] for i in assessed.strengths if i not in assessed.shortfalls),
            )
            for coder, assessment in coded.items()
            if (assessed := assessment.characteristic[characteristic]).status is not None
        },
    )


def _reliability(characteristics: Sequence[CharacteristicBeside], of: Callable[[Level], Scale | None]) -> Reliability:
    coded = [
        {coder: level.rank for coder, each in c.levels.items() if (level := of(each)) is not None}
        for c in characteristics
    ]
    shared = [ranks for ranks in coded if len(ranks) > 1]
    coders = characteristics[0].levels if characteristics else ()
    return Reliability(
        shared=len(shared),
        alike=sum(len(set(ranks.values())) == 1 for ranks in shared),
        alpha=alpha(list(ranks.values()) for ranks in shared),
        pairs=tuple(_pair(first, second, shared) for first, second in combinations(coders, 2)),
    )


def _pair(first: str, second: str, shared: Sequence[Mapping[str, int]]) -> Pair:
    both = [(ranks[first], ranks[second]) for ranks in shared if first in ranks and second in ranks]
    return Pair(
        first=first,
        second=second,
        both=len(both),
        alike=sum(one == other for one, other in both),
        kappa=weighted_kappa(both),
    )


# -- core questions ---------------------------------------------------------------------------------


class _Counted(NamedTuple):
    """What a coder's characteristics bring to the judgment of core questions."""

    standings: Mapping[str, Standing]
    profiles: Mapping[str, Profile]

    def brings(self, characteristic: str) -> tuple[object, ...]:
        profile = self.profiles.get(characteristic)
        return self.standings[characteristic], profile.fact if profile is not None else None

    def with_one_of(self, other: "_Counted", characteristic: str) -> "_Counted":
        """The same, with one characteristic as another coder has it."""
        profiles = dict(self.profiles)
        if characteristic in other.profiles:
            profiles[characteristic] = other.profiles[characteristic]
        return _Counted({**self.standings, characteristic: other.standings[characteristic]}, profiles)


def _questions(coded: Assessments, rulebook: Rulebook) -> tuple[QuestionBeside, ...]:
    runs = {coder: run(assessment.evidence.findings, rulebook, plain) for coder, assessment in coded.items()}
    counted = {coder: _counted(done) for coder, done in runs.items()}
    return tuple(_question(question, coded, counted, rulebook) for question in rulebook.framework.core_questions)


def _counted(done: Run) -> _Counted:
    return _Counted(done.standings, done.characterised.profiles)


def _question(
    question: CoreQuestion, coded: Assessments, counted: Mapping[str, _Counted], rulebook: Rulebook
) -> QuestionBeside:
    verdicts = {coder: _decided(assessment, question.id) for coder, assessment in coded.items()}
    swings = (
        swing
        for coder, other in permutations(coded, 2)
        if _concluded(verdicts[coder]) != _concluded(verdicts[other])
        for swing in _swings(question, coder, other, counted, rulebook)
        if _concluded(swing) != _concluded(verdicts[coder])
    )
    return QuestionBeside(
        core_question=question.id,
        name=question.name,
        alike=len({_concluded(verdict) for verdict in verdicts.values()}) == 1,
        verdicts=verdicts,
        swings=tuple(swings),
    )


def _decided(assessment: Assessment, question: str) -> Decided:
    judgment = assessment.judgment(question)
    return Decided(
        grade=judgment.grade, ceiling=judgment.ceiling, not_graded=judgment.not_graded, reasons=judgment.reasons
    )


def _concluded(verdict: Verdict) -> tuple[object, ...]:
    return verdict.grade, verdict.ceiling


def _swings(
    question: CoreQuestion, coder: str, other: str, counted: Mapping[str, _Counted], rulebook: Rulebook
) -> Iterable[Swing]:
    """What each characteristic that the other has differently would do if the coder had it so, too."""
    mine, theirs = counted[coder], counted[other]
    for characteristic in (c.id for c in question.characteristics):
        if mine.brings(characteristic) != theirs.brings(characteristic):
            supposed = _verdict(question, mine.with_one_of(theirs, characteristic), rulebook)
            yield Swing(
                grade=supposed.grade,
                ceiling=supposed.ceiling,
                characteristic=characteristic,
                coder=coder,
                taken_from=other,
            )


def _verdict(question: CoreQuestion, counted: _Counted, rulebook: Rulebook) -> Verdict:
    is_graded = question.is_graded
    if not is_graded or all(counted.standings[c.id].status is None for c in question.characteristics):
        return Verdict(grade=None, ceiling=None)
    profile = question_profile(question, counted.standings, counted.profiles, rulebook)
    (judged,) = plain(rulebook, Stage.CORE_QUESTION, [profile.fact])
    ceiling = judged.concluded["grade"]
    return Verdict(grade=None if judged.concluded["not_enough_evidence"] else ceiling, ceiling=ceiling)
