"""Which way a count grows worse: found by making the evidence better in every way that can matter to it.

Better evidence is one of these: a member is better in one field, there is a strength more, a shortfall less, or a
characteristic of which nothing was known turns out well. A count looks at each member by itself and brings together
what it sees: how many there are, the worst level, or a part of a whole. So whether a change raises or lowers it is seen
beside no other member, beside one that is counted, and beside one that is only part of the whole; and whether it
matters to a member is seen where all else about it is asked for, at its best and at its worst, and where it is not.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache, partial
from itertools import pairwise, product
from typing import Any, NamedTuple

from peelrules.model.conditions import best, satisfying, telling
from peelrules.model.counts import CREDIT, Count, Kind, Member
from peelrules.model.facts import Field, Fields, Harm, Stage, fields, in_words
from peelrules.model.scales import Direction, Status

Credit = Mapping[Status, Fraction]


class Move(NamedTuple):
    """Evidence for a count, and better evidence."""

    before: tuple[Member, ...]
    after: tuple[Member, ...]
    words: Callable[[], str]


class Swing(NamedTuple):
    """Better evidence that raises a count, and better evidence that lowers it, in words."""

    raised: str
    lowered: str


def harm_of(count: Count, read: Fields, credit: Credit) -> Harm | Swing:
    """Which way a count grows worse, or that better evidence could move it either way.

    Args:
        read: what counts of its stage may read.
        credit: what each status is worth.
    """
    return _harm_of(count, tuple(read.values()), tuple(credit.items()))


@lru_cache(maxsize=1000)
def _harm_of(count: Count, readable: tuple[Field, ...], worth: tuple[tuple[Status, Fraction], ...]) -> Harm | Swing:
    needed = {*count.reads, "direction", "assessed", "status", "strand"}
    read, credit = fields(*(field for field in readable if field.name in needed)), dict(worth)
    raised = lowered = ""
    for move in _moves(count, read, credit):
        before, after = count.value(move.before), count.value(move.after)
        if after > before:  # type: ignore[operator]
            raised = raised or _in_words(move, before, after, "rises")
        elif after < before:  # type: ignore[operator]
            lowered = lowered or _in_words(move, before, after, "falls")
        if raised and lowered:
            return Swing(raised, lowered)
    return Harm.WHEN_LOWER if raised else Harm.WHEN_HIGHER if lowered else Harm.NEITHER


def counts_nothing(count: Count, read: Fields) -> tuple[str, ...]:
    """The fields of which a count asks something that no value of theirs satisfies."""
    asked = (*count.of, *count.where)
    return tuple(sorted({c.field for c in asked if not satisfying(read[c.field], asked)}))


def _moves(count: Count, read: Fields, credit: Credit) -> Iterator[Move]:
    """Every kind of better evidence, alone and beside another member."""
    for alone in (*_better(count, read), *_more_or_less(count, read)):
        for other in others(count, read):
            yield Move(
                tuple(with_worth(m, credit) for m in (*alone.before, *other)),
                tuple(with_worth(m, credit) for m in (*alone.after, *other)),
                partial(_both, alone.words, other, count),
            )


def _both(words: Callable[[], str], other: tuple[Member, ...], count: Count) -> str:
    return f"{words()}{_beside(other, count)}"


def _better(count: Count, read: Fields) -> Iterator[Move]:
    """One member, better by a step in one field."""
    for name in sorted(count.reads):
        if read[name].harm is Harm.NEITHER or name == "assessed":
            continue
        values = telling(read[name], (*count.where, *count.of))
        for around in _arounds(count, read, name):
            for better, worse in pairwise(values):
                worse_one, better_one = (_member({**around, name: value}, read) for value in (worse, better))
                yield Move((worse_one,), (better_one,), partial(_step, read[name], better, worse, around, count))


def _step(field: Field, better: Any, worse: Any, around: Mapping[str, Any], count: Count) -> str:
    step = f"{field.title} is {in_words(better)} and not {in_words(worse)}"
    return f"{step}{_told(around, count, field.name)}"


def _more_or_less(count: Count, read: Fields) -> Iterator[Move]:
    """A strength more, a shortfall less; of a core question, a characteristic of which nothing was known."""
    asked = best(read, (*count.of, *count.where))
    named = {n: asked[n] for n in asked if read[n].harm is Harm.NEITHER}
    finest = best(read) | named
    if count.stage is Stage.CORE_QUESTION:
        other = {n: outside[0] for n in named if (outside := _outside(read[n], count))}
        for names in (named, *({**named, n: value} for n, value in other.items())):
            unknown, fine = (_member({**finest, **names, "assessed": known}, read) for known in (False, True))
            yield Move((unknown,), (fine,), lambda: "one that was not assessed turns out well")
        return
    of_a_strength = [name for name in ("exceptional", "progress", "innovative") if name in read]
    for values in product((True, False), repeat=len(of_a_strength)):
        strength = {**finest, **dict(zip(of_a_strength, values, strict=True))}
        yield Move((), (strength,), lambda: "there is one strength more")
    for around in _arounds(count, read, "direction"):
        yield Move(({**around, "direction": Direction.SHORTFALL},), (), lambda: "there is one shortfall less")


def _arounds(count: Count, read: Fields, name: str) -> Iterator[dict[str, Any]]:
    """What else is so of a member: all that is asked for, at its best and at its worst; and where one thing is not."""
    asked = (*count.of, *count.where)
    held = {n: satisfying(f, asked) for n, f in read.items() if n != name}
    yield {n: values[0] for n, values in held.items()}
    yield {n: values[-1] for n, values in held.items()}
    for condition in count.where:
        if condition.field != name and (outside := _outside(read[condition.field], count)):
            yield {n: values[0] for n, values in held.items()} | {condition.field: outside[0]}


def _outside(field: Field, count: Count) -> list[Any]:
    """Values of a field that belong to the whole, or to all, but are not counted."""
    within = satisfying(field, (*count.of, *count.where))
    of = [c for c in count.of if c.field == field.name]
    every = telling(field, (*count.of, *count.where))
    return [v for v in every if v not in within and all(c.comparator.holds(v, c.bound) for c in of)]


def others(count: Count, read: Fields) -> Iterator[tuple[Member, ...]]:
    """No other member, one that is counted, and one of the whole that is not; of credit, one worth all and one worth
    nothing.
    """
    yield ()
    if count.kind is not Kind.SHARE:
        return
    counted = best(read, (*count.of, *count.where))
    yield (_member(counted, read),)
    if count.what == CREDIT:
        yield (_member({**counted, "status": Status.lowest()}, read),)
    for condition in count.where:
        if outside := _outside(read[condition.field], count):
            yield (_member({**counted, condition.field: outside[0]}, read),)


def _member(values: dict[str, Any], read: Fields) -> Member:
    """A member, of which only name and role are known if it is not assessed."""
    if values.get("assessed") is False:
        return {n: v for n, v in values.items() if n == "assessed" or (read[n].harm is Harm.NEITHER)}
    return values


def with_worth(member: Member, credit: Credit) -> Member:
    """A member with what it is worth by its status, if it has one."""
    return {**member, CREDIT: credit[member["status"]]} if "status" in member else member


def _told(around: Mapping[str, Any], count: Count, name: str) -> str:
    """What else is so of a member, in words, as far as the count looks at it."""
    told = [f"{n.replace('_', ' ')} {in_words(around[n])}" for n in around if n in count.reads and n != name]
    return f", of one with {', '.join(told)}" if told else ""


def _beside(other: tuple[Member, ...], count: Count) -> str:
    if not other:
        return ""
    told = ", ".join(f"{n.replace('_', ' ')} {in_words(v)}" for n, v in other[0].items() if n in count.reads)
    return f", beside one with {told}" if told else ", beside another"


def _in_words(move: Move, before: Any, after: Any, does: str) -> str:
    return f"it {does} from {in_words(before)} to {in_words(after)} when {move.words()}"
