"""Rules and counts as people write them, and what they come to.

What may be written of a field follows from its kind and from the comparators that take it. So a count that a rulebook
declares can be read by its rules, and a new comparator can be used, without a word more here.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import Field as Shape
from pydantic import create_model, model_validator

from peelrules.model.base import Flag, Frozen, Name, Share, Text, Whole, coding_fault
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition, Conditions
from peelrules.model.counts import CREDIT, Count, Kind, Word
from peelrules.model.facts import Field, Fields, Harm, Stage
from peelrules.model.framework import Clause
from peelrules.model.rules import OUTCOMES, Conclusion, Example, Rule
from peelrules.model.scales import Scale

S = TypeVar("S", bound=Scale)

_BOUND: Mapping[type, Any] = {float: Share, int: Whole, bool: Flag, str: Name}
_CALLED: Mapping[type, str] = {float: "Share", int: "Count", bool: "Flag"}


# -- conditions -------------------------------------------------------------------------------------


class Test(Frozen):
    """The comparisons that are made of one field; all of them must hold."""

    @model_validator(mode="before")
    @classmethod
    def _a_bare_value_means_is(cls, data: object) -> object:
        return data if isinstance(data, (Mapping, Test)) else {Comparator.IS.word: data}

    @model_validator(mode="after")
    def _compares_something(self) -> Self:
        if not any(True for _ in self.conditions("")):
            raise coding_fault("nothing is compared; write for example `at_least: …`")
        return self

    def conditions(self, field: str) -> Iterator[Condition]:
        for comparator in Comparator:
            if (bound := getattr(self, _attribute(comparator), None)) is not None:
                yield Condition(field, comparator, bound)


class When(Frozen):
    """A test for each field named, all of which must hold."""

    says_when_empty: ClassVar[str] = "the rule would always apply; name at least one field"

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if not self.conditions:
            raise coding_fault(self.says_when_empty)
        return self

    @property
    def conditions(self) -> Conditions:
        """In the order of the fields."""
        tests = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple(c for name, test in tests if test is not None for c in test.conditions(name))


def _attribute(comparator: Comparator) -> str:
    return f"{comparator.word}_" if comparator is Comparator.IS else comparator.word  # `is` is a word of Python


def annotation_of(field: Field) -> Any:
    """What may stand as a value of a field."""
    return Text if field.name == "strand" else _BOUND.get(field.kind, field.kind)


@lru_cache
def _test(called: str, field_kind: type, bound: Any) -> type[Test]:
    """Comparisons with values of a kind."""
    shape: dict[str, Any] = {}
    for comparator in Comparator:
        if comparator.takes(field_kind):
            several = Annotated[tuple[bound, ...], Shape(min_length=1)]
            kind = several if comparator.has_several else bound
            alias = comparator.word if comparator.word != _attribute(comparator) else None
            shape[_attribute(comparator)] = (kind | None, Shape(None, alias=alias))
    about = f"Comparisons with a {called.removesuffix('Test').lower()}."
    return create_model(called, __base__=Test, __doc__=about, **shape)


def name_of_test(field: Field) -> str:
    """What the shape of comparisons with a field is called: names are of one kind of thing each."""
    kind = field.name.title().replace("_", "") if field.kind is str else _CALLED.get(field.kind, field.kind.__name__)
    return f"{kind}Test"


def _test_of(field: Field) -> type[Test]:
    return _test(name_of_test(field), field.kind, annotation_of(field))


def _when(name: str, fields: Fields, base: type[When] = When) -> type[When]:
    tests: dict[str, Any] = {f.name: (_test_of(f) | None, None) for f in fields.values()}
    return create_model(f"{name}When", __base__=base, **tests)


class Asked(When):
    """A test for each field named, all of which must hold for what is counted."""

    says_when_empty = "this asks for nothing; name at least one field, or leave it out"


# -- rules ------------------------------------------------------------------------------------------


class Floor(Frozen, Generic[S]):
    """The outcome is this level or a higher one."""

    at_least: S


class Ceiling(Frozen, Generic[S]):
    """The outcome is this level or a lower one."""

    at_most: S


class Then(Frozen):
    """What a rule concludes: one thing."""

    @model_validator(mode="after")
    def _concludes_one_thing(self) -> Self:
        if sum(getattr(self, name) is not None for name in type(self).model_fields) != 1:
            names = " or ".join(f"`{name}`" for name in type(self).model_fields)
            raise coding_fault(f"a rule concludes one thing: {names}")
        return self

    @property
    def conclusion(self) -> Conclusion:
        name, limit = next((n, b) for n in type(self).model_fields if (b := getattr(self, n)) is not None)
        match limit:
            case Floor(at_least=level):
                return Conclusion(name, "floor", level)
            case Ceiling(at_most=level):
                return Conclusion(name, "ceiling", level)
        return Conclusion(limit, "flag")


class WrittenExample(Frozen):
    """Part of a fact, and whether the rule applies to it."""

    given: Frozen
    """The fields that the rule reads, with values."""
    applies: Flag


class WrittenRule(Frozen):
    """A bound on one outcome of a stage, and when it applies."""

    stage: ClassVar[Stage]
    id: Name
    title: Text
    when: tuple[When, ...]
    """Alternatives, one of which must hold."""
    then: Then
    source: Clause
    basis: Annotated[Text, Shape(min_length=20)]
    """Why the rule says what it says: what is the inspectorate's in it and what its authors'."""
    examples: tuple[WrittenExample, ...]

    @model_validator(mode="before")
    @classmethod
    def _one_alternative_needs_no_list(cls, data: object) -> object:
        if isinstance(data, Mapping) and "when" in data and (isinstance(data["when"], Mapping) or not data["when"]):
            return {**data, "when": [data["when"] or {}]}
        return data

    @property
    def rule(self) -> Rule:
        # what is written has been looked at already, and to look again takes a tenth of the time of a command
        return Rule.model_construct(
            stage=self.stage,
            id=self.id,
            title=self.title,
            alternatives=tuple(when.conditions for when in self.when),
            conclusion=self.then.conclusion,
            source=self.source,
            basis=self.basis,
            examples=tuple(
                Example.model_construct(
                    given={n: getattr(e.given, n) for n in type(e.given).model_fields if n in e.given.model_fields_set},
                    applies=e.applies,
                )
                for e in self.examples
            ),
        )


def written_rule(stage: Stage, fields: Fields) -> type[WrittenRule]:
    """The shape of rules of a stage that may read some fields."""
    return _written_rule(stage, tuple(fields.values()))


@lru_cache(maxsize=32)
def _written_rule(stage: Stage, read: tuple[Field, ...]) -> type[WrittenRule]:
    name = _camel(stage)
    fields = {field.name: field for field in read}
    given: dict[str, Any] = {f.name: (annotation_of(f), None) for f in read}
    when: Any = _when(name, fields)
    example = create_model(
        f"{name}Example",
        __base__=WrittenExample,
        given=(create_model(f"{name}Given", __base__=Frozen, __doc__="Part of a fact.", **given), ...),
    )
    shape: dict[str, Any] = {
        "when": (Annotated[tuple[when, ...], Shape(min_length=1)], ...),
        "then": (_then(stage), ...),
        "examples": (Annotated[tuple[example, ...], Shape(min_length=2)], ...),
    }
    model = create_model(f"{name}Rule", __base__=WrittenRule, **shape)
    model.stage = stage
    return model


@lru_cache
def _then(stage: Stage) -> type[Then]:
    shape: dict[str, Any] = {}
    if flags := tuple(outcome.name for outcome in OUTCOMES[stage] if outcome.scale is None):
        shape["raises"] = (Literal[flags] | None, None)
    for outcome in OUTCOMES[stage]:
        if outcome.scale is not None:
            limit: Any = Floor if outcome.limit == "floor" else Ceiling
            shape[outcome.name] = (limit[outcome.scale] | None, None)
    return create_model(f"{_camel(stage)}Then", __base__=Then, **shape)


def _camel(stage: Stage) -> str:
    return "".join(part.capitalize() for part in stage.value.split("_"))


# -- counts -----------------------------------------------------------------------------------------


class WrittenCount(Frozen):
    """Something that is counted, for rules to read: a count, a share or the worst level."""

    stage: ClassVar[Stage]
    fields: ClassVar[Fields]
    id: Word
    """How rules call it."""
    title: Text
    """In words, as they stand in a sentence."""
    count: str | None = None
    """How many there are."""
    worst: str | None = None
    """The worst level among them."""
    where: When | None = None
    """What must hold for that which is counted. Of a share: for the part."""

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        kinds = [kind for kind in Kind if getattr(self, kind.value, None) is not None]
        if len(kinds) != 1:
            names = " or ".join(f"`{kind.value}`" for kind in Kind if kind.value in type(self).model_fields)
            raise coding_fault(f"write {names}, and only one of them")
        return self

    def counted(self, place: str) -> Count:
        """What it comes to, at a place."""
        kind = next(kind for kind in Kind if getattr(self, kind.value, None) is not None)
        what = getattr(self, kind.value)
        return Count.model_construct(
            stage=self.stage,
            id=self.id,
            title=self.title,
            kind=kind,
            what=what,
            best=_best(self.fields[what]) if kind is Kind.WORST else None,
            where=self.where.conditions if self.where else (),
            place=place,
        )


class WrittenShare(WrittenCount):
    """Something that is counted, for rules to read: a count, a share or the worst level."""

    share: Literal["characteristics", "credit"] | None = None
    """Which part of the whole they are."""
    of: When | None = None
    """What must hold for the whole of which a share is a share; all characteristics, if it is left out."""
    of_none: Share | None = None
    """The share where there is nothing of which it could be one; 0, if it is left out."""

    @model_validator(mode="after")
    def _has_a_whole(self) -> Self:
        if self.share is None:
            for name in ("of", "of_none"):
                if getattr(self, name) is not None:
                    raise coding_fault(f"only a share has `{name}`; remove it", at=name)
        if self.share == CREDIT and self.where is not None:
            raise coding_fault("a share of credit has no `where`; write `of` in its place", at="where")
        return self

    def counted(self, place: str) -> Count:
        of = self.of.conditions if self.of else ()
        return super().counted(place).model_copy(update={"of": of, "of_none": self.of_none or 0.0})


def _best(field: Field) -> Scale:
    scale: type[Scale] = field.kind
    return scale.lowest() if field.best_first else scale.highest()


def written_count(stage: Stage, fields: Fields) -> type[WrittenCount]:
    """The shape of counts of a stage that may read some fields of their members."""
    return _written_count(stage, tuple(fields.values()))


@lru_cache(maxsize=32)
def _written_count(stage: Stage, read: tuple[Field, ...]) -> type[WrittenCount]:
    name = _camel(stage)
    fields = {field.name: field for field in read}
    where = _when(f"{name}Counted", fields, Asked)
    levels = [f.name for f in read if issubclass(f.kind, Scale) and f.harm is not Harm.NEITHER]
    shape: dict[str, Any] = {
        "count": (Literal[_MEMBERS[stage]] | None, None),
        "worst": (Literal[tuple(levels)] | None, None),
        "where": (where, None),
    }
    base: type[WrittenCount] = WrittenCount
    if stage is Stage.CORE_QUESTION:
        base, shape["of"] = WrittenShare, (where, None)
    model: type[WrittenCount] = create_model(f"{name}Count", __base__=base, **shape)
    model.stage, model.fields = stage, fields
    return model


_MEMBERS = {Stage.CHARACTERISTIC: ("findings", "strands"), Stage.CORE_QUESTION: ("characteristics",)}
"""What can be counted."""
