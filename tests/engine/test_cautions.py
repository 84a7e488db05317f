"""What an assessment says first, of an inspection of another cycle than the framework."""

import pytest
from strategies import bundled, evidence_of, finding

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.cases import load_cases
from peelrules.engine.cautions import cautions
from peelrules.report import json
from peelrules.report.html import ForceReport, render

OTHER = "PEEL 2023-25"


def assessment_of(inspection, force="A force"):
    evidence = evidence_of(finding("A-1", "offenders.bail"), force=force)
    return peelrules.grade(evidence.model_copy(update={"inspection": inspection}), bundled())


@pytest.mark.parametrize(
    "inspection",
    [
        OTHER,
        "PEEL 2023\N{EN DASH}25",
        "PEEL 2023/25",
        "PEEL 2023-2025",
        "PEEL 2023 / 25",
        "2018/19 and 2023-25",
        "PEEL 2021-23",
    ],
)
def test_another_cycle_is_told(inspection):
    [caution] = cautions(inspection, bundled().framework)
    assert caution.startswith(f"The inspection is named {inspection}, and ")
    assert "PEEL 2021/22" in caution


@pytest.mark.parametrize(
    "inspection",
    [
        None,
        "PEEL",
        "PEEL 2021/22",
        "PEEL 2021\N{EN DASH}22",
        "PEEL 2021-2022",
        "PEEL 2021/22, after that of 2018/19",
        "October 2022",
        "2022-10",
        "2023-12-01",
        "Case 12023-254",
    ],
)
def test_the_same_cycle_and_no_cycle_are_not(inspection):
    assert cautions(inspection, bundled().framework) == ()


@pytest.mark.parametrize("inspections", [(), ("Round 3",)])
def test_a_framework_whose_inspections_have_no_years_is_of_no_cycle(inspections):
    framework = bundled().framework.model_copy(update={"inspections": inspections})
    assert cautions(OTHER, framework) == ()


def test_an_inspection_that_has_a_name_of_the_cycle_is_of_it_whatever_years_it_has():
    framework = bundled().framework.model_copy(update={"inspections": ("Round 3", "2023-25")})
    assert cautions("round 3, begun in 2021/22", framework) == ()
    assert len(cautions("begun in 2021/22", framework)) == 1


@pytest.mark.parametrize(
    ("rendered", "grades"),
    [
        (lambda found: peelrules.text_report(found, width=1000), "Indicative grades"),
        (peelrules.markdown_report, "Indicative grades"),
        (lambda found: peelrules.markdown_report([found, assessment_of(None, "Another")]), "Indicative grades"),
        (lambda found: render([ForceReport(found)], bundled()), "core questions are graded"),
        (lambda found: json.render([found]), "judgments"),
    ],
    ids=["text", "markdown", "markdown of two", "html", "json"],
)
def test_every_output_says_it_before_the_grades(rendered, grades):
    found = assessment_of(OTHER)
    page = rendered(found)
    words = found.cautions[0].replace("-", r"\-") if r"2023\-25" in page else found.cautions[0]
    assert page.index(words) < page.index(grades)


def test_two_published_cases_are_of_another_cycle(lancashire, rulebook):
    evidence = [case.evidence for case in load_cases(bundled_rulebook(), rulebook) if case.evidence is not None]
    told = [each.name.split(" (")[0] for each in evidence if peelrules.grade(each, rulebook).cautions]
    assert told == ["Cambridgeshire Constabulary, PEEL 2023-25", "Wiltshire Police, PEEL 2023-25"]
    assert peelrules.grade(lancashire, rulebook).cautions == ()
