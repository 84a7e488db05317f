"""The evidence on the desk: what is changed is on disk, can be undone, and is never written over what others wrote."""

import os

import pytest

from peelrules.documents import limits
from peelrules.documents.yaml import parse
from peelrules.edit import disk
from peelrules.edit.changes import Add, OutdatedError, Put, Remove
from peelrules.edit.desk import Desk, ElsewhereError
from peelrules.edit.disk import DiskError
from peelrules.model.problems import DocumentError


@pytest.fixture
def desk(file, rulebook):
    return Desk(file, rulebook)


def put(desk, number, *field, value, **more):
    """Change a field of a finding as it stands."""
    was = desk.reading.findings[number]
    for name in field:
        was = was.get(name) if isinstance(was, dict) else None
    return desk.change([Put(finding=desk.keys[number], field=field, value=value, was=was)], **more)


def test_a_change_is_in_the_draft_and_not_in_the_file(desk, file):
    before = file.read_text()
    put(desk, 0, "direction", value="neither")
    assert file.read_text() == before
    draft = file.with_name(".anyshire.yaml.draft").read_text()
    head, _, text = draft.partition("\n")
    assert head.startswith("# Draft of peelrules edit, begun from ")
    assert text == before.replace("direction: strength", "direction: neither") == desk.reading.text
    assert not desk.is_saved


def test_saving_changes_what_was_changed_alone_and_removes_the_draft(desk, file):
    before = file.read_text()
    put(desk, 1, "sample", "met", value=12)
    put(desk, 0, "note", value="Seen twice.")
    desk.save()
    assert file.read_text() == before.replace("met: 9", "met: 12").replace(
        "paragraph: 1}\n", "paragraph: 1}\n    note: Seen twice.\n"
    )
    assert desk.is_saved
    assert [path.name for path in file.parent.iterdir()] == ["anyshire.yaml"]


def test_fields_come_where_they_belong(desk):
    put(desk, 0, "source", "paragraph", value=None)
    put(desk, 0, "method", value="observation")
    put(desk, 0, "innovative", value=True)
    put(desk, 0, "exceptional", value=True)
    put(desk, 0, "source", "paragraph", value="2")
    finding = desk.reading.findings[0]
    assert list(finding) == [
        *["id", "finding", "bears_on", "direction", "exceptional", "innovative", "strand", "method", "source"]
    ]
    assert finding["source"] == {"document": "report", "section": "Responding", "paragraph": "2"}


def test_what_is_emptied_is_removed(desk):
    for name in ("met", "of"):
        put(desk, 1, "sample", name, value=None)
    assert "sample" not in desk.reading.findings[1]


def test_a_finding_that_is_only_text_keeps_it(desk, file, rulebook):
    file.write_text(file.read_text() + "  - Calls wait.\n")
    desk = Desk(file, rulebook)
    desk.change([Put(finding=desk.keys[2], field=("id",), value="RES-03", was=None)])
    assert desk.reading.findings[2] == {"id": "RES-03", "finding": "Calls wait."}


def test_findings_are_added_and_removed_and_keep_what_tells_them_apart(desk):
    first, second = desk.keys
    done = desk.change([Add(after=first, value={"id": "RES-03", "strand": "fieldwork"})])
    assert desk.keys == (first, done.finding, second)
    desk.change([Remove(finding=first)])
    assert desk.keys == (done.finding, second)
    assert [finding["id"] for finding in desk.reading.findings] == ["RES-03", "RES-02"]
    desk.change([Remove(finding=done.finding), Remove(finding=second)])
    assert desk.reading.text.rstrip().endswith("findings: []")


def test_every_step_is_undone_and_done_again(desk):
    texts = [desk.reading.text]
    put(desk, 0, "direction", value="neither")
    texts.append(desk.reading.text)
    desk.change([Remove(finding=desk.keys[1])])
    texts.append(desk.reading.text)
    keys = desk.keys
    assert desk.can_undo == "RES-02 removed"
    desk.undo()
    assert (desk.reading.text, desk.can_undo, desk.can_redo) == (texts[1], "direction of RES-01", "RES-02 removed")
    desk.undo()
    assert desk.reading.text == texts[0]
    assert desk.is_saved
    assert not desk.disk.draft.exists()
    assert desk.undo().words == "nothing"
    desk.redo()
    desk.redo()
    assert (desk.reading.text, desk.keys, desk.can_redo) == (texts[2], keys, None)


