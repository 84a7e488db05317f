"""Tables of Spark, which are graded in parts, wherever those are."""

from collections.abc import Iterable, Iterator
from typing import Any

import polars as pl

from peelrules.engine.carriers.terms import Grading
from peelrules.model.table import COLUMNS


def carry_pyspark(findings: Any, grading: Grading) -> Iterable[Any]:
    """Whole inspections are graded where they are. A refusal comes back as a row: an error loses the job."""
    named = [name for name in findings.columns if name in COLUMNS]
    unlike = list(grading(pl.DataFrame(schema=dict.fromkeys(findings.columns, pl.Null))))  # refuses missing columns
    names = grading.faults_of_names(row[0] for row in findings.select("inspection").distinct().collect())
    kinds = {name: kind for frame in map(_in_plain_text, unlike) for name, kind in frame.schema.items()}
    shape = ", ".join(f"{name} {'string' if kind == pl.String else 'long'}" for name, kind in kinds.items())

    def graded(batches: Iterator[Any]) -> Iterator[Any]:
        for table in whole_inspections(batches):
            try:
                parts = enumerate(grading(table, faults_of_names=names))
                frames = [_in_plain_text(f).with_columns(part=pl.lit(part, dtype=pl.Int64)) for part, f in parts]
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


def _in_plain_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A table without enums, which Spark does not have."""
    return frame.cast({pl.Enum: pl.String})


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
