"""A workbook as it was filled in, with what was found wrong beside the cells."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any, NamedTuple

from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from peelrules.documents.workbook import layout
from peelrules.documents.workbook.layout import cell, column
from peelrules.documents.workbook.package import looked_over
from peelrules.documents.workbook.writing import Aids
from peelrules.model.framework import Framework
from peelrules.model.problems import Problem

REMARKS = "Remarks"
"""The sheet that lists everything; it comes first, and is not read."""
_WIDTH = 34
_COLOURS = {True: "#F8CBAD", False: "#FFF2CC"}
"""Of cells with a fault, and of those that are worth a second look."""


class Mark(NamedTuple):
    """Something that was found."""

    problem: Problem
    is_fault: bool


def marked(data: bytes, file: str, marks: Sequence[Mark], framework: Framework) -> bytes:
    """The workbook with each mark as a comment on its cell, which is coloured, and all of them on a sheet of their own.

    Every sheet keeps its values, with the drop-downs of a new workbook; what else a spreadsheet made of them is gone.

    Raises:
        DocumentError: it is no workbook that is read.
    """
    given = CalamineWorkbook.from_filelike(BytesIO(looked_over(data, file).data))
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    marker = _Marker(book, marks, framework)
    marker.list_them(given.sheet_names)
    for name in given.sheet_names:
        if name != REMARKS:
            marker.copy(name, given.get_sheet_by_name(name).to_python(skip_empty_area=False))
    book.close()
    return stream.getvalue()


class _Marker:
    """Writes one workbook."""

    def __init__(self, book: Workbook, marks: Sequence[Mark], framework: Framework) -> None:
        self._book = book
        self._marks = marks
        self._aids = Aids(framework)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._of_cell: dict[str, list[Mark]] = {}
        for mark in marks:
            self._of_cell.setdefault(mark.problem.where, []).append(mark)

    def list_them(self, sheets: Iterable[str]) -> None:
        sheet = self._book.add_worksheet(REMARKS)
        for at, (word, width) in enumerate({"Cell": 18, "Kind": 14, "What to do": 120}.items()):
            sheet.write_string(0, at, word, self._head())
            sheet.set_column(at, at, width)
        sheet.freeze_panes(1, 0)
        for number, (problem, is_fault) in enumerate(self._marks, 1):
            name, _, place = problem.where.rpartition("!")
            if name in sheets:
                sheet.write_url(number, 0, f"internal:'{name}'!{place}", string=problem.where)
            sheet.write_string(number, 1, "fault" if is_fault else "second look", self._format())
            sheet.write_string(number, 2, problem.message, self._format())
        if not self._marks:
            sheet.write_string(1, 2, "Nothing was found.", self._format())

    def copy(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        sheet = self._book.add_worksheet(name)
        names = [column(each) if isinstance(each, str) else "" for each in (rows[0] if rows else ())]
        self._lay_out(sheet, name, names, len(rows))
        reach = (len(rows), max(map(len, rows), default=0))
        for row in range(1, reach[0] + 1):
            for at in range(1, reach[1] + 1):
                value = rows[row - 1][at - 1] if at <= len(rows[row - 1]) else ""
                self._put(sheet, row, at, value, self._of_cell.get(f"{name}!{cell(row, at)}", ()))
        for place, marks in self._of_cell.items():  # a row or a sheet may have nothing where a remark stands
            if place.startswith(f"{name}!") and (
                marks[0].problem.line > reach[0] or marks[0].problem.column > reach[1]
            ):
                self._put(sheet, marks[0].problem.line, marks[0].problem.column, "", marks)

    def _lay_out(self, sheet: Worksheet, name: str, columns: Sequence[str], rows: int) -> None:
        is_findings = name.casefold() == layout.FINDINGS.casefold()
        for at, each in enumerate(columns):
            sheet.set_column(at, at, self._aids.width(each) if is_findings else _WIDTH)
            if is_findings and layout.is_finding_column(each) and (check := self._aids.check(each)) is not None:
                sheet.data_validation(1, at, max(rows, 1_000), at, check)
        if name != layout.GUIDE:
            sheet.freeze_panes(1, 2 if is_findings else 0)

    def _put(self, sheet: Worksheet, row: int, at: int, value: Any, marks: Sequence[Mark]) -> None:
        colour: Mapping[str, Any] = {"bg_color": _COLOURS[any(m.is_fault for m in marks)]} if marks else {}
        where = (row - 1, at - 1)
        match value:
            case bool():
                sheet.write_boolean(*where, value, self._format(**colour))
            case int() | float():
                sheet.write_number(*where, value, self._format(**colour))
            case datetime():
                sheet.write_datetime(*where, value, self._format(num_format="yyyy-mm-dd hh:mm", **colour))
            case date():
                sheet.write_datetime(*where, value, self._format(num_format="yyyy-mm-dd", **colour))
            case time() | timedelta():
                sheet.write_datetime(*where, value, self._format(num_format="hh:mm", **colour))
            case "":
                if marks:
                    sheet.write_blank(*where, None, self._format(**colour))
            case _:
                form = self._head() if row == 1 and not marks else self._format(num_format="@", **colour)
                sheet.write_string(*where, str(value), form)
        if marks:
            words = "\n".join(mark.problem.message for mark in marks)
            size = {"x_scale": 2.5, "y_scale": max(0.7, len(words) / 220)}
            sheet.write_comment(*where, words, {"author": "peelrules", "font_size": 9, "visible": False, **size})

    def _head(self) -> Any:
        return self._format(bold=True, bg_color="#1F3864", font_color="#FFFFFF")

    def _format(self, **properties: Any) -> Any:
        given = {"valign": "top", "text_wrap": True, **properties}
        key = tuple(sorted(given.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(given)
        return self._formats[key]
