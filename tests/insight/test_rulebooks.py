import json
import os
import shutil
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.insight.changes import parse_rule_set
from peelrules.insight.rulebooks import (
    RulebookDifferences,
    RulebookPage,
    RulePage,
    Whose,
    describe_rule,
    describe_rulebook,
    diff,
)
from peelrules.report import outline, rulebooks

ROOT = Path(__file__).parents[2]
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
RULES = bundled_rulebook()
GOLDEN = Path(__file__).parents[1] / "golden/rules.md"
THREE_QUARTERS = ("core-questions.yaml", "demonstrated: {below: 0.75}", "demonstrated: {below: %s}")
EXAMPLE = ("core-questions.yaml", "{demonstrated: 0.75}, applies: false", "{demonstrated: %s}, applies: false")


def raised_to(bound):
    return [(file, old, new % bound) for file, old, new in (THREE_QUARTERS, EXAMPLE)]


WITHOUT_THE_LAST_RULE = [("findings.yaml", "- id: practice.innovative", "- id: practice.other")]
ANY_OF = [
    (
        "characteristics.yaml",
        "when: {strengths: {below: 1}}",
        "when: [{strengths: {below: 1}}, {gravity: {at_least: critical}, strands_open: {at_least: 3}}]",
    ),
    ("characteristics.yaml", "{strengths: 0}", "{strengths: 0, gravity: none, strands_open: 0}"),
    ("characteristics.yaml", "{strengths: 1}", "{strengths: 1, gravity: none, strands_open: 0}"),
]


