"""What became of characteristics, and of evidence on the way from one framework to another."""

import pytest
from crosswalks import Cycle, first_cycle, framework_of, next_cycle
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidences, finding
from strategies import evidence_of as of_findings

import peelrules
from peelrules.engine.cautions import cautions_of_carriage
from peelrules.model.crosswalk import Carriage, Crosswalk, Kind, Pair, Touched
from peelrules.model.evidence import SUPPOSED, Evidence
from peelrules.testing import strategies as published


@st.composite
def two_steps(draw):
    one = draw(first_cycle())
    two, first = draw(next_cycle(one, "two"))
    three, second = draw(next_cycle(two, "three"))
    return one, first, two, second, three


@st.composite
def carrying(draw):
    """Evidence, and a crosswalk from its framework of one step or of two."""
    one, first, _, second, _ = draw(two_steps())
    evidence = draw(published.evidences(one.framework))
    return evidence, draw(st.sampled_from([first, first.then(second)]))


def covered(cycle: Cycle, names):
    return {matter for name in names for matter in cycle.matters[name]}


# -- crosswalks -------------------------------------------------------------------------------------


@given(two_steps())
def test_each_characteristic_of_both_stands_in_exactly_one_pair(steps):
    one, first, two, second, three = steps
    for before, crosswalk, after in ((one, first, two), (two, second, three), (one, first.then(second), three)):
        assert sorted(old for pair in crosswalk.pairs for old in pair.before) == sorted(before.matters)
        assert sorted(new for pair in crosswalk.pairs for new in pair.after) == sorted(after.matters)
        for pair in crosswalk.pairs:
            assert {new for news in pair.became.values() for new in news} == set(pair.after if pair.before else ())


@given(two_steps())
def test_the_kind_of_a_pair_says_whether_both_sides_are_about_the_same_matters(steps):
    one, first, two, second, three = steps
    for before, crosswalk, after in ((one, first, two), (two, second, three), (one, first.then(second), three)):
        for pair in crosswalk.pairs:
            is_even = covered(before, pair.before) == covered(after, pair.after)
            sides = (len(pair.before), len(pair.after))
            if pair.kind is Kind.REGROUPED:
                assert min(sides) > 1 or not is_even
                assert min(sides) > 0
            else:
                assert is_even is (pair.kind in (Kind.SAME, Kind.SPLIT, Kind.MERGED))
                assert pair.kind is Kind.of(*sides)


@given(two_steps())
def test_what_is_about_the_same_matter_is_linked_over_two_steps(steps):
    one, first, _, second, three = steps
    became = first.then(second).became
    for old, matters in one.matters.items():
        assert set(became[old]) >= {new for new, covers in three.matters.items() if covers & matters}
        assert set(became[old]) == {new for middle in first.became[old] for new in second.became[middle]}


@given(two_steps())
def test_a_crosswalk_to_the_same_framework_changes_no_other(steps):
    one, first, two, *_ = steps
    before, after = (Crosswalk.between(cycle.framework, cycle.framework, ()) for cycle in (one, two))
    assert all(pair.kind is Kind.SAME for pair in before.pairs)
    assert before.then(first) == first
    assert first.then(after) == first


@given(two_steps())
def test_notes_are_kept(steps):
    _, first, _, second, _ = steps
    of_both = first.then(second)
    lost = {note for pair in first.pairs for note in pair.notes} - {n for p in of_both.pairs for n in p.notes}
    assert not lost


def crosswalk(before, after, *pairs):
    return Crosswalk.between(
        framework_of("one", before), framework_of("two", after), [Pair.between(*pair) for pair in pairs]
    )


def test_pairs_stand_in_the_order_of_the_older_framework_and_then_of_the_newer_one():
    found = crosswalk("abcde", "xyceu", (["d"], []), ([], ["u"]), ([], ["y"]), (["b", "a"], ["x"]))
    told = [(pair.kind, "".join(pair.before), "".join(pair.after)) for pair in found.pairs]
    assert told == [
        (Kind.MERGED, "ba", "x"),
        (Kind.SAME, "c", "c"),
        (Kind.GONE, "d", ""),
        (Kind.SAME, "e", "e"),
        (Kind.NEW, "", "y"),
        (Kind.NEW, "", "u"),
    ]


