"""Published judgments of other forces, each with a short account that was coded as evidence."""

from typing import Annotated

from pydantic import Field

from peelrules.model.base import Flag, Frozen, Id, Text
from peelrules.model.evidence import Evidence, Sample
from peelrules.model.scales import Grade


class Yardstick(Frozen):
    """What else the published grades can be told by, and how often it comes to them."""

    title: Text
    exact: Sample
    """The judgments in which it comes to the published grade, of all."""
    within_one_tier: Sample | None = None
    """Likewise, to the published grade or the next one."""


class Account(Frozen):
    """One published judgment: what was told of a core question, and the grade that was published."""

    id: Id
    force: Text
    cycle: Text
    """The inspection, as evidence names it."""
    core_question: Text
    published: Grade
    hard: Flag = False
    """What the account tells does not point to the grade."""
    account: Text
    """What was told, in our own words."""
    basis: Text | None = None
    """How the grade is known, where not from a published statement of it."""
    note: Text | None = None
    urls: Annotated[tuple[Text, ...], Field(min_length=1)]
    evidence: Text
    """The way from this document to the file in which the account is coded."""


class Accounts(Frozen):
    """Published judgments with accounts that were coded in one way, and what else they can be told by."""

    title: Text
    yardsticks: tuple[Yardstick, ...] = ()
    accounts: Annotated[tuple[Account, ...], Field(min_length=1)]


class CodedAccounts(Frozen):
    """Accounts as loaded, with the evidence that each is coded as."""

    file: str
    accounts: Accounts
    evidence: tuple[Evidence, ...]
    """Of each account, in their order. One file may serve several judgments of an inspection."""
