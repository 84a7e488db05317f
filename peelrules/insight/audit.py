"""Whether published grades are consistent: judgments that stand in another order than their evidence, and precedents.

Of a characteristic two things are compared, each on an ordered scale: the best that speaks for it, and the gravity of
the gravest finding against it.

- Whether anything speaks for it, and exceptionally, is evidence as it was coded, or as its sample reads.
- Gravity is our rules' weighing of one finding. It is taken all the same, for without a weighing nothing can be said of
  a shortfall that is more frequent but less serious than another. No rule after that has a say.
- Not compared is what further rules make of these. Status follows, in the bundled rulebook, from the two and would add
  only our thresholds; an area for improvement asks for two strands, which a longer report has sooner.
- Nor is the number of strengths and shortfalls, which tells the length of a report first. Nor which characteristic a
  finding bears on first: what is found is the same.

What is not assessed stands outside the order. Two inspections are compared on the characteristics that both assessed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peelrules.model.assessment import AssessedCharacteristic, Assessment
from peelrules.model.base import Frozen
from peelrules.model.problems import ArgumentError
from peelrules.model.published import Published
from peelrules.model.rulebook import Identity
from peelrules.model.scales import Grade, Gravity

_GRADES = tuple(Grade)


class Seen(Frozen):
    """What is compared of one characteristic."""

    shown: bool
    """Something speaks for it."""
    exceptional: bool
    """Something that is exceptional does."""
    gravity: Gravity
    """Of the gravest finding about it."""


class Inspected(Frozen):
    """Which force, and in which inspection."""

    force: str
    inspection: str | None

    def __str__(self) -> str:
        return f"{self.force} ({self.inspection})" if self.inspection else self.force


class Record(Frozen):
    """The evidence of one inspection on one core question, and how the question was judged."""

    inspected: Inspected
    core_question: str
    published: Grade | None
    """None: a draft."""
    indicative: Grade | None
    ceiling: Grade
    characteristics: Mapping[str, Seen]
    """Those assessed."""
    of: int
    """Characteristics of the question."""


class Inconsistency(Frozen):
    """Two published judgments of a question: one is lower, though nothing in its evidence is worse."""

    core_question: str
    lower: Inspected
    lower_grade: Grade
    higher: Inspected
    higher_grade: Grade
    shared: int
    """Characteristics that both assessed."""
    differ: int
    """Those of them on which the evidence differs, always in favour of the lower; 0: the evidence is equal."""
    steps: int
    """By how many levels of strength and gravity."""
    only_lower: tuple[str, ...] = ()
    """Characteristics that were assessed only there, so that nothing can be said about them."""
    only_higher: tuple[str, ...] = ()

    @property
    def tiers(self) -> int:
        """How many tiers lie between the two grades."""
        return self.higher_grade.rank - self.lower_grade.rank

    @property
    def is_sure(self) -> bool:
        """Whether both assessed exactly the same characteristics."""
        return not self.only_lower and not self.only_higher


class Precedent(Frozen):
    """A published judgment, and how far its evidence is from a draft's."""

    inspected: Inspected
    published: Grade
    shared: int
    differ: int
    steps: int
    """Levels of strength and gravity between the two, on all shared characteristics together, whichever way."""


class Draft(Frozen):
    """A judgment without a published grade, and the published ones with evidence most like it."""

    core_question: str
    inspected: Inspected
    precedents: tuple[Precedent, ...]
    """Fewest steps for each shared characteristic first, then most shared characteristics, then by force."""
    not_compared: int
    """Published judgments of the question that share too few characteristics."""


class Audit(Frozen):
    """What is inconsistent among published judgments, the clearest first, and precedents for the others."""

    indicative: Literal[True] = True
    """Gravity and the grades of drafts follow from the rules, and are not the inspectorate's."""
    rulebook: Identity
    enough: float
    """Share of a question's characteristics that two must have in common to be compared."""
    records: tuple[Record, ...]
    sure: tuple[Inconsistency, ...]
    """Between inspections that assessed exactly the same characteristics."""
    in_part: tuple[Inconsistency, ...]
    """On what both assessed, where one assessed more. What only one assessed could explain it."""
    compared: int
    """Pairs of judgments of a question with unequal published grades that assessed exactly the same."""
    compared_in_part: int
    not_compared: int
    """Pairs with unequal published grades that share too few characteristics."""
    drafts: tuple[Draft, ...]

    @cached_property
    def record(self) -> Mapping[tuple[str, Inspected], Record]:
        """The records by core question and inspection."""
        return {(record.core_question, record.inspected): record for record in self.records}


