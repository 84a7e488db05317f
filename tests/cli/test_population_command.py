"""Many inspections from files: everything that is sound is graded, everything else is told, and no file is half."""

import json
import os
import pty
import re
import signal
import time
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import spawn
from strategies import bundled, evidence_of, evidences, finding, tries
from test_population import rows_of

import peelrules
from peelrules.documents import bodies, tables
from peelrules.documents.processes import in_processes
from peelrules.documents.tables import batches
from peelrules.insight import population
from peelrules.insight.population import Spread, graded_batches
from peelrules.model.table import frame_of

ROOT = Path(__file__).parents[2]
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
NAME = "Lancashire Constabulary, PEEL 2021/22"


def written(frame: pl.DataFrame, file: Path) -> Path:
    {".parquet": frame.write_parquet, ".csv": frame.write_csv}.get(file.suffix, frame.write_ndjson)(file)
    return file


def read(file: Path) -> pl.DataFrame:
    return {".parquet": pl.read_parquet, ".csv": pl.read_csv, ".ndjson": pl.read_ndjson}[file.suffix](file)


@pytest.fixture
def table(lancashire):
    return lancashire.to_frame()


def grades_in(judgments: pl.DataFrame, inspection: str) -> dict[str, str | None]:
    rows = judgments.filter(pl.col("inspection") == inspection)
    return dict(rows.select("core_question", "grade").rows())


@pytest.mark.parametrize("output", ["parquet", "csv", "ndjson"])
@pytest.mark.parametrize("given_as", ["yaml", "parquet", "csv", "ndjson", "jsonl"])
def test_lancashire_comes_to_the_same_from_and_to_every_kind_of_file(
    run,
    tmp_path,
    table,
    assessment,
    given_as,
    output,
):
    file = LANCASHIRE if given_as == "yaml" else written(table, tmp_path / f"findings.{given_as}")
    targets = {kind: tmp_path / f"{kind}.{output}" for kind in ("judgments", "statuses", "flags")}
    options = [part for kind in ("statuses", "flags") for part in (f"--{kind}", targets[kind])]
    code, out, err = run("population", file, "-o", targets["judgments"], *options)
    assert (code, err) == (0, "")
    assert "1 inspection, PEEL 2021/22\nIndicative grades:" in out
    wanted = rows_of(NAME, assessment)
    for kind, target in targets.items():
        frame = read(target)
        assert set(frame["force"]) == {"Lancashire Constabulary" if given_as == "yaml" else NAME}
        assert set(frame.drop("force").rows()) == wanted[kind]
    assert sorted(each.name for each in tmp_path.iterdir() if each != file) == sorted(t.name for t in targets.values())


def test_a_column_of_forces_is_kept(run, tmp_path, table):
    file = written(table.with_columns(force=pl.lit("Lancashire")), tmp_path / "findings.parquet")
    run("population", file, "-o", tmp_path / "j.csv")
    assert set(read(tmp_path / "j.csv")["force"]) == {"Lancashire"}


def test_a_force_that_is_told_in_some_rows_is_that_of_the_inspection(run, tmp_path, table):
    other = table.with_columns(inspection=pl.lit("Another"))
    some = pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("Lancashire"))
    both = pl.concat([table.with_columns(force=some), other.with_columns(force=pl.lit(None, pl.String))])
    assert run("population", written(both, tmp_path / "f.csv"), "-o", tmp_path / "j.csv")[0] == 0
    graded = read(tmp_path / "j.csv")
    assert dict(graded.select("inspection", "force").unique().rows()) == {NAME: "Lancashire", "Another": "Another"}


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical])
def test_row_groups_with_lists_of_words_of_their_own_are_one_table(run, tmp_path, table, kind, monkeypatch):
    parts = [table.with_columns(inspection=pl.lit(name)).sample(fraction=1, shuffle=True, seed=5) for name in "ABC"]
    text = [pl.col(name).cast(kind) for name, held in table.schema.items() if held == pl.String]
    monkeypatch.setattr(batches, "__defaults__", (250,))
    parts[1] = parts[1].sort("bears_on")  # its words are repeated within a row group
    pl.concat(parts).with_columns(text).write_parquet(tmp_path / "t.parquet", row_group_size=31)
    assert run("population", tmp_path / "t.parquet", "-o", tmp_path / "j.csv")[0] == 0
    found = read(tmp_path / "j.csv").drop("force").partition_by("inspection", include_key=False)
    assert len(found) == 3
    run("population", written(table, tmp_path / "t.csv"), "-o", tmp_path / "one.csv")
    assert all(each.equals(read(tmp_path / "one.csv").drop("inspection", "force")) for each in found)


