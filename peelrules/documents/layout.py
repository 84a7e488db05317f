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
FILES = (FRAMEWORK_FILE, COUNTS_FILE, *RULE_FILES.values())


class Layout(NamedTuple):
    """The documents of a rulebook by the names of their files, each as one with what it extends."""

    documents: Mapping[str, Document]
    problems: Sequence[Problem]
    """What could not be read, or not be merged, and what lies there and would not be read."""
    folders: Sequence[Folder]
    """The folder of the rulebook, then of the one that it extends, and so on."""


def layout(root: Folder, extending: Sequence[Folder] = ()) -> Layout:
    """What lies in the folder of a rulebook, with what it extends.

    Args:
        extending: folders of the rulebooks that extend this one.
    """
    read, problems = attempted([partial(_named, root, FRAMEWORK_FILE)])
    own = dict(read)
    extends = own != {} and is_extension(own[FRAMEWORK_FILE])
    names = [name for name in FILES[1:] if not extends or os.path.lexists(root.path / name)]
    read, unread = attempted(partial(_named, root, name) for name in names)
    own |= dict(read)
    problems += [*_stray_files(root), *unread, *(fault for document in own.values() for fault in document.faults)]
    if not extends:
        return Layout(own, problems, [root])
    link, faults = link_of(own[FRAMEWORK_FILE])
    problems += faults
    if link is None:
        return Layout({}, problems, [root])
    chain = [*extending, root]
    try:
        base = layout(_next(own[FRAMEWORK_FILE], link, chain), chain)
    except DocumentError as error:
        return Layout({}, [*problems, *error.problems], [root])
    documents = _merged(own, base.documents, link.removes)
    problems += [*base.problems, *_wrongly_removed(own, base.documents, link.removes)]
    problems += [fault for document in documents.values() for fault in document.faults]
    return Layout(documents, problems, [root, *base.folders])


def _named(root: Folder, name: str) -> tuple[str, Document]:
    return name, root.read(root.path / name)


def _stray_files(root: Folder) -> list[Problem]:
    message = f"this file would not be read; the files of a rulebook are {', '.join(sorted(FILES))}"
    entries, problems = entries_of(root.path)
    strays = [entry for entry in entries if is_meant_to_be_read(entry.name) and entry.name not in FILES]
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
