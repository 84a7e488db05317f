"""A table of findings, as it is graded: words as numbers, and no row that is not sound.

What a sound finding is, `Finding` says. Here it is told in expressions, so that millions of rows are
looked over at once; tests hold the two together.
"""

import operator
from collections.abc import Iterable, Iterator
from functools import reduce
from typing import Any

import numpy as np
import polars as pl

from peelrules.engine.columns import Columns
from peelrules.model.evidence import FLAGS
from peelrules.model.framework import Framework
from peelrules.model.scales import Direction
from peelrules.model.table import BETWEEN, COLUMNS, FIGURES, LEVELS, NEEDED, Kind, misspelt

_MOST = 1_000_000
"""The highest figure of a sample."""
_WORDS = {Kind.TEXT: "text", Kind.FLAG: "booleans", Kind.WHOLE: "numbers", Kind.NUMBER: "numbers"}
_AN_ID = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z"
"""As `Id` says, in the regular expressions of Polars."""


def table_of(findings: pl.DataFrame) -> pl.DataFrame:
    """The columns of a table of findings, of the kinds that are documented; what is left out is empty.

    Raises:
        ValueError: a column is missing that no table can do without, or holds something else than is documented.
    """
    given = findings.schema
    if missing := [name for name in NEEDED if name not in given]:
        raise ValueError(f"the table has no column {', '.join(missing)}; it has {', '.join(given)}")
    if near := misspelt(given):
        raise ValueError("; ".join(f"the column {name} seems to mean {meant}" for name, meant in near.items()))
    held = {name: given[name] for name in COLUMNS if name in given}
    for name, kind in list(held.items()):
        if not _holds(name, COLUMNS[name], kind):
            if findings[name].drop_nulls().len():
                raise ValueError(f"the column {name} should hold {_WORDS[COLUMNS[name]]}, and is of the kind {kind}")
            del held[name]  # a column of nothing may be of any kind
    # columns are added before they are chosen, for of nothing but literals there would be one row
    shaped = findings.with_columns(_column(name, kind, held.get(name)) for name, kind in COLUMNS.items())
    return shaped.select(*COLUMNS)


