"""Every loader of documents and tables, with seeds, and with what its values must keep."""

import csv
import io
import json
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import polars as pl
import xlsxwriter
import yaml
from python_calamine import CalamineWorkbook

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.cases import load_case
from peelrules.documents.crosswalk import step_to
from peelrules.documents.csv import written as csv_of
from peelrules.documents.evidence import load_assessment
from peelrules.documents.folder import Folder
from peelrules.documents.layout import COUNTS_FILE, CROSSWALK_FILE, FILES, FRAMEWORK_FILE, RULE_FILES
from peelrules.documents.rulebook import load_rulebook
from peelrules.documents.tables import FORCE, batches
from peelrules.documents.workbook.writing import workbook_of
from peelrules.insight.population import graded_batches
from peelrules.model.conditions import Conditions
from peelrules.model.counts import Count
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Role
from peelrules.model.problems import Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.model.scales import Scale
from peelrules.model.table import NEEDED

from .mutations import as_json, as_yaml
from .promises import Loader

ROOT = Path(__file__).parents[2]
SOUND = ROOT / "tests/broken/rulebooks/sound"
EXTENSION = SOUND.parent / "extension"


@cache
def bundled() -> Rulebook:
    return peelrules.load_rulebook()


@cache
def lancashire() -> Evidence:
    return peelrules.load_evidence(ROOT / "evidence/lancashire.yaml", bundled())


@cache
def few() -> Evidence:
    """Findings of every kind, few enough that thousands of inputs are tried in a minute."""
    kinds = {(f.direction, f.sample is not None and f.sample.met is not None): f for f in lancashire().findings}
    return lancashire().model_copy(update={"findings": tuple(kinds.values())})


# -- documents ------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Writes numbers as decimals, which is how they are read, and what stands twice twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _decimal(dumper: yaml.SafeDumper, value: float) -> yaml.Node:
    text = format(Decimal(repr(value)), "f")
    return dumper.represent_scalar("tag:yaml.org,2002:float", text if "." in text else f"{text}.0")


_Dumper.add_representer(float, _decimal)


def written(model: Any) -> str:
    content = (
        model.model_dump(mode="json", by_alias=True, exclude_none=True) if not isinstance(model, list | dict) else model
    )
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10**6)


def _alone(value: Any) -> tuple[Any, Sequence[Problem]]:
    return value, ()


def _same_again(load: Any, value: Any, file: Path, text: str) -> Iterator[str]:
    again = file.with_name(f"again{file.suffix}")
    again.write_text(text, encoding="utf-8")
    try:
        if load(again) != value:
            yield "what is dumped is read as something else"
    except peelrules.DocumentError as error:
        yield f"what is dumped is refused: {error.problems[0].message}"
    finally:
        again.unlink()


def _document(load: Any, seeds: Any) -> Loader:
    return Loader(
        "input.yaml", seeds, yaml.safe_load, as_yaml, lambda file: _alone(load(file)),
        lambda value, file: _same_again(load, value, file, written(value)),
    )  # fmt: skip


def _evidence(file: Path) -> Any:
    return peelrules.load_evidence(file, bundled())


def _published(file: Path) -> Any:
    return peelrules.load_published(file, bundled())


def _published_grades(file: Path) -> Any:
    return peelrules.load_national(bundled(), file)


def _accounts(file: Path) -> Any:
    return peelrules.load_accounts(file, bundled()).accounts


def _seeds_of_accounts() -> list[bytes]:
    account = (
        f"{{force: {few().force}, cycle: PEEL 2021/22, core_question: responding, published: good, hard: true, "
        "account: What was told., basis: Stated., note: A note., urls: [x], evidence: evidence.yaml, id: "
    )
    yardstick = "{title: A reader, exact: {met: 3, of: 4}, within_one_tier: {share: 0.9, of: 4}}"
    return [f"title: Accounts\nyardsticks: [{yardstick}]\naccounts: [{account}a}}, {account}b}}]\n".encode()] * 2


def _furnish_accounts(folder: Path) -> None:
    (folder / "evidence.yaml").write_text(written(few()), encoding="utf-8")


