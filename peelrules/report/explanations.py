"""Explanations in words: why a grade, why not a better one, what a finding led to, and what would have to change."""

from collections.abc import Iterable, Iterator, Sequence

from peelrules.insight.changes import Change, Set, Show
from peelrules.insight.explanation import Because, Block, Consequence, Held, Step, WhyNot
from peelrules.insight.path import Alternative, Path
from peelrules.model.assessment import AssessedFinding, Assessment, CriticalShortfall, Judgment
from peelrules.model.facts import counted
from peelrules.model.scales import Direction, State
from peelrules.report import outline
from peelrules.report.outline import Heading, Item
from peelrules.report.wording import capitalised, coverage, some
from peelrules.report.wording import critical as told_of


def why(
    judgment: Judgment, step: Step, full: bool, critical: Sequence[CriticalShortfall] = (), among: str = ""
) -> Iterator[outline.Block]:
    """Why a question has its grade.

    Args:
        critical: the critical shortfalls of the question, which are named whatever decides.
        among: where the grade stands among those of others.
    """
    if judgment.grade is None:
        yield Heading(f"{judgment.name}: not graded ({judgment.not_graded})")
        yield Item(f"On this evidence it is no better than {judgment.ceiling}.")
    else:
        yield Heading(f"{judgment.name}: {judgment.grade} (indicative)")
    yield from _critical(critical)
    yield Item(capitalised(f"{coverage(judgment)}."))
    if among:
        yield Item(capitalised(f"{among}."))
    if not step.because:
        yield Item("No rule holds it down.")
    for because in step.because:
        yield from _ruled(because, full)
    if full:
        yield Heading(f"The rules behind {judgment.name}")
        yield from (Item(b.title, _record(b)) for b in {b.rule: b for b in _rules(step)}.values())


def not_graded(judgment: Judgment, critical: Sequence[CriticalShortfall] = ()) -> Iterator[outline.Block]:
    """Why nothing is concluded about a question."""
    yield Heading(f"{judgment.name}: not graded")
    yield from _critical(critical)
    yield Item(capitalised(f"{judgment.not_graded}."))


def why_not(answer: WhyNot, full: bool) -> Iterator[outline.Block]:
    """What stands between a question and a grade."""
    now = f"it is {answer.grade}" if answer.grade is not None else "it has no grade"
    yield Heading(f"{answer.name}: why not {answer.wanted}?")
    if not answer.blocks:
        yield Item(f"Nothing stands in the way: {now}.")
        return
    number = "One rule stands" if len(answer.blocks) == 1 else f"{len(answer.blocks)} rules stand"
    yield Item(f"{number} in the way; {now}.")
    for block in answer.blocks:
        yield from _blocked(block, full)


def led_to(
    finding: AssessedFinding, consequences: Sequence[Consequence], assessment: Assessment, full: bool
) -> Iterator[outline.Block]:
    """What a finding led to."""
    yield Heading(f"{finding.id}: {finding.coded.finding}")
    yield Item(finding.place, minor=True)
    yield Item(_coded(finding))
    if finding.direction is Direction.STRENGTH:
        yield Item("It speaks for:", [_bears_on(c, assessment) for c in finding.coded.bears_on])
        yield Item("A strength bounds nothing: it keeps rules from applying that ask for strengths.")
    elif not consequences:
        yield Item("No rule applies to it.", [_bears_on(c, assessment) for c in finding.coded.bears_on])
    for consequence in consequences:
        yield _led(consequence, full)


def path(answer: Path, assessment: Assessment) -> Iterator[outline.Block]:
    """What would have to change."""
    now = str(answer.now) if answer.now is not None else "no grade"
    yield Heading(f"{answer.name}: from {now} to {answer.wanted}")
    if answer.remark is not None:
        yield Item(capitalised(f"{answer.remark}."))
    for number, alternative in enumerate(answer.alternatives, 1):
        yield _alternative(number, len(answer.alternatives), alternative, assessment)
    if answer.alternatives:
        yield Item("In each, every change is needed. Each was checked by grading the changed evidence.", minor=True)


def change(made: Change, assessment: Assessment) -> str:
    """A change in words."""
    match made:
        case Show(characteristic=characteristic, exceptional=exceptional):
            kind = "exceptional evidence" if exceptional else "a strength"
            return f"show {kind}: {assessment.title(characteristic)} ({characteristic})"
        case Set(finding=finding, field="state", value=value):
            words = "put right" if value == str(State.REMEDIED) else "seen to be improving"
            return f"{finding} {words}: {assessment.title(finding)}"
        case Set(finding=finding, field="sample.met", value=value):
            sample = assessment.finding[finding].coded.sample
            now = f"from {sample} " if sample is not None else ""
            return f"{finding} {now}to {value} of {sample.of if sample else '?'}: {assessment.title(finding)}"
        case Set(finding=finding, field="sample.share", value=value):
            return f"{finding} to {100 * float(value):.4g}%: {assessment.title(finding)}"
    return str(made)


def _critical(critical: Sequence[CriticalShortfall]) -> Iterator[outline.Block]:
    for shortfall in critical:
        yield Item(f"Critical shortfall: {told_of(shortfall)} [{some(shortfall.findings)}]")


