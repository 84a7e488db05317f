"""Codings of one inspection side by side: that nothing hangs on their order, and that each difference is a real one."""

import shutil
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidence_of, evidences, finding, tries

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.insight.agreement import distinct
from peelrules.model.agreement import Agreement
from peelrules.report import agreement as words
from peelrules.report import outline

EVIDENCE = Path(__file__).parents[2] / "evidence"
FILES = [EVIDENCE / "lancashire.yaml", *sorted((EVIDENCE / "codings").glob("*.yaml"))]


def graded(body, **update):
    return peelrules.grade(body.model_copy(update=update), bundled())


def one_inspection(body):
    return graded(body, force="A force", inspection="An inspection")


def alone(body, prefix):
    """The evidence with findings about one characteristic each, so that characteristics can be taken apart."""
    findings = (f.model_copy(update={"id": f"{prefix}-{f.id}", "bears_on": f.bears_on[:1]}) for f in body.findings)
    return body.model_copy(update={"force": "A force", "inspection": None, "findings": tuple(findings)})


def concluded(assessment, question):
    judgment = assessment.judgment(question)
    return judgment.grade, judgment.ceiling


@pytest.fixture(scope="module")
def lancashire_thrice():
    codings = [(f.stem, peelrules.grade(peelrules.load_evidence(f, bundled()), bundled())) for f in FILES]
    return peelrules.agreement(codings)


assessments = evidences().map(one_inspection)


@tries(40)
@given(st.lists(assessments, min_size=2, max_size=4), st.randoms())
def test_the_order_of_coders_changes_nothing_but_order(given_, random):
    codings = [(f"coder {number}", each) for number, each in enumerate(given_)]
    [panel] = peelrules.agreement(codings).panels
    [other] = peelrules.agreement(random.sample(codings, len(codings))).panels
    assert set(panel.codings) == set(other.codings)
    assert panel.characteristics == other.characteristics
    assert panel.disagreements == other.disagreements
    for question, beside in zip(panel.questions, other.questions, strict=True):
        assert question.model_copy(update={"swings": ()}) == beside.model_copy(update={"swings": ()})
        assert sorted(map(repr, question.swings)) == sorted(map(repr, beside.swings))
    for one, another in ((panel.status, other.status), (panel.gravity, other.gravity)):
        assert (one.shared, one.alike, one.alpha) == (another.shared, another.alike, another.alpha)
        assert by_pair(one) == by_pair(another)


def by_pair(reliability):
    return {frozenset((pair.first, pair.second)): (pair.both, pair.alike, pair.kappa) for pair in reliability.pairs}


@tries(40)
@given(assessments)
def test_a_coding_agrees_with_itself(assessment):
    [panel] = peelrules.agreement([("one", assessment), ("other", assessment)]).panels
    assert all(question.alike and not question.swings for question in panel.questions)
    assert panel.disagreements == ()
    for found in (panel.status, panel.gravity):
        [pair] = found.pairs
        assert found.shared == found.alike == pair.both == pair.alike == panel.codings["one"].assessed
        assert found.alpha in (1, None)
        assert pair.kappa in (1, None)


@tries(60)
@given(evidences(), evidences())
def test_a_swing_is_what_the_evidence_is_graded_with_one_characteristic_exchanged(mine, theirs):
    bodies = {"mine": alone(mine, "A"), "theirs": alone(theirs, "B")}
    codings = {coder: peelrules.grade(body, bundled()) for coder, body in bodies.items()}
    [panel] = peelrules.agreement(codings.items()).panels
    for question in panel.questions:
        told = {(s.coder, s.characteristic): (s.grade, s.ceiling) for s in question.swings}
        for coder, other in permutations(bodies):
            before = concluded(codings[coder], question.core_question)
            assert question.alike == (before == concluded(codings[other], question.core_question))
            for characteristic in (c.characteristic for c in panel.characteristics):
                if question.alike or bundled().framework.question_of[characteristic].id != question.core_question:
                    assert (coder, characteristic) not in told
                    continue
                kept = [f for f in bodies[coder].findings if f.primary != characteristic]
                taken = [f for f in bodies[other].findings if f.primary == characteristic]
                exchanged = graded(bodies[coder], findings=(*kept, *taken))
                after = concluded(exchanged, question.core_question)
                assert told.get((coder, characteristic), before) == after


def test_a_characteristic_that_is_not_assessed_is_no_level():
    shown = [finding("A-1", "offenders.bail"), finding("A-2", "offenders.supervision")]
    one, other = (one_inspection(evidence_of(*found)) for found in (shown, shown[:1]))
    [panel] = peelrules.agreement([("one", one), ("other", other)]).panels
    assert (panel.status.shared, panel.status.alike, panel.status.alpha) == (1, 1, None)
    assert panel.disagreements == ()
    beside = next(each for each in panel.characteristics if each.characteristic == "offenders.supervision")
    assert beside.levels["other"].model_dump() == {"status": None, "gravity": None}
    text = outline.text(words.of(Agreement(rulebook=one.rulebook, panels=(panel,), single=()), full=False))
    assert "all alike: 1 at one level" in " ".join(text.split())
    assert "not assessed by other" in " ".join(text.split())


def test_coders_with_nothing_in_common_are_told():
    one, other = (
        one_inspection(evidence_of(finding("A-1", about))) for about in ("offenders.bail", "offenders.supervision")
    )
    found = peelrules.agreement([("one", one), ("other", other)])
    assert found.panels[0].status.shared == 0
    assert "nothing in common" in " ".join(outline.text(words.of(found, full=True)).split())


