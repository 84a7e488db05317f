"""Dataframe libraries on which many inspections are graded: how each gets a table, and is made to work it out."""

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Backend(NamedTuple):
    """One dataframe library."""

    load: Callable[[Path, int], Any]
    """The findings of the first inspections of a Parquet file, held in memory."""
    work_out: Callable[[Any], Any]
    """See to it that every row of a result is computed."""
    rows_of: Callable[[Any], Any]
    """A result as a Polars data frame."""


def _polars(table: Path, inspections: int) -> Any:
    import polars as pl

    return pl.scan_parquet(table).filter(pl.col("inspection") < inspections).collect()


def _in_text(table: Path, inspections: int) -> Any:
    import polars as pl

    return _polars(table, inspections).cast({pl.Enum: pl.String})


def _duckdb(table: Path, inspections: int) -> Any:
    import duckdb

    connection = duckdb.connect()
    connection.read_parquet(str(table)).filter(f"inspection < {inspections}").create("findings")
    return connection.table("findings")


def _pyspark(table: Path, inspections: int) -> Any:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # what grades there needs peelrules, too
    session = (
        SparkSession.builder.master("local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "6g")
        .config("spark.sql.shuffle.partitions", os.cpu_count())  # 200 are for clusters
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    findings = session.read.parquet(str(table)).filter(f"inspection < {inspections}")
    findings = findings.repartition(os.cpu_count()).cache()  # a small file would be left to one core
    findings.count()
    return findings


def _from_pandas(frame: Any) -> Any:
    import polars as pl

    return pl.from_pandas(frame)


BACKENDS: Mapping[str, Backend] = {
    "polars": Backend(_polars, lambda frame: frame, lambda frame: frame),
    "polars in plain text": Backend(_in_text, lambda frame: frame, lambda frame: frame),
    "pandas": Backend(lambda *given: _in_text(*given).to_pandas(), lambda frame: frame, _from_pandas),
    "duckdb": Backend(_duckdb, lambda relation: relation.to_arrow_table(), lambda relation: relation.pl()),
    "pyspark": Backend(
        _pyspark,
        lambda frame: frame.write.format("noop").mode("overwrite").save(),
        lambda frame: _from_pandas(frame.toPandas()),
    ),
}


def unavailable() -> dict[str, str]:
    """The libraries that cannot be measured here, and why."""
    return {} if os.environ.get("JAVA_HOME") or shutil.which("java") else {"pyspark": "there is no Java"}
