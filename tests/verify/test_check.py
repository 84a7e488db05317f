"""Every check finds what it says, where it stands, and nothing else; and what it calls proved holds when tried."""

import itertools
import json
import math
import shutil
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    alternatives,
    bundled,
    comparisons,
    evidence_of,
    facts,
    finding,
    rule,
    rulebook_of,
    rulebooks,
    rules,
)

import peelrules
from peelrules.cli import main
from peelrules.documents.bundled import bundled_rulebook
from peelrules.documents.cases import load_cases
from peelrules.model.conditions import all_hold, goes_on_for_worse
from peelrules.model.facts import Harm, Stage
from peelrules.model.problems import Problem
from peelrules.model.scales import Scale
from peelrules.report import checks, sarif
from peelrules.verify.checks import CHECKS, Remark, Report
from peelrules.verify.evidence import MOST_BORNE_ON, check_evidence, doubts
from peelrules.verify.rulebook import (
    always_comes_with,
    can_apply,
    can_hold,
    check_rulebook,
    objections,
    towards_better,
    two_facts,
)
from peelrules.verify.values import Grid

RULE = """
- id: test.rule
  title: A rule made for a test
  {when}
  {then}
  source: {{document: ours, clause: tests}}
  {basis}
  examples:
"""
BASIS = "basis: Made for a test; nothing else rests on it."
EXTENT = "then: {extent: {at_least: some}}"
BAIL = "characteristic: offenders.bail, failing"

# In the text of what is broken, § marks the place that is told. The rule applies to the first share, not to the second.
RULEBOOKS = {
    "PR001": (
        "samples.yaml",
        (f"when: {{{BAIL}: {{§at_lest: 0.05}}}}", EXTENT, BASIS, (0.05, 0.04)),
        (f"when: {{{BAIL}: {{at_least: 0.05}}}}", EXTENT, BASIS, (0.05, 0.04)),
    ),
    "PR101": (
        "samples.yaml",
        (f"when: {{{BAIL}: {{§at_most: 0.05}}}}", EXTENT, BASIS, (0.05, 0.06)),
        (f"when: {{{BAIL}: {{at_least: 0.05}}}}", EXTENT, BASIS, (0.05, 0.04)),
    ),
    "PR102": (
        "samples.yaml",
        (f"when: [{{{BAIL}: {{above: 0.05}}}}, §{{{BAIL}: {{above: 1.0}}}}]", EXTENT, BASIS, (1.0, 0.05)),
        (f"when: [{{{BAIL}: {{above: 0.05}}}}, {{{BAIL}: {{at_least: 1.0}}}}]", EXTENT, BASIS, (1.0, 0.05)),
    ),
    "PR103": (
        "samples.yaml",
        (f"§when: {{{BAIL}: {{above: 0.3}}}}", EXTENT, BASIS, (0.31, 0.3)),
        (f"when: {{{BAIL}: {{above: 0.03}}}}", EXTENT, BASIS, (0.31, 0.03)),
    ),
    "PR103 of nothing": (
        "samples.yaml",
        (f"when: {{{BAIL}: {{above: 0.3}}}}", "§then: {extent: {at_least: isolated}}", BASIS, (0.31, 0.3)),
        (f"when: {{{BAIL}: {{above: 0.3}}}}", "then: {extent: {at_least: widespread}}", BASIS, (0.31, 0.3)),
    ),
    "PR105": (
        "samples.yaml",
        (f"when: {{{BAIL}: {{§above: 0.05}}}}", EXTENT, BASIS, (0.06, 0.04)),
        (f"when: {{{BAIL}: {{above: 0.05}}}}", EXTENT, BASIS, (0.06, 0.05)),
    ),
    "PR106": (
        "samples.yaml",
        (f"when: {{{BAIL}: {{above: 0.05}}}}", EXTENT, f"§basis: {'x' * 39}", (0.06, 0.05)),
        (f"when: {{{BAIL}: {{above: 0.05}}}}", EXTENT, f"basis: {'x' * 40}", (0.06, 0.05)),
    ),
}
UNREACHABLE = {
    "level": (
        "characteristics.yaml",
        "then: {concern: {at_least: critical shortfall}}",
        "concern critical shortfall",
    ),
    "flag": ("findings.yaml", "then: {raises: innovative_practice}", "innovative practice"),
}
INSTEAD = {"level": "then: {concern: {at_least: area for improvement}}", "flag": "then: {gravity: {at_least: minor}}"}

