"""How firm each grade is, in words."""

from collections.abc import Iterator, Sequence

from peelrules.model.assessment import Assessment
from peelrules.model.facts import counted, in_words
from peelrules.model.scales import Grade
from peelrules.model.sensitivity import Chance, Firmness, Omission, Sensitivity, Shift, Threshold
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import capitalised, percent, some


def of(found: Sensitivity, assessment: Assessment, full: bool) -> Iterator[outline.Block]:
    """How firm each grade is; with *full*, every recoding and omission that matters, every gap and every bound too."""
    yield Heading(f"{found.force}, {found.inspection or assessment.framework}: how firm are the grades?", 1)
    yield Item(
        f"Indicative. In {found.draws:,} draws other cases are audited; in as many, seriousness, extent and state of "
        f"each finding are each a notch off with a probability of {percent(found.notch)}. A grade stands where the "
        "draws give the same one; told is the less firm of the two. How likely a coding is to be off, nobody knows: "
        "compare questions with each other rather than take the shares for probabilities."
    )
    if found.questions:
        yield Grid(
            ("Core question", "Grade", "Stands in", "Otherwise"),
            [(q.name, _grade(q.grade), percent(q.stands), _runner_up(q)) for q in found.questions],
        )
    else:
        yield Item("No question can be looked at: there is no evidence on any that is graded here.")
    for question in found.questions:
        yield from _question(question, assessment, full)
    if full:
        yield from _thresholds(found.thresholds, assessment)
    yield Item(f"Seed {found.seed}. The same seed gives the same result.", minor=True)


def instead(question: Firmness, finding: str) -> list[str]:
    """What a finding does to the grade of a question if its coding is a notch off, or if it is left out."""
    recoded = [
        f"{capitalised(each.field)} {each.instead} instead of {each.coded}: {_grade(each.grade)}"
        for each in question.pivotal
        if each.finding == finding
    ]
    left_out = [
        f"Left out: {_grade(each.grade)}"
        for each in question.omissions
        if (each.kind, each.name) == ("finding", finding)
    ]
    return [*recoded, *left_out] or ["Changes the grade only together with others"]


def _question(question: Firmness, assessment: Assessment, full: bool) -> Iterator[outline.Block]:
    yield Heading(f"{question.name}: {_grade(question.grade)}, stands in {percent(question.stands)}")
    yield Item(f"Other cases audited: {_chances(question.sampling)}")
    yield Item(f"Codings a notch off: {_chances(question.coding)}")
    if question.matter_most:
        yield Item("What matters most:", [_finding(question, each, assessment) for each in question.matter_most])
    else:
        yield Item("No finding matters by itself.")
    further = sorted({each.finding for each in question.pivotal} - set(question.matter_most))
    if full and further:
        yield Item("Further pivotal findings:", [_finding(question, each, assessment) for each in further])
    elif further:
        yield Item(f"Further pivotal findings: {some(further)}")
    yield from _left_out(question)
    yield from _missing(question, full)


def _finding(question: Firmness, finding: str, assessment: Assessment) -> Item:
    words = [Item(each, minor=True) for each in instead(question, finding)]
    return Item(f"{finding}: {assessment.title(finding)}", words)


def _left_out(question: Firmness) -> Iterator[outline.Block]:
    wider = [each for each in question.omissions if each.kind != "finding"]
    if wider:
        yield Item("Without the evidence of:", [Item(f"{_part(each)}: {_grade(each.grade)}") for each in wider])


def _part(omission: Omission) -> str:
    return f"{omission.kind} {omission.name} ({counted(omission.findings, 'finding')})"


def _missing(question: Firmness, full: bool) -> Iterator[outline.Block]:
    if not question.gaps:
        return
    number = f"{counted(len(question.gaps), 'characteristic')} not assessed"
    if question.worst is question.best:
        yield Item(f"{number}, which cannot change the grade, causes of concern aside.")
        return
    first = question.gaps[0]
    narrowing = (
        f"Evidence on “{first.title}” ({first.characteristic}) would narrow that most."
        if question.narrows
        else "Evidence on one of them alone would not narrow that."
    )
    yield Item(
        f"{number}: from {question.worst} to {question.best} is possible, causes of concern aside. {narrowing}",
        [
            Item(f"{g.title}: not demonstrated, {g.if_not_demonstrated} at most; exceeded, {g.if_exceeded} at least")
            for g in (question.gaps if full else ())
        ],
    )


def _thresholds(thresholds: Sequence[Threshold], assessment: Assessment) -> Iterator[outline.Block]:
    yield Heading("How far each bound of the rules can move before a grade changes")
    for threshold in thresholds:
        if threshold.below or threshold.above:
            yield _threshold(threshold, assessment)
    without = sum(not (threshold.below or threshold.above) for threshold in thresholds)
    yield Item(f"{without} of {len(thresholds)} bounds can be anything without a grade of this evidence changing.")


def _threshold(threshold: Threshold, assessment: Assessment) -> Item:
    rule = assessment.rule[threshold.rule]
    title = capitalised(threshold.title)
    beyond = [
        Item(f"{side} that: {_shifts(shifts, assessment)}", minor=True)
        for side, shifts in (("Below", threshold.below), ("Above", threshold.above))
        if shifts
    ]
    value = f"{threshold.comparator.replace('_', ' ')} {in_words(threshold.value)}"
    return Item(
        f"{rule.title} [{threshold.rule}]", [Item(f"{title} {value}: grades stay {_range(threshold)}"), *beyond]
    )


def _range(threshold: Threshold) -> str:
    low, high = threshold.lowest, threshold.highest
    if low is not None and low == high:
        return f"only at {in_words(low)}"
    parts = []
    if low is not None:
        parts.append(f"{'from' if threshold.includes_lowest else 'above'} {in_words(low)}")
    if high is not None:
        parts.append(f"{'up to' if threshold.includes_highest else 'below'} {in_words(high)}")
    return " and ".join(parts)


def _shifts(shifts: Sequence[Shift], assessment: Assessment) -> str:
    return some([f"{assessment.title(s.core_question)} {_grade(s.after)}" for s in shifts], 3)


def _chances(chances: Sequence[Chance]) -> str:
    return ", ".join(f"{_grade(chance.grade)} {percent(chance.share)}" for chance in chances)


def _runner_up(question: Firmness) -> str:
    return "always the same" if question.stands == 1 else _grade(question.runner_up)


def _grade(grade: Grade | None) -> str:
    return "no grade" if grade is None else str(grade)
