from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidence_of, findings, rule, rulebook_of, tries
from strategies import finding as found

import peelrules
from peelrules.engine.matching import plain
from peelrules.insight import path as path_of
from peelrules.insight.changes import Set, Show, changed
from peelrules.model.facts import Stage
from peelrules.model.framework import CoreQuestion, Framework, Topic
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Grade


def small_rulebook():
    """The bundled rules, and a framework of one question with four characteristics."""
    book = bundled()
    question = next(q for q in book.framework.core_questions if q.id == "treatment")
    topic = Topic(title="All", characteristics=question.characteristics[:4])
    small = CoreQuestion(id="treatment", title="All", name="All", reporting=question.reporting, topics=(topic,))
    fields = {name: getattr(book.framework, name) for name in Framework.model_fields}
    framework = Framework.model_validate({**fields, "core_questions": (small,)})
    return Rulebook(framework=framework, counts=book.counts, rules=book.rules, places={})


BOOK = small_rulebook()
CHARACTERISTICS = tuple(BOOK.framework.characteristics)


def reached(evidence, changes, wanted):
    grade = peelrules.grade(changed(evidence, changes), BOOK, plain).judgment("treatment").grade
    return grade is not None and grade >= wanted


def strongest(evidence):
    """Every change that may help, each as strong as can be, exceptional evidence aside."""
    for finding in evidence.findings:
        if finding.sample is not None:
            best = ("sample.met", finding.sample.of) if finding.sample.met is not None else ("sample.share", 1.0)
            yield Set(finding=finding.id, field=best[0], value=best[1])
        elif finding.state is not None:
            yield Set(finding=finding.id, field="state", value="remedied")
    yield from (Show(characteristic=c) for c in CHARACTERISTICS)


EVIDENCE = st.lists(findings("F", CHARACTERISTICS), min_size=1, max_size=5).map(
    lambda drawn: evidence_of(
        *(f.model_copy(update={"id": f"F-{n}"}) for n, f in enumerate(drawn)), framework=BOOK.framework
    )
)


@given(EVIDENCE, st.sampled_from(list(Grade)))
@tries(80)
def test_it_reaches_the_grade_and_no_smaller_set_does(evidence, wanted):
    assessment = peelrules.grade(evidence, BOOK, plain)
    if assessment.judgment("treatment").ceiling is None:
        return
    path = peelrules.path(assessment, "treatment", wanted, BOOK)
    options = list(strongest(evidence))
    if path.exceptional:
        assert not reached(evidence, options, wanted)
        return
    if assessment.judgment("treatment").grade is not None and assessment.judgment("treatment").grade >= wanted:
        assert path.alternatives == ()
        return
    if not path.alternatives:
        shown = [Show(characteristic=c, exceptional=True) for c in CHARACTERISTICS]
        assert not reached(evidence, [*options, *shown], wanted)
        return
    fewest = min(
        size
        for size in range(len(options) + 1)
        if any(reached(evidence, c, wanted) for c in combinations(options, size))
    )
    assert len(path.alternatives[0].changes) == fewest
    for alternative in path.alternatives:
        assert reached(evidence, alternative.changes, wanted)
        for dropped in alternative.changes:
            assert not reached(evidence, [c for c in alternative.changes if c != dropped], wanted)


@given(EVIDENCE, st.sampled_from([Grade.ADEQUATE, Grade.GOOD]))
@tries(60)
def test_no_change_is_greater_than_it_has_to_be(evidence, wanted):
    assessment = peelrules.grade(evidence, BOOK, plain)
    if assessment.judgment("treatment").ceiling is None:
        return
    for alternative in peelrules.path(assessment, "treatment", wanted, BOOK).alternatives:
        for at, change in enumerate(alternative.changes):
            finding = assessment.finding[change.finding].coded if isinstance(change, Set) else None
            if finding is None:
                continue
            lesser = None
            if change.field == "state" and change.value == "remedied" and str(finding.state) == "open":
                lesser = change.model_copy(update={"value": "improving"})
            elif change.field == "sample.met" and change.value > finding.sample.met + 1:
                lesser = change.model_copy(update={"value": change.value - 1})
            if lesser is not None:
                changes = [*alternative.changes[:at], lesser, *alternative.changes[at + 1 :]]
                assert not reached(evidence, changes, wanted)


