"""How firm a grade is: every claim is held to grading the changed evidence, or the changed rules."""

import os
import subprocess
import sys
from collections import Counter
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidence_of, evidences, finding, of_questions, rulebooks, tries

import peelrules
from peelrules.engine.matching import plain
from peelrules.engine.stages import ceiling_if, run
from peelrules.engine.tables import tabled
from peelrules.insight import thresholds, variants
from peelrules.insight.changes import Drop, Set, SetBound, changed, changed_rules
from peelrules.insight.draws import _a_notch_off, _kinds, _one_of_each_kind, of_coding, of_samples
from peelrules.insight.sensitivity import _weight
from peelrules.insight.variants import Base, Variant, grade_of, graded
from peelrules.model.evidence import Finding
from peelrules.model.scales import Direction, Grade, Scale, Status
from peelrules.model.sensitivity import Sensitivity

ROOT = Path(__file__).parents[2]
FEW = 40


def grades(evidence, rulebook):
    return {j.core_question: j.grade for j in peelrules.grade(evidence, rulebook, plain).judgments}


def firm(evidence, rulebook, **options) -> Sensitivity:
    return peelrules.sensitivity(evidence, rulebook, **{"draws": FEW, **options})


# -- one small change of the evidence -----------------------------------------------------------------


@pytest.mark.slow
@tries(20)
@given(evidences(max_size=6), rulebooks())
def test_the_pivotal_findings_are_those_whose_recoding_by_a_notch_changes_the_grade(evidence, rulebook):
    now = grades(evidence, rulebook)
    pivotal = {
        (q.core_question, r.finding, r.field, r.instead, r.grade)
        for q in firm(evidence, rulebook).questions
        for r in q.pivotal
    }
    wanted = set()
    for each in evidence.findings:
        for field in ("seriousness", "extent", "state"):
            if (coded := getattr(each, field)) is None:
                continue
            for level in type(coded):
                if abs(level.rank - coded.rank) == 1:
                    then = grades(changed(evidence, [Set(finding=each.id, field=field, value=str(level))]), rulebook)
                    wanted |= {
                        (q, each.id, field, str(level), then[q]) for q, grade in now.items() if then[q] is not grade
                    }
    assert pivotal == wanted


@tries(20)
@given(evidences(max_size=6), rulebooks())
def test_the_omissions_are_those_that_change_the_grade(evidence, rulebook):
    now = grades(evidence, rulebook)
    told = {
        (q.core_question, o.kind, o.name, o.findings, o.grade)
        for q in firm(evidence, rulebook).questions
        for o in q.omissions
    }
    speaking = [f for f in evidence.findings if not f.is_context]
    parts = [("finding", f.id, [f]) for f in speaking]
    parts += [("strand", s, [f for f in speaking if f.strand == s]) for s in {f.strand for f in speaking}]
    parts += [("section", "A section", speaking)] if speaking else []
    wanted = set()
    for kind, what, gone in parts:
        then = grades(changed(evidence, [Drop(finding=f.id) for f in gone]), rulebook)
        wanted |= {(q, kind, what, len(gone), then[q]) for q, grade in now.items() if then[q] is not grade}
    assert told == wanted


# -- draws --------------------------------------------------------------------------------------------


def everything(base):
    return Variant(np.arange(len(base.findings)))


def thresholds_of(evidence, rulebook):
    return thresholds.thresholds(run(sorted(evidence.findings, key=lambda f: f.id), rulebook, tabled), rulebook)


def told_of(rows, base, evidence, rulebook):
    """The grades of one variant, and of the same evidence graded alone."""
    now = grades(evidence, rulebook)
    return {question: (grade_of(rank), now[question]) for question, rank in zip(base.questions, rows, strict=True)}