def test_folders_tables_and_evidence_are_graded_together(run, tmp_path, table):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/l.yaml").write_text(LANCASHIRE.read_text(encoding="utf-8"), encoding="utf-8")
    other = written(table.with_columns(inspection=pl.lit("Another")), tmp_path / "other.parquet")
    code, out, _ = run("population", tmp_path / "in", other, "-o", tmp_path / "j.parquet")
    judgments = read(tmp_path / "j.parquet")
    assert code == 0
    assert "2 inspections" in out
    assert grades_in(judgments, NAME) == grades_in(judgments, "Another")
    assert grades_in(judgments, NAME)["investigating"] == "requires improvement"


# -- what is faulty ---------------------------------------------------------------------------------


def faulty_table(table: pl.DataFrame) -> pl.DataFrame:
    """Two inspections, of which the first has two faulty findings."""
    number = pl.int_range(pl.len())
    wrong = table.with_columns(
        inspection=pl.lit("Faulty"),
        bears_on=pl.when(number == 3).then(pl.lit("offenders.bial")).otherwise("bears_on"),
        strand=pl.when(number == 5).then(pl.lit("hearsay")).otherwise("strand"),
    )
    return pl.concat([wrong, table])


@pytest.mark.parametrize(("kind", "first_line"), [("csv", 2), ("ndjson", 1), ("parquet", 1)])
def test_faulty_rows_are_placed_and_their_inspection_left_out_whole(run, tmp_path, table, kind, first_line):
    file = written(faulty_table(table), tmp_path / f"findings.{kind}")
    code, out, err = run("population", file, "-o", tmp_path / "j.parquet")
    assert code == 1
    assert err.splitlines()[0].startswith(
        f"{file}:{first_line + 3}:bears_on: there is no characteristic `offenders.bial`; did you mean `offenders.bail`?"
    )
    assert f"{file}:{first_line + 5}:strand: there is no strand `hearsay`" in err
    assert err.splitlines()[2:] == ["2 problems; what they are about was left out."]
    assert "1 inspection" in out
    assert set(read(tmp_path / "j.parquet")["inspection"]) == {NAME}


CELLS = {
    "sample_met": ("a few", "write a whole number"),
    "sample_share": ("85%", "write a number"),
    "sample_margin": ("nan", "write a number"),
    "persistent": ("perhaps", "write `true` or `false`"),
}


@pytest.mark.parametrize("column", CELLS)
def test_cells_that_cannot_be_read_are_placed(run, tmp_path, table, column):
    words, remedy = CELLS[column]
    texts = table.with_columns(pl.col(column).cast(pl.String), inspection=pl.lit("Faulty"))
    texts = texts.with_columns(pl.when(pl.int_range(pl.len()) == 4).then(pl.lit(words)).otherwise(column).alias(column))
    file = written(pl.concat([texts, table.cast({column: pl.String})]), tmp_path / "findings.csv")
    code, out, err = run("population", file)
    assert code == 1
    assert err.splitlines()[0] == f"{file}:6:{column}: this cannot be read as {column}; {remedy}"
    assert "1 inspection," in out


def test_an_inspection_with_a_cell_that_cannot_be_read_is_left_out_in_every_part(tmp_path, table):
    wrong = table.with_columns(pl.col("sample_met").cast(pl.String))
    wrong = wrong.with_columns(
        sample_met=pl.when(pl.int_range(pl.len()) == 4).then(pl.lit("x")).otherwise("sample_met")
    )
    [first, *others] = batches([written(wrong, tmp_path / "t.csv")], bundled(), 10)
    assert first.table.is_empty()
    assert all(batch.table.is_empty() for batch in others)


