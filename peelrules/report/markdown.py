"""An assessment as Markdown, for a code host or a meeting paper."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from peelrules.model.assessment import Assessment
from peelrules.report import wording
from peelrules.report.outline import escaped, grid


def render(assessments: Sequence[Assessment]) -> str:
    return "\n\n".join("\n".join(_assessment(assessment)) for assessment in assessments) + "\n"


def _assessment(assessment: Assessment) -> Iterator[str]:
    yield f"# {escaped(wording.heading(assessment))}"
    yield f"\n*{wording.INDICATIVE}*\n"
    yield from grid(
        [wording.capitalised(grade) for grade in wording.GRADES],
        zip_longest(*wording.columns(assessment), fillvalue=""),
    )
    yield "\n## How each grade comes about\n"
    yield from grid(
        ("Core question", "Indicative grade", "Because", "Characteristics", "Evidence"),
        (
            (
                j.name,
                str(j.grade),
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
            f"**{name[c.core_question]}**: {escaped(c.title)} ({escaped(', '.join(c.findings))}). "
            f"Recommended: {escaped(' '.join(c.recommendations))}"
            for c in assessment.causes_of_concern
        ),
    )
    yield from _list(
        "Areas for improvement",
        (
            f"**{name[a.core_question]}**: {escaped(a.title)} ({escaped(', '.join(a.findings))})"
            for a in assessment.areas_for_improvement
        ),
    )
    yield from _list(
        "Innovative practice",
        (
            f"**{name[p.core_question]}**: {escaped(p.title)} ({escaped(p.finding)})"
            for p in assessment.innovative_practice
        ),
    )
    yield from _list("Not graded", (f"**{q}**: {why}" for q, why in wording.not_graded(assessment)))
    yield f"\n{escaped(wording.provenance(assessment))}"


def _list(title: str, entries: Iterable[str]) -> Iterator[str]:
    listed = list(entries)
    yield f"\n## {title}\n"
    yield from (f"- {entry}" for entry in listed or ["none"])
