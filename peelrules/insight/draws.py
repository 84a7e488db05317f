"""Grades under doubt: other cases might have been audited, and each coding might be a notch off.

Every draw is a variant of the evidence. What is drawn depends on the seed and the evidence alone, and not on how many
draws are in memory at a time.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from peelrules.engine.columns import Concluded, conclude
from peelrules.insight import variants
from peelrules.insight.variants import Base, Ranks, in_parts
from peelrules.model.evidence import Finding, Sample
from peelrules.model.problems import ArgumentError
from peelrules.model.scales import Direction, Extent, Seriousness, State
from peelrules.model.sensitivity import Interval

_HALF_WIDTHS = 1.959963984540054
"""A published margin is of 95 percent: so many standard deviations."""
_SAMPLING, _CODING = 0, 1
"""Each kind of draw has a stream of random numbers of its own."""
CODED: tuple[Literal["seriousness", "extent", "state"], ...] = ("seriousness", "extent", "state")
_LEVELS = [len(scale) for scale in (Seriousness, Extent, State)]

Numbers = np.ndarray[Any, np.dtype[Any]]


class Coded(NamedTuple):
    """The grades of a number of draws of codings, and how they go together with what was off."""

    ranks: Ranks
    varied: Sequence[Finding]
    off: Numbers
    """In how many draws the coding of each varied finding was off."""
    off_and_other: Numbers
    """In how many of these the grade was another, one row a varied finding and one column a question."""


def of_samples(base: Base, as_it_is: Ranks, draws: int, seed: int) -> tuple[Ranks, list[Interval]]:
    """Grades if the true share of every audited sample were another that the sample is compatible with.

    Args:
        as_it_is: the grades of the evidence, one row; they stand for questions on which no sample bears.
    """
    random = _stream(seed, _SAMPLING)
    bounds = np.array(base.bounds)
    varied: dict[int, Numbers] = {}
    intervals: list[Interval] = []
    for row, finding in enumerate(base.findings):
        if finding.sample is not None:
            failing = _failing(finding.sample, random, draws)
            low, high = map(float, np.quantile(failing, (0.025, 0.975)))
            intervals.append(Interval(finding=finding.id, failing=finding.sample.failing, low=low, high=high))
            varied[row] = _kinds(failing, bounds)
    return _of_kinds(base, as_it_is, varied, _one_of_each_kind(bounds), draws), intervals


def _of_kinds(base: Base, as_it_is: Ranks, varied: dict[int, Numbers], share_of: Numbers, draws: int) -> Ranks:
    """The grades of every draw; draws that no rule can tell apart on a question are graded once."""
    ranks = np.repeat(as_it_is, draws, axis=0)
    for column, question in enumerate(base.questions):
        rows = base.rows_of(question)
        at = [place for place, row in enumerate(rows.tolist()) if row in varied]
        if not at:
            continue
        kinds, alike = np.unique(np.stack([varied[rows[place]] for place in at], axis=1), axis=0, return_inverse=True)
        found = []
        for part in in_parts([len(rows)] * len(kinds)):
            number = len(kinds[part])
            columns = base.columns.taken(np.tile(rows, number), np.repeat(np.arange(number), len(rows)), number)
            columns.failing.reshape(number, len(rows))[:, at] = share_of[kinds[part]]
            found.append(conclude(columns, base.rulebook, ranges=False).grade[:, column])
        ranks[:, column] = np.concatenate(found)[alike.ravel()]
    return ranks


def of_coding(base: Base, as_it_is: Ranks, draws: int, seed: int, notch: float) -> Coded:
    """Grades if seriousness, extent and state of every finding were each a notch off with a probability."""
    varied = [base.findings[row] for row in _varied(base).tolist()]
    ranks = np.empty((draws, len(base.questions)), dtype=np.int8)
    off_in, off_and_other = np.zeros(len(varied), dtype=np.int64), np.zeros((len(varied), len(base.questions)))
    first = 0
    for off, concluded in codings(base, draws, seed, notch):
        these = ranks[first : first + len(off)]
        these[:] = concluded.grade
        is_off = off.any(axis=2)
        off_in += is_off.sum(axis=0)
        off_and_other += is_off.T.astype(np.float64) @ (these != as_it_is)
        first += len(off)
    return Coded(ranks, varied, off_in, off_and_other.astype(np.int64))


def codings(base: Base, draws: int, seed: int, notch: float) -> Iterator[tuple[Numbers, Concluded]]:
    """Draws of codings, some at a time: which codings of the varied findings are off, and what the rules conclude.

    Up and down are equally likely; at an end of its scale a level can only go the other way.
    """
    rows = _varied(base)
    shape = (len(rows), len(CODED))
    # first comes all that says what is off, then all that says which way: parts of any size draw the same
    what, way = _stream(seed, _CODING), _stream(seed, _CODING, after=draws * len(rows) * len(CODED))
    at_once = max(1, variants.AT_ONCE // max(1, len(base.findings)))
    coded = np.stack([getattr(base.columns, name)[rows] for name in CODED], axis=1)
    for first in range(0, draws, at_once):
        count = min(at_once, draws - first)
        off, up = what.random((count, *shape)) < notch, way.random((count, *shape)) < 0.5
        off &= coded >= 0
        yield off, _coded_otherwise(base, rows, np.where(off, _a_notch_off(coded, up), coded))


def refuse_what_cannot_be_drawn(draws: int, seed: int, notch: float) -> None:
    """See to it that draws can be made.

    Raises:
        ArgumentError: fewer than one draw, a seed below 0, or a probability that is none. It is a `ValueError`.
    """
    if draws < 1 or seed < 0 or not 0 <= notch <= 1:
        raise ArgumentError("draws are 1 or more, the seed 0 or more, and the probability of a notch from 0 to 1")


def _stream(seed: int, kind: int, after: int = 0) -> np.random.Generator:
    """The random numbers of a kind of draw, without the first so many."""
    bits = np.random.PCG64([seed, kind])
    return np.random.Generator(bits.advance(after) if after else bits)


def _coded_otherwise(base: Base, rows: Numbers, coded: Numbers) -> Concluded:
    """What the rules conclude in some draws, in each of which some findings are coded otherwise."""
    draws, findings = len(coded), len(base.findings)
    everything = np.tile(np.arange(findings), draws)
    columns = base.columns.taken(everything, np.repeat(np.arange(draws), findings), draws)
    for number, name in enumerate(CODED):
        getattr(columns, name).reshape(draws, findings)[:, rows] = coded[:, :, number]
    return conclude(columns, base.rulebook, ranges=False)


def _failing(sample: Sample, random: np.random.Generator, draws: int) -> Numbers:
    """Shares that fall short: from the Beta distribution of a count, or the normal one of an estimate.

    The Beta distribution is the posterior of Jeffreys' prior, half a case added on either side.
    """
    if sample.count is None and sample.margin is not None:
        drawn = random.normal(sample.failing, sample.margin / _HALF_WIDTHS, draws)
        return np.clip(drawn, 0.0, 1.0)
    short, of = sample.count or (sample.failing * (sample.of or 0), sample.of or 0)
    return random.beta(short + 0.5, of - short + 0.5, draws)


def _kinds(failing: Numbers, bounds: Numbers) -> Numbers:
    """Shares that fall short by what rules can tell of them: between which bounds each lies, or on which."""
    # counted from both sides, so that a share on a bound is of another kind than those beside it
    kinds = np.searchsorted(bounds, failing, "left") + np.searchsorted(bounds, failing, "right")
    return kinds.astype(np.min_scalar_type(2 * len(bounds)))


def _one_of_each_kind(bounds: Numbers) -> Numbers:
    """A share of every kind."""
    ends = np.concatenate([[0.0], bounds, [1.0]])
    shares = np.empty(2 * len(bounds) + 1)
    shares[0::2], shares[1::2] = (ends[:-1] + ends[1:]) / 2, bounds
    return shares


def _varied(base: Base) -> Numbers:
    """The findings whose coding can be off, by their place."""
    return np.flatnonzero([_is_coded(finding) for finding in base.findings])


def _is_coded(finding: Finding) -> bool:
    return finding.direction is Direction.SHORTFALL or finding.sample is not None


def _a_notch_off(coded: Numbers, up: Numbers) -> Numbers:
    """Levels a notch up or down; at an end of its scale a level can only go the other way."""
    highest = np.array(_LEVELS) - 1
    up = (up | (coded == 0)) & (coded < highest)
    return coded + np.where(up, 1, -1).astype(np.int8)