def _ruled(because: Because, full: bool) -> Iterator[outline.Block]:
    steps = [step for held in because.premises for step in held.rests_on]
    yield Item(
        f"{because.title}." if because.decides else f"{because.title} (not decisive: {because.concludes}).",
        [
            Item(f"{capitalised('; '.join(held.words for held in because.premises))}."),
            *([] if full else _record(because)),
            *(_characteristic(step, full) for step in steps),
        ],
    )


def _record(because: Because) -> list[Item]:
    return [
        Item(f"Rule {because.rule}, {because.place}. Source: {because.source}.", minor=True),
        Item(f"Basis: {because.basis}", minor=True),
    ]


def _characteristic(step: Step, full: bool) -> Item:
    """A characteristic, the rules that hold its status, and the findings behind them."""
    findings = [found for because in step.because for held in because.premises for found in held.rests_on]
    rules = [Item(f"{because.title}. {capitalised(_conditions(because))} [{because.rule}]") for because in step.because]
    return Item(
        f"{step.title}: {step.value} ({step.subject})",
        [*rules, *(_finding(found, full) for found in _once(findings))],
    )


def _in_brief(step: Step) -> Item:
    """A characteristic and the findings that hold it down, without the rules."""
    findings = _once(found for because in step.because for held in because.premises for found in held.rests_on)
    return Item(
        f"{step.title}: {step.value} ({step.subject})",
        [Item(f"{found.subject}, {found.outcome} {found.value}: {found.title}") for found in findings],
    )


def _finding(step: Step, full: bool) -> Item:
    below: list[Item] = []
    if step.place is not None:
        below.append(Item(step.place, minor=True))
    for because in step.because if full else step.because[:1]:
        below.append(Item(f"{because.title}: {_conditions(because)} [{because.rule}]"))
        below += [_from_sample(held) for held in because.premises if held.rests_on]
    return Item(f"{step.subject}, {step.outcome} {step.value}: {step.title}", below)


def _rules(step: Step) -> Iterator[Because]:
    """Every rule that a step rests on, itself or below."""
    for because in step.because:
        yield because
        for held in because.premises:
            for below in held.rests_on:
                yield from _rules(below)


def _conditions(because: Because) -> str:
    return ", ".join(held.words for held in because.premises)


def _from_sample(held: Held) -> Item:
    """How a sample gave the direction or the extent that a condition looks at."""
    found = "; ".join(f"{_conditions(because)} [{because.rule}]" for step in held.rests_on for because in step.because)
    return Item(f"{held.words}, for {found}" if found else held.words)


def _once(steps: Iterable[Step]) -> list[Step]:
    return list({(step.subject, step.outcome): step for step in steps}.values())


def _blocked(block: Block, full: bool) -> Iterator[outline.Block]:
    because = block.because
    steps = [step for held in because.premises for step in held.rests_on]
    ceiling = f"at most {block.ceiling}" if block.ceiling is not None else "no grade"
    yield Item(
        f"{block.title}: {ceiling}.",
        [
            Item(f"Now: {'; '.join(block.holds)}."),
            Item(f"It takes: {'; and '.join(block.takes)}."),
            Item(f"Rule {because.rule}, {because.place}.", minor=True),
            *(_characteristic(step, full) if full else _in_brief(step) for step in steps),
        ],
    )


def _coded(finding: AssessedFinding) -> str:
    coded = finding.coded
    parts = [f"sample {coded.sample}" if coded.sample is not None else "", str(finding.direction)]
    if finding.direction is Direction.SHORTFALL:
        parts += [str(coded.seriousness), str(finding.extent), str(coded.state)]
        parts += ["reported before"] if coded.persistent else []
    flags = {"called exceptional": coded.exceptional, "progress alone": coded.progress, "innovative": coded.innovative}
    parts += [words for words, is_so in flags.items() if is_so]
    return f"{capitalised(', '.join(filter(None, parts)))}; gravity {finding.gravity}; strand: {coded.strand}."


def _bears_on(characteristic: str, assessment: Assessment) -> Item:
    assessed = assessment.characteristic[characteristic]
    return Item(f"{assessed.title}: {assessed.status or 'not assessed'} ({characteristic})")


def _led(consequence: Consequence, full: bool) -> Item:
    words = f"{consequence.outcome.replace('_', ' ')} {consequence.value}"
    about = (
        ""
        if consequence.outcome in ("gravity", "direction", "extent", "innovative_practice")
        else f"{consequence.title}: "
    )
    return Item(
        f"{about}{words}, for: {consequence.rule_title} [{consequence.rule}]",
        [_led(further, full) for further in consequence.leads_to if full or further.decides],
    )


def _alternative(number: int, of: int, alternative: Alternative, assessment: Assessment) -> Item:
    title = f"Alternative {number}" if of > 1 else "What it takes"
    many = counted(len(alternative.changes), "change")
    return Item(
        f"{title}: {many}, reaching {alternative.reaches}",
        [Item(change(made, assessment)) for made in alternative.changes],
    )
