"""Rules: what they read, what they conclude, and when they apply.

`Rule.applies` is the definition of the rule language. The engines are held to it by tests.
"""

import operator
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache, cached_property
from typing import Annotated, Any, ClassVar, Generic, Literal, NamedTuple, Self, TypeVar, get_args

from pydantic import Field, create_model, model_validator

from peelrules.model.base import Count, Frozen, Name, Share, Text, coding_fault
from peelrules.model.facts import FACTS, Fact, Stage, Value, fields_of
from peelrules.model.framework import Clause
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Scale, Status

S = TypeVar("S", bound=Scale)


class Comparator(Enum):
    """How a field is compared with a bound. Scales compare by rank."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOVE = "above"
    BELOW = "below"
    IS = "is"
    ONE_OF = "one_of"

    def holds(self, value: Value, bound: Any) -> bool:
        return _HOLDS[self](value, bound)

    @property
    def words(self) -> str:
        return self.value.replace("_", " ")


_HOLDS: Mapping[Comparator, Callable[[Any, Any], bool]] = {
    Comparator.AT_LEAST: operator.ge,
    Comparator.AT_MOST: operator.le,
    Comparator.ABOVE: operator.gt,
    Comparator.BELOW: operator.lt,
    Comparator.IS: operator.eq,
    Comparator.ONE_OF: lambda value, bound: value in bound,
}


class Condition(NamedTuple):
    """One comparison of one field of a fact."""

    field: str
    comparator: Comparator
    bound: Any

    def holds(self, fact: Fact) -> bool:
        return self.comparator.holds(getattr(fact, self.field), self.bound)

    def __str__(self) -> str:
        return f"{self.field} {self.test}"

    @property
    def test(self) -> str:
        """The comparison in words, without the field: *at least serious*."""
        return _test_in_words(self.comparator, self.bound)


@cache
def _test_in_words(comparator: Comparator, bound: Any) -> str:
    words = " or ".join(map(in_words, bound)) if comparator is Comparator.ONE_OF else in_words(bound)
    return words if comparator in (Comparator.IS, Comparator.ONE_OF) else f"{comparator.words} {words}"


def in_words(value: Value) -> str:
    """A value of a fact as people write it: yes or no, a level, a count, or a share in percent."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{100 * value:.4g}%" if isinstance(value, float) else str(value)


def count_in_words(value: float) -> str:
    """A count, with its fraction if it has one."""
    return str(int(value)) if value == int(value) else f"{value:.10g}"


# -- what a rule document may say of a field ------------------------------------------------------


class Test(Frozen):
    """The comparisons that a rule makes of one field; all of them must hold."""

    @model_validator(mode="before")
    @classmethod
    def _a_bare_value_means_is(cls, data: object) -> object:
        return data if isinstance(data, (Mapping, Test)) else {"is": data}

    @model_validator(mode="after")
    def _compares_something(self) -> Self:
        if not any(True for _ in self.conditions("")):
            raise coding_fault("nothing is compared; write for example `at_least: …`")
        return self

    def conditions(self, field: str) -> Iterator[Condition]:
        for comparator in Comparator:
            name = "is_" if comparator is Comparator.IS else comparator.value
            if (bound := getattr(self, name, None)) is not None:
                yield Condition(field, comparator, bound)


class LevelTest(Test, Generic[S]):
    """Comparisons with levels of an ordered scale."""

    at_least: S | None = None
    at_most: S | None = None
    above: S | None = None
    below: S | None = None
    is_: Annotated[S | None, Field(alias="is")] = None
    one_of: Annotated[tuple[S, ...] | None, Field(min_length=1)] = None


class ShareTest(Test):
    """Comparisons with a share from 0 to 1."""

    at_least: Share | None = None
    at_most: Share | None = None
    above: Share | None = None
    below: Share | None = None
    is_: Annotated[Share | None, Field(alias="is")] = None


class CountTest(Test):
    """Comparisons with a count."""

    at_least: Count | None = None
    at_most: Count | None = None
    above: Count | None = None
    below: Count | None = None
    is_: Annotated[Count | None, Field(alias="is")] = None


class FlagTest(Test):
    """Whether something is so."""

    is_: Annotated[bool | None, Field(alias="is", strict=True)] = None


class NameTest(Test):
    """Which characteristic or core question it is."""

    is_: Annotated[Name | None, Field(alias="is")] = None
    one_of: Annotated[tuple[Name, ...] | None, Field(min_length=1)] = None


def _test_for(kind: type) -> type[Test]:
    if issubclass(kind, Scale):
        return LevelTest[kind]  # type: ignore[valid-type]
    tests: Mapping[type, type[Test]] = {float: ShareTest, int: CountTest, bool: FlagTest, str: NameTest}
    return tests[kind]


class When(Frozen):
    """One alternative of a rule: a test for each field named, all of which must hold."""

    @model_validator(mode="after")
    def _tests_something(self) -> Self:
        if not self.conditions:
            raise coding_fault("the rule would always apply; name at least one field")
        return self

    @cached_property
    def conditions(self) -> tuple[Condition, ...]:
        tests = ((name, getattr(self, name)) for name in type(self).model_fields)
        return tuple(c for name, test in tests if test is not None for c in test.conditions(name))


# -- what a rule concludes ------------------------------------------------------------------------


class Floor(Frozen, Generic[S]):
    """The outcome is this level or a higher one."""

    at_least: S


class Ceiling(Frozen, Generic[S]):
    """The outcome is this level or a lower one."""

    at_most: S


