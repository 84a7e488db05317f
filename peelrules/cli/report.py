"""The command that writes one HTML file about one inspection or many."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFiles, Output, ReadAs, Rules

Outcomes = Annotated[
    Path | None,
    typer.Option("--published", help="Set the grades beside what was published: a file, or a folder.", metavar="PATH"),
]
Paths = Annotated[
    bool | None,
    typer.Option(help="Tell what would lift each grade. Takes seconds each: left out of several unless asked for."),
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
    """One HTML file about one inspection, or several side by side, that needs nothing else to be read.

    Inspections side by side are of one framework, for nothing else is comparable.

    Without --output, the file is named after the evidence, such as lancashire.report.html, and lies in the folder
    where you are.
    """
    from peelrules.cli.loading import (
        coders,
        in_national_context,
        inspected,
        outcome_of,
        published_outcomes,
        refuse_several_frameworks,
    )
    from peelrules.engine.grading import grade
    from peelrules.report.html import html_report

    target = output or _named_after(evidence)
    loaded, books = zip(*inspected(evidence, rules, read_as), strict=True)
    frameworks = (each.framework for each in loaded)
    refuse_several_frameworks(frameworks, otherwise=", or read all of them under one with --as")
    rulebook = books[0]
    outcomes = published_outcomes(published, rulebook) if published is not None else []
    if published is not None and not [each for each in loaded if outcome_of(each, outcomes)]:
        raise typer.BadParameter("nothing in it is about the evidence given", param_hint="--published")
    searched = len(loaded) == 1 if paths is None else paths
    steps = 1 + len(rulebook.framework.core_questions) if searched else 1
    with streams.told_steps(steps * len(loaded)) as begin:
        assessments = [in_national_context(grade(each, rulebook), rulebook) for each in loaded]
        page = html_report(
            assessments, rulebook, published=outcomes, paths=searched, coders=coders(evidence), begin=begin
        )
    streams.deliver(page, target)
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
