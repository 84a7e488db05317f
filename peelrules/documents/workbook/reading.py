"""Evidence, and what was published, from a workbook: cells with their places, then the checks of every document."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from peelrules.documents.grid import ALWAYS, FIELDS, Cell, Fault, Row, finding_of, text_of, unfit_columns
from peelrules.documents.limits import FINDINGS as MOST_FINDINGS
from peelrules.documents.places import Node, Place, Spot, problem_at
from peelrules.documents.shape import unknown
from peelrules.documents.told import quoted, told
from peelrules.documents.workbook import layout
from peelrules.documents.workbook.layout import FINDINGS, INSPECTION, PUBLISHED, SOURCES, cell, column
from peelrules.documents.workbook.package import opened
from peelrules.documents.yaml import Document
from peelrules.model.problems import DocumentError, Problem

_NO_SHEET = (
    "there is no sheet {} in this workbook; begin with one that `peelrules new evidence` or `peelrules convert` writes"
)


def evidence_in(data: bytes, file: str) -> Document:
    """The evidence in a workbook, as an evidence file would have it; *file* names it in problems.

    Raises:
        DocumentError: it is no workbook that is read, or has no sheet of findings.
    """
    book = _Book(data, file, needed=(FINDINGS, INSPECTION, SOURCES))
    value, nodes = book.about(layout.OF_EVIDENCE)
    value["sources"], nodes["sources"] = book.sources()
    value["findings"], nodes["findings"] = book.findings()
    return book.document(value, nodes)


def published_in(data: bytes, file: str) -> Document:
    """What was published, as a file of its own would have it.

    Raises:
        DocumentError: it is no workbook that is read, or nothing published is in it.
    """
    return _published(_Book(data, file, needed=(PUBLISHED, INSPECTION)))


def published_beside(data: bytes, file: str) -> Document | None:
    """As `published_in`; None where the workbook has no sheet for it, or nothing on that.

    Raises:
        DocumentError: it is no workbook that is read.
    """
    book = _Book(data, file, needed=(INSPECTION,))
    if PUBLISHED not in book.names:
        return None
    document = _published(book)
    is_something = any(document.value.get(part) for part in ("source", "grades", "pending", *layout.BOXES.values()))
    return document if is_something or document.faults else None


def _published(book: "_Book") -> Document:
    value, nodes = book.about(tuple(layout.ABOUT))
    outcome, places = book.outcome()
    return book.document(value | outcome, nodes | places)


Nodes = dict[int | str, Spot]


class Table(NamedTuple):
    """A sheet with a row of headings."""

    columns: Mapping[str, int]
    """Those that are known, and where they stand, counted from 1."""
    rows: Sequence[tuple[int, Row]]
    """Every row in which something stands, with its number."""


class _Book:
    """A workbook that is being read, and the faults that were found."""

    def __init__(self, data: bytes, file: str, needed: Sequence[str]) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self._book = opened(data, file)
        names = {name.strip().casefold(): name for name in self._book.sheets}
        self.names = {name: names[name.casefold()] for name in (*needed, PUBLISHED) if name.casefold() in names}
        if missing := [name for name in needed if name not in self.names]:
            raise DocumentError(Problem(file, 0, 0, _NO_SHEET.format(name)) for name in missing)

    def document(self, value: dict[str, Any], nodes: Nodes) -> Document:
        top = Node(Place(1, 1, f"{INSPECTION}!A1"), nodes, {str(key): node.place for key, node in nodes.items()})
        faults = [problem_at(self.file, fault.place, fault.message) for fault in self.faults]
        return Document(self.file, value, top, told(faults))

    # -- sheets -----------------------------------------------------------------------------------

    def about(self, wanted: Sequence[str]) -> tuple[dict[str, Any], Nodes]:
        """What the sheet Inspection says, a name and a value a row."""
        value: dict[str, Any] = {}
        nodes: Nodes = {}
        within: dict[str, Nodes] = {}
        for number, cells in self._rows(INSPECTION):
            place = self._place(INSPECTION, number, 1)
            label, given = cells[0], self._row(INSPECTION, number, cells, {"value": 2})
            name = column(label) if isinstance(label, str) else ""
            if name in ("", "what"):  # the heading
                continue
            if name not in layout.ABOUT:
                message = unknown("row", str(label), list(map(layout.heading, layout.ABOUT)), where="here")
                self.faults.append(Fault(place, message))
                continue
            path, at = layout.ABOUT[name], self._place(INSPECTION, number, 2)
            if name not in wanted:
                continue
            into, below = value, nodes
            if len(path) > 1:
                into = value.setdefault(path[0], {})
                below = within.setdefault(path[0], {})
                nodes.setdefault(path[0], Node(place, below, {}))
            below[path[-1]] = Node(at, {}, {})
            if path[-1] in into:
                self.faults.append(Fault(place, f"{layout.heading(name)} stands twice; remove one of them"))
            elif given and (text := self._text(given["value"], is_day=path[-1] == "published")) is not None:
                into[path[-1]] = text
        return value, nodes

    def sources(self) -> tuple[dict[str, Any], Node]:
        table = self._table(SOURCES, layout.WORK, ("document", "title", "publisher"))
        works: dict[str, Any] = {}
        nodes: Nodes = {}
        keys: dict[str, Place] = {}
        for number, row in table.rows:
            key = text_of(row["document"], self.faults) if "document" in row else None
            at = self._place(SOURCES, number, table.columns.get("document", 1))
            if key is None:
                self.faults.append(Fault(at, "the name of the document is missing; write how findings cite it"))
                continue
            if key in works:
                self.faults.append(Fault(at, f"`{quoted(key)}` stands twice; give each document a name of its own"))
                continue
            given = {
                field: self._text(row[name], is_day=field == "published")
                for name, field in layout.WORK.items()
                if name in row and name != "document"
            }
            works[key] = {field: text for field, text in given.items() if text is not None}
            places = {n: self._place(SOURCES, number, c) for n, c in table.columns.items()}
            nodes[key] = Node(at, {f: Node(places[n], {}, {}) for n, f in layout.WORK.items() if n in places}, {})
            keys[key] = at
        return works, Node(self._place(SOURCES, 1, 1), nodes, keys)

    def findings(self) -> tuple[list[dict[str, Any]], Node]:
        table = self._table(FINDINGS, FIELDS, ALWAYS)
        findings: list[dict[str, Any]] = []
        nodes: Nodes = {}
        for number, row in table.rows[: MOST_FINDINGS.most + 1]:
            where = partial(self._where, FINDINGS, number, table.columns)
            finding, spot, faults = finding_of(row, table.columns, where, where("id"))
            nodes[len(findings)] = spot
            findings.append(finding)
            self.faults += faults
        return findings, Node(self._place(FINDINGS, 1, 1), nodes, {})

    def outcome(self) -> tuple[dict[str, Any], Nodes]:
        table = self._table(PUBLISHED, layout.OUTCOME, ("what", "core_question"))
        value: dict[str, Any] = {"grades": {}, "pending": []}
        places: dict[str, Nodes] = {"grades": {}, "pending": {}}
        keys: dict[str, Place] = {}
        for number, row in table.rows:
            at = {name: self._place(PUBLISHED, number, where) for name, where in table.columns.items()}
            given = {name: text for name, each in row.items() if (text := text_of(each, self.faults)) is not None}
            what, question = given.pop("what", layout.GRADE).casefold(), given.get("core_question")
            if what == layout.GRADE and question is not None:
                if question in value["grades"]:
                    self.faults.append(Fault(at["core_question"], f"`{quoted(question)}` is graded twice; keep one"))
                value["grades"][question] = given.get("grade")
                places["grades"][question] = Node(at.get("grade", at["core_question"]), {}, {})
                keys[question] = at["core_question"]
            elif what == layout.PENDING and question is not None:
                places["pending"][len(value["pending"])] = Node(at["core_question"], {}, {})
                value["pending"].append(question)
            elif what in layout.BOXES:
                boxes = value.setdefault(layout.BOXES[what], [])
                below: Nodes = {name: Node(where, {}, {}) for name, where in at.items()}
                places.setdefault(layout.BOXES[what], {})[len(boxes)] = Node(at["what"], below, {})
                boxes.append(given)
            elif question is None:
                self.faults.append(Fault(at["core_question"], "the core question is missing; write which one it is"))
            else:
                known = [layout.GRADE, layout.PENDING, *layout.BOXES]
                self.faults.append(Fault(at["what"], unknown("word", what, known)))
        first = self._place(PUBLISHED, 1, 1)
        return value, {name: Node(first, nodes, keys if name == "grades" else {}) for name, nodes in places.items()}

    # -- cells ------------------------------------------------------------------------------------

    def _table(self, sheet: str, known: Collection[str], needed: Sequence[str]) -> Table:
        """A sheet with headings in the first row in which anything stands."""
        rows = self._rows(sheet)
        number, headings = next(rows, (1, []))
        names = [column(str(each)) if isinstance(each, str) else "" for each in headings]
        is_known = layout.is_finding_column if sheet == FINDINGS else partial(_is_in, known)
        unfit = list(unfit_columns(names, known, needed))
        for name, message in unfit:
            at = names.index(name) + 1 if name else 1
            self.faults.append(Fault(self._place(sheet, number, at), message))
        if any(not name for name, _ in unfit):  # without the column every row would be told as well
            raise DocumentError(self.document({}, {}).faults)
        columns: dict[str, int] = {}
        for at, name in enumerate(names, 1):
            if is_known(name):
                columns.setdefault(name, at)
        found = [(line, self._row(sheet, line, cells, columns)) for line, cells in rows]
        return Table(columns, [(line, row) for line, row in found if row])

    def _row(self, sheet: str, line: int, cells: Sequence[Any], columns: Mapping[str, int]) -> Row:
        worthless = self._book.worthless.get(self.names[sheet], {})
        given = {name: cells[at - 1] for name, at in columns.items() if at <= len(cells)}
        for at in columns.values():
            if (message := worthless.get((line, at))) is not None:
                self.faults.append(Fault(self._place(sheet, line, at), message))
        where = partial(self._where, sheet, line, columns)
        return {
            name: Cell(value, name, where)
            for name, value in given.items()
            if not (isinstance(value, str) and not value.strip())
        }

    def _rows(self, sheet: str) -> Iterator[tuple[int, Sequence[Any]]]:
        """Every row that has a cell which is not empty, with its number."""
        for number, cells in enumerate(self._book.rows(self.names[sheet]), 1):
            if any(not isinstance(value, str) or value.strip() for value in cells):
                yield number, cells

    def _text(self, given: Cell, *, is_day: bool) -> str | None:
        if isinstance(given.value, datetime | date) and is_day:
            day = given.value.date() if isinstance(given.value, datetime) else given.value
            return day.isoformat()
        return text_of(given, self.faults)

    def _where(self, sheet: str, row: int, columns: Mapping[str, int], name: str) -> Place:
        return self._place(sheet, row, columns.get(name, 1))

    def _place(self, sheet: str, row: int, at: int) -> Place:
        return Place(row, at, f"{self.names[sheet]}!{cell(row, at)}")


def _is_in(known: Collection[str], name: str) -> bool:
    return name in known
