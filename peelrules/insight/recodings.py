"""Grades after one small change of the evidence: a coding a notch off, or a part of it left out.

Only the questions that a change touches are graded anew, and changes that no rule can tell apart only once.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from peelrules.insight.draws import CODED
from peelrules.insight.variants import Base, Ranks, graded, in_parts
from peelrules.model.evidence import Finding
from peelrules.model.table import LEVELS


class Recoded(NamedTuple):
    """One field of one finding a notch away from how it is coded."""

    finding: Finding
    field: Literal["seriousness", "extent", "state"]
    instead: str


class Omitted(NamedTuple):
    """A part of the evidence that is left out."""

    kind: Literal["finding", "strand", "section"]
    what: str
    findings: Sequence[Finding]


def recodings(base: Base, as_it_is: Ranks) -> tuple[list[Recoded], Ranks]:
    """Every single recoding by one notch, and the grades under each.

    Args:
        as_it_is: the grades of the evidence, one row; they stand for questions that a change does not touch.
    """
    made, alike = list(_recoded(base)), base.alike()
    number = {finding.id: row for row, finding in enumerate(base.findings)}

    def recoded(rows: pl.DataFrame, changes: Sequence[Recoded]) -> pl.DataFrame:
        for field in CODED:
            now = pl.DataFrame(
                [(at, number[c.finding.id], c.instead) for at, c in enumerate(changes) if c.field == field],
                schema={"inspection": pl.UInt32, "row": pl.Int64, "instead": base.table.schema[field]},
                orient="row",
            )
            rows = rows.join(now, on=["inspection", "row"], how="left").with_columns(
                pl.coalesce("instead", field).alias(field)
            )
            rows = rows.drop("instead")
        return rows

    kinds = [(alike[each.finding.id], each.field, each.instead) for each in made]
    touched = [base.questions_of(each.finding) for each in made]
    return made, _graded(base, as_it_is, kinds, touched, lambda rows, at: recoded(rows, [made[each] for each in at]))


def omissions(base: Base, as_it_is: Ranks) -> tuple[list[Omitted], Ranks]:
    """Every finding, strand and section left out, and the grades without each."""
    made, alike = list(_omitted(base)), base.alike()
    number = {finding.id: row for row, finding in enumerate(base.findings)}

    def left(rows: pl.DataFrame, parts: Sequence[Omitted]) -> pl.DataFrame:
        gone = pl.DataFrame(
            [(at, number[finding.id]) for at, part in enumerate(parts) for finding in part.findings],
            schema={"inspection": pl.UInt32, "row": pl.Int64},
            orient="row",
        )
        return rows.join(gone, on=["inspection", "row"], how="anti")

    kinds = [frozenset(Counter(alike[finding.id] for finding in each.findings).items()) for each in made]
    touched = [set().union(*map(base.questions_of, each.findings)) for each in made]
    return made, _graded(base, as_it_is, kinds, touched, lambda rows, at: left(rows, [made[each] for each in at]))


def _graded(
    base: Base,
    as_it_is: Ranks,
    kinds: Sequence[Hashable],
    touched: Sequence[set[str]],
    change: Callable[[pl.DataFrame, Sequence[int]], pl.DataFrame],
) -> Ranks:
    """The grades under every change, of which the first of each kind is made."""
    of_kind = {kind: at for at, kind in reversed(list(enumerate(kinds)))}
    firsts = sorted(of_kind.values())
    ranks = np.repeat(as_it_is, len(kinds), axis=0)
    for part, rows in in_parts(base, [touched[first] for first in firsts]):
        made = firsts[part]
        is_touched = np.array([[q in touched[first] for q in base.questions] for first in made])
        ranks[made] = np.where(is_touched, graded(change(rows, made), len(made), base), as_it_is)
    return ranks[[of_kind[kind] for kind in kinds]]


def _recoded(base: Base) -> Iterator[Recoded]:
    for finding in base.findings:
        for field in CODED:
            if (coded := getattr(finding, field)) is not None:
                near = (level for level in LEVELS[field] if abs(level.rank - coded.rank) == 1)
                yield from (Recoded(finding, field, str(level)) for level in near)


def _omitted(base: Base) -> Iterator[Omitted]:
    yield from (Omitted("finding", finding.id, [finding]) for finding in base.findings)
    for strand in sorted({finding.strand for finding in base.findings}):
        yield Omitted("strand", strand, [finding for finding in base.findings if finding.strand == strand])
    for section in sorted({finding.source.section for finding in base.findings}):
        yield Omitted("section", section, [f for f in base.findings if f.source.section == section])
