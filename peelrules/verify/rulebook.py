"""What can be proved about rules from their text alone."""

from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from peelrules.documents.rulebook import load_with_places
from peelrules.documents.yaml import Loc
from peelrules.model.facts import Fact, Harm, Stage, fields_of
from peelrules.model.problems import DocumentError
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Condition, Rule, conclusions_of, in_words
from peelrules.verify.checks import Remark
from peelrules.verify.values import Grid, fact, satisfying, telling

LEAST_BASIS = 40
"""Characters below which a basis is thin."""
MOST_SHOWN = 16
"""Alternatives of a rule for which two facts are still looked up that show it to look in the wrong direction."""

# Innovative practice bounds no outcome: it is shown beside the grades and lowers none of them. So the rule that
# raises it may, and must, look for what is better.
_PRAISE = frozenset({"innovative_practice"})

Conditions = tuple[Condition, ...]


class Objection(NamedTuple):
    """What a check has against a part of a rule, or against a stage as a whole."""

    code: str
    stage: Stage
    rule: str | None
    loc: Loc
    message: str


def check_rulebook(folder: Path) -> list[Remark]:
    """Check the rulebook in a folder; if it cannot be loaded, its problems are all there is to say."""
    try:
        rulebook, places = load_with_places(folder)
    except DocumentError as error:
        return [Remark.at("PR001", problem) for problem in error.problems]
    return [Remark.at(o.code, places.problem(o.stage, o.rule, o.loc, o.message)) for o in objections(rulebook)]


def objections(rulebook: Rulebook) -> Iterator[Objection]:
    """Everything that the checks have against a rulebook."""
    for rule in rulebook.rules:
        yield from towards_better(rule)
        yield from never_applying(rule)
        yield from untouched_bounds(rule)
        yield from thin_basis(rule)
    for stage in Stage:
        idle = list(never_mattering(rulebook.of_stage[stage]))
        yield from idle
        said = {objection.rule for objection in idle}
        mattering = [rule for rule in rulebook.of_stage[stage] if rule.id not in said and can_apply(rule)]
        yield from unreachable(stage, mattering)


# -- PR101: better evidence can never lower an outcome ----------------------------------------------


def is_monotone(rule: Rule) -> bool:
    """Whether better evidence can never make the rule apply, by the proof of PR101."""
    return next(towards_better(rule), None) is None


def towards_better(rule: Rule) -> Iterator[Objection]:
    """The comparisons of a rule that hold for a value and not for every worse one."""
    if rule.conclusion.outcome in _PRAISE:
        return
    for number, conditions in enumerate(rule.alternatives):
        for condition in conditions:
            if not looks_towards_harm(rule.stage, condition):
                message = (
                    f"{condition} looks in the direction in which it gets better: {_shown(rule, number, condition)}"
                )
                yield _about(rule, "PR101", _loc(number, condition), message)


def looks_towards_harm(stage: Stage, condition: Condition) -> bool:
    """Whether a condition that holds for a value holds for every worse one."""
    field = fields_of(stage)[condition.field]
    if field.harm is Harm.NEITHER:  # a name, of which none is worse than another
        return True
    held = [condition.comparator.holds(value, condition.bound) for value in telling(field, [condition])]
    return held == sorted(held)


def _shown(rule: Rule, number: int, condition: Condition) -> str:
    if len(rule.alternatives) > MOST_SHOWN:
        return "nothing in it proves that it applies to everything worse"
    pair = two_facts(rule, number, condition)
    if pair is None:
        return "no two facts show it, for other alternatives or bounds make up for it, but nothing in it proves it"
    better, worse = (_told(each, {c.field: c for c in rule.alternatives[number]}) for each in pair)
    return f"the rule applies to {better}, but not to the worse {worse}"


def two_facts(rule: Rule, number: int, condition: Condition) -> tuple[Fact, Fact] | None:
    """A fact to which the rule applies, and one that is worse in the condition's field to which it does not."""
    fields = fields_of(rule.stage)
    conditions = rule.alternatives[number]
    held = {c.field: satisfying(fields[c.field], conditions) for c in conditions}
    if not all(held.values()):
        return None
    others = {name: values[0] for name, values in held.items()}
    every = [c for alternative in rule.alternatives for c in alternative]
    facts = [fact(rule.stage, **others | {condition.field: value}) for value in telling(fields[condition.field], every)]
    return next(((b, w) for b, w in pairwise(facts) if rule.applies(b) and not rule.applies(w)), None)


def _told(of_fact: Fact, fields: Iterable[str]) -> str:
    return ", ".join(f"{name} {in_words(getattr(of_fact, name))}" for name in fields)


# -- PR102, PR103: rules that do nothing ------------------------------------------------------------


def can_hold(stage: Stage, conditions: Conditions) -> bool:
    """Whether any fact satisfies all conditions. Fields are independent of each other, so each must have a value."""
    fields = fields_of(stage)
    return all(satisfying(fields[name], conditions) for name in {c.field for c in conditions})


def can_apply(rule: Rule) -> bool:
    return any(can_hold(rule.stage, conditions) for conditions in rule.alternatives)


