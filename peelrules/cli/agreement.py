"""The command that holds codings of one inspection by several coders against each other."""

from typing import Annotated

import typer

from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFiles, InsightFormat, InsightFormats, Output, Rules


@app.command()
def agreement(
    evidence: EvidenceFiles,
    full: Annotated[bool, typer.Option("--full", help="Every characteristic and every finding.")] = False,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """Codings of one inspection by several coders, and what their differences do to grades.

    A coder is named as the file is. Files about several inspections are held together by force and inspection.
    """
    from peelrules.cli.loading import assessed, coders
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.agreement import agreement as side_by_side
    from peelrules.report.agreement import of

    codings = zip(coders(evidence), assessed(evidence, rules), strict=True)
    try:
        found = side_by_side(codings, load_rulebook(rules))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="EVIDENCE") from None
    deliver(Answer(found, of(found, full)), form, output)
