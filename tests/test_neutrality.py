"""No room but those of documents and of their checks knows a framework: what is inspected, and by whom, is data."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebooks
from peelrules.model.framework import Framework
from peelrules.report import html

PACKAGE = Path(peelrules.__file__).parent
ROOT = Path(__file__).parents[1]
OURS = {"peelrules"}
"""A publisher among others, and the name by which every module is imported."""


def frameworks() -> list[Framework]:
    return [peelrules.load_rulebook(name).framework for name in bundled_rulebooks()]


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


@pytest.mark.parametrize("room", ["model", "engine", "insight", "report", "edit", "testing"])
def test_no_line_names_what_a_framework_names(room):
    words = {word for framework in frameworks() for word in words_of(framework)} - OURS
    assert lines_that_name(words, room) == []


def test_it_would_be_noticed():
    assert lines_that_name({"engineering"} | {"lowest ceiling"}, "engine")


# -- and what is told of another service says nothing of the police --------------------------------

OF_THE_POLICE = re.compile(r"\b(police|policing|forces?|constabular(y|ies)|PEEL|crimes?)\b", re.I)


@pytest.fixture(scope="module")
def fire():
    """The made-up inspection of a fire and rescue service, and the rulebook for it."""
    rulebook = peelrules.load_rulebook("fire-and-rescue-2023-25")
    evidence = peelrules.load_evidence(ROOT / "evidence/examples/fire-and-rescue.yaml", rulebook)
    return evidence.model_copy(update={"inspection": "Fire and rescue 2021/22"}), rulebook


def told_as_text(assessment, _):
    return peelrules.text_report(assessment)


def told_as_markdown(assessment, _):
    return peelrules.markdown_report([assessment, assessment])


def told_as_a_page(assessment, rulebook):
    page = html.render([html.ForceReport(assessment=assessment)] * 2, rulebook)
    main, _, _ = page.partition('<section aria-labelledby="rules">')  # their basis is of the rulebook that it extends
    return re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", " ", main, flags=re.S)


@pytest.mark.parametrize("tell", [told_as_text, told_as_markdown, told_as_a_page])
def test_no_sentence_about_a_fire_and_rescue_service_is_about_the_police(fire, tell):
    evidence, rulebook = fire
    told = " ".join(tell(peelrules.grade(evidence, rulebook), rulebook).split())
    assert "the service was inspected by others" in told
    assert [found[0] for found in OF_THE_POLICE.finditer(told)] == []
