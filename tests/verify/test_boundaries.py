"""Where each bound of the bundled rules lies, to the last step on either side of it."""

from itertools import chain

import pytest
from strategies import bundled, evidence_of, finding, rulebook_of

import peelrules
from peelrules.engine.durable import durable
from peelrules.engine.matching import plain
from peelrules.engine.tables import tabled
from peelrules.model.comparators import Comparator
from peelrules.model.framework import Framework
from peelrules.model.scales import Direction, Extent, Scale, Seriousness, State

# Whether a condition holds below its bound, on it, and above it.
HOLDS = {
    Comparator.AT_LEAST: (False, True, True),
    Comparator.AT_MOST: (True, True, False),
    Comparator.ABOVE: (False, False, True),
    Comparator.BELOW: (True, False, False),
    Comparator.IS: (False, True, False),
}
SHARE_STEPS = (0.001, 1e-9)
CHARACTERISTIC = "responding.call-handling"
RECORDING = "crime-recording.all-crime"


def levels_around(bound):
    levels = list(type(bound))
    return tuple([level for level in levels if level.rank == bound.rank + step] for step in (-1, 1))


def around(condition, kind):
    """Values below, on and above the bound of a condition; names have a bound and others."""
    bound = condition.bound
    if condition.comparator.has_several:
        return ["another"], list(bound), []
    if isinstance(bound, Scale):
        below, above = levels_around(bound)
    elif kind is bool:
        below, above = ([False], []) if bound else ([], [True])
    elif kind is int:
        below, above = [bound - 1], [bound + 1]
    elif kind is float:
        below, above = [bound - step for step in SHARE_STEPS], [bound + step for step in SHARE_STEPS]
    else:
        below, above = ["another"], []
    on_scale = (lambda v: v >= 0) if kind is int else (lambda v: 0 <= v <= 1) if kind is float else (lambda _: True)
    return [v for v in below if on_scale(v)], [bound], [v for v in above if on_scale(v)]


def expectations(condition, kind):
    """Each value next to a bound with whether the condition holds for it, by the table above."""
    expected = HOLDS.get(condition.comparator, (False, True, False))
    for values, holds in zip(around(condition, kind), expected, strict=True):
        yield from ((value, holds) for value in values)


def satisfying(conditions, fields):
    """A value for each field that satisfies every condition on it, found among those next to the bounds."""
    values = {}
    for name in {c.field for c in conditions}:
        mine = [dict(expectations(c, fields[name].kind)) for c in conditions if c.field == name]
        values[name] = next(v for v in chain(*mine) if all(held.get(v, True) for held in mine))
    return values


def least_telling(field):
    if issubclass(field.kind, Scale):
        return field.kind.lowest()
    return {float: 0.5, int: 0, bool: False, str: "another"}[field.kind]


def bounds_of_the_bundled_rules():
    return [
        pytest.param(rule, number, condition, id=f"{rule.id}: {condition.field} {condition.test}"[:90])
        for rule in bundled().rules
        for number, alternative in enumerate(rule.alternatives)
        for condition in alternative
    ]


@pytest.mark.parametrize("matcher", [plain, durable, tabled])
@pytest.mark.parametrize(("rule", "number", "condition"), bounds_of_the_bundled_rules())
def test_a_rule_applies_exactly_on_the_side_of_its_bound_that_it_names(rule, number, condition, matcher):
    fields = bundled().fields[rule.stage]
    alone = rule.model_copy(update={"alternatives": (rule.alternatives[number],)})  # another might apply as well
    others = [c for c in rule.alternatives[number] if c is not condition]
    assert condition.field not in {c.field for c in others}, "this test knows one bound for a field"
    given = {name: least_telling(field) for name, field in fields.items()} | satisfying(others, fields)
    expected = dict(expectations(condition, fields[condition.field].kind))
    said = matcher(rulebook_of(alone), rule.stage, [{**given, condition.field: value} for value in expected])
    assert {value: bool(each.matches) for value, each in zip(expected, said, strict=True)} == expected
    assert len(set(expected.values())) == 2


# -- from the sample to its reading -----------------------------------------------------------------

