"""Tables of findings from the outside world: nothing is lost, read half or graded in part without a word."""

import gzip
import json
import os
import random
import resource
import stat
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow as arrow
import pytest
from pyarrow import parquet
from strategies import bundled, evidence_of, finding

from peelrules.documents import limits, rows, tables
from peelrules.insight import population as graded
from peelrules.insight.population import graded_batches
from peelrules.model.table import COLUMNS, fault_of_name, frame_of, likeness, misspelt

HEAD = "inspection,id,bears_on,direction,strand"
ROW = "X,A,offenders.bail,strength,fieldwork"
FIELDS = {"inspection": "X", "id": "A", "bears_on": "offenders.bail", "direction": "strength", "strand": "fieldwork"}
SHARE = {**FIELDS, "direction": None, "seriousness": "serious", "state": "open", "sample_share": 0.85, "sample_of": 20}
ROOT = Path(__file__).parents[2]


def told_of(*files: Path) -> tuple[set[str], list[str]]:
    """The inspections that are graded, and the problems without the folder."""
    graded_, left_out, problems = set(), set(), []
    for batch in graded_batches(files, bundled()):
        graded_ |= set(batch.frames.judgments["inspection"])
        left_out |= batch.left_out
        problems += [str(problem).replace(f"{files[0].parent}/", "") for problem in batch.problems]
    return graded_ - left_out, problems


def written(folder: Path, name: str, content: str | bytes | pl.DataFrame) -> Path:
    file = folder / name
    if isinstance(content, pl.DataFrame):
        {".parquet": content.write_parquet, ".csv": content.write_csv, ".ndjson": content.write_ndjson}[file.suffix](
            file
        )
    else:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def line(**fields: object) -> str:
    return json.dumps({**FIELDS, **fields}) + "\n"


# -- text -------------------------------------------------------------------------------------------

READ_RIGHTLY = {
    "a byte order mark": f"\ufeff{HEAD}\n{ROW}\n",
    "line ends of old Macs": f"{HEAD}\r{ROW}\r",
    "line ends of Windows": f"{HEAD}\r\n{ROW}\r\n",
    "empty rows": f"{HEAD}\n\n{ROW}\n,,,,\n\n , ,\t, , \n",
    "ten thousand columns": f"{HEAD},{','.join(f'c{n}' for n in range(10_000))}\n{ROW}{',' * 10_000}\n",
    "a note of several lines": f'{HEAD},note\n{ROW},"one, two\n\nthree"\n',
}
LOST = {
    "a row too long": (f"{HEAD}\n{ROW},x\n", ":2:1: there are 6 cells in this row for 5 columns"),
    "a row too short": (f"{HEAD}\n{ROW}\nX,B\n", ":3:1: there are 2 cells in this row for 5 columns"),
    "a name with a comma": (f"{HEAD}\n{ROW}\nX, 2021,B,offenders.bail,strength,fieldwork\n", ":3:1: there are 6 cells"),
    "a quote not closed": (f'{HEAD}\n{ROW}\nX,"B,offenders.bail,strength,fieldwork\n', ":3:1: a quote is opened here"),
    "a quote within a cell": (f'{HEAD}\nX,"A"b,offenders.bail,strength,fieldwork\n', ":2:1: a quote is not closed"),
    "a quote that takes rows": (
        f'{HEAD},note\n{ROW},"a\nX,B,offenders.bail,strength,fieldwork,b\nX,C,offenders.bail,strength,fieldwork,"\n',
        ":2:1: a quote is opened here and closed in another row",
    ),
    "semicolons": (f"{HEAD}\n{ROW}\n".replace(",", ";"), ":1:1: its columns are separated by a semicolon; save it"),
    "semicolons and quotes": (
        f'{HEAD}\n{ROW}\n'.replace(",", '";"').replace("i", '"i', 1), ":1:1: its columns are separated by a semicolon"
    ),
    "tabs": (f"{HEAD}\n{ROW}\n".replace(",", "\t"), ":1:1: its columns are separated by a tab; save it with commas"),
    "the names again": (f"{HEAD}\n{ROW}\n{HEAD}\nY{ROW[1:]}\n", ":3:1: the names of the columns stand here again"),
    "Latin 1": (f"{HEAD}\n{ROW}\nÉ{ROW[1:]}\n".encode("latin-1"), ":3:1: this is not UTF-8; save the table as UTF-8"),
    "UTF-16": (f"{HEAD}\n{ROW}\n".encode("utf-16"), ": this is UTF-16"),
    "a name left blank": (f"{HEAD}\n{ROW}\n,B{ROW[3:]}\n", ":3:inspection: the name of the inspection is missing"),
    "nothing": ("", ":1:1: there is no column inspection; add it"),
    "only names": (f"{HEAD}\n", ": there are no findings in it"),
    "a column of nearly the name": (f"{HEAD},persistent,persistant\n{ROW},,true\n", "persistant seems to mean"),
    "a column with a blank": (f"{HEAD},ID \n{ROW},B\n", ":1:1: the column ID  seems to mean id"),
    "a force misspelt": (f"{HEAD},Force\n{ROW},B\n", ":1:1: the column Force seems to mean force"),
    "packed": (gzip.compress(f"{HEAD}\n{ROW}\n".encode()), ": this is packed; unpack it first"),
}  # fmt: skip


