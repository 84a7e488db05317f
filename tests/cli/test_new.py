"""`peelrules new`: files to begin with."""

import errno
import os
import re
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebook, bundled_rulebooks
from peelrules.documents.guide import load_guide

FORCES = [
    "Anyshire Police", "Force #3: a name, with [signs] {in} it", "yes", "null", "010", "- x", "'quoted' \"twice\"",
    "@force", "%x", "*a", "&b", "!c", "Übershire, 名", "# x", "a: b", "~", "x" * 200,
]  # fmt: skip
LISTED = re.compile(r"^#       ([a-z-]+\.[a-z-]+)  +(\S.*)$", re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


# -- evidence -------------------------------------------------------------------------------------


@pytest.mark.parametrize("framework", bundled_rulebooks())
@pytest.mark.parametrize("name", ["new.yaml", "new.xlsx"])
def test_new_evidence_is_sound_and_says_that_there_is_not_enough_of_it(run, folder, framework, name):
    assert run("new", "evidence", "Anyshire Police", "--framework", framework, "-o", name) == (0, "", "")
    assert names_in(folder) == [name]
    code, out, _ = run("check", name)
    assert code == 0
    assert "PR204 there are no findings" in out
    rulebook = peelrules.load_rulebook(framework)
    assessment = peelrules.grade(peelrules.load_evidence(folder / name, rulebook), rulebook)
    assert (assessment.force, assessment.framework) == ("Anyshire Police", framework)
    for judgment in assessment.judgments:
        if judgment.reporting == "graded":
            assert judgment.not_graded.startswith("no evidence")
            assert judgment.shortage is not None


def test_only_the_characteristics_of_the_questions_asked_for_are_listed(run, rulebook):
    def listed(*asked):
        return dict(LISTED.findall(run("new", "evidence", "Anyshire Police", *asked)[1]))

    framework = rulebook.framework
    assert listed() == {id_: each.title for id_, each in framework.characteristics.items()}
    some = listed("--questions", "Investigating crime, responding")
    assert {framework.question_of[id_].id for id_ in some} == {"responding", "investigating"}
    assert list(some) == [id_ for id_ in framework.characteristics if id_ in some]  # in the framework's order


def test_every_sentence_of_the_guide_and_every_level_stands_in_it(run):
    text = " ".join(line.lstrip("# ") for line in run("new", "evidence", "X")[1].splitlines())
    guide = load_guide()
    for sentence in guide.finding.values():
        assert sentence in text
    for field, advice in guide.fields.items():
        assert f" {field}: {advice.says} " in text
        for level, meaning in advice.levels.items():
            assert f" {level}: {meaning} " in text


def test_the_example_is_a_finding_once_it_is_no_comment(run, folder, rulebook):
    text = run("new", "evidence", "Anyshire Police", "--questions", "offenders")[1]
    before, after = text.split("\nfindings: []\n")
    example = "".join(line.removeprefix("# ") for line in after.splitlines(keepends=True))
    (folder / "begun.yaml").write_text(f"{before}\nfindings:\n{example}", encoding="utf-8")
    [finding] = peelrules.load_evidence(folder / "begun.yaml", rulebook).findings
    assert rulebook.framework.question_of[finding.primary].id == "offenders"


@pytest.mark.parametrize("force", FORCES)
@pytest.mark.parametrize("name", ["new.yaml", "new.xlsx"])
def test_the_force_may_have_any_name(run, folder, rulebook, force, name):
    assert run("new", "evidence", "-o", name, "--", force) == (0, "", "")
    assert peelrules.load_evidence(folder / name, rulebook).force == force


@pytest.mark.parametrize("force", ["", "  ", "a\x07b", "a\u202eb", "x" * 201])
def test_a_name_that_nobody_could_read_is_refused(run, folder, force):
    code, out, err = run("new", "evidence", force, "-o", "new.yaml")
    assert (code, out) == (2, "")
    assert "write the name of the force" in err
    assert names_in(folder) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("X", "-o", "new.txt"), "new.txt should end with .yaml, .yml, .xlsx"),
        (("X", "-o", "no/new.yaml"), "no/new.yaml cannot be written: No such file or directory"),
        (("X", "--questions", "respondin"), "there is no core question `respondin`; did you mean `responding`?"),
        (("X", "--framework", "peel-2021"), "there is no bundled rulebook `peel-2021`; did you mean `peel-2021-22`?"),
        (("X", "--framework", "peel-2021-22", "--rules", "peel-2021-22"), "leave one of the two out"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(run, folder, arguments, told):
    code, out, err = run("new", "evidence", *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert names_in(folder) == []


@pytest.mark.parametrize("there", ["file", "empty file", "folder", "link", "link to nothing"])
@pytest.mark.parametrize("command", [("evidence", "X", "-o"), ("rulebook",), ("rulebook", "--extends", "peel-2021-22")])
def test_what_is_there_is_never_written_over(run, folder, there, command):
    target, other = folder / "there.yaml", folder / "other"
    match there:
        case "file" | "empty file":
            target.write_text("mine" * (there == "file"))
        case "folder":
            target.mkdir()
        case "link":
            other.write_text("mine")
            target.symlink_to(other)
        case _:
            target.symlink_to(other)
    before = names_in(folder), target.lstat().st_ino, target.lstat().st_mtime_ns
    code, out, err = run("new", *command, "there.yaml")
    assert (code, out) == (2, "")
    assert "there.yaml is there already, and is not written over; choose another name" in err
    assert (names_in(folder), target.lstat().st_ino, target.lstat().st_mtime_ns) == before
    assert not other.exists() or other.read_text() == "mine"


# -- rulebooks ------------------------------------------------------------------------------------


def test_the_bundled_rulebook_is_copied_whole(run, folder, rulebook):
    assert run("new", "rulebook", "mine") == (0, "", "")
    assert names_in(folder) == ["mine"]
    original = bundled_rulebook()
    files = [path.relative_to(original) for path in sorted(original.rglob("*")) if path.is_file()]
    assert any(file.name.endswith(".case.yaml") for file in files)
    assert [path.relative_to("mine") for path in sorted(Path("mine").rglob("*")) if path.is_file()] == files
    assert all((Path("mine") / file).read_bytes() == (original / file).read_bytes() for file in files)
    assert peelrules.load_rulebook("mine").identity == rulebook.identity
    assert len(peelrules.load_cases(Path("mine"), rulebook)) == sum(f.name.endswith(".case.yaml") for f in files)


@pytest.mark.parametrize("framework", bundled_rulebooks())
def test_any_bundled_rulebook_can_be_copied_and_extended_and_is_sound(run, folder, framework):
    assert run("new", "rulebook", "copy", "--framework", framework)[0] == 0
    assert run("new", "rulebook", "extension", "--extends", framework)[0] == 0
    extended = peelrules.load_rulebook(framework)
    assert peelrules.load_rulebook("copy").identity == extended.identity
    extension = peelrules.load_rulebook("extension")
    assert (extension.rules, extension.framework.core_questions) == (extended.rules, extended.framework.core_questions)
    assert names_in(folder / "extension") == ["framework.yaml"]
    for each in ("copy", "extension"):
        assert run("check", each)[0] == 0


@pytest.mark.parametrize(
    ("name", "named"), [("My Rules!", "my-rules"), ("2025_v2", "2025-v2"), ("名", "own-rulebook"), ("a--b", "a-b")]
)
def test_an_extension_is_named_as_its_folder(run, folder, name, named):  # noqa: ARG001
    assert run("new", "rulebook", name, "--extends", "peel-2021-22") == (0, "", "")
    assert peelrules.load_rulebook(name).framework.id == named
    assert f"`framework: {named}`" in Path(name, "framework.yaml").read_text(encoding="utf-8")


def test_what_is_said_in_comments_of_an_extension_can_be_written(run, folder):
    run("new", "rulebook", "mine", "--extends", "peel-2021-22")
    file = folder / "mine/framework.yaml"
    text = file.read_text(encoding="utf-8")
    removes = "removes: {rules: [], counts: [], sources: [], strands: [], methods: []}"
    assert f"\n# {removes}\n" in text
    one = removes.replace("methods: []", "methods: [overall]")
    file.write_text(text.replace(f"# {removes}", one), encoding="utf-8")
    assert "overall" not in peelrules.load_rulebook("mine").framework.methods


@pytest.mark.parametrize("way", ["mine", "./mine", "../folder/mine", "absolute", "link"])
def test_a_folder_can_be_extended_by_any_way_to_it(run, folder, way):
    run("new", "rulebook", "mine", "--extends", "peel-2021-22")
    Path("below").mkdir()
    if way == "link":
        Path("link").symlink_to("mine")
    code, _, err = run("new", "rulebook", "below/another", "--extends", folder / "mine" if way == "absolute" else way)
    assert (code, err) == (0, "")
    assert 'extends: "../../mine"' in Path("below/another/framework.yaml").read_text(encoding="utf-8")
    assert peelrules.load_rulebook("below/another").rules == peelrules.load_rulebook("mine").rules


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--extends", "peel-2021"), 2, "there is no bundled rulebook `peel-2021`; did you mean `peel-2021-22`?"),
        (("--framework", "peel-2021"), 2, "there is no bundled rulebook `peel-2021`; did you mean `peel-2021-22`?"),
        (("--framework", "peel-2021-22", "--extends", "peel-2021-22"), 2, "leave one of the two out"),
        (("--extends", "."), 1, "framework.yaml: there is no such file"),
    ],
)
def test_a_rulebook_that_cannot_be_is_not_made(run, folder, arguments, code, told):
    found, out, err = run("new", "rulebook", "mine", *arguments)
    assert (found, out) == (code, "")
    assert told in err
    assert names_in(folder) == []


