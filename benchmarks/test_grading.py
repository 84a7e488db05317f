"""How fast one inspection is graded, and how much memory many gradings take.

Run with `pytest benchmarks`. Figures depend on the machine; tests do not time.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import peelrules
from peelrules.engine.matching import plain

ROOT = Path(__file__).parents[1]
LANCASHIRE = ROOT / "evidence" / "lancashire.yaml"


@pytest.fixture(scope="session")
def rulebook():
    return peelrules.load_rulebook()


@pytest.fixture(scope="session")
def evidence(rulebook):
    return peelrules.load_evidence(LANCASHIRE, rulebook)


def test_grade(benchmark, evidence, rulebook):
    benchmark(peelrules.grade, evidence, rulebook)


def test_grade_with_the_plain_matcher(benchmark, evidence, rulebook):
    benchmark(peelrules.grade, evidence, rulebook, plain)


def test_load_rulebook(benchmark):
    benchmark(peelrules.load_rulebook)


def test_load_evidence(benchmark, rulebook):
    benchmark(peelrules.load_evidence, LANCASHIRE, rulebook)


def _run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def test_whole_command(benchmark):
    benchmark.pedantic(_run, (str(Path(sys.executable).parent / "peelrules"), "grade", str(LANCASHIRE)), rounds=10)


def test_importing_pydantic_and_yaml_for_comparison(benchmark):
    benchmark.pedantic(_run, (sys.executable, "-c", "import pydantic, yaml"), rounds=10)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_memory_of_two_thousand_gradings(evidence, rulebook, capsys):
    def resident():
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20

    for _ in range(50):
        peelrules.grade(evidence, rulebook)
    before = resident()
    for _ in range(2000):
        peelrules.grade(evidence, rulebook)
    with capsys.disabled():
        print(f"\n2,000 gradings of Lancashire: memory grew by {resident() - before:.1f} MB")
