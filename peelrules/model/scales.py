"""The ordered scales on which findings, characteristics and core questions are placed.

Levels compare by rank, never by their spelling. Grade and status rise with performance; all the
others rise with harm.
"""

from enum import Enum
from typing import Self

from peelrules.model.problems import ArgumentError


class Scale(Enum):
    """An ordered scale: the levels of a subclass are written lowest first."""

    rank: int
    """Place on the scale, 0 for the lowest level."""

    def __init__(self, word: str) -> None:
        self.rank = len(type(self).__members__)
        self._word = word

    @classmethod
    def lowest(cls) -> Self:
        return next(iter(cls))

    @classmethod
    def highest(cls) -> Self:
        return list(cls)[-1]

    @classmethod
    def named(cls, level: "str | Self") -> Self:
        """A level, or the one of that name.

        Raises:
            ArgumentError: there is none. It is a `ValueError`.
        """
        words = [str(each) for each in cls]
        if str(level) not in words:
            raise ArgumentError(f"there is no {cls.__name__.lower()} {level!r}; choose from {', '.join(words)}")
        return cls(str(level))

    def __str__(self) -> str:
        return self._word

    def __lt__(self, other: object) -> bool:
        return self.rank < other.rank if isinstance(other, type(self)) else NotImplemented

    def __le__(self, other: object) -> bool:
        return self.rank <= other.rank if isinstance(other, type(self)) else NotImplemented

    def __gt__(self, other: object) -> bool:
        return self.rank > other.rank if isinstance(other, type(self)) else NotImplemented

    def __ge__(self, other: object) -> bool:
        return self.rank >= other.rank if isinstance(other, type(self)) else NotImplemented


class Grade(Scale):
    """The five tiers on which a core question is judged."""

    INADEQUATE = "inadequate"
    REQUIRES_IMPROVEMENT = "requires improvement"
    ADEQUATE = "adequate"
    GOOD = "good"
    OUTSTANDING = "outstanding"


class Status(Scale):
    """How far a characteristic is shown. *Not assessed* is no level: it is the absence of one."""

    NOT_DEMONSTRATED = "not demonstrated"
    PARTLY_DEMONSTRATED = "partly demonstrated"
    DEMONSTRATED = "demonstrated"
    EXCEEDED = "exceeded"


class Gravity(Scale):
    """What a finding weighs, after seriousness, extent, state and persistence."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"
    CRITICAL = "critical"


class Concern(Scale):
    """What a characteristic calls for in a report: nothing, a box, or to be named before all else."""

    NONE = "none"
    AREA_FOR_IMPROVEMENT = "area for improvement"
    CRITICAL_SHORTFALL = "critical shortfall"


class Seriousness(Scale):
    """What a shortfall means when it happens, as a person coded it."""

    MINOR = "minor"
    MODERATE = "moderate"
    SERIOUS = "serious"
    CRITICAL = "critical"


class Extent(Scale):
    """How widespread a shortfall is."""

    ISOLATED = "isolated"
    SOME = "some"
    FREQUENT = "frequent"
    WIDESPREAD = "widespread"


class Direction(Scale):
    """Which way a finding speaks."""

    STRENGTH = "strength"
    NEITHER = "neither"
    SHORTFALL = "shortfall"


class State(Scale):
    """Where a shortfall stood at the end of the inspection."""

    REMEDIED = "remedied"
    IMPROVING = "improving"
    OPEN = "open"
