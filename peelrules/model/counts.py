"""Counts: what rules may read of a characteristic or a core question, as a rulebook declares it.

There are three kinds. `Count.value` is their definition; the columns of many inspections are held to it by tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import StringConstraints

from peelrules.model.base import Frozen, Share, Text
from peelrules.model.conditions import Conditions
from peelrules.model.facts import OF_A_BEARING, OF_A_MEMBER, SUBJECT, Field, Fields, Harm, Stage, Value, in_words
from peelrules.model.scales import Scale

Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
"""The name of a count: lower case, words joined by underscores."""

Member = Mapping[str, Any]
"""What counts read of one of the things that are counted, by field; what is not known of it is left out."""

ID = "id"
"""Who a member is."""
CREDIT = "credit"
"""What a member is worth by its status, exactly; read by shares of credit alone."""


class Kind(Enum):
    """How many there are, which part of the whole they are, or the worst level among them."""

    COUNT = "count"
    SHARE = "share"
    WORST = "worst"


class Count(Frozen):
    """Something that is counted of a characteristic or a core question."""

    stage: Stage
    id: Word
    title: Text
    kind: Kind
    what: str
    """Of a count `findings`, `strands` or `characteristics`; of a share `characteristics` or `credit`; or the field
    whose worst level is taken."""
    best: Scale | None = None
    """Of the worst level: the level where there are no members, which is the best of its scale."""
    where: Conditions = ()
    """What must hold for that which is counted. Of a share: for the part."""
    of: Conditions = ()
    """What must hold for the whole of which a share is a share."""
    of_none: Share = 0.0
    """The share where there is nothing of which it could be one."""
    place: str = ""
    """Where it stands, as `file:line`."""

    def value(self, members: Iterable[Member]) -> Value:
        """What is counted of some members; of no members, too."""
        return self.together(self.seen(member) for member in members)

    def seen(self, member: Member) -> Any:
        """What is seen of a member by itself; members of which it is equal are the same to this count."""
        match self.kind:
            case Kind.SHARE:
                if not holds_for(self.of, member):
                    return (0, 0)
                worth = member.get(CREDIT, 0) if self.what == CREDIT else 1
                return (worth if holds_for(self.where, member) else 0, 1)
            case Kind.WORST:
                return member[self.what] if self.what in member and holds_for(self.where, member) else self.best
        found = holds_for(self.where, member)
        return (member["strand"] if found else None) if self.what == "strands" else int(found)

    def together(self, seen: Iterable[Any]) -> Value:
        """What is counted, from what is seen of each member."""
        match self.kind:
            case Kind.SHARE:
                part, whole = self.part_and_whole(seen)
                # exact until the last step, so that three quarters is never a hair below a bound of 0.75
                return float(part / whole) if whole else float(self.of_none)
            case Kind.WORST:
                worst: Value = max([self.best, *seen]) if self.is_worse_when_higher else min([self.best, *seen])
                return worst
        return len({*seen} - {None}) if self.what == "strands" else sum(seen)

    def part_and_whole(self, seen: Iterable[tuple[Fraction | int, int]]) -> tuple[Fraction, int]:
        """A share, undivided."""
        part, whole = Fraction(), 0
        for worth, is_of_it in seen:
            part, whole = part + worth, whole + is_of_it
        return part, whole

    def found(self, members: Iterable[Member]) -> Sequence[Member]:
        """Those members that are counted, or are the part of a share."""
        return [member for member in members if holds_for(self.of, member) and holds_for(self.where, member)]

    def whole(self, members: Iterable[Member]) -> Sequence[Member]:
        """Those of which a share is a share; of any other count all."""
        return [member for member in members if holds_for(self.of, member)]

    @property
    def is_worse_when_higher(self) -> bool:
        """Of the worst level: whether its scale rises with harm."""
        return self.best is type(self.best).lowest()  # type: ignore[union-attr]

    @property
    def reads(self) -> frozenset[str]:
        """The fields of its members that it depends on."""
        level = {"status"} if self.what == CREDIT else {self.what} if self.kind is Kind.WORST else set()
        return frozenset({c.field for c in (*self.where, *self.of)} | level)

    @property
    def in_words(self) -> str:
        """How it is counted: *number of strands of findings: gravity at least moderate and state open*."""
        where = f": {told(self.where)}" if self.where else ""
        members = "findings" if self.stage is Stage.CHARACTERISTIC else "characteristics"
        match self.kind:
            case Kind.WORST:
                return f"worst {self.what.replace('_', ' ')} of the {members}{where}"
            case Kind.COUNT:
                return f"number of {self.what if self.what != 'strands' else 'strands of findings'}{where}"
        of = f"characteristics ({told(self.of)})" if self.of else "all characteristics"
        part = f"share of {of}{where}" if self.what != CREDIT else f"share of the credit of {of}"
        return f"{part}; {in_words(float(self.of_none))} if there are none"


def told(conditions: Conditions) -> str:
    """Conditions in words."""
    tests = []
    for condition in conditions:
        field = OF_A_BEARING.get(condition.field) or OF_A_MEMBER.get(condition.field)
        title = field.title if field is not None else condition.field.replace("_", " ")
        is_flag = isinstance(condition.bound, bool)
        tests.append(f"{'' if condition.bound else 'not '}{title}" if is_flag else f"{title} {condition.test}")
    return ", ".join([*tests[:-2], " and ".join(tests[-2:])])


def holds_for(conditions: Conditions, member: Member) -> bool:
    """Whether conditions hold for a member. What is asked of something unknown does not hold."""
    for name, comparator, bound in conditions:
        if name not in member or not comparator.holds(member[name], bound):
            return False
    return True


def field_of(count: Count, harm: Harm) -> Field:
    """The field of a fact that a count gives."""
    kind = {Kind.COUNT: int, Kind.SHARE: float, Kind.WORST: type(count.best)}[count.kind]
    return Field(count.id, count.title, kind, harm, f"{count.in_words[:1].upper()}{count.in_words[1:]}.")


def read_of_members(stage: Stage, of_characteristics: Fields) -> Fields:
    """What counts of a stage may read of their members.

    Args:
        of_characteristics: what is counted of a characteristic; counts of core questions may read it.
    """
    if stage is Stage.CHARACTERISTIC:
        return OF_A_BEARING
    own = {name: field for name, field in of_characteristics.items() if name not in OF_A_MEMBER}
    return {**OF_A_MEMBER, **own}


RESERVED = {
    Stage.CHARACTERISTIC: frozenset({*OF_A_MEMBER, CREDIT, ID}),
    Stage.CORE_QUESTION: frozenset({SUBJECT[Stage.CORE_QUESTION].name}),
}
"""Words that no count of a stage can be called, for they mean something else where it is read."""
