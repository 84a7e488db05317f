"""Whatever lies in the folder of a rulebook is read or told, and nothing outside it is."""

import os
import shutil
import signal
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.cases import load_case, load_cases
from peelrules.documents.folder import is_meant_to_be_read
from peelrules.documents.rulebook import RULE_FILES

SOUND = Path(__file__).parents[1] / "broken/rulebooks/sound"
FILES = ("framework.yaml", *RULE_FILES.values())
EVIDENCE = """\
force: Example Constabulary
framework: small
sources: {report: {title: A report, publisher: Nobody}}
findings:
  - id: A-1
    finding: Calls are answered.
    bears_on: [responding.calls]
    direction: strength
    strand: fieldwork
    source: {document: report, section: Calls}
"""
CASE = "title: A case\nevidence: {file: %s}\nwanted: {statuses: {responding.calls: exceeded}}\n"
SECRET = "password: hunter2\n"  # noqa: S105
STRAY = "this would not be read"
OUTSIDE = "nothing outside is read"


@pytest.fixture
def folder(tmp_path):
    """A rulebook with one case, whose evidence stands beside it."""
    target = shutil.copytree(SOUND, tmp_path / "rulebook")
    (target / "cases/accounts").mkdir(parents=True)
    (target / "cases/accounts/a.yaml").write_text(EVIDENCE)
    (target / "cases/a.case.yaml").write_text(CASE % "accounts/a.yaml")
    (tmp_path / "secret.yaml").write_text(SECRET)
    return target


def hangs(_signal, _frame):
    raise TimeoutError("this takes too long")


@pytest.fixture
def told(run):
    """What `peelrules test` says is wrong; nothing of what it says may come from outside, and it must not hang."""

    def told(folder):
        before = signal.signal(signal.SIGALRM, hangs)
        signal.alarm(30)
        try:
            code, out, err = run("test", folder)
        finally:
            signal.alarm(0)
            signal.signal(signal.SIGALRM, before)
        assert "hunter2" not in out + err
        assert "password" not in out + err
        assert code == (1 if err else 0), err
        return err

    return told


def loaded(folder):
    return load_cases(folder, peelrules.load_rulebook(folder))


def problems(folder):
    with pytest.raises(peelrules.DocumentError) as caught:
        loaded(folder)
    assert "hunter2" not in str(caught.value)
    return {problem.file: problem.message for problem in caught.value.problems}


def test_the_folder_of_these_tests_is_sound(folder, told):
    assert [case.title for case in loaded(folder)] == ["A case"]
    assert told(folder) == ""


# -- what would not be read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "cases/b.yml",
        "cases/b.yaml",
        "cases/b.case.yml",
        "cases/b.CASE.yaml",
        "cases/Case.yaml",
        "cases/b.case.YAML",
        "cases/b.case",
        "cases/b.case.json",
        "cases/b.case.yaml.txt",
        "cases/deep/er/b.case.yml",
        "case/b.case.yaml",
        "Cases/b.case.yaml",
        "tests/cases/b.case.yaml",
        "cases/nested/framework.yaml",
        "evidence/b.yaml",
        f"cases/{'b' * 200}.yaml",
    ],
)
def test_what_looks_like_a_case_and_would_not_be_read_is_told(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / "cases/a.case.yaml", folder / name)
    assert list(problems(folder)) == [str(folder / name)]
    assert STRAY in problems(folder)[str(folder / name)]


@pytest.mark.parametrize("name", ["b.case.yaml", "Framework.yaml", "findings.YML", "findings.yaml.txt"])
def test_what_lies_beside_the_rules_and_would_not_be_read_is_told_when_they_are_loaded(folder, name):
    (folder / name).write_text("")
    with pytest.raises(peelrules.DocumentError, match="this file would not be read"):
        peelrules.load_rulebook(folder)


@pytest.mark.parametrize(
    "name", ["cases/README.md", "cases/.a.case.yaml.swp", "cases/a.case.yaml~", ".github/workflows/ci.yml", "notes.txt"]
)
def test_what_looks_like_no_case_is_passed_over(folder, name):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("Nothing\n")
    assert len(loaded(folder)) == 1


def test_evidence_that_cases_name_may_lie_anywhere_in_the_folder(folder):
    (folder / "evidence").mkdir()
    shutil.move(folder / "cases/accounts/a.yaml", folder / "evidence/a.yaml")
    (folder / "cases/a.case.yaml").write_text(CASE % "../evidence/a.yaml")
    assert len(loaded(folder)) == 1


def test_a_case_that_cannot_be_read_is_told_and_not_the_file_that_it_may_name(folder):
    (folder / "cases/a.case.yaml").write_text("title: [")
    assert list(problems(folder)) == [str(folder / "cases/a.case.yaml")]


