"""How many wanted judgments come out when every coding may be a notch off.

That is what is to be watched while a bound is moved: the number that comes out today jumps whenever a single coding
crosses the bound, and the expected number moves little by little.
"""

from typing import Literal

from peelrules.model.base import Frozen
from peelrules.model.scales import Grade


class ExpectedJudgment(Frozen):
    """One judgment that is wanted, and how often it comes out."""

    core_question: str
    what: Literal["grade", "ceiling", "at least"]
    """Whether the level is wanted as the grade, as the ceiling, or as one that the ceiling is not below."""
    wanted: Grade | None
    """None: no grade, for want of evidence."""
    found: Grade | None
    """Today: the grade, or the ceiling where that is what is wanted."""
    comes_out: bool
    """Whether what is found is as wanted."""
    share: float
    """Share of the draws in which it is, from 0 to 1."""


class ExpectedAgreement(Frozen):
    """How many of the judgments that are wanted of one body of evidence come out."""

    name: str
    exact: int
    """Today."""
    expected: float
    """On average over the draws."""
    judgments: tuple[ExpectedJudgment, ...]
    """Those first that come out least often."""


class Noise(Frozen):
    """Expected agreement when seriousness, extent and state of each finding may each be a notch off."""

    draws: int
    seed: int
    notch: float
    """Probability with which each coding is a notch off."""
    cases: tuple[ExpectedAgreement, ...]
    """Of the cases that want grades or ceilings, by file."""
    codings: tuple[ExpectedAgreement, ...]
    """Of whole codings, against the grades that were published."""