class Conclusion(NamedTuple):
    """What a rule does to one outcome of its stage."""

    outcome: str
    """The outcome that is bounded (`grade`), or the flag that is raised."""
    bound: Literal["at_least", "at_most", "raises"]
    level: Scale | None

    def __str__(self) -> str:
        words = f"raises {self.outcome}" if self.level is None else f"{self.outcome} {self.bound} {self.level}"
        return words.replace("_", " ")

    @property
    def says_nothing(self) -> bool:
        """Whether its bound is where the scale begins, so that every outcome is within it."""
        if self.level is None:
            return False
        scale = type(self.level)
        return self.level is (scale.lowest() if self.bound == "at_least" else scale.highest())


class Then(Frozen):
    """What a rule concludes: one thing."""

    @model_validator(mode="after")
    def _concludes_one_thing(self) -> Self:
        if sum(getattr(self, name) is not None for name in type(self).model_fields) != 1:
            names = " or ".join(f"`{name}`" for name in type(self).model_fields)
            raise coding_fault(f"a rule concludes one thing: {names}")
        return self

    @cached_property
    def conclusion(self) -> Conclusion:
        name, bound = next((n, b) for n in type(self).model_fields if (b := getattr(self, n)) is not None)
        match bound:
            case Floor(at_least=level):
                return Conclusion(name, "at_least", level)
            case Ceiling(at_most=level):
                return Conclusion(name, "at_most", level)
            case flag:
                return Conclusion(flag, "raises", None)


class SampleThen(Then):
    direction: Floor[Direction] | None = None
    extent: Floor[Extent] | None = None


class FindingThen(Then):
    gravity: Floor[Gravity] | None = None
    raises: Literal["innovative_practice"] | None = None


class CharacteristicThen(Then):
    status: Ceiling[Status] | None = None
    concern: Floor[Concern] | None = None


class CoreQuestionThen(Then):
    grade: Ceiling[Grade] | None = None
    raises: Literal["not_enough_evidence"] | None = None


THEN: Mapping[Stage, type[Then]] = {
    Stage.SAMPLE: SampleThen,
    Stage.FINDING: FindingThen,
    Stage.CHARACTERISTIC: CharacteristicThen,
    Stage.CORE_QUESTION: CoreQuestionThen,
}


@cache
def conclusions_of(stage: Stage) -> tuple[Conclusion, ...]:
    """Everything that rules of a stage may conclude, by outcome and then by level."""
    found: list[Conclusion] = []
    for name, field in THEN[stage].model_fields.items():
        for kind in get_args(field.annotation):
            found += [Conclusion(flag, "raises", None) for flag in get_args(kind)]
            for bound, limit in getattr(kind, "model_fields", {}).items():
                found += [Conclusion(name, bound, level) for level in limit.annotation]
    return tuple(found)


# -- rules ----------------------------------------------------------------------------------------


class Example(Frozen):
    """Part of a fact, and whether the rule applies to it."""

    given: Frozen
    """The fields that the rule reads, with values."""
    applies: Annotated[bool, Field(strict=True)]


class Rule(Frozen):
    """A bound on one outcome of a stage, and when it applies."""

    stage: ClassVar[Stage]
    id: Name
    title: Text
    when: Annotated[tuple[When, ...], Field(min_length=1)]
    """Alternatives, one of which must hold."""
    then: Then
    source: Clause
    basis: Annotated[Text, Field(min_length=20)]
    """Why the rule says what it says: what is HMICFRS's in it and what is ours."""
    examples: Annotated[tuple[Example, ...], Field(min_length=2)]

    @model_validator(mode="before")
    @classmethod
    def _one_alternative_needs_no_list(cls, data: object) -> object:
        if isinstance(data, Mapping) and "when" in data and (isinstance(data["when"], Mapping) or not data["when"]):
            return {**data, "when": [data["when"] or {}]}
        return data

    @property
    def conclusion(self) -> Conclusion:
        return self.then.conclusion

    @cached_property
    def alternatives(self) -> tuple[tuple[Condition, ...], ...]:
        return tuple(when.conditions for when in self.when)

    def matching(self, fact: Fact) -> tuple[tuple[Condition, ...], ...]:
        """The alternatives whose conditions all hold for the fact."""
        return tuple(conditions for conditions in self.alternatives if all(c.holds(fact) for c in conditions))

    def applies(self, fact: Fact) -> bool:
        """Whether the rule applies to a fact of its stage."""
        return bool(self.matching(fact))


def _rule_model(stage: Stage) -> type[Rule]:
    """The shape of rules of one stage, derived from the fact that they read."""
    name = FACTS[stage].__name__.removesuffix("Fact")
    tests: dict[str, Any] = {f.name: (_test_for(f.kind) | None, None) for f in fields_of(stage).values()}
    given: dict[str, Any] = {f.name: (f.annotation, None) for f in fields_of(stage).values()}
    when = create_model(f"{name}When", __base__=When, **tests)
    example = create_model(
        f"{name}Example", __base__=Example, given=(create_model(f"{name}Given", __base__=Frozen, **given), ...)
    )
    shape: dict[str, Any] = {
        "when": (Annotated[tuple[when, ...], Field(min_length=1)], ...),
        "then": (THEN[stage], ...),
        "examples": (Annotated[tuple[example, ...], Field(min_length=2)], ...),
    }
    model = create_model(f"{name}Rule", __base__=Rule, **shape)
    model.stage = stage
    return model


RULES: Mapping[Stage, type[Rule]] = {stage: _rule_model(stage) for stage in Stage}
"""The model of the rules of each stage."""
