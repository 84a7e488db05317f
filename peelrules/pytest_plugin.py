"""Cases of rulebooks as tests: `pytest my-rules` collects every `*.case.yaml` below a folder with a framework.

Loaded by pytest wherever peelrules is installed, so nothing else is imported before a case is found.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

    from peelrules.model.rulebook import Rulebook

SUFFIX = ".case.yaml"


class RefutedError(Exception):
    """A case did not come out as wanted; the message says how."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "CaseFile | None":
    """Take a case for a test if it lies in the folder of a rulebook."""
    if not file_path.name.endswith(SUFFIX) or _folder(file_path) is None:
        return None
    return CaseFile.from_parent(parent, path=file_path)


class CaseFile(pytest.File):
    """The file of a case."""

    def collect(self) -> Iterable["CaseItem"]:
        yield CaseItem.from_parent(self, name=self.path.name.removesuffix(SUFFIX))


class CaseItem(pytest.Item):
    """A case as a test."""

    def runtest(self) -> None:
        from peelrules.documents.cases import load_case
        from peelrules.model.problems import DocumentError
        from peelrules.verify.cases import Verdict, assessed, try_case

        folder = _folder(self.path)
        assert folder is not None  # noqa: S101  only files of a rulebook are collected
        try:
            rulebook = _rulebook(folder)
            case = load_case(self.path, rulebook)
        except DocumentError as error:
            raise RefutedError(str(error)) from None
        tried = try_case(case, assessed(case, rulebook))
        if tried.verdict is Verdict.BEYOND:
            pytest.xfail(tried.beyond or "")
        if tried.verdict.is_fault:
            misses = (f"{m.what}: wanted {m.wanted}, found {m.found}" for m in tried.misses)
            raise RefutedError("\n".join([f"{case.title}: {tried.verdict.value}", *misses]))

    def repr_failure(self, excinfo: "ExceptionInfo[BaseException]", style: Any = None) -> "str | TerminalRepr":
        """The misses of a case without a traceback; anything else as pytest tells it."""
        return str(excinfo.value) if excinfo.errisinstance(RefutedError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"case {self.name}"


def _folder(file: Path) -> Path | None:
    """The folder of the rulebook in which a file lies."""
    return next((folder for folder in file.parents if (folder / "framework.yaml").is_file()), None)


@cache
def _rulebook(folder: Path) -> "Rulebook":
    from peelrules.documents.rulebook import load_rulebook

    return load_rulebook(folder)
