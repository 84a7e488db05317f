"""Assessments beside what was published: grades, areas for improvement, and agreement over many."""

from collections.abc import Iterable, Sequence

from peelrules.insight.reliability import weighted_kappa
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.evidence import Evidence
from peelrules.model.problems import ArgumentError
from peelrules.model.published import Published, PublishedItem
from peelrules.model.scales import Grade


class GradePair(Frozen):
    """A question's indicative grade beside the published one."""

    core_question: str
    name: str
    indicative: Grade | None
    """None: not graded on this evidence."""
    ceiling: Grade | None
    published: Grade | None
    """None: not published."""
    tiers: int | None
    """How many tiers the indicative grade lies above the published one; negative if below."""
    decided_by: tuple[str, ...]
    """Titles of the rules that decided the indicative grade."""


class Matched(Frozen):
    """Boxes of one kind: in both, only published, and only raised by the rules. By characteristic."""

    both: tuple[str, ...]
    missed: tuple[str, ...]
    extra: tuple[str, ...]


class Comparison(Frozen):
    """One assessment beside what was published about the same inspection."""

    force: str
    inspection: str | None
    grades: tuple[GradePair, ...]
    areas_for_improvement: Matched
    causes_of_concern: Matched
    innovative_practice: Matched
    pending: tuple[str, ...]
    """Names of the questions that were to be reported later."""


class AgreementWithPublished(Frozen):
    """How well indicative and published grades agree over a number of judgments."""

    judgments: int
    """Judgments that have both grades."""
    exact: int
    within_one_tier: int
    kappa: float | None
    """Cohen's kappa with quadratic weights: 1 full agreement, 0 what chance would give. None where all
    grades of both are the same one, so that chance explains everything."""


def outcomes_about(inspected: Assessment | Evidence, outcomes: Sequence[Published]) -> list[Published]:
    """Those of the outcomes that are of the force and the inspection that was assessed."""
    return [outcome for outcome in outcomes if _is_about(outcome, inspected)]


def _is_about(outcome: Published, inspected: Assessment | Evidence) -> bool:
    same = (outcome.force, outcome.framework) == (inspected.force, inspected.framework)
    return same and len({outcome.inspection, inspected.inspection} - {None}) <= 1


def compare(assessment: Assessment, published: Published) -> Comparison:
    """An assessment beside what was published.

    Raises:
        ArgumentError: the two are of different frameworks.
    """
    if assessment.framework != published.framework:
        raise ArgumentError(f"{assessment.framework} cannot be compared with {published.framework}")
    judgments = assessment.judgments_by_question
    return Comparison(
        force=assessment.force,
        inspection=assessment.inspection,
        grades=tuple(
            _pair(assessment, question, published.grades.get(question))
            for question in judgments
            if judgments[question].grade is not None or question in published.grades
        ),
        areas_for_improvement=_matched(
            (area.characteristic for area in assessment.areas_for_improvement), published.areas_for_improvement
        ),
        causes_of_concern=_matched(
            (named for cause in assessment.causes_of_concern for named in cause.characteristics),
            published.causes_of_concern,
        ),
        innovative_practice=_matched(
            (practice.characteristic for practice in assessment.innovative_practice), published.innovative_practice
        ),
        pending=tuple(assessment.judgment(question).name for question in published.pending),
    )


def agreement_with_published(comparisons: Iterable[Comparison]) -> AgreementWithPublished:
    """How well the grades of many comparisons agree."""
    pairs = [
        (pair.indicative.rank, pair.published.rank)
        for comparison in comparisons
        for pair in comparison.grades
        if pair.indicative is not None and pair.published is not None
    ]
    return AgreementWithPublished(
        judgments=len(pairs),
        exact=sum(ours == theirs for ours, theirs in pairs),
        within_one_tier=sum(abs(ours - theirs) <= 1 for ours, theirs in pairs),
        kappa=weighted_kappa(pairs),
    )


def _pair(assessment: Assessment, question: str, published: Grade | None) -> GradePair:
    judgment = assessment.judgment(question)
    tiers = None
    if judgment.grade is not None and published is not None:
        tiers = judgment.grade.rank - published.rank
    return GradePair(
        core_question=question,
        name=judgment.name,
        indicative=judgment.grade,
        ceiling=judgment.ceiling,
        published=published,
        tiers=tiers,
        decided_by=tuple(reason.title for reason in judgment.reasons),
    )


def _matched(raised: Iterable[str], published: Iterable[PublishedItem]) -> Matched:
    ours, theirs = list(raised), [item.characteristic for item in published]
    return Matched(
        both=tuple(c for c in ours if c in theirs),
        missed=tuple(c for c in theirs if c not in ours),
        extra=tuple(c for c in ours if c not in theirs),
    )