EVIDENCE = """\
force: A force
framework: peel-2021-22
sources:
  report: {title: A report, publisher: HMICFRS}
"""
SHORTFALL = "direction: shortfall, state: open"
CODINGS = {
    "PR001": ("§direction: shortfal", "direction: strength"),
    "PR201": (
        f"{SHORTFALL}, seriousness: serious, §extent: isolated",
        f"{SHORTFALL}, seriousness: serious, extent: some",
    ),
    "PR202": (
        f"{SHORTFALL}, seriousness: minor, §extent: widespread",
        f"{SHORTFALL}, seriousness: moderate, extent: widespread",
    ),
    "PR203": (
        "seriousness: minor, state: open, §sample: {met: 21, of: 35}",
        "seriousness: minor, state: open, sample: {met: 20, of: 35}",
    ),
}


def marked(text):
    """The text without its mark, and line and column of the mark."""
    before = text.partition("§")[0]
    return text.replace("§", ""), (before.count("\n") + 1, len(before) - before.rfind("\n"))


@pytest.fixture
def folder(tmp_path):
    target = shutil.copytree(bundled_rulebook(), tmp_path / "rulebook")
    shutil.rmtree(target / "cases")
    return target


def with_rule(folder, file, when, then, basis, shares):
    """One more rule in a rulebook, which applies to the first of two shares only; the place of the mark."""
    examples = "".join(
        f"    - {{given: {{characteristic: offenders.bail, failing: {share}}}, applies: {applies}}}\n"
        for share, applies in zip(shares, ("true", "false"), strict=True)
    )
    path = folder / file
    added = RULE.format(when=when, then=then, basis=basis) + examples
    text, place = marked(path.read_text(encoding="utf-8") + added)
    path.write_text(text, encoding="utf-8")
    return place


def evidence_file(tmp_path, coding, missing=(), source="{document: report, section: One, paragraph: 1}"):
    framework = peelrules.load_rulebook().framework
    graded = [q for q in framework.core_questions if q.is_graded]
    every = [c.id for q in graded for c in q.characteristics if c.id not in missing]
    common = "strand: fieldwork, source: {document: report, section: One, paragraph: 1}"
    text = (
        f"{EVIDENCE}§findings:\n"
        + "".join(
            f"  - {{id: A-1.{n}, finding: All is well., bears_on: [{c}], direction: strength, {common}}}\n"
            for n, c in enumerate(every)
        )
        + "  - {id: A-2, finding: Some fall short., bears_on: [offenders.bail], seriousness: moderate, state: open,"
        f" sample: {{met: 21, of: 35}}, {common}}}\n"
        f"  - {{id: A-3, finding: A test., bears_on: [offenders.bail], {coding},"
        f" strand: fieldwork, source: {source}}}\n"
    )
    if text.count("§") > 1:
        text = text.replace("§", "", 1)
    text, place = marked(text)
    path = tmp_path / "evidence.yaml"
    path.write_text(text, encoding="utf-8")
    return path, place


def told(remarks):
    return [(remark.code, remark.line, remark.column) for remark in remarks]


# -- each check once, at its place ------------------------------------------------------------------------


