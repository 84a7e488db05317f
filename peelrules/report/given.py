"""Assessments as reports are given them: one, or several."""

from collections.abc import Sequence

from peelrules.model.assessment import Assessment
from peelrules.model.problems import ArgumentError

Assessments = Assessment | Sequence[Assessment]


def several(assessments: Assessments) -> list[Assessment]:
    return [assessments] if isinstance(assessments, Assessment) else list(assessments)


def some(assessments: Assessments) -> list[Assessment]:
    """As `several`, and at least one.

    Raises:
        ArgumentError: there is none.
    """
    given = several(assessments)
    if not given:
        raise ArgumentError("there is no assessment to report")
    return given
