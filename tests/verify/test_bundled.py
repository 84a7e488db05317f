"""Every rulebook that comes with peelrules is sound, its cases try every bound, and it grades made-up evidence."""

from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebooks

ROOT = Path(__file__).parents[2]
EXTENDING = [name for name in bundled_rulebooks() if name != "peel-2021-22"]
EXAMPLES = sorted((ROOT / "evidence/examples").glob("*.yaml"))


@pytest.mark.slow
@pytest.mark.parametrize("name", EXTENDING)
def test_check_has_nothing_to_remark(name):
    assert peelrules.check([bundled_rulebooks()[name]]).remarks == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", EXTENDING)
def test_its_cases_pass_and_no_change_of_a_rule_or_count_goes_unnoticed(name):
    rulebook = peelrules.load_rulebook(name)
    cases = peelrules.load_cases(bundled_rulebooks()[name], rulebook)
    tried = peelrules.test(rulebook, cases, mutate=True)
    assert tried.mutants
    assert tried.survivors == ()
    assert not tried.has_faults


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_graded_in_most_questions_and_not_alike(file):
    evidence = peelrules.load_evidence(file)
    grades = [judgment.grade for judgment in peelrules.grade(evidence).judgments if judgment.grade is not None]
    assert len(grades) >= 5
    assert len(set(grades)) >= 3


def test_every_framework_has_an_example():
    named = {peelrules.load_evidence(file).framework for file in EXAMPLES}
    assert named == set(EXTENDING)
