"""A workbook on the desk, and the rulebook that evidence is read with."""

import pytest
from edited import PUBLISHED

import peelrules
from peelrules.documents.workbook.writing import workbook_of
from peelrules.edit.changes import Put
from peelrules.edit.desk import Desk
from peelrules.edit.workbooks import UnsoundError
from peelrules.model.problems import DocumentError
from peelrules.model.scales import State


@pytest.fixture(scope="module")
def published(rulebook):
    return peelrules.load_published(PUBLISHED, rulebook)


@pytest.fixture
def workbook(tmp_path, lancashire, rulebook, published):
    path = tmp_path / "lancashire.xlsx"
    path.write_bytes(workbook_of(lancashire, rulebook.framework, published))
    return path


def put(desk, finding, field, value):
    number = next(n for n, each in enumerate(desk.reading.findings) if each["id"] == finding)
    was = desk.reading.findings[number].get(field)
    desk.change([Put(finding=desk.keys[number], field=(field,), value=value, was=was)])


def test_a_workbook_is_saved_with_what_was_changed_and_all_the_rest(workbook, lancashire, rulebook, published):
    desk = Desk(workbook)
    put(desk, "VSA-10", "state", "remedied")
    assert peelrules.load_evidence(workbook, rulebook) == lancashire
    desk.save()
    assert desk.is_saved
    assert not desk.is_changed_elsewhere
    findings = tuple(
        f.model_copy(update={"state": State.REMEDIED}) if f.id == "VSA-10" else f for f in lancashire.findings
    )
    assert peelrules.load_evidence(workbook, rulebook) == lancashire.model_copy(update={"findings": findings})
    assert peelrules.load_published(workbook, rulebook) == published


def test_a_workbook_is_not_saved_with_faults_and_the_draft_keeps_them(workbook, lancashire, rulebook):
    desk = Desk(workbook)
    put(desk, "VSA-10", "state", "mended")
    with pytest.raises(UnsoundError, match="nothing is left to mend"):
        desk.save()
    assert peelrules.load_evidence(workbook, rulebook) == lancashire
    again = Desk(workbook)
    assert again.restored
    assert "state: mended" in again.reading.text


def test_what_was_published_is_not_lost_where_it_has_faults(workbook, lancashire, rulebook, published):
    broken = published.model_copy(update={"grades": {"respondin": next(iter(published.grades.values()))}})
    workbook.write_bytes(workbook_of(lancashire, rulebook.framework, broken))
    before = workbook.read_bytes()
    desk = Desk(workbook)
    put(desk, "VSA-10", "state", "remedied")
    with pytest.raises(UnsoundError, match="Published"):
        desk.save()
    assert workbook.read_bytes() == before


def test_a_new_workbook_has_what_a_new_file_has(tmp_path):
    text = "force: A\nframework: peel-2021-22\nsources:\n  report: {title: B, publisher: C}\nfindings: []\n"
    desk = Desk(tmp_path / "new.xlsx", begin_with=text)
    desk.save()
    evidence = peelrules.load_evidence(tmp_path / "new.xlsx")
    assert (evidence.force, evidence.sources["report"].title, evidence.findings) == ("A", "B", ())


def test_a_workbook_that_is_none_is_told(tmp_path):
    (tmp_path / "none.xlsx").write_text("force: A")
    with pytest.raises(DocumentError):
        Desk(tmp_path / "none.xlsx")


def test_evidence_is_read_with_the_rulebook_of_its_framework(file):
    file.write_text(file.read_text().replace("peel-2021-22", "peel-2023-25"))
    assert Desk(file).reading.rulebook.framework.id == "peel-2023-25"


def test_of_a_framework_that_nobody_knows_the_fault_is_told_and_nothing_is_graded(file):
    file.write_text(file.read_text().replace("peel-2021-22", "peel-2031"))
    reading = Desk(file).reading
    assert [told.loc for told in reading.faults] == [("framework",)]
    assert (reading.rulebook, reading.evidence, reading.doubts) == (None, None, [])
