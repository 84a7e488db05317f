"""What whoever reads an assessment must be told first, though nothing is refused for it."""

import re
from collections.abc import Iterator

from peelrules.model.framework import Framework

_YEARS = re.compile(r"(?<!\d)(20\d\d)\s?[/\N{EN DASH}-]\s?(?:20)?(\d\d)(?!\d)")


def cautions(inspection: str | None, framework: Framework) -> tuple[str, ...]:
    """What is odd about grading an inspection by a framework."""
    return tuple(_of_another_cycle(inspection or "", framework))


def _of_another_cycle(inspection: str, framework: Framework) -> Iterator[str]:
    inspected, written_for = _cycles(inspection), _cycles(f"{framework.id} {framework.title}")
    if inspected and written_for and not inspected & written_for:
        yield (
            f"The inspection is named {inspection}, and the characteristics and rules are those of {framework.title}: "
            f"the {framework.wording.inspected} was inspected by others than those by which it is graded here."
        )


def _cycles(words: str) -> set[tuple[int, int]]:
    """The first and the last year of each span of years, such as 2021/22; a month, such as 2021-10, is none."""
    spans = ((int(first), 2000 + int(last)) for first, last in _YEARS.findall(words))
    return {(first, last) for first, last in spans if first < last}
