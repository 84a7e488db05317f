"""Grades after one small change of the evidence: a coding a notch off, or a part of it left out."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import polars as pl

from peelrules.insight.draws import CODED
from peelrules.insight.variants import Base, Ranks, graded, repeated
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


def recodings(base: Base) -> tuple[list[Recoded], Ranks]:
    """Every single recoding by one notch, and the grades under each."""
    made = list(_recoded(base))
    table = repeated(base.table, len(made))
    for field in CODED:
        now = pl.DataFrame(
            [(number, each.finding.id, each.instead) for number, each in enumerate(made) if each.field == field],
            schema={"inspection": pl.UInt32, "id": base.table.schema["id"], "instead": base.table.schema[field]},
            orient="row",
        )
        table = table.join(now, on=["inspection", "id"], how="left").with_columns(
            pl.coalesce("instead", field).alias(field)
        )
        table = table.drop("instead")
    return made, graded(table, len(made), base)


def omissions(base: Base) -> tuple[list[Omitted], Ranks]:
    """Every finding, strand and section left out, and the grades without each."""
    made = list(_omitted(base))
    gone = pl.DataFrame(
        [(number, finding.id) for number, each in enumerate(made) for finding in each.findings],
        schema={"inspection": pl.UInt32, "id": base.table.schema["id"]},
        orient="row",
    )
    table = repeated(base.table, len(made)).join(gone, on=["inspection", "id"], how="anti")
    return made, graded(table, len(made), base)


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
