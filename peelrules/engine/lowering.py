"""Rules as dataframe expressions: the same `Rule` objects, for frames of facts.

A frame of facts has one column for each field that rules read. Levels stand in it as ranks, and the
names of characteristics and core questions as numbers, so that comparing is cheap everywhere. A share
stands in two columns of whole numbers, `…_part` and `…_whole`, and is never divided: dataframe libraries
may divide by way of a reciprocal, which is a hair off and moves a share that stands on a bound.
"""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from math import inf, nextafter
from typing import Any, NamedTuple

import narwhals as nw

from peelrules.model.framework import Framework
from peelrules.model.rules import Comparator, Condition, Rule
from peelrules.model.scales import Scale


class Parts(NamedTuple):
    """What the two columns of a share hold."""

    most: int
    """The highest whole that there can be."""
    step: Fraction = Fraction(1)
    """What one part is worth."""


class Numbers(NamedTuple):
    """How what rules speak of stands in a frame."""

    names: Mapping[str, Mapping[str, int]]
    """The numbers that stand for names: by field, then by name."""
    shares: Mapping[str, Parts]
    """The shares, by field."""


_UNKNOWN = -1
_BILLION = 10**9
_COMPARE: Mapping[Comparator, Callable[[Any, Any], Any]] = {
    Comparator.AT_LEAST: operator.ge,
    Comparator.AT_MOST: operator.le,
    Comparator.ABOVE: operator.gt,
    Comparator.BELOW: operator.lt,
    Comparator.IS: operator.eq,
}


def numbers_of(framework: Framework) -> Numbers:
    """Each characteristic and each core question by its place in the framework, and what shares are counted in."""
    names = {
        "characteristic": {name: number for number, name in enumerate(framework.characteristics)},
        "core_question": {question.id: number for number, question in enumerate(framework.core_questions)},
    }
    of_characteristics = Parts(len(framework.characteristics))
    shares = {
        "failing": Parts(_BILLION),  # an estimate is rounded to billionths, and there are fewer cases than that
        "demonstrated": of_characteristics._replace(step=framework.credit_step),
        **dict.fromkeys(("coverage", "not_demonstrated_service", "exceeded"), of_characteristics),
    }
    return Numbers(names, shares)


def highest_floor(rules: Iterable[Rule], outcome: str, scale: type[Scale], numbers: Numbers) -> nw.Expr:
    """The rank at which an outcome comes to rest that rules put floors under."""
    return _rank(rules, outcome, sorted(scale, reverse=True), scale.lowest(), numbers)


def lowest_ceiling(rules: Iterable[Rule], outcome: str, scale: type[Scale], numbers: Numbers) -> nw.Expr:
    """The rank at which an outcome comes to rest that rules put ceilings on."""
    return _rank(rules, outcome, sorted(scale), scale.highest(), numbers)


def raised(rules: Iterable[Rule], flag: str, numbers: Numbers) -> nw.Expr:
    """Whether a rule raises a flag."""
    return any_of(applies(rule, numbers) for rule in rules if rule.conclusion.outcome == flag)


def applies(rule: Rule, numbers: Numbers) -> nw.Expr:
    """Whether a rule applies to the facts of a frame."""
    return any_of(
        reduce(operator.and_, (_holds(condition, numbers) for condition in conditions))
        for conditions in rule.alternatives
    )


def rank_of(column: str, scale: type[Scale]) -> nw.Expr:
    """The rank of a level that stands in a column in words; null for anything else."""
    return _first([(nw.col(column) == str(level), small(level.rank)) for level in scale])


def steps_of(rank: str, steps: Mapping[Any, int]) -> nw.Expr:
    """The whole number that stands for the level whose rank stands in a column."""
    return _first([(nw.col(rank) == level.rank, nw.lit(number, dtype=nw.Int64)) for level, number in steps.items()])


def word_of(rank: str, scale: type[Scale]) -> nw.Expr:
    """The level in words whose rank stands in a column; null for null."""
    return _first([(nw.col(rank) == level.rank, nw.lit(str(level))) for level in scale]).alias(rank)


def _first(choices: Sequence[tuple[nw.Expr, nw.Expr]]) -> nw.Expr:
    """The value of the first choice that holds, or null. For a handful far faster than looking each up in a table."""
    (condition, value), *rest = choices
    chain = nw.when(condition).then(value)
    for condition, value in rest:
        chain = chain.when(condition).then(value)
    return chain


def small(number: int) -> nw.Expr:
    """A small whole number as a column."""
    return nw.lit(number, dtype=nw.Int8)


def _rank(
    rules: Iterable[Rule], outcome: str, binding_first: Sequence[Scale], otherwise: Scale, numbers: Numbers
) -> nw.Expr:
    of_outcome = [rule for rule in rules if rule.conclusion.outcome == outcome]
    rank = small(otherwise.rank)
    for level in reversed(binding_first):
        if binding := [applies(rule, numbers) for rule in of_outcome if rule.conclusion.level is level]:
            rank = nw.when(any_of(binding)).then(small(level.rank)).otherwise(rank)
    return rank


def any_of(expressions: Iterable[nw.Expr]) -> nw.Expr:
    """Whether one of several expressions holds; false where there is none."""
    return reduce(operator.or_, expressions, nw.lit(value=False))


def _holds(condition: Condition, numbers: Numbers) -> nw.Expr:
    if condition.field in numbers.shares:
        return _share_holds(condition, numbers.shares[condition.field])
    column = nw.col(condition.field)
    if condition.comparator is Comparator.ONE_OF:
        return column.is_in([_told(bound, condition.field, numbers) for bound in condition.bound])
    bound = _told(condition.bound, condition.field, numbers)
    return _COMPARE[condition.comparator](column, bound)  # type: ignore[no-any-return]


def _share_holds(condition: Condition, parts: Parts) -> nw.Expr:
    bound, above = float(condition.bound), nextafter(condition.bound, inf)
    match condition.comparator:
        case Comparator.AT_LEAST:
            return _reaches(condition.field, bound, parts)
        case Comparator.AT_MOST:
            return ~_reaches(condition.field, above, parts)
        case Comparator.ABOVE:
            return _reaches(condition.field, above, parts)
        case Comparator.BELOW:
            return ~_reaches(condition.field, bound, parts)
    return _reaches(condition.field, bound, parts) & ~_reaches(condition.field, above, parts)


def _reaches(share: str, bound: float, parts: Parts) -> nw.Expr:
    """Whether part by whole, as the nearest number that a computer has for it, is at least a bound.

    All shares from half way between the bound and the number before it do, and whether they lie there is asked of
    the nearest share that there can be: of the others none stands between the two.
    """
    half_way = (Fraction(bound) + Fraction(nextafter(bound, -inf))) / 2 / parts.step
    nearest = half_way.limit_denominator(parts.most)
    compare = operator.ge if float(nearest * parts.step) >= bound else operator.gt
    part, whole = nw.col(f"{share}_part"), nw.col(f"{share}_whole")
    # at most a billion times a billion, or a credit in billionths times the characteristics twice: no overflow
    return compare(part * nearest.denominator, whole * nearest.numerator)  # type: ignore[no-any-return]


def _told(bound: Any, field: str, numbers: Numbers) -> Any:
    """A bound as values of its field stand in a frame."""
    if isinstance(bound, Scale):
        return bound.rank
    return numbers.names[field].get(bound, _UNKNOWN) if isinstance(bound, str) else bound
