"""A table of findings, as the population engine reads it: levels as ranks, and no row that is not sound.

What a sound finding is, `Finding` says. Here it is told in expressions, so that millions of rows are
looked over at once; tests hold the two together, and what is wrong with a row is asked of `Finding`.
"""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import Any

import narwhals as nw
from pydantic import ValidationError

from peelrules.engine.lowering import any_of, rank_of
from peelrules.model.evidence import Finding
from peelrules.model.framework import Framework
from peelrules.model.plain import cut, plain
from peelrules.model.scales import Direction
from peelrules.model.table import (
    BETWEEN,
    COLUMNS,
    FIGURES,
    FLAGS,
    LEVELS,
    NEEDED,
    Kind,
    coding_in,
    fault_of_name,
    likeness,
    misspelt,
)

Frame = nw.LazyFrame[Any]

_MOST = 1_000_000
"""The highest figure of a sample."""
_WORDS = {Kind.TEXT: "text", Kind.FLAG: "booleans", Kind.WHOLE: "numbers", Kind.NUMBER: "numbers"}
_LONGEST_ID, _NOT_IN_AN_ID, _BEGINS_AN_ID = 60, "[^A-Za-z0-9._-]", "^[A-Za-z0-9]"
"""As the pattern of ids says, in regular expressions that mean the same to every library."""
_TOLD = 5
"""Faulty rows that a message tells of."""


def table_of(findings: Frame) -> Frame:
    """The columns of a table of findings, of the kinds that are documented; what is left out is empty.

    Raises:
        ValueError: a column is missing that no table can do without, or holds something else than is documented.
    """
    given = findings.collect_schema()
    if missing := [name for name in NEEDED if name not in given]:
        raise ValueError(f"the table has no column {', '.join(missing)}; it has {', '.join(map(str, given))}")
    if near := misspelt(map(str, given)):
        raise ValueError("; ".join(f"the column {name} seems to mean {meant}" for name, meant in near.items()))
    held = {name: given[name] for name in COLUMNS if name in given}
    for name, kind in list(held.items()):
        if not _holds(name, COLUMNS[name], kind, findings.select(name)):
            if len(findings.select(name).drop_nulls().head(1).collect()):
                raise ValueError(f"the column {name} should hold {_WORDS[COLUMNS[name]]}, and is of the kind {kind}")
            del held[name]  # a column of nothing may be of any kind
    return findings.select(*(_column(name, kind, name in held) for name, kind in COLUMNS.items()))


def bearings(table: Frame) -> dict[str, tuple[str, ...]]:
    """Every list of characteristics that stands in the table, as text and as ids."""
    texts = table.select("bears_on").unique().collect()["bears_on"].cast(nw.String).to_list()
    return {text: tuple(text.split(BETWEEN)) for text in sorted(text for text in texts if isinstance(text, str))}


def coded(table: Frame) -> Frame:
    """The table with levels as ranks and every flag told, and whether there is a sample."""
    return table.with_columns(
        *(rank_of(name, scale).alias(f"{name}_rank") for name, scale in LEVELS.items()),
        *(nw.col(name).fill_null(value=False) for name in FLAGS),
        has_sample=any_of(~nw.col(f"sample_{name}").is_null() for name in FIGURES),
    )


def is_faulty(framework: Framework, known: Mapping[str, tuple[str, ...]]) -> nw.Expr:
    """Whether a row of a coded table is no sound finding.

    Args:
        known: what `bearings` finds in the table.
    """
    unsound = [text for text, ids in known.items() if not _is_sound(ids, framework)]  # mostly none, so soon looked up
    wrong_place = nw.col("bears_on").is_null() | _is_one_of("bears_on", unsound)
    return any_of((wrong_place, *_words(framework), *_sample(), *_kinds()))


def repeating(table: Frame) -> Frame:
    """The inspections in which an id stands twice."""
    counted = table.group_by("inspection").agg(nw.len().alias("rows"), nw.col("id").n_unique().alias("ids"))
    return counted.filter(nw.col("ids") < nw.col("rows")).select("inspection")


def refuse_faults(table: Frame, framework: Framework, known: Mapping[str, tuple[str, ...]]) -> None:
    """See to it that every row is a sound finding, that no id is used twice, and that every inspection has one name.

    Raises:
        ValueError: with the first faulty rows, and what is wrong with each.
    """
    faulty = coded(table).filter(is_faulty(framework, known)).select(*COLUMNS).head(_TOLD).collect()
    if len(faulty):
        raise ValueError("\n".join(_told(row, framework) for row in faulty.iter_rows(named=True)))
    twice = repeating(table).head(_TOLD).collect()["inspection"].to_list()
    if twice:
        raise ValueError(f"two findings have the same id in {', '.join(map(str, twice))}")
    if wrong := list(islice(_faults_of_names(table), _TOLD)):
        raise ValueError("\n".join(wrong))


def _faults_of_names(table: Frame) -> Iterator[str]:
    names = table.select("inspection").unique().collect()["inspection"].to_list()
    seen: dict[str, str] = {}
    for name in sorted(map(str, names)):
        first = seen.setdefault(likeness(name), name)
        if fault := fault_of_name(name):
            yield f"{_shown(name)}: {fault}"
        elif first != name:
            yield f"the name {_shown(name)} is nearly {_shown(first)}; write both alike, or give one a name of its own"


