"""Codings of one inspection by several coders, side by side: grades, statuses, and what their differences do.

A characteristic that a coder did not assess has no level from that coder, and is never taken for one.
"""

from collections.abc import Mapping
from typing import Literal

from peelrules.model.assessment import AssessedFinding, Reason
from peelrules.model.base import Frozen
from peelrules.model.rulebook import Identity
from peelrules.model.scales import Grade, Gravity, Status


class Coding(Frozen):
    """What one coder's findings come to in all."""

    findings: int
    assessed: int
    """Characteristics."""
    of: int


class Verdict(Frozen):
    """What is concluded of a core question."""

    grade: Grade | None
    ceiling: Grade | None
    """None: nothing is concluded."""


class Decided(Verdict):
    """What is concluded of a core question from one coder's findings, and why."""

    not_graded: str | None
    reasons: tuple[Reason, ...]


class Swing(Verdict):
    """What is concluded of one coder's findings once a single characteristic is as another coder has it."""

    characteristic: str
    coder: str
    taken_from: str


class QuestionBeside(Frozen):
    """One core question, as the coders have it."""

    core_question: str
    name: str
    alike: bool
    """All coders have the same grade or, where none has one, the same ceiling."""
    verdicts: Mapping[str, Decided]
    """By coder."""
    swings: tuple[Swing, ...]
    """Each single characteristic that, taken from a coder with another verdict, moves a coder's own."""


class Level(Frozen):
    """How one coder has a characteristic."""

    status: Status | None
    """None: not assessed."""
    gravity: Gravity | None
    """Of the gravest finding about it; None: not assessed."""


class Apart(Frozen):
    """How many levels lie between the coders on a characteristic."""

    status: int
    gravity: int


class CharacteristicBeside(Frozen):
    """One characteristic, as the coders have it."""

    characteristic: str
    core_question: str
    title: str
    levels: Mapping[str, Level]
    """By coder."""
    apart: Apart


class Bearing(Frozen):
    """The findings of one coder that speak of a characteristic."""

    shortfalls: tuple[AssessedFinding, ...]
    """Gravest first."""
    strengths: tuple[AssessedFinding, ...]


class Disagreement(Frozen):
    """A characteristic on which coders are apart, and the findings that they have about it."""

    characteristic: str
    findings: Mapping[str, Bearing]
    """By coder; of those who assessed it."""


class Pair(Frozen):
    """How far two coders agree."""

    first: str
    second: str
    both: int
    """Characteristics that both assessed."""
    alike: int
    """Those of them that both have at the same level."""
    kappa: float | None
    """Cohen's, with quadratic weights. None where both have everything at one level, or nothing in common."""


class Reliability(Frozen):
    """How far coders agree on the levels of characteristics, beyond what chance would give."""

    shared: int
    """Characteristics that at least two coders assessed."""
    alike: int
    """Those of them that all who assessed them have at the same level."""
    alpha: float | None
    """Krippendorff's, for ordered levels, over all coders. None where everything is at one level, or nothing shared."""
    pairs: tuple[Pair, ...]


class Panel(Frozen):
    """Two or more codings of one inspection."""

    force: str
    inspection: str | None
    framework: str
    cautions: tuple[str, ...]
    """What every reader must be told first."""
    codings: Mapping[str, Coding]
    """By coder."""
    questions: tuple[QuestionBeside, ...]
    """In the framework's order."""
    characteristics: tuple[CharacteristicBeside, ...]
    """In the framework's order."""
    status: Reliability
    gravity: Reliability
    disagreements: tuple[Disagreement, ...]
    """Those furthest apart first: by status, then by gravity."""


class Single(Frozen):
    """The only coding that is given of an inspection."""

    coder: str
    force: str
    inspection: str | None


class Agreement(Frozen):
    """Codings of inspections by several coders, side by side."""

    indicative: Literal[True] = True
    """Grades, statuses and gravities follow from the rules, and are not the inspectorate's."""
    rulebook: Identity
    panels: tuple[Panel, ...]
    single: tuple[Single, ...]
    """Codings with none beside them."""