@pytest.mark.parametrize("case", READ_RIGHTLY)
def test_what_programs_write_around_a_table_is_read_rightly(tmp_path, case):
    assert told_of(written(tmp_path, "t.csv", READ_RIGHTLY[case])) == ({"X"}, [])


@pytest.mark.parametrize("case", LOST)
def test_a_table_of_which_a_row_is_lost_is_left_out_whole(tmp_path, case):
    content, words = LOST[case]
    names, problems = told_of(written(tmp_path, "t.csv", content))
    assert names == set()
    assert any(f"t.csv{words}" in problem or (words[0] != ":" and words in problem) for problem in problems), problems


@pytest.mark.parametrize(
    ("rows", "more"), [(1, ""), (2, " here and in 1 more row"), (2001, " here and in 2,000 more rows")]
)
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_rows_of_no_inspection_are_told_once_with_what_to_do(tmp_path, kind, rows, more):
    content = f"{HEAD},note\n{ROW},\n" + ",,,,,see above\n" * rows if kind == "csv" else line() + "{}\n" * rows
    names, problems = told_of(written(tmp_path, f"t.{kind}", content))
    remedy = "write which one a finding belongs to, and remove empty rows"
    assert names == set()
    assert problems[1:] == [
        f"t.{kind}:{3 if kind == 'csv' else 2}:inspection: the name of the inspection is missing{more}; {remedy}"
    ]
    assert problems[0].startswith(f"t.{kind}: nothing of this table is graded")


def test_a_table_that_is_not_sorted_is_told_in_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr(tables.batches, "__defaults__", (10,))
    rows = [f"I{number % 20},A{number}{ROW[3:]}" for number in range(60)]
    names, problems = told_of(written(tmp_path, "t.csv", "\n".join([HEAD, *rows])))
    assert names == set()
    assert problems == [
        "t.csv:22:1: the findings of I0 and of 8 more inspections do not lie together; sort the table by `inspection`; "
        "what was graded of this table is taken back"
    ]


LOST_LINES = {
    "a key misspelt in one row": (line(persistent=False) + line(id="B", persistant=True), "persistant seems to mean"),
    "a key twice": (line()[:-2] + ', "direction": "neither"}\n', ":1:1: the name direction stands twice in this row"),
    "no JSON": (line() + "{x\n", ":2:1: this is no JSON; write one object a line"),
    "a list": ("[1]\n", ":1:1: this is no row; write an object"),
    "deep nesting": ("[" * 100_000 + "\n", ":1:1: this is no JSON"),
    "a number without end": ('{"inspection": 1' + "0" * 5000 + "}\n", ":1:1: this is no JSON"),
    "nothing": ("", ": there are no findings in it"),
    "a needed key nowhere": (json.dumps({"inspection": "X"}), "there is no column strand; add it"),
    "packed": (gzip.compress(line().encode()), ": this is packed"),
}
FAULTY_LINES = {
    "nothing in a list": (
        {"bears_on": ["offenders.bail", None]},
        ":1:bears_on: this cannot be read as bears_on; write text",
    ),
    "a truth for a number": (
        {"sample_met": True},
        ":1:sample_met: this cannot be read as sample_met; write a whole number",
    ),
    "a decimal for an id": ({"id": 1.5}, ":1:id: this cannot be read as id; write text"),
    "a number for a truth": (
        {"persistent": 2},
        ":1:persistent: this cannot be read as persistent; write `true` or `false`",
    ),
    "infinity": ({"sample_share": float("inf")}, ":1:sample_share: "),
    "an id with a blank": ({"id": "A B"}, ":1:id: write it without spaces"),
    "an id too long": ({"id": "A" * 61}, ":1:id: write at most 60 characters"),
    "a text without end": ({"strand": "x" * 100_000}, ":1:strand: this cannot be read as strand; write text"),
}


