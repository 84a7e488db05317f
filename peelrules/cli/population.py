"""The command that grades many inspections from files."""

from contextlib import ExitStack
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
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.population import Spread, graded_batches
    from peelrules.report.frames import Parts
    from peelrules.report.outline import text
    from peelrules.report.population import of

    rulebook = load_rulebook(rules)
    files = _files(findings)
    targets = [_writable(target) for target in (output, statuses, flags)]
    spread, problems = Spread.of_none(), 0
    with ExitStack() as stack:
        parts = [stack.enter_context(Parts(target)) if target is not None else None for target in targets]
        for batch in streams.progress(
            graded_batches(files, rulebook), len(files), lambda done: done.files, quiet=quiet
        ):
            if batch.problems:
                streams.say("\n".join(map(str, batch.problems)))
                problems += len(batch.problems)
                if strict:
                    raise typer.Exit(1)
            spread = spread.with_more(batch.frames.judgments)
            for part, frame in zip(parts, batch.frames, strict=True):
                if part is not None:
                    part.add(frame)
        for part in filter(None, parts):
            part.write()
        for part in filter(None, parts):
            part.finish()
    streams.deliver(text(of(spread, rulebook), streams.width(), streams.wants_colour(None)), None)
    if problems:
        streams.say(f"{problems:,} problem{'' if problems == 1 else 's'}; what they are about was left out.")
        raise typer.Exit(1)


def _files(given: list[Path]) -> list[Path]:
    """The files themselves, and the evidence files of folders."""
    files = [file for each in given for file in (sorted(each.glob("*.yaml")) if each.is_dir() else [each])]
    if not files:
        raise typer.BadParameter("there is no evidence file in it", param_hint="FINDINGS")
    return files


def _writable(target: Path | None) -> Path | None:
    from peelrules.report.frames import KINDS

    if target is None:
        return None
    if target.suffix not in KINDS:
        raise typer.BadParameter(f"{target} should end with {', '.join(KINDS)}")
    if not target.absolute().parent.is_dir() or target.is_dir():
        raise typer.BadParameter(f"{target} cannot be written")
    return target
