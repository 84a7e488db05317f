"""Findings of many inspections from files: tables and evidence files, in batches of whole inspections.

A table is a Parquet, CSV or NDJSON file with the columns that `peelrules.model.table` documents, and
if wanted a column `force`. The rows of an inspection lie together, so that no more than a batch of
them is in memory at a time.

Nothing is graded from part of its evidence. An inspection is left out whole if a finding of it is faulty, if another
file has findings of it, or if another has nearly its name. A table is left out whole if it cannot be read to its end,
or if nobody knows what inspection a row of it belongs to. What was graded before that came out is taken back.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import polars.selectors as cs

from peelrules.documents.bodies import Body, bodies
from peelrules.documents.evidence import evidence_of
from peelrules.documents.grid import FLAG_WORDS
from peelrules.documents.limits import CHARACTERS, FINDINGS, PROBLEMS
from peelrules.documents.places import Node, Place, problem_at
from peelrules.documents.rows import ENDINGS, FORCE, KINDS, LINE, Fault, Part, misfit, rows_of
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.facts import counted
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.table import BETWEEN, COLUMNS, FIGURES, Kind, coding_in, fault_of_name, likeness

ROWS = 300_000
"""Findings in a batch, unless a single inspection has more."""
FILES = 50
"""Evidence files in a batch."""

_UNREADABLE = "unreadable"
"""Column of a table that is being put together: a cell of the row is not what its column holds."""
_HELD: Mapping[Kind, type[pl.DataType]] = {
    Kind.TEXT: pl.String,
    Kind.FLAG: pl.Boolean,
    Kind.WHOLE: pl.Float64,
    Kind.NUMBER: pl.Float64,
}
_SHORT = 100
"""Bytes of short text. A number or a flag has no more where it is written as text."""
_ALL: dict[str, type[pl.DataType]] = {**{name: _HELD[kind] for name, kind in KINDS.items()}, LINE: pl.Int64}
_ORDER = (*COLUMNS, FORCE, LINE)
_FORCES = {"inspection": pl.String, FORCE: pl.String}


class Batch(NamedTuple):
    """Whole inspections."""

    file: str
    """The table that they come from; empty for evidence files."""
    table: pl.DataFrame
    """The columns of a table of findings, `force` and `line`, which is 0 in evidence files."""
    problems: Sequence[Problem]
    """Of files, and of inspections that are left out."""
    files: float
    """Files read since the last batch; of a table that takes several batches, a part."""
    columns: Mapping[str, int] = {}
    """Where the columns of the table stand in its file, counted from 1."""
    left_out: AbstractSet[str] = frozenset()
    """Inspections that are not to be graded, in this batch, before it and after it."""
    forces: pl.DataFrame = pl.DataFrame(schema=_FORCES)
    """The `inspection` and its `force`; where none is told, that is the name of the inspection."""


class _Seen(NamedTuple):
    """Where an inspection was found first."""

    name: str
    file: str


def is_table(file: Path) -> bool:
    """Whether a file is a table of findings, by its name."""
    return file.suffix.lower() in ENDINGS


def batches(files: Sequence[Path], rulebook: Rulebook, rows: int = ROWS) -> Iterator[Batch]:
    """The findings of all files, and what is wrong with files and cells that cannot be read.

    Evidence files are sound; of the rows of tables it is not known whether they are.
    """
    seen: dict[str, _Seen] = {}
    tables = [file for file in files if is_table(file)]
    evidence = [file for file in files if not is_table(file)]
    if evidence or not tables:  # of no files at all there is one batch of nothing
        yield from _from_evidence(evidence, rulebook, rows, seen)
    for file in tables:
        found = _from_table(file, rows, seen)
        yield from _ahead(found) if file.suffix.lower() == ".parquet" else found


def _ahead(found: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, each of which is read while the one before it is worked on.

    It saves time where libraries read. Text is read in Python, which runs one thread at a time.
    """
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, found, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, found, None)
            yield batch


def problems_of(rows: pl.DataFrame, batch: Batch, rulebook: Rulebook) -> Sequence[Problem]:
    """What is wrong with the rows of one inspection, in the words in which it is told of evidence files."""
    document = _document(rows, batch, rulebook)
    try:
        evidence_of(document, rulebook)
    except DocumentError as error:
        return error.problems
    return [document.problem((), f"the findings of {rows['inspection'][0]} are not sound")]


