"""The frameworks that there are, in words."""

from collections.abc import Iterator, Sequence

from peelrules.insight.frameworks import Agreement, BundledFramework
from peelrules.model.facts import counted
from peelrules.report import outline
from peelrules.report.outline import Heading, Item

_NOTHING_HELD = (
    "How well a framework agrees with published grades is told of coded accounts of its cycle: name a document of them "
    "with --accounts."
)


def of(found: Sequence[BundledFramework]) -> Iterator[outline.Block]:
    """Each framework, with what was read of it and how well it agrees with what was published."""
    yield Heading("Frameworks that come with peelrules", 1)
    yield Item("Evidence is graded by the framework that it names, and every grade is indicative.")
    for each in found:
        yield Heading(each.rulebook.id)
        yield from _facts(each)
    if not any(each.agreement for each in found):
        yield Item(_NOTHING_HELD, minor=True)


def _facts(framework: BundledFramework) -> Iterator[Item]:
    book = framework.rulebook
    yield Item(f"{framework.title}, version {book.version} ({book.hash}), {counted(framework.rules, 'rule')}")
    if framework.inspections:
        yield Item(f"Inspections: {', '.join(framework.inspections)}")
    if framework.extends:
        yield Item(f"Extends {', which extends '.join(framework.extends)}")
    yield Item(f"{framework.core_questions} core questions, {framework.graded} of them graded")
    read = framework.characteristics - framework.inferred
    yield Item(
        f"{counted(framework.characteristics, 'characteristic')}: {read} read where the framework was published, "
        f"{framework.inferred} inferred from elsewhere"
    )
    yield from map(_agreement, framework.agreement)


def _agreement(found: Agreement) -> Item:
    return Item(
        f"Ceilings of coded accounts and published grades: {found.exact} of {found.judgments} are the same, "
        f"{found.within_one_tier} are within one tier ({found.accounts})"
    )
