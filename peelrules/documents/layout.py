"""The files of a rulebook, read as one with those of the rulebook that it extends."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from peelrules.documents.extension import MAX_STEPS, Link, Removed, extended_folder, is_extension, link_of
from peelrules.documents.folder import Folder, entries_of, is_meant_to_be_read, resolved
from peelrules.documents.merging import merged_counts, merged_framework, merged_rules
from peelrules.documents.places import Loc
from peelrules.documents.several import attempted
from peelrules.documents.shape import Words
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.facts import Stage
from peelrules.model.problems import DocumentError, Problem

FRAMEWORK_FILE = "framework.yaml"
COUNTS_FILE = "counts.yaml"
RULE_FILES = {
    Stage.SAMPLE: "samples.yaml",
    Stage.FINDING: "findings.yaml",
    Stage.CHARACTERISTIC: "characteristics.yaml",
    Stage.CORE_QUESTION: "core-questions.yaml",
}
CROSSWALK_FILE = "crosswalk.yaml"
"""It may lie beside a rulebook, and is no part of it."""
FILES = (FRAMEWORK_FILE, COUNTS_FILE, *RULE_FILES.values())


class Layout(NamedTuple):
    """The documents of a rulebook by the names of their files, each as one with what it extends."""

    documents: Mapping[str, Document]
    problems: Sequence[Problem]
    """What could not be read, or not be merged, and what lies there and would not be read."""
    folders: Sequence[Folder]
    """The folder of the rulebook, then of the one that it extends, and so on."""
    extends: Sequence[str] = ()
    """The ids of the frameworks of the others."""


class Level(NamedTuple):
    """A rulebook in a chain of rulebooks that extend each other."""

    folder: Folder
    framework: Document | None
    """None where it cannot be read."""
    removes: Removed | None
    """None where it extends nothing, or nobody can tell what."""


def layout(root: Folder) -> Layout:
    """What lies in the folder of a rulebook, with what it extends."""
    levels, problems = chain(root)
    folders = [level.folder for level in levels]
    is_whole = not problems
    read = []
    for level in levels:
        own, faults = _documents(level)
        read.append(own)
        problems += faults
    if not is_whole:  # rules can be looked at without a framework, but not without those that they add to
        return Layout({} if levels[0].framework else read[0], problems, folders)
    documents = read[-1]
    for level, own in zip(reversed(levels[:-1]), reversed(read[:-1]), strict=True):
        removes = level.removes or Removed()
        problems += _wrongly_removed(own, documents, removes)
        documents = _merged(own, documents, removes)
    problems += [fault for document in documents.values() for fault in document.faults]
    frameworks = [level.framework.value for level in levels[1:] if level.framework is not None]
    extends = [str(framework.get("id")) for framework in frameworks if isinstance(framework, dict)]
    return Layout(documents, problems, folders, extends)


def chain(root: Folder) -> tuple[list[Level], list[Problem]]:
    """A rulebook, the one that it extends, and so on; and what is wrong with how one is joined to the next."""
    levels: list[Level] = []
    problems: list[Problem] = []
    folder: Folder | None = root
    while folder is not None:
        here = folder
        try:
            framework = here.read(here.path / FRAMEWORK_FILE)
        except DocumentError as error:
            return [*levels, Level(here, None, None)], [*problems, *error.problems]
        link, faults = link_of(framework) if is_extension(framework) else (None, [])
        problems += faults
        levels.append(Level(here, framework, link.removes if link else None))
        try:
            folder = _next(framework, link, [level.folder for level in levels]) if link else None
        except DocumentError as error:
            return levels, [*problems, *error.problems]
    return levels, problems


def _documents(level: Level) -> tuple[dict[str, Document], list[Problem]]:
    """What lies in the folder of one rulebook. One that extends another has the files that it needs."""
    root, framework = level.folder, level.framework
    extends = framework is not None and is_extension(framework)
    names = [name for name in FILES[1:] if not extends or os.path.lexists(root.path / name)]
    read, problems = attempted(partial(_named, root, name) for name in names)
    documents = {FRAMEWORK_FILE: framework, **dict(read)} if framework is not None else dict(read)
    problems += [*_stray_files(root), *(fault for document in documents.values() for fault in document.faults)]
    return documents, problems


def _named(root: Folder, name: str) -> tuple[str, Document]:
    return name, root.read(root.path / name)


def _stray_files(root: Folder) -> list[Problem]:
    read = (*FILES, CROSSWALK_FILE)
    message = f"this file would not be read; the files of a rulebook are {', '.join(sorted(read))}"
    entries, problems = entries_of(root.path)
    strays = [entry for entry in entries if is_meant_to_be_read(entry.name) and entry.name not in read]
    return [*problems, *(Problem(entry.path, 0, 0, message) for entry in strays)]


def _next(framework: Document, link: Link, chain: Sequence[Folder]) -> Folder:
    """The folder of the rulebook that the last one of a chain extends.

    Raises:
        DocumentError: there is none, it belongs to the chain itself, or the chain is too long.
    """
    folder = extended_folder(framework, link, chain[-1])
    is_there = [resolved(each.path) == resolved(folder.path) for each in chain]
    if any(is_there):
        circle = " extends ".join(str(each.path) for each in (*chain[is_there.index(True) :], folder))
        message = f"this goes round in a circle: {circle}; let one of them extend nothing, or another"
    elif len(chain) > MAX_STEPS:
        message = f"more than {MAX_STEPS} rulebooks extend one another up to here; extend an earlier one"
    else:
        return folder
    raise DocumentError([framework.problem(("extends",), message)])


def _merged(own: Mapping[str, Document], base: Mapping[str, Document], removes: Removed) -> dict[str, Document]:
    """Each document of a rulebook with the one of that name which it extends."""
    if not (framework := base.get(FRAMEWORK_FILE)) or not isinstance(framework.value, dict):
        return {FRAMEWORK_FILE: framework} if framework else {}
    documents = dict(own)
    documents[FRAMEWORK_FILE] = merged_framework(own[FRAMEWORK_FILE], framework, removes)
    if counts := base.get(COUNTS_FILE):
        documents[COUNTS_FILE] = merged_counts(own.get(COUNTS_FILE), counts, removes.counts)
    for name in RULE_FILES.values():
        if rules := base.get(name):
            documents[name] = merged_rules(own.get(name), rules, removes.rules)
    return documents


def _wrongly_removed(own: Mapping[str, Document], base: Mapping[str, Document], removes: Removed) -> Iterator[Problem]:
    """What is removed and is not there to be removed, or is given again."""
    framework = own[FRAMEWORK_FILE]
    for kind in Removed.model_fields:
        there, given = (set(_names(documents, kind)) for documents in (base, own))
        words = Words(kind.removesuffix("s"), sorted(there), "; leave it out")
        for number, name in enumerate(getattr(removes, kind)):
            at = ("removes", kind, number)
            if name not in there:
                yield framework.problem(at, words.unknown(name, "in what this extends"))
            elif name in given:
                message = f"`{quoted(name)}` is removed here and given anew; to replace it, leave it out here"
                yield framework.problem(at, message)


def _names(documents: Mapping[str, Document], kind: str) -> Iterator[str]:
    """The ids or keys of what may be removed."""
    if kind == "rules":
        for name in RULE_FILES.values():
            if name in documents:
                yield from _texts(documents[name].select("*", "id"))
    elif kind == "counts":
        if COUNTS_FILE in documents:
            yield from _texts(documents[COUNTS_FILE].select("*", "*", "id"))
    elif FRAMEWORK_FILE in documents:
        yield from (str(loc[-1]) for loc, _ in documents[FRAMEWORK_FILE].select(kind, "*"))


def _texts(selected: Iterable[tuple[Loc, Any]]) -> Iterator[str]:
    return (value for _, value in selected if isinstance(value, str))
