"""What was measured of durable_rules 2.0.28 stays contained. Each test fails when its containment is taken away."""

import gc
import json
import os
import sys
from contextlib import nullcontext
from math import nextafter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import child
from strategies import bundled, fact, facts, rule, rulebook_of, rulebooks, tries

import peelrules
from peelrules.engine import durable as engine
from peelrules.engine.durable import MAX_CONDITIONS, durable
from peelrules.engine.matching import plain
from peelrules.model.facts import Stage

durable_rules_engine = engine._engine()  # as peelrules binds it; a plain import can fail from Python 3.13 on

SHARES = [name for name, field in bundled().fields[Stage.CORE_QUESTION].items() if field.kind is float]
AROUND_HALF = {"at_least": 0.2, "above": 0.1, "at_most": 0.8, "below": 0.9}


def sample_fact(failing, characteristic="vetting"):
    return fact(Stage.SAMPLE, failing=failing, characteristic=characteristic)


def question_fact(**values):
    return fact(Stage.CORE_QUESTION, **{"critical_shortfalls": 0, **dict.fromkeys(SHARES, 0.5), **values})


def share_rules(*whens):
    return rulebook_of(*(rule(Stage.SAMPLE, f"rule.{n:03}", [{"failing": when}]) for n, when in enumerate(whens)))


def matched(rulebook, failing):
    (said,) = durable(rulebook, Stage.SAMPLE, [sample_fact(failing)])
    return [match.rule.id for match in said.matches]


# -- what durable_rules is told ---------------------------------------------------------------------


def near(share):
    """A share, or one of the two numbers next to it: far closer than anyone writes."""
    return st.sampled_from([share, nextafter(share, 0), nextafter(share, 1)])


@st.composite
def neighbouring(draw):
    """Rules and shares that differ by one bit, if at all."""
    share = draw(st.sampled_from([0.0, 5e-324, 1e-9, 0.1, 0.3, 1 / 3, 0.7, 1 - 0.7, 1.0]) | st.floats(0, 1))
    whens = st.builds(lambda comparator, bound: {comparator: bound}, st.sampled_from([*AROUND_HALF, "is"]), near(share))
    return share_rules(*draw(st.lists(whens, min_size=1))), draw(st.lists(near(share), min_size=1))


@tries(200)
@given(neighbouring())
def test_shares_that_differ_by_one_bit_are_told_apart(drawn):
    rulebook, shares = drawn
    of_stage = [sample_fact(share) for share in shares]
    assert durable(rulebook, Stage.SAMPLE, of_stage) == plain(rulebook, Stage.SAMPLE, of_stage)


@pytest.mark.parametrize(
    ("bound", "applies"), [(0.29999999999999993, True), (0.3, True), (0.30000000000000004, False), (1e-9, True)]
)
def test_three_of_ten_stand_on_one_side_of_a_bound_or_the_other(bound, applies):
    assert matched(share_rules({"at_least": bound}), 3 / 10) == ["rule.000"] * applies


@pytest.mark.parametrize("stage", Stage, ids=lambda stage: stage.value)
@tries(30)
@given(data=st.data())
def test_durable_rules_sees_small_whole_numbers_only(stage, data):
    """It compares words with numbers, rejects numbers that print with an exponent, and takes yes for one."""
    seen = []

    def noting(function):
        def noted(handle, text):
            seen.append(json.loads(text))
            return function(handle, text)

        return noted

    rulebook = data.draw(rulebooks(stage))
    of_stage = [data.draw(facts(stage))]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("create_ruleset", "assert_fact", "retract_fact"):
            patch.setattr(durable_rules_engine, name, noting(getattr(durable_rules_engine, name)))
        assert durable(rulebook, stage, of_stage) == plain(rulebook, stage, of_stage)
    assert len(seen) > 2
    values = [value for told in seen for value in _leaves(told) if value != "fact"]
    assert {type(value) for value in values} == {int}
    assert max(values) < 1000


def _leaves(told):
    if not isinstance(told, (dict, list)):
        return [told]
    return [leaf for part in (told.values() if isinstance(told, dict) else told) for leaf in _leaves(part)]


