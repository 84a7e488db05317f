"""Findings of many inspections from files: tables and evidence files, in batches of whole inspections.

A table is a Parquet, CSV or NDJSON file with the columns that `peelrules.model.table` documents, and
if wanted a column `force`. The rows of an inspection lie together, so that no more than a batch of
them is in memory at a time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from glob import escape
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from polars.exceptions import PolarsError

from peelrules.documents.evidence import evidence_of, load_evidence
from peelrules.documents.places import Node, Place
from peelrules.documents.yaml import Document
from peelrules.model.evidence import Evidence
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.table import BETWEEN, COLUMNS, FIGURES, NEEDED, Kind, coding_in, frame_of, misspelt

ROWS = 300_000
"""Findings in a batch, unless a single inspection has more."""
FORCE, LINE = "force", "line"
"""Columns of a batch besides those of a table. A line is counted from 1; it is 0 in evidence files."""

_UNREADABLE = "unreadable"
"""Column of a table that is being put together: a cell of the row is not what its column holds."""
_SCANS: Mapping[str, Callable[[Path], pl.LazyFrame]] = {
    ".parquet": lambda file: pl.scan_parquet(file, glob=False),
    ".ndjson": lambda file: pl.scan_ndjson(escape(str(file)), infer_schema_length=None),
    ".jsonl": lambda file: pl.scan_ndjson(escape(str(file)), infer_schema_length=None),  # a sample may be far down
}
_CSV = ".csv"
_KINDS: Mapping[Kind, type[pl.DataType]] = {
    Kind.TEXT: pl.String,
    Kind.FLAG: pl.Boolean,
    Kind.WHOLE: pl.Float64,
    Kind.NUMBER: pl.Float64,
}
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
_WANTED = {
    Kind.TEXT: "write text",
    Kind.FLAG: "write `true` or `false`",
    Kind.WHOLE: "write a whole number",
    Kind.NUMBER: "write a number",
}
_ALL: dict[str, type[pl.DataType]] = {
    **{name: _KINDS[kind] for name, kind in COLUMNS.items()},
    FORCE: pl.String,
    LINE: pl.Int64,
}


class Batch(NamedTuple):
    """Whole inspections."""

    file: str
    """The table that they come from; empty for evidence files."""
    table: pl.DataFrame
    """The columns of a table of findings, `force` and `line`."""
    problems: Sequence[Problem]
    """Of files, and of inspections that are left out."""
    files: float
    """Files read since the last batch; of a table that takes several batches, a part."""
    columns: Mapping[str, int] = {}
    """Where the columns of the table stand in its file, counted from 1."""


def is_table(file: Path) -> bool:
    """Whether a file is a table of findings, by its name."""
    return file.suffix.lower() in (*_SCANS, _CSV)


def batches(files: Sequence[Path], rulebook: Rulebook, rows: int = ROWS) -> Iterator[Batch]:
    """The findings of all files, and what is wrong with files and cells that cannot be read.

    Evidence files are sound; of the rows of tables it is not known whether they are.

    Raises:
        DocumentError: an inspection of a table goes on in a later batch, so that grades of it would be of a part.
    """
    seen: dict[str, str] = {}
    yield from _from_evidence([file for file in files if not is_table(file)], rulebook, rows, seen)
    for file in files:
        if is_table(file):
            for batch in _from_table(file, rows):
                yield _first_time(batch, seen)


def problems_of(rows: pl.DataFrame, batch: Batch, rulebook: Rulebook) -> Sequence[Problem]:
    """What is wrong with the rows of one inspection, in the words in which it is told of evidence files."""
    document = _document(rows, batch, rulebook)
    try:
        evidence_of(document, rulebook)
    except DocumentError as error:
        return error.problems
    return [document.problem((), f"the findings of {rows['inspection'][0]} are not sound")]


# -- evidence files -------------------------------------------------------------------------------


def _from_evidence(files: Iterable[Path], rulebook: Rulebook, rows: int, seen: dict[str, str]) -> Iterator[Batch]:
    bodies: list[Evidence] = []
    problems: list[Problem] = []
    read = 0
    for file in files:
        try:
            bodies.append(_new(load_evidence(file, rulebook), file, seen))
        except DocumentError as error:
            problems += error.problems
        read += 1
        if sum(len(body.findings) for body in bodies) >= rows:
            yield Batch("", _table_of(bodies), problems, read)
            bodies, problems, read = [], [], 0
    if read:
        yield Batch("", _table_of(bodies), problems, read)


def _new(evidence: Evidence, file: Path, seen: dict[str, str]) -> Evidence:
    """The evidence, if it is the first of its inspection and says anything."""
    name, place = evidence.name, Problem(str(file), 1, 1, "")
    if name in seen:
        raise DocumentError([_twice(place, name, seen[name])])
    if not evidence.findings:
        raise DocumentError([place._replace(message="there are no findings in it; add some, or leave it out")])
    seen[name] = str(file)
    return evidence


def _table_of(bodies: Sequence[Evidence]) -> pl.DataFrame:
    names = [body.name for body in bodies]
    forces = pl.DataFrame(
        {"inspection": names, FORCE: [body.force for body in bodies]},
        schema={"inspection": pl.String, FORCE: pl.String},
    )
    table = frame_of(bodies, names).join(forces, on="inspection", how="left")
    return table.with_columns(pl.lit(0).alias(LINE)).select(pl.col(name).cast(kind) for name, kind in _ALL.items())


# -- tables ---------------------------------------------------------------------------------------


def _from_table(file: Path, rows: int) -> Iterator[Batch]:
    """Batches that end where an inspection does."""
    last = 0
    try:
        for batch in _whole_inspections(file, rows):
            yield batch
            last = max(batch.table[LINE].to_list(), default=last)
    except (PolarsError, OSError) as error:
        after = f" after line {last}; what stands before that is graded" if last else ""
        reason = str(error).splitlines()[0]
        told = Problem(str(file), 0, 0, f"it cannot be read{after}: {reason}")
        yield Batch(str(file), pl.DataFrame(schema=_ALL), [told], 1)
    except DocumentError as error:
        yield Batch(str(file), pl.DataFrame(schema=_ALL), error.problems, 1)


def _whole_inspections(file: Path, rows: int) -> Iterator[Batch]:
    scan, line = _scanned(file)
    given = scan.collect_schema().names()
    if wrong := list(_faults_of_names(given)):
        raise DocumentError(Problem(str(file), 0, 0, message) for message in wrong)
    columns = {name: given.index(name) + 1 for name in _ALL if name in given and name != LINE}
    if not (length := scan.select(pl.len()).collect().item()):
        raise DocumentError([Problem(str(file), 0, 0, "there are no findings in it")])
    end = line + length
    begun = pl.DataFrame(schema={**_ALL, _UNREADABLE: pl.Boolean})
    for part in scan.select(*columns).collect_batches(chunk_size=rows):
        shaped, problems = _shaped(part, line)
        line += len(part)
        table = pl.concat([begun, shaped])
        goes_on = table["inspection"].eq_missing(table["inspection"][-1]) & (line < end)
        begun = table.filter(goes_on)
        faults = [Problem(str(file), at, columns[name], message) for at, name, message in problems]
        yield Batch(str(file), _readable(table.filter(~goes_on)), faults, len(part) / length, columns)


def _faults_of_names(given: Sequence[str]) -> Iterator[str]:
    """What is wrong with the names of the columns."""
    near = misspelt(given)
    yield from (f"there is no column {name}; add it" for name in NEEDED if name not in {*given, *near.values()})
    yield from (
        f"the column {name} seems to mean {meant}; correct it, or give it another name" for name, meant in near.items()
    )
    for name in given:
        first, repeated, _ = name.partition("_duplicated_")  # as Polars calls the second of two
        if repeated and first in COLUMNS:
            yield f"the column {first} stands twice; remove one of them"


def _scanned(file: Path) -> tuple[pl.LazyFrame, int]:
    """A table, and the line of its first finding."""
    if not file.is_file():
        raise DocumentError([Problem(str(file), 0, 0, "there is no such file")])
    if file.suffix.lower() == _CSV:
        return pl.scan_csv(file, infer_schema=False, glob=False), 2  # the first line names the columns
    return _SCANS[file.suffix.lower()](file), 1


def _shaped(part: pl.DataFrame, line: int) -> tuple[pl.DataFrame, list[tuple[int, str, str]]]:
    """Part of a table with all columns, of their kinds, and the line and column of every cell that is of another."""
    kinds = {**COLUMNS, FORCE: Kind.TEXT}
    cells = {name: _cell(name, kinds[name], part.schema[name]) for name in part.columns}
    empty = {name: pl.lit(None, dtype=_ALL[name]).alias(name) for name in kinds if name not in cells}
    lines = pl.int_range(line, line + len(part), dtype=pl.Int64).alias(LINE)
    unreadable = {name: pl.col(name).is_not_null() & cell.is_null() for name, cell in cells.items()}
    shaped = part.select(
        *({**cells, **empty}[name] for name in kinds), lines, pl.any_horizontal(*unreadable.values()).alias(_UNREADABLE)
    )
    faults = part.select(lines, **unreadable).filter(pl.any_horizontal(*unreadable))
    problems = [
        (row[LINE], name, f"this cannot be read; {_WANTED[kinds[name]]}")
        for row in faults.iter_rows(named=True)
        for name in unreadable
        if row[name]
    ]
    return shaped, problems


def _cell(name: str, kind: Kind, given: pl.DataType) -> pl.Expr:
    """A cell as its column should hold it, or null."""
    column = pl.col(name)
    match kind:
        case Kind.TEXT if isinstance(given, pl.List):
            return column.list.join(BETWEEN) if given.inner == pl.String else pl.lit(None, dtype=pl.String).alias(name)
        case Kind.TEXT:
            return column.cast(pl.String, strict=False)
        case Kind.FLAG if given != pl.Boolean:
            words = column.cast(pl.String, strict=False).str.to_lowercase()
            return words.replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    return column.cast(_KINDS[kind], strict=False)


def _readable(table: pl.DataFrame) -> pl.DataFrame:
    faulty = table.filter(_UNREADABLE)["inspection"].unique()
    return table.filter(~pl.col("inspection").is_in(faulty.implode(), nulls_equal=True)).drop(_UNREADABLE)


# -- both -----------------------------------------------------------------------------------------


def _first_time(batch: Batch, seen: dict[str, str]) -> Batch:
    """The batch without inspections of which another file has evidence.

    Raises:
        DocumentError: an earlier batch had part of an inspection.
    """
    lines = dict(batch.table.group_by("inspection").agg(pl.col(LINE).min()).drop_nulls("inspection").sort(LINE).rows())
    if parted := [name for name in lines if seen.get(name) == batch.file]:
        raise DocumentError(_parted(Problem(batch.file, lines[name], 1, ""), name) for name in parted)
    elsewhere = {name: seen[name] for name in lines if name in seen}
    seen |= {name: batch.file for name in lines if name not in seen}
    repeated = [_twice(Problem(batch.file, lines[name], 1, ""), name, first) for name, first in elsewhere.items()]
    rest = batch.table.filter(~pl.col("inspection").is_in(list(elsewhere), nulls_equal=True))
    return batch._replace(table=rest, problems=[*batch.problems, *repeated])


def _parted(place: Problem, name: str) -> Problem:
    return place._replace(message=f"the findings of {name} do not lie together; sort the table by `inspection`")


def _twice(place: Problem, name: str, first: str) -> Problem:
    return place._replace(message=f"there is evidence of {name} in {first} already; leave one of them out")


def _document(rows: pl.DataFrame, batch: Batch, rulebook: Rulebook) -> Document:
    """The rows of an inspection as if they stood in an evidence file."""
    told = list(rows.iter_rows(named=True))
    value = {
        "force": str(told[0][FORCE] or told[0]["inspection"] or "?"),
        "framework": rulebook.framework.id,
        "sources": {"table": {"title": "A table", "publisher": "Not told"}},
        "findings": [coding_in(row) for row in told],
    }
    findings = Node(Place(told[0][LINE], 1), {number: _node(row, batch.columns) for number, row in enumerate(told)}, {})
    return Document(batch.file, value, Node(findings.place, {"findings": findings}, {}), ())


def _node(row: Mapping[str, Any], columns: Mapping[str, int]) -> Node:
    """Where the parts of a finding stand: all in the line of its row, each in its column."""
    at: dict[int | str, Node] = {name: Node(Place(row[LINE], columns.get(name, 1)), {}, {}) for name in COLUMNS}
    sample: dict[int | str, Node] = {name: at[f"sample_{name}"] for name in FIGURES}
    at["sample"] = Node(at["sample_met"].place, sample, _places(sample))
    return Node(Place(row[LINE], 1), at, _places(at))


def _places(nodes: Mapping[int | str, Node]) -> dict[str, Place]:
    return {str(name): node.place for name, node in nodes.items()}