def test_codings_are_held_together_by_force_and_inspection():
    body = evidence_of(finding("A-1", "offenders.bail"))
    places = [("Kent", "first"), ("Essex", "first"), ("Kent", "second"), ("Kent", "first"), ("Essex", "first")]
    found = peelrules.agreement([("anna", graded(body, force=f, inspection=i)) for f, i in places])
    assert [(p.force, p.inspection, [*p.codings]) for p in found.panels] == [
        ("Kent", "first", ["anna", "anna 2"]),
        ("Essex", "first", ["anna", "anna 2"]),
    ]
    [single] = found.single
    assert (single.coder, single.force, single.inspection) == ("anna", "Kent", "second")
    assert "anna: Kent, second. It is the only coding" in outline.text(words.of(found, full=False))


@given(st.lists(st.sampled_from(["a", "a 2", "a 3", "b"]), max_size=8))
def test_coders_of_one_inspection_have_distinct_names(names):
    assessment = one_inspection_of_nothing
    given_names = distinct([(name, assessment) for name in names])
    assert len(set(given_names)) == len(names)
    assert distinct([(name, assessment) for name in given_names]) == given_names
    if len(set(names)) == len(names):
        assert given_names == names


one_inspection_of_nothing = one_inspection(evidence_of())


@pytest.mark.parametrize(
    "codings", [[], [("one", one_inspection_of_nothing)], [("one", graded(evidence_of(), force=f)) for f in "AB"]]
)
def test_without_two_codings_of_an_inspection_there_is_nothing_to_hold(codings):
    with pytest.raises(peelrules.ArgumentError, match="no inspection of a force has two codings"):
        peelrules.agreement(codings)


def test_another_rulebook_is_refused(rulebook):
    other = rulebook.model_copy(update={"rules": rulebook.rules[1:]})
    with pytest.raises(peelrules.ArgumentError, match="another rulebook"):
        peelrules.agreement([("one", one_inspection_of_nothing)] * 2, other)


# -- the codings that come with the project ---------------------------------------------------------


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_coding_of_lancashire_is_of_the_same_inspection_and_without_faults(file, lancashire):
    body = peelrules.load_evidence(file, bundled())
    assert (body.force, body.inspection, body.framework) == (
        lancashire.force,
        lancashire.inspection,
        lancashire.framework,
    )
    assert body.sources["report"].title == lancashire.sources["report"].title
    told = f"({len(body.findings)} findings" if file != FILES[0] else f"has {len(body.findings)} findings"
    assert told in (EVIDENCE / "README.md").read_text(encoding="utf-8")


def test_what_is_held_side_by_side_survives_json(lancashire_thrice):
    assert Agreement.model_validate_json(lancashire_thrice.model_dump_json()) == lancashire_thrice


def test_those_furthest_apart_come_first_and_all_are_there(lancashire_thrice):
    [panel] = lancashire_thrice.panels
    apart = {c.characteristic: (c.apart.status, c.apart.gravity) for c in panel.characteristics}
    told = [apart[each.characteristic] for each in panel.disagreements]
    assert told == sorted(told, reverse=True)
    assert len(told) == sum(any(each) for each in apart.values())
    for each in panel.disagreements:
        for bearing in each.findings.values():
            gravities = [f.gravity.rank for f in bearing.shortfalls]
            assert gravities == sorted(gravities, reverse=True)


# -- counts that are no status ----------------------------------------------------------------------

GRAVEST = """
  - id: gravest
    title: gravest of all findings
    worst: gravity
"""
INADEQUATE_WHERE_CRITICAL = """
- id: grade.critical
  title: With a critical finding the answer is inadequate
  when: {gravest: {at_least: critical}}
  then: {grade: {at_most: inadequate}}
  source: {document: ours, clause: tests}
  basis: Made to show that a grade can move though no status is another.
  examples:
    - {given: {gravest: critical}, applies: true}
    - {given: {gravest: serious}, applies: false}
"""


def test_a_grade_is_moved_by_what_is_counted_though_no_status_is_another(tmp_path):
    folder = shutil.copytree(bundled_rulebook(), tmp_path / "rulebook", ignore=shutil.ignore_patterns("cases"))
    for file, more in (("counts.yaml", GRAVEST), ("core-questions.yaml", INADEQUATE_WHERE_CRITICAL)):
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write(more)
    rulebook = peelrules.load_rulebook(folder)
    widespread = {"direction": "shortfall", "extent": "widespread", "state": "open"}
    codings = {}
    for coder in ("moderate", "critical"):
        one = finding("A-1", "offenders.bail", seriousness=coder, **widespread)
        # further findings against it from other strands, so that its status is the same whatever one finding weighs
        more = [
            finding(f"A-2{n}", "offenders.bail", seriousness="moderate", **widespread).model_copy(update={"strand": s})
            for n, s in enumerate(rulebook.framework.strands)
        ]
        codings[coder] = peelrules.grade(evidence_of(one, *more), rulebook)
    [panel] = peelrules.agreement(codings.items(), rulebook).panels
    beside = next(each for each in panel.characteristics if each.characteristic == "offenders.bail")
    assert beside.apart.model_dump() == {"status": 0, "gravity": 1}
    told = [(s.coder, s.characteristic) for q in panel.questions for s in q.swings]
    assert sorted(told) == [("critical", "offenders.bail"), ("moderate", "offenders.bail")]
    told = [w for q in panel.questions for w in words.swings(q, panel)]
    assert any(w.endswith("(gravity critical instead of serious)") for w in told)
