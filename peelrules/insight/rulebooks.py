"""A rulebook for people to read, and what is different between two: as data, with bounds in words."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from peelrules.engine.grading import grade
from peelrules.engine.matching import plain
from peelrules.engine.stages import run
from peelrules.insight.differences import Differences, differences
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.conditions import Condition
from peelrules.model.counts import Count
from peelrules.model.evidence import Evidence
from peelrules.model.facts import Fields, Harm, Stage, in_words
from peelrules.model.framework import Clause, Framework, Role
from peelrules.model.rulebook import Identity, Rulebook, content_of
from peelrules.model.rules import Example, Rule
from peelrules.model.scales import Direction, Status


class Whose(Enum):
    """Whose words a rule rests on, by the publisher of its source."""

    THEIRS = "the inspectorate's"
    OURS = "ours"
    """Of any other publisher: the authors' reading, whatever it was read from."""


class Shown(Frozen):
    """An example of a rule."""

    given: str
    applies: bool


class RulePage(Frozen):
    """One rule, for people."""

    rule: str
    stage: Stage
    title: str
    when: tuple[str, ...]
    """Alternatives in words, one of which must hold."""
    concludes: str
    source: str
    publisher: str
    whose: Whose
    basis: str
    place: str
    """Where the rule stands, as `file:line`."""
    names: tuple[str, ...]
    """The characteristics and core questions that it names; with none, it looks at every one alike."""
    examples: tuple[Shown, ...]
    looked_at: int | None = None
    """Facts of its stage in the evidence; None: without evidence."""
    applied: int | None = None


class CountPage(Frozen):
    """Something that is counted, for people."""

    count: str
    stage: Stage
    title: str
    how: str
    """How it is counted, in words."""
    worse: str
    """Which way it grows worse."""
    read_by: tuple[str, ...]
    """Ids of the rules and counts that read it."""
    place: str
    """Where the count stands, as `file:line`."""
    values: Mapping[str, str] = {}
    """What it comes to for each characteristic or core question of the evidence; empty without evidence."""


class CharacteristicRow(Frozen):
    """One characteristic: which rules name it, and what the evidence says of it."""

    characteristic: str
    core_question: str
    title: str
    role: Role
    named_by: tuple[str, ...]
    """Ids of the rules that name it or its core question."""
    strengths: tuple[str, ...] = ()
    shortfalls: tuple[str, ...] = ()
    neither: tuple[str, ...] = ()
    """Ids of the findings about it that speak neither way."""
    inferred: bool = False
    """It could not be read where the framework was published."""
    place: str = ""
    """Where it stands, as `file:line`."""
    status: Status | None = None
    """None: not assessed."""

    @property
    def has_evidence(self) -> bool:
        return bool(self.strengths or self.shortfalls or self.neither)


class RulebookPage(Frozen):
    """A rulebook, for people: every rule, and every characteristic of its framework."""

    rulebook: Identity
    title: str
    inspectorate: str
    """The publisher whose sources are told as its own."""
    extends: tuple[str, ...] = ()
    """The frameworks whose rulebooks it extends, the nearest first."""
    counts: tuple[CountPage, ...]
    rules: tuple[RulePage, ...]
    questions: Mapping[str, str]
    """Short names of the core questions by id."""
    characteristics: tuple[CharacteristicRow, ...]
    evidence: str | None
    """Whose evidence the characteristics are held against."""


class Part(Frozen):
    """What of a rule, a characteristic or a framework is not the same."""

    part: str
    before: str
    after: str


class Changed(Frozen):
    """A rule or characteristic that both rulebooks have, and that says something else in the second."""

    id: str
    title: str
    parts: tuple[Part, ...]


