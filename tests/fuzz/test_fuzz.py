"""A bounded piece of the fuzzing, the same inputs each time; `python -m tests.fuzz` goes on for as long as wanted."""

import warnings
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from peelrules.documents.tables import batches
from peelrules.model.problems import DocumentError, Problem

from .__main__ import heavy, smaller
from .loaders import LOADERS
from .mutations import mutants
from .promises import Loader, fault_in

FOUND = sorted(file for file in (Path(__file__).parent / "found").glob("*/*") if file.is_file())
INPUTS = {"csv": 12, "ndjson": 12, "parquet": 12, "rows": 12, "assessment": 40}
OF_OTHERS = 60


def furnished(name, folder):
    LOADERS[name].furnish(folder)
    return LOADERS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", LOADERS)
def test_whatever_the_input_a_loader_keeps_its_promises(name, tmp_path):
    loader = furnished(name, tmp_path)
    inputs = mutants(Random(0), loader.seeds(), loader.parse, loader.dump)  # noqa: S311
    for number, data in enumerate(islice(inputs, INPUTS.get(name, OF_OTHERS))):
        assert fault_in(loader, data, tmp_path) is None, f"input {number} of {name}: {data[:300]!r}"


@pytest.mark.parametrize("name", LOADERS)
def test_the_first_seed_of_every_loader_is_sound(name, tmp_path):
    loader = furnished(name, tmp_path)
    (tmp_path / loader.file).write_bytes(loader.seeds()[0])
    value, problems = loader.load(tmp_path / loader.file)
    assert value is not None
    assert not problems
    assert fault_in(loader, loader.seeds()[0], tmp_path) is None


@pytest.mark.parametrize("file", FOUND, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_was_found_once_stays_mended(file, tmp_path):
    loader = furnished(file.parent.name, tmp_path)
    assert fault_in(loader, file.read_bytes(), tmp_path) is None


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the unit of the peak of memory differs")
@pytest.mark.parametrize("part", [b"- {}\n", b"- !x y\n", b"- id: A\n  strand: fieldwrok\n"])
def test_a_megabyte_of_the_same_takes_little_time_and_memory(part, tmp_path):
    data = b"findings:\n" + part * (1_000_000 // len(part))
    assert fault_in(LOADERS["evidence"], data, tmp_path) is None
    assert heavy("evidence", data, tmp_path) is None


# -- the fuzzer finds what it should ------------------------------------------------------------------


def fails_at(mark, how):
    def load(file):
        if mark in file.read_bytes():
            how()
        return "sound", ()

    return Loader("input.txt", lambda: [b"seed"], bytes.decode, str.encode, load, lambda *_: iter(()))


def loops():
    while True:
        pass


def warns():
    warnings.warn("old", stacklevel=1)


def problem(line, column, message):
    def told(file):
        raise DocumentError([Problem(str(file), line, column, message)])

    return Loader("input.txt", lambda: [b"seed"], bytes.decode, str.encode, told, lambda *_: iter(()))


@pytest.mark.parametrize(
    ("how", "kind"),
    [(lambda: {}["x"], "KeyError"), (loops, "hang"), (warns, "UserWarning")],
)
def test_exceptions_hangs_and_warnings_are_found(how, kind, tmp_path, monkeypatch):
    monkeypatch.setattr("fuzz.promises.HANG", 0.1)
    assert fault_in(fails_at(b"x", how), b"axb", tmp_path).kind.startswith(kind)
    assert fault_in(fails_at(b"x", how), b"ab", tmp_path) is None


@pytest.mark.parametrize(
    ("line", "column", "message", "told"),
    [
        (0, 0, "of the file", None),
        (2, 3, "at the end of the last line", None),
        (2, 4, "beyond it", "outside"),
        (3, 1, "beyond the last", "outside"),
        (1, 0, "half a place", "outside"),
        (1, 1, " ", "empty"),
        (1, 1, "two\nlines", "holds"),
        (1, 1, "half of \ud800", "holds"),
    ],
)
def test_problems_that_are_not_placed_or_cannot_be_shown_are_found(line, column, message, told, tmp_path):
    found = fault_in(problem(line, column, message), b"ab\ncd", tmp_path)
    assert (found is None) is (told is None)
    assert told is None or told in found.told


def test_an_input_is_made_as_small_as_shows_the_fault(tmp_path):
    loader = fails_at(b"x", lambda: {}["x"])
    data = b"a" * 500 + b"x" + b"b" * 300
    assert smaller(loader, data, fault_in(loader, data, tmp_path), tmp_path) == b"x"


def test_the_same_seed_gives_the_same_inputs():
    loader = LOADERS["evidence"]
    one, other = (
        list(islice(mutants(Random(5), loader.seeds(), loader.parse, loader.dump, 0.1), 50))  # noqa: S311
        for _ in range(2)
    )
    assert one == other
    assert len(set(one)) > 45


@pytest.mark.parametrize(
    ("loses", "told"),
    [
        (lambda table: table.slice(1), "graded by "),
        (lambda table: table.filter(table["inspection"] != "B"), "neither graded nor told: 'B'"),
    ],
)
@pytest.mark.parametrize("name", ["csv", "ndjson", "parquet"])
def test_rows_that_go_missing_are_found(name, loses, told, tmp_path, monkeypatch):
    def losing(*arguments):
        for batch in batches(*arguments):
            yield batch._replace(table=loses(batch.table))

    monkeypatch.setattr("fuzz.loaders.batches", losing)
    monkeypatch.setattr("peelrules.insight.population.batches", losing)
    loader = furnished(name, tmp_path)
    assert told in fault_in(loader, loader.seeds()[0], tmp_path).told