def test_what_is_typed_in_one_go_is_undone_in_one(desk):
    before = desk.reading.text
    for typed in ("Calls", "Calls wait", "Calls wait."):
        put(desk, 0, "finding", value=typed, part_of="typing")
    put(desk, 0, "finding", value="Calls wait long.", part_of="later")
    desk.undo()
    assert desk.reading.findings[0]["finding"] == "Calls wait."
    desk.undo()
    assert desk.reading.text == before


def test_a_change_after_an_undo_forgets_what_was_undone(desk):
    put(desk, 0, "direction", value="neither")
    desk.undo()
    put(desk, 0, "note", value="Another")
    assert desk.can_redo is None


def test_what_was_changed_meanwhile_is_not_written_over(desk):
    seen = Put(finding=desk.keys[0], field=("direction",), value="shortfall", was="strength")
    put(desk, 0, "direction", value="neither")
    with pytest.raises(OutdatedError, match="`direction` was changed meanwhile, and is now: neither"):
        desk.change([seen])
    gone = Put(finding=desk.keys[1], field=("state",), value="remedied", was="open")
    desk.change([Remove(finding=desk.keys[1])])
    with pytest.raises(OutdatedError, match="removed"):
        desk.change([gone])


def test_findings_are_not_changed_all_at_once(desk):
    with pytest.raises(OutdatedError, match="one by one"):
        desk.change([Put(finding=None, field=("findings",), value=[], was=desk.reading.value["findings"])])
    assert len(desk.reading.findings) == len(desk.keys) == 2


def test_of_several_changes_all_are_made_or_none(desk):
    before = desk.reading.text
    key = desk.keys[0]
    with pytest.raises(OutdatedError):
        desk.change(
            [
                Put(finding=key, field=("direction",), value="neither", was="strength"),
                Put(finding=key, field=("note",), value="New", was="Old"),
            ]
        )
    assert desk.reading.text == before


def test_a_draft_is_gone_on_with(desk, file, rulebook):
    put(desk, 0, "direction", value="neither")
    again = Desk(file, rulebook)
    assert again.restored
    assert again.reading.text == desk.reading.text
    assert not again.is_changed_elsewhere
    again.save()
    assert "direction: neither" in file.read_text()
    assert not Desk(file, rulebook).restored


def test_a_draft_of_a_run_that_ended_between_saving_and_removing_it_is_removed(desk, file, rulebook):
    put(desk, 0, "direction", value="neither")
    file.write_text(desk.reading.text)
    again = Desk(file, rulebook)
    assert (again.is_saved, again.restored, again.is_changed_elsewhere) == (True, False, False)
    assert not again.disk.draft.exists()


def test_a_file_that_was_changed_elsewhere_is_not_written_over(desk, file):
    put(desk, 0, "direction", value="neither")
    theirs = file.read_text().replace("Anyshire", "Otherton")
    file.write_text(theirs)
    assert desk.is_changed_elsewhere
    with pytest.raises(ElsewhereError, match="was changed elsewhere"):
        desk.save()
    assert file.read_text() == theirs
    mark, lines = desk.difference()
    assert "-force: Otherton Police" in lines
    assert "+    direction: neither   # plainly" in lines
    file.write_text(theirs + "# and once more\n")
    with pytest.raises(ElsewhereError):
        desk.save(over=mark)  # what is there now was not seen
    desk.save(over=desk.difference()[0])
    assert file.read_text() == desk.reading.text


def test_what_others_wrote_can_be_taken_and_that_be_undone(desk, file):
    put(desk, 0, "direction", value="neither")
    mine, keys = desk.reading.text, desk.keys
    theirs = file.read_text().replace("Anyshire", "Otherton")
    file.write_text(theirs)
    desk.take_theirs()
    assert (desk.reading.text, desk.keys) == (theirs, keys)
    assert (desk.is_saved, desk.is_changed_elsewhere) == (True, False)
    desk.undo()
    assert desk.reading.text == mine
    assert not desk.is_saved


def test_what_others_broke_is_not_taken(desk, file):
    before = desk.reading.text
    file.write_text("force: [")
    with pytest.raises(DocumentError):
        desk.take_theirs()
    assert desk.reading.text == before
    file.write_bytes(b"\xff")
    assert "UTF-8" in desk.difference()[1][0]


def test_a_file_that_was_removed_elsewhere_is_noticed_and_can_be_written_again(desk, file):
    file.unlink()
    assert desk.is_changed_elsewhere
    with pytest.raises(ElsewhereError):
        desk.take_theirs()
    desk.save(over=desk.difference()[0])
    assert file.read_text() == desk.reading.text


