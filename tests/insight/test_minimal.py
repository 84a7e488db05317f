from itertools import chain, combinations

from hypothesis import given
from hypothesis import strategies as st

from peelrules.insight.minimal import minimal_sets

ELEMENTS = range(6)
FAMILIES = st.lists(st.frozensets(st.sampled_from(ELEMENTS)), max_size=6)


def subsets(elements):
    return (frozenset(s) for s in chain.from_iterable(combinations(elements, n) for n in range(len(elements) + 1)))


@given(FAMILIES)
def test_they_are_the_sets_that_suffice_and_of_which_no_part_does(family):
    def suffices(chosen):
        return any(enough <= chosen for enough in family)

    sufficient = [s for s in subsets(ELEMENTS) if suffices(s)]
    smallest = {s for s in sufficient if not any(other < s for other in sufficient)}
    assert set(minimal_sets(ELEMENTS, suffices)) == smallest


def test_nothing_suffices_where_everything_does_not():
    assert minimal_sets(ELEMENTS, lambda _chosen: False) == []


def test_nothing_is_needed_where_nothing_suffices_already():
    assert minimal_sets(ELEMENTS, lambda _chosen: True) == [frozenset()]
