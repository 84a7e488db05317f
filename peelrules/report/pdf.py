"""Briefs as a tagged PDF that readers for the blind can follow (PDF/UA)."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import typst

from peelrules.report.brief import STANDING, Brief, title_of

TEMPLATE = Path(__file__).parent / "brief.typ"
_SIZES = (10, 9.5, 9, 8.5, 8)
"""Of the letters, in points: the first at which each brief has two pages or fewer, else the last."""


def render(briefs: Sequence[Brief]) -> bytes:
    """Each brief begins on a page of its own. The letters grow smaller, within reason, before a third page begins."""
    source = TEMPLATE.read_bytes()
    as_data = json.dumps([told(brief) for brief in briefs])
    inputs = {"briefs": as_data, "standing": STANDING, "title": title_of(briefs)}
    for size in _SIZES:
        inputs["size"] = str(size)
        pages = json.loads(typst.query(source, "<pages>", field="value", one=True, sys_inputs=inputs))
        if pages <= 2 * len(briefs):
            break
    day = briefs[0].on
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)

    # the same brief is the same file: the moment of writing is not in it
    def compiled(standard: Literal["ua-1"] | None) -> bytes:
        return typst.compile(source, format="pdf", sys_inputs=inputs, pdf_standards=standard, timestamp=noon)

    try:
        return compiled("ua-1")
    except typst.TypstError:  # no font has one of the letters: it is tagged all the same, but may not be called PDF/UA
        return compiled(None)


def told(brief: Brief) -> dict[str, Any]:
    """What the template reads of a brief."""
    return {
        "title": brief.title,
        "byline": brief.byline,
        "author": brief.author or [],
        "on": {"year": brief.on.year, "month": brief.on.month, "day": brief.on.day},
        "standing": [line._asdict() for line in brief.standing],
        "table": brief.table and brief.table._asdict(),
        "parts": [
            {"title": part.title, "grade": str(part.grade), "lines": [line._asdict() for line in part.lines]}
            for part in brief.parts
        ],
        "rest": [line._asdict() for line in brief.rest],
    }
