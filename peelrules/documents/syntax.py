"""What is really wrong where a text is no YAML, in plain words and with what to write instead.

A parser tells where it could go no further, in its own terms. What people did stands mostly there or in the line above.
The libraries in C and in Python use different words for the same fault, of which only what they share is looked at.
"""

import re
from typing import NamedTuple

import yaml

from peelrules.documents.slips import in_line, odd_indent, opened
from peelrules.documents.told import quoted
from peelrules.model.facts import counted

_BEFORE_VALUE = re.compile(r"(?<![^ \t\[{,])[A-Za-z_][\w.-]*:[ \t]+(?=\S)")
_AFTER_VALUE = re.compile(r"(?<![ \t])[ \t]*(?:,[ \t]*[\w.-]+:[ \t]|[\]}])")
_SEMICOLON = re.compile(r";[ \t]*[\w.-]+$")
_INDENT = re.compile(r"[ \t]*(?:- +)*")
_LINE = re.compile(r"[^\r\n]*")
_BLANK = " \t\r\n"

_ELSE = "this does not fit here; check the quotes before it and how far the line is indented"
_COLON = "this colon does not fit here"
_QUOTES = "put all of the text in quotes"
_SENTENCES = {
    "bracket": "this bracket is not closed; close it",
    "block": "this does not fit here; after `|` or `>` the text begins on the next line, indented",
    "comma": "a comma is missing before this; write one",
    "dash": "this dash does not fit here; leave it out, or write each entry of a list in a line of its own",
    "deep": "nested too deeply to be read",
    "escape": "there is a `\\` in these quotes that has no meaning; write `\\\\`, or use single quotes",
    "no entry": "this begins no entry of the list; write `- ` before it, or indent it like the entry above",
    "no name": "this line has no name and colon; write them, or indent it further if the text above goes on here",
    "quote": "this quote is not closed; close it",
    "semicolon": "this is a semicolon; write a comma between entries",
}


class Fault(NamedTuple):
    """Where a text is no YAML."""

    understood: int
    """How far the text was read before."""
    at: int
    """Where it really goes wrong."""
    message: str


class _Line(NamedTuple):
    """A line of the text, without its end."""

    begin: int
    text: str

    @property
    def indent(self) -> int:
        """How much stands before its first word: spaces, and dashes of a list."""
        found = _INDENT.match(self.text)
        return found.end() if found else 0


def fault_of(error: yaml.MarkedYAMLError, text: str) -> Fault:
    """What is wrong where a parser stopped."""
    context, problem = error.context or "", error.problem or ""
    marks = [mark.index for mark in (error.context_mark, error.problem_mark) if mark] or [0]
    begun, at = marks[0], marks[-1]
    if "nesting" in problem:
        return Fault(at, at, _SENTENCES["deep"])
    if "cannot start any token" in problem:
        return Fault(at, at, _needs_quotes(text[at : at + 1]))
    if (message := _in_a_token(context, problem, text[begun : begun + 1])) is not None:
        return Fault(begun, begun, message)
    return _between_tokens(context, problem, text, begun, at)


def _in_a_token(context: str, problem: str, first: str) -> str | None:
    """What is wrong with something that was begun and is of no form; None if that is not what is wrong."""
    if "scalar" in context and ("end of stream" in problem or "unexpected document" in problem):
        return _SENTENCES["quote"]
    if "block scalar" in context:
        return _SENTENCES["block"]
    if "quoted scalar" in context:
        return _SENTENCES["escape"]
    if any(word in context for word in ("alias", "anchor", "directive", "tag")):
        return _needs_quotes(first)
    return None


def _needs_quotes(character: str) -> str:
    if character == "\t":
        return "this is a tab; indent with spaces"
    return f"text that begins with `{character}` needs quotes"


def _between_tokens(context: str, problem: str, text: str, begun: int, at: int) -> Fault:
    """What is wrong with something that is not where it should be."""
    line = _line(text, begun if "simple key" in context else at)
    if fault := _slip_in(line, at) or _odd_indent_at(text, line):
        return fault
    if "simple key" in context:
        return Fault(begun, begun, _SENTENCES["no name"])
    if "flow" in context and "expected ','" in problem:
        return _in_brackets(text, begun, at)
    if "mapping values are not allowed" in problem:
        return _at_colon(text, at)
    if "sequence entries are not allowed" in problem:
        return Fault(at, at, _SENTENCES["dash"])
    if "block" in context:
        return _out_of_place(text, begun, at, is_list="collection" in context)
    return Fault(at, at, _ELSE)


# -- what does not fit ------------------------------------------------------------------------------


