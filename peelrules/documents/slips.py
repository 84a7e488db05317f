"""What word processors and hurried fingers put into YAML, which takes it for something else than was meant."""

import re
from collections.abc import Collection
from typing import NamedTuple

from peelrules.documents.told import quoted

SPACES = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u202f\u205f\u2060\u3000"
"""What looks like a space, or like nothing, and is a letter like any other in YAML."""
_QUOTES = {"\u201c": "\u201d", "\u201e": "\u201c", "\xab": "\xbb"}
"""Quotes of word processors: those that open, with those that close."""
_SINGLE, _APOSTROPHE = "\u2018", "\u2019"

_ODD_INDENT = re.compile(rf"^[ \t]*(?:- *)*([{SPACES}])", re.MULTILINE)
_ODD_DASH = re.compile(rf"[ \t]*([\u2010-\u2015\u2212\u2022\u00b7])[ {SPACES}]")
_DASH_ALONE = re.compile(r"[ \t]*(-)(?=[A-Za-z_][\w.-]*:(?: |$))")
_NAME = re.compile(rf"[ \t]*(?:- +)*([A-Za-z_][\w.-]*)[ {SPACES}]*([:=\uff1a])(.*)")
_BETWEEN_NAMES = re.compile(r"[;,]")
_JOINED = re.compile(r"([A-Za-z_][\w.-]*):(?!//)(\S.*)")


class Slip(NamedTuple):
    """What is wrong at a position."""

    at: int
    message: str


def odd_indent(text: str) -> Slip | None:
    """What is wrong with lines that are indented with what only looks like a space, at the first of them."""
    if (first := _ODD_INDENT.search(text)) is None:
        return None
    more = len(_ODD_INDENT.findall(text)) - 1
    others = f", as {'is' if more == 1 else 'are'} {more:,} more" if more else ""
    message = f"this line is indented with {_space(first[1])}{others}; indent with ordinary spaces"
    return Slip(first.start(1), message)


def in_line(text: str, unfit: int = -1) -> Slip | None:
    """What a line has in place of what was meant, up to a colon in it that is known to be unfit."""
    if found := _ODD_DASH.match(text):
        return Slip(found.start(1), f"this is no dash of a list; write `-` for `{found[1]}`")
    if found := _DASH_ALONE.match(text):
        return Slip(found.start(1), "a space is missing after this dash; write `- `")
    found = _NAME.match(text)
    if found is None or found.start(2) == unfit:
        return None
    name, mark, value = found.groups()
    if mark != ":":
        return Slip(found.start(2), f"this should be a colon and a space; write `{_pair(name, value)}`")
    if value[:1] in SPACES and value:
        return Slip(found.start(3), f"there is {_space(value[0])} after the colon; write `{_pair(name, value)}`")
    if joined(f"{name}:{value}"):
        return Slip(found.start(2), without_space(name, value))
    return None


def joined(text: str) -> tuple[str, str] | None:
    """The name and the value in `direction:strength`, or None."""
    found = _JOINED.fullmatch(text)
    return (found[1], found[2]) if found else None


def without_space(name: str, value: str) -> str:
    """What to tell of a name and a value without a space between them."""
    return f"a space is missing after the colon; write `{_pair(name, value)}`"


def typographic(text: str) -> str | None:
    """What to tell of a text that begins with quotes that are none in YAML; None if they are part of what is said.

    They are if the text goes on after they close, as in “Good” and “better”.
    """
    opening, inner = text[:1], text[1:]
    if opening == _SINGLE and inner.endswith(_APOSTROPHE) and _SINGLE not in inner:
        return opened(text)
    closing = _QUOTES.get(opening)
    if closing is None or closing in inner[:-1]:
        return None
    return opened(text)


def opened(text: str) -> str | None:
    """What to tell of a text that begins with such a quote and is not understood; None if it begins with none."""
    if text[:1] in _QUOTES or text[:1] == _SINGLE:
        return f"`{text[0]}` is no quote in YAML, but part of the text; write straight quotes, \" or ', or none"
    return None


def several_in_one(kind: str, text: str, known: Collection[str]) -> str | None:
    """What to tell of a text that is several names of a kind, as one entry of a list; None if it is not."""
    names = [name.strip() for name in _BETWEEN_NAMES.split(text)]
    if len(names) < 2 or not all(name in known for name in names):
        return None
    return f"these are {len(names)} {kind}s in one entry; write a comma between them, as in [a, b]"


def _pair(name: str, value: str) -> str:
    return quoted(f"{name}: {value.strip(f' {SPACES}')}")


def _space(character: str) -> str:
    name = "a no-break space" if character == "\xa0" else "a character that only looks like a space or like nothing"
    return f"{name} (U+{ord(character):04X})"
