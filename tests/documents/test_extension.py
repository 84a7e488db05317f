"""Rulebooks that extend others: what they come to, and what is told of those that cannot be meant."""

import json
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import peelrules
from peelrules.documents.bundled import bundled_rulebook, bundled_rulebooks
from peelrules.documents.cases import load_cases
from peelrules.documents.extension import MAX_STEPS
from peelrules.documents.layout import FILES
from peelrules.documents.yaml import read

ROOT = Path(__file__).parents[2]
SOUND = ROOT / "tests/broken/rulebooks/sound"
EXTENSION = SOUND.parent / "extension"
HEAD = "extends: {extends}\nid: {id}\ntitle: An extension\nversion: 1.0.0\n"
RULE = """\
- id: {id}
  title: Without two strengths
  when: {{strengths: {{below: 2}}}}
  then: {{status: {{at_most: {status}}}}}
  source: {{document: ours, clause: statuses}}
  basis: One strength alone shows little, and so two are wanted here.
  examples:
    - {{given: {{strengths: 1}}, applies: true}}
    - {{given: {{strengths: 2}}, applies: false}}
"""


@pytest.fixture
def write(tmp_path):
    """Write an extension of the sound rulebook, or of another; gives its folder."""
    shutil.copytree(SOUND, tmp_path / "sound")

    def write(framework="", name="mine", extends="../sound", **files):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "framework.yaml").write_text(HEAD.format(extends=extends, id=name) + framework)
        for stem, text in files.items():
            (folder / f"{stem.replace('_', '-')}.yaml").write_text(text)
        return folder

    return write


def told(folder):
    """The problems, with the folder in which all lies left out."""
    with pytest.raises(peelrules.DocumentError) as caught:
        peelrules.load_rulebook(folder)
    return str(caught.value).replace(f"{folder.parent}/", "").splitlines()


def content(rulebook):
    """What a rulebook says, but for what it is called."""
    framework = rulebook.framework.model_copy(update={"id": "x", "title": "x", "version": "x"})
    return rulebook.model_copy(update={"framework": framework}).identity.hash


# -- what an extension comes to -----------------------------------------------------------------------------


@pytest.mark.parametrize("base", [bundled_rulebook(), SOUND])
def test_an_extension_by_nothing_says_the_same(tmp_path, base):
    folder = tmp_path / "mine"
    folder.mkdir()
    way = os.path.relpath(base, folder)
    (folder / "framework.yaml").write_text(HEAD.format(extends=way, id="mine"))
    extended, extension = peelrules.load_rulebook(base), peelrules.load_rulebook(folder)
    assert content(extension) == content(extended)
    assert extension.identity != extended.identity
    assert extension.places == extended.places
    assert extension.framework.id == "mine"


@pytest.mark.parametrize("name", bundled_rulebooks())
def test_any_bundled_rulebook_can_be_extended_by_its_id(write, name):
    assert content(peelrules.load_rulebook(write(extends=name))) == content(
        peelrules.load_rulebook(bundled_rulebooks()[name])
    )


def test_a_rule_is_replaced_by_one_of_its_id_and_others_are_added(write):
    rules = RULE.format(id="status.no-strength", status="partly demonstrated")
    rules += RULE.format(id="status.new", status="demonstrated")
    rulebook = peelrules.load_rulebook(write(characteristics=rules))
    assert rulebook.rule["status.no-strength"].title == "Without two strengths"
    assert rulebook.places["status.no-strength"] == "mine/characteristics.yaml:1"
    assert rulebook.places["status.new"] == "mine/characteristics.yaml:10"
    assert rulebook.places["concern.serious"] == "sound/characteristics.yaml:10"
    assert set(rulebook.rule) == {*peelrules.load_rulebook(SOUND).rule, "status.new"}


