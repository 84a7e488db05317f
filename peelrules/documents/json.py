"""JSON with the place of every part. Strings, numbers and words are read by Python's own reader, one at a time."""

import json
import math
import re
from typing import Any

from peelrules.documents.characters import UNWANTED, unwanted
from peelrules.documents.limits import CHARACTERS, DEPTH, DIGITS, PROBLEMS, VALUES, Limit
from peelrules.documents.places import Found, Places, problem_at
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document
from peelrules.model.problems import DocumentError, Problem

_SPACE = re.compile(r"[ \t\r\n]*")
_LIKE_A_NUMBER = re.compile(r"-?[0-9.eE+-]+")
_NO_VALUE = (
    "this is no value of JSON; write text in double quotes, a number, true, false or null, and no comma after the last"
)


def parse(text: str, file: str) -> Document:
    """Read JSON from text; *file* names it in problems.

    Raises:
        DocumentError: the text is not JSON, or larger than the limits allow.
    """
    builder = _Builder(file, text)
    try:
        value = builder.document()
    except RecursionError:  # the limit is raised beyond what Python can do
        raise DocumentError([Problem(file, 0, 0, "nested too deeply to be read")]) from None
    return Document(file, value, Found(builder.places, 0, value), builder.faults)


class _Builder:
    """Builds values from text, collecting faults on the way; what is no JSON ends it."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.faults: list[Problem] = []
        self.places = Places(text)
        self._text = text
        self._at = 0
        self._read_one = json.JSONDecoder(parse_constant=_no_number).raw_decode
        self._depth, self._values, self._characters = DEPTH.most, VALUES.most, CHARACTERS.most
        self._digits, self._problems = DIGITS.most, PROBLEMS.most

    def document(self) -> Any:
        if not self._next():  # an empty file is told as one of YAML is
            self.places.begins.append(0)
            self.places.ends.append(1)
            return None
        value = self._value(1)
        if self._next():
            raise self._refused("this stands after the end of the value; remove it, or check the brackets before it")
        return value

    def _value(self, depth: int) -> Any:
        begins = self._next()
        number = len(self.places.begins)
        self.places.begins.append(self._at)
        self.places.ends.append(number + 1)
        if number >= self._values:
            raise self._refused(VALUES)
        if begins in ("{", "["):
            if depth > self._depth:
                raise self._refused(DEPTH)
            value = (self._object if begins == "{" else self._list)(depth)
            self.places.ends[number] = len(self.places.ends)
            return value
        return self._single(begins)

    def _object(self, depth: int) -> dict[str, Any]:
        opened, values = self._at, dict[str, Any]()
        first: dict[str, int] = {}
        self._at += 1
        while self._goes_on("}", opened, is_first=not first):
            if self._next() != '"':
                raise self._refused("a name in double quotes belongs here; check the comma before it")
            at, number = self._at, len(self.places.begins)
            self.places.begins.append(at)
            self.places.ends.append(number + 1)
            key = self._single('"')
            if self._next() != ":":
                raise self._refused("a colon belongs here, between the name and its value")
            self._at += 1
            value = self._value(depth + 1)
            if key in first:
                line = self.places.place(first[key]).line
                self._tell(at, f"`{quoted(key)}` is given twice, first on line {line}; keep one of them")
                self.places.forget(number)
            else:
                values[key], first[key] = value, number
        return values

    def _list(self, depth: int) -> list[Any]:
        opened, values = self._at, list[Any]()
        self._at += 1
        while self._goes_on("]", opened, is_first=not values):
            values.append(self._value(depth + 1))
        return values

    def _goes_on(self, end: str, opened: int, *, is_first: bool) -> bool:
        """Whether there is another entry; the comma before it, or the bracket at the end, is passed over."""
        found = self._next()
        if not found:
            self._at = opened
            raise self._refused("this bracket is not closed; close it")
        if found == end:
            self._at += 1
            return False
        if not is_first:
            if found != ",":
                raise self._refused(f"a comma or `{end}` belongs here; check the quotes and brackets before it")
            self._at += 1
        return True

    def _single(self, begins: str) -> Any:
        at = self._at
        try:
            value, self._at = self._read_one(self._text, at)
        except json.JSONDecodeError as error:
            if begins == '"' and "Unterminated" in error.msg:
                raise self._refused("this quote is not closed; close it") from None
            self._at = error.pos if begins == '"' else at
            sentence = "write this sign as an escape, such as `\\n` for a line break and `\\\\` for a backslash"
            raise self._refused(sentence if begins == '"' else _NO_VALUE) from None
        except ValueError:  # no number, or one of more digits than Python reads
            raise self._refused(DIGITS if self._text[at : at + 1] in "-0123456789" else _NO_VALUE) from None
        if isinstance(value, str):
            if len(value) > self._characters:
                self._tell(at, CHARACTERS.exceeded)
            if found := UNWANTED.search(value):
                self._tell(at, unwanted(found[0]))
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and not self._is_short(at, value):
            self._tell(at, DIGITS.exceeded)
            return None
        return value

    def _is_short(self, at: int, value: float) -> bool:
        written = _LIKE_A_NUMBER.match(self._text, at)
        digits = written[0].lstrip("-0.").replace(".", "") if written else ""
        return len(digits) <= self._digits and math.isfinite(value)

    def _next(self) -> str:
        """The next sign that is no white space; nothing at the end."""
        if (space := _SPACE.match(self._text, self._at)) is not None:
            self._at = space.end()
        return self._text[self._at : self._at + 1]

    def _tell(self, at: int, message: str) -> None:
        self.faults.append(problem_at(self.file, self.places.lines.place(at), message))
        if len(self.faults) > self._problems:  # nobody reads on, so neither do we
            raise DocumentError(told(self.faults))

    def _refused(self, why: str | Limit) -> DocumentError:
        message = why.exceeded if isinstance(why, Limit) else why
        return DocumentError(told(self.faults, [problem_at(self.file, self.places.lines.place(self._at), message)]))


def _no_number(written: str) -> None:
    raise ValueError(written)
