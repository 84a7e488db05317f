"""Decision tables in words."""

from collections.abc import Iterator, Mapping, Sequence

from peelrules.insight.tables import Block, DecisionTable
from peelrules.model.facts import Stage
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import capitalised

_OF: Mapping[Stage, str] = {
    Stage.SAMPLE: "an audited sample",
    Stage.FINDING: "a finding",
    Stage.CHARACTERISTIC: "a characteristic",
    Stage.CORE_QUESTION: "a core question",
}


def table(found: DecisionTable) -> Iterator[outline.Block]:
    """A decision table: first what a line says, then a grid for each block."""
    book = found.rulebook
    yield Heading(f"{named(found)} of {_OF[found.stage]}", 1)
    said = f"By the rules of {book.id} {book.version} ({book.hash}). Every grade that follows is indicative."
    yield Item(said, minor=True)
    if not found.blocks:
        yield Item("The rules tell too many cases apart for a table. `peelrules rules` tells them one by one.")
    yield from (Item(f"{where(block)}: {block.lines[0].says[0]}") for block in found.blocks if not block.down)
    for block in found.blocks:
        if block.down:
            if block.where:
                yield Heading(where(block), 3)
            yield Item(caption(found, block))
            yield Grid(header(found, block), rows(block), keys=len(block.down))


def named(found: DecisionTable) -> str:
    return capitalised(found.outcome.replace("_", " "))


def where(block: Block) -> str:
    """Of what a block is: *Direction shortfall, not reported before*."""
    return capitalised(", ".join(span.in_full for span in block.where)) or "Always"


def caption(found: DecisionTable, block: Block) -> str:
    """What goes down and what goes across."""
    down = " and ".join(filter(None, (", ".join(block.down[:-1]), block.down[-1])))
    return f"{named(found)} by {down}{f'; across, by {block.across}' if block.across else ''}"


def header(found: DecisionTable, block: Block) -> Sequence[str]:
    """The titles of what goes down, then of each column."""
    says = [column.words for column in block.columns] or [found.outcome.replace("_", " ")]
    return [*map(capitalised, block.down), *map(capitalised, says)]


def rows(block: Block) -> Sequence[Sequence[str]]:
    """The lines, each as its places and what is said there."""
    return [[*(span.words for span in line.where), *line.says] for line in block.lines]
