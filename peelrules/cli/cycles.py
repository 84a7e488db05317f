"""Inspections of different cycles on the command line."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from peelrules.documents.bundled import bundled_rulebooks
from peelrules.documents.crosswalk import crosswalk_to, load_crosswalk
from peelrules.documents.rulebook import folder_of, read_rulebook
from peelrules.model.carrying import carried
from peelrules.model.crosswalk import Crosswalk
from peelrules.model.evidence import Evidence
from peelrules.model.problems import ArgumentError, EvidenceError
from peelrules.model.rulebook import Rulebook

if TYPE_CHECKING:
    from peelrules.cli.answers import Answer
    from peelrules.model.assessment import Assessment


def carrying_to(named: Path) -> tuple[Rulebook, Callable[[Evidence], Evidence]]:
    """A newer rulebook, and what reads evidence under it."""
    folder = folder_of(named)
    newer, _ = read_rulebook(folder)

    @cache
    def crosswalk_from(older: str) -> Crosswalk:
        return crosswalk_to(folder, newer.framework, older)

    def carry(evidence: Evidence) -> Evidence:
        try:
            return carried(evidence, crosswalk_from(evidence.framework))
        except (ArgumentError, EvidenceError) as error:
            raise typer.BadParameter(str(error), param_hint="--as") from None

    return newer, carry


def across(before: "Assessment", after: "Assessment", rules: Path | None) -> "Answer":
    """Two inspections of different cycles side by side.

    Args:
        rules: the rulebook of the second, if it is none that comes with peelrules.
    """
    from peelrules.cli.answers import Answer
    from peelrules.insight.cycles import across_cycles
    from peelrules.report import cycles

    if rules is None and after.framework not in bundled_rulebooks():
        message = f"nothing is known of what leads from {before.framework} to {after.framework}"
        raise typer.BadParameter(f"{message}; give the rulebook of the latter by --rules", param_hint="FILE")
    try:
        found = across_cycles(before, after, load_crosswalk(before.framework, rules or after.framework))
    except ArgumentError as error:
        swap = "; name the older inspection first" if _leads(after.framework, before.framework) else ""
        raise typer.BadParameter(f"{error}{swap}", param_hint="FILE") from None
    return Answer(found, cycles.of(found))


def _leads(before: str, after: str) -> bool:
    try:
        return after in bundled_rulebooks() and load_crosswalk(before, after) is not None
    except ArgumentError:
        return False
