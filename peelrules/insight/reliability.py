"""How far coders agree on ordered levels, beyond what chance would give: 1 is full agreement, 0 what chance gives.

Levels are numbers, the higher the further up their scale. Both coefficients are None where everything is one level, for
chance explains that too. They are worked out in fractions, so that no order of coders or units can matter.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

Distance = Callable[[int, int, Mapping[int, int]], Fraction]
"""How far two levels lie apart, given how often each level was coded."""


def weighted_kappa(pairs: Sequence[tuple[int, int]]) -> float | None:
    """Cohen's kappa of two coders, with quadratic weights.

    Source: Cohen, J. (1968), Weighted kappa, Psychological Bulletin 70.
    """
    firsts, seconds = Counter(first for first, _ in pairs), Counter(second for _, second in pairs)
    observed = sum((first - second) ** 2 for first, second in pairs) * len(pairs)
    by_chance = sum((a - b) ** 2 * firsts[a] * seconds[b] for a in firsts for b in seconds)
    return float(1 - Fraction(observed, by_chance)) if by_chance else None


def ordinal(low: int, high: int, coded: Mapping[int, int]) -> Fraction:
    """The square of how many codings lie between two levels, those of the two themselves counted half."""
    between = sum(times for level, times in coded.items() if low <= level <= high)
    return (between - Fraction(coded[low] + coded[high], 2)) ** 2


def alpha(units: Iterable[Sequence[int]], distance: Distance = ordinal) -> float | None:
    """Krippendorff's alpha of any number of coders.

    Source: Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, University of Pennsylvania.

    Args:
        units: the levels that each unit was given by those who coded it. A unit that only one coded says nothing.
    """
    pairable = [unit for unit in units if len(unit) > 1]
    coded = Counter(level for unit in pairable for level in unit)
    apart = {pair: distance(*pair, coded) for pair in combinations(sorted(coded), 2)}
    observed = sum((_disagreement(Counter(unit), apart) / (len(unit) - 1) for unit in pairable), Fraction())
    by_chance = _disagreement(coded, apart)
    return float(1 - (coded.total() - 1) * observed / by_chance) if by_chance else None


def _disagreement(coded: Mapping[int, int], apart: Mapping[tuple[int, int], Fraction]) -> Fraction:
    """How far all pairs of unequal levels lie apart in sum."""
    pairs = combinations(sorted(coded), 2)
    return sum((coded[low] * coded[high] * apart[low, high] for low, high in pairs), Fraction())
