from collections import Counter
from fractions import Fraction

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import (
    QUESTIONS,
    bundled,
    differing,
    evidence_of,
    evidences,
    finding,
    levels,
    of_questions,
    rulebook_of,
    rulebooks,
    tries,
)

import peelrules
from peelrules.documents.bundled import bundled_rulebook
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.engine.tables import tabled
from peelrules.model.assessment import Assessment
from peelrules.model.facts import Stage
from peelrules.model.scales import Direction, Extent, Gravity, Seriousness, State, Status
from peelrules.testing import IMPROVEMENTS, is_no_worse
from peelrules.testing.properties import without_order

KNOWN = tuple(of_questions(bundled().framework, *QUESTIONS))
GRADED = tuple(c for c in KNOWN if bundled().framework.question_of[c].is_graded)


def graded(evidence):
    return peelrules.grade(evidence, bundled(), plain)


def with_findings(evidence, *more):
    return evidence.model_copy(update={"findings": (*evidence.findings, *more)})


# -- what never matters -------------------------------------------------------------------------------


@tries(40)
@given(st.data())
def test_the_order_of_findings_never_matters(data):
    evidence = data.draw(evidences())
    shuffled = evidence.model_copy(update={"findings": tuple(data.draw(st.permutations(evidence.findings)))})
    assert differing(graded(shuffled), graded(evidence)) == set()


@tries(20)
@given(evidences(), st.permutations(range(len(bundled().rules))))
def test_the_order_of_rules_never_matters(evidence, order):
    shuffled = peelrules.grade(evidence, rulebook_of(*(bundled().rules[number] for number in order)), plain)
    assert differing(without_order(shuffled), without_order(graded(evidence))) == set()


@pytest.mark.parametrize("turn", [lambda rules: rules[::-1], lambda rules: rules[2:] + rules[:2]])
def test_the_order_of_rules_in_their_files_never_matters(turn, lancashire, assessment, tmp_path):
    folder = bundled_rulebook()
    for path in folder.glob("*.yaml"):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content = turn(content) if isinstance(content, list) else content
        (tmp_path / path.name).write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    turned = peelrules.grade(lancashire, peelrules.load_rulebook(tmp_path))
    assert differing(without_order(turned), without_order(assessment)) == set()


@tries(20)
@given(evidences(), st.text(min_size=1, max_size=30).filter(str.strip))
def test_the_name_of_the_force_never_matters(evidence, force):
    renamed = graded(evidence.model_copy(update={"force": force}))
    assert renamed.force == force
    assert differing(renamed, graded(evidence)) <= {"force"}


@tries(30)
@given(evidences(), st.lists(st.sampled_from(KNOWN), min_size=1, max_size=3, unique=True))
def test_context_never_matters(evidence, bears_on):
    context = finding("Z", *bears_on, direction=Direction.NEITHER)
    before, after = graded(evidence), graded(with_findings(evidence, context))
    assert differing(before, after) <= {"findings", "derivations", "rules"}


# -- better evidence ----------------------------------------------------------------------------------


def improved(evidence, how):
    changes = IMPROVEMENTS[how](evidence, bundled())
    return [evidence.model_copy(update={"findings": findings}) for _, findings in changes]


@pytest.mark.parametrize("improvement", IMPROVEMENTS)
def test_better_evidence_never_lowers_anything(improvement):
    @tries(25)
    @given(evidences(max_size=10).filter(lambda evidence: improved(evidence, improvement)))
    def holds(evidence):
        before = graded(evidence)
        assert all(is_no_worse(graded(better), before) for better in improved(evidence, improvement))

    holds()


