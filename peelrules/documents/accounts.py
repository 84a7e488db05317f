"""Accounts of published judgments, with the evidence files that they name."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from peelrules.documents.choice import rulebook_named
from peelrules.documents.evidence import load_evidence
from peelrules.documents.folder import Folder
from peelrules.documents.places import Loc
from peelrules.documents.references import known, unique
from peelrules.documents.shape import shaped
from peelrules.documents.told import quoted, told
from peelrules.documents.yaml import Document, read
from peelrules.model.accounts import Accounts, CodedAccounts
from peelrules.model.evidence import Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError, Problem
from peelrules.model.rulebook import Rulebook

_NO_MAPPING = "this is not a document of accounts; begin with `title: …` and `accounts:`"


def load_accounts(source: str | Path, rulebook: Rulebook | None = None) -> CodedAccounts:
    """Read published judgments with short accounts, and the evidence that each account is coded as.

    Args:
        source: a file, or `-` for standard input, in which files are named from the working directory.
        rulebook: left out, the bundled one of the framework that the evidence names, which has to be one framework.

    Raises:
        DocumentError: with every fault of the file, and of the evidence files that it names.
    """
    document = read(source)
    if not isinstance(document.value, dict):
        raise DocumentError([*document.faults, document.problem((), _NO_MAPPING)])
    accounts, faults = shaped(Accounts, document)
    evidence, unread = _evidence(document, rulebook)
    checks: list[Iterable[Problem]] = [unique(document, "accounts", "*", "id"), _of_others(document, evidence)]
    if evidence:  # of one framework, unless that is a problem
        framework = (
            rulebook.framework if rulebook else rulebook_named(next(iter(evidence.values())).framework).framework
        )
        questions = [question.id for question in framework.core_questions]
        checks.append(known(document, "core question", questions, "accounts", "*", "core_question"))
        checks.append(_of_another_framework(document, evidence, framework))
    problems = told(document.faults, faults, unread, *checks)
    if accounts is None or problems:
        raise DocumentError(problems)
    coded = tuple(evidence[account.evidence] for account in accounts.accounts)
    return CodedAccounts(file=document.file, accounts=accounts, evidence=coded)


def files_of(coded: CodedAccounts) -> list[Path]:
    """The evidence files that a document of accounts names."""
    folder = Path(coded.file).parent
    return [folder / name for name in dict.fromkeys(account.evidence for account in coded.accounts.accounts)]


def _evidence(document: Document, rulebook: Rulebook | None) -> tuple[dict[str, Evidence], list[Problem]]:
    """The evidence in each file that is named and sound, and what is wrong with the others."""
    folder = Folder(Path(document.file).parent, may_lead_out=True)  # whoever gives the document chose what it names
    sound: dict[str, Evidence] = {}
    problems: list[Problem] = []
    for loc, name in _named(document):
        file = folder.path / name
        if (fault := folder.fault(file)) is not None:
            problems.append(document.problem(loc, fault))
        elif not file.is_file():
            message = f"there is no file `{quoted(name)}` in the folder of this document; correct the path"
            problems.append(document.problem(loc, message))
        else:
            try:
                sound[name] = load_evidence(file, rulebook)
            except DocumentError as error:
                problems += error.problems
    return sound, problems


def _named(document: Document) -> Iterator[tuple[Loc, str]]:
    """Every file that is named, at its first place."""
    seen = set()
    for loc, name in document.select("accounts", "*", "evidence"):
        if isinstance(name, str) and (name := name.strip()) and name not in seen:
            seen.add(name)
            yield loc, name


def _of_others(document: Document, evidence: dict[str, Evidence]) -> Iterator[Problem]:
    """A problem for each account whose evidence is of another force."""
    for loc, account in document.select("accounts", "*"):
        force, coded = (_text(account, field) for field in ("force", "evidence"))
        if force and coded in evidence and evidence[coded].force != force:
            of = quoted(evidence[coded].force)
            message = f"this file is evidence of `{of}`, not of `{quoted(force)}`; name the file of the force"
            yield document.problem((*loc, "evidence"), message)


def _of_another_framework(document: Document, evidence: dict[str, Evidence], framework: Framework) -> Iterator[Problem]:
    """A problem for each file that is coded in the words of another framework than the first."""
    for loc, name in _named(document):
        if name in evidence and evidence[name].framework != framework.id:
            message = f"this file is coded for `{evidence[name].framework}`, and those before it for `{framework.id}`"
            yield document.problem(loc, f"{message}; keep accounts of each framework in a document of their own")


def _text(account: Any, field: str) -> str:
    value = account.get(field) if isinstance(account, dict) else None
    return value.strip() if isinstance(value, str) else ""
