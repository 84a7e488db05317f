"""Faulty documents, and every problem that is told about them, word for word.

Each file in `broken/evidence` ends with its problems, as `#! line:column: message`; those of rulebooks are patches in
`broken/rulebooks/mistakes.txt`.
"""

import re
import shutil
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.rulebook import MAX_ALTERNATIVES, MAX_COUNTS, RULE_FILES

BROKEN = Path(__file__).parents[1] / "broken"
SOUND = BROKEN / "rulebooks/sound"
FRAMEWORK, COUNTS, SAMPLES, FINDINGS, CHARACTERISTICS, QUESTIONS = FILES = (
    "framework.yaml",
    "counts.yaml",
    *RULE_FILES.values(),
)
NO_FRAMEWORK = "1:1: this is not a framework; begin with `id: …` and `title: …`"
NO_COUNTS = "1:1: this should be what is counted; write `characteristic: …` and `core_question: …`"
NO_LIST = "1:1: this should be a list of rules; begin each with `- id: …`"


def evidence_cases():
    for path in sorted((BROKEN / "evidence").glob("*.yaml")):
        yield pytest.param(path, id=path.stem)


def rulebook_cases():
    for block in (BROKEN / "rulebooks/mistakes.txt").read_text(encoding="utf-8").rstrip().split("\n\n")[1:]:
        name, file, patch = f"{block}\n".split("\n", 2)
        expected = re.findall(r"^! (.*)$", patch, re.MULTILINE)
        yield pytest.param(file, patch, expected, id=name.removeprefix("# "))


def patched(text, patch):
    for hunk in re.findall(r"^((?:-.*\n)*)((?:\+.*\n)*)", patch, re.MULTILINE):
        old, new = (re.sub(r"^.", "", lines, flags=re.MULTILINE) for lines in hunk)
        assert not old or text.count(old) == 1
        text = text.replace(old, new) if old else text + new
    return text


def told(load, *args):
    with pytest.raises(peelrules.DocumentError) as caught:
        load(*args)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SOUND, tmp_path / "rulebook")


@pytest.mark.parametrize("path", list(evidence_cases()))
def test_every_problem_of_faulty_evidence_is_told(path, rulebook):
    expected = re.findall(r"^#! (.*)$", path.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    assert told(peelrules.load_evidence, path, rulebook).splitlines() == [f"{path}:{problem}" for problem in expected]


def test_no_faulty_evidence_is_accepted(rulebook):
    for path in (BROKEN / "evidence").glob("*.yaml"):
        assert told(peelrules.load_evidence, path, rulebook), path


def test_an_empty_evidence_file_is_told_how_to_begin(tmp_path, rulebook):
    path = tmp_path / "evidence.yaml"
    path.touch()
    expected = f"{path}:1:1: the file is empty; begin with `force: …` and `framework: …`"
    assert told(peelrules.load_evidence, path, rulebook) == expected


def test_the_rulebook_in_which_the_mistakes_are_made_is_sound():
    assert len(peelrules.load_rulebook(SOUND).rules) == 8


@pytest.mark.parametrize(("file", "patch", "expected"), list(rulebook_cases()))
def test_every_problem_of_a_faulty_rulebook_is_told(folder, file, patch, expected):
    path = folder / file
    path.write_text(patched(path.read_text(encoding="utf-8"), patch), encoding="utf-8")
    problems = told(peelrules.load_rulebook, folder).replace(f" {folder}/", " ")
    assert problems.splitlines() == [f"{path}:{problem}" for problem in expected]


def test_no_faulty_rulebook_is_accepted(folder):
    for file, patch, _ in (param.values for param in rulebook_cases()):
        path = folder / file
        path.write_text(patched((SOUND / file).read_text(encoding="utf-8"), patch), encoding="utf-8")
        assert told(peelrules.load_rulebook, folder), patch
        shutil.copy(SOUND / file, path)


def test_an_unknown_characteristic_in_an_example_is_told(folder):
    path = folder / SAMPLES
    path.write_text(path.read_text(encoding="utf-8").replace("calls, failing: 0.49", "call, failing: 0.49"))
    expected = "9:32: there is no characteristic `responding.call`; did you mean `responding.calls`?"
    assert told(peelrules.load_rulebook, folder) == f"{path}:{expected}"


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        (FRAMEWORK, "", NO_FRAMEWORK),
        (FRAMEWORK, "- id: small\n", NO_FRAMEWORK),
        (QUESTIONS, "none\n", NO_LIST),
        (COUNTS, "", NO_COUNTS),
        (COUNTS, "- id: strengths\n", NO_COUNTS),
        (COUNTS, "characteristic: strengths\n", "1:17: this should be a list of counts; begin each with `- id: …`"),
    ],
)
def test_a_file_of_a_rulebook_that_holds_nothing_of_use_is_refused(folder, file, text, expected):
    (folder / file).write_text(text)
    assert told(peelrules.load_rulebook, folder) == f"{folder / file}:{expected}"


