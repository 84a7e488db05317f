"""Cases pass and fail as they should, and changes of rules do not go unnoticed."""

import json
import shutil

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.cases import load_case, load_cases
from peelrules.engine.matching import plain
from peelrules.model.problems import DocumentError
from peelrules.verify import trial
from peelrules.verify.cases import Verdict, try_cases
from peelrules.verify.mutants import mutations, try_mutants

FINDINGS = """\
force: Example Constabulary
framework: peel-2021-22
sources: {report: {title: A report, publisher: Nobody}}
findings:
  - id: A-1
    finding: Calls are answered.
    bears_on: [responding.call-answering]
    direction: strength
    strand: fieldwork
    source: {document: report, section: Calls}
  - id: A-2
    finding: Callers are put at risk, nearly always.
    bears_on: [responding.call-handling, responding.call-answering]
    direction: shortfall
    seriousness: serious
    extent: widespread
    state: open
    strand: fieldwork
    source: {document: report, section: Calls}
"""
CASE = "title: A case\nevidence: {{file: ../evidence.yaml}}\nwanted: {wanted}\n"

# what comes out; what does not; and how it is told, with the title of a rule behind it
WANTED = {
    "grade": (
        "{grades: {responding: null}}",
        "{grades: {responding: inadequate}}",
        ("grade of responding", "inadequate", "not enough evidence: 2 of 14 characteristics are assessed"),
        "A cause of concern makes the answer inadequate",
    ),
    "ceiling": (
        "{ceilings: {responding: inadequate}}",
        "{ceilings: {responding: good}}",
        ("ceiling of responding", "good", "inadequate"),
        "A cause of concern makes the answer inadequate",
    ),
    "ceiling of what is not judged": (
        "{statuses: {responding.call-answering: partly demonstrated}}",
        "{ceilings: {preventing: good}}",
        ("ceiling of preventing", "good", "none"),
        None,
    ),
    "at least": (
        "{at_least: {responding: inadequate}}",
        "{at_least: {responding: requires improvement}}",
        ("ceiling of responding", "at least requires improvement", "inadequate"),
        "A cause of concern makes the answer inadequate",
    ),
    "status": (
        "{statuses: {responding.call-handling: not demonstrated}}",
        "{statuses: {responding.call-handling: demonstrated}}",
        ("status of responding.call-handling", "demonstrated", "not demonstrated"),
        "With a shortfall of serious gravity and no strength a characteristic is not demonstrated",
    ),
    "status of what is not assessed": (
        "{statuses: {responding.call-answering: partly demonstrated}}",
        "{statuses: {responding.advice: demonstrated}}",
        ("status of responding.advice", "demonstrated", "not assessed"),
        None,
    ),
    "cause of concern": (
        "{causes_of_concern: [responding.call-handling]}",
        "{causes_of_concern: []}",
        ("causes of concern", "none", "responding.call-handling"),
        "A shortfall of critical gravity is named before all else",
    ),
    "critical shortfall": (
        "{critical_shortfalls: [responding.call-handling]}",
        "{critical_shortfalls: []}",
        ("critical shortfalls", "none", "responding.call-handling"),
        "A shortfall of critical gravity is named before all else",
    ),
    "causes of concern of the questions that are wanted": (
        "{statuses: {offenders.bail: demonstrated}, causes_of_concern: []}",
        "{causes_of_concern: [offenders.bail]}",
        ("causes of concern", "offenders.bail", "none"),
        None,
    ),
    "area for improvement": (
        "{areas_for_improvement: []}",
        "{areas_for_improvement: [responding.advice]}",
        ("areas for improvement", "responding.advice", "none"),
        None,
    ),
    "problem": (
        "{problem: no characteristic}",
        "{problem: there is no strand}",
        ("problem", "there is no strand", "there is no characteristic `responding.nothing`"),
        None,
    ),
}
BAIL = FINDINGS + FINDINGS.split("findings:\n")[1].split("  - id: A-2")[0].replace("A-1", "A-3").replace(
    "responding.call-answering", "offenders.bail"
)
FOREIGN = FINDINGS.replace("responding.call-handling", "responding.nothing")


@pytest.fixture
def tried(tmp_path, rulebook):
    def tried(wanted, evidence=BAIL, more=""):
        (tmp_path / "evidence.yaml").write_text(evidence, encoding="utf-8")
        file = tmp_path / "cases/a.case.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(CASE.format(wanted=wanted) + more, encoding="utf-8")
        [result] = try_cases([load_case(file, rulebook, tmp_path)], rulebook)
        return result

    return tried


@pytest.mark.parametrize("kind", WANTED)
def test_what_comes_out_passes_and_what_does_not_is_told_with_what_decided_it(tried, kind):
    passing, failing, told, rule = WANTED[kind]
    evidence = FOREIGN if kind == "problem" else BAIL
    assert tried(passing, evidence).verdict is Verdict.PASSED
    result = tried(failing, evidence)
    assert result.verdict is Verdict.FAILED
    [miss] = result.misses
    assert (miss.what, miss.wanted) == told[:2]
    assert told[2] in miss.found
    assert rule in miss.decided_by if rule else miss.decided_by == ()


