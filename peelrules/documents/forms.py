"""What a file is that is no text in UTF-8, by how it begins, and what to do about it."""

from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

_EDITOR = "write the text with a plain text editor"
_PACKED = "this is packed; unpack it first"
_UTF_16 = "this is UTF-16, which some programs call Unicode; save the file in the encoding UTF-8"
_BEGINNINGS = {
    b"%PDF-": f"this is a PDF; {_EDITOR}",
    b"{\\rtf": f"this is rich text; {_EDITOR}",
    b"\xd0\xcf\x11\xe0": "this is a file of an older Office program, or one with a password; save it in a newer form",
    b"PAR1": "this is a Parquet table; give it a name that ends in `.parquet`",
    b"\xff\xfe": _UTF_16,
    b"\xfe\xff": _UTF_16,
    b"\x1f\x8b": _PACKED,
    b"\x28\xb5\x2f\xfd": _PACKED,
    b"\x78\x01": _PACKED,
    b"\x78\x9c": _PACKED,
    b"\x78\xda": _PACKED,
    b"BZh": _PACKED,
    b"\xfd7zXZ": _PACKED,
}
_ZIP = b"PK\x03\x04"
_PARTS = {
    "word/document.xml": f"this is a Word document; {_EDITOR}",
    "ppt/presentation.xml": f"this is a PowerPoint presentation; {_EDITOR}",
    "xl/workbook.xml": "this is an Excel workbook; give it a name that ends in `.xlsx`",
    "content.xml": "this is an OpenDocument file; give it a name that ends in `.ods` if it is a spreadsheet",
}
"""What is in a zip archive, and what it is then."""


def no_text(stream: BinaryIO) -> str | None:
    """What to tell of a file that is no text; None if it may be one. The stream is left anywhere."""
    start = stream.read(8)
    if start.startswith(_ZIP):
        return _in_zip(stream)
    return next((message for beginning, message in _BEGINNINGS.items() if start.startswith(beginning)), None)


def _in_zip(stream: BinaryIO) -> str:
    try:
        with ZipFile(stream) as archive:
            names = set(archive.namelist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return _PACKED
    return next((message for part, message in _PARTS.items() if part in names), _PACKED)
