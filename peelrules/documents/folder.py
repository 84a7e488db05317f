"""The folder of a rulebook: what lies in it, and never anything outside it, by links neither.

A rulebook comes from someone else, and what is read is shown. So a file in it that leads elsewhere is refused, and so
is what is no regular file, for reading a pipe may never end. Names that begin with a full stop are hidden: they are of
editors and version control, and passed over.
"""

import os
import re
import stat
from pathlib import Path

from peelrules.documents.yaml import Document, read
from peelrules.model.problems import DocumentError, Problem

_MEANT = re.compile(r"(\.ya?ml|\.case(\.\w+)?)(\.txt)?$", re.IGNORECASE)


class Folder:
    """A folder as it was given, which may be a link itself.

    Args:
        may_lead_out: whether its files may be links to elsewhere after all, for it is known what they are.

    Raises:
        DocumentError: there is no such folder.
    """

    def __init__(self, path: Path, *, may_lead_out: bool = False) -> None:
        if not _is_folder(path):
            is_there = os.path.lexists(path)
            what = "a rulebook is a folder; name the folder" if is_there else "there is no such folder"
            raise DocumentError([Problem(str(path), 0, 0, what)])
        self.path = path
        self._root = Path(os.path.realpath(path))
        self._may_lead_out = may_lead_out

    def read(self, file: Path) -> Document:
        """Read a YAML file of the folder.

        Raises:
            DocumentError: it lies outside the folder, is no regular file, or cannot be read.
        """
        if (fault := self.fault(file)) is not None:
            raise DocumentError([Problem(str(file), 0, 0, fault)])
        return read(file)

    def fault(self, file: Path) -> str | None:
        """Why a file is not read, before anything of it is looked at; None for what is sound or not there."""
        try:
            if not (self._may_lead_out or resolved(file).is_relative_to(self._root)):
                return (
                    f"this leads out of {self.path}, and nothing outside is read; put the file itself into the folder"
                )
            mode = os.stat(file).st_mode  # noqa: PTH116
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            return f"the file cannot be read: {getattr(error, 'strerror', error)}"
        is_sound = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
        return None if is_sound else "this is a pipe or a device; put a file in its place"

    def files(self) -> tuple[list[Path], list[Problem]]:
        """Every file in the folder and below it, and what may hold more of them and cannot be looked into."""
        found: list[Path] = []
        problems: list[Problem] = []
        pending = [self.path]
        while pending:
            entries, faults = entries_of(pending.pop())
            problems += faults
            for entry in entries:
                path = Path(entry)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(path)
                elif _is_folder(entry):
                    message = "this is a link to a folder, and is not followed; put the folder itself here"
                    problems.append(Problem(str(path), 0, 0, message))
                else:
                    found.append(path)
        return sorted(found), problems


def entries_of(folder: Path) -> tuple[list[os.DirEntry[str]], list[Problem]]:
    """What lies in a folder and is not hidden, and what of it cannot be told."""
    try:
        with os.scandir(folder) as entries:
            seen = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        return [], [Problem(str(folder), 0, 0, f"this folder cannot be looked into: {error.strerror}")]
    told = [entry for entry in seen if entry.name.isprintable()]
    matter = (entry for entry in seen if entry not in told and (is_meant_to_be_read(entry.name) or _is_folder(entry)))
    message = "the name {} has a character that cannot be shown; rename it"
    return told, [Problem(str(folder), 0, 0, message.format(ascii(entry.name))) for entry in matter]


def resolved(file: Path) -> Path:
    """Where a file really lies."""
    return Path(os.path.realpath(file))


def is_meant_to_be_read(name: str) -> bool:
    """Whether its name says that a file is YAML or a case, however it is spelt."""
    return _MEANT.search(name) is not None


def _is_folder(path: Path | os.DirEntry[str]) -> bool:
    """Whether it is a folder or a link to one; what cannot be is none, where `Path.is_dir` may raise."""
    return os.path.isdir(path)  # noqa: PTH112
