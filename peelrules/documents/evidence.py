"""Evidence and published outcomes from YAML files."""

from pathlib import Path

from peelrules.documents.references import known, known_keys, unique
from peelrules.documents.shape import shaped
from peelrules.documents.yaml import Document, read
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook

_EMPTY = "the file is empty; begin with `force: …` and `framework: …`"
_NOT_A_MAPPING = "this is not an evidence file; begin with `force: …` and `framework: …`"


def load_evidence(source: str | Path, rulebook: Rulebook) -> Evidence:
    """Read the evidence of one inspection, coded in the words of the rulebook's framework.

    Args:
        source: a file, or `-` for standard input.

    Raises:
        DocumentError: with every fault of the file.
    """
    document = read(source)
    _refuse_what_is_no_mapping(document)
    evidence, faults = shaped(Evidence, document)
    problems = [*document.faults, *faults, *_references(document, rulebook.framework)]
    if evidence is None or problems:
        raise DocumentError(problems)
    return evidence


def load_published(source: str | Path, rulebook: Rulebook) -> Published:
    """Read what was published about one inspection.

    Raises:
        DocumentError: with every fault of the file.
    """
    document = read(source)
    _refuse_what_is_no_mapping(document)
    published, faults = shaped(Published, document)
    framework = rulebook.framework
    questions = [question.id for question in framework.core_questions]
    problems = [
        *document.faults,
        *faults,
        *known(document, "framework", [framework.id], "framework"),
        *known(document, "core question", questions, "pending", "*"),
        *known_keys(document, "core question", questions, "grades"),
    ]
    for boxes in ("areas_for_improvement", "causes_of_concern", "innovative_practice"):
        problems += known(document, "core question", questions, boxes, "*", "core_question")
        problems += known(document, "characteristic", framework.characteristics, boxes, "*", "characteristic")
    if published is None or problems:
        raise DocumentError(problems)
    return published


def _refuse_what_is_no_mapping(document: Document) -> None:
    if document.value is None:
        raise DocumentError([*document.faults, Problem(document.file, 1, 1, _EMPTY)])
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), _NOT_A_MAPPING)])


def _references(document: Document, framework: Framework) -> list[Problem]:
    documents = [loc[-1] for loc, _ in document.select("sources", "*")]
    return [
        *known(document, "framework", [framework.id], "framework"),
        *unique(document, "findings", "*", "id"),
        *known(document, "characteristic", framework.characteristics, "findings", "*", "bears_on", "*"),
        *known(document, "strand", framework.strands, "findings", "*", "strand"),
        *known(document, "method", framework.methods, "findings", "*", "method"),
        *known(document, "source", documents, "findings", "*", "source", "document"),
    ]
