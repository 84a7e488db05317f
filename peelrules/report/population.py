"""The grades of many inspections in two tables: by question, and by inspection."""

from collections.abc import Iterator

from peelrules.engine.cautions import cautions
from peelrules.insight.population import NAME, Spread
from peelrules.model.facts import counted
from peelrules.model.framework import Framework
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import GRADES, initials

FIRST = 50
"""Inspections of which the grades are shown."""
_SHORT = {str(grade): initials(grade) for grade in Grade}


def of(spread: Spread, rulebook: Rulebook) -> Iterator[outline.Block]:
    """How the grades are spread."""
    framework, book = rulebook.framework, rulebook.identity
    yield Heading(f"{counted(spread.inspections, 'inspection')}, {framework.title}", 1)
    yield Item("Indicative grades: they follow from the coded evidence by rules, and are not the inspectorate's.")
    if odd := [name for name in spread.names if cautions(name, framework)]:
        more = f" and {len(odd) - 1:,} more" if len(odd) > 1 else ""
        yield Item(
            f"Caution: named after another cycle than {framework.title}: {odd[0]}{more}. Such a "
            f"{framework.wording.inspected} was inspected by other characteristics and rules than those by which it is "
            "graded here."
        )
    yield Grid(
        ("Core question", *(_SHORT[str(grade)] for grade in GRADES), "No grade"),
        [
            (f"{number}  {question.name}", *_counts(spread, question.id))
            for number, question in enumerate(framework.core_questions, 1)
        ],
    )
    yield Item("O outstanding, G good, A adequate, RI requires improvement, I inadequate.", minor=True)
    yield from _by_inspection(spread, framework)
    yield Item(f"Rulebook {book.id} {book.version} ({book.hash}).", minor=True)


def _counts(spread: Spread, question: str) -> Iterator[str]:
    for grade in (*map(str, GRADES), None):
        count = spread.number_of(question, grade)
        yield f"{count:,}" if count else "-"


def _by_inspection(spread: Spread, framework: Framework) -> Iterator[outline.Block]:
    numbers = {question.id: str(number) for number, question in enumerate(framework.core_questions, 1)}
    first = spread.grades.head(FIRST)
    asked = [question for question in numbers if question in first.columns and first[question].count()]
    if not asked:
        return
    yield Heading("By inspection")
    yield Grid(
        ("Core question", *(numbers[question] for question in asked)),
        [(name, *(_SHORT.get(each, "-") for each in grades)) for name, *grades in first[[NAME, *asked]].rows()],
    )
    if spread.inspections > FIRST:
        yield Item(f"{spread.inspections - FIRST:,} more inspections are not shown here.")
