"""Missing evidence: which grades are still possible, and whose evidence would narrow them most."""

from collections.abc import Iterator

from peelrules.engine.stages import Run, ceiling_if
from peelrules.model.assessment import Judgment, Range
from peelrules.model.framework import CoreQuestion
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade, Status
from peelrules.model.sensitivity import Gap


def gaps(judgment: Judgment, done: Run, rulebook: Rulebook) -> list[Gap]:
    """The characteristics of a question that are not assessed, those first that would narrow the grades most."""
    if judgment.range is None:
        return []
    question = next(q for q in rulebook.framework.core_questions if q.id == judgment.core_question)
    return sorted(_gaps(question, done, rulebook, judgment.range), key=lambda gap: (gap.grades_left, gap.at_best))


def _gaps(question: CoreQuestion, done: Run, rulebook: Rulebook, possible: Range) -> Iterator[Gap]:
    missing = [c for c in question.characteristics if done.standings[c.id].status is None]

    def left(this: str, status: Status, others: Status) -> Grade:
        supposed = {**dict.fromkeys((c.id for c in missing), others), this: status}
        return ceiling_if(supposed, question, done, rulebook)

    for characteristic in missing:
        best_left = left(characteristic.id, Status.lowest(), Status.highest())
        worst_left = left(characteristic.id, Status.highest(), Status.lowest())
        numbers = (best_left.rank - possible.worst.rank + 1, possible.best.rank - worst_left.rank + 1)
        yield Gap(
            characteristic=characteristic.id,
            title=characteristic.title,
            if_not_demonstrated=best_left,
            if_exceeded=worst_left,
            grades_left=max(numbers),
            at_best=min(numbers),
        )
