"""YAML as plain values, with the place of each.

A small, strict part of YAML 1.2: `true` and `false` are the only booleans, decimal numbers the only
numbers, and everything else that is not quoted is text, so `no`, `12:30` and `010` stay what they
look like. Anchors, tags and several documents in one file are refused, and so is a comment that may
be meant as text. All faults but those of syntax are collected.

What is told does not depend on the YAML library: not on how far it reads ahead, nor on its words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from peelrules.documents.characters import UNWANTED, UNWANTED_AS_IT_IS, unwanted
from peelrules.documents.files import name_of, text_of
from peelrules.documents.limits import CHARACTERS, DEPTH, DIGITS, PROBLEMS, VALUES, Limit
from peelrules.documents.places import Found, Lines, Loc, Places, Spot, problem_at
from peelrules.documents.slips import SPACES, joined, odd_indent, typographic, without_space
from peelrules.documents.syntax import fault_of
from peelrules.documents.told import quoted, told
from peelrules.model.problems import DocumentError, Problem

_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_RIGHT_AFTER = re.compile(r"#(?:(?<=[^ \t\r\n]#)|(?<=[^ \t\r\n] #))")
_END_OF_LINE = re.compile(r"\Z|[\r\n]")
_TAG = re.compile(r"!\S*")
_LOST = (
    "text after `#` is a comment in YAML and would be lost; put the text in quotes, "
    "or write two spaces before the `#` if it is meant as a comment"
)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast


class Document:
    """The value of a file and the place of every part of it."""

    def __init__(self, file: str, value: Any, root: Spot, faults: Sequence[Problem], *, is_table: bool = False) -> None:
        self.file = file
        self.value = value
        self.root = root
        self.faults = faults
        """Faults found while reading."""
        self.is_table = is_table
        """Whether it is a table of findings, which need not say in the words of which framework."""

    @cached_property
    def faulty(self) -> frozenset[Problem]:
        """The places of those faults, as problems without a message."""
        return frozenset(fault._replace(message="") for fault in self.faults)

    def problem(self, loc: Loc, message: str, *, at_key: bool = False) -> Problem:
        """A problem at a value, or as near to it as the document goes; at its key if *at_key*."""
        place, spot = self.root.place, self.root
        for part in loc:
            if (below := spot.child(part)) is None:
                continue  # a step that only the model knows, such as the index of an implied list
            key = spot.key(part) if at_key and part == loc[-1] else None
            place, spot = key or below.place, below
        return problem_at(self.file, place, message)

    def part(self, key: str) -> "Document":
        """The value at a key as a document of its own, whose problems stand where they stand in this one."""
        return Document(self.file, self.value[key], self.root.child(key) or self.root, ())

    def with_value(self, value: Any) -> "Document":
        """The document with another value, whose problems stand where they stand in this one."""
        return Document(self.file, value, self.root, self.faults, is_table=self.is_table)

    def select(self, *path: int | str) -> Iterator[tuple[Loc, Any]]:
        """Every value at a path in which `*` stands for all keys or indices; what is not there is left out."""
        yield from _select(self.value, (), path)


def _select(value: Any, loc: Loc, path: tuple[int | str, ...]) -> Iterator[tuple[Loc, Any]]:
    if not path:
        yield loc, value
        return
    step, rest = path[0], path[1:]
    items: Iterable[tuple[int | str, Any]] = ()
    if isinstance(value, Mapping):
        items = value.items() if step == "*" else [(step, value[step])] if step in value else ()
    elif isinstance(value, list) and step == "*":
        items = enumerate(value)
    for key, below in items:
        yield from _select(below, (*loc, key), rest)


def read(source: str | Path) -> Document:
    """Read a YAML file, or standard input if *source* is `-`.

    Raises:
        DocumentError: it cannot be read, is not UTF-8, or is not YAML.
    """
    return parse(text_of(source), name_of(source))


def parse(text: str, file: str) -> Document:
    """Read YAML from text; *file* names it in problems.

    Raises:
        DocumentError: the text is not YAML, or larger than the limits allow.
    """
    if found := UNWANTED_AS_IT_IS.search(text):
        raise DocumentError([problem_at(file, Lines(text).place(found.start()), unwanted(found[0]))])
    builder = _Builder(file, text)
    try:
        value = builder.document()
        return Document(file, value, Found(builder.places, 0, value), builder.faults)
    except yaml.MarkedYAMLError as error:
        fault = fault_of(error, text)
        # What the library read ahead of its events counts too: it may be nested too deeply, or have faults.
        before = _Builder(file, text[: fault.understood])
        try:
            before.document()
        except (yaml.MarkedYAMLError, RecursionError):
            before.tell_lost_text()
        problem = problem_at(file, Lines(text).place(fault.at), fault.message)
        # a bracket whose end was lost with the text is closed once that is not
        follows = any(each.message == _LOST and each > problem for each in before.faults)
        raise DocumentError(told(before.faults, [] if follows else [problem])) from None
    except RecursionError:  # the limit is raised beyond what Python can do
        raise DocumentError([Problem(file, 0, 0, "nested too deeply to be read")]) from None


def _is_nothing(event: Any) -> bool:
    """Whether nothing is written where a value could be."""
    return isinstance(event, yaml.ScalarEvent) and not event.style and not event.value


# -- values and their places ----------------------------------------------------------------------


class _Builder:
    """Builds values from the parser's events, collecting faults on the way.

    The published types of PyYAML leave out most attributes of events, hence `Any`.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.faults: list[Problem] = []
        self.places = Places(text)
        self._events: Iterator[Any] = iter(yaml.parse(text, Loader=_LOADER))
        self._scalars: list[tuple[int, int]] | None = [] if _RIGHT_AFTER.search(text) else None
        self._depth, self._values, self._characters = DEPTH.most, VALUES.most, CHARACTERS.most
        self._digits, self._problems = DIGITS.most, PROBLEMS.most

    def document(self) -> Any:
        value, documents = None, 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault(event, "a second document begins here; put it in a file of its own")
                    break
            elif isinstance(event, yaml.NodeEvent):
                value = self._node(event, 1)
        if not documents:
            self._add(0)
        self.tell_lost_text()
        return value

    def tell_lost_text(self) -> None:
        """A fault for each comment right after something, as in `ranked #3 of 43`."""
        text, scalars, number, at = self.text, self._scalars, 0, -1
        if scalars is None:
            return
        while (at := text.find("#", at + 1)) >= 0:
            while number < len(scalars) and scalars[number][1] <= at:
                number += 1
            if number < len(scalars) and scalars[number][0] <= at:
                at = scalars[number][1] - 1  # it is text
                continue
            if _RIGHT_AFTER.match(text, at):
                self._tell(self._problem(at, _LOST))
            at = _END_OF_LINE.search(text, at).start() - 1  # type: ignore[union-attr]

    def _node(self, event: Any, depth: int) -> Any:
        number = self._begin(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._value(event, event.value)
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, f"aliases such as `*{quoted(event.anchor)}` are not read; write the value out")
            return None
        if depth > self._depth:
            raise self._refused(event, DEPTH)
        if isinstance(event, yaml.SequenceStartEvent):
            value: Any = self._sequence(depth)
        else:
            value = self._mapping(depth, in_flow=event.flow_style)
        self.places.ends[number] = len(self.places.ends)
        return value

    def _begin(self, event: Any) -> int:
        """Note where a node stands, and what of it is not read."""
        number = self._add(event.start_mark.index)
        if number >= self._values:
            raise self._refused(event, VALUES)
        if isinstance(event, yaml.AliasEvent):
            return number
        if event.anchor:
            self._fault(event, f"anchors such as `&{quoted(event.anchor)}` are not read; remove it")
        if event.tag:
            tag = _TAG.search(self.text, event.start_mark.index)
            self._fault(event, f"tags such as `{quoted(tag[0] if tag else event.tag)}` are not read; remove it")
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > self._characters:
                self._fault(event, CHARACTERS.exceeded)
            if event.style == '"' and (found := UNWANTED.search(event.value)):
                self._fault(event, unwanted(found[0]))
            if self._scalars is not None:
                self._scalars.append(self._extent(event))
        return number

    def _add(self, begin: int) -> int:
        number = len(self.places.begins)
        self.places.begins.append(begin)
        self.places.ends.append(number + 1)
        return number

    def _extent(self, event: Any) -> tuple[int, int]:
        """From where to where a scalar stands."""
        begin, end = event.start_mark.index, event.end_mark.index
        if event.style in ("|", ">"):  # what stands behind the sign is no part of the text
            begin = _END_OF_LINE.search(self.text, begin).start()  # type: ignore[union-attr]
        return begin, end

    def _value(self, event: Any, text: str) -> bool | int | float | str | None:
        if event.style:  # quoted, or a block of text; a plain scalar has none
            return text
        if (fault := typographic(text)) is not None:
            self._fault(event, fault)
        text = text.strip(SPACES)
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        number = int if _INTEGER.fullmatch(text) else float if _DECIMAL.fullmatch(text) else None
        if number is None:
            return text
        if len(text.lstrip("+-0.").replace(".", "")) <= self._digits:
            try:
                return number(text)
            except ValueError:  # the limit is raised beyond what Python can do
                pass
        self._fault(event, DIGITS.exceeded)
        return None

    def _sequence(self, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            values.append(self._node(event, depth + 1))
        return values

    def _mapping(self, depth: int, *, in_flow: bool) -> dict[str, Any]:
        values: dict[str, Any] = {}
        first: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            number = len(self.places.begins)
            if isinstance(event, yaml.ScalarEvent):
                self._begin(event)
                key = self._key(event)
            else:
                if not isinstance(event, yaml.AliasEvent):  # of which another fault is told
                    self._fault(event, "a key is a word here, not a list or a mapping")
                self._node(event, depth + 1)
                key = None
            value = self._node(given := next(self._events), depth + 1)
            if in_flow and key and not event.style and (pair := joined(key)) and _is_nothing(given):
                self._fault(event, without_space(*pair))
                key, value = pair[0], self._value(event, pair[1])
            if key in first:
                line = self.places.place(first[key]).line
                self._fault(event, f"`{quoted(key)}` is given twice, first on line {line}; keep one of them")
            if key is None or key in first:
                self.places.forget(number)
                continue
            values[key], first[key] = value, number
        return values

    def _key(self, event: Any) -> str:
        key: str = event.value
        if event.style:
            return key
        stripped = key.strip(SPACES)
        if not key.startswith(stripped):
            at = event.start_mark.index
            begin = at + 1 - self.places.lines.place(at).column
            if (slip := odd_indent(self.text[begin:])) and begin + slip.at == at:
                # what belongs to what is not known, so nothing else is told
                raise DocumentError([self._problem(at, slip.message)])
        return stripped

    def _fault(self, event: Any, message: str) -> None:
        self._tell(self._problem(event.start_mark.index, message))

    def _tell(self, problem: Problem) -> None:
        self.faults.append(problem)
        if len(self.faults) > self._problems:  # nobody reads on, so neither do we
            raise DocumentError(told(self.faults))

    def _refused(self, event: Any, limit: Limit) -> DocumentError:
        return DocumentError(told(self.faults, [self._problem(event.start_mark.index, limit.exceeded)]))

    def _problem(self, position: int, message: str) -> Problem:
        return problem_at(self.file, self.places.lines.place(position), message)
