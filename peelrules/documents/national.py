"""Published grades of a whole cycle of inspections."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from peelrules.documents.bundled import published_grades
from peelrules.documents.references import known_keys, unique
from peelrules.documents.shape import shaped
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document, read
from peelrules.model.framework import Framework
from peelrules.model.national import National
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook

_NO_MAPPING = "this is not a document of published grades; begin with `inspection: …` and `bodies:`"


def load_national(rulebook: Rulebook, source: str | Path | None = None) -> National | None:
    """Read what is known of the published grades of the inspections that a rulebook is written for.

    Args:
        source: a file, or `-` for standard input; by default what comes with peelrules.

    Returns:
        The grades; None if no source is given and nothing that comes with peelrules is about these inspections.

    Raises:
        DocumentError: with every fault of the file.
    """
    if source is not None:
        return _national(read(source), rulebook.framework)
    documents = map(_bundled, published_grades())
    about = (document for document in documents if not any(_of_other_inspections(document, rulebook.framework)))
    document = next(about, None)
    return None if document is None else _national(document, rulebook.framework)


@lru_cache(maxsize=16)
def _bundled(file: Path) -> Document:
    """Read once in the life of a process, as bundled rulebooks are."""
    return read(file)


def _national(document: Document, framework: Framework) -> National:
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), _NO_MAPPING)])
    national, faults = shaped(National, document)
    questions = [question.id for question in framework.core_questions]
    problems = told(
        document.faults,
        faults,
        _of_other_inspections(document, framework),
        unique(document, "bodies", "*", "force"),
        known_keys(document, "core question", questions, "bodies", "*", "published", "grades"),
    )
    if national is None or problems:
        raise DocumentError(problems)
    return national


def _of_other_inspections(document: Document, framework: Framework) -> Iterator[Problem]:
    for loc, value in document.select("inspection"):
        if isinstance(value, str) and value not in framework.inspections:
            named = ", ".join(f"`{each}`" for each in framework.inspections) or "no inspections"
            message = f"the rulebook {framework.id} is for {named}, not for `{quoted(value)}`"
            yield document.problem(loc, f"{message}; correct it, or use the rulebook of these inspections")
