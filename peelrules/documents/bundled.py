"""What comes with peelrules: rulebooks, a folder for each that is named as its framework is, and published grades."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

DEFAULT = "peel-2021-22"
_FRAMEWORK = "framework.yaml"


def bundled_rulebooks() -> Mapping[str, Path]:
    """The folder of each, by the id of its framework, in the order of the ids."""
    return {file.parent.name: file.parent for file in sorted(_home().glob(f"*/{_FRAMEWORK}"))}


def bundled_folder(named: str | Path | None) -> Path | None:
    """The folder of the bundled rulebook that is meant by an id, or by nothing.

    None where a folder of that name lies there, or there is no bundled rulebook of the name.
    """
    if named is None:
        return bundled_rulebook()
    return None if os.path.lexists(named) else bundled_rulebooks().get(str(named))


def bundled_rulebook() -> Path:
    """The folder of the one that is used where nothing names another."""
    return bundled_rulebooks()[DEFAULT]


def published_grades() -> Sequence[Path]:
    """The files of published grades, one for each cycle of inspections."""
    return sorted((_home() / "published-grades").glob("*.yaml"))


def _home() -> Path:
    package = Path(__file__).parents[1]
    installed = package / "rules"
    return installed if installed.is_dir() else package.parent / "rules"
