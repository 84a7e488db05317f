"""Tables of findings of any kind: each is carried to Polars by Arrow, and what comes of it is carried back.

A library is asked for only where a table of it has come in.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

import polars as pl

from peelrules.model.table import COLUMNS

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


def _pandas(findings: Any, grading: Grading) -> Iterable[Any]:
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


def _arrow(findings: Any, grading: Grading) -> Iterable[Any]:
    return [frame.to_arrow() for frame in grading(pl.DataFrame(findings))]


def _duckdb(findings: Any, grading: Grading) -> Iterable[Any]:
    return [_on_the_connection(findings, frame.to_arrow()) for frame in grading(findings.pl())]


def _on_the_connection(findings: Any, result: Any) -> Any:  # noqa: ARG001  DuckDB finds a table by the name of a variable
    """A table as a relation on the connection of the findings."""
    return findings.query("findings", "FROM result")


def _pyspark(findings: Any, grading: Grading) -> Iterable[Any]:
    """Whole inspections are graded where they are. A refusal comes back as a row: an error loses the job."""
    named = [name for name in findings.columns if name in COLUMNS]
    unlike = list(grading(pl.DataFrame(schema=dict.fromkeys(findings.columns, pl.Null))))  # refuses missing columns
    names = grading.faults_of_names(row[0] for row in findings.select("inspection").distinct().collect())
    kinds = {name: kind for frame in unlike for name, kind in frame.schema.items()}
    shape = ", ".join(f"{name} {'string' if kind == pl.String else 'long'}" for name, kind in kinds.items())

    def graded(batches: Iterator[Any]) -> Iterator[Any]:
        for table in whole_inspections(batches):
            try:
                parts = enumerate(grading(table, faults_of_names=names))
                frames = [frame.with_columns(part=pl.lit(part, dtype=pl.Int64)) for part, frame in parts]
            except ValueError as error:
                frames = [pl.DataFrame({"refusal": [str(error)]})]
            wide = pl.concat([pl.DataFrame(schema=_WIDE | kinds), *frames], how="diagonal")
            yield from wide.select([*_WIDE, *kinds]).to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()

    together = findings.select(*named).repartition("inspection").sortWithinPartitions("inspection")
    # Graded once for three results, and not cached: Spark knows what is cached by the path of its file, so that a file
    # which has been replaced would get the grades of the one before.
    done = together.mapInArrow(graded, f"refusal string, part long, {shape}").localCheckpoint()
    if refused := done.where("refusal is not null").limit(_TOLD).collect():
        raise ValueError("\n".join(row.refusal for row in refused))
    return [done.where(f"part = {part}").select(*frame.columns) for part, frame in enumerate(unlike)]


_WIDE: dict[str, Any] = {"refusal": pl.String, "part": pl.Int64}
_TOLD = 5
_ROWS = 100_000
"""Findings that are graded together, unless a single inspection has more."""


def whole_inspections(batches: Iterable[Any], rows: int = _ROWS) -> Iterator[pl.DataFrame]:
    """Batches of Arrow, sorted by inspection, as tables that end where an inspection does, of so many rows or more."""
    held: list[pl.DataFrame] = []
    for batch in batches:
        held.append(pl.DataFrame(batch))
        if sum(map(len, held)) >= rows:
            table = pl.concat(held)
            goes_on = table["inspection"].eq_missing(table["inspection"][-1])  # a row without one is refused, not lost
            if not goes_on.all():
                yield table.filter(~goes_on)
            held = [table.filter(goes_on)]
    if held:
        yield pl.concat(held)


_CARRIERS: dict[str, Carrier] = {
    "polars.DataFrame": _polars,
    "polars.LazyFrame": _polars,
    "pandas.DataFrame": _pandas,
    "duckdb.DuckDBPyRelation": _duckdb,
    "pyspark.DataFrame": _pyspark,
}
