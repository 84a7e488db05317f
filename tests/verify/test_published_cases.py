"""What the rules make of partial evidence of other forces, as `rules/peel-2021-22/cases/README.md` reports it."""

import re
from pathlib import Path

import pytest

import peelrules

CASES = Path(__file__).parents[2] / "rules/peel-2021-22/cases"
ACCOUNTS = list((CASES / "published/accounts").glob("*.yaml"))
ROW = re.compile(r"^\| (h\d\d) [^|]*\| ([a-z-]+) \| ([a-z ]+) \| ([a-z ]+) \| (.*) \|$", re.MULTILINE)
REPORTED = [match.groups() for match in ROW.finditer((CASES / "README.md").read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("case", "question", "published", "ceiling", "remark"), REPORTED)
def test_the_ceiling_is_the_one_reported(case, question, published, ceiling, remark, rulebook):
    [file] = (file for file in ACCOUNTS if file.name.startswith(case))
    assessment = peelrules.grade(peelrules.load_evidence(file, rulebook), rulebook)
    found = assessment.judgment(question).ceiling
    assert str(found) == ceiling
    wanted, good = peelrules.Grade(published), peelrules.Grade("good")
    is_as_wanted = found is wanted if wanted < good else found >= wanted
    assert is_as_wanted == (remark.startswith("as wanted") or remark == "not below")
    if "cause of concern" in remark and is_as_wanted:
        assert any(cause.core_question == question for cause in assessment.causes_of_concern)


def test_every_case_is_reported():
    assert {case for case, *_ in REPORTED} == {file.name[:3] for file in ACCOUNTS}
    assert len(REPORTED) == 16
