"""What the framework of a rulebook says beside its own content: what it extends, and what of that it leaves out.

`extends` names a rulebook that comes with peelrules, by its id, or a folder, by the way to it from the folder of the
rulebook that extends it. That way may lead out of the folder, as no link may, for here it is written where people see
it. It leads to a folder itself and over no link, and of what lies there no more is read than the files of a rulebook.
"""

import os
from pathlib import Path

from peelrules.documents.bundled import bundled_rulebooks
from peelrules.documents.folder import Folder
from peelrules.documents.places import Loc
from peelrules.documents.shape import shaped, unknown
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.base import Frozen, Text
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem

MAX_STEPS = 10
"""So many rulebooks may extend each other in a row."""


class Removed(Frozen):
    """What of the extended rulebook does not belong to the one that extends it."""

    rules: tuple[Text, ...] = ()
    """By id."""
    counts: tuple[Text, ...] = ()
    """By id."""
    sources: tuple[Text, ...] = ()
    strands: tuple[Text, ...] = ()
    methods: tuple[Text, ...] = ()


class Link(Frozen):
    """How a rulebook is joined to the one that it extends."""

    extends: Text
    """Id of a rulebook that comes with peelrules, or the way to a folder, beginning with `./` or `../`."""
    removes: Removed = Removed()


class WrittenFramework(Framework):
    """A framework as it is written, with what it extends where it extends another."""

    extends: Text | None = None
    """Id of a rulebook that comes with peelrules, or the way to a folder, beginning with `./` or `../`."""
    removes: Removed = Removed()

    @property
    def framework(self) -> Framework:
        return Framework.model_construct(**{name: getattr(self, name) for name in Framework.model_fields})


def is_extension(framework: Document) -> bool:
    """Whether a framework extends another, soundly or not."""
    return isinstance(framework.value, dict) and "extends" in framework.value


def link_of(framework: Document) -> tuple[Link | None, list[Problem]]:
    """How a framework that extends another says that it does, or what is wrong with that."""
    said = {key: value for key, value in framework.value.items() if key in Link.model_fields}
    return shaped(Link, framework.with_value(said))


def extended_folder(framework: Document, link: Link, root: Folder) -> Folder:
    """The folder of the rulebook that one in a folder extends.

    Raises:
        DocumentError: there is no such rulebook, or the way to it is none that is followed.
    """
    return folder_named(framework, ("extends",), link.extends, root)


def folder_named(document: Document, loc: Loc, name: str, root: Folder) -> Folder:
    """The folder of the rulebook that a document in another such folder names, by its id or by the way to it.

    Raises:
        DocumentError: there is no such rulebook, or the way to it is none that is followed.
    """
    try:
        return _by_path(name, root) if name.startswith(("./", "../")) else _by_id(name)
    except _NoRulebookError as error:
        raise DocumentError([document.problem(loc, str(error))]) from None


class _NoRulebookError(Exception):
    """Why a rulebook cannot be extended."""


def _by_id(name: str) -> Folder:
    bundled = bundled_rulebooks()
    if name not in bundled:
        remedy = " (the way to a folder begins with `./` or `../`)"
        raise _NoRulebookError(unknown("rulebook", name, bundled) + remedy)
    return Folder(bundled[name], may_lead_out=True)


def _by_path(way: str, root: Folder) -> Folder:
    meant = Path(os.path.normpath(Path(os.path.realpath(root.path), way)))
    if not os.path.isdir(meant):  # noqa: PTH112  it never raises
        raise _NoRulebookError(f"there is no folder `{quoted(way)}` seen from {root.path}; correct the way to it")
    if os.path.realpath(meant) != str(meant):
        raise _NoRulebookError("this leads over a link, and links are not followed; write the way to the folder itself")
    seen = Path(os.path.normpath(root.path / way))
    return Folder(seen if os.path.realpath(seen) == str(meant) else meant)  # not so where the folder is a link itself