def test_a_draft_of_somebody_else_is_not_written_over(desk, file, rulebook):
    other = Desk(file, rulebook)
    put(other, 0, "direction", value="neither")
    with pytest.raises(DiskError, match="open twice"):
        put(desk, 0, "direction", value="shortfall")
    assert desk.reading.findings[0]["direction"] == "strength"
    assert "direction: neither" in other.disk.draft.read_text()


def test_beside_a_draft_of_somebody_else_nothing_is_saved_or_taken_over(desk, file):
    put(desk, 0, "direction", value="neither")
    theirs = file.read_text() + "# theirs\n"
    file.write_text(theirs)
    desk.disk.draft.write_text(desk.disk.draft.read_text() + "# of another run\n")
    for act in (desk.take_theirs, lambda: desk.save(over=desk.disk.mark())):
        with pytest.raises(DiskError, match="Nothing was changed"):
            act()
        assert desk.is_changed_elsewhere  # so that it is not written over without being asked for
        assert desk.reading.findings[0]["direction"] == "neither"
        assert file.read_text() == theirs


def test_a_draft_that_was_removed_is_written_anew(desk, file):
    put(desk, 0, "direction", value="neither")
    desk.disk.draft.unlink()
    put(desk, 0, "note", value="Seen twice.")
    assert "Seen twice." in desk.disk.draft.read_text()
    desk.disk.draft.unlink()
    desk.save()
    assert file.read_text() == desk.reading.text


def test_what_is_no_draft_is_neither_read_nor_written_over(file, rulebook):
    notes = file.with_name(".anyshire.yaml.draft")
    notes.write_text("force: My notes\n")
    with pytest.raises(DiskError, match="is no draft of `peelrules edit`; move it elsewhere"):
        Desk(file, rulebook)
    assert notes.read_text() == "force: My notes\n"


def test_what_cannot_be_kept_is_not_changed(desk, file, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DiskError, match="No space left"):
        put(desk, 0, "direction", value="neither")
    assert desk.reading.findings[0]["direction"] == "strength"
    assert [path.name for path in file.parent.iterdir()] == ["anyshire.yaml"]


def test_what_could_not_be_read_again_is_not_changed(desk, monkeypatch):
    monkeypatch.setattr(disk, "BYTES", limits.BYTES._replace(default=len(desk.reading.text) + 100))
    with pytest.raises(DiskError, match="too much for one file"):
        put(desk, 0, "finding", value="x" * 200)
    assert desk.reading.findings[0]["finding"] == "Calls are answered quickly."


def test_nobody_reads_the_draft_who_could_not_read_the_file(desk, file):
    file.chmod(0o600)
    put(desk, 0, "direction", value="neither")
    assert desk.disk.draft.stat().st_mode & 0o777 == 0o600
    desk.undo()
    file.chmod(0o440)
    put(desk, 0, "direction", value="neither")
    assert desk.disk.draft.stat().st_mode & 0o777 == 0o640
    file.chmod(0o600)
    desk.save()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_link_is_written_through(file, rulebook, tmp_path):
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    desk = Desk(link, rulebook)
    put(desk, 0, "direction", value="neither")
    desk.save()
    assert link.is_symlink()
    assert "direction: neither" in file.read_text()


def test_faults_are_told_where_they_are_and_the_rest_is_graded(desk):
    put(desk, 0, "bears_on", value=["responding.call-answring"])
    put(desk, 1, "sample", "met", value=21)
    assert [told.loc for told in desk.reading.faults] == [("findings", 0, "bears_on", 0), ("findings", 1, "sample")]
    assert "responding.call-answering" in desk.reading.faults[0].message
    assert desk.reading.evidence.findings == ()
    put(desk, 0, "bears_on", value=["responding.call-answering"])
    assert [finding.id for finding in desk.reading.evidence.findings] == ["RES-01"]


def test_a_fault_of_the_inspection_leaves_nothing_to_grade(desk):
    desk.change([Put(finding=None, field=("force",), value=None, was="Anyshire Police")])
    assert desk.reading.evidence is None
    assert [told.loc for told in desk.reading.faults] == [()]


def test_codings_worth_a_second_look_are_told_of_the_right_finding(desk):
    put(desk, 0, "strand", value="unknown")
    put(desk, 1, "source", "paragraph", value=None)
    assert [(told.loc, told.message) for told in desk.reading.doubts] == [
        (("findings", 1, "source"), "RES-02 does not say in which paragraph it stands")
    ]


def test_the_text_reads_as_all_that_was_changed(desk):
    text = 'Ranked #3 of 43: "late", it\'s said, and\nmore'
    put(desk, 0, "finding", value=text)
    assert parse(desk.reading.text, "").value["findings"][0]["finding"] == text
