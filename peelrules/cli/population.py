"""The command that grades many inspections from files."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import Rules

Findings = Annotated[
    list[Path],
    typer.Argument(
        help="Evidence files, folders of them, or tables of findings: Parquet, CSV or NDJSON.", metavar="FINDINGS"
    ),
]
_TABLE = "Parquet, CSV or NDJSON by its name."
Judgments = Annotated[Path | None, typer.Option("--output", "-o", help=f"Write judgments to: {_TABLE}", metavar="FILE")]
Statuses = Annotated[Path | None, typer.Option(help=f"Write characteristics to: {_TABLE}", metavar="FILE")]
Flags = Annotated[Path | None, typer.Option(help=f"Write areas, causes and practice to: {_TABLE}", metavar="FILE")]


@app.command()
def population(
    findings: Findings,
    output: Judgments = None,
    statuses: Statuses = None,
    flags: Flags = None,
    strict: Annotated[bool, typer.Option("--strict", help="Stop at the first fault, and write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
    rules: Rules = None,
) -> None:
    """Grade many inspections: any number of evidence files, or tables of findings.

    What is faulty is left out, told, and makes the exit code 1; everything else is graded. Files are written whole
    or not at all.
    """
    from peelrules.documents.limits import PROBLEMS
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.population import Spread, graded_batches
    from peelrules.report.frames import Parts
    from peelrules.report.outline import text
    from peelrules.report.population import of

    rulebook = load_rulebook(rules)
    files = _files(findings)
    targets = _writable([output, statuses, flags], files)
    spread, problems, left_out = Spread.of_none(), 0, set[str]()
    with ExitStack() as stack, _told_if_unwritable():
        parts = [stack.enter_context(Parts(target)) if target is not None else None for target in targets]
        for batch in streams.progress(
            graded_batches(files, rulebook), len(files), lambda done: done.files, quiet=quiet
        ):
            if batch.problems:
                if told := batch.problems[: max(0, PROBLEMS.most - problems)]:
                    streams.say("\n".join(map(str, told)))
                problems += len(batch.problems)
                if strict:
                    raise typer.Exit(1)
            left_out |= batch.left_out
            spread = spread.with_more(batch.frames.judgments)
            for part, frame in zip(parts, batch.frames, strict=True):
                if part is not None:
                    part.add(frame)
        for part in filter(None, parts):
            part.write(without=left_out)
        for part in filter(None, parts):
            part.finish()
    streams.deliver(text(of(spread.without(left_out), rulebook), streams.width(), streams.wants_colour(None)), None)
    if problems:
        untold = f", of which {PROBLEMS.most:,} are told" if problems > PROBLEMS.most else ""
        streams.say(f"{problems:,} problem{'' if problems == 1 else 's'}{untold}; what they are about was left out.")
        raise typer.Exit(1)


@contextmanager
def _told_if_unwritable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = f"{error.filename or 'a file'} cannot be written: {error.strerror}"
        raise typer.BadParameter(message, param_hint="--output") from None


def _files(given: list[Path]) -> list[Path]:
    """The files themselves, and the evidence files and tables of folders; each once."""
    from peelrules.documents.tables import is_table

    files: list[Path] = []
    for each in given:
        inside = (
            sorted(f for f in each.iterdir() if f.suffix in (".yaml", ".yml") or is_table(f))
            if each.is_dir()
            else [each]
        )
        if not inside:
            raise typer.BadParameter(f"there are no evidence files or tables in {each}", param_hint="FINDINGS")
        files += inside
    return list({file.resolve(): file for file in reversed(files)}.values())[::-1]


def _writable(targets: list[Path | None], files: list[Path]) -> list[Path | None]:
    """The targets, if each is of a kind that can be written, a file of its own, and none of those that are read."""
    from peelrules.report.frames import KINDS

    taken = {file.resolve() for file in files}
    for target in filter(None, targets):
        if target.suffix.lower() not in KINDS:
            raise typer.BadParameter(f"{target} should end with {', '.join(KINDS)}")
        if not target.absolute().parent.is_dir() or target.is_dir():
            raise typer.BadParameter(f"{target} cannot be written")
        if target.resolve() in taken:
            raise typer.BadParameter(f"{target} is read, or written already; choose another name")
        taken.add(target.resolve())
    return targets
