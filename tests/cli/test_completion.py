"""What a shell offers where a word of the command line is completed with the tabulator."""

import os
import shutil
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebook, bundled_rulebooks
from peelrules.verify.checks import CHECKS

LANCASHIRE = Path(__file__).parents[2] / "evidence/lancashire.yaml"


@pytest.fixture
def offered(run, monkeypatch, tmp_path):
    """What bash is offered for the last word, with `E` for a file of evidence."""
    shutil.copy(LANCASHIRE, tmp_path / "E")
    monkeypatch.chdir(tmp_path)

    def offered(line):
        words = ["peelrules", *line.split(" ")]
        monkeypatch.setenv("_PEELRULES_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(words))
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        code, out, err = run()
        assert (code, err) == (0, "")
        return out.split()

    return offered


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("explain E inv", ["investigating"]),
        ("path E res", ["responding", "resources"]),
        ("explain E --finding PRE-1", [f"PRE-1{number}" for number in range(6)]),
        ("whatif E --drop TRE-2", ["TRE-20", "TRE-21"]),
        ("whatif E --set VSA-1", [f"VSA-1{number}." for number in range(8)]),
        ("whatif E --set VSA-10.st", [f"VSA-10.state={state}" for state in ("remedied", "improving", "open")]),
        ("whatif E --rules-set grade.sub", ["grade.substantially-all=", "grade.substantially-exceeded="]),
        ("characteristics vul", ["vulnerable"]),
        ("rules responding.a", ["responding.advice", "responding.attendance"]),
        ("rules grade.sub", ["grade.substantially-all", "grade.substantially-exceeded"]),
        ("rules strands_o", ["strands_open"]),
        ("rules --table gr", ["gravity", "grade"]),
        ("check --explain PR20", [code for code in CHECKS if code.startswith("PR20")]),
        ("new evidence X --framework ", [*bundled_rulebooks()]),
        ("new evidence X --questions inv", ["investigating"]),
        ("new evidence X --questions responding,inv", ["responding,investigating"]),
        ("new evidence X --questions investigating,inv", []),
        ("new rulebook X --extends peel-2021", ["peel-2021-22"]),
        ("rules --rules peel-2021", ["peel-2021-22"]),
        ("explain missing --finding ", []),
        ("explain - --finding ", []),
        ("characteristics --rules missing vul", []),
        ("rules --rules missing/", []),
    ],
)
def test_what_can_be_meant_is_offered(offered, line, words):
    found = offered(line)
    assert found[: len(words)] == words
    assert words or not found


def test_names_are_those_of_the_rulebook_asked_for_and_else_of_the_evidence(offered, tmp_path):
    other = [*bundled_rulebooks()][-1]
    questions = [question.id for question in peelrules.load_rulebook(other).framework.core_questions]
    assert questions != offered("explain E ")
    assert offered(f"characteristics --rules {other} ") == questions
    (tmp_path / "F").write_text(f"force: X\nframework: {other}\nsources: [\n")  # cannot be read
    (tmp_path / "G").write_text(f"force: X\nframework: {other}\nfindings: [{{id: A-1}}, {{id: 3}}, B-1]\n")  # faulty
    assert offered("explain F ") == []
    assert offered("explain G ") == questions
    assert offered("explain G --finding ") == ["A-1"]


def test_folders_are_offered_beside_the_rulebooks_that_come_with_peelrules(offered, tmp_path):
    shutil.copytree(bundled_rulebook(), tmp_path / "below/mine")
    (tmp_path / ".hidden").mkdir()
    assert offered("rules --rules ") == [*bundled_rulebooks(), "below/"]
    assert offered("rules --rules below/") == ["below/mine"]
    assert offered("rules --rules below/mi") == ["below/mine"]


def test_words_of_evidence_do_nothing_to_the_shell(run, monkeypatch, tmp_path):
    (tmp_path / "E").write_text(
        'force: X\nframework: peel-2021-22\nfindings: [{id: A-1, finding: "a\\x1b[31m\\nb"}]\n', encoding="utf-8"
    )
    monkeypatch.setenv("_PEELRULES_COMPLETE", "complete_fish")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", f"peelrules explain {os.fspath(tmp_path / 'E')} --finding A")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines() == ["A-1\ta\\x1b[31m b"]
