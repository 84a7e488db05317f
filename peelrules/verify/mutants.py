"""Rules and counts changed a little, one change at a time, to see whether an example or a case notices."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from peelrules.engine.matching import plain
from peelrules.model.base import Frozen
from peelrules.model.cases import Case
from peelrules.model.conditions import Condition, Conditions, telling
from peelrules.model.counts import Count, read_of_members
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.verify.cases import try_cases
from peelrules.verify.counts import can_be_declared
from peelrules.verify.values import beside

SHARE_STEP = 0.01

_OTHER = {"findings": "strands", "strands": "findings"}
"""What can be counted instead."""


class Mutation(NamedTuple):
    """A rule or a count after one change."""

    change: str
    part: Rule | Count


class Mutant(Frozen):
    """A change to a rule or a count, and what noticed it."""

    part: Literal["rule", "count"]
    id: str
    """Of the rule or the count."""
    place: str
    change: str
    noticed_by: Literal["example", "case"] | None


def try_mutants(rulebook: Rulebook, cases: Sequence[Case]) -> list[Mutant]:
    """Every mutant of every rule and count. Cases are run only where no example of the rule notices."""
    graded = [case for case in cases if case.evidence is not None]
    verdicts = _verdicts(rulebook, graded)

    def noticed(part: Rule | Count) -> Literal["example", "case"] | None:
        if isinstance(part, Rule) and any(part.applies(e.given) is not e.applies for e in part.examples):
            return "example"
        return "case" if _verdicts(_with(rulebook, part), graded) != verdicts else None

    parts: list[Rule | Count] = [*rulebook.rules, *rulebook.counts]
    return [
        Mutant(
            part="rule" if isinstance(part, Rule) else "count",
            id=part.id,
            place=part.place if isinstance(part, Count) else rulebook.places.get(part.id, ""),
            change=mutation.change,
            noticed_by=noticed(mutation.part),
        )
        for part in parts
        for mutation in mutations(part, rulebook)
    ]


def mutations(part: Rule | Count, rulebook: Rulebook) -> Iterator[Mutation]:
    """A rule or a count with one thing changed, in every way in which it still is one."""
    if isinstance(part, Rule):
        return _of_rule(part)
    read, credit = read_of_members(part.stage, rulebook.fields[Stage.CHARACTERISTIC]), rulebook.framework.exact_credit
    return (
        Mutation(change, count) for change, count in _of_count(part, rulebook) if can_be_declared(count, read, credit)
    )


def _of_rule(rule: Rule) -> Iterator[Mutation]:
    for number, conditions in enumerate(rule.alternatives):
        for change, changed in _changed(conditions):
            if changed:  # without any condition it would always hold
                before, after = rule.alternatives[:number], rule.alternatives[number + 1 :]
                yield Mutation(change, rule.model_copy(update={"alternatives": (*before, changed, *after)}))


def _tells_one_from_more(count: Count, rulebook: Rulebook) -> bool:
    """Whether it matters to anything that reads a count if there are several; of findings as of strands one is one."""
    rules = [c for rule in rulebook.of_stage[count.stage] for conditions in rule.alternatives for c in conditions]
    asked = [c for each in rulebook.counts_of[Stage.CORE_QUESTION] for c in (*each.where, *each.of)]
    reading = [c for c in (*rules, *asked) if c.field == count.id]
    several = [each for each in telling(rulebook.fields[count.stage][count.id], reading) if each > 1]
    return any(
        c.comparator.holds(1, c.bound) is not c.comparator.holds(each, c.bound) for c in reading for each in several
    )


def _of_count(count: Count, rulebook: Rulebook) -> Iterator[tuple[str, Count]]:
    for asked in ("where", "of"):
        for change, changed in _changed(getattr(count, asked), leaving_out=True):
            yield f"{asked} {change}", count.model_copy(update={asked: changed})
    if any(c.field != "assessed" for c in count.of):  # of a question that is judged there are always some assessed
        for share in {0.0, 1.0} - {count.of_none}:
            yield f"of_none {count.of_none:g} -> {share:g}", count.model_copy(update={"of_none": share})
    if count.what in _OTHER and _tells_one_from_more(count, rulebook):
        yield f"{count.what} -> {_OTHER[count.what]}", count.model_copy(update={"what": _OTHER[count.what]})


def _changed(conditions: Conditions, *, leaving_out: bool = False) -> Iterator[tuple[str, Conditions]]:
    """The conditions with one of them changed. One that has no neighbours, or any if that is wanted, is left out."""
    for at, condition in enumerate(conditions):
        others = list(_next_to(condition))
        for other in others:
            yield f"{condition} -> {other.test}", (*conditions[:at], other, *conditions[at + 1 :])
        if leaving_out or not others:
            yield f"{condition} -> nothing", conditions[:at] + conditions[at + 1 :]


def _next_to(condition: Condition) -> Iterator[Condition]:
    for bound in (beside(condition.bound, by, SHARE_STEP) for by in (-1, 1)):
        if bound is not None:
            yield condition._replace(bound=bound)
    if twin := condition.comparator.twin:
        yield condition._replace(comparator=twin)


def _with(rulebook: Rulebook, changed: Rule | Count) -> Rulebook:
    parts = "rules" if isinstance(changed, Rule) else "counts"
    kept = [
        changed if (part.stage, part.id) == (changed.stage, changed.id) else part for part in getattr(rulebook, parts)
    ]
    return rulebook.model_copy(update={parts: tuple(kept)})


def _verdicts(rulebook: Rulebook, cases: Sequence[Case]) -> list[object]:
    return [tried.verdict for tried in try_cases(cases, rulebook, plain)]
