import gc
import io
import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

import peelrules
from peelrules.cli import main

ROOT = Path(__file__).parents[1]
PLAIN = {"_TYPER_FORCE_DISABLE_TERMINAL": "1", "COLUMNS": "300", "PYDANTIC_DISABLE_PLUGINS": "__all__"}  # for `run`
EVIDENCE = """\
force: {force}
framework: peel-2021-22
sources:
  report: {{title: An inspection, publisher: HMICFRS}}
findings:
  - id: A-1
    finding: {finding}
    bears_on: [responding.call-answering]
    {coding}
    strand: fieldwork
    source: {{document: report, section: Responding}}
"""

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


@pytest.fixture(scope="session")
def in_context(assessment, rulebook):
    """The assessment as `grade` tells it, among the published grades of other forces."""
    return peelrules.in_context(assessment, peelrules.load_national(rulebook))


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs the command line in this process; gives its exit code and what it wrote to both streams."""
    threshold = gc.get_threshold()
    for name, value in PLAIN.items():
        monkeypatch.setenv(name, value)

    def run(*arguments, stdin=None):
        monkeypatch.setattr(sys, "argv", ["peelrules", *map(str, arguments)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        capsys.readouterr()
        try:
            main()
        except SystemExit as end:
            code = end.code
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    gc.set_threshold(*threshold)
    gc.unfreeze()


@pytest.fixture
def evidence(tmp_path):
    def evidence(name="one", force="Anyshire Police", finding="What was found.", coding=("direction: strength",)):
        path = tmp_path / f"{name}.yaml"
        text = EVIDENCE.format(force=json.dumps(force), finding=json.dumps(finding), coding="\n    ".join(coding))
        path.write_text(text)
        return path

    return evidence