def _seeds_of_evidence() -> list[bytes]:
    sound = written(few()).encode()
    return [sound, sound, *(path.read_bytes() for path in sorted((ROOT / "tests/broken/evidence").glob("*.yaml")))]


def _in(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def _assessments() -> list[bytes]:
    rulebook = load_rulebook(SOUND)
    words = {"strand": "fieldwork", "method": None, "bears_on": ("responding.calls",)}
    findings = tuple(found.model_copy(update=words) for found in few().findings)
    evidence = few().model_copy(update={"framework": rulebook.framework.id, "findings": findings})
    return [peelrules.grade(evidence, rulebook).model_dump_json(indent=indent).encode() for indent in (None, 1)]


# -- rulebooks and cases --------------------------------------------------------------------------


def _rulebook(file: Path) -> tuple[Rulebook, Sequence[Problem]]:
    return _alone(load_rulebook(file.parent))


def _same_rulebook(value: Rulebook, file: Path) -> Iterator[str]:
    again = file.parent / "again"
    again.mkdir()
    (again / FRAMEWORK_FILE).write_text(written(value.framework), encoding="utf-8")
    counts = {stage.value: [_written_count(count) for count in each] for stage, each in value.counts_of.items() if each}
    (again / COUNTS_FILE).write_text(written(counts), encoding="utf-8")
    for stage, name in RULE_FILES.items():
        (again / name).write_text(written([_written_rule(rule) for rule in value.of_stage[stage]]), encoding="utf-8")
    try:
        if load_rulebook(again).identity != value.identity:
            yield "the rulebook that is dumped is read as another"
    except peelrules.DocumentError as error:
        yield f"the rulebook that is dumped is refused: {error.problems[0].message}"
    finally:
        shutil.rmtree(again)


def _written_rule(rule: Rule) -> dict[str, Any]:
    outcome, limit, level = rule.conclusion
    bound = {"floor": "at_least", "ceiling": "at_most"}.get(limit)
    return {
        "id": rule.id,
        "title": rule.title,
        "when": [_written_conditions(conditions) for conditions in rule.alternatives],
        "then": {outcome: {bound: str(level)}} if bound else {"raises": outcome},
        "source": rule.source.model_dump(),
        "basis": rule.basis,
        "examples": [
            {"given": {name: _written_value(v) for name, v in each.given.items()}, "applies": each.applies}
            for each in rule.examples
        ],
    }


def _written_count(count: Count) -> dict[str, Any]:
    asked = {name: _written_conditions(getattr(count, name)) for name in ("where", "of") if getattr(count, name)}
    none = {"of_none": count.of_none} if count.of_none else {}
    return {"id": count.id, "title": count.title, count.kind.value: count.what, **asked, **none}


def _written_conditions(conditions: Conditions) -> dict[str, Any]:
    tests: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        tests.setdefault(condition.field, {})[condition.comparator.word] = _written_value(condition.bound)
    return tests


def _written_value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_written_value(each) for each in value]
    return value.value if isinstance(value, Role) else str(value) if isinstance(value, Scale) else value


def _furnish_rulebook(rulebook: Path, folder: Path) -> None:
    for name in FILES:
        shutil.copy(rulebook / name, folder)


def _of_rulebook(name: str, rulebook: Path = SOUND) -> Loader:
    return Loader(
        name, lambda: [(rulebook / name).read_bytes()] * 2, yaml.safe_load, as_yaml, _rulebook, _same_rulebook,
        partial(_furnish_rulebook, rulebook),
    )  # fmt: skip


def _seeds_of_extensions() -> list[bytes]:
    return [(EXTENSION / FRAMEWORK_FILE).read_bytes().replace(b"../sound", b"./older")] * 2


def _furnish_extension(folder: Path) -> None:
    """The sound rulebook below the folder, and a rule in it that takes the place of the one that is removed."""
    (folder / "older").mkdir(exist_ok=True)
    _furnish_rulebook(SOUND, folder / "older")
    shutil.copy(EXTENSION / "samples.yaml", folder)


