"""`peelrules characteristics`, and `peelrules rules` of one of them."""

import csv
import io
import json
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from test_golden import is_as_it_was

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.insight.characteristics import CharacteristicPage

LANCASHIRE = Path(__file__).parents[2] / "evidence/lancashire.yaml"
COUNT = """
  - id: attendance_fails
    title: attendance not demonstrated
    count: characteristics
    where: {characteristic: responding.attendance, status: {at_most: not demonstrated}}
"""


@pytest.mark.parametrize("width", [40, 60, 80])
def test_every_id_stands_whole_on_a_line_of_its_own(run, monkeypatch, rulebook, width):
    monkeypatch.setenv("COLUMNS", str(width))
    code, out, err = run("characteristics")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert max(map(len, lines)) <= width
    assert [line for line in lines if line in rulebook.framework.characteristics] == [
        *rulebook.framework.characteristics
    ]


def test_a_question_is_listed_by_any_of_its_names(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = run("characteristics", "crime-recording")[1]
    assert run("characteristics", "Crime data integrity")[1] == out
    is_as_it_was("characteristics-crime-recording.txt", out)


def test_every_format_has_the_same_characteristics(run, rulebook):
    found = peelrules.characteristics(rulebook, "responding", "risk")
    asked = ("characteristics", "responding", "--search", "risk", "--format")
    data = json.loads(run(*asked, "json")[1])
    assert tuple(map(CharacteristicPage.model_validate, data)) == found
    rows = list(csv.DictReader(io.StringIO(run(*asked, "csv")[1])))
    for row, page in zip(rows, found, strict=True):
        told = {name: getattr(page, name) for name in row}
        assert row == told | {"role": page.role.value, "inferred": str(page.inferred).lower()}
    markdown = run(*asked, "markdown")[1]
    for page in found:
        assert f"\n- {page.characteristic}\n  - {page.title} ({page.role.value})\n" in markdown


def test_what_was_inferred_is_told(run, rulebook):
    out = run("characteristics")[1]
    ids = [*rulebook.framework.characteristics, "the end"]
    told = {name: f"{out}\nthe end\n".split(f"\n{name}\n")[1].split(f"\n{after}\n")[0] for name, after in pairwise(ids)}
    inferred = {name for name, words in told.items() if "\n  Inferred, for it could not be read: " in words}
    read = {name for name, words in told.items() if "\n  Read in " in words}
    characteristics = rulebook.framework.characteristics
    assert inferred == {name for name in characteristics if characteristics[name].inferred}
    assert read == {*characteristics} - inferred
    assert read
    assert inferred


def test_words_that_nowhere_stand_find_nothing_and_that_is_said(run):
    assert run("characteristics", "--search", "zzzz") == (
        0,
        "Characteristics of good performance (0)\nNo characteristic has all of these words.\n",
        "",
    )
    assert json.loads(run("characteristics", "--search", "zzzz", "--format", "json")[1]) == []


def test_an_unknown_question_is_wrong_usage(run):
    code, out, err = run("characteristics", "resonding")
    assert (code, out) == (2, "")
    assert "there is no core question `resonding`; did you mean `responding`?" in err


# -- one of them ----------------------------------------------------------------------------------


def test_one_is_shown_with_what_names_it_and_what_the_evidence_says(run, tmp_path, assessment):
    folder = shutil.copytree(bundled_rulebook(), tmp_path / "rulebook")
    with (folder / "counts.yaml").open("a", encoding="utf-8") as counts:
        counts.write(COUNT)
    out = run("rules", "responding.attendance", "--rules", folder)[1]
    assert out.startswith("Attendance is timely\nCharacteristic responding.attendance of Responding to the public")
    assert "\nCounts that name it: attendance_fails\n" in out
    assert "On this evidence" not in out
    out = run("rules", "responding.attendance", "--evidence", LANCASHIRE)[1]
    assessed = assessment.characteristic["responding.attendance"]
    assert f"\nStatus, indicative: {assessed.status}\nStrengths: {', '.join(assessed.strengths) or 'none'}\n" in out


def test_one_can_be_read_back_from_json(run, rulebook):
    written = run("rules", "responding.advice", "--format", "json")[1]
    assert CharacteristicPage.model_validate_json(written) == peelrules.characteristics(rulebook, search="advised")[0]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("investigating.supervsion", "did you mean `investigating.quality` (Investigations are timely, thorough and"),
        ("responding.advise", "did you mean `responding.advice`?"),
        ("responding", "it is a core question, and `peelrules characteristics responding` lists what to name"),
        ("gravity.any-shortfal", "there is no rule, count or characteristic `gravity.any-shortfal`; did you mean"),
    ],
)
def test_near_misses_are_told_within_the_question(run, name, told):
    code, out, err = run("rules", name)
    assert (code, out) == (2, "")
    assert told in err
