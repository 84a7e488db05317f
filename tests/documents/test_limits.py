"""Limits of documents: what is beyond is told at its place, the environment can raise each, and all is told soon."""

import subprocess
import sys
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.limits import (
    BYTES,
    CHARACTERS,
    DEPTH,
    DIGITS,
    FINDINGS,
    LIMITS,
    PROBLEMS,
    SOURCES,
    VALUES,
)

ROOT = Path(__file__).parents[2]
HEAD = "force: A\nframework: peel-2021-22\nsources:\n  r: {title: A, publisher: B}\n"
SOUND = "responding.call-answering"
MB = 1_000_000


def finding(number, text="A", bears_on=SOUND, more=""):
    return (
        f"- {{id: F-{number}, finding: {text}, bears_on: [{bears_on}], direction: neither, strand: fieldwork, "
        f"source: {{document: r, section: S}}{more}}}\n"
    )


def evidence(*findings, sources=""):
    return f"{HEAD}{sources}findings:\n{''.join(findings)}"


# A document that is beyond a limit, and where that is told.
BEYOND = {
    BYTES: (lambda: evidence(finding(1), "#" * 10 * MB), ""),
    VALUES: (lambda: evidence(finding(1, bears_on="a," * 300_000)), ":6:599992"),
    DEPTH: (lambda: evidence(finding(1, "[" * 31 + "]" * 31)), ":6:49"),
    FINDINGS: (lambda: evidence(*map(finding, range(10_001))), ":10006:3"),
    SOURCES: (
        lambda: evidence(finding(1), sources="".join(f"  s{n}: {{title: A, publisher: B}}\n" for n in range(1_000))),
        ":1004:3",
    ),
    CHARACTERS: (lambda: evidence(finding(1, "a" * 4_001)), ":6:22"),
    DIGITS: (lambda: evidence(finding(1, "1" * 19)), ":6:22"),
}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "evidence.yaml"


def told(file, text, rulebook):
    file.write_text(text, encoding="utf-8")
    try:
        peelrules.load_evidence(file, rulebook)
    except peelrules.DocumentError as error:
        return str(error).splitlines()
    return []


@pytest.mark.slow
@pytest.mark.parametrize("limit", BEYOND, ids=lambda limit: limit.name)
def test_what_is_beyond_a_limit_is_told_at_its_place_until_the_limit_is_raised(file, rulebook, monkeypatch, limit):
    text, place = BEYOND[limit][0](), BEYOND[limit][1]
    problem = f"{file}{place}: more than {limit.default:,} {limit.of}; use less, or set {limit.variable} higher"
    assert told(file, text, rulebook) == [problem]
    monkeypatch.setenv(limit.variable, "20000000")
    assert problem not in told(file, text, rulebook)


@pytest.mark.slow
@pytest.mark.parametrize("limit", [CHARACTERS, FINDINGS, SOURCES], ids=lambda limit: limit.name)
def test_a_document_is_sound_once_the_limit_is_raised(file, rulebook, monkeypatch, limit):
    monkeypatch.setenv(limit.variable, "20000")
    assert told(file, BEYOND[limit][0](), rulebook) == []


@pytest.mark.parametrize("more", ["", "".join(f"\n    {letter}: x" for letter in "abc")])
def test_no_more_problems_are_told_than_anyone_reads(file, rulebook, monkeypatch, more):
    text = evidence(*(f"  - id: F-{n}{more}\n" for n in range(3_000)))
    lines = told(file, text, rulebook)
    assert len(lines) == PROBLEMS.default + 1
    assert lines[-1].endswith(
        ": … and more problems from here on; mend these first, or set PEELRULES_MAX_PROBLEMS higher"
    )
    monkeypatch.setenv(PROBLEMS.variable, "100000")
    raised = told(file, text, rulebook)
    assert raised[: PROBLEMS.default] == lines[:-1]
    assert len(raised) > 3_000


def test_a_finding_with_too_many_problems_to_list_has_one(file, rulebook):
    lines = told(file, evidence(finding(1, more="".join(f", f{n}: x" for n in range(10_001)))), rulebook)
    assert lines == [f"{file}:6:3: there are 10,001 problems in this; write it anew"]


@pytest.mark.parametrize("limit", [BYTES, DEPTH, PROBLEMS], ids=lambda limit: limit.name)
@pytest.mark.parametrize("given", ["many", "-1", "1e9", "٣", "9" * 19])
def test_a_limit_that_is_no_number_is_a_problem(file, rulebook, monkeypatch, limit, given):
    monkeypatch.setenv(limit.variable, given)
    message = "is no limit; write a whole number, or leave the variable out"
    assert told(file, evidence(finding(1)), rulebook) == [f"{limit.variable}: `{given}` {message}"]


