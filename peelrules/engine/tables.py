"""Decision tables: what the rules say of every cell of facts that they cannot tell apart.

A comparison changes only at its bound, so the bounds of a stage's rules cut all facts into finitely many cells. The
rules are asked once about one fact of a cell, when the first fact of it comes along; whatever is asked later is looked
up. Draws, thresholds, paths and whole populations are answered so.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peelrules.engine.matching import Said, matching, said
from peelrules.model.conditions import Axes
from peelrules.model.facts import Fact, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Scale

Places = NDArray[np.int64]
Ranks = NDArray[np.int8]

MOST_CELLS = 1_000_000
"""Of a table that is held as an array; a larger one is looked up among the cells that there are."""
MOST_KNOWN = 100_000
"""Cells of which is remembered what is said of them."""
_UNKNOWN = -1


class Table:
    """The rules of one stage as a table."""

    def __init__(self, rulebook: Rulebook, stage: Stage) -> None:
        self._stage = stage
        self._rules = rulebook.of_stage[stage]
        conditions = (c for rule in self._rules for conditions in rule.alternatives for c in conditions)
        self.axes = Axes(conditions, rulebook.fields[stage])
        self._said: dict[tuple[int, ...], Said] = {}
        self._ranks: dict[str, Ranks] = {}

    def said(self, fact: Fact) -> Said:
        """What the rules say of a fact."""
        return self.said_in(self.axes.cell(fact))

    def said_in(self, cell: tuple[int, ...]) -> Said:
        """What the rules say of the facts in a cell."""
        found = self._said.get(cell)
        if found is None:
            if len(self._said) >= MOST_KNOWN:
                self._said.clear()
            found = self._said[cell] = said(self._stage, matching(self._rules, self.axes.fact_in(cell)))
        return found

    def ranks(self, places: Sequence[Places], outcomes: Sequence[str], facts: int) -> list[Ranks]:
        """The rank of each outcome for many facts; of a flag, 1 where it is raised.

        Args:
            places: of the facts, for each axis.
            facts: how many there are.
        """
        if self._cells > MOST_CELLS and facts:
            return self._ranks_of_those(places, outcomes)
        cells = np.zeros(facts, np.int64)
        for axis, place in zip(self.axes.axes, places, strict=True):
            cells *= axis.size
            cells += place
        return [self._looked_up(outcome, cells) for outcome in outcomes]

    @cached_property
    def _cells(self) -> int:
        cells = 1
        for axis in self.axes.axes:
            cells *= axis.size
        return cells

    def _looked_up(self, outcome: str, cells: Places) -> Ranks:
        if outcome not in self._ranks:
            self._ranks[outcome] = np.full(self._cells, _UNKNOWN, np.int8)
        table = self._ranks[outcome]
        ranks = table[cells]
        if (unknown := ranks == _UNKNOWN).any():
            sizes = (1, *(axis.size for axis in self.axes.axes))  # of nothing but one cell where rules read nothing
            new = np.unique(cells[unknown])
            for number, (_, *cell) in zip(new, np.transpose(np.unravel_index(new, sizes)).tolist(), strict=True):
                table[number] = _rank(self.said_in(tuple(cell)).concluded[outcome])
            ranks = table[cells]
        return ranks

    def _ranks_of_those(self, places: Sequence[Places], outcomes: Sequence[str]) -> list[Ranks]:
        cells, which = np.unique(np.stack(places, axis=1), axis=0, return_inverse=True)
        concluded = [self.said_in(tuple(cell)).concluded for cell in cells.tolist()]
        return [np.array([_rank(each[o]) for each in concluded], np.int8)[which.ravel()] for o in outcomes]

    def every_cell(self) -> "product[tuple[int, ...]]":
        """All cells in which there can be a fact."""
        there = ([p for p, value in enumerate(axis.values) if value is not None] for axis in self.axes.axes)
        return product(*there)


def _rank(level: Any) -> int:
    return level.rank if isinstance(level, Scale) else int(level)


@lru_cache(maxsize=32)
def table_of(rulebook: Rulebook, stage: Stage) -> Table:
    """The table of a stage, which is kept while the rulebook is in use."""
    return Table(rulebook, stage)


def tabled(rulebook: Rulebook, stage: Stage, facts: Sequence[Fact]) -> list[Said]:
    """Look every fact up."""
    table = table_of(rulebook, stage)
    return [table.said(fact) for fact in facts]
