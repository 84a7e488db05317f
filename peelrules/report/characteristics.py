"""Characteristics to look up, in words."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from peelrules.insight.characteristics import CharacteristicPage
from peelrules.model.facts import counted
from peelrules.report import csv, outline
from peelrules.report.outline import Heading, Item

_COLUMNS = ("core_question", "question", "topic", "characteristic", "title", "text", "role", "source", "inferred")


def listed(pages: Sequence[CharacteristicPage]) -> Iterator[outline.Block]:
    """Characteristics by core question; the id, which evidence names, stands on a line of its own."""
    yield Heading(f"Characteristics of good performance ({len(pages)})", 1)
    if not pages:
        yield Item("No characteristic has all of these words.")
    for question, of_question in groupby(pages, key=lambda page: page.core_question):
        found = list(of_question)
        yield Heading(f"{found[0].question} ({question})")
        if (why := found[0].not_graded) is not None:
            yield Item(f"Not graded: {why}")
        yield from (Item(page.characteristic, list(_told(page))) for page in found)


def page(described: CharacteristicPage) -> Iterator[outline.Block]:
    """One characteristic, with what reads it and what the evidence says of it."""
    yield Heading(described.title, 1)
    yield Item(f"Characteristic {described.characteristic} of {described.question}: {described.topic}", minor=True)
    yield Item(described.text)
    yield Item(f"Role: {described.role.value}")
    yield Item(_read(described))
    yield Item(f"Rules that name it, or its question: {', '.join(described.named_by) or 'none'}")
    yield Item(f"Counts that name it: {', '.join(described.counted_by) or 'none'}")
    yield Item(f"{counted(described.rules_for_all, 'rule')} name none, and look at it as at every other.")


def standing(described: CharacteristicPage) -> Iterator[outline.Block]:
    """What the evidence says of a characteristic."""
    yield Heading("On this evidence")
    yield Item(f"Status, indicative: {described.status or 'not assessed'}")
    for title, ids in (
        ("Strengths", described.strengths),
        ("Shortfalls", described.shortfalls),
        ("Neither way", described.neither),
    ):
        yield Item(f"{title}: {', '.join(ids) or 'none'}")


def table(pages: Sequence[CharacteristicPage]) -> str:
    """Characteristics as CSV, one a row."""
    rows = (
        [*(getattr(page, name) for name in _COLUMNS[:6]), page.role.value, page.source, page.inferred] for page in pages
    )
    return csv.written(_COLUMNS, rows)


def _told(page: CharacteristicPage) -> Iterator[Item]:
    yield Item(f"{page.title} ({page.role.value})")
    yield Item(page.text)
    yield Item(_read(page), minor=True)


def _read(page: CharacteristicPage) -> str:
    """Where a characteristic was read."""
    return f"Inferred, for it could not be read: {page.source}" if page.inferred else f"Read in {page.source}"
