"""Codings of one inspection side by side, in words."""

from collections.abc import Iterator

from peelrules.model.agreement import (
    Agreement,
    Bearing,
    CharacteristicBeside,
    Disagreement,
    Level,
    Pair,
    Panel,
    QuestionBeside,
    Reliability,
    Single,
    Swing,
    Verdict,
)
from peelrules.model.assessment import AssessedFinding
from peelrules.model.facts import counted
from peelrules.model.scales import Direction, Gravity
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import reasons, some

COEFFICIENTS = (
    "Kappa is Cohen's with quadratic weights, alpha is Krippendorff's for ordered levels: 1 is full agreement, 0 what "
    "chance would give. A characteristic that a coder did not assess has no level from that coder."
)
STANDING = (
    "Grades, statuses and gravities follow from each coder's findings by the same rules, and are not the "
    "inspectorate's. Where coders differ, nothing here says who is right."
)
_FURTHEST = 10
_SHORTFALLS = 3
_STRENGTHS = 2


def of(found: Agreement, full: bool) -> Iterator[outline.Block]:
    """Where coders agree, and what their differences do; with *full*, every characteristic and every finding."""
    for panel in found.panels:
        yield from _panel(panel, full)
    if found.single:
        yield Heading(f"Codings with none beside them ({len(found.single)})")
        yield from (Item(single(each)) for each in found.single)


def heading(panel: Panel) -> str:
    """What was inspected, when, and how many codings of it stand side by side."""
    return f"{panel.force}, {panel.inspection or panel.framework}: {len(panel.codings)} codings side by side"


def concluded(panel: Panel) -> list[QuestionBeside]:
    """The questions on which something is concluded from at least one coding."""
    return [q for q in panel.questions if any(v.ceiling is not None for v in q.verdicts.values())]


def differing(panel: Panel) -> list[QuestionBeside]:
    """The questions that the coders have differently."""
    return [question for question in panel.questions if not question.alike]


def not_concluded(panel: Panel) -> str:
    """The questions on which nothing is concluded from any coding, with the reason; empty where there is none."""
    said = concluded(panel)
    names = (
        f"{question.name} ({next(iter(question.verdicts.values())).not_graded})"
        for question in panel.questions
        if question not in said
    )
    return "; ".join(names)


def alike(panel: Panel) -> str:
    """*5 of 8 alike*"""
    said = concluded(panel)
    return f"{sum(question.alike for question in said)} of {len(said)} alike"


def verdict(each: Verdict) -> str:
    """The grade, or what can be said without one."""
    if each.grade is not None:
        return str(each.grade)
    return f"no grade, at most {each.ceiling}" if each.ceiling is not None else "no evidence"


def single(each: Single) -> str:
    inspected = f"{each.force}, {each.inspection}" if each.inspection else each.force
    return f"{each.coder}: {inspected}. It is the only coding of this inspection, so nothing is held against it."


def agreed(pair: Pair) -> str:
    """*81 of 90 alike, kappa 0.83*"""
    return _agreed(pair.both, pair.alike, "kappa", pair.kappa)


def agreed_by_all(found: Reliability) -> str:
    """*80 of 90 alike, alpha 0.90*"""
    return _agreed(found.shared, found.alike, "alpha", found.alpha)


def level(each: Level) -> str:
    """*partly demonstrated, gravity moderate*"""
    return "not assessed" if each.status is None else f"{each.status}, gravity {each.gravity}"


def missing(panel: Panel) -> Iterator[str]:
    """Each characteristic that some coders assessed and others did not."""
    for each in panel.characteristics:
        without = [coder for coder, has in each.levels.items() if has.status is None]
        if 0 < len(without) < len(each.levels):
            yield f"{each.title}: not assessed by {some(without)}"


def swings(question: QuestionBeside, panel: Panel) -> Iterator[str]:
    """Each characteristic that alone would move a coder's grade, as others have it."""
    titled = {each.characteristic: each for each in panel.characteristics}
    told: dict[tuple[str, ...], list[str]] = {}
    for swing in question.swings:
        title, change = titled[swing.characteristic].title, _change(swing, titled[swing.characteristic])
        told.setdefault((swing.coder, title, change, verdict(swing)), []).append(swing.taken_from)
    for (coder, title, change, then), others in told.items():
        yield f"{coder}: {then}, with “{title}” as in {some(others)} ({change})"


def coding(finding: AssessedFinding, characteristic: str) -> str:
    """How a finding is coded, and what it weighs: *shortfall, serious, frequent, open; gravity serious*"""
    coded, is_shortfall = finding.coded, finding.direction is Direction.SHORTFALL
    levels = (coded.seriousness, finding.extent, coded.state) if is_shortfall else ()
    parts = [
        str(finding.direction) if coded.sample is None else f"sample {coded.sample}, {finding.direction}",
        *(str(level) for level in levels),
        *(["reported before"] if coded.persistent else []),
        *(["exceptional"] if coded.exceptional else []),
        *(["about something else first"] if coded.primary != characteristic else []),
    ]
    weight = f"; gravity {finding.gravity}" if is_shortfall or finding.gravity > Gravity.NONE else ""
    return f"{', '.join(parts)}{weight}"


