"""What inspectors found: findings about one force, each with its place in a source."""

from collections.abc import Mapping, Sequence
from math import floor
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from peelrules.model.base import Flag, Frozen, Id, Share, Text, Whole, coding_fault
from peelrules.model.crosswalk import Carriage
from peelrules.model.facts import counted
from peelrules.model.framework import Work
from peelrules.model.plain import plain
from peelrules.model.scales import Direction, Extent, Seriousness, State

if TYPE_CHECKING:
    import polars as pl


FLAGS = ("persistent", "exceptional", "progress", "innovative")
"""Fields of a finding that are true or false."""
SUPPOSED = "supposed"
"""The strand and the source of what nobody found, and a change supposes."""


def _number_as_text(value: object) -> object:
    return str(value) if type(value) is int else value  # `paragraph: 3` is what people write


class Sample(Frozen):
    """An audited sample: *met* of *of* cases, or an estimated *share* with its *margin*."""

    met: Whole | None = None
    """Cases that met the standard."""
    share: Share | None = None
    """Estimated share that meets the standard, where no count is published."""
    margin: Share | None = None
    """Half the width of the published confidence interval of *share*."""
    of: Annotated[Whole, Field(ge=1)] | None = None
    """Cases looked at; may be left out of an estimate that has a margin."""

    @model_validator(mode="after")
    def _is_one_of_two_kinds(self) -> Self:
        if (self.met is None) == (self.share is None):
            raise coding_fault("a sample has either `met` or `share`, and `of`; write the one that was published")
        if self.of is None and self.margin is None:
            raise coding_fault("`of` is missing; write how many cases were looked at, or the `margin` of an estimate")
        if self.met is not None and self.of is not None and self.met > self.of:
            raise coding_fault(f"{self.met} of {self.of} cannot be; `met` counts cases among `of`")
        if self.margin is not None and self.share is None:
            raise coding_fault("`margin` belongs to an estimated `share`; remove it from a count")
        return self

    @property
    def count(self) -> tuple[int, int] | None:
        """Cases that fall short, and all cases; None for an estimate."""
        return (self.of - self.met, self.of) if self.met is not None and self.of is not None else None

    @property
    def failing(self) -> float:
        """Share of the cases that fall short, 0 to 1."""
        if self.count is not None:
            return self.count[0] / self.count[1]
        # 1 - 0.85 is not 0.15 in binary, and published shares are short. Rounded by steps that come out the same,
        # to the last bit, wherever they are taken: a dataframe library rounds decimals in a way of its own.
        return floor((1 - (self.share or 0)) * 1e9 + 0.5) / 1e9

    def __str__(self) -> str:
        if self.met is not None:
            return f"{self.met} of {self.of}"
        margin = f" ± {100 * self.margin:.4g}" if self.margin is not None else ""
        of = f" (of {self.of})" if self.of is not None else ""
        return f"{100 * (self.share or 0):.4g}%{margin}{of}"


class Citation(Frozen):
    """Where a finding stands."""

    document: Text
    """Key of the document among the sources of the evidence."""
    section: Text
    paragraph: Annotated[Text, BeforeValidator(_number_as_text)] | None = None

    if TYPE_CHECKING:  # what it takes, where that is more than what it has; so with the others here

        def __init__(self, *, document: str, section: str, paragraph: str | int | None = None) -> None: ...

    def __str__(self) -> str:
        return f"{self.section}, {self.paragraph}" if self.paragraph else self.section


