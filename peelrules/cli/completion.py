"""What a shell offers when a word of the command line is completed: names from the rulebook and the evidence in it.

Nothing is ever told here. Where the rulebook or the evidence cannot be read, there is nothing to offer.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from peelrules.cli import streams
from peelrules.model.plain import cut, folded
from peelrules.model.problems import PeelrulesError

if TYPE_CHECKING:
    from peelrules.documents.yaml import Document
    from peelrules.model.rulebook import Rulebook

Offer = tuple[str, str]
"""A word, and what it stands for."""
_WIDTH = 60
"""Characters that are told of what a word stands for."""

Source = Callable[[typer.Context, str], Iterable[Offer]]


def _offering(source: Source) -> Callable[[typer.Context, str], list[Offer]]:
    """What a source has that begins with the letters that are there."""

    def offered(ctx: typer.Context, incomplete: str) -> list[Offer]:
        offers: list[Offer] = []
        with suppress(PeelrulesError, OSError, typer.BadParameter):
            begun = [offer for offer in source(ctx, incomplete) if offer[0].startswith(incomplete)]
            offers += ((word, cut(folded(told), _WIDTH)) for word, told in begun)
        return offers

    offered.__doc__ = source.__doc__
    return offered


@_offering
def questions(ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """The core questions of the rulebook."""
    return ((question.id, question.name) for question in _rulebook(ctx).framework.core_questions)


@_offering
def several_questions(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Core questions with commas between: another one after those that are there."""
    before, comma, _ = incomplete.rpartition(",")
    there = before.split(",")
    for question in _rulebook(ctx).framework.core_questions:
        if question.id not in there:
            yield f"{before}{comma}{question.id}", question.name


@_offering
def names(ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """Rules, counts and characteristics of the rulebook."""
    rulebook = _rulebook(ctx)
    yield from ((rule.id, rule.title) for rule in rulebook.rules)
    yield from ((count.id, count.title) for count in rulebook.counts)
    yield from ((id_, each.title) for id_, each in rulebook.framework.characteristics.items())


@_offering
def rules(ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """Rules of the rulebook, for a value to be written behind them."""
    return ((f"{rule.id}=", rule.title) for rule in _rulebook(ctx).rules)


@_offering
def outcomes(_ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """What rules conclude."""
    from peelrules.model.rules import OUTCOMES

    return ((outcome.name, "") for outcomes in OUTCOMES.values() for outcome in outcomes)


@_offering
def findings(ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """The findings of the evidence that is given, sound or not."""
    for document in _evidence(ctx):
        for (_, number), finding in document.select("findings", "*"):
            if isinstance(finding, dict) and isinstance(id_ := finding.get("id"), str):
                yield id_, str(finding.get("finding", f"finding {number}"))


@_offering
def values(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """Findings of the evidence, and then the fields and levels that one can be given."""
    from peelrules.model.table import LEVELS

    for id_, told in findings(ctx, ""):
        if not incomplete.startswith(f"{id_}."):
            yield f"{id_}.", told
            continue
        for field, scale in LEVELS.items():
            yield from ((f"{id_}.{field}={level}", told) for level in scale)


@_offering
def frameworks(_ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """The rulebooks that come with peelrules."""
    from peelrules.documents.bundled import bundled_rulebooks

    return ((name, "comes with peelrules") for name in bundled_rulebooks())


@_offering
def rulebooks(ctx: typer.Context, incomplete: str) -> Iterator[Offer]:
    """The rulebooks that come with peelrules, and folders."""
    yield from frameworks(ctx, incomplete)
    begun = Path(incomplete)
    folder = begun if incomplete.endswith("/") or not incomplete else begun.parent
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.name.startswith("."):
            is_one = (path / "framework.yaml").is_file()
            yield (str(path), "a rulebook") if is_one else (f"{path}/", "a folder")


@_offering
def checks(_ctx: typer.Context, _incomplete: str) -> Iterator[Offer]:
    """The checks by their codes."""
    from peelrules.verify.checks import CHECKS

    return ((code, check.title) for code, check in CHECKS.items())


def _rulebook(ctx: typer.Context) -> "Rulebook":
    """The rulebook that is asked for on the command line, or else that of the evidence that is given there."""
    from peelrules.documents.choice import chosen
    from peelrules.documents.rulebook import load_rulebook

    if (asked := ctx.params.get("rules") or ctx.params.get("framework")) is not None:
        return load_rulebook(asked)
    found = (chosen(document)[0] for document in _evidence(ctx))
    return next((rulebook for rulebook in found if rulebook is not None), None) or load_rulebook()


def _evidence(ctx: typer.Context) -> "Iterator[Document]":
    """The documents of the evidence that is given. Standard input is left for the command itself."""
    from peelrules.documents.reading import document_of

    given = ctx.params.get("evidence") or ctx.args  # there while the value of an option after it is still missing
    for file in [given] if isinstance(given, str | Path) else given:
        if Path(file) != streams.STANDARD and Path(file).is_file():
            yield document_of(file)
