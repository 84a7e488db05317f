"""Two inspections of different cycles side by side: what can be compared between their frameworks, and what cannot."""

from collections.abc import Iterable, Iterator
from enum import Enum

from peelrules.insight.differences import cautions_of_both
from peelrules.model.assessment import Assessment, Judgment
from peelrules.model.base import Frozen
from peelrules.model.crosswalk import Crosswalk, Kind, Pair
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Identity
from peelrules.model.scales import Grade, Status


class Change(Enum):
    """Which way something moved from the first inspection to the second."""

    BETTER = "better"
    SAME = "the same"
    WORSE = "worse"

    @classmethod
    def between(cls, before: Grade | Status, after: Grade | Status) -> "Change":
        """From one level of a scale to another."""
        if before.rank == after.rank:
            return cls.SAME
        return cls.BETTER if after.rank > before.rank else cls.WORSE


class Judged(Frozen):
    """What an inspection came to on a question that its framework asks."""

    grade: Grade | None
    """None: not graded on this evidence."""
    ceiling: Grade | None
    """No better than this; None for questions that are not graded at all."""


class QuestionAcross(Frozen):
    """A core question in both inspections."""

    core_question: str
    name: str
    """As the newer framework has it."""
    before: Judged | None
    """None: the older framework does not ask it."""
    after: Judged | None
    """None: the newer framework does not ask it."""
    change: Change | None
    not_compared: str | None
    """Why it cannot be told which way the grade moved."""


class Standing(Frozen):
    """How far a characteristic was shown."""

    characteristic: str
    core_question: str
    title: str
    status: Status | None
    """None: not assessed."""


class MatterAcross(Frozen):
    """Characteristics of the older framework, with what they became in the newer one."""

    kind: Kind
    before: tuple[Standing, ...]
    after: tuple[Standing, ...]
    change: Change | None
    not_compared: str | None
    """Why it cannot be told which way it moved."""
    notes: tuple[str, ...]


class AcrossCycles(Frozen):
    """Two inspections of different cycles, question by question and characteristic by characteristic."""

    before: str
    after: str
    """What each is of, in words."""
    before_rulebook: Identity
    after_rulebook: Identity
    cautions: tuple[str, ...]
    """What every reader must be told first."""
    questions: tuple[QuestionAcross, ...]
    """In the order of the newer framework, then what it does not have."""
    characteristics: tuple[MatterAcross, ...]
    """In the order of the older framework, then what is new."""

    def of_change(self, change: Change) -> tuple[MatterAcross, ...]:
        return tuple(matter for matter in self.characteristics if matter.change is change)

    @property
    def not_compared(self) -> tuple[MatterAcross, ...]:
        return tuple(matter for matter in self.characteristics if matter.change is None)


def across_cycles(before: Assessment, after: Assessment, crosswalk: Crosswalk) -> AcrossCycles:
    """An inspection beside a later one under another framework, through the crosswalk between the two.

    Only characteristics that became one each are compared. Of all others it is told how they stand, and why that is no
    comparison.

    Raises:
        ArgumentError: the crosswalk is between other frameworks, or between other versions of them.
    """
    _refuse_what_does_not_fit(before, after, crosswalk)
    return AcrossCycles(
        before=before.name,
        after=after.name,
        before_rulebook=before.rulebook,
        after_rulebook=after.rulebook,
        cautions=tuple(_cautions(before, after)),
        questions=tuple(_questions(before, after)),
        characteristics=tuple(_matter(pair, before, after) for pair in crosswalk.pairs),
    )


def _refuse_what_does_not_fit(before: Assessment, after: Assessment, crosswalk: Crosswalk) -> None:
    if (before.framework, after.framework) != (crosswalk.before, crosswalk.after):
        message = f"the crosswalk is from {crosswalk.before} to {crosswalk.after}"
        raise ArgumentError(f"{message}, and the assessments are of {before.framework} and {after.framework}")
    sides = (
        (before, {old for pair in crosswalk.pairs for old in pair.before}),
        (after, {new for pair in crosswalk.pairs for new in pair.after}),
    )
    for assessment, named_in_it in sides:
        if named_in_it != assessment.characteristic.keys():
            message = f"the crosswalk and the assessment are of different versions of {assessment.framework}"
            raise ArgumentError(f"{message}; grade the evidence anew")


def _cautions(before: Assessment, after: Assessment) -> Iterator[str]:
    yield (
        f"The first is graded by the rules of {before.rulebook.id}, the second by those of {after.rulebook.id}, so a "
        "grade or a status may differ because the rules do. Read the older evidence under the newer rules, by "
        "grade with --as, to tell the two apart."
    )
    yield from cautions_of_both(before, after)


def _questions(before: Assessment, after: Assessment) -> Iterator[QuestionAcross]:
    older, newer = before.judgments_by_question, after.judgments_by_question
    for question in dict.fromkeys([*newer, *older]):
        first, second = _judged(older.get(question)), _judged(newer.get(question))
        change = why = None
        if first is None or second is None:
            why = "new" if first is None else "gone"
        elif not (why := _missing("graded", first.grade, second.grade)):
            change = _change(first.grade, second.grade)
        yield QuestionAcross(
            core_question=question,
            name=(newer.get(question) or older[question]).name,
            before=first,
            after=second,
            change=change,
            not_compared=why,
        )


def _judged(judgment: Judgment | None) -> Judged | None:
    return Judged(grade=judgment.grade, ceiling=judgment.ceiling) if judgment is not None else None


def _matter(pair: Pair, before: Assessment, after: Assessment) -> MatterAcross:
    first, second = _standings(pair.before, before), _standings(pair.after, after)
    why: str | None = pair.kind.value
    change = None
    if pair.kind is Kind.SAME:
        [old], [new] = first, second
        why = _missing("assessed", old.status, new.status)
        change = None if why else _change(old.status, new.status)
    return MatterAcross(kind=pair.kind, before=first, after=second, change=change, not_compared=why, notes=pair.notes)


def _standings(characteristics: Iterable[str], assessment: Assessment) -> tuple[Standing, ...]:
    assessed = (assessment.characteristic[each] for each in characteristics)
    return tuple(
        Standing(characteristic=a.characteristic, core_question=a.core_question, title=a.title, status=a.status)
        for a in assessed
    )


def _missing(what: str, before: Grade | Status | None, after: Grade | Status | None) -> str | None:
    """That one of two levels is missing, or both are."""
    missing = [when for when, level in (("before", before), ("after", after)) if level is None]
    if len(missing) == 2:
        return f"not {what} in either"
    return f"not {what} {missing[0]}" if missing else None


def _change(before: Grade | Status | None, after: Grade | Status | None) -> Change | None:
    return Change.between(before, after) if before is not None and after is not None else None
