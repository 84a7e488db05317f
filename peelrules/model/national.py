"""Grades that were published of other inspected bodies, and where an indicative grade stands among them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from peelrules.model.base import Frozen, Name, Text, Whole
from peelrules.model.scales import Grade


class PublishedGrades(Frozen):
    """What could be read of one body."""

    source: Text
    """Where it was read."""
    grades: Annotated[Mapping[Name, Grade], Field(min_length=1)]
    """Grades by core question id."""


class Body(Frozen):
    """One of the bodies that were inspected."""

    force: Text
    also: tuple[Text, ...] = ()
    """What else it is called in evidence."""
    published: PublishedGrades | None = None
    """None: nothing could be read."""

    def is_called(self, name: str) -> bool:
        """Whether this is a name of it, in whatever case."""
        return name.strip().casefold() in {each.casefold() for each in (self.force, *self.also)}


class National(Frozen):
    """The published grades of one cycle of inspections, body by body, as far as they could be read."""

    inspection: Text
    """What the inspections of the cycle are called, as in a framework and in evidence."""
    called: Text
    """What the bodies are called together, such as *forces*."""
    note: Text
    """What of the grades could be read, and whether it stands for the whole."""
    bodies: Annotated[tuple[Body, ...], Field(min_length=1)]
    """Every one that was inspected."""


class Among(Frozen):
    """How many other bodies were graded better, the same and worse in one core question."""

    better: Whole
    same: Whole
    worse: Whole

    @property
    def known(self) -> int:
        """The others of which the grade is known."""
        return self.better + self.same + self.worse


class Context(Frozen):
    """Where the indicative grades of an assessment stand among those that were published of others."""

    inspection: Text
    called: Text
    note: Text
    bodies: Whole
    """The others that were inspected."""
    known: Whole
    """Those of them of which at least one grade is known."""
    questions: Mapping[Name, Among]
    """By the id of each core question that has an indicative grade."""
