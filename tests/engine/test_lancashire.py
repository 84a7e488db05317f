import json
import re
from pathlib import Path

import pytest
from strategies import differing

import peelrules
from peelrules.model.evidence import Sample
from peelrules.model.rulebook import content_of

ROOT = Path(__file__).parents[2]
EVIDENCE = ROOT / "evidence/lancashire.yaml"
PUBLISHED = ROOT / "evidence/published/lancashire.yaml"
FIGURES = [
    {"met": 55, "of": 57},
    {"met": 71, "of": 74},
    {"met": 12, "of": 15},
    {"met": 21, "of": 35},
    {"met": 19, "of": 20},
    {"met": 18, "of": 20},
    {"met": 13, "of": 17},
    {"met": 86, "of": 90},
    {"met": 21, "of": 27},
    {"met": 588, "of": 592},
    {"share": 0.852, "margin": 0.051, "of": 183},
]
FORCES = """
Avon Somerset Bedfordshire Cambridgeshire Cheshire Cleveland Cumbria Derbyshire Devon Cornwall Dorset Durham Dyfed Powys
Essex Gloucestershire Manchester Gwent Hampshire Hertfordshire Humberside Kent Lancashire Leicestershire Lincolnshire
London Merseyside Metropolitan Norfolk Wales Yorkshire Northamptonshire Northumbria Nottinghamshire Staffordshire
Suffolk Surrey Sussex Thames Warwickshire Mercia Midlands Wiltshire Constabulary
"""
A_FORCE = re.compile(rf"\b({'|'.join(FORCES.split())})\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def published(rulebook):
    return peelrules.load_published(PUBLISHED, rulebook)


def test_eight_questions_were_graded(published):
    assert len(published.grades) == 8


@pytest.mark.parametrize(
    "core_question",
    ["treatment", "preventing", "responding", "investigating", "vulnerable", "offenders", "workforce", "resources"],
)
def test_the_published_grade_is_reproduced(core_question, assessment, published):
    assert assessment.judgment(core_question).grade is published.grades[core_question]


@pytest.mark.parametrize("name", ["lancashire", "codings/lancashire-second", "codings/lancashire-third"])
def test_every_coding_of_the_report_reproduces_the_grades_and_keeps_them_under_noise(name, published, rulebook):
    evidence = peelrules.load_evidence(ROOT / f"evidence/{name}.yaml", rulebook)
    (found,) = peelrules.noise(rulebook, (), {name: (evidence, published)}, draws=2_000).codings
    assert found.exact == len(found.judgments) == 8
    assert min(judgment.share for judgment in found.judgments) >= 0.8
    assert found.expected >= (0.98 if name == "lancashire" else 0.95) * 8


def test_no_question_is_graded_that_the_inspectorate_did_not_grade(assessment, published):
    assert {j.core_question for j in assessment.judgments if j.grade is not None} == set(published.grades)


@pytest.mark.parametrize(
    ("boxes", "field", "count"),
    [
        ("areas_for_improvement", "characteristic", 6),
        ("causes_of_concern", "characteristic", 0),
        ("innovative_practice", "characteristic", 2),
    ],
)
def test_what_is_boxed_is_what_was_boxed(boxes, field, count, assessment, published):
    ours, theirs = (getattr(outcome, boxes) for outcome in (assessment, published))
    assert len(ours) == len(theirs) == count
    assert {getattr(box, field) for box in ours} == {getattr(box, field) for box in theirs}


def test_each_practice_bears_on_the_characteristic_of_its_published_box(lancashire, assessment, published):
    bears_on = {found.id: found.bears_on for found in lancashire.findings}
    ours = [(made.core_question, bears_on[made.finding]) for made in assessment.innovative_practice]
    for box in published.innovative_practice:
        assert any(question == box.core_question and box.characteristic in about for question, about in ours)


@pytest.mark.parametrize(
    ("core_question", "reason"),
    [
        ("victims", "a narrative question: described, not graded"),
        ("crime-recording", "no evidence: none of 6 characteristics is assessed"),
        ("organised-crime", "inspected and reported separately"),
        ("vetting", "inspected and reported separately"),
    ],
)
def test_what_is_not_graded_says_why(core_question, reason, assessment):
    judgment = assessment.judgment(core_question)
    assert (judgment.grade, judgment.ceiling, judgment.range) == (None, None, None)
    assert judgment.not_graded == reason
    assert not judgment.reasons


def test_what_is_separate_is_what_was_pending(assessment, published):
    separate = {j.core_question for j in assessment.judgments if j.reporting == "separate"}
    assert separate == set(published.pending)


def test_the_reasons_of_a_grade_are_the_rules_that_hold_it_there(assessment):
    for judgment in assessment.judgments:
        holding = {
            firing.rule
            for derivation in assessment.derivations
            if (derivation.subject, derivation.outcome) == (judgment.core_question, "grade")
            for firing in derivation.firings
            if firing.level == str(judgment.grade)
        }
        assert {reason.rule for reason in judgment.reasons} == holding


def test_grading_does_not_read_what_was_published(rulebook, assessment, tmp_path, monkeypatch):
    copy = tmp_path / "lancashire.yaml"
    copy.write_bytes(EVIDENCE.read_bytes())
    lie = PUBLISHED.read_text(encoding="utf-8").replace(": good", ": inadequate")
    (tmp_path / "published").mkdir()
    (tmp_path / "published/lancashire.yaml").write_text(lie, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    copied = peelrules.grade(peelrules.load_evidence(copy, rulebook), rulebook)
    assert differing(copied, assessment) == set()


def test_every_finding_says_where_it_stands(lancashire):
    assert lancashire.findings
    assert [f.id for f in lancashire.findings if not (f.source.section and f.source.paragraph)] == []
    assert {f.source.document for f in lancashire.findings} == set(lancashire.sources)


@pytest.mark.parametrize("figures", FIGURES, ids=lambda figures: str(Sample(**figures)))
def test_each_figure_of_the_report_is_in_the_evidence_as_it_was_published(figures, lancashire):
    assert Sample(**figures) in [finding.sample for finding in lancashire.findings]


def test_no_other_figures_are_in_the_evidence(lancashire):
    assert sum(finding.sample is not None for finding in lancashire.findings) == len(FIGURES)


def test_no_rule_knows_a_force(rulebook):
    for rule in rulebook.rules:
        reads_and_concludes = json.dumps(content_of(rule) | {"basis": "", "source": ""})
        assert A_FORCE.search(reads_and_concludes) is None, rule.id


def test_no_part_of_the_framework_that_counts_knows_a_force(rulebook):
    framework = rulebook.framework
    counts = [
        *([q.id, q.reporting] for q in framework.core_questions),
        *([c.id, c.role.value] for c in framework.characteristics.values()),
        *([str(status), share] for status, share in framework.credit.items()),
        *framework.strands.items(),
        *framework.methods.items(),
        *map(content_of, rulebook.counts),
    ]
    assert A_FORCE.search(json.dumps(counts)) is None


def test_the_names_of_forces_are_found_where_they_do_stand(rulebook):
    assert {match.group() for rule in rulebook.rules for match in A_FORCE.finditer(rule.basis)} > {"Wiltshire"}


@pytest.mark.parametrize("force", ["Cleveland Police", "Any Other Force"])
def test_the_same_evidence_about_another_force_has_the_same_outcome(force, lancashire, assessment, rulebook):
    renamed = peelrules.grade(lancashire.model_copy(update={"force": force}), rulebook)
    assert renamed.force == force
    assert differing(renamed, assessment) == {"force"}
