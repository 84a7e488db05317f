"""A table of findings, as it is graded: words as numbers, and no row that is not sound.

What a sound finding is, `Finding` says. It is asked once about each way to code one; what differs from row to row, ids
and figures, is told in expressions, and tests hold the two together.
"""

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from itertools import pairwise
from math import prod
from typing import Any, NamedTuple, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray
from pydantic import ValidationError

from peelrules.engine.columns import Columns
from peelrules.engine.columns.lookup import Flags, Whole
from peelrules.model.evidence import FLAGS, Finding
from peelrules.model.framework import Framework
from peelrules.model.table import BETWEEN, COLUMNS, FIGURES, LEVELS, NEEDED, Kind, coding_in, misspelt

_MOST = 1_000_000
"""The highest figure of a sample."""
_WORDS = {Kind.TEXT: "text", Kind.FLAG: "booleans", Kind.WHOLE: "numbers", Kind.NUMBER: "numbers"}
_AN_ID = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,59}\z"
"""As `Id` says, in the regular expressions of Polars."""
_SEEN_AT_ONCE = 2**24
"""Inspections times ids of which it is noted one by one whether they were seen; more are searched."""


class Coded(NamedTuple):
    """A table of findings as numbers. Rows of it may be faulty, and then their numbers mean nothing."""

    table: pl.DataFrame
    names: pl.Series
    """Of the inspections, by their number."""
    columns: Columns
    faulty: Flags
    """Which rows are no sound findings."""
    repeating: Flags
    """Which rows have the id of an earlier one of the same inspection."""


def table_of(findings: pl.DataFrame) -> pl.DataFrame:
    """The columns of a table of findings that are documented. The rows of an inspection stand together.

    Raises:
        ValueError: a column is missing that no table can do without, or holds something else than is documented.
    """
    given = findings.schema
    if missing := [name for name in NEEDED if name not in given]:
        raise ValueError(f"the table has no column {', '.join(missing)}; it has {', '.join(given)}")
    if near := misspelt(given):
        raise ValueError("; ".join(f"the column {name} seems to mean {meant}" for name, meant in near.items()))
    documented = [name for name in COLUMNS if name in given]
    unfit = [name for name in documented if not _holds(name, COLUMNS[name], given[name])]
    for name in unfit:
        if findings[name].drop_nulls().len():
            raise ValueError(f"the column {name} should hold {_WORDS[COLUMNS[name]]}, and is of the kind {given[name]}")
    # a column of nothing may be of any kind
    table = findings[documented].with_columns(_column(name, COLUMNS[name], None) for name in unfit)
    is_together = not _runs(table)["value"].is_duplicated().any()
    return table if is_together else table.sort("inspection", maintain_order=True)


def parts_of(table: pl.DataFrame, inspections: int) -> Iterator[pl.DataFrame]:
    """A table, so many inspections at a time; of an empty table there is one part of nothing."""
    ends = _runs(table)["len"].cum_sum().gather_every(inspections, inspections - 1).to_list()
    bounds = pairwise(dict.fromkeys((0, *ends, len(table))))
    return (table[start:end] for start, end in list(bounds) or [(0, 0)])


