"""What was concluded in columns, as frames in words."""

from collections.abc import Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from peelrules.engine.columns import Columns, Concluded, Flags, Whole
from peelrules.engine.population.faults import NO_FAULTS
from peelrules.model.framework import Framework
from peelrules.model.scales import Concern, Grade, Gravity, Scale, Status

Places = NDArray[np.int64]
F = TypeVar("F")


class GradedFrames(NamedTuple, Generic[F]):
    """What the rules conclude from a table of findings, as frames of the kind that the table was.

    Their rows come in no particular order.
    """

    judgments: F
    """One row for each inspection and core question: `inspection`, `core_question`, `grade` (null where there is
    none), `ceiling`, `worst` and `best` (the range), `assessed` and `characteristics` (the coverage),
    `areas_for_improvement`, `critical_shortfalls` and `causes_of_concern` (how many), `not_graded` (why)."""
    statuses: F
    """One row for each characteristic that is assessed: `inspection`, `core_question`, `characteristic`, `status`,
    `concern`, `gravity`, `strengths` (how many). A characteristic without a row is not assessed."""
    flags: F
    """One row for each flag: `inspection`, `core_question`, `flag` (`area_for_improvement`, `critical_shortfall`,
    `innovative_practice`; of the question as a whole `cause_of_concern`, `not_enough_evidence`), `characteristic`, and
    the `finding` that shows a practice."""
    faults: F
    """What is wrong with the inspections that are not graded: `inspection`, `id` of the faulty row (null where it is
    no single one), and the `fault` in words. Empty unless faults are collected."""


def frames_of(
    found: Concluded, columns: Columns, names: pl.Series, ids: pl.Series, framework: Framework
) -> GradedFrames[pl.DataFrame]:
    questions, characteristics = [q.id for q in framework.core_questions], list(framework.characteristics)
    places = {question: place for place, question in enumerate(questions)}
    question_of = np.array([places[framework.question_of[c].id] for c in characteristics], np.int64)
    shape = (len(names), len(questions))
    inspection, question = (each.ravel() for each in np.indices(shape))
    cause = found.judged & found.cause
    critical = found.assessed & (found.concern == Concern.CRITICAL_SHORTFALL.rank)
    boxed = found.assessed & (found.concern == Concern.AREA_FOR_IMPROVEMENT.rank)

    def number_of(characteristics: Flags) -> Whole:
        return np.stack([characteristics[:, question_of == place].sum(axis=1) for place in range(len(questions))], 1)

    level = {name: np.where(found.judged, getattr(found, name), -1).ravel() for name in ("ceiling", "worst", "best")}
    judgments = pl.DataFrame(
        {
            "inspection": names[inspection],
            "core_question": _words(questions, question),
            "grade": _levels(Grade, found.grade.ravel()),
            **{name: _levels(Grade, ranks) for name, ranks in level.items()},
            "assessed": found.coverage.ravel(),
            "characteristics": np.tile([len(q.characteristics) for q in framework.core_questions], len(names)),
            "areas_for_improvement": number_of(boxed).ravel(),
            "critical_shortfalls": number_of(critical).ravel(),
            "causes_of_concern": cause.ravel().astype(np.int64),
            "not_graded": _why_not(found, framework),
        }
    )
    row, at = np.nonzero(found.assessed)
    statuses = pl.DataFrame(
        {
            "inspection": names[row],
            "core_question": _words(questions, question_of[at]),
            "characteristic": _words(characteristics, at),
            "status": _levels(Status, found.status[row, at]),
            "concern": _levels(Concern, found.concern[row, at]),
            "gravity": _levels(Gravity, found.gravities[row, at]),
            "strengths": found.strengths[row, at],
        }
    )

    def flags(flag: str, row: Places, question: Places, at: Places | None, finding: pl.Series | None) -> pl.DataFrame:
        nothing = pl.lit(None, dtype=pl.String)
        return pl.DataFrame({"inspection": names[row], "core_question": _words(questions, question)}).with_columns(
            flag=pl.lit(flag),
            characteristic=nothing if at is None else _words(characteristics, at),
            finding=nothing if finding is None else finding,
        )

    raised = []
    for flag, where in (("area_for_improvement", boxed), ("critical_shortfall", critical)):
        row, at = np.nonzero(where)
        raised.append(flags(flag, row, question_of[at], at, None))
    shown = np.flatnonzero(found.practice)
    primary = np.array([characteristics.index(each[0]) for each in columns.bearings], np.int64)[columns.bears_on[shown]]
    raised.append(
        flags(
            "innovative_practice", columns.inspection[shown], question_of[primary], primary, ids[shown].cast(pl.String)
        )
    )
    for flag, where in (("cause_of_concern", cause), ("not_enough_evidence", found.judged & found.not_enough)):
        row, at = np.nonzero(where)
        raised.append(flags(flag, row, at, None, None))
    return GradedFrames(judgments, statuses, pl.concat(raised), NO_FAULTS)


def _why_not(found: Concluded, framework: Framework) -> pl.Series:
    """Why a question of an inspection has no grade, if it has none."""
    otherwise = list(framework.wording.not_graded)
    reasons = ["no evidence", "not enough evidence", *otherwise]
    reported = np.array([-1 if q.is_graded else otherwise.index(q.reporting) + 2 for q in framework.core_questions])
    why = np.where(found.judged, np.where(found.not_enough, 1, -1), 0)
    return _words(reasons, np.where(reported < 0, why, reported).ravel())


def _levels(scale: type[Scale], ranks: NDArray[Any]) -> pl.Series:
    return _words([str(level) for level in scale], ranks)


def _words(words: Sequence[str], places: NDArray[Any]) -> pl.Series:
    """The words at some places; none at -1."""
    return pl.Series([*words, None], dtype=pl.String)[np.where(places < 0, len(words), places)]
