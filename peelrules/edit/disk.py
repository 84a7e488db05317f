"""The evidence file, and the draft beside it."""

import hashlib
import os
from pathlib import Path
from typing import NamedTuple

from peelrules.documents.files import text_of
from peelrules.documents.limits import BYTES
from peelrules.documents.reading import is_workbook
from peelrules.documents.replacing import replace
from peelrules.model.problems import PeelrulesError

_HEAD = "# Draft of peelrules edit, begun from "
_NOTHING = "a new file"
_UNREADABLE = "a file that cannot be read"


class DiskError(PeelrulesError):
    """A file cannot be written, or is not as it was left."""


class _Seen(NamedTuple):
    """What a file looked like without reading it."""

    inode: int
    size: int
    modified: int


class Disk:
    """One evidence file and its draft. What is written is on disk when a call returns."""

    def __init__(self, named: Path) -> None:
        self.named = named
        self.target = Path(os.path.realpath(named))
        self.draft = self.target.with_name(f".{self.target.name}.draft")
        self.is_workbook = is_workbook(self.target)
        self._own_draft: _Seen | None = None
        self._hashed: tuple[_Seen | None, str] = (None, "")

    def text(self) -> str | None:
        """The text of the file; None if there is none.

        Raises:
            DocumentError: it cannot be read.
        """
        if not self.target.exists():
            return None
        if self.is_workbook:
            from peelrules.edit.workbooks import text_in  # only those who have workbooks wait for it

            return text_in(self.target)
        return text_of(self.target)

    def mark(self) -> str:
        """What tells the content of the file from any other; of a file that is not there, a word of its own."""
        seen = _seen(self.target)
        if seen is None:
            return _NOTHING
        if self._hashed[0] != seen:
            try:
                with self.target.open("rb") as stream:
                    self._hashed = seen, hashlib.sha256(stream.read(BYTES.most + 1)).hexdigest()
            except OSError:
                return _UNREADABLE
        return self._hashed[1]

    def restored(self) -> tuple[str, str] | None:
        """The text of the draft, and the mark of the file from which it was begun; None if there is no draft.

        Raises:
            DocumentError: it cannot be read.
            DiskError: it is none.
        """
        if not self.draft.exists():
            return None
        head, _, text = text_of(self.draft).partition("\n")
        if not head.startswith(_HEAD):
            raise DiskError(f"{self.draft} is no draft of `peelrules edit`; move it elsewhere, and start again")
        self._own_draft = _seen(self.draft)
        return text, head.removeprefix(_HEAD).strip()

    def keep(self, text: str, begun_from: str) -> None:
        """Write the draft.

        Raises:
            DiskError: it cannot be written, could not be read again, or somebody else has written one.
        """
        self._refuse_another_draft()
        content = f"{_HEAD}{begun_from}\n{text}".encode()
        if len(content) > BYTES.most:
            raise DiskError(f"this is too much for one file: {BYTES.exceeded}")
        self._write(self.draft, content)
        self._own_draft = _seen(self.draft)

    def forget(self) -> None:
        """Remove the draft.

        Raises:
            DiskError: it cannot be removed, or somebody else has written one.
        """
        self._refuse_another_draft()
        try:
            self.draft.unlink(missing_ok=True)
        except OSError as error:
            raise DiskError(f"{self.draft} cannot be removed: {error.strerror or error}") from None
        self._own_draft = None

    def save(self, content: bytes) -> None:
        """Write the file.

        Raises:
            DiskError: it cannot be written, or somebody else has written a draft of it.
        """
        self._refuse_another_draft()
        self._write(self.target, content)

    def _write(self, path: Path, content: bytes) -> None:
        try:
            replace(path, content, durable=True, like=self.target)  # nobody reads the draft who could not read the file
        except OSError as error:
            raise DiskError(f"{path} cannot be written: {error.strerror or error}") from None

    def _refuse_another_draft(self) -> None:
        if _seen(self.draft) not in (None, self._own_draft):  # one that is gone can be written anew
            message = f"{self.draft.name} was written by somebody else; is `peelrules edit` open twice on this file?"
            raise DiskError(f"{message} Nothing was changed. Close one of them, and start again")


def _seen(path: Path) -> _Seen | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return _Seen(found.st_ino, found.st_size, found.st_mtime_ns)
