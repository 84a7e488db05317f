"""The commands that look for faults in rulebooks and evidence."""

from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import Output, Rules

if TYPE_CHECKING:
    from peelrules.verify.checks import Remark, Report


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
    from peelrules.documents.rulebook import bundled_rulebook
    from peelrules.verify.checks import Report

    if explain is not None:
        streams.deliver(_explained(explain, streams.screen(output).width), output)
        return
    places = paths or [rules or bundled_rulebook()]
    report = Report.of(map(str, places), _remarks(places, rules))
    streams.deliver(_rendered(report, form), output)
    if report.faults:
        raise typer.Exit(1)


def _remarks(places: Sequence[Path], rules: Path | None) -> "Iterator[Remark]":
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.verify.evidence import check_evidence
    from peelrules.verify.rulebook import check_rulebook

    rulebook = None
    for place in dict.fromkeys(places):
        if place.is_dir():
            yield from check_rulebook(place)
        else:
            rulebook = rulebook or load_rulebook(rules)
            yield from check_evidence(place, rulebook)


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
