"""Evidence in every form gives the same evidence, and the same faults at the places of its form."""

import io
import json
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import peelrules
from peelrules.documents import csv
from peelrules.documents.evidence import evidence_from, load_any, load_evidence
from peelrules.documents.json import parse
from peelrules.model.plain import as_cell, from_cell
from peelrules.testing.strategies import TEXTS, evidences, reworded

ROOT = Path(__file__).parents[2]
RULEBOOK = peelrules.load_rulebook()
SOURCES = {"report": {"title": "A report", "publisher": "A publisher"}}
FINDING = {
    "id": "A-1",
    "finding": "Something was found.",
    "bears_on": ["responding.attendance"],
    "direction": "strength",
    "strand": "fieldwork",
    "source": {"document": "report", "section": "A section"},
}
WRITE = {
    "yaml": lambda e: yaml.safe_dump(json.loads(e.model_dump_json(exclude_none=True)), sort_keys=False),
    "json": lambda e: e.model_dump_json(exclude_none=True),
    "csv": csv.written,
}


def evidence(**changed):
    findings = [{**FINDING, **finding} for finding in changed.pop("findings", [{}])]
    return {"force": "A force", "framework": "peel-2021-22", "sources": SOURCES, "findings": findings, **changed}


def told(given):
    with pytest.raises(peelrules.DocumentError) as caught:
        evidence_from(given, RULEBOOK)
    return [str(problem).removeprefix("evidence:") for problem in caught.value.problems]


# -- the same evidence ----------------------------------------------------------------------------


@pytest.mark.parametrize("form", WRITE)
def test_every_form_gives_the_same_evidence(form, lancashire, tmp_path, monkeypatch):
    file = tmp_path / f"evidence.{form}"
    file.write_text(WRITE[form](lancashire), encoding="utf-8", newline="")
    assert load_evidence(file, RULEBOOK) == lancashire
    assert evidence_from(file.read_text(encoding="utf-8"), RULEBOOK) == lancashire
    assert load_any(file, RULEBOOK) == lancashire
    bare = file.rename(tmp_path / "evidence")  # a name that says nothing
    assert load_evidence(bare, RULEBOOK) == lancashire
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(bare.read_bytes())))
    assert load_evidence("-", RULEBOOK) == lancashire


def test_a_mapping_and_a_model_give_the_same_evidence(lancashire):
    assert evidence_from(lancashire.model_dump(), RULEBOOK) == lancashire
    assert evidence_from(lancashire.model_dump(mode="json"), RULEBOOK) == lancashire
    assert evidence_from(lancashire) == lancashire


@pytest.mark.parametrize("of", [lambda f: f, pl.DataFrame.to_pandas, pl.DataFrame.to_arrow, pl.DataFrame.to_dicts])
def test_a_table_gives_what_a_population_would_grade(of, lancashire):
    found = evidence_from(of(lancashire.to_frame()), RULEBOOK)
    assert found.to_frame(lancashire.name).equals(lancashire.to_frame())
    assert found.findings[0].source.document == "table"
    assert found.sources["table"].publisher == "not told"


@given(st.data())
def test_csv_and_json_lose_nothing(data):
    one = data.draw(reworded(data.draw(evidences(RULEBOOK).filter(lambda e: e.findings))))
    assert evidence_from(one.model_dump_json(exclude_none=True), RULEBOOK) == one
    cited = {finding.source.document: one.sources[finding.source.document] for finding in one.findings}
    again = evidence_from(csv.written(one), RULEBOOK)
    assert again == one.model_copy(update={"sources": cited})


@pytest.mark.parametrize(
    "text", ["=1+1", "+44", "-x", "@a", "'quoted'", "''=", "\uff1d1", "a=b", "", 'line\nbreak, "q"']
)
def test_a_cell_is_no_formula_and_is_read_as_what_it_was(text):
    assert not as_cell(text).startswith(("=", "+", "-", "@", "\uff1d"))
    assert from_cell(as_cell(text)) == text


def test_the_same_csv_is_graded_alone_and_among_a_population(tmp_path, lancashire):
    file = tmp_path / "one.csv"
    file.write_text(csv.written(lancashire), encoding="utf-8")
    alone = peelrules.grade(load_evidence(file, RULEBOOK), RULEBOOK)
    graded = peelrules.population(pl.read_csv(file), RULEBOOK).judgments
    assert [str(j.grade) for j in alone.judgments if j.grade] == graded["grade"].drop_nulls().to_list()


def test_a_table_of_a_population_is_evidence_without_more(tmp_path, lancashire):
    file = tmp_path / "one.csv"
    lancashire.to_frame().write_csv(file)
    assert load_evidence(file, RULEBOOK).name.startswith(lancashire.name)


# -- the same faults ------------------------------------------------------------------------------

