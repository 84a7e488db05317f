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
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import RULES

ROOT = Path(__file__).parents[1]
WRONG_WAY_ROUND = {"at_least": "below", "at_most": "above", "above": "at_most", "below": "at_least"}


def small():
    """A sound rulebook of another framework: one question, two characteristics, one strand."""
    return peelrules.load_rulebook(ROOT / "tests/broken/rulebooks/sound")


def turned_round(rulebook):
    """The rulebook with one comparison the wrong way round, for every comparison that has a way."""
    for rule in rulebook.rules:
        content = rule.model_dump(mode="json", by_alias=True, exclude_none=True)
        for when in content["when"]:
            for test in when.values():
                for comparator in sorted(test.keys() & WRONG_WAY_ROUND.keys()):
                    turned = {WRONG_WAY_ROUND[comparator]: test[comparator]}
                    changed = replaced(content, test, {**{k: v for k, v in test.items() if k != comparator}, **turned})
                    made = RULES[rule.stage].model_validate(changed)
                    yield (
                        f"{rule.id} {comparator}",
                        with_rules(rulebook, *(made if r is rule else r for r in rulebook.rules)),
                    )


def replaced(value, part, by):
    if value is part:
        return by
    if isinstance(value, dict):
        return {name: replaced(each, part, by) for name, each in value.items()}
    return [replaced(each, part, by) for each in value] if isinstance(value, list) else value


def with_rules(rulebook, *rules):
    return Rulebook(framework=rulebook.framework, rules=rules, places={})


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
from test_testing import bundled, turned_round

testing.properties.durable = lambda *_: []
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
    number = next(n for n, rule in enumerate(bundled().rules) if rule.id == "status.no-strength")
    content = bundled().rules[number].model_dump(mode="json", by_alias=True, exclude_none=True)
    turned = RULES[Stage.CHARACTERISTIC].model_validate(content | {"when": {"strengths": {"at_least": 1}}})
    rules = [turned if n == number else rule for n, rule in enumerate(bundled().rules)]
    with pytest.raises(AssertionError, match=r"the status of .* falls from ") as caught:
        testing.assert_better_is_never_worse(with_rules(bundled(), *rules), examples=300)
    written = str(caught.value).partition("\n\n")[2]
    assert yaml.safe_load(written)["framework"] == bundled().framework.id


def test_an_order_that_matters_is_caught(monkeypatch):
    def first_only(evidence, rulebook, matcher):
        return peelrules.grade(evidence.model_copy(update={"findings": evidence.findings[:1]}), rulebook, matcher)

    monkeypatch.setattr("peelrules.testing.properties.grade", first_only)
    with pytest.raises(AssertionError, match="depend on the order"):
        testing.assert_order_does_not_matter(bundled(), examples=50)


def test_an_engine_that_loses_a_match_is_caught(monkeypatch):
    durable = peelrules.testing.properties.durable
    monkeypatch.setattr("peelrules.testing.properties.durable", lambda *arguments: durable(*arguments)[1:])
    with pytest.raises(AssertionError, match="differ on"):
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


def test_evidence_from_any_source_is_made_better(lancashire, rulebook):
    """People call their sources what they like."""
    sources = {"annual": lancashire.sources["report"]}
    findings = [
        f.model_copy(update={"source": f.source.model_copy(update={"document": "annual"})}) for f in lancashire.findings
    ]
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
    rulebook = data.draw(testing.rulebooks(small(), stage))
    assert {rule.stage for rule in rulebook.rules} == {stage}
    names = {"responding", *small().framework.characteristics}
    bounds = [c.bound for rule in rulebook.rules for part in rule.alternatives for c in part]
    assert {
        name for bound in bounds for name in (bound if isinstance(bound, tuple) else (bound,)) if isinstance(name, str)
    } <= names


@pytest.mark.parametrize("failing", [0.1, 0.2, 0.25, 0.5])
def test_samples_stand_on_the_bounds_of_the_rulebook(failing):
    on = find(testing.samples(bundled()), lambda sample: sample.failing == failing and sample.of > 5)
    assert on.failing == failing


@pytest.mark.parametrize("rule", bundled().rules, ids=lambda rule: rule.id)
def test_of_the_facts_about_a_bound_some_meet_the_rule_and_some_do_not(rule):
    found = list(testing.on_the_bound(rule))
    assert {rule.applies(each.fact) for each in found} == {True, False}
    for condition in {each.condition for each in found}:
        values = {e.side: getattr(e.fact, condition.field) for e in found if e.condition == condition}
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