@pytest.mark.parametrize(
    ("first", "second", "kind", "became"),
    [
        ([("a", "m")], [("m", "x")], Kind.SAME, {"a": "x"}),
        ([("a", "mn")], [("mn", "x")], Kind.SAME, {"a": "x"}),
        ([("a", "mn")], [("m", "x"), ("n", "")], Kind.REGROUPED, {"a": "x"}),
        ([("a", "m"), ("", "n")], [("mn", "x")], Kind.REGROUPED, {"a": "x"}),
        ([("a", "mn")], [("m", ""), ("n", "")], Kind.GONE, {"a": ""}),
        ([("a", "mn")], [("m", "x"), ("n", "yz")], Kind.SPLIT, {"a": "xyz"}),
        ([("ab", "m"), ("c", "n")], [("mn", "x")], Kind.MERGED, {"a": "x", "b": "x", "c": "x"}),
        ([("ab", "m")], [("m", "xy")], Kind.REGROUPED, {"a": "xy", "b": "xy"}),
        ([("a", "mn"), ("b", "o")], [("m", "x"), ("no", "y")], Kind.REGROUPED, {"a": "xy", "b": "y"}),
    ],
)
def test_two_steps_make_one(first, second, kind, became):
    middles = "".join(after for _, after in first)
    olds, news = "".join(before for before, _ in first), "".join(after for _, after in second)
    one, two, three = (framework_of(*each) for each in (("one", olds), ("two", middles), ("three", news or "u")))
    if not news:
        second = [*second, ("", "u")]
    found = Crosswalk.between(one, two, [Pair.between(*each) for each in first]).then(
        Crosswalk.between(two, three, [Pair.between(*each) for each in second])
    )
    [pair] = [pair for pair in found.pairs if pair.kind is not Kind.NEW]
    assert (pair.kind, {old: "".join(new) for old, new in pair.became.items()}) == (kind, became)


def test_what_came_and_went_again_is_told_nowhere():
    one, two, three = framework_of("one", "a"), framework_of("two", "ab"), framework_of("three", "a")
    found = Crosswalk.between(one, two, [Pair.between([], "b")]).then(
        Crosswalk.between(two, three, [Pair.between("b", [])])
    )
    assert found.pairs == (Pair.between("a", "a"),)


def test_steps_that_do_not_meet_are_refused():
    step = crosswalk("a", "a")
    with pytest.raises(peelrules.ArgumentError, match="a crosswalk to two cannot be continued by one from one; name"):
        step.then(step)


def test_a_characteristic_in_other_words_is_not_the_same_of_itself():
    one, two = framework_of("one", "ab"), framework_of("two", "ab")
    other = two.core_questions[0].topics[0].characteristics[0].model_copy(update={"text": "In other words."})
    topic = two.core_questions[0].topics[0]
    topic = topic.model_copy(update={"characteristics": (other, topic.characteristics[1])})
    question = two.core_questions[0].model_copy(update={"topics": (topic,)})
    reworded = two.model_copy(update={"core_questions": (question,)})
    assert Crosswalk.between(one, reworded, ()).pairs == (Pair.between("b", "b"),)


def test_what_is_named_on_one_side_is_the_same_of_itself_no_more():
    assert crosswalk("ab", "a", ("b", "a")).pairs == (Pair.between("b", "a"),)
    assert crosswalk("a", "ab", ("a", "b")).pairs == (Pair.between("a", "b"),)


# -- evidence ---------------------------------------------------------------------------------------


@given(evidences())
def test_under_its_own_framework_evidence_stays_what_it_is(evidence):
    framework = bundled().framework
    assert peelrules.carried(evidence, Crosswalk.between(framework, framework, ())) is evidence


@given(evidences())
def test_under_a_framework_of_another_name_only_the_name_changes(evidence):
    framework = bundled().framework
    renamed = framework.model_copy(update={"id": "another"})
    found = peelrules.carried(evidence, Crosswalk.between(framework, renamed, ()))
    assert found.findings == evidence.findings
    assert found.carried == (Carriage(coded_for=framework.id, lost=(), moved=(), touched=(), strands={}, methods={}),)
    expected = evidence.model_copy(update={"framework": "another", "carried": found.carried})
    assert found == expected


@given(carrying())
def test_no_finding_is_lost_in_silence(drawn):
    evidence, crosswalk = drawn
    found = peelrules.carried(evidence, crosswalk)
    [carriage] = found.carried
    kept = {f.id: f for f in found.findings}
    said = " ".join(cautions_of_carriage(found.carried))
    for before in evidence.findings:
        news = [new for old in before.bears_on for new in crosswalk.became[old]]
        assert (before.id in kept) is (bool(news) and before.strand in crosswalk.strands)
        assert (before.id in carriage.lost) is (before.id not in kept)
        if before.id in carriage.lost:
            assert before.id in said
            continue
        after = kept[before.id]
        assert after == before.model_copy(update={"bears_on": after.bears_on, "method": after.method})
        assert set(after.bears_on) == set(news)
        assert (after.method == before.method) is (before.id not in str(carriage.methods))
        pair_of = {old: pair for pair in crosswalk.pairs for old in pair.before}
        same = (old for old in before.bears_on if pair_of[old].kind is Kind.SAME)
        plainly = {new for old in same for new in crosswalk.became[old]}
        touched = {new for each in carriage.touched if before.id in each.findings for new in each.after}
        assert set(after.bears_on) <= plainly | touched
        gone = {old for old in before.bears_on if not crosswalk.became[old]}
        assert gone <= {old for each in carriage.touched if before.id in each.findings for old in each.before}
        assert (before.id in carriage.moved) is (before.primary in gone)