FAULTS = [
    ({"strand": "feldwork"}, "strand", "there is no strand `feldwork`; did you mean `fieldwork`?"),
    ({"bears_on": ["responding.attendence"]}, "bears_on", "there is no characteristic `responding.attendence`"),
    ({"direction": "strong"}, "direction", "there is no level `strong`; did you mean `strength`?"),
    ({"method": "guess"}, "method", "there is no method `guess`"),
    ({"id": "A 1"}, "id", "write it without spaces"),
    ({"state": "open"}, "state", "only a shortfall or a sample has `state`; remove it"),
]


@pytest.mark.parametrize(("finding", "field", "message"), FAULTS)
def test_a_fault_is_told_in_every_form_at_its_place(finding, field, message):
    given = evidence(findings=[{}, {"id": "A-2", **finding}])
    entry = "[0]" if field == "bears_on" else ""
    [problem] = told(given)
    assert problem.startswith(f"findings[1].{field}{entry}: {message}")
    text = json.dumps(given, indent=1)
    [problem] = told(text)
    line, column, words = problem.split(":", 2)
    assert words.startswith(f" {message}")
    # of a list the entry is told, which stands alone in its line; of a key without a fault of its own, the value
    at = text.split("\n")[int(line) - 1]
    assert at[int(column) - 1 :].startswith(('"', "["))
    assert field in at or entry
    rows = [
        {
            "force": "A force",
            "inspection": "x",
            "document": "report",
            "section": "s",
            **{k: v for k, v in f.items() if k != "source"},
        }
        for f in given["findings"]
    ]
    [problem] = told(rows)
    assert problem.startswith(f"2:{field}: {message}")
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        ",".join(columns),
        *(",".join("; ".join(v) if isinstance(v := row.get(c, ""), list) else v for c in columns) for row in rows),
    ]
    [problem] = told("\n".join(lines))
    assert problem.startswith(f"3:{field}: {message}")


def test_a_missing_field_is_told_where_it_would_stand():
    rows = "force,inspection,id,finding,bears_on,direction,strand\nA,x,A-1,Words.,responding.attendance,strength,\n"
    assert told(rows) == ["2:strand: `strand` is missing; add it"]
    given = evidence(findings=[{"strand": None}])
    del given["findings"][0]["strand"]
    assert told(given) == ["findings[0]: `strand` is missing; add it"]


def test_what_evidence_may_not_name_is_told_of_values_of_python():
    given = evidence(findings=[{"source": {"document": "x", "section": "s"}}, {}], framework="peel-2099")
    assert told(given) == [
        "framework: this rulebook is for `peel-2021-22`, not `peel-2099`; correct it, or use the rulebook of that "
        "framework",
        "findings[0].source.document: there is no source `x`; choose from report",
        "findings[1].id: `A-1` is used twice, first in findings[0].id; give it a name of its own",
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, "evidence: the file is empty; begin with `force: …` and `framework: …`"),
        (7, "evidence: this is not an evidence file; begin with `force: …` and `framework: …`"),
        (object(), "a value of the kind object cannot stand here"),
        ({1: 2}, "the key 1 is no text; keys are words here"),
        ({"force": float("nan")}, "force: a value of the kind float cannot stand here"),
        ({"force": "a\x00b"}, "force: there is a control character here; remove it"),
        ({"force": "a" * 4001}, "force: more than 4,000 characters in one text"),
    ],
)
def test_values_of_python_that_no_file_could_hold_are_told(given, message):
    assert any(message.removeprefix("evidence: ") in problem for problem in told(given))


def test_rows_of_python_may_hold_what_no_table_holds():
    row = {
        "force": "A",
        "id": "A-1",
        "bears_on": ["responding.attendance"],
        "direction": "strength",
        "strand": "fieldwork",
    }
    assert evidence_from([{**row, "extent": float("nan"), "note": None}], RULEBOOK).findings[0].extent is None
    assert told([{**row, "note": object()}]) == ["1:note: a value of the kind object cannot stand here"]
    assert told([{**row, "progress": b"yes"}]) == [
        "1:progress: `b'yes'` does not fit here; write `yes`, or leave the cell empty"
    ]


def test_a_mapping_within_itself_is_refused():
    given = evidence()
    given["inspection"] = given
    assert "more than 30 levels of nesting" in told(given)[0]


# -- tables of other shapes -----------------------------------------------------------------------