class RulebookDifferences(Frozen):
    """What the second of two rulebooks says differently, and what becomes of evidence under it."""

    before: Identity
    after: Identity
    framework: tuple[Part, ...]
    """Of the framework, its characteristics aside."""
    counts_added: tuple[CountPage, ...]
    counts_removed: tuple[CountPage, ...]
    counts_changed: tuple[Changed, ...]
    rules_added: tuple[RulePage, ...]
    rules_removed: tuple[RulePage, ...]
    rules_changed: tuple[Changed, ...]
    characteristics_added: tuple[CharacteristicRow, ...]
    characteristics_removed: tuple[CharacteristicRow, ...]
    characteristics_changed: tuple[Changed, ...]
    evidence: tuple[Differences, ...]

    @property
    def changes_judgments(self) -> bool:
        """Whether a grade, or the ceiling of a question without one, is not the same."""
        return any(found.grades or found.ceilings for found in self.evidence)


def describe_rulebook(rulebook: Rulebook, assessment: Assessment | None = None) -> RulebookPage:
    """The page of a rulebook, with what an assessment by it found of each characteristic."""
    return RulebookPage(
        rulebook=rulebook.identity,
        title=rulebook.framework.title,
        extends=rulebook.extends,
        inspectorate=rulebook.framework.wording.inspectorate,
        counts=tuple(describe_count(rulebook, count, assessment) for count in rulebook.counts),
        rules=tuple(describe_rule(rulebook, rule.id, assessment) for rule in rulebook.rules),
        questions={question.id: question.name for question in rulebook.framework.core_questions},
        characteristics=tuple(row_of(c, rulebook, assessment) for c in rulebook.framework.characteristics),
        evidence=None if assessment is None else assessment.name,
    )


def describe_rule(rulebook: Rulebook, rule_id: str, assessment: Assessment | None = None) -> RulePage:
    """The page of one rule.

    Raises:
        KeyError: the rulebook has no such rule.
    """
    rule = rulebook.rule[rule_id]
    work = rulebook.framework.sources[rule.source.document]
    use = None if assessment is None else assessment.rule[rule_id]
    return RulePage(
        rule=rule.id,
        stage=rule.stage,
        title=rule.title,
        when=_when(rule, rulebook.fields[rule.stage]),
        concludes=str(rule.conclusion),
        source=cited(rule.source, rulebook.framework),
        publisher=work.publisher,
        whose=Whose.THEIRS if work.publisher == rulebook.framework.wording.inspectorate else Whose.OURS,
        basis=rule.basis,
        place=rulebook.places.get(rule.id, ""),
        names=names_of(rule),
        examples=tuple(Shown(given=_given(e, rulebook.fields[rule.stage]), applies=e.applies) for e in rule.examples),
        looked_at=use and use.looked_at,
        applied=use and use.applied,
    )


_WORSE = {Harm.WHEN_HIGHER: "when higher", Harm.WHEN_LOWER: "when lower", Harm.NEITHER: "neither way"}


def describe_count(rulebook: Rulebook, count: Count, assessment: Assessment | None = None) -> CountPage:
    """The page of one count, with what it comes to in the evidence of an assessment."""
    values: dict[str, str] = {}
    if assessment is not None:
        profiles = run(assessment.evidence.findings, rulebook, plain).stages[count.stage].profiles
        values = {subject: in_words(profile.fact[count.id]) for subject, profile in profiles.items()}
    return CountPage(
        count=count.id,
        stage=count.stage,
        title=count.title,
        how=count.in_words,
        worse=_WORSE[rulebook.fields[count.stage][count.id].harm],
        read_by=_readers(count, rulebook),
        place=count.place,
        values=values,
    )


def counts_by_name(rulebook: Rulebook) -> Mapping[str, Count]:
    """The counts by stage and id, and by id alone; of two with the same id that is the one of characteristics."""
    named = {f"{count.stage.value}.{count.id}": count for count in rulebook.counts}
    for stage in (Stage.CHARACTERISTIC, Stage.CORE_QUESTION):
        for count in rulebook.counts_of[stage]:
            named.setdefault(count.id, count)
    return named


