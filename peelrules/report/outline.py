"""Outlines: headings, items below items, and grids. One description, rendered as text or as Markdown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from peelrules.model.plain import folded
from peelrules.report.console import printed, words


class Heading(NamedTuple):
    """A heading of the first or second level."""

    text: str
    level: int = 2


class Item(NamedTuple):
    """A line, and the items below it."""

    text: str
    below: Sequence["Item"] = ()
    minor: bool = False
    """Told for the record: where a rule or a finding stands."""


class Grid(NamedTuple):
    """A table of words."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    keys: int = 0
    """How many of the first columns together say what a row is of; none: the first says it without its title."""


Block = Heading | Item | Grid

_LONG = 60
"""Longer words may be broken in a column. Ids are not: they are there to be copied."""

_LINKED = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=//)|\bwww(?=\.)|\b(mailto|xmpp):", re.IGNORECASE)
"""Where code hosts make a link of bare words, or call somebody: a comment keeps them apart."""


def text(blocks: Iterable[Block], width: int = 80, colour: bool = False, ascii_only: bool = False) -> str:
    """An outline for the terminal."""
    return printed(Group(*_laid_out(blocks, width)), width, colour, ascii_only)


def markdown(blocks: Iterable[Block]) -> str:
    """An outline for a code host or a meeting paper."""
    return "\n".join(line for block in blocks for line in _marked_down(block)) + "\n"


def _laid_out(blocks: Iterable[Block], width: int) -> Iterator[RenderableType]:
    for number, block in enumerate(blocks):
        match block:
            case Heading():
                if number:
                    yield Text("")
                yield words(block.text, "bold")
            case Grid() if not _has_room(block, width):
                for row in block.rows:
                    cells = [f"{name}: {cell}" for name, cell in zip(block.header, row, strict=True)]
                    of = "; ".join(cells[: block.keys]) or row[0]
                    yield from _indented(Item(of, [Item(cell) for cell in cells[block.keys or 1 :]]), 0)
            case Grid():
                table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
                for name, room in zip(block.header, _widths(block, width), strict=True):
                    # a word that is too long even so is broken, never cut off
                    table.add_column(name, overflow="fold", width=room)
                for row in block.rows:
                    table.add_row(*map(words, row))
                yield table
            case Item():
                yield from _indented(block, 0)


def _widths(grid: Grid, width: int) -> list[int]:
    """As wide as the cells of each column are, as far as there is room. The widest that can gives way first."""
    widths = [max(map(cell_len, column)) for column in zip(grid.header, *grid.rows, strict=True)]
    while sum(widths) + 3 * len(widths) - 1 > width:
        giving = [room if room > longest else 0 for room, longest in zip(widths, _longest(grid), strict=True)]
        widths[giving.index(max(giving))] -= 1
    return widths


def _has_room(grid: Grid, width: int) -> bool:
    """Whether words stay whole in a grid, but for those that are long anywhere."""
    return sum(longest + 3 for longest in _longest(grid)) <= width


def _longest(grid: Grid) -> list[int]:
    """The longest word of each column, as far as it stays whole."""
    columns = zip(grid.header, *grid.rows, strict=True)
    return [min(_LONG, max(len(word) for cell in column for word in [*cell.split(), ""])) for column in columns]


def _indented(item: Item, depth: int) -> Iterator[RenderableType]:
    line = words(item.text, "dim" if item.minor else "")
    if depth:
        bulleted = Table.grid()
        bulleted.add_column(width=2)
        bulleted.add_column(overflow="fold")
        bulleted.add_row("" if item.minor else "-", line)
        yield Padding(bulleted, (0, 0, 0, 2 * (depth - 1)))
    else:
        yield line
    for below in item.below:
        yield from _indented(below, depth + 1)


def _marked_down(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield f"\n{'#' * block.level} {escaped(block.text)}\n"
        case Grid():
            yield from ("", *grid(block.header, block.rows), "")
        case Item():
            yield from _listed(block, 0)


def _listed(item: Item, depth: int) -> Iterator[str]:
    words = escaped(item.text)
    yield f"{'  ' * depth}- {f'*{words}*' if item.minor else words}"
    for below in item.below:
        yield from _listed(below, depth + 1)


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table of plain words."""
    yield f"| {' | '.join(map(_literal, header))} |"
    yield f"|{' --- |' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(map(_literal, row))} |"


def escaped(words: str) -> str:
    """Text of a document as text, whatever Markdown or HTML it looks like."""
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", _literal(words))


def _literal(words: str) -> str:
    """As `escaped`, where no list can begin."""
    flat = " ".join(folded(words).split())
    literal = re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", flat)
    return re.sub(_LINKED, "\\g<0><!-- -->", literal)
