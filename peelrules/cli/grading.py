"""The application, and the command `grade`. What commands do is done elsewhere, and imported when it is needed."""

from collections.abc import Callable
from functools import wraps
from inspect import getdoc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from peelrules.cli import streams
from peelrules.cli.options import (
    AsGradeFormat,
    AsTable,
    EvidenceFiles,
    GradeFormat,
    Output,
    ReadAs,
    Require,
    Rules,
    Table,
)
from peelrules.model.scales import Grade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from peelrules.model.assessment import Assessment

Command = TypeVar("Command", bound=Callable[..., None])


class Application(typer.Typer):
    """No command of it ever writes over a file that it reads. The list of commands tells the whole summary of each."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Command], Command]:
        def registered(function: Command) -> Command:
            summary = (getdoc(function) or "").partition("\n\n")[0]
            register = super(Application, self).command(name, short_help=summary, **settings)

            @wraps(function)
            def careful(**given: object) -> None:
                streams.write_over_no_input(given)
                function(**given)

            register(careful)
            return function

        return registered


app = Application(
    name="peelrules",
    help="Grade the evidence of an inspection, such as one of a police force under PEEL, by rules that can be followed "
    "back. Every grade is indicative; none is the inspectorate's.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # its tables tear words apart where a terminal is narrow
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from peelrules.documents.rulebook import load_rulebook

        book = load_rulebook().identity
        line = f"peelrules {version('peelrules')}, rulebook {book.id} {book.version} ({book.hash})\n"
        streams.deliver(line, None)
        raise typer.Exit


@app.callback()
def _options(
    _version_wanted: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the versions and exit.")
    ] = False,
) -> None:
    pass


@app.command()
def grade(
    evidence: EvidenceFiles,
    form: AsGradeFormat = GradeFormat.TEXT,
    table: AsTable = None,
    output: Output = None,
    rules: Rules = None,
    read_as: ReadAs = None,
    require: Require = None,
) -> None:
    """Grade the evidence of one or more inspections."""
    from peelrules.cli.loading import assessed

    if table is not None and form is not GradeFormat.CSV:
        raise typer.BadParameter("only CSV is one table; add `--format csv`, or leave it out", param_hint="--table")
    assessments = assessed(evidence, rules, read_as)
    streams.deliver(_rendered(assessments, form, table or Table.JUDGMENTS, output), output)
    if require is not None and (short := _below(assessments, require)):
        streams.say("\n".join(short))
        raise typer.Exit(1)


def _rendered(assessments: "Sequence[Assessment]", form: GradeFormat, table: Table, output: Path | None) -> str | bytes:
    match form:
        case GradeFormat.TEXT:
            from peelrules.report import judgments, outline

            return outline.text(judgments.of(assessments, full=False), *streams.screen(output))
        case GradeFormat.JSON:
            from peelrules.report import json

            return json.render(assessments)
        case GradeFormat.MARKDOWN:
            from peelrules.report import judgments, outline

            return outline.markdown(judgments.of(assessments, full=True))
        case GradeFormat.CSV:
            from peelrules.cli.loading import say_cautions
            from peelrules.report import csv

            say_cautions(assessments)  # a table has no place for them
            return csv.render(assessments, table.value)
        case GradeFormat.XLSX:
            from peelrules.report import workbook

            return workbook.render(assessments)


def _below(assessments: "Sequence[Assessment]", wanted: Grade) -> list[str]:
    """A sentence for each question below the grade, or with evidence but too little of it for any grade."""
    from peelrules.model.framework import GRADED

    return [
        f"{a.force}: {j.name} is {j.grade or 'not graded'}, and {wanted} is required"
        for a in assessments
        for j in a.judgments
        if j.reporting == GRADED and j.coverage.assessed and (j.grade is None or j.grade < wanted)
    ]