@given(carrying())
def test_what_is_carried_is_in_the_words_of_the_newer_framework(drawn):
    evidence, crosswalk = drawn
    found = peelrules.carried(evidence, crosswalk)
    assert found.framework == crosswalk.after
    known = {new for pair in crosswalk.pairs for new in pair.after}
    assert all(set(f.bears_on) <= known and f.strand in crosswalk.strands for f in found.findings)
    assert Evidence.model_validate_json(found.model_dump_json()) == found


@given(st.data())
def test_two_steps_at_once_carry_as_one_after_the_other(data):
    one, first, _, second, _ = data.draw(two_steps())
    evidence = data.draw(published.evidences(one.framework))
    at_once = peelrules.carried(evidence, first.then(second))
    in_turn = peelrules.carried(peelrules.carried(evidence, first), second)
    assert at_once.findings == in_turn.findings
    assert at_once.framework == in_turn.framework
    assert set(at_once.carried[0].lost) == {lost for carriage in in_turn.carried for lost in carriage.lost}


def of_one(*findings, framework="one"):
    return of_findings(*findings).model_copy(update={"framework": framework})


def test_everything_that_becomes_uncertain_is_told():
    found = peelrules.carried(
        of_one(
            finding("A-1", "a"),
            finding("A-2", "b", "a"),
            finding("A-3", "b"),
            finding("A-4", "c", "d", method="interview"),
            finding("A-5", "e", strand=SUPPOSED, method="audit"),
            finding("A-6", "e", strand="observations", method="interview"),
        ),
        Crosswalk.between(
            framework_of("one", "abcde"),
            framework_of("two", "xyzeu", ["fieldwork"], ["audit"]),
            [Pair.between("a", "xy"), Pair.between("b", ""), Pair.between("cd", "z"), Pair.between("", "u")],
        ),
    )
    assert {f.id: (*f.bears_on, f.method) for f in found.findings} == {
        "A-1": ("x", "y", None),
        "A-2": ("x", "y", None),
        "A-4": ("z", None),
        "A-5": ("e", "audit"),
    }
    assert found.carried == (
        Carriage(
            coded_for="one",
            lost=("A-3", "A-6"),
            moved=("A-2",),
            touched=(
                Touched(kind=Kind.SPLIT, before=("a",), after=("x", "y"), findings=("A-1", "A-2")),
                Touched(kind=Kind.GONE, before=("b",), after=(), findings=("A-2", "A-3")),
                Touched(kind=Kind.MERGED, before=("c", "d"), after=("z",), findings=("A-4",)),
                Touched(kind=Kind.NEW, before=(), after=("u",), findings=()),
            ),
            strands={"observations": ("A-6",)},
            methods={"interview": ("A-4",)},
        ),
    )
    assert cautions_of_carriage(found.carried) == (
        "The evidence was coded for one and is read here under another framework, in whose words nobody coded it.",
        "Lost: 2 findings, of which nothing is left to be graded: A-3, A-6.",
        "Gone, so that findings count for it no more: b (2 findings).",
        "Gone with its findings, as a line of evidence: observations (1 finding).",
        "Gone, as a method; its findings are carried without it: interview (1 finding).",
        "Uncertain, for it was first of all about what is gone, and is taken to be about the next that it names: A-2.",
        "Uncertain, for it is split, and a finding counts for every part, though it may be about one alone: "
        "a into x, y (2 findings).",
        "Uncertain, for it is taken together, and a finding about a part counts for the whole: "
        "c, d into z (1 finding).",
        "New, so that no finding speaks of it: u.",
    )


def test_evidence_of_another_framework_is_refused():
    message = "the evidence is of three, and the crosswalk is from one; use one that begins"
    with pytest.raises(peelrules.ArgumentError, match=message):
        peelrules.carried(of_one(framework="three"), crosswalk("a", "a"))


def test_evidence_about_what_the_older_framework_does_not_have_is_refused():
    with pytest.raises(peelrules.EvidenceError, match="A-1: there is no characteristic `b` in one"):
        peelrules.carried(of_one(finding("A-1", "a"), finding("A-1", "b", "a")), crosswalk("a", "a"))