def _crosswalk(file: Path) -> tuple[Any, Sequence[Problem]]:
    return _alone(step_to(Folder(file.parent), load_rulebook(file.parent).framework))


def _seeds_of_crosswalks() -> list[bytes]:
    pairs = "[{from: [responding.staff], to: [responding.people, responding.leaders], note: A note.}]"
    return [f"from: ./older\npairs: {pairs}\n".encode()] * 2


def _furnish_crosswalk(folder: Path) -> None:
    """The sound rulebook below the folder, and in it the same with one characteristic split."""
    (folder / "older").mkdir(exist_ok=True)
    _furnish_rulebook(SOUND, folder / "older")
    _furnish_rulebook(SOUND, folder)
    framework = yaml.safe_load((SOUND / FRAMEWORK_FILE).read_text(encoding="utf-8")) | {"id": "newer"}
    characteristics = framework["core_questions"][0]["topics"][0]["characteristics"]
    staff = characteristics.pop()
    characteristics += [staff | {"id": "responding.people"}, staff | {"id": "responding.leaders"}]
    (folder / FRAMEWORK_FILE).write_text(written(framework), encoding="utf-8")


def _uneven(value: Any, file: Path) -> Iterator[str]:
    """Characteristics that do not stand in exactly one pair."""
    for side, root in (("before", value.folder.path), ("after", file.parent)):
        named = sorted(name for pair in value.crosswalk.pairs for name in getattr(pair, side))
        if named != sorted(load_rulebook(root).framework.characteristics):
            yield f"{side}: {named}"


def _case(file: Path) -> tuple[Any, Sequence[Problem]]:
    return _alone(load_case(file, bundled(), file.parents[1]))


def _furnish_case(folder: Path) -> None:
    (folder / "cases").mkdir(exist_ok=True)
    (folder / "cases/evidence.yaml").write_text(written(few()), encoding="utf-8")


def _cases() -> list[bytes]:
    in_file = b"title: A case\nevidence: {file: evidence.yaml}\nwanted: {grades: {responding: null}}\n"
    return [in_file, *_in("rules/*/cases/boundaries/*.case.yaml")]


# -- tables ---------------------------------------------------------------------------------------


class Read(NamedTuple):
    """What became of a table."""

    graded: set[str]
    problems: Sequence[Problem]


def _table(file: Path) -> tuple[Read, Sequence[Problem]]:
    graded: set[str] = set()
    problems: list[Problem] = []
    for batch in graded_batches([file], bundled()):
        graded |= set(batch.frames.judgments["inspection"])
        problems += batch.problems
    return Read(graded, problems), problems


def _lost(value: Read, file: Path) -> Iterator[str]:
    """Rows that another reader finds, and that are neither graded nor told."""
    if (found := _INDEPENDENT[file.suffix](file.read_bytes())) is None:
        return
    there = Counter(row.inspection for row in found)
    rows = Counter(name for batch in batches([file], bundled()) for name in batch.table["inspection"])
    if strangers := value.graded - there.keys():
        yield f"graded, and not in the file: {sorted(strangers)}"[:300]
    lines = {problem.line for problem in value.problems}
    if lines & ({0} if file.suffix == ".ndjson" else {0, 1}):  # of the file, or of the names of its columns
        return
    told = {row.inspection for row in found if lines & set(row.lines)}
    for name in there.keys() - told:
        if name not in value.graded:
            if not any(str(name)[:60] in problem.message for problem in value.problems):
                yield f"neither graded nor told: {name!r}"
        elif rows[name] != there[name]:
            yield f"graded by {rows[name]} of {there[name]} findings: {name!r}"


class Row(NamedTuple):
    """A row as another reader finds it."""

    inspection: str | None
    lines: Sequence[int]
    """Any of which may stand for it in a problem: those of the file, and its number among the rows."""


