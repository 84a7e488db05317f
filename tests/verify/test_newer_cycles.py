"""The bundled rulebooks of PEEL 2023-25 and PEEL 2025-27: whole, tried, and as their documents report them."""

import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from strategies import finding

import peelrules
from peelrules.documents.bundled import bundled_rulebooks
from peelrules.documents.cases import load_cases
from peelrules.documents.crosswalk import load_crosswalk
from peelrules.model.carrying import carried
from peelrules.model.evidence import Evidence
from peelrules.testing import PROPERTIES
from peelrules.verify.rulebook import check_rulebook
from peelrules.verify.trial import test as tried

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
OLDEST = "peel-2021-22"
NEWER = ("peel-2023-25", "peel-2025-27")
CYCLES = (ROOT / "docs/analysts/cycles.md").read_text(encoding="utf-8")
CALIBRATED = (RULES / "peel-2023-25/README.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| `([a-z0-9-]+)` \| ([^|]*) \| (?:`([a-z0-9-]+)`)? ?\| (\d+), (\d+) \| (\d+) \| (\d+) \| (\d+) \|$",
    re.MULTILINE,
)
LISTED = {row[0]: row[1:] for row in ROW.findall((RULES / "README.md").read_text(encoding="utf-8"))}


@cache
def book(name):
    return peelrules.load_rulebook(name)


def grades(file):
    evidence = peelrules.load_evidence(ROOT / "evidence/examples" / file)
    assessment = peelrules.grade(evidence, book(evidence.framework))
    return {j.core_question: str(j.grade) for j in assessment.judgments if j.grade is not None}


@pytest.mark.parametrize("name", NEWER)
def test_nothing_is_to_be_said_against_it(name):
    assert check_rulebook(RULES / name).remarks == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", NEWER)
def test_every_change_of_a_rule_or_a_count_is_noticed(name):
    trial = tried(book(name), load_cases(RULES / name, book(name)), mutate=True)
    assert [each for each in trial.cases if each.verdict.is_fault] == []
    assert [f"{each.id}: {each.change}" for each in trial.survivors] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NEWER)
@pytest.mark.parametrize("holds", PROPERTIES, ids=lambda holds: holds.__name__)
def test_what_must_hold_of_any_rulebook_holds(holds, name):
    holds(book(name), examples=5)


def test_every_rulebook_is_documented_as_it_is():
    books = {name: book(name) for name in bundled_rulebooks()}
    assert LISTED.keys() == books.keys()
    for name, (cycle, extends, questions, graded, characteristics, read, inferred) in LISTED.items():
        framework = books[name].framework
        assert cycle.strip() == framework.title
        written = yaml.safe_load((RULES / name / "framework.yaml").read_text(encoding="utf-8"))
        assert (extends or None) == written.get("extends")
        assert int(questions) == len(framework.core_questions)
        assert int(graded) == sum(question.reporting == "graded" for question in framework.core_questions)
        assert int(characteristics) == len(framework.characteristics)
        assert int(inferred) == len(framework.inferred)
        assert int(read) + int(inferred) == int(characteristics)
        assert re.search(rf"^\| `{name}` \|.*\| {read} of {characteristics} \|$", CYCLES, re.MULTILINE)


def test_a_characteristic_that_is_not_inferred_was_read_in_a_document_of_the_cycle():
    """What the framework of one cycle says is inferred in another, whichever that extends."""
    of_the_cycle = {
        OLDEST: {"paf-2021-22"},
        "peel-2023-25": {"paf-2023-25", "cycle-2023-25"},
        "peel-2025-27": {"paf-2025-27"},
    }
    for name, documents in of_the_cycle.items():
        for characteristic in book(name).framework.characteristics.values():
            assert characteristic.inferred == (characteristic.source.document not in documents), characteristic.id


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        (
            "anyshire-2023-25.yaml",
            {
                "crime-recording": "good",
                "treatment": "adequate",
                "preventing": "good",
                "responding": "requires improvement",
                "investigating": "requires improvement",
                "vulnerable": "adequate",
                "offenders": "inadequate",
                "resources": "good",
            },
        ),
        (
            "anyshire-2025-27.yaml",
            {
                "resources": "good",
                "crime-recording": "good",
                "treatment": "outstanding",
                "preventing": "good",
                "responding": "adequate",
                "investigating": "adequate",
                "offenders": "good",
            },
        ),
    ],
)
def test_the_examples_have_their_grades(file, wanted):
    assert grades(file) == wanted


def test_the_newest_cycle_opens_with_leadership():
    assert book("peel-2025-27").framework.core_questions[0].id == "resources"
    assert book(OLDEST).framework.core_questions[-1].id == "resources"


# -- how 2023-25 differs from 2021/22 ----------------------------------------------------------------

CHARACTERISTIC = "offenders.bail"
STRENGTH = {"direction": "strength"}
LET_DOWN = {"direction": "shortfall", "seriousness": "serious", "extent": "frequent", "state": "open"}


def status(name, *findings):
    evidence = Evidence(
        force="Anyshire",
        framework=name,
        sources={"report": {"title": "A report", "publisher": "Nobody"}},
        findings=[finding(f"F-{at}", CHARACTERISTIC, **coding) for at, coding in enumerate(findings)],
    )
    return str(peelrules.grade(evidence, book(name)).characteristic[CHARACTERISTIC].status)


@pytest.mark.parametrize(
    ("findings", "before", "since"),
    [
        ([STRENGTH], "demonstrated", "demonstrated"),
        ([STRENGTH | {"progress": True}], "demonstrated", "partly demonstrated"),
        ([STRENGTH, STRENGTH | {"progress": True}], "demonstrated", "demonstrated"),
        ([STRENGTH, LET_DOWN], "partly demonstrated", "partly demonstrated"),
        ([STRENGTH | {"progress": True}, LET_DOWN], "partly demonstrated", "not demonstrated"),
        ([LET_DOWN | {"state": "improving"}], "partly demonstrated", "not demonstrated"),
        ([LET_DOWN | {"state": "improving", "extent": "some"}], "partly demonstrated", "partly demonstrated"),
        ([LET_DOWN | {"state": "remedied"}], "partly demonstrated", "partly demonstrated"),
    ],
)
def test_progress_and_steps_taken_show_less_since_2023(findings, before, since):
    assert status(OLDEST, *findings) == before
    assert {status(name, *findings) for name in NEWER} == {since}


def accounts_as(name, cycle):
    """The accounts of a cycle in the second set, coded for 2021/22 and read under another rulebook."""
    coded = peelrules.load_accounts(ROOT / "evidence/accounts/second.yaml")
    way = load_crosswalk(OLDEST, name)
    evidence = tuple(carried(each, way) for each in coded.evidence)
    [held] = peelrules.accounts([coded.model_copy(update={"evidence": evidence})], book(name)).sets
    return next(figures for figures in held.figures if figures.name == cycle)


def reported(title):
    row = re.search(rf"^\| {re.escape(title)} \|(.*)\|$", CALIBRATED, re.MULTILINE)[1]
    return [float(cell.strip(" *")) for cell in row.split("|")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "name"), [("of 2021/22", OLDEST), ("and causes of concern, and outcomes: **these rules**", NEWER[0])]
)
def test_the_agreement_with_published_grades_is_as_reported(title, name):
    exact, near, bias, kappa = reported(title)
    found = accounts_as(name, "PEEL 2023-25")
    assert (found.judgments, found.exact, found.within_one_tier) == (62, exact, near)
    assert (found.bias, found.kappa) == (pytest.approx(bias, abs=0.005), pytest.approx(kappa, abs=0.005))
