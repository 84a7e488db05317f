"""Files and folders that are new: whole or not there at all, and never in the place of something else."""

import errno
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path


def create(target: Path, content: bytes) -> None:
    """Write a file where nothing is yet.

    Raises:
        FileExistsError: something is there, and stays as it is.
        OSError: the file cannot be written.
    """
    new = _made_ready(target)
    try:
        with new.open("xb") as stream:
            stream.write(content)
        try:
            os.link(new, target)  # which fails where something has come to be meanwhile
        except (AttributeError, PermissionError, NotImplementedError):  # this disk knows no second names
            _move(new, target)
    finally:
        new.unlink(missing_ok=True)


def create_folder(target: Path, files: Mapping[str, bytes], look: Callable[[Path], object]) -> None:
    """Make a folder with files where nothing is yet.

    Args:
        files: what each holds, by the way to it from the folder.
        look: is called with the folder before it has its name; what it raises ends the making.

    Raises:
        FileExistsError: something is there, and stays as it is.
        OSError: a file or the folder cannot be written.
    """
    new = _made_ready(target)
    try:
        new.mkdir()
        for way, content in files.items():
            (new / way).parent.mkdir(parents=True, exist_ok=True)
            (new / way).write_bytes(content)
        look(new)
        _move(new, target)
    finally:
        with suppress(FileNotFoundError):
            shutil.rmtree(new)


def _made_ready(target: Path) -> Path:
    """A free name beside the target, where nothing is."""
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    return target.absolute().with_name(f".peelrules-{secrets.token_hex(8)}")


def _move(new: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    new.rename(target)
