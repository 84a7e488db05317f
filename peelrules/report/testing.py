"""The trial of a rulebook, in words."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from peelrules.report.outline import Block, Grid, Heading, Item
from peelrules.verify.cases import Tried, Verdict
from peelrules.verify.coverage import RuleCoverage, Tally
from peelrules.verify.trial import Trial


def trial(found: Trial) -> Iterator[Block]:
    """Cases, what each rule was tried on, and the changes that nothing noticed."""
    book = found.rulebook
    yield Heading(f"Rulebook {book.id} {book.version} ({book.hash})", 1)
    yield Item(f"All {found.examples} examples of {len(found.coverage)} rules behave as they say.")
    yield from _cases(found)
    yield from _coverage(found)
    if found.mutants is not None:
        yield from _mutants(found)


def _cases(found: Trial) -> Iterator[Block]:
    yield Heading(f"Cases ({len(found.cases)})")
    if not found.cases:
        yield Item("There is no case, so nothing says what the rulebook should make of any evidence.")
        yield Item("A case is a file `….case.yaml` below `cases/` in the folder of the rulebook.")
    for tried in found.cases:
        yield Item(f"{Path(tried.file).name}: {tried.verdict.value}", list(_about(tried)))


def _about(tried: Tried) -> Iterator[Item]:
    if tried.verdict is Verdict.PASSED:
        return
    yield Item(tried.title)
    if tried.beyond is not None:
        yield Item(f"Beyond: {tried.beyond}")
    for miss in tried.misses:
        below = [Item(title) for title in miss.decided_by]
        yield Item(f"{miss.what}: wanted {miss.wanted}, found {miss.found}", below)


def _coverage(found: Trial) -> Iterator[Block]:
    yield Heading("Where each rule applied / did not apply")
    yield Grid(
        ("Rule", "Examples", "Cases", *(["Evidence"] if found.evidence else [])),
        [_row(each, bool(found.evidence)) for each in found.coverage],
    )
    if never := [each for each in found.coverage if each.never_applied]:
        where = "no case and no evidence" if found.evidence else "no case"
        yield Item(f"Applied in {where} ({len(never)})", [Item(each.rule) for each in never])


def _row(each: RuleCoverage, with_evidence: bool) -> tuple[str, ...]:
    counted = (each.examples, each.cases, each.evidence) if with_evidence else (each.examples, each.cases)
    return (each.rule, *map(_tally, counted))


def _tally(tally: Tally) -> str:
    return f"{tally.applied} / {tally.not_applied}"


def _mutants(found: Trial) -> Iterator[Block]:
    mutants = found.mutants or ()
    by = Counter(mutant.noticed_by for mutant in mutants)
    yield Heading(f"Rules and counts changed one step at a time ({len(mutants)} changes)")
    yield Item(f"Noticed by an example: {by['example']}; only by a case: {by['case']}; by nothing: {by[None]}.")
    for mutant in found.survivors:
        yield Item(f"{mutant.part} {mutant.id}: {mutant.change}", [Item(mutant.place, minor=True)])