def coded(table: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """The table with words as numbers, too: levels and strands by rank, and of lists of characteristics which it is."""
    table = _with_ids_for_titles(table, framework)
    words = {name: [str(level) for level in scale] for name, scale in LEVELS.items()} | {"strand": [*framework.strands]}
    ranks = {f"{name}_rank": _as(pl.Enum(known), name).to_physical() for name, known in words.items()}
    there = pl.Enum(table["bears_on"].unique().cast(pl.String).drop_nulls())  # an Enum may know more than is there
    return table.with_columns(
        *(pl.col(name).fill_null(value=False) for name in FLAGS),
        **ranks,
        bearing=_as(there, "bears_on"),
        has_sample=any_of(pl.col(f"sample_{name}").is_not_null() for name in FIGURES),
    )


def _with_ids_for_titles(table: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """The table with findings that bear on ids only: a title that one characteristic has gives way to its id."""
    texts = table["bears_on"].unique().cast(pl.String).drop_nulls()
    ids = {text: _ids_in(text, framework) for text in texts if not _is_of_ids(text.split(BETWEEN), framework)}
    meant = {text: named for text, named in ids.items() if named != text}
    return table.with_columns(pl.col("bears_on").cast(pl.String).replace(meant)) if meant else table


def _ids_in(text: str, framework: Framework) -> str:
    meant = ((name, framework.meant_by(name)) for name in text.split(BETWEEN))
    return BETWEEN.join(ids[0] if len(ids) == 1 else name for name, ids in meant)


def _as(kind: pl.Enum, column: str) -> pl.Expr:
    """A column as words of a kind, null for any other."""
    return pl.col(column).cast(kind, strict=False)


def _bearings(table: pl.DataFrame) -> list[tuple[str, ...]]:
    """Every list of characteristics that stands in a coded table, in the order of their numbers."""
    kind = table.schema["bearing"]
    assert isinstance(kind, pl.Enum)  # noqa: S101
    return [tuple(text.split(BETWEEN)) for text in kind.categories.to_list()]


def columns_of(table: pl.DataFrame) -> tuple[Columns, pl.Series]:
    """A coded table that is known to be sound as columns, and the names of its inspections."""
    run = table["inspection"].rle_id()
    starts = table["inspection"].filter((run != run.shift()).fill_null(value=True)).cast(pl.String)
    names = starts.unique(maintain_order=True)
    inspection = starts.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    columns = Columns(
        inspection=inspection[run.to_numpy()],
        inspections=len(names),
        bears_on=table["bearing"].to_physical().to_numpy().astype(np.int64),
        bearings=_bearings(table),
        strand=table["strand_rank"].to_numpy().astype(np.int64),
        failing=_failing(table),
        **{name: _ranks(table[f"{name}_rank"]) for name in LEVELS},
        **{name: table[name].to_numpy() for name in FLAGS},
    )
    return columns, names


def _failing(table: pl.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The share of each sample that falls short, to the last bit as `Sample.failing`; not a number without a sample."""
    failing = np.full(len(table), np.nan)
    sampled = table["has_sample"].arg_true()
    met, of, share = (table[f"sample_{name}"].gather(sampled).to_numpy() for name in ("met", "of", "share"))
    with np.errstate(invalid="ignore"):
        told = np.where(np.isnan(met), np.floor((1 - share) * 1e9 + 0.5) / 1e9, (of - met) / of)
    failing[sampled.to_numpy()] = told
    return failing


def _ranks(places: pl.Series) -> np.ndarray[Any, Any]:
    """Ranks as they are counted with; -1 where there is none, which is 255 in unsigned numbers of eight bits."""
    ranks = places.cast(pl.UInt8).fill_null(255).to_numpy()
    return ranks.view(np.int8)


def any_of(expressions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether one of several expressions holds; false where there is none."""
    return reduce(operator.or_, expressions, pl.lit(value=False))


def faulty(table: pl.DataFrame, framework: Framework) -> pl.DataFrame:
    """The rows of a coded table that are no sound findings."""
    unsound = [BETWEEN.join(ids) for ids in _bearings(table) if not _is_sound(ids, framework)]  # mostly none
    wrong_place = pl.col("bears_on").is_null() | (pl.col("bearing").is_in(unsound) if unsound else pl.lit(value=False))
    return table.filter(any_of((wrong_place, *_words(table), *_sample(), *_kinds())))


def repeating(table: pl.DataFrame) -> pl.Series:
    """The inspections in which an id stands twice."""
    counted = table.group_by("inspection").agg(pl.col("id").n_unique().alias("ids"), pl.len())
    return counted.filter(pl.col("ids") < pl.col("len"))["inspection"]


def _holds(name: str, kind: Kind, given: pl.DataType) -> bool:
    """Whether a column holds what it should; whether words and numbers are right is looked at later."""
    match kind:
        case Kind.TEXT:
            return isinstance(given, pl.String | pl.Categorical | pl.Enum) or given.is_integer()
        case Kind.FLAG:
            return given == pl.Boolean
        case Kind.NUMBER if given == pl.Float32:
            raise ValueError(
                f"the column {name} holds numbers of 32 bits, in which 0.85 is 0.8500000238; make them of 64"
            )
    return given.is_numeric()


def _column(name: str, kind: Kind, given: pl.DataType | None) -> pl.Expr:
    wanted = {Kind.TEXT: pl.String, Kind.FLAG: pl.Boolean}.get(kind, pl.Float64)
    if given is None:
        return pl.lit(None, dtype=wanted).alias(name)
    column = pl.col(name)
    if kind is Kind.TEXT:
        return column.cast(pl.String) if given.is_integer() else column
    return column if kind is Kind.FLAG else column.cast(pl.Float64).fill_nan(None)


def _words(table: pl.DataFrame) -> Iterator[pl.Expr]:
    yield pl.col("inspection").is_null()
    kind = table.schema["id"]
    if isinstance(kind, pl.Enum):  # a word is looked at once
        wrong = kind.categories.filter(~kind.categories.str.contains(_AN_ID))
        yield pl.col("id").is_null() | (pl.col("id").is_in(wrong) if len(wrong) else pl.lit(value=False))
    else:
        yield ~pl.col("id").cast(pl.String).str.contains(_AN_ID).fill_null(value=False)
    yield pl.col("strand_rank").is_null()
    for name in LEVELS:
        yield pl.col(name).is_not_null() & pl.col(f"{name}_rank").is_null()


def _sample() -> Iterator[pl.Expr]:
    met, of, share, margin = (pl.col(f"sample_{name}") for name in FIGURES)
    has_sample = pl.col("has_sample")
    yield has_sample & (met.is_null() == share.is_null())
    yield has_sample & of.is_null() & margin.is_null()
    yield ~met.is_null() & ~of.is_null() & ~(met <= of)
    yield ~margin.is_null() & share.is_null()
    for count, least in ((met, 0), (of, 1)):
        yield ~count.is_null() & ~((count >= least) & (count <= _MOST) & (count.floor() == count))
    for part in (share, margin):
        yield ~part.is_null() & ~((part >= 0) & (part <= 1))


def _kinds() -> Iterator[pl.Expr]:
    """What a shortfall, a sample and a strength must and must not have."""
    has_sample = pl.col("has_sample")
    given = {name: ~pl.col(name).is_null() for name in LEVELS}
    is_coded = {level: given["direction"] & (pl.col("direction_rank") == level.rank) for level in Direction}
    is_strength, is_shortfall = is_coded[Direction.STRENGTH], is_coded[Direction.SHORTFALL]
    yield given["direction"] == has_sample
    yield has_sample & given["extent"]
    yield (has_sample | is_shortfall) & ~(given["seriousness"] & given["state"])
    yield is_shortfall & ~given["extent"]
    yield ~is_strength & any_of([pl.col(name) for name in ("exceptional", "progress", "innovative")])
    yield (is_strength | is_coded[Direction.NEITHER]) & any_of(
        (given["seriousness"], given["extent"], given["state"], pl.col("persistent"))
    )


def _is_sound(ids: tuple[str, ...], framework: Framework) -> bool:
    return len(set(ids)) == len(ids) and _is_of_ids(ids, framework)


def _is_of_ids(names: Iterable[str], framework: Framework) -> bool:
    return all(name in framework.characteristics for name in names)
