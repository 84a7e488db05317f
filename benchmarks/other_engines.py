"""The rules for the gravity of a finding in other rule engines, translated from the same `Rule` objects.

Each builder takes the rules and returns a function from the fact of one finding to the finding's gravity.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from peelrules.engine.matching import Matcher
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition
from peelrules.model.facts import OF_A_FINDING, Fact, Stage, Value
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.model.scales import Gravity, Scale

GravityOf = Callable[[Fact], Gravity]

_LEVELS = list(Gravity)
_FIELDS = tuple(OF_A_FINDING)
_SIGN: Mapping[Comparator, str] = {
    Comparator.AT_LEAST: ">=",
    Comparator.AT_MOST: "<=",
    Comparator.ABOVE: ">",
    Comparator.BELOW: "<",
}


def in_peelrules(rulebook: Rulebook, matcher: Matcher) -> GravityOf:
    """What the other engines are held to."""

    def gravity(fact: Fact) -> Gravity:
        [said] = matcher(rulebook, Stage.FINDING, [fact])
        return said.concluded["gravity"]

    return gravity


def in_clips(rules: Sequence[Rule]) -> GravityOf:
    """CLIPS, through clipspy: a rule for each alternative, and a global variable that only rises."""
    from clips import Environment, Symbol

    environment = Environment()
    environment.build("(defglobal ?*gravity* = 0)")
    environment.build(f"(deftemplate finding {' '.join(f'(slot {field})' for field in _FIELDS)})")
    for number, (conditions, rank) in enumerate(_alternatives(rules)):
        slots = " ".join(
            f"({field} ?{field}{''.join(f'&{_in_clips(condition)}' for condition in tests)})"
            for field, tests in _by_field(conditions).items()
        )
        rise = f"(bind ?*gravity* (max ?*gravity* {rank}))"
        environment.build(f"(defrule r{number} (finding {slots}) => {rise})")
    # A fact that Python was handed is never let go of in clipspy 1.0.6, and every run is slower than the one before;
    # so facts come and go where Python does not see them.
    environment.build(
        f"""(deffunction weigh ({" ".join(f"?{field}" for field in _FIELDS)})
            (bind ?*gravity* 0)
            (bind ?finding (assert (finding {" ".join(f"({field} ?{field})" for field in _FIELDS)})))
            (run)
            (retract ?finding)
            ?*gravity*)"""
    )

    def gravity(fact: Fact) -> Gravity:
        told = (Symbol(value) if isinstance(value, str) else value for value in _told(fact).values())
        return _LEVELS[environment.call("weigh", *told)]

    return gravity


def in_zen(rules: Sequence[Rule]) -> GravityOf:
    """GoRules ZEN: a decision table that collects every row that holds, a row for each alternative."""
    from zen import ZenEngine

    # what the engine loads is compiled once; a decision from `create_decision` was seen to take twenty times as long
    engine = ZenEngine({"loader": {"type": "static", "content": {"gravity": _decision(rules)}}})

    def gravity(fact: Fact) -> Gravity:
        rows = engine.evaluate("gravity", _told(fact))["result"]
        return _LEVELS[max((row["gravity"] for row in rows), default=0)]

    return gravity


def _alternatives(rules: Sequence[Rule]) -> Iterator[tuple[Sequence[Condition], int]]:
    """Each way in which a rule can apply, with the rank of the floor that it then puts under the gravity."""
    for rule in rules:
        for conditions in rule.alternatives:
            yield conditions, rule.conclusion.level.rank


def _by_field(conditions: Sequence[Condition]) -> dict[str, list[Condition]]:
    fields: dict[str, list[Condition]] = {}
    for condition in conditions:
        fields.setdefault(condition.field, []).append(condition)
    return fields


def _told(fact: Fact) -> dict[str, int | float | str]:
    return {field: _plain(fact[field]) for field in _FIELDS}


def _plain(value: Value) -> int | float | str:
    if isinstance(value, Scale):
        return value.rank
    return int(value) if isinstance(value, bool) else value


def _in_clips(condition: Condition) -> str:
    if sign := _SIGN.get(condition.comparator):
        return f":({sign} ?{condition.field} {_plain(condition.bound)})"
    if condition.comparator is Comparator.IS:
        return f"{_plain(condition.bound)}"
    return f":(member$ ?{condition.field} (create$ {' '.join(str(_plain(bound)) for bound in condition.bound)}))"


def _in_zen(condition: Condition) -> str:
    if sign := _SIGN.get(condition.comparator):
        return f"{sign} {_plain(condition.bound)}"
    bounds = condition.bound if condition.comparator is Comparator.ONE_OF else [condition.bound]
    return f"in {json.dumps([_plain(bound) for bound in bounds])}"


def _decision(rules: Sequence[Rule]) -> dict[str, object]:
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": field, "name": field, "field": field} for field in _FIELDS],
        "outputs": [{"id": "gravity", "name": "gravity", "field": "gravity"}],
        "rules": [
            {
                "_id": str(number),
                **dict.fromkeys(_FIELDS, ""),
                **{field: " and ".join(map(_in_zen, tests)) for field, tests in _by_field(conditions).items()},
                "gravity": str(rank),
            }
            for number, (conditions, rank) in enumerate(_alternatives(rules))
        ],
    }
    place = {"position": {"x": 0, "y": 0}}
    return {
        "nodes": [
            {"id": "fact", "type": "inputNode", "name": "fact", **place},
            {"id": "rules", "type": "decisionTableNode", "name": "rules", "content": table, **place},
            {"id": "outcome", "type": "outputNode", "name": "outcome", **place},
        ],
        "edges": [
            {"id": "in", "sourceId": "fact", "targetId": "rules", "type": "edge"},
            {"id": "out", "sourceId": "rules", "targetId": "outcome", "type": "edge"},
        ],
    }