ORDINARY = [
    (0, Direction.STRENGTH, Extent.ISOLATED),
    (9, Direction.STRENGTH, Extent.ISOLATED),
    (10, Direction.STRENGTH, Extent.ISOLATED),
    (11, Direction.NEITHER, Extent.SOME),
    (19, Direction.NEITHER, Extent.SOME),
    (20, Direction.NEITHER, Extent.SOME),
    (21, Direction.SHORTFALL, Extent.SOME),
    (24, Direction.SHORTFALL, Extent.SOME),
    (25, Direction.SHORTFALL, Extent.SOME),
    (26, Direction.SHORTFALL, Extent.FREQUENT),
    (49, Direction.SHORTFALL, Extent.FREQUENT),
    (50, Direction.SHORTFALL, Extent.WIDESPREAD),
    (51, Direction.SHORTFALL, Extent.WIDESPREAD),
    (100, Direction.SHORTFALL, Extent.WIDESPREAD),
]
OF_RECORDING = [
    (4, Direction.STRENGTH, Extent.ISOLATED),
    (5, Direction.STRENGTH, Extent.ISOLATED),
    (6, Direction.SHORTFALL, Extent.SOME),
    (9, Direction.SHORTFALL, Extent.SOME),
    (10, Direction.SHORTFALL, Extent.SOME),
    (11, Direction.SHORTFALL, Extent.FREQUENT),
    (14, Direction.SHORTFALL, Extent.FREQUENT),
    (15, Direction.SHORTFALL, Extent.FREQUENT),
    (16, Direction.SHORTFALL, Extent.WIDESPREAD),
]
READINGS = [(CHARACTERISTIC, *row) for row in ORDINARY] + [(RECORDING, *row) for row in OF_RECORDING]


def reading_of(characteristic, matcher=durable, **sample):
    evidence = evidence_of(finding("A", characteristic, sample=sample))
    (assessed,) = peelrules.grade(evidence, bundled(), matcher).findings
    return assessed.direction, assessed.extent


@pytest.mark.parametrize("matcher", [plain, durable, tabled])
@pytest.mark.parametrize(("characteristic", "failing", "direction", "extent"), READINGS)
def test_a_counted_sample_reads_as_its_failing_cases_say(characteristic, failing, direction, extent, matcher):
    assert reading_of(characteristic, matcher, met=100 - failing, of=100) == (direction, extent)


@pytest.mark.parametrize("matcher", [plain, durable, tabled])
@pytest.mark.parametrize(("characteristic", "failing", "direction", "extent"), READINGS)
def test_an_estimated_share_reads_as_the_count_of_the_same_size(characteristic, failing, direction, extent, matcher):
    sample = {"share": (100 - failing) / 100, "margin": 0.05, "of": 183}
    assert reading_of(characteristic, matcher, **sample) == (direction, extent)


@pytest.mark.parametrize("matcher", [plain, durable, tabled])
@pytest.mark.parametrize(
    ("characteristic", "met", "direction", "extent"),
    [
        (CHARACTERISTIC, 900_000, Direction.STRENGTH, Extent.ISOLATED),
        (CHARACTERISTIC, 899_999, Direction.NEITHER, Extent.SOME),
        (CHARACTERISTIC, 800_000, Direction.NEITHER, Extent.SOME),
        (CHARACTERISTIC, 799_999, Direction.SHORTFALL, Extent.SOME),
        (CHARACTERISTIC, 750_000, Direction.SHORTFALL, Extent.SOME),
        (CHARACTERISTIC, 749_999, Direction.SHORTFALL, Extent.FREQUENT),
        (CHARACTERISTIC, 500_001, Direction.SHORTFALL, Extent.FREQUENT),
        (CHARACTERISTIC, 500_000, Direction.SHORTFALL, Extent.WIDESPREAD),
        (RECORDING, 950_000, Direction.STRENGTH, Extent.ISOLATED),
        (RECORDING, 949_999, Direction.SHORTFALL, Extent.SOME),
        (RECORDING, 900_000, Direction.SHORTFALL, Extent.SOME),
        (RECORDING, 899_999, Direction.SHORTFALL, Extent.FREQUENT),
        (RECORDING, 850_000, Direction.SHORTFALL, Extent.FREQUENT),
        (RECORDING, 849_999, Direction.SHORTFALL, Extent.WIDESPREAD),
    ],
)
def test_one_case_in_a_million_tells_the_sides_of_a_bound_apart(characteristic, met, direction, extent, matcher):
    assert reading_of(characteristic, matcher, met=met, of=1_000_000) == (direction, extent)


