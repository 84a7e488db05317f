"""The evidence that is being written: as it stands, as it stood before, and what of it is on disk."""

from collections.abc import Sequence
from difflib import unified_diff
from itertools import count, islice
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

from peelrules.documents.rewriting import rewritten
from peelrules.edit.changes import Add, Keys, Put, Remove, changed
from peelrules.edit.disk import Disk
from peelrules.edit.reading import Reading
from peelrules.model.problems import DocumentError, PeelrulesError
from peelrules.model.rulebook import Rulebook

_MOST_STEPS = 300
"""Steps that can be undone; of each the whole text is kept."""


class ElsewhereError(PeelrulesError):
    """The file was changed elsewhere since it was read or written here."""


class _State(NamedTuple):
    """A text, and what tells its findings apart."""

    reading: Reading
    keys: Keys


class _Step(NamedTuple):
    """A change that can be undone, or done again: the text on its other side."""

    text: str
    keys: Keys
    words: str
    finding: int | None
    """The key of the finding that it is about."""
    part_of: str
    """Changes in a row that are part of one and the same thing are undone together."""


class Done(NamedTuple):
    """What was changed, in words, and the key of the finding that it is about."""

    words: str
    finding: int | None


class Desk:
    """One evidence file on which somebody works. What a call changes is on disk when it returns.

    Raises:
        DocumentError: the file, or its draft, is no evidence that could be changed in fields.
        DiskError: no draft can be written, or what stands in its place is none.
    """

    def __init__(self, file: Path, rulebook: Rulebook | None = None, begin_with: str = "") -> None:
        """Open a file.

        Args:
            rulebook: left out, the bundled one of the framework that the evidence names.
            begin_with: the text of a file that is new.
        """
        self.disk = Disk(file)
        self._rulebook = rulebook
        self.lock = RLock()
        self.revision = 1
        self.restored = False
        """Whether a draft was found, which a run before this one left."""
        self.questions: tuple[str, ...] = ()
        """The core questions that somebody said the evidence would be about."""
        self._new_keys = count(1)
        self._undo: list[_Step] = []
        self._redo: list[_Step] = []
        self._base, self._mark = self.disk.text(), self.disk.mark()
        text = self._base if self._base is not None else begin_with
        if (draft := self.disk.restored()) is not None:
            text, self._mark = draft
            self.restored = text != self._base
        self._now = self._state(text)
        if text != self._base:
            self.disk.keep(text, self._mark)
        elif draft is not None:  # the run before this one was stopped between writing the file and removing the draft
            self._mark = self.disk.mark()
            self.disk.forget()

    @staticmethod
    def has_draft(file: Path) -> bool:
        """Whether a run before this one left a draft of a file."""
        return Disk(file).draft.exists()

    @property
    def reading(self) -> Reading:
        return self._now.reading

    @property
    def keys(self) -> Keys:
        return self._now.keys

    @property
    def is_saved(self) -> bool:
        return self._base is not None and self.reading.text == self._base

    @property
    def is_changed_elsewhere(self) -> bool:
        return self.disk.mark() != self._mark

    @property
    def can_undo(self) -> str | None:
        """What would be undone, in words."""
        return self._undo[-1].words if self._undo else None

    @property
    def can_redo(self) -> str | None:
        return self._redo[-1].words if self._redo else None

    def change(self, changes: Sequence[Put | Add | Remove], part_of: str = "") -> Done:
        """Make changes, all of them or none.

        Args:
            part_of: what they are part of; one after the other is undone together if it is the same.

        Raises:
            OutdatedError: what is to be changed is not as it was seen.
            RewritingError: the text cannot be changed in this place.
            DiskError: the draft cannot be written.
        """
        with self.lock:
            value: dict[str, Any] = dict(self.reading.value)
            keys, words, finding = self.keys, "", None
            for each in changes:
                after = changed(value, keys, each, next(self._new_keys))
                value, keys, finding = after.value, after.keys, after.finding
                words = words or after.words
            text = rewritten(self.reading.text, value)
            if text == self.reading.text:
                return Done("nothing", finding)
            before = self._now
            self._become(_State(self._read(text), keys))
            if not (part_of and self._undo and self._undo[-1].part_of == part_of and not self._redo):
                self._undo = [*self._undo[-_MOST_STEPS + 1 :], _step(before, words, finding, part_of)]
            self._redo.clear()
            return Done(words, finding)

    def undo(self) -> Done:
        """Undo the last step, if there is one."""
        return self._back(self._undo, self._redo)

    def redo(self) -> Done:
        """Do again what was undone last."""
        return self._back(self._redo, self._undo)

    def save(self, over: str | None = None) -> None:
        """Write the file.

        Args:
            over: the mark of a file that was changed elsewhere, and is to be written over.

        Raises:
            ElsewhereError: the file was changed elsewhere.
            UnsoundError: it is a workbook, which takes no evidence with faults.
            DiskError: it cannot be written.
        """
        with self.lock:
            mark = self.disk.mark()
            if mark not in (self._mark, over):
                raise ElsewhereError(f"{self.disk.named.name} was changed elsewhere since you opened or saved it here")
            text = self.reading.text
            self.disk.save(self._content())
            self._base, self._mark = text, self.disk.mark()
            self.disk.forget()
            self.restored = False
            self.revision += 1

    def take_theirs(self) -> Done:
        """Go on with the file as it was changed elsewhere. It can be undone.

        Raises:
            DocumentError: it is no evidence that could be changed in fields.
            DiskError: the draft cannot be removed.
        """
        with self.lock:
            mark, text = self.disk.mark(), self.disk.text()
            if text is None:
                raise ElsewhereError(f"{self.disk.named.name} is no longer there; save yours")
            before, state = self._now, self._state(text, self._now)
            self.disk.forget()
            self._base, self._mark, self._now = text, mark, state
            self.revision += 1
            self.restored = False
            self._undo.append(_step(before, "the file as it was changed elsewhere"))
            self._redo.clear()
            return Done("the file as it was changed elsewhere", None)

    def difference(self) -> tuple[str, list[str]]:
        """The mark of the file as it is, and what is different here: lines with `-` are in the file, with `+` here."""
        with self.lock:
            mark = self.disk.mark()
            try:
                theirs = self.disk.text() or ""
            except DocumentError as error:
                return mark, [f"The file cannot be read: {error}"]
            lines = unified_diff(theirs.splitlines(), self.reading.text.splitlines(), lineterm="", n=2)
            return mark, ["…" if line.startswith("@@") else line for line in islice(lines, 2, None)]

    def _content(self) -> bytes:
        """What the file is to hold."""
        if not self.disk.is_workbook:
            return self.reading.text.encode()
        from peelrules.edit.workbooks import content_of

        evidence = self.reading.evidence if not self.reading.faults else None
        return content_of(evidence, self.reading.rulebook, self.disk.target)

    def _back(self, steps: list[_Step], others: list[_Step]) -> Done:
        with self.lock:
            if not steps:
                return Done("nothing", None)
            step, before = steps[-1], self._now
            self._become(_State(self._read(step.text), step.keys))
            steps.pop()
            others.append(_step(before, step.words, step.finding))
            return Done(step.words, step.finding if step.finding in self.keys else None)

    def _become(self, state: _State) -> None:
        """Take another state, once it is on disk."""
        if state.reading.text == self._base:
            self.disk.forget()
        else:
            self.disk.keep(state.reading.text, self._mark)
        self._now = state
        self.revision += 1

    def _state(self, text: str, before: _State | None = None) -> _State:
        """A text that was not made here; findings of the same id as before keep their keys."""
        reading = self._read(text)
        known: dict[str, int] = {}
        if before is not None:
            for finding, key in zip(before.reading.findings, before.keys, strict=True):
                known.setdefault(_id(finding), key)
        keys = tuple(known.pop(_id(finding), 0) or next(self._new_keys) for finding in reading.findings)
        return _State(reading, keys)

    def _read(self, text: str) -> Reading:
        return Reading(text, str(self.disk.named), self._rulebook)


def _step(state: _State, words: str, finding: int | None = None, part_of: str = "") -> _Step:
    return _Step(state.reading.text, state.keys, words, finding, part_of)


def _id(finding: Any) -> str:
    return str(finding.get("id")) if isinstance(finding, dict) else ""
