"""How far each threshold of each rule can be moved before a grade of this evidence changes.

A bound matters only where it lies among the values of the facts that it is compared with: between
two neighbouring values every bound does the same. So the ranges are exact, not sampled.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from peelrules.engine.matching import Match, Said, said
from peelrules.engine.stages import Run, run
from peelrules.engine.tables import tabled
from peelrules.model.conditions import Condition, all_hold
from peelrules.model.facts import Fact, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.model.scales import Scale
from peelrules.model.sensitivity import Shift, Threshold


def thresholds(was: Run, rulebook: Rulebook) -> Iterator[Threshold]:
    """The range of every threshold of the rulebook over which all grades of a run stay as they are."""
    for rule in rulebook.rules:
        for number, conditions in enumerate(rule.alternatives):
            for condition in conditions:
                if condition.comparator.is_ordered:
                    yield _Moving(rulebook, was, rule, number, condition).threshold()


class _Class(NamedTuple):
    """Values of a bound that all do the same."""

    low: Any
    high: Any
    includes_low: bool
    includes_high: bool
    one: Any
    """One of them."""

    def __contains__(self, value: Any) -> bool:
        above = value > self.low or (self.includes_low and value == self.low)
        return bool(above and (value < self.high or (self.includes_high and value == self.high)))


class _Moving(NamedTuple):
    """One bound of one alternative of a rule, which is moved."""

    rulebook: Rulebook
    was: Run
    rule: Rule
    number: int
    condition: Condition

    def threshold(self) -> Threshold:
        classes = list(self._classes())
        at = next(number for number, each in enumerate(classes) if self.condition.bound in each)
        first, below = self._as_far_as_it_goes(classes[: at + 1][::-1])
        last, above = self._as_far_as_it_goes(classes[at:])
        return Threshold(
            rule=self.rule.id,
            field=self.condition.field,
            title=self.rulebook.fields[self.rule.stage][self.condition.field].title,
            comparator=self.condition.comparator.word,
            value=_in_words(self.condition.bound),
            lowest=_in_words(first.low) if below else None,
            highest=_in_words(last.high) if above else None,
            includes_lowest=first.includes_low,
            includes_highest=last.includes_high,
            below=below,
            above=above,
        )

    def _as_far_as_it_goes(self, outwards: Sequence[_Class]) -> tuple[_Class, tuple[Shift, ...]]:
        """The last class at which every grade stays, and what changes in the next one, if any does."""
        further = outwards[1:]
        if self.rulebook.is_monotone:  # then what has changed stays changed, and halving finds where it begins
            at = bisect_left(further, True, key=lambda each: bool(self._shifts(each.one)))
        else:
            at = next((n for n, each in enumerate(further) if self._shifts(each.one)), len(further))
        return outwards[at], self._shifts(further[at].one) if at < len(further) else ()

    def _classes(self) -> Iterator[_Class]:
        """Everything that the bound can be, from the lowest, grouped by what it does to the facts there are."""
        kind = self.rulebook.fields[self.rule.stage][self.condition.field].kind
        if issubclass(kind, Scale):
            yield from (_Class(level, level, True, True, level) for level in kind)
            return
        cuts = sorted({profile.fact[self.condition.field] for profile in self._profiles})
        least, most = (0.0, 1.0) if kind is float else (0, max([*cuts, self.condition.bound]) + 1)
        takes_high = self.condition.comparator.takes_the_value_below
        for low, high in zip([least, *cuts], [*cuts, most], strict=True):
            is_first, is_last = not cuts or high == cuts[0], not cuts or low == cuts[-1]
            each = _Class(
                low,
                high,
                includes_low=is_first or not takes_high,
                includes_high=is_last or takes_high,
                one=high if takes_high else low,
            )
            if low < high or (each.includes_low and each.includes_high):
                yield each

    @property
    def _profiles(self) -> Any:
        return self.was.stages[self.rule.stage].profiles.values()

    def _shifts(self, bound: Any) -> tuple[Shift, ...]:
        """The judgments that change with the bound at another value."""
        moved = self._moved(bound)
        if all(self.rule.applies(profile.fact) is moved.applies(profile.fact) for profile in self._profiles):
            return ()

        def matcher(rulebook: Rulebook, stage: Stage, facts: Sequence[Fact]) -> list[Said]:
            if stage is not self.rule.stage:
                return tabled(rulebook, stage, facts)
            answers = self.was.stages[stage].said.values()  # of the same facts, for nothing before is different
            return [_with(moved, fact, answer, stage) for fact, answer in zip(facts, answers, strict=True)]

        now = run(self.was.findings.values(), self.rulebook, matcher, self.was, self.rule.stage)
        return tuple(
            Shift(core_question=question, before=before, after=after)
            for question in self.was.judged.profiles
            if (before := self.was.grade(question)) is not (after := now.grade(question))
        )

    def _moved(self, bound: Any) -> Rule:
        changed = self.condition._replace(bound=bound)
        alternatives = tuple(
            tuple(changed if number == self.number and c is self.condition else c for c in conditions)
            for number, conditions in enumerate(self.rule.alternatives)
        )
        return self.rule.model_copy(update={"alternatives": alternatives})


def _with(moved: Rule, fact: Fact, answer: Said, stage: Stage) -> Said:
    """What is said of a fact with one rule in the place of that of its name."""
    others = [match for match in answer.matches if match.rule.id != moved.id]
    holding = tuple(conditions for conditions in moved.alternatives if all_hold(conditions, fact))
    if not holding and len(others) == len(answer.matches):
        return answer
    return said(stage, [*others, Match(moved, holding)] if holding else others)


def _in_words(value: Any) -> str | int | float:
    return str(value) if isinstance(value, Scale) else value