@pytest.mark.parametrize(
    ("met", "of", "direction"),
    [
        (9, 10, Direction.STRENGTH),
        (17, 20, Direction.NEITHER),
        (4, 5, Direction.NEITHER),
        (0, 1, Direction.SHORTFALL),
        (1, 1, Direction.STRENGTH),
    ],
)
def test_a_small_sample_has_the_bounds_of_a_large_one(met, of, direction):
    assert reading_of(CHARACTERISTIC, met=met, of=of)[0] is direction


@pytest.mark.parametrize("characteristic", ["crime-recording.systems", "crime-recording.oversight"])
def test_samples_of_recording_systems_have_the_ordinary_bounds(characteristic):
    assert reading_of(characteristic, met=90, of=100) == (Direction.STRENGTH, Extent.ISOLATED)


def test_the_primary_characteristic_decides_which_bounds_a_sample_has():
    sample = {"met": 94, "of": 100}
    first, second = (
        peelrules.grade(evidence_of(finding("A", *bears_on, sample=sample)), bundled()).findings[0].direction
        for bears_on in ((RECORDING, CHARACTERISTIC), (CHARACTERISTIC, RECORDING))
    )
    assert (first, second) == (Direction.SHORTFALL, Direction.STRENGTH)


# -- from the findings to the status -----------------------------------------------------------------

STRENGTH = {"direction": Direction.STRENGTH}
EXCEPTIONAL = {"direction": Direction.STRENGTH, "exceptional": True}
SLIGHT = {"direction": Direction.SHORTFALL, "extent": Extent.ISOLATED}
PARTLY = {"direction": Direction.SHORTFALL, "extent": Extent.SOME}
WORST = {"direction": Direction.SHORTFALL, "extent": Extent.FREQUENT}


STATUSES = pytest.mark.parametrize(
    ("coded", "status"),
    [
        ([{"direction": Direction.NEITHER}], "None"),
        ([STRENGTH], "demonstrated"),
        ([STRENGTH, STRENGTH], "demonstrated"),
        ([EXCEPTIONAL], "exceeded"),
        ([EXCEPTIONAL, STRENGTH, SLIGHT], "exceeded"),
        ([EXCEPTIONAL, PARTLY], "partly demonstrated"),
        ([EXCEPTIONAL, WORST], "partly demonstrated"),
        ([WORST], "not demonstrated"),
        ([SLIGHT], "partly demonstrated"),
        ([STRENGTH, SLIGHT], "demonstrated"),
        ([STRENGTH, PARTLY], "partly demonstrated"),
        ([STRENGTH, WORST, WORST], "partly demonstrated"),
        ([STRENGTH, WORST, {**PARTLY, "strand": "force data"}], "not demonstrated"),
        ([STRENGTH, PARTLY, {**WORST, "strand": "force data"}], "not demonstrated"),
        ([STRENGTH, WORST, {**SLIGHT, "strand": "force data"}], "partly demonstrated"),
        ([STRENGTH, PARTLY, {**PARTLY, "strand": "force data"}], "partly demonstrated"),
        (
            [STRENGTH, PARTLY, {**PARTLY, "strand": "force data"}, {**PARTLY, "strand": "other inspections"}],
            "not demonstrated",
        ),
        ([STRENGTH, {**WORST, "state": State.IMPROVING}], "partly demonstrated"),
        ([STRENGTH, {**WORST, "state": State.REMEDIED}], "demonstrated"),
        ([{"sample": {"met": 9, "of": 10}}], "demonstrated"),
        ([{"sample": {"met": 17, "of": 20}}], "partly demonstrated"),
        ([{"sample": {"met": 15, "of": 20}}, STRENGTH], "partly demonstrated"),
        ([{"sample": {"met": 14, "of": 20}}], "not demonstrated"),
        ([{"sample": {"met": 14, "of": 20}, "seriousness": Seriousness.MINOR}, STRENGTH], "demonstrated"),
    ],
)


