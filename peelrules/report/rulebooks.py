"""Rulebooks, and what is different between two, in words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from peelrules.insight.rulebooks import (
    Changed,
    CharacteristicRow,
    CountPage,
    Part,
    RulebookDifferences,
    RulebookPage,
    RulePage,
    Whose,
)
from peelrules.model.facts import Stage, counted
from peelrules.model.rulebook import Identity
from peelrules.report import differences, outline
from peelrules.report.outline import Grid, Heading, Item
from peelrules.report.wording import capitalised, some

STAGES: Mapping[Stage, str] = {
    Stage.SAMPLE: "Rules on one audited sample",
    Stage.FINDING: "Rules on one finding",
    Stage.CHARACTERISTIC: "Rules on one characteristic",
    Stage.CORE_QUESTION: "Rules on one core question",
}


COUNTED: Mapping[Stage, str] = {
    Stage.CHARACTERISTIC: "What is counted of one characteristic",
    Stage.CORE_QUESTION: "What is counted of one core question",
}


def page(book: RulebookPage) -> Iterator[outline.Block]:
    """What is counted, all rules by stage, then every characteristic."""
    yield Heading(f"{book.title}: the rules", 1)
    yield Item(f"Rulebook {_identified(book.rulebook)}. Every grade that follows from it is indicative.")
    theirs = sum(rule.whose is Whose.THEIRS for rule in book.rules)
    yield Item(
        f"{counted(len(book.rules), 'rule')}: {theirs} with a source of {book.inspectorate}'s, "
        f"{len(book.rules) - theirs} of ours. What is ours in a rule with a source of {book.inspectorate}'s, "
        "its bounds above all, is said in its basis."
    )
    if inferred := sum(row.inferred for row in book.characteristics):
        yield Item(
            f"{inferred} of {counted(len(book.characteristics), 'characteristic')} could not be read where the "
            "framework was published, and are inferred from elsewhere."
        )
    yield from _extended(book)
    for stage, title in STAGES.items():
        if rules := [rule for rule in book.rules if rule.stage is stage]:
            yield Heading(f"{title} ({len(rules)})")
            for each in rules:
                yield Heading(each.title, 3)
                yield from _said(each)
    for stage, title in COUNTED.items():
        if counts := [each for each in book.counts if each.stage is stage]:
            yield Heading(f"{title} ({len(counts)})")
            yield from (Item(f"{each.title} ({each.count})", list(_counting(each))) for each in counts)
    yield from _matrix(book)


def count(described: CountPage) -> Iterator[outline.Block]:
    """One count, with what it comes to in the evidence."""
    yield Heading(described.title, 1)
    yield Item(f"Count {described.count} of a {described.stage.value.replace('_', ' ')}, {described.place}", minor=True)
    yield from _counting(described)
    if described.values:
        yield Heading("On this evidence")
        yield Grid(("Of", described.title), list(described.values.items()))


def _counting(described: CountPage) -> Iterator[Item]:
    yield Item(f"Counted: {described.how}")
    yield Item(f"Worse: {described.worse}")
    yield Item(f"Read by: {', '.join(described.read_by) or 'nothing'}")


def rule(described: RulePage) -> Iterator[outline.Block]:
    """One rule, with its examples."""
    yield Heading(described.title, 1)
    yield from _said(described)
    yield Heading("Examples")
    for example in described.examples:
        yield Item(f"{'Applies' if example.applies else 'Does not apply'} to {example.given}")


def changes(found: RulebookDifferences) -> Iterator[outline.Block]:
    """What is different between two rulebooks, and what becomes of evidence."""
    yield Heading("Two rulebooks", 1)
    yield Grid(("", "Rulebook"), (("Before", _identified(found.before)), ("After", _identified(found.after))))
    sections: Mapping[str, Sequence[Item]] = {
        "Counts added": [_counted_as(each) for each in found.counts_added],
        "Counts removed": [_counted_as(each) for each in found.counts_removed],
        "Counts changed": [_changed(each) for each in found.counts_changed],
        "Rules added": [_ruled(each) for each in found.rules_added],
        "Rules removed": [_ruled(each) for each in found.rules_removed],
        "Rules changed": [_changed(each) for each in found.rules_changed],
        "Characteristics added": [_characterised(each) for each in found.characteristics_added],
        "Characteristics removed": [_characterised(each) for each in found.characteristics_removed],
        "Characteristics changed": [_changed(each) for each in found.characteristics_changed],
        "Framework changed": [item for part in found.framework for item in _part(part)],
    }
    if not any(sections.values()):
        yield Item("They say the same.")
    for title, items in sections.items():
        if items:
            yield Heading(f"{title} ({len(items)})" if title != "Framework changed" else title)
            yield from items
    for each in found.evidence:
        yield from differences.of(each)


def _identified(book: Identity) -> str:
    return f"{book.id} {book.version} ({book.hash})"


def _said(described: RulePage) -> Iterator[Item]:
    yield Item(f"Rule {described.rule}, {described.place}", minor=True)
    yield Item(f"Applies when: {'; or '.join(described.when)}")
    yield Item(f"Concludes: {described.concludes}")
    publisher = "" if described.whose is Whose.THEIRS else f" ({described.publisher})"
    yield Item(f"Source, {whose(described)}: {described.source}{publisher}")
    yield Item(f"Basis: {described.basis}")
    if described.looked_at is not None:
        yield Item(f"On this evidence: applied to {described.applied} of {described.looked_at}")


def whose(described: RulePage) -> str:
    """By the name of the inspectorate, or *ours*."""
    return f"{described.publisher}'s" if described.whose is Whose.THEIRS else described.whose.value


def _extended(book: RulebookPage) -> Iterator[outline.Block]:
    """What of a rulebook stands in its own folder, and what in those that it extends."""
    if not book.extends:
        return
    of_kinds = [_by_folder(each.place for each in kind) for kind in (book.rules, book.counts, book.characteristics)]
    yield Item(f"It extends {', which extends '.join(book.extends)}. What is not its own is as it is there.")
    yield Grid(
        ("Folder", "Rules", "Counts", "Characteristics"),
        [(folder, *(str(kind[folder]) for kind in of_kinds)) for folder in dict.fromkeys(chain(*of_kinds))],
    )


def _by_folder(places: Iterable[str]) -> "Counter[str]":
    return Counter(place.partition("/")[0] for place in places)


def _matrix(book: RulebookPage) -> Iterator[outline.Block]:
    yield Heading("Every characteristic")
    everywhere = sum(not rule.names for rule in book.rules)
    yield Item(f"{counted(everywhere, 'rule')} of {len(book.rules)} name none, and look at every one alike.")
    if book.evidence is not None:
        silent = sum(not row.has_evidence for row in book.characteristics)
        yield Item(f"Evidence: {book.evidence}. Without any: {silent} of {len(book.characteristics)} characteristics.")
    for question, name in book.questions.items():
        rows = [row for row in book.characteristics if row.core_question == question]
        yield Heading(f"{name} ({len(rows)})", 3)
        if book.evidence is None:
            yield Grid(
                ("Characteristic", "Id", "Named by"),
                [(row.title, row.characteristic, _naming(row)) for row in rows],
            )
        else:
            yield Grid(
                ("Characteristic", "Strengths", "Shortfalls", "Status", "Named by"),
                [
                    (
                        f"{row.title} ({row.characteristic})",
                        _counted(row.strengths),
                        _counted(row.shortfalls),
                        _standing(row),
                        _naming(row),
                    )
                    for row in rows
                ],
            )
        for row in rows:  # below the grid, for ids of rules are longer than any column of a terminal
            if row.named_by:
                yield Item(f"{row.characteristic} is named by", [Item(rule) for rule in row.named_by])


def _naming(row: CharacteristicRow) -> str:
    return counted(len(row.named_by), "rule") if row.named_by else "none"


def _counted(findings: Sequence[str]) -> str:
    return f"{len(findings)}: {some(findings, len(findings))}" if findings else "0"


def _standing(row: CharacteristicRow) -> str:
    if row.status is not None:
        return str(row.status)
    return f"not assessed, {len(row.neither)} neither way" if row.neither else "no evidence"


def _ruled(described: RulePage) -> Item:
    return Item(f"{described.title} ({described.rule})", list(_said(described)))


def _counted_as(described: CountPage) -> Item:
    return Item(f"{described.title} ({described.count})", list(_counting(described)))


def _characterised(row: CharacteristicRow) -> Item:
    return Item(f"{row.title} ({row.characteristic})")


def _changed(changed: Changed) -> Item:
    return Item(f"{changed.title} ({changed.id})", [item for part in changed.parts for item in _part(part)])


def _part(part: Part) -> list[Item]:
    return [Item(capitalised(part.part), [Item(f"Before: {part.before}"), Item(f"After: {part.after}")])]
