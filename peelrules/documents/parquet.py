"""What a Parquet file says of its own pages, looked at before anything is unpacked.

Polars reads what it can of a damaged file, and unpacks whatever it is given. So the pages are walked first: each
must begin where the one before ends, and match its checksum if it has one.
Numbers of fields are those of the Thrift definition of the format.
"""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from zlib import crc32

_MAGIC = b"PAR1"
_HEADER = 64_000
"""Bytes within which the header of a page lies, statistics of long texts included."""


class DamagedError(Exception):
    """The file is not as it was written."""


class Contents(NamedTuple):
    """What a sound file holds."""

    rows: int
    unpacked: int
    """Bytes of all pages of the columns that are read, once they are unpacked."""
    largest: int
    """The same of the largest row group, which is unpacked at once."""


def contents_of(file: Path, columns: Collection[str]) -> Contents:
    """What a file holds.

    Args:
        columns: the names of those that are read; all are walked, and only these are counted.

    Raises:
        DamagedError: its footer or its pages are not as they were written, as far as is seen without unpacking.
    """
    with file.open("rb") as stream:
        try:
            footer = _footer(stream)
            groups = footer[4]
            rows = sum(group[3] for group in groups)
            unpacked = [_unpacked(stream, group[1], columns) for group in groups]
        except (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError):
            # a field is missing, of another kind, or leads nowhere
            raise DamagedError("its footer or a page is damaged") from None
    if rows != footer[3]:
        raise DamagedError(f"{footer[3]:,} rows are promised, and its parts hold {rows:,}")
    return Contents(rows, sum(unpacked), max(unpacked, default=0))


def _footer(stream: BinaryIO) -> dict[int, Any]:
    size = stream.seek(0, 2)
    stream.seek(max(0, size - 8))
    end = stream.read(8)
    length = int.from_bytes(end[:4], "little")
    if size < 12 or end[4:] != _MAGIC or length > size - 12:
        raise DamagedError("it is no Parquet file, or its end is missing")
    stream.seek(size - 8 - length)
    return _Thrift(stream.read(length)).struct()


def _unpacked(stream: BinaryIO, chunks: list[dict[int, Any]], columns: Collection[str]) -> int:
    walked = [(chunk[3][3][0].decode(), _walked(stream, chunk[3])) for chunk in chunks]
    return sum(unpacked for name, unpacked in walked if name in columns)


def _walked(stream: BinaryIO, column: dict[int, Any]) -> int:
    """Bytes of the pages of a column once they are unpacked."""
    at = min(offset for offset in (column.get(11), column[9]) if offset)
    end, values, unpacked = at + column[7], 0, 0
    while at < end:
        stream.seek(at)
        header = _Thrift(stream.read(_HEADER))
        page = header.struct()
        start, size = at + header.at, page[3]
        if size < 0 or page[2] < 0 or start + size > end:
            raise DamagedError("a page is not where it should be")
        if 4 in page:
            stream.seek(start)
            if crc32(stream.read(size)) != page[4] % 2**32:
                raise DamagedError("a page does not match its checksum")
        counted = page.get(5) or page.get(8)
        values += counted[1] if counted else 0
        unpacked += page[2]
        at = start + size
    if at != end or values != column[5]:
        raise DamagedError("a page is missing, or not where it should be")
    return unpacked


class _Thrift:
    """Reads what is written in Thrift's compact protocol, as far as Parquet uses it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def struct(self) -> dict[int, Any]:
        return dict(self._fields())

    def _fields(self) -> Iterator[tuple[int, Any]]:
        field = 0
        while head := self._byte():
            field = field + (head >> 4) if head >> 4 else self._signed()
            yield field, head & 15 == 1 if head & 15 in (1, 2) else self._value(head & 15)

    def _value(self, kind: int) -> Any:
        match kind:
            case 1 | 2:  # booleans, within a list
                return self._byte() == 1
            case 3:
                return self._byte()
            case 4 | 5 | 6:
                return self._signed()
            case 7:
                return self._bytes(8)
            case 8:
                return self._bytes(self._whole())
            case 9 | 10:
                head = self._byte()
                length = head >> 4 if head >> 4 < 15 else self._whole()
                return [self._value(head & 15) for _ in range(min(length, len(self._data) + 1))]
            case 12:
                return self.struct()
        raise DamagedError("its footer or a page is damaged")

    def _byte(self) -> int:
        self.at += 1
        return self._data[self.at - 1]

    def _bytes(self, length: int) -> bytes:
        self.at += length
        if self.at > len(self._data):
            raise DamagedError("its footer or a page is damaged")
        return self._data[self.at - length : self.at]

    def _whole(self) -> int:
        number, shift = 0, 0
        while (byte := self._byte()) > 127:
            number |= (byte & 127) << shift
            shift += 7
            if shift > 63:
                raise DamagedError("its footer or a page is damaged")
        return number | byte << shift

    def _signed(self) -> int:
        number = self._whole()
        return (number >> 1) ^ -(number & 1)
