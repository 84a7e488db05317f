"""Evidence, published outcomes and assessments from files."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from peelrules.documents.choice import chosen
from peelrules.documents.files import name_of, text_of
from peelrules.documents.limits import FINDINGS, PROBLEMS, SOURCES, Limit
from peelrules.documents.names import known_characteristics, with_ids_for_titles
from peelrules.documents.places import Lines, Place, problem_at
from peelrules.documents.python import NAME, is_table, table_of
from peelrules.documents.python import document_of as document_from
from peelrules.documents.reading import (
    document_of,
    is_workbook,
    parser_for,
    parser_of,
    published_document_beside,
    published_document_of,
)
from peelrules.documents.references import known, known_keys, of_framework, unique
from peelrules.documents.rulebook import load_rulebook
from peelrules.documents.shape import shaped
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document
from peelrules.model.assessment import Assessment
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import counted
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook

_JUDGMENTS = re.compile(r'"judgments"[ \t\r\n]*:')
"""What only an assessment has: within a text of JSON the quotes would be escaped."""
_BOXES = ("areas_for_improvement", "causes_of_concern", "innovative_practice")
_EMPTY = "the file is empty; begin with `force: …` and `framework: …`"
_NO_ASSESSMENT = "this is not an assessment of one force as `grade --format json` writes it"
_WHOLE = Place(0, 0)
_NOT_A_MAPPING = "this is not an evidence file; begin with `force: …` and `framework: …`"


def load_evidence(source: str | Path, rulebook: Rulebook | None = None) -> Evidence:
    """Read the evidence of one inspection, coded in the words of the rulebook's framework.

    Args:
        source: a file, or `-` for standard input.
        rulebook: left out, the bundled one of the framework that the evidence names.

    Raises:
        DocumentError: with every fault of the file.
    """
    return evidence_of(document_of(source), rulebook)


def evidence_from(given: object, rulebook: Rulebook | None = None) -> Evidence:
    """Evidence from values of Python, with the checks and the problems of files.

    Args:
        given: a mapping as evidence files have it; text in YAML, JSON or CSV; a table of the findings of one
            inspection, of Polars, pandas, Arrow or DuckDB, or as a list of rows; or `Evidence` itself.
        rulebook: left out, the bundled one of the framework that it names; a table that names none is read as the
            first of these.

    Raises:
        DocumentError: with every fault. In a mapping these stand at places such as `findings[3].strand`, in a table at
            a row and a column.
    """
    if isinstance(given, str):
        document = parser_of(given)(given, NAME)
    else:
        document = table_of(given) if is_table(given) else document_from(given)
    return evidence_of(document, rulebook)


def evidence_of(document: Document, rulebook: Rulebook | None = None) -> Evidence:
    """The evidence that a document holds. *rulebook* is as in `load_evidence`.

    Raises:
        DocumentError: with every fault of the document.
    """
    if document.is_table and "framework" not in document.value:
        document = document.with_value({"framework": (rulebook or load_rulebook()).framework.id, **document.value})
    _refuse_what_is_no_mapping(document)
    _refuse_too_many(document, findings=FINDINGS, sources=SOURCES)
    framework, unknown = _framework(document, rulebook)
    if framework is not None:
        document = with_ids_for_titles(document, framework)
    evidence, faults = _shaped(document)
    problems = told(document.faults, faults, unknown, *_references(document, framework))
    if evidence is None or problems:
        raise DocumentError(problems)
    return evidence


def _shaped(document: Document) -> tuple[Evidence | None, list[Problem]]:
    """The evidence, or what is wrong with it; findings are looked at one by one, until there is enough to tell."""
    findings = document.value.get("findings")
    if not isinstance(findings, list):
        return shaped(Evidence, document)
    sound: list[Finding] = []
    problems = _empty(document, [number for number, finding in enumerate(findings) if _says_nothing(finding)])
    for number in (number for number, finding in enumerate(findings) if not _says_nothing(finding)):
        finding, faults = shaped(Finding, document, ("findings", number))
        sound += [finding] if finding else []
        problems += faults
        if len(problems) > PROBLEMS.most:
            break
    evidence, faults = shaped(Evidence, document.with_value({**document.value, "findings": sound}))
    return evidence, [*faults, *problems]


def _says_nothing(finding: object) -> bool:
    """Whether nothing is written of a finding; the document that it stands in is known of every row of a table."""
    if not isinstance(finding, dict) or not finding:
        return not finding
    return (
        finding.keys() == {"source"}
        and isinstance(finding["source"], dict)
        and finding["source"].keys() <= {"document"}
    )


def _empty(document: Document, numbers: Sequence[int]) -> list[Problem]:
    """What to tell of findings without anything, once: they are mostly what is left of a longer list."""
    if not numbers:
        return []
    more = f" and in {counted(len(numbers) - 1, 'more place')}" if len(numbers) > 1 else ""
    message = f"there is a finding without anything here{more}; write what was found, or remove it"
    return [document.problem(("findings", numbers[0]), message)]


def load_published(source: str | Path, rulebook: Rulebook | None = None) -> Published:
    """Read what was published about one inspection.

    Args:
        source: a file, or `-` for standard input.
        rulebook: left out, the bundled one of the framework that it names.

    Raises:
        DocumentError: with every fault of the file.
    """
    return published_of(published_document_of(source), rulebook)


def load_published_beside(evidence: str | Path, rulebook: Rulebook) -> Published | None:
    """Read what was published, where a workbook of evidence holds it, too; None where there is nothing of that.

    Raises:
        DocumentError: with every fault of it.
    """
    document = published_document_beside(evidence)
    return None if document is None else published_of(document, rulebook)


def published_of(document: Document, rulebook: Rulebook | None = None) -> Published:
    """The published outcome that a document holds. *rulebook* is as in `load_published`.

    Raises:
        DocumentError: with every fault of the document.
    """
    _refuse_what_is_no_mapping(document)
    _refuse_too_many(document, **dict.fromkeys(_BOXES, FINDINGS))
    published, faults = shaped(Published, document)
    framework, unknown = _framework(document, rulebook)
    checks: list[Iterable[Problem]] = [unknown]
    if framework is not None:
        questions = [question.id for question in framework.core_questions]
        checks.append(known(document, "core question", questions, "pending", "*"))
        checks.append(known_keys(document, "core question", questions, "grades"))
        for boxes in _BOXES:
            checks.append(known(document, "core question", questions, boxes, "*", "core_question"))
            checks.append(known_characteristics(document, framework, boxes, "*", "characteristic"))
    problems = told(document.faults, faults, *checks)
    if published is None or problems:
        raise DocumentError(problems)
    return published


def load_assessment(source: str | Path) -> Assessment:
    """Read an assessment as `peelrules grade --format json` writes it.

    Raises:
        DocumentError: the file is no assessment.
    """
    return _assessment_of(text_of(source), name_of(source))


def _assessment_of(text: str, file: str) -> Assessment:
    try:
        json.loads(text, object_pairs_hook=_of_different_names, parse_constant=_refuse_what_is_no_number)
        return Assessment.model_validate_json(text)
    except json.JSONDecodeError as error:
        place, message = Lines(text).place(error.pos), f"this is not JSON: {error.msg}"
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        place, message = _WHOLE, f"{_NO_ASSESSMENT}: {quoted(where)} {fault['msg']}"
    except RecursionError:
        place, message = _WHOLE, f"{_NO_ASSESSMENT}: it is nested too deeply"
    except ValueError as error:
        place, message = _WHOLE, f"{_NO_ASSESSMENT}: {error}"
    raise DocumentError([problem_at(file, place, message)])


def _of_different_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise ValueError(f"`{quoted(twice)}` is given twice")
    return fields


def _refuse_what_is_no_number(written: str) -> None:
    raise ValueError(f"`{written}` is no number")


def load_any(source: str | Path, rulebook: Rulebook | None = None) -> Evidence | Published | Assessment:
    """Read whichever of the three a file holds: an assessment if it is JSON, what was published if it has grades.

    Args:
        source: a file, or `-` for standard input.
        rulebook: left out, the bundled one of the framework that the file names.

    Raises:
        DocumentError: with every fault of the file.
    """
    if is_workbook(source):
        return load_evidence(source, rulebook)
    text, file = text_of(source), name_of(source)
    if text.lstrip().startswith(("{", "[")) and _JUDGMENTS.search(text):
        return _assessment_of(text, file)
    document = parser_for(source, text)(text, file)
    is_published = isinstance(document.value, dict) and "grades" in document.value
    return published_of(document, rulebook) if is_published else evidence_of(document, rulebook)


def _refuse_what_is_no_mapping(document: Document) -> None:
    if document.value is None:
        raise DocumentError([*document.faults, Problem(document.file, 1, 1, _EMPTY)])
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), _NOT_A_MAPPING)])


def _refuse_too_many(document: Document, **limits: Limit) -> None:
    for field, limit in limits.items():
        if beyond := next(islice(document.select(field, "*"), limit.most, None), None):
            raise DocumentError(told(document.faults, [document.problem(beyond[0], limit.exceeded, at_key=True)]))


def _framework(document: Document, rulebook: Rulebook | None) -> tuple[Framework | None, list[Problem]]:
    """The framework in whose words a document is read, and what is wrong with the one that it names."""
    if rulebook is not None:
        return rulebook.framework, list(of_framework(document, rulebook.framework))
    rulebook, unknown = chosen(document)
    return rulebook.framework if rulebook is not None else None, unknown


def _references(document: Document, framework: Framework | None) -> list[Iterable[Problem]]:
    checks: list[Iterable[Problem]] = [unique(document, "findings", "*", "id")]
    if framework is not None:
        checks.append(known_characteristics(document, framework, "findings", "*", "bears_on", "*"))
        checks.append(known(document, "strand", framework.strands, "findings", "*", "strand"))
        checks.append(known(document, "method", framework.methods, "findings", "*", "method"))
    works = document.value.get("sources")
    if isinstance(works, dict):  # without sources to choose from, that they are missing is told already
        checks.append(known(document, "source", works, "findings", "*", "source", "document"))
    return checks
