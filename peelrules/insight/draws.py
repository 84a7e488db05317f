"""Grades under doubt: other cases might have been audited, and each coding might be a notch off.

Every draw is a variant of the evidence. What is drawn depends on the seed and the evidence alone, and not on how many
draws are in memory at a time.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl

from peelrules.insight import variants
from peelrules.insight.variants import Base, Ranks, graded, in_parts, repeated
from peelrules.model.evidence import Finding, Sample
from peelrules.model.scales import Direction
from peelrules.model.sensitivity import Interval
from peelrules.model.table import LEVELS

_HALF_WIDTHS = 1.959963984540054
"""A published margin is of 95 percent: so many standard deviations."""
_SAMPLING, _CODING = 0, 1
"""Each kind of draw has a stream of random numbers of its own."""
CODED: tuple[Literal["seriousness", "extent", "state"], ...] = ("seriousness", "extent", "state")

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
        rows = [row for row in varied if question in base.questions_of(base.findings[row])]
        if not rows:
            continue
        kinds, alike = np.unique(np.stack([varied[row] for row in rows], axis=1), axis=0, return_inverse=True)
        found = []
        for at, part in in_parts(base, [{question}] * len(kinds)):
            shares = np.full((len(base.findings), at.stop - at.start), np.nan)
            shares[rows] = share_of[kinds[at].T]
            found.append(graded(_with_shares(part, shares), shares.shape[1], base)[:, column])
        ranks[:, column] = np.concatenate(found)[alike.ravel()]
    return ranks


def of_coding(base: Base, as_it_is: Ranks, draws: int, seed: int, notch: float) -> Coded:
    """Grades if seriousness, extent and state of every finding were each a notch off with a probability.

    Up and down are equally likely; at an end of its scale a level can only go the other way.
    """
    varied = [finding for finding in base.findings if _is_coded(finding)]
    shape = (len(varied), len(CODED))
    # first comes all that says what is off, then all that says which way: parts of any size draw the same
    what, way = _stream(seed, _CODING), _stream(seed, _CODING, after=draws * len(varied) * len(CODED))
    ranks = np.empty((draws, len(base.questions)), dtype=np.int8)
    off_in, off_and_other = np.zeros(len(varied), dtype=np.int64), np.zeros((len(varied), len(base.questions)))
    at_once = max(1, variants.AT_ONCE // max(1, len(base.findings)))
    for first in range(0, draws, at_once):
        count = min(at_once, draws - first)
        off, up = what.random((count, *shape)) < notch, way.random((count, *shape)) < 0.5
        ranks[first : first + count], is_off = _coded_otherwise(base, varied, off, up)
        off_in += is_off.sum(axis=0)
        off_and_other += is_off.T.astype(np.float64) @ (ranks[first : first + count] != as_it_is)
    return Coded(ranks, varied, off_in, off_and_other.astype(np.int64))


def _stream(seed: int, kind: int, after: int = 0) -> np.random.Generator:
    """The random numbers of a kind of draw, without the first so many."""
    bits = np.random.PCG64([seed, kind])
    return np.random.Generator(bits.advance(after) if after else bits)


def _coded_otherwise(base: Base, varied: Sequence[Finding], off: Numbers, up: Numbers) -> tuple[Ranks, Numbers]:
    """The grades of some draws, and which findings were off in each."""
    draws = len(off)
    is_given = np.array([[getattr(finding, name) is not None for name in CODED] for finding in varied], dtype=bool)
    off &= is_given.reshape(1, len(varied), len(CODED))
    rows = _rows(base, varied)
    changed = repeated(rows, draws)
    for number, name in enumerate(CODED):
        levels = pl.Series([str(level) for level in LEVELS[name]], dtype=rows.schema[name])
        coded = np.array([_rank(finding, name) for finding in varied], dtype=np.int64)
        instead = _a_notch_off(coded, up[:, :, number], len(levels))
        words = levels.gather(np.where(off[:, :, number], instead, coded).ravel())
        is_told = pl.Series(np.tile(is_given[:, number], draws)) if varied else pl.Series([], dtype=pl.Boolean)
        changed = changed.with_columns(pl.when(is_told).then(words).alias(name))
    constant = repeated(_rows(base, [finding for finding in base.findings if not _is_coded(finding)]), draws)
    return graded(pl.concat([constant, changed]), draws, base), np.any(off, axis=2)


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


def _with_shares(rows: pl.DataFrame, failing: Numbers) -> pl.DataFrame:
    """Rows of variants, with other shares that fall short.

    Args:
        failing: for each row of the base and each variant; not a number where the row stays as it is.
    """
    share = pl.Series(1 - failing[rows["row"].to_numpy(), rows["inspection"].to_numpy()]).fill_nan(None)
    is_varied = share.is_not_null()
    return rows.with_columns(
        sample_met=pl.when(~is_varied).then("sample_met"),
        sample_of=pl.when(~is_varied).then("sample_of"),
        sample_share=pl.coalesce(share, "sample_share"),
        sample_margin=pl.when(is_varied).then(0.0).otherwise("sample_margin"),
    ).drop("row")


def _rows(base: Base, findings: Sequence[Finding]) -> pl.DataFrame:
    return base.table.filter(pl.col("id").cast(pl.String).is_in([finding.id for finding in findings]))


def _is_coded(finding: Finding) -> bool:
    return finding.direction is Direction.SHORTFALL or finding.sample is not None


def _rank(finding: Finding, name: str) -> int:
    level = getattr(finding, name)
    return 0 if level is None else level.rank


def _a_notch_off(coded: Numbers, up: Numbers, levels: int) -> Numbers:
    instead = coded + np.where(up, 1, -1)
    instead = np.where(instead < 0, 1, instead)
    return np.where(instead >= levels, levels - 2, instead)
