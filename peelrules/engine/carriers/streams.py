"""Tables that come in pieces, and are graded so many whole inspections at a time."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from peelrules.engine.carriers.terms import Grading


def of_nothing(columns: Iterable[str], grading: Grading) -> list[pl.DataFrame]:
    """What comes of a table of no rows, which tells what is to come before any piece has.

    Raises:
        ValueError: a column is missing or misspelt.
    """
    return list(grading(pl.DataFrame(schema=dict.fromkeys(columns, pl.Null))))


def whole_inspections(batches: Iterable[Any], rows: int) -> Iterator[pl.DataFrame]:
    """Batches of Arrow as tables of so many rows or more.

    They end where an inspection does, if the rows of each stand together.
    """
    held: list[pl.DataFrame] = []
    for batch in batches:
        held.append(pl.DataFrame(batch))
        if sum(map(len, held)) >= rows:
            table = pl.concat(held)
            goes_on = table["inspection"].eq_missing(table["inspection"][-1])  # a row without one is refused, not lost
            begins = len(table) - int(goes_on.sum())
            if begins:
                yield table[:begins]
            held = [table[begins:]]
    if held:
        yield pl.concat(held)
