"""Facts of one cell are the same to every condition, and one of them stands for all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import alternatives, bundled, facts, tries

from peelrules.model.comparators import Comparator
from peelrules.model.conditions import ANY_OTHER, Axes, Axis, Condition, satisfying
from peelrules.model.facts import OF_A_FINDING, OF_A_SAMPLE, Field, Harm, Stage
from peelrules.model.scales import Seriousness

STAGES = pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)


@STAGES
@tries(100)
@given(data=st.data())
def test_facts_in_one_cell_are_the_same_to_every_condition_and_one_stands_for_them(stage, data):
    asked = [c for part in data.draw(st.lists(alternatives(stage), min_size=1, max_size=3)) for c in part]
    axes = Axes(asked, bundled().fields[stage])
    drawn = data.draw(facts(stage))
    cell = axes.cell(drawn)
    stands_for_it = axes.fact_in(cell)
    assert axes.cell(stands_for_it) == cell
    assert [c.holds(stands_for_it) for c in asked] == [c.holds(drawn) for c in asked]


@STAGES
@tries(100)
@given(data=st.data())
def test_every_place_in_which_there_is_a_value_is_that_of_its_value(stage, data):
    asked = data.draw(alternatives(stage))
    for axis in Axes(asked, bundled().fields[stage]).axes:
        assert [axis.place(value) for value in axis.telling] == (
            sorted(axis.place(value) for value in axis.telling)
            if axis.field.best_first
            else sorted((axis.place(value) for value in axis.telling), reverse=True)
        )
        assert {axis.values[axis.place(value)] for value in axis.telling} == set(axis.telling)
        assert axis.size == len(axis.values)


def at_least(field, *bounds):
    return [Condition(field, Comparator.AT_LEAST, bound) for bound in bounds]


COUNT = Field("count", "a count", int, Harm.WHEN_LOWER)
FAILING, NAME = OF_A_SAMPLE["failing"], OF_A_SAMPLE["characteristic"]
VALUES = {
    "a share": (FAILING, [0.25, 0.75], (0.0, 0.25, 0.5, 0.75, 1.0)),
    "a share at both ends": (FAILING, [0.0, 1.0], (None, 0.0, 0.5, 1.0, None)),
    "shares with none between them": (FAILING, [0.0, 5e-324], (None, 0.0, None, 5e-324, 1.0)),
    "a share of which nothing is asked": (FAILING, [], (0.0,)),
    "a count": (COUNT, [2], (0, 2, 3)),
    "counts next to each other": (COUNT, [1, 2, 4], (0, 1, None, 2, 3, 4, 5)),
    "a count at both ends": (COUNT, [0, 1_000_000], (None, 0, 1, 1_000_000, None)),
    "levels": (OF_A_FINDING["seriousness"], [Seriousness.SERIOUS], tuple(Seriousness)),
    "a flag": (OF_A_FINDING["persistent"], [True], (False, True)),
    "names": (NAME, ["b", "a"], ("a", "b", ANY_OTHER)),
}


@pytest.mark.parametrize(("field", "bounds", "values"), VALUES.values(), ids=VALUES)
def test_the_values_that_stand_for_all(field, bounds, values):
    axis = Axis(field, at_least(field.name, *bounds))
    assert axis.values == values
    there = [value for value in values if value is not None]
    assert list(axis.telling) == (there if field.best_first else there[::-1])


def test_conditions_on_other_fields_do_not_matter_to_one():
    assert satisfying(FAILING, [*at_least("failing", 0.5), *at_least("other", 0.9)]) == [0.5, 1.0]
    assert satisfying(COUNT, at_least("count", 2)) == [3, 2]


@pytest.mark.parametrize("bounds", [(1, 1.0), (1.0, 1)])
def test_a_count_of_one_and_all_of_them_are_equal_and_told_apart(bounds):
    words = {int: "at least 1", float: "at least 100%"}
    assert [Condition("field", Comparator.AT_LEAST, b).test for b in bounds] == [words[type(b)] for b in bounds]
