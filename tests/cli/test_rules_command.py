"""`peelrules rules`: the whole rulebook, one rule, one count, or one outcome as a table."""

import json
import shutil
from pathlib import Path

import pytest

from peelrules.documents.bundled import bundled_rulebook
from peelrules.insight.rulebooks import CountPage, RulePage
from peelrules.insight.tables import STAGE_OF, DecisionTable

LANCASHIRE = Path(__file__).parents[2] / "evidence/lancashire.yaml"
COUNT_OF_THE_SAME_NAME = """
  - id: strengths
    title: shown
    count: characteristics
    where: {status: {at_least: demonstrated}}
"""


@pytest.mark.parametrize(
    ("arguments", "model"),
    [
        *((("--table", outcome), DecisionTable) for outcome in STAGE_OF),
        (("strengths",), CountPage),
        (("demonstrated", "--evidence", LANCASHIRE), CountPage),
        (("grade.few-demonstrated",), RulePage),
    ],
    ids=lambda each: " ".join(map(str, each[:2])) if isinstance(each, tuple) else "",
)
def test_answers_are_there_in_every_format_and_can_be_read_back(run, monkeypatch, arguments, model):
    for width in (40, 80, 120):
        monkeypatch.setenv("COLUMNS", str(width))
        code, out, err = run("rules", *arguments)
        assert (code, err) == (0, "")
        assert max(map(len, out.splitlines())) <= width
    assert run("rules", *arguments, "--format", "markdown")[1].startswith("# ")
    written = run("rules", *arguments, "--format", "json")[1]
    assert model.model_validate_json(written).model_dump(mode="json") == json.loads(written)


@pytest.mark.parametrize("outcome", STAGE_OF)
def test_no_word_of_a_table_is_broken_at_80_columns(run, monkeypatch, outcome):
    def words_of(out):
        return {word.strip(":;-─") for word in out.split()}

    wide = words_of(run("rules", "--table", outcome)[1])
    monkeypatch.setenv("COLUMNS", "80")
    assert words_of(run("rules", "--table", outcome)[1]) - {""} <= wide


def test_what_a_wide_table_says_is_said_on_a_narrow_terminal_too(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = run("rules", "--table", "gravity")[1].splitlines()
    line = lines.index("Seriousness: critical; State: remedied")
    assert lines[line + 1 : line + 5] == [
        "- Isolated: minor",
        "- Some: minor",
        "- Frequent: minor",
        "- Widespread: minor",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--table", "gravety"), f"`gravety` is not one of {', '.join(STAGE_OF)}"),
        (("strengths", "--table", "gravity"), "a table is of all rules; leave ID and --evidence out"),
        (("--evidence", LANCASHIRE, "--table", "gravity"), "a table is of all rules; leave ID and --evidence out"),
        (
            ("gravity.any-shortfal",),
            "there is no rule, count or characteristic `gravity.any-shortfal`; did you mean `gravity.any-sh",
        ),
        (("strenghts",), "there is no rule, count or characteristic `strenghts`; did you mean `strengths`?"),
        (("core_question.strengths",), "there is no rule, count or characteristic `core_question.strengths`"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run, arguments, told):
    code, out, err = run("rules", *arguments)
    assert (code, out) == (2, "")
    assert told in " ".join(err.split())


def test_a_count_is_shown_with_what_it_comes_to(run, assessment):
    out = run("rules", "strengths", "--evidence", LANCASHIRE)[1]
    for each in assessment.characteristics:
        if each.status is not None:
            assert f" {each.characteristic} " in out
    assert "On this evidence" not in run("rules", "strengths")[1]


def test_counts_of_one_name_are_told_apart_by_what_they_count_of(run, tmp_path):
    folder = shutil.copytree(bundled_rulebook(), tmp_path / "rulebook")
    with (folder / "counts.yaml").open("a", encoding="utf-8") as counts:
        counts.write(COUNT_OF_THE_SAME_NAME)
    titles = {"strengths": "strengths", "characteristic.strengths": "strengths", "core_question.strengths": "shown"}
    for name, title in titles.items():
        assert run("rules", name, "--rules", folder)[1].startswith(f"{title}\n"), name
