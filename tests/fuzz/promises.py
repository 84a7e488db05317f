"""What must hold for every input to a loader."""

import re
import signal
import traceback
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import peelrules
from peelrules.model.problems import DocumentError, Problem

SECONDS_PER_MB = 1.0
"""The most that a loader may take; less than a second is never too long."""
HANG = 20
"""So many times as long is a hang, and is broken off."""
_PACKAGE = Path(peelrules.__file__).parent
_BREAKS = (re.compile("\n"), re.compile("\r\n|[\n\r]"), re.compile("\r\n|[\n\r\x85\u2028\u2029]"))
"""What ends a line: in some editors, in others, and in YAML."""


class Loader(NamedTuple):
    """A loader and what it is fuzzed with."""

    file: str
    """The name of the input in its folder."""
    seeds: Callable[[], list[bytes]]
    parse: Callable[[bytes], Any]
    dump: Callable[[Any, Any], bytes]
    """From what `parse` gives, changed, to an input."""
    load: Callable[[Path], tuple[Any, Sequence[Problem]]]
    """A value, and what is told besides; or DocumentError."""
    broken: Callable[[Any, Path], Iterator[str]]
    """Promises that a value breaks which was loaded from a file."""
    furnish: Callable[[Path], None] = lambda _: None
    """Puts what belongs to the input into its folder."""
    memory: int = 20
    """The most memory, in times the size of the file; 0 if it is not measured."""


class Fault(NamedTuple):
    """A promise that was broken."""

    kind: str
    """Faults of one kind and place are told once."""
    told: str


class Hang(BaseException):
    """Broken off; no `except Exception` of the loader may catch it."""


def fault_in(loader: Loader, data: bytes, folder: Path) -> Fault | None:
    """The first promise that a loader breaks for an input, which is written into the folder."""
    file = folder / loader.file
    file.write_bytes(data)
    allowed = SECONDS_PER_MB * max(1, len(data) / 1e6)
    value, begun = None, process_time()
    try:
        with _broken_off(HANG * allowed), warnings.catch_warnings():
            warnings.simplefilter("error")
            value, problems = loader.load(file)
    except DocumentError as error:
        problems = error.problems
        if not problems:
            return Fault("problem", "there is no problem in the DocumentError")
    except KeyboardInterrupt:
        raise
    except Hang:
        return Fault("hang", f"longer than {HANG * allowed:.0f} s for {len(data):,} bytes")
    except BaseException as error:
        return _unexpected(error)
    if (took := process_time() - begun) > allowed:
        return Fault("slow", f"{took:.1f} s for {len(data):,} bytes")
    for message in (*_misplaced(problems, folder), *(loader.broken(value, file) if value is not None else ())):
        return Fault("problem" if value is None else "value", message)
    return None


@contextmanager
def _broken_off(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _unexpected(error: BaseException) -> Fault:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_ours(frame.filename)]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "?"
    words = " ".join(str(error).split())[:200]
    return Fault(f"{type(error).__name__} in {place}", ascii(words))


def _is_ours(file: str) -> bool:
    return Path(file).is_relative_to(_PACKAGE)


def _misplaced(problems: Sequence[Problem], folder: Path) -> Iterator[str]:
    """What is wrong with the places and messages of problems."""
    texts: dict[str, list[list[str]]] = {}
    for problem in problems:
        path = Path(problem.file)
        if not path.is_relative_to(folder):
            yield f"placed in another file: {problem.file!r}"
            continue
        if (problem.line, problem.column) != (0, 0):
            if problem.file not in texts:
                text = path.read_bytes().decode("utf-8", "replace")
                texts[problem.file] = [end.split(text) for end in _BREAKS]
            if not any(_lies_in(problem, lines) for lines in texts[problem.file]):
                yield f"placed outside the file: {problem.line}:{problem.column} {problem.message[:60]!r}"
        if not problem.message.strip():
            yield "a message is empty"
        message = str(problem)  # as people see it
        if strange := sorted({c for c in message if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")}):
            yield f"a message holds {''.join(strange)!a}: {message[:100]!a}"


def _lies_in(problem: Problem, lines: list[str]) -> bool:
    if problem.line < 1 or problem.column < 1:
        return False
    if problem.file.endswith((".parquet", ".xlsx")):
        return True  # a row, of which bytes say nothing
    if problem.line > len(lines):
        return False
    is_table = problem.file.endswith((".csv", ".ndjson"))  # a column is one of the table
    return is_table or problem.column <= len(lines[problem.line - 1]) + 1
