"""Columns and decision tables come to what grading one by one comes to, whatever a rulebook counts."""

import shutil

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidences, rulebooks, tries

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.engine.columns import Columns, conclude
from peelrules.engine.columns.lookup import names_of
from peelrules.engine.matching import plain
from peelrules.engine.stages import run
from peelrules.engine.tables import tabled
from peelrules.model.facts import Stage

COUNTS = """
characteristic:
  - {id: against, title: strands against, count: strands, where: {gravity: {at_least: moderate}}}
  - id: heard
    title: strengths of two strands
    count: findings
    where: {direction: strength, progress: false, strand: {one_of: [fieldwork, force data]}}
  - {id: worst_extent, title: worst extent, worst: extent, where: {direction: shortfall, persistent: true}}
  - {id: praised, title: praised, count: findings, where: {exceptional: true, direction: strength}}
  - id: unsettled
    title: not put right
    count: findings
    where: {direction: {above: neither}, state: {above: remedied}}
core_question:
  - id: assessed_service
    title: service assessed
    share: characteristics
    where: {assessed: true}
    of: {role: service}
  - id: credit_of_all
    title: credit
    share: credit
    of: {assessed: true, role: enabling}
    of_none: 0.25
  - id: much_against
    title: much against
    count: characteristics
    where: {against: {at_least: 2}, worst_extent: {above: isolated}}
  - id: bail
    title: bail fails
    count: characteristics
    where: {characteristic: offenders.bail, status: {below: demonstrated}}
  - {id: worst_status, title: worst status, worst: status}
  - id: worst_of_extents
    title: worst of the worst extents
    worst: worst_extent
    where: {concern: {at_least: area for improvement}}
  - id: fine
    title: well heard
    share: characteristics
    where: {heard: {at_least: 1}, status: {at_least: demonstrated}}
    of: {assessed: true}
"""
RULES = {
    "characteristics": [
        ({"against": {"at_least": 2}}, {"status": {"at_most": "partly demonstrated"}}),
        (
            {"worst_extent": {"at_least": "frequent"}, "heard": {"below": 1}},
            {"status": {"at_most": "not demonstrated"}},
        ),
        ({"unsettled": {"above": 1}}, {"concern": {"at_least": "area for improvement"}}),
        ({"unsettled": {"at_least": 3}, "against": {"above": 1}}, {"concern": {"at_least": "critical shortfall"}}),
        ({"praised": {"at_most": 0}}, {"status": {"at_most": "demonstrated"}}),
    ],
    "core-questions": [
        ({"assessed_service": {"below": 0.25}}, {"raises": "not_enough_evidence"}),
        ({"much_against": {"at_least": 2}}, {"raises": "cause_of_concern"}),
        ({"credit_of_all": {"at_most": 0.5}}, {"grade": {"at_most": "adequate"}}),
        ({"much_against": {"at_least": 1}}, {"grade": {"at_most": "requires improvement"}}),
        ({"bail": {"at_least": 1}}, {"grade": {"at_most": "requires improvement"}}),
        ({"worst_status": "not demonstrated", "fine": {"below": 0.5}}, {"grade": {"at_most": "adequate"}}),
        ({"worst_of_extents": "widespread"}, {"grade": {"at_most": "inadequate"}}),
        ({"fine": {"below": 1.0}}, {"grade": {"at_most": "good"}}),
    ],
}


def example(when, applies):
    """Values that satisfy all comparisons, or values as good as can be."""
    worse = {"at_least": 0, "above": 1, "at_most": 0, "below": -1}
    given = {}
    for field, test in when.items():
        ((comparator, bound),) = test.items() if isinstance(test, dict) else (("at_least", test),)
        if isinstance(bound, str):
            given[field] = bound if applies else {"not demonstrated": "exceeded"}.get(bound, "isolated")
        elif applies:
            given[field] = (
                bound + worse[comparator] if isinstance(bound, int) else bound - (comparator == "below") * 0.1
            )
        else:
            given[field] = 0 if comparator in ("at_least", "above") else type(bound)(1)
    return {"given": given, "applies": applies}


