"""Documents of accounts are loaded with all the evidence that they name, or refused with every fault."""

import os
import re
from pathlib import Path

import pytest

import peelrules

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "evidence/accounts"
EVIDENCE = """\
force: Anyshire Police
framework: peel-2021-22
sources: {account: {title: An account, publisher: Nobody}}
findings:
  - id: A-1
    finding: Calls are answered.
    bears_on: [responding.call-answering]
    direction: strength
    strand: fieldwork
    source: {document: account, section: Calls}
"""
ACCOUNTS = """\
title: Accounts
accounts:
  - id: a
    force: Anyshire Police
    cycle: PEEL 2021/22
    core_question: responding
    published: good
    account: Calls are answered.
    urls: [https://example.org]
    evidence: coded/a.yaml
"""
ANOTHER = ACCOUNTS.split("accounts:\n")[1]
FAULTS = {  # what is written instead of what, and the place and the words that tell it
    "unknown question": ("responding\n", "respond\n", "6:20: there is no core question `respond`; did you mean"),
    "unknown grade": ("published: good", "published: great", "7:16: there is no level `great`"),
    "unknown field": ("    urls:", "    grade: good\n    urls:", "9:5: there is no field `grade` here"),
    "no account": ("    account: Calls are answered.\n", "", "3:5: `account` is missing; add it"),
    "no link": ("[https://example.org]", "[]", "9:11: this is empty; write at least one entry"),
    "a file that is not there": (
        "coded/a.yaml",
        "coded/b.yaml",
        "10:15: there is no file `coded/b.yaml` in the folder",
    ),
    "a folder": ("coded/a.yaml", "coded", "10:15: there is no file `coded` in the folder"),
    "a pipe": ("coded/a.yaml", "coded/pipe.yaml", "10:15: this is a pipe or a device; put a file in its place"),
    "an id twice": (ANOTHER, ANOTHER + ANOTHER, "11:9: `a` is used twice, first on line 3"),
    "another force": (
        "Anyshire",
        "Othershire",
        "10:15: this file is evidence of `Anyshire Police`, not of `Othershire",
    ),
    "a yardstick that cannot be": (
        "accounts:",
        "yardsticks:\n  - {title: A reader, exact: {met: 3, of: 2}}\naccounts:",
        "3:30: 3 of 2 cannot be",
    ),
    "no mapping": (ACCOUNTS, "- a\n", "1:1: this is not a document of accounts"),
    "nothing": (ACCOUNTS, "", "1:1: this is not a document of accounts"),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "coded").mkdir()
    (tmp_path / "coded/a.yaml").write_text(EVIDENCE)
    os.mkfifo(tmp_path / "coded/pipe.yaml")
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS)
    return tmp_path


def test_accounts_are_loaded_with_their_evidence(folder, rulebook):
    coded = peelrules.load_accounts(folder / "accounts.yaml", rulebook)
    assert [account.id for account in coded.accounts.accounts] == ["a"]
    assert coded.evidence == (peelrules.load_evidence(folder / "coded/a.yaml", rulebook),)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_told_at_its_place(folder, rulebook, fault):
    old, new, told = FAULTS[fault]
    file = folder / "accounts.yaml"
    file.write_text(ACCOUNTS.replace(old, new))
    with pytest.raises(peelrules.DocumentError) as caught:
        peelrules.load_accounts(file, rulebook)
    [problem] = caught.value.problems
    assert str(problem).startswith(f"{file}:{told}")


def test_faults_of_the_document_and_of_its_evidence_are_told_together(folder, rulebook):
    file, coded = folder / "accounts.yaml", folder / "coded/a.yaml"
    file.write_text(ACCOUNTS.replace("good", "great"))
    coded.write_text(EVIDENCE.replace("direction: strength", "direction: strong"))
    with pytest.raises(peelrules.DocumentError) as caught:
        peelrules.load_accounts(file, rulebook)
    assert [problem.file for problem in caught.value.problems] == [str(file), str(coded)]


# -- the bundled documents --------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "number"), [("first", 16), ("second", 78)])
def test_the_bundled_documents_are_sound(rulebook, name, number):
    assert len(peelrules.load_accounts(FOLDER / f"{name}.yaml", rulebook).evidence) == number


def test_every_coded_file_is_of_an_account(rulebook):
    named = {
        account.evidence for account in peelrules.load_accounts(FOLDER / "second.yaml", rulebook).accounts.accounts
    }
    assert named == {f"coded/{file.name}" for file in (FOLDER / "coded").iterdir()}


def test_the_first_set_is_that_of_the_published_cases(rulebook):
    first = peelrules.load_accounts(FOLDER / "first.yaml", rulebook)
    published = [
        peelrules.load_published(file, rulebook)
        for file in (ROOT / "evidence/published").glob("*.yaml")
        if "(account)" in file.read_text(encoding="utf-8")
    ]
    assert {
        (account.force, account.cycle, account.core_question, account.published) for account in first.accounts.accounts
    } == {
        (outcome.force, re.sub(r" \(account\)$", "", outcome.inspection), question, grade)
        for outcome in published
        for question, grade in outcome.grades.items()
    }
