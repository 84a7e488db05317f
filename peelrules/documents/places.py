"""Where the parts of a document stand.

The places of a document that was read are kept as bare numbers: there are many, and hardly any is asked for.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from peelrules.model.problems import Problem

Loc = tuple[int | str, ...]
"""The way to a value: keys of mappings and indices of lists."""

_LINE_END = re.compile(r"\r\n?|\n")


class Place(NamedTuple):
    """Line and column, counted from 1; of a table its row and column."""

    line: int
    column: int
    where: str = ""
    """As in `Problem`."""


def problem_at(file: str, place: Place, message: str) -> Problem:
    """A problem at a place of a file."""
    return Problem(file, place.line, place.column, message, place.where)


class Lines:
    """Where a position in a text is seen in an editor."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _begins(self) -> "array[int]":
        begins = array("I", [0])
        begins.extend(end.end() for end in _LINE_END.finditer(self._text))
        return begins

    def place(self, position: int) -> Place:
        """The place of a position, counted from 0."""
        line = bisect_right(self._begins, position)
        return Place(line, min(position, len(self._text)) - self._begins[line - 1] + 1)


class Spot(Protocol):
    """Where a value stands, and what is below it."""

    @property
    def place(self) -> Place: ...

    def child(self, part: int | str) -> "Spot | None":
        """Where the value at a key or an index stands."""

    def key(self, part: int | str) -> Place | None:
        """Where a key of a mapping stands."""


class Node(NamedTuple):
    """A spot that is put together: where a value begins, and the nodes and key places below it."""

    place: Place
    below: Mapping[int | str, "Spot"]
    keys: Mapping[str, Place]

    def child(self, part: int | str) -> "Spot | None":
        return self.below.get(part)

    def key(self, part: int | str) -> Place | None:
        return self.keys.get(str(part))


class Places:
    """The places of all nodes, in the order in which they stand; a key stands before its value.

    Kept as bare numbers: a document has many places, of which hardly any is asked for.
    """

    def __init__(self, text: str) -> None:
        self.lines = Lines(text)
        self.begins = array("I")
        """Its position in the text."""
        self.ends = array("I")
        """The number of the node that follows all that is below."""
        self._below: dict[int, Mapping[str, int] | Sequence[int]] = {}

    def place(self, number: int) -> Place:
        return self.lines.place(self.begins[number])

    def forget(self, number: int) -> None:
        """Forget a node, and all that came after it."""
        del self.begins[number:], self.ends[number:]

    def below(self, number: int, value: Any) -> Mapping[str, int] | Sequence[int]:
        """The nodes of the entries of a list, or by key of the values of a mapping."""
        if number not in self._below:
            step = int(isinstance(value, dict))  # over the key
            found, at = array("I"), number + 1
            while at < self.ends[number]:
                found.append(at + step)
                at = self.ends[at + step]
            self._below[number] = dict(zip(value, found, strict=True)) if step else found
        return self._below[number]


class Found(NamedTuple):
    """A spot that was read."""

    places: Places
    number: int
    value: Any

    @property
    def place(self) -> Place:
        return self.places.place(self.number)

    def child(self, part: int | str) -> "Found | None":
        try:
            return Found(self.places, self.places.below(self.number, self.value)[part], self.value[part])  # type: ignore[index]
        except (LookupError, TypeError):  # there is none, or it is neither a list nor a mapping
            return None

    def key(self, part: int | str) -> Place | None:
        below = self.places.below(self.number, self.value)
        if not isinstance(below, dict) or part not in below:
            return None
        return self.places.place(below[part] - 1)
