"""How firm each grade is: under other samples, other codings, other bounds and more or less evidence."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from peelrules.engine.grading import grade
from peelrules.engine.matching import plain
from peelrules.engine.stages import Run, run
from peelrules.engine.tables import tabled
from peelrules.insight.draws import Coded, of_coding, of_samples, refuse_what_cannot_be_drawn
from peelrules.insight.gaps import gaps
from peelrules.insight.recodings import Omitted, Recoded, omissions, recodings
from peelrules.insight.thresholds import thresholds
from peelrules.insight.variants import NO_GRADE, Base, Ranks, grade_of
from peelrules.model.assessment import Judgment
from peelrules.model.evidence import Evidence
from peelrules.model.rulebook import Rulebook
from peelrules.model.sensitivity import Chance, Firmness, Omission, Recoding, Sensitivity

TOLD = 3
"""Findings named as those that matter most."""


def sensitivity(
    evidence: Evidence, rulebook: Rulebook, *, draws: int = 10_000, seed: int = 0, notch: float = 0.1
) -> Sensitivity:
    """How firm the grades of one body of evidence are. The same seed gives the same result, on any number of cores.

    Args:
        draws: how many of samples, and as many of coding.
        notch: probability with which seriousness, extent and state of each finding are each a notch off.

    Raises:
        ArgumentError: fewer than one draw, a seed below 0, or a probability that is none. It is a `ValueError`.
        EvidenceError: what `grade` refuses.
    """
    refuse_what_cannot_be_drawn(draws, seed, notch)
    assessment = grade(evidence, rulebook, plain)
    done = run(assessment.evidence.findings, rulebook, tabled)
    base = Base.of(evidence, rulebook)
    as_it_is = np.array([[_rank(judgment) for judgment in assessment.judgments]], dtype=np.int8)
    sampling, intervals = of_samples(base, as_it_is, draws, seed)
    coding = of_coding(base, as_it_is, draws, seed, notch)
    doubt = _Doubt(sampling, coding, *recodings(base, as_it_is), *omissions(base, as_it_is))
    return Sensitivity(
        force=evidence.force,
        inspection=evidence.inspection,
        rulebook=rulebook.identity,
        seed=seed,
        draws=draws,
        notch=notch,
        questions=tuple(
            _firmness(judgment, number, doubt, base, done)
            for number, judgment in enumerate(assessment.judgments)
            if judgment.ceiling is not None
        ),
        samples=tuple(intervals),
        thresholds=tuple(thresholds(done, rulebook)),
    )


class _Doubt(NamedTuple):
    """The grades of all variants of the evidence."""

    sampling: Ranks
    coding: Coded
    recoded: Sequence[Recoded]
    if_recoded: Ranks
    omitted: Sequence[Omitted]
    if_omitted: Ranks


def _firmness(judgment: Judgment, question: int, doubt: _Doubt, base: Base, done: Run) -> Firmness:
    rank = _rank(judgment)
    drawn = [doubt.sampling[:, question], doubt.coding.ranks[:, question]]
    others = Counter(int(other) for ranks in drawn for other in ranks[ranks != rank])
    pivotal = [
        Recoding(
            finding=each.finding.id,
            field=each.field,
            coded=str(getattr(each.finding, each.field)),
            instead=str(each.instead),
            grade=grade_of(after),
        )
        for each, after in zip(doubt.recoded, doubt.if_recoded[:, question], strict=True)
        if after != rank
    ]
    omitted = [
        Omission(kind=each.kind, name=each.name, findings=len(each.findings), grade=grade_of(after))
        for each, after in zip(doubt.omitted, doubt.if_omitted[:, question], strict=True)
        if after != rank
    ]
    missing = gaps(judgment, done, base.rulebook)
    possible = judgment.range.best.rank - judgment.range.worst.rank + 1 if judgment.range else 1
    return Firmness(
        core_question=judgment.core_question,
        name=judgment.name,
        grade=judgment.grade,
        stands=min(float((ranks == rank).mean()) for ranks in drawn),
        runner_up=grade_of(max(others, key=lambda other: (others[other], other))) if others else None,
        sampling=_chances(drawn[0]),
        coding=_chances(drawn[1]),
        pivotal=tuple(pivotal),
        omissions=tuple(omitted),
        worst=judgment.range.worst if judgment.range else None,
        best=judgment.range.best if judgment.range else None,
        gaps=tuple(missing),
        narrows=bool(missing) and missing[0].at_best < possible,
        matter_most=_matter_most(
            judgment, question, doubt.coding, int((drawn[1] != rank).sum()), pivotal, omitted, base
        ),
    )


def _rank(judgment: Judgment) -> int:
    return NO_GRADE if judgment.grade is None else judgment.grade.rank


def _chances(ranks: Ranks) -> tuple[Chance, ...]:
    counts = Counter(ranks.tolist())
    return tuple(Chance(grade=grade_of(rank), share=counts[rank] / len(ranks)) for rank in sorted(counts, reverse=True))


def _matter_most(
    judgment: Judgment,
    question: int,
    coding: Coded,
    other: int,
    pivotal: Sequence[Recoding],
    omitted: Sequence[Omission],
    base: Base,
) -> tuple[str, ...]:
    """Pivotal findings, findings without which the grade is another, and those whose doubt weighs most in the draws."""
    weight = {
        finding.id: _weight(
            int(coding.off_and_other[number, question]), int(coding.off[number]), other, len(coding.ranks)
        )
        for number, finding in enumerate(coding.varied)
        if judgment.core_question in base.questions_of(finding)
    }
    recoded = Counter(each.finding for each in pivotal)
    alone = {each.name for each in omitted if each.kind == "finding"}
    candidates = {*recoded, *alone, *(finding for finding, gain in weight.items() if gain > 0)}

    def last(finding: str) -> tuple[bool, bool, float, str]:
        return finding not in recoded, finding not in alone, -weight.get(finding, 0.0), finding

    return tuple(sorted(candidates, key=last)[:TOLD])


def _weight(off_and_other: int, off: int, other: int, draws: int) -> float:
    """How much likelier another grade is in the draws where the coding of a finding is off."""
    if off in (0, draws):
        return 0.0
    return off_and_other / off - (other - off_and_other) / (draws - off)
