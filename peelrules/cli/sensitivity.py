"""The command that tells how firm each grade is."""

from typing import Annotated

import typer

from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFile, InsightFormat, InsightFormats, Output, Rules

Draws = Annotated[int, typer.Option(help="Draws of samples, and as many of codings.", min=1, max=1_000_000)]
Seed = Annotated[int, typer.Option(help="The same seed gives the same result.", min=0)]
Notch = Annotated[float, typer.Option(help="Probability that a coding is a notch off.", min=0, max=1)]


@app.command()
def sensitivity(
    evidence: EvidenceFile,
    draws: Draws = 10_000,
    seed: Seed = 0,
    notch: Notch = 0.1,
    full: Annotated[bool, typer.Option("--full", help="Everything, with the bounds of the rules.")] = False,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """How firm each grade is, and which findings decide it."""
    from peelrules.cli.loading import graded
    from peelrules.insight.sensitivity import sensitivity as how_firm
    from peelrules.report import sensitivity as wording

    rulebook, assessment = graded(evidence, rules)
    found = how_firm(assessment.evidence, rulebook, draws=draws, seed=seed, notch=notch)
    deliver(Answer(found, wording.of(found, assessment, full)), form, output)
