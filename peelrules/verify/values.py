"""Values next to a bound, and sets of values that are quickly held against each other."""

from collections.abc import Iterable, Mapping
from typing import Any

from peelrules.model.conditions import MOST, Axes, Condition
from peelrules.model.facts import Fields
from peelrules.model.scales import Scale


def beside(bound: Any, by: int, share_step: float) -> Any:
    """The value one step below a bound (by -1) or above it (by 1); None if that is not on its scale or is a name."""
    if isinstance(bound, Scale):
        return next((level for level in type(bound) if level.rank == bound.rank + by), None)
    if not isinstance(bound, (int, float)):
        return None
    step, most = (1, 1) if isinstance(bound, bool) else (1, MOST) if isinstance(bound, int) else (share_step, 1)
    value = round(bound + by * step, 9)  # 0.4 + 0.01 is not 0.41 in binary
    return type(bound)(value) if 0 <= value <= most else None


class Grid:
    """The values that tell some conditions apart. A set of values of one field is a number, a bit for each."""

    def __init__(self, conditions: Iterable[Condition], fields: Fields) -> None:
        self._axes = {axis.field.name: axis for axis in Axes(conditions, fields).axes}
        self._all = {name: _bits(value is not None for value in axis.values) for name, axis in self._axes.items()}
        self._held: dict[Condition, int] = {}

    def satisfying(self, conditions: Iterable[Condition]) -> dict[str, int]:
        """For each field of some conditions that must all hold, which of its values satisfy them."""
        found: dict[str, int] = {}
        for condition in conditions:
            found[condition.field] = found.get(condition.field, -1) & self._satisfying(condition)
        return found

    def is_within(self, narrow: Mapping[str, int], wide: Mapping[str, int]) -> bool:
        """Whether all that satisfies the narrow conditions satisfies the wide ones."""
        return not any(narrow.get(name, self._all[name]) & ~values for name, values in wide.items())

    def _satisfying(self, condition: Condition) -> int:
        if condition not in self._held:
            holds, bound = condition.comparator.holds, condition.bound
            values = self._axes[condition.field].values
            self._held[condition] = _bits(value is not None and holds(value, bound) for value in values)
        return self._held[condition]


def _bits(held: Iterable[bool]) -> int:
    return int("".join("01"[each] for each in held), 2)
