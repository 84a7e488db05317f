"""The command that writes JSON Schemas."""

from enum import Enum
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import Output, Rules


class Kind(Enum):
    """What there are schemas of."""

    ASSESSMENT = "assessment"
    EVIDENCE = "evidence"
    PUBLISHED = "published"
    PUBLISHED_GRADES = "published-grades"
    CASE = "case"
    ACCOUNTS = "accounts"
    CROSSWALK = "crosswalk"
    FRAMEWORK = "framework"
    COUNTS = "counts"
    SAMPLES = "samples"
    FINDINGS = "findings"
    CHARACTERISTICS = "characteristics"
    CORE_QUESTIONS = "core-questions"


@app.command()
def schema(
    kind: Annotated[
        Kind,
        typer.Argument(
            help=f"What the documents are: {', '.join(kind.value for kind in Kind)}.",
            metavar="KIND",
            show_choices=False,
        ),
    ],
    output: Output = None,
    rules: Rules = None,
) -> None:
    """The JSON Schema of assessments as `grade --format json` writes them, or of files that people write.

    With the latter an editor completes fields and names, and marks what cannot be, while evidence or rules are
    written. The names of characteristics and so on are those of the rulebook.
    """
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.documents.schema import schema_of
    from peelrules.report.json import dumped

    streams.deliver(dumped(schema_of(kind.value, load_rulebook(rules))), output)
