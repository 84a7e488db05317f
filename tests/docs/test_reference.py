"""The reference of the library names everything that is public."""

import re
from pathlib import Path

import peelrules

PAGE = Path(__file__).parents[2] / "docs/developers/api.md"


def test_every_public_name_is_in_the_reference_once():
    named = re.findall(r"^::: peelrules\.(\w+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(peelrules.__all__)