# -- evidence files -------------------------------------------------------------------------------


def _from_evidence(files: Sequence[Path], rulebook: Rulebook, rows: int, seen: dict[str, _Seen]) -> Iterator[Batch]:
    sound: list[Body] = []
    problems: list[Problem] = []
    left_out: set[str] = set()
    read_files = 0
    for body in bodies(files, rulebook):
        problems += body.problems
        sound += [body] if body.rows else []
        faults, apart = _first_time(str(body.file), {body.name: Place(1, 1)} if body.name else {}, seen)
        problems += faults
        left_out |= apart
        read_files += 1
        if read_files >= FILES or sum(len(each.rows) for each in sound) >= rows:
            yield _batch_of(sound, problems, read_files, left_out)
            sound, problems, left_out, read_files = [], [], set(), 0
    if read_files or not files:
        yield _batch_of(sound, problems, read_files, left_out)


def _batch_of(bodies: Sequence[Body], problems: Sequence[Problem], files: int, left_out: AbstractSet[str]) -> Batch:
    sound = [body for body in bodies if body.name not in left_out]
    rows = [(*row, body.force, 0) for body in sound for row in body.rows]
    table = pl.DataFrame(rows, schema={name: _ALL[name] for name in _ORDER}, orient="row")
    forces = pl.DataFrame([(body.name, body.force) for body in sound], _FORCES, orient="row")
    return Batch("", table, problems, files, left_out=left_out, forces=forces)


# -- tables ---------------------------------------------------------------------------------------


def _from_table(file: Path, rows: int, seen: dict[str, _Seen]) -> Iterator[Batch]:
    """Batches that end where an inspection does; if the table cannot be read whole, all of it is left out."""
    try:
        yield from _whole_inspections(file, rows, seen)
    except DocumentError as error:
        left_out = {each.name for each in seen.values() if each.file == str(file)}
        note = "; what was graded of this table is taken back" if left_out else ""
        problems = [*error.problems[:-1], error.problems[-1]._replace(message=error.problems[-1].message + note)]
        yield Batch(str(file), pl.DataFrame(schema=_ALL), problems, 1, left_out=left_out)


def _whole_inspections(file: Path, rows: int, seen: dict[str, _Seen]) -> Iterator[Batch]:
    columns, lines, parts = rows_of(file, rows)
    done = 0.0
    lost: list[Problem] = []
    nameless: list[int] = []
    waiting: list[pl.DataFrame] = []
    faults: list[Problem] = []
    is_empty = True
    for part in parts:
        is_empty = is_empty and part.cells.is_empty() and not part.lost
        shaped, wrong = _shaped(part)
        named = pl.col("inspection").cast(pl.String).fill_null("").str.contains(r"\S")
        nameless += shaped.filter(~named)[LINE].to_list()
        lost += _problems(file, part.lost, columns)
        faults += _problems(file, wrong, columns)
        if len(lost) + len(faults) > PROBLEMS.most:
            raise DocumentError([*_missing(file, nameless, columns), *lost, *faults][: PROBLEMS.most])
        if lost or nameless:
            continue  # nothing more is graded, and the rest is read for its faults
        waiting.append(shaped)
        if sum(map(len, waiting)) < rows:
            continue
        table = _joined(waiting)
        goes_on = table["inspection"] == table["inspection"][-1]
        share = min(shaped[LINE][-1] / lines, 1.0) - done if lines else 0.0
        done += share
        yield _batch(file, table.filter(~goes_on), faults, columns, seen)._replace(files=share)
        waiting, faults = [table.filter(goes_on)], []
        if len(waiting[0]) > FINDINGS.most:
            raise DocumentError([Problem(str(file), waiting[0][LINE][0], 1, FINDINGS.exceeded)])
    if is_empty:
        raise DocumentError([Problem(str(file), 0, 0, "there are no findings in it")])
    if lost := [*_missing(file, nameless, columns), *lost]:
        message = "nothing of this table is graded, for it is not known to which inspections the rows told here belong"
        raise DocumentError([Problem(str(file), 0, 0, message), *lost, *faults])
    yield _batch(file, _joined(waiting), faults, columns, seen)._replace(files=1 - done)


