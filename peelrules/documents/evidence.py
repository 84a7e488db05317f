"""Evidence, published outcomes and assessments from files."""

from pathlib import Path

from pydantic import ValidationError

from peelrules.documents.references import known, known_characteristics, known_keys, of_framework, unique
from peelrules.documents.shape import shaped
from peelrules.documents.yaml import Document, read, text_of
from peelrules.model.assessment import Assessment
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
    return evidence_of(read(source), rulebook)


def evidence_of(document: Document, rulebook: Rulebook) -> Evidence:
    """The evidence that a document holds.

    Raises:
        DocumentError: with every fault of the document.
    """
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
    return published_of(read(source), rulebook)


def published_of(document: Document, rulebook: Rulebook) -> Published:
    """The published outcome that a document holds.

    Raises:
        DocumentError: with every fault of the document.
    """
    _refuse_what_is_no_mapping(document)
    published, faults = shaped(Published, document)
    framework = rulebook.framework
    questions = [question.id for question in framework.core_questions]
    problems = [
        *document.faults,
        *faults,
        *of_framework(document, framework),
        *known(document, "core question", questions, "pending", "*"),
        *known_keys(document, "core question", questions, "grades"),
    ]
    for boxes in ("areas_for_improvement", "causes_of_concern", "innovative_practice"):
        problems += known(document, "core question", questions, boxes, "*", "core_question")
        problems += known_characteristics(document, framework, boxes, "*", "characteristic")
    if published is None or problems:
        raise DocumentError(problems)
    return published


def load_assessment(source: str | Path) -> Assessment:
    """Read an assessment as `peelrules grade --format json` writes it.

    Raises:
        DocumentError: the file is no assessment.
    """
    try:
        return Assessment.model_validate_json(text_of(source))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        message = f"this is not an assessment of one force as `grade --format json` writes it: {where} {fault['msg']}"
        raise DocumentError([Problem(str(source), 0, 0, message)]) from None


def load_any(source: str | Path, rulebook: Rulebook) -> Evidence | Published | Assessment:
    """Read whichever of the three a file holds: an assessment if it is JSON, what was published if it has grades.

    Raises:
        DocumentError: with every fault of the file.
    """
    if str(source).endswith(".json"):
        return load_assessment(source)
    document = read(source)
    is_published = isinstance(document.value, dict) and "grades" in document.value
    return published_of(document, rulebook) if is_published else evidence_of(document, rulebook)


def _refuse_what_is_no_mapping(document: Document) -> None:
    if document.value is None:
        raise DocumentError([*document.faults, Problem(document.file, 1, 1, _EMPTY)])
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), _NOT_A_MAPPING)])


def _references(document: Document, framework: Framework) -> list[Problem]:
    works = document.value.get("sources")
    # without sources to choose from, that they are missing is told already
    cited = known(document, "source", works, "findings", "*", "source", "document") if isinstance(works, dict) else ()
    return [
        *of_framework(document, framework),
        *unique(document, "findings", "*", "id"),
        *known_characteristics(document, framework, "findings", "*", "bears_on", "*"),
        *known(document, "strand", framework.strands, "findings", "*", "strand"),
        *known(document, "method", framework.methods, "findings", "*", "method"),
        *cited,
    ]
