"""What text is laid out for."""

from typing import NamedTuple


class Screen(NamedTuple):
    """A terminal, or the page of a file."""

    width: int = 80
    colour: bool = False
    ascii_only: bool = False
    """Whether it has no signs but those of ASCII, for the rules of tables."""


PAGE = Screen()
"""Of a file, or of a pipe."""
