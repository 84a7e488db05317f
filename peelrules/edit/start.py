"""A new evidence file, as a person begins it in the page."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from peelrules.documents.rewriting import written
from peelrules.model.base import Frozen, Text
from peelrules.model.problems import PeelrulesError

_SUFFIXES = (".yaml", ".yml", ".xlsx")
_NAME = re.compile(r"[\w][\w .,()'&-]*", re.ASCII)


class StartError(PeelrulesError):
    """A file cannot be begun as it was asked for."""


class Start(Frozen):
    """What a new file begins with."""

    file: Annotated[str, Field(max_length=200)]
    framework: Annotated[str, Field(max_length=100)]
    force: Annotated[Text, Field(max_length=200)]
    inspection: Annotated[str, Field(max_length=200)] = ""
    source: Annotated[Text, Field(max_length=500)]
    """Title of the first document that findings are taken from."""
    publisher: Annotated[Text, Field(max_length=200)]
    questions: tuple[str, ...] = ()


def beginning(start: Start) -> str:
    """The text of a new file, without findings."""
    value: dict[str, Any] = {"force": start.force, "framework": start.framework}
    if inspection := start.inspection.strip():
        value["inspection"] = inspection
    value["sources"] = {"report": {"title": start.source, "publisher": start.publisher}}
    return written({**value, "findings": []})


def new_file(named: str, folder: Path) -> Path:
    """The place of a new file in a folder.

    Raises:
        StartError: the name is none that a new file could have, or there is such a file.
    """
    name = named.strip()
    if not name.lower().endswith(_SUFFIXES):
        name += _SUFFIXES[0]
    if not _NAME.fullmatch(name):
        raise StartError(
            "a file name has letters, digits, spaces, `.`, `_` and `-`, and begins with a letter or a digit"
        )
    target = folder / name
    if target.exists():
        raise StartError(
            f"there is a file `{name}` already; choose another name, or open it with `peelrules edit {name}`"
        )
    return target