# -- its limits -------------------------------------------------------------------------------------


def conditions(count):
    """A rulebook with a rule of so many conditions, all of which hold for half."""
    when = dict.fromkeys(SHARES, AROUND_HALF) | {"critical_shortfalls": {"at_most": 3}}
    names = [(field, comparator) for field, test in when.items() for comparator in test][:count]
    chosen = {field: {c: when[field][c] for f, c in names if f == field} for field, _ in names}
    return rulebook_of(rule(Stage.CORE_QUESTION, "rule", [chosen]))


@pytest.mark.parametrize("count", [2, MAX_CONDITIONS])
def test_all_conditions_of_an_alternative_must_hold_for_the_one_fact(count):
    rulebook = conditions(count)
    assert len(rulebook.rules[0].alternatives[0]) == count
    of_stage = [question_fact(), *(question_fact(**{share: 0.85}) for share in SHARES)]
    said = durable(rulebook, Stage.CORE_QUESTION, of_stage)
    assert said == plain(rulebook, Stage.CORE_QUESTION, of_stage)
    assert said[0].matches


def test_more_conditions_than_durable_rules_takes_are_refused():
    """It takes the rule, and fails at every fact."""
    with pytest.raises(peelrules.EngineError, match="16 conditions at most, and is given 17"):
        durable(conditions(MAX_CONDITIONS + 1), Stage.CORE_QUESTION, [])


MANY_NAMES = """
from strategies import fact, rule, rulebook_of
from peelrules.engine.durable import durable
from peelrules.model.facts import Stage

names = [f"question.characteristic-{number}" for number in range(600)]
rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"characteristic": {"one_of": names}}]))
of_stage = [fact(Stage.SAMPLE, failing=0.5, characteristic=name) for name in (*names, names[0] + "x")]
assert [len(said.matches) for said in durable(rulebook, Stage.SAMPLE, of_stage)] == [1] * 600 + [0]
"""


def test_rules_that_begin_in_many_ways_come_to_an_end():
    """With 512 ways to begin in one ruleset, durable_rules never comes back."""
    child(MANY_NAMES, timeout=30)


# -- its silence ------------------------------------------------------------------------------------

CALLS = ["assert_fact", "start_action_for_state", "complete_and_start_action", "retract_fact"]


def meets(rulebook, call, replacement, monkeypatch):
    """Match a fact of a cell that is not remembered while a call of durable_rules is replaced, after it was well."""
    assert matched(rulebook, 0.5) == []
    with monkeypatch.context() as patch:
        patch.setattr(durable_rules_engine, call, replacement)
        return matched(rulebook, 0.9)


def raising(fault):
    def fails(*_):
        raise fault

    return fails


FAULTS = {
    durable_rules_engine.error("out of order"): peelrules.EngineError,
    KeyboardInterrupt(): KeyboardInterrupt,
    SystemExit(): SystemExit,
    MemoryError(): MemoryError,
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("fault", "seen"), FAULTS.items(), ids=lambda value: getattr(value, "__name__", None))
def test_what_is_raised_in_a_run_comes_out_and_leaves_nothing_behind(call, fault, seen, monkeypatch):
    rulebook = share_rules({"above": 0.5}, {"below": 0.5})
    with pytest.raises(seen):
        meets(rulebook, call, raising(fault), monkeypatch)
    for failing, applies in ((0.1, ["rule.001"]), (0.5, []), (0.9, ["rule.000"]), (0.1, ["rule.001"])):
        assert matched(rulebook, failing) == applies


@pytest.mark.parametrize(
    ("call", "answer"), [("assert_fact", (2, 1)), ("assert_fact", (3, 0)), ("start_action_for_state", None)]
)
def test_a_fact_that_durable_rules_does_not_finish_is_never_taken_for_no_match(call, answer, monkeypatch):
    with pytest.raises(peelrules.EngineError, match="did not finish the fact"):
        meets(share_rules({"above": 0.5}), call, lambda *_: answer, monkeypatch)


