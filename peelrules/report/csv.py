"""Assessments as CSV: their judgments, their characteristics, or their findings, one a row.

Every row says what was inspected and by which rulebook. What the rules conclude stands in columns named
`indicative_…` and those after it; what of a finding is coded has the columns of `peelrules.model.table`, so that
`population` can grade it again.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from peelrules.model.assessment import AssessedFinding, Assessment, Judgment
from peelrules.model.plain import as_cell, folded
from peelrules.model.table import COLUMNS, row_of
from peelrules.report import wording

Columns = Mapping[str, Callable[[Assessment, Any], object]]
"""The value of each column, from an assessment and one of the items of which there is a row each."""


class Table(NamedTuple):
    """What there is a row of, and the columns in which it is told."""

    items: Callable[[Assessment], Sequence[Any]]
    columns: Columns


def render(assessments: Sequence[Assessment], table: str = "judgments") -> str:
    """One of the tables, of all assessments together."""
    items, told = TABLES[table]
    columns = {**_INSPECTION, **told, **_RULEBOOK}
    rows = (
        [value(assessment, item) for value in columns.values()]
        for assessment in assessments
        for item in items(assessment)
    )
    return written([*columns], rows)


def written(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Rows below their header."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(map(_cell, row) for row in rows)
    return stream.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else as_cell(folded(str(value)))


def _number_of(what: str, assessment: Assessment, core_question: str) -> int:
    return sum(item.core_question == core_question for item in getattr(assessment, what))


def _among(what: str, assessment: Assessment, judgment: Judgment) -> object:
    """How many others were published so, where anything of them is known."""
    among = assessment.context.questions.get(judgment.core_question) if assessment.context is not None else None
    return None if among is None else getattr(among, what)


def _coded(column: str, _: Assessment, finding: AssessedFinding) -> object:
    return row_of("", finding.coded)[tuple(COLUMNS).index(column)]


_INSPECTION: Columns = {
    "force": lambda a, _: a.force,
    "framework": lambda a, _: a.framework,
    "inspection": lambda a, _: wording.heading(a),
}
_RULEBOOK: Columns = {
    "rulebook": lambda a, _: a.rulebook.id,
    "rulebook_version": lambda a, _: a.rulebook.version,
    "rulebook_hash": lambda a, _: a.rulebook.hash,
}
_JUDGMENT: Columns = {
    "core_question": lambda _, j: j.core_question,
    "name": lambda _, j: j.name,
    "reporting": lambda _, j: j.reporting,
    "indicative_grade": lambda _, j: j.grade,
    "ceiling": lambda _, j: j.ceiling,
    "worst": lambda _, j: j.range and j.range.worst,
    "best": lambda _, j: j.range and j.range.best,
    "assessed": lambda _, j: j.coverage.assessed,
    "characteristics": lambda _, j: j.coverage.of,
    "areas_for_improvement": lambda a, j: _number_of("areas_for_improvement", a, j.core_question),
    "critical_shortfalls": lambda a, j: _number_of("critical_shortfalls", a, j.core_question),
    "causes_of_concern": lambda a, j: _number_of("causes_of_concern", a, j.core_question),
    "innovative_practice": lambda a, j: _number_of("innovative_practice", a, j.core_question),
    "not_graded": lambda _, j: j.not_graded,
    "others_known": lambda a, j: _among("known", a, j),
    "others_better": lambda a, j: _among("better", a, j),
    "others_same": lambda a, j: _among("same", a, j),
    "others_worse": lambda a, j: _among("worse", a, j),
}
_CHARACTERISTIC: Columns = {
    "core_question": lambda _, c: c.core_question,
    "characteristic": lambda _, c: c.characteristic,
    "title": lambda _, c: c.title,
    "role": lambda _, c: c.role.value,
    "indicative_status": lambda _, c: c.status or "not assessed",
    "concern": lambda _, c: c.concern,
    "gravity": lambda _, c: c.gravity,
    "strengths": lambda _, c: " ".join(c.strengths),
    "shortfalls": lambda _, c: " ".join(c.shortfalls),
}
_FINDING: Columns = {
    **{column: partial(_coded, column) for column in COLUMNS if column not in _INSPECTION},
    "core_question": lambda a, f: a.characteristic[f.coded.primary].core_question,
    "indicative_direction": lambda _, f: f.direction,
    "indicative_extent": lambda _, f: f.extent,
    "indicative_gravity": lambda _, f: f.gravity,
    "finding": lambda _, f: f.coded.finding,
    "recommendation": lambda _, f: f.coded.recommendation,
    "method": lambda _, f: f.coded.method,
    "place": lambda _, f: f.place,
    "note": lambda _, f: f.coded.note,
}

TABLES: Mapping[str, Table] = {
    "judgments": Table(lambda a: a.judgments, _JUDGMENT),
    "characteristics": Table(lambda a: a.characteristics, _CHARACTERISTIC),
    "findings": Table(lambda a: a.findings, _FINDING),
}
