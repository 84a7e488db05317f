"""The page of judgments: grades first, then how each comes about, and what it rests on."""

from collections.abc import Iterable, Iterator, Sequence

from peelrules.model.assessment import (
    AreaForImprovement,
    AssessedFinding,
    Assessment,
    CauseOfConcern,
    CriticalShortfall,
    Judgment,
)
from peelrules.model.scales import Grade, Gravity
from peelrules.report import outline, wording
from peelrules.report.outline import Grades, Grid, Heading, Item, Paragraph

_TOLD = 3
"""Findings that are told in words; more of them are named."""


def of(assessments: Sequence[Assessment], full: bool) -> Iterator[outline.Block]:
    """Each assessment by itself.

    Args:
        full: tells the gravest findings of every question and where they stand, what was recommended, and first a table
            of all assessments if they are several; else what is read at a glance, with most findings only named.
    """
    if full and len(assessments) > 1:
        yield from _side_by_side(assessments)
    for assessment in assessments:
        yield from _assessment(assessment, full)


def _side_by_side(assessments: Sequence[Assessment]) -> Iterator[outline.Block]:
    names = {j.core_question: j.name for a in assessments for j in a.judgments if j.ceiling is not None}
    yield Heading("Grades side by side", 1)
    for assessment in assessments:
        for caution in assessment.cautions:
            yield Paragraph(f"{wording.heading(assessment)}: {caution}", "Caution")
    yield Paragraph(wording.INDICATIVE)
    yield Grid(
        ("Inspection", *names.values()),
        [
            (wording.heading(a), *(_in_brief(a.judgments_by_question.get(question)) for question in names))
            for a in assessments
        ],
    )
    yield Paragraph("A dash stands where nothing is concluded. Each section below says what was not graded, and why.")


def _in_brief(judgment: Judgment | None) -> str:
    if judgment is None or judgment.ceiling is None:
        return "\N{EN DASH}"
    return str(judgment.grade) if judgment.grade is not None else f"not graded, at most {judgment.ceiling}"


def _assessment(assessment: Assessment, full: bool) -> Iterator[outline.Block]:
    graded, not_graded = wording.graded(assessment), list(wording.not_graded(assessment))
    yield Heading(wording.heading(assessment), 1)
    for caution in assessment.cautions:
        yield Paragraph(caution, "Caution")
    yield Paragraph(wording.INDICATIVE)
    if graded:
        yield Grades(dict(zip(wording.GRADES, wording.columns(assessment), strict=True)))
    else:
        yield Paragraph("No question can be graded on this evidence.")
    if graded and not_graded:
        yield Paragraph(f"{'; '.join(judgment.name for judgment, _ in not_graded)}.", "Not graded")
    yield from _section("Critical shortfalls", [_critical(c, assessment, full) for c in assessment.critical_shortfalls])
    if graded:
        yield Heading(_titled("How each grade comes about", len(graded)))
    for judgment in graded:
        yield Heading(judgment.name, 3, judgment.grade)
        yield from _standing(judgment, assessment, full)
    yield from _section("Causes of concern", [_cause(c, assessment, full) for c in assessment.causes_of_concern])
    yield from _section("Areas for improvement", [_area(a, assessment, full) for a in assessment.areas_for_improvement])
    practices = [
        Item(f"{p.title} ({p.finding})", label=assessment.judgment(p.core_question).name)
        for p in assessment.innovative_practice
    ]
    yield from _section("Innovative practice", practices)
    yield from _section("Not graded", [_not_graded(judgment, why, assessment, full) for judgment, why in not_graded])
    yield Heading("What this rests on")
    yield from (Item(wording.cited(work), url=work.url or "") for work in assessment.sources.values())
    if known := wording.known_nationally(assessment):
        yield Item(known)
    yield Item(wording.provenance(assessment))


def _section(title: str, entries: Sequence[Item]) -> Iterator[outline.Block]:
    yield Heading(_titled(title, len(entries)))
    yield from entries


