"""Agreement beyond chance, held to worked examples."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from peelrules.insight.reliability import alpha, ordinal, weighted_kappa

# Four observers and twelve units; a dot is a unit that the observer did not code. Krippendorff (2011).
OBSERVED = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
UNITS = [[int(level) for level in unit if level != "."] for unit in zip(*OBSERVED, strict=True)]

levels = st.integers(0, 4)
units = st.lists(st.lists(levels, max_size=4), max_size=12)
pairs = st.lists(st.tuples(levels, levels), max_size=12)


def nominal(*_):
    return Fraction(1)


def interval(low, high, _):
    return Fraction((high - low) ** 2)


@pytest.mark.parametrize(("distance", "published"), [(nominal, 0.743), (ordinal, 0.815), (interval, 0.849)])
def test_alpha_is_that_of_the_published_example(distance, published):
    assert round(alpha(UNITS, distance), 3) == published


def test_levels_are_taken_as_ordered_and_nothing_more():
    stretched = [[10**level for level in unit] for unit in UNITS]
    assert alpha(stretched) == alpha(UNITS) == alpha(UNITS, ordinal)
    assert alpha(stretched, interval) != alpha(UNITS, interval)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        # squares add up to 2 of 8 pairs; by chance to 9 + 36 + 6 + 9 + 16 + 6 of 64
        ([(0, 0), (0, 0), (0, 1), (1, 1), (1, 1), (1, 2), (2, 2), (2, 2)], 1 - (2 / 8) / (82 / 64)),
        # always the same, but at several levels
        ([(0, 0), (3, 3), (1, 1)], 1),
        # nothing but the other way round
        ([(0, 3), (3, 0)], -1),
        # each has one level, but another one: no better than chance
        ([(1, 2), (1, 2)], 0),
        # one level, and nothing at all
        ([(2, 2), (2, 2)], None),
        ([], None),
    ],
)
def test_kappa_is_that_of_tables_worked_by_hand(table, kappa):
    assert weighted_kappa(table) == (None if kappa is None else pytest.approx(kappa))


@given(pairs)
def test_kappa_knows_no_first_and_second(coded):
    assert weighted_kappa(coded) == weighted_kappa([(second, first) for first, second in coded])


@given(units, st.randoms())
def test_alpha_knows_no_order_of_coders_and_units(coded, random):
    shuffled = [random.sample(unit, len(unit)) for unit in coded]
    random.shuffle(shuffled)
    assert alpha(shuffled) == alpha(coded)


@given(units, levels)
def test_what_only_one_coded_says_nothing(coded, level):
    assert alpha([*coded, [level], []]) == alpha(coded)


@given(units)
def test_there_is_an_alpha_unless_all_is_one_level(coded):
    found = alpha(coded)
    shared = {level for unit in coded if len(unit) > 1 for level in unit}
    assert (found is None) == (len(shared) <= 1)
    assert found is None or found <= 1


@given(st.lists(levels, min_size=2), st.integers(2, 4))
def test_full_agreement_is_one(coded, coders):
    assume(len(set(coded)) > 1)
    assert alpha([[level] * coders for level in coded]) == 1
    assert weighted_kappa([(level, level) for level in coded]) == 1