def status_of_bail(coded, *bears_on):
    findings = [finding(f"F-{number}", *bears_on, **one) for number, one in enumerate(coded)]
    return str(peelrules.grade(evidence_of(*findings), bundled()).characteristic["offenders.bail"].status)


@STATUSES
def test_the_status_follows_from_all_findings_that_bear_on_it(coded, status):
    assert status_of_bail(coded, "offenders.bail") == status


@STATUSES
def test_what_bears_on_it_besides_counts_alike_but_for_being_exceptional(coded, status):
    besides = "demonstrated" if status == "exceeded" else status
    assert status_of_bail(coded, "offenders.orders", "offenders.bail") == besides


def test_one_exceptional_strength_does_not_make_a_question_outstanding():
    every = [c.id for q in bundled().framework.core_questions if q.id == "offenders" for c in q.characteristics]
    assessment = peelrules.grade(evidence_of(finding("F-1", *every, **EXCEPTIONAL)), bundled())
    assert str(assessment.judgment("offenders").grade) == "good"
    assert [str(c.status) for c in assessment.characteristics if c.status] == ["exceeded"] + ["demonstrated"] * (
        len(every) - 1
    )


# -- from the statuses to the grade -------------------------------------------------------------------

CODED = {
    "none": WORST,
    "part": PARTLY,
    "full": STRENGTH,
    "more": EXCEPTIONAL,
    "unseen": {"direction": Direction.NEITHER},
}


def question_of(service, enabling, credit=None):
    """A framework with one graded question of so many characteristics of each role."""
    base = bundled().framework
    question = next(q for q in base.core_questions if q.id == "offenders")
    roles = ["service"] * service + ["enabling"] * enabling
    characteristics = [
        question.characteristics[0].model_dump() | {"id": f"offenders.number-{number:03}", "role": role}
        for number, role in enumerate(roles)
    ]
    topics = [{"title": "A topic", "characteristics": characteristics}]
    content = base.model_dump(exclude={"core_questions"}) | {
        "core_questions": [question.model_dump(exclude={"topics"}) | {"topics": topics}]
    }
    return Framework.model_validate(content | ({"credit": credit} if credit else {}))


def judged(service=None, enabling=None, credit=None):
    """The judgment on a question whose characteristics turn out so; statuses are mapped to numbers."""
    service, enabling = ([kind for kind, n in (some or {}).items() for _ in range(n)] for some in (service, enabling))
    framework = question_of(len(service), len(enabling), credit)
    findings = [
        finding(f"F-{number:03}", characteristic, **CODED[kind])
        for number, (characteristic, kind) in enumerate(zip(framework.characteristics, service + enabling, strict=True))
    ]
    mine = rulebook_of(*bundled().rules, framework=framework)
    (judgment,) = peelrules.grade(evidence_of(*findings, framework=framework), mine).judgments
    return judgment


@pytest.mark.parametrize(
    ("enabling", "grade"),
    [
        ({"full": 1, "none": 1}, "adequate"),
        ({"part": 2}, "adequate"),
        ({"full": 25, "part": 50, "none": 25}, "adequate"),
        ({"full": 3, "none": 3}, "adequate"),
        ({"full": 25, "part": 49, "none": 26}, "requires improvement"),
        ({"full": 99, "none": 100}, "requires improvement"),
        ({"full": 1, "none": 2}, "requires improvement"),
        ({"full": 3, "none": 1}, "good"),
        ({"full": 1, "part": 1}, "good"),
        ({"full": 9, "none": 3}, "good"),
        ({"full": 60, "part": 30, "none": 10}, "good"),
        ({"full": 60, "part": 29, "none": 11}, "adequate"),
        ({"full": 149, "none": 50}, "adequate"),
        ({"full": 2, "none": 1}, "adequate"),
    ],
)
def test_half_and_three_quarters_demonstrated_are_enough_and_a_hair_less_is_not(enabling, grade):
    assert str(judged(enabling=enabling).grade) == grade


