"""`grade --format xlsx`: a workbook made to be read."""

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

import peelrules
from peelrules.report import wording, workbook


@pytest.fixture(scope="module")
def read(assessment):
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.render([assessment])))
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def table(rows, first):
    """The rows below that of headings, by heading."""
    start = next(number for number, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 1 :]]


def test_the_first_sheet_has_every_judgment_with_its_reasons(read, assessment):
    assert list(read) == ["Grades", "Boxes", "Characteristics", "Findings", "Rules"]
    told = [row[0] for row in read["Grades"]]
    assert told[0] == wording.heading(assessment)
    assert wording.INDICATIVE in told
    assert wording.provenance(assessment) in told
    rows = table(read["Grades"], "Core question")
    assert [row["Indicative grade"] for row in rows] == [str(j.grade or "not graded") for j in assessment.judgments]
    for row, judgment in zip(rows, assessment.judgments, strict=True):
        for reason in wording.reasons(judgment):
            assert reason in row["How it comes about"].split("\n")
        assert row["How it comes about"]
        areas = [a for a in assessment.areas_for_improvement if a.core_question == judgment.core_question]
        assert row["Areas for improvement"] == (len(areas) or "")


def test_a_grade_stands_among_those_of_others(in_context):
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.render([in_context])))
    rows = book.get_sheet_by_name("Grades").to_python(skip_empty_area=False)
    assert wording.known_nationally(in_context) in [row[0] for row in rows]
    told = {row["Core question"]: row["Among others"] for row in table(rows, "Core question")}
    assert told["Responding to the public"].startswith("Of 19 other forces known in PEEL 2021/22, 2 were graded")
    assert told["Serious organised crime"] == ""


def test_boxes_characteristics_findings_and_rules_are_all_there(read, assessment):
    boxes = table(read["Boxes"], "Kind")
    assert [row["Kind"] for row in boxes] == ["area for improvement"] * 6 + ["innovative practice"] * 2
    assert boxes[0]["Findings"].startswith(f"{assessment.areas_for_improvement[0].findings[0]}: ")
    characteristics = table(read["Characteristics"], "Core question")
    assert [row["Id"] for row in characteristics] == [c.characteristic for c in assessment.characteristics]
    assert {row["Indicative status"] for row in characteristics} >= {"not assessed", "demonstrated", "not demonstrated"}
    assert all(row["How it comes about"] for row in characteristics if row["Indicative status"] == "not demonstrated")
    findings = table(read["Findings"], "Id")
    assert [(row["Id"], row["Indicative gravity"]) for row in findings] == [
        (f.id, str(f.gravity)) for f in assessment.findings
    ]
    assert all(row["How it comes about"] for row in findings if row["Indicative gravity"] == "serious")
    assert [(row["Rule"], row["Applied"]) for row in table(read["Rules"], "Rule")] == [
        (use.rule, use.applied) for use in assessment.rules
    ]


def test_several_assessments_stand_in_one_table(assessment):
    other = assessment.model_copy(update={"force": "=Anyshire"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.render([assessment, other])))
    rows = table(book.get_sheet_by_name("Grades").to_python(skip_empty_area=False), "Inspection")
    assert {row["Inspection"] for row in rows} == {wording.heading(assessment), wording.heading(other)}
    assert len(rows) == 2 * len(assessment.judgments)


def test_no_cell_of_it_is_a_formula(lancashire, rulebook):
    words = {"finding": "=1+1", "note": "@x"}
    findings = [finding.model_copy(update=words) for finding in lancashire.findings]
    graded = peelrules.grade(lancashire.model_copy(update={"force": "+x", "findings": tuple(findings)}), rulebook)
    with zipfile.ZipFile(io.BytesIO(workbook.render([graded]))) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 5
    assert not any(b"<f>" in sheet for sheet in sheets)


def test_what_no_cell_can_hold_is_cut_and_that_is_said(lancashire, assessment, rulebook):
    shortfalls = [assessment.finding[each].coded for each in assessment.areas_for_improvement[0].findings] * 12
    many = [each.model_copy(update={"id": f"A-{n}", "finding": "x" * 3_000}) for n, each in enumerate(shortfalls)]
    graded = peelrules.grade(lancashire.model_copy(update={"findings": tuple(many)}), rulebook)
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook.render([graded])))
    [box] = table(book.get_sheet_by_name("Boxes").to_python(skip_empty_area=False), "Kind")
    assert len(box["Findings"]) == 32_767
    assert box["Findings"].endswith("x… (a cell holds no more; the other formats have all of it)")


def test_the_same_assessment_gives_the_same_bytes(assessment):
    assert workbook.render([assessment]) == workbook.render([assessment])


def test_the_command_writes_it_to_a_file_alone(run, tmp_path, monkeypatch, assessment):
    monkeypatch.chdir(tmp_path)
    given = "/".join(__file__.split("/")[:-3]) + "/evidence/lancashire.yaml"
    code, out, err = run("grade", given, "--format", "xlsx")
    assert (code, out) == (2, "")
    assert "a workbook goes to a file; name one" in err
    assert run("grade", given, "--format", "xlsx", "-o", "grades.xlsx") == (0, "", "")
    book = CalamineWorkbook.from_path("grades.xlsx")
    assert book.get_sheet_by_name("Grades").to_python()[0][0] == wording.heading(assessment)
