"""Two inspections of different cycles in words."""

from collections.abc import Iterator, Mapping, Sequence

from peelrules.insight.cycles import AcrossCycles, Change, MatterAcross, Standing
from peelrules.model.crosswalk import Kind
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item

_NOT_COMPARED: Mapping[Kind, str] = {
    Kind.SAME: "Assessed in one of them only, or in neither",
    Kind.SPLIT: "Split: one became several",
    Kind.MERGED: "Merged: several became one",
    Kind.REGROUPED: "Cut in another way over several steps",
    Kind.GONE: "Gone: the newer framework does not ask for it",
    Kind.NEW: "New: the older framework did not ask for it",
}


def of(found: AcrossCycles) -> Iterator[outline.Block]:
    """What can be compared between two inspections of different cycles, and what cannot."""
    yield Heading("Two cycles, indicatively", 1)
    sides = (("Before", found.before, found.before_rulebook), ("After", found.after, found.after_rulebook))
    yield Grid(
        ("", "Of", "Rulebook"), [(when, of, f"{book.id} {book.version} ({book.hash})") for when, of, book in sides]
    )
    yield from (Item(f"Caution: {caution}") for caution in found.cautions)
    yield Heading("Grades")
    yield Grid(
        ("Core question", "Before", "After", "Change"),
        [
            (
                q.name,
                str(q.before or "none"),
                str(q.after or "none"),
                q.change.value if q.change else q.not_compared or "",
            )
            for q in found.questions
        ],
    )
    yield Heading("Characteristics")
    yield Item(_summary(found))
    for change in (Change.BETTER, Change.WORSE, Change.SAME):
        if matters := found.of_change(change):
            yield Heading(f"{change.value.capitalize()} ({len(matters)})")
            yield from (_matter(matter) for matter in matters)
    for kind, title in _NOT_COMPARED.items():
        if matters := tuple(matter for matter in found.not_compared if matter.kind is kind):
            yield Heading(f"{title} ({len(matters)})")
            yield from (_matter(matter) for matter in matters)


def _summary(found: AcrossCycles) -> str:
    changes = ", ".join(f"{len(found.of_change(change))} {change.value}" for change in Change)
    compared = len(found.characteristics) - len(found.not_compared)
    return f"Compared: {compared}, of which {changes}. Not to be compared: {len(found.not_compared)}."


def _matter(matter: MatterAcross) -> Item:
    notes = [Item(note, minor=True) for note in matter.notes]
    if matter.kind is Kind.SAME:
        [old], [new] = matter.before, matter.after
        moved = f"{_status(old)} -> {_status(new)}" if matter.change is not Change.SAME else _status(new)
        was = f"{old.title} ({old.characteristic}), now " if old.characteristic != new.characteristic else ""
        return Item(f"{was}{new.title} ({new.characteristic}): {moved}", notes)
    if not matter.before or not matter.after:
        return Item(_listed(matter.before or matter.after), notes)
    return Item(_listed(matter.before), [Item(f"Now {_listed([each])}") for each in matter.after] + notes)


def _listed(standings: Sequence[Standing]) -> str:
    return "; ".join(f"{each.title} ({each.characteristic}): {_status(each)}" for each in standings)


def _status(standing: Standing) -> str:
    return str(standing.status or "not assessed")
