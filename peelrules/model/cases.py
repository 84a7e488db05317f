"""Cases: evidence, and what a rulebook is wanted to make of it."""

from collections.abc import Mapping
from typing import Self

from pydantic import model_validator

from peelrules.model.base import Frozen, Text, coding_fault
from peelrules.model.evidence import Evidence
from peelrules.model.scales import Grade, Status


class Wanted(Frozen):
    """What should come out. Of what is left out, nothing is wanted."""

    grades: Mapping[Text, Grade | None] = {}
    """Grades by core question; null: none, for want of evidence."""
    ceilings: Mapping[Text, Grade] = {}
    """Ceilings by core question, whether or not there is enough evidence for a grade."""
    at_least: Mapping[Text, Grade] = {}
    """Grades below which a ceiling should not be, by core question."""
    statuses: Mapping[Text, Status] = {}
    """Statuses by characteristic."""
    areas_for_improvement: tuple[Text, ...] | None = None
    """These characteristics and no other of the questions that are wanted; of all, if none is named."""
    critical_shortfalls: tuple[Text, ...] | None = None
    """Likewise, whether or not they are causes of concern."""
    causes_of_concern: tuple[Text, ...] | None = None
    """Likewise, every characteristic that a cause of concern names."""
    problem: Text | None = None
    """Part of a problem for which the evidence should be refused."""

    @model_validator(mode="after")
    def _is_something_that_can_come_out(self) -> Self:
        outcomes = self.model_copy(update={"problem": None}) != Wanted.model_construct()
        if not outcomes and self.problem is None:
            raise coding_fault("nothing is wanted; write for example `ceilings: {…}`")
        if outcomes and self.problem is not None:
            raise coding_fault("evidence that is refused has no other outcome; remove `problem` or the rest", "problem")
        return self


class Case(Frozen):
    """Evidence as loaded, or why it was refused, and what is wanted of it."""

    file: str
    title: Text
    wanted: Wanted
    beyond: Text | None = None
    """Why what is wanted does not come out, though it should."""
    evidence: Evidence | None
    problems: tuple[str, ...] = ()
    """For which the evidence was refused."""