def test_a_count_is_replaced_and_another_added(write):
    counts = """\
characteristic:
  - id: strengths
    title: strengths about it first
    count: findings
    where: {direction: strength, primary: true}
core_question:
  - {id: assessed_ones, title: assessed, count: characteristics, where: {assessed: true}}
"""
    rulebook = peelrules.load_rulebook(write(counts=counts))
    assert {count.id: count.title for count in rulebook.counts}["strengths"] == "strengths about it first"
    assert {count.id: count.place for count in rulebook.counts} == {
        "strengths": "mine/counts.yaml:2",
        "serious": "sound/counts.yaml:6",
        "primary_gravity": "sound/counts.yaml:10",
        "demonstrated": "sound/counts.yaml:15",
        "coverage": "sound/counts.yaml:20",
        "critical": "sound/counts.yaml:24",
        "assessed_ones": "mine/counts.yaml:7",
    }


def test_rules_counts_and_words_are_removed(write):
    framework = """\
removes: {rules: [gravity.open], counts: [serious], methods: [interview], strands: [fieldwork]}
strands: {audits: Counted samples}
methods: {audit: A counted sample}
"""
    rule = (SOUND / "findings.yaml").read_text().replace("gravity.open", "gravity.any")
    rulebook = peelrules.load_rulebook(write(framework, findings=rule))
    assert "gravity.open" not in rulebook.rule
    assert "serious" not in {count.id for count in rulebook.counts}
    assert list(rulebook.framework.methods) == ["audit"]
    assert list(rulebook.framework.strands) == ["audits"]


def test_mappings_are_merged_by_key(write):
    framework = """\
credit: {partly demonstrated: 0.25}
sources: {theirs: {title: A document, publisher: Somebody}, ours: {title: Ours, publisher: Us}}
"""
    rulebook = peelrules.load_rulebook(write(framework))
    assert {str(status): share for status, share in rulebook.framework.credit.items()} == {
        "not demonstrated": 0,
        "partly demonstrated": 0.25,
        "demonstrated": 1,
        "exceeded": 1,
    }
    assert {key: work.publisher for key, work in rulebook.framework.sources.items()} == {
        "ours": "Us",
        "theirs": "Somebody",
    }


def test_questions_are_listed_anew_and_taken_from_the_extended_framework_where_they_say_nothing():
    framework = peelrules.load_rulebook(EXTENSION).framework
    responding, planning = framework.core_questions
    assert [c.id for c in planning.characteristics] == ["responding.staff", "planning.plan"]
    assert [c.inferred for c in planning.characteristics] == [False, True]
    assert (responding.name, responding.title) == ("Response", "Responding to the public")
    assert [c.id for c in responding.characteristics] == ["responding.calls"]


def test_a_bare_id_stands_for_a_whole_question(write):
    framework = peelrules.load_rulebook(write("core_questions: [responding]\n")).framework
    assert framework.core_questions == peelrules.load_rulebook(SOUND).framework.core_questions


def test_an_extension_of_an_extension_comes_to_all_of_them(write):
    write("credit: {partly demonstrated: 0.25}\n", "first", characteristics=RULE.format(id="a", status="demonstrated"))
    write("removes: {rules: [a]}\n", "second", "../first")
    third = write("core_questions: [{id: responding, name: Response}]\n", "third", "../second")
    rulebook = peelrules.load_rulebook(third)
    assert set(rulebook.rule) == set(peelrules.load_rulebook(SOUND).rule)
    assert 0.25 in rulebook.framework.credit.values()
    assert [question.name for question in rulebook.framework.core_questions] == ["Response"]
    assert rulebook.framework.id == "third"


# -- what is told -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ("../soud", "1:10: there is no folder `../soud` seen from mine; correct the way to it"),
        ("./", "1:10: this goes round in a circle: mine extends mine; let one of them extend nothing, or another"),
        ("../other", "1:10: this leads over a link, and links are not followed; write the way to the folder itself"),
        (
            "peel-2021-2022",
            "1:10: there is no rulebook `peel-2021-2022`; did you mean `peel-2021-22`? "
            "(the way to a folder begins with `./` or `../`)",
        ),
    ],
)
def test_a_rulebook_that_cannot_be_extended_is_told(write, extends, expected):
    folder = write(extends=extends)
    (folder.parent / "other").symlink_to(folder.parent / "sound")
    assert told(folder) == [f"mine/framework.yaml:{expected}"]


