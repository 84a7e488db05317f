"""YAML as plain values, with the place of each.

A small, strict part of YAML 1.2: `true` and `false` are the only booleans, decimal numbers the only
numbers, and everything else that is not quoted is text, so `no`, `12:30` and `010` stay what they
look like. Anchors, tags and several documents in one file are refused. All faults but those of
syntax are collected.
"""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from peelrules.model.problems import DocumentError, Problem

Loc = tuple[int | str, ...]
"""The way to a value: keys of mappings and indices of lists."""

MAX_BYTES = 10_000_000
MAX_DEPTH = 30

_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_CONTROL_CHARACTER = "there is a control character here; remove it"
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times as fast


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


class Node(NamedTuple):
    """Where a value begins, and the nodes and key places below it."""

    place: Place
    below: Mapping[int | str, "Node"]
    keys: Mapping[str, Place]


_NOTHING: Mapping[Any, Any] = {}


class Document:
    """The value of a YAML file and the place of every part of it."""

    def __init__(self, file: str, value: Any, root: Node, faults: Sequence[Problem]) -> None:
        self.file = file
        self.value = value
        self.root = root
        self.faults = faults
        """Faults found while reading."""

    def problem(self, loc: Loc, message: str, *, at_key: bool = False) -> Problem:
        """A problem at a value, or as near to it as the document goes; at its key if *at_key*."""
        place, node = self.root.place, self.root
        for part in loc:
            if (below := node.below.get(part)) is None:
                continue  # a step that only the model knows, such as the index of an implied list
            wants_key = at_key and part == loc[-1] and part in node.keys
            place = node.keys[str(part)] if wants_key else below.place
            node = below
        return Problem(self.file, place.line, place.column, message)

    def part(self, key: str) -> "Document":
        """The value at a key as a document of its own, whose problems stand where they stand in this one."""
        return Document(self.file, self.value[key], self.root.below[key], ())

    def select(self, *path: int | str) -> Iterator[tuple[Loc, Any]]:
        """Every value at a path in which `*` stands for all keys or indices; what is not there is left out."""
        yield from _select(self.value, (), path)


def _select(value: Any, loc: Loc, path: tuple[int | str, ...]) -> Iterator[tuple[Loc, Any]]:
    if not path:
        yield loc, value
        return
    step, rest = path[0], path[1:]
    items: list[tuple[int | str, Any]] = []
    if isinstance(value, Mapping):
        items = list(value.items()) if step == "*" else [(step, value[step])] if step in value else []
    elif isinstance(value, list) and step == "*":
        items = list(enumerate(value))
    for key, below in items:
        yield from _select(below, (*loc, key), rest)


def read(source: str | Path) -> Document:
    """Read a YAML file, or standard input if *source* is `-`.

    Raises:
        DocumentError: it cannot be read, is not UTF-8, or is not YAML.
    """
    return parse(text_of(source), _name(source))


def text_of(source: str | Path) -> str:
    """The text of a file, or of standard input if *source* is `-`.

    Raises:
        DocumentError: it cannot be read, is too large, or is not UTF-8.
    """
    return _text(_name(source), _bytes(source, _name(source)))


def parse(text: str, file: str) -> Document:
    """Read YAML from text; *file* names it in problems.

    Raises:
        DocumentError: the text is not YAML.
    """
    if control := _CONTROL.search(text):
        place = _place_in(text, control.start())
        raise DocumentError([Problem(file, *place, _CONTROL_CHARACTER)])
    builder = _Builder(file, text)
    try:
        events = yaml.parse(text, Loader=_LOADER)
        value, root = builder.document(events)
    except yaml.MarkedYAMLError as error:
        mark, message = _told(error, text)
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise DocumentError([*builder.faults, Problem(file, *place, message)]) from None
    return Document(file, value, root, builder.faults)


def _told(error: yaml.MarkedYAMLError, text: str) -> tuple[Any, str]:
    """Where a fault of syntax really is, and what to do about it."""
    context, problem = error.context or "", error.problem or ""
    if "flow" in context and "did not find expected" in problem:
        return error.context_mark, "this bracket is not closed; close it"
    if "quoted scalar" in context and "end of stream" in problem:
        return error.context_mark, "this quote is not closed; close it"
    if "mapping values are not allowed" in problem:
        return error.problem_mark, (
            "this colon does not fit here; put text that has one in quotes, or check the line above it"
        )
    if "cannot start any token" in problem and error.problem_mark is not None:
        character = _rest_of_line(text, error.problem_mark)[:1]
        message = f"text that begins with `{character}` needs quotes"
        return error.problem_mark, "this is a tab; indent with spaces" if character == "\t" else message
    if "did not find expected" in problem:
        return error.problem_mark, (
            "this does not fit here; check the quotes before it and how far the line is indented"
        )
    what = " ".join(filter(None, (context, problem)))
    return error.problem_mark or error.context_mark, f"this is not YAML: {what}"


