"""Whole outputs for Lancashire, as they are in `golden`. PEELRULES_RESET_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

import pytest

import peelrules
from peelrules.insight.changes import parse_rule_set, parse_set
from peelrules.report import agreement as side_by_side
from peelrules.report import csv, differences, explanations, outline, wording
from peelrules.report import sensitivity as how_firm

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parents[1] / "golden"


def is_as_it_was(name, rendered):
    path = GOLDEN / name
    if os.environ.get("PEELRULES_RESET_GOLDEN"):
        path.write_text(rendered, encoding="utf-8", newline="")
        pytest.skip(f"{path} is written anew")
    assert rendered == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "suffix"), [("text", "txt"), ("markdown", "md"), ("csv", "csv")])
def test_lancashire_looks_as_it_did(in_context, kind, suffix):
    is_as_it_was(f"lancashire.{suffix}", getattr(peelrules, f"{kind}_report")(in_context))


@pytest.mark.parametrize("table", ["characteristics", "findings"])
def test_the_other_tables_look_as_they_did(assessment, table):
    is_as_it_was(f"lancashire-{table}.csv", csv.render([assessment], table))


@pytest.mark.parametrize("question", ["investigating", "responding", "treatment"])
def test_why_reads_as_it_did(in_context, question):
    step = peelrules.explain(in_context, question)
    among = wording.in_context(in_context, question)
    blocks = explanations.why(in_context.judgment(question), step, full=False, among=among)
    is_as_it_was(f"why-{question}.txt", outline.text(blocks))


def test_all_of_why_reads_as_it_did_in_markdown(assessment):
    step = peelrules.explain(assessment, "offenders", full=True)
    blocks = explanations.why(assessment.judgment("offenders"), step, full=True)
    is_as_it_was("why-offenders-full.md", outline.markdown(blocks))


def test_why_not_reads_as_it_did(assessment):
    blocks = explanations.why_not(peelrules.why_not(assessment, "investigating", "good"), full=False)
    is_as_it_was("why-not-investigating.txt", outline.text(blocks))


@pytest.mark.parametrize("finding", ["INV-05", "VSA-10", "RES-02", "PRE-15"])
def test_what_a_finding_led_to_reads_as_it_did(assessment, finding):
    consequences = peelrules.led_to(assessment, finding)
    blocks = explanations.led_to(assessment.finding[finding], consequences, assessment, full=False)
    is_as_it_was(f"finding-{finding}.txt", outline.text(blocks))


@pytest.mark.parametrize(("question", "grade"), [("investigating", "good"), ("treatment", "outstanding")])
def test_a_path_reads_as_it_did(assessment, rulebook, question, grade):
    path = peelrules.path(assessment, question, grade, rulebook)
    is_as_it_was(f"path-{question}.txt", outline.text(explanations.path(path, assessment)))


def test_what_if_reads_as_it_did(lancashire, rulebook):
    changes = [parse_set("INV-05.sample.met=32", lancashire), peelrules.Drop(finding="RES-06")]
    bounds = [parse_rule_set("grade.substantially-all=0.8", rulebook)]
    found = peelrules.whatif(lancashire, rulebook, changes, bounds)
    is_as_it_was("whatif.txt", outline.text(differences.of(found)))


def test_a_comparison_reads_as_it_did(assessment, rulebook):
    published = peelrules.load_published(ROOT / "evidence/published/lancashire.yaml", rulebook)
    compared = peelrules.compare(assessment, published)
    overall = peelrules.agreement_with_published([compared])
    blocks = [*differences.comparison(compared, assessment), *differences.agreement_with_published(overall)]
    is_as_it_was("compare.txt", outline.text(blocks))


def test_how_firm_the_grades_are_reads_as_it_did(lancashire, rulebook, assessment):
    found = peelrules.sensitivity(lancashire, rulebook, draws=2000, seed=1)
    is_as_it_was("sensitivity.txt", outline.text(how_firm.of(found, assessment, full=True)))


def test_codings_side_by_side_read_as_they_did(rulebook):
    files = [ROOT / "evidence/lancashire.yaml", *sorted((ROOT / "evidence/codings").glob("*.yaml"))]
    codings = [(f.stem, peelrules.grade(peelrules.load_evidence(f, rulebook), rulebook)) for f in files]
    found = peelrules.agreement(codings, rulebook)
    is_as_it_was("agreement.txt", outline.text(side_by_side.of(found, full=False)))


def test_an_inspection_of_another_service_looks_as_it_did():
    rulebook = peelrules.load_rulebook("fire-and-rescue-2023-25")
    evidence = peelrules.load_evidence(ROOT / "evidence/examples/fire-and-rescue.yaml", rulebook)
    assessed = peelrules.in_context(peelrules.grade(evidence, rulebook), peelrules.load_national(rulebook))
    is_as_it_was("fire-and-rescue.txt", peelrules.text_report(assessed))
