"""Missing evidence: which grades are still possible, and whose evidence would narrow them most."""

from collections.abc import Iterator, Mapping

from peelrules.engine.profiles import Standing
from peelrules.engine.stages import ceiling_if_missing
from peelrules.model.assessment import Assessment, Judgment, Range
from peelrules.model.framework import CoreQuestion
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Status
from peelrules.model.sensitivity import Gap


def gaps(judgment: Judgment, assessment: Assessment, rulebook: Rulebook) -> list[Gap]:
    """The characteristics of a question that are not assessed, those first that would narrow the grades most."""
    if judgment.range is None:
        return []
    question = next(q for q in rulebook.framework.core_questions if q.id == judgment.core_question)
    standings = {
        c.id: Standing(assessment.characteristic[c.id].status, assessment.characteristic[c.id].concern)
        for c in question.characteristics
    }
    return sorted(_gaps(question, standings, rulebook, judgment.range), key=lambda gap: (gap.grades_left, gap.at_best))


def _gaps(
    question: CoreQuestion, standings: Mapping[str, Standing], rulebook: Rulebook, possible: Range
) -> Iterator[Gap]:
    for characteristic in question.characteristics:
        if standings[characteristic.id].status is not None:
            continue
        poor = {**standings, characteristic.id: Standing(Status.lowest(), Concern.NONE)}
        fine = {**standings, characteristic.id: Standing(Status.highest(), Concern.NONE)}
        best_left = ceiling_if_missing(Status.highest(), question, poor, rulebook)
        worst_left = ceiling_if_missing(Status.lowest(), question, fine, rulebook)
        left = (best_left.rank - possible.worst.rank + 1, possible.best.rank - worst_left.rank + 1)
        yield Gap(
            characteristic=characteristic.id,
            title=characteristic.title,
            if_not_demonstrated=best_left,
            if_exceeded=worst_left,
            grades_left=max(left),
            at_best=min(left),
        )
