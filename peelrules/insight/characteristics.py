"""The characteristics of a rulebook's framework, to look up: what each says, where it was read, and what reads it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from peelrules.insight.rulebooks import CharacteristicRow, cited, names_of, row_of
from peelrules.model.assessment import Assessment
from peelrules.model.counts import Count
from peelrules.model.problems import UnknownNameError
from peelrules.model.rulebook import Rulebook

_ALIKE = 0.7
"""How alike two words must be for one to be meant by the other: *supervision* and *supervised*."""


class CharacteristicPage(CharacteristicRow):
    """One characteristic, for people: what it says, and which rules and counts name it."""

    question: str
    """Short name of its core question."""
    not_graded: str | None
    """Why the question has no grade, if it is none that grades are given to."""
    topic: str
    text: str
    source: str
    """Where it was read."""
    counted_by: tuple[str, ...]
    """Ids of the counts that name it."""
    rules_for_all: int
    """Rules that name nothing, and look at it as they do at every other."""


def characteristics(
    rulebook: Rulebook, core_question: str | None = None, search: str = ""
) -> tuple[CharacteristicPage, ...]:
    """The characteristics of a framework, or those of one core question, or those that have some words.

    Args:
        core_question: its id.
        search: words that all stand somewhere in id, title, text, topic or the name of the question, in capitals or
            not. One that stands nowhere is taken for the nearest that does.

    Raises:
        UnknownNameError: the framework has no such question. It is a `KeyError`.
    """
    questions = {question.id: question for question in rulebook.framework.core_questions}
    if core_question is not None and core_question not in questions:
        raise UnknownNameError("core question", core_question, questions)
    asked = [questions[core_question]] if core_question is not None else questions.values()
    pages = [describe_characteristic(rulebook, c.id) for question in asked for c in question.characteristics]
    words = [_as_it_stands(word, map(_said, pages)) for word in search.casefold().split()]
    return tuple(page for page in pages if all(word in _said(page) for word in words))


def describe_characteristic(
    rulebook: Rulebook, characteristic: str, assessment: Assessment | None = None
) -> CharacteristicPage:
    """The page of one characteristic, with what an assessment found of it.

    Raises:
        KeyError: the framework has no such characteristic.
    """
    described = rulebook.framework.characteristics[characteristic]
    question = rulebook.framework.question_of[characteristic]
    row = row_of(characteristic, rulebook, assessment)
    return CharacteristicPage(
        **{name: getattr(row, name) for name in CharacteristicRow.model_fields},
        question=question.name,
        not_graded=None if question.is_graded else rulebook.framework.wording.not_graded[question.reporting],
        topic=next(topic.title for topic in question.topics if described in topic.characteristics),
        text=described.text,
        source=cited(described.source, rulebook.framework),
        counted_by=tuple(count.id for count in rulebook.counts if characteristic in _names(count)),
        rules_for_all=sum(not names_of(rule) for rule in rulebook.rules),
    )


def _names(count: Count) -> set[str]:
    return {name for c in (*count.where, *count.of) if c.field == "characteristic" for name in c.bounds}


def _said(page: CharacteristicPage) -> str:
    return f"{page.characteristic} {page.title} {page.text} {page.topic} {page.question}".casefold()


def _as_it_stands(word: str, said: Iterable[str]) -> str:
    """The word, or the nearest that stands anywhere, if it stands nowhere itself."""
    everything = " ".join(said)
    if word in everything:
        return word
    return next(iter(get_close_matches(word, set(re.findall(r"\w+", everything)), 1, _ALIKE)), word)