@pytest.mark.parametrize("text", ["", "[]\n", "# none yet\n"])
@pytest.mark.parametrize(
    ("file", "unbounded"),
    [
        (SAMPLES, ["`direction`, so it would always be strength", "`extent`, so it would always be isolated"]),
        (FINDINGS, ["`gravity`, so it would always be none"]),
        (CHARACTERISTICS, ["`concern`, so it would always be none", "`status`, so it would always be exceeded"]),
        (
            QUESTIONS,
            [
                "`grade`, so it would always be outstanding",
                "`cause_of_concern`, so there would never be one",
                "`not_enough_evidence`, so one characteristic",
            ],
        ),
    ],
)
def test_a_file_without_rules_is_refused_for_every_outcome_that_nothing_bounds(folder, file, text, unbounded):
    (folder / file).write_text(text)
    problems = told(peelrules.load_rulebook, folder).splitlines()
    assert [problem.split(" no rule ")[0] for problem in problems] == [f"{folder / file}:1:1:"] * len(unbounded)
    assert all(words in problem for words, problem in zip(unbounded, problems, strict=True))


def test_a_faulty_rule_may_be_the_one_that_bounds_an_outcome(folder):
    path = folder / QUESTIONS
    path.write_text(path.read_text(encoding="utf-8").replace("at_most: requires", "at_most: require"))
    assert "no rule bounds" not in told(peelrules.load_rulebook, folder)


def alternatives(*levels):
    """A condition that multiplies out to 4 x 4 x 3 x 2 alternatives, and further ones."""
    return (
        "{seriousness: {one_of: [minor, moderate, serious, critical]}, state: {one_of: [remedied, improving, open]}, "
        "extent: {one_of: [isolated, some, frequent, widespread]}, "
        f"direction: {{one_of: [neither, shortfall]}}, characteristic: {{one_of: [{', '.join(levels)}]}}}}"
    )


def test_a_rule_that_multiplies_out_is_refused(folder):
    path = folder / FINDINGS
    text = path.read_text(encoding="utf-8")
    when = "{direction: shortfall, seriousness: {at_least: moderate}, state: open}"
    assert MAX_ALTERNATIVES == 500
    # 96 for each characteristic
    many = ", ".join([alternatives("responding.calls", "responding.staff")] * 3)
    path.write_text(text.replace(when, f"[{many}]"))
    assert f"{path}:3:9: each of a `one_of` with each of the others makes 576 alternatives" in told(
        peelrules.load_rulebook, folder
    )
    path.write_text(text.replace(when, f"[{alternatives('responding.calls', 'responding.staff')}]"))
    assert "alternatives" not in told(peelrules.load_rulebook, folder)  # only that the examples leave fields out


def test_rules_that_multiply_out_together_are_refused(folder):
    path = folder / FINDINGS
    text = path.read_text(encoding="utf-8")
    one = text.replace(
        "{direction: shortfall, seriousness: {at_least: moderate}, state: open}",
        f"[{', '.join([alternatives('responding.calls')] * 5)}]",
    )
    path.write_text("".join(one.replace("gravity.open", f"gravity.open-{number}") for number in range(22)))
    told_of = [line for line in told(peelrules.load_rulebook, folder).splitlines() if "from here on" in line]
    assert len(told_of) == 1
    assert told_of[0].startswith(f"{path}:{20 * len(text.splitlines()) + 3}:9: the rules have more than 10,000")


def test_a_rule_with_hundreds_of_examples_is_refused(folder):
    path = folder / QUESTIONS
    text = path.read_text(encoding="utf-8")
    example = "    - {given: {coverage: 0.5}, applies: false}\n"
    path.write_text(text + example * 98)
    peelrules.load_rulebook(folder)
    path.write_text(text + example * 99)
    last = len(text.splitlines()) + 99
    assert told(peelrules.load_rulebook, folder).startswith(f"{path}:{last}:7: the rule has more than 100 examples")