def _missing(file: Path, lines: Sequence[int], columns: Mapping[str, int]) -> list[Problem]:
    """What to tell of rows without an inspection, once: they may be what is left of a table that was longer."""
    if not lines:
        return []
    rows = len(lines)
    more = f" here and in {counted(rows - 1, 'more row')}" if rows > 1 else ""
    message = (
        f"the name of the inspection is missing{more}; write which one a finding belongs to, and remove empty rows"
    )
    return _problems(file, [Fault(lines[0], "inspection", message)], columns)


def _problems(file: Path, faults: Iterable[Fault], columns: Mapping[str, int]) -> list[Problem]:
    return [problem_at(str(file), _place(line, name, columns), message) for line, name, message in faults]


def _place(line: int, name: str, columns: Mapping[str, int]) -> Place:
    """A cell; the row as a whole if there is no such column."""
    return Place(line, columns[name], f"{line}:{name}") if name in columns else Place(line, 1)


def _batch(
    file: Path, table: pl.DataFrame, faults: list[Problem], columns: Mapping[str, int], seen: dict[str, _Seen]
) -> Batch:
    """A batch without the inspections that cannot be read or are elsewhere, too.

    Raises:
        DocumentError: an inspection goes on that an earlier batch had, or has too many findings.
    """
    found = _inspections(table)
    lines = dict(found.select("inspection", LINE).iter_rows())
    if parted := [name for name in lines if (name, str(file)) == seen.get(likeness(name))]:
        name, more = parted[0], len(parted) - 1
        others = f" and of {counted(more, 'more inspection')}" if more else ""
        message = f"the findings of {quoted(name)}{others} do not lie together; sort the table by `inspection`"
        raise DocumentError([Problem(str(file), lines[name], 1, message)])
    if large := found.filter(pl.col("rows") > FINDINGS.most).rows(named=True):
        raise DocumentError(Problem(str(file), row[LINE], 1, FINDINGS.exceeded) for row in large)
    places = {name: _place(line, "inspection", columns) for name, line in lines.items()}
    problems, left_out = _first_time(str(file), places, seen)
    for name, number in found.filter(pl.col("forces") > 1).select("inspection", "forces").iter_rows():
        message = f"{number} forces are named for {quoted(name)}; write one"
        problems += _problems(file, [Fault(lines[name], FORCE, message)], columns)
        left_out |= {name}
    left_out |= set(found.filter(_UNREADABLE)["inspection"])
    if not left_out.isdisjoint(places):
        table = table.filter(~pl.col("inspection").cast(pl.String).is_in(list(left_out)))
    forces = found.select("inspection", pl.col(FORCE).fill_null(pl.col("inspection")))
    return Batch(str(file), table.drop(_UNREADABLE), [*faults, *problems], 0, columns, left_out, forces)


def _inspections(table: pl.DataFrame) -> pl.DataFrame:
    """Of each inspection its first line and force, how many rows and forces it has, and whether any is unreadable."""
    told = ("inspection", FORCE, _UNREADABLE)
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in told)
    runs = table.select(*told, LINE, row=pl.int_range(pl.len())).filter(differs)
    rows = pl.col("row").shift(-1, fill_value=len(table)) - pl.col("row")
    grouped = runs.with_columns(rows=rows).cast({pl.Enum: pl.String}).group_by("inspection", maintain_order=True)
    told_forces = pl.col(FORCE).drop_nulls()
    seen = pl.col(LINE).first(), told_forces.first(), pl.col("rows").sum(), pl.col(_UNREADABLE).any()
    return grouped.agg(*seen, forces=told_forces.n_unique())