def test_a_circle_over_another_is_told_where_it_closes(write):
    folder = write(extends="../other")
    write(name="other", extends="../mine")
    circle = "mine extends other extends mine"
    assert told(folder) == [
        f"other/framework.yaml:1:10: this goes round in a circle: {circle}; let one of them extend nothing, or another"
    ]


def test_a_chain_that_is_too_long_is_told(write):
    for number in range(MAX_STEPS + 1):
        write(name=f"link{number}", extends=f"../link{number - 1}" if number else "../sound")
    assert peelrules.load_rulebook(write(name=f"link{MAX_STEPS - 1}", extends=f"../link{MAX_STEPS - 2}"))
    folder = write(name="end", extends=f"../link{MAX_STEPS}")
    assert told(folder) == [
        "link1/framework.yaml:1:10: more than 10 rulebooks extend one another up to here; extend an earlier one"
    ]


def test_an_extended_folder_without_a_rulebook_is_told(write):
    folder = write(extends="../empty")
    (folder.parent / "empty").mkdir()
    assert told(folder) == [f"empty/{file}: there is no such file" for file in sorted(FILES)]


def test_faults_of_all_files_on_the_way_are_told_together(write):
    write(name="other", extends="../sound", findings="- id: [\n", samples="rules: none\n")
    (write(extends="../other") / "counts.yaml").write_text("characteristic: {a: b}\n")
    problems = told(write(extends="../other"))
    assert [problem.split(":")[0] for problem in problems] == [
        "mine/counts.yaml",
        "other/findings.yaml",
        "other/samples.yaml",
    ]
    assert problems[0].startswith("mine/counts.yaml:1:17: this should be a list of counts")


def test_what_an_extended_rulebook_lacks_is_told_in_its_own_folder(write):
    folder = write()
    (folder.parent / "sound/samples.yaml").unlink()
    (folder.parent / "sound/notes.yaml").write_text("")
    assert [problem.split(": ")[0] for problem in told(folder)] == ["sound/notes.yaml", "sound/samples.yaml"]


@pytest.mark.parametrize("file", ["framework.yaml", "samples.yaml"])
def test_no_file_of_an_extended_rulebook_leads_out_of_its_folder(write, file):
    folder = write()
    inside, secret = folder.parent / "sound" / file, folder.parent / "secret.yaml"
    secret.write_text("password: hunter2\n")
    inside.unlink()
    inside.symlink_to(secret)
    [problem] = told(folder)
    assert problem.startswith(f"sound/{file}: this leads out of sound, and nothing outside is read")
    assert "hunter2" not in problem


@pytest.mark.parametrize("way", ["../mine/../link", "../link/below", "./../link/../link"])
def test_no_link_is_followed_on_the_way_to_a_folder(write, tmp_path, way):
    folder = write(extends=way)
    (tmp_path / "elsewhere/below").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert told(folder) == [
        "mine/framework.yaml:1:10: this leads over a link, and links are not followed; "
        "write the way to the folder itself"
    ]


@pytest.mark.parametrize("way", ["/etc", "~/rules", "sound", "..", "file:///etc"])
def test_only_a_way_that_begins_in_the_folder_is_one(write, way):
    [problem] = told(write(extends=way))
    assert problem.startswith(f"mine/framework.yaml:1:10: there is no rulebook `{way}`")


@pytest.mark.parametrize("way", ["../sound/samples.yaml", f"../{'s' * 300}", f"../{'../' * 1000}nowhere"])
def test_a_way_to_no_folder_is_told(write, way):
    [problem] = told(write(extends=way))
    assert problem.startswith("mine/framework.yaml:1:10: there is no folder `../")


