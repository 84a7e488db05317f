"""What is drawn at random: facts, counts, rules and rulebooks, samples, findings and evidence, all of them sound."""

from collections.abc import Collection, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from typing import Any

import yaml
from hypothesis import note
from hypothesis import strategies as st

from peelrules.documents.rulebook import load_rulebook
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition, Conditions, telling
from peelrules.model.counts import CREDIT, Count, Kind, read_of_members
from peelrules.model.evidence import Evidence, Finding, Sample
from peelrules.model.facts import SUBJECT, Fact, Field, Fields, Harm, Stage
from peelrules.model.framework import Clause, Framework
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule, conclusions_of
from peelrules.model.scales import Direction, Extent, Scale, Seriousness, State
from peelrules.testing.bounds import on_the_bound
from peelrules.verify.counts import can_be_declared

Words = Rulebook | Framework
"""In whose words something is drawn. With a rulebook, numbers often stand on the bounds of its rules; with a framework
alone, what is counted is what the bundled rulebook counts."""

FEW = 5
"""Names that are drawn half of the time, so that facts and rules meet."""

# Facts and bounds draw from the same few numbers, so that a fact often stands exactly on a bound.
SHARES = st.one_of(
    st.sampled_from([0.0, 1e-9, 1e-6, 0.05, 0.1, 0.2, 0.25, 1 / 3, 0.4, 0.5, 2 / 3, 0.75, 0.999999, 1.0]),
    st.integers(0, 1000).map(lambda n: n / 1000),
    st.integers(1, 97).flatmap(lambda of: st.integers(0, of).map(lambda n: n / of)),
)
COUNTS = st.one_of(st.integers(0, 3), st.sampled_from([60, 999_999, 1_000_000]))


# -- words ----------------------------------------------------------------------------------------


def framework_of(words: Words) -> Framework:
    """The framework itself, or that of a rulebook."""
    return words.framework if isinstance(words, Rulebook) else words


def rulebook_in(words: Words) -> Rulebook:
    """The rulebook itself, or one of a framework without rules. The bundled counts name nothing, so they fit any."""
    if isinstance(words, Rulebook):
        return words
    return ShortlyTold(framework=words, counts=_bundled().counts, rules=(), places={})


@lru_cache(maxsize=1)
def _bundled() -> Rulebook:
    return load_rulebook()


class ShortlyTold(Rulebook):
    """A rulebook of which a failing test shows counts and rules only; hypothesis refuses to show a whole framework."""

    def __repr__(self) -> str:
        return super(Rulebook, self).__repr__()

    def __repr_args__(self) -> Any:
        return [("counts", self.counts), ("rules", self.rules)]


# -- facts ----------------------------------------------------------------------------------------


def facts(stage: Stage, words: Words, questions: Collection[str] = ()) -> st.SearchStrategy[Any]:
    """Facts of a stage: any level, any share from 0 to 1, counts of 0 to 3 and a few up to a million.

    Args:
        words: with a rulebook, half of the facts stand on a bound of one of its rules or just beside it.
        questions: name only these core questions and their characteristics; all, if none is given.
    """
    rulebook = rulebook_in(words)
    fields = rulebook.fields[stage].values()
    anything = st.fixed_dictionaries({field.name: values(field, words, questions) for field in fields})
    near: list[Fact] = [each.fact for rule in rulebook.of_stage[stage] for each in on_the_bound(rule, rulebook)]
    return anything | st.sampled_from(near) if near else anything


def values(field: Field, words: Words, questions: Collection[str] = ()) -> st.SearchStrategy[Any]:
    """Values of one field of a fact, or of what is counted."""
    if issubclass(field.kind, Enum):
        return st.sampled_from(list(field.kind))
    if field.kind is str:
        names = _names(field.name, framework_of(words), questions)
        return st.sampled_from(names[:FEW]) | st.sampled_from(names)
    return {float: SHARES, int: COUNTS, bool: st.booleans()}[field.kind]


def levels(scale: type[Scale]) -> st.SearchStrategy[Any]:
    """Levels of a scale."""
    return st.sampled_from(list(scale))


def _names(field: str, framework: Framework, questions: Collection[str]) -> Sequence[str]:
    asked = [q for q in framework.core_questions if q.id in questions or not questions]
    if field == "strand":
        return list(framework.strands)
    return [q.id for q in asked] if field == "core_question" else [c.id for q in asked for c in q.characteristics]


# -- rules ----------------------------------------------------------------------------------------