@pytest.mark.parametrize("case", LOST_LINES)
def test_lines_of_which_one_is_lost_are_left_out_whole(tmp_path, case):
    content, words = LOST_LINES[case]
    names, problems = told_of(written(tmp_path, "t.ndjson", content))
    assert names == set()
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize("case", FAULTY_LINES)
def test_a_value_that_its_column_cannot_hold_leaves_out_its_inspection(tmp_path, case):
    fields, words = FAULTY_LINES[case]
    names, problems = told_of(written(tmp_path, "t.ndjson", line(**fields) + line(inspection="Y")))
    assert names == {"Y"}
    assert any(problem.startswith(f"t.ndjson{words}") for problem in problems), problems
    assert all(len(problem) < 200 for problem in problems)


def test_numbers_are_ids_and_truths_in_lines(tmp_path):
    assert told_of(written(tmp_path, "t.ndjson", line(inspection=7, id=15, innovative=1))) == ({"7"}, [])


# -- kinds ------------------------------------------------------------------------------------------

FRAME = pl.DataFrame([FIELDS])
OTHER_KINDS = {
    "truths for numbers": FRAME.with_columns(sample_met=pl.lit(value=True)),
    "days for numbers": FRAME.with_columns(sample_share=pl.date(2020, 1, 1)),
    "parts for text": FRAME.with_columns(id=pl.struct(a=1)),
    "bytes for text": FRAME.with_columns(pl.col("id").cast(pl.Binary)),
    "decimals for text": FRAME.with_columns(id=pl.lit(1.5)),
    "a list with a gap": FRAME.with_columns(bears_on=pl.Series([["offenders.bail", None]])),
    "no columns": pl.DataFrame(),
}


@pytest.mark.parametrize("case", OTHER_KINDS)
def test_columns_of_another_kind_are_not_made_to_fit(tmp_path, case):
    names, problems = told_of(written(tmp_path, "t.parquet", OTHER_KINDS[case]))
    assert names == set()
    assert problems


@pytest.mark.parametrize("kind", [pl.Float64, pl.Float32, pl.Decimal(5, 3), pl.String])
def test_a_share_is_the_number_that_is_written_whatever_holds_it(tmp_path, kind):
    rows = [{**SHARE, "inspection": f"{n / 1000}", "sample_share": n / 1000} for n in range(0, 1001, 10)]
    table = pl.DataFrame(rows).with_columns(pl.col("sample_share").cast(kind))
    [batch] = graded_batches([written(tmp_path, "t.parquet", table)], bundled())
    [wanted] = graded_batches([written(tmp_path, "w.ndjson", pl.DataFrame(rows))], bundled())
    assert batch.problems == []
    assert batch.frames.judgments.equals(wanted.frames.judgments)


def test_categories_lists_and_flags_as_numbers_are_read(tmp_path):
    table = FRAME.with_columns(
        pl.col("strand").cast(pl.Categorical),
        bears_on=pl.Series([["offenders.bail", "offenders.orders"]]),
        persistent=pl.lit(0.0),
        innovative=pl.lit(float("nan")),
    )
    assert told_of(written(tmp_path, "t.parquet", table)) == ({"X"}, [])


@pytest.mark.parametrize("kind", ["csv", "parquet", "ndjson"])
def test_flags_and_figures_that_are_text_are_read_by_their_words(tmp_path, kind):
    rows = [
        {**SHARE, "id": f"A{n}", "persistent": "NO" if n % 3 else "Yes", "sample_share": f"0.{n}"} for n in range(1, 9)
    ]
    (batch,) = tables.batches([written(tmp_path, f"t.{kind}", pl.DataFrame(rows))], bundled())
    assert batch.problems == []
    assert batch.table["persistent"].to_list() == [n % 3 == 0 for n in range(1, 9)]
    assert batch.table["sample_share"].to_list() == [n / 10 for n in range(1, 9)]


# -- one inspection, one name, one file --------------------------------------------------------------

