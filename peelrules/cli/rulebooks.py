"""The commands about rulebooks themselves: what the rules say, and what is different between two."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli.answers import Answer, deliver
from peelrules.cli.grading import app
from peelrules.cli.options import InsightFormat, InsightFormats, Output, Rules

if TYPE_CHECKING:
    from peelrules.model.evidence import Evidence
    from peelrules.model.rulebook import Rulebook

Folder = Annotated[Path, typer.Argument(help="Folder of a rulebook.", metavar="FOLDER")]


@app.command()
def rules(
    rule: Annotated[str | None, typer.Argument(help="Only this rule, with its examples.", metavar="ID")] = None,
    evidence: Annotated[
        Path | None, typer.Option(help="Hold the rulebook against this evidence; - is standard input.", metavar="FILE")
    ] = None,
    form: InsightFormat = InsightFormats.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """The rulebook as a page: every rule in words, and every characteristic accounted for."""
    from peelrules.cli.loading import graded, known
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.rulebooks import describe_rule, describe_rulebook
    from peelrules.report import rulebooks

    rulebook, assessment = (load_rulebook(rules), None) if evidence is None else graded(evidence, rules)
    if rule is not None:
        described = describe_rule(rulebook, known(rule, rulebook.rule, "rule", "ID"), assessment)
        deliver(Answer(described, rulebooks.rule(described)), form, output)
    else:
        book = describe_rulebook(rulebook, assessment)
        deliver(Answer(book, rulebooks.page(book)), form, output)


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
    from peelrules.insight.rulebooks import compare_rulebooks
    from peelrules.report.rulebooks import changes

    before, after, loaded = _under_both(rulebook_a, rulebook_b, evidence or [])
    found = compare_rulebooks(before, after, loaded)
    deliver(Answer(found, changes(found)), form, output)
    if found.changes_judgments:
        raise typer.Exit(1)


def _under_both(first: Path, second: Path, files: Sequence[Path]) -> "tuple[Rulebook, Rulebook, list[Evidence]]":
    """Both rulebooks, and evidence that is sound under both. Nothing is graded before all is sound."""
    from peelrules.documents.evidence import evidence_of
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.documents.several import all_sound
    from peelrules.documents.yaml import read

    before, after = all_sound(partial(load_rulebook, folder) for folder in (first, second))
    documents = all_sound(partial(read, file) for file in files)  # once, for standard input cannot be read twice
    loaded = all_sound(partial(evidence_of, document, book) for book in (before, after) for document in documents)
    return before, after, loaded[: len(documents)]
