import pytest

import peelrules
from peelrules.insight.changes import (
    ChangeError,
    Drop,
    Set,
    SetBound,
    Show,
    changed,
    changed_rules,
    parse_rule_set,
    parse_set,
)
from peelrules.insight.comparison import agreement_with_published, compare
from peelrules.insight.differences import differences, whatif
from peelrules.model.published import Published
from peelrules.model.scales import Grade


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("INV-05.sample.met=32", Set(finding="INV-05", field="sample.met", value=32)),
        ("VSA-10.state=remedied", Set(finding="VSA-10", field="state", value="remedied")),
        (" VSA-10.persistent = true ", Set(finding="VSA-10", field="persistent", value=True)),
        ("TRE-14.sample.share=0.9", Set(finding="TRE-14", field="sample.share", value=0.9)),
    ],
)
def test_a_change_is_read_from_words(lancashire, text, change):
    assert parse_set(text, lancashire) == change


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("INV-05", "`INV-05` is not of the form FINDING.FIELD=VALUE"),
        ("INV-05.state=", "`INV-05.state=` is not of the form FINDING.FIELD=VALUE"),
        ("INV-05=32", "`INV-05=32` names no field; write FINDING.FIELD=VALUE, such as INV-05.state=remedied"),
        ("INV-99.state=open", "there is no finding `INV-99.state`; did you mean `INV-29`?"),
        ("VSA-10.state=[", "`[` is not a value; write a word, a number, true or false"),
    ],
)
def test_a_change_that_cannot_be_read_says_why(lancashire, text, message):
    with pytest.raises(ChangeError) as error:
        parse_set(text, lancashire)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            Set(finding="VSA-10", field="stat", value="open"),
            "a finding has no field `stat` to set; did you mean `state`?",
        ),
        (Set(finding="VSA-10", field="sample.met", value=3), "VSA-10 has no field `sample.met`"),
        (Set(finding="VSA-10", field="id", value="X"), "a finding has no field `id` to set"),
        (Set(finding="INV-05", field="sample.met", value=36), "36 of 35 cannot be; `met` counts cases among `of`"),
        (Set(finding="VSA-10", field="state", value="mended"), "Input should be 'remedied', 'improving' or 'open'"),
        (Drop(finding="VSA-99"), "there is no finding `VSA-99`; did you mean `VSA-09`?"),
    ],
)
def test_a_change_that_cannot_be_made_says_why(lancashire, change, message):
    with pytest.raises(ChangeError) as error:
        changed(lancashire, [change])
    assert message in str(error.value)


def test_changes_leave_the_evidence_they_were_given_alone(lancashire):
    before = lancashire.model_dump_json()
    after = changed(lancashire, [Drop(finding="VSA-10"), Set(finding="INV-05", field="sample.met", value=30)])
    assert lancashire.model_dump_json() == before
    assert len(after.findings) == len(lancashire.findings) - 1
    assert next(f for f in after.findings if f.id == "INV-05").sample.met == 30


def test_what_is_shown_is_a_strength_of_the_characteristic(lancashire, rulebook):
    after = changed(lancashire, [Show(characteristic="vulnerable.staff", exceptional=True)])
    assessed = peelrules.grade(after, rulebook).characteristic["vulnerable.staff"]
    assert str(assessed.status) == "exceeded"


def test_a_bound_of_a_rule_is_named_by_the_rule_or_by_its_field(rulebook):
    bound = SetBound(rule="grade.substantially-all", field="demonstrated", comparator="below", value=0.8)
    assert parse_rule_set("grade.substantially-all=0.8", rulebook) == bound
    assert parse_rule_set("grade.substantially-all.demonstrated=0.8", rulebook) == bound
    changed_book = changed_rules(rulebook, [bound])
    assert changed_book.identity.hash != rulebook.identity.hash
    assert str(changed_book.rule["grade.substantially-all"].alternatives[0][0]) == "demonstrated below 80%"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "grade.substantialy-all=0.8",
            "there is no rule or count `grade.substantialy-all`; did you mean `grade.substantially-all`?",
        ),
        (
            "gravity.critical-not-remedied=serious",
            "`gravity.critical-not-remedied` does not name one bound; there are "
            "gravity.critical-not-remedied.direction.is, gravity.critical-not-remedied.seriousness.at_least, "
            "gravity.critical-not-remedied.state.at_least",
        ),
    ],
)
def test_a_bound_that_is_not_one_says_why(rulebook, text, message):
    with pytest.raises(ChangeError) as error:
        parse_rule_set(text, rulebook)
    assert str(error.value) == message


def test_a_bound_that_cannot_be_is_refused(rulebook):
    with pytest.raises(ChangeError, match="less than or equal to 1"):
        changed_rules(rulebook, [parse_rule_set("grade.substantially-all=80", rulebook)])


def test_without_a_change_nothing_is_different(lancashire, rulebook):
    found = whatif(lancashire, rulebook)
    assert not any((found.grades, found.ceilings, found.concerns, found.statuses, found.findings))


