"""Characteristics as people name them: by id or by title, and what may be meant by a name that is neither."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from peelrules.documents.places import Loc
from peelrules.documents.slips import several_in_one
from peelrules.documents.told import quoted
from peelrules.documents.yaml import Document
from peelrules.model.framework import Characteristic, Framework
from peelrules.model.problems import Problem

_PATIENCE = 12_000_000
"""Pairs of characters that are compared for the nearest names; it takes up to half a second."""
_ALIKE = 0.7
"""How alike two names must be for one to be meant by the other."""
_THE_SAME = 0.8
"""How alike two words must be to be the same, spelt differently."""
_ALIKE_HERE = 0.7
"""As much will do within a question: *supervsion* and *supervised*."""
_LONG = 4
"""Letters of a word that says something; *the* does not."""


def with_ids_for_titles(document: Document, framework: Framework) -> Document:
    """Evidence in which findings bear on ids only: a title that one characteristic has gives way to its id."""
    findings = document.value.get("findings")
    if not isinstance(findings, list):
        return document
    named = [_with_ids(finding, framework) for finding in findings]
    if all(after is before for after, before in zip(named, findings, strict=True)):
        return document
    return document.with_value({**document.value, "findings": named})


def _with_ids(finding: Any, framework: Framework) -> Any:
    if not isinstance(finding, dict) or not isinstance(finding.get("bears_on"), list):
        return finding
    names = finding["bears_on"]
    ids = [_id_of(name, framework) for name in names]
    return finding if ids == names else {**finding, "bears_on": ids}


def _id_of(name: object, framework: Framework) -> object:
    meant = framework.meant_by(name) if isinstance(name, str) else ()
    return meant[0] if len(meant) == 1 else name


def known_characteristics(document: Document, framework: Framework, *path: int | str) -> Iterator[Problem]:
    """A problem for each text at a path that is no id of a characteristic of the framework."""
    names = Names(framework)
    for loc, value in document.select(*path):
        if isinstance(value, str) and value not in framework.characteristics:
            yield _unknown(document, loc, value, names)


def _unknown(document: Document, loc: Loc, value: str, names: "Names") -> Problem:
    meant = names.framework.meant_by(value)
    if len(meant) == 1:
        return document.problem(loc, f"this is the title of `{meant[0]}`; write the id")
    if meant:
        message = f"more than one characteristic is called `{quoted(value)}`; write the id: {' or '.join(meant)}"
        return document.problem(loc, message)
    return document.problem(loc, names.unknown(value))


class Near(NamedTuple):
    """The characteristic that is nearest to a name."""

    id: str
    by_its_title: bool
    """Whether only its title shows why."""


class Names:
    """The names of a framework's characteristics, and what to say of others."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self._questions = {question.id: question.characteristics for question in framework.core_questions}
        self._all = [*framework.characteristics.values()]
        self._letters = sum(len(c.id) + len(c.title) for c in self._all)
        self._patience = _PATIENCE
        self._nearest: dict[str, Near | None] = {}

    def unknown(self, name: str) -> str:
        """The message for a name that no characteristic has: with the nearest one, or where they are listed."""
        if several := several_in_one("characteristic", name, self.framework.characteristics):
            return several
        message = f"there is no characteristic `{quoted(name)}`"
        if name in self._questions:
            return f"{message}; it is a core question, and `peelrules characteristics {name}` lists what to name"
        if near := self.nearest(name):
            title = f" ({self.framework.characteristics[near.id].title})" if near.by_its_title else ""
            return f"{message}; did you mean `{near.id}`{title}?"
        question = name.split(".")[0]
        of = f" {question}" if question in self._questions else ""
        return f"{message}; `peelrules characteristics{of}` lists them"

    def nearest(self, name: str) -> Near | None:
        """The characteristic that is nearest to a name: of the question that it begins with, if one of that is near.

        None if none is near, or if so many names were compared that it would take long.
        """
        if name not in self._nearest and self._patience > 0:
            self._patience -= len(name) * self._letters
            self._nearest[name] = self._found(name) if self._patience > 0 else None
        return self._nearest.get(name)

    def _found(self, name: str) -> Near | None:
        title = _nearest(" ".join(name.split()).casefold(), {c.title.casefold(): c for c in self._all})
        if title is not None and " " in name:
            return Near(title.id, by_its_title=True)
        first, _, rest = name.casefold().rpartition(".")
        question = next(iter(get_close_matches(first, self._questions, 1, _THE_SAME)), None)
        if question is not None and (near := _near(rest, self._questions[question], _ALIKE_HERE)):
            return near
        return _near(rest, self._all, _THE_SAME)


def _near(rest: str, among: Sequence[Characteristic], alike: float) -> Near | None:
    """The nearest by what stands in its id after the question, or by the words of its title."""
    if (found := _nearest(rest, {c.id.rpartition(".")[2]: c for c in reversed(among)})) is not None:
        return Near(found.id, by_its_title=False)
    words = {c.id: _words(f"{c.id.rpartition('.')[2]} {c.title}") for c in among}
    every = {word for each in words.values() for word in each}
    likely = [get_close_matches(word, every, len(every), alike) for word in _words(rest)]
    hits = {each: sum(not own.isdisjoint(near) for near in likely) for each, own in words.items()}
    best = max(hits, key=hits.__getitem__, default=None)
    return Near(best, by_its_title=True) if best is not None and hits[best] else None


def _nearest(name: str, called: Mapping[str, Characteristic]) -> Characteristic | None:
    return next((called[near] for near in get_close_matches(name, called, 1, _ALIKE)), None)


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) >= _LONG}
