"""A rulebook that is the wrong way round is caught, whatever its framework; a sound one passes."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from processes import child
from strategies import bundled

import peelrules
from peelrules import testing
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition
from peelrules.model.counts import read_of_members
from peelrules.model.directions import Swing, harm_of
from peelrules.model.facts import Stage
from peelrules.model.scales import Direction

ROOT = Path(__file__).parents[2]


def small():
    """A sound rulebook of another framework: one question, two characteristics, one strand."""
    return peelrules.load_rulebook(ROOT / "tests/broken/rulebooks/sound")


def opposite(condition):
    """The condition that holds wherever this one does not."""
    other = next(c for c in Comparator if c.word.replace("_", " ") == condition.comparator.opposite)
    return condition._replace(comparator=other)


def turned_round(rulebook):
    """The rulebook with one comparison the wrong way round, for every comparison that has a way."""
    for rule in rulebook.rules:
        for number, conditions in enumerate(rule.alternatives):
            for at, condition in enumerate(conditions):
                if condition.comparator.is_ordered:
                    turned = (*conditions[:at], opposite(condition), *conditions[at + 1 :])
                    alternatives = (*rule.alternatives[:number], turned, *rule.alternatives[number + 1 :])
                    yield f"{rule.id} {condition}", with_rule(rulebook, rule, alternatives)


def with_rule(rulebook, rule, alternatives):
    changed = rule.model_copy(update={"alternatives": alternatives})
    rules = tuple(changed if each is rule else each for each in rulebook.rules)
    return rulebook.model_copy(update={"rules": rules})


# -- the assertions -----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("holds", testing.PROPERTIES)
@pytest.mark.parametrize("rulebook", [bundled, small])
def test_a_sound_rulebook_of_any_framework_has_every_property(rulebook, holds):
    holds(rulebook(), examples=10)


@pytest.mark.parametrize("mutant", list(turned_round(bundled())), ids=lambda mutant: mutant[0])
def test_every_comparison_the_wrong_way_round_is_caught(mutant):
    _, rulebook = mutant
    with pytest.raises(AssertionError, match=r"is worse where .* than where it is .*, by "):
        testing.assert_better_is_never_worse(rulebook, examples=1)


TURNED_ROUND = """
from peelrules import testing
from peelrules.engine.matching import Said
from test_testing import bundled, turned_round

testing.properties.durable = lambda _, __, facts: [Said((), {})] * len(facts)
for holds in (testing.assert_better_is_never_worse, testing.assert_engines_agree):
    try:
        holds(next(turned_round(bundled()))[1], examples=1)
    except AssertionError:
        print(holds.__name__)