def test_a_rulebook_that_is_a_link_itself_is_seen_from_where_it_lies(write, tmp_path):
    folder = write()
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "deep/er/linked").symlink_to(folder)
    assert peelrules.load_rulebook(tmp_path / "deep/er/linked").identity == peelrules.load_rulebook(folder).identity


@pytest.mark.parametrize("cases", [False, True])
def test_a_rulebook_may_lie_in_the_folder_of_the_one_that_extends_it(write, cases):
    folder = write(extends="./base")
    shutil.copytree(SOUND, folder / "base")
    if cases:
        (folder / "base/notes.yaml").write_text("")
    rulebook = peelrules.load_rulebook(folder) if not cases else None
    if rulebook is not None:
        assert load_cases(folder, rulebook) == []
    else:
        assert [problem.split(": ")[0] for problem in told(folder)] == ["mine/base/notes.yaml"]


def test_text_and_numbers_are_no_extension(write):
    folder = write()
    (folder / "framework.yaml").write_text("extends: [../sound]\nid: mine\ntitle: Mine\nversion: 1.0.0\n")
    assert told(folder) == ["mine/framework.yaml:1:10: write text here; put it in quotes if it looks like a number"]
    (folder / "framework.yaml").write_text("extends: ../sound\nid: mine\n")
    assert told(folder) == [
        "mine/framework.yaml:1:1: `title` is missing; add it",
        "mine/framework.yaml:1:1: `version` is missing; add it",
    ]


def mistakes():
    for block in (SOUND.parent / "extensions.txt").read_text(encoding="utf-8").rstrip().split("\n\n")[1:]:
        name, *lines = block.split("\n")
        files, expected = {}, []
        for line in lines:
            if line.startswith("== "):
                files[file := line.removeprefix("== ")] = ""
            elif line.startswith("! "):
                expected.append(line.removeprefix("! "))
            else:
                files[file] += f"{line}\n"
        yield pytest.param(files, expected, id=name.removeprefix("# "))


@pytest.mark.parametrize(("files", "expected"), list(mistakes()))
def test_every_problem_of_a_faulty_extension_is_told(write, files, expected):
    folder = write(files.get("framework.yaml", ""))
    for name in files.keys() - {"framework.yaml"}:
        (folder / name).write_text(files[name])
    problems = [problem.replace(f"{folder.parent}/", "") for problem in told(folder)]
    extended = "; mine extends this, and may replace or remove it, or keep what it names"
    wanted = [
        f"mine/{each}".replace("mine/../", "")
        .replace("{folder}/../", "")
        .replace("{folder}", "mine")
        .replace("{extended}", extended)
        for each in expected
    ]
    assert sorted(problems) == sorted(wanted)


def test_evidence_is_graded_by_an_extension_that_keeps_the_id(write):
    rule = """\
- id: grade.four-fifths
  title: Less than four fifths of the characteristics are demonstrated
  when: {demonstrated: {below: 0.8}}
  then: {grade: {at_most: adequate}}
  source: {document: grades, clause: good}
  basis: Good means that substantially all characteristics are demonstrated. Four fifths is a stricter reading of it.
  examples:
    - {given: {demonstrated: 0.79}, applies: true}
    - {given: {demonstrated: 0.8}, applies: false}
"""
    framework = "removes: {rules: [grade.substantially-all]}\n"
    stricter = peelrules.load_rulebook(write(framework, "peel-2021-22", "peel-2021-22", core_questions=rule))
    evidence = peelrules.load_evidence(ROOT / "evidence/lancashire.yaml", stricter)
    grades = [str(peelrules.grade(evidence, book).judgment("resources").grade) for book in (None, stricter)]
    assert grades == ["good", "adequate"]


# -- any rulebook may be split in two -----------------------------------------------------------------------