@pytest.fixture
def altered(tmp_path):
    """A folder with the bundled rulebook after replacements of `(file, old, new)`."""

    def altered(replacements):
        folder = shutil.copytree(RULES, tmp_path / "altered")
        for file, old, new in replacements:
            text = (folder / file).read_text(encoding="utf-8")
            assert old in text
            (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return altered


def text_of(blocks):
    return " ".join(outline.text(blocks, width=10_000).split())


# -- the page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("render", [lambda blocks: outline.text(blocks, 400), outline.markdown])
def test_every_rule_and_every_characteristic_is_on_the_page(rulebook, assessment, render):
    for graded in (None, assessment):
        page = render(rulebooks.page(describe_rulebook(rulebook, graded)))
        for rule in rulebook.rules:
            assert rule.title in page
            assert f"{rule.id}, {rulebook.places[rule.id]}" in page
        for characteristic in rulebook.framework.characteristics:
            assert characteristic in page


@pytest.mark.parametrize("width", [44, 60, 72, 80])
def test_ids_stay_whole_in_a_narrow_terminal(rulebook, assessment, width):
    for graded in (None, assessment):
        text = outline.text(rulebooks.page(describe_rulebook(rulebook, graded)), width)
        assert "…" not in text
        words = {word.strip("(),:") for word in text.split()}
        assert words.issuperset(rulebook.framework.characteristics)


@pytest.mark.parametrize(
    ("rule", "when", "concludes"),
    [
        (
            "gravity.serious-and-widespread",
            "direction shortfall and seriousness at least serious and extent at least widespread "
            "and state at least open",
            "gravity at least critical",
        ),
        ("grade.substantially-all", "characteristics demonstrated below 75%", "grade at most adequate"),
        ("practice.innovative", "presented as innovative", "raises innovative practice"),
        (
            "grade.cause-of-concern",
            "characteristics demonstrated below 50% and characteristics with a critical shortfall at least 1",
            "grade at most inadequate",
        ),
        (
            "sample.crime-recording-tenth-frequent",
            "characteristic crime-recording.all-crime or crime-recording.violent-and-sexual or "
            "crime-recording.vulnerable-victims or crime-recording.anti-social-behaviour, "
            "and cases that fall short above 10%",
            "extent at least frequent",
        ),
    ],
)
def test_a_rule_says_its_bounds_in_words(rulebook, rule, when, concludes):
    page = describe_rule(rulebook, rule)
    assert (page.when, page.concludes) == ((when,), concludes)
    assert f"Applies when: {when} Concludes: {concludes} Source, " in text_of(rulebooks.rule(page))


def test_alternatives_are_told_apart(altered):
    page = describe_rule(peelrules.load_rulebook(altered(ANY_OF)), "status.no-strength")
    assert page.when == (
        "strengths below 1",
        "worst gravity at least critical and strands that report an open shortfall about it first at least 3",
    )
    assert "Applies when: strengths below 1; or worst gravity at least " in text_of(rulebooks.rule(page))


@pytest.mark.parametrize(
    ("rule", "whose"),
    [
        ("grade.substantially-all", Whose.THEIRS),
        ("practice.innovative", Whose.THEIRS),
        ("evidence.too-little", Whose.OURS),
        ("sample.crime-recording-tenth-frequent", Whose.OURS),
    ],
)
def test_whose_a_rule_is_follows_from_the_publisher_of_its_source(rulebook, rule, whose):
    assert describe_rule(rulebook, rule).whose is whose


def test_a_name_of_a_source_does_not_decide_whose_it_is(altered):
    folder = altered([("framework.yaml", "publisher: peelrules", "publisher: HMICFRS")])
    assert describe_rule(peelrules.load_rulebook(folder), "evidence.too-little").whose is Whose.THEIRS


def test_a_page_of_a_rule_shows_both_sides_in_examples(rulebook):
    said = text_of(rulebooks.rule(describe_rule(rulebook, "grade.substantially-all")))
    assert "Applies to characteristics demonstrated: 74%" in said
    assert "Does not apply to characteristics demonstrated: 75%" in said


def test_only_rules_that_name_a_characteristic_are_put_to_it(rulebook):
    rows = {row.characteristic: row.named_by for row in describe_rulebook(rulebook).characteristics}
    named = {name: rules for name, rules in rows.items() if rules}
    assert list(rows) == list(rulebook.framework.characteristics)
    assert len(named) == 4
    assert set(named["crime-recording.all-crime"]) == {r for r in rulebook.rule if r.startswith("sample.crime-")}


def test_a_rule_that_names_a_question_names_its_characteristics(altered):
    replacements = [
        ("core-questions.yaml", "{coverage: {below: 0.5}}", "{core_question: vetting, coverage: {below: 0.5}}"),
        ("core-questions.yaml", "{coverage: 0.49}", "{core_question: vetting, coverage: 0.49}"),
        ("core-questions.yaml", "{coverage: 0.5}", "{core_question: vetting, coverage: 0.5}"),
    ]
    page = describe_rulebook(peelrules.load_rulebook(altered(replacements)))
    naming = {row.core_question for row in page.characteristics if "evidence.too-little" in row.named_by}
    assert naming == {"vetting"}


def test_with_evidence_every_characteristic_has_its_findings_or_none(rulebook, assessment):
    page = describe_rulebook(rulebook, assessment)
    for row in page.characteristics:
        assessed = assessment.characteristic[row.characteristic]
        assert (row.strengths, row.shortfalls, row.status) == (
            assessed.strengths,
            assessed.shortfalls,
            assessed.status,
        )
        bearing = {f.id for f in assessment.findings if row.characteristic in f.coded.bears_on}
        assert {*row.strengths, *row.shortfalls, *row.neither} == bearing
    silent = sum(not row.has_evidence for row in page.characteristics)
    assert silent
    assert text_of(rulebooks.page(page)).count("no evidence") == silent
    assert [rule.applied for rule in page.rules] == [use.applied for use in assessment.rules]


def test_the_page_reads_as_it_did(rulebook):
    page = outline.markdown(rulebooks.page(describe_rulebook(rulebook)))
    if os.environ.get("PEELRULES_RESET_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8", newline="")
        pytest.skip(f"{GOLDEN} is written anew")
    assert page == GOLDEN.read_text(encoding="utf-8")


# -- two rulebooks --------------------------------------------------------------------------------


def test_a_rulebook_does_not_differ_from_itself(rulebook, lancashire):
    found = diff(rulebook, peelrules.load_rulebook(), [lancashire])
    [judged] = found.evidence
    assert not any(found.model_dump(exclude={"before", "after", "evidence"}).values())
    assert not any(judged.model_dump(exclude={"before", "after"}).values())
    assert not found.changes_judgments


def test_a_changed_threshold_is_found_and_moves_the_judgment(rulebook, lancashire, altered):
    found = diff(rulebook, peelrules.load_rulebook(altered(raised_to("0.85"))), [lancashire])
    [changed] = found.rules_changed
    assert changed.id == "grade.substantially-all"
    assert [part.part for part in changed.parts] == ["when", "examples"]
    assert changed.parts[0].before == "characteristics demonstrated below 75%"
    assert changed.parts[0].after == "characteristics demonstrated below 85%"
    assert found.changes_judgments
    same = peelrules.whatif(
        lancashire, rulebook, rule_changes=[parse_rule_set("grade.substantially-all=0.85", rulebook)]
    )
    [judged] = found.evidence
    assert judged.grades == same.grades
    assert {"good -> adequate"} == {f"{d.before} -> {d.after}" for d in judged.grades}


def test_a_change_too_small_for_the_words_is_told_in_figures(rulebook, altered):
    found = diff(rulebook, peelrules.load_rulebook(altered(raised_to("0.750001"))))
    [changed] = found.rules_changed
    assert "0.75]" in changed.parts[0].before
    assert "0.750001]" in changed.parts[0].after


@pytest.mark.parametrize(
    ("replacement", "part"),
    [
        (("findings.yaml", "title: What the inspectors present", "title: What the inspectors put"), "title"),
        (("findings.yaml", "has published no test for it", "has not published a test for it"), "basis"),
        (("findings.yaml", "clause: boxes of innovative practice", "clause: boxes"), "source"),
        (
            ("findings.yaml", "    - {given: {innovative: true}", "    - {given: {innovative: true, state: open}"),
            "examples",
        ),
    ],
)
def test_the_part_of_a_rule_that_changed_is_named(rulebook, altered, replacement, part):
    found = diff(rulebook, peelrules.load_rulebook(altered([replacement])))
    assert [(c.id, [p.part for p in c.parts]) for c in found.rules_changed] == [("practice.innovative", [part])]


def test_a_changed_conclusion_is_told_before_and_after(rulebook, altered):
    replacement = ("core-questions.yaml", "{grade: {at_most: good}}", "{grade: {at_most: adequate}}")
    [changed] = diff(rulebook, peelrules.load_rulebook(altered([replacement]))).rules_changed
    [part] = changed.parts
    assert (part.part, part.before, part.after) == ("then", "grade at most good", "grade at most adequate")


def test_rules_added_and_removed_are_found(rulebook, altered):
    other = peelrules.load_rulebook(altered(WITHOUT_THE_LAST_RULE))
    found = diff(rulebook, other)
    assert [rule.rule for rule in found.rules_removed] == ["practice.innovative"]
    assert [rule.rule for rule in found.rules_added] == ["practice.other"]
    assert not found.rules_changed
    assert "Rules added (1) What the inspectors present as" in text_of(rulebooks.changes(found))


def test_characteristics_added_removed_and_changed_are_found(rulebook, altered):
    replacements = [
        ("framework.yaml", "id: resources.collaboration", "id: resources.partners"),
        ("framework.yaml", "title: The response to victims is timely", "title: Victims are seen in time"),
    ]
    found = diff(rulebook, peelrules.load_rulebook(altered(replacements)))
    assert [row.characteristic for row in found.characteristics_removed] == ["resources.collaboration"]
    assert [row.characteristic for row in found.characteristics_added] == ["resources.partners"]
    assert [(c.id, [p.part for p in c.parts]) for c in found.characteristics_changed] == [
        ("victims.response", ["title"])
    ]


def test_what_else_of_the_framework_changed_is_told(rulebook, altered):
    found = diff(rulebook, peelrules.load_rulebook(altered([("framework.yaml", "version: 1.0.0", "version: 1.1.0")])))
    assert [(part.part, part.before, part.after) for part in found.framework] == [("version", "1.0.0", "1.1.0")]


# -- the command line -----------------------------------------------------------------------------


def test_an_unknown_rule_is_wrong_usage_with_the_nearest_one(run):
    code, out, err = run("rules", "gravity.serious-and-widesprea")
    assert (code, out) == (2, "")
    assert "did you mean `gravity.serious-and-widespread`?" in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize(
    ("arguments", "model"),
    [
        (("rules",), RulebookPage),
        (("rules", "--evidence", LANCASHIRE), RulebookPage),
        (("rules", "grade.few-demonstrated", "--rules", RULES), RulePage),
        (("diff", RULES, RULES, LANCASHIRE), RulebookDifferences),
    ],
)
def test_pages_and_differences_are_there_in_every_format_and_can_be_read_back(run, monkeypatch, arguments, model):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert run(*arguments, "--format", "markdown")[1].startswith("# ")
    written = run(*arguments, "--format", "json")[1]
    assert model.model_validate_json(written).model_dump(mode="json") == json.loads(written)


@pytest.mark.parametrize(("evidence", "expected"), [([LANCASHIRE], 1), ([], 0)])
def test_the_exit_code_says_whether_a_judgment_changes(run, altered, tmp_path, evidence, expected):
    code, out, err = run("diff", RULES, altered(raised_to("0.85")), *evidence, "-o", tmp_path / "diff.txt")
    assert (code, out, err) == (expected, "", "")
    assert "below 85%" in (tmp_path / "diff.txt").read_text(encoding="utf-8")


def test_a_change_that_moves_no_judgment_exits_with_0(run, altered):
    code, out, _ = run("diff", RULES, altered(WITHOUT_THE_LAST_RULE), "-", stdin=LANCASHIRE.read_text(encoding="utf-8"))
    assert code == 0
    assert "No conclusion changes." in out


def test_evidence_that_one_of_the_rulebooks_does_not_know_is_told(run, altered):
    folder = altered([("framework.yaml", "id: resources.collaboration", "id: resources.partners")])
    code, out, err = run("diff", RULES, folder, LANCASHIRE)
    assert (code, out) == (1, "")
    assert "there is no characteristic `resources.collaboration`" in err


def test_the_faults_of_both_rulebooks_are_told(run, tmp_path):
    code, out, err = run("diff", tmp_path / "a", tmp_path / "b")
    assert (code, out) == (1, "")
    assert [line.split(": ")[0] for line in err.splitlines()] == [str(tmp_path / "a"), str(tmp_path / "b")]
