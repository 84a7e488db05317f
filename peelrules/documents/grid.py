"""Findings in rows and columns: which column holds which field, and what a row says of its finding.

The columns are those of `peelrules.model.table`, and some more for what grading a population never asks for.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from peelrules.documents.characters import UNWANTED, unwanted
from peelrules.documents.limits import CHARACTERS, DIGITS
from peelrules.documents.places import Place
from peelrules.documents.told import quoted
from peelrules.model.table import BETWEEN, COLUMNS, Kind, misspelt

FIELDS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "finding": ("finding",),
    "bears_on": ("bears_on",),
    "direction": ("direction",),
    "sample_met": ("sample", "met"),
    "sample_of": ("sample", "of"),
    "sample_share": ("sample", "share"),
    "sample_margin": ("sample", "margin"),
    "seriousness": ("seriousness",),
    "extent": ("extent",),
    "state": ("state",),
    "persistent": ("persistent",),
    "exceptional": ("exceptional",),
    "progress": ("progress",),
    "innovative": ("innovative",),
    "recommendation": ("recommendation",),
    "strand": ("strand",),
    "method": ("method",),
    "document": ("source", "document"),
    "section": ("source", "section"),
    "paragraph": ("source", "paragraph"),
    "note": ("note",),
}
"""The columns of a finding, and where in it each stands, in the order in which they are written."""
ALWAYS = ("id", "bears_on", "strand")
"""Columns that no table of findings can do without."""
IF_NO_COLUMN: Mapping[str, str] = {"finding": "Coded in a table.", "document": "table", "section": "table"}
"""What stands in a finding whose table has no such column."""
FURTHER = re.compile(r"bears_on_[1-9][0-9]{0,3}")
"""More columns for characteristics, for a cell that offers a choice holds one."""

_CHOICE = re.compile(r"([a-z0-9]+(?:[.-][a-z0-9]+)*): ")
"""A characteristic as workbooks offer it: its id and its title."""
FLAG_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_WHOLE = re.compile(r"[0-9]+(?:\.0+)?")
_NUMBER = re.compile(r"[0-9]*\.?[0-9]+(?:[eE]-?[0-9]{1,3})?")
_WANTED = {
    Kind.FLAG: "write `yes`, or leave the cell empty",
    Kind.WHOLE: "write a whole number",
    Kind.NUMBER: "write a share as a number from 0 to 1, such as 0.852 for 85.2%",
}
_IN_TWO = "write cases that met the standard and cases looked at in a cell each"
_PAIR = re.compile(r"[0-9]+ *(?:/|of) *[0-9]+")
_DAYS = re.compile(r"\d{1,2}[-/. ][A-Za-z]{3}([-/. ]\d{2,4})?|[A-Za-z]{3}[-/. ]\d{1,2}|\d{1,4}[-/]\d{1,2}[-/]\d{2,4}")
"""What a spreadsheet writes as CSV for what it took for a date."""


Where = Callable[[str], Place]
"""The place of a cell of a row, by its column; that of the row where the table has no such column."""


class Cell(NamedTuple):
    """What stands in a cell that is not empty."""

    value: Any
    """Text, a number, a truth value, or a date or time."""
    column: str
    where: Where

    @property
    def place(self) -> Place:
        return self.where(self.column)


class Fault(NamedTuple):
    """What is wrong at a place."""

    place: Place
    message: str


Row = Mapping[str, Cell]
"""The cells of a row that are not empty, by their column."""


def kind_of(column: str) -> Kind:
    return COLUMNS.get(column, Kind.TEXT)


def unfit_columns(given: Sequence[str], known: Collection[str], needed: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the names of columns: the name that it is about, or nothing, and a message."""
    near = misspelt([name for name in given if not FURTHER.fullmatch(name)], known)
    for name in needed:
        if name not in {*given, *near.values()}:
            yield "", f"there is no column {name}; add it"
    for name, meant in near.items():
        yield name, f"the column {quoted(name)} seems to mean {meant}; correct it, or give it another name"
    for name in dict.fromkeys(given):
        if (name in known or FURTHER.fullmatch(name)) and given.count(name) > 1:
            yield name, f"the column {name} stands twice; remove one of them"


class OfRow(NamedTuple):
    """The spot of a finding in a row, or of a part of it. Hardly any place is asked for, so none is kept."""

    place_of_row: Place
    where: Where
    bearing: Sequence[str]
    """The column of each characteristic."""
    loc: tuple[int | str, ...] = ()

    @property
    def place(self) -> Place:
        match self.loc:
            case ():
                return self.place_of_row
            case ("bears_on", int() as number):
                return self.where(self.bearing[number])
        return self.where(next(column for column, loc in FIELDS.items() if loc[: len(self.loc)] == self.loc))

    def child(self, part: int | str) -> "OfRow | None":
        loc = (*self.loc, part)
        match loc:
            case ("bears_on", int() as number):
                is_there = number < len(self.bearing)
            case _:
                is_there = any(field[: len(loc)] == loc for field in FIELDS.values())
        return self._replace(loc=loc) if is_there else None

    def key(self, part: int | str) -> Place | None:
        below = self.child(part)
        return below.place if below else None


