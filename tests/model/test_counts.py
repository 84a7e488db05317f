"""What each kind of count comes to, of no members, of ties, and exactly on a bound."""

from fractions import Fraction

import pytest
from strategies import bundled, evidence_of, finding

import peelrules
from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition
from peelrules.model.counts import CREDIT, Count, Kind
from peelrules.model.facts import Stage
from peelrules.model.framework import Role
from peelrules.model.scales import Gravity, Status


def asking(field, comparator, bound):
    return Condition(field, Comparator.named(comparator), bound)


FIRST = asking("primary", "is", True)
ASSESSED = asking("assessed", "is", True)
SERVICE = asking("role", "is", Role.SERVICE)


def bearing(gravity=Gravity.NONE, primary=True, strand="fieldwork"):
    return {"gravity": gravity, "primary": primary, "strand": strand}


def member(status=None, role=Role.SERVICE, credit=None):
    known = {"role": role, "assessed": status is not None}
    return known if status is None else {**known, "status": status, CREDIT: credit or Fraction(status.rank, 3)}


def share(what, where=(), of=(), of_none=0.0):
    return Count(
        stage=Stage.CORE_QUESTION, id="a", title="a", kind=Kind.SHARE, what=what, where=where, of=of, of_none=of_none
    )


def of_findings(kind, what, where=(), best=None):
    return Count(stage=Stage.CHARACTERISTIC, id="a", title="a", kind=kind, what=what, where=where, best=best)


FINDINGS = of_findings(Kind.COUNT, "findings", (FIRST,))
STRANDS = of_findings(Kind.COUNT, "strands", (FIRST,))
GRAVEST = of_findings(Kind.WORST, "gravity", (FIRST,), Gravity.lowest())
WEAKEST = Count(
    stage=Stage.CORE_QUESTION,
    id="a",
    title="a",
    kind=Kind.WORST,
    what="status",
    best=Status.highest(),
    where=(SERVICE,),
)
FULL, PART, NONE = Status.DEMONSTRATED, Status.PARTLY_DEMONSTRATED, Status.NOT_DEMONSTRATED
DEMONSTRATED = share("characteristics", (asking("status", "at_least", FULL),), (ASSESSED,))

VALUES = {
    "no findings": (FINDINGS, [], 0),
    "findings that are asked for": (FINDINGS, [bearing(), bearing(), bearing(primary=False)], 2),
    "no strands": (STRANDS, [bearing(primary=False)], 0),
    "a strand twice": (STRANDS, [bearing(), bearing(), bearing(strand="force data")], 2),
    "the worst of none": (GRAVEST, [], Gravity.NONE),
    "the worst of what is asked for": (
        GRAVEST,
        [bearing(Gravity.MINOR), bearing(Gravity.SERIOUS), bearing(Gravity.CRITICAL, primary=False)],
        Gravity.SERIOUS,
    ),
    "a tie": (GRAVEST, [bearing(Gravity.SERIOUS), bearing(Gravity.SERIOUS)], Gravity.SERIOUS),
    "the worst where lower is worse": (WEAKEST, [member(FULL), member(PART), member(NONE, Role.ENABLING)], PART),
    "the worst of what is not assessed": (WEAKEST, [member(), member()], Status.highest()),
    "a share of none": (DEMONSTRATED, [member()], 0.0),
    "a share of none that says so": (DEMONSTRATED.model_copy(update={"of_none": 1.0}), [member()], 1.0),
    "three of four": (DEMONSTRATED, [member(FULL)] * 3 + [member(NONE), member()], 0.75),
    "one of three": (DEMONSTRATED, [member(FULL), member(NONE), member(PART)], 1 / 3),
    "a part within the whole": (
        share("characteristics", (ASSESSED,), (SERVICE,)),
        [member(FULL), member(), member(FULL, Role.ENABLING)],
        0.5,
    ),
    "credit of what is assessed": (share("credit", (), (ASSESSED,)), [member(FULL), member(NONE), member()], 1 / 3),
    "credit of all": (share("credit"), [member(FULL), member(NONE), member()], 2 / 9),
    "credit in ninths that comes to three quarters": (
        share("credit", (), (ASSESSED,)),
        [member(FULL, credit=Fraction(7, 9)), member(FULL, credit=Fraction(13, 18))],
        0.75,
    ),
    "ten tenths": (share("credit"), [member(PART, credit=Fraction(1, 10))] * 10, 0.1),
}


@pytest.mark.parametrize(("count", "members", "value"), VALUES.values(), ids=VALUES)
def test_a_count_of_some_members(count, members, value):
    assert count.value(members) == value
    assert count.value(members[::-1]) == value
    assert type(count.value(members)) is type(value)


def test_what_is_seen_of_each_member_alone_is_all_that_matters():
    for count, members, value in VALUES.values():
        assert count.together(map(count.seen, members)) == value


WORDS = {
    "strengths": "Number of findings: direction strength.",
    "exceptional": "Number of findings: called exceptional, direction strength and about it first.",
    "gravity": "Worst gravity of the findings.",
    "primary_gravity": "Worst gravity of the findings: about it first.",
    "coverage": "Share of all characteristics: assessed; 0% if there are none.",
    "demonstrated": "Share of the credit of characteristics (assessed); 100% if there are none.",
}


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_a_count_says_how_it_is_counted(name, words):
    (field,) = (fields[name] for fields in bundled().fields.values() if name in fields)
    assert field.says == words


def test_a_share_of_credit_may_be_of_all_assessed_or_not():
    """What is not assessed is worth nothing."""
    counts = [
        count.model_copy(update={"of": ()}) if count.id == "demonstrated" else count for count in bundled().counts
    ]
    rulebook = bundled().model_copy(update={"counts": tuple(counts)})
    seen = [finding(f"A-{n}", c.id) for n, c in enumerate(rulebook.framework.core_questions[1].characteristics[:4])]
    assessment = peelrules.grade(evidence_of(*seen), rulebook)
    premises = [p for r in assessment.judgment("crime-recording").reasons for p in r.premises]
    assert [(premise.field, premise.value, premise.part, premise.whole) for premise in premises] == [
        ("demonstrated", pytest.approx(2 / 3), 4, 6)
    ]
