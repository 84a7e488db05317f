"""The brief of two pages for those who decide. What it says is decided here, once; it is rendered elsewhere."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from peelrules.insight.changes import Change, Set, Show
from peelrules.insight.path import Path
from peelrules.insight.sensitivity import sensitivity
from peelrules.model.assessment import Assessment, Judgment
from peelrules.model.facts import counted
from peelrules.model.plain import folded
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Grade, State
from peelrules.model.sensitivity import Firmness, Sensitivity
from peelrules.report import wording
from peelrules.report.lifting import lifted

STANDING = "Indicative grades. They are not the inspectorate's."
"""What every page says."""
_FINDINGS = 3
_CHANGES = 7
"""Changes that are told one by one; the full report tells all."""


class Line(NamedTuple):
    """A paragraph, and the few words that it begins with to be found by."""

    label: str
    text: str


class Part(NamedTuple):
    """What is said of one core question that is graded."""

    title: str
    grade: Grade
    lines: tuple[Line, ...]


class Table(NamedTuple):
    """The grades at a glance."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Brief(NamedTuple):
    """The brief on one inspection, in words that take no knowledge of how evidence is coded."""

    title: str
    byline: str
    author: str
    """Empty where nobody is named."""
    on: date
    standing: tuple[Line, ...]
    """What it is and is not, how to read it, and what must be known first."""
    table: Table | None
    """None where nothing is graded."""
    parts: tuple[Part, ...]
    rest: tuple[Line, ...]
    """What is not graded, and how much is known of others."""


def title_of(briefs: Sequence[Brief]) -> str:
    """What a document with these briefs is called."""
    return briefs[0].title if len(briefs) == 1 else f"{len(briefs)} briefs on indicative grades"


def brief_of(
    assessment: Assessment,
    rulebook: Rulebook,
    on: date,
    *,
    prepared_by: str = "",
    questions: Collection[str] = (),
    begin: Callable[[str], None] = lambda _: None,
) -> Brief:
    """The brief on an assessment.

    Args:
        rulebook: the one that the assessment was made with.
        on: the day that the brief is of.
        prepared_by: who answers for it.
        questions: ids of the core questions to tell; all if none is named.
        begin: is told in words what comes next, once for each core question that is told and once before.
    """
    begin(f"{assessment.force}: how firm the grades are")
    found = sensitivity(assessment.evidence, rulebook)
    told = [j for j in assessment.judgments if not questions or j.core_question in questions]
    firmness = {question.core_question: question for question in found.questions}
    parts = []
    for judgment in told:
        begin(f"{assessment.force}: what would lift {judgment.name}")
        if judgment.grade is not None:
            paths = lifted(assessment, judgment, rulebook)
            parts.append(_part(assessment, judgment, judgment.grade, firmness[judgment.core_question], paths))
    author = folded(prepared_by)
    by = f". Prepared by {author}" if author else ""
    return Brief(
        title=folded(f"{wording.heading(assessment)}: indicative grades in brief"),
        byline=f"{on.day} {on:%B %Y}{by}",
        author=author,
        on=on,
        standing=tuple(_standing(assessment, rulebook, found, {j.core_question for j in told})),
        table=_table(assessment, [j for j in told if j.grade is not None], firmness),
        parts=tuple(parts),
        rest=tuple(_rest(assessment, told)),
    )


def _standing(assessment: Assessment, rulebook: Rulebook, found: Sensitivity, told: Collection[str]) -> Iterator[Line]:
    for caution in assessment.cautions:
        yield Line("Caution", folded(caution))
    works = "; ".join(wording.cited(work) for work in assessment.sources.values())
    number = counted(len(assessment.findings), "finding")
    what_it_is = (
        f"Indicative grades, worked out from {number} by rules that can be read and questioned. The rules are those of "
        f"the rulebook {assessment.rulebook.id} ({rulebook.framework.title}); the inspectorate neither wrote nor "
        f"endorsed them. Evidence: {works}."
    )
    yield Line("What this is", folded(what_it_is))
    yield Line(
        "What this is not",
        "The inspectorate's grades, or a forecast of them. Inspectors judge; these rules count what somebody read and "
        "wrote down. What is not in the evidence is not in the grade.",
    )
    yield Line(
        "How to read it",
        "A characteristic is one thing that the framework expects. The evidence shows it demonstrated, in part or not; "
        "exceeded is more than is expected. To learn how firm a grade is, the evidence was varied at random "
        f"{found.draws:,} times, by small steps and as if other cases had been audited. The share is that of the "
        "trials with the same grade. A firm grade can still be wrong.",
    )
    critical = [c for c in assessment.critical_shortfalls if c.core_question in told]
    if critical:
        words = (f"{assessment.judgment(c.core_question).name}: {wording.critical(c)}" for c in critical)
        yield Line("Critical shortfalls", folded(f"{'; '.join(words)}."))


def _table(assessment: Assessment, graded: Sequence[Judgment], firmness: dict[str, Firmness]) -> Table | None:
    if not graded:
        return None
    context = assessment.context
    others = f"Other {context.called} in {context.inspection}" if context else "Other grades"
    rows = [
        (
            folded(j.name),
            wording.capitalised(j.grade),
            _others(assessment, j.core_question),
            wording.percent(firmness[j.core_question].stands),
        )
        for j in graded
    ]
    return Table("Indicative grades", ("Core question", "Indicative grade", others, "Same in"), tuple(rows))


