"""What inspectors found: findings about one force, each with its place in a source."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from peelrules.model.base import Count, Flag, Frozen, Share, Text
from peelrules.model.framework import Work
from peelrules.model.scales import Direction, Extent, Scale, Seriousness, State


def _fault(message: str) -> PydanticCustomError:
    # the message goes in as data, for pydantic reads braces in a template as fields
    return PydanticCustomError("coding", "{message}", {"message": message})


def _number_as_text(value: object) -> object:
    return str(value) if type(value) is int else value  # `paragraph: 3` is what people write


class Sample(Frozen):
    """An audited sample: *met* of *of* cases, or an estimated *share* with its *margin*."""

    met: Count | None = None
    """Cases that met the standard."""
    share: Share | None = None
    """Estimated share that meets the standard, where no count is published."""
    margin: Share | None = None
    """Half the width of the published confidence interval of *share*."""
    of: Annotated[Count, Field(ge=1)]
    """Cases looked at."""

    @model_validator(mode="after")
    def _is_one_of_two_kinds(self) -> Self:
        if (self.met is None) == (self.share is None):
            raise _fault("a sample has either `met` or `share`, and `of`; write the one that was published")
        if self.met is not None and self.met > self.of:
            raise _fault(f"{self.met} of {self.of} cannot be; `met` counts cases among `of`")
        if self.margin is not None and self.share is None:
            raise _fault("`margin` belongs to an estimated `share`; remove it from a count")
        return self

    @property
    def failing(self) -> float:
        """Share of the cases that fall short, 0 to 1."""
        if self.met is not None:
            return (self.of - self.met) / self.of
        return round(1 - (self.share or 0), 9)  # 1 - 0.85 is not 0.15 in binary; published shares are short

    def __str__(self) -> str:
        if self.met is not None:
            return f"{self.met} of {self.of}"
        margin = f" ± {100 * self.margin:.4g}" if self.margin is not None else ""
        return f"{100 * (self.share or 0):.4g}%{margin} (of {self.of})"


class Citation(Frozen):
    """Where a finding stands."""

    document: Text
    """Key of the document among the sources of the evidence."""
    section: Text
    paragraph: Annotated[Text, BeforeValidator(_number_as_text)] | None = None

    def __str__(self) -> str:
        return f"{self.section}, {self.paragraph}" if self.paragraph else self.section


class Finding(Frozen):
    """One thing that the inspectors found.

    It carries either a coded direction (and, for a shortfall, extent) or a sample from which rules
    derive both.
    """

    id: Annotated[Text, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=60)]
    finding: Text
    bears_on: Annotated[tuple[Text, ...], Field(min_length=1)]
    """Characteristics it is about; the first is the primary one."""
    direction: Direction | None = None
    sample: Sample | None = None
    seriousness: Seriousness | None = None
    extent: Extent | None = None
    state: State | None = None
    persistent: Flag = False
    """The same shortfall was reported at an earlier inspection."""
    exceptional: Flag = False
    """The source calls the strength outstanding, exceptional or among the best."""
    innovative: Flag = False
    """The source presents the strength as innovative or promising practice."""
    recommendation: Text | None = None
    strand: Text
    method: Text | None = None
    source: Citation
    note: Text | None = None

    @property
    def primary(self) -> str:
        """The characteristic at which the finding may raise a concern."""
        return self.bears_on[0]

    @property
    def is_context(self) -> bool:
        """Coded as speaking neither way: it says nothing on how well the force does."""
        return self.direction is Direction.NEITHER

    @model_validator(mode="after")
    def _is_coded_one_way(self) -> Self:
        if len(set(self.bears_on)) < len(self.bears_on):
            raise _fault("`bears_on` names a characteristic twice; name it once")
        if (self.direction is None) == (self.sample is None):
            raise _fault("a finding has either a `direction` or a `sample`; write one of them")
        if self.sample is not None:
            if self.extent is not None:
                raise _fault("the rules derive the extent from the sample; remove `extent`")
            wanted: dict[str, Scale | None] = {"seriousness": self.seriousness, "state": self.state}
        elif self.direction is Direction.SHORTFALL:
            wanted = {"seriousness": self.seriousness, "extent": self.extent, "state": self.state}
        else:
            self._has_nothing_of_a_shortfall()
            wanted = {}
        if missing := [name for name, value in wanted.items() if value is None]:
            kind = "sample" if self.sample is not None else "shortfall"
            raise _fault(f"a {kind} needs {' and '.join(f'`{name}`' for name in missing)}; add it")
        if self.direction is not Direction.STRENGTH and (self.exceptional or self.innovative):
            raise _fault("only a finding with `direction: strength` can be exceptional or innovative")
        return self

    def _has_nothing_of_a_shortfall(self) -> None:
        coded = {
            "seriousness": self.seriousness,
            "extent": self.extent,
            "state": self.state,
            "persistent": self.persistent or None,
            "recommendation": self.recommendation,
        }
        if extra := [f"`{name}`" for name, value in coded.items() if value is not None]:
            raise _fault(f"only a shortfall or a sample has {' and '.join(extra)}; remove it")


class Evidence(Frozen):
    """The findings of one inspection of one force."""

    force: Text
    framework: Text
    """Id of the framework in whose words the evidence is coded."""
    inspection: Text | None = None
    sources: Mapping[str, Work]
    findings: tuple[Finding, ...]