def test_a_folder_that_cannot_be_looked_into_is_told(folder):
    """One so deep that its path is too long: unlike permissions, that stops every user."""
    here = os.open(folder / "cases", os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=here)
        below = os.open("d" * 250, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    [message] = problems(folder).values()
    assert message == "this folder cannot be looked into: File name too long"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to this user")
@pytest.mark.parametrize("name", ["cases", "cases/accounts", "."])
def test_a_folder_that_may_not_be_looked_into_is_told(folder, name):
    (folder / name).chmod(0)
    try:
        assert problems(folder)
    finally:
        (folder / name).chmod(0o755)


def test_a_name_that_cannot_be_shown_is_told_in_one_that_can(folder):
    (folder / "cases/a\nb.case.yaml").write_text("")
    (folder / "cases/\x1b[2J").mkdir()
    assert problems(folder)[str(folder / "cases")].startswith("the name ")
    assert all("\n" not in file and "\x1b" not in file + message for file, message in problems(folder).items())


def test_a_rulebook_without_a_case_is_told_so(folder, run):
    shutil.rmtree(folder / "cases")
    code, out, err = run("test", folder)
    assert (code, err) == (0, "")
    assert "There is no case" in out


# -- what lies outside, and what is no file ----------------------------------------------------------------


@pytest.mark.parametrize("way", ["../../secret.yaml", "{outside}", "linked.yaml", "../linked/secret.yaml"])
@pytest.mark.parametrize("wanted", ["{statuses: {responding.calls: exceeded}}", "{problem: no such words}"])
def test_evidence_outside_the_folder_is_refused_at_its_place(folder, told, tmp_path, way, wanted):
    (folder / "cases/linked.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "linked").symlink_to(tmp_path)
    file = folder / "cases/a.case.yaml"
    way = way.format(outside=tmp_path / "secret.yaml")
    file.write_text(f"title: A case\nevidence: {{file: {way}}}\nwanted: {wanted}\n")
    with pytest.raises(peelrules.DocumentError, match=OUTSIDE) as caught:
        load_case(file, peelrules.load_rulebook(folder), folder)
    assert str(caught.value).startswith(f"{file}:2:18: ")
    assert OUTSIDE in told(folder)


@pytest.mark.parametrize("name", [*FILES, "cases/a.case.yaml"])
def test_a_file_that_is_a_link_to_elsewhere_is_refused(folder, told, tmp_path, name):
    (folder / name).unlink()
    (folder / name).symlink_to(tmp_path / "secret.yaml")
    assert f"{folder / name}: this leads out of {folder}" in told(folder)


def test_the_rulebook_that_comes_with_peelrules_may_be_installed_as_links(tmp_path, monkeypatch):
    for file in bundled_rulebook().glob("*.yaml"):
        (tmp_path / file.name).symlink_to(file)
    identity = peelrules.load_rulebook().identity
    monkeypatch.setattr("peelrules.documents.bundled.bundled_rulebook", lambda: tmp_path)
    assert peelrules.load_rulebook().identity == identity
    with pytest.raises(peelrules.DocumentError, match=OUTSIDE):
        peelrules.load_rulebook(tmp_path)


@pytest.mark.parametrize("target", ["elsewhere", "rulebook"])
def test_a_folder_that_is_a_link_is_told_and_not_followed(folder, tmp_path, target):
    shutil.move(folder / "cases", tmp_path / "elsewhere")
    (folder / "cases").symlink_to(tmp_path / target)
    assert problems(folder) == {
        str(folder / "cases"): "this is a link to a folder, and is not followed; put the folder itself here"
    }


def test_links_within_the_folder_and_to_it_are_followed(folder, told, tmp_path):
    (folder / "cases/b.case.yaml").symlink_to("a.case.yaml")
    (folder / "cases/b.yaml").symlink_to("accounts/a.yaml")
    (tmp_path / "linked").symlink_to(folder)
    assert len(loaded(tmp_path / "linked")) == 2
    assert told(tmp_path / "linked") == ""


@pytest.mark.parametrize("name", [*FILES, "cases/a.case.yaml", "cases/accounts/a.yaml"])
def test_a_pipe_is_refused_at_once(folder, told, name):
    (folder / name).unlink()
    os.mkfifo(folder / name)
    assert "this is a pipe or a device; put a file in its place" in told(folder)


@pytest.mark.parametrize("name", [*FILES, "cases/a.case.yaml", "cases/accounts/a.yaml"])
@pytest.mark.parametrize("instead", ["folder", "loop", "link to nothing"])
def test_what_is_no_file_is_told(folder, told, name, instead):
    path = folder / name
    path.unlink()
    if instead == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.name if instead == "loop" else "nothing.yaml")
    assert told(folder)


@pytest.mark.parametrize("path", ["x" * 300, "a\0b", "", "nothing"])
def test_a_folder_that_cannot_be_is_told(path):
    with pytest.raises(peelrules.DocumentError):
        peelrules.load_rulebook(f"/nowhere/{path}")


@pytest.mark.parametrize("file", ["x" * 300, "x/" * 3000, "accounts", "''", "[a]", "5", "'\\0'"])
def test_a_file_that_cannot_be_is_told(folder, file):
    (folder / "cases/a.case.yaml").write_text(CASE % file)
    assert problems(folder)


def test_rules_have_a_place_in_a_folder_without_a_name(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert set(peelrules.load_rulebook(".").places.values()) == set(peelrules.load_rulebook(folder).places.values())


@pytest.mark.parametrize(("name", "is_meant"), [("a.yaml", True), ("a.case-notes.md", False), ("case.md", False)])
def test_a_name_tells_what_a_file_is_meant_to_be(name, is_meant):
    assert is_meant_to_be_read(name) is is_meant
