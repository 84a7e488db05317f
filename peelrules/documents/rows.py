"""The rows of a table from a file, each with its line, and every row told that is not read as it stands.

CSV and NDJSON are read row by row and not by Polars, which cuts long rows, fills short ones, takes the first of two
keys and unpacks what is packed, all without a word.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import polars as pl

from peelrules.documents import csv
from peelrules.documents.forms import no_text
from peelrules.documents.limits import BYTES, GROUP, UNPACKED
from peelrules.documents.told import quoted
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.table import BETWEEN, COLUMNS, NEEDED, Kind, misspelt

FORCE, LINE = "force", "line"
"""Columns besides those of a table of findings. A line is counted from 1."""
KINDS: Mapping[str, Kind] = {**COLUMNS, FORCE: Kind.TEXT}
_WANTED = {
    Kind.TEXT: "write text",
    Kind.FLAG: "write `true` or `false`",
    Kind.WHOLE: "write a whole number",
    Kind.NUMBER: "write a number",
}
"""What to do about a cell that its column cannot hold."""

_AT_A_TIME = 20_000
"""Rows that are held as Python objects."""
_HALF = re.compile("[\ud800-\udfff]")
"""What JSON can write and no text can hold."""


class Fault(NamedTuple):
    """What is wrong with a cell, or with a row where *column* is empty."""

    line: int
    column: str
    message: str


class Part(NamedTuple):
    """Some rows."""

    cells: pl.DataFrame
    """The columns that are documented, as they are held, and `line`."""
    faults: Sequence[Fault]
    """Of cells; of what inspection they are is known."""
    lost: Sequence[Fault]
    """Of rows that are not among the cells: nobody knows what inspection they belong to."""


class Rows(NamedTuple):
    """A table that is being read."""

    columns: Mapping[str, int]
    """Where the columns stand in it, counted from 1."""
    lines: int
    """About how many lines it has; 0 if that is not known."""
    parts: Iterator[Part]


def rows_of(file: Path, rows: int) -> Rows:
    """The rows of a file, so many at a time.

    Raises:
        DocumentError: it is no such table, or cannot be read; also while the parts are read.
    """
    try:
        is_there = file.is_file()
    except OSError as error:
        raise _refused(file, f"it cannot be read: {error.strerror}") from None
    if not is_there:
        raise _refused(file, "there is no such file")
    return _READERS[file.suffix.lower()](file, rows)


def misfit(column: str) -> str:
    """What is wrong with a cell that its column cannot hold."""
    return f"this cannot be read as {column}; {_WANTED[KINDS[column]]}"


def _refused(file: Path, message: str, line: int = 0, column: int = 1) -> DocumentError:
    return DocumentError([Problem(str(file), line, column if line else 0, message)])


def _columns(file: Path, given: Sequence[str], line: int = 0) -> dict[str, int]:
    """Where the documented columns stand, if all that are needed do and no other seems to mean one of them."""
    near = misspelt(given, KINDS)
    wrong = [f"there is no column {name}; add it" for name in NEEDED if name not in {*given, *near.values()}]
    wrong += [
        f"the column {quoted(name)} seems to mean {meant}; correct it, or give it another name"
        for name, meant in near.items()
    ]
    wrong += [f"the column {name} stands twice; remove one of them" for name in KINDS if list(given).count(name) > 1]
    if wrong:
        raise DocumentError(Problem(str(file), line, 1 if line else 0, message) for message in wrong)
    return {name: given.index(name) + 1 for name in KINDS if name in given}


# -- Parquet --------------------------------------------------------------------------------------


def _parquet(file: Path, rows: int) -> Rows:
    from pyarrow import parquet

    with _read_by_arrow(file), file.open("rb") as stream:  # by itself PyArrow takes no names but those in UTF-8
        contents = parquet.read_metadata(stream)
        given = contents.schema.to_arrow_schema()
        kinds = _polars(given.empty_table()).schema
        unpacked = [_unpacked(contents.row_group(number)) for number in range(contents.num_row_groups)]
    for limit, size in ((UNPACKED, sum(unpacked)), (GROUP, max(unpacked, default=0))):
        if size > limit.most:
            raise _refused(file, limit.exceeded)
    columns = _columns(file, given.names)
    if wrong := [name for name in columns if not _can_hold(KINDS[name], kinds[name])]:
        raise DocumentError(
            Problem(
                str(file), 1, columns[name], f"the column {name} is of the kind {kinds[name]}; {_WANTED[KINDS[name]]}"
            )
            for name in wrong
        )
    texts = [name for name in columns if kinds[name] == pl.String]
    return Rows(columns, contents.num_rows, _parquet_parts(file, contents, list(columns), texts, rows))


def _unpacked(group: Any) -> int:
    """Bytes of the columns of a row group that are read, once they are unpacked."""
    columns = (group.column(number) for number in range(group.num_columns))
    return sum(column.total_uncompressed_size for column in columns if column.path_in_schema.split(".")[0] in KINDS)


def _parquet_parts(file: Path, contents: Any, columns: list[str], texts: list[str], rows: int) -> Iterator[Part]:
    from pyarrow import parquet

    line = 1
    with _read_by_arrow(file), file.open("rb") as stream:
        table = parquet.ParquetFile(
            stream,
            metadata=contents,
            read_dictionary=texts,  # one text that is repeated is held once
            page_checksum_verification=True,  # where the file has checksums
            pre_buffer=False,  # it would keep all that was read of the file
        )
        for batch in table.iter_batches(batch_size=rows, columns=columns):
            batch.validate(full=True)  # damaged text, above all
            part = _polars(batch).select(columns)
            yield Part(part.with_columns(pl.int_range(line, line + len(part), dtype=pl.Int64).alias(LINE)), [], [])
            line += len(part)
        if line - 1 != contents.num_rows:
            raise ValueError(f"{contents.num_rows:,} rows are promised in it, and {line - 1:,} are there")


@contextmanager
def _read_by_arrow(file: Path) -> Iterator[None]:
    """What PyArrow cannot read is told in a line."""
    from pyarrow import ArrowException

    try:
        yield
    except (ArrowException, OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        first, _, _ = reason.partition("\n")
        raise _refused(file, f"it cannot be read: {first}") from None


def _polars(table: Any) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  of a table there is no series
    return frame


def _can_hold(kind: Kind, given: pl.DataType) -> bool:
    if given == pl.Null:
        return True
    match kind:
        case Kind.TEXT:
            is_list = isinstance(given, pl.List) and given.inner in (pl.String, pl.Null)
            return is_list or given.is_integer() or isinstance(given, pl.String | pl.Categorical | pl.Enum)
        case Kind.FLAG:
            return given == pl.Boolean or given.is_numeric() or given == pl.String
    return given.is_numeric() or given == pl.String


# -- text -----------------------------------------------------------------------------------------


def _refuse_what_is_no_text(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            message = no_text(stream)
        size = file.stat().st_size
    except OSError as error:
        raise _refused(file, f"it cannot be read: {error.strerror}") from None
    if message is not None:
        raise _refused(file, message)
    if size > UNPACKED.most:
        raise _refused(file, UNPACKED.exceeded)


@contextmanager
def _opened(file: Path, newline: str | None) -> Iterator[TextIO]:
    """The text of a file; what cannot be read of it is told with its line."""
    try:
        with file.open(encoding="utf-8-sig", newline=newline) as stream:
            yield stream
    except UnicodeDecodeError:
        raise _refused(
            file, "this is not UTF-8; save the table as UTF-8 (Excel calls it CSV UTF-8)", _line_that_is_no_text(file)
        ) from None
    except OSError as error:
        raise _refused(file, f"it cannot be read: {error.strerror}") from None


def _count(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))


def _line_that_is_no_text(file: Path) -> int:
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1


def _in_parts(
    columns: Sequence[str], given: Iterable[Any], read: Callable[[Any, list[Fault], list[Fault]], Any], rows: int
) -> Iterator[Part]:
    given = iter(given)
    while taken := list(islice(given, min(rows, _AT_A_TIME))):
        faults: list[Fault] = []
        lost: list[Fault] = []
        held = [row for each in taken if (row := read(each, faults, lost)) is not None]
        kinds: dict[str, Any] = {**dict.fromkeys(columns, pl.String), LINE: pl.Int64}
        yield Part(pl.DataFrame(held, schema=kinds, orient="row"), faults, lost)


# -- CSV ------------------------------------------------------------------------------------------


def _csv(file: Path, rows: int) -> Rows:
    _refuse_what_is_no_text(file)
    _refuse_other_separators(file)
    lines = _csv_lines(file)
    _, _, names = next(lines, (1, 1, []))
    columns = _columns(file, names, 1)
    return Rows(columns, _count(file), _csv_parts(columns, names, lines, rows))


def _refuse_other_separators(file: Path) -> None:
    with _opened(file, "") as stream:
        message = csv.other_separator(stream.readline(BYTES.most))
    if message is not None:
        raise _refused(file, message, 1)


def _csv_lines(file: Path) -> csv.Lines:
    with _opened(file, "") as stream:
        yield from csv.lines_of(stream, str(file))


def _csv_parts(columns: Mapping[str, int], names: Sequence[str], lines: csv.Lines, rows: int) -> Iterator[Part]:
    documented = itemgetter(*(place - 1 for place in columns.values()))

    def read(row: tuple[int, int, list[str]], _: list[Fault], lost: list[Fault]) -> tuple[Any, ...] | None:
        line, last, cells = row
        if (message := csv.fault_of_row(cells, names, has_line_breaks=last > line)) is not None:
            lost.append(Fault(line, "", message))
            return None
        return (*documented(cells), line)

    for part in _in_parts(list(columns), lines, read, rows):
        text = pl.col(pl.String)
        yield part._replace(cells=part.cells.with_columns(pl.when(text != "").then(text)))


# -- NDJSON ---------------------------------------------------------------------------------------


def _ndjson(file: Path, rows: int) -> Rows:
    _refuse_what_is_no_text(file)
    names: dict[str, None] = {}
    for _line, text in _json_lines(file):  # a key may stand far down for the first time
        names |= dict.fromkeys(_keys(text))
        if len(names) > _AT_A_TIME:
            raise _refused(file, f"there are more than {_AT_A_TIME:,} names of columns in it")
    columns = _columns(file, list(names)) if names else {}
    return Rows(columns, _count(file), _in_parts(list(columns), _json_lines(file), _json_row(columns), rows))


def _json_lines(file: Path) -> Iterator[tuple[int, str]]:
    with _opened(file, None) as stream:
        line, most = 0, BYTES.most
        while text := stream.readline(most + 1):
            line += 1
            if len(text) > most:
                raise _refused(file, "this line is too long for one finding", line)
            if text.strip():
                yield line, text


def _keys(text: str) -> Iterable[str]:
    if not text.lstrip().startswith("{"):
        return ()  # no object; asking the reader of JSON a hundred thousand times takes long
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ()  # told when the row is read
    return value if isinstance(value, dict) else ()


class _RepeatedError(Exception):
    """A key stands twice in a row."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(next(name for name in names if names.count(name) > 1))
    return found