@given(EVIDENCE)
@tries(30)
def test_exceptional_evidence_is_asked_of_as_few_characteristics_as_will_do(evidence):
    assessment = peelrules.grade(evidence, BOOK, plain)
    if assessment.judgment("treatment").ceiling is None:
        return
    path = peelrules.path(assessment, "treatment", "outstanding", BOOK, most=1)
    if path.exceptional:
        [alternative] = path.alternatives
        shown = [c for c in alternative.changes if isinstance(c, Show) and c.exceptional]
        assert len(shown) == path.exceptional
        everything = list(strongest(evidence))
        for fewer in combinations(CHARACTERISTICS, path.exceptional - 1):
            exceptional = [Show(characteristic=c, exceptional=True) for c in fewer]
            assert not reached(evidence, [*everything, *exceptional], Grade.OUTSTANDING)


def test_lancashire_could_investigate_adequately_after_two_changes(assessment, rulebook):
    path = peelrules.path(assessment, "investigating", "adequate", rulebook)
    assert [tuple(map(str, a.changes)) for a in path.alternatives] == [
        ("INV-13.sample.met=14", "VSA-16.state=improving"),
        ("INV-13.sample.met=14", "RED-16.state=remedied"),
        ("RED-16.state=remedied", "VSA-16.state=improving"),
    ]


def test_outstanding_cannot_be_reached_by_remedying_alone(assessment, rulebook):
    path = peelrules.path(assessment, "treatment", "outstanding", rulebook)
    assert path.exceptional == 5
    assert path.remark == "cannot be reached by remedying findings alone: 5 characteristics need exceptional evidence"


def test_a_grade_that_is_reached_needs_nothing(assessment, rulebook):
    path = peelrules.path(assessment, "treatment", "adequate", rulebook)
    assert (path.alternatives, path.remark) == ((), "it is good already")


def test_the_rulebook_must_be_the_one_of_the_assessment(assessment):
    with pytest.raises(ValueError, match="not with"):
        peelrules.path(assessment, "treatment", "good", BOOK)


def test_a_question_that_is_not_graded_has_no_path(assessment, rulebook):
    with pytest.raises(ValueError, match="narrative"):
        peelrules.path(assessment, "victims", "good", rulebook)


def test_rules_that_look_in_the_helpful_direction_leave_no_path_sure(lancashire, rulebook):
    then = {"grade": {"at_most": "inadequate"}}
    mine = rulebook_of(*rulebook.rules, rule(Stage.CORE_QUESTION, "a.rule", [{"demonstrated": {"above": 0.8}}], then))
    with pytest.raises(ValueError, match=r"look in the helpful direction no path is sure: a\.rule"):
        peelrules.path(peelrules.grade(lancashire, mine), "investigating", "adequate", mine)


def many(number):
    """Shortfalls on every characteristic, of which no two are alike."""
    return evidence_of(
        *(
            found(
                f"F-{n:03}",
                CHARACTERISTICS[n % len(CHARACTERISTICS)],
                direction=Direction.SHORTFALL,
                seriousness=["moderate", "serious", "critical"][n % 3],
                extent=["some", "frequent", "widespread"][n // 3 % 3],
                strand=sorted(BOOK.framework.strands)[n // 5 % len(BOOK.framework.strands)],
            )
            for n in range(number)
        ),
        framework=BOOK.framework,
    )


def test_a_search_that_is_given_up_still_gives_a_set_of_which_every_change_is_needed(monkeypatch):
    monkeypatch.setattr(path_of, "PATIENCE", 60_000)
    evidence = many(80)
    path = peelrules.path(peelrules.grade(evidence, BOOK, plain), "treatment", "good", BOOK)
    [alternative] = path.alternatives
    assert path.remark.endswith(
        "the search was given up before it was complete; there may be smaller sets, or lesser changes"
    )
    assert reached(evidence, alternative.changes, Grade.GOOD)
    for dropped in alternative.changes:
        assert not reached(evidence, [c for c in alternative.changes if c != dropped], Grade.GOOD)


def test_a_search_that_is_given_up_before_it_found_anything_says_so(monkeypatch):
    monkeypatch.setattr(path_of, "PATIENCE", 10)
    path = peelrules.path(peelrules.grade(many(20), BOOK, plain), "treatment", "good", BOOK)
    assert path.alternatives == ()
    assert path.remark == "can be reached, but the search was given up before a smallest set of changes was found"


@pytest.mark.slow
def test_a_search_ends_however_many_shortfalls_there_are():
    evidence = many(400)
    path = peelrules.path(peelrules.grade(evidence, BOOK, plain), "treatment", "good", BOOK)
    assert "given up" in path.remark
