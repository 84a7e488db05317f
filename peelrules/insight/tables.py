"""Decision tables for people: what the rules conclude of an outcome, for everything that they can tell apart.

What the rules cannot tell apart, or treat alike everywhere, stands together.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peelrules.engine.tables import table_of
from peelrules.model.base import Frozen
from peelrules.model.conditions import Axes, Axis, fact_with
from peelrules.model.facts import Harm, Stage, in_words
from peelrules.model.rulebook import Identity, Rulebook
from peelrules.model.rules import OUTCOMES
from peelrules.model.scales import Scale

STAGE_OF: Mapping[str, Stage] = {outcome.name: stage for stage in Stage for outcome in OUTCOMES[stage]}
"""The stage whose rules conclude each outcome."""

MOST_LINES = 400
_MOST_CELLS = 100_000
"""A table of more is not worked out: it would hardly be one to read."""
_EVERY, _ANY_OTHER = "any", "any other"


class Span(Frozen):
    """Values of a field that stand together."""

    field: str
    words: str
    in_full: str
    """The words with the title of the field."""
    places: tuple[int, ...]
    """Counted from the lowest value, as the bounds of the outcome's rules cut them: below the first 0, on it 1, …"""


class Line(Frozen):
    """A line of a table."""

    where: tuple[Span, ...]
    """For each field that goes down."""
    says: tuple[str, ...]
    """What is concluded, for each column."""


class Block(Frozen):
    """One table of those that make up a decision table."""

    where: tuple[Span, ...]
    """Of what it is; without any, of everything."""
    down: tuple[str, ...]
    """Titles of the fields that go down; with none, everything is the same here, and there is one line."""
    across: str
    """Title of the field that goes across; empty where none does, and there is one column."""
    columns: tuple[Span, ...]
    lines: tuple[Line, ...]


class DecisionTable(Frozen):
    """What the rules conclude of one outcome."""

    rulebook: Identity
    outcome: str
    stage: Stage
    blocks: tuple[Block, ...]
    """None where the rules tell too many cases apart for a table that can be read."""


class _Dimension(NamedTuple):
    """A field, and its values that the rules treat alike everywhere, as places."""

    axis: Axis
    groups: Sequence[tuple[int, ...]]


_Concluded = NDArray[np.int8]
"""Ranks by one dimension or several."""


def decision_table(rulebook: Rulebook, outcome: str) -> DecisionTable:
    """What the rules conclude of an outcome.

    What names something, and what is yes or no, makes tables of its own. Of the other fields the one with the most to
    tell goes across, if another goes down.

    Raises:
        KeyError: there is no such outcome.
    """
    stage = STAGE_OF[outcome]
    axes = axes_of(rulebook, outcome).axes
    there = [[place for place, value in enumerate(axis.values) if value is not None] for axis in axes]
    blocks: tuple[Block, ...] = ()
    if prod(map(len, there)) <= _MOST_CELLS:
        concluded = _asked(rulebook, outcome, there)
        scale = next(each.scale for each in OUTCOMES[stage] if each.name == outcome)
        says = [*map(in_words, scale or (False, True))]
        dimensions = [_Dimension(axis, [(p,) for p in places]) for axis, places in zip(axes, there, strict=True)]
        blocks = tuple(_laid_out(dimensions, concluded, says))
    if sum(len(block.lines) for block in blocks) > MOST_LINES:
        blocks = ()
    return DecisionTable(rulebook=rulebook.identity, outcome=outcome, stage=stage, blocks=blocks)


def axes_of(rulebook: Rulebook, outcome: str) -> Axes:
    """The fields that the rules of an outcome read, cut by their bounds alone."""
    stage = STAGE_OF[outcome]
    rules = [rule for rule in rulebook.of_stage[stage] if rule.conclusion.outcome == outcome]
    return Axes((c for r in rules for conditions in r.alternatives for c in conditions), rulebook.fields[stage])