def coded(table: pl.DataFrame, framework: Framework) -> Coded:
    """A part of a table as of `table_of`, looked over and as numbers."""
    given = table.schema
    shaped = table.with_columns(_column(name, kind, given.get(name)) for name, kind in COLUMNS.items())
    # columns are added before they are chosen, for of nothing but literals there would be one row
    table = shaped.select(*COLUMNS)
    runs = _runs(table)
    levels = {name: [str(level) for level in scale] for name, scale in LEVELS.items()}
    words = {name: _words_in(table[name]) for name in ("bears_on", "id")}
    words["strand"] = _words_in(table["strand"], [*framework.strands])
    numbers = table.select(
        *(_number(table[name], known).cast(pl.UInt8).fill_null(_NONE) for name, known in levels.items()),
        *(_number(table[name], listed).cast(pl.Int64).fill_null(len(listed)) for name, listed in words.items()),
        *(pl.col(name).fill_null(value=False) for name in FLAGS),
        sampled=any_of(pl.col(f"sample_{name}").is_not_null() for name in FIGURES),
    )
    column = {name: numbers[name].to_numpy() for name in numbers.columns}
    ranks = {name: column[name].view(np.int8) for name in LEVELS}
    flags = {name: column[name] for name in FLAGS}
    samples = table.select(f"sample_{name}" for name in FIGURES).filter(numbers["sampled"])
    bears_on, bearings = _bearings(column["bears_on"], words["bears_on"], framework)
    places = {strand: place for place, strand in enumerate(framework.strands)}
    columns = Columns(
        inspection=np.repeat(np.arange(len(runs)), runs["len"].to_numpy()),
        inspections=len(runs),
        bears_on=bears_on,
        bearings=bearings,
        strand=np.array([*(places.get(word, -1) for word in words["strand"]), -1])[column["strand"]],
        failing=np.full(len(table), np.nan),
        **cast("dict[str, Any]", ranks | flags),
    )
    columns.failing[column["sampled"]] = _failing(samples)
    is_an_id = np.array([*words["id"].str.contains(_AN_ID), False])
    faulty = (bears_on < 0) | (columns.strand < 0) | ~is_an_id[column["id"]]
    faulty |= _unsound(ranks, flags, column["sampled"])
    faulty[column["sampled"]] |= samples.select(any_of(_wrong_figures())).to_series().to_numpy()
    for name in LEVELS:
        if np.count_nonzero(ranks[name] < 0) > table[name].null_count():
            faulty |= (ranks[name] < 0) & table[name].is_not_null().to_numpy()
    findings = columns.inspection * len(is_an_id) + column["id"]
    return Coded(table, runs["value"].cast(pl.String), columns, faulty, _repeating(findings, len(runs) * len(is_an_id)))


def any_of(expressions: Iterable[pl.Expr]) -> pl.Expr:
    """Whether one of several expressions holds; null is no."""
    return reduce(operator.or_, (each.fill_null(value=False) for each in expressions), pl.lit(value=False))


def ids_in(text: str, framework: Framework) -> list[str]:
    """What a finding bears on. A title that one characteristic has stands for its id."""
    written = text.split(BETWEEN)
    if all(name in framework.characteristics for name in written):
        return written
    meant = ((name, framework.meant_by(name)) for name in written)
    return [ids[0] if len(ids) == 1 else name for name, ids in meant]


# -- columns as numbers -----------------------------------------------------------------------------


def _runs(table: pl.DataFrame) -> pl.DataFrame:
    """The inspections of a table in which rows of each stand together: `value`, and `len` for how many."""
    return table["inspection"].rle().struct.unnest()


_NONE = 255
"""Stands for what is not there, or not known, in numbers of eight bits. With a sign it is -1."""


def _words_in(column: pl.Series, known: Sequence[str] | None = None) -> pl.Series:
    """The words of a column of text; of an Enum some may stand in no row.

    Args:
        known: those that mean anything; of plain text no other is looked for.
    """
    if isinstance(column.dtype, pl.Enum):
        return column.dtype.categories
    return column.unique().cast(pl.String).drop_nulls() if known is None else pl.Series(known)


_FEW = 10
"""Plain text is compared with each of so many words, for that is faster than to look it up."""


def _number(column: pl.Series, words: Sequence[str] | pl.Series) -> pl.Expr:
    """The place of each text of a column among some words."""
    text = pl.col(column.name)
    if column.dtype != pl.String or not 0 < len(words) <= _FEW:
        return text.cast(pl.Enum(words), strict=False).to_physical()
    number: Any = pl
    for place, word in enumerate(words):
        number = number.when(text == word).then(place)
    places: pl.Expr = number.otherwise(None)
    return places.alias(column.name)


