"""Frames to files: collected in parts on disk, and then whole, or not at all."""

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import polars as pl

_SINKS: Mapping[str, Callable[[pl.LazyFrame, Path], object]] = {
    ".parquet": lambda frame, file: frame.sink_parquet(file),
    ".csv": lambda frame, file: _harmless(frame).sink_csv(file),
    ".ndjson": lambda frame, file: frame.sink_ndjson(file),
}
KINDS = tuple(_SINKS)
"""Endings of the names of files that frames can be written to."""


class Parts:
    """Frames of one shape, one after the other, which become one file when all is done.

    Until then an old file of that name stays, and nothing is left behind if anything goes wrong.
    """

    def __init__(self, target: Path) -> None:
        self._target = target.resolve()
        self._count = 0

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix=".peelrules-", dir=self._target.parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    def add(self, frame: pl.DataFrame) -> None:
        frame.write_parquet(self._part(self._count))
        self._count += 1

    def write(self, without: Collection[str]) -> None:
        """Put the parts together, but for some inspections; the target is not touched yet."""
        parts = pl.concat([pl.scan_parquet(self._part(number), glob=False) for number in range(self._count)])
        parts = parts.filter(~pl.col("inspection").is_in(list(without)))
        _SINKS[self._target.suffix.lower()](parts, self._whole)

    def finish(self) -> None:
        """Put what was written in the place of the target, for whom the target was."""
        if self._target.exists():
            self._whole.chmod(self._target.stat().st_mode & 0o7777)
        os.replace(self._whole, self._target)  # noqa: PTH105  a Path would only wrap it

    @property
    def _whole(self) -> Path:
        return Path(self._folder.name) / f"whole{self._target.suffix}"

    def _part(self, number: int) -> Path:
        return Path(self._folder.name) / f"{number:06}.parquet"


def _harmless(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it."""
    texts = [name for name, kind in frame.collect_schema().items() if kind == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]")).then("'" + pl.col(name)).otherwise(name).alias(name)
        for name in texts
    )
