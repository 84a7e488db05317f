"""Core questions in columns: what is counted of their characteristics and what follows, as it is and at either end."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from peelrules.engine.columns.characteristics import Known
from peelrules.engine.columns.lookup import Column, Flags, holds, names_of, rank_of, said
from peelrules.engine.counting import Standing, member_of, of_nothing
from peelrules.engine.tables import Ranks
from peelrules.model.conditions import Condition
from peelrules.model.counts import CREDIT, Count, Kind
from peelrules.model.facts import OF_A_MEMBER, Fields, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import OUTCOMES
from peelrules.model.scales import Concern, Status


def judged(known: Known, rulebook: Rulebook, *, ranges: bool) -> Sequence[Column]:
    """What is told of core questions, one row an inspection: `judged` and what follows it in `Concluded`."""
    names, inspections = names_of(rulebook), known.assessed.shape[1]
    ends = (Status.lowest(), Status.highest()) if ranges else ()
    beside = {}  # what is, and beside it what might be
    for count in rulebook.counts_of[Stage.CORE_QUESTION]:
        seen = _seen(count, known, rulebook)
        completed = (_completed(count, seen, known.assessed, status, rulebook) for status in ends)
        beside[count] = [np.hstack(each) for each in zip(seen, *completed, strict=True)]
    ceilings, *flags = _concluded(beside, (1 + len(ends)) * inspections, rulebook)
    ceiling, *at_ends = np.split(ceilings, 1 + len(ends), axis=1)
    worst, best = at_ends or (ceiling, ceiling)
    cause, not_enough = (flag[:, :inspections].astype(np.bool_) for flag in flags)
    coverage = names.summed(known.assessed.view(np.uint8))
    is_judged = names.graded[:, np.newaxis] & (coverage > 0)
    return [each.T for each in (is_judged, ceiling, worst, best, not_enough, cause, coverage)]


def _concluded(seen: Mapping[Count, Sequence[Column]], inspections: int, rulebook: Rulebook) -> list[Ranks]:
    """The ceiling of each question of each inspection, and which flags are raised."""
    questions = len(rulebook.framework.core_questions)
    facts = {count.id: _together(count, each, rulebook).ravel() for count, each in seen.items()}
    facts["core_question"] = np.arange(questions).repeat(inspections)
    outcomes = [outcome.name for outcome in OUTCOMES[Stage.CORE_QUESTION]]
    ranks = said(rulebook, Stage.CORE_QUESTION, facts, outcomes, questions * inspections)
    return [each.reshape(questions, inspections) for each in ranks]


def _seen(count: Count, known: Known, rulebook: Rulebook) -> tuple[Column, ...]:
    """As `Count.seen`, of every characteristic; a level as its rank, what it is worth in whole numbers."""
    found = _fitting(count.where, known, rulebook)
    if count.kind is Kind.COUNT:
        return (found.view(np.uint8),)
    if count.kind is Kind.WORST:
        return (np.where(found & known.assessed, _of(count.what, known), np.int8(rank_of(count.best))),)
    whole = _fitting(count.of, known, rulebook)
    if count.what == CREDIT:
        return (_worths(rulebook)[known.status] * (whole & known.assessed), whole.view(np.uint8))
    return ((whole & found).view(np.uint8), whole.view(np.uint8))


def _completed(
    count: Count, seen: Sequence[Column], assessed: Flags, status: Status, rulebook: Rulebook
) -> tuple[Column, ...]:
    """What is seen if every characteristic that is not assessed had a status, no concern and no findings."""
    supposed = _supposed(rulebook, count, status)
    completed = []
    for column, instead in zip(seen, supposed, strict=True):
        known = assessed.astype(column.dtype)  # products and sums of small numbers are faster than choices
        completed.append(column * known + instead.astype(column.dtype) * (1 - known))
    return tuple(completed)


@lru_cache(maxsize=1000)
def _supposed(rulebook: Rulebook, count: Count, status: Status) -> tuple[Column, ...]:
    members = (
        member_of(characteristic, Standing(status, Concern.NONE), of_nothing(rulebook), rulebook)
        for characteristic in rulebook.framework.characteristics.values()
    )
    seen = [count.seen(member) for member in members]
    if count.kind is Kind.SHARE:
        unit = rulebook.framework.credit_step.denominator if count.what == CREDIT else 1
        parts = [[int(part * unit) for part, _ in seen], [whole for _, whole in seen]]
    else:
        parts = [[rank_of(each) for each in seen]]
    return tuple(np.array(part)[:, np.newaxis] for part in parts)


def _together(count: Count, seen: Sequence[Column], rulebook: Rulebook) -> Column:
    """As `Count.together`, for each question."""
    names = names_of(rulebook)
    if count.kind is Kind.COUNT:
        return names.summed(seen[0])
    if count.kind is Kind.WORST:
        worst: Ranks = (np.maximum if count.is_worse_when_higher else np.minimum).reduceat(seen[0], names.starts)
        return worst
    unit = rulebook.framework.credit_step.denominator if count.what == CREDIT else 1
    part, whole = (names.summed(each) for each in seen)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 0, part / (whole * unit), count.of_none)


def _worths(rulebook: Rulebook) -> Column:
    """What each status is worth, in whole numbers so small that those of a question can be summed in them."""
    framework = rulebook.framework
    worths = [int(framework.exact_credit[s] * framework.credit_step.denominator) for s in Status]
    return np.array(worths, np.min_scalar_type(max(worths) * len(framework.characteristics)))


def _fitting(conditions: Iterable[Condition], known: Known, rulebook: Rulebook) -> Flags:
    """The characteristics for which conditions hold. What is asked of one that is not assessed does not hold."""
    names, fits = names_of(rulebook), np.ones_like(known.assessed)
    fields: Fields = {**rulebook.fields[Stage.CHARACTERISTIC], **OF_A_MEMBER}
    for condition in conditions:
        name, field = condition.field, fields[condition.field]
        if name in ("characteristic", "role"):
            fits &= holds(condition, field, np.arange(len(names.characteristic)), names)[:, np.newaxis]
            continue
        fits &= holds(condition, field, _of(name, known), names)
        if name != "assessed":
            fits &= known.assessed
    return fits


def _of(field: str, known: Known) -> Column:
    """What is known of a field of characteristics."""
    column: Column = getattr(known, field) if field in OF_A_MEMBER else known.counted[field]
    return column
