"""Faults in documents, and the exceptions that callers see.

`PeelrulesError` is the root: `DocumentError` says that a document is faulty and carries every problem
found, `EngineError` that the rules could not be run, which is never a fault of the evidence.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class Problem(NamedTuple):
    """One fault in a document: where it stands and what to do about it."""

    file: str
    line: int
    """Counted from 1; 0 when the fault is the file itself."""
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        # names of files and words of documents may hold what no terminal can show, or what would begin another line
        return _UNPRINTABLE.sub(lambda part: part[0].encode("unicode_escape").decode(), f"{place}: {self.message}")


class PeelrulesError(Exception):
    """Anything that peelrules raises on purpose."""


class DocumentError(PeelrulesError):
    """One or more documents are faulty."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class EngineError(PeelrulesError):
    """The rules engine is missing or did not do what was asked of it."""