def _readers(count: Count, rulebook: Rulebook) -> tuple[str, ...]:
    rules = [
        rule.id
        for rule in rulebook.of_stage[count.stage]
        if any(c.field == count.id for conditions in rule.alternatives for c in conditions)
    ]
    further = rulebook.counts_of[Stage.CORE_QUESTION] if count.stage is Stage.CHARACTERISTIC else ()
    return (*rules, *(each.id for each in further if count.id in each.reads))


def diff(before: Rulebook, after: Rulebook, evidence: Iterable[Evidence] = ()) -> RulebookDifferences:
    """What the second rulebook says differently, and concludes differently from evidence that is sound under both."""
    first, second = before.framework.characteristics, after.framework.characteristics
    counted, recounted = ({(c.stage, c.id): c for c in book.counts} for book in (before, after))
    return RulebookDifferences(
        before=before.identity,
        after=after.identity,
        framework=_parts(_framework_parts(before.framework), _framework_parts(after.framework)),
        counts_added=tuple(describe_count(after, c) for key, c in recounted.items() if key not in counted),
        counts_removed=tuple(describe_count(before, c) for key, c in counted.items() if key not in recounted),
        counts_changed=tuple(
            Changed(id=c.id, title=c.title, parts=parts)
            for key, c in recounted.items()
            if key in counted and (parts := _parts(_count_parts(counted[key]), _count_parts(c)))
        ),
        rules_added=tuple(describe_rule(after, i) for i in after.rule if i not in before.rule),
        rules_removed=tuple(describe_rule(before, i) for i in before.rule if i not in after.rule),
        rules_changed=tuple(
            Changed(id=i, title=after.rule[i].title, parts=parts)
            for i in after.rule
            if i in before.rule and (parts := _parts(_rule_parts(i, before), _rule_parts(i, after)))
        ),
        characteristics_added=tuple(row_of(i, after) for i in second if i not in first),
        characteristics_removed=tuple(row_of(i, before) for i in first if i not in second),
        characteristics_changed=tuple(
            Changed(id=i, title=second[i].title, parts=parts)
            for i in second
            if i in first
            and (parts := _parts(_characteristic_parts(i, before.framework), _characteristic_parts(i, after.framework)))
        ),
        evidence=tuple(_judged_differently(each, before, after) for each in evidence),
    )


def _judged_differently(evidence: Evidence, before: Rulebook, after: Rulebook) -> Differences:
    first, second = grade(evidence, before), grade(evidence, after)
    return differences(
        first, second, f"{first.name}, by {before.identity.hash}", f"{second.name}, by {after.identity.hash}"
    )


def row_of(characteristic: str, rulebook: Rulebook, assessment: Assessment | None = None) -> CharacteristicRow:
    """One characteristic, with what an assessment found of it."""
    described = rulebook.framework.characteristics[characteristic]
    question = rulebook.framework.question_of[characteristic].id
    row = CharacteristicRow(
        characteristic=characteristic,
        core_question=question,
        title=described.title,
        role=described.role,
        named_by=tuple(rule.id for rule in rulebook.rules if {characteristic, question} & {*names_of(rule)}),
        inferred=described.inferred,
        place=rulebook.characteristic_places.get(characteristic, ""),
    )
    if assessment is None:
        return row
    assessed = assessment.characteristic[characteristic]
    neither = (
        f.id for f in assessment.findings if f.direction is Direction.NEITHER and characteristic in f.coded.bears_on
    )
    found = {"strengths": assessed.strengths, "shortfalls": assessed.shortfalls, "neither": tuple(neither)}
    return row.model_copy(update={**found, "status": assessed.status})


# -- in words -------------------------------------------------------------------------------------


def _when(rule: Rule, fields: Fields) -> tuple[str, ...]:
    return tuple(_all_of([_test(c, fields) for c in conditions]) for conditions in rule.alternatives)


