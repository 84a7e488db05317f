"""What is wrong with a table of findings, in words: the first of it raised, or all of it told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

import numpy as np
import polars as pl
from pydantic import ValidationError

from peelrules.engine.population.codings import Coded, ids_in
from peelrules.model.evidence import Finding
from peelrules.model.facts import counted
from peelrules.model.framework import Framework
from peelrules.model.plain import cut, plain
from peelrules.model.table import LONGEST, coding_in, fault_of_name, likeness

OnFault = Literal["raise", "collect"]
"""What to do about faulty rows: refuse the table, or leave out their inspections and tell of them."""
NO_FAULTS = pl.DataFrame(schema={"inspection": pl.String, "id": pl.String, "fault": pl.String})
_ORDINARY = r"\A[!-~]+( [!-~]+)*\z"
_TOLD = 5
"""Faults that a message tells of, and faulty rows that are told of one inspection."""


def faults_of(found: Coded, framework: Framework, of_names: pl.DataFrame) -> pl.DataFrame:
    """Every inspection of a coded table that is not to be graded, and why: `inspection`, `id` and `fault`.

    Of one inspection no more than the first faulty rows are told, and then how many more there are.

    Args:
        of_names: what `faults_of_names` says of all inspections, of which these are some.
    """
    wrong = np.flatnonzero(found.faulty | found.repeating)
    if not len(wrong) and not len(of_names):
        return NO_FAULTS
    rows = found.table[wrong].with_columns(
        inspection=found.names[found.columns.inspection[wrong]],
        id=pl.col("id").cast(pl.String),
        again=pl.Series(~found.faulty[wrong]),
    )
    told = [
        (row["inspection"], row["id"], _fault(row, framework))
        for row in rows.filter(pl.int_range(pl.len()).over("inspection") < _TOLD).iter_rows(named=True)
    ]
    more = rows.group_by("inspection", maintain_order=True).len().filter(pl.col("len") > _TOLD)
    untold = [(name, None, counted(count - _TOLD, "more faulty row")) for name, count in more.iter_rows()]
    named = of_names.filter(pl.col("inspection").is_in(found.names.implode()))
    return pl.concat([named, pl.DataFrame([*told, *untold], NO_FAULTS.schema, orient="row")])


def faults_of_names(inspections: Iterable[object]) -> pl.DataFrame:
    """Every inspection whose name is faulty, or nearly that of another, as of `faults_of`.

    Raises:
        ValueError: rows have no inspection, so that they may belong to any, and none can be graded.
    """
    names = pl.Series(inspections, dtype=pl.String, strict=False).fill_null("")
    if _are_ordinary(names):
        return NO_FAULTS
    if not all(map(str.strip, names)):
        raise ValueError(f"there are rows that may belong to any inspection: {fault_of_name('')}")
    return pl.DataFrame([(name, None, fault) for name, fault in _of_names(names)], NO_FAULTS.schema, orient="row")


def _are_ordinary(names: pl.Series) -> bool:
    """Whether all names are words of ASCII with one space between them, and differ in more than case.

    They are in nearly all tables, and many names would wait long for a closer look.
    """
    alike = names.str.to_lowercase()
    return bool((names.str.contains(_ORDINARY) & (names.str.len_bytes() <= LONGEST)).all()) and alike.is_unique().all()


def refusal(faults: pl.DataFrame) -> str:
    """The first faults, in words for one who gets nothing else."""
    return "\n".join(
        f"{', '.join(_shown(each) for each in (row['inspection'], row['id']) if each is not None)}: {row['fault']}"
        for row in faults.head(_TOLD).iter_rows(named=True)
    )


def without(found: Coded, faults: pl.DataFrame) -> pl.DataFrame:
    """The rows of a coded table whose inspections have no fault."""
    is_sound = ~found.names.is_in(faults["inspection"].implode()).to_numpy()
    return found.table.filter(pl.Series(is_sound[found.columns.inspection]))


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
    bears_on = ids_in(str(row["bears_on"]), framework) if row["bears_on"] is not None else []
    coding = {**coding_in(row), "bears_on": bears_on}
    if row["again"]:
        return "another finding of the inspection has the same id"
    if foreign := [each for each in bears_on if each not in framework.characteristics]:
        return f"the rulebook {framework.id} has no characteristic {_shown(', '.join(foreign))}"
    if coding["strand"] not in framework.strands:
        return f"the rulebook {framework.id} has no strand {_shown(coding['strand'])}"
    try:
        Finding.model_validate(coding)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, fault['loc']))} {fault['msg']}".strip()
    return "the row is no sound finding"