def audit(
    inspections: Iterable[tuple[Assessment, Published | None]], enough: float = 0.5, precedents: int = 3
) -> Audit:
    """Hold published judgments against each other by their evidence, and find precedents for those not published.

    A pair is inconsistent when one is published lower, though on each characteristic that both assessed it has at
    least as good strengths and no graver shortfall. Equal evidence is no worse, so a pair of unequal grades on equal
    evidence is one as well.

    Args:
        inspections: each with what was published about it.
        enough: share of a question's characteristics that two must have in common, from 0 to 1; always at least one.
            A half is what the bundled rules want for a grade.
        precedents: how many to give for each draft at the most.

    Raises:
        ArgumentError: there is none, they were graded by unlike rulebooks, or one is given twice.
    """
    given = list(inspections)
    books = {assessment.rulebook for assessment, _ in given}
    if len(books) != 1:
        raise ArgumentError("the assessments must be of one rulebook")
    named = Counter(_inspected(assessment) for assessment, _ in given)
    if twice := [str(inspected) for inspected, times in named.items() if times > 1]:
        raise ArgumentError(f"evidence is given more than once for {', '.join(sorted(twice))}")
    records = (record for assessment, published in given for record in records_of(assessment, published))
    return hold(records, books.pop(), enough, precedents)


def records_of(assessment: Assessment, published: Published | None) -> Iterator[Record]:
    """What is compared of one inspection: a record for each question on which something is concluded."""
    exceptional = {found.id for found in assessment.findings if found.coded.exceptional}
    assessed: dict[str, dict[str, Seen]] = defaultdict(dict)
    for each in assessment.characteristics:
        if each.status is not None:
            assessed[each.core_question][each.characteristic] = _seen(each, exceptional)
    for judgment in assessment.judgments:
        if judgment.ceiling is not None and judgment.coverage.assessed:
            yield Record(
                inspected=_inspected(assessment),
                core_question=judgment.core_question,
                published=published.grades.get(judgment.core_question) if published is not None else None,
                indicative=judgment.grade,
                ceiling=judgment.ceiling,
                characteristics=assessed[judgment.core_question],
                of=judgment.coverage.of,
            )


def hold(records: Iterable[Record], rulebook: Identity, enough: float, precedents: int) -> Audit:
    """Hold the records of each question against each other, as `audit` does. Their order does not matter."""
    records = sorted(records, key=_in_order)
    found: list[Inconsistency] = []
    drafts: list[Draft] = []
    compared = compared_in_part = not_compared = 0
    for about in _by_question(records):
        table = _table(about)
        for one, record in enumerate(about):
            beside = _beside(table, one)
            is_enough = (beside.shared > 0) & (beside.shared / record.of >= enough)
            if record.published is None:
                drafts.append(_draft(about, one, table, beside, is_enough, precedents))
                continue
            is_higher = table.grades > table.grades[one]
            compared += int((is_higher & is_enough & beside.same).sum())
            compared_in_part += int((is_higher & is_enough & ~beside.same).sum())
            not_compared += int((is_higher & ~is_enough).sum())
            others = np.flatnonzero(is_higher & is_enough & ~beside.is_worse).tolist()
            found += [_inconsistency(about, one, other, table, beside) for other in others]
    found.sort(key=_clearest)
    return Audit(
        rulebook=rulebook,
        enough=enough,
        records=tuple(records),
        sure=tuple(pair for pair in found if pair.is_sure),
        in_part=tuple(pair for pair in found if not pair.is_sure),
        compared=compared,
        compared_in_part=compared_in_part,
        not_compared=not_compared,
        drafts=tuple(sorted(drafts, key=_in_order)),
    )


def _inspected(assessment: Assessment) -> Inspected:
    return Inspected(force=assessment.force, inspection=assessment.inspection)