def _all_of(tests: Sequence[str]) -> str:
    return (", and " if any(" or " in test for test in tests) else " and ").join(tests)


def _test(condition: Condition, fields: Fields) -> str:
    title = fields[condition.field].title
    if isinstance(condition.bound, bool):
        return title if condition.bound else f"not {title}"
    return f"{title} {condition.test}"


def _given(example: Example, fields: Fields) -> str:
    return ", ".join(f"{fields[name].title}: {in_words(value)}" for name, value in example.given.items())


def cited(clause: Clause, framework: Framework) -> str:
    """A place in a source of the framework, in words."""
    return f"{framework.sources[clause.document].title}: {clause.clause}"


def names_of(rule: Rule) -> tuple[str, ...]:
    """The characteristics and core questions that a rule names; with none, it looks at every one alike."""
    tests = (
        c for conditions in rule.alternatives for c in conditions if c.field in ("characteristic", "core_question")
    )
    return tuple(dict.fromkeys(name for c in tests for name in c.bounds))


# -- part by part ---------------------------------------------------------------------------------

_Parts = Mapping[str, tuple[Any, str]]
"""The parts of something by name, each as it is compared and as it is told."""


def _parts(before: _Parts, after: _Parts) -> tuple[Part, ...]:
    return tuple(_unlike(before, after))


def _unlike(before: _Parts, after: _Parts) -> Iterator[Part]:
    for part in {**before, **after}:
        (first, first_told), (second, second_told) = (each.get(part, (None, "not there")) for each in (before, after))
        if first != second:
            if first_told == second_told:  # a difference too small for the words, such as 0.75 and 0.7501
                first_told, second_told = json.dumps(first), json.dumps(second)
            yield Part(part=part, before=first_told, after=second_told)


def _rule_parts(rule_id: str, rulebook: Rulebook) -> _Parts:
    rule = rulebook.rule[rule_id]
    content, fields = content_of(rule), rulebook.fields[rule.stage]
    shown = (f"{_given(e, fields)} ({'applies' if e.applies else 'does not apply'})" for e in rule.examples)
    return {
        "stage": (rule.stage, in_words(rule.stage.value)),
        "title": (rule.title, rule.title),
        "when": (content["alternatives"], "; or ".join(_when(rule, fields))),
        "then": (rule.conclusion, str(rule.conclusion)),
        "source": (content["source"], cited(rule.source, rulebook.framework)),
        "basis": (rule.basis, rule.basis),
        "examples": (content.get("examples"), "; ".join(shown)),
    }


def _count_parts(count: Count) -> _Parts:
    return {"title": (count.title, count.title), "how it is counted": (content_of(count), count.in_words)}


def _characteristic_parts(characteristic: str, framework: Framework) -> _Parts:
    described = framework.characteristics[characteristic]
    question = framework.question_of[characteristic]
    topic = next(topic.title for topic in question.topics if described in topic.characteristics)
    told = {
        "core question": question.id,
        "topic": topic,
        "title": described.title,
        "text": described.text,
        "role": described.role.value,
        "source": cited(described.source, framework),
    }
    return {part: (words, words) for part, words in told.items()}


def _framework_parts(framework: Framework) -> _Parts:
    content = framework.model_dump(mode="json", exclude_none=True)
    questions = content.pop("core_questions")
    told: dict[str, Any] = {}
    for name, value in content.items():
        told |= {f"{name}: {key}": each for key, each in value.items()} if isinstance(value, dict) else {name: value}
    told["order of the core questions"] = [question["id"] for question in questions]
    for question in questions:
        told[f"core question {question['id']}"] = {k: v for k, v in question.items() if k != "topics"}
    return {name: (value, _listed(value)) for name, value in told.items()}


def _listed(value: Any) -> str:
    """Nested names and values on one line."""
    match value:
        case dict():
            return "; ".join(f"{name}: {_listed(each)}" for name, each in value.items())
        case list():
            return " | ".join(map(_listed, value))
    return str(value)
