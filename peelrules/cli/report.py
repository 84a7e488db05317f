"""The command that writes one HTML file about one force or many."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFiles, Output, ReadAs, Rules

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
    read_as: ReadAs = None,
) -> None:
    """One HTML file about one force, or several side by side, that needs nothing else to be read.

    Forces side by side are inspected by one framework, for nothing else is comparable.

    Without --output, the file is named after the evidence, such as lancashire.report.html, and lies in the folder
    where you are.
    """
    from peelrules.cli.loading import coders, inspected, published_outcomes, refuse_several_frameworks
    from peelrules.report.html import render

    target = output or _named_after(evidence)
    loaded, books = zip(*inspected(evidence, rules, read_as), strict=True)
    refuse_several_frameworks(each.framework for each in loaded)
    rulebook = books[0]
    outcomes = published_outcomes(published, rulebook) if published is not None else []
    searched = len(loaded) == 1 if paths is None else paths
    steps = 1 + len(rulebook.framework.core_questions) if searched else 1
    with streams.told_steps(steps * len(loaded)) as begin:
        reports = [
            _report(each, rulebook, outcomes, searched, begin)._replace(coder=coder)
            for each, coder in zip(loaded, coders(evidence), strict=True)
        ]
    if published is not None and all(each.comparison is None for each in reports):
        raise typer.BadParameter("nothing in it is about the evidence given", param_hint="--published")
    streams.deliver(render(reports, rulebook), target)
    if output is None:
        streams.say(f"The report is in {target}.")


def _named_after(evidence: Sequence[Path]) -> Path:
    """Where a report goes if nothing is said: never over a file that is no report."""
    from peelrules.report.html import MARK

    one = len(evidence) == 1 and evidence[0] != streams.STANDARD
    target = Path(f"{evidence[0].stem}.report.html" if one else "report.html")
    try:
        with target.open("rb") as stream:
            if MARK.encode() in stream.read(1000):
                return target
    except FileNotFoundError:
        return target
    except OSError as error:
        raise typer.BadParameter(f"{target} cannot be written: {error.strerror}; name another file with -o") from None
    raise typer.BadParameter(f"{target} is there, and is not a report of peelrules; name another file with -o")


def _report(
    evidence: "Evidence",
    rulebook: "Rulebook",
    outcomes: "Sequence[Published]",
    searched: bool,
    begin: Callable[[str], None],
) -> "ForceReport":
    from peelrules.cli.loading import outcome_of
    from peelrules.engine.grading import grade
    from peelrules.insight.comparison import compare
    from peelrules.insight.sensitivity import sensitivity
    from peelrules.report.html import ForceReport

    begin(f"{evidence.force}: how firm the grades are")
    assessment = grade(evidence, rulebook)
    outcome = outcome_of(assessment, outcomes)
    return ForceReport(
        assessment=assessment,
        sensitivity=sensitivity(evidence, rulebook),
        paths=_paths(assessment, rulebook, begin) if searched else (),
        comparison=compare(assessment, outcome) if outcome is not None else None,
    )


def _paths(assessment: "Assessment", rulebook: "Rulebook", begin: Callable[[str], None]) -> "tuple[Way, ...]":
    """To the next better grade of each question that has one. Rules that look in the helpful direction allow none."""
    from peelrules.insight.path import path as way_to
    from peelrules.model.scales import Grade

    if not rulebook.is_monotone:
        return ()
    better = dict(zip(sorted(Grade), sorted(Grade)[1:], strict=False))
    ways: list[Way] = []
    for judgment in assessment.judgments:
        begin(f"{assessment.force}: what would lift {judgment.name}")
        if judgment.grade in better:
            ways.append(way_to(assessment, judgment.core_question, better[judgment.grade], rulebook))
    return tuple(ways)
