import os
from pathlib import Path

import pytest
from hypothesis import settings

import peelrules

ROOT = Path(__file__).parents[1]

# Seeds are random but in CI, where a run should tell of the change that it is for. What fails prints a line that shows
# it again. `pytest --hypothesis-profile=exhaustive`, or HYPOTHESIS_PROFILE=exhaustive, tries five times as much.
settings.register_profile("default", deadline=None, print_blob=True, max_examples=20)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("exhaustive", settings.get_profile("default"), max_examples=100)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "default"))


@pytest.fixture(scope="session")
def rulebook():
    return peelrules.load_rulebook()


@pytest.fixture(scope="session")
def lancashire(rulebook):
    return peelrules.load_evidence(ROOT / "evidence/lancashire.yaml", rulebook)


@pytest.fixture(scope="session")
def assessment(lancashire, rulebook):
    return peelrules.grade(lancashire, rulebook)
