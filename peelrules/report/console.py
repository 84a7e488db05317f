"""From things that rich can lay out to plain strings."""

import io

from rich.console import Console, RenderableType


def printed(renderable: RenderableType, width: int, colour: bool) -> str:
    """What would stand on a terminal so wide; without colour, nothing but text and line ends."""
    stream = io.StringIO()
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
    console.print(renderable)
    lines = stream.getvalue().splitlines()
    return "\n".join(line if colour else line.rstrip() for line in lines) + "\n"
