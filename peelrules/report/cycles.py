"""Two inspections of different cycles in words."""

from collections.abc import Iterator, Mapping, Sequence

from peelrules.insight.cycles import AcrossCycles, Change, Judged, MatterAcross, Standing
from peelrules.model.crosswalk import Kind
from peelrules.report import outline
from peelrules.report.outline import Grid, Heading, Item

_ASSESSED: Mapping[str, tuple[bool, bool]] = {
    "Assessed before only": (True, False),
    "Assessed after only": (False, True),
    "Assessed in neither": (False, False),
}
_NOT_COMPARED: Mapping[Kind, str] = {
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
            (q.name, _judged(q.before), _judged(q.after), q.change.value if q.change else q.not_compared or "")
            for q in found.questions
        ],
    )
    yield Heading("Characteristics")
    yield Item(_summary(found))
    for title, matters in _sections(found):
        if matters:
            yield Heading(f"{title} ({len(matters)})")
            yield from (_matter(matter) for matter in matters)


def _judged(judged: Judged | None) -> str:
    if judged is None:
        return "not asked"
    if judged.grade is None and judged.ceiling is not None:
        return f"no grade, at most {judged.ceiling}"
    return str(judged.grade or "no grade")


def _sections(found: AcrossCycles) -> Iterator[tuple[str, Sequence[MatterAcross]]]:
    for change in (Change.BETTER, Change.WORSE, Change.SAME):
        yield change.value.capitalize(), found.of_change(change)
    one_each = [matter for matter in found.not_compared if matter.kind is Kind.SAME]
    for title, assessed in _ASSESSED.items():
        yield title, [matter for matter in one_each if _is_assessed(matter) == assessed]
    for kind, title in _NOT_COMPARED.items():
        yield title, [matter for matter in found.not_compared if matter.kind is kind]


def _summary(found: AcrossCycles) -> str:
    changes = ", ".join(f"{len(found.of_change(change))} {change.value}" for change in Change)
    compared = len(found.characteristics) - len(found.not_compared)
    return f"Compared: {compared}, of which {changes}. Not to be compared: {len(found.not_compared)}."


def _matter(matter: MatterAcross) -> Item:
    notes = [Item(note, minor=True) for note in matter.notes]
    if matter.kind is Kind.SAME:
        [old], [new] = matter.before, matter.after
        was = f"{old.title} ({old.characteristic}), now " if old.characteristic != new.characteristic else ""
        levels = dict.fromkeys(str(status) for status in (old.status, new.status) if status is not None)
        moved = f": {' -> '.join(levels)}" if levels else ""
        return Item(f"{was}{new.title} ({new.characteristic}){moved}", notes)
    if not matter.before or not matter.after:
        return Item(_listed(matter.before or matter.after), notes)
    return Item(_listed(matter.before), [Item(f"Now {_listed([each])}") for each in matter.after] + notes)


def _is_assessed(matter: MatterAcross) -> tuple[bool, bool]:
    """Whether it is assessed before, and whether it is after, of a matter that is one characteristic each."""
    return matter.before[0].status is not None, matter.after[0].status is not None


def _listed(standings: Sequence[Standing]) -> str:
    return "; ".join(f"{each.title} ({each.characteristic}): {_status(each)}" for each in standings)


def _status(standing: Standing) -> str:
    return str(standing.status or "not assessed")