@st.composite
def rules(
    draw: st.DrawFn, stage: Stage, words: Words, name: str = "random.rule", questions: Collection[str] = ()
) -> Rule:
    """A rule of a stage: one to three alternatives, each of one or two comparisons of one to three fields.

    It is sound in shape only: it may be the wrong way round, and has no examples.
    """
    return Rule(
        stage=stage,
        id=name,
        title="A rule made for a test",
        alternatives=tuple(draw(st.lists(alternatives(stage, words, questions), min_size=1, max_size=3))),
        conclusion=draw(st.sampled_from(conclusions_of(stage))),
        source=Clause(document=next(iter(framework_of(words).sources)), clause="tests"),
        basis="Made for a test; nothing rests on it.",
    )


@st.composite
def alternatives(draw: st.DrawFn, stage: Stage, words: Words, questions: Collection[str] = ()) -> Conditions:
    """An alternative of a rule."""
    fields = list(rulebook_in(words).fields[stage].values())
    chosen = draw(st.lists(st.sampled_from(fields), min_size=1, max_size=3, unique=True))
    in_order = sorted(chosen, key=fields.index)
    return tuple(condition for field in in_order for condition in draw(comparisons(field, words, questions)))


@st.composite
def comparisons(draw: st.DrawFn, field: Field, words: Words, questions: Collection[str] = ()) -> Conditions:
    """One or two comparisons of a field."""
    taking = [comparator for comparator in Comparator if comparator.takes(field.kind)]
    bounds = st.lists(values(field, words, questions), min_size=1, max_size=3)
    return tuple(
        Condition(field.name, comparator, tuple(drawn) if comparator.has_several else drawn[0])
        for comparator in draw(st.lists(st.sampled_from(taking), min_size=1, max_size=2, unique=True))
        if (drawn := draw(bounds))
    )


# -- counts and rulebooks -------------------------------------------------------------------------


def counts(
    stage: Stage, words: Words, name: str = "random_count", questions: Collection[str] = ()
) -> st.SearchStrategy[Count]:
    """A count of a stage as a rulebook can declare it: whatever becomes better moves it one way only.

    Args:
        words: with a rulebook, those of a core question may read what it counts of a characteristic.
    """
    rulebook = rulebook_in(words)
    read = read_of_members(stage, rulebook.fields[Stage.CHARACTERISTIC])
    credit = rulebook.framework.exact_credit
    return _counts(stage, read, name, framework_of(words), questions).filter(
        lambda count: can_be_declared(count, read, credit)
    )


@st.composite
def _counts(
    draw: st.DrawFn, stage: Stage, read: Fields, name: str, framework: Framework, questions: Collection[str]
) -> Count:
    names = {n: _names(n, framework, questions)[:FEW] for n, field in read.items() if field.kind is str}
    of_questions = stage is Stage.CORE_QUESTION
    kind = draw(st.sampled_from([kind for kind in Kind if of_questions or kind is not Kind.SHARE]))
    scales = [f.name for f in read.values() if issubclass(f.kind, Scale) and f.harm is not Harm.NEITHER]
    members = {
        Kind.COUNT: ["characteristics"] if of_questions else ["findings", "strands"],
        Kind.SHARE: ["characteristics", CREDIT],
        Kind.WORST: scales,
    }
    counted = draw(st.sampled_from(members[kind]))
    worst_of = read[counted] if kind is Kind.WORST else None
    of: Conditions = ()
    if kind is Kind.SHARE:
        of = draw(_asking({n: read[n] for n in ("assessed", "characteristic", "role")}, names, worse=False))
    # what else is asked of that whose worst level is taken easily moves it both ways
    asked = {n: f for n, f in read.items() if not worst_of or n == "primary" or f.harm is Harm.NEITHER}
    return Count(
        stage=stage,
        id=name,
        title="something that is counted",
        kind=kind,
        what=counted,
        best=telling(worst_of, ())[0] if worst_of else None,
        where=()
        if counted == CREDIT
        else draw(_asking(asked, names, worse=draw(st.sampled_from([True, False, None])))),
        of=of,
        of_none=draw(st.sampled_from([0.0, 0.5, 1.0])) if of else 0.0,
    )


@st.composite
def _asking(draw: st.DrawFn, read: Fields, names: Mapping[str, Sequence[str]], *, worse: bool | None) -> Conditions:
    """A condition of each of no to three fields, which hold on for whatever is worse or for whatever is better, if it
    matters: of others, few make a count that better evidence moves one way only.
    """
    chosen = draw(st.lists(st.sampled_from(list(read)), max_size=3, unique=True))
    asked = {name: _leaning(read[name], names.get(name, ()), worse=worse) for name in read if name in chosen}
    return tuple(draw(st.sampled_from(conditions)) for conditions in asked.values())


