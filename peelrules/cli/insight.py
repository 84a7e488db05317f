"""The commands that ask why, why not and what if. Each a few lines; what they do is done elsewhere."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import completion, streams
from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import (
    AS_GRADE,
    AnyQuestion,
    EvidenceFile,
    InsightFormat,
    InsightFormats,
    Output,
    ReadAs,
    Rules,
    ToReach,
)
from peelrules.model.scales import Grade

if TYPE_CHECKING:
    from peelrules.insight.comparison import Comparison
    from peelrules.model.assessment import Assessment
    from peelrules.model.base import Frozen
    from peelrules.model.evidence import Evidence
    from peelrules.model.published import Published
    from peelrules.model.rulebook import Rulebook
    from peelrules.report.outline import Block


Question = Annotated[
    str,
    typer.Argument(help="A core question, by id or name.", metavar="QUESTION", autocompletion=completion.questions),
]


@app.command()
def explain(
    evidence: EvidenceFile,
    question: AnyQuestion = None,
    finding: Annotated[
        str | None,
        typer.Option(help="Instead, what this finding led to.", metavar="ID", autocompletion=completion.findings),
    ] = None,
    why_not: Annotated[
        Grade | None, typer.Option(help="Instead, what stands in the way of a grade.", **AS_GRADE)
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything, not only what decides.")] = False,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
    read_as: ReadAs = None,
) -> None:
    """Why a question has its grade, or what stands between it and a better one."""
    from peelrules.cli.loading import core_question, graded, known

    if finding is not None and (question is not None or why_not is not None):
        raise typer.BadParameter("goes with no question and no --why-not", param_hint="--finding")
    rulebook, assessment = graded(evidence, rules, read_as)
    if finding is not None:
        answer = _about_finding(known(finding, assessment.finding, "finding", "--finding"), assessment, full)
    elif question is not None:
        answer = Answer(*_about_question(core_question(question, rulebook), assessment, why_not, full))
    else:
        concluded = [j.core_question for j in assessment.judgments if j.ceiling is not None]
        if not concluded:
            streams.say("No question can be explained: there is no evidence on any that is graded here.")
        told = [_about_question(each, assessment, why_not, full) for each in concluded]
        answer = Answer([data for data, _ in told], [b for _, blocks in told for b in blocks])
    deliver(answer, form, output)


@app.command()
def path(
    evidence: EvidenceFile,
    question: Question,
    grade: ToReach,
    most: Annotated[int, typer.Option(help="Alternatives to give at the most.", min=1, max=50)] = 3,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """The smallest sets of changes after which a question would reach a grade."""
    from peelrules.cli.loading import core_question, graded
    from peelrules.insight.path import path as way_to
    from peelrules.report import explanations

    rulebook, assessment = graded(evidence, rules)
    asked = core_question(question, rulebook)
    try:
        answer = way_to(assessment, asked, grade, rulebook, most)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="QUESTION") from None
    deliver(Answer(answer, explanations.path(answer, assessment)), form, output)


@app.command()
def whatif(
    evidence: EvidenceFile,
    assign: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Give a field of a finding another value.",
            metavar="FINDING.FIELD=VALUE",
            autocompletion=completion.values,
        ),
    ] = None,
    drop: Annotated[
        list[str] | None,
        typer.Option(help="Leave a finding out.", metavar="FINDING", autocompletion=completion.findings),
    ] = None,
    rules_set: Annotated[
        list[str] | None,
        typer.Option(
            "--rules-set",
            help="Give a bound of a rule another value.",
            metavar="RULE=VALUE",
            autocompletion=completion.rules,
        ),
    ] = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """What would be concluded differently if evidence or rules were different."""
    from peelrules.cli.loading import inspected
    from peelrules.insight import differences as insight
    from peelrules.insight.changes import ChangeError, Drop, parse_rule_set, parse_set
    from peelrules.report import differences

    [(loaded, rulebook)] = inspected([evidence], rules)
    try:
        changes = [parse_set(text, loaded) for text in assign or []] + [Drop(finding=each) for each in drop or []]
        bounds = [parse_rule_set(text, rulebook) for text in rules_set or []]
        found = insight.whatif(loaded, rulebook, changes, bounds)
    except ChangeError as error:
        raise typer.BadParameter(str(error)) from None
    deliver(Answer(found, differences.of(found)), form, output)


@app.command()
def compare(
    files: Annotated[
        list[Path], typer.Argument(help="Evidence, assessments in JSON, or what was published.", metavar="FILE")
    ],
    published: Annotated[
        Path | None, typer.Option(help="Compare each with what was published: a file, or a folder.", metavar="PATH")
    ] = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
    read_as: ReadAs = None,
) -> None:
    """Two assessments side by side, or assessments beside what was published.

    Two inspections of different cycles are held side by side through the crosswalk between their frameworks, the older
    one first.
    """
    from peelrules.cli.loading import given_rulebook, published_outcomes, say_cautions
    from peelrules.documents.evidence import load_any
    from peelrules.documents.several import all_sound
    from peelrules.model.published import Published

    rulebook = given_rulebook(rules)
    loaded = all_sound(partial(load_any, file, rulebook) for file in files)
    outcomes = [each for each in loaded if isinstance(each, Published)]
    assessments = _graded([each for each in loaded if not isinstance(each, Published)], rulebook, read_as)
    outcomes += published_outcomes(published, rulebook) if published is not None else []
    if outcomes or published is not None:
        say_cautions(assessments)
        _deliver_comparisons(assessments, outcomes, form, output)
    elif len(assessments) == 2:
        deliver(_compared(assessments[0], assessments[1], rules), form, output)
    else:
        raise typer.BadParameter("name two files to compare with each other, or use --published", param_hint="FILE")


def _compared(before: "Assessment", after: "Assessment", rules: Path | None) -> Answer:
    from peelrules.cli.cycles import across
    from peelrules.insight.differences import differences as differences_of
    from peelrules.report import differences

    if before.framework != after.framework:
        return across(before, after, rules)
    found = differences_of(before, after)
    return Answer(found, differences.of(found))


def _deliver_comparisons(
    assessments: "list[Assessment]",
    outcomes: "list[Published]",
    form: InsightFormats,
    output: Path | None,
) -> None:
    from peelrules.cli.loading import published_outcome
    from peelrules.insight.comparison import agreement_with_published
    from peelrules.insight.comparison import compare as beside
    from peelrules.report import differences

    comparisons: list[Comparison] = []
    blocks: list[Block] = []
    for assessment in assessments:
        comparisons.append(beside(assessment, published_outcome(assessment, outcomes)))
        blocks += differences.comparison(comparisons[-1], assessment)
    overall = agreement_with_published(comparisons)
    blocks += differences.agreement_with_published(overall)
    deliver(Answer([*comparisons, overall], blocks), form, output)


def _about_finding(finding: str, assessment: "Assessment", full: bool) -> Answer:
    from peelrules.insight.explanation import led_to
    from peelrules.report import explanations

    consequences = led_to(assessment, finding)
    return Answer(consequences, explanations.led_to(assessment.finding[finding], consequences, assessment, full))


def _about_question(
    question: str, assessment: "Assessment", why_not: Grade | None, full: bool
) -> "tuple[Frozen, Iterable[Block]]":
    from peelrules.insight import explanation
    from peelrules.report import explanations
    from peelrules.report.wording import in_context

    judgment = assessment.judgment(question)
    critical = [shortfall for shortfall in assessment.critical_shortfalls if shortfall.core_question == question]
    if judgment.ceiling is None:
        return judgment, explanations.not_graded(judgment, critical)
    if why_not is not None:
        blocked = explanation.why_not(assessment, question, why_not, full)
        return blocked, explanations.why_not(blocked, full)
    step = explanation.explain(assessment, question, full)
    return step, explanations.why(judgment, step, full, critical, in_context(assessment, question))


def _graded(
    loaded: "Iterable[Evidence | Assessment]", rulebook: "Rulebook | None", read_as: Path | None
) -> "list[Assessment]":
    """What is graded as it is, and all other evidence graded; all of it under a newer rulebook, if one is named."""
    from peelrules.cli.cycles import carrying_to
    from peelrules.insight.grading import grade
    from peelrules.model.evidence import Evidence

    if read_as is None:
        return [grade(each, rulebook) if isinstance(each, Evidence) else each for each in loaded]
    newer, carry = carrying_to(read_as)
    evidence = (each if isinstance(each, Evidence) else each.evidence for each in loaded)
    return [grade(carry(each), newer) for each in evidence]
