"""The command that writes evidence in another form."""

from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFile, ReadAs, Rules

Target = Annotated[
    Path,
    typer.Option("--output", "-o", help="Write to this file: .xlsx, .yaml, .csv or .json by its name.", metavar="FILE"),
]


@app.command()
def convert(
    evidence: EvidenceFile,
    output: Target,
    published: Annotated[
        Path | None, typer.Option(help="What was published, to stand in the workbook beside it.", metavar="FILE")
    ] = None,
    outcome: Annotated[
        bool, typer.Option("--outcome", help="Write what was published, which a workbook holds, in place of evidence.")
    ] = False,
    rules: Rules = None,
    read_as: ReadAs = None,
) -> None:
    """Write evidence in another form: as a workbook to fill in, or from one. The grades stay the same.

    With --as it is written in the words of another framework, to be coded on from there.
    """
    from peelrules.cli.loading import given_rulebook, inspected
    from peelrules.documents.converting import ENDINGS, ENDINGS_OF_PUBLISHED, WORKBOOK, converted, converted_outcome
    from peelrules.documents.evidence import load_published, load_published_beside
    from peelrules.model.problems import ArgumentError

    ending, fitting = output.suffix.lower(), ENDINGS_OF_PUBLISHED if outcome else ENDINGS
    if ending not in fitting:
        raise typer.BadParameter(f"{output} should end with {', '.join(fitting)}", param_hint="--output")
    if published is not None and ending != WORKBOOK:
        raise typer.BadParameter("only a workbook has room for it; name an .xlsx file", param_hint="--published")
    if outcome:
        streams.deliver(converted_outcome(load_published(evidence, given_rulebook(rules)), ending), output)
        return
    [(loaded, rulebook)] = inspected([evidence], rules, read_as)
    beside = load_published(published, rulebook) if published else load_published_beside(evidence, rulebook)
    try:
        streams.deliver(converted(loaded, ending, rulebook.framework, beside), output)
    except ArgumentError as error:  # a text that no cell can hold
        raise typer.BadParameter(str(error), param_hint="--output") from None
    if beside is not None and ending != WORKBOOK:
        streams.say("What was published is not in it; --outcome writes that.")
    if loaded.carried and ending in (WORKBOOK, ".csv"):
        streams.say(f"What became of the evidence on the way to {loaded.framework} is not in it.")
