"""Which frameworks there are: whose inspections they are of, how much of each was read, and how well they agree."""

from collections.abc import Iterable

from peelrules.documents.bundled import bundled_rulebooks
from peelrules.documents.choice import rulebook_named
from peelrules.documents.crosswalk import load_crosswalk
from peelrules.insight.accounts import accounts as held
from peelrules.model.accounts import CodedAccounts
from peelrules.model.base import Frozen
from peelrules.model.carrying import carried
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import ArgumentError
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
    """With each document of accounts that has any of inspections of its cycle."""


def frameworks(accounts: Iterable[CodedAccounts] = ()) -> tuple[BundledFramework, ...]:
    """Every framework that comes with peelrules, in the order of their ids.

    Args:
        accounts: published judgments with coded accounts. Each judgment is held against the framework of its cycle;
            what was coded for an older one is carried over.
    """
    given = list(accounts)
    return tuple(_described(rulebook_named(id_), given) for id_ in bundled_rulebooks())


def _described(rulebook: Rulebook, accounts: Iterable[CodedAccounts]) -> BundledFramework:
    framework = rulebook.framework
    of_its_cycle = [own for each in accounts if (own := _of_cycle(each, framework)) is not None]
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
            for each in held(of_its_cycle, rulebook).sets
        ),
    )


def _of_cycle(coded: CodedAccounts, framework: Framework) -> CodedAccounts | None:
    """The accounts of inspections of a framework's cycle, as they read under it; None if there is none."""
    own = [
        (account, read)
        for account, evidence in zip(coded.accounts.accounts, coded.evidence, strict=True)
        if account.cycle in framework.inspections and (read := _read_under(framework, evidence)) is not None
    ]
    if not own:
        return None
    accounts, evidence = zip(*own, strict=True)
    return coded.model_copy(
        update={"accounts": coded.accounts.model_copy(update={"accounts": accounts}), "evidence": evidence}
    )


def _read_under(framework: Framework, evidence: Evidence) -> Evidence | None:
    """The evidence in the words of a framework; None if nothing leads to it from the one that it was coded for."""
    if evidence.framework == framework.id:
        return evidence
    try:
        return carried(evidence, load_crosswalk(evidence.framework, framework.id))
    except ArgumentError:
        return None
