"""Text from files, pipes and standard input."""

import os
import sys
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

from peelrules.documents.forms import no_text
from peelrules.documents.limits import BYTES
from peelrules.documents.places import Lines, problem_at
from peelrules.model.problems import DocumentError, Problem

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_AT_ONCE = 1 << 20
_PATIENCE = 2.0
"""Seconds in which somebody has to begin to write to a pipe."""


def text_of(source: str | Path) -> str:
    """The text of a file, or of standard input if *source* is `-`.

    A pipe is read to its end, as `cat` does, but not waited for if nobody writes to it.

    Raises:
        DocumentError: it cannot be read, is too large, or is not UTF-8.
    """
    file = name_of(source)
    data = bytes_of(source)
    if (message := no_text(BytesIO(data))) is not None:
        raise DocumentError([Problem(file, 0, 0, message)])
    data = data.removeprefix(_BYTE_ORDER_MARK)
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        message = f"this is not UTF-8 ({_byte(data[error.start])}); save the file in the encoding UTF-8"
        raise DocumentError([problem_at(file, Lines(before).place(len(before)), message)]) from None


def _byte(byte: int) -> str:
    """A byte that is not UTF-8, with what it is in Western Windows, where most such files come from."""
    character = bytes([byte]).decode("cp1252", "ignore")
    return (
        f"byte {byte:#04x}, {character} in Windows-1252"
        if character.isprintable() and character
        else f"byte {byte:#04x}"
    )


def name_of(source: str | Path) -> str:
    """What a source is called in problems."""
    return "<stdin>" if str(source) == "-" else str(source)


def bytes_of(source: str | Path) -> bytes:
    """What is in a file, or comes from standard input if *source* is `-`.

    Raises:
        DocumentError: it cannot be read, or is too large.
    """
    try:
        data = _read(source, BYTES.most + 1)
    except FileNotFoundError:
        message = "there is no such file"
    except IsADirectoryError:
        message = "this is a folder; name a file in it"
    except (OSError, ValueError) as error:  # a ValueError if the name can be of no file, or the stream is closed
        message = f"the file cannot be read: {getattr(error, 'strerror', None) or error}"
    else:
        message = BYTES.exceeded
        if len(data) <= BYTES.most:
            return data
    raise DocumentError([Problem(name_of(source), 0, 0, message)])


def _read(source: str | Path, most: int) -> bytes:
    if str(source) == "-":
        if sys.stdin is None:
            raise ValueError("there is no standard input")
        return _up_to(most, sys.stdin.buffer)
    if Path(source).is_fifo():
        return _from_pipe(source, most)
    with Path(source).open("rb") as stream:
        return _up_to(most, stream)


def _up_to(most: int, stream: BinaryIO) -> bytes:
    """As `stream.read(most)`, which takes memory for all that might come."""
    data = bytearray()
    while len(data) < most and (came := stream.read(min(_AT_ONCE, most - len(data)))):
        data += came
    return bytes(data)


def _from_pipe(source: str | Path, most: int) -> bytes:
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
        came, until = b"", monotonic() + _PATIENCE
        try:
            while not (came := os.read(stream.fileno(), _AT_ONCE)):  # nothing while nobody has it open to write
                if monotonic() > until:
                    raise ValueError("it is a pipe, and nothing comes through it")
                sleep(_PATIENCE / 100)
        except BlockingIOError:
            pass  # somebody has, and only takes time
        os.set_blocking(stream.fileno(), True)
        return came + _up_to(most - len(came), stream)
