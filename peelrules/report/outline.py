"""Outlines: headings, paragraphs, items below items, and grids. One description, rendered as text or as Markdown."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from peelrules.model.plain import folded
from peelrules.model.scales import Grade
from peelrules.report.console import printed, words
from peelrules.report.wording import capitalised


class Heading(NamedTuple):
    """A heading of the first level or below."""

    text: str
    level: int = 2
    grade: Grade | None = None
    """The grade of what it names, told after it."""


class Paragraph(NamedTuple):
    """Words that stand for themselves."""

    text: str
    label: str = ""


class Item(NamedTuple):
    """A line, and the items below it."""

    text: str
    below: Sequence["Item"] = ()
    minor: bool = False
    """Told for the record: where a rule or a finding stands."""
    label: str = ""
    """The few words before it that it is found by."""
    url: str = ""
    """The page that it cites."""


class Grid(NamedTuple):
    """A table of words."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    keys: int = 0
    """How many of the first columns together say what a row is of; none: the first says it without its title."""


class Grades(NamedTuple):
    """What has each grade, side by side."""

    names: Mapping[Grade, Sequence[str]]


Block = Heading | Paragraph | Item | Grid | Grades

_COLOURS = {
    Grade.OUTSTANDING: "bold green",
    Grade.GOOD: "green",
    Grade.ADEQUATE: "yellow",
    Grade.REQUIRES_IMPROVEMENT: "dark_orange",
    Grade.INADEQUATE: "bold red",
}

_LONG = 60
"""Longer words may be broken in a column. Ids are not: they are there to be copied."""

_LINKED = re.compile(r"@(?=\w)|#(?=\d)|\bGH-(?=\d)|:(?=//)|\bwww(?=\.)|\b(mailto|xmpp):", re.IGNORECASE)
"""Where code hosts make a link of bare words, or call somebody: a comment keeps them apart."""


def text(blocks: Iterable[Block], width: int = 80, colour: bool = False, ascii_only: bool = False) -> str:
    """An outline for the terminal."""
    return printed(Group(*_laid_out(blocks, width)), width, colour, ascii_only)


def markdown(blocks: Iterable[Block]) -> str:
    """An outline for a code host or a meeting paper."""
    parts = []
    for is_list, run in groupby(blocks, lambda block: isinstance(block, Item)):
        parts.append(("\n" if is_list else "\n\n").join("\n".join(_marked_down(block)) for block in run))
    return "\n\n".join(parts) + "\n"


def _laid_out(blocks: Iterable[Block], width: int) -> Iterator[RenderableType]:
    before: Block | None = None
    for block in blocks:
        match block:
            case Heading():
                if before is not None:
                    yield Text("\n" if block.level == 1 else "")
                title = words(block.text, "bold")
                if block.grade is not None:
                    title = Text.assemble(title, ": ", (str(block.grade), _COLOURS[block.grade]))
                yield _Wrapped(title)
            case Paragraph():
                if isinstance(before, Paragraph | Item):
                    yield Text("")
                yield _Wrapped(_labelled(block.label, block.text))
            case Grid():
                yield from _side_by_side(block, width)
            case Grades():
                yield from _by_grade(block, width)
            case Item():
                yield from _indented(block, 1 if block.label else 0)
        before = block


def _side_by_side(grid: Grid, width: int) -> Iterator[RenderableType]:
    if _has_room(grid, width):
        yield _table(grid, width, {})
        return
    for row in grid.rows:
        cells = [f"{name}: {cell}" if name else cell for name, cell in zip(grid.header, row, strict=True)]
        of = "; ".join(cells[: grid.keys]) or row[0]
        yield from _indented(Item(of, [Item(cell) for cell in cells[grid.keys or 1 :]]), 0)


def _by_grade(grades: Grades, width: int) -> Iterator[RenderableType]:
    colours = {capitalised(grade): _COLOURS[grade] for grade in grades.names}
    if _has_room(beside := _beside(grades), width):
        yield _table(beside, width, colours)
        return
    yield Text("")
    for title, names in zip(colours, grades.names.values(), strict=True):
        if names:
            yield Text(title, colours[title])
            yield from (line for name in names for line in _indented(Item(name), 1))
    yield Text("")


def _beside(grades: Grades) -> Grid:
    rows = zip_longest(*grades.names.values(), fillvalue="")
    return Grid([capitalised(grade) for grade in grades.names], list(rows))


