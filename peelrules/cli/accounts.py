"""The command that holds rules against published grades of other inspections."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import InsightFormat, InsightFormats, Output, ReadAs, Rules


@app.command()
def accounts(
    files: Annotated[
        list[Path], typer.Argument(help="Documents of accounts; - reads standard input.", metavar="ACCOUNTS")
    ],
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
    read_as: ReadAs = None,
) -> None:
    """Rules held against published grades of other inspections, of which short accounts were coded.

    What is compared is the ceiling that the rules put on each account, for a few sentences seldom lead to a grade.
    """
    from peelrules.cli.cycles import carrying_to
    from peelrules.cli.loading import given_rulebook, refuse_several_frameworks
    from peelrules.documents.accounts import files_of, load_accounts
    from peelrules.documents.choice import rulebook_named
    from peelrules.documents.several import all_sound
    from peelrules.insight.accounts import accounts as held
    from peelrules.model.problems import ArgumentError
    from peelrules.report.accounts import of

    rulebook = given_rulebook(rules)
    sets = all_sound(partial(load_accounts, file, rulebook) for file in files)
    streams.write_over_no_input({"output": output, "evidence": [file for each in sets for file in files_of(each)]})
    frameworks = [evidence.framework for each in sets for evidence in each.evidence]
    refuse_several_frameworks(frameworks, "ACCOUNTS")
    if read_as is not None:
        rulebook, carry = carrying_to(read_as)
        sets = [each.model_copy(update={"evidence": tuple(map(carry, each.evidence))}) for each in sets]
    try:
        found = held(sets, rulebook or rulebook_named(frameworks[0]))
    except ArgumentError as error:  # of a question that the framework does not have under which it is read
        raise typer.BadParameter(str(error), param_hint="--as") from None
    deliver(Answer(found, of(found)), form, output)