@pytest.mark.slow
@tries(30)
@given(evidences(), rulebooks())
def test_variants_that_are_not_changed_have_the_grades_of_the_evidence(evidence, rulebook):
    base = Base.of(evidence, rulebook)
    for rows in graded([everything(base)] * 3, base):
        assert all(one is other for one, other in told_of(rows, base, evidence, rulebook).values())


@pytest.mark.slow
@tries(25)
@given(evidences(max_size=8), rulebooks(), st.integers(0, 5))
def test_without_doubt_every_draw_of_codings_stands(evidence, rulebook, seed):
    for question in firm(evidence, rulebook, notch=0.0, seed=seed).questions:
        assert [(chance.grade, chance.share) for chance in question.coding] == [(question.grade, 1.0)]


@pytest.mark.slow
@tries(40)
@given(evidences(max_size=6), rulebooks(), st.integers(0, 5), st.sampled_from([0.3, 1.0]))
def test_a_draw_of_codings_is_the_grade_of_evidence_coded_so(evidence, rulebook, seed, notch):
    """The draws are made once more, finding by finding, and graded one by one."""
    base = Base.of(evidence, rulebook)
    drawn = of_coding(base, graded([everything(base)], base), 4, seed, notch)
    random = np.random.default_rng([seed, 1])
    off = random.random((4, len(drawn.varied), 3)) < notch
    up = random.random(off.shape) < 0.5
    times_off = Counter()
    for draw in range(4):
        changes = []
        for number, each in enumerate(drawn.varied):
            for at, field in enumerate(("seriousness", "extent", "state")):
                if (coded := getattr(each, field)) is not None and off[draw, number, at]:
                    levels = list(type(coded))
                    step = 1 if up[draw, number, at] else -1
                    rank = coded.rank + step if 0 <= coded.rank + step < len(levels) else coded.rank - step
                    changes.append(Set(finding=each.id, field=field, value=str(levels[rank])))
        beside = told_of(drawn.ranks[draw], base, changed(evidence, changes), rulebook)
        assert all(one is other for one, other in beside.values())
        times_off.update({change.finding for change in changes})
    assert drawn.off.tolist() == [times_off[each.id] for each in drawn.varied]


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 2), st.booleans())
def test_a_notch_off_is_a_level_next_to_the_one_that_is_coded(seriousness, extent, state, up):
    coded = np.array([[seriousness, extent, state]])
    for was, rank, levels in zip(coded[0], _a_notch_off(coded, np.full((1, 3), up))[0], (4, 4, 3), strict=True):
        assert 0 <= rank < levels
        assert abs(rank - was) == 1
        assert rank == was + (1 if up else -1) or was in (0, levels - 1)


def sampled(**sample):
    return finding("A", "offenders.bail", sample=sample)


@pytest.mark.parametrize(
    ("sample", "mean", "deviation"),
    [
        ({"met": 14, "of": 20}, 6.5 / 21, 0.098_6),
        ({"met": 20, "of": 20}, 0.5 / 21, 0.032_5),
        ({"share": 0.7, "of": 20}, 6.5 / 21, 0.098_6),
        ({"share": 0.852, "margin": 0.051, "of": 183}, 0.148, 0.026_0),
        ({"share": 0.852, "margin": 0.051}, 0.148, 0.026_0),
    ],
)
def test_shares_are_drawn_from_the_distribution_that_the_sample_gives(sample, mean, deviation):
    from peelrules.insight.draws import _failing

    drawn = _failing(sampled(**sample).sample, np.random.default_rng(1), 200_000)
    assert float(drawn.mean()) == pytest.approx(mean, abs=0.001)
    assert float(drawn.std()) == pytest.approx(deviation, abs=0.001)
    assert 0 <= drawn.min() <= drawn.max() <= 1


