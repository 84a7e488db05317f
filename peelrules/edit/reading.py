"""What a text says while it is being written: its values, its faults, and the evidence that is sound already."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from peelrules.documents.choice import chosen
from peelrules.documents.evidence import evidence_of
from peelrules.documents.places import Loc, Place, Spot
from peelrules.documents.yaml import Document, parse
from peelrules.model.evidence import Evidence
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook
from peelrules.verify.evidence import doubts


class Told(NamedTuple):
    """A fault, or a question about a coding, and the value that it is about."""

    loc: Loc
    message: str


class Reading:
    """A text as evidence in the making.

    Raises:
        DocumentError: it is not YAML, or holds no fields.
    """

    def __init__(self, text: str, file: str, rulebook: Rulebook | None) -> None:
        self.text = text
        self._given = rulebook
        self._document = parse(text, file)
        findings = self._document.value.get("findings") if isinstance(self._document.value, dict) else None
        if not isinstance(self._document.value, dict) or not isinstance(findings, list | None):
            evidence_of(self._document, rulebook)  # which tells what is wrong with it
        self.rulebook = rulebook or chosen(self._document)[0]
        """The one that it is read with; None where it names a framework that nobody knows."""
        self.value: Mapping[str, Any] = self._document.value
        self.findings: list[Any] = findings or []

    @cached_property
    def faults(self) -> list[Told]:
        """Everything that `check` calls a fault."""
        if not self._problems:
            return []
        places = _Places(self._document)
        return [Told(places.loc(problem), problem.message) for problem in self._problems]

    @cached_property
    def faulty(self) -> frozenset[int]:
        """The numbers of the findings with a fault."""
        return frozenset(int(told.loc[1]) for told in self.faults if _is_in_a_finding(told))

    @cached_property
    def evidence(self) -> Evidence | None:
        """What can be graded: all findings without a fault; None where the fault is not in a finding."""
        if not self._problems:
            return self._sound
        if not all(map(_is_in_a_finding, self.faults)):
            return None
        left = [finding for number, finding in enumerate(self.findings) if number not in self.faulty]
        # faults of the text itself are of findings that are left out
        document = Document(self._document.file, {**self.value, "findings": left}, self._document.root, ())
        try:
            return evidence_of(document, self._given)
        except DocumentError:
            return None

    @cached_property
    def doubts(self) -> list[Told]:
        """Codings that are worth a second look."""
        if self.evidence is None or self.rulebook is None:
            return []
        kept = [number for number in range(len(self.findings)) if number not in self.faulty]
        asked = doubts(self.evidence, self.rulebook.framework)
        return [
            Told(("findings", kept[doubt.loc[1]], *doubt.loc[2:]), doubt.message)  # type: ignore[index]
            for doubt in asked
            if len(doubt.loc) > 1
        ]

    @cached_property
    def _checked(self) -> tuple[Evidence | None, tuple[Problem, ...]]:
        try:
            return evidence_of(self._document, self._given), ()
        except DocumentError as error:
            return None, error.problems

    @property
    def _sound(self) -> Evidence | None:
        return self._checked[0]

    @property
    def _problems(self) -> tuple[Problem, ...]:
        return self._checked[1]


def _is_in_a_finding(told: Told) -> bool:
    return len(told.loc) > 1 and told.loc[0] == "findings"


class _Places:
    """Which value a place in a document belongs to."""

    def __init__(self, document: Document) -> None:
        begins: dict[Place, Loc] = {}
        for place, loc in _walk(document.value, document.root, ()):
            begins.setdefault(place, loc)  # the outer one, where several begin at one place
        self._begins = sorted(begins.items())

    def loc(self, problem: Problem) -> Loc:
        """The value that begins at the place of a problem, or the last that begins before it."""
        at = bisect_right(self._begins, (Place(problem.line, problem.column), ("\U0010ffff",)))
        return self._begins[at - 1][1] if at else ()


def _walk(value: Any, spot: Spot | None, loc: Loc) -> Iterator[tuple[Place, Loc]]:
    if spot is None:
        return
    yield spot.place, loc
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in entries:
        if (place := spot.key(key)) is not None:
            yield place, (*loc, key)
        yield from _walk(below, spot.child(key), (*loc, key))
