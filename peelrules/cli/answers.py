"""Answers of commands, and how they are delivered as text, Markdown or JSON."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from peelrules.cli import streams
from peelrules.cli.options import InsightFormats

if TYPE_CHECKING:
    from peelrules.model.base import Frozen
    from peelrules.report.outline import Block


class Answer(NamedTuple):
    """An answer as data, and in words."""

    data: "Frozen | Sequence[Frozen]"
    blocks: "Iterable[Block]"


def deliver(answer: Answer, form: InsightFormats, output: Path | None) -> None:
    """Write an answer to standard output or a file."""
    from peelrules.report import json, outline

    match form:
        case InsightFormats.TEXT:
            streams.deliver(outline.text(answer.blocks, *streams.screen(output)), output)
        case InsightFormats.MARKDOWN:
            streams.deliver(outline.markdown(answer.blocks), output)
        case InsightFormats.JSON:
            streams.deliver(json.written(answer.data), output)
