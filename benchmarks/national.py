"""Made-up inspections of a whole country, in any number: what a real one found, drawn again and coded otherwise.

Each has 150 findings of a real inspection. So many codings are changed that facts and grades vary. What comes out is
sound, but says nothing of any force.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import polars as pl
from pyarrow.parquet import ParquetWriter

from peelrules import Evidence, Finding
from peelrules.model.scales import Direction
from peelrules.model.table import LEVELS, coding_in

FINDINGS = 150
"""Of each inspection."""

_BLOCK = 1000
"""Inspections made at once. Each block has a seed of its own: the first thousand are the same, however many follow."""
_TURNED, _NOTCH, _PERSISTENT, _EXCEPTIONAL = 0.1, 0.2, 0.1, 0.05
"""How often a direction is turned, a level is one off, a shortfall was known before, and a strength is exceptional."""
_SPREAD = 0.05
"""Standard deviation of estimated shares."""
_OF_A_SHORTFALL = [name for name in LEVELS if name != "direction"]


def national(evidence: Evidence, inspections: int, seed: int = 0) -> Iterator[pl.DataFrame]:
    """The findings of so many inspections as `population` takes them, in parts, in types that keep them small."""
    findings = _ranked(evidence.to_frame())
    for first in range(0, inspections, _BLOCK):
        yield _block(findings, first, seed).head((inspections - first) * FINDINGS)


def write(parts: Iterator[pl.DataFrame], file: Path) -> None:
    """Write parts to one Parquet file; no more than one of them is in memory."""
    tables = (part.to_arrow(compat_level=pl.CompatLevel.oldest()) for part in parts)
    first = next(tables)
    with ParquetWriter(file, first.schema) as writer:
        for table in chain([first], tables):
            writer.write_table(table)


def bodies_of_evidence(table: pl.DataFrame, like: Evidence) -> Sequence[Evidence]:
    """The same findings as `grade` takes them, one body of evidence for each inspection."""
    sources = {"table": next(iter(like.sources.values()))}
    return [
        like.model_copy(
            update={
                "sources": sources,
                "findings": tuple(Finding.model_validate(coding_in(row)) for row in rows.to_dicts()),
            }
        )
        for rows in table.partition_by("inspection", maintain_order=True)
    ]


def _ranked(findings: pl.DataFrame) -> pl.DataFrame:
    """Levels as numbers, which are easier to change than words."""
    return findings.with_columns(
        *(pl.col(name).cast(pl.Enum(findings[name].unique().sort())) for name in ("id", "bears_on", "strand")),
        *(
            pl.col(name).replace_strict({str(level): level.rank for level in scale}, return_dtype=pl.Int8)
            for name, scale in LEVELS.items()
        ),
        *(pl.col(name).cast(pl.UInt32) for name in ("sample_met", "sample_of")),
    )


def _worded(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.with_columns(
        pl.col(name).replace_strict(
            {level.rank: str(level) for level in scale}, return_dtype=pl.Enum([str(level) for level in scale])
        )
        for name, scale in LEVELS.items()
    )


def _block(findings: pl.DataFrame, first: int, seed: int) -> pl.DataFrame:
    rng = np.random.default_rng([seed, first])
    drawn = rng.random((_BLOCK, findings.height)).argpartition(FINDINGS)[:, :FINDINGS]
    inspection = np.arange(first, first + _BLOCK, dtype=np.uint32).repeat(FINDINGS)
    table = findings[drawn.ravel()].with_columns(inspection=pl.Series(inspection))
    for changed in (_turned, _notched, _noted, _resampled):
        table = changed(table, rng)
    return _worded(table)


def _turned(table: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Some strengths are shortfalls, coded at random, and some shortfalls strengths."""
    is_turned = _chance(table, _TURNED, rng)
    to_shortfall, to_strength = is_turned & _is(Direction.STRENGTH), is_turned & _is(Direction.SHORTFALL)
    drawn = {name: pl.lit(pl.Series(rng.integers(len(LEVELS[name]), size=table.height))) for name in _OF_A_SHORTFALL}
    return table.with_columns(
        direction=pl.when(to_shortfall)
        .then(Direction.SHORTFALL.rank)
        .when(to_strength)
        .then(Direction.STRENGTH.rank)
        .otherwise("direction")
        .cast(pl.Int8),
        innovative=pl.col("innovative") & ~to_shortfall,
        **{
            name: pl.when(to_shortfall).then(level).when(~to_strength).then(name).cast(pl.Int8)
            for name, level in drawn.items()
        },
    )


def _notched(table: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Levels that are coded may be one higher or lower."""
    weights = [_NOTCH / 2, 1 - _NOTCH, _NOTCH / 2]
    steps = {name: pl.Series(rng.choice([-1, 0, 1], size=table.height, p=weights)) for name in _OF_A_SHORTFALL}
    return table.with_columns(
        (pl.col(name) + step).clip(0, len(LEVELS[name]) - 1).cast(pl.Int8) for name, step in steps.items()
    )


def _noted(table: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Any shortfall or sample may have been reported before, any strength be called exceptional."""
    return table.with_columns(
        persistent=_chance(table, _PERSISTENT, rng) & pl.col("state").is_not_null(),
        exceptional=_chance(table, _EXCEPTIONAL, rng) & _is(Direction.STRENGTH),
    )


def _resampled(table: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Samples come out as they might have if other cases had been audited."""
    met, of = (table[name].fill_null(0).to_numpy() for name in ("sample_met", "sample_of"))
    again = pl.Series(rng.binomial(of, (met + 1) / (of + 2)).astype(np.uint32))
    error = pl.Series(rng.normal(scale=_SPREAD, size=table.height))
    return table.with_columns(
        sample_met=pl.when(pl.col("sample_met").is_not_null()).then(again),
        sample_share=(pl.col("sample_share") + error).clip(0, 1).round(3),
    )


def _chance(table: pl.DataFrame, share: float, rng: np.random.Generator) -> pl.Expr:
    return pl.lit(pl.Series(rng.random(table.height) < share))


def _is(direction: Direction) -> pl.Expr:
    return (pl.col("direction") == direction.rank).fill_null(value=False)
