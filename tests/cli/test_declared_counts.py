"""A rulebook with counts of its own, made without Python: loaded, checked, tested, explained, compared and run."""

import json
import shutil

import polars as pl
import pytest
from processes import LANCASHIRE

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.engine.matching import plain
from peelrules.model.table import frame_of

CHARACTERISTIC = """
  - id: strands_opposed
    title: strands opposed
    count: strands
    where: {gravity: {at_least: minor}}

"""
QUESTION = """
  - id: attendance_fails
    title: attendance not demonstrated
    count: characteristics
    where: {characteristic: responding.attendance, status: {at_most: not demonstrated}}

  - id: gravest
    title: gravest of all findings
    worst: gravity
"""
OF_CHARACTERISTICS = """
- id: status.many-against
  title: Three strands are against it, so it is not demonstrated
  when: {strands_opposed: {at_least: 3}}
  then: {status: {at_most: not demonstrated}}
  source: {document: ours, clause: counts}
  basis: Made to show a count of strands that a rulebook declares for itself.
  examples:
    - {given: {strands_opposed: 3}, applies: true}
    - {given: {strands_opposed: 2}, applies: false}
"""
OF_QUESTIONS = """
- id: grade.attendance
  title: Without attendance the answer requires improvement
  when: {attendance_fails: {at_least: 1}}
  then: {grade: {at_most: requires improvement}}
  source: {document: ours, clause: counts}
  basis: Made to show a count of one named characteristic that a rulebook declares for itself.
  examples:
    - {given: {attendance_fails: 1}, applies: true}
    - {given: {attendance_fails: 0}, applies: false}

- id: grade.nothing-serious
  title: With a serious finding anywhere the answer is at most adequate
  when: {gravest: {at_least: serious}}
  then: {grade: {at_most: adequate}}
  source: {document: ours, clause: counts}
  basis: Made to show the worst level among characteristics that a rulebook declares for itself.
  examples:
    - {given: {gravest: serious}, applies: true}
    - {given: {gravest: moderate}, applies: false}
"""
SHORTFALL = "direction: shortfall, seriousness: {}, extent: {}, state: {}"
CASES = {
    "attendance": (
        [("responding.attendance", SHORTFALL.format("serious", "frequent", "open"), "fieldwork")],
        "{ceilings: {responding: requires improvement}}",
    ),
    "attendance-in-part": (
        [
            ("responding.attendance", SHORTFALL.format("moderate", "some", "open"), "fieldwork"),
            ("responding.attendance", "direction: strength", "fieldwork"),
            ("responding.wellbeing", "direction: strength", "fieldwork"),
        ],
        "{ceilings: {responding: good}}",
    ),
    "not-attendance": (
        [
            ("responding.demand", SHORTFALL.format("serious", "frequent", "open"), "fieldwork"),
            *((f"responding.{name}", "direction: strength", "fieldwork") for name in ("wellbeing", "call-answering")),
        ],
        "{ceilings: {responding: adequate}}",
    ),
    "moderate-only": (
        [
            ("responding.demand", SHORTFALL.format("moderate", "some", "open"), "fieldwork"),
            *((f"responding.{name}", "direction: strength", "fieldwork") for name in ("wellbeing", "call-answering")),
        ],
        "{ceilings: {responding: good}}",
    ),
    "three-against": (
        [
            ("offenders.bail", SHORTFALL.format("moderate", "some", "improving"), strand)
            for strand in ("fieldwork", "force data", "inspector observations")
        ],
        "{statuses: {offenders.bail: not demonstrated}}",
    ),
    "three-against-and-one-put-right": (
        [
            ("offenders.bail", SHORTFALL.format("moderate", "some", state), strand)
            for strand, state in (("fieldwork", "open"), ("force data", "open"), ("inspector observations", "remedied"))
        ],
        "{statuses: {offenders.bail: not demonstrated}}",
    ),
    "three-against-and-one-minor": (
        [
            ("offenders.bail", SHORTFALL.format(seriousness, "some", "open"), strand)
            for strand, seriousness in
            (("fieldwork", "moderate"), ("force data", "moderate"), ("inspector observations", "minor"))
        ],
        "{statuses: {offenders.bail: not demonstrated}}",
    ),
    "two-against-and-one-for": (
        [
            ("offenders.bail", SHORTFALL.format("moderate", "some", "open"), "fieldwork"),
            ("offenders.bail", SHORTFALL.format("moderate", "some", "open"), "force data"),
            ("offenders.bail", "direction: strength", "inspector observations"),
        ],
        "{statuses: {offenders.bail: partly demonstrated}}",
    ),
    "three-findings-of-one-strand": (
        [("offenders.bail", SHORTFALL.format("moderate", "some", "open"), "fieldwork")] * 3,
        "{statuses: {offenders.bail: partly demonstrated}}",
    ),
}  # fmt: skip


