"""Judgments as CSV: one row for each core question of each force."""

import csv
import io
from collections.abc import Sequence

from peelrules.model.assessment import Assessment

COLUMNS = (
    "force", "framework", "core_question", "name", "reporting", "indicative_grade", "ceiling", "worst", "best",
    "assessed", "characteristics", "areas_for_improvement", "causes_of_concern", "innovative_practice", "not_graded",
    "rulebook", "rulebook_version", "rulebook_hash",
)  # fmt: skip


def render(assessments: Sequence[Assessment]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for assessment in assessments:
        for row in _rows(assessment):
            writer.writerow({column: _cell(value) for column, value in row.items()})
    return stream.getvalue()


def _rows(assessment: Assessment) -> list[dict[str, object]]:
    def count(items: Sequence[object], question: str) -> int:
        return sum(getattr(item, "core_question") == question for item in items)  # noqa: B009

    return [
        {
            "force": assessment.force,
            "framework": assessment.framework,
            "core_question": j.core_question,
            "name": j.name,
            "reporting": j.reporting.value,
            "indicative_grade": j.grade,
            "ceiling": j.ceiling,
            "worst": j.range.worst if j.range else None,
            "best": j.range.best if j.range else None,
            "assessed": j.coverage.assessed,
            "characteristics": j.coverage.of,
            "areas_for_improvement": count(assessment.areas_for_improvement, j.core_question),
            "causes_of_concern": count(assessment.causes_of_concern, j.core_question),
            "innovative_practice": count(assessment.innovative_practice, j.core_question),
            "not_graded": j.not_graded,
            "rulebook": assessment.rulebook.id,
            "rulebook_version": assessment.rulebook.version,
            "rulebook_hash": assessment.rulebook.hash,
        }
        for j in assessment.judgments
    ]


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    # a spreadsheet would run a cell that begins so as a formula
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
