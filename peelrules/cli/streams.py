"""Where output goes: the document asked for to standard output or a file, everything else to standard error."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import typer

S = TypeVar("S")


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the document asked for."""
    print(_printable(message, sys.stderr.encoding), file=sys.stderr)  # noqa: T201


def deliver(document: str, target: Path | None) -> None:
    """Write the document to standard output, or whole to a file: an old file stays until the new one is complete."""
    try:
        if target is None:
            sys.stdout.write(_printable(document, sys.stdout.encoding))
            sys.stdout.flush()
        elif target.exists() and not target.is_file():  # a folder, which cannot be written, or a pipe or device
            target.write_text(document, encoding="utf-8")
        else:
            _replace(target.resolve(), document)
    except BrokenPipeError:
        _forget_standard_output()  # whoever read has seen enough
    except OSError as error:
        if target is not None:
            raise typer.BadParameter(f"{target} cannot be written: {error.strerror}", param_hint="--output") from None
        _forget_standard_output()
        say(f"standard output cannot be written: {error.strerror}")
        raise typer.Exit(3) from None


def _forget_standard_output() -> None:
    """See to it that what is still to be written does not fail again when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _replace(target: Path, document: str) -> None:
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=target.parent, delete=False) as stream:
        try:
            stream.write(document)
            stream.close()
            _as_permissive_as_usual(stream.name)
            os.replace(stream.name, target)  # noqa: PTH105  a Path would only wrap it
        except BaseException:
            os.unlink(stream.name)  # noqa: PTH108
            raise


def width() -> int:
    """Columns to wrap to: those of the terminal, or 80 in a pipe."""
    return max(72, min(120, shutil.get_terminal_size((80, 24)).columns))


def wants_colour(target: Path | None) -> bool:
    """Colour on a terminal only, and not where NO_COLOR is set or the terminal is dumb."""
    if target is not None or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def progress(steps: Iterable[S], of: int, size: Callable[[S], float], *, quiet: bool) -> Iterator[S]:
    """The steps of a long run, with a bar on standard error while they are made; none in a pipe, or if *quiet*."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=quiet or not sys.stderr.isatty()) as bar:
        task = bar.add_task("Grading", total=of)
        for step in steps:
            yield step
            bar.advance(task, size(step))


def _as_permissive_as_usual(name: str) -> None:
    mask = os.umask(0)
    os.umask(mask)
    Path(name).chmod(0o666 & ~mask)


def _printable(text: str, encoding: str | None) -> str:
    """The text with what the stream cannot show replaced, so that output never fails half way."""
    return text.encode(encoding or "utf-8", "replace").decode(encoding or "utf-8")