@pytest.fixture(scope="session")
def counting(tmp_path_factory):
    """A rulebook that counts in every way there is."""
    folder = tmp_path_factory.mktemp("rules") / "counting"
    shutil.copytree(bundled_rulebook(), folder, ignore=shutil.ignore_patterns("cases"))
    (folder / "counts.yaml").write_text(COUNTS)
    for name, rules in RULES.items():
        written = [
            {
                "id": f"{name}.{number}",
                "title": "A rule made for a test",
                "when": when,
                "then": then,
                "source": {"document": "ours", "clause": "tests"},
                "basis": "Made for a test; nothing rests on it.",
                "examples": [example(when, applies=True), example(when, applies=False)],
            }
            for number, (when, then) in enumerate(rules)
        ]
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(written))
    return peelrules.load_rulebook(folder)


def ranks(level):
    return -1 if level is None else level.rank


def assert_columns_are_as_graded(bodies, rulebook):
    concluded = conclude(Columns.of([body.findings for body in bodies], rulebook), rulebook)
    places = {c: number for number, c in enumerate(rulebook.framework.characteristics)}
    for row, body in enumerate(bodies):
        graded = peelrules.grade(body, rulebook, plain)
        assert concluded.grade[row].tolist() == [ranks(j.grade) for j in graded.judgments]
        for at, judgment in enumerate(graded.judgments):
            assert concluded.judged[row, at] == (judgment.ceiling is not None)
            if judgment.ceiling is not None:
                assert judgment.range is not None
                found = [each[row, at] for each in (concluded.ceiling, concluded.worst, concluded.best)]
                assert found == [judgment.ceiling.rank, judgment.range.worst.rank, judgment.range.best.rank]
        for each in graded.characteristics:
            at = (row, places[each.characteristic])
            assert concluded.assessed[at] == (each.status is not None)
            if each.status is not None:
                found = [column[at] for column in (concluded.status, concluded.concern, concluded.gravities)]
                assert found == [each.status.rank, each.concern.rank, each.gravity.rank]
                assert concluded.strengths[at] == len(each.strengths)


@tries(40)
@given(bodies=st.lists(evidences(), min_size=1, max_size=4))
def test_columns_are_as_graded(bodies, counting):
    for rulebook in (bundled(), counting):
        assert_columns_are_as_graded(bodies, rulebook)


@tries(60)
@given(bodies=st.lists(evidences(), min_size=1, max_size=3), drawn=rulebooks(max_counts=3))
def test_columns_are_as_graded_whatever_a_rulebook_counts(bodies, drawn):
    assert_columns_are_as_graded(bodies, drawn)


def test_nothing_is_graded_like_anything_else(rulebook, lancashire):
    empty = lancashire.model_copy(update={"findings": ()})
    assert_columns_are_as_graded([empty, lancashire, empty], rulebook)
    assert conclude(Columns.of([], rulebook), rulebook).grade.shape == (0, len(rulebook.framework.core_questions))


@tries(40)
@given(data=st.data(), evidence=evidences())
def test_a_run_that_starts_where_a_change_begins_is_as_one_from_the_start(data, evidence, counting):
    was = run(evidence.findings, counting, tabled)
    kept = [found for found in evidence.findings if data.draw(st.booleans())]  # in their order, as everywhere
    assert run(kept, counting, tabled, was) == run(kept, counting, plain)
    stage = data.draw(st.sampled_from(Stage))
    assert run(evidence.findings, counting, tabled, was, stage) == was


def test_tables_are_filled_by_the_rules_alone(counting):
    from peelrules.engine.tables import table_of

    for stage in Stage:
        table = table_of(counting, stage)
        cells = list(table.every_cell())[:20_000]
        facts = [table.axes.fact_in(cell) for cell in cells]
        assert [table.axes.cell(fact) for fact in facts] == cells
        assert tabled(counting, stage, facts) == plain(counting, stage, facts)


def test_more_characteristics_than_small_numbers_hold_are_summed():
    of_one_question = names_of(bundled())._replace(starts=[0])
    assert of_one_question.summed(np.ones((300, 2), np.uint8)).tolist() == [[300, 300]]