def _rest_of_line(text: str, mark: Any) -> str:
    """What stands from a mark on to the end of its line."""
    lines = text.splitlines()
    return lines[mark.line][mark.column :] if mark.line < len(lines) else ""


def _place_in(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, len(before) - before.rfind("\n")


def _name(source: str | Path) -> str:
    return "<stdin>" if str(source) == "-" else str(source)


def _bytes(source: str | Path, file: str) -> bytes:
    try:
        if str(source) == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise DocumentError([Problem(file, 0, 0, "there is no such file")]) from None
    except IsADirectoryError:
        raise DocumentError([Problem(file, 0, 0, "this is a folder; name a file in it")]) from None
    except OSError as error:
        raise DocumentError([Problem(file, 0, 0, f"the file cannot be read: {error.strerror}")]) from None
    if len(data) > MAX_BYTES:
        raise DocumentError([Problem(file, 0, 0, f"the file is larger than {MAX_BYTES // 1_000_000} MB; split it")])
    return data


def _text(file: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = _place_in(data[: error.start].decode("utf-8"), error.start)
        message = f"this is not UTF-8 (byte {data[error.start]:#04x}); save the file in the encoding UTF-8"
        raise DocumentError([Problem(file, line, column, message)]) from None


class _Builder:
    """Builds values and nodes from the parser's events, collecting faults on the way.

    The published types of PyYAML leave out most attributes of events, hence `Any`.
    """

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.faults: list[Problem] = []

    def document(self, events: Iterator[yaml.Event]) -> tuple[Any, Node]:
        value, root = None, Node(Place(1, 1), {}, {})
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault(event, "a second document begins here; put it in a file of its own")
                    break
            elif isinstance(event, yaml.NodeEvent):
                value, root = self._node(event, events, 1)
        return value, root

    def _node(self, event: Any, events: Iterator[yaml.Event], depth: int) -> tuple[Any, Node]:
        if depth > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            raise DocumentError([*self.faults, self._problem(event, message)])
        if isinstance(event, yaml.AliasEvent):
            self._fault(event, f"aliases such as `*{event.anchor}` are not read; write the value out")
            return None, self._leaf(event)
        if event.anchor:
            self._fault(event, f"anchors such as `&{event.anchor}` are not read; remove it")
        if event.tag and event.tag != "!":
            self._fault(event, f"tags such as `{self._tag(event)}` are not read; remove it")
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
            if isinstance(value, str) and _CONTROL.search(value):
                self._fault(event, _CONTROL_CHARACTER)
            return value, self._leaf(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, events, depth)
        return self._mapping(event, events, depth)

    def _sequence(self, start: Any, events: Iterator[yaml.Event], depth: int) -> tuple[list[Any], Node]:
        values: list[Any] = []
        below: dict[int | str, Node] = {}
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            value, below[len(values)] = self._node(event, events, depth + 1)
            values.append(value)
        return values, Node(_place(start), below, _NOTHING)

    def _mapping(self, start: Any, events: Iterator[yaml.Event], depth: int) -> tuple[dict[str, Any], Node]:
        values: dict[str, Any] = {}
        below: dict[int | str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            if key is None:
                self._fault(event, "a key is a word here, not a list or a mapping")
                self._node(event, events, depth + 1)
            value, node = self._node(next(events), events, depth + 1)
            if key is None:
                continue
            if key in keys:
                self._fault(event, f"`{key}` is given twice, first on line {keys[key].line}; keep one of them")
                continue
            values[key], below[key], keys[key] = value, node, _place(event)
        return values, Node(_place(start), below, keys)

    def _tag(self, event: Any) -> str:
        """The tag as it is written."""
        words = _rest_of_line(self.text, event.start_mark).split()
        return words[0] if words else str(event.tag)

    def _leaf(self, event: Any) -> Node:
        return Node(_place(event), _NOTHING, _NOTHING)

    def _fault(self, event: Any, message: str) -> None:
        self.faults.append(self._problem(event, message))

    def _problem(self, event: Any, message: str) -> Problem:
        return Problem(self.file, *_place(event), message)


def _place(event: Any) -> Place:
    mark = event.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _scalar(event: yaml.ScalarEvent) -> bool | int | float | str | None:
    text: str = event.value
    if event.style:  # quoted, or a block of text; a plain scalar has none
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
