"""Data frames of pandas, in which nothing says what kind of values a column of objects holds."""

from collections.abc import Iterable
from typing import Any

import polars as pl

from peelrules.engine.carriers.terms import Grading


def carry_pandas(findings: Any, grading: Grading) -> Iterable[Any]:
    return [frame.to_pandas() for frame in grading(_of_pandas(findings))]


def _of_pandas(findings: Any) -> pl.DataFrame:
    """A data frame of pandas, column by column: text, and booleans with gaps, may be objects in it."""
    return pl.DataFrame([_of_objects(c) if c.dtype == object else _alike(c) for _, c in findings.items()])


def _alike(column: Any) -> pl.Series:
    alike: Any = pl.from_pandas(column, include_index=False)
    return pl.Series(str(column.name), alike)


def _of_objects(column: Any) -> pl.Series:
    values = [None if is_gap else each for each, is_gap in zip(column, column.isna(), strict=True)]
    there = [each for each in values if each is not None]
    kinds = {str: pl.String, bool: pl.Boolean} if there else {object: pl.Null}
    dtype = next((dtype for kind, dtype in kinds.items() if all(isinstance(each, kind) for each in there)), pl.Object)
    return pl.Series(str(column.name), values, dtype=dtype)
