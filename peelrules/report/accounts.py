"""Coded accounts beside published grades, in words."""

from collections.abc import Iterator

from peelrules.insight.accounts import Figures, HeldAccount, HeldAccounts, HeldSet
from peelrules.model.accounts import Yardstick
from peelrules.report.outline import Block, Grid, Heading, Item
from peelrules.report.wording import percent

_HEADER = ("", "Judgments", "Exact", "Within one tier", "Bias", "Kappa")


def of(found: HeldAccounts) -> Iterator[Block]:
    """What such accounts can tell, then each set: its figures beside the yardsticks, and every account."""
    book = found.rulebook
    yield Heading("Coded accounts beside published grades", 1)
    yield Item(
        "Indicative. An account of a few sentences leaves most of a question unassessed, so there is seldom a grade; "
        "what is compared is the ceiling, the best grade that the rules still allow. A ceiling above the published "
        "grade may only mean that the account left out what went wrong; one below it means that the coding or the "
        "rules are stricter than the inspectors were. So these figures can tell one rulebook from another, and not how "
        "often it would grade a whole inspection as published."
    )
    yield Item(
        "Bias is the mean number of tiers from the published grade up to the ceiling: above 0 the rules are milder. "
        "Kappa has quadratic weights: 1 is full agreement, 0 is what chance would give. Both leave out judgments "
        "without a ceiling, which count as not exact."
    )
    yield Item(f"Rulebook {book.id} {book.version} ({book.hash}).", minor=True)
    for each in found.sets:
        yield from _set(each)


def _set(held: HeldSet) -> Iterator[Block]:
    yield Heading(held.title)
    if held.coded_for:
        lost = f"{held.lost} findings are" if held.lost != 1 else "1 finding is"
        yield Item(
            f"Coded for {', '.join(held.coded_for)} and read here under another framework, in whose words nobody coded "
            f"it; {lost} lost on the way."
        )
    yield Grid(_HEADER, [*map(_figures, held.figures), *map(_yardstick, held.yardsticks)])
    for account in held.accounts:
        if account.ceiling is None:
            yield Item(f"No ceiling for {_named(account)}: {account.no_ceiling}.")
    yield Grid(
        ("Account", "Published", "Ceiling", "Tiers apart", "Assessed", "Decided by"),
        [_account(account) for account in held.accounts],
    )


def _figures(figures: Figures) -> tuple[str, ...]:
    bias = "none" if figures.bias is None else f"{figures.bias:+.2f}" if figures.bias else "0"
    kappa = "none" if figures.kappa is None else f"{figures.kappa:.2f}"
    counts = (_of(count, figures.judgments) for count in (figures.exact, figures.within_one_tier))
    return (figures.name, str(figures.judgments), *counts, bias, kappa)


def _of(count: int, judgments: int) -> str:
    return f"{count} ({percent(count / judgments)})"


def _yardstick(yardstick: Yardstick) -> tuple[str, ...]:
    exact, near = yardstick.exact, yardstick.within_one_tier
    cells = ("" if sample is None or sample.met is None else _of(sample.met, sample.of or 1) for sample in (near,))
    told = percent(exact.share or 0) if exact.met is None else _of(exact.met, exact.of or 1)
    return (yardstick.title, str(exact.of or ""), told, *cells, "", "")


def _account(account: HeldAccount) -> tuple[str, ...]:
    tiers = "" if account.tiers is None else f"{account.tiers:+d}" if account.tiers else "0"
    return (
        _named(account),
        str(account.published),
        str(account.ceiling or "none"),
        tiers,
        f"{account.assessed} of {account.of}",
        "; ".join(account.decided_by),
    )


def _named(account: HeldAccount) -> str:
    hard = ", hard" if account.hard else ""
    return f"{account.id} {account.force}, {account.name} ({account.cycle}{hard})"
