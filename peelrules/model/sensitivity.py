"""How firm each grade is: what becomes of it when evidence or rules are a little different.

Grades are told as the rules conclude them; None stands for no grade.
"""

from typing import Literal

from peelrules.model.base import Frozen
from peelrules.model.rulebook import Identity
from peelrules.model.scales import Grade


class Chance(Frozen):
    """A grade, and in which share of the draws it results."""

    grade: Grade | None
    share: float
    """From 0 to 1."""


class Recoding(Frozen):
    """One field of one finding a notch away from how it is coded, and the grade that results."""

    finding: str
    field: Literal["seriousness", "extent", "state"]
    coded: str
    instead: str
    grade: Grade | None


class Omission(Frozen):
    """A part of the evidence that is left out, and the grade that results."""

    kind: Literal["finding", "strand", "section"]
    name: str
    """Id of the finding, or the strand or section."""
    findings: int
    """How many findings are left out."""
    grade: Grade | None


class Gap(Frozen):
    """A characteristic that is not assessed, and which grades are left once it is.

    A cause of concern in it is left aside, as in the range of a judgment: with one, every question
    could still be inadequate.
    """

    characteristic: str
    title: str
    if_not_demonstrated: Grade
    """The best grade that is left if this one turns out not demonstrated."""
    if_exceeded: Grade
    """The worst grade that is left if this one turns out exceeded."""
    grades_left: int
    """How many grades are left at the most, whichever way it turns out."""
    at_best: int
    """How many are left if it turns out the way that tells more."""


class Firmness(Frozen):
    """How firm the grade of one core question is."""

    core_question: str
    name: str
    grade: Grade | None
    stands: float
    """Share of the draws in which the grade is the same, from 0 to 1: of samples or of coding, whichever is less."""
    runner_up: Grade | None
    """The grade that results most often otherwise in any draws; None where it never is another, or then there is
    none."""
    sampling: tuple[Chance, ...]
    """If other cases had been audited. Best grade first, no grade last; grades that never result are left out."""
    coding: tuple[Chance, ...]
    """If every coding could be a notch off."""
    pivotal: tuple[Recoding, ...]
    """Every single recoding that changes the grade."""
    omissions: tuple[Omission, ...]
    """Every finding, strand and section without which the grade is another."""
    worst: Grade | None
    """The lowest grade that evidence still missing could lead to; None where nothing is concluded."""
    best: Grade | None
    gaps: tuple[Gap, ...]
    """Characteristics not assessed, those first whose evidence would narrow the grades most."""
    narrows: bool
    """Whether evidence on the first of the gaps alone can leave fewer grades than there are now."""
    matter_most: tuple[str, ...]
    """Ids of at most three findings: the pivotal ones first, then those without which the grade is another, then
    those whose coding, where it is a notch off in the draws, makes another grade most likely."""


class Interval(Frozen):
    """An audited sample, and where its true share may lie."""

    finding: str
    failing: float
    """Share of the audited cases that fall short, from 0 to 1."""
    low: float
    """The middle 95 percent of the draws begin here."""
    high: float


class Shift(Frozen):
    """A judgment that changes."""

    core_question: str
    before: Grade | None
    after: Grade | None


class Threshold(Frozen):
    """One threshold of a rule, and its values at which every grade of this evidence stays as it is."""

    rule: str
    field: str
    title: str
    """The field in words."""
    comparator: str
    value: str | int | float
    lowest: str | int | float | None
    """The lowest value at which all grades stay; None where no lower value changes any."""
    highest: str | int | float | None
    includes_lowest: bool
    """Whether the grades stay at *lowest* itself, and not only above it."""
    includes_highest: bool
    below: tuple[Shift, ...]
    """The judgments that change first below the range."""
    above: tuple[Shift, ...]


class Sensitivity(Frozen):
    """How firm the grades of one body of evidence are."""

    force: str
    inspection: str | None
    rulebook: Identity
    seed: int
    draws: int
    notch: float
    """Probability with which each coding is a notch off in the draws of coding."""
    questions: tuple[Firmness, ...]
    """The core questions on which something is concluded, in the framework's order."""
    samples: tuple[Interval, ...]
    """In the order of finding ids."""
    thresholds: tuple[Threshold, ...]
    """Every bound of every rule that asks on which side of it something lies."""
