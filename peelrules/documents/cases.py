"""Cases from the folder of a rulebook."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from peelrules.documents.evidence import evidence_of
from peelrules.documents.references import known_characteristics, known_keys
from peelrules.documents.several import all_sound
from peelrules.documents.shape import shaped
from peelrules.documents.yaml import Document, read
from peelrules.model.base import Frozen, Text
from peelrules.model.cases import Case, Wanted
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook

CASES = "cases/**/*.case.yaml"


class Written(Frozen):
    """A case as it is written."""

    title: Text
    evidence: Mapping[str, Any] = Field(min_length=1)
    """An evidence document, or `file` and the way to one."""
    wanted: Wanted
    beyond: Text | None = None


def load_cases(folder: Path, rulebook: Rulebook) -> list[Case]:
    """Read every case in the folder of a rulebook, in the order of their files.

    Raises:
        DocumentError: with every fault of every file.
    """
    return all_sound(partial(load_case, file, rulebook) for file in sorted(folder.glob(CASES)))


def load_case(file: Path, rulebook: Rulebook) -> Case:
    """Read one case. Faults of its evidence are faults of the case, unless a problem is what is wanted.

    Raises:
        DocumentError: with every fault of the file.
    """
    document = read(file)
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), "this is not a case; begin with `title: …`")])
    written, faults = shaped(Written, document)
    problems = [*document.faults, *faults, *_references(document, rulebook.framework)]
    if written is None or problems:
        raise DocumentError(problems)
    evidence: Evidence | None = None
    refused: tuple[str, ...] = ()
    source = _evidence(document)
    try:
        evidence = evidence_of(read(source) if isinstance(source, Path) else source, rulebook)
    except DocumentError as error:
        if written.wanted.problem is None:
            raise
        refused = tuple(map(str, error.problems))
    return Case(
        file=str(file),
        title=written.title,
        wanted=written.wanted,
        beyond=written.beyond,
        evidence=evidence,
        problems=refused,
    )


def _evidence(document: Document) -> Document | Path:
    """The evidence in the case itself, or the file that it names."""
    content = document.value["evidence"]
    if set(content) != {"file"}:
        return document.part("evidence")
    file = Path(document.file).parent / str(content["file"])
    if not file.is_file():  # a fault of the case, whatever is wanted of its evidence
        raise DocumentError([document.problem(("evidence", "file"), f"there is no file {file}; correct the path")])
    return file


def _references(document: Document, framework: Framework) -> Iterator[Problem]:
    questions = [question.id for question in framework.core_questions]
    for wanted in ("grades", "ceilings", "at_least"):
        yield from known_keys(document, "core question", questions, "wanted", wanted)
    yield from known_keys(document, "characteristic", framework.characteristics, "wanted", "statuses")
    for boxes in ("areas_for_improvement", "causes_of_concern"):
        yield from known_characteristics(document, framework, "wanted", boxes, "*")
