"""Indicative grades among published ones: counted rightly, without the assessed body, and never the other way round."""

import json
from pathlib import Path

import pytest

import peelrules
from peelrules.documents import national as documents
from peelrules.model.national import Among, Body
from peelrules.model.scales import Grade
from peelrules.report import wording

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def national(rulebook):
    found = peelrules.load_national(rulebook)
    assert found is not None
    return found


def published(force, grade, *, also=()):
    grades = {"source": "https://example.org", "grades": {"responding": grade}}
    return Body.model_validate({"force": force, "also": also, "published": grades if grade else None})


def among(assessment, national, *bodies):
    """The context of Lancashire, which is adequate at responding, among some bodies."""
    return peelrules.in_context(assessment, national.model_copy(update={"bodies": bodies}))


@pytest.mark.parametrize(
    ("grades", "counted", "told"),
    [
        (
            ["good", "outstanding", "adequate", "inadequate", "requires improvement", "inadequate"],
            Among(better=2, same=1, worse=3),
            "of 6 other forces known in PEEL 2021/22, 1 was graded adequate, 2 better, 3 worse",
        ),
        (
            ["adequate", "adequate", None],
            Among(better=0, same=2, worse=0),
            "of 2 other forces known in PEEL 2021/22, 2 were graded adequate, none better, none worse",
        ),
        (
            ["good"],
            Among(better=1, same=0, worse=0),
            "of 1 other forces known in PEEL 2021/22, none were graded adequate, 1 better, none worse",
        ),
        ([None], Among(better=0, same=0, worse=0), "no other grade is known in PEEL 2021/22"),
    ],
)
def test_others_are_counted_by_their_grade(assessment, national, grades, counted, told):
    found = among(assessment, national, *(published(f"Force {n}", grade) for n, grade in enumerate(grades)))
    assert found.context.questions["responding"] == counted
    assert wording.in_context(found, "responding") == told


@pytest.mark.parametrize("name", ["Lancashire Constabulary", "LANCASHIRE constabulary", "Lancs"])
def test_what_is_assessed_is_left_out(assessment, national, name):
    own = published("Lancashire Constabulary", "good", also=["Lancs"])
    of_that_name = assessment.model_copy(update={"force": name})
    found = among(of_that_name, national, own, published("Another", "adequate"), published("A third", None))
    assert found.context.questions["responding"] == Among(better=0, same=1, worse=0)
    assert (found.context.known, found.context.bodies) == (1, 2)


def test_what_comes_with_peelrules_is_told_as_incomplete(assessment, national):
    found = peelrules.in_context(assessment, national)
    assert wording.known_nationally(found).startswith(
        "Grades published in PEEL 2021/22 are known of 30 of the 42 other forces. "
    )


def test_a_question_without_a_grade_has_no_place(assessment, national):
    found = peelrules.in_context(assessment, national)
    assert set(found.context.questions) == {j.core_question for j in assessment.judgments if j.grade is not None}
    assert wording.in_context(found, "victims") == ""


def test_where_nothing_is_known_nothing_is_said(assessment):
    found = peelrules.in_context(assessment, None)
    assert found.context is None
    assert wording.in_context(found, "responding") == wording.known_nationally(found) == ""


# -- it never influences a result -------------------------------------------------------------------


@pytest.mark.parametrize("grade", Grade)
def test_whatever_was_published_the_assessment_is_the_same_but_for_its_context(assessment, national, grade):
    bodies = (published("Lancashire Constabulary", grade), published("Another", grade))
    found = among(assessment, national, *bodies)
    assert found != assessment
    assert found.model_copy(update={"context": None}) == assessment


def test_without_the_files_the_same_is_graded(monkeypatch, run):
    def graded():
        code, out, err = run("grade", ROOT / "evidence/lancashire.yaml", "--format", "json")
        assert (code, err) == (0, "")
        return json.loads(out)

    with_them = graded()
    monkeypatch.setattr("peelrules.documents.national.published_grades", list)
    without = graded()
    assert with_them.pop("context")["known"] == 30
    assert without.pop("context") is None
    assert with_them == without


def test_published_grades_are_read_once_for_several_files(monkeypatch, rulebook):
    documents.load_national(rulebook)
    monkeypatch.setattr(documents, "read", lambda file: pytest.fail(f"{file} is read again"))
    assert documents.load_national(rulebook) is not None


def test_it_is_part_of_the_record(assessment, national):
    found = peelrules.in_context(assessment, national)
    assert peelrules.Assessment.model_validate_json(found.model_dump_json()) == found
