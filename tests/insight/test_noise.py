"""Expected agreement under coding noise: its bounds, what it is without noise, and what `sensitivity` draws."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidences, tries

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.model.cases import Case, Wanted

ROOT = Path(__file__).parents[2]
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
PUBLISHED = ROOT / "evidence/published/lancashire.yaml"
QUESTIONS = [question.id for question in bundled().framework.core_questions]


@pytest.fixture(scope="module")
def cases(rulebook):
    return peelrules.load_cases(bundled_rulebook(), rulebook)


@pytest.fixture(scope="module")
def published(rulebook):
    return peelrules.load_published(PUBLISHED, rulebook)


def wanted_of(data):
    levels = st.sampled_from(peelrules.Grade)
    of_all = st.dictionaries(st.sampled_from(QUESTIONS), levels, max_size=3)
    grades = st.dictionaries(st.sampled_from(QUESTIONS), st.none() | levels, min_size=1, max_size=3)
    return Wanted(grades=data.draw(grades), ceilings=data.draw(of_all), at_least=data.draw(of_all))


@tries(20)
@given(evidences(max_size=8), st.data())
def test_without_noise_what_is_expected_is_what_comes_out(evidence, data):
    case = Case(file="a", title="a", wanted=wanted_of(data), evidence=evidence)
    [found] = peelrules.noise(bundled(), [case], draws=3, notch=0.0).cases
    assert found.expected == found.exact
    assert all(each.share == each.comes_out for each in found.judgments)


@tries(20)
@given(evidences(max_size=8), st.data(), st.integers(0, 5), st.sampled_from([0.1, 1.0]))
def test_what_is_expected_is_the_sum_of_the_shares_weakest_first(evidence, data, seed, notch):
    wanted = wanted_of(data)
    case = Case(file="a", title="a", wanted=wanted, evidence=evidence)
    [found] = peelrules.noise(bundled(), [case], draws=7, seed=seed, notch=notch).cases
    shares = [each.share for each in found.judgments]
    assert len(shares) == len(wanted.grades) + len(wanted.ceilings) + len(wanted.at_least)
    assert shares == sorted(shares)
    assert found.expected == pytest.approx(sum(shares))
    assert 0 <= found.expected <= len(shares)
    assert found.exact == sum(each.comes_out for each in found.judgments)


def test_exact_is_what_the_cases_give_today(cases, rulebook):
    missed = {tried.file for tried in peelrules.test(rulebook, cases).cases if tried.misses}
    found = peelrules.noise(rulebook, cases, draws=1).cases
    assert {each.name for each in found if each.exact < len(each.judgments)} == missed
    assert {each.name for each in found} == {
        case.file for case in cases if case.wanted.grades or case.wanted.ceilings or case.wanted.at_least
    }


def test_shares_of_a_coding_are_those_that_sensitivity_draws(lancashire, published, rulebook):
    [found] = peelrules.noise(rulebook, codings={"a": (lancashire, published)}, draws=300, seed=3).codings
    drawn = peelrules.sensitivity(lancashire, rulebook, draws=300, seed=3).questions
    share = {
        q.core_question: {c.grade: c.share for c in q.coding}.get(published.grades[q.core_question], 0) for q in drawn
    }
    assert {each.core_question: each.share for each in found.judgments} == share
    assert [each.wanted for each in found.judgments] == [published.grades[j.core_question] for j in found.judgments]
    assert found.exact == sum(q.grade is published.grades[q.core_question] for q in drawn)


def test_the_same_seed_gives_the_same_result(lancashire, published, rulebook):
    one, again, other = (
        peelrules.noise(rulebook, codings={"a": (lancashire, published)}, draws=100, seed=seed) for seed in (1, 1, 2)
    )
    assert one == again
    assert one.codings != other.codings


@pytest.mark.parametrize("given", [{"draws": 0}, {"seed": -1}, {"notch": 1.5}])
def test_what_cannot_be_drawn_is_refused(rulebook, given):
    with pytest.raises(peelrules.ArgumentError, match="draws are 1 or more"):
        peelrules.noise(rulebook, **given)


# -- the command ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_tells_what_the_function_gives(run, cases, lancashire, published, rulebook):
    arguments = ["test", "--noise", "--draws", 50, "--evidence", LANCASHIRE, "--published", PUBLISHED]
    code, out, err = run(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    expected = peelrules.noise(rulebook, cases, {str(LANCASHIRE): (lancashire, published)}, draws=50)
    assert json.loads(out)["noise"] == expected.model_dump(mode="json")
    text = run(*arguments)[1]
    [coding] = expected.codings
    assert f"{LANCASHIRE}: expected {coding.expected:.2f} of 8, exact {coding.exact}\n" in text
    in_published = [each for each in expected.cases if "/published/" in each.name]
    total = sum(len(each.judgments) for each in in_published)
    told = sum(each.expected for each in in_published), sum(each.exact for each in in_published)
    assert f"published: expected {told[0]:.2f} of {total}, exact {told[1]}\n" in text
    assert json.loads(run("test", "--format", "json")[1])["noise"] is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--draws", 5], "--draws: goes with --noise"),
        (["--seed", 0], "--seed: goes with --noise"),
        (["--evidence", LANCASHIRE, "--published", PUBLISHED], "--published: goes with --noise"),
        (["--noise", "--published", PUBLISHED], "--published: add the --evidence"),
        (
            ["--noise", "--evidence", LANCASHIRE, "--published", ROOT / "evidence/published/wiltshire-2023-25.yaml"],
            "nothing published is given for Lancashire Constabulary",
        ),
    ],
)
def test_what_does_not_go_together_is_told_in_a_line(run, arguments, told):
    code, out, err = run("test", *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert err.count("\n") == 1
