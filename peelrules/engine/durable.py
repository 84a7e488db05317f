"""Forward chaining on durable_rules: the only module that knows that library.

What was measured of durable_rules 2.0.28 and is contained here: it rejects numbers that print with
an exponent, compares words with numbers, fires nothing for a fact that more than 64 conditions
match, identifies facts by a hash that can collide, swallows exceptions in actions, and leaks
rulesets. So facts are flat numbers and names with an id of their own, rulesets are small and kept
for the life of the rulebook, actions only take notes, and every fact is retracted after its turn.
"""

import os
import sys
import warnings
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, product
from threading import Lock
from types import ModuleType
from typing import Any, NamedTuple

from peelrules.engine.matching import Match
from peelrules.model.facts import Fact, Stage, Value
from peelrules.model.problems import EngineError
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Comparator, Condition, Rule
from peelrules.model.scales import Scale

MAX_ALTERNATIVES = 60
"""In one ruleset. A fact that 65 or more match fires none of them."""

_OPERATORS = {
    Comparator.AT_LEAST: "$gte",
    Comparator.AT_MOST: "$lte",
    Comparator.ABOVE: "$gt",
    Comparator.BELOW: "$lt",
}
_CANNOT_IMPORT = (
    "durable_rules cannot be loaded ({error}). It is built from source when it is installed and needs a C compiler and "
    "the headers of Python; install it again with\n"
    "    CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install --force-reinstall --no-cache-dir durable_rules"
)


def durable(rulebook: Rulebook, stage: Stage, facts: Mapping[str, Fact]) -> list[Match]:
    """Match the rules of a stage on durable_rules.

    Raises:
        EngineError: durable_rules is missing, or did not finish what it was asked.
    """
    # One run at a time, whatever the rulebook: durable_rules is not safe for threads, nor are filters of warnings.
    with _running, warnings.catch_warnings():
        # durable_rules calls datetime.utcfromtimestamp; raised as an error, the warning would stop every action
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            return _stages_of(rulebook)[stage].match(facts)
        except BaseException:
            _compiled.pop(id(rulebook), None)  # what a broken run leaves behind would fire in the next one
            raise


class _Alternative(NamedTuple):
    """One way in which one rule can apply."""

    rule: int
    """Position of the rule in its stage."""
    number: int
    """Position of the alternative in its rule."""
    conditions: tuple[Condition, ...]


