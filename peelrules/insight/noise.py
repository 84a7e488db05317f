"""Expected agreement under coding noise: of cases with what is wanted, and of codings with what was published."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from peelrules.engine.columns import Concluded
from peelrules.engine.grading import grade
from peelrules.engine.matching import plain
from peelrules.insight.draws import codings as drawn
from peelrules.insight.draws import refuse_what_cannot_be_drawn
from peelrules.insight.variants import NO_GRADE, Base
from peelrules.model.cases import Case, Wanted
from peelrules.model.evidence import Evidence
from peelrules.model.noise import ExpectedAgreement, ExpectedJudgment, Noise
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade


def noise(
    rulebook: Rulebook,
    cases: Iterable[Case] = (),
    codings: Mapping[str, tuple[Evidence, Published]] | None = None,
    *,
    draws: int = 1_000,
    seed: int = 0,
    notch: float = 0.1,
) -> Noise:
    """How many judgments come out as wanted, today and on average when codings are off. The seed decides the draws.

    Args:
        cases: of these, the ones that want grades or ceilings.
        codings: by any name, evidence and what was published about the same inspection.
        draws: how many of each body of evidence.
        notch: probability with which seriousness, extent and state of each finding are each a notch off.

    Raises:
        ArgumentError: fewer than one draw, a seed below 0, or a probability that is none. It is a `ValueError`.
        EvidenceError: what `grade` refuses.
    """
    refuse_what_cannot_be_drawn(draws, seed, notch)
    wanted = [(case.file, case.evidence, case.wanted) for case in cases]
    published = [(name, evidence, Wanted(grades=p.grades)) for name, (evidence, p) in (codings or {}).items()]
    of_cases, of_codings = (
        tuple(
            _agreement(name, evidence, wants, rulebook, (draws, seed, notch))
            for name, evidence, wants in each
            if evidence is not None and (wants.grades or wants.ceilings or wants.at_least)
        )
        for each in (wanted, published)
    )
    return Noise(draws=draws, seed=seed, notch=notch, cases=of_cases, codings=of_codings)


def _agreement(
    name: str, evidence: Evidence, wanted: Wanted, rulebook: Rulebook, drawing: tuple[int, int, float]
) -> ExpectedAgreement:
    judgments = grade(evidence, rulebook, plain).judgments_by_question
    base = Base.of(evidence, rulebook)
    wants = list(_wants(wanted))
    comes_out = np.zeros(len(wants), dtype=np.int64)
    for _, concluded in drawn(base, *drawing):
        comes_out += [int(_holds(*want, concluded, base).sum()) for want in wants]
    told = []
    for (question, what, level), times in zip(wants, comes_out.tolist(), strict=True):
        judgment = judgments[question]
        found = judgment.grade if what == "grade" else judgment.ceiling
        told.append(
            ExpectedJudgment(
                core_question=question,
                what=what,
                wanted=level,
                found=found,
                comes_out=found is level or (what == "at least" and found is not None and found >= level),
                share=times / drawing[0],
            )
        )
    return ExpectedAgreement(
        name=name,
        exact=sum(each.comes_out for each in told),
        expected=int(comes_out.sum()) / drawing[0],
        judgments=tuple(sorted(told, key=lambda each: each.share)),
    )


def _wants(wanted: Wanted) -> Iterator[tuple[str, Any, Any]]:
    """What is wanted of core questions: which, of what, and the level."""
    yield from ((question, "grade", level) for question, level in wanted.grades.items())
    yield from ((question, "ceiling", level) for question, level in wanted.ceilings.items())
    yield from ((question, "at least", level) for question, level in wanted.at_least.items())


def _holds(question: str, what: str, level: Grade | None, concluded: Concluded, base: Base) -> Any:
    """In which of some draws what is wanted comes out."""
    column = base.questions.index(question)
    if what == "grade":
        return concluded.grade[:, column] == (NO_GRADE if level is None else level.rank)
    ceiling = np.where(concluded.judged, concluded.ceiling, NO_GRADE)[:, column]
    rank = level.rank if level is not None else NO_GRADE
    return ceiling >= rank if what == "at least" else ceiling == rank
