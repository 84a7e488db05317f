"""What a carrier is, and what it carries a table to."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

import polars as pl

Frames = Iterable[pl.DataFrame]


class Grading(Protocol):
    """What is done with a table that has been carried to Polars."""

    def __call__(self, table: pl.DataFrame, /, faults_of_names: pl.DataFrame | None = None) -> Frames:
        """Grade a table of whole inspections.

        Args:
            faults_of_names: of all inspections, if there are others than those of this table.

        Raises:
            ValueError: the table is refused.
        """

    def faults_of_names(self, inspections: Iterable[object], /) -> pl.DataFrame:
        """What is wrong with the names of all inspections, where no table has them all.

        Raises:
            ValueError: they are refused.
        """


Carrier = Callable[[Any, Grading], Iterable[Any]]
"""Takes a table to a grading, and gives what comes of it as tables of the same kind."""
