"""Cases of rulebooks as tests: `pytest my-rules` collects every `*.case.yaml` below a folder with a framework.

The framework itself is a test of the folder: that the rulebook can be loaded, and that nothing in it looks like a case
and would not be read. Loaded by pytest wherever peelrules is installed, so nothing else is imported before a test runs.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr

    from peelrules.model.rulebook import Rulebook

SUFFIX = ".case.yaml"
FRAMEWORK = "framework.yaml"
BESIDE = "core-questions.yaml"
"""Tells a framework from files of others that have the same name, as does that it extends another."""
_EXTENDS = re.compile(rb"^extends:", re.MULTILINE)

_rulebooks = pytest.StashKey[dict[Path, "Rulebook"]]()


class RefutedError(Exception):
    """A case did not come out as wanted, or a folder is not as it should be; the message says how."""


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RulebookFile | None":
    """Take a framework or a case for a test if it lies in the folder of a rulebook."""
    if file_path.name == FRAMEWORK and (os.path.lexists(file_path.parent / BESIDE) or _extends(file_path)):
        return FolderFile.from_parent(parent, path=file_path)
    is_case = file_path.name.endswith(SUFFIX) and not file_path.name.startswith(".")
    return CaseFile.from_parent(parent, path=file_path) if is_case and _folder(file_path) is not None else None


class RulebookItem(pytest.Item):
    """A file of a rulebook as a test."""

    def runtest(self) -> None:
        from peelrules.model.problems import DocumentError

        folder = _folder(self.path)
        assert folder is not None  # noqa: S101  only files of a rulebook are collected
        try:
            self.refute(folder)
        except DocumentError as error:
            raise RefutedError(str(error)) from None

    def refute(self, folder: Path) -> None:
        """Raise what is wrong with the file, in the folder of its rulebook."""
        raise NotImplementedError

    def rulebook(self, folder: Path) -> "Rulebook":
        """The rulebook of a folder, loaded once in each run."""
        from peelrules.documents.rulebook import load_rulebook

        loaded = self.config.stash.setdefault(_rulebooks, {})
        if folder not in loaded:
            loaded[folder] = load_rulebook(folder)
        return loaded[folder]

    def repr_failure(self, excinfo: "ExceptionInfo[BaseException]", style: Any = None) -> "str | TerminalRepr":
        """What is wrong, without a traceback; anything else as pytest tells it."""
        return str(excinfo.value) if excinfo.errisinstance(RefutedError) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"case {self.name}"


class CaseItem(RulebookItem):
    """A case as a test."""

    def refute(self, folder: Path) -> None:
        from peelrules.documents.cases import load_case
        from peelrules.verify.cases import Verdict, assessed, try_case

        rulebook = self.rulebook(folder)
        case = load_case(self.path, rulebook, folder)
        tried = try_case(case, assessed(case, rulebook))
        if tried.verdict is Verdict.BEYOND:
            pytest.xfail(tried.beyond or "")
        if tried.verdict.is_fault:
            misses = (f"{m.what}: wanted {m.wanted}, found {m.found}" for m in tried.misses)
            raise RefutedError("\n".join([f"{case.title}: {tried.verdict.value}", *misses]))


class FolderItem(RulebookItem):
    """The folder of a rulebook as a test."""

    def refute(self, folder: Path) -> None:
        from peelrules.documents.cases import refuse_unread

        self.rulebook(folder)
        refuse_unread(folder)

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, 0, f"rulebook {self.path.parent.name}"


class RulebookFile(pytest.File):
    """A file of a rulebook, which is one test."""

    kind: type[RulebookItem]

    def collect(self) -> Iterable[RulebookItem]:
        yield self.kind.from_parent(self, name=self.path.name.removesuffix(SUFFIX))


class CaseFile(RulebookFile):
    """The file of a case."""

    kind = CaseItem


class FolderFile(RulebookFile):
    """The framework, which stands for the folder that it lies in."""

    kind = FolderItem


def _extends(framework: Path) -> bool:
    try:
        return framework.is_file() and _EXTENDS.search(framework.read_bytes()) is not None
    except OSError:
        return False


def _folder(file: Path) -> Path | None:
    """The folder of the rulebook in which a file lies."""
    return next((folder for folder in file.parents if os.path.lexists(folder / FRAMEWORK)), None)
