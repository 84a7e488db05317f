"""From things that rich can lay out to plain strings."""

import io

from rich.console import Console, RenderableType
from rich.text import Text

from peelrules.model.plain import folded


class _Paper(io.StringIO):
    """Text of an encoding, by which rich chooses the rules of tables."""

    encoding = "utf-8"


def words(text: str, style: str = "") -> Text:
    """Words of a document, whatever characters they have."""
    return Text(folded(text), style=style)


def printed(renderable: RenderableType, width: int, colour: bool, ascii_only: bool) -> str:
    """What would stand on a terminal; without colour, nothing but text and line ends."""
    stream = _Paper()
    stream.encoding = "ascii" if ascii_only else "utf-8"
    console = Console(
        file=stream,
        width=width,
        force_terminal=colour,
        color_system="256" if colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(renderable, crop=False)
    lines = stream.getvalue().removesuffix("\n").split("\n")
    return "\n".join(line if colour else line.rstrip() for line in lines) + "\n"
