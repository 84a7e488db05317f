"""Two inspections of different cycles side by side."""

import pytest
from crosswalks import first_cycle, framework_of, next_cycle
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, finding, rulebook_of
from strategies import evidence_of as of_findings

import peelrules
from peelrules.insight.cycles import Change
from peelrules.model.crosswalk import Crosswalk, Kind, Pair
from peelrules.model.scales import Direction, Status
from peelrules.report import cycles, outline
from peelrules.testing import strategies as published

ONE = framework_of("one", "abcdefgh")
TWO = framework_of("two", "abcvwxyu")
BETWEEN = Crosswalk.between(
    ONE,
    TWO,
    [
        Pair.between("d", "v"),
        Pair.between("e", "wx", ["Cut in two."]),
        Pair.between("fg", "y"),
        Pair.between("h", ""),
        Pair.between("", "u"),
    ],
)
GOOD, BAD = (
    {"direction": Direction.STRENGTH},
    {"direction": Direction.SHORTFALL, "seriousness": "serious", "extent": "widespread"},
)


def graded(framework, *findings):
    evidence = of_findings(*findings).model_copy(update={"framework": framework.id})
    return peelrules.grade(evidence, rulebook_of(*bundled().rules, framework=framework))


def graded_by(framework, **codings):
    return graded(framework, *(finding(f"F-{c}", c, **coding) for c, coding in codings.items()))


def test_what_became_one_each_is_better_worse_or_the_same():
    before = graded_by(ONE, a=GOOD, b=BAD, c=GOOD, d=BAD)
    after = graded_by(TWO, a=GOOD, b=GOOD, c=BAD, v=GOOD)
    found = peelrules.across_cycles(before, after, BETWEEN)
    compared = {m.before[0].characteristic: m.change for m in found.characteristics if m.kind is Kind.SAME}
    assert compared == {"a": Change.SAME, "b": Change.BETTER, "c": Change.WORSE, "d": Change.BETTER}
    [renamed] = [m for m in found.characteristics if m.before and m.before[0].characteristic == "d"]
    assert renamed.before[0].status is Status.NOT_DEMONSTRATED
    assert (renamed.after[0].characteristic, renamed.after[0].status) == ("v", Status.DEMONSTRATED)


def test_what_did_not_become_one_each_is_told_and_not_compared():
    every = dict.fromkeys("abcdefgh", GOOD), dict.fromkeys("abcvwxyu", GOOD)
    found = peelrules.across_cycles(graded_by(ONE, **every[0]), graded_by(TWO, **every[1]), BETWEEN)
    told = {
        m.kind: ([s.characteristic for s in m.before], [s.characteristic for s in m.after]) for m in found.not_compared
    }
    assert told == {
        Kind.SPLIT: (["e"], ["w", "x"]),
        Kind.MERGED: (["f", "g"], ["y"]),
        Kind.GONE: (["h"], []),
        Kind.NEW: ([], ["u"]),
    }
    assert {m.not_compared for m in found.not_compared} == {"split", "merged", "gone", "new"}
    assert all(s.status is Status.DEMONSTRATED for m in found.not_compared for s in (*m.before, *m.after))


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ({}, {}, "not assessed in either"),
        ({"a": GOOD}, {}, "not assessed after"),
        ({}, {"a": GOOD}, "not assessed before"),
    ],
)
def test_what_was_not_assessed_is_not_compared(before, after, why):
    found = peelrules.across_cycles(graded_by(ONE, **before), graded_by(TWO, **after), BETWEEN)
    [matter] = [m for m in found.not_compared if m.before and m.before[0].characteristic == "a"]
    assert matter.not_compared == why


def asking(framework, *questions):
    """The framework, with its question under other ids."""
    first = framework.core_questions[0]
    topic = first.topics[0]
    each = [
        first.model_copy(
            update={"id": q, "name": q, "topics": (topic.model_copy(update={"characteristics": (characteristic,)}),)}
        )
        for q, characteristic in zip(questions, topic.characteristics, strict=True)
    ]
    return framework.model_copy(update={"core_questions": tuple(each)})


