"""An assessment for the terminal: the five-column table first, then what it rests on."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from peelrules.model.assessment import AreaForImprovement, Assessment, CauseOfConcern, CriticalShortfall, Judgment
from peelrules.model.plain import folded
from peelrules.model.scales import Grade, Gravity
from peelrules.report import wording
from peelrules.report.console import printed, words

_COLOURS = {
    Grade.OUTSTANDING: "bold green",
    Grade.GOOD: "green",
    Grade.ADEQUATE: "yellow",
    Grade.REQUIRES_IMPROVEMENT: "dark_orange",
    Grade.INADEQUATE: "bold red",
}


def render(assessments: Sequence[Assessment], width: int = 80, colour: bool = False, ascii_only: bool = False) -> str:
    """Assessments one after the other, wrapped to *width* columns."""
    parts = [printed(_assessment(assessment, width), width, colour, ascii_only) for assessment in assessments]
    return "\n\n".join(parts)


def _assessment(assessment: Assessment, width: int) -> RenderableType:
    return Group(
        words(wording.heading(assessment), style="bold"),
        *(words(f"Caution: {caution}", style="bold") for caution in assessment.cautions),
        words(wording.INDICATIVE, style="italic"),
        _table(assessment, width),
        *_section("Critical shortfalls", (_critical(assessment, c) for c in assessment.critical_shortfalls)),
        *_section("How each grade comes about", (_judgment(assessment, j) for j in wording.graded(assessment))),
        *_section("Causes of concern", (_cause(assessment, c) for c in assessment.causes_of_concern)),
        *_section(
            "Areas for improvement, by what falls short",
            (_area(assessment, a) for a in assessment.areas_for_improvement),
        ),
        *_section(
            "Innovative practice",
            (
                words(f"{assessment.judgment(p.core_question).name}: {p.title} [{p.finding}]")
                for p in assessment.innovative_practice
            ),
        ),
        *_section("Not graded", (_not_graded(assessment, j, why) for j, why in wording.not_graded(assessment))),
        *(words(known, style="dim") for known in filter(None, [wording.known_nationally(assessment)])),
        words(wording.provenance(assessment), style="dim"),
    )


def _table(assessment: Assessment, width: int) -> RenderableType:
    if not wording.graded(assessment):
        return Padding(words("No question can be graded on this evidence.", style="bold"), (1, 0))
    titles = [wording.capitalised(grade) for grade in wording.GRADES]
    columns = [[folded(name) for name in column] for column in wording.columns(assessment)]
    widths = _widths(titles, columns, width - 3 * len(titles))
    if sum(widths) > width - 3 * len(titles):
        return Padding(Group(*_grade_by_grade(titles, columns)), (1, 0))
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for title, grade, column_width in zip(titles, wording.GRADES, widths, strict=True):
        table.add_column(title, header_style=_COLOURS[grade], width=column_width)
    for row in zip_longest(*columns, fillvalue=""):
        table.add_row(*row)
    return table


def _grade_by_grade(titles: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterable[RenderableType]:
    """What stands in the table, for a terminal that is too narrow for it."""
    for title, grade, names in zip(titles, wording.GRADES, columns, strict=True):
        if names:
            yield Text(title, style=_COLOURS[grade])
            yield from (_indented(Text(name)) for name in names)


def _widths(titles: Sequence[str], columns: Sequence[Sequence[str]], room: int) -> list[int]:
    """Room for the longest word in each column, and what is left over to the fullest columns first."""
    texts = [(title, *names) for title, names in zip(titles, columns, strict=True)]
    widths = [max(len(word) for text in column for word in text.split()) for column in texts]
    for index in sorted(range(len(titles)), key=lambda i: -len(columns[i])):
        wanted = max(map(len, texts[index])) - widths[index]
        widths[index] += max(0, min(wanted, room - sum(widths)))
    return widths


def _section(title: str, entries: Iterable[RenderableType]) -> list[RenderableType]:
    listed = list(entries)
    if not listed:
        return [Text.assemble((title, "bold"), ": none"), words("")]
    return [words(f"{title} ({len(listed)})", style="bold"), *(Padding(e, (0, 0, 0, 2)) for e in listed), words("")]


def _judgment(assessment: Assessment, judgment: Judgment) -> RenderableType:
    assert judgment.grade is not None  # noqa: S101  only graded questions come here
    lines: list[RenderableType] = [
        Text.assemble((folded(judgment.name), "bold"), ": ", (str(judgment.grade), _COLOURS[judgment.grade])),
        *(_indented(words(reason)) for reason in wording.reasons(judgment)),
        _indented(words(f"{wording.statuses(assessment, judgment.core_question)}; {wording.coverage(judgment)}")),
    ]
    if among := wording.in_context(assessment, judgment.core_question):
        lines.append(_indented(words(wording.capitalised(among))))
    if judgment.grade < Grade.GOOD:
        lines += [
            _indented(words(f"{f.gravity}: {f.coded.finding} [{f.id}]"))
            for f in wording.gravest(assessment, judgment.core_question)
        ]
    return Group(*lines)


def _area(assessment: Assessment, area: AreaForImprovement) -> RenderableType:
    name = assessment.judgment(area.core_question).name
    return Group(words(f"{name}: {area.title}"), _indented(words(wording.some(area.findings), style="dim")))


def _critical(assessment: Assessment, shortfall: CriticalShortfall) -> RenderableType:
    name = assessment.judgment(shortfall.core_question).name
    return Group(
        words(f"{name}: {wording.critical(shortfall)}"),
        *(
            _indented(words(f"{f.gravity}: {f.coded.finding} [{f.id}]"))
            for f in (assessment.finding[each] for each in shortfall.findings)
            if f.gravity is Gravity.CRITICAL
        ),
    )


def _cause(assessment: Assessment, cause: CauseOfConcern) -> RenderableType:
    titles = "; ".join(assessment.characteristic[each].title for each in cause.characteristics)
    return Group(
        words(f"{cause.title}: {titles}"),
        _indented(words(wording.some(cause.findings), style="dim")),
        *(_indented(words(f"Recommendation: {each}")) for each in cause.recommendations),
    )


def _not_graded(assessment: Assessment, judgment: Judgment, why: str) -> RenderableType:
    lacking = wording.shortage(assessment, judgment)
    if wording.is_bare(judgment):  # nobody has begun with the question, and one line is enough
        return words("; a grade takes ".join(filter(None, (f"{judgment.name}: {why}", lacking))))
    return Group(words(f"{judgment.name}: {why}"), *([_indented(words(f"A grade takes {lacking}"))] if lacking else ()))


def _indented(text: RenderableType) -> RenderableType:
    return Padding(text, (0, 0, 0, 2))
