"""What whoever reads an assessment must be told first, though nothing is refused for it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from peelrules.model.crosswalk import Carriage, Kind, Touched
from peelrules.model.facts import counted
from peelrules.model.framework import Framework

_YEARS = re.compile(r"(?<!\d)(20\d\d)\s?[/\N{EN DASH}-]\s?(?:20)?(\d\d)(?!\d)")


def cautions(inspection: str | None, framework: Framework) -> tuple[str, ...]:
    """What is odd about grading an inspection by a framework."""
    return tuple(_of_another_cycle(inspection or "", framework))


def _of_another_cycle(inspection: str, framework: Framework) -> Iterator[str]:
    """That an inspection is named after another cycle than those of the framework, if it is.

    A framework names the inspections of its cycle. What has one of the names in it is of the cycle; and so is what
    has no years in it, for nothing is known of that, and what has the same years, however they are written.
    """
    inspected = _cycles(inspection)
    if not inspected or any(name.casefold() in inspection.casefold() for name in framework.inspections):
        return
    written_for = _cycles(" ".join(framework.inspections))
    if written_for and not inspected & written_for:
        yield (
            f"The inspection is named {inspection}, and the characteristics and rules are those of {framework.title}: "
            f"the {framework.wording.inspected} was inspected by others than those by which it is graded here."
        )


def _cycles(words: str) -> set[tuple[int, int]]:
    """The first and the last year of each span of years, such as 2021/22; a month, such as 2021-10, is none."""
    spans = ((int(first), 2000 + int(last)) for first, last in _YEARS.findall(words))
    return {(first, last) for first, last in spans if first < last}


def cautions_of_carriage(carried: Sequence[Carriage]) -> tuple[str, ...]:
    """What was lost, and what became uncertain, where evidence is read under another framework than its own."""
    return tuple(caution for carriage in carried for caution in _of_carriage(carriage))


_UNCERTAIN: Mapping[Kind, str] = {
    Kind.SPLIT: "is split, and a finding counts for every part, though it may be about one alone",
    Kind.MERGED: "is taken together, and a finding about a part counts for the whole",
    Kind.REGROUPED: "is cut in another way, and a finding may be about what it does not count for, or the reverse",
}


def _of_carriage(carriage: Carriage) -> Iterator[str]:
    yield (
        f"The evidence was coded for {carriage.coded_for} and is read here under another framework, in whose words "
        "nobody coded it."
    )
    if carriage.lost:
        lost = counted(len(carriage.lost), "finding")
        yield f"Lost: {lost}, of which nothing is left to be graded: {', '.join(carriage.lost)}."
    if gone := [each for each in carriage.touched if each.kind is Kind.GONE]:
        yield f"Gone, so that findings count for it no more: {_told(gone)}."
    if carriage.strands:
        yield f"Gone with its findings, as a line of evidence: {_named(carriage.strands)}."
    if carriage.methods:
        yield f"Gone, as a method; its findings are carried without it: {_named(carriage.methods)}."
    if carriage.moved:
        yield (
            "Uncertain, for it was first of all about what is gone, and is taken to be about the next that it names: "
            f"{', '.join(carriage.moved)}."
        )
    for kind, words in _UNCERTAIN.items():
        if touched := [each for each in carriage.touched if each.kind is kind]:
            yield f"Uncertain, for it {words}: {_told(touched)}."
    if new := [name for each in carriage.touched if each.kind is Kind.NEW for name in each.after]:
        yield f"New, so that no finding speaks of it: {', '.join(new)}."


def _told(touched: Sequence[Touched]) -> str:
    """What became of characteristics, and how many findings bore on them."""
    return "; ".join(
        f"{', '.join(each.before)}{' into ' if each.after else ''}{', '.join(each.after)} "
        f"({counted(len(each.findings), 'finding')})"
        for each in touched
    )


def _named(gone: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{name} ({counted(len(findings), 'finding')})" for name, findings in gone.items())
