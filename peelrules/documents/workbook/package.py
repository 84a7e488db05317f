"""What is in the package of a workbook, looked over before it is read: a workbook comes from anywhere.

Macros, links to other files and what unpacks to more than the limits allow are refused. What was looked over is put
together anew, so that nothing else is read.
"""

import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from python_calamine import CalamineError, CalamineWorkbook

from peelrules.documents.limits import VALUES, WORKBOOK
from peelrules.documents.told import quoted
from peelrules.documents.workbook.layout import cell
from peelrules.model.problems import DocumentError, Problem

_ENTRIES = 1_000
"""Parts that a workbook may have; one of evidence has about twenty."""
_UNWELCOME = (
    (re.compile(r"vbaProject|^Basic/|^Scripts/|/macrosheets/", re.IGNORECASE), "macros", "save it without them"),
    (re.compile(r"/externalLinks/", re.IGNORECASE), "links to other workbooks", "break the links, and save it again"),
    (re.compile(r"/(connections\.xml$|queryTables/)", re.IGNORECASE), "connections to data elsewhere", "remove them"),
    (re.compile(r"/(embeddings|activeX|ctrlProps)/", re.IGNORECASE), "embedded objects", "remove them"),
)
_LINKS_OF_ODS = ("table-source", "cell-range-source", "dde-link", "dde-source")
_ANEW = "open it in a spreadsheet and save it anew, without a password"
_DIGITS = 20
"""Of the number of a text, at the most."""
_READ = (".xml", ".rels")
_ODS = "content.xml"
_ERROR = "this cell shows an error of the spreadsheet; write what it should say"
_NEVER_WORKED_OUT = "there is a formula here that was never worked out; write what it should say"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})", re.IGNORECASE)

Cells = Mapping[tuple[int, int], str]
"""Cells of a sheet whose value is none, by row and column counted from 1, and what to tell of each."""


class Opened:
    """A workbook that was looked over."""

    def __init__(self, data: bytes, file: str, worthless: Mapping[str, Cells]) -> None:
        self._file = file
        self.worthless = worthless
        """Cells whose value is none, by the name of the sheet."""
        with self._read_alone():
            self._book = CalamineWorkbook.from_filelike(BytesIO(data))
            self.sheets: Sequence[str] = self._book.sheet_names

    def rows(self, sheet: str) -> list[list[Any]]:
        """Every cell of a sheet, from the first row and column on; an empty one holds no text.

        Raises:
            DocumentError: it is damaged.
        """
        with self._read_alone():
            return self._book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)

    @contextmanager
    def _read_alone(self) -> Iterator[None]:
        try:
            yield
        except CalamineError:
            raise _refused(self._file, f"this workbook cannot be read; {_ANEW}") from None


def opened(data: bytes, file: str) -> Opened:
    """The workbook with what is read of it alone.

    Raises:
        DocumentError: it is no workbook, or one that is not read.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = dict(_parts(archive))
    except (BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise _refused(file, f"this workbook cannot be unpacked; {_ANEW}") from None
    except _UnwelcomeError as unwelcome:
        raise _refused(file, str(unwelcome)) from None
    try:
        read = {name: _Part(name, content) for name, content in parts.items() if name.endswith(_READ)}
        if _size(read.values()) > WORKBOOK.most:
            raise _UnwelcomeError(WORKBOOK.exceeded)
        found = {name: part.worthless for name, part in read.items()}
        worthless = {title: found[part][""] for title, part in _sheets(parts) if found.get(part)}
        worthless |= found.get(_ODS, {})
    except _UnwelcomeError as unwelcome:
        raise _refused(file, str(unwelcome)) from None
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError):
        raise _refused(file, f"this workbook is damaged; {_ANEW}") from None
    return Opened(_packed(parts), file, worthless)


class _UnwelcomeError(Exception):
    """Something for which a workbook is not read."""


def _refused(file: str, message: str) -> DocumentError:
    return DocumentError([Problem(file, 0, 0, message)])


def _parts(archive: ZipFile) -> Iterator[tuple[str, bytes]]:
    """The parts that are read, unpacked; what is not welcome is refused by name and size before that."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    for pattern, what, remedy in _UNWELCOME:
        if name := next((name for name in names if pattern.search(name)), None):
            raise _UnwelcomeError(f"there are {what} in this workbook (`{quoted(name)}`); {remedy}")
    is_unlike = any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries)
    if is_unlike or len(entries) > _ENTRIES or len({name.casefold() for name in names}) < len(names):
        raise _UnwelcomeError(f"this workbook has parts that no spreadsheet makes; {_ANEW}")
    if sum(entry.file_size for entry in entries) > WORKBOOK.most:  # no part ever unpacks to more than it says
        raise _UnwelcomeError(WORKBOOK.exceeded)
    for entry in entries:
        if entry.filename.endswith(_READ) or entry.filename == "mimetype":
            yield entry.filename, archive.read(entry)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """The name of each sheet of an Excel workbook, and the part that holds it."""
    if "xl/workbook.xml" not in parts or "xl/_rels/workbook.xml.rels" not in parts:
        return
    relations = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])  # noqa: S314  it has no DTD
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for sheet in ElementTree.fromstring(parts["xl/workbook.xml"]).iter():  # noqa: S314
        if sheet.tag.endswith("}sheet"):
            relation = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)
            target = targets.get(relation, "")
            yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _size(parts: Collection["_Part"]) -> int:
    """The characters of all cells together: a text that is written once may stand in every one of them."""
    longest: dict[int, int] = {}
    for part in parts:
        for number, length in enumerate(part.shared):
            longest[number] = max(length, longest.get(number, 0))
    shared = (longest.get(number, 0) * times for part in parts for number, times in part.uses.items())
    return sum(shared) + sum(part.repeated for part in parts)


