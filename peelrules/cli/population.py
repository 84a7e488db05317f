"""The command that grades many inspections from files."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peelrules.cli import streams
from peelrules.cli.grading import app
from peelrules.cli.options import Rules

if TYPE_CHECKING:
    from peelrules.insight.population import GradedBatch
    from peelrules.model.problems import Problem

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
    or not at all. All are graded by one rulebook: that of peel-2021-22, unless --rules names another.
    """
    from peelrules.documents.limits import PROBLEMS
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.insight.population import Spread, graded_batches
    from peelrules.model.facts import counted
    from peelrules.report.frames import Parts
    from peelrules.report.outline import text
    from peelrules.report.population import of

    rulebook = load_rulebook(rules)
    files, unfit = _files(findings)
    targets = _writable([output, statuses, flags], files)
    spread, problems, left_out, written = Spread.of_none(), 0, set[str](), list[str]()
    try:
        with ExitStack() as stack:
            with _told_if_unwritable():
                parts = [stack.enter_context(Parts(target)) if target is not None else None for target in targets]
            batches = graded_batches(files, rulebook)
            for batch in streams.progress(batches, len(files), _files_of, _inspections_of, quiet=quiet):
                told, unfit = [*unfit, *batch.problems], []
                problems += _told(told, problems)
                if told and strict:
                    raise typer.Exit(1)
                left_out |= batch.left_out
                spread = spread.with_more(batch.frames.judgments)
                with _told_if_unwritable():
                    frames = batch.frames.judgments, batch.frames.statuses, batch.frames.flags
                    for part, frame in zip(parts, frames, strict=True):
                        if part is not None:
                            part.add(batch.with_force(frame))
            problems += _told(unfit, problems)
            with _told_if_unwritable():
                for part in filter(None, parts):
                    part.write(without=left_out)
                for part, target in zip(parts, targets, strict=True):
                    if part is not None:
                        part.finish()
                        written.append(str(target))
    except (KeyboardInterrupt, SystemExit):
        done = " and ".join(written) or "nothing"
        streams.say(f"Stopped after {counted(spread.inspections, 'inspection')}; {done} was written.")
        raise
    streams.deliver(text(of(spread.without(left_out), rulebook), *streams.screen(None)), None)
    if problems:
        untold = f", of which {PROBLEMS.most:,} are told" if problems > PROBLEMS.most else ""
        streams.say(f"{counted(problems, 'problem')}{untold}; what they are about was left out.")
        raise typer.Exit(1)


def _files_of(batch: "GradedBatch") -> float:
    return batch.files


def _inspections_of(batch: "GradedBatch") -> int:
    return batch.inspections


def _told(found: "Sequence[Problem]", before: int) -> int:
    """Tell what was found as long as it is not too much; how many problems there are."""
    from peelrules.documents.limits import PROBLEMS

    if told := found[: max(0, PROBLEMS.most - before)]:
        streams.say("\n".join(map(str, told)))
    return len(found)


@contextmanager
def _told_if_unwritable() -> Iterator[None]:
    from polars.exceptions import PanicException, PolarsError

    try:
        yield
    except OSError as error:
        message = f"{error.filename or 'a file'} cannot be written: {error.strerror or error}"
    except (PolarsError, PanicException) as error:
        message = f"a file cannot be written: {str(error).partition(chr(10))[0]}"
    else:
        return
    raise typer.BadParameter(message, param_hint="--output")


def _files(given: list[Path]) -> "tuple[list[Path], list[Problem]]":
    """The files themselves, and the evidence files and tables of folders, each once; and what is no file there."""
    from peelrules.documents.reading import WORKBOOKS
    from peelrules.documents.tables import is_table
    from peelrules.model.problems import Problem

    files: list[Path] = []
    unfit: list[Problem] = []
    for each in given:
        try:
            is_folder = each.is_dir()
            names = sorted(each.iterdir()) if is_folder else []
            inside = [f for f in names if f.suffix.lower() in (".yaml", ".yml", *WORKBOOKS) or is_table(f)]
            sound = [f for f in inside if f.is_file()]
        except OSError as error:
            unfit.append(Problem(str(each), 0, 0, f"it cannot be read: {error.strerror}"))
            continue
        if is_folder and not inside:
            raise typer.BadParameter(f"there are no evidence files or tables in {each}", param_hint="FINDINGS")
        files += sound if is_folder else [each]
        unfit += [
            Problem(str(f), 0, 0, "this is no file that can be read; take it out of the folder")
            for f in inside
            if f not in sound
        ]
    return list({os.path.realpath(file): file for file in reversed(files)}.values())[::-1], unfit


def _writable(targets: list[Path | None], files: list[Path]) -> list[Path | None]:
    """The targets, if each is of a kind that can be written, a file of its own, and none of those that are read."""
    from peelrules.report.frames import KINDS

    taken = {os.path.realpath(file) for file in files}
    for target in filter(None, targets):
        if target.suffix.lower() not in KINDS:
            raise typer.BadParameter(f"{target} should end with {', '.join(KINDS)}")
        if not _can_be_a_file(target):
            raise typer.BadParameter(f"{target} cannot be written")
        if os.path.realpath(target) in taken:
            raise typer.BadParameter(f"{target} is read, or written already; choose another name")
        taken.add(os.path.realpath(target))
    return targets


def _can_be_a_file(target: Path) -> bool:
    try:
        str(target).encode()
        return target.absolute().parent.is_dir() and (target.is_file() or not target.exists())
    except (OSError, UnicodeError):
        return False