def test_each_question_of_both_is_compared_or_it_is_told_why_not():
    one = asking(framework_of("one", "abcde"), "better", "same", "gone", "earlier", "worse")
    two = asking(framework_of("two", "xabde"), "new", "better", "same", "earlier", "worse")
    became = [Pair.between("c", ""), Pair.between("", "x")]
    before = graded_by(one, a=BAD, b=GOOD, c=GOOD, d=GOOD, e=GOOD)
    after = graded_by(two, x=GOOD, a=GOOD, b=GOOD, e=BAD)
    found = peelrules.across_cycles(before, after, Crosswalk.between(one, two, became))
    assert {q.core_question: q.change or q.not_compared for q in found.questions} == {
        "new": "new",
        "better": Change.BETTER,
        "same": Change.SAME,
        "earlier": "not graded after",
        "worse": Change.WORSE,
        "gone": "gone",
    }
    assert [q.core_question for q in found.questions] == ["new", "better", "same", "earlier", "worse", "gone"]


def test_a_question_with_too_little_evidence_is_told_with_its_ceiling():
    found = peelrules.across_cycles(graded_by(ONE, a=BAD), graded_by(TWO), BETWEEN)
    [question] = found.questions
    assert question.before.grade is None
    assert question.not_compared == "not graded in either"
    text = outline.text(cycles.of(found), 200)
    assert f"no grade, at most {question.before.ceiling}" in text
    assert question.after.ceiling is None


@st.composite
def inspections(draw):
    one = draw(first_cycle())
    two, first = draw(next_cycle(one, "two"))
    three, second = draw(next_cycle(two, "three"))
    after, crosswalk = draw(st.sampled_from([(two, first), (three, first.then(second))]))
    evidences = [draw(published.evidences(cycle.framework)) for cycle in (one, after)]
    rulebooks = [rulebook_of(*bundled().rules, framework=cycle.framework) for cycle in (one, after)]
    return *map(peelrules.grade, evidences, rulebooks), crosswalk


@given(inspections())
def test_each_characteristic_of_both_stands_once_as_it_was_assessed(drawn):
    before, after, crosswalk = drawn
    found = peelrules.across_cycles(before, after, crosswalk)
    for side, assessment in (("before", before), ("after", after)):
        standings = [each for matter in found.characteristics for each in getattr(matter, side)]
        assert len(standings) == len(assessment.characteristic)
        assert {s.characteristic: s.status for s in standings} == {
            i: c.status for i, c in assessment.characteristic.items()
        }
    for matter in found.characteristics:
        assert (matter.change is None) is (matter.not_compared is not None)
        if matter.change is not None:
            assert matter.kind is Kind.SAME
    text = outline.text(cycles.of(found), 200)
    assert all(f"({i})" in text for i in (*before.characteristic, *after.characteristic))


@given(inspections())
def test_an_inspection_beside_itself_has_not_moved(drawn):
    assessment, *_ = drawn
    framework = framework_of("one", list(assessment.characteristic))
    found = peelrules.across_cycles(assessment, assessment, Crosswalk.between(framework, framework, ()))
    assert {m.change for m in found.characteristics} <= {Change.SAME, None}
    assert {m.not_compared for m in found.not_compared} <= {"not assessed in either"}


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (TWO, ONE, "the crosswalk is from one to two, and the assessments are of two and one"),
        (framework_of("one", "abc"), TWO, "of different versions of one; grade the evidence anew"),
        (ONE, framework_of("two", "abcd"), "of different versions of two; grade the evidence anew"),
    ],
)
def test_assessments_of_other_frameworks_than_the_crosswalk_are_refused(before, after, message):
    with pytest.raises(peelrules.ArgumentError, match=message):
        peelrules.across_cycles(graded_by(before), graded_by(after), BETWEEN)


def test_the_cautions_say_that_the_rules_differ_and_keep_those_of_both():
    before = graded_by(ONE, a=GOOD)
    carried = peelrules.carried(before.evidence, BETWEEN)
    after = peelrules.grade(carried, rulebook_of(*bundled().rules, framework=TWO))
    found = peelrules.across_cycles(before, after, BETWEEN)
    assert found.cautions[0].startswith("The first is graded by the rules of one, the second by those of two, so ")
    assert found.cautions[1:] == tuple(f"After: {caution}" for caution in after.cautions)
    assert len(after.cautions) == 2


def test_what_both_say_first_is_told_once_and_what_one_says_with_its_name():
    found = [
        peelrules.carried(of_findings(finding("F-a", c)).model_copy(update={"framework": "one"}), BETWEEN) for c in "ae"
    ]
    plain, split = (peelrules.grade(each, rulebook_of(*bundled().rules, framework=TWO)) for each in found)
    assert peelrules.differences(plain, plain).cautions == plain.cautions
    shared, uncertain, new = split.cautions
    assert plain.cautions == (shared, new)
    assert peelrules.differences(plain, split).cautions == (shared, new, f"After: {uncertain}")
    assert peelrules.differences(split, plain).cautions == (shared, new, f"Before: {uncertain}")
