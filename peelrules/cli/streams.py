"""Where output goes: the document asked for to standard output or a file, everything else to standard error."""

import codecs
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO, TypeVar, cast

import typer

from peelrules.documents import creating as make
from peelrules.documents.replacing import replace
from peelrules.model.plain import folded, numbered, plain

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

S = TypeVar("S")

STANDARD = Path("-")
_WRITTEN = ("output", "statuses", "flags")
"""The parameters of commands that name files to write. Files that others name are read."""
_OF_A_NAME = frozenset(
    {errno.EACCES, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOENT, errno.ENOTDIR, errno.EPERM, errno.EROFS}
)


class Screen(NamedTuple):
    """What text is laid out for."""

    width: int
    colour: bool = False
    ascii_only: bool = False
    """Whether it has no signs but those of ASCII, for the rules of tables."""


class UnwritableError(Exception):
    """What was asked for cannot be written, by no fault of the command line: the disk is full, or a stream is closed.

    It is no `OSError`, for libraries on the way take those for something else.
    """


@contextmanager
def standard_streams() -> Iterator[None]:
    """Standard streams that can be used whatever they are, and whose faults are told in one way."""
    before = sys.stdin, sys.stdout, sys.stderr
    # the number of a closed stream must not go to a file that is opened next
    sys.stdin = sys.stdin or _closed(os.O_WRONLY, "r")
    sys.stdout = cast(TextIO, _Standard(sys.stdout or _closed(os.O_RDONLY, "w"), is_asked_for=True))
    sys.stderr = cast(TextIO, _Standard(sys.stderr or _closed(os.O_WRONLY, "w"), is_asked_for=False))
    try:
        yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = before


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the document asked for."""
    print("\n".join(map(plain, message.split("\n"))), file=sys.stderr)  # noqa: T201


def deliver(document: str | bytes, target: Path | None) -> None:
    """Write the document to standard output, or whole to a file: an old file stays until the new one is complete.

    What is no text goes to a file alone.
    """
    if target is None or target == STANDARD:
        if isinstance(document, bytes):
            raise typer.BadParameter("a workbook goes to a file; name one", param_hint="--output")
        sys.stdout.write(document)
        sys.stdout.flush()
        return
    try:
        _write(target, document if isinstance(document, bytes) else document.encode("utf-8", _ESCAPED))
    except OSError as error:
        raise _unwritable(target, error, "--output") from None


def create(document: str | bytes, target: Path | None) -> None:
    """As `deliver`, to a file that is not there yet: what is there stays."""
    if target is None or target == STANDARD:
        deliver(document, target)
        return
    with creating(target, "--output"):
        make.create(target, document if isinstance(document, bytes) else document.encode("utf-8", _ESCAPED))


@contextmanager
def creating(target: Path, hint: str) -> Iterator[None]:
    """Tell what keeps a new file or folder from being made; *hint* names the argument in which it is named."""
    try:
        yield
    except FileExistsError:
        message = f"{target} is there already, and is not written over; choose another name"
        raise typer.BadParameter(message, param_hint=hint) from None
    except OSError as error:
        raise _unwritable(target, error, hint) from None


def _unwritable(target: Path, error: OSError, hint: str) -> Exception:
    message = f"{target} cannot be written: {error.strerror}"
    return typer.BadParameter(message, param_hint=hint) if is_of_a_name(error) else UnwritableError(message)


def write_over_no_input(given: Mapping[str, object]) -> None:
    """Refuse to run a command that would write over a file that it reads, however that is named.

    Args:
        given: the parameters of the command.
    """
    targets = {name: _identity(path) for name in _WRITTEN if isinstance(path := given.get(name), Path)}
    targets["stdout"] = _identity(1)
    if not any(targets.values()):
        return
    inputs = [path for name, value in given.items() if name not in _WRITTEN for path in _paths(value)]
    read = {identity: file for file in _files(inputs) if (identity := _identity(file)) is not None}
    for name, identity in targets.items():
        if identity in read:
            file = read[identity] or "standard input"
            message = f"this would write over {file}, which the command reads; choose another name"
            raise typer.BadParameter(message, param_hint="standard output" if name == "stdout" else f"--{name}")


def is_of_a_name(error: OSError) -> bool:
    """Whether a file cannot be used because of what was named, and not because the machine fails."""
    return error.errno in _OF_A_NAME


def screen(target: Path | None) -> Screen:
    """What text is laid out for: the columns of the terminal, or 80 in a pipe or a file."""
    width = max(40, min(120, shutil.get_terminal_size((80, 24)).columns))
    if target is not None and target != STANDARD:
        return Screen(width)
    encoding = codecs.lookup(sys.stdout.encoding or "utf-8").name
    dull = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return Screen(width, colour=not dull and sys.stdout.isatty(), ascii_only=not encoding.startswith("utf"))


def progress(
    steps: Iterable[S], of: int, size: Callable[[S], float], graded: Callable[[S], int], *, quiet: bool
) -> Iterator[S]:
    """The steps of a long run, with a bar on standard error while they are made; none in a pipe, or if *quiet*.

    Args:
        size: what a step adds to *of*.
        graded: how many inspections it graded.
    """
    from rich.progress import TimeRemainingColumn

    with _bar(TimeRemainingColumn(), quiet=quiet) as bar:
        task, done, begun = bar.add_task("Grading", total=of), 0, time.monotonic()
        for step in steps:
            yield step
            done += graded(step)
            a_second = done / (time.monotonic() - begun)
            bar.update(task, advance=size(step), description=f"Grading {a_second:,.0f} inspections a second")


@contextmanager
def told_steps(of: int) -> Iterator[Callable[[str], None]]:
    """As `progress`, for steps that are not alike: what is given is called as each begins, with what it is about."""
    with _bar(quiet=False) as bar:
        task = bar.add_task("", total=of, completed=-1)

        def begin(words: str) -> None:
            bar.update(task, advance=1, description=folded(words))

        yield begin


def _bar(*more: "ProgressColumn", quiet: bool) -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

    return Progress(
        SpinnerColumn("line"),
        TextColumn("{task.description}", markup=False),
        BarColumn(20),
        TaskProgressColumn(),
        *more,
        console=Console(stderr=True),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )


class _Standard:
    """A standard stream that shows in another way what its encoding does not have.

    When its reader has gone away, the rest is dropped: that is no fault. Of other faults only those are told that
    keep what was *asked for* from being written.
    """

    def __init__(self, stream: TextIO, *, is_asked_for: bool) -> None:
        self._stream = stream
        self._is_asked_for = is_asked_for

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if text == "":  # help is told by a library that tries a stream so, and passes over its faults
            return 0
        encoding = self._stream.encoding or "utf-8"
        with self._faults():
            self._stream.write(text.encode(encoding, _ESCAPED).decode(encoding))
        return len(text)

    def flush(self) -> None:
        with self._faults():
            self._stream.flush()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            # what is still to be written must not fail again when the process ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if self._is_asked_for and not isinstance(error, BrokenPipeError):
                raise UnwritableError(f"standard output cannot be written: {error.strerror}") from None


def _closed(flags: int, mode: str) -> TextIO:
    """A stream in the place of one that is closed; a standard stream opened the wrong way round fails when used."""
    return cast(TextIO, open(os.open(os.devnull, flags), mode, encoding="utf-8", closefd=False))


def _write(target: Path, content: bytes) -> None:
    try:
        old = target.stat()
    except FileNotFoundError:
        old = None
    if old is None or stat.S_ISREG(old.st_mode):
        replace(Path(os.path.realpath(target)), content)
    else:  # a folder, which cannot be written, or a pipe or device
        with suppress(BrokenPipeError):
            target.write_bytes(content)


def _paths(value: object) -> list[Path]:
    if isinstance(value, Path):
        return [value]
    return [each for each in value if isinstance(each, Path)] if isinstance(value, list | tuple) else []


def _files(inputs: Iterable[Path]) -> Iterator[Path | int]:
    """Every file that commands read of what they are given, the bundled rulebooks always among it."""
    from peelrules.documents.bundled import bundled_rulebooks
    from peelrules.documents.folder import is_meant_to_be_read

    for path in [*inputs, *bundled_rulebooks().values()]:
        if path == STANDARD:
            yield 0
            continue
        yield path
        for folder in _with_extended(path):
            with suppress(OSError):
                yield from (file for file in folder.rglob("*") if is_meant_to_be_read(file.name))


def _with_extended(path: Path) -> list[Path]:
    """A folder, with those that it extends if it is of a rulebook."""
    try:
        is_rulebook = (path / "framework.yaml").exists()
    except OSError:
        is_rulebook = False
    if not is_rulebook:
        return [path]
    from peelrules.documents.folder import Folder
    from peelrules.documents.layout import chain

    return [level.folder.path for level in chain(Folder(path, may_lead_out=True))[0]]


def _identity(file: Path | int) -> tuple[int, int] | None:
    """What a file is, whatever it is called; None if it is not there, or not a file."""
    try:
        found = os.stat(file)  # noqa: PTH116  a Path has no number
    except OSError:
        return None
    return (found.st_dev, found.st_ino) if stat.S_ISREG(found.st_mode) else None


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """In the place of what cannot be written, its number, which JSON reads as the same."""
    assert isinstance(error, UnicodeEncodeError)  # noqa: S101
    return numbered(error.object[error.start : error.end]), error.end


_ESCAPED = "peelrules.escaped"
codecs.register_error(_ESCAPED, _escaped)