EMPTY = "force: X\nframework: peel-2021-22\nsources: {r: {title: R, publisher: P}}\nfindings: []\n"
HEAD = "inspection,id,bears_on,direction,strand"
ROW = "X,A,offenders.bail,strength,fieldwork"
FAULTY_FILES = {
    "a column missing": ("t.csv", "inspection,id,bears_on\nX,A,offenders.bail\n", "there is no column strand; add it"),
    "a column misspelt": ("t.csv", f"{HEAD},exeptional\n{ROW},true\n", "exeptional seems to mean exceptional"),
    "a needed column misspelt": (
        "t.csv",
        f"{HEAD.replace('strand', 'Strand')}\n{ROW}\n",
        "Strand seems to mean strand",
    ),
    "a column twice": ("t.csv", f"{HEAD},direction\n{ROW},strength\n", "the column direction stands twice"),
    "no findings in a table": ("t.csv", f"{HEAD}\n", "there are no findings in it"),
    "no findings in evidence": ("e.yaml", EMPTY, ":1:1: there are no findings in it"),
    "a blank inspection": (
        "t.csv",
        f'{HEAD}\n"",A,offenders.bail,strength,fieldwork\n',
        ":2:inspection: the name of the inspection is missing",
    ),
    "half a list": ("t.csv", f"{HEAD}\nX,A,offenders.bail; ,strength,fieldwork\n", ":2:bears_on: "),
    "no table": ("t.parquet", "not a table", "it cannot be read: "),
    "no such file": ("gone.csv", None, "there is no such file"),
    "no evidence": ("e.yaml", "force: X\n", "`framework` is missing; add it"),
    "an id twice": (
        "t.csv",
        "inspection,id,bears_on,direction,strand\nX,A,offenders.bail,strength,fieldwork\n"
        "X,A,offenders.orders,strength,fieldwork\n",
        ":3:id: `A` is used twice, first on line 2; give it a name of its own",
    ),
}


@pytest.mark.parametrize("fault", FAULTY_FILES)
def test_faulty_files_are_told_and_the_rest_is_done(run, tmp_path, fault):
    name, content, words = FAULTY_FILES[fault]
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    code, out, err = run("population", tmp_path / name, LANCASHIRE, "-o", tmp_path / "j.csv")
    assert code == 1
    assert words in err
    assert "Traceback" not in err
    assert "1 inspection," in out
    assert set(read(tmp_path / "j.csv")["inspection"]) == {NAME}


def test_strict_stops_and_leaves_the_old_file(run, tmp_path, table):
    file = written(faulty_table(table), tmp_path / "findings.csv")
    target = tmp_path / "j.csv"
    target.write_text("as it was", encoding="utf-8")
    code, out, err = run("population", file, "--strict", "-o", target)
    assert (code, out) == (1, "")
    assert "hearsay" in err
    assert target.read_text(encoding="utf-8") == "as it was"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["findings.csv", "j.csv"]


def test_evidence_of_one_inspection_in_several_files_is_left_out_whole(run, tmp_path, table):
    (tmp_path / "again.yaml").write_text(LANCASHIRE.read_text(encoding="utf-8"), encoding="utf-8")
    file = written(table, tmp_path / "findings.parquet")
    code, out, err = run("population", LANCASHIRE, tmp_path / "again.yaml", file)
    assert code == 1
    told = f"there is evidence of {NAME} in {LANCASHIRE} already; leave one of them out"
    assert err.splitlines()[:2] == [f"{tmp_path / 'again.yaml'}:1:1: {told}", f"{file}:1:inspection: {told}"]
    assert "0 inspections," in out


