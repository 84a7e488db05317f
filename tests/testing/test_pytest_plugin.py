import shutil
from pathlib import Path

import pytest

from peelrules.documents.bundled import bundled_rulebook

pytest_plugins = ["pytester"]


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(bundled_rulebook(), tmp_path / "my-rules")


@pytest.fixture
def outcome(pytester):
    """The exit code of pytest for a folder, and what it prints. It runs in this process, as in an editor."""

    def run(folder):
        done = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-q", "-rx", "--rootdir", folder, folder)
        return done.ret, done.stdout.str() + done.stderr.str()

    return run


def test_the_cases_of_a_rulebook_are_tests(folder, outcome):
    code, told = outcome(folder)
    assert code == 0, told
    cases = len(list(folder.glob("cases/**/*.case.yaml")))
    beyond = sum("\nbeyond:" in file.read_text(encoding="utf-8") for file in folder.glob("cases/**/*.case.yaml"))
    assert f"{1 + cases - beyond} passed, {beyond} xfailed" in told  # the folder is a test as well


@pytest.mark.slow
def test_a_case_that_does_not_come_out_says_what_was_wanted_without_a_traceback(folder, outcome):
    [file] = folder.glob("cases/published/h26.case.yaml")
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("investigating: requires improvement", "investigating: good"))
    code, told = outcome(folder)
    assert code == 1
    assert "ceiling of investigating: wanted good, found requires improvement" in told
    assert "Traceback" not in told


def test_faults_of_a_rulebook_are_told_for_each_case(folder, outcome):
    rules = folder / "core-questions.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("grade: {at_most: good}", "grade: {at_most: god}"))
    code, told = outcome(folder)
    assert code == 1
    assert "there is no level `god`; did you mean `good`?" in told


def test_a_case_outside_any_rulebook_is_none_of_ours(tmp_path, outcome):
    Path(tmp_path / "other.case.yaml").write_text("title: Something else\n")
    assert outcome(tmp_path)[0] == 5


@pytest.mark.parametrize(("removes", "code"), [("", 0), ("removes: {rules: [nothing]}\n", 1)])
def test_a_rulebook_that_only_extends_another_is_a_test(tmp_path, outcome, removes, code):
    framework = "extends: peel-2021-22\nid: mine\ntitle: Mine\nversion: 1.0.0\n"
    Path(tmp_path / "framework.yaml").write_text(framework + removes)
    assert outcome(tmp_path)[0] == code


def test_a_framework_of_someone_else_is_none_of_ours(tmp_path, outcome):
    Path(tmp_path / "framework.yaml").write_text("name: Something else\n")
    assert outcome(tmp_path)[0] == 5


@pytest.mark.slow
def test_a_case_that_would_not_be_read_fails_the_test_of_the_folder(folder, outcome):
    file = folder / "cases/a.case.yml"
    shutil.copy(folder / "cases/published/h22.case.yaml", file)
    code, told = outcome(folder)
    assert code == 1
    assert f"{file}: this would not be read" in told


@pytest.mark.slow
def test_a_case_that_names_a_file_outside_the_folder_shows_nothing_of_it(folder, tmp_path, outcome):
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    case = "title: A case\nevidence: {file: ../../secret.yaml}\nwanted: {problem: no}\n"
    (folder / "cases/a.case.yaml").write_text(case)
    code, told = outcome(folder)
    assert code == 1
    assert "leads out of" in told
    assert "password" not in told
    assert "hunter2" not in told


@pytest.mark.slow
def test_the_rulebook_is_loaded_anew_in_each_run_of_a_process(folder, outcome):
    """As in an editor that keeps pytest running."""
    rules = folder / "core-questions.yaml"
    assert outcome(folder)[0] == 0
    rules.write_text(rules.read_text(encoding="utf-8").replace("grade: {at_most: good}", "grade: {at_most: god}"))
    assert outcome(folder)[0] == 1