def test_a_fact_that_is_not_forgotten_does_not_go_unnoticed(monkeypatch):
    rulebook = share_rules({"above": 0.5}, {"above": 0.7})
    matched(rulebook, 0.1)  # compiled
    monkeypatch.setattr(durable_rules_engine, "retract_fact", lambda *_: (0, 1))
    with pytest.raises(peelrules.EngineError, match="did not finish the fact"):
        durable(rulebook, Stage.SAMPLE, [sample_fact(0.6), sample_fact(0.9)])


@pytest.mark.parametrize("failing", [0.0, 0.5])
def test_a_fact_that_no_rule_wants_is_no_fault(failing):
    assert matched(share_rules({"above": 0.5}), failing) == []


# -- its Python layer -------------------------------------------------------------------------------

NO_LAYER = """
import sys, threading, warnings
import peelrules
from peelrules.engine.matching import plain
from strategies import bundled, evidence_of, finding

def refuse(*_, **__):
    raise AssertionError("filters of warnings are shared by all threads")

evidence, filters = evidence_of(finding("A", "offenders.bail")), list(warnings.filters)
expected = peelrules.grade(evidence, bundled(), plain)
warnings.catch_warnings.__enter__ = warnings.simplefilter = warnings.filterwarnings = refuse
assert peelrules.grade(evidence, bundled()) == expected
assert warnings.filters == filters
assert threading.active_count() == 1, threading.enumerate()
print(sorted(name for name in sys.modules if name.split(".")[0].startswith("durable")))
"""


def test_the_python_layer_of_durable_rules_is_not_used():
    """It starts threads without end, runs what takes two parameters as asynchronous, keeps exceptions to itself, gives
    up an action after ten seconds, and calls what is deprecated, which as an error stops every action."""
    assert child(NO_LAYER) == "['durable_rules_engine']\n"


class Noting:
    """Notes how libraries are loaded when durable_rules is looked for."""

    def __init__(self, is_missing):
        self.is_missing = is_missing
        self.flags = []

    def find_spec(self, name, _path, _target=None):
        if name == "durable_rules_engine":
            self.flags.append(sys.getdlopenflags())
            if self.is_missing:
                raise ImportError("undefined symbol")


@pytest.mark.skipif(not hasattr(sys, "setdlopenflags"), reason="needs dlopen")
@pytest.mark.parametrize("is_missing", [False, True])
def test_durable_rules_is_bound_late_and_other_libraries_as_before(is_missing, monkeypatch):
    """It names a function that Python 3.13 no longer has, and never calls it for us."""
    noting, flags = Noting(is_missing), sys.getdlopenflags()
    monkeypatch.delitem(sys.modules, "durable_rules_engine")
    monkeypatch.setattr(sys, "meta_path", [noting, *sys.meta_path])
    sys.setdlopenflags(os.RTLD_NOW | os.RTLD_GLOBAL)
    try:
        with pytest.raises(peelrules.EngineError, match="undefined symbol") if is_missing else nullcontext():
            matched(share_rules({"above": 0.5}), 0.9)
        assert set(noting.flags) == {os.RTLD_LAZY | os.RTLD_GLOBAL}
        assert sys.getdlopenflags() == os.RTLD_NOW | os.RTLD_GLOBAL
    finally:
        sys.setdlopenflags(flags)


def test_a_missing_durable_rules_says_how_to_install_it(monkeypatch):
    rulebook = share_rules({"above": 0.5})
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "durable_rules_engine", None)
        with pytest.raises(peelrules.EngineError, match="CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject pip install"):
            matched(rulebook, 0.9)
    assert matched(rulebook, 0.9) == ["rule.000"]


ELSEWHERE = """
import os, sys
for module, name in ((os, "fork"), (os, "register_at_fork"), (sys, "setdlopenflags"), (sys, "getdlopenflags")):
    if hasattr(module, name):
        delattr(module, name)
import peelrules
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from strategies import bundled, evidence_of, finding

evidence = evidence_of(finding("A", "offenders.bail"))
assert peelrules.grade(evidence, bundled(), durable) == peelrules.grade(evidence, bundled(), plain)
"""


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="durable_rules needs late binding")
def test_peelrules_runs_where_there_is_neither_fork_nor_dlopen():
    child(ELSEWHERE)


