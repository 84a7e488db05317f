"""The assessment framework of one inspection cycle: core questions, topics, characteristics."""

from collections.abc import Mapping
from enum import Enum
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import Annotated

from pydantic import AfterValidator, Field

from peelrules.model.base import Flag, Frozen, Name, Share, Text, coding_fault
from peelrules.model.scales import Status

GRADED = "graded"
"""How a core question is reported that is graded; every other way is named by the framework."""


class Role(Enum):
    """What the people a question is about receive (*service*), or what lies behind it (*enabling*)."""

    SERVICE = "service"
    ENABLING = "enabling"


class Work(Frozen):
    """A document that is cited."""

    title: Text
    publisher: Text
    published: Text | None = None
    url: Text | None = None


class Clause(Frozen):
    """A place in a cited document."""

    document: Text
    """Key of the document among the sources of the framework."""
    clause: Text


class Characteristic(Frozen):
    """One characteristic of good performance, at the grain of one area for improvement."""

    id: Name
    title: Text
    text: Text
    """The characteristic, paraphrased."""
    role: Role
    source: Clause
    inferred: Flag = False
    """It could not be read at its source, and was inferred from elsewhere."""


class Topic(Frozen):
    """Characteristics that are reported together."""

    title: Text
    characteristics: Annotated[tuple[Characteristic, ...], Field(min_length=1)]


class CoreQuestion(Frozen):
    """The unit that is graded."""

    id: Name
    title: Text
    name: Text
    """Short name, as in the table of judgments."""
    aliases: tuple[Text, ...] = ()
    """Other names that published reports use for the question."""
    reporting: Name
    """*graded*, or how else it is reported, as the wording of the framework names it."""
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]

    @cached_property
    def characteristics(self) -> tuple[Characteristic, ...]:
        return tuple(c for topic in self.topics for c in topic.characteristics)

    @property
    def is_graded(self) -> bool:
        """Whether it is a question that grades are given to."""
        return self.reporting == GRADED


class Wording(Frozen):
    """The words of one inspected service, for sentences that are the same for every other."""

    inspectorate: Text
    """The publisher whose sources are told as its own; everything else in a rule is its authors'."""
    inspected: Text
    """What one inspected body is called, such as *force*."""
    not_graded: Mapping[Name, Text] = {}
    """Why a core question has no grade, by how it is reported."""


def _short(share: float) -> float:
    # counted in steps of the least credit, sums stay exact in whole numbers and in their quotients
    if Fraction(str(share)).denominator > 10**9:
        raise coding_fault("write a credit with at most nine decimals")
    return share


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


class Framework(Frozen):
    """The questions of one cycle, and the words in which evidence for them is coded."""

    id: Name
    title: Text
    version: Text
    inspections: tuple[Text, ...] = ()
    """What inspections of its cycle are called; one that is called otherwise, and after other years, is told."""
    wording: Wording
    credit: Mapping[Status, Annotated[Share, AfterValidator(_short)]]
    """What each status is worth when the share of demonstrated characteristics is counted."""
    sources: Mapping[str, Work]
    strands: Annotated[Mapping[str, Text], Field(min_length=1)]
    """Lines of evidence; two of them that say the same corroborate each other."""
    methods: Mapping[str, Text]
    core_questions: Annotated[tuple[CoreQuestion, ...], Field(min_length=1)]

    @cached_property
    def characteristics(self) -> Mapping[str, Characteristic]:
        """Every characteristic by id, in the framework's order."""
        return {c.id: c for question in self.core_questions for c in question.characteristics}

    @cached_property
    def inferred(self) -> tuple[str, ...]:
        """The ids of the characteristics that are inferred."""
        return tuple(id_ for id_, characteristic in self.characteristics.items() if characteristic.inferred)

    @cached_property
    def question_of(self) -> Mapping[str, CoreQuestion]:
        """The core question of each characteristic id."""
        return {c.id: question for question in self.core_questions for c in question.characteristics}

    def meant_by(self, name: str) -> tuple[str, ...]:
        """The ids of the characteristics that are meant by an id or a title, whose capitals and spaces do not matter.

        None where nothing is called so, and several where a title is that of several.
        """
        return (name,) if name in self.characteristics else self._of_title.get(_folded(name), ())

    @cached_property
    def _of_title(self) -> Mapping[str, tuple[str, ...]]:
        ids: dict[str, list[str]] = {}
        for characteristic in self.characteristics.values():
            ids.setdefault(_folded(characteristic.title), []).append(characteristic.id)
        return {title: tuple(each) for title, each in ids.items()}

    @cached_property
    def exact_credit(self) -> Mapping[Status, Fraction]:
        """The credit as it is written, free of binary rounding."""
        return {status: Fraction(str(share)) for status, share in self.credit.items()}

    @cached_property
    def credit_step(self) -> Fraction:
        """The least by which the credit of a set of characteristics can change."""
        shares = self.exact_credit.values()
        denominator = lcm(*(share.denominator for share in shares))
        return Fraction(gcd(*(int(share * denominator) for share in shares)) or 1, denominator)
