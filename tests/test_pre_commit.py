"""The hooks for pre-commit: what they are run on, and what they come to."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


@pytest.mark.parametrize(
    ("file", "is_checked"),
    [
        ("evidence/anyshire.yaml", True),
        ("evidence/anyshire.xlsx", True),
        ("forces/anyshire/evidence/calls.csv", True),
        ("evidence/README.md", False),
        ("evidence/published/anyshire.yaml", False),
        ("our-evidence/anyshire.yaml", False),
        ("anyshire.yaml", False),
    ],
)
def test_evidence_is_checked_where_it_lies(file, is_checked):
    assert bool(re.search(HOOKS["peelrules-check"]["files"], file)) is is_checked


@pytest.mark.parametrize(
    ("hook", "path", "code"),
    [
        ("peelrules-check", "evidence/lancashire.yaml", 0),
        ("peelrules-check", "tests/broken/evidence/level-unknown.yaml", 1),
        ("peelrules-check-rulebook", "rules/peel-2021-22", 0),
        ("peelrules-check-rulebook", "evidence", 1),
    ],
)
def test_a_hook_fails_where_there_are_faults(run, hook, path, code):
    program, *arguments = shlex.split(HOOKS[hook]["entry"])
    assert program == "peelrules"
    assert run(*arguments, ROOT / path)[0] == code