def _titled(title: str, entries: int) -> str:
    return f"{title} ({entries})" if entries else f"{title}: none"


def _standing(judgment: Judgment, assessment: Assessment, full: bool) -> Iterator[Item]:
    """What decided a question, how its characteristics stand, which have no evidence, and the gravest findings."""
    is_graded = judgment.grade is not None
    if judgment.ceiling is not None:
        for reason in list(wording.reasons(judgment)) or ["no rule holds it down"]:
            yield Item(reason, label="Decided by" if is_graded else "Held down by")
    if statuses := wording.statuses(assessment, judgment.core_question):
        # what the rest could make of a question without a grade is told with why it has none
        assessed = wording.coverage(judgment) if is_graded else wording.assessed(judgment)
        yield Item(f"{statuses}; {assessed}", label="Characteristics")
    if among := wording.in_context(assessment, judgment.core_question):
        yield Item(among, label="Among others")
    own = (c for c in assessment.characteristics if c.core_question == judgment.core_question)
    gaps = {c.characteristic: c.title for c in own if c.status is None}
    if gaps:
        yield Item("; ".join(gaps.values()), label="No evidence on")
    if (lacking := judgment.shortage) is not None:
        said = wording.shortage(assessment, judgment, named=[*lacking.of] != [*gaps])
        yield Item(said, label="A grade takes")
    findings = wording.gravest(assessment, judgment.core_question, len(assessment.findings))
    falls_short = judgment.grade is not None and judgment.grade < Grade.GOOD
    if findings and (full or falls_short):
        told = [_finding(finding, assessment, full) for finding in findings[:_TOLD]]
        yield Item(f"{len(told)} of {len(findings)}", told, label="Gravest findings")


def _finding(finding: AssessedFinding, assessment: Assessment, full: bool) -> Item:
    # with one source, which is told below, the section is enough
    place = finding.place if len(assessment.sources) > 1 else str(finding.coded.source)
    where = f"{finding.id}; {place}" if full else finding.id
    return Item(f"{finding.coded.finding} ({where})", label=wording.capitalised(finding.gravity))


def _critical(shortfall: CriticalShortfall, assessment: Assessment, full: bool) -> Item:
    found = (assessment.finding[each] for each in shortfall.findings)
    return Item(
        wording.critical(shortfall),
        [_finding(finding, assessment, full) for finding in found if finding.gravity is Gravity.CRITICAL],
        label=assessment.judgment(shortfall.core_question).name,
    )


def _cause(cause: CauseOfConcern, assessment: Assessment, full: bool) -> Item:
    titles = "; ".join(assessment.characteristic[each].title for each in cause.characteristics)
    return Item(
        titles,
        [*_behind(cause.findings, assessment, full), *_recommended(cause.recommendations)],
        label=cause.title,
    )


def _area(area: AreaForImprovement, assessment: Assessment, full: bool) -> Item:
    status = assessment.characteristic[area.characteristic].status
    recommended = wording.recommended(assessment, area) if full else ()
    return Item(
        f"{area.title} ({status})",
        [*_behind(area.findings, assessment, full), *_recommended(recommended)],
        label=assessment.judgment(area.core_question).name,
    )


def _behind(ids: Sequence[str], assessment: Assessment, full: bool) -> Iterator[Item]:
    told = ids[:_TOLD] if full else ()
    yield from (_finding(assessment.finding[each], assessment, full) for each in told)
    if more := ids[len(told) :]:
        yield Item(", ".join(more), label="Further findings" if told else "Findings")


def _recommended(recommendations: Iterable[str]) -> Iterator[Item]:
    yield from (Item(words, label="Recommended") for words in recommendations)


def _not_graded(judgment: Judgment, why: str, assessment: Assessment, full: bool) -> Item:
    if full or judgment.coverage.assessed:
        return Item(why, list(_standing(judgment, assessment, full)), label=judgment.name)
    lacking = wording.shortage(assessment, judgment)  # nobody has begun with the question, and one line is enough
    return Item(f"{why}; a grade takes {lacking}" if lacking else why, label=judgment.name)
