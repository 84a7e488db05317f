"""Looking characteristics up."""

import pytest

import peelrules
from peelrules.insight.characteristics import CharacteristicPage, describe_characteristic


def ids(pages):
    return [page.characteristic for page in pages]


def test_all_of_them_are_there_with_their_words_and_where_these_were_read(rulebook):
    pages = peelrules.characteristics(rulebook)
    framework = rulebook.framework
    assert ids(pages) == [*framework.characteristics]
    for page in pages:
        described, question = framework.characteristics[page.characteristic], framework.question_of[page.characteristic]
        said = (page.title, page.text, page.role, page.core_question, page.question, page.not_graded is None)
        expected = (described.title, described.text, described.role, question.id, question.name, question.is_graded)
        assert said == expected
        assert page.source == f"{framework.sources[described.source.document].title}: {described.source.clause}"
        assert described in next(topic.characteristics for topic in question.topics if topic.title == page.topic)
        assert CharacteristicPage.model_validate_json(page.model_dump_json()) == page


def test_those_of_a_question_are_its_own(rulebook):
    for question in rulebook.framework.core_questions:
        assert ids(peelrules.characteristics(rulebook, question.id)) == [c.id for c in question.characteristics]
    with pytest.raises(peelrules.UnknownNameError, match="did you mean `responding`"):
        peelrules.characteristics(rulebook, "resonding")


@pytest.mark.parametrize(
    ("question", "words", "found"),
    [
        (None, "emergency calls", ["responding.call-answering"]),
        (None, "Emergency CALLS give up", ["responding.call-answering"]),
        ("responding", "first contact advised", ["responding.advice"]),  # a topic, and a word of the text
        (None, "victims-code", ["investigating.victims-code"]),
        ("investigating", "supervision", ["investigating.quality"]),  # it stands in the text
        (None, "supervising sex offenders", ["offenders.supervision"]),
        ("responding", "attendence", ["responding.attendance", "responding.delayed-incidents"]),  # nearly
        (None, "emergency forensics", []),
        (None, "zzzz", []),
    ],
)
def test_words_are_searched_for_and_all_must_be_there(rulebook, question, words, found):
    assert ids(peelrules.characteristics(rulebook, question, words)) == found


def test_nothing_like_a_word_is_found_where_the_word_itself_stands(rulebook):
    found = peelrules.characteristics(rulebook, search="supervisors")
    assert found
    assert all("supervisors" in f"{page.title} {page.text}".casefold() for page in found)


def test_what_names_a_characteristic_is_told(rulebook, assessment):
    for page in peelrules.characteristics(rulebook, "crime-recording"):
        named = {rule.id for rule in rulebook.rules if page.characteristic in str(rule.alternatives)}
        assert named <= {*page.named_by}
        assert page.rules_for_all == sum("crime-recording" not in str(rule.alternatives) for rule in rulebook.rules)
    standing = describe_characteristic(rulebook, "responding.advice", assessment)
    assessed = assessment.characteristic["responding.advice"]
    assert (standing.status, standing.strengths, standing.shortfalls) == (
        assessed.status,
        assessed.strengths,
        assessed.shortfalls,
    )
