"""Grades under doubt: other cases might have been audited, and each coding might be a notch off.

Every draw is a variant of the evidence. What is drawn depends on the seed and the evidence alone.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import polars as pl

from peelrules.insight.variants import Base, Ranks, graded, repeated
from peelrules.model.evidence import Finding, Sample
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction
from peelrules.model.sensitivity import Interval
from peelrules.model.table import LEVELS

_HALF_WIDTHS = 1.959963984540054
"""A published margin is of 95 percent: so many standard deviations."""
_AT_ONCE = 20_000
"""Draws of codings that are in memory at a time."""
_SAMPLING, _CODING = 0, 1
"""Each kind of draw has a stream of random numbers of its own."""
CODED: tuple[Literal["seriousness", "extent", "state"], ...] = ("seriousness", "extent", "state")

Numbers = np.ndarray[Any, np.dtype[Any]]


class Drawn(NamedTuple):
    """The grades of a number of draws, and what was off in each."""

    ranks: Ranks
    off: Numbers
    """Whether the coding of each varied finding was off, one row a draw; empty for samples."""
    varied: Sequence[Finding]


def of_samples(base: Base, as_it_is: Ranks, draws: int, seed: int) -> tuple[Drawn, list[Interval]]:
    """Grades if the true share of every audited sample were another that the sample is compatible with.

    Args:
        as_it_is: the grades of the evidence, one row; they stand for questions on which no sample bears.
    """
    varied = [finding for finding in base.findings if finding.sample is not None]
    random = np.random.default_rng([seed, _SAMPLING])
    failing = np.stack([_failing(f.sample, random, draws) for f in varied]) if varied else np.empty((0, draws))
    touched = set().union(*map(base.questions_of, varied))
    one, alike = _alike(failing, base.rulebook)
    drawn = graded(_with_shares(base, touched, varied, failing[:, one]), len(one), base)[alike]
    ranks = np.where([question in touched for question in base.questions], drawn, as_it_is)
    intervals = [
        Interval(finding=f.id, failing=f.sample.failing, low=float(low), high=float(high))
        for f, shares in zip(varied, failing, strict=True)
        for low, high in [np.quantile(shares, (0.025, 0.975))]
        if f.sample is not None
    ]
    return Drawn(ranks, np.empty((draws, 0), dtype=bool), ()), intervals


def of_coding(base: Base, draws: int, seed: int, notch: float) -> Drawn:
    """Grades if seriousness, extent and state of every finding were each a notch off with a probability.

    Up and down are equally likely; at an end of its scale a level can only go the other way.
    """
    varied = [finding for finding in base.findings if _is_coded(finding)]
    random = np.random.default_rng([seed, _CODING])
    parts = [
        _coded_otherwise(base, varied, min(_AT_ONCE, draws - done), random, notch) for done in range(0, draws, _AT_ONCE)
    ]
    ranks, off = zip(*parts, strict=True)
    return Drawn(np.concatenate(ranks), np.concatenate(off), varied)


def _coded_otherwise(
    base: Base, varied: Sequence[Finding], draws: int, random: np.random.Generator, notch: float
) -> tuple[Ranks, Numbers]:
    """The grades of some draws, and which findings were off in each."""
    off = random.random((draws, len(varied), len(CODED))) < notch
    up = random.random(off.shape) < 0.5
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


def _failing(sample: Sample | None, random: np.random.Generator, draws: int) -> Numbers:
    """Shares that fall short: from the Beta distribution of a count, or the normal one of an estimate.

    The Beta distribution is the posterior of Jeffreys' prior, half a case added on either side.
    """
    assert sample is not None  # noqa: S101  only findings with a sample come here
    if sample.count is None and sample.margin is not None:
        drawn = random.normal(sample.failing, sample.margin / _HALF_WIDTHS, draws)
        return np.clip(drawn, 0.0, 1.0)
    short, of = sample.count or (sample.failing * (sample.of or 0), sample.of or 0)
    return random.beta(short + 0.5, of - short + 0.5, draws)


def _alike(failing: Numbers, rulebook: Rulebook) -> tuple[Numbers, Numbers]:
    """One draw of each kind, and the kind of every draw: no rule can tell shares that lie between the same bounds."""
    conditions = (c for rule in rulebook.of_stage[Stage.SAMPLE] for a in rule.alternatives for c in a)
    bounds = np.array(sorted({c.bound for c in conditions if c.field == "failing"}))
    # counted from both sides, so that a share on a bound is of another kind than those beside it
    kinds = np.searchsorted(bounds, failing, "left") + np.searchsorted(bounds, failing, "right")
    _, one, alike = np.unique(kinds, axis=1, return_index=True, return_inverse=True)
    return one, alike.ravel()


def _with_shares(base: Base, touched: set[str], varied: Sequence[Finding], failing: Numbers) -> pl.DataFrame:
    """Every draw with its shares, and with what else bears on the same questions."""
    draws = failing.shape[1]
    changed = repeated(_rows(base, varied), draws).with_columns(
        sample_met=pl.lit(None, dtype=pl.Int64),
        sample_of=pl.lit(None, dtype=pl.Int64),
        sample_share=pl.Series(1 - failing.T.ravel()),
        sample_margin=pl.lit(0.0),
    )
    others = [f for f in base.findings if f.sample is None and touched & base.questions_of(f)]
    return pl.concat([repeated(_rows(base, others), draws), changed])


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
