"""The command with which the characteristics that evidence names are found."""

from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import AnyQuestion, AsFormat, Format, InsightFormats, Output, Rules


@app.command()
def characteristics(
    question: AnyQuestion = None,
    search: Annotated[str, typer.Option(help="Only those that have all of these words.", metavar="WORDS")] = "",
    form: AsFormat = Format.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """The characteristics that findings bear on: id, title, what each says, and where it was read."""
    from peelrules.cli.loading import core_question
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.characteristics import characteristics as found_in
    from peelrules.report import characteristics as told

    rulebook = load_rulebook(rules)
    found = found_in(rulebook, core_question(question, rulebook) if question is not None else None, search)
    if form is Format.CSV:
        streams.deliver(told.table(found), output)
    else:
        deliver(Answer(found, told.listed(found)), InsightFormats(form.value), output)