# -- machines -------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("evidence", "X", "-o", "new.yaml"), ("rulebook", "new")])
def test_on_a_full_disk_nothing_is_left_half_written(run, folder, monkeypatch, command):
    written = []

    def write(path, content):
        if len(written) > 3 or path.suffix == "":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(path)
        with path.open("wb") as stream:
            stream.write(content)

    monkeypatch.setattr(Path, "write_bytes", write)
    monkeypatch.setattr("peelrules.documents.creating.os.link", lambda *_: write(Path("full"), b""))
    code, out, err = run("new", *command)
    assert (code, out) == (3, "")
    assert "cannot be written: No space left on device" in err
    assert names_in(folder) == []


@pytest.mark.parametrize("command", [("evidence", "X", "-o", "new.yaml"), ("rulebook", "new.yaml")])
def test_what_comes_to_be_meanwhile_stays(run, folder, monkeypatch, command):
    token = "peelrules.documents.creating.secrets.token_hex"  # noqa: S105  asked for once it is seen that nothing is there

    def appears(_number):
        Path("new.yaml").write_text("mine")
        return "0"

    monkeypatch.setattr(token, appears)
    code, _, err = run("new", *command)
    assert code == 2
    assert "new.yaml is there already" in err
    assert names_in(folder) == ["new.yaml"]
    assert Path("new.yaml").read_text() == "mine"


def test_a_disk_without_second_names_takes_new_evidence_too(run, folder, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("peelrules.documents.creating.os.link", refused)
    assert run("new", "evidence", "X", "-o", "new.yaml") == (0, "", "")
    assert names_in(folder) == ["new.yaml"]
    assert run("new", "evidence", "X", "-o", "new.yaml")[0] == 2