def _asked(rulebook: Rulebook, outcome: str, there: Sequence[Sequence[int]]) -> _Concluded:
    """What the rules conclude at all places."""
    stage, axes = STAGE_OF[outcome], axes_of(rulebook, outcome)
    fields, table = rulebook.fields[stage], table_of(rulebook, stage)
    levels = (table.said(fact_with(fields, axes.fact_in(cell))).concluded[outcome] for cell in product(*there))
    ranks = [level.rank if isinstance(level, Scale) else int(level) for level in levels]
    return np.array(ranks, np.int8).reshape([len(places) for places in there])


# -- what goes where -----------------------------------------------------------------------------


def _laid_out(dimensions: Sequence[_Dimension], concluded: _Concluded, says: Sequence[str]) -> Iterator[Block]:
    for number in range(len(dimensions)):
        dimensions, concluded = _merged(dimensions, concluded, number)
    order = sorted(range(len(dimensions)), key=lambda n: _order(dimensions, concluded, n))
    dimensions, concluded = [dimensions[n] for n in order], concluded.transpose(order)
    apart = sum(_is_apart(dimensions, concluded, n) for n in range(len(dimensions)))
    for where, ranks in _tree(dimensions[:apart], concluded):
        yield _block([span for span in where if span.words != _EVERY], dimensions[apart:], ranks, says)


def _order(dimensions: Sequence[_Dimension], concluded: _Concluded, number: int) -> tuple[int, int]:
    """What settles the matter first, then what makes tables, what goes down, and what goes across."""
    if _settles(concluded, number):
        return 0, number
    if _is_apart(dimensions, concluded, number):
        return 1, number
    widest = max(
        (n for n in range(len(dimensions)) if not _is_apart(dimensions, concluded, n)),
        key=lambda n: (len(dimensions[n].groups), n),
    )
    return (3 if number == widest else 2), number


def _is_apart(dimensions: Sequence[_Dimension], concluded: _Concluded, number: int) -> bool:
    return dimensions[number].axis.field.kind in (str, bool) or _settles(concluded, number)


def _settles(concluded: _Concluded, number: int) -> bool:
    """Whether a field says one of two things, and one of them leaves nothing to ask."""
    settled = [_is_even(each) for each in np.moveaxis(concluded, number, 0)]
    return len(settled) == 2 and settled[0] is not settled[1]


def _merged(
    dimensions: Sequence[_Dimension], concluded: _Concluded, number: int
) -> tuple[list[_Dimension], _Concluded]:
    """With the groups of one dimension put together that are the same everywhere."""
    axis, groups = dimensions[number]
    alike = _alike(axis, np.moveaxis(concluded, number, 0))
    merged = _Dimension(axis, [tuple(p for each in some for p in groups[each]) for some in alike])
    kept = concluded.take([some[0] for some in alike], number)
    return [*dimensions[:number], merged, *dimensions[number + 1 :]], kept


def _alike(axis: Axis, slices: _Concluded) -> list[list[int]]:
    """Which groups are the same: of names any, which what is not named ends; of all else neighbours only."""
    found: list[list[int]] = []
    for number, each in enumerate(slices):
        near = found if axis.field.kind is str else found[-1:]
        same = next((some for some in near if np.array_equal(slices[some[0]], each)), None)
        if same is None:
            found.append([number])
        else:
            same.append(number)
    return sorted(found, key=lambda some: some[-1]) if axis.field.kind is str else found


def _tree(dimensions: Sequence[_Dimension], concluded: _Concluded) -> Iterator[tuple[list[Span], _Concluded]]:
    """What is concluded for the values of some fields, those together that are the same."""
    if not dimensions:
        yield [], concluded
        return
    (axis, groups), *further = dimensions
    if _is_even(concluded):
        yield [_span(axis, range(axis.size)) for axis, _ in dimensions], concluded[(0,) * len(dimensions)]
        return
    for some in _alike(axis, concluded):
        here = _span(axis, [p for each in some for p in groups[each]])
        for where, ranks in _tree(further, concluded[some[0]]):
            yield [here, *where], ranks


