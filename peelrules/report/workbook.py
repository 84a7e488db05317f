"""Assessments as a workbook made to be read: grades with their reasons first, then what they rest on.

The sheets *Characteristics* and *Findings* can be sorted and filtered. It is a result, and no evidence to read again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from xlsxwriter import Workbook

from peelrules.documents.workbook.paper import HEAD, LONGEST, Page, Paper
from peelrules.model.assessment import Assessment, Judgment
from peelrules.model.plain import folded
from peelrules.model.scales import Grade, Gravity, Status
from peelrules.report import wording

_COLOURS: Mapping[object, str] = {
    Grade.OUTSTANDING: "#A9D08E",
    Grade.GOOD: "#E2EFDA",
    Grade.ADEQUATE: "#FFF2CC",
    Grade.REQUIRES_IMPROVEMENT: "#F8CBAD",
    Grade.INADEQUATE: "#FF9999",
    Status.EXCEEDED: "#A9D08E",
    Status.DEMONSTRATED: "#E2EFDA",
    Status.PARTLY_DEMONSTRATED: "#FFF2CC",
    Status.NOT_DEMONSTRATED: "#F8CBAD",
    Gravity.SERIOUS: "#F8CBAD",
    Gravity.CRITICAL: "#FF9999",
}
_BOXES = {
    "critical_shortfalls": "critical shortfall",
    "causes_of_concern": "cause of concern",
    "areas_for_improvement": "area for improvement",
    "innovative_practice": "innovative practice",
}
_RULED: Mapping[str, Any] = {"bottom": 1, "bottom_color": "#D9D9D9"}
_EPOCH = datetime(2022, 1, 1)
_CUT = "… (a cell holds no more; the other formats have all of it)"

Row = tuple[object, ...]


class Sheet(NamedTuple):
    """A sheet with a row for each of something that an assessment holds."""

    name: str
    columns: Mapping[str, float]
    """Their headings and how wide they are, in characters."""
    rows: Callable[[Assessment], Iterator[Row]]


def render(assessments: Sequence[Assessment]) -> bytes:
    """One workbook of all assessments. Where there are several, each row says which it is of."""
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"title": "; ".join(map(wording.heading, assessments))[:250], "created": _EPOCH})
    paper = Paper(book)
    for sheet in SHEETS:
        told = list(_preface(assessments)) if sheet is SHEETS[0] else []
        several = {"Inspection": 30.0} if len(assessments) > 1 else {}
        page = paper.page(sheet.name, frozen=1 + len(several), head=len(told))
        for number, (line, looks) in enumerate(told):
            page.sheet.write_string(number, 0, folded(line), paper.format(text_wrap=False, **looks))
        _write(page, {**several, **sheet.columns}, len(told), _rows(sheet, assessments))
    book.close()
    return stream.getvalue()


def _preface(assessments: Sequence[Assessment]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for assessment in assessments:
        yield wording.heading(assessment), {"bold": True, "font_size": 14}
        for caution in assessment.cautions:
            yield f"Caution: {caution}", {"bold": True, "font_color": "#C00000"}
    yield wording.INDICATIVE, {"italic": True}
    known = filter(None, map(wording.known_nationally, assessments))
    for line in dict.fromkeys((*known, *map(wording.provenance, assessments))):
        yield line, {"font_color": "#595959"}
    yield "", {}


def _rows(sheet: Sheet, assessments: Sequence[Assessment]) -> Iterator[Row]:
    for assessment in assessments:
        for row in sheet.rows(assessment):
            yield (wording.heading(assessment), *row) if len(assessments) > 1 else row


def _write(page: Page, columns: Mapping[str, float], head: int, rows: Iterator[Row]) -> None:
    for at, (heading, width) in enumerate(columns.items()):
        page.column(at, width)
        page.text(head, at, heading, **HEAD)
    last = head
    for last, row in enumerate(rows, head + 1):
        for at, value in enumerate(row):
            colour = {"bg_color": _COLOURS[value]} if value in _COLOURS else {}
            if isinstance(value, int) and not isinstance(value, bool):
                page.number(last, at, value, align="center", **_RULED)
            else:
                page.text(last, at, _in_a_cell(_told(value)), **colour, **_RULED)
    page.sheet.autofilter(head, 0, max(last, head + 1), len(columns) - 1)


def _told(value: object) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case tuple() | list():
            return "\n".join(folded(str(each)) for each in value)
    return folded(str(value))


def _in_a_cell(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT


# -- what stands on each sheet --------------------------------------------------------------------


def _grades(a: Assessment) -> Iterator[Row]:
    ungraded = {judgment.core_question: why for judgment, why in wording.not_graded(a)}
    for judgment in a.judgments:
        reasons = tuple(wording.reasons(judgment)) or (ungraded.get(judgment.core_question),)
        number = [sum(each.core_question == judgment.core_question for each in getattr(a, box)) for box in _BOXES]
        yield (
            judgment.name,
            judgment.grade or "not graded",
            tuple(filter(None, reasons)) or _nothing_holds(judgment),
            wording.statuses(a, judgment.core_question),
            f"{judgment.coverage.assessed} of {judgment.coverage.of}",
            *(count or None for count in number),
            wording.capitalised(wording.in_context(a, judgment.core_question)),
        )


def _nothing_holds(judgment: Judgment) -> str:
    return "No rule holds it below this." if judgment.grade is not None else ""


def _boxes(a: Assessment) -> Iterator[Row]:
    for box, called in _BOXES.items():
        for item in getattr(a, box):
            ids = getattr(item, "findings", None) or (item.finding,)
            title = wording.critical(item) if box == "critical_shortfalls" else item.title
            findings = tuple(f"{each}: {a.finding[each].coded.finding}" for each in ids)
            yield called, a.judgment(item.core_question).name, title, findings, getattr(item, "recommendations", ())


def _characteristics(a: Assessment) -> Iterator[Row]:
    for each in a.characteristics:
        concern = each.concern if each.concern.rank else None
        yield (
            a.judgment(each.core_question).name,
            each.title,
            each.role.value,
            each.status or "not assessed",
            concern,
            tuple(_reasons(a, each.characteristic, "status")),
            ", ".join(each.strengths),
            ", ".join(each.shortfalls),
            each.characteristic,
        )


def _findings(a: Assessment) -> Iterator[Row]:
    for each in a.findings:
        primary = a.characteristic[each.coded.primary]
        coded = each.coded
        yield (
            each.id,
            coded.finding,
            a.judgment(primary.core_question).name,
            tuple(a.characteristic[c].title for c in coded.bears_on),
            each.direction,
            str(coded.sample) if coded.sample is not None else None,
            coded.seriousness,
            each.extent,
            coded.state,
            each.gravity,
            tuple(_reasons(a, each.id, "gravity")),
            coded.strand,
            each.place,
            coded.recommendation,
            coded.note,
        )


def _rules(a: Assessment) -> Iterator[Row]:
    for use in a.rules:
        yield use.rule, use.title, use.concludes, use.applied, use.looked_at, use.source, use.basis, use.place


def _reasons(a: Assessment, subject: str, outcome: str) -> Iterator[str]:
    """Each rule that decides an outcome, with the figures that it rests on."""
    if not a.is_concluded(subject, outcome):
        return
    for firing in a.derivation(subject, outcome).firings:
        if firing.decides:
            figures = "; ".join(premise.in_words for premise in firing.premises)
            yield f"{a.rule[firing.rule].title}: {figures}"


SHEETS = (
    Sheet(
        "Grades",
        {
            "Core question": 30,
            "Indicative grade": 20,
            "How it comes about": 80,
            "Characteristics": 34,
            "Assessed": 12,
            "Critical shortfalls": 12,
            "Causes of concern": 12,
            "Areas for improvement": 14,
            "Innovative practice": 12,
            "Among others": 50,
        },
        _grades,
    ),
    Sheet(
        "Boxes",
        {"Kind": 22, "Core question": 30, "About": 50, "Findings": 100, "Recommendations": 50},
        _boxes,
    ),
    Sheet(
        "Characteristics",
        {
            "Core question": 30,
            "Characteristic": 50,
            "Role": 10,
            "Indicative status": 20,
            "Concern": 20,
            "How it comes about": 70,
            "Strengths": 30,
            "Shortfalls": 30,
            "Id": 32,
        },
        _characteristics,
    ),
    Sheet(
        "Findings",
        {
            "Id": 11,
            "Finding": 70,
            "Core question": 24,
            "Bears on": 40,
            "Direction": 11,
            "Sample": 14,
            "Seriousness": 12,
            "Extent": 12,
            "State": 11,
            "Indicative gravity": 11,
            "How it comes about": 60,
            "Strand": 22,
            "Place": 44,
            "Recommendation": 40,
            "Note": 40,
        },
        _findings,
    ),
    Sheet(
        "Rules",
        {
            "Rule": 34,
            "Title": 60,
            "Concludes": 30,
            "Applied": 9,
            "Looked at": 9,
            "Source": 50,
            "Basis": 70,
            "Stands at": 36,
        },
        _rules,
    ),
)  # fmt: skip
"""In the order in which they are read."""
