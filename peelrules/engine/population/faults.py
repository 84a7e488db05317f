"""What is wrong with a table of findings, in words: the first of it raised, or all of it told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal

import polars as pl
from pydantic import ValidationError

from peelrules.engine.population.codings import faulty, repeating
from peelrules.model.evidence import Finding
from peelrules.model.facts import counted
from peelrules.model.framework import Framework
from peelrules.model.plain import cut, plain
from peelrules.model.table import COLUMNS, coding_in, fault_of_name, likeness

OnFault = Literal["raise", "collect"]
"""What to do about faulty rows: refuse the table, or leave out their inspections and tell of them."""
NO_FAULTS = pl.DataFrame(schema={"inspection": pl.String, "id": pl.String, "fault": pl.String})
_TOLD = 5
"""Faults that a message tells of, and faulty rows that are told of one inspection."""


def refuse_faults(table: pl.DataFrame, framework: Framework) -> None:
    """See to it that every row is a sound finding, that no id is used twice, and that every inspection has one name.

    Args:
        table: coded.

    Raises:
        ValueError: with the first faulty rows, and what is wrong with each.
    """
    wrong_rows = faulty(table, framework).select(*COLUMNS).head(_TOLD)
    if len(wrong_rows):
        raise ValueError(
            "\n".join(
                f"{_shown(row['inspection'])}, {_shown(row['id'])}: {_fault(row, framework)}"
                for row in wrong_rows.iter_rows(named=True)
            )
        )
    twice = repeating(table).head(_TOLD).to_list()
    if twice:
        raise ValueError(f"two findings have the same id in {', '.join(map(str, twice))}")
    refuse_names(table["inspection"].unique().to_list())


def refuse_names(inspections: Iterable[object]) -> None:
    """See to it that every inspection has a name that can be told from the others.

    Raises:
        ValueError: with the first that do not.
    """
    if wrong := list(islice(_of_names(map(str, inspections)), _TOLD)):
        raise ValueError("\n".join(f"{_shown(name)}: {fault}" for name, fault in wrong))


def faults_of(table: pl.DataFrame, framework: Framework, of_names: pl.DataFrame | None = None) -> pl.DataFrame:
    """Every inspection of a coded table that is not to be graded, and why: `inspection`, `id` and `fault`.

    Of one inspection no more than the first faulty rows are told, and then how many more there are.

    Args:
        of_names: what `faults_of_names` says of a larger table, if this one is a part of it.

    Raises:
        ValueError: rows have no inspection.
    """
    names = table["inspection"].unique().cast(pl.String)
    named = faults_of_names(names) if of_names is None else of_names.filter(_is_in(names))
    again = table.filter(pl.col("inspection").is_in(repeating(table).implode()))
    again = again.filter(~pl.struct("inspection", "id").is_first_distinct())
    rows = pl.concat(
        each.select(*COLUMNS, again=pl.lit(value=is_again))
        for each, is_again in ((faulty(table, framework), False), (again, True))
    ).cast({"inspection": pl.String, "id": pl.String})
    told = [
        (row["inspection"], row["id"], _fault(row, framework))
        for row in rows.filter(pl.int_range(pl.len()).over("inspection") < _TOLD).iter_rows(named=True)
    ]
    more = rows.group_by("inspection").len().filter(pl.col("len") > _TOLD)
    untold = [(name, None, counted(count - _TOLD, "more faulty row")) for name, count in more.iter_rows()]
    return pl.concat([named, pl.DataFrame([*told, *untold], NO_FAULTS.schema, orient="row")])


def faults_of_names(inspections: Iterable[object]) -> pl.DataFrame:
    """Every inspection whose name is faulty, or nearly that of another, as of `faults_of`.

    Raises:
        ValueError: rows have no inspection, so that they may belong to any, and none can be graded.
    """
    names = ["" if each is None else str(each) for each in inspections]
    if not all(map(str.strip, names)):
        raise ValueError(f"there are rows that may belong to any inspection: {fault_of_name('')}")
    return pl.DataFrame([(name, None, fault) for name, fault in _of_names(names)], NO_FAULTS.schema, orient="row")


def without(table: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table whose inspections have no fault."""
    return table.filter(~_is_in(faults["inspection"]))


def _is_in(names: pl.Series) -> pl.Expr:
    return pl.col("inspection").cast(pl.String).is_in(names.implode())


def _of_names(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    alike: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        alike[likeness(name)].append(name)
    for group in alike.values():
        for name in group:
            near = next((each for each in group if each != name), None)
            if fault := fault_of_name(name):
                yield name, fault
            elif near is not None:
                yield name, f"the name is nearly {_shown(near)}; write both alike, or give one a name of its own"


def _shown(value: object) -> str:
    """A value as a message shows it: not long, and in characters that can be seen."""
    return plain(cut(str(value)))


def _fault(row: Mapping[str, Any], framework: Framework) -> str:
    """What is wrong with a faulty row, in words."""
    coding = coding_in(row)
    if row["inspection"] is None:
        return str(fault_of_name(""))
    if row.get("again"):
        return "another finding of the inspection has the same id"
    if foreign := [each for each in coding["bears_on"] if each not in framework.characteristics]:
        return f"the rulebook {framework.id} has no characteristic {_shown(', '.join(foreign))}"
    if coding["strand"] not in framework.strands:
        return f"the rulebook {framework.id} has no strand {_shown(coding['strand'])}"
    try:
        Finding.model_validate(coding)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, fault['loc']))} {fault['msg']}".strip()
    return "the row is no sound finding"