def _seen(each: AssessedCharacteristic, exceptional: set[str]) -> Seen:
    return Seen(
        shown=bool(each.strengths),
        exceptional=not exceptional.isdisjoint(each.strengths),
        gravity=each.gravity,
    )


def _by_question(records: Iterable[Record]) -> Iterable[list[Record]]:
    about: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        about[record.core_question].append(record)
    return about.values()


class _Table(NamedTuple):
    """The records on one question: a row for each characteristic, a column for each record."""

    assessed: NDArray[np.bool_]
    levels: NDArray[np.int8]
    """What is compared of each, the higher the better; 0 where it is not assessed."""
    grades: NDArray[np.int8]
    """Published; -1 for drafts."""


class _Beside(NamedTuple):
    """One record beside every record of its question."""

    shared: NDArray[np.int_]
    same: NDArray[np.bool_]
    """Both assessed exactly the same characteristics."""
    differ: NDArray[np.int_]
    steps: NDArray[np.int_]
    is_worse: NDArray[np.bool_]
    """The one is worse in something that both assessed."""


def _table(records: Sequence[Record]) -> _Table:
    row = {c: number for number, c in enumerate(sorted({c for r in records for c in r.characteristics}))}
    assessed = np.zeros((len(row), len(records)), bool)
    levels = np.zeros((3, len(row), len(records)), np.int8)
    for column, record in enumerate(records):
        for characteristic, seen in record.characteristics.items():
            assessed[row[characteristic], column] = True
            levels[:, row[characteristic], column] = seen.shown, seen.exceptional, -seen.gravity.rank
    grades = [-1 if record.published is None else record.published.rank for record in records]
    return _Table(assessed, levels, np.array(grades, np.int8))


def _beside(table: _Table, column: int) -> _Beside:
    assessed = table.assessed[:, column, np.newaxis]
    both = table.assessed & assessed
    gaps: NDArray[np.int8] = (table.levels[:, :, column, np.newaxis] - table.levels) * both
    return _Beside(
        shared=both.sum(axis=0),
        same=(table.assessed == assessed).all(axis=0),
        differ=gaps.any(axis=0).sum(axis=0),
        steps=np.abs(gaps).sum(axis=(0, 1)),
        is_worse=gaps.min(axis=(0, 1), initial=0) < 0,
    )


def _inconsistency(about: Sequence[Record], one: int, other: int, table: _Table, beside: _Beside) -> Inconsistency:
    lower, higher = about[one], about[other]
    return Inconsistency(
        core_question=lower.core_question,
        lower=lower.inspected,
        lower_grade=_GRADES[table.grades[one]],
        higher=higher.inspected,
        higher_grade=_GRADES[table.grades[other]],
        shared=int(beside.shared[other]),
        differ=int(beside.differ[other]),
        steps=int(beside.steps[other]),
        only_lower=tuple(c for c in lower.characteristics if c not in higher.characteristics),
        only_higher=tuple(c for c in higher.characteristics if c not in lower.characteristics),
    )


def _draft(
    about: Sequence[Record], one: int, table: _Table, beside: _Beside, is_enough: NDArray[np.bool_], most: int
) -> Draft:
    is_published = table.grades >= 0
    near = np.flatnonzero(is_published & is_enough)
    shared = beside.shared[near]
    nearest = near[np.lexsort((near, -shared, beside.steps[near] / shared))]  # they stand in the order of forces
    return Draft(
        core_question=about[one].core_question,
        inspected=about[one].inspected,
        precedents=tuple(
            Precedent(
                inspected=about[other].inspected,
                published=_GRADES[table.grades[other]],
                shared=int(beside.shared[other]),
                differ=int(beside.differ[other]),
                steps=int(beside.steps[other]),
            )
            for other in nearest[:most].tolist()
        ),
        not_compared=int((is_published & ~is_enough).sum()),
    )


def _in_order(each: Record | Draft) -> tuple[str, ...]:
    return (*_by_name(each.inspected), each.core_question)


def _by_name(inspected: Inspected) -> tuple[str, str]:
    return inspected.force, inspected.inspection or ""


def _clearest(pair: Inconsistency) -> tuple[object, ...]:
    """Most tiers first, then most steps, then by force."""
    return -pair.tiers, -pair.steps, pair.core_question, *_by_name(pair.lower), *_by_name(pair.higher)
