"""The commands that look for faults in rulebooks and evidence."""

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import completion, streams
from peelrules.cli.grading import app
from peelrules.cli.options import Output, Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

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
Annotate = Annotated[
    bool, typer.Option("--annotate", help="Of a workbook: write it to -o as well, with the remarks beside the cells.")
]
Explain = Annotated[
    str | None,
    typer.Option(
        help="Instead, what a check means, with an example.", metavar="CODE", autocompletion=completion.checks
    ),
]


@app.command()
def check(
    paths: Paths = None,
    explain: Explain = None,
    form: Annotated[CheckFormat, typer.Option("--format", "-f", help="How to write the remarks.")] = CheckFormat.TEXT,
    annotate: Annotate = False,
    output: Output = None,
    rules: Rules = None,
) -> None:
    """Look for rules that cannot do what they should, and for codings worth a second look."""
    from peelrules.verify import checking

    if explain is not None:
        streams.deliver(_explained(explain, streams.screen(output).width), output)
        return
    if annotate:
        _refuse_what_has_no_cells(paths or (), output)
    report = checking.check(paths or (), rules)
    streams.deliver(_rendered(report, form), None if annotate else output)
    if annotate and paths and output is not None:
        _annotate(paths[0], report, rules, output)
    if report.faults:
        raise typer.Exit(1)


def _refuse_what_has_no_cells(paths: "Sequence[Path]", output: Path | None) -> None:
    from peelrules.documents.reading import is_workbook

    if len(paths) != 1 or not is_workbook(paths[0]):
        raise typer.BadParameter("only a workbook has cells; name one .xlsx or .ods file", param_hint="--annotate")
    if output is None or output.suffix.lower() != ".xlsx":
        raise typer.BadParameter("name the .xlsx file to write the remarks into", param_hint="--output")


def _annotate(workbook: Path, report: "Report", rules: Path | None, output: Path) -> None:
    """Write the workbook with what was found beside the cells, unless it is none that can be read."""
    from peelrules.cli.loading import given_rulebook
    from peelrules.documents.choice import likely
    from peelrules.documents.files import bytes_of
    from peelrules.documents.workbook.marking import Mark, marked
    from peelrules.model.problems import ArgumentError, DocumentError
    from peelrules.verify.checks import Severity

    marks = [
        Mark(remark.problem._replace(message=remark.words), remark.severity is Severity.FAULT)
        for remark in report.remarks
    ]
    try:
        framework = (given_rulebook(rules) or likely(workbook)).framework
        annotated = marked(bytes_of(workbook), str(workbook), marks, framework)
    except DocumentError:  # which is among the remarks
        streams.say(f"Nothing is written to {output}, for the workbook cannot be read.")
    except ArgumentError as error:
        raise typer.BadParameter(str(error), param_hint="--annotate") from None
    else:
        streams.deliver(annotated, output)


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