def _holds(name: str, kind: Kind, given: nw.dtypes.DType, column: Frame) -> bool:
    """Whether a column holds what it should; whether words and numbers are right is looked at later."""
    match kind:
        case Kind.TEXT | Kind.FLAG if isinstance(given, nw.Object):  # pandas holds text, and booleans with gaps, so
            values = column.unique().collect()[name].to_list()
            wanted = str if kind is Kind.TEXT else bool
            return all(value is None or value != value or isinstance(value, wanted) for value in values)
        case Kind.TEXT:
            return isinstance(given, nw.String | nw.Categorical | nw.Enum) or given.is_integer()
        case Kind.FLAG:
            return given == nw.Boolean
        case Kind.NUMBER if given == nw.Float32:
            raise ValueError(
                f"the column {name} holds numbers of 32 bits, in which 0.85 is 0.8500000238; make them of 64"
            )
    return given.is_numeric()


def _column(name: str, kind: Kind, is_given: bool) -> nw.Expr:
    match kind:
        case Kind.TEXT:
            return nw.col(name) if is_given else nw.lit(None, dtype=nw.String).alias(name)
        case Kind.FLAG:
            # compared and not cast: pandas would take a gap for true
            return (nw.col(name) == nw.lit(value=True)).alias(name) if is_given else nw.lit(value=False).alias(name)
    return nw.col(name).cast(nw.Float64).fill_nan(None) if is_given else nw.lit(None, dtype=nw.Float64).alias(name)


def _words(framework: Framework) -> Iterator[nw.Expr]:
    yield nw.col("inspection").is_null()
    id_ = nw.col("id").cast(nw.String)
    yield nw.col("id").is_null() | (id_.str.len_chars() > _LONGEST_ID) | id_.str.contains(_NOT_IN_AN_ID)
    yield ~id_.str.contains(_BEGINS_AN_ID).fill_null(value=True)
    yield ~_is_one_of("strand", list(framework.strands))
    for name in LEVELS:
        yield ~nw.col(name).is_null() & nw.col(f"{name}_rank").is_null()


def _sample() -> Iterator[nw.Expr]:
    met, of, share, margin = (nw.col(f"sample_{name}") for name in FIGURES)
    has_sample = nw.col("has_sample")
    yield has_sample & (met.is_null() == share.is_null())
    yield has_sample & of.is_null() & margin.is_null()
    yield ~met.is_null() & ~of.is_null() & ~(met <= of)
    yield ~margin.is_null() & share.is_null()
    for count, least in ((met, 0), (of, 1)):
        yield ~count.is_null() & ~((count >= least) & (count <= _MOST) & (count.floor() == count))
    for part in (share, margin):
        yield ~part.is_null() & ~((part >= 0) & (part <= 1))


def _kinds() -> Iterator[nw.Expr]:
    """What a shortfall, a sample and a strength must and must not have."""
    has_sample = nw.col("has_sample")
    given = {name: ~nw.col(name).is_null() for name in LEVELS}
    is_coded = {level: given["direction"] & (nw.col("direction_rank") == level.rank) for level in Direction}
    is_strength, is_shortfall = is_coded[Direction.STRENGTH], is_coded[Direction.SHORTFALL]
    yield given["direction"] == has_sample
    yield has_sample & given["extent"]
    yield (has_sample | is_shortfall) & ~(given["seriousness"] & given["state"])
    yield is_shortfall & ~given["extent"]
    yield ~is_strength & (nw.col("exceptional") | nw.col("innovative"))
    yield (is_strength | is_coded[Direction.NEITHER]) & any_of(
        (given["seriousness"], given["extent"], given["state"], nw.col("persistent"))
    )


def _is_one_of(column: str, words: Collection[str]) -> nw.Expr:
    return nw.col(column).is_in(list(words)).fill_null(value=False) if words else nw.lit(value=False)


def _is_sound(ids: tuple[str, ...], framework: Framework) -> bool:
    return len(set(ids)) == len(ids) and all(each in framework.characteristics for each in ids)


def _shown(value: object) -> str:
    """A value as a message shows it: not long, and in characters that can be seen."""
    return plain(cut(str(value)))


def _told(row: Mapping[str, Any], framework: Framework) -> str:
    """What is wrong with a faulty row, in words."""
    place = f"{_shown(row['inspection'])}, {_shown(row['id'])}"
    coding = coding_in(row)
    if foreign := [each for each in coding["bears_on"] if each not in framework.characteristics]:
        return f"{place}: the rulebook {framework.id} has no characteristic {_shown(', '.join(foreign))}"
    if coding["strand"] not in framework.strands:
        return f"{place}: the rulebook {framework.id} has no strand {_shown(coding['strand'])}"
    try:
        Finding.model_validate(coding)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        return f"{place}: {'.'.join(map(str, fault['loc']))} {fault['msg']}".replace(":  ", ": ")
    return f"{place}: the row is no sound finding"
