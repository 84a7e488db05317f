"""Inspections of different cycles on the command line: side by side, and read under a newer framework."""

import json
import re
from pathlib import Path

import pytest
from test_golden import is_as_it_was

import peelrules
from peelrules.documents import rulebook
from peelrules.documents.layout import layout

HOME = Path(__file__).parents[1] / "broken/crosswalks"
OLDER, NEWER, NEWEST = (HOME / name for name in ("older", "newer", "newest"))
BEFORE, AFTER = HOME / "older.yaml", HOME / "newer.yaml"
LANCASHIRE = Path(__file__).parents[2] / "evidence/lancashire.yaml"
UNDER_NEWER = ("--rules", OLDER, "--as", NEWER)
LOST = "Lost: 2 findings, of which nothing is left to be graded: TELL-1, STAFF-1."


@pytest.fixture
def assessments(run, tmp_path):
    """Both inspections as `grade` writes them, for compare takes no two rulebooks."""
    files = []
    for evidence, rules in ((BEFORE, OLDER), (AFTER, NEWER)):
        code, out, err = run("grade", evidence, "--rules", rules, "-f", "json")
        assert (code, err) == (0, "")
        files.append(tmp_path / f"{evidence.stem}.json")
        files[-1].write_text(out)
    return files


# -- read under a newer framework -------------------------------------------------------------------


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md")])
def test_what_is_lost_is_told_first(run, form, suffix, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run("grade", BEFORE, *UNDER_NEWER, "-f", form)
    assert (code, err) == (0, "")
    is_as_it_was(f"carried.{suffix}", re.sub(r"\([0-9a-f]{16}\)", "(…)", out))


def test_what_is_lost_is_in_the_json(run):
    code, out, _ = run("grade", BEFORE, *UNDER_NEWER, "-f", "json")
    found = json.loads(out)
    assert code == 0
    assert found["framework"] == found["rulebook"]["id"] == "newer"
    assert LOST in found["cautions"]
    assert found["carried"][0]["lost"] == ["TELL-1", "STAFF-1"]
    assert peelrules.Assessment.model_validate(found).evidence.carried[0].moved == ("TELL-2",)


def test_the_newer_rulebook_is_read_once(run, monkeypatch):
    read = []
    monkeypatch.setattr(rulebook, "layout", lambda root: read.append(root.path.name) or layout(root))
    assert run("grade", BEFORE, *UNDER_NEWER)[0] == 0
    assert read.count("newer") == 1


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_where_an_output_has_no_place_for_it_it_is_told_beside(run, form):
    for arguments in (("grade", BEFORE, "-f", "csv"), ("explain", BEFORE, "responding", "-f", form)):
        code, out, err = run(*arguments, *UNDER_NEWER)
        assert code == 0
        assert "Lost" not in out
        assert f"Caution: {LOST}\n" in err


def test_a_report_tells_it(run, tmp_path):
    page = tmp_path / "report.html"
    code, _, err = run("report", BEFORE, *UNDER_NEWER, "-o", page)
    assert (code, err) == (0, "")
    assert LOST in page.read_text(encoding="utf-8")


def test_a_report_of_several_cycles_is_under_one_of_them(run, tmp_path):
    page = tmp_path / "report.html"
    files = [LANCASHIRE.parent / f"examples/anyshire-{cycle}.yaml" for cycle in ("2023-25", "2025-27")]
    code, _, err = run("report", *files, "-o", page)
    assert code == 2
    assert "; name those of one of them, or read all of them under one with --as" in err
    assert run("report", *files, "--as", "peel-2025-27", "--no-paths", "-o", page)[0] == 0
    assert "The evidence was coded for peel-2023-25" in page.read_text(encoding="utf-8")


def test_over_two_steps_one_thing_is_told(run):
    code, out, _ = run("grade", BEFORE, "--rules", OLDER, "--as", NEWEST, "-f", "json")
    assert code == 0
    [carriage] = json.loads(out)["carried"]
    assert carriage["coded_for"] == "older"
    assert {tuple(each["before"]): each["kind"] for each in carriage["touched"]} == {
        ("responding.risk",): "regrouped",
        ("responding.updates",): "gone",
    }


def test_under_its_own_rulebook_nothing_changes(run):
    assert run("grade", BEFORE, "--rules", OLDER, "--as", OLDER) == run("grade", BEFORE, "--rules", OLDER)


@pytest.mark.parametrize("newer", ["peel-2023-25", "peel-2025-27"])
def test_the_bundled_rulebooks_are_named_by_id(run, newer):
    code, out, err = run("grade", LANCASHIRE, "--as", newer, "-f", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["framework"] == newer
    assert "The evidence was coded for peel-2021-22" in " ".join(found["cautions"])
    assert found["carried"][0]["lost"] == []


@pytest.mark.parametrize("ending", ["yaml", "json"])
def test_what_was_carried_can_be_coded_on_from_there(run, tmp_path, ending):
    target = tmp_path / f"carried.{ending}"
    assert run("convert", BEFORE, *UNDER_NEWER, "-o", target) == (0, "", "")
    assert run("grade", target, "--rules", NEWER) == run("grade", BEFORE, *UNDER_NEWER)


def test_a_table_of_what_was_carried_says_what_it_leaves_out(run, tmp_path):
    code, _, err = run("convert", BEFORE, *UNDER_NEWER, "-o", tmp_path / "carried.csv")
    assert (code, err) == (0, "What became of the evidence on the way to newer is not in it.\n")


def test_what_would_be_written_in_the_place_of_its_source_is_refused(run):
    code, _, err = run("grade", BEFORE, *UNDER_NEWER, "-o", NEWER / "crosswalk.yaml")
    assert code == 2
    assert "crosswalk.yaml" in err
    assert (NEWER / "crosswalk.yaml").read_text(encoding="utf-8").startswith("from: ../older")


@pytest.mark.parametrize(
    ("newer", "words"),
    [
        (OLDER, "nothing leads from `newer` to `older`; older has no crosswalk"),
        ("peel-2021-22", "nothing leads from `newer` to `peel-2021-22`; peel-2021-22 has no crosswalk"),
    ],
)
def test_where_nothing_leads_is_told(run, newer, words):
    code, out, err = run("grade", AFTER, "--rules", NEWER, "--as", newer)
    assert (code, out) == (2, "")
    assert f"Invalid value for --as: {words}" in err


def test_the_nearest_rulebook_is_told_for_one_that_is_not_there(run):
    code, out, err = run("grade", LANCASHIRE, "--as", "peel-2023-24")
    assert (code, out, err) == (1, "", "peel-2023-24: there is no such folder; did you mean `peel-2023-25`?\n")


# -- side by side -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "suffix"), [("text", "txt"), ("markdown", "md")])
def test_two_cycles_read_as_they_did(run, assessments, form, suffix, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run("compare", *assessments, "--rules", NEWER, "-f", form)
    assert (code, err) == (0, "")
    is_as_it_was(f"cycles.{suffix}", re.sub(r"\([0-9a-f]{16}\)", "(…)", out))


def test_two_cycles_as_data(run, assessments):
    code, out, _ = run("compare", *assessments, "--rules", NEWER, "-f", "json")
    found = json.loads(out)
    assert code == 0
    assert {each["core_question"]: each["change"] or each["not_compared"] for each in found["questions"]} == {
        "responding": "the same",
        "resources": "new",
    }
    assert [each["kind"] for each in found["characteristics"] if each["change"] is None] == [
        "same",
        "split",
        "gone",
        "new",
    ]


def test_under_the_newer_rules_both_are_compared_as_any_two_are(run, assessments):
    code, out, _ = run("compare", *assessments, "--as", NEWER)
    assert code == 0
    assert "Caution: Before: Lost: 2 findings, of which nothing is left to be graded: STAFF-1, TELL-1.\n" in out
    assert "Caution: After" not in out
    assert "Calls are answered (responding.calls): exceeded -> partly demonstrated" in out


def test_what_leads_there_must_be_known(run, assessments):
    code, _, err = run("compare", *assessments)
    assert code == 2
    assert "nothing is known of what leads from older to newer; give the rulebook of the latter by --rules" in err


def test_the_older_one_stands_first(run, tmp_path):
    later = tmp_path / "later.json"
    later.write_text(run("grade", LANCASHIRE, "--as", "peel-2023-25", "-f", "json")[1])
    code, _, err = run("compare", later, LANCASHIRE)
    assert code == 2
    assert "peel-2021-22 has no crosswalk; name the older inspection first" in err
    code, out, _ = run("compare", LANCASHIRE, later)
    assert code == 0
    assert "Compared: " in out
