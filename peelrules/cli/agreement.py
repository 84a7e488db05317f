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

    A coder is named as the file is. Files about several inspections are held together by what was inspected and when.
    """
    from peelrules.cli.loading import coders, inspected, refuse_several_frameworks
    from peelrules.engine.grading import grade
    from peelrules.insight.agreement import agreement as side_by_side
    from peelrules.report.agreement import of

    loaded = inspected(evidence, rules)
    refuse_several_frameworks(each.framework for each, _ in loaded)
    codings = zip(coders(evidence), (grade(*each) for each in loaded), strict=True)
    try:
        found = side_by_side(codings, loaded[0][1])
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="EVIDENCE") from None
    deliver(Answer(found, of(found, full)), form, output)
