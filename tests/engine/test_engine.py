import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import NAMED, bundled, differing, evidences, fact, facts, rule, rulebook_of, rulebooks, tries

import peelrules
from peelrules.engine import tables
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.engine.tables import tabled
from peelrules.model.facts import Stage
from peelrules.model.scales import Seriousness
from peelrules.testing.properties import disagreement
from peelrules.testing.strategies import facts as facts_of

STAGES = pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)


def sample_fact(failing, characteristic="vetting"):
    return fact(Stage.SAMPLE, failing=failing, characteristic=characteristic)


def applying(rulebook, stage, of_stage):
    """For each fact, the rules that durable_rules says apply."""
    return [[match.rule.id for match in said.matches] for said in durable(rulebook, stage, of_stage)]


@STAGES
@tries(60)
@given(data=st.data())
def test_all_engines_find_what_the_rules_say_for_themselves(stage, data):
    rulebook = data.draw(rulebooks(stage, max_size=12, max_counts=data.draw(st.sampled_from([0, 3]))))
    of_stage = data.draw(st.lists(facts_of(stage, rulebook), min_size=1, max_size=30))
    assert disagreement(rulebook, stage, of_stage) is None


@STAGES
@tries(40)
@given(data=st.data())
def test_the_bundled_rules_run_the_same_on_all_engines(stage, data):
    assert disagreement(bundled(), stage, data.draw(st.lists(facts(stage), max_size=20))) is None


@STAGES
@tries(20)
@given(data=st.data())
def test_a_table_that_is_too_large_to_be_held_says_the_same(stage, data):
    rulebook = data.draw(rulebooks(stage))
    of_stage = data.draw(st.lists(facts(stage), max_size=10))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables, "MOST_CELLS", 0)
        assert disagreement(rulebook, stage, of_stage) is None


@STAGES
def test_without_rules_every_outcome_is_where_it_begins(stage):
    assert disagreement(rulebook_of(), stage, [fact(stage)] * 2) is None
    (said,) = tabled(rulebook_of(), stage, [fact(stage)])
    assert said.matches == ()


@pytest.mark.parametrize("count", [60, 61, 65, 128, 600])
@pytest.mark.parametrize("shape", ["many rules", "one rule"])
def test_any_number_of_alternatives_works_even_if_a_fact_matches_them_all(count, shape):
    whens = [{"failing": {"at_least": number / count}} for number in range(count)]
    many = [rule(Stage.SAMPLE, f"rule.{number:03}", [when]) for number, when in enumerate(whens)]
    rulebook = rulebook_of(*(many if shape == "many rules" else [rule(Stage.SAMPLE, "rule", whens)]))
    of_stage = [sample_fact(0.0), sample_fact(0.5), sample_fact(1.0)]
    said = durable(rulebook, Stage.SAMPLE, of_stage)
    assert said == plain(rulebook, Stage.SAMPLE, of_stage)
    assert len(said[2].matches) == len(rulebook.rules)


def test_several_lists_of_one_rule_are_combined_in_full():
    when = {"seriousness": {"one_of": ["minor", "critical"]}, "characteristic": {"one_of": list(NAMED)}}
    rulebook = rulebook_of(rule(Stage.FINDING, "rule", [when]))
    levels = {level: Seriousness.named(level) for level in ("minor", "moderate", "critical")}
    told = [(name, level) for name in (*NAMED, "another") for level in levels]
    of_stage = [fact(Stage.FINDING, characteristic=name, seriousness=levels[level]) for name, level in told]
    found = applying(rulebook, Stage.FINDING, of_stage)
    assert {each for each, rules in zip(told, found, strict=True) if rules} == {
        (name, level) for name in NAMED for level in ("minor", "critical")
    }


def test_a_name_that_is_listed_twice_is_one_way_to_apply():
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"characteristic": {"one_of": ["vetting", "vetting"]}}]))
    assert disagreement(rulebook, Stage.SAMPLE, [sample_fact(0.5)]) is None


def test_a_rule_that_applies_in_two_ways_is_reported_once_with_both():
    when = [{"characteristic": "offenders"}, {"failing": {"above": 0.1}}, {"failing": {"above": 0.2}}]
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", when))
    of_stage = [sample_fact(0.9), sample_fact(0.9, characteristic="offenders")]
    said = durable(rulebook, Stage.SAMPLE, of_stage)
    assert [[len(match.alternatives) for match in each.matches] for each in said] == [[2], [3]]
    assert [each.matches[0].alternatives[0][0].field for each in said] == ["failing", "characteristic"]
    assert said == plain(rulebook, Stage.SAMPLE, of_stage)


@pytest.mark.parametrize("share", [0.0, 1e-9, 1e-6, 1 / 3, 0.1, 0.3, 0.999999, 1.0])
@pytest.mark.parametrize("comparator", ["at_least", "at_most", "above", "below", "is"])
def test_tiny_and_huge_shares_compare_as_numbers_do(share, comparator):
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {comparator: share}}]))
    near = sorted({max(0.0, share - 1e-9), share, min(1.0, share + 1e-9), 0.0, 1.0})
    expected = {
        "at_least": [v for v in near if v >= share],
        "at_most": [v for v in near if v <= share],
        "above": [v for v in near if v > share],
        "below": [v for v in near if v < share],
        "is": [share],
    }[comparator]
    of_stage = [sample_fact(value) for value in near]
    found = zip(near, applying(rulebook, Stage.SAMPLE, of_stage), strict=True)
    assert [value for value, rules in found if rules] == expected
    assert disagreement(rulebook, Stage.SAMPLE, of_stage) is None


@pytest.mark.parametrize("bound", [0, 1, 2, 10, 1_000_000])
def test_counts_compare_as_numbers_and_not_as_words(bound):
    rulebook = rulebook_of(rule(Stage.CORE_QUESTION, "rule", [{"critical_shortfalls": {"at_least": bound}}]))
    counts = [0, 1, 2, 9, 10, 11, 100_000, 999_999, 1_000_000]
    of_stage = [fact(Stage.CORE_QUESTION, critical_shortfalls=count) for count in counts]
    found = zip(counts, applying(rulebook, Stage.CORE_QUESTION, of_stage), strict=True)
    assert [count for count, rules in found if rules] == [count for count in counts if count >= bound]


def test_equal_facts_all_match():
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {"above": 0.1}}]))
    assert applying(rulebook, Stage.SAMPLE, [sample_fact(0.5)] * 100) == [["rule"]] * 100


@tries(15)
@given(st.lists(evidences(), min_size=2, max_size=6))
def test_a_run_leaves_nothing_behind_for_the_next(drawn):
    rulebook = bundled()
    first = [peelrules.grade(evidence, rulebook) for evidence in drawn]
    again = [peelrules.grade(evidence, rulebook) for evidence in reversed(drawn)]
    assert [differing(*pair) for pair in zip(first, reversed(again), strict=True)] == [set()] * len(drawn)