def test_a_file_is_taken_once_however_it_is_named(run, tmp_path, assessment, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in/l.yml").write_text(LANCASHIRE.read_text(encoding="utf-8"), encoding="utf-8")
    code, _, err = run("population", "in", "in/l.yml", "./in/../in/l.yml", "--statuses", "s.csv")
    assert (code, err) == (0, "")
    assert set(read(tmp_path / "s.csv").drop("force").rows()) == rows_of(NAME, assessment)["statuses"]


def test_names_with_brackets_are_names_and_no_patterns(run, tmp_path, table):
    for kind in ("csv", "parquet", "ndjson"):
        written(table.with_columns(inspection=pl.lit(f"Right {kind}")), tmp_path / f"f[1].{kind}")
        written(table.with_columns(inspection=pl.lit("Wrong")), tmp_path / f"f1.{kind}")
    files = [tmp_path / f"f[1].{kind}" for kind in ("csv", "parquet", "ndjson")]
    code, _, err = run("population", *files, "-o", tmp_path / "o[1].csv")
    assert (code, err) == (0, "")
    judgments = pl.read_csv((tmp_path / "o[1].csv").read_bytes())
    assert set(judgments["inspection"]) == {"Right csv", "Right parquet", "Right ndjson"}


def test_lists_of_characteristics_and_flags_as_numbers_are_read(run, tmp_path, table, assessment):
    lists = table.with_columns(pl.col("bears_on").str.split("; "), pl.col("persistent").cast(pl.Int8))
    file = written(lists, tmp_path / "t.parquet")
    code, _, err = run("population", file, "--statuses", tmp_path / "s.ndjson")
    assert (code, err) == (0, "")
    assert set(read(tmp_path / "s.ndjson").drop("force").rows()) == rows_of(NAME, assessment)["statuses"]


def test_a_table_that_breaks_off_is_left_out_whole(run, tmp_path, table):
    parts = [table.with_columns(inspection=pl.lit(name)) for name in ("One", "Two", "Three")]
    file = written(pl.concat(parts), tmp_path / "t.csv")
    file.write_bytes(file.read_bytes() + b"Four,A,\xff\n")
    *sound, last = batches([file], bundled(), 200)
    assert {name for part in sound for name in part.table["inspection"]} == {"One", "Two"}
    assert last.left_out == {"One", "Two"}
    place = f"{file}:{3 * len(table) + 2}:1: this is not UTF-8; save the table as UTF-8 (Excel calls it CSV UTF-8)"
    assert [str(p) for p in last.problems] == [f"{place}; what was graded of this table is taken back"]
    good = written(table, tmp_path / "good.csv")
    code, out, _ = run("population", file, good, "-o", tmp_path / "j.csv")
    assert (code, set(read(tmp_path / "j.csv")["inspection"])) == (1, {NAME})
    assert "1 inspection," in out


def test_rows_are_written_in_order(run, tmp_path, table):
    names = ["b", "a", "c"]
    file = written(pl.concat([table.with_columns(inspection=pl.lit(name)) for name in names]), tmp_path / "t.parquet")
    run("population", file, "-o", tmp_path / "j.parquet", "--statuses", tmp_path / "s.parquet")
    for name in ("j.parquet", "s.parquet"):
        frame = read(tmp_path / name)
        assert frame.rows() == frame.sort(frame.columns, nulls_last=True).rows()


WRONG_USAGE = {
    "one name for two": ["-o", "same.csv", "--statuses", "./same.csv"],
    "what is read": ["-o", "in.csv"],
    "a place that takes no files": ["-o", "/proc/judgments.csv"],
    "an ending that is none": ["-o", "judgments.xlsx"],
    "a folder that is none": ["-o", "gone/judgments.csv"],
}


@pytest.mark.parametrize("usage", WRONG_USAGE)
def test_what_cannot_be_written_is_wrong_usage(run, tmp_path, monkeypatch, usage):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in.csv").write_text("inspection,id,bears_on,strand\n", encoding="utf-8")
    code, out, err = run("population", LANCASHIRE, "in.csv", *WRONG_USAGE[usage])
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["in.csv"]


def test_a_folder_without_evidence_is_wrong_usage(run, tmp_path):
    assert run("population", tmp_path)[0] == 2


# -- several processes ------------------------------------------------------------------------------


@pytest.mark.slow
def test_evidence_files_come_to_the_same_in_several_processes(tmp_path, evidence, monkeypatch):
    files = [evidence(f"e{number}", force=f"Force {number}") for number in range(12)]
    files[3].write_text("force: X\nframework: peel-2021-22\n", encoding="utf-8")
    files[5].write_text(EMPTY, encoding="utf-8")
    files[7] = tmp_path / "gone.yaml"
    alone = list(bodies.bodies(files, bundled()))
    monkeypatch.setattr(bodies, "cores", lambda: 2)
    monkeypatch.setattr(bodies, "WORTH", 6)
    monkeypatch.setattr(bodies, "_body", None)  # nothing can be read here
    assert list(bodies.bodies(files, bundled())) == alone
    assert [body.file for body in alone] == files
    assert [bool(body.problems) for body in alone] == [number in (3, 5, 7) for number in range(12)]


def test_what_other_processes_cannot_read_is_read_here(tmp_path, evidence, monkeypatch):
    files = [evidence(f"e{number}", force=f"Force {number}") for number in range(4)]
    os.mkfifo(tmp_path / "pipe.yaml")
    monkeypatch.setattr(bodies, "cores", lambda: 2)
    monkeypatch.setattr(bodies, "WORTH", 1)
    monkeypatch.setattr(bodies, "in_processes", None)
    told = list(bodies.bodies([*files, tmp_path / "pipe.yaml"], bundled()))
    assert [bool(body.problems) for body in told] == [False] * 4 + [True]


@pytest.mark.slow
def test_a_process_that_is_ended_is_told():
    with pytest.raises(OSError, match="a process was ended that did a part of the work"):
        list(in_processes(os._exit, [3] * 4, 2))


@pytest.mark.slow
@pytest.mark.parametrize(("number", "wanted"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_of_several_processes_that_is_stopped_says_what_it_had_done_and_leaves_nothing(tmp_path, number, wanted):
    text = LANCASHIRE.read_text(encoding="utf-8")
    (tmp_path / "in").mkdir()
    for at in range(200):
        file = tmp_path / f"in/e{at}.yaml"
        file.write_text(text.replace("force: Lancashire", f"force: Lancashire {at}"), encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/j.csv").write_text("as it was", encoding="utf-8")
    process = spawn("population", tmp_path / "in", "-o", tmp_path / "out/j.csv", start_new_session=True)
    until = time.monotonic() + 30
    while not any(tmp_path.glob("out/.peelrules-*")) and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(0.5)
    os.killpg(process.pid, number)  # as a terminal does, to all processes of the run
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (wanted, "")
    assert re.fullmatch(r"Stopped after \d+ inspections?; nothing was written\.\nstopped\n", err), err
    assert [(file.name, file.read_text()) for file in (tmp_path / "out").iterdir()] == [("j.csv", "as it was")]


# -- whole or not at all ------------------------------------------------------------------------------


def test_an_interrupted_run_leaves_the_old_file_and_nothing_else(run, tmp_path, table, monkeypatch):
    target = tmp_path / "j.parquet"
    target.write_text("as it was", encoding="utf-8")
    first = written(table, tmp_path / "a.parquet")
    second = written(table.with_columns(inspection=pl.lit("Another")), tmp_path / "b.parquet")
    grading = population.population

    def interrupted(rows, rulebook, on_fault):
        if "Another" in rows["inspection"].cast(pl.String):
            raise KeyboardInterrupt
        return grading(rows, rulebook, on_fault)

    monkeypatch.setattr(population, "population", interrupted)
    code, out, _ = run("population", first, second, "-o", target)
    assert code != 0
    assert out == ""
    assert target.read_text(encoding="utf-8") == "as it was"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.parquet", "b.parquet", "j.parquet"]


def test_findings_of_an_inspection_that_do_not_lie_together_are_refused(run, tmp_path, table, monkeypatch):
    other = table.with_columns(inspection=pl.lit("Another"))
    file = written(pl.concat([table.head(100), other, table.tail(-100)]), tmp_path / "findings.csv")
    monkeypatch.setattr(tables, "ROWS", 150)
    monkeypatch.setattr(tables.batches, "__defaults__", (150,))
    code, out, err = run("population", file, "-o", tmp_path / "j.csv")
    assert code == 1
    told = (
        f"{file}:{2 + 100 + len(table)}:1: the findings of {NAME} do not lie together; sort the table by `inspection`"
    )
    assert err.splitlines() == [
        f"{told}; what was graded of this table is taken back",
        "1 problem; what they are about was left out.",
    ]
    assert "0 inspections," in out
    assert read(tmp_path / "j.csv").is_empty()


@tries(25)
@given(drawn=st.lists(evidences(max_size=8), min_size=1, max_size=5), size=st.integers(1, 12))
@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson"])
def test_batches_hold_whole_inspections_and_every_finding_once(tmp_path_factory, kind, drawn, size):
    whole = frame_of(drawn, [f"inspection {number}" for number in range(len(drawn))])
    if whole.is_empty():
        return
    file = written(whole, tmp_path_factory.mktemp("table") / f"findings.{kind}")
    parts = list(batches([file], bundled(), size))
    assert [part.problems for part in parts] == [[]] * len(parts)
    together = pl.concat(part.table.cast({pl.Enum: pl.String}) for part in parts)
    assert together["line"].to_list() == list(range(together["line"][0], together["line"][0] + len(whole)))
    assert (
        together.select("inspection", "id", "bears_on", "sample_share").rows()
        == whole.select("inspection", "id", "bears_on", "sample_share").rows()
    )
    names = [name for part in parts for name in part.table["inspection"].unique()]
    assert len(names) == len(set(names))
    assert sum(part.files for part in parts) == pytest.approx(1)


# -- the bar ------------------------------------------------------------------------------------------


def on_a_terminal(*arguments) -> str:
    """What the command writes to a terminal on standard error."""
    ours, theirs = pty.openpty()
    process = spawn(*arguments, stderr=theirs, env={"COLUMNS": "100"})
    os.close(theirs)
    told = b""
    with suppress(OSError):  # the other end is closed
        while came := os.read(ours, 4096):
            told += came
    process.communicate(timeout=60)
    os.close(ours)
    return told.decode()


@pytest.mark.slow
def test_the_bar_tells_how_fast_it_goes_and_what_time_is_left(tmp_path, table):
    parts = [table.head(20).with_columns(inspection=pl.lit(f"I{number}")) for number in range(200)]
    file = written(pl.concat(parts), tmp_path / "findings.parquet")
    told = on_a_terminal("population", file)
    assert re.search(r"Grading [\d,]+ inspections a second .*100%.*0:00:00", told)
    assert on_a_terminal("population", file, "--quiet") == ""


# -- the summary --------------------------------------------------------------------------------------


@tries(25)
@given(st.lists(st.lists(st.sampled_from(["good", "adequate", None]), min_size=1, max_size=40), max_size=5))
def test_the_spread_of_several_batches_is_that_of_all_judgments(drawn):
    number = 0
    spread = Spread.of_none()
    schema = {"inspection": pl.String, "core_question": pl.String, "grade": pl.Enum(["adequate", "good"])}
    for batch in drawn:
        rows = [(f"i{number + at:03}", "inspection", grade) for at, grade in enumerate(batch)]
        number += len(batch)
        spread = spread.with_more(pl.DataFrame(rows, schema, orient="row"))
    everything = [grade for batch in drawn for grade in batch]
    for grade in ("good", "adequate", None):
        assert spread.number_of("inspection", grade) == everything.count(grade)
        assert spread.number_of("treatment", grade) == 0
    assert spread.inspections == len(everything)
    left = spread.without({"i000"})
    assert left.names == spread.names[1:]
    assert left.number_of("inspection", "good") == everything[1:].count("good")


def test_the_summary_tells_grades_by_question_and_by_inspection(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = run("population", LANCASHIRE)[1]
    assert "6  Investigating crime                -   -   -   1    -   -" in out
    assert max(map(len, out.splitlines())) <= 80
    assert any(line.split()[-8:] == ["G", "G", "A", "RI", "G", "G", "G", "G"] for line in out.splitlines())
    assert "\x1b" not in out


def test_the_summary_says_first_which_inspections_are_of_another_cycle(run, tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    other = tmp_path / "other.yaml"
    text = LANCASHIRE.read_text(encoding="utf-8")
    other.write_text(text.replace("inspection: PEEL 2021/22", "inspection: PEEL 2023-25"), encoding="utf-8")
    code, out, _ = run("population", LANCASHIRE, other)
    told = "Caution: named after another cycle than PEEL 2021/22: Lancashire Constabulary, PEEL 2023-25. "
    assert code == 0
    assert told in out
    assert out.index(told) < out.index("Core question")
    assert "Caution" not in run("population", LANCASHIRE)[1]


def test_text_that_a_spreadsheet_would_run_is_written_as_text(run, tmp_path):
    names = ["=1+1", "+1", "-1", "@a"]
    table = frame_of([evidence_of(finding("A", "offenders.bail"))] * len(names), names)
    run(
        "population", written(table, tmp_path / "t.parquet"), "-o", tmp_path / "j.csv", "--flags", tmp_path / "f.ndjson"
    )
    assert set(read(tmp_path / "j.csv")["inspection"]) == {f"'{name}" for name in names}
    told = [json.loads(line)["inspection"] for line in (tmp_path / "f.ndjson").read_text().splitlines()]
    assert set(told) == set(names)


def test_grades_are_those_of_grade(tmp_path, table):
    [batch] = graded_batches([written(table, tmp_path / "t.parquet")], bundled())
    alone = peelrules.population(table, bundled())
    assert set(batch.frames.judgments.rows()) == set(alone.judgments.rows())