def _panel(panel: Panel, full: bool) -> Iterator[outline.Block]:
    yield Heading(heading(panel), 1)
    yield Item(f"Indicative. {STANDING}")
    for caution in panel.cautions:
        yield Item(f"Caution. {caution}")
    for coder, each in panel.codings.items():
        assessed = f"{each.assessed} of {counted(each.of, 'characteristic')} assessed"
        yield Item(f"{coder}: {counted(each.findings, 'finding')}; {assessed}.")
    yield from _grades(panel)
    yield from _differences(panel)
    yield from _reliability(panel)
    yield from _disagreements(panel, full)
    if full:
        yield Heading(f"Every characteristic ({len(panel.characteristics)})")
        yield Grid(
            ("Characteristic", *panel.codings),
            [(each.title, *map(level, each.levels.values())) for each in panel.characteristics],
        )


def _grades(panel: Panel) -> Iterator[outline.Block]:
    yield Heading(f"Grades ({alike(panel)})")
    if said := concluded(panel):
        yield Grid(
            ("Core question", *panel.codings, ""),
            [(q.name, *map(verdict, q.verdicts.values()), "alike" if q.alike else "differ") for q in said],
        )
    if without := not_concluded(panel):
        yield Item(f"Nothing is concluded from any coding: {without}.")


def _differences(panel: Panel) -> Iterator[outline.Block]:
    differ = differing(panel)
    yield Heading(f"What the differences do to grades ({len(differ)})")
    if not differ:
        yield Item("Nothing: all coders come to the same.")
    for question in differ:
        yield Heading(question.name, 3)
        for coder, each in question.verdicts.items():
            yield Item(f"{coder}: {verdict(each)}", [Item(reason) for reason in reasons(each)])
        if moved := [Item(words) for words in swings(question, panel)]:
            yield Item("One characteristic is enough to move a grade:", moved)
        else:
            yield Item("No characteristic alone moves a grade.")


def _reliability(panel: Panel) -> Iterator[outline.Block]:
    yield Heading("How far coders agree on characteristics")
    pairs = zip(panel.status.pairs, panel.gravity.pairs, strict=True)
    yield Grid(
        ("", "Status", "Gravest finding"),
        [
            *((f"{status.first}, {status.second}", agreed(status), agreed(gravity)) for status, gravity in pairs),
            ("All coders", agreed_by_all(panel.status), agreed_by_all(panel.gravity)),
        ],
    )
    yield Item(COEFFICIENTS, minor=True)
    if gaps := [Item(words) for words in missing(panel)]:
        yield Item("Assessed by some coders only:", gaps)


def _disagreements(panel: Panel, full: bool) -> Iterator[outline.Block]:
    yield Heading(f"Where coders are furthest apart ({len(panel.disagreements)})")
    if not panel.disagreements:
        yield Item("Nowhere: every characteristic that coders share has the same status and gravity.")
    beside = {each.characteristic: each for each in panel.characteristics}
    names = {question.core_question: question.name for question in panel.questions}
    shown = panel.disagreements if full else panel.disagreements[:_FURTHEST]
    for each in shown:
        about = beside[each.characteristic]
        yield Heading(f"{names[about.core_question]}: {about.title}", 3)
        for coder, has in about.levels.items():
            yield Item(f"{coder}: {level(has)}", _bearing(each, coder, full))
    if rest := len(panel.disagreements) - len(shown):
        yield Item(f"{rest} more. --full shows all of them, --format json has all.")


def _bearing(each: Disagreement, coder: str, full: bool) -> list[Item]:
    if coder not in each.findings:
        return []
    bearing = each.findings[coder]
    shown = bearing if full else _decisive(bearing)
    told = [_finding(finding, each.characteristic) for finding in (*shown.shortfalls, *shown.strengths)]
    rest = len(bearing.shortfalls) + len(bearing.strengths) - len(told)
    return [*told, *([Item(f"and {rest} more", minor=True)] if rest else [])]


def _decisive(bearing: Bearing) -> Bearing:
    """The gravest shortfalls, and the first strengths."""
    return Bearing(shortfalls=bearing.shortfalls[:_SHORTFALLS], strengths=bearing.strengths[:_STRENGTHS])


def _finding(finding: AssessedFinding, characteristic: str) -> Item:
    words = f"{finding.id}, {coding(finding, characteristic)}: {finding.coded.finding}"
    return Item(words, [Item(finding.place, minor=True)])


def _change(swing: Swing, beside: CharacteristicBeside) -> str:
    before, after = beside.levels[swing.coder], beside.levels[swing.taken_from]
    if before.status is not after.status:
        return f"{after.status or 'not assessed'} instead of {before.status or 'not assessed'}"
    if before.gravity is not after.gravity:
        return f"gravity {after.gravity} instead of {before.gravity}"
    return "the same status, on other findings"


def _agreed(shared: int, same: int, name: str, coefficient: float | None) -> str:
    if not shared:
        return "nothing in common"
    if coefficient is None:
        return f"all alike: {shared} at one level, so no {name}"
    return f"{same} of {shared} alike, {name} {coefficient:.2f}"
