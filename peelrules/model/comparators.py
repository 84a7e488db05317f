"""How a value is compared with a bound: everything there is to know of each comparator, in one place.

A comparison changes only at its bound. The tables, the proofs and the thresholds rest on that, so it must hold for
every comparator that is added here.
"""

import operator
from collections.abc import Callable
from enum import Enum
from typing import Any

from peelrules.model.scales import Scale


def _is_among(value: Any, bounds: Any) -> bool:  # a function of the module, so that comparators can be pickled
    return value in bounds


class Comparator(Enum):
    """How a field is compared with a bound.

    Each has the word by which it is written, what it asks of a value and a bound, what holds in words wherever it does
    not, the comparator that differs on the bound alone, and what durable_rules calls it.
    """

    word: str
    holds: Callable[[Any, Any], bool]
    """Of a value and a bound. Scales compare by rank."""
    opposite: str
    durable: str
    """Nothing for equality."""

    AT_LEAST = "at_least", operator.ge, "below", "above", "$gte"
    AT_MOST = "at_most", operator.le, "above", "below", "$lte"
    ABOVE = "above", operator.gt, "at most", "at_least", "$gt"
    BELOW = "below", operator.lt, "at least", "at_most", "$lt"
    IS = "is", operator.eq, "not", "", ""
    ONE_OF = "one_of", _is_among, "none of", "", ""

    def __init__(self, word: str, holds: Callable[[Any, Any], bool], opposite: str, twin: str, durable: str) -> None:
        self.word, self.holds, self.opposite, self._twin, self.durable = word, holds, opposite, twin, durable

    @property
    def is_ordered(self) -> bool:
        """It asks on which side of the bound a value lies; its bound is a threshold."""
        return bool(self._twin)

    @property
    def is_least(self) -> bool:
        """It holds for what is high."""
        return self.is_ordered and self.holds(1, 0)

    @property
    def takes_the_value_below(self) -> bool:
        """Whether bounds from above one value up to the next do the same; else from one to below the next."""
        return self.is_least is self.holds(0, 0)

    @property
    def has_several(self) -> bool:
        """Its bound is several values, one of which is enough."""
        return self is Comparator.ONE_OF

    @property
    def twin(self) -> "Comparator | None":
        """The one that differs on the bound alone."""
        return Comparator.named(self._twin) if self._twin else None

    def takes(self, kind: type) -> bool:
        """Whether fields of a kind can be compared so."""
        if self.is_ordered:
            return kind in (int, float) or issubclass(kind, Scale)
        return not self.has_several or kind is str or issubclass(kind, Scale)

    def in_words(self, bound: str) -> str:
        """The comparison in words: *at least serious*."""
        return f"{self.word.replace('_', ' ')} {bound}" if self.is_ordered else bound

    @classmethod
    def named(cls, word: str) -> "Comparator":
        """The comparator that is written so."""
        return next(each for each in cls if each.word == word)