def test_a_limit_cannot_be_lowered(monkeypatch):
    for limit in LIMITS:
        monkeypatch.setenv(limit.variable, "1")
        assert limit.most == limit.default


@pytest.mark.parametrize(("limit", "beyond"), [(DEPTH, "[" * 5_000 + "]" * 5_000), (DIGITS, "1" * 5_000)])
def test_a_limit_may_be_raised_beyond_what_python_can_do(file, rulebook, monkeypatch, limit, beyond):
    monkeypatch.setenv(limit.variable, "1000000")
    assert told(file, evidence(finding(1, beyond)), rulebook)


def test_a_limit_that_is_raised_takes_no_memory(file, rulebook, monkeypatch):
    for limit in LIMITS:
        monkeypatch.setenv(limit.variable, "9" * 18)
    assert told(file, evidence(finding(1)), rulebook) == []


# Documents of one megabyte that would take long or much memory if each part of them were given its due.
HEAVY = {
    "empty findings": lambda: evidence("- {}\n" * (MB // 5)),
    "empty lists": lambda: f"[{'[],' * (MB // 3)}]",
    "one-letter mappings": lambda: "- a: b\n" * (MB // 7),
    "one-letter mappings in a line": lambda: f"[{'a: b,' * (MB // 5)}]",
    "findings that lack everything": lambda: evidence(*["- {}" + " " * 95 + "\n"] * 10_000),
    "tags": lambda: "- !a b\n" * (MB // 7),
    "comments": lambda: "- a #b\n" * (MB // 7),
    "the same key": lambda: "a: b\n" * (MB // 5),
    "unknown fields": lambda: "".join(f"k{n:06}: b\n" for n in range(MB // 11)),
    "unknown fields of a finding": lambda: evidence(finding(1, more="".join(f", f{n}: x" for n in range(MB // 11)))),
    "unknown characteristics": lambda: evidence(
        *(finding(n, bears_on=", ".join(f"{SOUND}{m}" for m in range(n, n + 30))) for n in range(1_000))
    ),
    "unknown levels": lambda: evidence(*(finding(n, more=f", state: opem{n}, extent: sone{n}") for n in range(6_000))),
    "long words": lambda: evidence(*(finding(n, bears_on=f"{n}{SOUND * 100}") for n in range(400))),
    "sources": lambda: evidence(sources="".join(f"  s{n}: {{}}\n" for n in range(MB // 12))),
    "ids": lambda: evidence(*[finding(1)] * 8_000),
    "a text": lambda: f"a: '{'b ' * (MB // 2)}'",
    "a line of colons": lambda: "a: " * (MB // 3),
    "a line of colons within brackets": lambda: f"[{'a: ' * (MB // 3)}]",
    "a line of semicolons within brackets": lambda: f"[{'a; ' * (MB // 3)}: b: c]",
    "spaces within brackets": lambda: f"[a: b: {' ' * MB}c]",
    "empty lines above a fault": lambda: "a\n" + "\n" * MB + "b: c\n",
    "a long word above a fault": lambda: "a" * MB + "\nb: c\n",
    "dashes above a fault": lambda: "- " * 20 + "-" * MB + "\nb: c\n",
    "spaces that are none": lambda: "a:\n" + "\xa0b: c\n" * (MB // 7),
    "a bracket that is not closed": lambda: "- [a, b]\n" * (MB // 10) + "[",
}
CHILD = """
import resource, sys, time
import peelrules
rulebook = peelrules.load_rulebook()
before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
try:
    peelrules.load_evidence(sys.argv[1], rulebook)
except peelrules.DocumentError:
    print(time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units")
@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_document_is_refused_soon_and_with_little_memory(file, name):
    file.write_text(HEAVY[name](), encoding="utf-8")
    child = subprocess.run(  # noqa: S603
        [sys.executable, "-c", CHILD, str(file)], capture_output=True, text=True, check=True, timeout=60
    )
    seconds, megabytes = map(float, child.stdout.split())
    assert seconds < 10
    assert megabytes < 100


def test_every_limit_is_documented():
    rows = {f"| {limit.default:,} | `{limit.variable}` | {limit.of} |" for limit in LIMITS}
    written = (ROOT / "docs/developers/guarantees.md").read_text(encoding="utf-8").splitlines()
    assert {line for line in written if "PEELRULES_MAX_" in line and line.startswith("|")} == rows
