"""The flat facts that rules read, one kind for each stage.

Every field has a value in every fact, so a rule never depends on what is absent. Each field says
which way it grows worse; a rulebook whose rules look only in that direction can never reward worse
evidence.
"""

from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Annotated, NamedTuple, get_args

from pydantic import Field

from peelrules.model.base import Count, Flag, Frozen, Name, Share
from peelrules.model.scales import Direction, Extent, Gravity, Scale, Seriousness, State

Value = Scale | float | int | bool | str


class Stage(Enum):
    """The four steps from evidence to grades, in the order in which they run."""

    SAMPLE = "sample"
    FINDING = "finding"
    CHARACTERISTIC = "characteristic"
    CORE_QUESTION = "core_question"


class Harm(Enum):
    """Which way a field of a fact grows worse."""

    WHEN_HIGHER = 1
    WHEN_LOWER = -1
    NEITHER = 0


Worse = Harm.WHEN_HIGHER
Better = Harm.WHEN_LOWER
Same = Harm.NEITHER


class SampleFact(Frozen):
    """One audited sample."""

    characteristic: Annotated[Name, Same, Field(title="characteristic")]
    """Primary characteristic of the finding."""
    failing: Annotated[Share, Worse, Field(title="cases that fall short")]
    """Share of the cases that fall short, 0 to 1."""


class FindingFact(Frozen):
    """One finding. What does not apply to it stands at its least harmful level."""

    characteristic: Annotated[Name, Same, Field(title="characteristic")]
    """Primary characteristic of the finding."""
    direction: Annotated[Direction, Worse, Field(title="direction")]
    seriousness: Annotated[Seriousness, Worse, Field(title="seriousness")]
    extent: Annotated[Extent, Worse, Field(title="extent")]
    state: Annotated[State, Worse, Field(title="state")]
    persistent: Annotated[Flag, Worse, Field(title="reported before")]
    innovative: Annotated[Flag, Better, Field(title="presented as innovative")]


class CharacteristicFact(Frozen):
    """What is known of one characteristic; only characteristics with evidence have a fact.

    `strands_…` count the strands that report an open shortfall of at least that gravity whose
    primary characteristic this is.
    """

    characteristic: Annotated[Name, Same, Field(title="characteristic")]
    strengths: Annotated[Count, Better, Field(title="strengths")]
    exceptional: Annotated[Count, Better, Field(title="exceptional strengths about it first")]
    """Strengths that the source calls exceptional and whose primary characteristic it is. One that bears on it besides
    shows it, and is no word on how far it is exceeded."""
    gravity: Annotated[Gravity, Worse, Field(title="worst gravity")]
    """The worst gravity of any finding that bears on it."""
    primary_gravity: Annotated[Gravity, Worse, Field(title="worst gravity of findings about it first")]
    """The worst gravity of the findings whose primary characteristic it is."""
    strands_minor: Annotated[Count, Worse, Field(title="strands with an open shortfall, minor or graver")]
    strands_moderate: Annotated[Count, Worse, Field(title="strands with an open shortfall, moderate or graver")]
    strands_serious: Annotated[Count, Worse, Field(title="strands with an open shortfall, serious or graver")]
    strands_critical: Annotated[Count, Worse, Field(title="strands with an open shortfall, critical or graver")]


class CoreQuestionFact(Frozen):
    """What is known of one core question. Shares are from 0 to 1."""

    core_question: Annotated[Name, Same, Field(title="core question")]
    coverage: Annotated[Share, Better, Field(title="characteristics assessed")]
    """Share of its characteristics that are assessed."""
    demonstrated: Annotated[Share, Better, Field(title="characteristics demonstrated")]
    """Credit of the assessed characteristics, as a share of them; 1 where none is assessed."""
    not_demonstrated_service: Annotated[Share, Worse, Field(title="service characteristics not demonstrated")]
    """Share of the assessed service characteristics that are not demonstrated; 0 where none is."""
    exceeded: Annotated[Share, Better, Field(title="characteristics exceeded")]
    """Share of all characteristics that are exceeded, the ones not assessed included."""
    causes_of_concern: Annotated[Count, Worse, Field(title="causes of concern")]
    """Characteristics that raise a cause of concern."""
    areas_for_improvement: Annotated[Count, Worse, Field(title="areas for improvement")]
    """Characteristics that raise an area for improvement."""


Fact = SampleFact | FindingFact | CharacteristicFact | CoreQuestionFact

FACTS: Mapping[Stage, type[Fact]] = {
    Stage.SAMPLE: SampleFact,
    Stage.FINDING: FindingFact,
    Stage.CHARACTERISTIC: CharacteristicFact,
    Stage.CORE_QUESTION: CoreQuestionFact,
}


class FactField(NamedTuple):
    """One field of a fact: its type, as annotated, and which way it grows worse."""

    name: str
    title: str
    """The field in words."""
    annotation: object
    kind: type
    harm: Harm


@cache
def fields_of(stage: Stage) -> Mapping[str, FactField]:
    """The fields that rules of a stage may read, by name and in order."""
    model = FACTS[stage]
    fields = {}
    for name, annotation in model.__annotations__.items():
        kind, *metadata = get_args(annotation)
        harm = next(item for item in metadata if isinstance(item, Harm))
        fields[name] = FactField(name, model.model_fields[name].title or name, annotation, kind, harm)
    return fields