class _Stage:
    """The rules of one stage, compiled once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._engine = _engine()
        self._rules = rules
        self._fields = sorted({c.field for rule in rules for conditions in rule.alternatives for c in conditions})
        self._matched: list[_Alternative] = []
        self._fact_ids = count()
        alternatives = list(_alternatives(rules))
        self._rulesets = [
            self._ruleset(alternatives[start : start + MAX_ALTERNATIVES])
            for start in range(0, len(alternatives), MAX_ALTERNATIVES)
        ]

    def match(self, facts: Mapping[str, Fact]) -> list[Match]:
        known: dict[
            tuple[Any, ...], list[tuple[int, list[int]]]
        ] = {}  # facts that are alike to these rules are told once
        matches: list[Match] = []
        for subject, fact in facts.items():
            told = tuple(_encoded(getattr(fact, name)) for name in self._fields)
            if told not in known:
                known[told] = self._holding(told)
            for rule, numbers in known[told]:
                alternatives = self._rules[rule].alternatives
                matches.append(Match(subject, self._rules[rule], tuple(alternatives[number] for number in numbers)))
        return matches

    def _holding(self, told: tuple[Any, ...]) -> list[tuple[int, list[int]]]:
        """The rules that apply to a fact, each with its alternatives that hold."""
        message = dict(zip(self._fields, told, strict=True)) | {"id": str(next(self._fact_ids))}
        self._matched.clear()
        for ruleset in self._rulesets:
            self._assert(ruleset, message)
        holding: dict[int, list[int]] = {}
        for rule, number in sorted({(matched.rule, matched.number) for matched in self._matched}):
            holding.setdefault(rule, []).append(number)
        return list(holding.items())

    def _assert(self, ruleset: Any, message: dict[str, Any]) -> None:
        """Let one ruleset see one fact, and forget it again."""
        outcomes: list[object] = []
        try:
            state = ruleset.assert_fact(message)
            ruleset.do_actions(state, lambda error, _state: outcomes.append(error))
            ruleset.retract_fact(message)
        except self._engine.MessageNotHandledException:
            return  # no rule applies, and nothing was kept
        except Exception as error:
            raise EngineError(f"durable_rules cannot take the fact {message}: {error}") from error
        if outcomes != [None]:
            raise EngineError(f"durable_rules stopped at the fact {message}: {outcomes}")

    def _ruleset(self, alternatives: Sequence[_Alternative]) -> Any:
        definition = {
            f"r{number}": {
                "all": [{"fact": {"$and": [_pattern(condition) for condition in alternative.conditions]}}],
                "run": self._note(alternative),
            }
            for number, alternative in enumerate(alternatives)
        }
        try:
            return self._engine.Ruleset(f"peelrules-{next(_ruleset_ids)}", None, definition)
        except Exception as error:
            raise EngineError(f"durable_rules cannot build these rules: {error}") from error

    def _note(self, alternative: _Alternative) -> Callable[[object], None]:
        def action(_context: object) -> None:  # exactly one parameter: with two it would be taken as asynchronous
            self._matched.append(alternative)

        return action

    def delete(self) -> None:
        for ruleset in self._rulesets:
            self._engine.durable_rules_engine.delete_ruleset(ruleset._handle)


_ruleset_ids = count()
_compiled: dict[int, dict[Stage, _Stage]] = {}
_running = Lock()


def _stages_of(rulebook: Rulebook) -> dict[Stage, _Stage]:
    """The compiled stages of a rulebook, kept until the rulebook is gone."""
    key = id(rulebook)
    if key not in _compiled:
        _compiled[key] = {stage: _Stage(rules) for stage, rules in rulebook.of_stage.items()}
        weakref.finalize(rulebook, _delete, key).atexit = False
    return _compiled[key]


def _delete(key: int) -> None:
    for stage in _compiled.pop(key, {}).values():
        stage.delete()


def _alternatives(rules: Sequence[Rule]) -> Iterator[_Alternative]:
    """Every alternative of every rule, with `one_of` written out as alternatives of its own."""
    for position, rule in enumerate(rules):
        for number, conditions in enumerate(rule.alternatives):
            for single in product(*(_single(condition) for condition in conditions)):
                yield _Alternative(position, number, single)


def _single(condition: Condition) -> Sequence[Condition]:
    if condition.comparator is Comparator.ONE_OF:
        return [Condition(condition.field, Comparator.IS, bound) for bound in condition.bound]
    return [condition]


def _pattern(condition: Condition) -> dict[str, Any]:
    comparison = {condition.field: _encoded(condition.bound)}
    operator = _OPERATORS.get(condition.comparator)
    return {operator: comparison} if operator else comparison


def _encoded(value: Value) -> int | float | str:
    """A value as durable_rules compares it rightly: a number, or a name that is only tested for equality."""
    if isinstance(value, Scale):
        return value.rank
    if isinstance(value, bool):
        return int(value)
    # a share is told one higher: small ones would print with an exponent, and the order stays as it is
    return 1 + value if isinstance(value, float) else value


def _engine() -> ModuleType:
    """durable_rules, imported when it is first needed."""
    flags = sys.getdlopenflags()
    try:
        # On Python 3.13 and later the extension names a function that is gone; it is bound when first called, and
        # only callbacks that are never set call it.
        sys.setdlopenflags(flags & ~os.RTLD_NOW | os.RTLD_LAZY)
        import durable.engine
    except ImportError as error:
        raise EngineError(_CANNOT_IMPORT.format(error=error)) from error
    finally:
        sys.setdlopenflags(flags)
    return durable.engine  # type: ignore[no-any-return]
