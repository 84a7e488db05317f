"""Grades after one small change of the evidence: a coding a notch off, or a part of it left out.

Only the questions that a change touches are graded anew, and changes that no rule can tell apart only once.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from peelrules.insight.draws import CODED
from peelrules.insight.variants import Base, Ranks, Variant, graded
from peelrules.model.evidence import Finding
from peelrules.model.scales import Scale


class Recoded(NamedTuple):
    """One field of one finding a notch away from how it is coded."""

    finding: Finding
    field: Literal["seriousness", "extent", "state"]
    instead: Scale


class Omitted(NamedTuple):
    """A part of the evidence that is left out."""

    kind: Literal["finding", "strand", "section"]
    name: str
    findings: Sequence[Finding]


def recodings(base: Base, as_it_is: Ranks) -> tuple[list[Recoded], Ranks]:
    """Every single recoding by one notch, and the grades under each.

    Args:
        as_it_is: the grades of the evidence, one row; they stand for questions that a change does not touch.
    """
    made, alike = list(_recoded(base)), base.alike()
    kinds = [(alike[each.finding.id], each.field, each.instead) for each in made]
    return made, _graded(base, as_it_is, kinds, [[each.finding] for each in made], made)


def omissions(base: Base, as_it_is: Ranks) -> tuple[list[Omitted], Ranks]:
    """Every finding, strand and section left out, and the grades without each."""
    made, alike = list(_omitted(base)), base.alike()
    kinds = [frozenset(Counter(alike[finding.id] for finding in each.findings).items()) for each in made]
    return made, _graded(base, as_it_is, kinds, [each.findings for each in made])


def _graded(
    base: Base,
    as_it_is: Ranks,
    kinds: Sequence[Hashable],
    changed: Sequence[Sequence[Finding]],
    recoded: Sequence[Recoded] = (),
) -> Ranks:
    """The grades under every change, of which the first of each kind is made.

    Args:
        changed: the findings that each change is about; without a recoding they are left out.
    """
    place = {finding.id: row for row, finding in enumerate(base.findings)}
    rows_of = {question: base.rows_of(question) for question in base.questions}
    firsts = sorted({kind: at for at, kind in reversed(list(enumerate(kinds)))}.values())
    touched = [set().union(*map(base.questions_of, changed[first])) for first in firsts]
    variants = []
    for first, questions in zip(firsts, touched, strict=True):
        rows = np.unique(np.concatenate([rows_of[question] for question in questions]))
        if recoded:
            each = recoded[first]
            variants.append(Variant(rows, place[each.finding.id], each.field, each.instead.rank))
        else:
            variants.append(Variant(np.setdiff1d(rows, [place[f.id] for f in changed[first]], assume_unique=True)))
    is_touched = np.array([[q in questions for q in base.questions] for questions in touched], np.bool_)
    ranks = np.repeat(as_it_is, len(kinds), axis=0)
    if firsts:
        ranks[firsts] = np.where(is_touched, graded(variants, base), as_it_is)
    number = {kinds[first]: first for first in firsts}
    return ranks[[number[kind] for kind in kinds]]


def _recoded(base: Base) -> Iterator[Recoded]:
    for finding in base.findings:
        for field in CODED:
            if (coded := getattr(finding, field)) is not None:
                near = (level for level in type(coded) if abs(level.rank - coded.rank) == 1)
                yield from (Recoded(finding, field, level) for level in near)


def _omitted(base: Base) -> Iterator[Omitted]:
    yield from (Omitted("finding", finding.id, [finding]) for finding in base.findings)
    for strand in sorted({finding.strand for finding in base.findings}):
        yield Omitted("strand", strand, [finding for finding in base.findings if finding.strand == strand])
    for section in sorted({finding.source.section for finding in base.findings}):
        yield Omitted("section", section, [f for f in base.findings if f.source.section == section])
