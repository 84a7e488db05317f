"""Briefs as a Word document, with styles, a marked head of the table, a title and a language."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from peelrules.report.brief import STANDING, Brief, Line, Table, title_of

_LANGUAGE = "en-GB"
_INK = RGBColor(0x12, 0x26, 0x3F)
_POINTS = 9
_WIDTHS = (50, 38, 70, 18)
"""Of the columns of the table, in millimetres."""


def render(briefs: Sequence[Brief]) -> bytes:
    """Each brief begins on a page of its own."""
    document = Document()
    _set_up(document, briefs)
    for number, brief in enumerate(briefs):
        _put(document, brief, begins_a_page=number > 0)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _set_up(document: Any, briefs: Sequence[Brief]) -> None:
    about, day = document.core_properties, briefs[0].on
    about.title, about.language, about.author = title_of(briefs), _LANGUAGE, briefs[0].author
    about.comments = ""
    about.created = about.modified = datetime(day.year, day.month, day.day)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(17)
    section.top_margin = section.bottom_margin = Mm(13)
    section.header_distance = section.footer_distance = Mm(7)
    section.footer.paragraphs[0].text = STANDING
    for name, points, before in (
        ("Normal", _POINTS, 0),
        ("Heading 1", 14, 0),
        ("Heading 2", 10.5, 5),
        ("Footer", 8, 0),
    ):
        style = document.styles[name]
        style.font.size, style.font.name = Pt(points), "Calibri"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(2)
        style.paragraph_format.line_spacing = 1.0
        if name.startswith("Heading"):
            style.font.color.rgb = _INK
    for spoken in document.styles.element.iter(qn("w:lang")):
        spoken.set(qn("w:val"), _LANGUAGE)


def _put(document: Any, brief: Brief, *, begins_a_page: bool) -> None:
    title = document.add_heading(brief.title, 1)
    title.paragraph_format.page_break_before = begins_a_page
    document.add_paragraph(brief.byline)
    _lines(document, brief.standing)
    if brief.table is not None:
        document.add_heading(brief.table.caption, 2)
        _table(document, brief.table)
    for part in brief.parts:
        document.add_heading(f"{part.title}: {part.grade}", 2)
        _lines(document, part.lines)
    if brief.rest:
        document.add_heading("What else to know", 2)
        _lines(document, brief.rest)


def _lines(document: Any, lines: Iterable[Line]) -> None:
    for line in lines:
        paragraph = document.add_paragraph()
        paragraph.add_run(f"{line.label}. ").bold = True
        paragraph.add_run(line.text)


def _table(document: Any, told: Table) -> None:
    table = document.add_table(rows=1, cols=len(told.header), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = Mm(width)
    head = table.rows[0]
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for _ in told.rows:
        table.add_row()
    for row, words in zip(table.rows, (told.header, *told.rows), strict=True):
        row._tr.get_or_add_trPr().insert(0, OxmlElement("w:cantSplit"))
        for cell, text, width in zip(row.cells, words, _WIDTHS, strict=True):
            cell.width = Mm(width)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.add_run(text).bold = words is told.header
