"""Rules held against published grades of other forces, of which short accounts were coded.

A short account leaves most of a question unassessed, so there is seldom a grade. What is compared is the ceiling.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from peelrules.engine.grading import grade
from peelrules.insight.reliability import weighted_kappa
from peelrules.model.accounts import Account, CodedAccounts, Yardstick
from peelrules.model.base import Frozen
from peelrules.model.evidence import Evidence, Sample
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Identity, Rulebook
from peelrules.model.scales import Grade


class HeldAccount(Frozen):
    """One published grade beside the ceiling that the rules put on the coded account."""

    id: str
    force: str
    cycle: str
    core_question: str
    name: str
    """Of the core question."""
    hard: bool
    published: Grade
    ceiling: Grade | None
    no_ceiling: str | None
    """Why there is none."""
    tiers: int | None
    """How many tiers the ceiling lies above the published grade; negative if below."""
    assessed: int
    """Characteristics of the question, as *of* is."""
    of: int
    decided_by: tuple[str, ...]
    """Titles of the rules whose ceiling it is."""


class Figures(Frozen):
    """How near ceilings come to published grades, over a number of judgments."""

    name: str
    judgments: int
    with_ceiling: int
    """The others count as not exact, and not within one tier."""
    exact: int
    within_one_tier: int
    bias: float | None
    """Mean number of tiers from the published grade up to the ceiling: positive where the rules are milder."""
    kappa: float | None
    """Cohen's kappa with quadratic weights. This and the bias are of judgments with a ceiling, None where they have no
    meaning."""


class HeldSet(Frozen):
    """One set of accounts held against what was published."""

    title: str
    figures: tuple[Figures, ...]
    """Of all, of each cycle, and of hard ones and all others where there are any."""
    yardsticks: tuple[Yardstick, ...]
    """What else comes to the published grades: first, to say always the commonest of them."""
    accounts: tuple[HeldAccount, ...]
    coded_for: tuple[str, ...] = ()
    """The frameworks for which accounts were coded, where they are read under another."""
    lost: int = 0
    """Findings of which nothing is left under that."""


class HeldAccounts(Frozen):
    """Sets of accounts held against what was published."""

    indicative: Literal[True] = True
    """Ceilings follow from the rules, and are not the inspectorate's."""
    rulebook: Identity
    sets: tuple[HeldSet, ...]


def accounts(sets: Iterable[CodedAccounts], rulebook: Rulebook) -> HeldAccounts:
    """Hold the ceilings of coded accounts against the grades that were published.

    Raises:
        ArgumentError: an account is of a question that the rulebook does not have. It is a `ValueError`.
        EvidenceError: what `grade` refuses.
    """
    return HeldAccounts(rulebook=rulebook.identity, sets=tuple(_set(each, rulebook) for each in sets))


def _set(coded: CodedAccounts, rulebook: Rulebook) -> HeldSet:
    held = tuple(
        _held(account, evidence, rulebook)
        for account, evidence in zip(coded.accounts.accounts, coded.evidence, strict=True)
    )
    carried = [carriage for evidence in coded.evidence for carriage in evidence.carried]
    return HeldSet(
        title=coded.accounts.title,
        figures=tuple(_figures(name, members) for name, members in _groups(held)),
        yardsticks=(_commonest([account.published for account in held]), *coded.accounts.yardsticks),
        accounts=held,
        coded_for=tuple(dict.fromkeys(carriage.coded_for for carriage in carried)),
        lost=sum(len(carriage.lost) for carriage in carried),
    )


def _held(account: Account, evidence: Evidence, rulebook: Rulebook) -> HeldAccount:
    judgments = grade(evidence, rulebook).judgments_by_question
    if account.core_question not in judgments:
        raise ArgumentError(f"{account.id} is of {account.core_question}, which {rulebook.framework.id} does not have")
    judgment = judgments[account.core_question]
    return HeldAccount(
        id=account.id,
        force=account.force,
        cycle=account.cycle,
        core_question=account.core_question,
        name=judgment.name,
        hard=account.hard,
        published=account.published,
        ceiling=judgment.ceiling,
        no_ceiling=judgment.not_graded if judgment.ceiling is None else None,
        tiers=judgment.ceiling.rank - account.published.rank if judgment.ceiling is not None else None,
        assessed=judgment.coverage.assessed,
        of=judgment.coverage.of,
        decided_by=tuple(reason.title for reason in judgment.reasons),
    )


def _groups(held: Sequence[HeldAccount]) -> Iterator[tuple[str, list[HeldAccount]]]:
    yield "All", list(held)
    for cycle in dict.fromkeys(account.cycle for account in held):
        yield cycle, [account for account in held if account.cycle == cycle]
    if any(account.hard for account in held):
        yield "Hard", [account for account in held if account.hard]
        yield "Not hard", [account for account in held if not account.hard]


def _figures(name: str, held: Sequence[HeldAccount]) -> Figures:
    pairs = [(a.ceiling.rank, a.published.rank) for a in held if a.ceiling is not None]
    tiers = [ceiling - published for ceiling, published in pairs]
    return Figures(
        name=name,
        judgments=len(held),
        with_ceiling=len(pairs),
        exact=tiers.count(0),
        within_one_tier=sum(abs(each) <= 1 for each in tiers),
        bias=sum(tiers) / len(tiers) if tiers else None,
        kappa=weighted_kappa(pairs),
    )


def _commonest(published: Sequence[Grade]) -> Yardstick:
    counts = Counter(published)
    commonest = max(Grade, key=lambda grade: counts[grade])
    near = sum(abs(grade.rank - commonest.rank) <= 1 for grade in published)
    return Yardstick(
        title=f"Always the commonest grade, {commonest}",
        exact=Sample(met=counts[commonest], of=len(published)),
        within_one_tier=Sample(met=near, of=len(published)),
    )