def test_more_rules_than_the_limit_are_refused(folder, monkeypatch):
    path = folder / FINDINGS
    rule = path.read_text(encoding="utf-8")
    path.write_text("".join(rule.replace("gravity.open", f"gravity.open-{number}") for number in range(1001)))
    assert told(peelrules.load_rulebook, folder).startswith(f"{path}:{1000 * 9 + 1}:3: more than 1,000 rules in a file")
    monkeypatch.setenv("PEELRULES_MAX_RULES", "1001")
    assert len(peelrules.load_rulebook(folder).rules) == 1008


def test_more_counts_than_the_limit_are_refused(folder):
    path = folder / COUNTS
    more = "".join(f"  - {{id: more_{n}, title: more, worst: gravity}}\n" for n in range(MAX_COUNTS - 2))
    text = path.read_text(encoding="utf-8").replace("core_question:", f"{more}core_question:")
    path.write_text(text)
    line = text.splitlines().index(f"  - {{id: more_{MAX_COUNTS - 3}, title: more, worst: gravity}}") + 1
    assert told(peelrules.load_rulebook, folder) == (
        f"{path}:{line}:5: there are more than 100 counts; keep those that rules read"
    )


def test_a_rule_that_reads_a_count_that_is_not_declared_is_told(folder):
    path = folder / COUNTS
    path.write_text(path.read_text(encoding="utf-8").replace("id: demonstrated", "id: shown"))
    said = "there is no field `demonstrated` here; choose from core_question, shown, coverage, critical"
    expected = [f"{folder / QUESTIONS}:{place}: {said}" for place in ("3:10", "8:16", "9:16")]
    assert told(peelrules.load_rulebook, folder).splitlines() == expected


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        (COUNTS, "worst: gravity", "worst: gravty"),
        (FRAMEWORK, "version: 1.0.0", "version: 1.0"),
        (FRAMEWORK, "{not demonstrated: 0,", "{not demonstrated: 0.7,"),
    ],
)
def test_while_it_is_not_known_what_is_counted_other_rules_are_looked_at(folder, file, right, wrong):
    for name, old, new in ((file, right, wrong), (QUESTIONS, "demonstrated:", "shown:"), (FINDINGS, "state:", "stat:")):
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new))
    files = {line.split(":")[0] for line in told(peelrules.load_rulebook, folder).splitlines()}
    assert files == {str(folder / file), str(folder / FINDINGS)}


def test_the_problems_of_all_files_of_a_rulebook_are_told_at_once(folder):
    (folder / SAMPLES).unlink()
    (folder / QUESTIONS).write_text("[")
    (folder / COUNTS).write_text("characteristic: [{}]\n")
    for file in (FRAMEWORK, FINDINGS, CHARACTERISTICS):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace("document: ours", "document: theirs"))
    places = {line.split(":")[0] for line in told(peelrules.load_rulebook, folder).splitlines()}
    assert places == {str(folder / file) for file in FILES}


@pytest.mark.parametrize("name", ["findings2.yaml", "findings.yml"])
def test_a_file_that_would_not_be_read_is_refused(folder, name):
    shutil.copy(folder / FINDINGS, folder / name)
    assert told(peelrules.load_rulebook, folder) == (
        f"{folder / name}: this file would not be read; the files of a rulebook are "
        "characteristics.yaml, core-questions.yaml, counts.yaml, crosswalk.yaml, findings.yaml, framework.yaml, "
        "samples.yaml"
    )


@pytest.mark.parametrize("file", FILES)
def test_a_rulebook_without_one_of_its_files_is_refused(folder, file):
    (folder / file).unlink()
    assert told(peelrules.load_rulebook, folder) == f"{folder / file}: there is no such file"


def test_a_rulebook_that_is_a_file_is_refused(folder):
    path = folder / FINDINGS
    assert told(peelrules.load_rulebook, path) == f"{path}: a rulebook is a folder; name the folder"


def test_a_rulebook_that_does_not_exist_is_refused(tmp_path):
    path = tmp_path / "rulebook"
    assert told(peelrules.load_rulebook, path) == f"{path}: there is no such folder"
