import gc
import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Event

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    NAMED,
    bundled,
    differing,
    evidence_of,
    evidences,
    facts,
    finding,
    rule,
    rulebook_of,
    rulebooks,
    tries,
)

import peelrules
from peelrules.engine import durable as engine
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.model.facts import FACTS, Stage, fields_of

SAME_FOR_ALL = {"characteristic": "vetting"}
MEMORY = """
import gc, os, sys
sys.path.insert(0, {tests!r})
import peelrules
from strategies import bundled, evidence_of, finding

def resident():
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

evidence = evidence_of(finding("A", "offenders.bail"), finding("B", "offenders.bail", sample={{"met": 1, "of": 4}}))
for _ in range(200):
    peelrules.grade(evidence, bundled())
before = resident()
for _ in range(2000):
    peelrules.grade(evidence, bundled())
print(resident() - before)
"""


def numbered(facts_):
    return {f"fact-{number}": fact for number, fact in enumerate(facts_)}


def sample_fact(failing, **other):
    return FACTS[Stage.SAMPLE](failing=failing, **{**SAME_FOR_ALL, **other})


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)
@tries(60)
@given(data=st.data())
def test_durable_rules_finds_what_the_rules_say_for_themselves(stage, data):
    rulebook = data.draw(rulebooks(stage, max_size=12))
    subjects = numbered(data.draw(st.lists(facts(stage), min_size=1, max_size=30)))
    assert durable(rulebook, stage, subjects) == plain(rulebook, stage, subjects)


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)
@tries(40)
@given(data=st.data())
def test_the_bundled_rules_run_the_same_on_both_engines(stage, data):
    subjects = numbered(data.draw(st.lists(facts(stage), max_size=20)))
    assert durable(bundled(), stage, subjects) == plain(bundled(), stage, subjects)


@pytest.mark.parametrize("count", [60, 61, 65, 128, 600])
@pytest.mark.parametrize("shape", ["many rules", "one rule"])
def test_any_number_of_alternatives_works_even_if_a_fact_matches_them_all(count, shape):
    whens = [{"failing": {"at_least": number / count}} for number in range(count)]
    many = [rule(Stage.SAMPLE, f"rule.{number:03}", [when]) for number, when in enumerate(whens)]
    rulebook = rulebook_of(*(many if shape == "many rules" else [rule(Stage.SAMPLE, "rule", whens)]))
    subjects = {"none": sample_fact(0.0), "half": sample_fact(0.5), "all": sample_fact(1.0)}
    matches = durable(rulebook, Stage.SAMPLE, subjects)
    assert matches == plain(rulebook, Stage.SAMPLE, subjects)
    assert sum(match.subject == "all" for match in matches) == len(rulebook.rules)


@pytest.mark.parametrize("last", [0, 59, 60, 599])
def test_each_of_many_names_is_told_from_the_others(last):
    names = [f"question.characteristic-{number}" for number in range(600)]
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"characteristic": {"one_of": names}}]))
    subjects = {
        "one of them": sample_fact(0.5, characteristic=names[last]),
        "none of them": sample_fact(0.5, characteristic=names[last] + "x"),
    }
    assert [match.subject for match in durable(rulebook, Stage.SAMPLE, subjects)] == ["one of them"]


def test_several_lists_of_one_rule_are_combined_in_full():
    when = {"seriousness": {"one_of": ["minor", "critical"]}, "characteristic": {"one_of": list(NAMED)}}
    rulebook = rulebook_of(rule(Stage.FINDING, "rule", [when]))
    other = {"direction": "shortfall", "extent": "some", "state": "open", "persistent": False, "innovative": False}
    subjects = {
        f"{name} {level}": FACTS[Stage.FINDING](characteristic=name, seriousness=level, **other)
        for name in (*NAMED, "another")
        for level in ("minor", "moderate", "critical")
    }
    matched = {match.subject for match in durable(rulebook, Stage.FINDING, subjects)}
    assert matched == {f"{name} {level}" for name in NAMED for level in ("minor", "critical")}


def test_a_rule_that_applies_in_two_ways_is_reported_once_by_the_first():
    when = [{"characteristic": "offenders"}, {"failing": {"above": 0.1}}, {"failing": {"above": 0.2}}]
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", when))
    subjects = {"two ways": sample_fact(0.9), "three ways": sample_fact(0.9, characteristic="offenders")}
    first = [match.alternatives[0][0].field for match in durable(rulebook, Stage.SAMPLE, subjects)]
    assert first == ["failing", "characteristic"]
    assert durable(rulebook, Stage.SAMPLE, subjects) == plain(rulebook, Stage.SAMPLE, subjects)


