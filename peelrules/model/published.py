"""What the inspectorate published about an inspection. For comparison only: grading never sees it."""

from collections.abc import Mapping

from peelrules.model.base import Frozen, Text
from peelrules.model.framework import Work
from peelrules.model.scales import Grade


class PublishedItem(Frozen):
    """A boxed area for improvement, cause of concern or innovative practice."""

    core_question: Text
    characteristic: Text
    """The characteristic of the framework that the box is about."""
    title: Text
    """The box's heading, paraphrased."""
    place: Text


class Published(Frozen):
    """The published outcome of one inspection of one force."""

    force: Text
    framework: Text
    inspection: Text | None = None
    source: Work
    grades: Mapping[Text, Grade]
    """Grades by core question id."""
    pending: tuple[Text, ...] = ()
    """Core questions to be reported later."""
    areas_for_improvement: tuple[PublishedItem, ...] = ()
    causes_of_concern: tuple[PublishedItem, ...] = ()
    innovative_practice: tuple[PublishedItem, ...] = ()
