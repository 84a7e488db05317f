"""Cases from the folder of a rulebook."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import Field

from peelrules.documents.evidence import evidence_of
from peelrules.documents.folder import Folder, is_meant_to_be_read, resolved
from peelrules.documents.layout import CROSSWALK_FILE, FILES, chain
from peelrules.documents.names import known_characteristics
from peelrules.documents.references import known_keys
from peelrules.documents.several import attempted
from peelrules.documents.shape import shaped
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.base import Frozen, Text
from peelrules.model.cases import Case, Wanted
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook

CASES = "cases"
SUFFIX = ".case.yaml"


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
        DocumentError: with every fault of every file, and with what lies in the folder and would not be read.
    """
    root = Folder(folder)
    documents, problems = _documents(root)
    cases, faults = attempted(partial(_case, document, rulebook, root) for document in documents)
    if problems or faults:
        raise DocumentError([*problems, *faults])
    return cases


def refuse_unread(folder: Path) -> None:
    """See to it that everything in the folder of a rulebook that looks like a case or like YAML is read.

    Raises:
        DocumentError: with everything that is not.
    """
    _, problems = _documents(Folder(folder))
    if problems:
        raise DocumentError(problems)


def load_case(file: Path, rulebook: Rulebook, folder: Path) -> Case:
    """Read one case. Faults of its evidence are faults of the case, unless a problem is what is wanted.

    Args:
        folder: of the rulebook; nothing outside it is read.

    Raises:
        DocumentError: with every fault of the file.
    """
    root = Folder(folder)
    if not _is_case(file, root):
        raise DocumentError([Problem(str(file), 0, 0, _STRAY)])
    return _case(root.read(file), rulebook, root)


_STRAY = (
    f"this would not be read: it is no `…{SUFFIX}` below `{CASES}/`, and no case names it as the file of its evidence; "
    "rename it, name it in a case, or remove it"
)


def _documents(root: Folder) -> tuple[list[Document], list[Problem]]:
    """Every case as it is written, and what else lies in the folder and would not be read."""
    files, problems = root.files()
    documents, faults = attempted(partial(root.read, file) for file in files if _is_case(file, root))
    problems += faults
    if not faults:  # of a case that cannot be read nobody knows which file it names
        folders = [level.folder.path for level in chain(root)[0]]  # one that is extended may lie in it as well
        read = {folder / name for folder in folders for name in (*FILES, CROSSWALK_FILE)}
        named = {resolved(file) for document in documents if (file := _file_of(document)) is not None}
        strays = [
            file for file in files if is_meant_to_be_read(file.name) and not _is_case(file, root) and file not in read
        ]
        problems += [Problem(str(file), 0, 0, _STRAY) for file in strays if resolved(file) not in named]
    return documents, problems


def _is_case(file: Path, root: Folder) -> bool:
    return file.name.endswith(SUFFIX) and file.is_relative_to(root.path / CASES)


def _case(document: Document, rulebook: Rulebook, root: Folder) -> Case:
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), "this is not a case; begin with `title: …`")])
    written, faults = shaped(Written, document)
    problems = [*document.faults, *faults, *_references(document, rulebook.framework)]
    if written is None or problems:
        raise DocumentError(problems)
    evidence: Evidence | None = None
    refused: tuple[str, ...] = ()
    file = _file_of(document)
    if file is not None and (fault := root.fault(file)) is not None:  # a fault of the case, whatever is wanted of it
        raise DocumentError([document.problem(("evidence", "file"), fault)])
    if file is not None and not is_meant_to_be_read(file.name):  # what is read of a folder is told by its name
        message = f"`{quoted(file.name)}` is no YAML by its name; let the name of the evidence end with `.yaml`"
        raise DocumentError([document.problem(("evidence", "file"), message)])
    if file is not None and not file.is_file():
        raise DocumentError([document.problem(("evidence", "file"), f"there is no file {file}; correct the path")])
    try:
        evidence = evidence_of(document.part("evidence") if file is None else root.read(file), rulebook)
    except DocumentError as error:
        if written.wanted.problem is None:
            raise
        refused = tuple(map(str, error.problems))
    return Case(
        file=document.file,
        title=written.title,
        wanted=written.wanted,
        beyond=written.beyond,
        evidence=evidence,
        problems=refused,
    )


def _file_of(document: Document) -> Path | None:
    """The file that a case names for its evidence, if it does not hold the evidence itself."""
    content = document.value.get("evidence") if isinstance(document.value, dict) else None
    if not isinstance(content, dict) or set(content) != {"file"}:
        return None
    return Path(document.file).parent / str(content["file"])


def _references(document: Document, framework: Framework) -> Iterator[Problem]:
    questions = [question.id for question in framework.core_questions]
    for wanted in ("grades", "ceilings", "at_least"):
        yield from known_keys(document, "core question", questions, "wanted", wanted)
    yield from known_keys(document, "characteristic", framework.characteristics, "wanted", "statuses")
    for boxes in ("areas_for_improvement", "critical_shortfalls", "causes_of_concern"):
        yield from known_characteristics(document, framework, "wanted", boxes, "*")