def test_evidence_that_is_not_refused_fails_where_a_problem_is_wanted(tried):
    [miss] = tried("{problem: no characteristic}").misses
    assert (miss.wanted, miss.found) == ("no characteristic", "none")


@pytest.mark.parametrize(("wanted", "verdict"), [("good", Verdict.BEYOND), ("inadequate", Verdict.NO_LONGER_BEYOND)])
def test_a_case_beyond_the_rulebook_must_fail(tried, wanted, verdict):
    result = tried(f"{{ceilings: {{responding: {wanted}}}}}", more="beyond: We think so.\n")
    assert (result.verdict, result.beyond) == (verdict, "We think so.")
    assert result.verdict.is_fault is (verdict is Verdict.NO_LONGER_BEYOND)


FAULTS = {
    "title: A\nevidence: {file: §nothing.yaml}\nwanted: {ceilings: {responding: good}}": "there is no file",
    "title: A\nevidence: {file: §nothing.txt}\nwanted: {ceilings: {responding: good}}": "is no YAML by its name",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: §{}": "nothing is wanted",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: {§celings: {responding: good}}": "did you mean `ceilings`?",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: {ceilings: {§respond: good}}": "there is no core question",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: {ceilings: {responding: §god}}": "did you mean `good`?",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: {statuses: {§offenders.bale: exceeded}}": "offenders.bail`?",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: {causes_of_concern: [§offenders.bale]}": "`offenders.bail`?",
    "title: A\nevidence: {file: ../evidence.yaml}\nwanted: {§problem: no, ceilings: {responding: good}}": "refused",
    "title: A\nevidence: {§forc: A}\nwanted: {ceilings: {responding: good}}": "did you mean `force`?",
    "title: A\nevidence: §{}\nwanted: {problem: force}": "at least",
    "§title: A\ntitle: A\nevidence: {file: ../evidence.yaml}\nwanted: {problem: no}": "given twice",
    "§- title": "this is not a case",
}


@pytest.mark.parametrize(("text", "message"), FAULTS.items())
def test_faults_of_a_case_are_told_where_they_stand(tmp_path, rulebook, text, message):
    (tmp_path / "evidence.yaml").write_text(BAIL, encoding="utf-8")
    before = text.split("§")[0]
    if message == "given twice":
        before = "title: A\n"
    file = tmp_path / "cases/a.case.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text.replace("§", ""), encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        load_case(file, rulebook, tmp_path)
    place = f"{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "
    assert [str(p) for p in caught.value.problems if str(p).startswith(place) and message in str(p)], caught.value


# -- the bundled rulebook ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases(rulebook):
    return load_cases(bundled_rulebook(), rulebook)


def test_the_bundled_cases_do_as_they_say(cases, rulebook):
    faults = [each for each in try_cases(cases, rulebook) if each.verdict.is_fault]
    assert (len(cases), faults) == (36, [])


def test_a_case_stands_for_every_published_account():
    published = bundled_rulebook() / "cases/published"
    accounts = {file.name[:3] for file in published.glob("accounts/*.yaml")}
    assert {file.name[:3] for file in published.glob("*.case.yaml")} == accounts


@pytest.mark.slow
def test_no_change_of_a_bundled_rule_or_count_goes_unnoticed(cases, rulebook):
    mutants = try_mutants(rulebook, cases)
    assert [mutant for mutant in mutants if mutant.noticed_by is None] == []
    assert {mutant.id for mutant in mutants if mutant.part == "rule"} == set(rulebook.rule)
    # of `strengths` rules ask only whether there is one, and `gravity` asks nothing that could be changed
    counts = {count.id for count in rulebook.counts} - {"strengths", "gravity"}
    assert {mutant.id for mutant in mutants if mutant.part == "count"} == counts


def test_every_grade_rule_decides_a_case_by_itself(cases, rulebook):
    alone = set()
    for case in cases:
        if case.evidence is not None:
            for judgment in peelrules.grade(case.evidence, rulebook, plain).judgments:
                alone |= {reason.rule for reason in judgment.reasons if len(judgment.reasons) == 1}
    assert {rule for rule in rulebook.rule if rule.startswith("grade.")} <= alone


# -- changes of rules ----------------------------------------------------------------------------


def without_example(rulebook, rule, index):
    """Another example stands in its place, for a rule has two at least."""
    rules = []
    for each in rulebook.rules:
        kept = 2 * tuple(e for number, e in enumerate(each.examples) if number != index)
        rules.append(each.model_copy(update={"examples": kept}) if each.id == rule else each)
    return rulebook.model_copy(update={"rules": tuple(rules)})


def survivors(rulebook, cases):
    return [
        (mutant.id, mutant.change)
        for mutant in try_mutants(rulebook, cases)
        if mutant.noticed_by is None and mutant.part == "rule"
    ]


def test_a_bound_without_an_example_near_it_is_told(rulebook):
    thinner = without_example(rulebook, "grade.substantially-all", 0)
    assert survivors(thinner, []) == [("grade.substantially-all", "demonstrated below 75% -> below 74%")]


@pytest.mark.slow
def test_a_case_notices_where_no_example_does(rulebook, cases):
    thinner = without_example(rulebook, "grade.cause-of-concern", 0)
    change = ("grade.cause-of-concern", "critical_shortfalls at least 1 -> at least 2")
    assert change in survivors(thinner, [])
    assert change not in survivors(thinner, cases)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("sample.half-widespread", ["at least 49%", "at least 51%", "above 50%"]),
        ("status.no-strength", ["below 0", "below 2", "at most 1"]),
        ("status.moderate-shortfall", ["at least minor", "at least serious", "above moderate"]),
        ("concern.critical-shortfall", ["at least serious", "above critical"]),  # nothing is graver than critical
        ("practice.innovative", ["no"]),
        ("sample.crime-recording-tenth-frequent", ["nothing", "above 9%", "above 11%", "at least 10%"]),
    ],
)
def test_a_rule_is_changed_in_every_way_in_which_it_still_is_a_rule(rulebook, rule, changes):
    assert [each.change.split(" -> ")[1] for each in mutations(rulebook.rule[rule], rulebook)] == changes


@pytest.mark.parametrize(
    ("count", "changes"),
    [
        ("strengths", []),  # one in two strands is one, and rules ask for no more
        (
            "exceptional",
            ["where exceptional yes -> nothing", "where primary yes -> no", "where primary yes -> nothing"],
        ),
        (
            "strands_open",
            [
                "where gravity at least moderate -> at least minor",
                "where gravity at least moderate -> at least serious",
                "where gravity at least moderate -> above moderate",
                "where gravity at least moderate -> nothing",
                "where state open -> nothing",
                "where primary yes -> no",
                "where primary yes -> nothing",
                "strands -> findings",
            ],
        ),
        ("demonstrated", ["of assessed yes -> no", "of assessed yes -> nothing"]),
        (
            "not_demonstrated_service",
            [
                "where status not demonstrated -> nothing",
                "of assessed yes -> no",
                "of assessed yes -> nothing",
                "of role service -> nothing",
                "of_none 0 -> 1",
            ],
        ),
    ],
)
def test_a_count_is_changed_in_every_way_that_a_document_could_declare(rulebook, count, changes):
    (declared,) = (each for each in rulebook.counts if each.id == count)
    assert [each.change for each in mutations(declared, rulebook)] == changes


@pytest.mark.slow
def test_a_change_of_a_count_that_nothing_notices_is_told(rulebook, cases):
    told = [mutant for mutant in try_mutants(rulebook, []) if mutant.part == "count"]
    assert {mutant.noticed_by for mutant in told} == {None}
    assert all(mutant.place.startswith("peel-2021-22/counts.yaml:") for mutant in told)
    fewer = [case for case in cases if "named-besides" not in case.file]
    unnoticed = [(m.id, m.change) for m in try_mutants(rulebook, fewer) if m.noticed_by is None]
    assert ("primary_gravity", "where primary yes -> nothing") in unnoticed


# -- the command ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_bundled_rulebook_passes_its_trial(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run("test", "--mutate")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    assert "by nothing: 0." in out
    assert run("test", "--format", "markdown")[0] == 0
    found = json.loads(run("test", "--format", "json")[1])
    assert {case["verdict"] for case in found["cases"]} == {Verdict.PASSED.value, Verdict.BEYOND.value}


@pytest.mark.slow
def test_a_case_that_fails_and_a_change_that_nothing_notices_end_with_1(run, tmp_path):
    folder = tmp_path / "rules"
    shutil.copytree(bundled_rulebook(), folder)
    rules = folder / "core-questions.yaml"
    text = rules.read_text(encoding="utf-8")
    rules.write_text(text.replace("demonstrated: 0.74}", "demonstrated: 0.5}"), encoding="utf-8")
    assert run("test", folder)[0] == 0
    code, out, _ = run("test", folder, "--mutate")
    assert code == 1
    assert "grade.substantially-all: demonstrated below 75% -> below 74%" in out
    rules.write_text(text.replace("below: 0.75", "below: 0.8").replace("0.75}, app", "0.8}, app"), encoding="utf-8")
    code, out, _ = run("test", folder)
    assert code == 1
    assert "- grade of crime-recording: wanted good, found adequate" in out


def test_rules_that_applied_nowhere_are_listed(lancashire, rulebook, cases):
    def never(*evidence):
        return {each.rule for each in trial.test(rulebook, cases, evidence).coverage if each.never_applied}

    assert "practice.innovative" in never()
    assert "practice.innovative" not in never(lancashire)
