"""Files that are written whole or not at all."""

import errno
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path


def replace(target: Path, content: bytes, *, durable: bool = False, like: Path | None = None) -> None:
    """Write a file beside the target, and put it in its place: the old file stays until the new one is complete.

    Owner and permissions of the old file are kept as far as they can be.

    Args:
        target: a regular file, or a name that is free; no link.
        like: a file whose owner and permissions a new one takes, if it is there; its owner may always write it.
        durable: wait until the machine has it on disk, so that it outlives a loss of power.

    Raises:
        OSError: it cannot be written; the old file is as it was.
    """
    is_new = not target.exists()
    old = next((file.stat() for file in (target, like) if file is not None and file.exists()), None)
    if not is_new and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    new = target.with_name(f".peelrules-{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        # nobody reads meanwhile what nobody else could read before; the umask holds for a file that is new
        with open(os.open(new, flags, 0o666 if old is None else 0o600), "wb") as stream:  # noqa: PTH123
            stream.write(content)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        if old is not None:
            with suppress(OSError, AttributeError):  # only the owner of the machine may give files away
                os.chown(new, old.st_uid, old.st_gid)
            new.chmod(stat.S_IMODE(old.st_mode) | (stat.S_IWUSR if is_new else 0))
        new.replace(target)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if durable:
        _settle(target.parent)


def _settle(folder: Path) -> None:
    """Wait until the names in a folder are on disk, where the machine can tell."""
    with suppress(OSError):  # a folder cannot be opened everywhere
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
