import os
from pathlib import Path

import pytest
from hypothesis import settings

import peelrules

ROOT = Path(__file__).parents[1]

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("default", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def rulebook():
    return peelrules.load_rulebook()


@pytest.fixture(scope="session")
def lancashire(rulebook):
    return peelrules.load_evidence(ROOT / "evidence/lancashire.yaml", rulebook)


@pytest.fixture(scope="session")
def assessment(lancashire, rulebook):
    return peelrules.grade(lancashire, rulebook)
