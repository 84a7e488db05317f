"""How sheets are laid out for people: widths, heights, colours and pages."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxInputError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from peelrules.model.plain import cut
from peelrules.model.problems import ArgumentError

_LINE = 15.0
"""Points of a row of one line."""
_HIGHEST = 400.0
LONGEST = 32_767
"""Characters that a cell can hold."""
_A3 = 8
HEAD: Mapping[str, Any] = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF"}


class Paper:
    """A workbook that is being written, with formats that are asked for by what they look like."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def page(self, name: str, frozen: int = 0, head: int = 0) -> "Page":
        """A further sheet, whose rows to the one of headings and whose first so many columns stay where they are.

        Raises:
            ArgumentError: no sheet can be called that, or there is one already.
        """
        try:
            return Page(self._book.add_worksheet(name), self, frozen, head)
        except XlsxInputError:
            message = f"an Excel workbook can have no sheet, or no second one, that is called `{cut(name)}`; rename it"
            raise ArgumentError(message) from None

    def format(self, **properties: Any) -> Format:
        given = {"valign": "top", "text_wrap": True, **properties}
        key = tuple(sorted(given.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(given)
        return self._formats[key]


class Page:
    """A sheet; rows and columns are counted from 0. Printed, all its columns stand on one page."""

    def __init__(self, sheet: Worksheet, paper: Paper, frozen: int, head: int) -> None:
        self.sheet = sheet
        self._paper = paper
        self._widths: dict[int, float] = {}
        self._lines: dict[int, int] = {}
        sheet.set_landscape()
        sheet.set_paper(_A3)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(head)
        sheet.freeze_panes(head + 1, frozen)

    def column(self, at: int, width: float, **properties: Any) -> None:
        """How wide a column is, and how cells look in which nothing is written yet."""
        self._widths[at] = width
        self.sheet.set_column(at, at, width, self._paper.format(**properties) if properties else None)

    def text(self, row: int, at: int, text: str, **properties: Any) -> None:
        """Write text as text, whatever it begins with. An empty one leaves the cell empty, but for its looks.

        Raises:
            ArgumentError: it is longer than a cell can hold.
        """
        if not text:
            if properties:
                self.sheet.write_blank(row, at, None, self._paper.format(**properties))
            return
        if self.sheet.write_string(row, at, text, self._paper.format(**properties)):  # a number says that it failed
            raise ArgumentError(f"`{cut(text)}` is longer than the {LONGEST:,} characters that a cell can hold")
        width = self._widths.get(at, 8.0) * (0.85 if properties.get("bold") else 1)
        needed = sum(ceil(max(len(line), 1) / width) for line in text.split("\n"))
        if needed > self._lines.get(row, 1):
            self._lines[row] = needed
            self.sheet.set_row(row, min(needed * _LINE, _HIGHEST))

    def number(self, row: int, at: int, number: float, **properties: Any) -> None:
        self.sheet.write_number(row, at, number, self._paper.format(**properties))

    def note(self, row: int, at: int, words: str) -> None:
        """A comment on a cell, large enough for its words."""
        size = {"x_scale": 2.5, "y_scale": max(0.7, len(words) / 220)}
        self.sheet.write_comment(row, at, words, {"author": "peelrules", "font_size": 9, **size})