@pytest.mark.parametrize(
    ("credit", "enabling", "grade"),
    [
        (0.4, {"full": 1, "part": 5}, "adequate"),  # (1 + 5 * 0.4) / 6 is a half
        (0.1, {"full": 4, "part": 5}, "adequate"),  # (4 + 5 * 0.1) / 9 is a half
        (0.6, {"full": 3, "part": 5}, "good"),  # (3 + 5 * 0.6) / 8 is three quarters
        (0.8, {"full": 2, "part": 5, "none": 1}, "good"),  # (2 + 5 * 0.8) / 8 is three quarters
        (0.1, {"full": 3, "part": 5, "none": 1}, "requires improvement"),
    ],
)
def test_a_credit_that_binary_numbers_cannot_write_is_still_exact(credit, enabling, grade):
    worth = {"not demonstrated": 0, "partly demonstrated": credit, "demonstrated": 1, "exceeded": 1}
    assert str(judged(enabling=enabling, credit=worth).grade) == grade


@pytest.mark.parametrize(
    ("service", "grade"),
    [
        ({"none": 1, "full": 1}, "requires improvement"),
        ({"none": 3, "full": 3}, "requires improvement"),
        ({"none": 50, "full": 50}, "requires improvement"),
        ({"none": 49, "full": 50}, "good"),
        ({"none": 1, "full": 2}, "good"),
        ({"none": 49, "full": 51}, "good"),
        ({"none": 3, "full": 3, "unseen": 5}, "requires improvement"),
        ({"part": 5}, "good"),
    ],
)
def test_half_of_the_service_not_demonstrated_is_too_much_and_a_hair_less_is_not(service, grade):
    assert str(judged(service=service, enabling={"full": 300}).grade) == grade


def test_what_lies_behind_the_service_does_not_count_as_service():
    assert str(judged(service={"full": 1}, enabling={"none": 40, "full": 60}).grade) == "adequate"


@pytest.mark.parametrize(
    ("enabling", "grade"),
    [
        ({"more": 1, "full": 1}, "outstanding"),
        ({"more": 50, "full": 50}, "outstanding"),
        ({"more": 99, "full": 100}, "good"),
        ({"more": 49, "full": 51}, "good"),
        ({"more": 1, "unseen": 1}, "outstanding"),
        ({"more": 50, "full": 1, "unseen": 50}, "good"),
    ],
)
def test_half_exceeded_is_outstanding_and_a_hair_less_is_not(enabling, grade):
    assert str(judged(enabling=enabling).grade) == grade


@pytest.mark.parametrize(
    ("seen", "unseen", "is_graded"),
    [(1, 1, True), (50, 50, True), (5, 5, True), (99, 100, False), (49, 51, False), (1, 2, False)],
)
def test_half_of_the_characteristics_assessed_is_enough_and_a_hair_less_is_not(seen, unseen, is_graded):
    judgment = judged(enabling={"full": seen, "unseen": unseen})
    assert (judgment.grade is not None) is is_graded
    assert (judgment.not_graded is None) is is_graded
    assert str(judgment.ceiling) == "good"
    assert (judgment.coverage.assessed, judgment.coverage.of) == (seen, seen + unseen)


@pytest.mark.parametrize(
    ("strands", "state", "concern"),
    [
        (1, State.OPEN, "none"),
        (2, State.OPEN, "area for improvement"),
        (3, State.OPEN, "area for improvement"),
        (2, State.IMPROVING, "none"),
        (3, State.IMPROVING, "area for improvement"),
        (3, State.REMEDIED, "none"),
    ],
)
def test_two_strands_make_an_area_for_improvement_or_three_where_it_improves(strands, state, concern):
    kinds = list(bundled().framework.strands)[:strands]
    # five findings, so that findings are not mistaken for strands
    findings = [finding(f"F-{n}", "offenders.bail", strand=kinds[n % strands], state=state, **PARTLY) for n in range(5)]
    assessment = peelrules.grade(evidence_of(*findings), bundled())
    (concerned,) = [str(c.concern) for c in assessment.characteristics if c.characteristic == "offenders.bail"]
    assert concerned == concern


