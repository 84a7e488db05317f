"""The page of judgments says the same wherever it is read."""

import html
import re
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.choice import rulebook_named
from peelrules.model.scales import Grade
from peelrules.report import judgments, outline
from peelrules.report.html import ForceReport, render
from peelrules.report.outline import Grades, Grid, Heading, Item, Paragraph

ROOT = Path(__file__).parents[2]
FILES = ["lancashire.yaml", "examples/anyshire-2023-25.yaml", "examples/fire-and-rescue.yaml"]


def words(told):
    return " ".join(re.findall(r"\w+", told.casefold()))


def phrases(blocks):
    """What blocks say, in parts that one format may set apart from each other and another may not."""
    for told in sentences(blocks):
        parts = re.split(r"[:;.()\[\]]|, (?=[A-Z]+-\d)", told)
        yield from filter(None, map(words, parts))


def sentences(blocks):
    for block in blocks:
        match block:
            case Heading(level=2):
                pass  # tells a section by how many entries it has, which other formats lay out in their own ways
            case Heading() | Paragraph():
                yield block.text
            case Grades():
                yield from (name for names in block.names.values() for name in names)
            case Item() if block.text.startswith("no evidence: "):
                pass  # the page as HTML has all questions without evidence in one line, by their names
            case Item():
                if block.label != "Gravest findings":  # so many of so many: the page as HTML tells all
                    yield block.text
                yield from sentences(block.below)


def read(page):
    """The words of a page of HTML, as they are seen."""
    body = re.sub(r"<(style|script).*?</\1>", " ", page, flags=re.S)
    return words(html.unescape(re.sub(r"<[^>]*>", " ", body)))


@pytest.mark.parametrize("file", FILES)
def test_text_markdown_and_html_say_the_same(file):
    evidence = peelrules.load_evidence(ROOT / "evidence" / file)
    rulebook = rulebook_named(evidence.framework)
    assessment = peelrules.in_context(peelrules.grade(evidence, rulebook), peelrules.load_national(rulebook))
    brief, full = (list(judgments.of([assessment], full=full)) for full in (False, True))
    text, markdown = words(peelrules.text_report(assessment)), words(peelrules.markdown_report(assessment))
    page = read(render([ForceReport(assessment)], rulebook))
    assert [part for part in phrases(brief) if part not in text] == []
    assert [part for part in phrases([*brief, *full]) if part not in markdown] == []
    assert [part for part in phrases([*brief, *full]) if part not in page] == []


def test_a_full_page_says_more_of_the_same(in_context):
    brief, full = (set(phrases(judgments.of([in_context], full=full))) for full in (False, True))
    assert brief < full


# -- how an outline is laid out ---------------------------------------------------------------------

BLOCKS = [
    Heading("Force", 1),
    Paragraph("Read this.", "Caution"),
    Grades({Grade.GOOD: ["One", "Two"], Grade.ADEQUATE: []}),
    Paragraph("Words."),
    Heading("One", 3, Grade.GOOD),
    Item("a rule", [Item("a finding", label="Serious")], label="Decided by"),
    Item("A title", url="https://example.org/a"),
    Paragraph("The end."),
    Heading("Next", 1),
]


def test_an_outline_as_text():
    assert outline.text(BLOCKS) == (
        "Force\nCaution: Read this.\n\n Good   Adequate\n ───────────────\n One\n Two\n\nWords.\n\nOne: good\n"
        "- Decided by: a rule\n  - Serious: a finding\nA title, https://example.org/a\n\nThe end.\n\n\nNext\n"
    )


def test_an_outline_as_text_in_a_narrow_terminal():
    assert "\n\nGood\n- One\n- Two\n\nWords.\n" in outline.text(BLOCKS, width=14)


def test_an_outline_as_markdown():
    assert outline.markdown(BLOCKS) == (
        "# Force\n\n**Caution**: Read this.\n\n| Good | Adequate |\n| --- | --- |\n| One |  |\n| Two |  |\n\nWords.\n\n"
        "### One: good\n\n- **Decided by**: a rule\n  - **Serious**: a finding\n- A title, <https://example.org/a>\n\n"
        "The end.\n\n# Next\n"
    )


def test_a_grade_has_its_colour_in_a_terminal():
    shown = outline.text([Heading("One", 3, Grade.INADEQUATE)], colour=True)
    assert "\x1b[1;31minadequate" in shown


def test_where_a_table_has_no_room_its_rows_are_told_one_by_one():
    grid = Grid(("Question", "Before", ""), [("Investigating", "inadequate", "alike")])
    assert outline.text([grid], width=24) == "Investigating\n- Before: inadequate\n- alike\n"


def test_a_word_that_is_wider_than_the_terminal_stays_whole():
    item = Item("a rule", [Item("it is grade.substantially-all here", label="Named")], minor=True)
    assert outline.text([item], width=16) == "a rule\n- Named: it is\n  grade.substantially-all\n  here\n"


def test_the_fullest_column_keeps_its_room():
    grid = Grid(("Few words here", "Many"), [("", "some words that are many"), ("", "some more words that are")])
    assert "some words that are many" in outline.text([grid], width=34)
