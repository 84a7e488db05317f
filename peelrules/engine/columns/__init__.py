"""Many inspections at once: the four stages over columns of findings, by counting and looking up.

It is `run` in columns: what the rules say is looked up in the same tables, and what is counted follows from the same
conditions. Tests hold the two together.
"""

import numpy as np

from peelrules.engine.columns.characteristics import about, characteristics, kinds_of
from peelrules.engine.columns.lookup import Column, names_of, said
from peelrules.engine.columns.questions import judged
from peelrules.engine.columns.terms import Columns, Concluded
from peelrules.model.facts import Stage
from peelrules.model.rulebook import Rulebook

__all__ = ["Columns", "Concluded", "conclude"]


def conclude(columns: Columns, rulebook: Rulebook, *, ranges: bool = True) -> Concluded:
    """Grade many inspections. Memory grows with inspections times characteristics.

    Args:
        ranges: whether worst and best are wanted; else both are as the ceiling.
    """
    names = names_of(rulebook)
    bearings = [[names.characteristic[c] for c in each] for each in columns.bearings]
    primary = columns.firsts(rulebook)[columns.bears_on]
    findings = _read(columns, primary, rulebook)
    outcomes = ("gravity", "innovative_practice")
    gravity, practice = said(rulebook, Stage.FINDING, findings, outcomes, len(primary))
    told = {**findings, "gravity": gravity} | {name: getattr(columns, name) for name in _AS_CODED}
    group, kind = about(columns, bearings, kinds_of(rulebook).of(told))
    known = characteristics(group, kind, columns.inspections, rulebook)
    return Concluded(gravity, practice.astype(np.bool_), *known.told, *judged(known, rulebook, ranges=ranges))


_AS_CODED = ("exceptional", "progress", "strand")
"""What counts read of a finding and no rule does."""


def _read(columns: Columns, primary: Column, rulebook: Rulebook) -> dict[str, Column]:
    """What rules read of each finding: what does not apply at its least harmful level, samples as they are read."""
    direction, extent = columns.direction.copy(), np.maximum(columns.extent, 0)
    sampled = np.flatnonzero(~np.isnan(columns.failing))
    facts = {"characteristic": primary[sampled], "failing": columns.failing[sampled]}
    direction[sampled], extent[sampled] = said(rulebook, Stage.SAMPLE, facts, ("direction", "extent"), len(sampled))
    return {
        "characteristic": primary,
        "direction": direction,
        "seriousness": np.maximum(columns.seriousness, 0),
        "extent": extent,
        "state": np.maximum(columns.state, 0),
        "persistent": columns.persistent,
        "innovative": columns.innovative,
    }
