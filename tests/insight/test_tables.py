"""Decision tables say of every fact what the rules say of it, in as few lines as they can."""

import os
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import facts, rule, rulebook_of, rulebooks

from peelrules.engine.matching import plain
from peelrules.insight.tables import MOST_LINES, STAGE_OF, axes_of, decision_table
from peelrules.model.facts import Stage, in_words
from peelrules.report import outline, tables

GOLDEN = Path(__file__).parents[1] / "golden/table-gravity.md"
COUNTED = ("strengths", "exceptional")


def is_in(where, places):
    return all(places[span.field] in span.places for span in where)


def told_of(table, rulebook, fact):
    """Everything that a table says of a fact; the places are those of one field after the other."""
    axes = axes_of(rulebook, table.outcome).axes
    places = {axis.field.name: axis.place(fact[axis.field.name]) for axis in axes}
    return [
        said
        for block in table.blocks
        if is_in(block.where, places)
        for line in block.lines
        if is_in(line.where, places)
        for number, said in enumerate(line.says)
        if is_in(block.columns[number : number + 1], places)
    ]


def in_text(table):
    return outline.text(tables.table(table), 200)


@pytest.mark.slow
@pytest.mark.parametrize("outcome", STAGE_OF)
@given(data=st.data())
def test_a_fact_stands_in_one_cell_which_says_what_the_rules_say_of_it(outcome, data):
    stage = STAGE_OF[outcome]
    rulebook = data.draw(rulebooks(stage))
    table = decision_table(rulebook, outcome)
    assume(table.blocks)
    for fact in data.draw(st.lists(facts(stage) | facts(stage, words=rulebook), min_size=1, max_size=8)):
        [said] = plain(rulebook, stage, [fact])
        assert told_of(table, rulebook, fact) == [in_words(said.concluded[outcome])]


@pytest.mark.parametrize("outcome", STAGE_OF)
def test_the_bundled_rules_say_it_of_every_fact_on_and_beside_their_bounds(rulebook, outcome):
    stage = STAGE_OF[outcome]
    table = decision_table(rulebook, outcome)

    @given(facts(stage, words=rulebook))
    def says_it(fact):
        [said] = plain(rulebook, stage, [fact])
        assert told_of(table, rulebook, fact) == [in_words(said.concluded[outcome])]

    says_it()


@given(data=st.data(), outcome=st.sampled_from(list(STAGE_OF)))
def test_what_is_the_same_stands_together(data, outcome):
    for block in decision_table(data.draw(rulebooks(STAGE_OF[outcome])), outcome).blocks:
        for one, next_one in pairwise(block.lines):
            assert one.where[:-1] != next_one.where[:-1] or one.says != next_one.says
        for one, next_one in pairwise(zip(*(line.says for line in block.lines), strict=True)):
            assert one != next_one
        assert not block.down or len(block.lines) > 1


SHARES = [
    ([{"below": 0.5}], ["below 50%", "50% or more"]),
    ([{"at_most": 0.5}], ["at most 50%", "above 50%"]),
    ([{"is": 0.5}], ["below 50%", "50%", "above 50%"]),
    ([{"above": 0}], ["at most 0%", "above 0%"]),
    ([{"at_least": 1}], ["below 100%", "100% or more"]),
    ([{"at_least": 0.2, "below": 0.75}], ["below 20%", "20% or more and below 75%", "75% or more"]),
    ([{"above": 0.2, "at_most": 0.75}], ["at most 20%", "above 20% and at most 75%", "above 75%"]),
]
COUNTS = [
    ([{"is": 0}], ["0", "1 or more"]),
    ([{"at_least": 2}], ["0 or 1", "2 or more"]),
    ([{"above": 3}], ["0 to 3", "4 or more"]),
    ([{"is": 2}], ["0 or 1", "2", "3 or more"]),
    ([{"above": 1, "below": 9}], ["0 or 1", "2 to 8", "9 or more"]),
]
LEVELS = [
    ([{"at_least": "some"}], ["isolated", "some or worse"]),
    ([{"at_least": "frequent"}], ["isolated or some", "frequent or widespread"]),
    ([{"at_least": "widespread"}], ["no worse than frequent", "widespread"]),
    ([{"at_least": "some", "at_most": "frequent"}], ["isolated", "some or frequent", "widespread"]),
]


@pytest.mark.parametrize(
    ("stage", "field", "tests", "words"),
    [
        *((Stage.SAMPLE, "failing", *case) for case in SHARES),
        *((Stage.CHARACTERISTIC, "strengths", *case) for case in COUNTS),
        *((Stage.FINDING, "extent", *case) for case in LEVELS),
    ],
)
def test_values_that_stand_together_have_words(stage, field, tests, words):
    outcome = {Stage.SAMPLE: "direction", Stage.FINDING: "gravity", Stage.CHARACTERISTIC: "status"}[stage]
    rulebook = rulebook_of(rule(stage, "made.one", [{field: test} for test in tests]))
    [block] = decision_table(rulebook, outcome).blocks
    assert [line.where[0].words for line in block.lines] == words


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ([{"persistent": True}], ["Not reported before: none", "Reported before: minor"]),
        (
            [{"characteristic": {"one_of": ["vetting.appointments", "offenders.bail"]}}],
            ["Characteristic offenders.bail or vetting.appointments: minor", "Any other characteristic: none"],
        ),
        (
            [{"direction": "shortfall", "persistent": True}],
            ["Direction strength or neither: none", "Direction shortfall, not reported before: none"],
        ),
    ],
)
def test_names_and_what_is_yes_or_no_make_tables_of_their_own(when, words):
    text = in_text(decision_table(rulebook_of(rule(Stage.FINDING, "made.one", when)), "gravity"))
    assert all(f"\n{each}\n" in text for each in words), text


def test_without_rules_one_line_says_it_all():
    assert "\nAlways: none\n" in in_text(decision_table(rulebook_of(), "gravity"))


@pytest.mark.parametrize(
    ("stage", "outcome", "when"),
    [
        (Stage.SAMPLE, "direction", [{"failing": {"is": n / 1000}} for n in range(MOST_LINES // 2)]),
        (
            Stage.CHARACTERISTIC,
            "status",
            [{f: {"is": 2 * n}} for f in COUNTED for n in range(200)],
        ),
    ],
    ids=["lines", "cells"],
)
def test_a_table_of_too_many_lines_or_cells_is_not_shown(stage, outcome, when):
    def shown(cases):
        return in_text(decision_table(rulebook_of(rule(stage, "made.one", cases)), outcome))

    told = "The rules tell too many cases apart for a table. `peelrules rules` tells them one by one."
    assert told in shown([*when, {next(iter(when[0])): {"is": 1}}])
    assert told not in shown(when[: MOST_LINES // 2 - 1])


def test_the_gravity_table_reads_as_it_did(rulebook):
    page = outline.markdown(tables.table(decision_table(rulebook, "gravity")))
    page = page.replace(rulebook.identity.hash, "HASH")
    if os.environ.get("PEELRULES_RESET_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8", newline="")
        pytest.skip(f"{GOLDEN} is written anew")
    assert page == GOLDEN.read_text(encoding="utf-8")
