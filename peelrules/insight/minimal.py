"""Minimal sets: the smallest choices that bring something about, where more never undoes it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def minimal_sets(
    elements: Iterable[T],
    suffices: Callable[[frozenset[T]], bool],
    compare: Callable[[int], None] = lambda _number: None,
) -> list[frozenset[T]]:
    """Every set of elements that suffices and of which no part does, in no particular order.

    *suffices* must be monotone: whatever contains a set that suffices suffices too. Each set that
    does not is grown until nothing can be added; what it leaves out must then be hit by every set
    that does. The smallest hitting sets are tried next, until all of them suffice (dualisation, so
    the work grows with the number of answers and not with the number of subsets). *compare* is told
    before so many sets are compared; what it raises ends the search.
    """
    everything: frozenset[T] = frozenset(elements)
    if not suffices(everything):
        return []
    candidates: set[frozenset[T]] = {frozenset()}
    minimal: set[frozenset[T]] = set()
    while untried := candidates - minimal:
        candidate = untried.pop()
        if suffices(candidate):
            minimal.add(candidate)
            continue
        grown = _grown(candidate, everything, suffices)
        left_out = everything - grown
        compare(len(candidates) * len(left_out))
        made = {c for c in candidates if c & left_out}
        made |= {c | {element} for c in candidates if not c & left_out for element in left_out}
        candidates = _smallest(made, compare)
    return list(minimal)


def _grown(start: frozenset[T], everything: frozenset[T], suffices: Callable[[frozenset[T]], bool]) -> frozenset[T]:
    """A set around *start* that does not suffice, and to which nothing can be added without it sufficing."""
    grown = start
    for element in everything - start:
        if not suffices(grown | {element}):
            grown |= {element}
    return grown


def _smallest(sets: set[frozenset[T]], compare: Callable[[int], None]) -> set[frozenset[T]]:
    """The sets that contain no other."""
    kept: list[frozenset[T]] = []
    for candidate in sorted(sets, key=len):
        compare(len(kept))
        if not any(smaller <= candidate for smaller in kept):
            kept.append(candidate)
    return set(kept)
