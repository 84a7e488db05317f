"""Cases run: what was wanted of evidence, what came out, and which rules decided it."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from peelrules.engine.durable import durable
from peelrules.engine.grading import grade
from peelrules.engine.matching import Matcher
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.cases import Case, Wanted
from peelrules.model.rulebook import Rulebook


class Verdict(Enum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    BEYOND = "beyond the rulebook, as it says"
    NO_LONGER_BEYOND = "marked as beyond the rulebook, but passes; remove the mark"

    @property
    def is_fault(self) -> bool:
        return self in (Verdict.FAILED, Verdict.NO_LONGER_BEYOND)


class Miss(Frozen):
    """Something wanted that did not come out."""

    what: str
    wanted: str
    found: str
    decided_by: tuple[str, ...] = ()
    """Titles of the rules behind what was found."""


class Tried(Frozen):
    """A case and what became of it."""

    file: str
    title: str
    verdict: Verdict
    beyond: str | None
    misses: tuple[Miss, ...]


def try_cases(cases: Iterable[Case], rulebook: Rulebook, matcher: Matcher = durable) -> list[Tried]:
    """What becomes of each case."""
    return [try_case(case, assessed(case, rulebook, matcher)) for case in cases]


def assessed(case: Case, rulebook: Rulebook, matcher: Matcher = durable) -> Assessment | None:
    """The evidence of a case graded; None if it was refused."""
    return grade(case.evidence, rulebook, matcher) if case.evidence is not None else None


def try_case(case: Case, assessment: Assessment | None) -> Tried:
    """Hold what came out against what is wanted."""
    found = _refused(case) if assessment is None or case.wanted.problem else _missed(case.wanted, assessment)
    misses = tuple(found)
    if case.beyond is None:
        verdict = Verdict.FAILED if misses else Verdict.PASSED
    else:
        verdict = Verdict.BEYOND if misses else Verdict.NO_LONGER_BEYOND
    return Tried(file=case.file, title=case.title, verdict=verdict, beyond=case.beyond, misses=misses)


def _refused(case: Case) -> Iterator[Miss]:
    wanted = case.wanted.problem or ""
    if not any(wanted in problem for problem in case.problems):
        yield Miss(what="problem", wanted=wanted, found="; ".join(case.problems) or "none")


def _missed(wanted: Wanted, assessment: Assessment) -> Iterator[Miss]:
    yield from _judged(wanted, assessment)
    for characteristic, status in wanted.statuses.items():
        found = assessment.characteristic[characteristic].status
        if found is not status:
            yield Miss(
                what=f"status of {characteristic}",
                wanted=str(status),
                found=str(found or "not assessed"),
                decided_by=_deciding(assessment, characteristic, "status"),
            )
    boxes = {
        "areas for improvement": (
            wanted.areas_for_improvement,
            [area.characteristic for area in assessment.areas_for_improvement],
        ),
        "critical shortfalls": (
            wanted.critical_shortfalls,
            [critical.characteristic for critical in assessment.critical_shortfalls],
        ),
        "causes of concern": (
            wanted.causes_of_concern,
            [named for cause in assessment.causes_of_concern for named in cause.characteristics],
        ),
    }
    for what, (named, raised) in boxes.items():
        if named is not None:
            yield from _boxed(what, set(named), raised, wanted, assessment)


def _judged(wanted: Wanted, assessment: Assessment) -> Iterator[Miss]:
    def miss(what: str, question: str, level: object, found: object) -> Miss:
        reasons = assessment.judgment(question).reasons
        return Miss(
            what=f"{what} of {question}",
            wanted=str(level or "none"),
            found=str(found or "none"),
            decided_by=tuple(reason.title for reason in reasons),
        )

    for question, grade_wanted in wanted.grades.items():
        judgment = assessment.judgment(question)
        if judgment.grade is not grade_wanted:
            yield miss("grade", question, grade_wanted, judgment.grade or judgment.not_graded)
    for question, level in wanted.ceilings.items():
        ceiling = assessment.judgment(question).ceiling
        if ceiling is not level:
            yield miss("ceiling", question, level, ceiling)
    for question, level in wanted.at_least.items():
        ceiling = assessment.judgment(question).ceiling
        if ceiling is None or ceiling < level:
            yield miss("ceiling", question, f"at least {level}", ceiling)


def _boxed(what: str, named: set[str], raised: Sequence[str], wanted: Wanted, assessment: Assessment) -> Iterator[Miss]:
    questions = _questions(wanted, assessment)
    found = {each for each in raised if assessment.characteristic[each].core_question in questions}
    if found != named:
        # of a box that is missing no rule can be named; what decided it is that none applied
        decided = (title for extra in sorted(found - named) for title in _deciding(assessment, extra, "concern"))
        yield Miss(what=what, wanted=_listed(named), found=_listed(found), decided_by=tuple(dict.fromkeys(decided)))


def _questions(wanted: Wanted, assessment: Assessment) -> set[str]:
    """The questions of which anything is wanted, or all if none is named."""
    boxed = (wanted.areas_for_improvement, wanted.critical_shortfalls, wanted.causes_of_concern)
    named = (*wanted.statuses, *(each for boxes in boxed for each in boxes or ()))
    questions = {*wanted.grades, *wanted.ceilings, *wanted.at_least}
    questions |= {assessment.characteristic[characteristic].core_question for characteristic in named}
    return questions or set(assessment.judgments_by_question)


def _deciding(assessment: Assessment, subject: str, outcome: str) -> tuple[str, ...]:
    if not assessment.is_concluded(subject, outcome):
        return ()
    firings = assessment.derivation(subject, outcome).firings
    return tuple(assessment.rule[firing.rule].title for firing in firings if firing.decides)


def _listed(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
