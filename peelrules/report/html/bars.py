"""Stacked bars: where each part begins and how wide it is, in percent. The templates draw them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from peelrules.model.scales import Grade, Scale, Status
from peelrules.model.sensitivity import Chance
from peelrules.report.html.force import Force, QuestionView
from peelrules.report.wording import GRADES, initials, percent

ROOM_FOR_A_LABEL = 7.0
"""Percent of the width below which a label would not fit into a part; the text beside the bar has it all the same."""


class Part(NamedTuple):
    """One part of a bar."""

    kind: str
    """Class of its colour and pattern."""
    label: str
    words: str
    begins: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.begins + self.width / 2, 2)

    @property
    def has_room(self) -> bool:
        return self.width >= ROOM_FOR_A_LABEL


Bar = tuple[Part, ...]


class Outcomes(NamedTuple):
    """How many forces have each grade in one question."""

    name: str
    bar: Bar


def chances(drawn: Sequence[Chance]) -> Bar:
    """The grades that result in the draws, by their share."""
    return _stacked((kind(c.grade), initials(c.grade), _said(c.grade, percent(c.share)), c.share) for c in drawn)


def grades(force: Force) -> Bar:
    """The questions of a force that are graded, by their grade."""
    counts = Counter(question.judgment.grade for question in force.graded)
    return _stacked((kind(g), str(counts[g]), f"{counts[g]} {g}", counts[g]) for g in GRADES if counts[g])


def statuses(question: QuestionView) -> Bar:
    """The characteristics of a question by status, best first, those not assessed last."""
    counts = Counter(c.assessed.status for c in question.characteristics)
    order: list[Status | None] = [*sorted(Status, reverse=True), None]
    return _stacked(
        (kind(s), str(counts[s]), f"{counts[s]} {s or 'not assessed'}", counts[s]) for s in order if counts[s]
    )


def distributions(forces: Sequence[Force]) -> list[Outcomes]:
    """The grades of the forces, for each question that any of them has a grade in."""
    told = []
    for views in zip(*(force.questions for force in forces), strict=True):
        counts = Counter(view.judgment.grade for view in views)
        if set(counts) == {None}:
            continue
        order: list[Grade | None] = [*GRADES, None]
        parts = ((kind(g), str(counts[g]), f"{counts[g]} {g or 'not graded'}", counts[g]) for g in order if counts[g])
        told.append(Outcomes(views[0].judgment.name, _stacked(parts)))
    return told


def kind(level: Scale | None) -> str:
    """The class of a level in the style sheet, such as `requires-improvement`."""
    return "none" if level is None else str(level).replace(" ", "-")


def _said(grade: Grade | None, share: str) -> str:
    return f"{grade or 'no grade'} {share}"


def _stacked(parts: Iterable[tuple[str, str, str, float]]) -> Bar:
    listed = list(parts)
    whole = sum(amount for *_, amount in listed)
    bar, begins = [], 0.0
    for class_, label, words, amount in listed:
        width = 100 * amount / whole
        bar.append(Part(class_, label, words, round(begins, 2), round(width, 2)))
        begins += width
    return tuple(bar)