def test_the_draws_of_a_sample_are_graded_as_samples_of_that_share(rulebook):
    body = evidence_of(sampled(met=14, of=20), finding("B", "offenders.orders"), finding("C", "responding.advice"))
    base = Base.of(body, rulebook)
    as_it_is = graded([everything(base)], base)
    drawn, [interval] = of_samples(base, as_it_is, 30, seed=3)
    shares = np.random.default_rng([3, 0]).beta(6.5, 14.5, 30)
    for share, rows in zip(shares, drawn, strict=True):
        coded = {
            **body.findings[0].model_dump(exclude_unset=True),
            "sample": {"share": float(1 - share), "margin": 0.0},
        }
        alone = evidence_of(Finding.model_validate(coded), *body.findings[1:])
        assert all(one is other for one, other in told_of(rows, base, alone, rulebook).values())
    assert (interval.finding, interval.failing) == ("A", 0.3)
    assert interval.low == pytest.approx(np.quantile(shares, 0.025))
    assert interval.high == pytest.approx(np.quantile(shares, 0.975))


@pytest.mark.slow
def test_questions_that_no_sample_bears_on_stand_in_every_draw_of_samples(lancashire, rulebook):
    touched = {
        rulebook.framework.question_of[c].id for f in lancashire.findings if f.sample is not None for c in f.bears_on
    }
    for question in firm(lancashire, rulebook).questions:
        if question.core_question not in touched:
            assert [(chance.grade, chance.share) for chance in question.sampling] == [(question.grade, 1.0)]


@pytest.mark.slow
def test_the_same_seed_gives_the_same_on_one_core_as_on_several(lancashire, rulebook):
    script = (
        "import peelrules; book = peelrules.load_rulebook(); "
        f"evidence = peelrules.load_evidence({str(ROOT / 'evidence/lancashire.yaml')!r}, book); "
        "print(peelrules.sensitivity(evidence, book, draws=300, seed=5).model_dump_json())"
    )
    one_core = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], env={**os.environ, "POLARS_MAX_THREADS": "1"}, capture_output=True, check=True
    )
    assert Sensitivity.model_validate_json(one_core.stdout) == firm(lancashire, rulebook, draws=300, seed=5)


def test_a_seed_may_be_as_large_as_you_like(rulebook):
    assert firm(evidence_of(finding("A", "offenders.bail")), rulebook, seed=2**200).seed == 2**200


@pytest.mark.slow
def test_another_seed_draws_otherwise(lancashire, rulebook):
    one, other = (firm(lancashire, rulebook, draws=300, seed=seed).questions for seed in (1, 2))
    assert [question.coding for question in one] != [question.coding for question in other]


@pytest.mark.slow
def test_the_order_of_findings_changes_nothing(lancashire, rulebook):
    turned = lancashire.model_copy(update={"findings": tuple(reversed(lancashire.findings))})
    assert firm(turned, rulebook) == firm(lancashire, rulebook)


@pytest.mark.parametrize(
    "options", [{"draws": 0}, {"notch": -0.1}, {"notch": 1.1}, {"notch": float("nan")}, {"seed": -1}]
)
def test_draws_and_probabilities_that_are_none_are_refused(options, rulebook):
    with pytest.raises(peelrules.ArgumentError, match="draws are 1 or more"):
        firm(evidence_of(), rulebook, **options)


@pytest.mark.parametrize("kind", ["no finding", "context only"])
def test_evidence_of_nothing_has_no_question_to_look_at(kind, rulebook):
    context = [finding("A", "offenders.bail", direction="neither")] if kind == "context only" else []
    found = firm(evidence_of(*context), rulebook)
    assert (found.questions, found.samples) == ((), ())
    assert all(not threshold.below and not threshold.above for threshold in found.thresholds)


# -- what is told of a question -----------------------------------------------------------------------