def _bearings(numbers: Whole, words: pl.Series, framework: Framework) -> tuple[Whole, list[tuple[str, ...]]]:
    """Which list of characteristics each finding bears on, -1 for none that can be, and the lists."""
    lists = [_list_in(text, framework) for text in words]
    places = {ids: place for place, ids in enumerate(dict.fromkeys(ids for ids in lists if ids))}
    return np.array([*(places.get(ids, -1) for ids in lists), -1], np.int64)[numbers], [*places]


def _list_in(text: str, framework: Framework) -> tuple[str, ...]:
    """A sound list of characteristics; empty if it is none."""
    ids = tuple(ids_in(text, framework))
    return ids if len({*ids}) == len(ids) and all(each in framework.characteristics for each in ids) else ()


def _failing(samples: pl.DataFrame) -> NDArray[np.float64]:
    """The share of each sample that falls short, to the last bit as `Sample.failing`."""
    met, of, share = (samples[f"sample_{name}"].to_numpy() for name in ("met", "of", "share"))
    with np.errstate(invalid="ignore", divide="ignore"):  # of faulty figures
        shares: NDArray[np.float64] = np.where(np.isnan(met), np.floor((1 - share) * 1e9 + 0.5) / 1e9, (of - met) / of)
    return shares


# -- faults -----------------------------------------------------------------------------------------


def _repeating(findings: Whole, most: int) -> Flags:
    """Which of some numbers stood there before.

    Args:
        most: all are below it.
    """
    if most <= _SEEN_AT_ONCE:
        seen = np.zeros(most, np.bool_)
        seen[findings] = True
        if seen.sum() == len(findings):
            return np.zeros(len(findings), np.bool_)
    return ~pl.Series(findings).is_first_distinct().to_numpy()


def _unsound(ranks: Mapping[str, NDArray[np.int8]], flags: Mapping[str, Flags], has_sample: Flags) -> Flags:
    """Which findings are coded in a way in which none can be."""
    ways = np.zeros(len(has_sample), np.int16)
    for name, rank in ranks.items():
        ways *= len(LEVELS[name]) + 1
        ways += rank + np.int8(1)
    for flag in (*flags.values(), has_sample):
        ways *= 2
        ways += flag
    unsound = np.zeros(prod(_WAYS), np.bool_)
    unsound[ways] = True
    unsound[unsound] = [not _is_sound(way) for way in np.flatnonzero(unsound).tolist()]
    return unsound[ways]


_WAYS = [*(len(scale) + 1 for scale in LEVELS.values()), *(2 for _ in FLAGS), 2]
"""How many ways there are to code each part: levels with none before them, flags, and whether there is a sample."""


@cache
def _is_sound(way: int) -> bool:
    """Whether a finding can be coded in a way."""
    *places, has_sample = map(int, np.unravel_index(way, _WAYS))
    coding = dict(zip((*LEVELS, *FLAGS), places, strict=True))
    levels = {name: [None, *map(str, scale)][coding[name]] for name, scale in LEVELS.items()}
    sample = {"sample_met": 1, "sample_of": 1} if has_sample else {}
    row: dict[str, Any] = {"id": "A", "bears_on": "any", "strand": "any", **coding, **levels, **sample}
    try:
        Finding.model_validate(coding_in(row))
    except ValidationError:
        return False
    return True


def _wrong_figures() -> Iterator[pl.Expr]:
    """What the figures of a sample must not be."""
    met, of, share, margin = (pl.col(f"sample_{name}") for name in FIGURES)
    yield met.is_null() == share.is_null()
    yield of.is_null() & margin.is_null()
    yield ~(met <= of)
    yield margin.is_not_null() & share.is_null()
    for count, least in ((met, 0), (of, 1)):
        yield ~((count >= least) & (count <= _MOST) & (count.floor() == count))
    for part in (share, margin):
        yield ~((part >= 0) & (part <= 1))


# -- kinds of columns -------------------------------------------------------------------------------


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
        # numbers of inspections become names when there is one of each left
        return column.cast(pl.String) if given.is_integer() and name != "inspection" else column
    return column if kind is Kind.FLAG else column.cast(pl.Float64).fill_nan(None)