def case(findings, wanted):
    told = "".join(
        f"""
    - id: F-{number}
      finding: Something was found.
      bears_on: [{characteristic}]
      {coding.replace(", ", chr(10) + "      ")}
      strand: {strand}
      source: {{document: report, section: All}}"""
        for number, (characteristic, coding, strand) in enumerate(findings)
    )
    return f"""title: A case of counts
evidence:
  force: Example Constabulary
  framework: peel-2021-22
  sources: {{report: {{title: A report, publisher: Nobody}}}}
  findings:{told}
wanted: {wanted}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The bundled rulebook with three counts and rules more, and cases for them."""
    folder = tmp_path_factory.mktemp("own") / "rules"
    shutil.copytree(bundled_rulebook(), folder)
    counts = (folder / "counts.yaml").read_text(encoding="utf-8")
    begin = counts.index("# Of one core question")
    counts = counts[:begin].rstrip() + "\n" + CHARACTERISTIC + counts[begin:].rstrip() + "\n" + QUESTION
    (folder / "counts.yaml").write_text(counts, encoding="utf-8")
    for name, rules in (("characteristics", OF_CHARACTERISTICS), ("core-questions", OF_QUESTIONS)):
        with (folder / f"{name}.yaml").open("a", encoding="utf-8") as file:
            file.write(rules)
    for name, (findings, wanted) in CASES.items():
        (folder / "cases" / f"{name}.case.yaml").write_text(case(findings, wanted), encoding="utf-8")
    return folder


def test_it_passes_its_checks(run, folder):
    code, out, _ = run("check", folder)
    assert (code, out.splitlines()[-1]) == (0, f"no faults, no warnings in {folder}")


@pytest.mark.slow
def test_its_cases_notice_every_change_of_its_counts_and_rules(run, folder):
    code, out, _ = run("test", folder, "--mutate", "--format", "json")
    told = json.loads(out)
    names = ("strands_opposed", "attendance_fails", "gravest", "many-against", "attendance", "nothing-serious")
    own = [mutant for mutant in told["mutants"] if mutant["id"].endswith(names)]
    assert len(own) >= 12
    assert [mutant for mutant in own if mutant["noticed_by"] is None] == []
    # cases of other forces may come out otherwise under these rules, and none of ours may
    failed = [tried["file"] for tried in told["cases"] if tried["verdict"] == "failed"]
    assert [file for file in failed if any(file.endswith(f"/{name}.case.yaml") for name in CASES)] == []
    assert code == (1 if failed else 0)


def test_a_grade_is_followed_back_through_the_counts_to_findings(run, folder, lancashire):
    rulebook = peelrules.load_rulebook(folder)
    assessment = peelrules.grade(lancashire, rulebook)
    [gravest] = [
        premise
        for firing in assessment.derivation("resources", "grade").firings
        for premise in firing.premises
        if premise.field == "gravest"
    ]  # fmt: skip
    assert (gravest.outcome, gravest.value) == ("gravity", "serious")
    assert gravest.subjects
    assert {str(assessment.finding[each].gravity) for each in gravest.subjects} == {"serious"}
    code, out, _ = run("explain", LANCASHIRE, "investigating", "--full", "--rules", folder)
    told = " ".join(out.split()).lower()
    assert code == 0
    assert "gravest of all findings serious (at least serious)" in told
    assert "three strands are against it, so it is not demonstrated" in told


def test_rules_and_diff_show_the_counts(run, folder):
    assert "- Counted: worst gravity of the characteristics" in run("rules", "--rules", folder)[1]
    out = run("diff", bundled_rulebook(), folder)[1]
    assert "Counts added (3)" in out
    assert "attendance not demonstrated (attendance_fails)" in out


def test_a_bound_of_a_count_can_be_changed_for_a_question(run, folder):
    change = "characteristic.strands_opposed.where.gravity=serious"
    code, out, _ = run("whatif", LANCASHIRE, "--rules-set", change, "--rules", folder)
    assert code == 0
    assert "characteristic.strands_opposed: where gravity at least serious" in out
    change = "core_question.attendance_fails.where.status=exceeded"
    assert run("whatif", LANCASHIRE, "--rules-set", change, "--rules", folder)[0] == 0


def test_a_thousand_inspections_are_graded_by_it_as_one_is(folder, lancashire):
    rulebook = peelrules.load_rulebook(folder)
    bodies = [
        lancashire.model_copy(update={"findings": lancashire.findings[start : start + 40]})
        for start in range(0, 250, 10)
    ]
    names = [f"{number:04}" for number in range(1000)]
    table = pl.concat(
        frame_of(bodies, names[first : first + len(bodies)]) for first in range(0, len(names), len(bodies))
    )
    graded = peelrules.population(table, rulebook).judgments
    assert graded["inspection"].n_unique() == 1000
    found = {
        (row[0], row[1]): row[2:] for row in graded.select("inspection", "core_question", "grade", "ceiling").rows()
    }
    for number, body in enumerate(bodies):
        for judgment in peelrules.grade(body, rulebook, plain).judgments:
            wanted = tuple(None if level is None else str(level) for level in (judgment.grade, judgment.ceiling))
            assert {found[names[at], judgment.core_question] for at in range(number, 1000, len(bodies))} == {wanted}
