"""What was concluded in columns, as frames in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from peelrules.engine.columns import Columns, Concluded
from peelrules.engine.columns.lookup import Column, Flags, Names, Whole, names_of
from peelrules.engine.population.faults import NO_FAULTS
from peelrules.model.framework import Framework
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Grade, Gravity, Scale, Status

F = TypeVar("F")


class GradedFrames(NamedTuple, Generic[F]):
    """What the rules conclude from a table of findings, as frames of the kind that the table was.

    Their rows come in no particular order. Ids and levels are enums where frames have those: levels from the lowest to
    the highest, so that they can be sorted and compared, ids in the order of the framework.
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
    found: Concluded, columns: Columns, names: pl.Series, ids: pl.Series, rulebook: Rulebook
) -> GradedFrames[pl.DataFrame]:
    places = names_of(rulebook)
    boxed = found.assessed & (found.concern == Concern.AREA_FOR_IMPROVEMENT.rank)
    critical = found.assessed & (found.concern == Concern.CRITICAL_SHORTFALL.rank)
    cause, not_enough = found.judged & found.cause, found.judged & found.not_enough
    counted = {
        "areas_for_improvement": places.summed(boxed.view(np.uint8).T).T,
        "critical_shortfalls": places.summed(critical.view(np.uint8).T).T,
        "causes_of_concern": cause,
    }
    shown = np.flatnonzero(found.practice)
    of_characteristics = {
        "area_for_improvement": _where(boxed),
        "critical_shortfall": _where(critical),
        "innovative_practice": (columns.inspection[shown], columns.firsts(rulebook)[columns.bears_on[shown]]),
    }
    of_questions = {"cause_of_concern": _where(cause), "not_enough_evidence": _where(not_enough)}
    return GradedFrames(
        _judgments(found, counted, names, rulebook),
        _statuses(found, names, places),
        _flags(of_characteristics, of_questions, names, ids[shown].cast(pl.String), places),
        NO_FAULTS,
    )


def _judgments(found: Concluded, counted: Mapping[str, Column], names: pl.Series, rulebook: Rulebook) -> pl.DataFrame:
    questions = rulebook.framework.core_questions
    shape = (len(names), len(questions))
    inspection, question = np.indices(shape).reshape(2, -1)
    levels = {name: np.where(found.judged, getattr(found, name), -1) for name in ("ceiling", "worst", "best")}
    numbers: dict[str, Column] = {
        "assessed": found.coverage,
        "characteristics": np.array([[len(q.characteristics) for q in questions]]),
        **counted,
    }
    return pl.DataFrame(
        {
            "inspection": names[inspection],
            "core_question": _words([each.id for each in questions], question),
            **{name: _levels(Grade, ranks.ravel()) for name, ranks in {"grade": found.grade, **levels}.items()},
            **{name: np.broadcast_to(each, shape).ravel().astype(np.int64) for name, each in numbers.items()},
            "not_graded": _why_not(found, rulebook.framework),
        }
    )


def _statuses(found: Concluded, names: pl.Series, places: Names) -> pl.DataFrame:
    inspection, at = _where(found.assessed)
    there = inspection * len(places.characteristic) + at
    return pl.DataFrame(
        {
            "inspection": names[inspection],
            "core_question": _words([*places.core_question], places.question[at]),
            "characteristic": _words([*places.characteristic], at),
            "status": _levels(Status, found.status.ravel()[there]),
            "concern": _levels(Concern, found.concern.ravel()[there]),
            "gravity": _levels(Gravity, found.gravities.ravel()[there]),
            "strengths": found.strengths.ravel()[there],
        }
    )


def _flags(
    of_characteristics: Mapping[str, Sequence[Whole]],
    of_questions: Mapping[str, Sequence[Whole]],
    names: pl.Series,
    shown: pl.Series,
    places: Names,
) -> pl.DataFrame:
    """Every flag that is raised: of which inspections and characteristics or questions, by their places.

    Args:
        shown: the ids of the findings that show what is raised of characteristics last.
    """
    raised = [(flag, inspection, places.question[at], at) for flag, (inspection, at) in of_characteristics.items()]
    raised += [(flag, inspection, at, np.full(len(at), -1)) for flag, (inspection, at) in of_questions.items()]
    flags, inspection, question, characteristic = zip(*raised, strict=True)
    before, after = sum(map(len, inspection[:3])) - len(shown), sum(map(len, inspection[3:]))
    nothing = pl.Series([], dtype=pl.String)
    return pl.DataFrame(
        {
            "inspection": names[np.concatenate(inspection)],
            "core_question": _words([*places.core_question], np.concatenate(question)),
            "flag": _words(flags, np.repeat(np.arange(len(flags)), [len(each) for each in inspection])),
            "characteristic": _words([*places.characteristic], np.concatenate(characteristic)),
            "finding": pl.concat([nothing.extend_constant(None, before), shown, nothing.extend_constant(None, after)]),
        }
    )


def _why_not(found: Concluded, framework: Framework) -> pl.Series:
    """Why a question of an inspection has no grade, if it has none."""
    otherwise = list(framework.wording.not_graded)
    reasons = ["no evidence", "not enough evidence", *otherwise]
    reported = np.array([-1 if q.is_graded else otherwise.index(q.reporting) + 2 for q in framework.core_questions])
    why = np.where(found.judged, np.where(found.not_enough, 1, -1), 0)
    return _words(reasons, np.where(reported < 0, why, reported).ravel()).cast(pl.String)


def _where(holds: Flags) -> tuple[Whole, Whole]:
    """Of which inspections, and which characteristics or questions of each, something holds. As nonzero, but fast."""
    inspection, at = np.divmod(np.flatnonzero(holds), holds.shape[1])
    return inspection, at


def _levels(scale: type[Scale], ranks: NDArray[Any]) -> pl.Series:
    return _words([str(level) for level in scale], ranks)


def _words(words: Sequence[str], places: NDArray[Any]) -> pl.Series:
    """The words at some places; none at -1, which is the last."""
    return pl.Series([*words, None], dtype=pl.Enum(words))[places]
