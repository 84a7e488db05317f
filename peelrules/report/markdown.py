"""An assessment as Markdown, for a code host or a meeting paper."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from peelrules.model.assessment import Assessment
from peelrules.report import wording


def render(assessments: Sequence[Assessment]) -> str:
    return "\n\n".join("\n".join(_assessment(assessment)) for assessment in assessments) + "\n"


def _assessment(assessment: Assessment) -> Iterator[str]:
    yield f"# {_escaped(wording.heading(assessment))}"
    yield f"\n*{wording.INDICATIVE}*\n"
    yield from _table(map(wording.capitalised, wording.GRADES), zip_longest(*wording.columns(assessment), fillvalue=""))
    yield "\n## How each grade comes about\n"
    yield from _table(
        ("Core question", "Indicative grade", "Because", "Characteristics", "Evidence"),
        (
            (
                j.name,
                f"**{j.grade}**",
                "; ".join(wording.reasons(j)) or "no rule holds it down",
                wording.statuses(assessment, j.core_question),
                wording.coverage(j),
            )
            for j in wording.graded(assessment)
        ),
    )
    name = {j.core_question: j.name for j in assessment.judgments}
    yield from _list(
        "Causes of concern",
        (
            f"**{name[c.core_question]}**: {_escaped(c.title)} ({_escaped(', '.join(c.findings))}). "
            f"Recommended: {_escaped(' '.join(c.recommendations))}"
            for c in assessment.causes_of_concern
        ),
    )
    yield from _list(
        "Areas for improvement",
        (
            f"**{name[a.core_question]}**: {_escaped(a.title)} ({_escaped(', '.join(a.findings))})"
            for a in assessment.areas_for_improvement
        ),
    )
    yield from _list(
        "Innovative practice",
        (
            f"**{name[p.core_question]}**: {_escaped(p.title)} ({_escaped(p.finding)})"
            for p in assessment.innovative_practice
        ),
    )
    yield from _list("Not graded", (f"**{q}**: {why}" for q, why in wording.not_graded(assessment)))
    yield f"\n{_escaped(wording.provenance(assessment))}"


def _table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    cells = list(header)
    yield _row(cells)
    yield _row("---" for _ in cells)
    for row in rows:
        yield _row(cell if cell.startswith("**") else _escaped(cell) for cell in row)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _list(title: str, entries: Iterable[str]) -> Iterator[str]:
    listed = list(entries)
    yield f"\n## {title}\n"
    yield from (f"- {entry}" for entry in listed or ["none"])


def _escaped(text: str) -> str:
    """Text of a document as text, whatever Markdown or HTML it looks like."""
    flat = " ".join(text.split())
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", flat)
