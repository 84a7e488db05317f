import pytest
from hypothesis import given
from strategies import bundled, evidences, rule, rulebook_of, rulebooks, tries

import peelrules
from peelrules.engine.matching import plain
from peelrules.engine.stages import run
from peelrules.insight.explanation import led_to, why_not
from peelrules.model.comparators import Comparator
from peelrules.model.facts import Stage
from peelrules.model.scales import Grade, Scale

GRADED = [q.id for q in bundled().framework.core_questions if q.is_graded]


def concluded(assessment):
    return [j.core_question for j in assessment.judgments if j.ceiling is not None]


def plainly(value):
    if isinstance(value, tuple):
        return tuple(str(each) for each in value)
    return str(value) if isinstance(value, Scale) else value


def leaves(step):
    if not step.because:
        yield step
    for because in step.because:
        for held in because.premises:
            for below in held.rests_on:
                yield from leaves(below)


def without(rulebook, rules):
    return rulebook_of(*(rule for rule in rulebook.rules if rule.id not in rules))


@given(evidences(), rulebooks())
@tries(60)
def test_every_premise_holds_on_the_facts(evidence, rulebook):
    assessment = peelrules.grade(evidence, rulebook, plain)
    stages = run(sorted(evidence.findings, key=lambda f: f.id), rulebook, plain)
    facts = {
        (stage, subject): profile.fact
        for stage, done in stages.stages.items()
        for subject, profile in done.profiles.items()
    }
    for derivation in assessment.derivations:
        fact = facts[derivation.stage, derivation.subject]
        for firing in derivation.firings:
            read = {(p.field, p.comparator): p for p in firing.premises}
            assert any(
                {(c.field, c.comparator.word) for c in conditions} == set(read)
                for conditions in rulebook.rule[firing.rule].alternatives
            )
            for premise in firing.premises:
                value = fact[premise.field]
                assert premise.value == plainly(value)
                [bound] = {
                    c.bound
                    for conditions in rulebook.rule[firing.rule].alternatives
                    for c in conditions
                    if (c.field, c.comparator.word, plainly(c.bound))
                    == (premise.field, premise.comparator, premise.bound)
                }
                assert Comparator.named(premise.comparator).holds(value, bound)


@given(evidences())
@tries(60)
def test_every_subject_of_a_premise_is_concluded_about_or_coded(evidence):
    assessment = peelrules.grade(evidence, bundled(), plain)
    for derivation in assessment.derivations:
        for premise in (p for firing in derivation.firings for p in firing.premises):
            for subject in premise.subjects:
                if not assessment.is_concluded(subject, premise.outcome):
                    assert premise.outcome in type(assessment.finding[subject].coded).model_fields


@given(evidences())
@tries(60)
def test_every_leaf_is_evidence_or_rests_where_its_scale_begins(evidence):
    assessment = peelrules.grade(evidence, bundled(), plain)
    for question in concluded(assessment):
        for leaf in leaves(peelrules.explain(assessment, question, full=True)):
            assert leaf.subject in assessment.finding or not assessment.derivation(leaf.subject, leaf.outcome).firings


@given(evidences())
@tries(60)
def test_without_the_rules_that_decide_the_grade_would_be_better(evidence):
    assessment = peelrules.grade(evidence, bundled(), plain)
    for question in concluded(assessment):
        judgment = assessment.judgment(question)
        deciding = {reason.rule for reason in judgment.reasons}
        assert bool(deciding) == (judgment.ceiling is not Grade.OUTSTANDING)
        if deciding:
            again = peelrules.grade(evidence, without(bundled(), deciding), plain).judgment(question)
            assert again.ceiling > judgment.ceiling


@given(evidences())
@tries(60)
def test_the_rules_that_block_are_exactly_those_without_which_the_grade_would_be_reached(evidence):
    assessment = peelrules.grade(evidence, bundled(), plain)
    for question in concluded(assessment):
        for wanted in Grade:
            ceilings = {b.rule for b in why_not(assessment, question, wanted).blocks if b.ceiling is not None}
            freed = peelrules.grade(evidence, without(bundled(), ceilings), plain).judgment(question)
            assert freed.ceiling >= wanted
            for kept in ceilings:
                held = peelrules.grade(evidence, without(bundled(), ceilings - {kept}), plain).judgment(question)
                assert held.ceiling < wanted