@pytest.mark.slow
@pytest.mark.parametrize("improvement", IMPROVEMENTS)
def test_better_evidence_about_lancashire_never_lowers_anything(improvement, lancashire):
    # no strength of Lancashire is coded as progress, so every third is made one first
    progress = {"progress": True} if improvement == "more than progress" else {}
    strengths = [finding for finding in lancashire.findings if finding.direction is Direction.STRENGTH]
    lesser = {finding.id: finding.model_copy(update=progress) for finding in strengths[::3]}
    findings = tuple(lesser.get(finding.id, finding) for finding in lancashire.findings)
    evidence = lancashire.model_copy(update={"findings": findings})
    better = improved(evidence, improvement)
    assert better
    before = graded(evidence)
    assert all(is_no_worse(graded(changed), before) for changed in better[:: 1 + len(better) // 40])


def test_evidence_that_is_added_can_make_a_grade_of_none():
    seen = [finding(f"F-{n}", c) for n, c in enumerate(GRADED[:2])]
    before = graded(evidence_of(*seen)).judgment("crime-recording")
    after = graded(evidence_of(*seen, finding("F-2", GRADED[2]))).judgment("crime-recording")
    assert (before.grade, str(before.ceiling), str(after.grade)) == (None, "good", "good")


# -- causes of concern --------------------------------------------------------------------------------


@tries(60)
@given(st.data(), evidences(), st.lists(st.sampled_from(KNOWN), min_size=1, max_size=3, unique=True))
def test_a_critical_shortfall_is_named_and_makes_a_question_inadequate_of_which_little_is_demonstrated(
    data, evidence, bears_on
):
    grave = finding(
        "Z",
        *bears_on,
        direction=Direction.SHORTFALL,
        seriousness=Seriousness.CRITICAL,
        extent=Extent.WIDESPREAD,
        state=State.OPEN,
        persistent=data.draw(st.booleans()),
        recommendation=data.draw(st.none() | st.just("The force should stop this.")),
    )
    assessment = graded(with_findings(evidence, grave))
    (named,) = [c for c in assessment.critical_shortfalls if c.characteristic == bears_on[0]]
    assert "Z" in named.findings
    judgment = assessment.judgment(named.core_question)
    causes = [c for c in assessment.causes_of_concern if c.core_question == named.core_question]
    assert len(causes) == named.is_cause_of_concern
    if judgment.reporting == "graded":
        assert named.is_cause_of_concern is (demonstrated_of(assessment, named.core_question) < Fraction(1, 2))
    else:
        assert not named.is_cause_of_concern
    for cause in causes:
        assert bears_on[0] in cause.characteristics
        assert "Z" in cause.findings
        assert grave.recommendation is None or grave.recommendation in cause.recommendations
        assert str(judgment.ceiling) == "inadequate"
        assert judgment.grade in (None, judgment.ceiling)
        assert "grade.cause-of-concern" in {reason.rule for reason in judgment.reasons}


def demonstrated_of(assessment, question):
    """The share of the assessed characteristics that is demonstrated, in part counting half."""
    worth = {Status.NOT_DEMONSTRATED: 0, Status.PARTLY_DEMONSTRATED: 1, Status.DEMONSTRATED: 2, Status.EXCEEDED: 2}
    halves = [worth[c.status] for c in assessment.characteristics if c.core_question == question and c.status]
    return Fraction(sum(halves), 2 * len(halves))


@tries(40)
@given(evidences())
def test_causes_of_concern_and_boxes_rest_on_shortfalls_first_about_their_characteristic(evidence):
    assessment = graded(evidence)
    primary = {found.id: found.primary for found in evidence.findings}
    gravity = {found.id: found.gravity for found in assessment.findings}
    boxes = [
        *(((box.characteristic,), box) for box in assessment.critical_shortfalls),
        *(((box.characteristic,), box) for box in assessment.areas_for_improvement),
        *((cause.characteristics, cause) for cause in assessment.causes_of_concern),
    ]
    for about, box in boxes:
        assert {primary[i] for i in box.findings} == set(about)
        assert sorted(box.findings, key=lambda i: -gravity[i].rank) == list(box.findings)
    critical = {primary[i] for i, weighed in gravity.items() if weighed is Gravity.CRITICAL}
    assert {c.characteristic for c in assessment.critical_shortfalls} == critical
    assert {c for cause in assessment.causes_of_concern for c in cause.characteristics} == {
        c.characteristic for c in assessment.critical_shortfalls if c.is_cause_of_concern
    }
    assert all(cause.recommendations for cause in assessment.causes_of_concern)


@tries(20)
@given(rulebooks(Stage.SAMPLE, Stage.FINDING), evidences())
def test_what_weighs_on_a_characteristic_is_named_whatever_the_rules(rulebook, evidence):
    assessment = peelrules.grade(evidence, rulebook, plain)
    gravity = {found.id: found.gravity for found in assessment.findings}
    for characteristic in assessment.characteristics:
        weights = [gravity[i] for i in characteristic.shortfalls]
        assert characteristic.gravity is max(weights, default=Gravity.NONE)


# -- no grade, and ranges -----------------------------------------------------------------------------


def test_without_evidence_there_is_no_grade_and_no_ceiling_anywhere():
    assessment = peelrules.grade(evidence_of(), bundled())
    assert {(j.grade, j.ceiling, j.range, j.coverage.assessed) for j in assessment.judgments} == {(None, None, None, 0)}
    assert all(j.not_graded for j in assessment.judgments)
    assert {c.status for c in assessment.characteristics} == {None}
    assert not assessment.causes_of_concern
    assert not assessment.areas_for_improvement


@tries(60)
@given(evidences(max_size=10))
def test_a_question_is_graded_where_half_of_it_is_assessed_and_bounded_where_any_of_it_is(evidence):
    for judgment in graded(evidence).judgments:
        assessed, of = judgment.coverage.assessed, judgment.coverage.of
        is_judged = judgment.reporting == "graded" and assessed > 0
        assert (judgment.ceiling is not None) is is_judged
        assert (judgment.range is not None) is is_judged
        assert (judgment.grade is not None) is (is_judged and 2 * assessed >= of)
        assert (judgment.grade is None) is bool(judgment.not_graded)
        assert judgment.grade in (None, judgment.ceiling)
        assert bool(judgment.reasons) is (is_judged and str(judgment.ceiling) != "outstanding")


@tries(60)
@given(evidences())
def test_a_characteristic_is_assessed_where_a_finding_speaks_of_it(evidence):
    assessment = graded(evidence)
    spoken_of = {c for found in evidence.findings if not found.is_context for c in found.bears_on}
    assert {c.characteristic for c in assessment.characteristics if c.status is not None} == spoken_of


@tries(60)
@given(evidences())
def test_the_ceiling_lies_within_the_range(evidence):
    judged = [j for j in graded(evidence).judgments if j.range is not None]
    assert all(j.range.worst <= j.ceiling <= j.range.best for j in judged)
    assert all(j.range.worst is j.ceiling is j.range.best for j in judged if j.coverage.assessed == j.coverage.of)


@st.composite
def completions(draw, name, characteristic):
    """A finding about a characteristic not looked at before, whose gravity stays below critical."""
    kind = draw(st.sampled_from(["strength", "sample", "shortfall"]))
    if kind == "strength":
        return finding(name, characteristic, exceptional=draw(st.booleans()))
    coded = {"seriousness": Seriousness.MODERATE, "state": draw(levels(State))}
    if kind == "sample":
        return finding(name, characteristic, sample={"met": draw(st.integers(0, 10)), "of": 10}, **coded)
    serious = draw(st.booleans())
    extents = [e for e in Extent if not serious or e < Extent.WIDESPREAD]
    coded |= {"extent": draw(st.sampled_from(extents))}
    coded |= {"seriousness": Seriousness.SERIOUS} if serious else {}
    return finding(name, characteristic, direction=Direction.SHORTFALL, **coded)


def missing_of(assessment):
    return [c.characteristic for c in assessment.characteristics if c.status is None and c.characteristic in GRADED]


def judged_before(assessment):
    return [j for j in assessment.judgments if j.range is not None]


@tries(80)
@given(st.data(), evidences(max_size=8))
def test_the_range_holds_whatever_the_missing_characteristics_turn_out_to_be(data, evidence):
    before = graded(evidence)
    missing = missing_of(before)
    assume(missing)
    completed = data.draw(st.lists(st.sampled_from(missing), min_size=1, max_size=16))
    more = [data.draw(completions(f"Z-{number}", c)) for number, c in enumerate(completed)]
    after = graded(with_findings(evidence, *more))
    for judgment in judged_before(before):
        assert judgment.range.worst <= after.judgment(judgment.core_question).ceiling <= judgment.range.best


@pytest.mark.parametrize(
    ("end", "coded"),
    [
        ("worst", {"direction": Direction.SHORTFALL, "extent": Extent.FREQUENT}),
        ("best", {"direction": Direction.STRENGTH, "exceptional": True}),
    ],
)
@tries(30)
@given(evidence=evidences(max_size=8))
def test_both_ends_of_the_range_can_be_reached(end, coded, evidence):
    before = graded(evidence)
    more = [finding(f"Z-{number}", c, **coded) for number, c in enumerate(missing_of(before))]
    after = graded(with_findings(evidence, *more))
    for judgment in judged_before(before):
        assert after.judgment(judgment.core_question).ceiling is getattr(judgment.range, end)


# -- what is reported of the rules --------------------------------------------------------------------


@tries(25)
@given(rulebooks(max_counts=2), evidences())
def test_firings_are_exactly_the_rules_that_apply(rulebook, evidence):
    looked_at = {}

    def remembering(rulebook, stage, facts):
        looked_at.setdefault(stage, facts)  # the questions are looked at again for the range
        return plain(rulebook, stage, facts)

    assessment = peelrules.grade(evidence, rulebook, remembering)
    fired = Counter((d.stage, firing.rule) for d in assessment.derivations for firing in d.firings)
    assert fired == Counter(
        (stage, rule.id)
        for stage, facts in looked_at.items()
        for fact in facts
        for rule in rulebook.of_stage[stage]
        if rule.applies(fact)
    )


@tries(50)
@given(rulebooks(max_counts=3), evidences())
def test_all_engines_come_to_the_same_assessment_whatever_is_counted(rulebook, evidence):
    defined = peelrules.grade(evidence, rulebook, plain)
    for matcher in (durable, tabled):
        assert differing(peelrules.grade(evidence, rulebook, matcher), defined) == set()


@tries(25)
@given(evidences())
def test_the_bundled_rules_come_to_the_same_assessment_by_default(evidence):
    assert differing(peelrules.grade(evidence, bundled()), graded(evidence)) == set()


@tries(25)
@given(rulebooks(), evidences())
def test_an_assessment_survives_json(rulebook, evidence):
    assessment = peelrules.grade(evidence, rulebook, plain)
    assert differing(Assessment.model_validate_json(assessment.model_dump_json()), assessment) == set()


def test_the_assessment_of_lancashire_survives_json(assessment):
    assert differing(Assessment.model_validate_json(assessment.model_dump_json()), assessment) == set()


@tries(40)
@given(evidences())
def test_every_rule_says_what_became_of_it(evidence):
    assessment = graded(evidence)
    facts = {
        Stage.SAMPLE: sum(found.sample is not None for found in evidence.findings),
        Stage.FINDING: len(evidence.findings),
        Stage.CHARACTERISTIC: sum(c.status is not None for c in assessment.characteristics),
        Stage.CORE_QUESTION: sum(judgment.ceiling is not None for judgment in assessment.judgments),
    }
    fired = Counter(firing.rule for derivation in assessment.derivations for firing in derivation.firings)
    assert [(use.rule, use.stage, use.looked_at, use.applied) for use in assessment.rules] == [
        (rule.id, rule.stage, facts[rule.stage], fired[rule.id]) for rule in bundled().rules
    ]


# -- what is refused ----------------------------------------------------------------------------------


CITED = {"document": "reprot", "section": "One"}
UNSOUND = {
    "characteristic": (finding("A", "offenders.bail", "elsewhere.unknown"), "no characteristic `elsewhere.unknown`"),
    "characteristic misspelt": (finding("A", "offenders.bial"), "did you mean `offenders.bail`?"),
    "strand": (finding("A", "offenders.bail", strand="feildwork"), "no strand `feildwork`; did you mean `fieldwork`?"),
    "method": (finding("A", "offenders.bail", method="gossip"), "A: there is no method `gossip`"),
    "source": (finding("A", "offenders.bail", source=CITED), "no source `reprot`; did you mean `report`?"),
}


@pytest.mark.parametrize(
    "conclude",
    [
        graded,
        lambda evidence: peelrules.sensitivity(evidence, bundled(), draws=1),
        lambda evidence: peelrules.whatif(evidence, bundled(), [peelrules.Drop(finding="A")]),
    ],
    ids=["grade", "sensitivity", "whatif"],
)
@pytest.mark.parametrize("what", UNSOUND)
def test_a_word_that_the_rulebook_does_not_have_is_refused(what, conclude):
    unsound, words = UNSOUND[what]
    with pytest.raises(peelrules.EvidenceError) as caught:
        conclude(evidence_of(unsound))
    assert words in str(caught.value)


def test_evidence_of_another_framework_is_refused():
    evidence = evidence_of(finding("A", "offenders.bail")).model_copy(update={"framework": "fire-2025"})
    with pytest.raises(peelrules.EvidenceError, match="the rulebook is for `peel-2021-22`"):
        graded(evidence)


def test_two_findings_with_one_id_are_refused():
    with pytest.raises(peelrules.EvidenceError, match="A: two findings have the same id"):
        graded(evidence_of(finding("A", "offenders.bail"), finding("A", "offenders.orders")))


def test_every_fault_is_told():
    unsound = [each.model_copy(update={"id": f"A-{number}"}) for number, (each, _) in enumerate(UNSOUND.values())]
    with pytest.raises(ValueError, match="A-0: ") as caught:
        graded(evidence_of(*unsound))
    assert isinstance(caught.value, peelrules.PeelrulesError)
    assert [fault.split(": ")[0] for fault in str(caught.value).splitlines()] == [found.id for found in unsound]


def test_what_a_change_supposes_is_sound():
    evidence = evidence_of(finding("A", "offenders.bail"))
    found = peelrules.whatif(evidence, bundled(), [peelrules.Show(characteristic="offenders.orders")])
    assert [(each.subject, each.after) for each in found.statuses] == [("offenders.orders", "demonstrated")]
