"""The rulebooks that come with peelrules: a folder for each, named as its framework is."""

import os
from collections.abc import Mapping
from pathlib import Path

DEFAULT = "peel-2021-22"
_FRAMEWORK = "framework.yaml"


def bundled_rulebooks() -> Mapping[str, Path]:
    """The folder of each, by the id of its framework, in the order of the ids."""
    package = Path(__file__).parents[1]
    home = package / "rules" if (package / "rules").is_dir() else package.parent / "rules"
    return {file.parent.name: file.parent for file in sorted(home.glob(f"*/{_FRAMEWORK}"))}


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
