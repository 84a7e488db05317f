"""Published grades beside the evidence: which pairs are told, and which precedents."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
import strategies as own
from hypothesis import given
from hypothesis import strategies as st

import peelrules
from peelrules.insight.audit import Audit, Inspected, Record, Seen, audit, hold, records_of
from peelrules.model.published import Published
from peelrules.model.scales import Direction, Grade, Gravity, Seriousness, State
from peelrules.report import outline
from peelrules.report.audit import of as told

ROOT = Path(__file__).parents[2]
ACCOUNTS = sorted((ROOT / "rules/peel-2021-22/cases/published/accounts").glob("*.yaml"))
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
PUBLISHED = ROOT / "evidence/published"

STRENGTHS = [(False, False), (True, False), (True, True)]
"""Whether something speaks for a characteristic, and something exceptional."""
NONE, SHOWN, EXCEPTIONAL = STRENGTHS


def seen(strength: tuple[bool, bool], gravity: Gravity) -> Seen:
    shown, exceptional = strength
    return Seen(shown=shown, exceptional=exceptional, gravity=gravity)


SEEN = st.builds(seen, st.sampled_from(STRENGTHS), own.levels(Gravity))
# Few characteristics and levels that are often alike, so that pairs are found and not only looked for.
ALIKE = st.sampled_from([seen(SHOWN, g) for g in (Gravity.MINOR, Gravity.SERIOUS)])
ENOUGH = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@st.composite
def records(draw: st.DrawFn, force: str = "A force") -> Record:
    return Record(
        inspected=Inspected(force=force, inspection=draw(st.sampled_from([None, "PEEL 1"]))),
        core_question=draw(st.sampled_from(["offenders", "responding"])),
        published=draw(st.none() | own.levels(Grade)),
        indicative=None,
        ceiling=Grade.GOOD,
        characteristics=draw(st.dictionaries(st.sampled_from("abcd"), SEEN | ALIKE, min_size=1)),
        of=4,
    )


@st.composite
def several(draw: st.DrawFn) -> list[Record]:
    return [draw(records(f"Force {number}")) for number in range(draw(st.integers(0, 7)))]


def held(of: list[Record], enough: float = 0.5, precedents: int = 3) -> Audit:
    return hold(of, own.bundled().identity, enough, precedents)


def record(force: str, published: Grade | None, **looked_at: tuple[tuple[bool, bool], Gravity]) -> Record:
    return Record(
        inspected=Inspected(force=force, inspection=None),
        core_question="offenders",
        published=published,
        indicative=None,
        ceiling=Grade.GOOD,
        characteristics={name: seen(*each) for name, each in looked_at.items()},
        of=4,
    )


def strength(of: Seen) -> int:
    return STRENGTHS.index((of.shown, of.exceptional))


def is_no_worse(one: Seen, other: Seen) -> bool:
    return strength(one) >= strength(other) and one.gravity <= other.gravity


def apart(one: Seen, other: Seen) -> int:
    return abs(strength(one) - strength(other)) + abs(one.gravity.rank - other.gravity.rank)


class Naive(NamedTuple):
    """What an audit finds, as it is defined: every pair looked at by itself."""

    sure: set[tuple[Inspected, Inspected, int, int]]
    in_part: set[tuple[Inspected, Inspected, int, int]]
    compared: int
    compared_in_part: int
    not_compared: int


def naive(of: list[Record], enough: float) -> Naive:
    found: tuple[set, set] = (set(), set())
    counted = [0, 0, 0]
    for one in of:
        for other in of:
            if one.core_question != other.core_question or None in (one.published, other.published):
                continue
            if not one.published < other.published:
                continue
            shared = one.characteristics.keys() & other.characteristics.keys()
            if not shared or len(shared) / one.of < enough:
                counted[2] += 1
                continue
            kind = 0 if one.characteristics.keys() == other.characteristics.keys() else 1
            counted[kind] += 1
            gaps = [(one.characteristics[c], other.characteristics[c]) for c in shared]
            if all(is_no_worse(a, b) for a, b in gaps):
                steps = sum(apart(a, b) for a, b in gaps)
                found[kind].add((one.inspected, other.inspected, sum(a != b for a, b in gaps), steps))
    return Naive(*found, *counted)


@given(several(), ENOUGH)
def test_the_pairs_are_those_of_the_definition(of, enough):
    found = held(of, enough)
    as_sets = [{(p.lower, p.higher, p.differ, p.steps) for p in pairs} for pairs in (found.sure, found.in_part)]
    assert Naive(*as_sets, found.compared, found.compared_in_part, found.not_compared) == naive(of, enough)
    assert len(found.sure) + len(found.in_part) == sum(map(len, as_sets))  # none is told twice


@given(several(), ENOUGH)
def test_no_pair_is_told_of_which_the_lower_is_worse_in_anything(of, enough):
    found = held(of, enough)
    for pair in (*found.sure, *found.in_part):
        lower, higher = (found.record[pair.core_question, each] for each in (pair.lower, pair.higher))
        shared = [c for c in lower.characteristics if c in higher.characteristics]
        assert len(shared) == pair.shared >= max(1, enough * lower.of)
        assert all(is_no_worse(lower.characteristics[c], higher.characteristics[c]) for c in shared)
        assert (lower.published, higher.published) == (pair.lower_grade, pair.higher_grade)
        assert pair.tiers > 0
        assert len(lower.characteristics) == pair.shared + len(pair.only_lower)
        assert len(higher.characteristics) == pair.shared + len(pair.only_higher)


@given(several(), ENOUGH, st.randoms())
def test_the_order_of_the_inspections_changes_nothing(of, enough, random):
    shuffled = random.sample(of, len(of))
    assert held(shuffled, enough) == held(of, enough)


@given(several(), ENOUGH, st.permutations(range(7)))
def test_the_names_of_forces_decide_between_equals_only(of, enough, numbers):
    names = {f"Force {number}": f"Force {other}" for number, other in enumerate(numbers)}
    renamed = [
        each.model_copy(update={"inspected": each.inspected.model_copy(update={"force": names[each.inspected.force]})})
        for each in of
    ]
    before, after = held(of, enough, 7), held(renamed, enough, 7)
    for kind in ("sure", "in_part"):
        one = {(names[p.lower.force], names[p.higher.force], p.differ, p.steps) for p in getattr(before, kind)}
        assert one == {(p.lower.force, p.higher.force, p.differ, p.steps) for p in getattr(after, kind)}
    distances = {names[d.inspected.force]: [(p.steps, p.shared, p.differ) for p in d.precedents] for d in before.drafts}
    # two at the same distance may change places, but differ in how many characteristics they differ on
    in_any_order = {force: sorted(found) for force, found in distances.items()}
    assert in_any_order == {
        d.inspected.force: sorted((p.steps, p.shared, p.differ) for p in d.precedents) for d in after.drafts
    }
    assert {force: [steps / shared for steps, shared, _ in found] for force, found in distances.items()} == {
        d.inspected.force: [p.steps / p.shared for p in d.precedents] for d in after.drafts
    }


@given(several(), ENOUGH, st.data())
def test_better_evidence_of_the_lower_takes_no_pair_away(of, enough, data):
    before = held(of, enough)
    pairs = (*before.sure, *before.in_part)
    if not pairs:
        return
    pair = data.draw(st.sampled_from(pairs))
    better = []
    for each in of:
        if (each.core_question, each.inspected) == (pair.core_question, pair.lower):
            now = {
                c: seen(
                    data.draw(st.sampled_from(STRENGTHS[strength(was) :])),
                    data.draw(st.sampled_from([g for g in Gravity if g <= was.gravity])),
                )
                for c, was in each.characteristics.items()
            }
            each = each.model_copy(update={"characteristics": now})
        better.append(each)
    after = held(better, enough)
    still = [p for p in (*after.sure, *after.in_part) if (p.lower, p.higher) == (pair.lower, pair.higher)]
    assert [(p.is_sure, p.steps >= pair.steps) for p in still] == [(pair.is_sure, True)]


@given(several(), ENOUGH, st.integers(1, 4))
def test_precedents_are_the_nearest_published_judgments(of, enough, most):
    found = held(of, enough, most)
    drafts = [each for each in of if each.published is None]
    assert sorted(map(str, (d.inspected for d in found.drafts))) == sorted(map(str, (d.inspected for d in drafts)))
    for draft in found.drafts:
        mine = found.record[draft.core_question, draft.inspected]
        near, too_few = [], 0
        for other in of:
            if other.core_question != mine.core_question or other.published is None:
                continue
            shared = mine.characteristics.keys() & other.characteristics.keys()
            if not shared or len(shared) / mine.of < enough:
                too_few += 1
                continue
            gaps = [apart(mine.characteristics[c], other.characteristics[c]) for c in shared]
            differ = sum(gap > 0 for gap in gaps)
            distance = (sum(gaps) / len(shared), -len(shared), other.inspected.force)
            near.append((distance, other.inspected, other.published, differ, sum(gaps)))
        near.sort(key=lambda each: each[0])
        told_of = [(p.inspected, p.published, p.differ, p.steps) for p in draft.precedents]
        assert told_of == [each[1:] for each in near[:most]]
        assert draft.not_compared == too_few


FAIR, POOR = (SHOWN, Gravity.MINOR), (SHOWN, Gravity.SERIOUS)


def test_equal_evidence_and_unequal_grades_are_told_once_from_the_lower():
    found = held([record("A", Grade.GOOD, a=FAIR, b=POOR), record("B", Grade.ADEQUATE, a=FAIR, b=POOR)])
    [pair] = found.sure
    assert (pair.lower.force, pair.higher.force, pair.differ, pair.steps) == ("B", "A", 0, 0)
    assert not found.in_part


def test_a_strength_does_not_make_up_for_a_graver_shortfall():
    mixed = record("A", Grade.ADEQUATE, a=(EXCEPTIONAL, Gravity.SERIOUS), b=FAIR)
    found = held([mixed, record("B", Grade.GOOD, a=FAIR, b=FAIR)])
    assert (found.sure, found.compared) == ((), 1)


def test_what_one_did_not_assess_is_named_and_makes_no_sure_pair():
    found = held([record("A", Grade.ADEQUATE, a=FAIR, b=FAIR, c=POOR), record("B", Grade.GOOD, a=FAIR, b=POOR)])
    assert not found.sure
    [pair] = found.in_part
    assert (pair.shared, pair.only_lower, pair.only_higher) == (2, ("c",), ())


def test_who_shares_too_little_is_counted_and_not_compared():
    found = held([record("A", Grade.ADEQUATE, a=FAIR, b=FAIR), record("B", Grade.GOOD, b=POOR, c=FAIR)])
    assert (found.sure, found.in_part, found.not_compared) == ((), (), 1)


def test_the_clearest_pair_comes_first():
    """Most tiers, then most steps, then by force."""
    judged = {"A": (Grade.INADEQUATE, FAIR), "B": (Grade.GOOD, FAIR), "C": (Grade.ADEQUATE, FAIR)}
    judged |= {"D": (Grade.ADEQUATE, POOR), "E": (Grade.ADEQUATE, POOR)}
    found = held([record(force, grade, a=evidence, b=FAIR) for force, (grade, evidence) in judged.items()])
    assert [f"{p.lower.force}{p.higher.force}{p.tiers}{p.steps}" for p in found.sure] == [
        *("AB30", "AD22", "AE22", "AC20", "CB10")
    ]


# -- from evidence ------------------------------------------------------------------------------------


def test_a_record_has_what_speaks_for_and_against_each_characteristic(rulebook):
    shown, failing, praised = "offenders.bail", "offenders.supervision", "offenders.staffing"
    graded = peelrules.grade(
        own.evidence_of(
            own.finding("F-1", shown),
            own.finding("F-2", failing, direction=Direction.SHORTFALL, state=State.REMEDIED),
            own.finding("F-3", praised, exceptional=True),
            own.finding("F-4", praised, direction=Direction.SHORTFALL, seriousness=Seriousness.CRITICAL),
        ),
        rulebook,
    )
    [found] = records_of(graded, None)
    assert found.core_question == "offenders"
    strengths = {c: (each.shown, each.exceptional) for c, each in found.characteristics.items()}
    assert strengths == {shown: SHOWN, failing: NONE, praised: EXCEPTIONAL}
    for characteristic, each in found.characteristics.items():
        assert each.gravity is graded.characteristic[characteristic].gravity
    assert found.characteristics[praised].gravity > Gravity.NONE
    assert found.published is None


@given(own.evidences(), own.findings(name="G-01", characteristics=("offenders.bail", "crime-recording.systems")))
def test_a_finding_more_cannot_be_better_and_worse_at_once(evidence, added):
    """A strength more takes no level away, and a shortfall more adds none."""
    rulebook = own.bundled()
    more = evidence.model_copy(update={"findings": (*evidence.findings, added)})
    before = {
        (r.core_question, c): s
        for r in records_of(peelrules.grade(evidence, rulebook), None)
        for c, s in r.characteristics.items()
    }
    graded = peelrules.grade(more, rulebook)
    after = {(r.core_question, c): s for r in records_of(graded, None) for c, s in r.characteristics.items()}
    direction = graded.finding["G-01"].direction
    for key, was in before.items():
        assert direction is not Direction.STRENGTH or is_no_worse(after[key], was)
        assert direction is not Direction.SHORTFALL or is_no_worse(was, after[key])


def test_the_same_inspection_twice_is_refused(assessment):
    with pytest.raises(ValueError, match=r"more than once for Lancashire Constabulary \(PEEL 2021/22\)"):
        audit([(assessment, None), (assessment, None)])


def test_grades_that_are_not_published_make_drafts(assessment):
    found = audit([(assessment, None)])
    assert {draft.core_question for draft in found.drafts} == {r.core_question for r in found.records}
    assert "responding" in {r.core_question for r in found.records}
    assert "victims" not in {r.core_question for r in found.records}  # it is not graded


def test_an_audit_can_be_read_back(assessment):
    found = audit([(assessment, None)])
    assert Audit.model_validate_json(found.model_dump_json()) == found


# -- in words, and on the command line ----------------------------------------------------------------


def test_no_more_is_told_than_was_asked_for_and_the_rest_is_counted(assessment):
    of = [record(f"F{number}", Grade.GOOD if number else Grade.ADEQUATE, a=FAIR, b=FAIR) for number in range(5)]
    drafts = [record(f"G{number}", None, a=FAIR, b=FAIR) for number in range(3)]
    text = outline.text(told(held([*of, *drafts]), assessment, 1))
    assert "Published lower, though nothing in the evidence is worse (4)" in text
    assert text.count("The evidence is equal") == 1
    assert "3 more, less clear than these." in text
    assert text.count(", a draft\n") == 1
    assert "2 more drafts." in text


def test_an_audit_in_words(assessment):
    one = record("Anyshire Police", Grade.ADEQUATE, a=FAIR, b=FAIR, c=FAIR)
    other = record("Someshire Police", Grade.GOOD, a=FAIR, b=POOR)
    draft = record("Ourshire Police", None, a=FAIR, b=POOR, d=FAIR)
    text = " ".join(outline.text(told(held([one, other, draft]), assessment, 20), 200).split())
    for said in (
        "Indicative:",
        "Pairs of published judgments with unequal grades: 0 that assessed the same characteristics, 1 that share at "
        "least 50% of the question's, and 0 that share fewer and are not compared.",
        "Managing offenders: Anyshire Police and Someshire Police Both assessed 2 of 4 characteristics. On 1 the "
        "evidence of Anyshire Police is better, by 2 steps, on none worse; it is published 1 tier lower.",
        "b strength, minor shortfall strength, serious shortfall",
        "Only Anyshire Police was assessed on 1 more: c",
        "Managing offenders: Ourshire Police, a draft Indicative: no grade, at most good; 3 of 4 characteristics "
        "assessed.",
        "Someshire Police, published good: differs on none of 2 shared characteristics.",
        "Anyshire Police, published adequate: differs on 1 of 2 shared characteristics, by 2 steps.",
        "- b: here strength, serious shortfall; there strength, minor shortfall",
    ):
        assert said in text


def published(force: str, inspection: str, **grades: str) -> str:
    return Published(
        force=force,
        framework="peel-2021-22",
        inspection=inspection,
        source={"title": "A report", "publisher": "HMICFRS"},
        grades=grades,
    ).model_dump_json()  # JSON is YAML


@pytest.fixture
def inconsistent(tmp_path):
    """Lancashire, and a force with the same evidence that was published lower on one question."""
    other = LANCASHIRE.read_text(encoding="utf-8").replace("force: Lancashire Constabulary", "force: Anyshire Police")
    (tmp_path / "anyshire.yaml").write_text(other, encoding="utf-8")
    outcomes = tmp_path / "published"
    outcomes.mkdir()
    (outcomes / "a.yaml").write_text(published("Anyshire Police", "PEEL 2021/22", responding="inadequate"))
    (outcomes / "l.yaml").write_text((PUBLISHED / "lancashire.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return (LANCASHIRE, tmp_path / "anyshire.yaml", "--published", outcomes)


def test_a_sure_pair_is_exit_code_one(run, inconsistent, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run("audit", *inconsistent)
    assert (code, err) == (1, "")
    assert "Responding to the public: Anyshire Police (PEEL 2021/22) and" in out
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    found = Audit.model_validate_json(run("audit", *inconsistent, "-f", "json")[1])
    assert [(p.lower.force, p.core_question, p.tiers) for p in found.sure] == [("Anyshire Police", "responding", 2)]
    assert {d.inspected.force for d in found.drafts} == {"Anyshire Police"}
    assert {d.precedents[0].inspected.force for d in found.drafts} == {"Lancashire Constabulary"}
    assert run("audit", *inconsistent, "-f", "markdown")[1].startswith("# Published grades beside the evidence")


def test_accounts_and_lancashire_are_audited_without_a_sure_pair(run):
    code, out, err = run("audit", *ACCOUNTS, LANCASHIRE, "--published", PUBLISHED, "--shared", "0.05", "-f", "json")
    assert code == 0
    assert all(line.startswith("Caution: The inspection is named PEEL 2023-25") for line in err.splitlines())
    found = json.loads(out)
    assert found["indicative"] is True
    assert (len(found["sure"]), len(found["in_part"])) == (0, 1)
    assert found["in_part"][0]["lower"]["force"] == "Northumbria Police"


def test_what_was_published_without_evidence_is_named(run):
    code, _, err = run("audit", LANCASHIRE, "--published", PUBLISHED)
    assert code == 0
    assert "there is no evidence here: Avon and Somerset Police" in err


@pytest.mark.parametrize("share", ["-0.1", "1.1", "half"])
def test_a_share_is_from_0_to_1(run, share):
    assert run("audit", LANCASHIRE, "--published", PUBLISHED, "--shared", share)[0] == 2


def test_evidence_given_twice_is_wrong_usage(run):
    code, out, err = run("audit", LANCASHIRE, LANCASHIRE, "--published", PUBLISHED)
    assert (code, out) == (2, "")
    assert "evidence is given more than once for Lancashire" in " ".join(err.replace("│", " ").split())


def test_two_outcomes_of_one_inspection_are_wrong_usage(run, inconsistent):
    *_, outcomes = inconsistent
    (outcomes / "again.yaml").write_text(published("Anyshire Police", "PEEL 2021/22", responding="good"))
    code, out, err = run("audit", *inconsistent)
    assert (code, out) == (2, "")
    assert "more than one published outcome is given for Anyshire" in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize("file", sorted(PUBLISHED.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_published_outcome_is_of_evidence_that_is_bundled(file, rulebook):
    outcome = peelrules.load_published(file, rulebook)
    bundled = [peelrules.load_evidence(each, rulebook) for each in (*ACCOUNTS, LANCASHIRE)]
    assert [(e.force, e.inspection) for e in bundled].count((outcome.force, outcome.inspection)) == 1
