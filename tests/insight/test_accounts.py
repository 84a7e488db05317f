"""Ceilings of coded accounts beside published grades: the figures are what their definitions say."""

import json
import re
from pathlib import Path
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_golden import is_as_it_was

import peelrules
from peelrules.insight.reliability import weighted_kappa
from peelrules.report import outline
from peelrules.report.accounts import of

ROOT = Path(__file__).parents[2]
FILES = [ROOT / f"evidence/accounts/{name}.yaml" for name in ("first", "second")]
README = ROOT / "rules/peel-2021-22/cases/README.md"


@pytest.fixture(scope="module")
def loaded(rulebook):
    return [peelrules.load_accounts(file, rulebook) for file in FILES]


@pytest.fixture(scope="module")
def held(loaded, rulebook):
    return peelrules.accounts(loaded, rulebook)


@pytest.mark.slow
def test_each_account_stands_beside_the_ceiling_of_its_evidence(loaded, held, rulebook):
    for coded, found in zip(loaded, held.sets, strict=True):
        for account, evidence, each in zip(coded.accounts.accounts, coded.evidence, found.accounts, strict=True):
            judgment = peelrules.grade(evidence, rulebook).judgment(account.core_question)
            assert (each.id, each.published, each.ceiling) == (account.id, account.published, judgment.ceiling)
            assert each.tiers == (judgment.ceiling and judgment.ceiling.rank - account.published.rank)
            assert (each.no_ceiling is None) == (each.ceiling is not None)


def test_what_has_no_ceiling_is_told_and_is_not_exact(held):
    _, second = held.sets
    none = [account for account in second.accounts if account.ceiling is None]
    assert {"organised-crime"} < {account.core_question for account in none}
    told = outline.text(of(held), 200)
    assert all(f"No ceiling for {account.id} {account.force}" in told for account in none)
    everything = second.figures[0]
    assert everything.judgments - everything.with_ceiling == len(none)


def test_figures_are_of_their_members(held):
    for found in held.sets:
        for figures in found.figures:
            members = [
                account
                for account in found.accounts
                if figures.name in ("All", account.cycle, "Hard" if account.hard else "Not hard")
            ]
            tiers = [account.tiers for account in members if account.tiers is not None]
            assert (figures.judgments, figures.with_ceiling) == (len(members), len(tiers))
            assert figures.exact == sum(account.ceiling is account.published for account in members)
            assert figures.within_one_tier == sum(tier in (-1, 0, 1) for tier in tiers)
            assert figures.bias == (pytest.approx(mean(tiers)) if tiers else None)
    assert [figures.name for figures in held.sets[0].figures] == ["All", "PEEL 2021/22", "PEEL 2023-25"]
    assert [figures.name for figures in held.sets[1].figures][-2:] == ["Hard", "Not hard"]


def test_the_commonest_grade_is_the_first_yardstick(held):
    for found in held.sets:
        published = [account.published for account in found.accounts]
        commonest = max(map(published.count, peelrules.Grade))
        assert (found.yardsticks[0].exact.met, found.yardsticks[0].exact.of) == (commonest, len(published))


PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1)


@given(PAIRS)
def test_kappa_is_one_for_full_agreement_and_the_same_both_ways(pairs):
    turned = [(second, first) for first, second in pairs]
    assert weighted_kappa(pairs) == (
        pytest.approx(weighted_kappa(turned)) if weighted_kappa(pairs) else weighted_kappa(turned)
    )
    agreed = [(first, first) for first, _ in pairs]
    assert weighted_kappa(agreed) == (1 if len(set(agreed)) > 1 else None)


def test_a_question_of_another_rulebook_is_refused(loaded, rulebook):
    first = loaded[0]
    account = first.accounts.accounts[0].model_copy(update={"core_question": "none-such"})
    accounts = first.accounts.model_copy(update={"accounts": (account,)})
    with pytest.raises(peelrules.ArgumentError, match="h01 is of none-such, which peel-2021-22 does not have"):
        peelrules.accounts([first.model_copy(update={"accounts": accounts, "evidence": first.evidence[:1]})], rulebook)


# -- what is told -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("render", "suffix"), [(outline.text, "txt"), (outline.markdown, "md")])
def test_the_first_set_reads_as_it_did(loaded, rulebook, render, suffix):
    is_as_it_was(f"accounts.{suffix}", render(of(peelrules.accounts(loaded[:1], rulebook))))


def test_the_command_writes_what_the_function_gives(run, held):
    code, out, err = run("accounts", *FILES, "--format", "json")
    assert (code, err) == (0, "")
    assert json.loads(out) == held.model_dump(mode="json")


def test_the_figures_in_the_readme_of_the_cases_are_those_of_today(run):
    tables = r"^\|  \| Judgments \|.*\n\| --- .*\n(?:\|.*\n)+"
    printed = re.findall(tables, README.read_text(encoding="utf-8"), re.MULTILINE)
    assert printed == re.findall(tables, run("accounts", *FILES, "--format", "markdown")[1], re.MULTILINE)
    assert len(printed) == len(FILES)