def _block(where: Sequence[Span], dimensions: Sequence[_Dimension], ranks: _Concluded, says: Sequence[str]) -> Block:
    if _is_even(ranks):
        line = Line(where=(), says=(says[int(ranks.flat[0])],))
        return Block(where=tuple(where), down=(), across="", columns=(), lines=(line,))
    used = [n for n in range(len(dimensions)) if len(_alike(dimensions[n].axis, np.moveaxis(ranks, n, 0))) > 1]
    ranks = ranks[tuple(slice(None) if n in used else 0 for n in range(len(dimensions)))]
    down, across = [dimensions[n] for n in used], None
    if len(used) > 1 and used[-1] == len(dimensions) - 1:
        across = down.pop()
    found = list(_tree(down, ranks))
    columns: list[list[int]] = [[0]]
    if across is not None:
        columns = _alike(across.axis, np.moveaxis(np.array([each for _, each in found]), 1, 0))
    return Block(
        where=tuple(where),
        down=tuple(axis.field.title for axis, _ in down),
        across=across.axis.field.title if across else "",
        columns=tuple(
            _span(across.axis, [p for each in some for p in across.groups[each]]) for some in columns if across
        ),
        lines=tuple(
            Line(where=tuple(spans), says=tuple(says[np.atleast_1d(each)[some[0]]] for some in columns))
            for spans, each in found
        ),
    )


def _is_even(concluded: _Concluded) -> bool:
    return bool((concluded == concluded.flat[0]).all())


# -- in words ------------------------------------------------------------------------------------


def _span(axis: Axis, places: Sequence[int]) -> Span:
    title, words = axis.field.title, _in_words(axis, sorted(places))
    in_full = f"{title} {words}"
    if axis.field.kind is bool and words != _EVERY:
        in_full = title if words == "yes" else f"not {title}"
    elif words == _ANY_OTHER:
        in_full = f"{words} {title}"
    return Span(field=axis.field.name, words=words, in_full=in_full, places=tuple(sorted(places)))


def _in_words(axis: Axis, places: Sequence[int]) -> str:
    kind, there = axis.field.kind, [place for place, value in enumerate(axis.values) if value is not None]
    if set(there) <= set(places):
        return _EVERY
    if kind is str and places[-1] == there[-1]:
        return _ANY_OTHER
    if kind in (bool, str):
        return _either([axis.values[place] for place in places])
    if issubclass(kind, Scale):
        return _levels(axis, places)
    low = None if places[0] == there[0] else places[0]
    high = None if places[-1] == there[-1] else places[-1]
    return _counts(axis, low, high) if kind is int else _shares(axis, low, high)


def _levels(axis: Axis, places: Sequence[int]) -> str:
    levels = [axis.values[place] for place in places]
    worst, best = (-1, 0) if axis.field.best_first else (0, -1)
    if axis.field.harm is not Harm.NEITHER and len(levels) > 2:
        if levels[worst] is axis.values[worst]:
            return f"{levels[best]} or worse"
        if levels[best] is axis.values[best]:
            return f"no worse than {levels[worst]}"
    return _either(levels)


def _counts(axis: Axis, low: int | None, high: int | None) -> str:
    first = 0 if low is None else axis.bounds[low // 2] if low % 2 else axis.bounds[low // 2 - 1] + 1
    if high is None:
        return f"{first} or more"
    last = axis.bounds[high // 2] - (high % 2 == 0)
    return f"{first} to {last}" if last > first + 1 else _either(sorted({first, last}))


def _shares(axis: Axis, low: int | None, high: int | None) -> str:
    bounds = [in_words(bound) for bound in axis.bounds]
    if low is not None and low == high and low % 2:
        return bounds[low // 2]
    at_least = at_most = ""
    if low is not None:
        at_least = f"{bounds[low // 2]} or more" if low % 2 else f"above {bounds[low // 2 - 1]}"
    if high is not None:
        at_most = f"at most {bounds[high // 2]}" if high % 2 else f"below {bounds[high // 2]}"
    return " and ".join(filter(None, (at_least, at_most)))


def _either(values: Sequence[Any]) -> str:
    *first, last = map(in_words, values)
    return f"{', '.join(first)} or {last}" if first else last