# -- what is remembered ---------------------------------------------------------------------------------


def test_a_cell_is_asked_once_and_no_more_cells_are_remembered_than_may_be(monkeypatch):
    monkeypatch.setattr(engine, "MAX_KNOWN", 2)
    asked, fired = [], engine._Ruleset._fired
    monkeypatch.setattr(engine._Ruleset, "_fired", lambda self, told: asked.append(told) or fired(self, told))
    rulebook = share_rules({"above": 0.5})
    for failing, applies in ((0.9, True), (0.8, True), (0.5, False), (0.1, False), (0.9, True), (0.8, True)):
        assert matched(rulebook, failing) == ["rule.000"] * applies
    assert asked == [{"probe": 1}, {"f0": 2}, {"f0": 1}, {"f0": 0}, {"f0": 2}]


# -- its memory -------------------------------------------------------------------------------------


def test_rules_are_compiled_once_for_all_runs_of_a_rulebook(monkeypatch):
    rulebook = share_rules({"above": 0.5})
    assert matched(rulebook, 0.9) == ["rule.000"]
    monkeypatch.setattr(durable_rules_engine, "create_ruleset", raising(AssertionError))
    assert matched(rulebook, 0.9) == ["rule.000"]


def test_compiled_rules_go_when_their_rulebook_goes(monkeypatch):
    freed = []
    monkeypatch.setattr(engine, "_free", lambda _engine, handle: freed.append(handle))
    rulebook = share_rules({"above": 0.5})
    assert matched(rulebook, 0.9) == ["rule.000"]
    assert not freed
    del rulebook
    gc.collect()
    assert len(freed) == 1


MEMORY = """
import gc, os, sys
import peelrules
from strategies import bundled, evidence_of, fact, finding, rule, rulebook_of
from peelrules.engine.durable import durable
from peelrules.model.facts import Stage

def resident():
    gc.collect()
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

evidence = evidence_of(finding("A", "offenders.bail"), finding("B", "offenders.bail", sample={"met": 1, "of": 4}))

def grade_again(_):
    peelrules.grade(evidence, bundled())

def load_again(_):
    peelrules.grade(evidence, peelrules.load_rulebook())

def change_rules(number):
    whens = [{"failing": {c: (number + n) / 400}} for c in ("at_least", "below") for n in range(0, 360, 12)]
    rules = [rule(Stage.SAMPLE, f"rule.{n:03}", [when]) for n, when in enumerate(whens)]
    of_stage = [fact(Stage.SAMPLE, failing=n / 10, characteristic="vetting") for n in range(11)]
    durable(rulebook_of(*rules[number % 7 :]), Stage.SAMPLE, of_stage)

def fire_nothing(number):
    rules = [rule(Stage.SAMPLE, f"r.{n}", [{"failing": {"below": n / 99}}]) for n in range(1, 60)]
    (said,) = durable(rulebook_of(*rules), Stage.SAMPLE, [fact(Stage.SAMPLE, failing=1.0)])
    assert said.matches == ()

act, first, times = globals()[sys.argv[1]], *map(int, sys.argv[2:])
for number in range(first):
    act(number)
before = resident()
for number in range(times):
    act(number)
print(resident() - before)
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc")
@pytest.mark.parametrize(
    ("act", "first", "times"),
    [("grade_again", 200, 3000), ("load_again", 5, 50), ("change_rules", 5, 50), ("fire_nothing", 5, 50)],
)
def test_grading_again_and_again_needs_no_more_memory(act, first, times):
    assert int(child(MEMORY, act, first, times)) < 15_000_000


def test_a_ruleset_that_never_fired_is_freed_without_harm():
    """durable_rules sets some of what it frees only when it fires; here all memory is dirty before it is set."""
    child(MEMORY, "fire_nothing", 3, 3, MALLOC_PERTURB_="165")
