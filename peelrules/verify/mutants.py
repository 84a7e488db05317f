"""Rules changed a little, one change at a time, to see whether an example or a case notices."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from peelrules.engine.matching import plain
from peelrules.model.base import Frozen
from peelrules.model.cases import Case
from peelrules.model.facts import fields_of
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES, Comparator, Condition, Rule
from peelrules.model.scales import Scale
from peelrules.verify.cases import try_cases

SHARE_STEP = 0.01

_OTHER_SIDE = {
    Comparator.AT_LEAST: Comparator.ABOVE,
    Comparator.ABOVE: Comparator.AT_LEAST,
    Comparator.AT_MOST: Comparator.BELOW,
    Comparator.BELOW: Comparator.AT_MOST,
}


class Mutation(NamedTuple):
    """A rule after one change."""

    change: str
    rule: Rule


class Mutant(Frozen):
    """A change to a rule, and what noticed it."""

    rule: str
    place: str
    change: str
    noticed_by: Literal["example", "case"] | None


def try_mutants(rulebook: Rulebook, cases: Sequence[Case]) -> list[Mutant]:
    """Every mutant of every rule. Cases are run only where no example of the rule notices."""
    graded = [case for case in cases if case.evidence is not None]
    verdicts = _verdicts(rulebook, graded)

    def noticed(mutation: Mutation) -> Literal["example", "case"] | None:
        if any(mutation.rule.applies(e.given) is not e.applies for e in mutation.rule.examples):  # type: ignore[arg-type]
            return "example"
        return "case" if _verdicts(_with(rulebook, mutation.rule), graded) != verdicts else None

    return [
        Mutant(
            rule=rule.id, place=rulebook.places.get(rule.id, ""), change=mutation.change, noticed_by=noticed(mutation)
        )
        for rule in rulebook.rules
        for mutation in mutations(rule)
    ]


def mutations(rule: Rule) -> Iterator[Mutation]:
    """The rule with one comparison changed, in every way in which it still is a rule."""
    for number, conditions in enumerate(rule.alternatives):
        for condition in conditions:
            for changed in _changed(rule, condition):
                if (mutated := _mutated(rule, number, condition, changed)) is not None:
                    yield Mutation(f"{condition} -> {changed.test if changed else 'nothing'}", mutated)


def _changed(rule: Rule, condition: Condition) -> Iterator[Condition | None]:
    """What may stand in the place of a comparison; None: nothing."""
    kind = fields_of(rule.stage)[condition.field].kind
    if condition.comparator is Comparator.ONE_OF or kind is str:
        yield None  # names have no neighbours
        return
    for bound in _neighbours(condition.bound):
        yield condition._replace(bound=bound)
    if other := _OTHER_SIDE.get(condition.comparator):
        yield condition._replace(comparator=other)


def _neighbours(bound: Any) -> Iterator[Any]:
    if isinstance(bound, Scale):
        yield from (level for level in type(bound) if abs(level.rank - bound.rank) == 1)
    elif isinstance(bound, bool):
        yield not bound
    elif isinstance(bound, int):
        yield from (bound - 1, bound + 1)
    else:
        yield from (round(bound + step, 9) for step in (-SHARE_STEP, SHARE_STEP))  # 0.4 + 0.01 is not 0.41 in binary


def _mutated(rule: Rule, number: int, condition: Condition, changed: Condition | None) -> Rule | None:
    """The rule with a comparison changed; None if that is refused, as a bound off its scale is."""
    content = rule.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    tests = content["when"][number]
    test = tests[condition.field]
    del test[condition.comparator.value]
    if changed is None:
        if not test:
            del tests[condition.field]
    elif changed.comparator.value in test:
        return None  # that place is taken
    else:
        test[changed.comparator.value] = changed.bound
    try:
        return RULES[rule.stage].model_validate(content)
    except ValidationError:
        return None


def _with(rulebook: Rulebook, mutated: Rule) -> Rulebook:
    rules = tuple(mutated if rule.id == mutated.id else rule for rule in rulebook.rules)
    return Rulebook(framework=rulebook.framework, rules=rules, places=rulebook.places)


def _verdicts(rulebook: Rulebook, cases: Sequence[Case]) -> list[object]:
    return [tried.verdict for tried in try_cases(cases, rulebook, plain)]