def _table(grid: Grid, width: int, styles: Mapping[str, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False)
    for name, room in zip(grid.header, _widths(grid, width), strict=True):
        # a word that is too long even so is broken, never cut off
        table.add_column(name, header_style=styles.get(name, "table.header"), overflow="fold", width=room)
    for row in grid.rows:
        table.add_row(*map(words, row))
    return table


def _widths(grid: Grid, width: int) -> list[int]:
    """As wide as the cells of each column are, as far as there is room. Columns that are mostly empty give way first,
    then the widest that can.
    """
    columns = list(zip(grid.header, *grid.rows, strict=True))
    is_full = [2 * sum(map(bool, cells)) >= len(cells) for _, *cells in columns]
    widths = [max(map(cell_len, column)) for column in columns]
    longest = _longest(grid)
    while sum(widths) + 3 * len(widths) - 1 > width:
        giving = [index for index, room in enumerate(widths) if room > longest[index]]
        widths[min(giving, key=lambda index: (is_full[index], -widths[index]))] -= 1
    return widths


def _has_room(grid: Grid, width: int) -> bool:
    """Whether words stay whole in a grid, but for those that are long anywhere."""
    return sum(longest + 3 for longest in _longest(grid)) <= width


def _longest(grid: Grid) -> list[int]:
    """The longest word of each column, as far as it stays whole."""
    columns = zip(grid.header, *grid.rows, strict=True)
    return [min(_LONG, max(len(word) for cell in column for word in [*cell.split(), ""])) for column in columns]


def _indented(item: Item, depth: int) -> Iterator[RenderableType]:
    told = f"{item.text}, {item.url}" if item.url else item.text
    line = _labelled(item.label, told, "dim" if item.minor else "")
    sign = "  " * (depth - 1) + ("  " if item.minor else "- ") if depth else ""
    yield _Wrapped(line, sign)
    for below in item.below:
        yield from _indented(below, depth + 1)


class _Wrapped(NamedTuple):
    """Words in as many lines as they take. The first begins with a sign, and the others are indented as far."""

    told: Text
    sign: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room, before = options.max_width - len(self.sign), self.sign
        line, *rest = self.told.split(" ")
        for word in rest:
            if line.cell_len + 1 + word.cell_len > room:
                yield Text.assemble(before, line, overflow="ignore")
                line, before = word, " " * len(before)
            else:
                line = Text.assemble(line, " ", word)
        # a word that is wider than the terminal stays whole, for ids are copied
        yield Text.assemble(before, line, overflow="ignore")


def _labelled(label: str, text: str, style: str = "") -> Text:
    line = words(text, style)
    return Text.assemble(words(label, "bold"), ": ", line) if label else line


def _marked_down(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            grade = f": {block.grade}" if block.grade is not None else ""
            yield f"{'#' * block.level} {_escaped(f'{block.text}{grade}')}"
        case Paragraph():
            yield f"{_bold(block.label)}{_escaped(block.text)}"
        case Grid():
            yield f"| {' | '.join(map(_literal, block.header))} |"
            yield f"|{' --- |' * len(block.header)}"
            yield from (f"| {' | '.join(map(_literal, row))} |" for row in block.rows)
        case Grades():
            yield from _marked_down(_beside(block))
        case Item():
            yield from _listed(block, 0)


def _listed(item: Item, depth: int) -> Iterator[str]:
    told = _escaped(item.text)
    cited = f", {_linked(item.url)}" if item.url else ""
    yield f"{'  ' * depth}- {_bold(item.label)}{f'*{told}*' if item.minor else told}{cited}"
    for below in item.below:
        yield from _listed(below, depth + 1)


def _bold(label: str) -> str:
    return f"**{_escaped(label)}**: " if label else ""


def _linked(url: str) -> str:
    """A link to a page, and whatever else stands where one should be as text."""
    return f"<{url}>" if re.fullmatch(r"https?://[\w.-]+(/[\w./~%?=&;,+:-]*)?", url, re.ASCII) else _escaped(url)


def _escaped(words: str) -> str:
    """Text of a document as text, whatever Markdown or HTML it looks like."""
    return re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", _literal(words))


def _literal(words: str) -> str:
    """As `escaped`, where no list can begin."""
    flat = " ".join(folded(words).split())
    literal = re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", flat)
    return re.sub(_LINKED, "\\g<0><!-- -->", literal)