def never_applying(rule: Rule) -> Iterator[Objection]:
    """The alternatives of a rule that no fact satisfies. (A rule of a document has an example to which it applies,
    so not all of its alternatives can be like that.)
    """
    dead = [number for number, conditions in enumerate(rule.alternatives) if not can_hold(rule.stage, conditions)]
    for number in dead:
        what = "the rule can never apply" if len(dead) == len(rule.when) == 1 else "this alternative can never hold"
        tests = " and ".join(str(c) for c in _excluding(rule.stage, rule.alternatives[number]))
        yield _about(rule, "PR102", ("when", number), f"{what}: nothing has {tests}")


def _excluding(stage: Stage, conditions: Conditions) -> Conditions:
    fields = fields_of(stage)
    return tuple(c for c in conditions if not satisfying(fields[c.field], conditions))


def never_mattering(rules: Iterable[Rule]) -> Iterator[Objection]:
    """Rules of a stage that conclude nothing, or nothing that another rule does not conclude as well."""
    left = {rule.id: rule for rule in rules if can_apply(rule)}
    reach = _Reach(left.values())
    for rule in reversed(list(left.values())):  # of two that are alike the first stays
        if rule.conclusion.says_nothing:
            conclusion = rule.conclusion
            message = f"the rule concludes nothing: {conclusion.outcome} is {conclusion.level} without any rule"
        elif other := next((o for o in left.values() if o is not rule and reach.is_within(rule, o)), None):
            message = f"the rule `{rule.id}` never matters: whenever it applies `{other.id}` does, and "
            message += f"concludes {'the same' if other.conclusion == rule.conclusion else other.conclusion}"
        else:
            continue
        del left[rule.id]
        yield _about(rule, "PR103", ("then",) if rule.conclusion.says_nothing else ("when",), message)


def always_comes_with(rule: Rule, other: Rule) -> bool:
    """Whether the other rule applies wherever this one does, and concludes at least as much."""
    return _Reach([rule, other]).is_within(rule, other)


class _Reach:
    """What rules of a stage apply to, told in the values of one grid, so that any two are soon held together."""

    def __init__(self, rules: Collection[Rule]) -> None:
        self._grid = Grid((rule.stage, c) for rule in rules for alternative in rule.alternatives for c in alternative)
        self._alternatives = {rule.id: self._solved(rule) for rule in rules}

    def is_within(self, rule: Rule, other: Rule) -> bool:
        """Whether the other rule applies wherever this one does, and concludes at least as much."""
        return _concludes_as_much(other, rule) and all(
            any(self._grid.is_within(narrow, wide) for wide in self._alternatives[other.id])
            for narrow in self._alternatives[rule.id]
        )

    def _solved(self, rule: Rule) -> list[dict[str, int]]:
        """The alternatives that can hold, as the values that satisfy them."""
        solved = map(self._grid.satisfying, rule.alternatives)
        return [alternative for alternative in solved if all(alternative.values())]


def _concludes_as_much(rule: Rule, other: Rule) -> bool:
    mine, theirs = rule.conclusion, other.conclusion
    if (rule.stage, mine.outcome, mine.bound) != (other.stage, theirs.outcome, theirs.bound):
        return False
    if mine.level is None or theirs.level is None:
        return True
    return mine.level >= theirs.level if mine.bound == "at_least" else mine.level <= theirs.level


# -- PR104: outcomes that no evidence leads to ------------------------------------------------------


def unreachable(stage: Stage, rules: Iterable[Rule]) -> Iterator[Objection]:
    """Levels and flags that none of the rules concludes."""
    concluded = {rule.conclusion for rule in rules}
    missing: dict[str, list[str]] = {}
    for conclusion in conclusions_of(stage):
        if conclusion not in concluded and not conclusion.says_nothing:
            missing.setdefault(conclusion.outcome, []).append(str(conclusion.level or ""))
    for outcome, levels in missing.items():
        message = f"no rule leads to {outcome} {', '.join(levels)}"
        if levels == [""]:
            message = f"no rule raises {outcome.replace('_', ' ')}"
        yield Objection("PR104", stage, None, (), message)


# -- PR105, PR106: what an author should have said --------------------------------------------------


def untouched_bounds(rule: Rule) -> Iterator[Objection]:
    """The bounds on counts and shares on which no example stands."""
    for number, conditions in enumerate(rule.alternatives):
        for condition in conditions:
            kind = fields_of(rule.stage)[condition.field].kind
            shown: list[Any] = [getattr(example.given, condition.field) for example in rule.examples]
            if kind in (int, float) and condition.bound not in shown:
                message = f"no example has {condition.field} exactly {in_words(condition.bound)}"
                yield _about(rule, "PR105", _loc(number, condition), message)


def thin_basis(rule: Rule) -> Iterator[Objection]:
    if len(rule.basis) < LEAST_BASIS:
        message = f"the basis has {len(rule.basis)} characters, which is less than {LEAST_BASIS}"
        yield _about(rule, "PR106", ("basis",), message)


def _about(rule: Rule, code: str, loc: Loc, message: str) -> Objection:
    return Objection(code, rule.stage, rule.id, loc, message)


def _loc(number: int, condition: Condition) -> Loc:
    return ("when", number, condition.field, condition.comparator.value)
