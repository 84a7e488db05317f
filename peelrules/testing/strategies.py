"""What is drawn at random: facts, rules and rulebooks, samples, findings and evidence, all of them sound."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from hypothesis import strategies as st

from peelrules.model.evidence import Evidence, Finding, Sample
from peelrules.model.facts import FACTS, Fact, FactField, Stage, fields_of
from peelrules.model.framework import Framework
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES, THEN, Rule
from peelrules.model.scales import Direction, Extent, Scale, Seriousness, State
from peelrules.testing.bounds import on_the_bound

Words = Rulebook | Framework
"""In whose words something is drawn. With a rulebook, numbers often stand on the bounds of its rules."""

ORDERED = ("at_least", "at_most", "above", "below")
FEW = 5
"""Names that are drawn half of the time, so that facts and rules meet."""

# Facts and bounds draw from the same few numbers, so that a fact often stands exactly on a bound.
SHARES = st.one_of(
    st.sampled_from([0.0, 1e-9, 1e-6, 0.05, 0.1, 0.2, 0.25, 1 / 3, 0.4, 0.5, 2 / 3, 0.75, 0.999999, 1.0]),
    st.integers(0, 1000).map(lambda n: n / 1000),
    st.integers(1, 97).flatmap(lambda of: st.integers(0, of).map(lambda n: n / of)),
)
COUNTS = st.one_of(st.integers(0, 3), st.sampled_from([60, 999_999, 1_000_000]))


# -- facts ----------------------------------------------------------------------------------------


def facts(stage: Stage, words: Words, questions: Collection[str] = ()) -> st.SearchStrategy[Any]:
    """Facts of a stage: any level, any share from 0 to 1, counts of 0 to 3 and a few up to a million.

    Args:
        words: with a rulebook, half of the facts stand on a bound of one of its rules or just beside it.
        questions: name only these core questions and their characteristics; all, if none is given.
    """
    anything: st.SearchStrategy[Any] = st.builds(
        FACTS[stage], **{field.name: values(field, words, questions) for field in fields_of(stage).values()}
    )
    rules = words.of_stage[stage] if isinstance(words, Rulebook) else ()
    near: list[Fact] = [each.fact for rule in rules for each in on_the_bound(rule)]
    return anything | st.sampled_from(near) if near else anything


def values(field: FactField, words: Words, questions: Collection[str] = ()) -> st.SearchStrategy[Any]:
    """Values of one field of a fact."""
    if issubclass(field.kind, Scale):
        return levels(field.kind)
    if field.kind is str:
        names = _names(field.name, framework_of(words), questions)
        return st.sampled_from(names[:FEW]) | st.sampled_from(names)
    return {float: SHARES, int: COUNTS, bool: st.booleans()}[field.kind]


def levels(scale: type[Scale]) -> st.SearchStrategy[Any]:
    """Levels of a scale."""
    return st.sampled_from(list(scale))


def framework_of(words: Words) -> Framework:
    """The framework itself, or that of a rulebook."""
    return words.framework if isinstance(words, Rulebook) else words


def _names(field: str, framework: Framework, questions: Collection[str]) -> Sequence[str]:
    asked = [q for q in framework.core_questions if q.id in questions or not questions]
    return [q.id for q in asked] if field == "core_question" else [c.id for q in asked for c in q.characteristics]


# -- rules ----------------------------------------------------------------------------------------


@st.composite
def rules(
    draw: st.DrawFn, stage: Stage, words: Words, name: str = "random.rule", questions: Collection[str] = ()
) -> Rule:
    """A rule of a stage: one to three alternatives, each of one or two comparisons of one to three fields.

    The rule is sound in shape only: it may be the wrong way round, and its examples show nothing.
    """
    when = draw(st.lists(alternatives(stage, words, questions), min_size=1, max_size=3))
    source = next(iter(framework_of(words).sources))
    return RULES[stage].model_validate(
        {
            "id": name,
            "title": "A rule made for a test",
            "when": when,
            "then": draw(conclusions(stage)),
            "source": {"document": source, "clause": "tests"},
            "basis": "Made for a test; nothing rests on it.",
            "examples": [{"given": {}, "applies": True}, {"given": {}, "applies": False}],
        }
    )


@st.composite
def alternatives(draw: st.DrawFn, stage: Stage, words: Words, questions: Collection[str] = ()) -> dict[str, Any]:
    """An alternative of a rule, as it is written."""
    fields = st.lists(st.sampled_from(list(fields_of(stage).values())), min_size=1, max_size=3, unique=True)
    return {field.name: draw(comparisons(field, words, questions)) for field in draw(fields)}


@st.composite
def comparisons(draw: st.DrawFn, field: FactField, words: Words, questions: Collection[str] = ()) -> dict[str, Any]:
    """One or two comparisons of a field, as they are written."""
    comparators = [
        "is",
        *(ORDERED if field.kind not in (bool, str) else ()),
        *(("one_of",) if field.kind is str or issubclass(field.kind, Scale) else ()),
    ]
    test = {}
    for comparator in draw(st.lists(st.sampled_from(comparators), min_size=1, max_size=2, unique=True)):
        bounds = draw(st.lists(values(field, words, questions), min_size=1, max_size=3))
        test[comparator] = bounds if comparator == "one_of" else bounds[0]
    return test


@st.composite
def conclusions(draw: st.DrawFn, stage: Stage) -> dict[str, Any]:
    """What a rule of a stage may conclude, as it is written."""
    name, field = draw(st.sampled_from(list(THEN[stage].model_fields.items())))
    (kind,) = (kind for kind in get_args(field.annotation) if kind is not NoneType)
    if get_origin(kind) is Literal:
        return {name: get_args(kind)[0]}
    ((bound, of),) = kind.model_fields.items()
    return {name: {bound: draw(levels(of.annotation))}}


class ShortlyTold(Rulebook):
    """A rulebook of which a failing test shows the rules only; hypothesis refuses to show a whole framework."""

    def __repr_args__(self) -> Any:
        return [("rules", self.rules)]


@st.composite
def rulebooks(
    draw: st.DrawFn, words: Words, *stages: Stage, max_rules: int = 6, questions: Collection[str] = ()
) -> Rulebook:
    """A rulebook for the framework, of one to *max_rules* random rules for each of the stages, or of all stages."""
    drawn = []
    for stage in stages or Stage:
        name = stage.value.replace("_", "-")
        size = draw(st.integers(1, max_rules))
        drawn += [draw(rules(stage, words, f"{name}.{number:03}", questions)) for number in range(size)]
    return ShortlyTold(framework=framework_of(words), rules=tuple(drawn), places={})


# -- evidence -------------------------------------------------------------------------------------


@st.composite
def samples(draw: st.DrawFn, rulebook: Rulebook | None = None) -> Sample:
    """A counted sample of 1 to 100 cases, or an estimated share of as many, with or without a margin.

    Args:
        rulebook: its rules for samples; counts then often lie on one of their bounds, or a case beside it.
    """
    if rulebook is not None and (bounds := _bounds(rulebook)) and draw(st.booleans()):
        bound = draw(st.sampled_from(bounds))
        of = bound.denominator * draw(st.integers(1, max(1, 100 // bound.denominator)))
        failing = int(bound * of) + draw(st.integers(-1, 1))
        return Sample(met=of - min(max(failing, 0), of), of=of)
    of = draw(st.integers(1, 100))
    if draw(st.booleans()):
        return Sample(met=draw(st.integers(0, of)), of=of)
    return Sample(share=draw(SHARES), margin=draw(st.none() | SHARES), of=of)


def _bounds(rulebook: Rulebook) -> list[Fraction]:
    """The shares of failing cases at which rules for samples change."""
    conditions = [c for rule in rulebook.of_stage[Stage.SAMPLE] for part in rule.alternatives for c in part]
    return sorted({Fraction(str(c.bound)).limit_denominator(1000) for c in conditions if isinstance(c.bound, float)})


@st.composite
def findings(draw: st.DrawFn, words: Words, name: str = "F-01", characteristics: Sequence[str] = ()) -> Finding:
    """A finding of any kind, with every level, that bears on one to three characteristics.

    Args:
        name: its id.
        characteristics: those it may bear on; all, if none is given.
    """
    framework = framework_of(words)
    among = st.sampled_from(characteristics or tuple(framework.characteristics))
    kind = draw(st.sampled_from([*Direction, "sample"]))
    coded: dict[str, Any] = {
        "id": name,
        "finding": "Something was found.",
        "bears_on": draw(st.lists(among, min_size=1, max_size=3, unique=True)),
        "strand": draw(st.sampled_from(list(framework.strands))),
        "method": draw(st.none() | st.sampled_from(list(framework.methods))) if framework.methods else None,
        "source": {"document": "report", "section": "A section", "paragraph": 1},
    }
    if kind == "sample":
        coded["sample"] = draw(samples(words if isinstance(words, Rulebook) else None))
    else:
        coded["direction"] = kind
    if kind in ("sample", Direction.SHORTFALL):
        coded |= {
            "seriousness": draw(levels(Seriousness)),
            "state": draw(levels(State)),
            "persistent": draw(st.booleans()),
            "recommendation": draw(st.none() | st.just("The force should put it right.")),
        }
    if kind is Direction.SHORTFALL:
        coded["extent"] = draw(levels(Extent))
    if kind is Direction.STRENGTH:
        coded |= {"exceptional": draw(st.booleans()), "innovative": draw(st.booleans())}
    return Finding.model_validate(coded)


@st.composite
def evidences(draw: st.DrawFn, words: Words, questions: Collection[str] = (), max_findings: int = 16) -> Evidence:
    """Evidence of no to *max_findings* findings, about one to three core questions.

    Args:
        questions: those it may be about; all, if none is given.
    """
    framework = framework_of(words)
    among = [q for q in framework.core_questions if q.id in questions or not questions]
    about = draw(st.lists(st.integers(0, len(among) - 1), min_size=1, max_size=3, unique=True))
    characteristics = [c.id for number in about for c in among[number].characteristics]
    size = draw(st.integers(0, max_findings))
    return Evidence(
        force="A force",
        framework=framework.id,
        sources={"report": {"title": "A report", "publisher": "A publisher"}},
        findings=tuple(draw(findings(words, f"F-{number:02}", characteristics)) for number in range(size)),
    )
