"""A workbook as it was filled in, with what was found wrong beside the cells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from math import isfinite
from typing import Any, NamedTuple

from xlsxwriter import Workbook

from peelrules.documents.workbook import layout
from peelrules.documents.workbook.layout import cell, column
from peelrules.documents.workbook.package import opened
from peelrules.documents.workbook.paper import HEAD, Page, Paper
from peelrules.documents.workbook.writing import Aids
from peelrules.model.framework import Framework
from peelrules.model.problems import Problem

REMARKS = "Remarks"
"""The sheet that lists everything; it comes first, and is not read."""
_HEADINGS = {"Cell": 18, "Kind": 14, "What to do": 120}
"""Of its columns, with how wide they are."""
_WIDTH = 34
_COLOURS = {True: "#F8CBAD", False: "#FFF2CC"}
"""Of cells with a fault, and of those that are worth a second look."""
_FORMS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm", timedelta: "[h]:mm"}


class Mark(NamedTuple):
    """Something that was found."""

    problem: Problem
    is_fault: bool


def marked(data: bytes, file: str, marks: Sequence[Mark], framework: Framework) -> bytes:
    """The workbook with each mark as a comment on its cell, which is coloured, and all of them on a sheet of their own.

    Every sheet keeps its values, with the drop-downs of a new workbook; what else a spreadsheet made of them is gone.

    Raises:
        DocumentError: it is no workbook that is read.
        ArgumentError: there is something in it that an Excel workbook cannot hold.
    """
    given = opened(data, file)
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    marker = _Marker(book, marks, framework)
    marker.list_them(given.sheets)
    for name in given.sheets:
        rows = given.rows(name)
        if name != REMARKS or rows[:1] != [list(_HEADINGS)]:  # those of an earlier check give way
            marker.copy(name, rows)
    book.close()
    return stream.getvalue()


class _Marker:
    """Writes one workbook."""

    def __init__(self, book: Workbook, marks: Sequence[Mark], framework: Framework) -> None:
        self._paper = Paper(book)
        self._marks = marks
        self._aids = Aids(framework)
        self._link = self._paper.format(font_color="#0563C1", underline=1)
        self._of_cell: dict[str, list[Mark]] = {}
        for mark in marks:
            self._of_cell.setdefault(mark.problem.where, []).append(mark)

    def list_them(self, sheets: Iterable[str]) -> None:
        page = self._paper.page(REMARKS)
        for at, (word, width) in enumerate(_HEADINGS.items()):
            page.column(at, width)
            page.text(0, at, word, **HEAD)
        for number, (problem, is_fault) in enumerate(self._marks, 1):
            name, _, place = problem.where.rpartition("!")
            if name in sheets:
                page.sheet.write_url(number, 0, f"internal:'{name}'!{place}", self._link, problem.where)
            page.text(number, 1, "fault" if is_fault else "second look")
            page.text(number, 2, problem.message)
        if not self._marks:
            page.text(1, 2, "Nothing was found.")

    def copy(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        is_findings = name.casefold() == layout.FINDINGS.casefold()
        page = self._paper.page(name, frozen=2 if is_findings else 0)
        for at, heading in enumerate(rows[0] if rows else ()):
            self._lay_out(page, at, column(heading) if isinstance(heading, str) and is_findings else "", len(rows))
        reach = (len(rows), max(map(len, rows), default=0))
        for row in range(1, reach[0] + 1):
            for at in range(1, reach[1] + 1):
                value = rows[row - 1][at - 1] if at <= len(rows[row - 1]) else ""
                self._put(page, row, at, value, self._of_cell.get(f"{name}!{cell(row, at)}", ()))
        for place, marks in self._of_cell.items():  # a row or a sheet may have nothing where a remark stands
            if place.startswith(f"{name}!") and (
                marks[0].problem.line > reach[0] or marks[0].problem.column > reach[1]
            ):
                self._put(page, marks[0].problem.line, marks[0].problem.column, "", marks)

    def _lay_out(self, page: Page, at: int, name: str, rows: int) -> None:
        is_known = layout.is_finding_column(name)
        page.column(at, self._aids.width(name) if is_known else _WIDTH)
        if is_known and (check := self._aids.check(name)) is not None:
            page.sheet.data_validation(1, at, max(rows, 1_000), at, check)

    def _put(self, page: Page, row: int, at: int, value: Any, marks: Sequence[Mark]) -> None:
        colour: Mapping[str, Any] = {"bg_color": _COLOURS[any(m.is_fault for m in marks)]} if marks else {}
        where = (row - 1, at - 1)
        match value:
            case bool():
                page.sheet.write_boolean(*where, value, self._paper.format(**colour))
            case int() | float() if isfinite(value):
                page.number(*where, value, **colour)
            case date() | time() | timedelta():
                form = self._paper.format(num_format=_FORMS[type(value)], **colour)
                page.sheet.write_datetime(*where, value, form)
            case _:
                page.text(*where, str(value), **(HEAD if row == 1 and not marks else {"num_format": "@", **colour}))
        if marks:
            page.note(*where, "\n".join(mark.problem.message for mark in marks))