DATE = "2:sample_met: a spreadsheet has made the date"
HEAD = "force,inspection,id,bears_on,direction,sample_met,sample_of,seriousness,state,strand,persistent"
ROW = "A,x,A-1,responding.attendance,,1,2,serious,open,fieldwork,"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HEAD}\n", ["there are no findings in it"]),
        (f"{HEAD}\n,,,,,,,,,,\n", ["there are no findings in it"]),
        ("id,bears_on\nA-1,x\n", ["1:1: there is no column inspection", "1:1: there is no column strand; add it"]),
        (f"{HEAD},strands\n{ROW},\n", ["1:1: the column strands seems to mean strand"]),
        (f"{HEAD},id\n{ROW},\n", ["1:1: the column id stands twice; remove one of them"]),
        (f"{HEAD}\n{ROW},\n", ["2:1: there are 12 cells in this row for 11 columns"]),
        (HEAD.replace(",", ";") + "\n", ["1:1: its columns are separated by a semicolon; save it with commas"]),
        (f'{HEAD}\n"A\n', ["2:1: a quote is opened here and not closed; close it, or remove it"]),
        (f"{HEAD}\n{ROW.replace(',1,', ',12-May,')}\n", [f"{DATE} 12-May of what was written here; format"]),
        (f"{HEAD}\n{ROW.replace(',1,', ',May-12,')}\n", [f"{DATE} May-12"]),
        (f"{HEAD}\n{ROW.replace(',1,', ',12/05/2026,')}\n", [f"{DATE} 12/05/2026"]),
        (f"{HEAD}\n{ROW.replace(',1,', ',one,')}\n", ["2:sample_met: `one` does not fit here; write a whole number"]),
        (f"{HEAD}\n{ROW.replace(',1,', ',1.5,')}\n", ["2:sample_met: `1.5` does not fit here; write a whole number"]),
        (f"{HEAD}\n{ROW}maybe\n", ["2:persistent: `maybe` does not fit here; write `yes`, or leave the cell empty"]),
        (f"{HEAD}\n{ROW}\n{ROW.replace('A,x,A-1', 'A,y,A-2')}\n", ["3:inspection: the inspection is `x` on line 2"]),
        (f"{HEAD}\n{ROW}\n{ROW.replace('A,x,A-1', 'B,x,A-2')}\n", ["3:force: the force is `A` on line 2 and `B` here"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_table_is_told(text, expected):
    found = told(text)
    assert len(found) == len(expected)
    for problem, message in zip(found, expected, strict=True):
        assert message in problem


def test_flags_counts_and_further_characteristics_are_read_from_cells():
    text = f"{HEAD},bears_on_2\n{ROW.replace(',1,', ',1.0,')}yes,responding.call-answering: Calls are answered\n"
    [finding] = evidence_from(text, RULEBOOK).findings
    assert finding.persistent
    assert (finding.sample.met, finding.sample.of) == (1, 2)
    assert finding.bears_on == ("responding.attendance", "responding.call-answering")


def test_what_is_said_once_of_the_inspection_holds_for_every_row():
    text = f"{HEAD}\n{ROW}\n{ROW.replace('A,x,A-1', ',,A-2')}\n"
    assert [f.id for f in evidence_from(text, RULEBOOK).findings] == ["A-1", "A-2"]


# -- JSON -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"force": "A" "b": 1}', "1:15: a comma or `}` belongs here; check the quotes and brackets before it"),
        ('{"force": "A",}', "1:15: a name in double quotes belongs here; check the comma before it"),
        ('{"force" "A"}', "1:10: a colon belongs here, between the name and its value"),
        ('{"force": A}', "1:11: this is no value of JSON"),
        ('{"force": NaN}', "1:11: this is no value of JSON"),
        ('{"force": "A"', "1:1: this bracket is not closed; close it"),
        ('{"force": "A', "1:11: this quote is not closed; close it"),
        ('{"force": "A\\q"}', "1:13: write this sign as an escape"),
        ('{"force": "A\tb"}', "1:13: write this sign as an escape"),
        ('{"force": "A"} 1', "1:16: this stands after the end of the value"),
        ('{"force": "A",\n"force": "B"}', "2:1: `force` is given twice, first on line 1; keep one of them"),
        ('{"force": "\\ud800"}', "1:11: there is half a character here (U+D800); write the whole one"),
        ('{"force": 1234567890123456789}', "1:11: more than 18 digits in a number"),
        (f'{{"force": {"9" * 5000}}}', "1:11: more than 18 digits in a number"),
        ('{"force": 1e999}', "1:11: more than 18 digits in a number"),
        (f'{{"force": {"[" * 40}', "more than 30 levels of nesting"),
    ],
)
def test_what_is_wrong_with_json_is_told(text, expected):
    assert any(expected in problem for problem in told(text))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(1 - 10**18, 10**18 - 1)
    | st.floats(0, 1).filter(lambda f: len(repr(f)) < 16)
    | TEXTS,
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXTS, below, max_size=4),
)


@given(VALUES)
def test_values_of_json_are_those_that_python_reads(value):
    for indent in (None, 1):
        text = json.dumps(value, indent=indent)
        document = parse(text, "x")
        assert document.value == value
        assert not document.faults