class Finding(Frozen):
    """One thing that the inspectors found.

    It carries either a coded direction (and, for a shortfall, extent) or a sample from which rules
    derive both.
    """

    id: Id
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
    progress: Flag = False
    """The source says of the strength only that things have got better, and not which level they have reached."""
    innovative: Flag = False
    """The source presents the strength as innovative or promising practice."""
    recommendation: Text | None = None
    strand: Text
    method: Text | None = None
    source: Citation
    note: Text | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            id: str,  # noqa: A002  as it is written
            finding: str,
            bears_on: list[str] | tuple[str, ...],
            direction: Direction | str | None = None,
            sample: Sample | Mapping[str, Any] | None = None,
            seriousness: Seriousness | str | None = None,
            extent: Extent | str | None = None,
            state: State | str | None = None,
            persistent: bool = False,
            exceptional: bool = False,
            progress: bool = False,
            innovative: bool = False,
            recommendation: str | None = None,
            strand: str,
            method: str | None = None,
            source: Citation | Mapping[str, Any],
            note: str | None = None,
        ) -> None: ...

    def __repr__(self) -> str:
        coded = (self.direction or f"sample {self.sample}", self.seriousness, self.extent, self.state)
        flags = (name for name in FLAGS if getattr(self, name))
        told = ", ".join((*(str(level) for level in coded if level), *flags))
        return plain(f"<Finding {self.id}: {told}; {self.strand}; {', '.join(self.bears_on)}>")

    __str__ = __repr__

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
            raise coding_fault("`bears_on` names a characteristic twice; name it once", at="bears_on")
        if (self.direction is None) == (self.sample is None):
            raise coding_fault("a finding has either a `direction` or a `sample`; write one of them")
        if self.sample is not None and self.extent is not None:
            raise coding_fault("the rules derive the extent from the sample; remove `extent`", at="extent")
        self._has_what_it_needs()
        self._has_nothing_of_another_kind()
        return self

    def _has_what_it_needs(self) -> None:
        kind, wanted = "sample", ["seriousness", "state"]
        if self.direction is Direction.SHORTFALL:
            kind, wanted = "shortfall", ["seriousness", "extent", "state"]
        elif self.sample is None:
            return
        if missing := [name for name in wanted if getattr(self, name) is None]:
            them = "it" if len(missing) == 1 else "them"
            raise coding_fault(f"a {kind} needs {_and(missing)}; add {them}")

    def _has_nothing_of_another_kind(self) -> None:
        of_a_strength = ["exceptional", "progress", "innovative"]
        of_a_shortfall = ["seriousness", "extent", "state", "persistent", "recommendation"]
        if self.direction is not Direction.STRENGTH and (given := self._given(of_a_strength)):
            be = " or ".join(given)
            message = f"only a finding with `direction: strength` can be {be}; remove {_and(given)}"
            raise coding_fault(message, at=given[0])
        if self.direction in (Direction.STRENGTH, Direction.NEITHER) and (given := self._given(of_a_shortfall)):
            them = "it" if len(given) == 1 else "them"
            raise coding_fault(f"only a shortfall or a sample has {_and(given)}; remove {them}", at=given[0])

    def _given(self, names: list[str]) -> list[str]:
        return [name for name in names if getattr(self, name) not in (None, False)]


def _and(names: list[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)


class Evidence(Frozen):
    """The findings of one inspection of one force."""

    force: Text
    framework: Text
    """Id of the framework in whose words the evidence is coded."""
    inspection: Text | None = None
    sources: Mapping[str, Work]
    findings: tuple[Finding, ...]
    carried: tuple[Carriage, ...] = ()
    """What became of it on the way here, where it was coded for another framework; `peelrules.carried` tells it."""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            force: str,
            framework: str,
            inspection: str | None = None,
            sources: Mapping[str, Work | Mapping[str, Any]],
            findings: Sequence[Finding | Mapping[str, Any]],
            carried: Sequence[Carriage] = (),
        ) -> None: ...

    def __repr__(self) -> str:
        return plain(f"<Evidence of {self.name}: {counted(len(self.findings), 'finding')}>")

    __str__ = __repr__

    @property
    def name(self) -> str:
        """The force and the inspection, or the framework where no inspection is named."""
        return f"{self.force}, {self.inspection or self.framework}"

    def to_frame(self, inspection: str | None = None) -> "pl.DataFrame":
        """The findings as a table, one row a finding, as `population` takes it; see `peelrules.model.table`.

        Args:
            inspection: its name in the table; by default the force and the inspection.
        """
        from peelrules.model.table import frame_of

        return frame_of([self], [inspection or self.name])
