"""Text that is only text, wherever it is shown.

Names and words of documents can hold characters that steer a terminal, turn the direction of writing, break a line or
cannot be seen. They are shown escaped, as in `\\u202e`: nothing takes effect, and nothing is hidden.
"""

import re
from unicodedata import category

_BREAKS = re.compile(" *[\t\r\n\x85\u2028\u2029][ \t\r\n\x85\u2028\u2029]*")
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing."""
_QUOTED = re.compile("`([^`]{81,})`")


def plain(text: str) -> str:
    """The text in one line: every character that cannot be seen, but a space, is escaped."""
    if text.isprintable() and (text.isascii() or _BLANK.isdisjoint(text)):
        return text
    return "".join(character if _is_seen(character) else escape(character) for character in text)


def folded(text: str) -> str:
    """As `plain`, with a space where a text goes on in another line, for there may be more than one in a document."""
    return plain(_BREAKS.sub(" ", text).strip())


def cut(text: str, most: int = 80) -> str:
    """The beginning of a text that is longer than *most* characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def with_short_quotes(message: str) -> str:
    """A message in which words between backticks are no longer than one line has room for."""
    return _QUOTED.sub(lambda quoted: f"`{cut(quoted[1])}`", message)


def escape(character: str) -> str:
    """A character as it is written in JSON, or in Python where that has none: `\\u202e`."""
    return character.encode("unicode_escape").decode("ascii")


def _is_seen(character: str) -> bool:
    return (character.isprintable() or category(character) == "Zs") and character not in _BLANK
