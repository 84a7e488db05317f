"""The command that holds published grades against the evidence of many inspections."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import EvidenceFiles, InsightFormat, InsightFormats, Output, Rules

if TYPE_CHECKING:
    from peelrules.model.assessment import Assessment
    from peelrules.model.published import Published

Outcomes = Annotated[Path, typer.Option(help="What was published: a file, or a folder of them.", metavar="PATH")]
Shared = Annotated[
    float,
    typer.Option(
        help="Share of a question's characteristics that two inspections must both have evidence on to be compared.",
        min=0,
        max=1,
        metavar="SHARE",
    ),
]
Precedents = Annotated[int, typer.Option(help="Precedents to give for each draft at the most.", min=1, max=50)]
Most = Annotated[int, typer.Option(help="Pairs, and drafts, to show at the most. JSON has all.", min=1, max=10_000)]


@app.command()
def audit(
    evidence: EvidenceFiles,
    published: Outcomes,
    shared: Shared = 0.5,
    precedents: Precedents = 3,
    most: Most = 20,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """Published grades that evidence does not bear out, pair by pair, and precedents for drafts.

    Finds the pairs in which one question is published lower in one inspection than in another, though nothing in its
    evidence is worse. A judgment without a published grade is a draft: it gets the published ones with evidence most
    like it. Inspections of each framework are held together by themselves.

    Exits with 1 when there is such a pair of inspections that assessed exactly the same characteristics. A pair that
    holds only on what both assessed is shown apart, and leaves it at 0.
    """
    from peelrules.insight.audit import audit as held_together
    from peelrules.report.audit import of

    by_framework: dict[str, list[tuple[Assessment, Published | None]]] = {}
    for assessment, outcome in _with_outcomes(evidence, published, rules):
        by_framework.setdefault(assessment.framework, []).append((assessment, outcome))
    try:
        found = [held_together(inspections, shared, precedents) for inspections in by_framework.values()]
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="EVIDENCE") from None
    first = [inspections[0][0] for inspections in by_framework.values()]
    blocks = [block for each, named in zip(found, first, strict=True) for block in of(each, named, most)]
    deliver(Answer(found if len(found) > 1 else found[0], blocks), form, output)
    if any(each.sure for each in found):
        raise typer.Exit(1)


def _with_outcomes(
    files: list[Path], published: Path, rules: Path | None
) -> "list[tuple[Assessment, Published | None]]":
    """Each assessment with what was published about it. What was published about others is not used, and named."""
    from peelrules.cli.loading import assessed, given_rulebook, outcome_of, published_outcomes, say_cautions
    from peelrules.report.wording import some

    outcomes = published_outcomes(published, given_rulebook(rules))
    inspections = [(assessment, outcome_of(assessment, outcomes)) for assessment in assessed(files, rules)]
    say_cautions(assessment for assessment, _ in inspections)
    used = [id(outcome) for _, outcome in inspections]
    if unused := [f"{o.force} ({o.inspection or o.framework})" for o in outcomes if id(o) not in used]:
        streams.say(f"Published, but not used, for there is no evidence here: {some(unused)}")
    return inspections
