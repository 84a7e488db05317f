"""Words that every rendering shares."""

from collections.abc import Iterable

from peelrules.model.assessment import Assessment, Judgment, Premise
from peelrules.model.facts import Stage, fields_of
from peelrules.model.rules import in_words
from peelrules.model.scales import Grade

INDICATIVE = (
    "Indicative grades. They follow from the coded evidence by the rules named below; "
    "they are not the inspectorate's judgment."
)
GRADES = tuple(sorted(Grade, reverse=True))
"""Best first, as in the table of judgments."""


def capitalised(words: object) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def premise_in_words(stage: Stage, premise: Premise) -> str:
    """*Characteristics demonstrated: 71.43%, below 75%.*"""
    title = fields_of(stage)[premise.field].title
    return f"{title}: {in_words(premise.value)}, {premise.condition}"


def reasons_in_words(judgment: Judgment) -> list[str]:
    """Each rule that decides a grade, with the figures that it rests on."""
    return [
        f"{reason.title} ({'; '.join(premise_in_words(Stage.CORE_QUESTION, p) for p in reason.premises)})"
        for reason in judgment.reasons
    ]


def range_in_words(judgment: Judgment) -> str:
    """The grades that missing evidence could still lead to: *requires improvement to good*."""
    if judgment.range is None:
        return ""
    worst, best = judgment.range.worst, judgment.range.best
    return str(best) if worst is best else f"{worst} to {best}"


def names(assessment: Assessment, core_question: str) -> str:
    return assessment.judgment(core_question).name


def joined(words: Iterable[str]) -> str:
    return ", ".join(words)
