"""From things that rich can lay out to plain strings."""

import io

from rich.console import Console, RenderableType
from rich.text import Text

from peelrules.model.plain import folded
from peelrules.report.screen import Screen


class _Paper(io.StringIO):
    """Text of an encoding, by which rich chooses the rules of tables."""

    encoding = "utf-8"


def words(text: str, style: str = "") -> Text:
    """Words of a document, whatever characters they have."""
    return Text(folded(text), style=style)


def printed(renderable: RenderableType, screen: Screen) -> str:
    """What would stand on a terminal; without colour, nothing but text and line ends."""
    stream = _Paper()
    stream.encoding = "ascii" if screen.ascii_only else "utf-8"
    console = Console(
        file=stream,
        width=screen.width,
        force_terminal=screen.colour,
        color_system="256" if screen.colour else None,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(renderable)
    lines = stream.getvalue().removesuffix("\n").split("\n")
    return "\n".join(line if screen.colour else line.rstrip() for line in lines) + "\n"