def _rows_of_csv(data: bytes) -> list[Row] | None:
    """The inspection of each row, if there is no doubt what the file says."""
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        (header, last), *rows = [(row, reader.line_num) for row in reader]
    except (ValueError, csv.Error):
        return None
    is_plain = len(set(header)) == len(header) and set(NEEDED) <= set(header)
    if not is_plain or not all(len(row) == len(header) for row, _ in rows) or b"\r" in data.replace(b"\r\n", b""):
        return None
    begins = [last, *(end for _, end in rows)]
    return [
        Row(row[header.index("inspection")] or None, (*range(begins[number] + 1, end + 1), number + 2))
        for number, (row, end) in enumerate(rows)
        if any(row)  # spreadsheets leave rows of nothing but commas
    ]


def _rows_of_ndjson(data: bytes) -> list[Row] | None:
    def no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    def no_number(_: str) -> None:
        raise ValueError

    try:
        lines = [(at, line) for at, line in enumerate(data.decode().split("\n"), 1) if line.strip()]
        rows = [json.loads(line, object_pairs_hook=no_key_twice, parse_constant=no_number) for _, line in lines]
        names = [row["inspection"] for row in rows]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not all(isinstance(name, str) and name.isprintable() for name in names):
        return None
    return [Row(name, (lines[number][0], number + 1)) for number, name in enumerate(names)]


def _rows_of_parquet(data: bytes) -> list[Row] | None:
    from pyarrow import ArrowException, parquet

    try:
        table = parquet.read_table(io.BytesIO(data))
        names = table["inspection"].to_pylist()
        return [Row(None if name is None else str(name), (number,)) for number, name in enumerate(names, 1)]
    except (ArrowException, OSError, KeyError, ValueError, TypeError, MemoryError):
        return None


_INDEPENDENT = {".csv": _rows_of_csv, ".ndjson": _rows_of_ndjson, ".parquet": _rows_of_parquet}


@cache
def _rows() -> list[dict[str, Any]]:
    frame = pl.concat([few().to_frame(name) for name in ("A", "B", "C")]).with_columns(pl.lit("Force").alias(FORCE))
    return frame.to_dicts()


def _csv(rows: Any, rng: Random | None = None) -> bytes:
    stream = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    end = "\n" if rng is None else rng.choice(("\n", "\r\n"))
    writer = csv.DictWriter(stream, names, lineterminator=end, quoting=csv.QUOTE_MINIMAL)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def _ndjson(rows: Any, rng: Random | None = None) -> bytes:  # noqa: ARG001
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _parquet(rows: Any, rng: Random | None = None) -> bytes:
    stream = io.BytesIO()
    frame = pl.DataFrame(rows, strict=False, infer_schema_length=None)
    how = "uncompressed" if rng is None else rng.choice(("uncompressed", "snappy", "zstd", "gzip"))
    frame.write_parquet(stream, compression=how, row_group_size=None if rng is None else rng.choice((None, 1, 3)))
    return stream.getvalue()


def _tables(ending: str, write: Any, memory: int = 20) -> Loader:
    def seeds() -> list[bytes]:
        return [write(_rows()), write(_rows()[:2]), write([{name: row[name] for name in NEEDED} for row in _rows()])]

    return Loader(f"input{ending}", seeds, lambda _: _rows(), write, _table, _lost, memory=memory)


# -- evidence in tables ---------------------------------------------------------------------------


def _records(data: bytes) -> Any:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def _sheets(data: bytes) -> Any:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names[1:5]}


