import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from peelrules.documents.rulebook import bundled_rulebook


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(bundled_rulebook(), tmp_path / "my-rules")


def outcome(folder):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-q",
        "-rx",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)  # noqa: S603
    return done.returncode, done.stdout + done.stderr


def test_the_cases_of_a_rulebook_are_tests(folder):
    code, told = outcome(folder)
    assert code == 0, told
    cases = len(list(folder.glob("cases/**/*.case.yaml")))
    beyond = sum("\nbeyond:" in file.read_text(encoding="utf-8") for file in folder.glob("cases/**/*.case.yaml"))
    assert f"{1 + cases - beyond} passed, {beyond} xfailed" in told  # the folder is a test as well


@pytest.mark.slow
def test_a_case_that_does_not_come_out_says_what_was_wanted_without_a_traceback(folder):
    [file] = folder.glob("cases/published/h22.case.yaml")
    file.write_text(file.read_text(encoding="utf-8").replace("offenders: requires improvement", "offenders: adequate"))
    code, told = outcome(folder)
    assert code == 1
    assert "ceiling of offenders: wanted adequate, found requires improvement" in told
    assert "Traceback" not in told


@pytest.mark.slow
def test_faults_of_a_rulebook_are_told_for_each_case(folder):
    rules = folder / "core-questions.yaml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("grade: {at_most: good}", "grade: {at_most: god}"))
    code, told = outcome(folder)
    assert code == 1
    assert "there is no level `god`; did you mean `good`?" in told


@pytest.mark.slow
def test_a_case_outside_any_rulebook_is_none_of_ours(tmp_path):
    Path(tmp_path / "other.case.yaml").write_text("title: Something else\n")
    assert outcome(tmp_path)[0] == 5


@pytest.mark.slow
def test_a_framework_of_someone_else_is_none_of_ours(tmp_path):
    Path(tmp_path / "framework.yaml").write_text("name: Something else\n")
    assert outcome(tmp_path)[0] == 5


@pytest.mark.slow
def test_a_case_that_would_not_be_read_fails_the_test_of_the_folder(folder):
    file = folder / "cases/a.case.yml"
    shutil.copy(folder / "cases/published/h22.case.yaml", file)
    code, told = outcome(folder)
    assert code == 1
    assert f"{file}: this would not be read" in told


@pytest.mark.slow
def test_a_case_that_names_a_file_outside_the_folder_shows_nothing_of_it(folder, tmp_path):
    (tmp_path / "secret.yaml").write_text("password: hunter2\n")
    case = "title: A case\nevidence: {file: ../../secret.yaml}\nwanted: {problem: no}\n"
    (folder / "cases/a.case.yaml").write_text(case)
    code, told = outcome(folder)
    assert code == 1
    assert "leads out of" in told
    assert "password" not in told
    assert "hunter2" not in told


@pytest.mark.slow
def test_the_rulebook_is_loaded_anew_in_each_run_of_a_process(folder):
    """As in an editor that keeps pytest running."""
    rules = folder / "core-questions.yaml"
    program = f"""
import pathlib, pytest
rules = pathlib.Path({str(rules)!r})
first = pytest.main(["-q", "-p", "no:cacheprovider", {str(folder)!r}])
rules.write_text(rules.read_text().replace("grade: {{at_most: good}}", "grade: {{at_most: god}}"))
print("ended with", int(first), int(pytest.main(["-q", "-p", "no:cacheprovider", {str(folder)!r}])))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, check=False)  # noqa: S603
    assert "ended with 0 1" in done.stdout, done.stdout + done.stderr