def _others(assessment: Assessment, core_question: str) -> str:
    among = assessment.context.questions[core_question] if assessment.context else None
    if among is None or not among.known:
        return "none known"
    return f"of {among.known} known: {among.better} better, {among.same} the same, {among.worse} worse"


def _part(assessment: Assessment, judgment: Judgment, grade: Grade, firmness: Firmness, paths: Sequence[Path]) -> Part:
    lines = [
        Line("Why, and how firm", f"{_why(assessment, judgment)} {_firm(firmness)}"),
        Line("What weighs most", _weighs_most(assessment, judgment, firmness)),
        *(
            Line(f"To reach {path.wanted}", _to_reach(assessment, path, _changes(before) if before else ()))
            for before, path in zip((None, *paths), paths, strict=False)
        ),
    ]
    return Part(folded(judgment.name), grade, tuple(line for line in lines if line.text))


def _why(assessment: Assessment, judgment: Judgment) -> str:
    shown = counted(judgment.coverage.assessed, "characteristic")
    said = [f"Of {shown} with evidence: {wording.statuses(assessment, judgment.core_question)}."]
    missing = judgment.coverage.of - judgment.coverage.assessed
    if missing:
        could = f": {wording.possible(judgment)}" if wording.possible(judgment) else ""
        said.append(f"There is no evidence on {missing} more{could}.")
    reasons = dict.fromkeys(_within(reason.title) for reason in judgment.reasons)
    these = "this reason" if len(reasons) == 1 else "these reasons"
    said.append(f"It is no better for {these}: {'; '.join(reasons)}." if reasons else "Nothing holds it down.")
    return folded(" ".join(said))


def _firm(firmness: Firmness) -> str:
    otherwise = f"; the others came mostly to {firmness.runner_up}" if firmness.runner_up else ""
    return f"The same grade in {wording.percent(firmness.stands)} of the trials{otherwise}."


def _weighs_most(assessment: Assessment, judgment: Judgment, firmness: Firmness) -> str:
    """What the grade hangs on; where that is fewer findings than there is room for, the gravest and the strengths."""
    grave = [finding.id for finding in wording.gravest(assessment, judgment.core_question)]
    ids = {c.characteristic for c in assessment.characteristics if c.core_question == judgment.core_question}
    strong = [
        f.id for f in assessment.findings if f.direction is Direction.STRENGTH and not ids.isdisjoint(f.coded.bears_on)
    ]
    chosen = list(dict.fromkeys([*firmness.matter_most, *grave, *strong]))[:_FINDINGS]
    alone = "" if firmness.matter_most else "No finding decides alone. "
    words = (f"({number}) {_ended(assessment.finding[each].coded.finding)}" for number, each in enumerate(chosen, 1))
    return folded(alone + " ".join(words))


def _to_reach(assessment: Assessment, path: Path, before: Collection[Change]) -> str:
    """The changes of the first way; *before* is what it takes to a lower grade, which is not told twice."""
    if not path.alternatives:
        return folded(_ended(wording.capitalised(path.remark or "No way was found")))
    changes, said = _changes(path), []
    if before and all(made in changes for made in before):
        changes = [made for made in changes if made not in before]
        said.append("All of that, and more." if changes else "The same.")
    said += [f"{words}: {'; '.join(each.rstrip('.') for each in of)}." for words, of in _grouped(changes, assessment)]
    if len(changes) > _CHANGES:
        said.append(f"And {len(changes) - _CHANGES} more, which the full report names.")
    return folded(" ".join(said))


def _changes(path: Path) -> Sequence[Change]:
    return path.alternatives[0].changes if path.alternatives else ()


def _grouped(changes: Sequence[Change], assessment: Assessment) -> Iterator[tuple[str, list[str]]]:
    described = sorted((_described(made, assessment) for made in changes[:_CHANGES]), key=lambda pair: pair[0])
    for words, group in groupby(described, key=lambda pair: pair[0]):
        yield words, [of for _, of in group]


def _described(made: Change, assessment: Assessment) -> tuple[str, str]:
    """What is to be done, and about what, without ids."""
    match made:
        case Show(characteristic=characteristic, exceptional=exceptional):
            kind = "exceptional evidence" if exceptional else "a strength"
            return f"Show {kind} for", str(assessment.title(characteristic))
        case Set(finding=finding, field="state", value=value):
            put_right = value == str(State.REMEDIED)
            return "Put right" if put_right else "Show progress with", str(assessment.title(finding))
        case Set(finding=finding, field=field, value=value):
            sample = assessment.finding[finding].coded.sample
            of = f" of {sample.of}" if sample is not None and field == "sample.met" else ""
            better = f"{value}{of}" if of else f"{100 * float(value):.4g}%"
            return f"Reach {better} instead of {sample}", str(assessment.title(finding))
    raise AssertionError(made)  # a path leaves nothing out


def _rest(assessment: Assessment, told: Sequence[Judgment]) -> Iterator[Line]:
    reasons: dict[str, list[str]] = {}
    for judgment in told:
        if judgment.not_graded is not None:
            reasons.setdefault("no evidence" if wording.is_bare(judgment) else judgment.not_graded, []).append(
                judgment.name
            )
    if reasons:
        words = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in reasons.items())
        yield Line("Not graded", folded(f"{words}."))
    if known := wording.known_nationally(assessment):
        yield Line("Other grades", folded(known))


def _ended(words: str) -> str:
    return words if words.rstrip().endswith((".", "!", "?")) else f"{words.rstrip()}."


def _within(title: str) -> str:
    """A title within a sentence: its first letter is small, unless it is one of several capitals."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]
