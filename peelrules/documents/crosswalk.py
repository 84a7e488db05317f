"""Crosswalks: what the characteristics of an older framework became, from a file beside the newer one."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pydantic import ConfigDict, Field

from peelrules.documents.extension import MAX_STEPS, folder_named
from peelrules.documents.folder import Folder
from peelrules.documents.layout import CROSSWALK_FILE, FRAMEWORK_FILE
from peelrules.documents.places import Loc
from peelrules.documents.rulebook import folder_of, read_rulebook
from peelrules.documents.shape import Words, shaped
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document
from peelrules.model.base import Frozen, Text
from peelrules.model.crosswalk import Crosswalk, Kind, Pair, same_in_both
from peelrules.model.framework import Framework
from peelrules.model.problems import ArgumentError, DocumentError, Problem

_NO_MAPPING = "this is not a crosswalk; begin with `from: …` and `pairs:`"


class WrittenPair(Frozen):
    """Characteristics of the older framework, and those of the newer one that they became.

    One to one is the same, one to several is split, several to one are merged; to none is gone, from none is new.
    """

    model_config = ConfigDict(validate_by_name=False)

    before: tuple[Text, ...] = Field(alias="from")
    """Characteristics of the older framework; none for what is new."""
    after: tuple[Text, ...] = Field(alias="to")
    """Characteristics of the newer framework; none for what is gone."""
    note: Text | None = None

    def pairs(self) -> Iterator[Pair]:
        """What is meant: of what is gone or new, each is a pair of its own."""
        notes = [self.note] if self.note is not None else []
        if self.before and self.after:
            yield Pair.between(self.before, self.after, notes)
        else:
            yield from (Pair.between([old], [], notes) for old in self.before)
            yield from (Pair.between([], [new], notes) for new in self.after)


class WrittenCrosswalk(Frozen):
    """What the characteristics of an older framework became in that of the rulebook beside which this stands.

    A characteristic that is word for word in both, as one that an extension takes over by its bare id, is the same and
    not written here. Every other one of both stands in exactly one pair.
    """

    model_config = ConfigDict(validate_by_name=False)

    older: Text = Field(alias="from")
    """Id of a rulebook that comes with peelrules, or the way to a folder, beginning with `./` or `../`."""
    pairs: tuple[WrittenPair, ...]


class Step(NamedTuple):
    """A crosswalk as it is written, with the rulebook from which it begins."""

    crosswalk: Crosswalk
    folder: Folder
    framework: Framework


def load_crosswalk(before: str, rulebook: str | Path) -> Crosswalk:
    """What the characteristics of a framework became in that of a newer rulebook, over as many steps as it takes.

    Args:
        before: id of the older framework.
        rulebook: the newer rulebook: a folder, or the id of one that comes with peelrules.

    Raises:
        DocumentError: with every fault of the crosswalk of a step, or of a rulebook.
        ArgumentError: no crosswalk leads there from the older framework.
    """
    root = folder_of(rulebook)
    return crosswalk_to(root, _framework(root), before)


def crosswalk_to(root: Folder, newest: Framework, before: str) -> Crosswalk:
    """As `load_crosswalk`, to a rulebook that was read already.

    Args:
        root: its folder.
        newest: its framework.
        before: id of the older framework.

    Raises:
        DocumentError: with every fault of the crosswalk of a step, or of an older rulebook.
        ArgumentError: no crosswalk leads there from the older framework.
    """
    framework = newest
    if newest.id == before:
        return Crosswalk.between(newest, newest, ())
    whole: Crosswalk | None = None
    passed = [newest.id]
    while (step := step_to(root, framework)) is not None and len(passed) <= MAX_STEPS:
        whole = step.crosswalk if whole is None else step.crosswalk.then(whole)
        if whole.before == before:
            return whole
        if whole.before in passed:
            break
        passed.append(whole.before)
        root, framework = step.folder, step.framework
    there = f"crosswalks lead there from {', '.join(passed[1:])}" if passed[1:] else f"{newest.id} has no crosswalk"
    raise ArgumentError(f"nothing leads from `{before}` to `{newest.id}`; {there}")


def step_to(root: Folder, after: Framework) -> Step | None:
    """The crosswalk in the folder of a rulebook; None if there is none.

    Args:
        after: the framework of that rulebook.

    Raises:
        DocumentError: with every fault of the crosswalk, or of the rulebook from which it begins.
    """
    file = root.path / CROSSWALK_FILE
    if root.fault(file) is None and not file.is_file():
        return None
    document = root.read(file)
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), _NO_MAPPING)])
    written, faults = shaped(WrittenCrosswalk, document)
    if not isinstance(name := document.value.get("from"), str):
        raise DocumentError([*document.faults, *faults])
    older = folder_named(document, ("from",), name.strip(), root)
    before = _framework(older)
    if before.id == after.id:
        message = f"`{before.id}` is the framework itself; name the older one from which the crosswalk leads here"
        raise DocumentError([*document.faults, *faults, document.problem(("from",), message)])
    problems = told(document.faults, faults, *_names(document, before, after))
    if written is not None and not problems:
        problems = told(_several_to_several(document, written), _left_out(document, written, before, after))
    if written is None or problems:
        raise DocumentError(problems)
    pairs = (pair for each in written.pairs for pair in each.pairs())
    return Step(Crosswalk.between(before, after, pairs), older, before)


def _framework(root: Folder) -> Framework:
    return read_rulebook(root)[0].framework


def _names(document: Document, before: Framework, after: Framework) -> Iterator[Iterator[Problem]]:
    for side, framework in (("from", before), ("to", after)):
        yield _unknown(document, side, framework)
        yield _twice(document, side)


def _unknown(document: Document, side: str, framework: Framework) -> Iterator[Problem]:
    remedy = f"; the {FRAMEWORK_FILE} of that rulebook lists them"
    words = Words("characteristic", framework.characteristics, remedy)
    for loc, name in _named(document, side):
        if name not in framework.characteristics:
            yield document.problem(loc, words.unknown(name, f"in {framework.id}"))


def _twice(document: Document, side: str) -> Iterator[Problem]:
    first: dict[str, Loc] = {}
    for loc, name in _named(document, side):
        if name in first:
            line = document.problem(first[name], "").line
            message = f"`{quoted(name)}` stands on this side already, first on line {line}; keep one of the two"
            yield document.problem(loc, message)
        first.setdefault(name, loc)


def _named(document: Document, side: str) -> Iterator[tuple[Loc, str]]:
    for loc, name in document.select("pairs", "*", side, "*"):
        if isinstance(name, str):
            yield loc, name.strip()


def _several_to_several(document: Document, written: WrittenCrosswalk) -> Iterator[Problem]:
    for number, pair in enumerate(written.pairs):
        if not pair.before and not pair.after:
            yield document.problem(("pairs", number), "this pair names nothing; name a characteristic, or remove it")
        elif Kind.of(len(pair.before), len(pair.after)) is Kind.REGROUPED:
            message = "several became several, so nobody can tell which became which; write pairs with one on a side"
            yield document.problem(("pairs", number), message)


def _left_out(document: Document, written: WrittenCrosswalk, before: Framework, after: Framework) -> Iterator[Problem]:
    """What stands in no pair, though it is not word for word in both."""
    olds = {old for pair in written.pairs for old in pair.before}
    news = {new for pair in written.pairs for new in pair.after}
    same = set(same_in_both(before, after)) - olds - news
    reworded = (before.characteristics.keys() & after.characteristics.keys()) - olds - news - same
    words = "`{}` of {} stands in no pair; write `{{from: [{}], to: [{}]}}` if it is {}"
    for old in before.characteristics:
        if old in reworded:
            message = words.format(old, before.id, old, old, "the same in other words")
            yield document.problem(("pairs",), message, at_key=True)
        elif old not in olds | same:
            yield document.problem(("pairs",), words.format(old, before.id, old, "", "gone"), at_key=True)
    for new in after.characteristics:
        if new not in news | same | reworded:
            yield document.problem(("pairs",), words.format(new, after.id, "", new, "new"), at_key=True)
