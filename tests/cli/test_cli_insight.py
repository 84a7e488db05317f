import json
import shutil
from pathlib import Path

import pytest

import peelrules

ROOT = Path(__file__).parents[2]
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
PUBLISHED = ROOT / "evidence/published/lancashire.yaml"
SECOND = ROOT / "evidence/codings/lancashire-second.yaml"


@pytest.mark.parametrize("name", ["investigating", "Investigating crime", "INVESTIGATING"])
def test_a_question_is_known_by_its_id_and_its_names(run, name):
    code, out, _ = run("explain", LANCASHIRE, name)
    assert code == 0
    assert out.startswith("Investigating crime: requires improvement (indicative)")


def test_a_question_is_known_by_its_alias(run):
    assert run("explain", LANCASHIRE, "Operating efficiently")[1].startswith("Good use of resources: good")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("explain", LANCASHIRE, "investigatin"), "did you mean `investigating`?"),
        (("explain", LANCASHIRE, "--finding", "VSA-99"), "did you mean `VSA-09`?"),
        (("path", LANCASHIRE, "victims", "good"), "a narrative question"),
        (("path", LANCASHIRE, "responding", "excellent"), "excellent"),
        (("whatif", LANCASHIRE, "--set", "INV-05.sample.met=36"), "36 of 35 cannot be"),
        (("whatif", LANCASHIRE, "--drop", "VSA-99"), "did you mean `VSA-09`?"),
        (("whatif", LANCASHIRE, "--rules-set", "grade.good=1"), "there is no rule or count `grade.good`"),
        (("compare", LANCASHIRE), "use --published"),
        (("agreement", LANCASHIRE), "no inspection of a force has two codings"),
    ],
)
def test_what_is_not_there_is_wrong_usage_and_says_what_is(run, arguments, said):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in " ".join(err.replace("│", " ").split())
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", LANCASHIRE),
        ("explain", LANCASHIRE, "responding", "--full"),
        ("explain", LANCASHIRE, "responding", "--why-not", "good"),
        ("explain", LANCASHIRE, "--finding", "VSA-10"),
        pytest.param(("path", LANCASHIRE, "investigating", "adequate"), marks=pytest.mark.slow),
        ("whatif", LANCASHIRE, "--drop", "VSA-10"),
        ("compare", LANCASHIRE, PUBLISHED),
        ("agreement", LANCASHIRE, SECOND),
        ("agreement", LANCASHIRE, SECOND, "--full"),
    ],
)
def test_every_answer_fits_the_terminal_and_is_there_as_markdown_and_as_data(run, monkeypatch, arguments):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert run(*arguments, "--format", "markdown")[0] == 0
    assert json.loads(run(*arguments, "--format", "json")[1])


def test_a_question_without_a_grade_says_why(run):
    code, out, _ = run("explain", LANCASHIRE, "crime-recording")
    assert (code, out) == (
        0,
        "Recording data about crime: not graded\nNo evidence: none of 6 characteristics is assessed.\n",
    )


@pytest.mark.slow
def test_a_path_as_data_can_be_read_back(run):
    from peelrules.insight.path import Path as Way

    way = Way.model_validate_json(run("path", LANCASHIRE, "investigating", "adequate", "-f", "json")[1])
    assert str(way.alternatives[0].changes[0]) == "INV-13.sample.met=14"


def test_assessments_can_be_compared_over_time(run, tmp_path):
    assert run("grade", LANCASHIRE, "-f", "json", "-o", tmp_path / "before.json")[0] == 0
    code, out, _ = run("compare", tmp_path / "before.json", LANCASHIRE)
    assert code == 0
    assert "No conclusion changes." in out
    later = LANCASHIRE.read_text(encoding="utf-8").replace("id: VSA-10\n", "id: VSA-10b\n", 1)
    (tmp_path / "later.yaml").write_text(later, encoding="utf-8")
    out = run("compare", tmp_path / "before.json", tmp_path / "later.yaml")[1]
    assert "Only before: VSA-10" in out
    assert "Only after: VSA-10b" in out


def test_what_is_no_assessment_is_told_in_a_line(run, tmp_path):
    (tmp_path / "other.json").write_text('{"judgments": []}')
    code, out, err = run("compare", tmp_path / "other.json", LANCASHIRE)
    assert (code, out) == (1, "")
    assert "this is not an assessment of one force" in err


def test_published_outcomes_are_found_in_a_folder_by_force(run, tmp_path):
    code, out, _ = run("compare", LANCASHIRE, "--published", PUBLISHED.parent)
    assert code == 0
    assert "Exactly: 8 of 8 judgments (100%)" in out
    other = LANCASHIRE.read_text(encoding="utf-8").replace("force: Lancashire Constabulary", "force: Anyshire Police")
    (tmp_path / "anyshire.yaml").write_text(other, encoding="utf-8")
    code, _, err = run("compare", tmp_path / "anyshire.yaml", "--published", PUBLISHED.parent)
    assert code == 2
    assert "nothing published is given for Anyshire Police" in " ".join(err.replace("│", " ").split())


def test_what_if_reports_the_same_as_the_library(run, lancashire, rulebook):
    from peelrules.insight.differences import Differences

    said = Differences.model_validate_json(run("whatif", LANCASHIRE, "--drop", "VSA-10", "-f", "json")[1])
    assert said == peelrules.whatif(lancashire, rulebook, [peelrules.Drop(finding="VSA-10")])


