"""What whoever reads an assessment must be told first, though nothing is refused for it."""

import re
from collections.abc import Iterator

from peelrules.model.framework import Framework

_YEARS = re.compile(r"(?<!\d)(20\d\d)\s?[/\N{EN DASH}-]\s?(?:20)?(\d\d)(?!\d)")


def cautions(inspection: str | None, framework: Framework) -> tuple[str, ...]:
    """What is odd about grading an inspection by a framework."""
    return (*of_another_cycle(inspection, framework), *_inferred(framework))


def of_another_cycle(inspection: str | None, framework: Framework) -> tuple[str, ...]:
    """That an inspection is named after another cycle than those of the framework, if it is.

    A framework names the inspections of its cycle. What has one of the names in it is of the cycle; and so is what
    has no years in it, for nothing is known of that, and what has the same years, however they are written.
    """
    if not inspection or any(name.casefold() in inspection.casefold() for name in framework.inspections):
        return ()
    inspected, written_for = _cycles(inspection), _cycles(" ".join(framework.inspections))
    if not (inspected and written_for) or inspected & written_for:
        return ()
    return (
        f"The inspection is named {inspection}, and the characteristics and rules are those of {framework.title}: "
        "the force was inspected by others than those by which it is graded here.",
    )


def _inferred(framework: Framework) -> Iterator[str]:
    if framework.inferred:
        yield (
            f"{len(framework.inferred)} of the {len(framework.characteristics)} characteristics of {framework.title} "
            "could not be read where they were published, and are inferred from what else was."
        )


def _cycles(words: str) -> set[tuple[int, int]]:
    """The first and the last year of each span of years, such as 2021/22; a month, such as 2021-10, is none."""
    spans = ((int(first), 2000 + int(last)) for first, last in _YEARS.findall(words))
    return {(first, last) for first, last in spans if first < last}
