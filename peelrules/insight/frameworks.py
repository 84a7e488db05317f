"""Which frameworks there are: whose inspections they are of, how much of each was read, and how well they agree."""

from collections.abc import Iterable

from peelrules.documents.bundled import bundled_rulebooks
from peelrules.documents.choice import rulebook_named
from peelrules.insight.accounts import accounts as held
from peelrules.model.accounts import CodedAccounts
from peelrules.model.base import Frozen
from peelrules.model.rulebook import Identity, Rulebook


class Agreement(Frozen):
    """How often the ceilings of coded accounts come to the grades that were published."""

    accounts: str
    """Title of the document of accounts."""
    judgments: int
    exact: int
    within_one_tier: int


class BundledFramework(Frozen):
    """A framework that comes with peelrules."""

    rulebook: Identity
    title: str
    inspections: tuple[str, ...]
    """What inspections of its cycle are called."""
    extends: tuple[str, ...]
    """The frameworks whose rulebooks it extends, the nearest first."""
    core_questions: int
    graded: int
    """Core questions that grades are given to."""
    characteristics: int
    inferred: int
    """Characteristics that could not be read where the framework was published; the others were."""
    rules: int
    agreement: tuple[Agreement, ...] = ()
    """With each document of accounts that was coded for it."""


def frameworks(accounts: Iterable[CodedAccounts] = ()) -> tuple[BundledFramework, ...]:
    """Every framework that comes with peelrules, in the order of their ids.

    Args:
        accounts: published judgments with coded accounts, each document of one framework, to hold that one against.
    """
    given = list(accounts)
    return tuple(
        _described(rulebook_named(id_), [each for each in given if each.evidence[0].framework == id_])
        for id_ in bundled_rulebooks()
    )


def _described(rulebook: Rulebook, accounts: Iterable[CodedAccounts]) -> BundledFramework:
    framework = rulebook.framework
    return BundledFramework(
        rulebook=rulebook.identity,
        title=framework.title,
        inspections=framework.inspections,
        extends=rulebook.extends,
        core_questions=len(framework.core_questions),
        graded=sum(question.is_graded for question in framework.core_questions),
        characteristics=len(framework.characteristics),
        inferred=len(framework.inferred),
        rules=len(rulebook.rules),
        agreement=tuple(
            Agreement(
                accounts=each.title,
                judgments=each.figures[0].judgments,
                exact=each.figures[0].exact,
                within_one_tier=each.figures[0].within_one_tier,
            )
            for each in held(accounts, rulebook).sets
        ),
    )