def finding_of(
    row: Row, columns: Collection[str], where: Where, at: Place
) -> tuple[dict[str, Any], OfRow, list[Fault]]:
    """What a row says of its finding, as an evidence file would; where each part stands; and cells that do not fit.

    Args:
        columns: those that the table has.
        at: where the finding as a whole stands.
    """
    faults: list[Fault] = []
    finding: dict[str, Any] = {}
    borne = list(_borne_on(row, faults))
    for column, loc in FIELDS.items():
        value: Any = None
        if column == "bears_on":
            value = [entry for entry, _ in borne] or None
        elif column in row:
            value = _fitting(row[column], kind_of(column), faults)
        elif column not in columns:
            value = IF_NO_COLUMN.get(column)
        if value is not None:
            into = finding if len(loc) == 1 else finding.setdefault(loc[0], {})
            into[loc[-1]] = value
    return finding, OfRow(at, where, [column for _, column in borne]), faults


def text_of(cell: Cell, faults: list[Fault]) -> str | None:
    """A cell as text; what a spreadsheet holds as a number is its digits."""
    match cell.value:
        case str():
            text = cell.value
        case list() if all(isinstance(each, str) for each in cell.value):
            text = BETWEEN.join(cell.value)
        case bool():
            faults.append(Fault(cell.place, "write text here, not TRUE or FALSE"))
            return None
        case int() | float():
            text = str(int(cell.value)) if float(cell.value).is_integer() else repr(cell.value)
        case date() | time() | timedelta():
            faults.append(Fault(cell.place, date_fault(cell.value, "format the cell as text and write it again")))
            return None
        case _:
            faults.append(Fault(cell.place, f"a value of the kind {type(cell.value).__name__} cannot stand here"))
            return None
    if len(text) > CHARACTERS.default and len(text) > CHARACTERS.most:
        faults.append(Fault(cell.place, CHARACTERS.exceeded))
        return None
    if found := UNWANTED.search(text):
        faults.append(Fault(cell.place, unwanted(found[0])))
        return None
    return text.strip() or None


def date_fault(value: object, remedy: str) -> str:
    """What to tell of a date or a time that nobody wrote."""
    perhaps = ""
    match value:
        case datetime() | date():
            seen, perhaps = f"the date {value.day} {value:%B %Y}", f", perhaps {value.day}/{value.month}"
        case time():
            seen = f"the time {value:%H:%M}"
        case timedelta():
            seen = "a time"
        case _:
            seen = f"the date {quoted(value)}"
    return f"a spreadsheet has made {seen} of what was written here{perhaps}; {remedy}"


def _fitting(cell: Cell, kind: Kind, faults: list[Fault]) -> Any:
    """The value of a cell as its column holds it, or None and a fault."""
    if kind is Kind.TEXT:
        return text_of(cell, faults)
    value: object = cell.value.strip() if isinstance(cell.value, str) else cell.value
    if isinstance(value, date | time | timedelta) or (isinstance(value, str) and _DAYS.fullmatch(value)):
        remedy = f"format the cell as a number, and {_IN_TWO}"
        faults.append(Fault(cell.place, date_fault(value, remedy)))
        return None
    found = {Kind.FLAG: _flag, Kind.WHOLE: _whole, Kind.NUMBER: _number}[kind](value)
    if found is None:
        too_long = isinstance(value, str) and value.isdigit() and len(value) > DIGITS.most
        wanted = _IN_TWO if isinstance(value, str) and _PAIR.fullmatch(value) else _WANTED[kind]
        remedy = DIGITS.exceeded if too_long else f"`{quoted(_shown(value))}` does not fit here; {wanted}"
        faults.append(Fault(cell.place, remedy))
    return found


def _shown(value: object) -> object:
    return repr(value).upper() if isinstance(value, bool) else value


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return FLAG_WORDS.get(value.casefold())
    return bool(value) if isinstance(value, int | float) and value in (0, 1) else None


def _whole(value: object) -> int | None:
    if isinstance(value, str):
        fits = _WHOLE.fullmatch(value) and len(value) <= DIGITS.most
        return int(value.partition(".")[0]) if fits else None
    is_whole = isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
    return int(value) if is_whole else None  # type: ignore[call-overload]


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) and len(value) <= 2 * DIGITS.most else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _borne_on(row: Row, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Every characteristic of a row, and the column in which it stands."""
    further = sorted((name for name in row if FURTHER.fullmatch(name)), key=lambda name: int(name.rpartition("_")[2]))
    for column in ("bears_on", *further):
        if column in row and (text := text_of(row[column], faults)) is not None:
            for entry in text.split(BETWEEN.strip()):
                chosen = _CHOICE.match(entry.strip())
                yield (chosen[1] if chosen else entry.strip()), column