class _Part:
    """Goes through a part once: how far the cells of sheets reach, what they come to, and which have none to read."""

    def __init__(self, name: str, content: bytes) -> None:
        self.worthless: dict[str, dict[tuple[int, int], str]] = {}
        """By the name of the sheet, where the part knows it."""
        self.shared: list[int] = []
        """The lengths of the texts that cells of sheets may name by their number."""
        self.uses: Counter[int] = Counter()
        """How often cells name each."""
        self.repeated = 0
        """The characters of texts as often as they are repeated in cells."""
        self._length, self._times, self._rows = 0, 1, 1
        self._number: str | None = None
        """That of a text, while it is read."""
        self._sheet = ""
        self._row = self._column = 0
        self._reach, self._most = [0, 0], VALUES.most
        self._kind, self._is_within, self._has_formula, self._has_value = "", False, False, False
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_declarations
        parser.CharacterDataHandler = self._text
        if name == _ODS:
            parser.StartElementHandler, parser.EndElementHandler = self._begin_ods, self._end_ods
        else:  # a sheet may be any other part, whatever it is called
            parser.StartElementHandler, parser.EndElementHandler = self._begin_xlsx, self._end_xlsx
        parser.Parse(content, True)

    def _refuse_declarations(self, *_: object) -> None:
        raise _UnwelcomeError(f"this workbook has declarations that no spreadsheet makes; {_ANEW}")

    def _text(self, text: str) -> None:
        self._length += len(text)
        if self._number is not None:
            self._number += text
            if len(self._number) > _DIGITS:
                raise ValueError(self._number)

    def _has_none(self, message: str) -> None:
        self._reaches(self._row, self._column)
        self.worthless.setdefault(self._sheet, {})[self._row, self._column] = message

    def _reaches(self, row: int, column: int) -> None:
        self._reach = [max(self._reach[0], row), max(self._reach[1], column)]
        if self._reach[0] * self._reach[1] > self._most:
            raise _UnwelcomeError(
                f"a sheet of this workbook reaches to the cell {cell(*self._reach)}, which is too far; "
                f"delete what stands far from the rest, or set {VALUES.variable} higher"
            )

    # -- Excel ------------------------------------------------------------------------------------

    def _begin_xlsx(self, name: str, given: Mapping[str, str]) -> None:
        match name.rpartition("}")[2]:
            case "row":
                self._row, self._column = _count(given.get("r", str(self._row + 1))), 0
            case "c":
                self._column += 1
                if "r" in given:
                    if (place := _REFERENCE.fullmatch(given["r"])) is None:
                        raise ValueError(given["r"])
                    self._column, self._row = _number(place[1].upper()), int(place[2])
                self._kind, self._has_formula, self._has_value = given.get("t", ""), False, False
                self._is_within = True
            case "si":
                self._length = 0
            case part if self._is_within:
                if part == "v" and self._kind == "s":
                    self._number = ""
                self._has_formula = self._has_formula or part == "f"
                self._has_value = self._has_value or part in ("v", "is")
                self._reaches(self._row, self._column)

    def _end_xlsx(self, name: str) -> None:
        match name.rpartition("}")[2]:
            case "si":
                self.shared.append(self._length)
            case "v" if self._number is not None:
                self.uses[_count(self._number or "0")] += 1
                self._number = None
            case "c":
                self._is_within = False
                if self._kind == "e":
                    self._has_none(_ERROR)
                elif self._has_formula and not self._has_value:
                    self._has_none(_NEVER_WORKED_OUT)

    # -- OpenDocument -----------------------------------------------------------------------------

    def _begin_ods(self, name: str, given: Mapping[str, str]) -> None:
        attributes = {key.rpartition("}")[2]: value for key, value in given.items()}
        is_error = any(key.endswith("}value-type") and value == "error" for key, value in given.items())
        match name.rpartition("}")[2]:
            case "table":
                self._row, self._reach, self._sheet = 0, [0, 0], attributes.get("name", "")
            case "table-row":
                self._rows = _count(attributes.get("number-rows-repeated", "1"))
                self._row += self._rows
                self._column = 0
            case "table-cell" | "covered-table-cell":
                columns = _count(attributes.get("number-columns-repeated", "1"))
                self._column += columns
                self._length, self._times = 0, columns * self._rows
                if is_error:
                    self._has_none(_ERROR)
                elif "value-type" in attributes:
                    self._reaches(self._row, self._column)
            case "p":
                self._reaches(self._row, self._column)
            case "s":  # so many blanks
                self._length += _count(attributes.get("c", "1"))
            case link if link in _LINKS_OF_ODS:
                raise _UnwelcomeError("there are links to other files in this workbook; break them, and save it again")

    def _end_ods(self, name: str) -> None:
        if name.rpartition("}")[2] in ("table-cell", "covered-table-cell"):
            self.repeated += self._length * self._times


def _count(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(digits)
    return int(digits)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number
