"""Audited samples against the bounds that the rules draw for them."""

from collections.abc import Iterator
from typing import NamedTuple

from peelrules.model.assessment import AssessedFinding
from peelrules.model.facts import Fact, Stage
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.model.sensitivity import Interval
from peelrules.report.html.force import Force


class Bound(NamedTuple):
    """A share of failing cases at which a rule begins to apply, and what such a sample is said to show."""

    share: float
    test: str
    """Such as *above 10%*."""
    level: str
    rule: str


class Sampled(NamedTuple):
    """One sample: the share of its cases that fall short, and where the true share may lie."""

    finding: AssessedFinding
    failing: float
    interval: Interval | None


class Chart(NamedTuple):
    """The samples that the same bounds are drawn for."""

    bounds: tuple[Bound, ...]
    rows: tuple[Sampled, ...]


def charts(force: Force, rulebook: Rulebook) -> list[Chart]:
    """The samples on the questions asked for, by the bounds that hold for them, those first that fall short most."""
    asked = {question.id for question in force.asked}
    sensitivity = force.report.sensitivity
    interval = {each.finding: each for each in (sensitivity.samples if sensitivity is not None else ())}
    rows: dict[tuple[Bound, ...], list[Sampled]] = {}
    for finding in force.assessment.findings:
        bears_on = {force.framework.question_of[each].id for each in finding.coded.bears_on}
        if (sample := finding.coded.sample) is not None and bears_on & asked:
            bounds = tuple(sorted(_bounds(finding.coded.primary, rulebook)))
            rows.setdefault(bounds, []).append(Sampled(finding, sample.failing, interval.get(finding.id)))
    return [Chart(bounds, tuple(sorted(rows[bounds], key=lambda row: -row.failing))) for bounds in rows]


def _bounds(characteristic: str, rulebook: Rulebook) -> Iterator[Bound]:
    """Every bound on the failing share in the rules that look at samples of a characteristic."""
    for rule in rulebook.of_stage[Stage.SAMPLE]:
        yield from _bounds_of(rule, {"characteristic": characteristic})


def _bounds_of(rule: Rule, fact: Fact) -> Iterator[Bound]:
    for conditions in rule.alternatives:
        if all(c.holds(fact) for c in conditions if c.field != "failing"):
            for c in conditions:
                if c.field == "failing":
                    yield Bound(c.bound, c.test, str(rule.conclusion.level), rule.id)
