"""The commands that look for faults in rulebooks and evidence."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import Output, Rules

if TYPE_CHECKING:
    from peelrules.verify.checks import Report


class CheckFormat(Enum):
    """How the remarks of checks are written."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Folders of rulebooks and files of evidence; the bundled rulebook if left out.", metavar="PATH"
    ),
]
Explain = Annotated[str | None, typer.Option(help="Instead, what a check means, with an example.", metavar="CODE")]


@app.command()
def check(
    paths: Paths = None,
    explain: Explain = None,
    form: Annotated[CheckFormat, typer.Option("--format", "-f", help="How to write the remarks.")] = CheckFormat.TEXT,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """Look for rules that cannot do what they should, and for codings worth a second look."""
    from peelrules.verify import checking

    if explain is not None:
        streams.deliver(_explained(explain, streams.screen(output).width), output)
        return
    report = checking.check(paths or (), rules)
    streams.deliver(_rendered(report, form), output)
    if report.faults:
        raise typer.Exit(1)


def _rendered(report: "Report", form: CheckFormat) -> str:
    from peelrules.report import checks, json, sarif

    match form:
        case CheckFormat.TEXT:
            return checks.text(report)
        case CheckFormat.JSON:
            return json.written(report)
        case CheckFormat.GITHUB:
            return checks.github(report)
        case CheckFormat.SARIF:
            return sarif.render(report)


def _explained(code: str, width: int) -> str:
    from peelrules.report import checks
    from peelrules.verify.checks import CHECKS

    if code.upper() not in CHECKS:
        message = f"there is no check `{code}`; choose from {', '.join(CHECKS)}"
        raise typer.BadParameter(message, param_hint="--explain")
    return checks.explanation(CHECKS[code.upper()], width)