def test_what_it_takes_is_just_enough(assessment):
    block = why_not(assessment, "responding", "good").blocks[0]
    assert block.holds == ("8 of 14 characteristics demonstrated, 57.14% (below 75%)",)
    assert block.takes == ("at least 10.5 of 14 characteristics demonstrated",)
    block = why_not(assessment, "investigating", "adequate").blocks[0]
    assert block.holds == ("3 of 6 service characteristics not demonstrated, 50% (at least 50%)",)
    assert block.takes == ("at most 2 of 6 service characteristics not demonstrated",)


def test_too_little_evidence_stands_in_the_way_of_any_grade(lancashire, rulebook):
    few = lancashire.model_copy(update={"findings": tuple(f for f in lancashire.findings if f.id == "RES-02")})
    blocks = why_not(peelrules.grade(few, rulebook), "responding", "inadequate").blocks
    assert [(b.rule, b.ceiling) for b in blocks] == [("evidence.too-little", None)]


def test_what_a_finding_led_to_goes_up_to_the_grade(assessment):
    def chains(consequence):
        if not consequence.leads_to:
            yield [(consequence.subject, consequence.outcome)]
        for further in consequence.leads_to:
            yield from ([(consequence.subject, consequence.outcome), *chain] for chain in chains(further))

    ways = [chain for consequence in led_to(assessment, "INV-05") for chain in chains(consequence)]
    code = "investigating.victims-code"
    assert [("INV-05", "gravity"), (code, "status"), ("investigating", "grade")] in ways
    assert [("INV-05", "gravity"), (code, "concern")] in ways


def test_a_strength_leads_to_nothing_that_bounds(assessment):
    assert all(c.outcome == "direction" for c in led_to(assessment, "RES-02"))


@pytest.mark.parametrize("question", ["victims", "crime-recording", "vetting"])
def test_nothing_is_explained_about_a_question_without_a_ceiling(assessment, question):
    with pytest.raises(ValueError, match=assessment.judgment(question).name):
        peelrules.explain(assessment, question)


def test_an_unknown_question_or_finding_is_a_key_error(assessment):
    with pytest.raises(KeyError):
        peelrules.explain(assessment, "responding-to-the-public")
    with pytest.raises(KeyError):
        led_to(assessment, "XYZ-01")


def test_all_alternatives_of_a_rule_that_hold_have_to_stop_applying(lancashire, rulebook):
    either = [{"demonstrated": {"below": 0.7}}, {"not_demonstrated_service": {"above": 0.1}}]
    mine = rulebook_of(*rulebook.rules, rule(Stage.CORE_QUESTION, "a.rule", either, {"grade": {"at_most": "adequate"}}))
    blocks = why_not(peelrules.grade(lancashire, mine), "investigating", "good").blocks
    [takes] = [block.takes for block in blocks if block.rule == "a.rule"]
    assert takes == (
        "at least 8 of 11 characteristics demonstrated",
        "at most 0 of 6 service characteristics not demonstrated",
    )


def test_a_shortfall_is_not_said_to_lead_to_a_lack_of_exceptional_evidence(assessment):
    def subjects(consequence):
        return {consequence.subject}.union(*map(subjects, consequence.leads_to))

    assert "treatment" not in set().union(*map(subjects, led_to(assessment, "TRE-19")))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda a: a.judgment("resonding"), "there is no core question `resonding`; did you mean `responding`?"),
        (
            lambda a: peelrules.explain(a, "investigate"),
            "no core question `investigate`; did you mean `investigating`?",
        ),
        (lambda a: peelrules.explain(a, "x"), "there is no core question `x`; choose from"),
        (lambda a: peelrules.led_to(a, "VSA-999"), "there is no finding `VSA-999`; did you mean `VSA-"),
        (lambda a: peelrules.path(a, "resonding", "good"), "did you mean `responding`?"),
        (lambda a: peelrules.why_not(a, "responding", "god"), "there is no grade 'god'; choose from inadequate, "),
        (lambda a: peelrules.path(a, "responding", "god"), "there is no grade 'god'; choose from inadequate, "),
        (lambda a: peelrules.path(a, "responding", "good", most=0), "ask for 1 or more"),
        (lambda a: peelrules.explain(a, "victims"), "a narrative question: described, not graded"),
    ],
)
def test_what_cannot_be_asked_is_told_by_an_exception_of_the_family(assessment, ask, message):
    with pytest.raises(peelrules.PeelrulesError) as caught:
        ask(assessment)
    assert message in str(caught.value)
    assert isinstance(caught.value, ValueError | KeyError)
