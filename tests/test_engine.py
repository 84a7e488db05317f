import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NAMED, bundled, differing, evidences, facts, rule, rulebook_of, rulebooks, tries

import peelrules
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.model.facts import FACTS, Stage

SAME_FOR_ALL = {"characteristic": "vetting"}


def numbered(facts_):
    return {f"fact-{number}": fact for number, fact in enumerate(facts_)}


def sample_fact(failing, **other):
    return FACTS[Stage.SAMPLE](failing=failing, **{**SAME_FOR_ALL, **other})


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)
@tries(60)
@given(data=st.data())
def test_durable_rules_finds_what_the_rules_say_for_themselves(stage, data):
    rulebook = data.draw(rulebooks(stage, max_size=12))
    subjects = numbered(data.draw(st.lists(facts(stage), min_size=1, max_size=30)))
    assert durable(rulebook, stage, subjects) == plain(rulebook, stage, subjects)


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)
@tries(40)
@given(data=st.data())
def test_the_bundled_rules_run_the_same_on_both_engines(stage, data):
    subjects = numbered(data.draw(st.lists(facts(stage), max_size=20)))
    assert durable(bundled(), stage, subjects) == plain(bundled(), stage, subjects)


@pytest.mark.parametrize("count", [60, 61, 65, 128, 600])
@pytest.mark.parametrize("shape", ["many rules", "one rule"])
def test_any_number_of_alternatives_works_even_if_a_fact_matches_them_all(count, shape):
    whens = [{"failing": {"at_least": number / count}} for number in range(count)]
    many = [rule(Stage.SAMPLE, f"rule.{number:03}", [when]) for number, when in enumerate(whens)]
    rulebook = rulebook_of(*(many if shape == "many rules" else [rule(Stage.SAMPLE, "rule", whens)]))
    subjects = {"none": sample_fact(0.0), "half": sample_fact(0.5), "all": sample_fact(1.0)}
    matches = durable(rulebook, Stage.SAMPLE, subjects)
    assert matches == plain(rulebook, Stage.SAMPLE, subjects)
    assert sum(match.subject == "all" for match in matches) == len(rulebook.rules)


def test_several_lists_of_one_rule_are_combined_in_full():
    when = {"seriousness": {"one_of": ["minor", "critical"]}, "characteristic": {"one_of": list(NAMED)}}
    rulebook = rulebook_of(rule(Stage.FINDING, "rule", [when]))
    other = {"direction": "shortfall", "extent": "some", "state": "open", "persistent": False, "innovative": False}
    subjects = {
        f"{name} {level}": FACTS[Stage.FINDING](characteristic=name, seriousness=level, **other)
        for name in (*NAMED, "another")
        for level in ("minor", "moderate", "critical")
    }
    matched = {match.subject for match in durable(rulebook, Stage.FINDING, subjects)}
    assert matched == {f"{name} {level}" for name in NAMED for level in ("minor", "critical")}


def test_a_rule_that_applies_in_two_ways_is_reported_once_by_the_first():
    when = [{"characteristic": "offenders"}, {"failing": {"above": 0.1}}, {"failing": {"above": 0.2}}]
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", when))
    subjects = {"two ways": sample_fact(0.9), "three ways": sample_fact(0.9, characteristic="offenders")}
    first = [match.alternatives[0][0].field for match in durable(rulebook, Stage.SAMPLE, subjects)]
    assert first == ["failing", "characteristic"]
    assert durable(rulebook, Stage.SAMPLE, subjects) == plain(rulebook, Stage.SAMPLE, subjects)


@pytest.mark.parametrize("share", [0.0, 1e-9, 1e-6, 1 / 3, 0.1, 0.3, 0.999999, 1.0])
@pytest.mark.parametrize("comparator", ["at_least", "at_most", "above", "below", "is"])
def test_tiny_and_huge_shares_compare_as_numbers_do(share, comparator):
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {comparator: share}}]))
    near = {max(0.0, share - 1e-9), share, min(1.0, share + 1e-9), 0.0, 1.0}
    subjects = {str(value): sample_fact(value) for value in sorted(near)}
    expected = {
        "at_least": {v for v in near if v >= share},
        "at_most": {v for v in near if v <= share},
        "above": {v for v in near if v > share},
        "below": {v for v in near if v < share},
        "is": {share},
    }[comparator]
    assert {float(match.subject) for match in durable(rulebook, Stage.SAMPLE, subjects)} == expected


@pytest.mark.parametrize("bound", [0, 1, 2, 10, 1_000_000])
def test_counts_compare_as_numbers_and_not_as_words(bound):
    rulebook = rulebook_of(rule(Stage.CORE_QUESTION, "rule", [{"causes_of_concern": {"at_least": bound}}]))
    counts = [0, 1, 2, 9, 10, 11, 100_000, 999_999, 1_000_000]
    shares = dict.fromkeys(("coverage", "demonstrated", "not_demonstrated_service", "exceeded"), 0.5)
    other = {"core_question": "q", "areas_for_improvement": 0, **shares}
    subjects = {str(count): FACTS[Stage.CORE_QUESTION](causes_of_concern=count, **other) for count in counts}
    matched = [int(match.subject) for match in durable(rulebook, Stage.CORE_QUESTION, subjects)]
    assert matched == [count for count in counts if count >= bound]


def test_equal_facts_about_different_subjects_all_match():
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {"above": 0.1}}]))
    subjects = numbered([sample_fact(0.5)] * 100)
    assert [match.subject for match in durable(rulebook, Stage.SAMPLE, subjects)] == list(subjects)


@tries(15)
@given(st.lists(evidences(), min_size=2, max_size=6))
def test_a_run_leaves_nothing_behind_for_the_next(drawn):
    rulebook = bundled()
    first = [peelrules.grade(evidence, rulebook) for evidence in drawn]
    again = [peelrules.grade(evidence, rulebook) for evidence in reversed(drawn)]
    assert [differing(*pair) for pair in zip(first, reversed(again), strict=True)] == [set()] * len(drawn)
