"""The fields that rules read and what each says, stage by stage.

A fact is a value for every field of its stage, so a rule never depends on what is absent. What is read of a sample and
a finding is coded, and fixed here. What is read of a characteristic and a core question is counted, and declared by the
rulebook. Each field has a direction in which it grows worse; a rulebook whose rules look only in that direction can
never reward worse evidence.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from peelrules.model.framework import Role
from peelrules.model.scales import Concern, Direction, Extent, Gravity, Scale, Seriousness, State, Status

Value = Scale | Role | float | int | bool | str
Fact = Mapping[str, Value]
"""The values of the fields of a stage, by name."""


class Stage(Enum):
    """The four steps from evidence to grades, in the order in which they run."""

    SAMPLE = "sample"
    FINDING = "finding"
    CHARACTERISTIC = "characteristic"
    CORE_QUESTION = "core_question"


class Harm(Enum):
    """Which way a field grows worse."""

    WHEN_HIGHER = 1
    WHEN_LOWER = -1
    NEITHER = 0


class Field(NamedTuple):
    """Something that can be read: what it is called, of which kind its values are, and which way it grows worse."""

    name: str
    title: str
    """In words, as they stand in a sentence."""
    kind: type
    """A scale, `float` for a share from 0 to 1, `int` for a count, `bool`, or `str` for a name."""
    harm: Harm = Harm.NEITHER
    says: str = ""
    """A sentence on what it means, where the title does not say it all."""

    @property
    def best_first(self) -> bool:
        """Whether its lowest value is its best."""
        return self.harm is not Harm.WHEN_LOWER


Fields = Mapping[str, Field]


def fields(*each: Field) -> Fields:
    """Fields by name."""
    return {field.name: field for field in each}


_PRIMARY_OF = "Primary characteristic of the finding."
_SERIOUSNESS = Field("seriousness", "seriousness", Seriousness, Harm.WHEN_HIGHER)
_EXTENT = Field("extent", "extent", Extent, Harm.WHEN_HIGHER)
_STATE = Field("state", "state", State, Harm.WHEN_HIGHER)
_DIRECTION = Field("direction", "direction", Direction, Harm.WHEN_HIGHER)
_PERSISTENT = Field("persistent", "reported before", bool, Harm.WHEN_HIGHER)
_INNOVATIVE = Field("innovative", "presented as innovative", bool, Harm.WHEN_LOWER)

OF_A_SAMPLE: Fields = fields(
    Field("characteristic", "characteristic", str, says=_PRIMARY_OF),
    Field(
        "failing",
        "cases that fall short",
        float,
        Harm.WHEN_HIGHER,
        "Share of the cases that fall short, 0 to 1.",
    ),
)
"""What rules read of one audited sample."""

OF_A_FINDING: Fields = fields(
    Field("characteristic", "characteristic", str, says=_PRIMARY_OF),
    _DIRECTION,
    _SERIOUSNESS,
    _EXTENT,
    _STATE,
    _PERSISTENT,
    _INNOVATIVE,
)
"""What rules read of one finding. What does not apply to it stands at its least harmful level."""

OF_A_BEARING: Fields = fields(
    Field("gravity", "gravity", Gravity, Harm.WHEN_HIGHER),
    Field("exceptional", "called exceptional", bool, Harm.WHEN_LOWER),
    Field("progress", "progress alone", bool, Harm.WHEN_HIGHER),
    _INNOVATIVE,
    _PERSISTENT,
    _DIRECTION,
    _SERIOUSNESS,
    _EXTENT,
    _STATE,
    Field("primary", "about it first", bool, says="Whether the characteristic is the finding's primary one."),
    Field("strand", "strand", str),
)
"""What counts read of a finding that bears on a characteristic, what it concludes of it most telling first."""

OF_A_MEMBER: Fields = fields(
    Field("concern", "concern", Concern, Harm.WHEN_HIGHER),
    Field("status", "status", Status, Harm.WHEN_LOWER),
    Field("assessed", "assessed", bool, Harm.WHEN_LOWER, "Whether any finding speaks of it."),
    Field("characteristic", "characteristic", str),
    Field("role", "role", Role),
)
"""What counts read of a characteristic of a core question, beside the counts of the characteristic itself. One that is
not assessed has no concern, status or counts, and nothing that is asked of these holds for it."""

SUBJECT: Mapping[Stage, Field] = {
    Stage.CHARACTERISTIC: Field("characteristic", "characteristic", str),
    Stage.CORE_QUESTION: Field("core_question", "core question", str),
}
"""What a fact of the stages that count is about, by name."""


def in_words(value: Any) -> str:
    """A value of a fact as people write it: yes or no, a level, a count, or a share in percent."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Role):
        return value.value
    return f"{100 * value:.4g}%" if isinstance(value, float) else str(value)


def counted(number: int, one: str) -> str:
    """*1 finding*, *2,000 findings*."""
    return f"{number:,} {one if number == 1 else f'{one}s'}"


def count_in_words(value: float) -> str:
    """A count, with its fraction if it has one."""
    return str(int(value)) if value == int(value) else f"{value:.10g}"
