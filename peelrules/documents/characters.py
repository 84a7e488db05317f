"""Characters that no text of a document should have, and what is told of them."""

import re

_NO_TEXT = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff"
_LINE_ENDS = "\x85\u2028\u2029"
"""Line ends that YAML knows and editors do not show, so that places would be wrong."""
UNWANTED = re.compile(f"[{_NO_TEXT}]")
UNWANTED_AS_IT_IS = re.compile(f"[{_NO_TEXT}{_LINE_ENDS}]")
"""In the text of a file itself, where an escape may stand for them."""


def unwanted(character: str) -> str:
    """What to do about one."""
    code = f"U+{ord(character):04X}"
    if character in _LINE_ENDS:
        return f"there is a line end here that most editors do not show ({code}); replace it by an ordinary one"
    if "\ud800" <= character <= "\udfff":
        return f"there is half a character here ({code}); write the whole one"
    if ord(character) < 0xA0:
        return "there is a control character here; remove it"
    return f"there is a character here that stands for nothing ({code}); remove it"
