"""Documents of a rulebook merged with those of the one that it extends. Each part keeps the place where it was read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from peelrules.documents.extension import Link, Removed
from peelrules.documents.places import Loc
from peelrules.documents.shape import Words
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.problems import Problem

OWN = ("id", "title", "version", *Link.model_fields)
"""What a framework says of itself alone, whatever it extends."""
BY_KEY = ("wording", "credit", "sources", "strands", "methods")
"""The mappings of a framework that are merged key by key."""
QUESTIONS = "core_questions"


class Piece(NamedTuple):
    """A value, where it was read, and which parts of it were read elsewhere than below that place."""

    document: Document
    loc: Loc
    value: Any
    below: Mapping[int | str, "Piece"] = {}

    def child(self, part: int | str) -> "Piece":
        return self.below.get(part) or Piece(self.document, (*self.loc, part), self.value[part])

    @property
    def entries(self) -> list["Piece"]:
        """Those of a list; none of anything else."""
        return [self.child(number) for number in range(len(self.value))] if isinstance(self.value, list) else []

    @property
    def fields(self) -> dict[str, "Piece"]:
        """Those of a mapping; none of anything else."""
        return {key: self.child(key) for key in self.value} if isinstance(self.value, dict) else {}

    def with_fields(self, fields: Mapping[str, "Piece"]) -> "Piece":
        below: dict[int | str, Piece] = dict(fields.items())
        return self._replace(value={key: piece.value for key, piece in fields.items()}, below=below)

    def with_entries(self, entries: Sequence["Piece"]) -> "Piece":
        return self._replace(value=[piece.value for piece in entries], below=dict(enumerate(entries)))


class Merged(Document):
    """A document of which parts were read in another file."""

    def __init__(self, whole: Piece, faults: Iterable[Problem]) -> None:
        own = whole.document
        super().__init__(own.file, whole.value, own.root, tuple(faults))
        self._whole = whole

    def problem(self, loc: Loc, message: str, *, at_key: bool = False) -> Problem:
        piece = self._whole
        for number, part in enumerate(loc):
            if not piece.below:
                return piece.document.problem((*piece.loc, *loc[number:]), message, at_key=at_key)
            piece = piece.below.get(part, piece)
        return piece.document.problem(piece.loc, message, at_key=at_key)

    def part(self, key: str) -> Document:
        return Merged(self._whole.child(key), ())

    def with_value(self, value: Any) -> Document:
        return Merged(self._whole._replace(value=value), self.faults)


def merged_framework(own: Document, base: Document, removes: Removed) -> Document:
    """A framework and the one that it extends, both mappings, as one."""
    given, kept = Piece(own, (), own.value), Piece(base, (), base.value)
    fields = {key: piece for key, piece in kept.fields.items() if key not in OWN} | given.fields
    for key in BY_KEY:
        if isinstance(kept.value.get(key), dict) and isinstance(given.value.get(key, {}), dict):
            removed = getattr(removes, key, ())
            left = {name: piece for name, piece in kept.child(key).fields.items() if name not in removed}
            fields[key] = fields[key].with_fields(left | (given.child(key).fields if key in given.value else {}))
    faults: list[Problem] = []
    if isinstance(given.value.get(QUESTIONS), list):
        questions = _Questions(kept)
        fields[QUESTIONS] = questions.whole(given.child(QUESTIONS))
        faults = questions.faults
    return Merged(given.with_fields(fields), (*own.faults, *base.faults, *faults))


class _Questions:
    """The core questions of an extension, with what they take from those of the extended framework."""

    def __init__(self, kept: Piece) -> None:
        self.faults: list[Problem] = []
        self._questions = dict(_by_id(kept.child(QUESTIONS).entries)) if QUESTIONS in kept.value else {}
        self._characteristics = dict(
            _by_id(
                characteristic
                for question in self._questions.values()
                for topic in _entries(question, "topics")
                for characteristic in _entries(topic, "characteristics")
            )
        )
        self._words = {
            "core question": Words("core question", self._questions, "; write it whole"),
            "characteristic": Words("characteristic", self._characteristics, "; write it whole"),
        }

    def whole(self, listed: Piece) -> Piece:
        entries: list[Piece] = []
        for entry in listed.entries:
            if entry.value in [each.value for each in entries if isinstance(each.value, str)]:
                message = f"`{quoted(entry.value)}` is listed twice; list it once"
                self.faults.append(entry.document.problem(entry.loc, message))
            else:
                entries.append(entry)
        return listed.with_entries([self._question(entry) for entry in entries])

    def _question(self, entry: Piece) -> Piece:
        if isinstance(entry.value, str):
            return self._as_extended(entry, self._questions, "core question")
        before = self._questions.get(_id(entry) or "")
        fields = (before.fields if before else {}) | entry.fields
        if "topics" in entry.fields and isinstance(entry.value["topics"], list):
            topics = entry.child("topics")
            fields["topics"] = topics.with_entries([self._topic(topic) for topic in topics.entries])
        return entry.with_fields(fields) if fields else entry

    def _topic(self, topic: Piece) -> Piece:
        if not (listed := _entries(topic, "characteristics")):
            return topic
        whole = [
            self._as_extended(entry, self._characteristics, "characteristic") if isinstance(entry.value, str) else entry
            for entry in listed
        ]
        return topic.with_fields(
            {**topic.fields, "characteristics": topic.child("characteristics").with_entries(whole)}
        )

    def _as_extended(self, entry: Piece, known: Mapping[str, Piece], kind: str) -> Piece:
        """What a bare id stands for. The id itself stands where it is written here."""
        if (before := known.get(entry.value)) is None:
            message = self._words[kind].unknown(entry.value, "in what this extends")
            self.faults.append(entry.document.problem(entry.loc, message))
            return entry
        return entry.with_fields({**before.fields, "id": entry})


def merged_counts(own: Document | None, base: Document, removed: Sequence[str]) -> Document:
    """What is counted in a rulebook and in the one that it extends, as one; *own* is None where it adds nothing."""
    given, kept = Piece(own, (), own.value) if own else Piece(base, (), {}), Piece(base, (), base.value)
    for piece in (kept, given):
        if not isinstance(piece.value, dict):
            return piece.document
    fields = given.fields
    for stage, counts in kept.fields.items():
        fields[stage] = _joined(fields.get(stage, counts._replace(value=[])), counts, removed)
    return Merged(given.with_fields(fields), _faults(own, base))


def merged_rules(own: Document | None, base: Document, removed: Sequence[str]) -> Document:
    """The rules of a stage in a rulebook and in the one that it extends, as one; *own* is None where it adds none."""
    given = Piece(own, (), own.value) if own else Piece(base, (), [])
    return Merged(_joined(given, Piece(base, (), base.value), removed), _faults(own, base))


def _faults(own: Document | None, base: Document) -> list[Problem]:
    return [*(own.faults if own else ()), *base.faults]


def _joined(given: Piece, kept: Piece, removed: Sequence[str]) -> Piece:
    """The entries of the list that is extended, with those of the same id in their places and all others at the end."""
    for piece in (kept, given):
        if not (isinstance(piece.value, list) or piece.value is None):
            return piece
    coming = dict(_by_id(reversed(given.entries)))  # of two with one id, which is a fault, the first
    left = [entry for entry in kept.entries if _id(entry) not in removed]
    whole = [coming.get(_id(entry) or "", entry) for entry in left]
    placed = {entry.loc for entry in whole if entry.document is given.document}
    return given.with_entries([*whole, *(entry for entry in given.entries if entry.loc not in placed)])


def _id(entry: Piece) -> str | None:
    name = entry.value.get("id") if isinstance(entry.value, dict) else None
    return name if isinstance(name, str) else None


def _by_id(entries: Iterable[Piece]) -> Iterator[tuple[str, Piece]]:
    for entry in entries:
        if (name := _id(entry)) is not None:
            yield name, entry


def _entries(piece: Piece, key: str) -> list[Piece]:
    return piece.child(key).entries if key in piece.fields else []
