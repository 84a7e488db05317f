"""Differences and comparisons in words."""

from collections.abc import Iterator, Sequence

from peelrules.insight.comparison import AgreementWithPublished, Comparison, GradePair, Matched
from peelrules.insight.differences import Difference, Differences
from peelrules.model.assessment import Assessment
from peelrules.model.facts import counted
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import some


def of(found: Differences) -> Iterator[outline.Block]:
    """What two assessments conclude differently."""
    yield Heading("What changes, indicatively", 1)
    yield Grid(("", "Of"), (("Before", found.before), ("After", found.after)))
    yield from (Item(f"Caution: {caution}") for caution in found.cautions)
    sections = {
        "Grades": found.grades,
        "Ceilings of questions without a grade": found.ceilings,
        "Areas for improvement and causes of concern": found.concerns,
        "Characteristics": found.statuses,
        "Findings": found.findings,
    }
    if not any(sections.values()):
        yield Item("No conclusion changes.")
    for title, differences in sections.items():
        if differences:
            yield Heading(title)
            yield from (_difference(difference) for difference in differences)
    if found.findings_gone or found.findings_new:
        yield Heading("Evidence")
        if found.findings_gone:
            yield Item(f"Only before: {some(found.findings_gone)}")
        if found.findings_new:
            yield Item(f"Only after: {some(found.findings_new)}")


def comparison(compared: Comparison, assessment: Assessment) -> Iterator[outline.Block]:
    """An assessment beside what was published."""
    yield Heading(f"{compared.force}: indicative and published", 1)
    yield Grid(
        ("Core question", "Indicative", "Published", "Distance"),
        [
            (p.name, str(p.indicative or _no_grade(p)), str(p.published or "not published"), _distance(p))
            for p in compared.grades
        ],
    )
    for pair in compared.grades:
        if pair.tiers:
            yield Item(f"{pair.name}: {' and '.join(pair.decided_by) or 'no rule holds it down'}")
    if compared.pending:
        yield Item(f"Published later: {', '.join(compared.pending)}")
    yield from _matched("Areas for improvement", compared.areas_for_improvement, assessment)
    yield from _matched("Causes of concern", compared.causes_of_concern, assessment)
    yield from _matched("Innovative practice", compared.innovative_practice, assessment)


def agreement_with_published(found: AgreementWithPublished) -> Iterator[outline.Block]:
    """Agreement over many judgments."""
    yield Heading("Agreement")
    if not found.judgments:
        yield Item("No judgment has both an indicative and a published grade.")
        return
    yield Item(f"Exactly: {found.exact} of {found.judgments} judgments ({_percent(found.exact, found.judgments)})")
    within = _percent(found.within_one_tier, found.judgments)
    yield Item(f"Within one tier: {found.within_one_tier} of {found.judgments} ({within})")
    kappa = "not defined, for all grades are the same" if found.kappa is None else f"{found.kappa:.2f}"
    yield Item(f"Kappa with quadratic weights: {kappa}")


def _difference(difference: Difference) -> Item:
    below = []
    for when, because in (("Before", difference.because_before), ("After", difference.because_after)):
        below.append(Item(f"{when}: {'; '.join(because) or 'no rule bounds it'}", minor=True))
    nothing = {"grade": "not graded", "status": "not assessed"}.get(difference.outcome, "not raised")
    words = "" if difference.outcome in ("grade", "status", "concern") else f"{difference.outcome.replace('_', ' ')} "
    before, after = difference.before or nothing, difference.after or nothing
    return Item(f"{difference.title} ({difference.subject}): {words}{before} -> {after}", below)


def _no_grade(pair: GradePair) -> str:
    return f"no grade, at most {pair.ceiling}" if pair.ceiling is not None else "no grade"


def _distance(pair: GradePair) -> str:
    if pair.tiers is None:
        return ""
    if not pair.tiers:
        return "the same"
    tiers = abs(pair.tiers)
    return f"{counted(tiers, 'tier')} {'above' if pair.tiers > 0 else 'below'}"


def _matched(title: str, matched: Matched, assessment: Assessment) -> Iterator[outline.Block]:
    yield Heading(title)
    for words, characteristics in (
        ("In both", matched.both),
        ("Published, not raised by the rules", matched.missed),
        ("Raised by the rules, not published", matched.extra),
    ):
        yield Item(f"{words}: {len(characteristics)}", _titles(characteristics, assessment))


def _titles(characteristics: Sequence[str], assessment: Assessment) -> list[Item]:
    return [Item(f"{assessment.title(characteristic)} ({characteristic})") for characteristic in characteristics]


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%"