@pytest.mark.parametrize("share", [0.0, 1e-9, 1e-6, 1 / 3, 0.1, 0.3, 0.999999, 1.0])
@pytest.mark.parametrize("comparator", ["at_least", "at_most", "above", "below", "is"])
def test_tiny_and_huge_shares_compare_as_numbers_do(share, comparator):
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {comparator: share}}]))
    near = {max(0.0, share - 1e-9), share, min(1.0, share + 1e-9), 0.0, 1.0}
    subjects = {str(value): sample_fact(value) for value in sorted(near)}
    expected = {
        "at_least": {v for v in near if v >= share},
        "at_most": {v for v in near if v <= share},
        "above": {v for v in near if v > share},
        "below": {v for v in near if v < share},
        "is": {share},
    }[comparator]
    assert {float(match.subject) for match in durable(rulebook, Stage.SAMPLE, subjects)} == expected


@pytest.mark.parametrize("bound", [0, 1, 2, 10, 1_000_000])
def test_counts_compare_as_numbers_and_not_as_words(bound):
    rulebook = rulebook_of(rule(Stage.CORE_QUESTION, "rule", [{"causes_of_concern": {"at_least": bound}}]))
    counts = [0, 1, 2, 9, 10, 11, 100_000, 999_999, 1_000_000]
    shares = dict.fromkeys(("coverage", "demonstrated", "not_demonstrated_service", "exceeded"), 0.5)
    other = {"core_question": "q", "areas_for_improvement": 0, **shares}
    subjects = {str(count): FACTS[Stage.CORE_QUESTION](causes_of_concern=count, **other) for count in counts}
    matched = [int(match.subject) for match in durable(rulebook, Stage.CORE_QUESTION, subjects)]
    assert matched == [count for count in counts if count >= bound]


def test_sixteen_conditions_are_one_alternative():
    shares = [name for name, field in fields_of(Stage.CORE_QUESTION).items() if field.kind is float]
    four = {"at_least": 0.2, "above": 0.1, "at_most": 0.8, "below": 0.9}
    rulebook = rulebook_of(rule(Stage.CORE_QUESTION, "rule", [dict.fromkeys(shares, four)]))
    inside = {**dict.fromkeys(shares, 0.5), "core_question": "q", "causes_of_concern": 0, "areas_for_improvement": 0}
    subjects = {"inside": FACTS[Stage.CORE_QUESTION](**inside)}
    subjects |= {share: FACTS[Stage.CORE_QUESTION](**{**inside, share: 0.85}) for share in shares}
    assert len(rulebook.rules[0].alternatives[0]) == 16
    assert [match.subject for match in durable(rulebook, Stage.CORE_QUESTION, subjects)] == ["inside"]


def test_equal_facts_about_different_subjects_all_match():
    rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {"above": 0.1}}]))
    subjects = numbered([sample_fact(0.5)] * 100)
    assert [match.subject for match in durable(rulebook, Stage.SAMPLE, subjects)] == list(subjects)


@tries(15)
@given(st.lists(evidences(), min_size=2, max_size=6))
def test_a_run_leaves_nothing_behind_for_the_next(drawn):
    rulebook = bundled()
    first = [peelrules.grade(evidence, rulebook) for evidence in drawn]
    again = [peelrules.grade(evidence, rulebook) for evidence in reversed(drawn)]
    assert [differing(*pair) for pair in zip(first, reversed(again), strict=True)] == [set()] * len(drawn)


def test_compiled_rules_go_when_their_rulebook_goes(rulebook):
    mine = rulebook_of(*rulebook.rules)
    key = id(mine)
    peelrules.grade(evidence_of(finding("A", "offenders.bail")), mine)
    assert key in engine._compiled
    del mine
    gc.collect()
    assert key not in engine._compiled


def test_rules_are_compiled_once_for_a_rulebook(rulebook):
    mine = rulebook_of(*rulebook.rules)
    evidence = evidence_of(finding("A", "offenders.bail"))
    compiled = []
    for _ in range(3):
        peelrules.grade(evidence, mine)
        compiled.append(engine._compiled[id(mine)])
    assert all(one is other for one, other in pairwise(compiled))


def test_a_broken_durable_rules_says_how_to_install_it(rulebook, monkeypatch):
    mine = rulebook_of(*rulebook.rules)
    evidence = evidence_of(finding("A", "offenders.bail"))
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "durable.engine", None)
        with pytest.raises(peelrules.EngineError, match="CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install"):
            peelrules.grade(evidence, mine)
    assert differing(peelrules.grade(evidence, mine), peelrules.grade(evidence, mine, plain)) == set()