@pytest.mark.parametrize(
    ("coded", "raised"),
    [
        ({}, {"offenders.bail"}),
        ({"state": State.IMPROVING}, set()),
        ({"state": State.REMEDIED}, set()),
        ({"extent": Extent.ISOLATED}, set()),
        ({"seriousness": Seriousness.MINOR}, set()),
        ({"extent": Extent.ISOLATED, "seriousness": Seriousness.SERIOUS}, {"offenders.bail"}),
    ],
)
def test_an_area_for_improvement_is_raised_at_the_primary_characteristic_only(coded, raised):
    findings = [
        finding(f"F-{strand[:3]}", "offenders.bail", "offenders.orders", strand=strand, **{**PARTLY, **coded})
        for strand in ("fieldwork", "force data")
    ]
    assessment = peelrules.grade(evidence_of(*findings), bundled())
    assert {area.characteristic for area in assessment.areas_for_improvement} == raised


def test_a_shortfall_put_right_is_not_behind_an_area_for_improvement():
    strands = ["fieldwork", "force data", "other inspections"]
    states = [State.OPEN, State.OPEN, State.REMEDIED]
    findings = [
        finding(strand[:5], "offenders.bail", **PARTLY, strand=strand, state=state)
        for strand, state in zip(strands, states, strict=True)
    ]
    (area,) = peelrules.grade(evidence_of(*findings), bundled()).areas_for_improvement
    assert area.findings == ("field", "force")


@pytest.mark.parametrize(
    ("coded", "critical"),
    [
        ({"extent": Extent.WIDESPREAD, "seriousness": Seriousness.SERIOUS}, True),
        ({"extent": Extent.FREQUENT, "seriousness": Seriousness.SERIOUS}, False),
        ({"extent": Extent.WIDESPREAD, "seriousness": Seriousness.MODERATE}, False),
        ({"extent": Extent.WIDESPREAD, "seriousness": Seriousness.SERIOUS, "state": State.IMPROVING}, False),
        ({"extent": Extent.FREQUENT, "seriousness": Seriousness.SERIOUS, "persistent": True}, True),
        ({"extent": Extent.SOME, "seriousness": Seriousness.SERIOUS, "persistent": True}, False),
    ],
)
def test_a_cause_of_concern_needs_a_shortfall_that_is_serious_open_and_systemic(coded, critical):
    evidence = evidence_of(finding("A", "offenders.bail", "offenders.orders", **{**PARTLY, **coded}))
    assessment = peelrules.grade(evidence, bundled())
    named = {"offenders.bail"} if critical else set()
    assert {c.characteristic for c in assessment.critical_shortfalls} == named
    assert {c for cause in assessment.causes_of_concern for c in cause.characteristics} == named
    assert (str(assessment.judgment("offenders").ceiling) == "inadequate") is critical


CRITICAL = {"direction": Direction.SHORTFALL, "extent": Extent.WIDESPREAD, "seriousness": Seriousness.CRITICAL}


@pytest.mark.parametrize(("full", "grade"), [(0, "inadequate"), (1, "adequate"), (2, "adequate"), (3, "good")])
def test_a_critical_shortfall_is_a_cause_of_concern_below_half_demonstrated_and_always_named(full, grade):
    framework = question_of(0, 1 + full)
    first, *others = framework.characteristics
    findings = [finding("F-0", first, **CRITICAL)] + [finding(f"S-{n}", each) for n, each in enumerate(others)]
    mine = rulebook_of(*bundled().rules, framework=framework)
    assessment = peelrules.grade(evidence_of(*findings, framework=framework), mine)
    (named,) = assessment.critical_shortfalls
    assert (named.characteristic, named.findings) == (first, ("F-0",))
    assert named.is_cause_of_concern is (full == 0)
    assert len(assessment.causes_of_concern) == (full == 0)
    assert str(assessment.judgment("offenders").grade) == grade
