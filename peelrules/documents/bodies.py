"""Many evidence files, read in as many processes as there are cores."""

import os
import pickle
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from peelrules.documents.evidence import load_evidence
from peelrules.documents.processes import cores, in_processes
from peelrules.documents.reading import document_of
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.model.table import row_of

WORTH = 50
"""Files that take longer to read than a process to start."""
_AT_ONCE = 5
"""Files that are asked of a process at a time; so many are waited for when the run is stopped."""


class Body(NamedTuple):
    """What an evidence file holds."""

    file: Path
    name: str | None
    """Of the inspection; None if that much cannot be read."""
    force: str
    rows: Sequence[tuple[Any, ...]]
    """Its findings, as `row_of` has them; none if it is faulty."""
    problems: Sequence[Problem]


def bodies(files: Sequence[Path], rulebook: Rulebook) -> Iterator[Body]:
    """What each file holds, in their order."""
    processes = min(cores(), len(files) // WORTH)
    if processes < 2 or any(map(_is_open_here_alone, files)):
        yield from (_body(file, rulebook) for file in files)
        return
    parts = (files[at : at + _AT_ONCE] for at in range(0, len(files), _AT_ONCE))
    for found in in_processes(partial(_read, pickle.dumps(rulebook)), parts, processes):
        yield from found


def _is_open_here_alone(file: Path) -> bool:
    """Whether it is standard input or a pipe, which another process does not have."""
    return str(file) == "-" or (os.path.exists(file) and not os.path.isfile(file))  # noqa: PTH110, PTH113  they never raise


def _read(packed: bytes, files: Sequence[Path]) -> list[Body]:
    rulebook = _unpacked(packed)
    return [_body(file, rulebook) for file in files]


@lru_cache(maxsize=1)
def _unpacked(packed: bytes) -> Rulebook:
    """The rulebook, which comes with every part and is the same."""
    rulebook: Rulebook = pickle.loads(packed)  # noqa: S301  this program packed it
    return rulebook


def _body(file: Path, rulebook: Rulebook) -> Body:
    try:
        evidence = load_evidence(file, rulebook)
    except DocumentError as error:
        return Body(file, _name_in(file), "", [], error.problems)
    rows = [row_of(evidence.name, finding) for finding in evidence.findings]
    empty = [Problem(str(file), 1, 1, "there are no findings in it; add some, or leave it out")]
    return Body(file, evidence.name, evidence.force, rows, [] if rows else empty)


def _name_in(file: Path) -> str | None:
    """What inspection a faulty file is of, if that much can be read of it."""
    try:
        value = document_of(file).value
    except DocumentError:
        return None
    if not isinstance(value, dict):
        return None
    force, inspection = value.get("force"), value.get("inspection") or value.get("framework")
    return f"{force.strip()}, {inspection.strip()}" if isinstance(force, str) and isinstance(inspection, str) else None
