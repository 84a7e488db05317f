"""What a question lacks for a grade: as few characteristics as the rules say, and no number of ours."""

import re
import shutil
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidence_of, evidences, finding, of_questions

import peelrules
from peelrules.documents.bundled import bundled_rulebook

RESPONDING = tuple(of_questions(bundled().framework, "responding"))
SERVICE = "service_assessed"
COUNTS = f"""
  - id: {SERVICE}
    title: service characteristics assessed
    share: characteristics
    where: {{assessed: true}}
    of: {{role: service}}

  - id: attendance_seen
    title: attendance assessed
    count: characteristics
    where: {{assessed: true, characteristic: responding.attendance}}
"""
TOO_LITTLE = "{coverage: {below: 0.5}}"
EXAMPLES = re.compile(r"(?<=examples:\n)(    - .*coverage.*\n)+")


@pytest.fixture
def by(tmp_path):
    """The bundled rulebook, with another rule on when there is too little evidence."""

    def by(when, too_little, enough):
        folder = shutil.copytree(bundled_rulebook(), tmp_path / "rulebook")
        with (folder / "counts.yaml").open("a", encoding="utf-8") as counts:
            counts.write(COUNTS)
        path = folder / "core-questions.yaml"
        text = path.read_text(encoding="utf-8").replace(TOO_LITTLE, when)
        examples = f"    - {{given: {too_little}, applies: true}}\n    - {{given: {enough}, applies: false}}\n"
        path.write_text(EXAMPLES.sub(examples, text), encoding="utf-8")
        return peelrules.load_rulebook(folder)

    return by


def seen(*characteristics):
    return evidence_of(*(finding(f"F-{number}", each) for number, each in enumerate(characteristics)))


def lacking(*characteristics, rulebook=None, question="responding"):
    return peelrules.grade(seen(*characteristics), rulebook or bundled()).judgment(question).shortage


def is_graded(*characteristics, rulebook):
    return peelrules.grade(seen(*characteristics), rulebook).judgment("responding").grade is not None


@given(evidences(max_size=8), st.randoms(use_true_random=False))
def test_so_many_more_give_a_grade_and_fewer_do_not(evidence, random):
    assessment = peelrules.grade(evidence, bundled())
    for judgment in assessment.judgments:
        is_short = judgment.reporting == "graded" and judgment.grade is None
        assert (judgment.shortage is not None) is is_short
        if judgment.shortage is None:
            continue
        missing = {c.id for c in _characteristics(judgment) if assessment.characteristic[c.id].status is None}
        assert missing == {*judgment.shortage.of}
        chosen = random.sample(judgment.shortage.of, judgment.shortage.more)
        for number in (len(chosen) - 1, len(chosen)):
            more = [finding(f"More-{each}", each) for each in chosen[:number]]
            graded = peelrules.grade(
                evidence.model_copy(update={"findings": (*evidence.findings, *more)}), bundled()
            ).judgment(judgment.core_question)
            assert (graded.grade is None) is (number < judgment.shortage.more)


def _characteristics(judgment):
    [question] = [q for q in bundled().framework.core_questions if q.id == judgment.core_question]
    return question.characteristics


def test_of_a_question_that_has_a_grade_or_gets_none_nothing_is_lacking(assessment):
    for judgment in assessment.judgments:
        assert (judgment.shortage is None) is (judgment.core_question != "crime-recording")


def test_the_number_follows_the_bound_of_the_rule(by):
    rulebook = by("{coverage: {below: 0.75}}", "{coverage: 0.74}", "{coverage: 0.75}")
    assert lacking(*RESPONDING[:3]).more == 4  # half of 14
    assert lacking(*RESPONDING[:3], rulebook=rulebook).more == 8  # three quarters of 14 are 10.5


def test_only_those_are_named_that_the_rule_counts(by):
    rulebook = by(f"{{{SERVICE}: {{below: 0.5}}}}", f"{{{SERVICE}: 0.49}}", f"{{{SERVICE}: 0.5}}")
    service = [c for c in RESPONDING if rulebook.framework.characteristics[c].role.value == "service"]
    enabling = [c for c in RESPONDING if c not in service]
    found = lacking(*enabling, service[0], rulebook=rulebook)
    assert found.of == tuple(service[1:])
    assert (found.more, found.any) == (-(-len(service) // 2) - 1, True)


def test_where_only_some_choices_are_enough_that_is_said(by):
    half, all_but_it = (
        "{coverage: {below: 0.5}, attendance_seen: {at_most: 1}}",
        "{coverage: {below: 1}, attendance_seen: {below: 1}}",
    )
    rulebook = by(
        f"[{half}, {all_but_it}]",
        "{coverage: 0.49, attendance_seen: 1}",
        "{coverage: 0.5, attendance_seen: 1}",
    )
    others = [c for c in RESPONDING if c != "responding.attendance"]
    found = lacking(*others[:5], rulebook=rulebook)
    assert (found.more, found.any) == (2, False)
    assert {*found.of} == {*others[5:], "responding.attendance"}
    enough = {choice for choice in combinations(found.of, 2) if is_graded(*others[:5], *choice, rulebook=rulebook)}
    assert enough == {choice for choice in combinations(found.of, 2) if "responding.attendance" in choice}
    assert lacking(*others[:7], rulebook=rulebook).model_dump() == {
        "more": 1,
        "of": ("responding.attendance",),
        "any": True,
    }


def test_where_no_number_of_poor_characteristics_is_enough_nothing_is_said(by):
    rulebook = by("{demonstrated: {below: 0.5}}", "{demonstrated: 0.49}", "{demonstrated: 0.5}")
    assert lacking(rulebook=rulebook) is None
    assert is_graded(RESPONDING[0], rulebook=rulebook)
