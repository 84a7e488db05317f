"""The evidence of one inspection in a table: a row a finding, and what is said of the inspection in every row.

The same table can be graded by `population`: its columns are those of `peelrules.model.table`. The further ones are:

| column | meaning |
|---|---|
| `force`, `framework` | the same in every row; without the one, the name of the inspection stands for the force |
| `finding`, `recommendation`, `note`, `method` | as in evidence files |
| `document`, `section`, `paragraph` | where the finding stands; *document* is the key of the source |
| `document_title`, `document_publisher`, `document_published`, `document_url` | the source itself |
"""

from collections.abc import Mapping, Sequence
from functools import partial
from math import isnan
from typing import Any

from peelrules.documents.grid import ALWAYS, FIELDS, FURTHER, Cell, Fault, finding_of, text_of, unfit_columns
from peelrules.documents.limits import FINDINGS
from peelrules.documents.places import Node, Place, Spot, problem_at
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document
from peelrules.model.problems import DocumentError, Problem

FORCE, FRAMEWORK, INSPECTION = "force", "framework", "inspection"
WORK = ("title", "publisher", "published", "url")
_OF_WORK = {f"document_{name}": name for name in WORK}
_CONSTANT = (FORCE, FRAMEWORK, INSPECTION)
KNOWN = (*_CONSTANT, *FIELDS, *_OF_WORK)
"""The columns of a table that holds the evidence of one inspection."""
_UNTOLD = "not told"
"""The publisher of a source of which a table says no more than how it is called."""


class OneInspection:
    """The evidence in the rows of a table that were read so far."""

    def __init__(self, file: str, names: Sequence[str]) -> None:
        """Begin a table with columns of these names; *file* names it in problems.

        Raises:
            DocumentError: a column is missing, stands twice, or seems to mean one of those that are known.
        """
        needed = [*ALWAYS, *([] if FORCE in names else [INSPECTION])]
        if unfit := [message for _, message in unfit_columns(names, KNOWN, needed)]:
            raise DocumentError(Problem(file, 1, 1, message) for message in unfit)
        self.file = file
        self.findings: list[dict[str, Any]] = []
        self._columns = {name: at for at, name in enumerate(names) if name in KNOWN or FURTHER.fullmatch(name)}
        self._spots: dict[int | str, Spot] = {}
        self._constant: dict[str, Cell] = {}
        self._sources: dict[str, dict[str, Cell]] = {}
        self._faults: list[Fault] = []

    @property
    def is_full(self) -> bool:
        """Whether it has more findings than are looked at."""
        return len(self.findings) > FINDINGS.most

    def add(self, line: int, values: Sequence[object]) -> None:
        """Read a row, of a value for each column. Nothing stands in a cell of None, white space or *not a number*."""
        where = partial(self._place, line)
        row = {n: Cell(values[at], n, where) for n, at in self._columns.items() if not _is_empty(values[at])}
        for name in _CONSTANT:
            self._keep(self._constant, name, row.get(name))
        finding, spot, faults = finding_of(row, self._columns, where, Place(line, 1))
        self._spots[len(self.findings)] = spot
        self.findings.append(finding)
        self._faults += faults
        key = finding.get("source", {}).get("document")
        if isinstance(key, str):
            work = self._sources.setdefault(key, {})
            for column, name in _OF_WORK.items():
                self._keep(work, name, row.get(column), f" of `{quoted(key)}`")

    def _place(self, line: int, column: str) -> Place:
        at = self._columns.get(column)
        return Place(line, 1) if at is None else Place(line, at + 1, f"{line}:{column}")

    def _keep(self, kept: dict[str, Cell], name: str, cell: Cell | None, of: str = "") -> None:
        """Keep what is the same in every row that says it, at its first place."""
        if cell is not None and kept.setdefault(name, cell).value != cell.value:
            first = f"`{quoted(kept[name].value)}` {problem_at(self.file, kept[name].place, '').stands}"
            several = "" if of else ", or grade tables of several inspections with `peelrules population`"
            message = f"the {name}{of} is {first} and `{quoted(cell.value)}` here; write one{several}"
            self._faults.append(Fault(cell.place, message))

    def document(self, faults: Sequence[Problem] = ()) -> Document:
        """All that was read, as an evidence file would have it.

        Args:
            faults: found besides, so that there may be rows that were not added.

        Raises:
            DocumentError: there is nothing.
        """
        if not self.findings:
            raise DocumentError(told(faults) or [Problem(self.file, 0, 0, "there are no findings in it")])
        inspection, nodes = self._inspection()
        value = {**inspection, "sources": {key: self._work(key, work) for key, work in self._sources.items()}}
        value["findings"] = self.findings
        nodes["findings"] = Node(Place(1, 1), self._spots, {})
        problems = [problem_at(self.file, fault.place, fault.message) for fault in self._faults]
        root = Node(Place(1, 1), nodes, {})
        return Document(self.file, value, root, told([*faults, *problems]), is_table=True)

    def _inspection(self) -> tuple[dict[str, Any], dict[int | str, Spot]]:
        """What is said of the inspection, and where. A table names it by the force and the inspection together."""
        found = {n: text for n, cell in self._constant.items() if (text := text_of(cell, self._faults)) is not None}
        name = found.get(INSPECTION, "")
        force = found.get(FORCE, name)
        inspection = name.removeprefix(f"{force}, ")
        stands_for_another = inspection == found.get(FRAMEWORK) or name == force
        nodes: dict[int | str, Spot] = {n: Node(cell.place, {}, {}) for n, cell in self._constant.items()}
        return {
            **({FORCE: force} if force else {}),
            **({FRAMEWORK: found[FRAMEWORK]} if FRAMEWORK in found else {}),
            **({} if stands_for_another or not inspection else {INSPECTION: inspection}),
        }, nodes

    def _work(self, key: str, work: Mapping[str, Cell]) -> dict[str, str]:
        given = {name: text for name, cell in work.items() if (text := text_of(cell, self._faults)) is not None}
        return {"title": key, "publisher": _UNTOLD, **given}


def _is_empty(value: object) -> bool:
    return (
        value is None or (isinstance(value, float) and isnan(value)) or (isinstance(value, str) and not value.strip())
    )
