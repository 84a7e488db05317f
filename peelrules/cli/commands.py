"""The commands, a few lines each. What they do is done elsewhere, and imported when it is needed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.options import AsFormat, EvidenceFiles, Format, Output, Require, Rules, Tier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peelrules.model.assessment import Assessment
    from peelrules.model.evidence import Evidence
    from peelrules.model.problems import Problem

app = typer.Typer(
    name="peelrules",
    help="Grade a police force's inspection evidence against the PEEL framework, by rules that can be followed back. "
    "Every grade is indicative; none is the inspectorate's.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from peelrules.documents.rulebook import load_rulebook

        book = load_rulebook().identity
        typer.echo(f"peelrules {version('peelrules')}, rulebook {book.id} {book.version} ({book.hash})")
        raise typer.Exit


@app.callback()
def _options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the versions and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def grade(
    evidence: EvidenceFiles,
    format: AsFormat = Format.TEXT,  # noqa: A002  the name of the option
    output: Output = None,
    rules: Rules = None,
    require: Require = None,
) -> None:
    """Grade the evidence of one or more forces."""
    assessments = _assessments(evidence, rules)
    streams.deliver(_rendered(assessments, format, output), output)
    if require is not None and (short := _below(assessments, require)):
        streams.say("\n".join(short))
        raise typer.Exit(1)


def _assessments(files: "Sequence[Path]", rules: Path | None) -> "list[Assessment]":
    """Grade each file. All faults of all files are told before anything is graded."""
    from peelrules.documents.evidence import load_evidence
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.engine.grading import grade
    from peelrules.model.problems import DocumentError

    rulebook = load_rulebook(rules)
    loaded: list[Evidence] = []
    problems: list[Problem] = []
    for file in files:
        try:
            loaded.append(load_evidence(file, rulebook))
        except DocumentError as error:
            problems += error.problems
    if problems:
        raise DocumentError(problems)
    return [grade(evidence, rulebook) for evidence in loaded]


def _rendered(assessments: "Sequence[Assessment]", format: Format, output: Path | None) -> str:  # noqa: A002
    match format:
        case Format.TEXT:
            from peelrules.report import text

            return text.render(assessments, streams.width(), streams.wants_colour(output))
        case Format.JSON:
            from peelrules.report import json

            return json.render(assessments)
        case Format.MARKDOWN:
            from peelrules.report import markdown

            return markdown.render(assessments)
        case Format.CSV:
            from peelrules.report import csv

            return csv.render(assessments)


def _below(assessments: "Sequence[Assessment]", require: Tier) -> list[str]:
    """A sentence for each question below the grade, or with evidence but too little of it for any grade."""
    from peelrules.model.framework import Reporting
    from peelrules.model.scales import Grade

    wanted = Grade[require.name]
    return [
        f"{a.force}: {j.name} is {j.grade or 'not graded'}, and {wanted} is required"
        for a in assessments
        for j in a.judgments
        if j.reporting is Reporting.GRADED and j.coverage.assessed and (j.grade is None or j.grade < wanted)
    ]