def test_the_bundled_rulebook_has_nothing_to_remark():
    assert check_rulebook(bundled_rulebook()).remarks == ()


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_check_of_rulebooks_finds_what_is_broken(name, folder):
    file, broken, _ = RULEBOOKS[name]
    place = with_rule(folder, file, *broken)
    remarks = check_rulebook(folder).remarks
    assert told(remarks) == [(name.split()[0], *place)]
    assert remarks[0].file == str(folder / file)


@pytest.mark.parametrize("name", RULEBOOKS)
def test_a_check_of_rulebooks_passes_over_what_is_sound(name, folder):
    file, _, sound = RULEBOOKS[name]
    with_rule(folder, file, *sound)
    assert [remark for remark in check_rulebook(folder).remarks if remark.code == name.split()[0]] == []


@pytest.mark.parametrize("name", UNREACHABLE)
def test_an_outcome_that_no_rule_concludes_is_told(name, folder):
    file, then, outcome = UNREACHABLE[name]
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(then) == 1
    (folder / file).write_text(text.replace(then, INSTEAD[name]), encoding="utf-8")
    found = [remark for remark in check_rulebook(folder).remarks if remark.code == "PR104"]
    assert told(found) == [("PR104", text[: text.index("- id:")].count("\n") + 1, 1)]
    assert outcome in found[0].message


