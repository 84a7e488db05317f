"""What became of the characteristics of one framework in another, and of evidence on the way from one to the other."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import cached_property
from typing import Self

from peelrules.model.base import Frozen, Text
from peelrules.model.framework import Framework
from peelrules.model.problems import ArgumentError


class Kind(Enum):
    """What became of characteristics."""

    SAME = "same"
    """One became one, maybe by another name or in other words."""
    SPLIT = "split"
    """One became several, each of them a part of it."""
    MERGED = "merged"
    """Several became one."""
    REGROUPED = "regrouped"
    """Over several steps: what the older ones cover is not all of what the newer ones cover, or the reverse."""
    GONE = "gone"
    """The newer framework does not ask for it."""
    NEW = "new"
    """The older framework did not ask for it."""

    @classmethod
    def of(cls, before: int, after: int) -> "Kind":
        """What became of so many characteristics that became so many."""
        match before, after:
            case 1, 1:
                return cls.SAME
            case _, 0:
                return cls.GONE
            case 0, _:
                return cls.NEW
            case 1, _:
                return cls.SPLIT
            case _, 1:
                return cls.MERGED
        return cls.REGROUPED


class Pair(Frozen):
    """Characteristics of the older framework, and those of the newer one that they became."""

    kind: Kind
    became: Mapping[str, tuple[str, ...]]
    """Each of the older ones, with those that it became; with none, it is gone."""
    after: tuple[str, ...]
    notes: tuple[Text, ...] = ()

    @property
    def before(self) -> tuple[str, ...]:
        return tuple(self.became)

    @classmethod
    def between(cls, before: Sequence[str], after: Sequence[str], notes: Iterable[str] = ()) -> Self:
        """The pair in which each of the older ones became all of the newer ones."""
        kind = Kind.of(len(before), len(after))
        return cls(kind=kind, became=dict.fromkeys(before, tuple(after)), after=tuple(after), notes=tuple(notes))


class Crosswalk(Frozen):
    """From the characteristics of one framework to those of another. Each of both stands in exactly one pair."""

    before: Text
    """Id of the older framework."""
    after: Text
    """Id of the newer one."""
    pairs: tuple[Pair, ...]
    strands: tuple[Text, ...]
    """Those that both frameworks have."""
    methods: tuple[Text, ...]
    """Those that both frameworks have."""

    @classmethod
    def between(cls, before: Framework, after: Framework, pairs: Iterable[Pair]) -> Self:
        """The crosswalk with these pairs, and one for each other characteristic that is word for word in both.

        The pairs are put into the order of the older framework; what is new comes last, in that of the newer one.
        """
        named = [*pairs]
        said_before = {old for pair in named for old in pair.before}
        said_after = {new for pair in named for new in pair.after}
        kept = (c for c in same_in_both(before, after) if c not in said_before | said_after)
        old_rank = {c: rank for rank, c in enumerate(before.characteristics)}
        new_rank = {c: rank for rank, c in enumerate(after.characteristics)}

        def rank(pair: Pair) -> tuple[int, int]:
            return (
                min((old_rank[c] for c in pair.before), default=len(old_rank)),
                min((new_rank[c] for c in pair.after), default=len(new_rank)),
            )

        return cls(
            before=before.id,
            after=after.id,
            pairs=tuple(sorted([*named, *(Pair.between([c], [c]) for c in kept)], key=rank)),
            strands=tuple(strand for strand in before.strands if strand in after.strands),
            methods=tuple(method for method in before.methods if method in after.methods),
        )

    @cached_property
    def became(self) -> Mapping[str, tuple[str, ...]]:
        """Each characteristic of the older framework, with those that it became."""
        return {old: news for pair in self.pairs for old, news in pair.became.items()}

    def then(self, later: "Crosswalk") -> "Crosswalk":
        """From the older framework of this crosswalk to the newer one of another that goes on where this one ends.

        Raises:
            ArgumentError: the other one does not begin where this one ends.
        """
        if self.after != later.before:
            message = f"a crosswalk to {self.after} cannot be continued by one from {later.before}"
            raise ArgumentError(f"{message}; name one that begins where the other ends")
        joined = (_joined(first, second) for first, second in _groups(self.pairs, later.pairs))
        return Crosswalk(
            before=self.before,
            after=later.after,
            pairs=tuple(pair for pair in joined if pair.before or pair.after),
            strands=tuple(strand for strand in self.strands if strand in later.strands),
            methods=tuple(method for method in self.methods if method in later.methods),
        )


class Touched(Frozen):
    """Findings that are touched by what became of the characteristics that they bear on."""

    kind: Kind
    before: tuple[Text, ...]
    after: tuple[Text, ...]
    findings: tuple[Text, ...]
    """Their ids; none of what is new, for which nothing was coded."""


class Carriage(Frozen):
    """What became of evidence that was coded for one framework and is read under another. Findings are told by id."""

    coded_for: Text
    """Id of the framework for which it was coded, or under which it was read before."""
    lost: tuple[Text, ...]
    """Findings left out: everything that they bear on is gone, or their strand is."""
    moved: tuple[Text, ...]
    """Findings that were first of all about what is gone, and now are about the next that they bear on."""
    touched: tuple[Touched, ...]
    """By characteristics that did not become one each; and all that are new."""
    strands: Mapping[str, tuple[Text, ...]]
    """Strands that the newer framework does not have, with their findings, all of which are lost."""
    methods: Mapping[str, tuple[Text, ...]]
    """Methods that the newer framework does not have, with the findings that are carried without."""


def same_in_both(before: Framework, after: Framework) -> tuple[str, ...]:
    """The characteristics that are word for word in both frameworks, under the same id."""
    return tuple(c for c, described in before.characteristics.items() if after.characteristics.get(c) == described)


def _groups(first: Sequence[Pair], second: Sequence[Pair]) -> Sequence[tuple[Sequence[Pair], Sequence[Pair]]]:
    """The pairs of two steps that hang together by what stands between them, in the order of the first step."""
    pairs = (first, second)
    at = (
        {middle: number for number, pair in enumerate(first) for middle in pair.after},
        {middle: number for number, pair in enumerate(second) for middle in pair.before},
    )
    seen: set[tuple[int, int]] = set()
    groups: list[tuple[Sequence[Pair], Sequence[Pair]]] = []
    for start in ((step, number) for step in (0, 1) for number in range(len(pairs[step]))):
        if start in seen:
            continue
        group, pending = {start}, [start]
        while pending:
            step, number = pending.pop()
            pair = pairs[step][number]
            hanging = {(1 - step, at[1 - step][middle]) for middle in (pair.before if step else pair.after)}
            pending += hanging - group
            group |= hanging
        seen |= group
        firsts, seconds = ([pairs[step][n] for s, n in sorted(group) if s == step] for step in (0, 1))
        groups.append((firsts, seconds))
    return groups


def _joined(first: Sequence[Pair], second: Sequence[Pair]) -> Pair:
    """Pairs of two steps that hang together as one pair. It has neither side where something came and went again."""
    through = {middle: pair.became[middle] for pair in second for middle in pair.before}
    became = {
        old: tuple(dict.fromkeys(new for middle in middles for new in through[middle]))
        for pair in first
        for old, middles in pair.became.items()
    }
    linked = (new for news in became.values() for new in news)
    after = tuple(dict.fromkeys((*linked, *(new for pair in second for new in pair.after))))
    covers_other_matter = any(pair.kind in (Kind.NEW, Kind.GONE, Kind.REGROUPED) for pair in (*first, *second))
    is_uneven = covers_other_matter and bool(became) and bool(after)
    kind = Kind.REGROUPED if is_uneven else Kind.of(len(became), len(after))
    notes = dict.fromkeys(note for pair in (*first, *second) for note in pair.notes)
    return Pair(kind=kind, became=became, after=after, notes=tuple(notes))
