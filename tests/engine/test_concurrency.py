"""Threads, processes, forks, interrupts: a grade is right, or there is none."""

import copy
import multiprocessing
import os
import pickle
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from processes import child
from strategies import bundled, differing, evidence_of, finding, rulebook_of

import peelrules
from peelrules.engine.matching import plain
from peelrules.model.problems import Problem

# -- threads ----------------------------------------------------------------------------------------


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


THREADS = """
import sys, threading, warnings
from concurrent.futures import ThreadPoolExecutor
from peelrules.engine import durable as engine
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.model.facts import Stage
from strategies import bundled, fact

engine.MAX_KNOWN = 0  # or durable_rules would be asked once
facts = [[fact(Stage.SAMPLE, failing=n / 8, characteristic="vetting")] for n in range(8)]
alone = [plain(bundled(), Stage.SAMPLE, fact) for fact in facts]
filters, ended, warned = list(warnings.filters), threading.Event(), []

def warn():
    while not ended.wait(0.001):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            warnings.warn("seen", DeprecationWarning)
        warned.append(len(caught))

def run(number):
    return sum(durable(bundled(), Stage.SAMPLE, facts[number]) == alone[number] for _ in range(1250))

sys.setswitchinterval(1e-5)
warning = threading.Thread(target=warn)
warning.start()
with ThreadPoolExecutor(8) as threads:
    right = list(threads.map(run, range(8)))
ended.set()
warning.join()
assert right == [1250] * 8, right
assert set(warned) == {1} and warnings.filters == filters
"""


@pytest.mark.slow
def test_ten_thousand_runs_in_eight_threads_are_those_one_by_one():
    child(THREADS, timeout=60)


WITHIN = """
from peelrules.engine.durable import durable
from peelrules.model.facts import Stage
from strategies import fact, rule, rulebook_of

rulebook = rulebook_of(rule(Stage.SAMPLE, "rule", [{"failing": {"above": 0.5}}]))
high, low = (fact(Stage.SAMPLE, failing=failing) for failing in (0.9, 0.1))

def matched(facts):
    return [len(said.matches) for said in durable(rulebook, Stage.SAMPLE, facts)]

class Interrupted(list):
    def __iter__(self):  # stands for a signal whose handler grades
        for item in super().__iter__():
            yield item
            assert matched([low, high]) == [0, 1]

assert matched(Interrupted([low, high, low])) == [0, 1, 0]
"""


def test_a_run_within_a_run_gets_its_own_answer_and_leaves_the_other_alone():
    child(WITHIN, timeout=30)


# -- interrupts -------------------------------------------------------------------------------------

INTERRUPTS = """
import builtins, random, signal, sys, time
from strategies import fact, rule, rulebook_of
from peelrules.engine import durable as engine
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.model.facts import Stage

wanted = getattr(builtins, sys.argv[1])
whens = [{"failing": {c: n / 30}} for n in range(30) for c in ("at_least", "at_most")]
rulebook = rulebook_of(*(rule(Stage.SAMPLE, f"r.{n:02}", [when]) for n, when in enumerate(whens)))
facts = [fact(Stage.SAMPLE, failing=n / 40, characteristic="vetting") for n in range(20)]
expected = plain(rulebook, Stage.SAMPLE, facts)

def interrupt(*_):
    raise wanted

sys.unraisablehook = lambda _: None  # what is raised while something is freed cannot come out
signal.signal(signal.SIGALRM, interrupt)
random.seed(1)
engine.MAX_KNOWN = 0  # or there would be nothing left to interrupt
started = time.perf_counter()
durable(rulebook, Stage.SAMPLE, facts)
takes = time.perf_counter() - started
interrupted = 0
for _ in range(400):
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-6, takes))
        matches = durable(rulebook, Stage.SAMPLE, facts)
        signal.setitimer(signal.ITIMER_REAL, 0)
        assert matches == expected
    except wanted:
        signal.setitimer(signal.ITIMER_REAL, 0)
        interrupted += 1
        assert durable(rulebook, Stage.SAMPLE, facts) == expected
print(interrupted)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers")
@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "SystemExit", "MemoryError"])
def test_an_interrupt_at_any_moment_comes_out_and_the_next_run_is_right(raised):
    assert int(child(INTERRUPTS, raised, MALLOC_PERTURB_="165")) > 50


# -- processes --------------------------------------------------------------------------------------

FORKS = """
import os, signal, sys, threading, warnings
import peelrules
from peelrules.engine.matching import plain
from strategies import bundled, evidence_of, finding