COUNTED = {
    "PR107": (
        "characteristic:\n",
        "  - {id: against, title: shortfalls, count: findings, where: {direction: shortfall}}\n",
        "no rule reads `against`, directly or through another count",
    ),
    "PR107 by a count that none reads": (
        "core_question:\n",
        "  - {id: heard, title: heard, share: characteristics, where: {strengths: {at_least: 1}}}\n",
        "no rule reads `heard`, directly or through another count",
    ),
    "PR108": (
        "core_question:\n",
        "  - {id: thin, title: thin, share: characteristics, where: {strengths: {below: 2}}, of: {assessed: true}}\n",
        "`thin` goes from 0% to 100% when one strength shows crime-recording.all-crime, of which nothing was known",
    ),
    "PR108 of a count": (
        "core_question:\n",
        "  - {id: thin, title: thin, count: characteristics, where: {strengths: {below: 2}}}\n",
        "`thin` goes from 0 to 1 when one strength shows crime-recording.all-crime, of which nothing was known",
    ),
    "PR108 beside another only": (
        "core_question:\n",
        "  - {id: best, title: best, share: characteristics, where: {status: exceeded}, of: {assessed: true}}\n",
        "`best` goes from 100% to 50% when one strength shows crime-recording.all-crime, of which nothing was known",
    ),
    "PR108 by its status": (
        "core_question:\n",
        "  - {id: plain, title: plain, worst: status}\n",
        "`plain` goes from exceeded to demonstrated when one strength shows crime-recording.all-crime, of which "
        "nothing was known",
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_a_check_of_counts_finds_what_is_broken(name, folder):
    code, (stage, count, message) = name.split()[0], COUNTED[name]
    path = folder / "counts.yaml"
    text = path.read_text(encoding="utf-8").replace(stage, stage + count)
    path.write_text(text, encoding="utf-8")
    found = [remark for remark in check_rulebook(folder).remarks if remark.code == code]
    line = text[: text.index(count)].count("\n") + 1
    assert [(remark.file, remark.line, remark.message) for remark in found] == [(str(path), line, message)]


@pytest.mark.parametrize("code", CODINGS)
def test_a_check_of_evidence_finds_what_is_odd(code, tmp_path, rulebook):
    path, (line, column) = evidence_file(tmp_path, CODINGS[code][0])
    remarks = check_evidence(path, rulebook).remarks
    assert [(remark.code, remark.line) for remark in remarks] == [(code, line)]
    assert remarks[0].column == (column + len("direction: ") if code == "PR001" else column)


@pytest.mark.parametrize("code", CODINGS)
def test_a_check_of_evidence_passes_over_what_is_not(code, tmp_path, rulebook):
    path, _ = evidence_file(tmp_path, CODINGS[code][1])
    assert check_evidence(path, rulebook).remarks == ()


def test_what_has_no_evidence_is_told_once_a_question(tmp_path, rulebook):
    missing = ("responding.call-answering", "responding.supervision", "offenders.supervision")
    path, place = evidence_file(tmp_path, "direction: strength", missing=missing)
    remarks = check_evidence(path, rulebook).remarks
    assert told(remarks) == [("PR204", *place)] * 2
    assert "offenders.supervision" in remarks[0].message
    assert "responding.call-answering, responding.supervision" in remarks[1].message


def test_questions_that_nobody_has_begun_with_are_told_together(tmp_path, rulebook):
    text = """force: X
framework: peel-2021-22
sources: {r: {title: R, publisher: P}}
findings:
  - {id: A, finding: F., bears_on: [offenders.bail], direction: strength, strand: fieldwork, source: {document: r,
      section: S, paragraph: 1}}
"""
    path = tmp_path / "evidence.yaml"
    path.write_text(text)
    begun, others = check_evidence(path, rulebook).remarks
    assert {begun.code, others.code} == {"PR204"}
    graded = [q for q in rulebook.framework.core_questions if q.is_graded]
    assert begun.message.startswith("Managing offenders: 9 of 10 characteristics without evidence: ")
    assert others.message == f"without any evidence: {', '.join(q.name for q in graded if q.id != 'offenders')}"


def test_that_there_are_no_findings_yet_is_told_once(tmp_path, rulebook):
    path = tmp_path / "evidence.yaml"
    path.write_text("force: X\nframework: peel-2021-22\nsources: {r: {title: R, publisher: P}}\nfindings: []\n")
    [remark] = check_evidence(path, rulebook).remarks
    assert (remark.code, remark.line, remark.column) == ("PR204", 4, 1)
    assert remark.message == "there are no findings, so no characteristic has evidence"


def test_a_finding_without_paragraph_is_told(tmp_path, rulebook):
    path, _ = evidence_file(tmp_path, "direction: strength", source="{document: report, section: One}")
    last = path.read_text(encoding="utf-8").count("\n")
    assert [(remark.code, remark.line) for remark in check_evidence(path, rulebook).remarks] == [("PR205", last)]


@pytest.mark.parametrize(
    ("many", "message"),
    [
        (1, "F-2 does not say in which paragraph it stands"),
        (2, "2 findings do not say in which paragraph they stand: F-2, F-3"),
        (12, "12 findings do not say in which paragraph they stand: F-2, F-3, F-4, F-5, F-6 and 7 more"),
    ],
)
def test_findings_without_paragraph_are_told_together(tmp_path, rulebook, many, message):
    line = (
        "- {{id: F-{}, finding: Words., bears_on: [offenders.bail], direction: strength, strand: fieldwork, "
        "source: {{document: r, section: One{}}}}}\n"
    )
    path = tmp_path / "evidence.yaml"
    head = "force: X\nframework: peel-2021-22\nsources: {r: {title: R, publisher: P}}\nfindings:\n"
    path.write_text(head + line.format(1, ", paragraph: 1") + "".join(line.format(n + 2, "") for n in range(many)))
    [remark] = [remark for remark in check_evidence(path, rulebook).remarks if remark.code == "PR205"]
    assert (remark.line, remark.message) == (6, message)


CHARACTERISTICS = ("offenders.bail", "offenders.orders", "offenders.supervision", "responding.supervision")


@pytest.mark.parametrize(
    ("bears_on", "missing", "message"),
    [
        (CHARACTERISTICS, (), "A-3 bears on 4 characteristics"),
        (CHARACTERISTICS[:3], (), None),
        (
            CHARACTERISTICS[1:3],
            CHARACTERISTICS[1:3],
            "A-3 alone is the evidence of 2 characteristics: offenders",
        ),
        (CHARACTERISTICS[:2], CHARACTERISTICS[1:2], None),
    ],
)
def test_a_finding_that_stands_for_much_is_told(bears_on, missing, message, tmp_path, rulebook):
    path, _ = evidence_file(tmp_path, "direction: strength", missing=missing)
    text = path.read_text(encoding="utf-8")
    text = text.replace("A test., bears_on: [offenders.bail]", f"A test., bears_on: [{', '.join(bears_on)}]")
    path.write_text(text, encoding="utf-8")
    remarks = check_evidence(path, rulebook).remarks
    assert [(remark.code, remark.line) for remark in remarks] == ([("PR206", text.count("\n"))] if message else [])
    assert all(remark.message.startswith(message) for remark in remarks)


def test_no_finding_coded_so_far_bears_on_more_than_the_check_allows(lancashire, rulebook):
    cases = [case.evidence for case in load_cases(bundled_rulebook(), rulebook)]
    coded = [finding for each in [lancashire, *cases] if each is not None for finding in each.findings]
    assert max(len(finding.bears_on) for finding in coded) == MOST_BORNE_ON


def test_an_inspection_of_another_cycle_is_told(tmp_path, rulebook):
    path, _ = evidence_file(tmp_path, "direction: strength")
    path.write_text("inspection: PEEL 2023-25\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    [remark] = check_evidence(path, rulebook).remarks
    assert (remark.code, remark.line, remark.column) == ("PR207", 1, 1)
    assert remark.message.startswith("The inspection is named PEEL 2023-25, and the characteristics and rules are")


@pytest.mark.slow
def test_a_thousand_remarks_take_no_time(folder):
    """Each was looked up in a file that was read anew, and each rule held against each other in full."""
    path = folder / "samples.yaml"
    sides = ((1.0, "true"), (0.1, "false"))
    examples = "".join(f"    - {{given: {{failing: {share}}}, applies: {applies}}}\n" for share, applies in sides)
    rules = (
        RULE.format(when=f"when: {{failing: {{above: {0.2 + number / 1000}}}}}", then=EXTENT, basis=BASIS).replace(
            "test.rule", f"test.rule-{number}"
        )
        + examples
        for number in range(500)
    )
    path.write_text(path.read_text(encoding="utf-8") + "".join(rules), encoding="utf-8")
    before = time.process_time()
    assert len(check_rulebook(folder).remarks) >= 1000
    assert time.process_time() - before < 15


def many_samples(number):
    shared = {"direction": None, "seriousness": "minor", "state": "open"}
    return [finding(f"A-{n}", "offenders.bail", sample={"met": n, "of": 10_000}, **shared) for n in range(number)]


def test_the_same_sample_is_found_among_thousands(rulebook):
    """Compared with each other, ten thousand take minutes."""
    samples = many_samples(10_000)
    again = [samples[7].model_copy(update={"id": "B-1"}), samples[7].model_copy(update={"id": "B-2"})]
    found = [doubt for doubt in doubts(evidence_of(*samples, *again), rulebook.framework) if doubt.code == "PR203"]
    assert [doubt.loc[1] for doubt in found] == [10_000, 10_001]
    assert all("as A-7: " in doubt.message for doubt in found)


def test_every_check_has_an_example_here():
    tested = {name.split()[0] for name in [*RULEBOOKS, *COUNTED, *CODINGS]} | {
        "PR104",
        "PR204",
        "PR205",
        "PR206",
        "PR207",
    }
    assert tested == set(CHECKS)


# -- what is called proved, tried -------------------------------------------------------------------------


def around(kind, conditions):
    """Values on, just below and just above each bound, and the ends: independent of how the checks choose theirs."""
    if issubclass(kind, Scale):
        return list(kind)
    if kind is bool:
        return [False, True]
    bounds = {bound for c in conditions for bound in c.bounds}
    if kind is int:
        near = {n + step for n in bounds for step in (-1, 0, 1)} | {0, 1_000_000}
        return sorted(count for count in near if 0 <= count <= 1_000_000)
    if kind is float:
        near = {math.nextafter(b, end) for b in bounds for end in (-1, 2)} | bounds | {0.0, 0.37, 1.0}
        return sorted(share for share in near if 0 <= share <= 1)
    return sorted(bounds | {"another"})


ANYTHING = {
    Stage.SAMPLE: {"failing": 1.0},
    Stage.FINDING: {"persistent": True},
    Stage.CHARACTERISTIC: {"strengths": 0},
    Stage.CORE_QUESTION: {"coverage": 0.0},
}


def space(stage, conditions):
    """Every fact that can be told apart in the fields of some conditions."""
    fields = bundled().fields[stage]
    names = sorted({c.field for c in conditions})
    values = [around(fields[name].kind, [c for c in conditions if c.field == name]) for name in names]
    return (dict(zip(names, row, strict=True)) for row in itertools.product(*values))


def worse_or_equal(data, fact, stage):
    """A fact that is at least as bad in every field."""
    other = data.draw(facts(stage))
    changed = {}
    for name, field in bundled().fields[stage].items():
        if field.harm is not Harm.NEITHER:
            pick = max if field.harm is Harm.WHEN_HIGHER else min
            changed[name] = pick(fact[name], other[name])
    return {**fact, **changed}


@given(st.data(), st.sampled_from(list(Stage)))
def test_a_rule_that_looks_towards_harm_applies_to_everything_worse(data, stage):
    drawn = data.draw(rulebooks(stage, max_size=3))
    for each in drawn.rules:
        if all(goes_on_for_worse(bundled().fields[stage][c.field], c) for part in each.alternatives for c in part):
            fact = data.draw(facts(stage))
            worse = worse_or_equal(data, fact, stage)
            assert not each.applies(fact) or each.applies(worse)


@given(st.data(), st.sampled_from(list(Stage)))
def test_the_two_facts_of_a_message_show_the_fault(data, stage):
    each = data.draw(rules(stage))
    for number, conditions in enumerate(each.alternatives):
        for condition in conditions:
            if (
                goes_on_for_worse(bundled().fields[stage][condition.field], condition)
                or (pair := two_facts(each, number, condition, bundled().fields[stage])) is None
            ):
                continue
            better, worse = pair
            assert each.applies(better)
            assert not each.applies(worse)
            field = bundled().fields[stage][condition.field]
            assert better == {**worse, field.name: better[field.name]}
            lower, higher = better[field.name], worse[field.name]
            assert lower < higher if field.harm is Harm.WHEN_HIGHER else lower > higher


@given(st.data(), st.sampled_from(list(Stage)))
def test_two_facts_are_found_for_a_single_comparison(data, stage):
    """With one comparison nothing makes up for its direction, so there is a pair exactly if it is called faulty."""
    each = data.draw(rules(stage))
    condition = each.alternatives[0][0]
    has_a_direction = bundled().fields[stage][condition.field].harm is not Harm.NEITHER
    if len(each.alternatives) == len(each.alternatives[0]) == 1 and has_a_direction:
        assert goes_on_for_worse(bundled().fields[stage][condition.field], condition) is (
            two_facts(each, 0, condition, bundled().fields[stage]) is None
        )


@given(st.data(), st.sampled_from(list(Stage)))
def test_what_can_never_hold_is_exactly_what_no_fact_satisfies(data, stage):
    each = data.draw(rules(stage))
    for conditions in each.alternatives:
        found = any(
            all(c.comparator.holds(values[c.field], c.bound) for c in conditions) for values in space(stage, conditions)
        )
        assert can_hold(conditions, bundled().fields[stage]) is found
    if not can_apply(each, bundled().fields[stage]):
        assert not each.applies(data.draw(facts(stage)))


def written(stage, name, conditions):
    """A rule of one alternative."""
    return rule(stage, name, [ANYTHING[stage]]).model_copy(update={"alternatives": (conditions,)})


@given(st.data(), st.sampled_from(list(Stage)))
def test_a_rule_that_always_comes_with_another_never_comes_alone(data, stage):
    fields = bundled().fields[stage]
    drawn = data.draw(st.lists(alternatives(stage), min_size=2, max_size=4))
    narrower = (*drawn[0], *data.draw(comparisons(fields[drawn[0][0].field])))
    made = [written(stage, f"rule.{number}", conditions) for number, conditions in enumerate([narrower, *drawn])]
    base = data.draw(facts(stage))
    for each, other in itertools.permutations(made, 2):
        if not always_comes_with(each, other, fields):
            continue
        (conditions,), (others,) = each.alternatives, other.alternatives
        for values in space(stage, [*conditions, *(c for c in others if c.field in {c.field for c in conditions})]):
            assert not each.applies({**base, **values}) or other.applies({**base, **values})


@given(st.data(), st.sampled_from(list(Stage)))
def test_what_a_grid_says_of_two_alternatives_is_so_in_each_of_their_facts(data, stage):
    fields = bundled().fields[stage]
    conditions, others = data.draw(st.lists(alternatives(stage), min_size=2, max_size=2))
    grid = Grid((*conditions, *others), fields)
    solved = grid.satisfying(conditions)
    assert all(solved.values()) is can_hold(conditions, fields)
    if can_hold(conditions, fields):
        assert grid.is_within(solved, grid.satisfying(others)) is all(
            not all_hold(conditions, values) or all_hold(others, values)
            for values in space(stage, [*conditions, *others])
        )


@pytest.mark.parametrize(
    ("when", "wider"),
    [
        ({"failing": {"above": 0.3}}, {"failing": {"at_least": 0.3}}),
        ({"failing": {"above": 0.3, "below": 0.2}, "characteristic": "vetting"}, {"failing": 1.0}),
        ({"characteristic": "vetting", "failing": {"above": 0.3}}, {"characteristic": "vetting"}),
        ({"characteristic": "vetting"}, {"characteristic": {"one_of": ["vetting", "offenders"]}}),
    ],
)
def test_a_narrower_rule_always_comes_with_the_wider(when, wider):
    narrow, wide = rule(Stage.SAMPLE, "narrow", [when]), rule(Stage.SAMPLE, "wide", [wider])
    fields = bundled().fields[Stage.SAMPLE]
    assert always_comes_with(narrow, wide, fields)
    assert not always_comes_with(wide, narrow, fields)


def test_of_two_rules_that_are_alike_one_is_told():
    alike = [rule(Stage.SAMPLE, name, [{"failing": {"above": 0.3}}]) for name in ("a", "b")]
    assert [o.about.id for o in objections(rulebook_of(*alike)) if o.code == "PR103"] == ["b"]


@pytest.mark.parametrize(
    ("stage", "when", "towards_harm"),
    [
        (Stage.FINDING, {"direction": "shortfall"}, True),
        (Stage.FINDING, {"direction": "neither"}, False),
        (Stage.FINDING, {"persistent": True}, True),
        (Stage.FINDING, {"persistent": False}, False),
        (Stage.FINDING, {"innovative": False}, True),
        (Stage.FINDING, {"seriousness": {"one_of": ["serious", "critical"]}}, True),
        (Stage.FINDING, {"seriousness": {"one_of": ["minor", "critical"]}}, False),
        (Stage.CHARACTERISTIC, {"strands_open": {"is": 2}}, False),
        (Stage.CHARACTERISTIC, {"strengths": {"is": 0}}, True),
        (Stage.CORE_QUESTION, {"core_question": "vetting"}, True),
        (Stage.CORE_QUESTION, {"demonstrated": {"at_least": 0.5}}, False),
    ],
)
def test_the_direction_of_a_comparison(stage, when, towards_harm):
    made = rule(stage, "a", [when])
    assert bool(list(towards_better(made, bundled().fields[stage]))) is not towards_harm


# -- how it is told ---------------------------------------------------------------------------------------

REPORT = Report.of(
    ["a folder"],
    [
        Remark.at("PR101", Problem("a folder/ä%,1.yaml", 3, 7, "50%")),
        Remark.at("PR001", Problem("/x.yaml", 0, 0, "gone\nfar")),
        Remark.at("PR204", Problem("b.yaml", 1, 1, "none")),
    ],
)


def test_sarif_has_what_it_must_have():
    written = json.loads(sarif.render(REPORT))
    assert written["version"] == "2.1.0"
    assert written["$schema"].endswith("sarif-schema-2.1.0.json")
    (run,) = written["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "peelrules"
    assert [each["id"] for each in driver["rules"]] == list(CHECKS)
    assert all(each["shortDescription"]["text"] and each["help"]["text"] for each in driver["rules"])
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning"]
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    gone, marked_up, _ = (result["locations"][0]["physicalLocation"] for result in run["results"])
    assert gone == {"artifactLocation": {"uri": "file:///x.yaml"}}
    assert marked_up["artifactLocation"]["uri"] == "a%20folder/%C3%A4%25%2C1.yaml"
    assert marked_up["region"] == {"startLine": 3, "startColumn": 7}


def test_annotations_are_escaped():
    gone, fault, warning = checks.github(REPORT).splitlines()
    assert gone == "::error file=/x.yaml,title=PR001::gone%0Afar"
    remedy = CHECKS["PR101"].remedy
    assert fault == f"::error file=a folder/ä%25%2C1.yaml,title=PR101,line=3,col=7::50%25; {remedy}"
    assert warning == f"::warning file=b.yaml,title=PR204,line=1,col=1::none; {CHECKS['PR204'].remedy}"


def test_text_ends_with_the_numbers():
    lines = checks.text(REPORT).splitlines()
    assert lines[-2] == f"b.yaml:1:1: PR204 none; {CHECKS['PR204'].remedy}"
    assert lines[-1] == "2 faults (1 PR001, 1 PR101), 1 warning (1 PR204) in a folder"


def ran(monkeypatch, capsys, *arguments):
    monkeypatch.setattr("sys.argv", ["peelrules", "check", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code, capsys.readouterr()


def test_without_a_path_the_bundled_rulebook_is_checked(monkeypatch, capsys):
    code, captured = ran(monkeypatch, capsys)
    inferred = "peel-2021-22: 105 of 107 characteristics are inferred"
    assert (code, captured.out) == (0, f"{inferred}\nno faults, no warnings in {bundled_rulebook()}\n")


def test_faults_end_with_1_and_warnings_with_0(monkeypatch, capsys, folder, tmp_path):
    path, _ = evidence_file(tmp_path, CODINGS["PR201"][0])
    assert ran(monkeypatch, capsys, path)[0] == 0
    with_rule(folder, *(RULEBOOKS["PR101"][0], *RULEBOOKS["PR101"][1]))
    code, captured = ran(monkeypatch, capsys, folder, path, "--format", "json")
    assert code == 1
    assert [remark["code"] for remark in json.loads(captured.out)["remarks"]] == ["PR201", "PR101"]


@pytest.mark.parametrize("code", CHECKS)
def test_every_check_is_explained(code, monkeypatch, capsys):
    ended, captured = ran(monkeypatch, capsys, "--explain", code.lower())
    assert ended == 0
    assert captured.out.startswith(f"{code} ({CHECKS[code].severity.value}): {CHECKS[code].title}\n")
    assert CHECKS[code].example.splitlines()[0] in captured.out


def test_a_check_that_is_not_known_is_wrong_usage(monkeypatch, capsys):
    assert ran(monkeypatch, capsys, "--explain", "PR999")[0] == 2