def _in_brackets(text: str, begun: int, at: int) -> Fault:
    """Something within brackets that is neither an entry nor their end."""
    line = _line(text, at)
    in_one_line = begun >= line.begin
    if text[at : at + 1] != ":":
        if in_one_line and text[at : at + 1] not in ("", "\r", "\n", "]", "}"):
            return Fault(at, at, _SENTENCES["comma"])
        return Fault(at, begun, _SENTENCES["bracket"])
    start = max(line.begin, begun)
    if found := _SEMICOLON.search(text[start:at]):
        return Fault(at, start + found.start(), _SENTENCES["semicolon"])
    if values := list(_BEFORE_VALUE.finditer(text, start, at)):
        return _at_value(text, values[-1], at, _AFTER_VALUE.search(text, at, line.begin + len(line.text)))
    if in_one_line:
        return Fault(at, at, f"{_COLON}; put text that has one in quotes")
    return Fault(at, begun, _SENTENCES["bracket"])


def _at_value(text: str, before: re.Match[str], at: int, after: re.Match[str] | None) -> Fault:
    """A value within brackets that has a colon."""
    begin = before.end()
    if (message := opened(text[begin])) is not None:
        return Fault(at, begin, message)
    remedy = _quoting(before[0], text[begin : after.start()] if after else "")
    return Fault(at, at, f"{_COLON}; {remedy}, or write a comma before the next name")


def _at_colon(text: str, at: int) -> Fault:
    """A colon that makes a name of what is none."""
    line = _line(text, at)
    if before := _BEFORE_VALUE.search(text, line.begin, at):
        if (message := opened(text[before.end()])) is not None:
            return Fault(at, before.end(), message)
        return Fault(at, at, f"{_COLON}; {_quoting_to_the_end(text, line, before)}")
    if (above := _above(text, line)) is None:
        return Fault(at, at, f"{_COLON}; put text that has one in quotes")
    if fault := _slip_in(above):
        return fault
    if line.indent > above.indent:
        return Fault(at, at, f"{_COLON}; indent this line like the one above, or, if its text goes on here, {_QUOTES}")
    return Fault(at, at, f"{_COLON}; write a name and a colon in the line above, too")


def _out_of_place(text: str, begun: int, at: int, *, is_list: bool) -> Fault:
    """Something that goes neither with what is before it nor with what is around it."""
    line = _line(text, at)
    before = text[line.begin : at]
    if before.rstrip(" \t").endswith(('"', "'")):
        found = _BEFORE_VALUE.search(text, line.begin, at)
        return Fault(at, at, f"the text goes on after its quotes; {_quoting_to_the_end(text, line, found)}")
    above = _above(text, line)
    if before.strip(" \t") or above is None:
        return Fault(at, at, _ELSE)
    indent, outer = len(before), begun - _line(text, begun).begin
    if is_list and indent == outer:
        return Fault(at, at, _SENTENCES["no entry"])
    others = " and ".join(f"by {each}" for each in sorted({above.indent, outer} - {indent}, reverse=True))
    if not others:
        return Fault(at, at, _ELSE)
    message = (
        f"this line is indented by {counted(indent, 'space')}, the lines above {others}; indent it like those it goes "
        "with"
    )
    return Fault(at, at, message)


def _slip_in(line: _Line, unfit: int = -1) -> Fault | None:
    if (slip := in_line(line.text, unfit - line.begin)) is None:
        return None
    return Fault(line.begin + slip.at, line.begin + slip.at, slip.message)


def _odd_indent_at(text: str, line: _Line) -> Fault | None:
    """What is wrong with how far the line or the one above it is indented, if that is no ordinary space."""
    begin = (_above(text, line) or line).begin
    slip = odd_indent(text[begin:])
    if slip is None or begin + slip.at > line.begin + len(line.text):
        return None
    return Fault(begin + slip.at, begin + slip.at, slip.message)


# -- texts that need quotes -------------------------------------------------------------------------


def _quoting_to_the_end(text: str, line: _Line, before: re.Match[str] | None) -> str:
    """That the text from a name to the end of its line needs quotes, if it does not go on in another."""
    if before is None:
        return _QUOTES
    end = line.begin + len(line.text)
    rest = text[end:]
    below = _line(text, end + len(rest) - len(rest.lstrip(_BLANK)))
    goes_on = below.begin > line.begin and below.indent > line.indent
    return _quoting(before[0], "" if goes_on else text[before.end() : end])


def _quoting(name: str, value: str) -> str:
    """That a text needs quotes, and how it looks with them if it is known where it ends."""
    return f"{_QUOTES}: `{quoted(name + _in_quotes(value.strip(_BLANK)))}`" if value else _QUOTES


def _in_quotes(value: str) -> str:
    """A text in quotes that it does not have itself."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1]
    if '"' not in value and "\\" not in value:
        return f'"{value}"'
    return "'" + value.replace("'", "''") + "'"


# -- lines ------------------------------------------------------------------------------------------


def _line(text: str, position: int) -> _Line:
    """The line in which a position lies."""
    begin = max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1
    found = _LINE.match(text, begin)
    return _Line(begin, found[0] if found else "")


def _above(text: str, line: _Line) -> _Line | None:
    """The last line above that has anything."""
    before = text[: line.begin].rstrip(_BLANK)
    return _line(text, len(before)) if before else None