def _joined(tables: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Tables one after the other; each may hold the words of a column that repeats them in a list of its own."""
    listed: dict[str, pl.DataType] = {}
    for name in tables[0].columns:
        kinds = [table.schema[name] for table in tables]
        if len({*kinds}) == 1:
            continue
        if pl.String in kinds:
            listed[name] = pl.String()
        else:
            words = pl.concat([table[name].unique().drop_nulls().cast(pl.String) for table in tables])
            listed[name] = pl.Enum(words.unique())
    return pl.concat([table.with_columns(pl.col(name).cast(kind) for name, kind in listed.items()) for table in tables])


def _shaped(part: Part) -> tuple[pl.DataFrame, list[Fault]]:
    """Part of a table with all columns, of their kinds, and every cell that is of another."""
    given = part.cells.with_columns(cs.float().fill_nan(None))
    lines = given[LINE]
    cells = {name: _cells(given[name], KINDS[name]) for name in given.columns if name != LINE}
    wrong = {
        name: lines.filter(given[name].is_not_null() & column.is_null())
        for name, column in cells.items()
        if column.null_count() > given[name].null_count()
    }
    misfits = (Fault(line, name, misfit(name)) for name, where in wrong.items() for line in where)
    faults = sorted([*part.faults, *misfits])
    nothing = {name: pl.lit(None, dtype=_ALL[name]) for name in KINDS if name not in cells}
    is_unreadable = lines.is_in([fault.line for fault in faults]).alias(_UNREADABLE)
    shaped = pl.DataFrame([lines, is_unreadable]).with_columns(**cells, **nothing)
    return shaped.select(*COLUMNS, FORCE, LINE, _UNREADABLE), faults


def _cells(given: pl.Series, kind: Kind) -> pl.Series:
    """The cells of a column as it should hold them, null where it cannot. A word that is repeated is read once."""
    if not isinstance(given.dtype, pl.Categorical | pl.Enum):
        return given.to_frame("cell").select(_cell(kind, given.dtype)).to_series()
    words = given.dtype.categories if isinstance(given.dtype, pl.Enum) else given.unique().drop_nulls().cast(pl.String)
    if 2 * len(words) > len(given) and (words.str.len_bytes() <= _SHORT).all():  # no word is worth a list
        return _cells(given.cast(pl.String), kind)
    read = _cells(words, kind)
    if kind is Kind.TEXT:
        return given.cast(pl.Enum(read.drop_nulls()), strict=False)
    return read.gather(given.cast(pl.Enum(words)).to_physical())


def _cell(kind: Kind, given: pl.DataType) -> pl.Expr:
    """A cell as its column should hold it, or null."""
    column = pl.col("cell")
    if given == pl.String:
        most = 4 * CHARACTERS.most if kind is Kind.TEXT else _SHORT
        column = pl.when(column.str.len_bytes() <= most).then(column)
    if given == pl.Float32:
        column = column.cast(pl.String)  # what is written is the shortest number that it stands for
    if isinstance(given, pl.List):
        length = column.list.eval(pl.element().str.len_chars()).list.sum() + len(BETWEEN) * column.list.len()
        return pl.when(length <= CHARACTERS.most).then(
            column.cast(pl.List(pl.String)).list.join(BETWEEN, ignore_nulls=False)
        )
    match kind:
        case Kind.FLAG if given.is_numeric():
            return column.replace_strict({1: True, 0: False}, default=None, return_dtype=pl.Boolean)
        case Kind.FLAG if given != pl.Boolean:
            words = column.cast(pl.String, strict=False).str.to_lowercase()
            return words.replace_strict(FLAG_WORDS, default=None, return_dtype=pl.Boolean)
    held = column.cast(_HELD[kind], strict=False)
    return held.fill_nan(None) if _HELD[kind] == pl.Float64 else held  # `nan` as text is no number, and no gap either


# -- both -----------------------------------------------------------------------------------------


def _first_time(file: str, places: Mapping[str, Place], seen: dict[str, _Seen]) -> tuple[list[Problem], set[str]]:
    """What is wrong with the names of inspections that a file has at those places, and what is left out for it."""
    problems: list[Problem] = []
    left_out: set[str] = set()
    for name, place in places.items():
        first = seen.setdefault(likeness(name), _Seen(name, file))
        message = fault_of_name(name)
        if message is not None and first.name != name:
            message += f"; {quoted(first.name)} in {first.file} is left out as well"
        elif message is None and first.name != name:
            like = f"{quoted(first.name)} in {first.file}"
            message = f"the name {quoted(name)} is nearly {like}; write both alike, or give one a name of its own"
        elif message is None and first.file != file:
            message = f"there is evidence of {quoted(name)} in {first.file} already; leave one of them out"
        if message is not None:
            problems.append(problem_at(file, place, message))
            left_out |= {name, first.name}
    return problems, left_out


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
    at: dict[int | str, Node] = {name: Node(_place(row[LINE], name, columns), {}, {}) for name in COLUMNS}
    sample: dict[int | str, Node] = {name: at[f"sample_{name}"] for name in FIGURES}
    at["sample"] = Node(at["sample_met"].place, sample, _places(sample))
    return Node(Place(row[LINE], 1), at, _places(at))


def _places(nodes: Mapping[int | str, Node]) -> dict[str, Place]:
    return {str(name): node.place for name, node in nodes.items()}
