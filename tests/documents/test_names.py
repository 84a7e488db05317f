"""Characteristics named by id or by title. What is told of other names stands in `broken/evidence`."""

import polars as pl
import pytest

import peelrules
from peelrules.documents.evidence import evidence_of, published_of
from peelrules.documents.names import Names
from peelrules.documents.yaml import parse

PUBLISHED = """\
force: Anyshire Police
framework: peel-2021-22
source: {title: An inspection of Anyshire Police, publisher: HMICFRS}
grades: {responding: good}
areas_for_improvement:
  - {core_question: responding, characteristic: %s, title: On time, place: box 1}
"""
SPELT = [str, str.upper, str.lower, lambda title: f"  {title.replace(' ', '   ')} "]


@pytest.fixture(scope="module")
def titles(rulebook):
    return {characteristic.title: id_ for id_, characteristic in rulebook.framework.characteristics.items()}


@pytest.fixture(scope="module")
def with_one_title_twice(rulebook):
    """A rulebook in which the second characteristic has the title of the first."""
    framework = rulebook.framework.model_dump(mode="json")
    first, second = (c for t in framework["core_questions"][0]["topics"] for c in t["characteristics"][:2])
    second["title"] = first["title"].upper()
    changed = type(rulebook.framework).model_validate(framework)
    return rulebook.model_copy(update={"framework": changed}), first, second


def loaded(path, bears_on, rulebook):
    text = path.read_text().replace("[responding.call-answering]", f"{bears_on}")
    return evidence_of(parse(text, "evidence.yaml"), rulebook)


def told(load, *given):
    with pytest.raises(peelrules.DocumentError) as caught:
        load(*given)
    return [f"{problem.line}:{problem.column}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize("spelt", SPELT)
def test_a_title_means_its_characteristic_however_it_is_spelt(evidence, rulebook, titles, spelt):
    named = [spelt(title) for title in titles]
    assert loaded(evidence(), named, rulebook).findings[0].bears_on == tuple(titles.values())


def test_ids_and_titles_stand_beside_each_other_and_the_first_is_the_primary_one(evidence, rulebook):
    [finding] = loaded(evidence(), "[Attendance is timely, responding.advice]", rulebook).findings
    assert finding.bears_on == ("responding.attendance", "responding.advice")


def test_a_title_of_several_is_told_with_their_ids(evidence, with_one_title_twice):
    rulebook, first, second = with_one_title_twice
    ids = f"{first['id']} or {second['id']}"
    expected = [f"8:16: more than one characteristic is called `{first['title']}`; write the id: {ids}"]
    assert told(loaded, evidence(), [first["title"]], rulebook) == expected
    assert loaded(evidence(), [second["id"]], rulebook).findings[0].bears_on == (second["id"],)


def test_what_was_published_is_about_ids_and_a_title_is_told_with_its_id(rulebook):
    document = parse(PUBLISHED % "Attendance is timely", "published.yaml")
    expected = "6:49: this is the title of `responding.attendance`; write the id"
    assert told(published_of, document, rulebook) == [expected]


# -- tables ---------------------------------------------------------------------------------------


def test_a_table_may_name_characteristics_by_title(lancashire, rulebook):
    table = lancashire.to_frame()
    characteristics = rulebook.framework.characteristics
    named = [
        "; ".join(characteristics[id_].title if number % 2 else id_ for number, id_ in enumerate(text.split("; "), row))
        for row, text in enumerate(table["bears_on"])
    ]
    assert named != table["bears_on"].to_list()
    graded = peelrules.population(table, rulebook)
    by_title = peelrules.population(table.with_columns(bears_on=pl.Series(named)), rulebook)
    assert by_title.judgments.equals(graded.judgments)
    assert by_title.statuses.equals(graded.statuses)


def test_a_table_that_names_a_characteristic_twice_or_a_title_of_several_is_refused(
    lancashire, rulebook, with_one_title_twice
):
    table = lancashire.to_frame().head(1)
    for bears_on, book, words in (
        ("Attendance is timely; responding.attendance", rulebook, "names a characteristic twice"),
        (with_one_title_twice[1]["title"], with_one_title_twice[0], "has no characteristic"),
    ):
        with pytest.raises(ValueError, match=words):
            peelrules.population(table.with_columns(bears_on=pl.lit(bears_on)), book)


# -- names that are none --------------------------------------------------------------------------


@pytest.mark.parametrize("question", ["investigating", "responding", "workforce", "resources"])
def test_a_slip_within_an_id_suggests_that_id(rulebook, question):
    names = Names(rulebook.framework)
    [asked] = [each for each in rulebook.framework.core_questions if each.id == question]
    for characteristic in asked.characteristics:
        before, _, rest = characteristic.id.partition(".")
        slip = f"{before}.{rest[:2]}{rest[3:]}"
        near = names.nearest(slip)
        assert near is not None, slip
        assert (near.id, near.by_its_title) == (characteristic.id, False), slip


def test_so_many_names_that_it_would_take_long_are_told_without_the_nearest(rulebook):
    names = Names(rulebook.framework)
    told = [names.unknown(f"responding.attendanc{number}") for number in range(1000)]
    assert "did you mean `responding.attendance`?" in told[0]
    assert told[-1].endswith("`peelrules characteristics responding` lists them")
