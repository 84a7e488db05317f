"""A report of assessments with all that can be found out about them."""

from collections.abc import Callable, Collection, Sequence
from itertools import repeat

from peelrules.documents.choice import rulebook_named
from peelrules.insight.comparison import compare, outcomes_about
from peelrules.insight.path import Path
from peelrules.insight.sensitivity import sensitivity
from peelrules.model.assessment import Assessment
from peelrules.model.problems import ArgumentError
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook
from peelrules.report.given import Assessments, some
from peelrules.report.html.force import ForceReport
from peelrules.report.html.page import render
from peelrules.report.lifting import lifted


def html_report(
    assessments: Assessments,
    rulebook: Rulebook | None = None,
    *,
    published: Sequence[Published] = (),
    paths: bool | None = None,
    questions: Collection[str] = (),
    coders: Sequence[str] | None = None,
    begin: Callable[[str], None] | None = None,
) -> str:
    """One HTML page about one force, or several side by side, that needs nothing else to be read.

    It has the judgments and what decided them, how firm each is, what would lift it, every finding and the rules.

    Args:
        rulebook: the one that the assessments were made with; left out, the bundled one of their framework.
        published: what was published; set beside the assessment of the same force and inspection.
        paths: whether to tell what would lift each grade, which takes seconds a force; by default of one force only.
        questions: ids of the core questions to tell beyond their judgments; by default all.
        coders: who coded the evidence of each assessment, where there are several of one inspection.
        begin: is told in words what comes next; so many times a force as there are core questions to tell and one
            more, or once without paths.

    Raises:
        ArgumentError: there is no assessment, one was made with another rulebook, or two outcomes are of one
            inspection.
        UnknownNameError: no rulebook is given, and none is bundled of their framework.
    """
    given = some(assessments)
    book = rulebook or rulebook_named(given[0].framework)
    searched = len(given) == 1 if paths is None else paths
    reports = []
    for assessment, coder in zip(given, coders or repeat("coding", len(given)), strict=True):
        report = _report(assessment, book, published, searched, questions, begin or _silently)
        reports.append(report._replace(coder=coder))
    return render(reports, book)


def _silently(_: str) -> None:
    pass


def _report(
    assessment: Assessment,
    rulebook: Rulebook,
    published: Sequence[Published],
    searched: bool,
    questions: Collection[str],
    begin: Callable[[str], None],
) -> ForceReport:
    outcomes = outcomes_about(assessment, published)
    if len(outcomes) > 1:
        raise ArgumentError(f"more than one published outcome is given for {assessment.name}")
    begin(f"{assessment.force}: how firm the grades are")
    return ForceReport(
        assessment=assessment,
        sensitivity=sensitivity(assessment.evidence, rulebook),
        paths=_paths(assessment, rulebook, questions, begin) if searched else (),
        comparison=compare(assessment, outcomes[0]) if outcomes else None,
        questions=questions,
    )


def _paths(
    assessment: Assessment, rulebook: Rulebook, questions: Collection[str], begin: Callable[[str], None]
) -> tuple[Path, ...]:
    """What would lift each question, to the next better grade and to good."""
    found: list[Path] = []
    for judgment in assessment.judgments:
        if not questions or judgment.core_question in questions:
            begin(f"{assessment.force}: what would lift {judgment.name}")
            found.extend(lifted(assessment, judgment, rulebook))
    return tuple(found)
