"""Inconsistencies among published grades, and precedents, in words."""

from collections.abc import Iterator, Sequence

from peelrules.insight.audit import Audit, Draft, Inconsistency, Inspected, Precedent, Record, Seen
from peelrules.model.assessment import Assessment
from peelrules.model.facts import counted, in_words
from peelrules.model.scales import Gravity
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import some


def of(found: Audit, named: Assessment, most: int) -> Iterator[outline.Block]:
    """What an audit found: the clearest pairs, at most so many of each kind, and the precedents of as many drafts.

    Args:
        named: any of the assessments, for the names of questions and characteristics.
    """
    yield Heading("Published grades beside the evidence", 1)
    yield Item(
        "Indicative: findings are weighed by our rules, and nothing here says which of two grades is right. Of each "
        "characteristic, the best strength and the gravest shortfall are compared."
    )
    for line in _compared(found):
        yield Item(line)
    yield from _pairs("Published lower, though nothing in the evidence is worse", found.sure, found, named, most)
    yield from _pairs(
        "Published lower, though nothing is worse of what both assessed", found.in_part, found, named, most
    )
    yield from _drafts(found, named, most)


def _compared(found: Audit) -> Iterator[str]:
    judged = [record for record in found.records if record.published is not None]
    yield (
        f"{counted(len(judged), 'published judgment')} with evidence, "
        f"{counted(len(found.records) - len(judged), 'draft')}."
    )
    yield (
        f"Pairs of published judgments with unequal grades: {found.compared} that assessed the same characteristics, "
        f"{found.compared_in_part} that share at least {in_words(found.enough)} of the question's, and "
        f"{found.not_compared} that share fewer and are not compared."
    )
    inspections = {record.inspected.inspection for record in found.records if record.inspected.inspection}
    if len(inspections) > 1:
        yield (
            f"Inspections: {some(sorted(inspections))}. What was expected may have changed from one to another, which "
            "the evidence cannot tell."
        )


def _pairs(
    title: str, pairs: Sequence[Inconsistency], found: Audit, named: Assessment, most: int
) -> Iterator[outline.Block]:
    yield Heading(f"{title} ({len(pairs)})")
    if not pairs:
        yield Item("None.")
    for pair in pairs[:most]:
        yield from _pair(pair, found, named)
    if len(pairs) > most:
        yield Item(f"{len(pairs) - most} more, less clear than these. --most shows more, --format json has all.")


def _pair(pair: Inconsistency, found: Audit, named: Assessment) -> Iterator[outline.Block]:
    lower, higher = (found.record[pair.core_question, each] for each in (pair.lower, pair.higher))
    shared = [
        (characteristic, seen, higher.characteristics[characteristic])
        for characteristic, seen in lower.characteristics.items()
        if characteristic in higher.characteristics
    ]
    yield Heading(f"{named.title(pair.core_question)}: {pair.lower} and {pair.higher}", 3)
    yield Item(_how_far(pair, lower.of))
    yield Grid(
        ("", str(pair.lower), str(pair.higher)),
        [
            ("Published", str(pair.lower_grade), str(pair.higher_grade)),
            ("Indicative", _indicative(lower), _indicative(higher)),
            *((_title(c, named), _seen(one), _seen(other)) for c, one, other in shared if one != other),
            *((_title(c, named), _seen(one), _seen(other)) for c, one, other in shared if one == other),
        ],
    )
    yield from _gap(pair.lower, pair.only_lower)
    yield from _gap(pair.higher, pair.only_higher)


def _how_far(pair: Inconsistency, of: int) -> str:
    both = f"Both assessed {pair.shared} of {counted(of, 'characteristic')}"
    tiers = f"published {counted(pair.tiers, 'tier')} lower"
    if not pair.differ:
        return f"{both}. The evidence is equal; {pair.lower} is {tiers}."
    better = f"On {pair.differ} the evidence of {pair.lower} is better, by {counted(pair.steps, 'step')}, on none worse"
    return f"{both}. {better}; it is {tiers}."


def _drafts(found: Audit, named: Assessment, most: int) -> Iterator[outline.Block]:
    yield Heading(f"Drafts, and the published judgments nearest to them ({len(found.drafts)})")
    if not found.drafts:
        yield Item("None: every judgment with evidence has a published grade.")
        return
    yield Item(
        "Nearest are those with the fewest steps for each shared characteristic. A step is a level of strength (none, "
        "strength, exceptional) or of the gravest shortfall (none, minor, moderate, serious, critical)."
    )
    for draft in found.drafts[:most]:
        yield from _draft(draft, found, named)
    if len(found.drafts) > most:
        yield Item(f"{len(found.drafts) - most} more drafts. --most shows more, --format json has all.")


def _draft(draft: Draft, found: Audit, named: Assessment) -> Iterator[outline.Block]:
    record = found.record[draft.core_question, draft.inspected]
    yield Heading(f"{named.title(draft.core_question)}: {draft.inspected}, a draft", 3)
    yield Item(
        f"Indicative: {_indicative(record)}; {len(record.characteristics)} of "
        f"{counted(record.of, 'characteristic')} assessed."
    )
    for precedent in draft.precedents:
        yield _precedent(precedent, record, found.record[draft.core_question, precedent.inspected], named)
    if draft.not_compared:
        published = counted(draft.not_compared, "published judgment")
        yield Item(f"Not compared: {published} with less than {in_words(found.enough)} of the characteristics shared.")
    elif not draft.precedents:
        yield Item("Nothing published about this question has evidence here.")


def _precedent(precedent: Precedent, draft: Record, other: Record, named: Assessment) -> Item:
    distance = f"differs on {precedent.differ or 'none'} of {counted(precedent.shared, 'shared characteristic')}"
    by = f", by {counted(precedent.steps, 'step')}" if precedent.steps else ""
    differing = [
        Item(f"{_title(characteristic, named)}: here {_seen(seen)}; there {_seen(there)}")
        for characteristic, seen in draft.characteristics.items()
        if (there := other.characteristics.get(characteristic)) is not None and there != seen
    ]
    only_here = [c for c in draft.characteristics if c not in other.characteristics]
    only_there = [c for c in other.characteristics if c not in draft.characteristics]
    return Item(
        f"{precedent.inspected}, published {precedent.published}: {distance}{by}.",
        [*differing, *_gap(draft.inspected, only_here), *_gap(other.inspected, only_there)],
    )


def _gap(inspected: Inspected, characteristics: Sequence[str]) -> Iterator[Item]:
    if characteristics:
        yield Item(f"Only {inspected} was assessed on {len(characteristics)} more: {some(characteristics)}", minor=True)


def _indicative(record: Record) -> str:
    return str(record.indicative) if record.indicative is not None else f"no grade, at most {record.ceiling}"


def _title(characteristic: str, named: Assessment) -> str:
    return named.title(characteristic) or characteristic


def _seen(seen: Seen) -> str:
    against = f"{seen.gravity} shortfall" if seen.gravity > Gravity.NONE else "no shortfall of weight"
    strength = "exceptional strength" if seen.exceptional else "strength" if seen.shown else "no strength"
    return f"{strength}, {against}"
