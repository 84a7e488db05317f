"""Tables of findings of any kind: each is carried to Polars by Arrow, and what comes of it is carried back.

A library is asked for only where a table of it has come in.
"""

from collections.abc import Iterable
from typing import Any

import polars as pl

from peelrules.engine.carriers.duckdb import carry_duckdb
from peelrules.engine.carriers.pandas import carry_pandas
from peelrules.engine.carriers.pyspark import carry_pyspark
from peelrules.engine.carriers.terms import Carrier, Grading


def carrier_of(findings: object) -> Carrier:
    """The carrier of a table.

    Raises:
        TypeError: it is no table.
    """
    for kind in type(findings).__mro__:
        library = kind.__module__.partition(".")[0].lstrip("_")
        if carrier := _CARRIERS.get(f"{library}.{kind.__name__}"):
            return carrier
    if hasattr(findings, "__arrow_c_stream__"):
        return _arrow
    raise TypeError(
        f"findings are a Polars, pandas, PyArrow, DuckDB or PySpark table, and not {type(findings).__name__}"
    )


def _polars(findings: pl.DataFrame | pl.LazyFrame, grading: Grading) -> Iterable[Any]:
    if isinstance(findings, pl.LazyFrame):
        return [frame.lazy() for frame in grading(findings.collect())]
    return grading(findings)


def _arrow(findings: Any, grading: Grading) -> Iterable[Any]:
    return [frame.to_arrow() for frame in grading(pl.DataFrame(findings))]


_CARRIERS: dict[str, Carrier] = {
    "polars.DataFrame": _polars,
    "polars.LazyFrame": _polars,
    "pandas.DataFrame": carry_pandas,
    "duckdb.DuckDBPyRelation": carry_duckdb,
    "pyspark.DataFrame": carry_pyspark,
}
