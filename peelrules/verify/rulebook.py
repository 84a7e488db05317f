"""What can be proved about rules and counts from their text alone."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from peelrules.documents.crosswalk import step_to
from peelrules.documents.places import Loc
from peelrules.documents.rulebook import Places, folder_of, load_with_places
from peelrules.model.conditions import Condition, Conditions, fact_with, goes_on_for_worse, satisfying, telling
from peelrules.model.counts import Count
from peelrules.model.facts import Fact, Fields, Stage, in_words
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import PRAISE, Rule, conclusions_of
from peelrules.verify.checks import Inferred, Remark, Report
from peelrules.verify.counts import unread, worse_when_shown
from peelrules.verify.values import Grid

LEAST_BASIS = 40
"""Characters below which a basis is thin."""
MOST_SHOWN = 16
"""Alternatives of a rule for which two facts are still looked up that show it to look in the wrong direction."""


class Objection(NamedTuple):
    """What a check has against a part of a rule, against a count, or against a stage as a whole."""

    code: str
    stage: Stage
    about: Rule | Count | None
    loc: Loc
    message: str

    def at(self, places: Places) -> Problem:
        """The objection at its place in the documents."""
        if isinstance(self.about, Count):
            return places.problem_of_count(self.about, self.message)
        return places.problem(self.stage, self.about.id if self.about else None, self.loc, self.message)


def check_rulebook(folder: Path) -> Report:
    """Check a rulebook and its crosswalk; if one of them cannot be read, its problems are all there is to say."""
    looked_at = [str(folder)]
    try:
        rulebook, places = load_with_places(folder)
        step_to(folder_of(folder), rulebook.framework)
    except DocumentError as error:
        return Report.of(looked_at, (Remark.at("PR001", problem) for problem in error.problems))
    framework = rulebook.framework
    inferred = Inferred(
        framework=framework.id, characteristics=len(framework.inferred), of=len(framework.characteristics)
    )
    remarks = (Remark.at(objection.code, objection.at(places)) for objection in objections(rulebook))
    return Report.of(looked_at, remarks, [inferred] if inferred.characteristics else [])


def objections(rulebook: Rulebook) -> Iterator[Objection]:
    """Everything that the checks have against a rulebook."""
    for stage, rules in rulebook.of_stage.items():
        fields = rulebook.fields[stage]
        for rule in rules:
            yield from towards_better(rule, fields)
            yield from never_applying(rule, fields)
            yield from untouched_bounds(rule, fields)
            yield from thin_basis(rule)
        idle = list(never_mattering(rules, fields))
        yield from idle
        mattering = [rule for rule in rules if can_apply(rule, fields) and all(o.about is not rule for o in idle)]
        yield from unreachable(stage, mattering)
    for count in unread(rulebook):
        yield _about(count, "PR107", (), f"no rule reads `{count.id}`, directly or through another count")
    for count, message in worse_when_shown(rulebook):
        yield _about(count, "PR108", (), message)


# -- PR101: better evidence can never lower an outcome ----------------------------------------------


def towards_better(rule: Rule, fields: Fields) -> Iterator[Objection]:
    """The comparisons of a rule that hold for a value and not for every worse one."""
    if rule.conclusion.outcome in PRAISE:
        return
    for number, conditions in enumerate(rule.alternatives):
        for condition in conditions:
            if not goes_on_for_worse(fields[condition.field], condition):
                shown = _shown(rule, number, condition, fields)
                message = f"{condition} looks in the direction in which it gets better: {shown}"
                yield _about(rule, "PR101", _loc(number, condition), message)


def _shown(rule: Rule, number: int, condition: Condition, fields: Fields) -> str:
    if len(rule.alternatives) > MOST_SHOWN:
        return "nothing in it proves that it applies to everything worse"
    pair = two_facts(rule, number, condition, fields)
    if pair is None:
        return "no two facts show it, for other alternatives or bounds make up for it, but nothing in it proves it"
    better, worse = (_told(each, {c.field: c for c in rule.alternatives[number]}) for each in pair)
    return f"the rule applies to {better}, but not to the worse {worse}"


def two_facts(rule: Rule, number: int, condition: Condition, fields: Fields) -> tuple[Fact, Fact] | None:
    """A fact to which the rule applies, and one that is worse in the condition's field to which it does not."""
    conditions = rule.alternatives[number]
    held = {c.field: satisfying(fields[c.field], conditions) for c in conditions}
    if not all(held.values()):
        return None
    others = {name: values[0] for name, values in held.items()}
    every = [c for alternative in rule.alternatives for c in alternative]
    values = telling(fields[condition.field], every)
    facts = [fact_with(fields, others | {condition.field: value}) for value in values]
    return next(((b, w) for b, w in pairwise(facts) if rule.applies(b) and not rule.applies(w)), None)


