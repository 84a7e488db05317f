"""The command that lists the frameworks that there are."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import InsightFormat, InsightFormats, Output


@app.command()
def frameworks(
    accounts: Annotated[
        list[Path] | None,
        typer.Option(
            help="Hold each framework against coded accounts of its cycle.",
            metavar="ACCOUNTS",
        ),
    ] = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
) -> None:
    """The frameworks that come with peelrules: of which inspections they are, and how much of each was read."""
    from peelrules.documents.accounts import files_of, load_accounts
    from peelrules.documents.several import all_sound
    from peelrules.insight.frameworks import frameworks as bundled
    from peelrules.report.frameworks import of

    sets = all_sound(partial(load_accounts, file) for file in accounts or [])
    streams.write_over_no_input({"output": output, "evidence": [file for each in sets for file in files_of(each)]})
    found = bundled(sets)
    deliver(Answer(found, of(found)), form, output)