@pytest.mark.slow
@tries(25)
@given(evidences(), rulebooks())
def test_what_is_told_of_a_question_agrees_with_itself(evidence, rulebook):
    assessment = peelrules.grade(evidence, rulebook, plain)
    found = firm(evidence, rulebook)
    assert [q.core_question for q in found.questions] == [
        j.core_question for j in assessment.judgments if j.ceiling is not None
    ]
    for q in found.questions:
        judgment = assessment.judgment(q.core_question)
        assert q.grade is judgment.grade
        shares = [{c.grade: c.share for c in chances} for chances in (q.sampling, q.coding)]
        assert [sum(each.values()) for each in shares] == pytest.approx([1, 1])
        assert q.stands == min(each.get(q.grade, 0.0) for each in shares)
        others = {g: sum(each.get(g, 0.0) for each in shares) for each in shares for g in each if g is not q.grade}
        assert (q.stands == 1) == (not others)
        assert q.runner_up in others if others else q.runner_up is None
        assert not others or others[q.runner_up] == pytest.approx(max(others.values()))
        assert len(q.matter_most) <= 3
        pivotal = {r.finding for r in q.pivotal}
        told = [finding in pivotal for finding in q.matter_most]
        assert told == sorted(told, reverse=True)
        assert len(pivotal) < 3 or all(told)


def test_the_three_findings_that_decide_lancashires_investigating_are_named(lancashire, rulebook):
    found = {q.core_question: q for q in firm(lancashire, rulebook, draws=2000).questions}
    assert set(found["investigating"].matter_most) == {"INV-13", "RED-16", "VSA-16"}
    assert found["treatment"].matter_most == ()


# -- bounds of rules ----------------------------------------------------------------------------------


def moved(rulebook, threshold, number, value):
    """The rulebook with one bound at another value."""
    rule = rulebook.rule[threshold.rule]
    kind = rulebook.fields[rule.stage][threshold.field].kind
    bound = kind(value) if issubclass(kind, Scale) else value
    changed = list(rule.alternatives)
    changed[number] = tuple(
        c._replace(bound=bound) if (c.field, c.comparator.word) == (threshold.field, threshold.comparator) else c
        for c in changed[number]
    )
    replaced = rule.model_copy(update={"alternatives": tuple(changed)})
    rules = tuple(replaced if each.id == rule.id else each for each in rulebook.rules)
    return rulebook.model_copy(update={"rules": rules})


def some_values(threshold, rule, rulebook):
    kind = rulebook.fields[rule.stage][threshold.field].kind
    if issubclass(kind, Scale):
        return [str(level) for level in kind]
    ends = [end for end in (threshold.lowest, threshold.highest, threshold.value) if end is not None]
    if kind is int:
        return sorted({value for end in ends for value in (end - 1, end, end + 1) if 0 <= value <= 1_000_000})
    return sorted(
        {min(1.0, max(0.0, end + step)) for end in ends for step in (-0.1, -1e-7, 0.0, 1e-7, 0.1)} | {0.0, 1.0}
    )


def is_within(value, threshold, rule, rulebook):
    kind = rulebook.fields[rule.stage][threshold.field].kind
    rank = (lambda level: kind(level).rank) if issubclass(kind, Scale) else (lambda number: number)
    value = rank(value)
    low = (
        threshold.lowest is None
        or value > rank(threshold.lowest)
        or (threshold.includes_lowest and value == rank(threshold.lowest))
    )
    high = (
        threshold.highest is None
        or value < rank(threshold.highest)
        or (threshold.includes_highest and value == rank(threshold.highest))
    )
    return low, high


