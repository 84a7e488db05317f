"""The command that writes one HTML file about one force or many."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFiles, Output, Rules

if TYPE_CHECKING:
    from peelrules.insight.path import Path as Way
    from peelrules.model.assessment import Assessment
    from peelrules.model.evidence import Evidence
    from peelrules.model.published import Published
    from peelrules.model.rulebook import Rulebook
    from peelrules.report.html import ForceReport

Outcomes = Annotated[
    Path | None,
    typer.Option("--published", help="Set the grades beside what was published: a file, or a folder.", metavar="PATH"),
]
Paths = Annotated[
    bool | None,
    typer.Option(help="Tell what would lift each grade. Takes seconds a force: left out of several unless asked for."),
]


@app.command()
def report(
    evidence: EvidenceFiles,
    published: Outcomes = None,
    paths: Paths = None,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """One HTML file about one force, or several side by side, that needs nothing else to be read."""
    from functools import partial

    from peelrules.cli.loading import published_outcomes
    from peelrules.documents.evidence import load_evidence
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.documents.several import all_sound
    from peelrules.report.html import render

    rulebook = load_rulebook(rules)
    loaded = all_sound(partial(load_evidence, file, rulebook) for file in evidence)
    outcomes = published_outcomes(published, rulebook) if published is not None else []
    searched = len(loaded) == 1 if paths is None else paths
    waited_for = streams.progress(loaded, len(loaded), lambda _: 1, quiet=False)
    reports = [_report(each, rulebook, outcomes, searched) for each in waited_for]
    if published is not None and all(each.comparison is None for each in reports):
        raise typer.BadParameter("nothing in it is about the evidence given", param_hint="--published")
    streams.deliver(render(reports, rulebook), output)


def _report(
    evidence: "Evidence", rulebook: "Rulebook", outcomes: "Sequence[Published]", searched: bool
) -> "ForceReport":
    from peelrules.cli.loading import outcome_of
    from peelrules.engine.grading import grade
    from peelrules.insight.comparison import compare
    from peelrules.insight.sensitivity import sensitivity
    from peelrules.report.html import ForceReport

    assessment = grade(evidence, rulebook)
    outcome = outcome_of(assessment, outcomes)
    return ForceReport(
        assessment=assessment,
        sensitivity=sensitivity(evidence, rulebook),
        paths=_paths(assessment, rulebook) if searched else (),
        comparison=compare(assessment, outcome) if outcome is not None else None,
    )


def _paths(assessment: "Assessment", rulebook: "Rulebook") -> "tuple[Way, ...]":
    """To the next better grade of each question that has one. Rules that look in the helpful direction allow none."""
    from peelrules.insight.path import path_to
    from peelrules.model.scales import Grade
    from peelrules.verify.rulebook import is_monotone

    if not all(is_monotone(rule) for rule in rulebook.rules):
        return ()
    better = dict(zip(sorted(Grade), sorted(Grade)[1:], strict=False))
    return tuple(
        path_to(assessment, judgment.core_question, better[judgment.grade], rulebook)
        for judgment in assessment.judgments
        if judgment.grade in better
    )
