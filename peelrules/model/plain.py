"""Text that is only text, wherever it is shown.

Names and words of documents can hold characters that steer a terminal, turn the direction of writing, break a line or
cannot be seen. They are shown escaped, as in `\\u202e`: nothing takes effect, and nothing is hidden.
"""

import re
from unicodedata import category, normalize

_BREAKS = re.compile(" *[\t\r\n\x85\u2028\u2029][ \t\r\n\x85\u2028\u2029]*")
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""
_FOREIGN = re.compile(r"[^\n\x20-\x7e]")
_QUOTED = re.compile("`([^`]*)`")


def plain(text: str) -> str:
    """The text in one line: every character that cannot be seen, but a space, is escaped."""
    if text.isprintable() and (text.isascii() or _BLANK.isdisjoint(text)):
        return text
    return "".join(character if _is_seen(character) else _escaped(character) for character in text)


def folded(text: str) -> str:
    """As `plain`, with a space where a text goes on in another line, for there may be more than one in a document."""
    return plain(_BREAKS.sub(" ", text).strip())


def cut(text: str, most: int = 80) -> str:
    """The beginning of a text that is longer than *most* characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def with_short_quotes(message: str) -> str:
    """A message in which words between backticks are no longer than one line has room for."""
    return _QUOTED.sub(lambda quoted: f"`{cut(quoted[1])}`", message)


def as_cell(text: str) -> str:
    """Text as a cell of a table that a spreadsheet may open, which would run what begins as a formula does."""
    return f"'{text}" if _begins_as_a_formula(text) or text.startswith("'") else text


def from_cell(cell: str) -> str:
    """What `as_cell` made a cell of."""
    return cell[1:] if cell.startswith("'") and (_begins_as_a_formula(cell[1:]) or cell.startswith("''")) else cell


def _begins_as_a_formula(text: str) -> bool:
    return normalize("NFKC", text[:1]) in tuple("=+-@")  # wide signs as well


def in_json(document: str) -> str:
    """A document in JSON in which every character that cannot be seen is escaped, as JSON itself does it."""
    return _FOREIGN.sub(lambda found: found[0] if _is_seen(found[0]) else numbered(found[0]), document)


def numbered(text: str) -> str:
    """The characters of a text by their numbers, as JSON and JavaScript read them."""
    units = text.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in zip(units[::2], units[1::2], strict=True))


def _is_seen(character: str) -> bool:
    return (character.isprintable() or category(character) == "Zs") and character not in _BLANK


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
