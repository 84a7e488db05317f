"""What it takes before a question has a grade that has none for lack of evidence, by the rules that say so."""

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import Any

from peelrules.engine.counting import members_of
from peelrules.engine.stages import Run
from peelrules.model.assessment import Shortage
from peelrules.model.facts import SUBJECT, Stage
from peelrules.model.framework import CoreQuestion
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Status

_MOST_CHOICES = 10_000
"""Choices that are tried. Rules that name no characteristic leave few, for most count as well as each other."""

_Seen = tuple[Any, ...]
"""What each count that matters sees of a characteristic; those of which it sees the same count alike."""
_Choice = tuple[int, ...]
"""How many of each kind of characteristics are assessed besides."""


def shortage(question: CoreQuestion, done: Run, rulebook: Rulebook) -> Shortage | None:
    """The fewest characteristics more with which no rule says that there is too little evidence.

    None if there is no such choice, or if the rules tell so many apart that finding it would take long.
    """
    kinds, suffices = _kinds(question, done, rulebook)
    sizes = [len(kind) for kind in kinds]
    if prod(size + 1 for size in sizes) > _MOST_CHOICES:
        return None
    for more in range(1, sum(sizes) + 1):
        if enough := {choice for choice in _choices(sizes, more) if suffices(choice)}:
            used = [number for number in range(len(kinds)) if any(choice[number] for choice in enough)]
            named = {name for number in used for name in kinds[number]}
            of_these = _choices([size if number in used else 0 for number, size in enumerate(sizes)], more)
            return Shortage(
                more=more,
                of=tuple(c.id for c in question.characteristics if c.id in named),
                any=all(choice in enough for choice in of_these),
            )
    return None


def _kinds(
    question: CoreQuestion, done: Run, rulebook: Rulebook
) -> tuple[Sequence[Sequence[str]], Callable[[_Choice], bool]]:
    """The characteristics not assessed, those together that count alike, and whether a choice of them is enough."""
    stage = Stage.CORE_QUESTION
    rules = [rule for rule in rulebook.of_stage[stage] if rule.conclusion.outcome == "not_enough_evidence"]
    read = {condition.field for rule in rules for conditions in rule.alternatives for condition in conditions}
    counts = [count for count in rulebook.counts_of[stage] if count.id in read]
    supposed = {c.id: Status.lowest() for c in question.characteristics}
    given = done.standings, done.characterised.profiles, rulebook
    before, after = members_of(question, *given), members_of(question, *given, supposed)
    certain: list[_Seen] = []
    kinds: dict[tuple[_Seen, _Seen], list[str]] = {}
    for characteristic, *members in zip(question.characteristics, before, after, strict=True):
        now, then = (tuple(count.seen(member) for count in counts) for member in members)
        if done.standings[characteristic.id].status is None:
            kinds.setdefault((now, then), []).append(characteristic.id)
        else:
            certain.append(now)

    def suffices(choice: _Choice) -> bool:
        told = [*certain]
        for number, ((now, then), names) in zip(choice, kinds.items(), strict=True):
            told += [then] * number + [now] * (len(names) - number)
        fact = {count.id: count.together(seen[at] for seen in told) for at, count in enumerate(counts)}
        return not any(rule.applies({SUBJECT[stage].name: question.id, **fact}) for rule in rules)

    return list(kinds.values()), suffices


def _choices(sizes: Sequence[int], of: int) -> Iterator[_Choice]:
    """Every way to take so many in all, and of each kind no more than there are."""
    if not sizes:
        if of == 0:
            yield ()
        return
    first, *rest = sizes
    for number in range(min(first, of) + 1):
        yield from ((number, *further) for further in _choices(rest, of - number))
