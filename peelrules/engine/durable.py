"""Forward chaining on durable_rules: the only module that knows that library.

durable_rules 2.0.28 does harm where it has a free hand: it compares words with numbers, rejects numbers
that print with an exponent, swallows whatever is raised in an action, leaks rulesets, and hangs or
stays silent beyond limits of its own. So it is told small whole numbers only, one fact at a time and of
a bounded number of rules, and no action is ever run: its compiled part is driven directly, and says by
the name of the action that would be next which rule applies.
"""

import json
import os
import sys
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from threading import RLock
from types import ModuleType
from typing import Any, NamedTuple

from peelrules.engine.matching import Match, Said, said
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Axes, Condition, Conditions
from peelrules.model.facts import Fact, Fields, Stage
from peelrules.model.problems import EngineError
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule

MAX_ALTERNATIVES = 60
"""In one ruleset. A fact that 65 or more match fires none of them; 512 that begin differently never come to an end."""

MAX_CONDITIONS = 16
"""In one alternative. With more, every fact fails."""

MAX_KNOWN = 100_000
"""Cells of which is remembered what is said of them."""

_CANNOT_IMPORT = (
    "durable_rules cannot be loaded ({error}). It is built from source when it is installed and needs a C compiler and "
    "the headers of Python; install it again with\n"
    "    CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install --force-reinstall --no-cache-dir durable_rules"
)


def durable(rulebook: Rulebook, stage: Stage, facts: Sequence[Fact]) -> list[Said]:
    """Ask durable_rules.

    Raises:
        EngineError: durable_rules is missing, or did not finish what it was asked.
    """
    rules = rulebook.of_stage[stage]
    with _running:
        compiled = _idle.pop((stage, id(rules)), None) or _compiled(rulebook, stage)
        answers = [compiled.said(fact) for fact in facts]
        # Only what came to its end is used again: what a broken run leaves behind would fire in the next one.
        _idle[stage, id(rules)] = compiled
    return answers


_idle: dict[tuple[Stage, int], "_Stage"] = {}
"""Stages that are compiled and not at work, by the id of their rules, which each of them keeps alive. Where there are
none, several stages share the one empty tuple."""

_running = RLock()
"""One run at a time. More would be safe, each with rulesets of its own, but would need more memory and gain no time."""


def _compiled(rulebook: Rulebook, stage: Stage) -> "_Stage":
    """The rules of a stage, compiled and kept until their rulebook is gone."""
    rules = rulebook.of_stage[stage]
    weakref.finalize(rulebook, _idle.pop, (stage, id(rules)), None).atexit = False
    return _Stage(stage, rules, rulebook.fields[stage])


def _renew_lock() -> None:
    global _running
    _running = RLock()


if hasattr(os, "register_at_fork"):  # a thread that holds the lock does not live in the child, and would never let go
    os.register_at_fork(after_in_child=_renew_lock)


class _Alternative(NamedTuple):
    """One way in which one rule can apply."""

    rule: int
    """Position of the rule in its stage."""
    number: int
    """Position of the alternative in its rule."""
    conditions: tuple[Condition, ...]


class _Stage:
    """The rules of one stage, compiled. A fact is told by the cell in which it lies, each cell once in a lifetime."""

    def __init__(self, stage: Stage, rules: Sequence[Rule], fields: Fields) -> None:
        self._stage = stage
        self._rules = rules
        alternatives = list(_alternatives(rules))
        self._axes = Axes((c for alternative in alternatives for c in alternative.conditions), fields)
        # named by number, for names of fields may be words that durable_rules keeps for itself
        self._called = {axis.field.name: (f"f{number}", axis) for number, axis in enumerate(self._axes.axes)}
        self._known: dict[tuple[int, ...], Said] = {}
        self._parts = [
            (part, _Ruleset([self._pattern(alternative.conditions) for alternative in part]))
            for start in range(0, len(alternatives), MAX_ALTERNATIVES)
            if (part := alternatives[start : start + MAX_ALTERNATIVES])
        ]

    def said(self, fact: Fact) -> Said:
        """What the rules say of a fact."""
        cell = self._axes.cell(fact)
        if cell not in self._known:
            if len(self._known) >= MAX_KNOWN:
                self._known.clear()
            self._known[cell] = said(self._stage, self._matches(cell))
        return self._known[cell]

    def _matches(self, cell: Sequence[int]) -> list[Match]:
        told = {f"f{number}": place for number, place in enumerate(cell)}
        fired = (part[position] for part, ruleset in self._parts for position in ruleset.firing(told))
        holding: dict[int, list[int]] = {}
        for rule, number in sorted({(alternative.rule, alternative.number) for alternative in fired}):
            holding.setdefault(rule, []).append(number)
        return [
            Match(self._rules[rule], tuple(self._rules[rule].alternatives[number] for number in numbers))
            for rule, numbers in holding.items()
        ]

    def _pattern(self, conditions: Conditions) -> dict[str, Any]:
        if len(conditions) > MAX_CONDITIONS:
            raise EngineError(
                f"durable_rules takes {MAX_CONDITIONS} conditions at most, and is given {len(conditions)}"
            )
        return {"$and": [self._comparison(condition) for condition in conditions]}

    def _comparison(self, condition: Condition) -> dict[str, Any]:
        name, axis = self._called[condition.field]
        comparison = {name: axis.place(condition.bound)}
        operator = condition.comparator.durable
        return {operator: comparison} if operator else comparison