@pytest.mark.parametrize("is_broken", [False, True])
def test_how_libraries_are_loaded_is_left_as_it_was(is_broken, monkeypatch):
    flags = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
    try:
        if is_broken:
            monkeypatch.setitem(sys.modules, "durable.engine", None)
        with pytest.raises(peelrules.EngineError) if is_broken else nullcontext():
            durable(rulebook_of(), Stage.SAMPLE, {})
        assert sys.getdlopenflags() == os.RTLD_NOW | os.RTLD_GLOBAL
    finally:
        sys.setdlopenflags(flags)


STEPS = ["Ruleset.assert_fact", "Ruleset.do_actions", "Ruleset.retract_fact", "Promise.run"]


def meets_a_fault(rulebook, subjects, step, fault, monkeypatch):
    def fails(*_):
        raise fault

    durable(rulebook, Stage.SAMPLE, subjects)
    with monkeypatch.context() as patch:
        patch.setattr(f"durable.engine.{step}", fails)
        return durable(rulebook, Stage.SAMPLE, subjects)


@pytest.mark.parametrize("step", STEPS)
def test_a_fault_of_durable_rules_is_never_taken_for_no_match(step, monkeypatch):
    mine = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {"above": 0.1}}]))
    with pytest.raises(peelrules.EngineError, match="out of order"):
        meets_a_fault(mine, {"one": sample_fact(0.5)}, step, RuntimeError("out of order"), monkeypatch)


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize(
    "step",
    [
        "Ruleset.assert_fact",
        "Ruleset.retract_fact",
        "Ruleset.do_actions",
        "Promise.run",
    ],
)
def test_a_fault_leaves_nothing_behind_for_the_next_run(step, fault, monkeypatch):
    high = rule(Stage.SAMPLE, "high", [{"failing": {"above": 0.5}}])
    low = rule(Stage.SAMPLE, "low", [{"failing": {"below": 0.5}}])
    mine = rulebook_of(high, low)
    with pytest.raises((peelrules.EngineError, KeyboardInterrupt)):
        meets_a_fault(mine, {"one": sample_fact(0.9)}, step, fault, monkeypatch)
    for failing, applies in ((0.1, "low"), (0.1, "low"), (0.9, "high"), (0.1, "low")):
        matches = durable(mine, Stage.SAMPLE, {"one": sample_fact(failing)})
        assert [match.rule.id for match in matches] == [applies]


class Pausing(dict):
    """Facts that do something before they are all told."""

    def __init__(self, subjects, then):
        super().__init__(subjects)
        self.then = then

    def items(self):
        yield from super().items()
        self.then()


def test_two_threads_leave_the_filters_of_warnings_as_they_were():
    mine = [rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {"above": 0.1}}])) for _ in range(2)]
    first_is_in, second_is_in, first_is_out = Event(), Event(), Event()

    def first_waits():
        first_is_in.set()
        second_is_in.wait(0.5)  # in vain where only one may be in at a time

    def second_waits():
        second_is_in.set()
        first_is_out.wait(0.5)

    filters = list(warnings.filters)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(durable, mine[0], Stage.SAMPLE, Pausing({"one": sample_fact(0.5)}, first_waits))
        first_is_in.wait(10)
        second = threads.submit(durable, mine[1], Stage.SAMPLE, Pausing({"one": sample_fact(0.5)}, second_waits))
        assert len(first.result()) == 1
        first_is_out.set()
        assert len(second.result()) == 1
    assert list(warnings.filters) == filters


def test_two_threads_can_grade_at_once(rulebook):
    mine = rulebook_of(*rulebook.rules)
    pieces = [
        evidence_of(*(finding(f"{name}-{n}", c, sample={"met": n, "of": 9}) for n in range(10)))
        for name, c in (("A", "offenders.bail"), ("B", "crime-recording.all-crime"))
    ]
    alone = [peelrules.grade(evidence, mine, plain) for evidence in pieces]
    together = Barrier(2)

    def run(evidence):
        together.wait()
        return [peelrules.grade(evidence, mine) for _ in range(15)]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(2) as threads:
            results = list(threads.map(run, pieces))
    finally:
        sys.setswitchinterval(interval)
    for expected, result in zip(alone, results, strict=True):
        assert [differing(one, expected) for one in result] == [set()] * 15


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
def test_grading_again_and_again_needs_no_more_memory():
    script = MEMORY.format(tests=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603
    assert int(done.stdout) < 20_000_000