def test_a_change_tells_the_grades_it_moves_and_the_rules_that_decide(lancashire, rulebook):
    changes = [
        Set(finding="INV-13", field="sample.met", value=14),
        Set(finding="VSA-16", field="state", value="improving"),
    ]
    found = whatif(lancashire, rulebook, changes)
    [grade] = found.grades
    assert (grade.subject, grade.before, grade.after) == ("investigating", "requires improvement", "adequate")
    assert grade.because_before == ("Half or more of the service characteristics are not demonstrated",)
    assert grade.because_after == ("Less than three quarters of the characteristics are demonstrated",)
    assert {d.subject for d in found.findings} == {"INV-13", "VSA-16"}


def test_findings_that_come_and_go_are_told(assessment, lancashire, rulebook):
    after = changed(lancashire, [Drop(finding="RES-06"), Show(characteristic="vulnerable.staff")])
    found = differences(assessment, peelrules.grade(after, rulebook))
    assert (found.findings_gone, found.findings_new) == (("RES-06",), ("shown.vulnerable.staff",))
    assert [(d.subject, d.before, d.after) for d in found.statuses] == [("vulnerable.staff", None, "demonstrated")]


def published(**grades):
    work = {"title": "A report", "publisher": "HMICFRS"}
    return Published.model_validate(
        {"force": "Lancashire Constabulary", "framework": "peel-2021-22", "source": work, "grades": grades}
    )


def test_distance_is_in_tiers_and_has_a_sign(assessment):
    compared = compare(assessment, published(responding="outstanding", investigating="inadequate"))
    tiers = {pair.core_question: pair.tiers for pair in compared.grades if pair.tiers is not None}
    assert tiers == {"responding": -2, "investigating": 1}


def test_agreement_counts_judgments_that_have_both_grades(assessment):
    grades = {j.core_question: str(j.grade) for j in assessment.judgments if j.grade is not None}
    exact = agreement_with_published([compare(assessment, published(**grades))])
    assert (exact.judgments, exact.exact, exact.within_one_tier, exact.kappa) == (8, 8, 8, 1.0)
    off = agreement_with_published(
        [compare(assessment, published(responding="good", investigating="good", vetting="good"))]
    )
    assert (off.judgments, off.exact, off.within_one_tier) == (2, 0, 1)


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        ([("good", "good"), ("good", "good")], None),
        ([("good", "adequate"), ("adequate", "good")], -1.0),
        # ranks 3, 2, 1 beside 3, 3, 1: squares add up to 1 of 3; by chance to 4 + 2 + 1 + 8 of 9
        (
            [("good", "good"), ("adequate", "good"), ("requires improvement", "requires improvement")],
            1 - (1 / 3) / (15 / 9),
        ),
    ],
)
def test_kappa_is_that_of_cohen_with_quadratic_weights(assessment, pairs, kappa):
    comparisons = [
        compare(assessment, published(responding=theirs)).model_copy(
            update={
                "grades": (
                    compare(assessment, published(responding=theirs))
                    .grades[0]
                    .model_copy(update={"indicative": Grade(ours), "published": Grade(theirs)}),
                )
            }
        )
        for ours, theirs in pairs
    ]
    assert agreement_with_published(comparisons).kappa == (None if kappa is None else pytest.approx(kappa))


@pytest.mark.parametrize("value", ["null", "[a, b]", "{a: b}"])
def test_what_is_no_single_value_is_refused(lancashire, value):
    with pytest.raises(ChangeError, match="is not a value"):
        parse_set(f"INV-05.state={value}", lancashire)


def test_a_strand_that_the_framework_does_not_have_is_refused(lancashire, rulebook):
    with pytest.raises(ChangeError, match="there is no strand `zzz`"):
        whatif(lancashire, rulebook, [Set(finding="VSA-02", field="strand", value="zzz")])


def test_practices_and_extents_that_change_are_told(lancashire, rulebook):
    changes = [
        Set(finding="PRE-01", field="innovative", value=False),
        Set(finding="INV-05", field="sample.met", value=15),
    ]
    found = whatif(lancashire, rulebook, changes)
    assert {(d.subject, d.outcome) for d in found.findings} == {("PRE-01", "innovative_practice"), ("INV-05", "extent")}


def test_findings_of_the_same_id_that_say_something_else_are_others(assessment, lancashire, rulebook):
    other = changed(lancashire, [Set(finding="INV-05", field="finding", value="Cars are clean.")])
    found = differences(assessment, peelrules.grade(other, rulebook))
    assert (found.findings_gone, found.findings_new, found.findings) == (("INV-05",), ("INV-05",), ())


def test_a_grade_that_is_gone_says_why(lancashire, rulebook):
    few = [Drop(finding=f.id) for f in lancashire.findings if f.primary.startswith("offenders.") and f.id != "OFF-01"]
    [gone] = [d for d in whatif(lancashire, rulebook, few).grades if d.subject == "offenders"]
    assert gone.after is None
    assert gone.because_after[0].startswith("not enough evidence: ")