def _leaning(field: Field, names: Sequence[str], *, worse: bool | None) -> list[Condition]:
    """The conditions on a field with a bound of few that hold on for whatever is worse, or for whatever is better."""
    bounds: Sequence[Any] = names or ((1, 2) if field.kind is int else telling(field, ()))
    every = [
        Condition(field.name, c, b) for c in Comparator if c.takes(field.kind) and not c.has_several for b in bounds
    ]
    lists = [Condition(field.name, Comparator.ONE_OF, tuple(names[:2]))] if names else []
    held = {c: [c.comparator.holds(v, c.bound) for v in telling(field, [c])] for c in every}
    leaning = [
        c for c in every if worse is None or field.harm is Harm.NEITHER or held[c] == sorted(held[c], reverse=not worse)
    ]
    return [*(c for c in leaning if any(held[c])), *lists]


@st.composite
def rulebooks(
    draw: st.DrawFn,
    words: Words,
    *stages: Stage,
    max_rules: int = 6,
    max_counts: int = 0,
    questions: Collection[str] = (),
) -> Rulebook:
    """A rulebook for the framework, of one to *max_rules* random rules for each of the stages, or of all stages.

    Args:
        max_counts: of each stage that is counted, so many random counts at the most instead of those that there are.
    """
    book = ShortlyTold(framework=framework_of(words), counts=rulebook_in(words).counts, rules=(), places={})
    if max_counts:
        book = book.model_copy(update={"counts": ()})
        for stage in SUBJECT:
            for number in range(draw(st.integers(1, max_counts))):
                drawn = draw(counts(stage, book, f"{stage.value}_{number}", questions))
                book = book.model_copy(update={"counts": (*book.counts, drawn)})
    return book.model_copy(
        update={
            "rules": tuple(
                draw(rules(stage, book, f"{stage.value.replace('_', '-')}.{number:03}", questions))
                for stage in stages or Stage
                for number in range(draw(st.integers(1, max_rules)))
            )
        }
    )


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
        coded |= {name: draw(st.booleans()) for name in ("exceptional", "progress", "innovative")}
    return Finding.model_validate(coded)


def evidences(words: Words, questions: Collection[str] = (), max_findings: int = 16) -> st.SearchStrategy[Evidence]:
    """Evidence of no to *max_findings* findings, about one to three core questions. A test that fails shows it whole.

    Args:
        questions: those it may be about; all, if none is given.
    """
    return drawn_evidences(words, questions, max_findings).map(_noted)


def _noted(evidence: Evidence) -> Evidence:
    note(as_document(evidence))
    return evidence


def as_document(evidence: Evidence) -> str:
    """The evidence as it would stand in a file."""
    content = evidence.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))


@st.composite
def drawn_evidences(draw: st.DrawFn, words: Words, questions: Collection[str] = (), max_findings: int = 16) -> Evidence:
    """As `evidences`, of which a test that fails shows no more than a line."""
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


TEXTS = st.one_of(
    st.sampled_from(
        ["=1+1", "+44", "-x", "@a", "'quoted'", "12/5", "007", "1e5", "TRUE", "a; b", "a: b", "_x0041_", "é"]
    ),
    st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff\ufffe\uffff") | st.just("\n")),
).filter(lambda text: bool(text.strip()))
"""Text that a document can hold, with what spreadsheets and readers easily take for something else."""


@st.composite
def reworded(draw: st.DrawFn, evidence: Evidence) -> Evidence:
    """The same evidence with other texts wherever people write what they like."""
    keys = [key.strip() for key in draw(st.lists(TEXTS, min_size=1, max_size=3, unique_by=str.strip))]
    work = st.fixed_dictionaries({"title": TEXTS, "publisher": TEXTS}, optional={"published": TEXTS, "url": TEXTS})
    value = evidence.model_dump(mode="json", exclude_none=True)
    value |= {"force": draw(TEXTS), "sources": {key: draw(work) for key in keys}}
    if draw(st.booleans()):
        value["inspection"] = draw(TEXTS)
    for finding in value["findings"]:
        finding |= {"finding": draw(TEXTS), "source": {"document": draw(st.sampled_from(keys)), "section": draw(TEXTS)}}
        for into, name in ((finding["source"], "paragraph"), (finding, "note")):
            if draw(st.booleans()):
                into[name] = draw(TEXTS)
        if "recommendation" in finding:
            finding["recommendation"] = draw(TEXTS)
    return Evidence.model_validate(value)
