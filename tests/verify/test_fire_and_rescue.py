"""The rulebook for fire and rescue services is sound, its cases try every bound, and an example is graded by it."""

from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebooks

NAME = "fire-and-rescue-2023-25"
FOLDER = bundled_rulebooks()[NAME]
EXAMPLE = Path(__file__).parents[2] / "evidence/examples/fire-and-rescue.yaml"


@pytest.fixture(scope="module")
def rulebook():
    return peelrules.load_rulebook(NAME)


@pytest.mark.slow
def test_check_has_nothing_to_remark():
    assert peelrules.check([FOLDER]).remarks == ()


@pytest.mark.slow
def test_its_cases_pass_and_no_change_of_a_rule_or_count_goes_unnoticed(rulebook):
    tried = peelrules.test(rulebook, peelrules.load_cases(FOLDER, rulebook), mutate=True)
    assert tried.mutants
    assert tried.survivors == ()
    assert not tried.has_faults


def test_every_rule_and_count_is_that_of_the_police_but_for_what_is_about_their_work(rulebook):
    extended = peelrules.load_rulebook("peel-2021-22")
    assert rulebook.counts == extended.counts
    own = {rule.id for rule in rulebook.rules if rule not in extended.rules}
    gone = {rule.id for rule in extended.rules if rule.id not in rulebook.rule}
    assert own == {"practice.innovative"}
    assert all(rule.startswith("sample.crime-recording-") for rule in gone)


def test_the_example_is_graded_in_every_question_and_not_alike():
    evidence = peelrules.load_evidence(EXAMPLE)
    grades = [judgment.grade for judgment in peelrules.grade(evidence).judgments]
    assert len(grades) == 11
    assert None not in grades
    assert len(set(grades)) == 4
