"""Checks that span a document: names that must be unique, and names that must be known.

They look at the values as read, so that they find their faults whatever else is wrong.
"""

from collections.abc import Collection, Iterator

from peelrules.documents.places import Loc
from peelrules.documents.shape import Words
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.framework import Framework
from peelrules.model.problems import Problem


def unique(document: Document, *path: int | str) -> Iterator[Problem]:
    """A problem for each value at a path that has stood there before."""
    first: dict[str, Loc] = {}
    for loc, value in document.select(*path):
        if not isinstance(value, str):
            continue
        if value in first:
            here, before = document.problem(loc, ""), document.problem(first[value], "")
            where = before.stands if before.file == here.file else f"at {before.file}:{before.line}"
            message = f"`{quoted(value)}` is used twice, first {where}; give it a name of its own"
            yield here._replace(message=message)
        first.setdefault(value, loc)


def known(document: Document, kind: str, names: Collection[int | str], *path: int | str) -> Iterator[Problem]:
    """A problem for each text at a path that is not among the names."""
    words = Words(kind, names, "; see the rulebook's framework.yaml")
    for loc, value in document.select(*path):
        if isinstance(value, str) and value not in names:
            yield document.problem(loc, words.unknown(value))


def of_framework(document: Document, framework: Framework) -> Iterator[Problem]:
    """A problem if the document is coded in the words of another framework."""
    for loc, value in document.select("framework"):
        if isinstance(value, str) and value != framework.id:
            remedy = "correct it, or use the rulebook of that framework"
            yield document.problem(loc, f"this rulebook is for `{framework.id}`, not `{quoted(value)}`; {remedy}")


def known_keys(document: Document, kind: str, names: Collection[str], *path: int | str) -> Iterator[Problem]:
    """A problem for each key of a mapping at a path that is not among the names."""
    words = Words(kind, names)
    for loc, _ in document.select(*path, "*"):
        if loc[-1] not in names:
            yield document.problem(loc, words.unknown(loc[-1]), at_key=True)
