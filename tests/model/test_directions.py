"""Which way a count grows worse is derived; here it is tried on members drawn at random."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, counts, tries

from peelrules.model.comparators import Comparator
from peelrules.model.conditions import Condition, best
from peelrules.model.counts import Count, Kind, read_of_members
from peelrules.model.directions import Swing, harm_of, with_worth
from peelrules.model.facts import OF_A_BEARING, Harm, Stage
from peelrules.model.framework import Role
from peelrules.model.scales import Concern, Direction, Gravity, Scale, State, Status

CREDIT = bundled().framework.exact_credit
OF_A_QUESTION = read_of_members(Stage.CORE_QUESTION, bundled().fields[Stage.CHARACTERISTIC])
NAMES = {
    "strand": list(bundled().framework.strands)[:3],
    "characteristic": ["victims.first-contact", "crime-recording.all-crime", "another"],
    "role": list(Role),
}


def values(name, field):
    if name in NAMES:
        return st.sampled_from(NAMES[name])
    if issubclass(field.kind, Scale):
        return st.sampled_from(list(field.kind))
    return st.booleans() if field.kind is bool else st.integers(0, 3)


def members(read):
    return st.fixed_dictionaries({name: values(name, field) for name, field in read.items()}).map(known)


def known(member):
    """A member, of which only its names are known if it is not assessed."""
    if member.get("assessed") is False:
        return {name: member[name] for name in ("characteristic", "role", "assessed")}
    return with_worth(member, CREDIT)


def one_step_better(value, field):
    """The next better value; None if it is the best."""
    step = -field.harm.value
    if isinstance(value, Scale):
        return next((level for level in type(value) if level.rank == value.rank + step), None)
    if isinstance(value, bool):
        return (step > 0) if value is not (step > 0) else None
    return value + step if value + step >= 0 else None


def better(found, read, drawn):
    """The members after one thing became better, in every way; *drawn* tells what a new one is called."""
    for at, member in enumerate(found):
        rest = [*found[:at], *found[at + 1 :]]
        for name, field in read.items():
            if field.harm is not Harm.NEITHER and name != "assessed" and name in member:
                value = one_step_better(member[name], field)
                if value is not None:
                    yield [*rest, with_worth({**member, name: value}, CREDIT)]
        if member.get("direction") is Direction.SHORTFALL:
            yield rest
        if member.get("assessed") is False:
            yield [*rest, with_worth({**best(read), **member, "assessed": True}, CREDIT)]
    if "direction" in read:
        named = {name: drawn[name] for name in ("strand", "primary", "exceptional", "progress", "innovative")}
        yield [*found, {**best(read), **named}]


@pytest.mark.parametrize("stage", [Stage.CHARACTERISTIC, Stage.CORE_QUESTION])
@tries(300)
@given(data=st.data())
def test_nothing_that_is_better_moves_a_count_in_the_direction_in_which_it_grows_worse(stage, data):
    count = data.draw(counts(stage))
    read = OF_A_BEARING if stage is Stage.CHARACTERISTIC else OF_A_QUESTION
    found = data.draw(st.lists(members(read), max_size=4))
    harm = harm_of(count, read, CREDIT)
    before = count.value(found)
    for improved in better(found, read, data.draw(members(read))):
        after = count.value(improved)
        assert (
            (harm is Harm.WHEN_HIGHER and after <= before)
            or (harm is Harm.WHEN_LOWER and after >= before)
            or (after == before)
        )


OPEN = Condition("state", Comparator.IS, State.OPEN)
PLAIN = Condition("exceptional", Comparator.IS, False)
ASSESSED = Condition("assessed", Comparator.IS, True)


def count(stage, kind, what, where=(), of=(), of_none=0.0):
    field = {**OF_A_BEARING, **OF_A_QUESTION}.get(what)
    best_level = (field.kind.lowest() if field.best_first else field.kind.highest()) if kind is Kind.WORST else None
    return Count(
        stage=stage, id="a", title="a", kind=kind, what=what, best=best_level, where=where, of=of, of_none=of_none
    )


def asking(field, comparator, bound):
    return Condition(field, Comparator.named(comparator), bound)


C, Q = Stage.CHARACTERISTIC, Stage.CORE_QUESTION
DIRECTIONS = [
    (count(C, Kind.COUNT, "findings", (asking("direction", "is", Direction.STRENGTH),)), Harm.WHEN_LOWER),
    (count(C, Kind.COUNT, "findings", (asking("direction", "is", Direction.SHORTFALL),)), Harm.WHEN_HIGHER),
    (count(C, Kind.COUNT, "strands", (asking("gravity", "at_least", Gravity.MODERATE), OPEN)), Harm.WHEN_HIGHER),
    (count(C, Kind.WORST, "gravity"), Harm.WHEN_HIGHER),
    (count(Q, Kind.SHARE, "characteristics", (ASSESSED,)), Harm.WHEN_LOWER),
    (count(Q, Kind.SHARE, "credit", (), (ASSESSED,), 1.0), Harm.WHEN_LOWER),
    (count(Q, Kind.SHARE, "credit"), Harm.WHEN_LOWER),  # what is not assessed is worth nothing
    (
        count(Q, Kind.SHARE, "characteristics", (asking("status", "below", Status.DEMONSTRATED),), (ASSESSED,)),
        Harm.WHEN_HIGHER,
    ),
    (count(Q, Kind.COUNT, "characteristics", (asking("concern", "at_least", Concern.highest()),)), Harm.WHEN_HIGHER),
    (count(Q, Kind.WORST, "status"), Harm.WHEN_LOWER),
    (count(Q, Kind.COUNT, "characteristics", (asking("role", "is", Role.SERVICE),)), Harm.NEITHER),
]


@pytest.mark.parametrize(("declared", "harm"), DIRECTIONS, ids=[declared.in_words for declared, _ in DIRECTIONS])
def test_the_direction_in_which_a_count_grows_worse(declared, harm):
    assert harm_of(declared, OF_A_BEARING if declared.stage is C else OF_A_QUESTION, CREDIT) is harm


SWINGS = [
    (
        count(C, Kind.COUNT, "findings"),
        "rises from 0 to 1 when there is one strength more",
        "falls from 1 to 0 when there is one shortfall less",
    ),
    (
        count(C, Kind.COUNT, "findings", (PLAIN,)),
        "rises from 0 to 1 when there is one strength more",
        "falls from 1 to 0 when called exceptional is yes and not no",
    ),
    (
        count(C, Kind.COUNT, "findings", (asking("direction", "is", Direction.NEITHER),)),
        "rises from 0 to 1 when direction is neither and not shortfall",
        "falls from 1 to 0 when direction is strength and not neither",
    ),
    (
        count(Q, Kind.COUNT, "characteristics", (asking("status", "is", Status.DEMONSTRATED),)),
        "rises from 0 to 1 when status is demonstrated and not partly demonstrated",
        "falls from 1 to 0 when status is exceeded and not demonstrated",
    ),
]


@pytest.mark.parametrize(("declared", "raised", "lowered"), SWINGS, ids=[each[0].in_words for each in SWINGS])
def test_a_count_that_better_evidence_could_move_either_way_is_told_with_both(declared, raised, lowered):
    swing = harm_of(declared, OF_A_BEARING if declared.stage is C else OF_A_QUESTION, CREDIT)
    assert isinstance(swing, Swing)
    assert (swing.raised, swing.lowered) == (f"it {raised}", f"it {lowered}")
