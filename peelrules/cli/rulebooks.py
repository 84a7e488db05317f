"""The commands about rulebooks themselves: what the rules say, and what is different between two."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import completion
from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import InsightFormat, InsightFormats, Output, Rules
from peelrules.model.plain import cut

if TYPE_CHECKING:
    from peelrules.model.assessment import Assessment
    from peelrules.model.evidence import Evidence
    from peelrules.model.rulebook import Rulebook

Folder = Annotated[Path, typer.Argument(help="Folder of a rulebook, or id of a bundled one.", metavar="RULEBOOK")]


@app.command()
def rules(
    name: Annotated[
        str | None,
        typer.Argument(
            help="Only this rule, with its examples, this count or this characteristic; core_question.ID where a "
            "characteristic has a count of the same name.",
            metavar="ID",
            autocompletion=completion.names,
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            help="What the rules conclude of this, as a table: gravity, grade, …",
            metavar="OUTCOME",
            autocompletion=completion.outcomes,
        ),
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Hold the rulebook against this evidence; - is standard input.", metavar="FILE")
    ] = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """The rulebook as a page: every rule and count in words, and every characteristic accounted for."""
    from peelrules.cli.loading import graded
    from peelrules.documents.rulebook import load_rulebook

    if table is not None:
        if name is not None or evidence is not None:
            raise typer.BadParameter("a table is of all rules; leave ID and --evidence out", param_hint="--table")
        deliver(_table(table, rules), form, output)
        return
    rulebook, assessment = (load_rulebook(rules), None) if evidence is None else graded(evidence, rules)
    deliver(_described(rulebook, name, assessment), form, output)


def _table(outcome: str, rules: Path | None) -> Answer:
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.tables import STAGE_OF, decision_table
    from peelrules.report import tables

    if outcome not in STAGE_OF:
        raise typer.BadParameter(f"`{cut(outcome)}` is not one of {', '.join(STAGE_OF)}", param_hint="--table")
    found = decision_table(load_rulebook(rules), outcome)
    return Answer(found, tables.table(found))


def _described(rulebook: "Rulebook", name: str | None, assessment: "Assessment | None") -> Answer:
    """A rulebook, or the rule, count or characteristic that is named."""
    from peelrules.insight import rulebooks as insight
    from peelrules.report import rulebooks

    if name is None:
        book = insight.describe_rulebook(rulebook, assessment)
        return Answer(book, rulebooks.page(book))
    counts = insight.counts_by_name(rulebook)
    if name in rulebook.rule:
        rule = insight.describe_rule(rulebook, name, assessment)
        return Answer(rule, rulebooks.rule(rule))
    if name in counts:
        count = insight.describe_count(rulebook, counts[name], assessment)
        return Answer(count, rulebooks.count(count))
    return _characteristic(rulebook, name, [*rulebook.rule, *counts], assessment)


def _characteristic(rulebook: "Rulebook", name: str, others: Sequence[str], assessment: "Assessment | None") -> Answer:
    from peelrules.cli.loading import known
    from peelrules.documents.names import Names
    from peelrules.insight.characteristics import describe_characteristic
    from peelrules.report import characteristics

    framework = rulebook.framework
    if name not in framework.characteristics:
        if name.split(".")[0] in {question.id for question in framework.core_questions}:
            raise typer.BadParameter(Names(framework).unknown(name), param_hint="ID")
        known(name, [*others, *framework.characteristics], "rule, count or characteristic", "ID")
    described = describe_characteristic(rulebook, name, assessment)
    standing = characteristics.standing(described) if assessment is not None else ()
    return Answer(described, [*characteristics.page(described), *standing])


@app.command()
def diff(
    rulebook_a: Folder,
    rulebook_b: Folder,
    evidence: Annotated[
        list[Path] | None, typer.Argument(help="Evidence to grade by both; - reads standard input.", metavar="EVIDENCE")
    ] = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
) -> None:
    """What the second rulebook says differently from the first, and which judgments of evidence it changes.

    Exits with 1 when a judgment of the evidence given changes, with 0 when none does or no evidence is given.
    """
    from peelrules.insight import rulebooks as insight
    from peelrules.report.rulebooks import changes

    before, after, loaded = _under_both(rulebook_a, rulebook_b, evidence or [])
    found = insight.diff(before, after, loaded)
    deliver(Answer(found, changes(found)), form, output)
    if found.changes_judgments:
        raise typer.Exit(1)


def _under_both(first: Path, second: Path, files: Sequence[Path]) -> "tuple[Rulebook, Rulebook, list[Evidence]]":
    """Both rulebooks, and evidence that is sound under both. Nothing is graded before all is sound."""
    from peelrules.documents.evidence import evidence_of
    from peelrules.documents.reading import document_of
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.documents.several import all_sound

    before, after = all_sound(partial(load_rulebook, folder) for folder in (first, second))
    if files and before.framework.id != after.framework.id:
        message = f"evidence is coded for {before.framework.id} or for {after.framework.id}, and not for both"
        raise typer.BadParameter(f"{message}; leave it out, or compare its grades by each", param_hint="EVIDENCE")
    documents = all_sound(partial(document_of, file) for file in files)  # once, for standard input cannot be read twice
    loaded = all_sound(partial(evidence_of, document, book) for book in (before, after) for document in documents)
    return before, after, loaded[: len(documents)]
