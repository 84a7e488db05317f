"""Tables of Spark, which are graded in parts, wherever those are."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import polars as pl

from peelrules.engine.carriers.streams import of_nothing, whole_inspections
from peelrules.engine.carriers.terms import Grading
from peelrules.model.table import COLUMNS


def carry_pyspark(findings: Any, grading: Grading) -> Iterable[Any]:
    """Whole inspections are graded where they are. A refusal comes back as a row: an error loses the job."""
    named = [name for name in findings.columns if name in COLUMNS]
    unlike = of_nothing(findings.columns, grading)
    names = grading.faults_of_names(row[0] for row in findings.select("inspection").distinct().collect())

    def graded(batches: Iterator[Any]) -> Iterator[Any]:
        for table in whole_inspections(batches, _ROWS):
            try:
                packed = [_packed(frame) for frame in grading(table, faults_of_names=names)]
                told = {"part": [*range(len(packed))], "rows": packed}
            except ValueError as error:
                told = {"refusal": [str(error)]}
            yield from _batches(pl.concat([_NOTHING_TOLD, pl.DataFrame(told)], how="diagonal"))

    together = findings.select(*named).repartition("inspection").sortWithinPartitions("inspection")
    # Graded once for three results, and not cached: Spark knows what is cached by the path of its file, so that a file
    # which has been replaced would get the grades of the one before.
    done = together.mapInArrow(graded, "refusal string, part long, rows binary").localCheckpoint()
    if refused := done.where("refusal is not null").limit(_TOLD).collect():
        raise ValueError("\n".join(row.refusal for row in refused))
    return [
        done.where(f"part = {part}").select("rows").mapInArrow(_unpacked, _shape(frame))
        for part, frame in enumerate(unlike)
    ]


_NOTHING_TOLD = pl.DataFrame(schema={"refusal": pl.String, "part": pl.Int64, "rows": pl.Binary})
_TOLD = 5
_ROWS = 100_000
"""Findings that are graded together, unless a single inspection has more."""


def _packed(frame: pl.DataFrame) -> bytes:
    """A whole table as one value, which Spark passes on faster than its rows."""
    buffer = BytesIO()
    frame.write_ipc_stream(buffer, compression="lz4")
    return buffer.getvalue()


def _unpacked(batches: Iterable[Any]) -> Iterator[Any]:
    for batch in batches:
        for packed in batch["rows"]:
            yield from _batches(_in_plain_text(pl.read_ipc_stream(packed.as_py())))


def _batches(frame: pl.DataFrame) -> Iterable[Any]:
    batches: Iterable[Any] = frame.to_arrow(compat_level=pl.CompatLevel.oldest()).to_batches()
    return batches


def _shape(frame: pl.DataFrame) -> str:
    """The columns of a table in the words of Spark."""
    kinds = _in_plain_text(frame).schema.items()
    return ", ".join(f"{name} {'string' if kind == pl.String else 'long'}" for name, kind in kinds)


def _in_plain_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A table without enums, which Spark does not have."""
    return frame.cast({pl.Enum: pl.String})