NAMES = {
    "white space": ("X ", "there is white space around the name of the inspection; remove it"),
    "another case": ("x", "the name x is nearly X in a.csv; write both alike, or give one a name of its own"),
    "two blanks": ("X\u00a0", "there is white space around"),
    "what is not seen": ("X\u200b", "there is a line break or a character that cannot be seen"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_that_are_nearly_the_same_are_left_out_together(tmp_path, case):
    name, words = NAMES[case]
    rows = f"{HEAD}\n{ROW}\nY{ROW[1:]}\n{name},B{ROW[3:]}\n"
    names, problems = told_of(written(tmp_path, "a.csv", rows))
    assert names == {"Y"}
    assert [problem.startswith(f"a.csv:4:inspection: {words}") for problem in problems] == [True]


@pytest.mark.parametrize("name", ["X", "Lancashire Constabulary, PEEL 2021/22", "Dyfed-Powys", "x" * 4000, "Ünïcöde"])
def test_any_text_of_one_line_is_the_name_of_an_inspection(name):
    assert fault_of_name(name) is None


def test_likeness_is_of_names_that_people_take_for_the_same():
    assert len({likeness(name) for name in ("One two", "one  TWO", " One\ttwo ", "One\u200b two", "\uff2fne two")}) == 1
    assert likeness("One") != likeness("Two")
    assert misspelt(["Bears on", " id", "persistant", "remark", "finding"]) == {
        "Bears on": "bears_on", " id": "id", "persistant": "persistent",
    }  # fmt: skip


FAULTS = {"sound": "true", "unreadable": "maybe"}


@pytest.mark.parametrize("first", FAULTS)
@pytest.mark.parametrize("second", FAULTS)
def test_an_inspection_in_two_files_is_graded_from_neither(run, tmp_path, first, second):
    head = f"{HEAD},innovative"
    a = written(tmp_path, "a.csv", f"{head}\n{ROW},{FAULTS[first]}\nY{ROW[1:]},\n")
    b = written(tmp_path, "b.csv", f"{head}\nX,B{ROW[3:]},{FAULTS[second]}\nZ{ROW[1:]},\n")
    code, out, err = run("population", a, b, "-o", tmp_path / "j.csv")
    assert code == 1
    assert f"{b}:2:inspection: there is evidence of X in {a} already; leave one of them out" in err
    assert set(pl.read_csv(tmp_path / "j.csv")["inspection"]) == {"Y", "Z"}
    assert "2 inspections," in out


def test_an_inspection_of_a_faulty_evidence_file_is_not_graded_from_a_table(tmp_path):
    head = "force: X\nframework: peel-2021-22\n"
    body = written(tmp_path, "e.yaml", f"{head}sources: {{}}\nfindings: []\nsurces: 1\n")
    table = written(tmp_path, "t.csv", f"{HEAD}\n" + f'"X, peel-2021-22",{ROW[2:]}\n')
    names, problems = told_of(body, table)
    assert names == set()
    assert any("there is evidence of X, peel-2021-22 in" in problem for problem in problems)


def test_two_forces_in_one_inspection_are_told(tmp_path):
    table = written(tmp_path, "t.csv", f"force,{HEAD}\nA,{ROW}\nB,X,B{ROW[3:]}\nA,Y{ROW[1:]}\n")
    assert told_of(table) == ({"Y"}, ["t.csv:2:force: 2 forces are named for X; write one"])


@pytest.mark.parametrize("forces", [("A",), ("A", "")])
def test_more_findings_than_an_inspection_may_have_are_told(tmp_path, forces):
    rows = "".join(f"{forces[n % len(forces)]},X,A{n}{ROW[3:]}\n" for n in range(limits.FINDINGS.default + 1))
    assert told_of(written(tmp_path, "t.csv", f"force,{HEAD}\n{rows}")) == (
        set(),
        ["t.csv:2:1: more than 10,000 findings of one inspection; use less, or set PEELRULES_MAX_FINDINGS higher"],
    )


# -- Parquet ----------------------------------------------------------------------------------------


def many() -> pl.DataFrame:
    body = evidence_of(*(finding(f"F-{n}", "offenders.bail") for n in range(8)))
    return frame_of([body] * 5, [f"I{n}" for n in range(5)])


def test_damage_to_a_table_never_changes_how_many_rows_are_graded(tmp_path):
    file = tmp_path / "t.parquet"
    many().write_parquet(file, row_group_size=7)
    data, chance = file.read_bytes(), random.Random(3)  # noqa: S311
    for _ in range(60):
        damaged = bytearray(data)
        at, size = chance.randrange(len(data)), chance.randrange(1, 200)
        match chance.randrange(3):
            case 0:
                damaged[at] ^= 1 << chance.randrange(8)
            case 1:
                del damaged[at : at + size]
            case 2:
                damaged[at : at + size] = bytes(len(damaged[at : at + size]))
        file.write_bytes(damaged)
        batches = list(tables.batches([file], bundled()))
        told = [problem for batch in batches for problem in batch.problems]
        assert told or sum(len(batch.table) for batch in batches) == 40


def test_bytes_cut_from_the_middle_are_told_and_nothing_of_the_table_is_graded(run, tmp_path):
    good = written(tmp_path, "good.parquet", many())
    bad = written(tmp_path, "bad.parquet", many().with_columns(inspection=pl.concat_str(pl.lit("B"), "inspection")))
    data = bad.read_bytes()
    group = parquet.read_metadata(bad).row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    ends = [(c.dictionary_page_offset or c.data_page_offset) + c.total_compressed_size for c in columns]
    for at in (end - back for end in ends for back in (1, 4, 7)):
        bad.write_bytes(data[:at] + data[at + 10 :])
        [batch] = tables.batches([bad], bundled())
        assert batch.table.is_empty()
        assert [p.message.startswith("it cannot be read: ") for p in batch.problems] == [True]
    assert told_of(bad, good)[0] == {f"I{n}" for n in range(5)}
    code, _, err = run("population", bad, good, "-o", tmp_path / "j.csv", "--strict")
    assert (code, "Traceback" in err, (tmp_path / "j.csv").exists()) == (1, False, False)


def test_a_page_that_does_not_match_its_checksum_is_told(tmp_path):
    file = tmp_path / "t.parquet"
    parquet.write_table(many().to_arrow(), file, write_page_checksum=True, compression="none")
    data = file.read_bytes()
    at = data.index(b"offenders.bail")
    file.write_bytes(data[:at] + b"offenders.bali" + data[at + 14 :])
    names, [problem] = told_of(file)
    assert names == set()
    assert problem.startswith("t.parquet: it cannot be read: ")
    assert "CRC checksum" in problem


@pytest.mark.parametrize("name", ["UNPACKED", "GROUP"])
def test_a_small_file_of_many_bytes_is_refused_before_it_is_unpacked(tmp_path, monkeypatch, name):
    file = tmp_path / "t.parquet"
    text = "x" * 5_000_000
    table = pl.DataFrame([{**FIELDS, "id": text + str(n)} for n in range(5)])
    parquet.write_table(table.to_arrow(), file, use_dictionary=False, compression="zstd")
    assert file.stat().st_size < 200_000
    lower = getattr(limits, name)._replace(default=20_000_000)
    monkeypatch.setattr(rows, name, lower)
    assert told_of(file) == (set(), [f"t.parquet: {lower.exceeded}"])


@pytest.mark.parametrize(
    "footer",
    [b"\x19" * 20_000, b"\x1c" * 20_000, b""],
    ids=["lists without end", "structures without end", "none"],
)
def test_a_footer_that_leads_nowhere_is_told(tmp_path, footer):
    file = tmp_path / "t.parquet"
    file.write_bytes(b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1")
    [problem] = told_of(file)[1]
    assert problem.startswith("t.parquet: it cannot be read: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "wanted", "is_categorical"),
    [
        ("strand", "this cannot be read as strand; write text", False),
        ("persistent", "this cannot be read as persistent; write `true` or `false`", False),
        (
            "inspection",
            "the name of the inspection is missing here and in 8,999 more rows; write which one a finding belongs to, "
            "and remove empty rows",
            True,
        ),
        ("bears_on", "this cannot be read as bears_on; write text", True),
    ],
)
@pytest.mark.parametrize("others", [0, 4_800])
def test_one_huge_text_that_is_repeated_does_not_fill_the_memory(tmp_path, column, wanted, is_categorical, others):
    wanted = wanted.replace("8,999", f"{8_999 - others:,}")
    many_rows, file = 9000, tmp_path / "t.parquet"
    columns = {name: [value] * many_rows for name, value in FIELDS.items()} | {"id": [str(n) for n in range(many_rows)]}
    places = [0] * (many_rows - others) + [*range(1, others + 1)]
    words = ["x" * 1_000_000, *(f"w{number}" for number in range(others))]
    once = arrow.DictionaryArray.from_arrays(arrow.array(places, arrow.int32()), words)
    parquet.write_table(arrow.table(columns | {column: once}), file, store_schema=is_categorical)
    script = (
        "import sys, resource, peelrules; from pathlib import Path\n"
        "from peelrules.insight.population import graded_batches\n"
        "told = [str(p) for b in graded_batches([Path(sys.argv[1])], peelrules.load_rulebook()) for p in b.problems]\n"
        "print(next(t for t in told if sys.argv[2] in t))\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    ran = subprocess.run([sys.executable, "-c", script, file, wanted], capture_output=True, text=True, check=True)  # noqa: S603
    told, kilobytes = ran.stdout.splitlines()
    assert told == f"{file}:1:{column}: {wanted}"
    assert int(kilobytes) < 2_000_000


# -- files and folders --------------------------------------------------------------------------------


def test_what_is_no_file_in_a_folder_is_told_and_does_not_hang(run, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    written(folder, "sound.CSV", f"{HEAD}\n{ROW}\n")
    os.mkfifo(folder / "pipe.csv")
    os.mkfifo(folder / "pipe.yaml")
    (folder / "gone.parquet").symlink_to(tmp_path / "nowhere")
    (folder / "loop.ndjson").symlink_to(folder / "loop.ndjson")
    (folder / "sub.yaml").mkdir()
    code, out, err = run("population", folder)
    told = "this is no file that can be read; take it out of the folder"
    names = ("gone.parquet", "loop.ndjson", "pipe.csv", "pipe.yaml", "sub.yaml")
    assert err.splitlines() == [
        *(f"{folder / name}: {told}" for name in names),
        "5 problems; what they are about was left out.",
    ]
    assert code == 1
    assert "1 inspection," in out


def test_a_folder_of_nothing_that_can_be_read_is_told(run, tmp_path):
    (tmp_path / "in").mkdir()
    os.mkfifo(tmp_path / "in/pipe.csv")
    assert run("population", tmp_path / "in", "-o", tmp_path / "j.csv")[0] == 1


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "\udcff.csv", "\udcff.parquet", "gone.parquet"])
def test_names_that_lead_nowhere_are_told(run, tmp_path, name):
    code, _, err = run("population", tmp_path / name)
    assert code in (1, 2)
    assert "Traceback" not in err


@pytest.mark.parametrize("ending", ["csv", "parquet", "ndjson"])
def test_files_whose_names_are_no_utf8_are_read(run, tmp_path, ending):
    file = written(tmp_path, f"t.{ending}", FRAME)
    odd = os.fsencode(tmp_path) + b"/\xff." + ending.encode()
    os.rename(file, odd)  # noqa: PTH104
    code, _, err = run("population", Path(os.fsdecode(odd)))
    assert (code, err) == (0, "")


# -- writing ------------------------------------------------------------------------------------------


def test_a_file_keeps_its_mode(run, tmp_path):
    table = written(tmp_path, "t.csv", f"{HEAD}\n{ROW}\n")
    old = written(tmp_path, "old.csv", "as it was")
    old.chmod(0o600)
    run("population", table, "-o", old, "--statuses", tmp_path / "new.csv")
    mask = os.umask(0)
    os.umask(mask)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("old.csv", "new.csv")] == [0o600, 0o666 & ~mask]


def test_a_pipe_is_not_written_over(run, tmp_path):
    table = written(tmp_path, "t.csv", f"{HEAD}\n{ROW}\n")
    os.mkfifo(tmp_path / "j.csv")
    assert run("population", table, "-o", tmp_path / "j.csv")[0] == 2
    assert stat.S_ISFIFO((tmp_path / "j.csv").stat().st_mode)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143), MemoryError(), RuntimeError("x")])
def test_whatever_ends_a_run_nothing_is_left_behind(run, tmp_path, monkeypatch, error):
    table = written(tmp_path, "t.csv", f"{HEAD}\n{ROW}\n")
    old = written(tmp_path, "old.csv", "as it was")

    def ended(*_, **__):
        raise error

    monkeypatch.setattr(graded, "population", ended)
    run("population", table, "-o", old, "--flags", tmp_path / "f.csv")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["old.csv", "t.csv"]
    assert old.read_text() == "as it was"


def test_a_full_disk_is_told_in_one_line(tmp_path):
    rows = "".join(f"X{n},A{ROW[3:]}\n" for n in range(2000))
    table = written(tmp_path, "t.csv", f"{HEAD}\n{rows}")
    old = written(tmp_path, "old.csv", "as it was")
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "peelrules", "population", table, "-o", old],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        preexec_fn=small_files,
    )
    assert ran.returncode == 2
    assert "cannot be written" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert old.read_text() == "as it was"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["old.csv", "t.csv"]


def small_files() -> None:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))


def test_every_column_is_known_by_its_own_name():
    assert misspelt(COLUMNS) == {}