def _alternatives(rules: Sequence[Rule]) -> Iterator[_Alternative]:
    """Every alternative of every rule, with each of several bounds written out as an alternative of its own."""
    for position, rule in enumerate(rules):
        for number, conditions in enumerate(rule.alternatives):
            for single in product(*(_single(condition) for condition in conditions)):
                yield _Alternative(position, number, single)


def _single(condition: Condition) -> Sequence[Condition]:
    if condition.comparator.has_several:
        return [Condition(condition.field, Comparator.IS, bound) for bound in condition.bounds]
    return [condition]


class _Ruleset:
    """Patterns of facts, compiled by durable_rules and freed with this object."""

    _HANDLED, _NOT_HANDLED = 0, 1
    _PROBE = "probe"

    def __init__(self, patterns: Sequence[Mapping[str, Any]]) -> None:
        self._engine = _engine()
        named = {str(position): pattern for position, pattern in enumerate(patterns)} | {self._PROBE: {self._PROBE: 1}}
        definition = json.dumps({name: {"all": [{"fact": pattern}]} for name, pattern in named.items()})
        try:
            self._handle = self._engine.create_ruleset("peelrules", definition)
        except self._engine.error as error:
            raise EngineError(f"durable_rules cannot build these rules: {error}") from error
        # Some of what durable_rules frees it has set only when it has fired once; before, it would free at random.
        if self._fired({self._PROBE: 1}) != [self._PROBE]:
            raise EngineError("durable_rules does not fire a rule that applies")
        weakref.finalize(self, _free, self._engine, self._handle).atexit = False

    def firing(self, told: Mapping[str, int]) -> list[int]:
        """The positions of the patterns that a fact fits."""
        return [int(name) for name in self._fired(told)]

    def _fired(self, told: Mapping[str, int]) -> list[str]:
        """Let durable_rules see a fact, and forget it again."""
        engine, handle = self._engine, self._handle
        fact = json.dumps({**told, "id": "fact"})  # always the same id: one that was not forgotten comes out as a fault
        fired: list[str] = []
        try:
            outcome, state = engine.assert_fact(handle, fact)
            if outcome == self._NOT_HANDLED:
                return fired  # no rule applies, and nothing was kept
            if outcome == self._HANDLED and (action := engine.start_action_for_state(handle, state)):
                message = action[1]
                while message:
                    fired += json.loads(message)
                    message = engine.complete_and_start_action(handle, state)
                engine.retract_fact(handle, fact)
        except engine.error as error:
            raise EngineError(f"durable_rules cannot take the fact {fact}: {error}") from error
        if not fired:
            raise EngineError(f"durable_rules did not finish the fact {fact}: outcome {outcome}")
        return fired


def _free(engine: ModuleType, handle: int) -> None:
    engine.delete_state(handle, None)  # forgotten by `delete_ruleset`, and most of what a ruleset takes
    engine.delete_ruleset(handle)


def _engine() -> ModuleType:
    """The compiled part of durable_rules, imported when it is first needed."""
    try:
        with _binding_late():
            import durable_rules_engine
    except ImportError as error:
        raise EngineError(_CANNOT_IMPORT.format(error=error)) from error
    return durable_rules_engine  # type: ignore[no-any-return]


@contextmanager
def _binding_late() -> Iterator[None]:
    """Bind functions of libraries when they are called.

    On Python 3.13 and later durable_rules names a function that is gone; only callbacks that are never set call it.
    """
    if not hasattr(sys, "setdlopenflags"):  # as on Windows
        yield
        return
    flags = sys.getdlopenflags()
    try:
        sys.setdlopenflags(flags & ~os.RTLD_NOW | os.RTLD_LAZY)
        yield
    finally:
        sys.setdlopenflags(flags)