@tries(20)
@given(evidences(max_size=6), rulebooks(max_size=2))
def test_every_grade_stays_within_the_range_of_a_bound_and_one_changes_just_beyond(evidence, rulebook):
    now = grades(evidence, rulebook)
    bounds = [
        (number, rule)
        for rule in rulebook.rules
        for number, conditions in enumerate(rule.alternatives)
        for condition in conditions
        if condition.comparator.is_ordered
    ]
    for threshold, (number, rule) in zip(thresholds_of(evidence, rulebook), bounds, strict=True):
        assert threshold.rule == rule.id
        for value in some_values(threshold, rule, rulebook):
            low, high = is_within(value, threshold, rule, rulebook)
            if low and high:
                assert grades(evidence, moved(rulebook, threshold, number, value)) == now
        for shifts, end, includes, step in (
            (threshold.below, threshold.lowest, threshold.includes_lowest, -1),
            (threshold.above, threshold.highest, threshold.includes_highest, 1),
        ):
            assert bool(shifts) == (end is not None)
            if shifts:
                beyond = just_beyond(rulebook, rule, threshold.field, end, includes, step)
                then = grades(evidence, moved(rulebook, threshold, number, beyond))
                assert {s.core_question: (s.before, s.after) for s in shifts} == {
                    q: (grade, then[q]) for q, grade in now.items() if then[q] is not grade
                }


def just_beyond(rulebook, rule, field, end, includes, step):
    kind = rulebook.fields[rule.stage][field].kind
    if issubclass(kind, Scale):
        return str(list(kind)[kind(end).rank + step])
    if not includes:
        return end
    return end + step if kind is int else float(np.nextafter(end, end + step))


def test_few_regradings_tell_how_far_a_bound_can_move_among_many_values(rulebook, monkeypatch):
    tried = []
    shifts = thresholds._Moving._shifts
    monkeypatch.setattr(thresholds._Moving, "_shifts", lambda *asked: tried.append(asked) or shifts(*asked))
    body = evidence_of(*(sampled(met=met, of=101).model_copy(update={"id": f"S-{met}"}) for met in range(101)))
    bounds = list(thresholds_of(body, rulebook))
    assert len(tried) < 2 * 10 * len(bounds)


def test_the_bounds_on_which_lancashires_grades_hang(lancashire, rulebook):
    found = {(s.rule, s.field): s for s in thresholds_of(lancashire, rulebook)}
    three_quarters = found["grade.substantially-all", "demonstrated"]
    assert (three_quarters.lowest, three_quarters.highest) == (8 / 14, 0.75)
    assert [(s.core_question, s.after) for s in three_quarters.above] == [("resources", Grade.ADEQUATE)]
    service = found["grade.service-fails", "not_demonstrated_service"]
    assert (service.includes_lowest, service.highest, service.includes_highest) == (False, 0.5, True)


def test_moving_a_bound_as_whatif_does_gives_the_change_that_is_told(lancashire, rulebook):
    change = SetBound(rule="grade.substantially-all", field="demonstrated", comparator="below", value=0.76)
    assert grades(lancashire, changed_rules(rulebook, [change]))["resources"] is Grade.ADEQUATE


# -- missing evidence ---------------------------------------------------------------------------------


@pytest.mark.slow
@tries(25)
@given(st.data())
def test_the_grades_left_by_evidence_on_a_characteristic_are_those_of_every_completion(data):
    rulebook = bundled()
    question = next(q for q in rulebook.framework.core_questions if q.id == "offenders")
    everything = list(of_questions(rulebook.framework, "offenders"))
    missing = data.draw(st.lists(st.sampled_from(everything), min_size=1, max_size=4, unique=True))
    findings = [
        finding(f"F-{number:02}", c, direction=data.draw(st.sampled_from([Direction.STRENGTH, Direction.SHORTFALL])))
        for number, c in enumerate(everything)
        if c not in missing
    ]
    evidence = evidence_of(*findings)
    [firmness] = firm(evidence, rulebook).questions
    assert {gap.characteristic for gap in firmness.gaps} == set(missing)
    done = run(evidence.findings, rulebook, plain)

    def ceilings(fixed):
        free = [c for c in missing if c not in fixed]
        for statuses in product(Status, repeat=len(free)):
            yield ceiling_if({**fixed, **dict(zip(free, statuses, strict=True))}, question, done, rulebook)

    for gap in firmness.gaps:
        assert gap.if_not_demonstrated is max(ceilings({gap.characteristic: Status.NOT_DEMONSTRATED}))
        assert gap.if_exceeded is min(ceilings({gap.characteristic: Status.EXCEEDED}))
        left = [
            max(found).rank - min(found).rank + 1
            for status in (Status.NOT_DEMONSTRATED, Status.EXCEEDED)
            for found in [list(ceilings({gap.characteristic: status}))]
        ]
        assert (gap.grades_left, gap.at_best) == (max(left), min(left))
    order = [(gap.grades_left, gap.at_best) for gap in firmness.gaps]
    assert order == sorted(order)
    possible = max(ceilings({})).rank - min(ceilings({})).rank + 1
    assert firmness.narrows == (order[0][1] < possible)