def test_faults_of_all_files_to_compare_are_told_together(run, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("force: A force\n")
    code, out, err = run("compare", tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert (code, out) == (1, "")
    assert "one.yaml:1:1: `findings` is missing" in err
    assert "two.yaml:1:1: `findings` is missing" in err


NINES = "9" * 400


@pytest.mark.parametrize(
    ("option", "change", "said"),
    [
        ("--set", f"INV-05.note={NINES}.5", "more than 18 digits in a number"),
        ("--set", f"INV-05.sample.margin=-{NINES}.5", "more than 18 digits in a number"),
        ("--set", f"INV-05.sample.met={NINES}", "more than 18 digits in a number"),
        ("--set", "INV-05.sample.met=1e999", "should be a valid integer"),
        ("--set", "INV-05.sample.met=\N{ARABIC-INDIC DIGIT THREE}", "should be a valid integer"),
        ("--set", "INV-05.sample.met=nan", "should be a valid integer"),
        ("--set", "INV-05.sample.share=.nan", "should be a valid number"),
        ("--set", "INV-05.sample.met=", "is not of the form"),
        ("--set", "INV-05.sample.met= # 3", "is not a value"),
        ("--set", "INV-05.note=[a", "is not a value"),
        ("--set", "INV-05.note=\udcff", "is not a value"),
        ("--set", "INV-05.note=\x1b[31m", "is not a value"),
        ("--set", "INV-05.sampel.met=3", "INV-05 has no field `sampel.met`"),
        ("--set", "INV-05.sample.sample.met=3", "INV-05 has no field `sample.sample.met`"),
        ("--set", "INV-05.sample.met.x=3", "INV-05 has no field `sample.met.x`"),
        ("--set", "VSA-10.sample.met=3", "VSA-10 has no field `sample.met`"),
        ("--set", "INV-05.sample=3", "no field `sample` to set"),
        ("--set", f"{'x' * 500}=3", f"there is no finding `{'x' * 79}…`"),
        ("--set", f"INV-05.recommendation={'x' * 5000}", "more than 4,000 characters in one text"),
        ("--rules-set", f"grade.substantially-all={NINES}.5", "more than 18 digits in a number"),
        ("--rules-set", f"grade.substantially-all={NINES}", "more than 18 digits in a number"),
        ("--rules-set", "grade.substantially-all=", "is not of the form"),
        ("--rules-set", "grade.substantially-all=1.5", "less than or equal to 1"),
        ("--drop", "\udcff\x1b[31m", "there is no finding `\\udcff\\x1b[31m`"),
    ],
)
def test_a_change_that_cannot_be_is_told_in_a_line(run, option, change, said):
    code, out, err = run("whatif", LANCASHIRE, option, change)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err) < 400
    assert len(err.splitlines()) == 1


def test_coders_are_named_as_their_files_are(run, tmp_path):
    for coder in ("anna", "ben"):
        (tmp_path / coder).mkdir()
        shutil.copy(SECOND, tmp_path / coder / "lancashire.yaml")
    files = [LANCASHIRE, tmp_path / "anna/lancashire.yaml", tmp_path / "ben/lancashire.yaml"]
    code, out, err = run("agreement", *files, "-f", "json")
    assert (code, err) == (0, "")
    [panel] = json.loads(out)["panels"]
    assert [*panel["codings"]] == ["lancashire", "lancashire 2", "lancashire 3"]


def test_a_coding_with_none_beside_it_is_told_and_no_fault(run, tmp_path):
    other = tmp_path / "another.yaml"
    other.write_text(SECOND.read_text(encoding="utf-8").replace("Lancashire Constabulary", "Anyshire Police"))
    code, out, err = run("agreement", LANCASHIRE, SECOND, other)
    assert (code, err) == (0, "")
    assert "another: Anyshire Police, PEEL 2021/22. It is the only coding of this inspection" in " ".join(out.split())


@pytest.mark.slow
def test_a_report_of_two_codings_holds_them_side_by_side(run, tmp_path):
    target = tmp_path / "both.html"
    assert run("report", LANCASHIRE, SECOND, "-o", target) == (0, "", "")
    page = target.read_text(encoding="utf-8")
    assert '<h2 id="codings-1">Codings of Lancashire Constabulary, PEEL 2021/22</h2>' in page
    for coder in ("lancashire", "lancashire-second"):
        assert f">Lancashire Constabulary, PEEL 2021/22 ({coder})</h2>" in page


ACCOUNTS = ROOT / "evidence/accounts/first.yaml"


def test_accounts_are_read_under_a_newer_framework_and_that_is_told(run):
    code, out, err = run("accounts", ACCOUNTS, "--as", "peel-2023-25")
    assert (code, err) == (0, "")
    assert "Rulebook peel-2023-25 1.0.0" in out
    assert "Coded for peel-2021-22 and read here under another framework, in whose words nobody coded it; 0" in out
    held = json.loads(run("accounts", ACCOUNTS, "--as", "peel-2023-25", "--format", "json")[1])
    assert [(each["coded_for"], each["lost"]) for each in held["sets"]] == [(["peel-2021-22"], 0)]


def test_accounts_are_not_read_under_an_older_framework(run):
    code, _, err = run("accounts", ACCOUNTS, "--as", ROOT / "tests/broken/crosswalks/older")
    assert code == 2
    assert "--as" in err
