"""The command that tries a rulebook on its cases."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import InsightFormat, InsightFormats, Output


@app.command("test")
def try_out(
    rulebook: Annotated[
        Path | None, typer.Argument(help="Folder of a rulebook; the bundled one if left out.", metavar="RULEBOOK")
    ] = None,
    evidence: Annotated[
        list[Path] | None, typer.Option(help="Count which rules apply to this evidence as well.", metavar="FILE")
    ] = None,
    mutate: Annotated[
        bool, typer.Option(help="Change rules and counts a step at a time, and list what nothing notices.")
    ] = False,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
) -> None:
    """Whether a rulebook makes of its cases what is wanted, and which rules they try.

    Exits with 1 when a case fails, or when a change of a rule is noticed by no example and no case.
    """
    from peelrules.documents.cases import load_cases
    from peelrules.documents.evidence import load_evidence
    from peelrules.documents.rulebook import bundled_rulebook, load_rulebook
    from peelrules.documents.several import all_sound
    from peelrules.report.testing import trial
    from peelrules.verify.trial import test

    folder = rulebook or bundled_rulebook()
    book = load_rulebook(folder)
    cases = load_cases(folder, book)
    found = test(book, cases, all_sound(partial(load_evidence, file, book) for file in evidence or []), mutate=mutate)
    deliver(Answer(found, trial(found)), form, output)
    if found.has_faults:
        raise typer.Exit(1)