def _json_row(columns: Mapping[str, int]) -> Callable[[tuple[int, str], list[Fault], list[Fault]], list[Any] | None]:
    decode = json.JSONDecoder(object_pairs_hook=_once).decode

    def read(row: tuple[int, str], faults: list[Fault], lost: list[Fault]) -> list[Any] | None:
        line, text = row
        try:
            value = decode(text)
        except _RepeatedError as twice:
            lost.append(Fault(line, "", f"the name {quoted(str(twice))} stands twice in this row; remove one of them"))
            return None
        except (ValueError, RecursionError):
            lost.append(Fault(line, "", "this is no JSON; write one object a line"))
            return None
        if not isinstance(value, dict):
            lost.append(Fault(line, "", "this is no row; write an object of names and values"))
            return None
        if "\\u" in text and _HALF.search(json.dumps(value, ensure_ascii=False)):
            lost.append(Fault(line, "", "half a character stands in this row, such as `\\ud83d`; write the whole one"))
            return None
        cells = list(map(value.get, columns))
        for place, (name, cell) in enumerate(zip(columns, cells, strict=True)):
            if cell is None or isinstance(cell, str):
                continue
            cells[place] = _json_cell(name, cell)
            if cells[place] is None:
                faults.append(Fault(line, name, misfit(name)))
        return [*cells, line]

    return read


def _json_cell(name: str, value: Any) -> str | None:
    """A value that is no text as the text of a cell, or None if its column cannot hold it."""
    kind = KINDS[name]
    match value:
        case bool():
            return str(value).lower() if kind is Kind.FLAG else None
        case int():
            return str(value) if abs(value) < 10**18 else None
        case float():
            return repr(value) if kind in (Kind.NUMBER, Kind.WHOLE) else None
        case list() if name == "bears_on" and all(isinstance(each, str) for each in value):
            return BETWEEN.join(value)
    return None


_READERS: Mapping[str, Callable[[Path, int], Rows]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".ndjson": _ndjson,
    ".jsonl": _ndjson,
}
ENDINGS = tuple(_READERS)
"""Endings of the names of files that are tables."""