KEPT, MOVED, REPLACED = "as it was", "only in the extension", "otherwise in the extended one"
WHOLE = {file.name: read(file).value for file in sorted(SOUND.glob("*.yaml"))}
FRAMEWORK_FILE, COUNTS_FILE = "framework.yaml", "counts.yaml"


def fates(draw, entries):
    """What becomes of each entry when a rulebook is split."""
    return [(entry, draw(st.sampled_from([KEPT, MOVED, REPLACED]))) for entry in entries]


def split(draw, entries):
    """A list of things with ids as it stands in the extended rulebook, and in the one that extends it."""
    found = fates(draw, entries)
    before = [entry if fate == KEPT else {**entry, "title": "Otherwise"} for entry, fate in found if fate != MOVED]
    gone = [{**entry, "id": f"{entry['id']}{suffix}"} for entry in entries[:1] for suffix in draw(SUFFIXES)]
    given = [entry for entry, fate in found if fate != KEPT]
    return draw(st.permutations([*before, *gone])), draw(st.permutations(given)), [entry["id"] for entry in gone]


SUFFIXES = st.sampled_from([(), ("_gone",), ("_gone", "_too")])


def split_mapping(draw, mapping):
    found = fates(draw, mapping.items())
    before = {key: value if fate == KEPT else "otherwise" for (key, value), fate in found if fate != MOVED}
    return before, {key: value for (key, value), fate in found if fate != KEPT}


def split_question(draw, question):
    """A core question of one topic in the extended framework, and in the one that extends it."""
    [topic] = question["topics"]
    found = fates(draw, topic["characteristics"])
    before = [c if fate == KEPT else {**c, "text": "Otherwise."} for c, fate in found if fate != MOVED]
    given = [c["id"] if fate == KEPT else c for c, fate in found]
    name = draw(st.sampled_from([{}, {"name": question["name"]}]))
    extended = {**question, **({"name": "Otherwise"} if name else {})}
    return (
        {**extended, "topics": [{"title": "Otherwise", "characteristics": before}]},
        {"id": question["id"], **name, "topics": [{**topic, "characteristics": given}]},
    )


@st.composite
def halves(draw):
    """The files of a rulebook, and of one that extends it, which together are the sound one."""
    before, after, removes = {}, {}, {"rules": [], "counts": []}
    for file in WHOLE.keys() - {FRAMEWORK_FILE, COUNTS_FILE}:
        before[file], after[file], gone = split(draw, WHOLE[file])
        removes["rules"] += gone
    counts = {stage: split(draw, entries) for stage, entries in WHOLE[COUNTS_FILE].items()}
    before[COUNTS_FILE] = {stage: extended for stage, (extended, _, _) in counts.items()}
    after[COUNTS_FILE] = {stage: given for stage, (_, given, _) in counts.items() if given}
    removes["counts"] = [name for _, _, gone in counts.values() for name in gone]
    framework = WHOLE[FRAMEWORK_FILE]
    extended, own = {**framework}, {key: framework[key] for key in ("id", "title", "version")}
    for key in ("credit", "sources", "strands", "methods"):
        extended[key], own[key] = split_mapping(draw, framework[key])
    [question] = framework["core_questions"]
    if draw(st.booleans()):
        questions = split_question(draw, question)
        extended["core_questions"], own["core_questions"] = ([each] for each in questions)
    elif draw(st.booleans()):
        own["core_questions"] = [question["id"]]
    before[FRAMEWORK_FILE] = extended
    after[FRAMEWORK_FILE] = {"extends": "../before", **own, "removes": removes}
    return before, {file: value for file, value in after.items() if value}


@given(halves())
def test_a_rulebook_that_is_split_in_two_is_read_as_it_was(tmp_path_factory, split_in_two):
    folder = tmp_path_factory.mktemp("split")
    for name, files in zip(("before", "after"), split_in_two, strict=True):
        (folder / name).mkdir()
        for file, value in files.items():
            (folder / name / file).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    assert peelrules.load_rulebook(folder / "after").identity == peelrules.load_rulebook(SOUND).identity