def _told(fact: Fact, fields: Iterable[str]) -> str:
    return ", ".join(f"{name} {in_words(fact[name])}" for name in fields)


# -- PR102, PR103: rules that do nothing ------------------------------------------------------------


def can_hold(conditions: Conditions, fields: Fields) -> bool:
    """Whether any fact satisfies all conditions. Fields are independent of each other, so each must have a value."""
    return all(satisfying(fields[name], conditions) for name in {c.field for c in conditions})


def can_apply(rule: Rule, fields: Fields) -> bool:
    return any(can_hold(conditions, fields) for conditions in rule.alternatives)


def never_applying(rule: Rule, fields: Fields) -> Iterator[Objection]:
    """The alternatives of a rule that no fact satisfies. (A rule of a document has an example to which it applies,
    so not all of its alternatives can be like that.)
    """
    dead = [number for number, conditions in enumerate(rule.alternatives) if not can_hold(conditions, fields)]
    for number in dead:
        it = (
            "the rule can never apply"
            if len(dead) == len(rule.alternatives) == 1
            else "this alternative can never hold"
        )
        conditions = rule.alternatives[number]
        tests = " and ".join(str(c) for c in conditions if not satisfying(fields[c.field], conditions))
        yield _about(rule, "PR102", ("when", number), f"{it}: nothing has {tests}")


def never_mattering(rules: Iterable[Rule], fields: Fields) -> Iterator[Objection]:
    """Rules of a stage that conclude nothing, or nothing that another rule does not conclude as well."""
    left = {rule.id: rule for rule in rules if can_apply(rule, fields)}
    reach = _Reach(left.values(), fields)
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


def always_comes_with(rule: Rule, other: Rule, fields: Fields) -> bool:
    """Whether the other rule of its stage applies wherever this one does, and concludes at least as much."""
    return _Reach([rule, other], fields).is_within(rule, other)


class _Reach:
    """What rules of a stage apply to, told in the values of one grid, so that any two are soon held together."""

    def __init__(self, rules: Iterable[Rule], fields: Fields) -> None:
        rules = list(rules)
        self._grid = Grid((c for rule in rules for alternative in rule.alternatives for c in alternative), fields)
        self._alternatives = {rule.id: self._solved(rule) for rule in rules}

    def is_within(self, rule: Rule, other: Rule) -> bool:
        """Whether the other rule applies wherever this one does, and concludes at least as much."""
        return other.conclusion.is_as_much_as(rule.conclusion) and all(
            any(self._grid.is_within(narrow, wide) for wide in self._alternatives[other.id])
            for narrow in self._alternatives[rule.id]
        )

    def _solved(self, rule: Rule) -> list[dict[str, int]]:
        """The alternatives that can hold, as the values that satisfy them."""
        solved = map(self._grid.satisfying, rule.alternatives)
        return [alternative for alternative in solved if all(alternative.values())]


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


def untouched_bounds(rule: Rule, fields: Fields) -> Iterator[Objection]:
    """The bounds on counts and shares on which no example stands."""
    for number, conditions in enumerate(rule.alternatives):
        for condition in conditions:
            shown = [example.given.get(condition.field) for example in rule.examples]
            if fields[condition.field].kind in (int, float) and condition.bound not in shown:
                message = f"no example has {condition.field} exactly {in_words(condition.bound)}"
                yield _about(rule, "PR105", _loc(number, condition), message)


def thin_basis(rule: Rule) -> Iterator[Objection]:
    if len(rule.basis) < LEAST_BASIS:
        message = f"the basis has {len(rule.basis)} characters, which is less than {LEAST_BASIS}"
        yield _about(rule, "PR106", ("basis",), message)


def _about(part: Rule | Count, code: str, loc: Loc, message: str) -> Objection:
    return Objection(code, part.stage, part, loc, message)


def _loc(number: int, condition: Condition) -> Loc:
    return ("when", number, condition.field, condition.comparator.word)
