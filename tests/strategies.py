"""Random facts, rules, rulebooks and evidence, all valid, in the words of the bundled framework."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import strategies as st

import peelrules
from peelrules.model.assessment import Assessment
from peelrules.model.evidence import Evidence, Finding, Sample
from peelrules.model.facts import FACTS, FactField, Stage, fields_of
from peelrules.model.framework import Framework
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES, THEN
from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Scale, Seriousness, State, Status

# A narrative question, a separate one, and two that are graded: few enough characteristics that findings meet.
QUESTIONS = ("victims", "crime-recording", "offenders", "vetting")
NAMED = ("crime-recording.all-crime", "crime-recording.systems", "offenders.bail", "vetting", "offenders")
ORDERED = ("at_least", "at_most", "above", "below")
OUTCOMES = {
    Stage.SAMPLE: {"direction": ("at_least", Direction), "extent": ("at_least", Extent)},
    Stage.FINDING: {"gravity": ("at_least", Gravity)},
    Stage.CHARACTERISTIC: {"status": ("at_most", Status), "concern": ("at_least", Concern)},
    Stage.CORE_QUESTION: {"grade": ("at_most", Grade)},
}
FLAGS = {Stage.FINDING: "innovative_practice", Stage.CORE_QUESTION: "not_enough_evidence"}

# Facts and bounds draw from the same few numbers, so that a fact often stands exactly on a bound.
SHARES = st.one_of(
    st.sampled_from([0.0, 1e-9, 1e-6, 0.05, 0.1, 0.2, 0.25, 1 / 3, 0.4, 0.5, 2 / 3, 0.75, 0.999999, 1.0]),
    st.integers(0, 1000).map(lambda n: n / 1000),
    st.integers(1, 97).flatmap(lambda of: st.integers(0, of).map(lambda n: n / of)),
)
COUNTS = st.one_of(st.integers(0, 3), st.sampled_from([60, 999_999, 1_000_000]))


@cache
def bundled() -> Rulebook:
    return peelrules.load_rulebook()


def levels(scale: type[Scale]) -> st.SearchStrategy[Scale]:
    return st.sampled_from(list(scale))


def values(field: FactField) -> st.SearchStrategy[Any]:
    if issubclass(field.kind, Scale):
        return levels(field.kind)
    return {float: SHARES, int: COUNTS, bool: st.booleans(), str: st.sampled_from(NAMED)}[field.kind]


def facts(stage: Stage) -> st.SearchStrategy[Any]:
    return st.builds(FACTS[stage], **{field.name: values(field) for field in fields_of(stage).values()})


@st.composite
def comparisons(draw: st.DrawFn, field: FactField) -> dict[str, Any]:
    comparators = [
        "is",
        *(ORDERED if field.kind not in (bool, str) else ()),
        *(("one_of",) if field.kind is str or issubclass(field.kind, Scale) else ()),
    ]
    test = {}
    for comparator in draw(st.lists(st.sampled_from(comparators), min_size=1, max_size=2, unique=True)):
        bounds = draw(st.lists(values(field), min_size=1, max_size=3))
        test[comparator] = bounds if comparator == "one_of" else bounds[0]
    return test


@st.composite
def alternatives(draw: st.DrawFn, stage: Stage) -> dict[str, Any]:
    fields = st.lists(st.sampled_from(list(fields_of(stage).values())), min_size=1, max_size=3, unique=True)
    return {field.name: draw(comparisons(field)) for field in draw(fields)}


@st.composite
def conclusions(draw: st.DrawFn, stage: Stage) -> dict[str, Any]:
    name = draw(st.sampled_from(list(THEN[stage].model_fields)))
    if name == "raises":
        return {"raises": FLAGS[stage]}
    bound, scale = OUTCOMES[stage][name]
    return {name: {bound: draw(levels(scale))}}


def rule(stage: Stage, name: str, when: list[dict[str, Any]], then: dict[str, Any] | None = None) -> Any:
    """A rule with everything that is beside the point filled in."""
    outcome, (bound, scale) = next(iter(OUTCOMES[stage].items()))
    return RULES[stage].model_validate(
        {
            "id": name,
            "title": "A rule made for a test",
            "when": when,
            "then": then or {outcome: {bound: list(scale)[1]}},
            "source": {"document": "ours", "clause": "tests"},
            "basis": "Made for a test; nothing rests on it.",
            "examples": [{"given": {}, "applies": True}, {"given": {}, "applies": False}],
        }
    )


@st.composite
def rules(draw: st.DrawFn, stage: Stage, name: str = "random.rule") -> Any:
    when = draw(st.lists(alternatives(stage), min_size=1, max_size=3))
    return rule(stage, name, when, draw(conclusions(stage)))


class ShortlyReported(Rulebook):
    """A rulebook of which a failing test shows the rules only; hypothesis refuses to show a whole framework."""

    def __repr_args__(self):
        return [("rules", self.rules)]


def rulebook_of(*of_rules: Any, framework: Framework | None = None) -> Rulebook:
    return ShortlyReported(framework=framework or bundled().framework, rules=of_rules, places={})


@st.composite
def rulebooks(draw: st.DrawFn, *stages: Stage, max_size: int = 6) -> Rulebook:
    """A rulebook with random rules of the stages named, or of all."""
    drawn = []
    for stage in stages or Stage:
        name = stage.value.replace("_", "-")
        size = draw(st.integers(1, max_size))
        drawn += [draw(rules(stage, f"{name}.{number:03}")) for number in range(size)]
    return rulebook_of(*drawn)


# -- evidence ---------------------------------------------------------------------------------------


def finding(name: str, *bears_on: str, **coded: Any) -> Finding:
    """A finding with everything that is beside the point filled in; a strength unless coded otherwise."""
    if not coded.keys() & {"direction", "sample"}:
        coded["direction"] = Direction.STRENGTH
    if coded.get("sample") is not None or coded.get("direction") is Direction.SHORTFALL:
        coded = {"seriousness": Seriousness.MODERATE, "state": State.OPEN, **coded}
    if coded.get("direction") is Direction.SHORTFALL:
        coded = {"extent": Extent.SOME, **coded}
    return Finding.model_validate(
        {
            "id": name,
            "finding": "Something was found.",
            "bears_on": bears_on,
            "strand": "fieldwork",
            "source": {"document": "report", "section": "A section", "paragraph": 1},
            **coded,
        }
    )


def evidence_of(*findings: Finding, force: str = "A force", framework: Framework | None = None) -> Evidence:
    return Evidence(
        force=force,
        framework=(framework or bundled().framework).id,
        sources={"report": {"title": "A report", "publisher": "HMICFRS"}},
        findings=findings,
    )


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    of = draw(st.integers(1, 100))
    if draw(st.booleans()):
        return Sample(met=draw(st.integers(0, of)), of=of)
    return Sample(share=draw(SHARES), margin=draw(st.none() | SHARES), of=of)


@st.composite
def findings(
    draw: st.DrawFn, name: str = "F-01", characteristics: tuple[str, ...] = (), framework: Framework | None = None
) -> Finding:
    framework = framework or bundled().framework
    among = st.sampled_from(characteristics or tuple(framework.characteristics))
    bears_on = draw(st.lists(among, min_size=1, max_size=3, unique=True))
    kind = draw(st.sampled_from([*Direction, "sample"]))
    coded: dict[str, Any] = {
        "strand": draw(st.sampled_from(list(framework.strands))),
        "method": draw(st.none() | st.sampled_from(list(framework.methods))),
    }
    if kind == "sample":
        coded["sample"] = draw(samples())
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
    return finding(name, *bears_on, **coded)


def of_questions(framework: Framework, *questions: str) -> Iterator[str]:
    return (c.id for q in framework.core_questions if q.id in questions for c in q.characteristics)


@st.composite
def evidences(draw: st.DrawFn, framework: Framework | None = None, max_size: int = 16) -> Evidence:
    """Evidence about some of a few questions, or about all of them where the framework is another."""
    framework = framework or bundled().framework
    known = [q.id for q in framework.core_questions]
    few = [q for q in QUESTIONS if q in known] or known
    questions = draw(st.lists(st.sampled_from(few), min_size=1, unique=True))
    characteristics = tuple(of_questions(framework, *questions))
    size = draw(st.integers(0, max_size))
    drawn = [draw(findings(f"F-{number:02}", characteristics, framework)) for number in range(size)]
    return evidence_of(*drawn, framework=framework)


# -- comparing ----------------------------------------------------------------------------------------


def differing(one: Assessment, other: Assessment) -> set[str]:
    """The parts in which two assessments differ; short to report, where the assessments are long."""
    return {name for name in Assessment.model_fields if getattr(one, name) != getattr(other, name)}
