"""What the page is told, as plain values for JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from peelrules.documents.bundled import DEFAULT
from peelrules.documents.choice import rulebook_named
from peelrules.documents.places import Loc
from peelrules.edit.changes import as_fields
from peelrules.edit.desk import Desk, Done
from peelrules.edit.reading import Told
from peelrules.model.assessment import Assessment, Judgment
from peelrules.model.framework import Framework
from peelrules.model.guide import Guide
from peelrules.model.sensitivity import Firmness, Sensitivity
from peelrules.report.wording import coverage, initials, percent, reasons, shortage

Json = dict[str, Any]


def of_framework(framework: Framework, guide: Guide) -> Json:
    """The words in which evidence is coded, with what the guide says of each."""
    return {
        **of_questions(framework),
        "questions": [
            {
                "id": question.id,
                "title": question.title,
                "name": question.name,
                "graded": question.is_graded,
                "characteristics": [
                    {"id": c.id, "title": c.title, "text": c.text, "role": c.role.value}
                    for c in question.characteristics
                ],
            }
            for question in framework.core_questions
        ],
        "strands": dict(framework.strands),
        "methods": dict(framework.methods),
        "guide": guide.model_dump(mode="json"),
    }


def of_questions(framework: Framework) -> Json:
    """A framework, and the questions of it that are graded."""
    return {
        "framework": {"id": framework.id, "title": framework.title},
        "questions": [{"id": each.id, "name": each.name} for each in framework.core_questions if each.is_graded],
    }


def of_desk(desk: Desk, done: Done | None = None) -> Json:
    """The evidence as it stands, with its faults beside what they are about."""
    with desk.lock:
        reading, keys = desk.reading, desk.keys
        faults, questions = _by_finding(reading.faults), _by_finding(reading.doubts)
        return {
            **status(desk),
            "done": done._asdict() if done is not None else None,
            "header": {name: value for name, value in reading.value.items() if name != "findings"},
            "faults": [_told(told.loc, told.message) for told in faults.get(None, ())],
            "findings": [
                {
                    "key": key,
                    "value": as_fields(finding),
                    "faults": [_told(told.loc[2:], told.message) for told in faults.get(number, ())],
                    "doubts": [_told(told.loc[2:], told.message) for told in questions.get(number, ())],
                }
                for number, (key, finding) in enumerate(zip(keys, reading.findings, strict=True))
            ],
            "chosen": list(desk.questions),
            "framework": (reading.rulebook or rulebook_named(DEFAULT)).framework.id,
        }


def status(desk: Desk) -> Json:
    """How what is here stands to what is on disk."""
    return {
        "revision": desk.revision,
        "file": desk.disk.named.name,
        "workbook": desk.disk.is_workbook,
        "draft": desk.disk.draft.name,
        "saved": desk.is_saved,
        "restored": desk.restored,
        "elsewhere": desk.is_changed_elsewhere,
        "undo": desk.can_undo,
        "redo": desk.can_redo,
    }


def of_grades(assessment: Assessment, left_out: int) -> Json:
    """The grades, what decides each, and what became of characteristics and findings.

    Args:
        left_out: how many findings have faults and are not looked at.
    """
    return {
        "left_out": left_out,
        "cautions": list(assessment.cautions),
        "questions": [_judgment(judgment, assessment) for judgment in assessment.judgments],
        "characteristics": {
            c.characteristic: {"status": str(c.status) if c.status is not None else None, "concern": str(c.concern)}
            for c in assessment.characteristics
        },
        "findings": {
            f.id: {
                "direction": str(f.direction),
                "extent": str(f.extent) if f.extent is not None else None,
                "gravity": str(f.gravity),
            }
            for f in assessment.findings
        },
    }


def of_firmness(sensitivity: Sensitivity) -> Json:
    """How firm each grade is."""
    return {
        "draws": sensitivity.draws,
        "questions": {firm.core_question: _firmness(firm) for firm in sensitivity.questions if firm.grade is not None},
    }


def _judgment(judgment: Judgment, assessment: Assessment) -> Json:
    question = judgment.core_question
    boxes = [c.title for c in assessment.areas_for_improvement if c.core_question == question]
    critical = [c.title for c in assessment.critical_shortfalls if c.core_question == question]
    return {
        "id": question,
        "name": judgment.name,
        "grade": str(judgment.grade) if judgment.grade is not None else None,
        "initials": initials(judgment.grade),
        "ceiling": str(judgment.ceiling) if judgment.ceiling is not None else None,
        "not_graded": judgment.not_graded,
        "shortage": shortage(assessment, judgment, named=False),
        "assessed": judgment.coverage.assessed,
        "of": judgment.coverage.of,
        "coverage": coverage(judgment),
        "reasons": list(reasons(judgment)),
        "cause_of_concern": any(c.core_question == question for c in assessment.causes_of_concern),
        "critical": critical,
        "areas": boxes,
    }


def _firmness(firm: Firmness) -> Json:
    recoded: dict[str, list[str]] = {}
    for each in firm.pivotal:
        recoded.setdefault(each.finding, []).append(
            f"with {each.field} {each.instead} it is {each.grade or 'not graded'}"
        )
    return {
        "stands": percent(firm.stands),
        "runner_up": str(firm.runner_up) if firm.runner_up is not None else None,
        "matter_most": [{"finding": finding, "if": recoded.get(finding, [])} for finding in firm.matter_most],
    }


def _by_finding(told: Sequence[Told]) -> Mapping[int | None, list[Told]]:
    """What is told, by the number of the finding that it is about; None for the inspection itself."""
    found: dict[int | None, list[Told]] = {}
    for each in told:
        number = each.loc[1] if len(each.loc) > 1 and each.loc[0] == "findings" else None
        found.setdefault(number if isinstance(number, int) else None, []).append(each)
    return found


def _told(loc: Loc, message: str) -> Json:
    return {"field": list(loc), "message": message}