def test_the_gap_that_narrows_most_comes_first(rulebook):
    """Most characteristics are missing, of service and enabling ones."""
    told = set()
    for number in range(2, 8):
        shown = list(of_questions(rulebook.framework, "preventing"))[:number]
        found = firm(evidence_of(*(finding(f"F-{n}", c) for n, c in enumerate(shown))), rulebook)
        [question] = [q for q in found.questions if q.core_question == "preventing"]
        order = [(gap.grades_left, gap.at_best) for gap in question.gaps]
        assert order == sorted(order)
        told |= {len(set(order))}
    assert max(told) > 1


@pytest.mark.parametrize(
    ("off_and_other", "off", "weight"), [(2, 4, 0.5 - 1 / 6), (0, 0, 0.0), (3, 10, 0.0), (0, 5, -0.6)]
)
def test_a_finding_weighs_as_much_as_its_doubt_makes_another_grade_likelier(off_and_other, off, weight):
    assert _weight(off_and_other, off, 3, 10) == pytest.approx(weight)


def test_shares_on_a_bound_are_of_another_kind_than_those_beside_it():
    bounds = np.array([0.0, 0.5])
    kinds = _kinds(np.array([0.0, 0.2, 0.5, 0.7, 0.2, 0.0]), bounds)
    assert kinds.tolist() == [1, 2, 3, 4, 2, 1]
    assert _kinds(_one_of_each_kind(bounds), bounds)[1:].tolist() == [1, 2, 3, 4]


def test_how_many_variants_are_in_memory_at_a_time_changes_nothing(lancashire, rulebook, monkeypatch):
    some = lancashire.model_copy(update={"findings": lancashire.findings[::4]})
    at_once = firm(some, rulebook)
    monkeypatch.setattr(variants, "AT_ONCE", 500)
    assert firm(some, rulebook) == at_once


SCRIPT = """
import sys, peelrules
book = peelrules.load_rulebook()
body = peelrules.load_evidence(sys.argv[1], book)
times = range(int(sys.argv[2]))
many = tuple(f.model_copy(update={"id": f"{f.id}-{n}"}) for n in times for f in body.findings)
peelrules.sensitivity(body.model_copy(update={"findings": many}), book, draws=int(sys.argv[3]))
try:  # the highest of this process alone; getrusage also counts what the parent had before it began
    [peak] = [line for line in open("/proc/self/status") if line.startswith("VmHWM")]
    print(int(peak.split()[1]) * 1024)
except FileNotFoundError:
    print(0)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_draws_times_findings():
    peaks = [
        int(
            subprocess.run(  # noqa: S603
                [sys.executable, "-c", SCRIPT, ROOT / "evidence/lancashire.yaml", times, draws],
                capture_output=True,
                check=True,
            ).stdout
        )
        for times, draws in (("1", "10"), ("8", "2000"))
    ]
    assert peaks[1] < peaks[0] + 500_000_000


def test_only_graded_questions_are_looked_at(lancashire, rulebook):
    graded_here = {q.id for q in rulebook.framework.core_questions if q.is_graded}
    assert {q.core_question for q in firm(lancashire, rulebook).questions} <= graded_here
