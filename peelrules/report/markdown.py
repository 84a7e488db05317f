"""An assessment as Markdown, for a code host or a meeting paper."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from peelrules.model.assessment import (
    AreaForImprovement,
    AssessedFinding,
    Assessment,
    CauseOfConcern,
    CriticalShortfall,
    InnovativePractice,
    Judgment,
)
from peelrules.model.framework import Work
from peelrules.model.scales import Gravity
from peelrules.report import wording
from peelrules.report.outline import escaped, grid

_TOLD = 3
"""Findings that are told in words; more of them are named."""


def render(assessments: Sequence[Assessment]) -> str:
    """Each assessment in a section of its own, after a table of all of them if they are several."""
    sections = [_assessment(assessment) for assessment in assessments]
    if len(assessments) > 1:
        sections.insert(0, _side_by_side(assessments))
    return "\n\n".join("\n".join(section) for section in sections) + "\n"


def _side_by_side(assessments: Sequence[Assessment]) -> Iterator[str]:
    names = {j.core_question: j.name for a in assessments for j in a.judgments if j.ceiling is not None}
    yield "# Grades side by side"
    for assessment in assessments:
        for caution in assessment.cautions:
            yield f"\n**Caution, {escaped(wording.heading(assessment))}: {escaped(caution)}**"
    yield f"\n*{wording.INDICATIVE}*\n"
    yield from grid(
        ("Inspection", *names.values()),
        (
            (wording.heading(a), *(_in_brief(a.judgments_by_question.get(question)) for question in names))
            for a in assessments
        ),
    )
    yield "\nA dash stands where nothing is concluded. Each section below says what was not graded, and why."


def _in_brief(judgment: Judgment | None) -> str:
    if judgment is None or judgment.ceiling is None:
        return "\N{EN DASH}"
    return str(judgment.grade) if judgment.grade is not None else f"not graded, at most {judgment.ceiling}"


def _assessment(assessment: Assessment) -> Iterator[str]:
    graded = wording.graded(assessment)
    not_graded = [judgment for judgment in assessment.judgments if judgment.grade is None]
    yield f"# {escaped(wording.heading(assessment))}"
    for caution in assessment.cautions:
        yield f"\n**Caution: {escaped(caution)}**"
    yield f"\n*{wording.INDICATIVE}*\n"
    yield from grid(
        [wording.capitalised(grade) for grade in wording.GRADES],
        zip_longest(*wording.columns(assessment), fillvalue=""),
    )
    names = "; ".join(judgment.name for judgment in not_graded)
    yield f"\n{escaped(f'Not graded: {names}.' if names else 'Every core question is graded.')}"
    yield from _section("Critical shortfalls", (_critical(c, assessment) for c in assessment.critical_shortfalls))
    yield "\n## How each grade comes about"
    for judgment in graded:
        yield f"\n### {escaped(f'{judgment.name}: {judgment.grade}')}\n"
        yield from _standing(judgment, assessment, 0)
    if not graded:
        yield "\nNo question can be graded on this evidence."
    yield from _section("Causes of concern", (_cause(c, assessment) for c in assessment.causes_of_concern))
    yield from _section("Areas for improvement", (_area(a, assessment) for a in assessment.areas_for_improvement))
    yield from _section("Innovative practice", (_practice(p, assessment) for p in assessment.innovative_practice))
    yield from _section("Not graded", (_not_graded(judgment, assessment) for judgment in not_graded))
    yield from _section("Sources", ([_cited(work)] for work in assessment.sources.values()))
    if known := wording.known_nationally(assessment):
        yield f"\n{escaped(known)}"
    yield f"\n{escaped(wording.provenance(assessment))}"


def _section(title: str, entries: Iterable[Iterable[str]]) -> Iterator[str]:
    lines = [line for entry in entries for line in entry]
    yield f"\n## {title}\n"
    yield from lines or ["None."]


def _item(words: str, depth: int = 0, about: str = "") -> str:
    """A line of a list; what it is about stands before it."""
    return f"{'  ' * depth}- {f'**{escaped(about)}**: ' if about else ''}{escaped(words)}"


def _standing(judgment: Judgment, assessment: Assessment, depth: int) -> Iterator[str]:
    """What decided a question, how its characteristics stand, which have no evidence, and the gravest findings."""
    if judgment.ceiling is not None:
        for reason in list(wording.reasons(judgment)) or ["no rule holds it down"]:
            yield _item(reason, depth, "Decided by")
    statuses = wording.statuses(assessment, judgment.core_question)
    yield _item("; ".join(filter(None, (statuses, wording.coverage(judgment)))), depth, "Characteristics")
    if among := wording.in_context(assessment, judgment.core_question):
        yield _item(among, depth, "Among others")
    own = (c for c in assessment.characteristics if c.core_question == judgment.core_question)
    gaps = {c.characteristic: c.title for c in own if c.status is None}
    if gaps:
        yield _item("; ".join(gaps.values()), depth, "No evidence on")
    if (lacking := judgment.shortage) is not None:
        said = wording.shortage(assessment, judgment, named=[*lacking.of] != [*gaps])
        yield _item(said, depth, "A grade takes")
    findings = wording.gravest(assessment, judgment.core_question, len(assessment.findings))
    if findings:
        yield _item(f"{min(_TOLD, len(findings))} of {len(findings)}", depth, "Gravest findings")
        yield from (_finding(finding, assessment, depth + 1) for finding in findings[:_TOLD])


def _finding(finding: AssessedFinding, assessment: Assessment, depth: int) -> str:
    # with one source, which is told below, the section is enough
    place = finding.place if len(assessment.sources) > 1 else str(finding.coded.source)
    return _item(f"{finding.coded.finding} ({finding.id}; {place})", depth, wording.capitalised(finding.gravity))


def _critical(shortfall: CriticalShortfall, assessment: Assessment) -> Iterator[str]:
    yield _item(wording.critical(shortfall), about=assessment.judgment(shortfall.core_question).name)
    found = (assessment.finding[each] for each in shortfall.findings)
    yield from (_finding(finding, assessment, 1) for finding in found if finding.gravity is Gravity.CRITICAL)


def _cause(cause: CauseOfConcern, assessment: Assessment) -> Iterator[str]:
    yield _item("; ".join(assessment.characteristic[each].title for each in cause.characteristics), about=cause.title)
    yield from _behind(cause.findings, assessment)
    yield from (_item(f"Recommended: {words}", 1) for words in cause.recommendations)


def _area(area: AreaForImprovement, assessment: Assessment) -> Iterator[str]:
    status = assessment.characteristic[area.characteristic].status
    yield _item(f"{area.title} ({status})", about=assessment.judgment(area.core_question).name)
    yield from _behind(area.findings, assessment)
    made = (assessment.finding[each].coded.recommendation for each in area.findings)
    yield from (_item(f"Recommended: {words}", 1) for words in dict.fromkeys(made) if words is not None)


def _behind(ids: Sequence[str], assessment: Assessment) -> Iterator[str]:
    yield from (_finding(assessment.finding[each], assessment, 1) for each in ids[:_TOLD])
    if more := ids[_TOLD:]:
        yield _item(", ".join(more), 1, "Further findings")


def _practice(practice: InnovativePractice, assessment: Assessment) -> Iterator[str]:
    yield _item(f"{practice.title} ({practice.finding})", about=assessment.judgment(practice.core_question).name)


def _not_graded(judgment: Judgment, assessment: Assessment) -> Iterator[str]:
    no_better = f"; no better than {judgment.ceiling} on this evidence" if judgment.ceiling is not None else ""
    yield _item(f"{judgment.not_graded}{no_better}", about=judgment.name)
    yield from _standing(judgment, assessment, 1)


def _cited(work: Work) -> str:
    told = _item(", ".join(filter(None, (work.title, work.published))), about=work.publisher)
    return f"{told}, {_linked(work.url)}" if work.url is not None else told


def _linked(url: str) -> str:
    """A link to a page, and whatever else stands where one should be as text."""
    return f"<{url}>" if re.fullmatch(r"https?://[\w.-]+(/[\w./~%?=&;,+:-]*)?", url, re.ASCII) else escaped(url)
