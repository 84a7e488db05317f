"""No room below the documents knows a framework: what is inspected, and by whom, is data."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import peelrules
from peelrules.model.framework import Framework

PACKAGE = Path(peelrules.__file__).parent
RULES = PACKAGE.parent / "rules"
OURS = {"peelrules"}
"""A publisher among others, and the name by which every module is imported."""


def frameworks() -> list[Framework]:
    return [peelrules.load_rulebook(file.parent).framework for file in sorted(RULES.glob("*/framework.yaml"))]


def words_of(framework: Framework) -> Iterator[str]:
    """Everything that a framework gives a name to."""
    yield from (framework.id, framework.title)
    for question in framework.core_questions:
        yield from (question.id, question.title, question.name, *question.aliases)
        yield from (topic.title for topic in question.topics)
        yield from (question.reporting,) if not question.is_graded else ()
    for characteristic in framework.characteristics.values():
        yield from (characteristic.id, characteristic.title)
    yield from framework.strands
    yield from (framework.wording.inspectorate, *framework.wording.not_graded.values())
    for work in framework.sources.values():
        yield from (work.title, work.publisher)


def lines_that_name(words: set[str], room: str) -> list[str]:
    sought = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?![\w-])", re.I)
    return [
        f"{file.relative_to(PACKAGE)}:{number}: {match[0]}"
        for file in sorted((PACKAGE / room).rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if (match := sought.search(line))
    ]


@pytest.mark.parametrize("room", ["model", "engine"])
def test_no_line_names_what_a_framework_names(room):
    words = {word for framework in frameworks() for word in words_of(framework)} - OURS
    assert lines_that_name(words, room) == []


def test_it_would_be_noticed():
    assert lines_that_name({"engineering"} | {"lowest ceiling"}, "engine")