"""


def test_what_does_not_hold_is_told_in_a_python_without_assert():
    assert child(TURNED_ROUND, PYTHONOPTIMIZE="1").split() == ["assert_better_is_never_worse", "assert_engines_agree"]


def test_at_least_forty_comparisons_were_turned_round():
    assert len(list(turned_round(bundled()))) >= 40


@pytest.mark.slow
def test_what_only_evidence_shows_is_told_with_evidence_ready_for_a_case(monkeypatch):
    """Facts alone cannot show it where a better finding leads, between the stages, to a worse fact."""
    monkeypatch.setattr("peelrules.testing.properties.Stage", ())
    turned = with_rule(
        bundled(), bundled().rule["status.no-strength"], ((Condition("strengths", Comparator.AT_LEAST, 1),),)
    )
    with pytest.raises(AssertionError, match=r"the status of .* falls from ") as caught:
        testing.assert_better_is_never_worse(turned, examples=300)
    written = str(caught.value).partition("\n\n")[2]
    assert yaml.safe_load(written)["framework"] == bundled().framework.id


@pytest.mark.slow
def test_an_order_that_matters_is_caught(monkeypatch):
    def first_only(evidence, rulebook, matcher):
        return peelrules.grade(evidence.model_copy(update={"findings": evidence.findings[:1]}), rulebook, matcher)

    monkeypatch.setattr("peelrules.testing.properties.grade", first_only)
    with pytest.raises(AssertionError, match="depend on the order"):
        testing.assert_order_does_not_matter(bundled(), examples=50)


def losing_a_match(engine):
    def losing(*arguments):
        said = engine(*arguments)
        return [each._replace(matches=each.matches[1:]) for each in said]

    return losing


@pytest.mark.parametrize(("engine", "told"), [("durable", "durable_rules"), ("tabled", "tables")])
def test_an_engine_that_loses_a_match_is_caught(engine, told, monkeypatch):
    whole = getattr(peelrules.testing.properties, engine)
    monkeypatch.setattr(f"peelrules.testing.properties.{engine}", losing_a_match(whole))
    with pytest.raises(AssertionError, match=f"{told} and the rules themselves differ on sample"):
        testing.assert_engines_agree(bundled(), examples=1)


def test_a_table_of_ranks_that_is_a_rank_off_is_caught(monkeypatch):
    ranks = peelrules.engine.tables.Table.ranks
    monkeypatch.setattr(
        "peelrules.engine.tables.Table.ranks", lambda *arguments: [each - 1 for each in ranks(*arguments)]
    )
    with pytest.raises(AssertionError, match="the table of ranks and the rules themselves differ on direction"):
        testing.assert_engines_agree(bundled(), examples=1)


# -- what is drawn ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("words", [small, lambda: small().framework])
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_evidence_is_drawn_in_the_words_of_any_rulebook_and_can_be_graded(words, data):
    evidence = data.draw(testing.evidences(words()))
    assert peelrules.grade(evidence, small()).framework == "small"
    possible = list(testing.improvements(evidence, words()))
    assert all(better.evidence != evidence for better in possible)
    peelrules.grade(data.draw(st.sampled_from(possible)).evidence, small())


def test_a_test_that_fails_shows_the_evidence_whole():
    @given(testing.evidences(small()))
    def fails(evidence):
        assert not evidence.findings

    with pytest.raises(AssertionError) as caught:
        fails()
    shown = next(note for note in caught.value.__notes__ if note.startswith("force: A force"))
    assert peelrules.Evidence.model_validate(yaml.safe_load(shown)).findings


def test_evidence_from_any_source_is_made_better(lancashire, rulebook):
    """People call their sources what they like."""
    sources = {"annual": lancashire.sources["report"]}
    findings = [
        f.model_copy(update={"source": f.source.model_copy(update={"document": "annual"})}) for f in lancashire.findings
    ]
    strength = next(number for number, f in enumerate(findings) if f.direction is Direction.STRENGTH)
    findings[strength] = findings[strength].model_copy(update={"progress": True})
    evidence = lancashire.model_copy(update={"sources": sources, "findings": tuple(findings)})
    first = {
        better.how.partition(": ")[2]: better.evidence
        for better in reversed(list(testing.improvements(evidence, rulebook)))
    }
    assert first.keys() == testing.IMPROVEMENTS.keys()
    before = peelrules.grade(evidence, rulebook)
    assert all(testing.is_no_worse(peelrules.grade(better, rulebook), before) for better in first.values())


@given(st.data(), st.sampled_from(Stage))
def test_random_rulebooks_name_only_what_their_framework_has(data, stage):
    rulebook = data.draw(testing.rulebooks(small(), stage, max_counts=data.draw(st.sampled_from([0, 2]))))
    assert {rule.stage for rule in rulebook.rules} == {stage}
    names = {"responding", *small().framework.characteristics, *small().framework.strands}
    asked = [part for rule in rulebook.rules for part in rule.alternatives]
    asked += [part for count in rulebook.counts for part in (count.where, count.of)]
    assert {bound for part in asked for c in part for bound in c.bounds if isinstance(bound, str)} <= names


@pytest.mark.parametrize("stage", [Stage.CHARACTERISTIC, Stage.CORE_QUESTION])
@given(data=st.data())
def test_counts_are_drawn_that_better_evidence_moves_one_way(stage, data):
    count = data.draw(testing.counts(stage, bundled()))
    read = read_of_members(stage, bundled().fields[Stage.CHARACTERISTIC])
    assert count.stage is stage
    assert not isinstance(harm_of(count, read, bundled().framework.exact_credit), Swing)


@pytest.mark.parametrize("failing", [0.1, 0.2, 0.25, 0.5])
def test_samples_stand_on_the_bounds_of_the_rulebook(failing):
    on = find(testing.samples(bundled()), lambda sample: sample.failing == failing and sample.of > 5)
    assert on.failing == failing


@pytest.mark.parametrize("rule", bundled().rules, ids=lambda rule: rule.id)
def test_of_the_facts_about_a_bound_some_meet_the_rule_and_some_do_not(rule):
    found = list(testing.on_the_bound(rule, bundled()))
    assert {rule.applies(each.fact) for each in found} == {True, False}
    for condition in {each.condition for each in found}:
        values = {e.side: e.fact[condition.field] for e in found if e.condition == condition}
        assert len({condition.holds(each.fact) for each in found if each.condition == condition}) == 2
        if {"below", "on", "above"} <= values.keys():
            assert values["below"] < values["on"] < values["above"]


# -- its page -----------------------------------------------------------------------------------------


def examples_of(page):
    """The indented blocks of a docstring."""
    blocks, block = [], []
    for line in page.splitlines():
        if line.startswith("    ") or (block and not line):
            block.append(line)
        elif block:
            blocks.append(textwrap.dedent("\n".join(block)))
            block = []
    return blocks


@pytest.mark.slow
def test_the_test_file_on_its_page_runs(tmp_path):
    whole, more = examples_of(testing.__doc__)
    book = ROOT / "rules/peel-2021-22"
    (tmp_path / "test_mine.py").write_text((whole + more).replace("my-rules", str(book)), encoding="utf-8")
    few = "from hypothesis import settings\nsettings.register_profile('few', max_examples=5)\n"
    (tmp_path / "conftest.py").write_text(f"{few}settings.load_profile('few')\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)  # noqa: S603
    assert "4 passed" in done.stdout, done.stdout


def test_without_hypothesis_one_line_says_what_to_install(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("peelrules.testing")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(ImportError) as caught:
        __import__("peelrules.testing")
    assert str(caught.value) == 'peelrules.testing needs hypothesis: pip install "peelrules[testing]"'


def test_everything_that_is_published_says_what_it_is():
    assert [
        name for name in testing.__all__ if callable(getattr(testing, name)) and not getattr(testing, name).__doc__
    ] == []
