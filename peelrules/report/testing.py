"""The trial of a rulebook, in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from peelrules.documents.cases import SUFFIX
from peelrules.model.noise import ExpectedAgreement, ExpectedJudgment, Noise
from peelrules.model.scales import Grade
from peelrules.report.outline import Block, Grid, Heading, Item
from peelrules.report.wording import percent
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
    if found.noise is not None:
        yield from _noise(found.noise)
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


def _noise(noise: Noise) -> Iterator[Block]:
    yield Heading("Expected agreement under coding noise")
    yield Item(
        f"In {noise.draws:,} draws seriousness, extent and state of each finding are each a notch off with a "
        f"probability of {percent(noise.notch)}. Expected is how many judgments come out as wanted on average, exact "
        "how many do today. Watch the expected number while you move a bound: the exact one jumps where a single "
        "coding crosses it."
    )
    yield from _of_cases(noise.cases)
    for coding in noise.codings:
        yield Heading(f"{coding.name}: {_agreement([coding])}", 3)
        yield Grid(
            ("Core question", "Published", "Found", "Comes out in"),
            [(each.core_question, _level(each.wanted), *_outcome(each)) for each in coding.judgments],
        )
    yield Item(f"Seed {noise.seed}. The same seed gives the same result.", minor=True)


def _of_cases(cases: Sequence[ExpectedAgreement]) -> Iterator[Block]:
    folders = sorted({str(Path(case.name).parent) for case in cases})
    below = [
        Item(f"{Path(folder).name}: {_agreement([case for case in cases if str(Path(case.name).parent) == folder])}")
        for folder in folders
    ]
    yield Heading(f"Cases that want grades or ceilings: {_agreement(cases)}", 3)
    yield from below if len(below) > 1 else ()
    judged = [(Path(case.name).name.removesuffix(SUFFIX), each) for case in cases for each in case.judgments]
    yield Grid(
        ("Case", "Judgment", "Wanted", "Found", "Comes out in"),
        [_wanted(name, each) for name, each in sorted(judged, key=lambda pair: pair[1].share)],
    )


def _wanted(case: str, each: ExpectedJudgment) -> tuple[str, ...]:
    level = _level(each.wanted)
    what, wanted = ("ceiling", f"at least {level}") if each.what == "at least" else (each.what, level)
    return (case, f"{what} of {each.core_question}", wanted, *_outcome(each))


def _agreement(those: Sequence[ExpectedAgreement]) -> str:
    expected, exact = sum(each.expected for each in those), sum(each.exact for each in those)
    return f"expected {expected:.2f} of {sum(len(each.judgments) for each in those)}, exact {exact}"


def _outcome(each: ExpectedJudgment) -> tuple[str, str]:
    return _level(each.found), percent(each.share)


def _level(grade: Grade | None) -> str:
    return "none" if grade is None else str(grade)


def _mutants(found: Trial) -> Iterator[Block]:
    mutants = found.mutants or ()
    by = Counter(mutant.noticed_by for mutant in mutants)
    yield Heading(f"Rules and counts changed one step at a time ({len(mutants)} changes)")
    yield Item(f"Noticed by an example: {by['example']}; only by a case: {by['case']}; by nothing: {by[None]}.")
    for mutant in found.survivors:
        yield Item(f"{mutant.part} {mutant.id}: {mutant.change}", [Item(mutant.place, minor=True)])
