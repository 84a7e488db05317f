"""What can be proved about counts: that rules read them, and that more evidence does no harm."""

from collections.abc import Iterator

from peelrules.engine.stages import run
from peelrules.engine.tables import tabled
from peelrules.model.counts import ID, Count, Member, read_of_members
from peelrules.model.directions import Credit, Swing, counts_nothing, harm_of, others, with_worth
from peelrules.model.evidence import SUPPOSED, Citation, Finding
from peelrules.model.facts import Fields, Harm, Stage, in_words
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction


def can_be_declared(count: Count, read: Fields, credit: Credit) -> bool:
    """Whether a document can declare the count: better evidence moves it, and one way only."""
    if counts_nothing(count, read):
        return False
    harm = harm_of(count, read, credit)
    return not isinstance(harm, Swing) and (harm is not Harm.NEITHER or count.stage is Stage.CORE_QUESTION)


def unread(rulebook: Rulebook) -> Iterator[Count]:
    """The counts that no rule reads, directly or through a count that a rule reads."""
    rules = rulebook.rules
    read = {(rule.stage, c.field) for rule in rules for conditions in rule.alternatives for c in conditions}
    for count in rulebook.counts_of[Stage.CORE_QUESTION]:
        if (count.stage, count.id) in read:
            read |= {(Stage.CHARACTERISTIC, name) for name in count.reads}
    return (count for count in rulebook.counts if (count.stage, count.id) not in read)


def worse_when_shown(rulebook: Rulebook) -> Iterator[tuple[Count, str]]:
    """The counts that one strength makes worse where it is the first word on a characteristic, with what shows it."""
    strengths = [_strength(number, name) for number, name in enumerate(rulebook.framework.characteristics)]
    shown = [member for each in run(strengths, rulebook, tabled).judged.profiles.values() for member in each.members]
    for count in rulebook.counts_of[Stage.CORE_QUESTION]:
        if worse := next((words for member in shown if (words := _worse(count, member, rulebook))), None):
            yield count, worse


def _worse(count: Count, shown: Member, rulebook: Rulebook) -> str | None:
    """How a count becomes worse, in words, when a member that was not assessed is shown by one strength."""
    field, read = (
        rulebook.fields[count.stage][count.id],
        read_of_members(count.stage, rulebook.fields[Stage.CHARACTERISTIC]),
    )
    unknown = {name: shown[name] for name in (ID, "characteristic", "role")} | {"assessed": False}
    for other in others(count, read):
        beside = [with_worth(member, rulebook.framework.exact_credit) for member in other]
        before, after = count.value([unknown, *beside]), count.value([shown, *beside])
        if before != after and (after > before) is field.best_first and field.harm is not Harm.NEITHER:  # type: ignore[operator]
            does = f"goes from {in_words(before)} to {in_words(after)}"
            return f"`{count.id}` {does} when one strength shows {shown[ID]}, of which nothing was known"
    return None


def _strength(number: int, characteristic: str) -> Finding:
    return Finding(
        id=f"shown.{number}",
        finding="What would have to be shown.",
        bears_on=(characteristic,),
        direction=Direction.STRENGTH,
        strand=SUPPOSED,
        source=Citation(document=SUPPOSED, section=SUPPOSED),
    )