def _book(sheets: Any, rng: Random | None = None) -> bytes:  # noqa: ARG001
    """A workbook of whatever became of the sheets."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows if isinstance(rows, list) else []):
                for at, value in enumerate(cells if isinstance(cells, list) else []):
                    if isinstance(value, int | float):
                        sheet.write(row, at, value)
                    elif value is not None:
                        sheet.write_string(row, at, str(value))
    return stream.getvalue()


def _same_workbook(value: Any, file: Path) -> Iterator[str]:
    again = file.with_name("again.xlsx")
    again.write_bytes(workbook_of(value, bundled().framework))
    try:
        if _evidence(again) != value:
            yield "the workbook that is written is read as something else"
    except peelrules.DocumentError as error:
        yield f"the workbook that is written is refused: {error.problems[0].message}"
    finally:
        again.unlink()


# -- rows -----------------------------------------------------------------------------------------


def _frame(file: Path) -> tuple[Any, Sequence[Problem]]:
    """Random frames of Polars and pandas, which are written as JSON: the library and the rows."""
    import pandas as pd

    try:
        told = json.loads(file.read_bytes())
        library, rows = told["library"], told["rows"]
        frame = (
            pl.DataFrame(rows, strict=False, infer_schema_length=None) if library != "pandas" else pd.DataFrame(rows)
        )
    except Exception:
        return _alone(None)
    try:
        graded = peelrules.population(frame, bundled())
    except ValueError as error:
        try:
            graded = peelrules.population(frame, bundled(), on_fault="collect")
        except ValueError:
            message = " ".join(str(error).split("\n")) or " "
            raise peelrules.DocumentError([Problem(str(file), 0, 0, message)]) from None
    return _alone((frame, graded))


def _all_graded(value: Any, file: Path) -> Iterator[str]:  # noqa: ARG001
    """Whether each inspection is graded, or a fault of it told, and not both."""
    frame, graded = value
    named, judged, faulty = (set(map(str, each["inspection"])) for each in (frame, graded.judgments, graded.faults))
    if named != judged ^ faulty:
        yield f"graded are {sorted(judged)}, faulty {sorted(faulty)}, given {sorted(named)}"[:300]


def _frames() -> list[bytes]:
    return [json.dumps({"library": library, "rows": _rows()}).encode() for library in ("polars", "pandas")]


LOADERS: dict[str, Loader] = {
    "evidence": _document(_evidence, _seeds_of_evidence),
    "published": _document(_published, lambda: _in("evidence/published/l*.yaml", "evidence/published/w*.yaml")),
    "published-grades": _document(_published_grades, lambda: _in("rules/published-grades/peel-2021-22.yaml") * 2),
    "accounts": _document(_accounts, _seeds_of_accounts)._replace(furnish=_furnish_accounts),
    "assessment": Loader(
        "input.json", _assessments, json.loads, as_json, lambda file: _alone(load_assessment(file)),
        lambda value, file: _same_again(load_assessment, value, file, value.model_dump_json()),
    ),
    **{Path(name).stem: _of_rulebook(name) for name in (FRAMEWORK_FILE, *RULE_FILES.values())},
    "counts": _of_rulebook(COUNTS_FILE, bundled_rulebook()),
    "extension": Loader(
        FRAMEWORK_FILE, _seeds_of_extensions, yaml.safe_load, as_yaml, _rulebook, _same_rulebook,
        _furnish_extension,
    ),
    "crosswalk": Loader(
        CROSSWALK_FILE, _seeds_of_crosswalks, yaml.safe_load, as_yaml, _crosswalk, _uneven, _furnish_crosswalk
    ),
    "evidence-json": Loader(
        "input.json", lambda: [few().model_dump_json(exclude_none=True).encode()] * 2, json.loads, as_json,
        lambda file: _alone(_evidence(file)),
        lambda value, file: _same_again(_evidence, value, file, value.model_dump_json(exclude_none=True)),
    ),
    "evidence-csv": Loader(
        "input.csv", lambda: [csv_of(few()).encode()] * 2, _records, _csv, lambda file: _alone(_evidence(file)),
        lambda value, file: _same_again(_evidence, value, file, csv_of(value)) if value.findings else iter(()),
    ),
    "workbook": Loader(
        "input.xlsx", lambda: [workbook_of(few(), bundled().framework)] * 2, _sheets, _book,
        lambda file: _alone(_evidence(file)), _same_workbook, memory=0,
    ),
    "case": Loader("cases/input.case.yaml", _cases, yaml.safe_load, as_yaml, _case, lambda *_: iter(()), _furnish_case),
    "csv": _tables(".csv", _csv),
    "ndjson": _tables(".ndjson", _ndjson),
    "parquet": _tables(".parquet", _parquet, memory=0),
    "rows": Loader("input.json", _frames, json.loads, as_json, _frame, _all_graded, memory=0),
}  # fmt: skip