warnings.filterwarnings("ignore", message=".*fork")
evidence = evidence_of(*(finding(f"A-{n}", "offenders.bail", sample={"met": n, "of": 9}) for n in range(10)))
expected = peelrules.grade(evidence, bundled(), plain)
ended = threading.Event()

def grade():
    while not ended.is_set():
        peelrules.grade(evidence, bundled())

threads = [threading.Thread(target=grade) for _ in range(4)]
for thread in threads:
    thread.start()
statuses = []
for _ in range(30):
    if not (pid := os.fork()):
        signal.alarm(30)  # a child that hangs is killed
        os._exit(0 if peelrules.grade(evidence, bundled()) == expected else 1)
    statuses.append(os.waitpid(pid, 0)[1])
    if statuses[-1]:
        break
ended.set()
for thread in threads:
    thread.join()
print(set(statuses))
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_process_that_is_forked_while_threads_grade_can_grade():
    assert child(FORKS) == "{0}\n"


POOLS = """
import multiprocessing, sys, warnings
from concurrent.futures import ProcessPoolExecutor
import peelrules
from strategies import bundled, evidence_of, finding

warnings.filterwarnings("ignore", message=".*fork")
pieces = [evidence_of(finding("A", "offenders.bail", sample={"met": n, "of": 9})) for n in range(8)]
alone = [peelrules.grade(piece, bundled()) for piece in pieces]
with ProcessPoolExecutor(2, multiprocessing.get_context(sys.argv[1])) as processes:
    assert list(processes.map(peelrules.grade, pieces, [peelrules.load_rulebook()] * 8)) == alone
"""


@pytest.mark.slow
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_pools_of_processes_grade_as_one_does(method):
    child(POOLS, method)


# -- between processes ------------------------------------------------------------------------------

PROBLEMS = [Problem("b.yaml", 2, 3, "Wrong."), Problem("a.yaml", 0, 0, "Missing.")]


NOUNS = {
    "rulebook": lambda _: bundled(),
    "rules": lambda _: bundled().rules,
    "evidence": lambda evidence: evidence,
    "assessment": lambda evidence: peelrules.grade(evidence, bundled()),
    "sensitivity": lambda evidence: peelrules.sensitivity(evidence, bundled()),
}


@pytest.mark.parametrize("carried", [lambda noun: pickle.loads(pickle.dumps(noun)), copy.deepcopy, copy.copy])  # noqa: S301
@pytest.mark.parametrize("noun", NOUNS.values(), ids=NOUNS)
def test_nouns_arrive_elsewhere_as_they_were(noun, carried):
    sent = noun(evidence_of(finding("A", "offenders.bail", sample={"met": 1, "of": 4})))
    arrived = carried(sent)
    assert (type(arrived), arrived) == (type(sent), sent)


ERRORS = [
    peelrules.DocumentError(PROBLEMS),
    peelrules.EvidenceError(["no such strand", "no such source"]),
    peelrules.ArgumentError("fewer than one draw"),
    peelrules.UnknownNameError("rule", "grade.god", ["grade.good"]),
    peelrules.EngineError("out of order"),
    peelrules.ChangeError("no such finding"),
    peelrules.PeelrulesError("other"),
]


@pytest.mark.parametrize("carried", [lambda error: pickle.loads(pickle.dumps(error)), copy.deepcopy])  # noqa: S301
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_arrive_elsewhere_as_they_were(error, carried):
    arrived = carried(error)
    assert (type(arrived), str(arrived), vars(arrived)) == (type(error), str(error), vars(error))
    assert arrived.args == error.args


def test_a_document_error_tells_each_problem_once_and_in_order():
    error = peelrules.DocumentError([*PROBLEMS, *PROBLEMS])
    assert error.problems == tuple(sorted(PROBLEMS))
    assert str(error) == "a.yaml: Missing.\nb.yaml:2:3: Wrong."


def test_equal_rulebooks_have_one_hash_and_work_in_a_set():
    arrived = pickle.loads(pickle.dumps(bundled()))  # noqa: S301
    assert {bundled(), arrived} == {arrived}
    other = rulebook_of(*bundled().rules[1:])
    assert len({bundled(), other}) == 2
