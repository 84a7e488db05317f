"""How far each bound of each rule can be moved before a grade of this evidence changes.

A bound matters only where it lies among the values of the facts that it is compared with: between
two neighbouring values every bound does the same. So the ranges are exact, not sampled.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from peelrules.engine.matching import Match, Matcher, plain
from peelrules.engine.profiles import Reading, Standing
from peelrules.engine.stages import StageRun, characterise, judge, read, run, standing_of, weigh
from peelrules.model.evidence import Evidence
from peelrules.model.facts import Fact, Stage, fields_of
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Comparator, Condition, Rule
from peelrules.model.scales import Grade, Gravity, Scale
from peelrules.model.sensitivity import Shift, Slack
from peelrules.verify.rulebook import is_monotone

_UP_TO_A_VALUE = (Comparator.AT_LEAST, Comparator.BELOW)
"""Their bounds do the same from above one value up to the next; the others' from one value to below the next."""

Grades = Mapping[str, Grade | None]


def slacks(evidence: Evidence, rulebook: Rulebook) -> Iterator[Slack]:
    """The range of every bound of the rulebook over which all grades stay as they are."""
    regrading = _Regrading(evidence, rulebook)
    for rule in rulebook.rules:
        for number, conditions in enumerate(rule.alternatives):
            for condition in conditions:
                if condition.comparator not in (Comparator.IS, Comparator.ONE_OF):
                    yield _slack(regrading, _Bound(rule, number, condition))


class _Bound(NamedTuple):
    """One bound of one alternative of a rule."""

    rule: Rule
    number: int
    condition: Condition

    def moved(self, value: Any) -> tuple[tuple[Condition, ...], ...]:
        """The alternatives of the rule with the bound at another value."""
        changed = self.condition._replace(bound=value)
        return tuple(
            tuple(changed if number == self.number and c is self.condition else c for c in conditions)
            for number, conditions in enumerate(self.rule.alternatives)
        )


class _Class(NamedTuple):
    """Values of a bound that all do the same."""

    low: Any
    high: Any
    includes_low: bool
    includes_high: bool
    one: Any
    """One of them."""


def _slack(regrading: "_Regrading", bound: _Bound) -> Slack:
    values = {getattr(fact, bound.condition.field) for fact in regrading.facts(bound.rule.stage)}
    classes = list(_classes(bound, values))
    at = next(number for number, each in enumerate(classes) if _is_in(bound.condition.bound, each))
    first, below = _as_far_as_it_goes(regrading, bound, classes[: at + 1][::-1])
    last, above = _as_far_as_it_goes(regrading, bound, classes[at:])
    return Slack(
        rule=bound.rule.id,
        field=bound.condition.field,
        comparator=bound.condition.comparator.value,
        value=_told(bound.condition.bound),
        lowest=_told(first.low) if below else None,
        highest=_told(last.high) if above else None,
        includes_lowest=first.includes_low,
        includes_highest=last.includes_high,
        below=below,
        above=above,
    )


def _as_far_as_it_goes(
    regrading: "_Regrading", bound: _Bound, outwards: Sequence[_Class]
) -> tuple[_Class, tuple[Shift, ...]]:
    """The last class at which every grade stays, and what changes in the next one, if any does."""
    further = outwards[1:]
    if regrading.is_monotone:  # then what has changed stays changed, and halving finds where it begins
        at = bisect_left(further, True, key=lambda each: bool(regrading.shifts(bound, each.one)))
    else:
        at = next((n for n, each in enumerate(further) if regrading.shifts(bound, each.one)), len(further))
    return outwards[at], regrading.shifts(bound, further[at].one) if at < len(further) else ()


def _classes(bound: _Bound, values: set[Any]) -> Iterator[_Class]:
    """Everything that a bound can be, from the lowest, grouped by what it does to facts with these values."""
    kind = fields_of(bound.rule.stage)[bound.condition.field].kind
    if issubclass(kind, Scale):
        yield from (_Class(level, level, True, True, level) for level in kind)
        return
    least, most = (0.0, 1.0) if kind is float else (0, max([*values, bound.condition.bound]) + 1)
    takes_high = bound.condition.comparator in _UP_TO_A_VALUE
    cuts = sorted(values)
    for low, high in zip([least, *cuts], [*cuts, most], strict=True):
        is_first, is_last = not cuts or high == cuts[0], not cuts or low == cuts[-1]
        each = _Class(
            low,
            high,
            includes_low=is_first or not takes_high,
            includes_high=is_last or takes_high,
            one=high if takes_high else low,
        )
        if low < high or (each.includes_low and each.includes_high):
            yield each


def _is_in(value: Any, each: _Class) -> bool:
    above = value > each.low or (each.includes_low and value == each.low)
    return bool(above and (value < each.high or (each.includes_high and value == each.high)))


def _told(value: Any) -> str | int | float:
    return str(value) if isinstance(value, Scale) else value


class _Regrading:
    """Gradings of one body of evidence with one bound of one rule moved; only what may change is graded anew."""

    def __init__(self, evidence: Evidence, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.is_monotone = all(map(is_monotone, rulebook.rules))
        self.findings = sorted(evidence.findings, key=lambda finding: finding.id)
        self.stages = run(self.findings, rulebook, plain)
        self.questions = [q for q in rulebook.framework.core_questions if q.id in self.stages.judged.profiles]
        self.runs = {
            stage.stage: stage
            for stage in (self.stages.samples, self.stages.weighed, self.stages.characterised, self.stages.judged)
        }
        self.grades = self._grades(self.stages.judged)
        self._said: dict[Fact, list[Match]] = {}

    def facts(self, stage: Stage) -> Iterator[Fact]:
        return (profile.fact for profile in self.runs[stage].profiles.values())

    def shifts(self, bound: _Bound, value: Any) -> tuple[Shift, ...]:
        """The judgments that change with a bound at another value."""
        alternatives = bound.moved(value)
        stage = self.runs[bound.rule.stage]
        before = {match.subject for matches in stage.matches.values() for match in matches if match.rule is bound.rule}
        after = {s for s, p in stage.profiles.items() if any(all(c.holds(p.fact) for c in a) for a in alternatives)}
        if before == after:
            return ()
        grades = self._grades(self._judged(bound.rule.stage, self._moved(bound.rule, alternatives)))
        return tuple(
            Shift(core_question=question, before=grade, after=grades[question])
            for question, grade in self.grades.items()
            if grades[question] is not grade
        )

    def _moved(self, rule: Rule, alternatives: tuple[tuple[Condition, ...], ...]) -> Matcher:
        """A matcher that knows what came of the rules, but for the one that is moved."""

        def matcher(rulebook: Rulebook, stage: Stage, facts: Mapping[str, Fact]) -> list[Match]:
            if stage is not rule.stage:
                return self._remembered(rulebook, stage, facts)
            known = [m for matches in self.runs[stage].matches.values() for m in matches if m.rule is not rule]
            holding = (
                (s, tuple(a for a in alternatives if all(c.holds(fact) for c in a))) for s, fact in facts.items()
            )
            return known + [Match(subject, rule, held) for subject, held in holding if held]

        return matcher

    def _remembered(self, rulebook: Rulebook, stage: Stage, facts: Mapping[str, Fact]) -> list[Match]:
        """What the rules say of facts, each asked once: most are the same wherever a bound is moved to."""
        new = {subject: fact for subject, fact in facts.items() if fact not in self._said}
        self._said |= {fact: [] for fact in new.values()}
        for match in plain(rulebook, stage, {subject: new[subject] for subject in _once(new)}):
            self._said[new[match.subject]].append(match)
        return [match._replace(subject=subject) for subject, fact in facts.items() for match in self._said[fact]]

    def _judged(self, stage: Stage, moved: Matcher) -> StageRun:
        """The last stage, after the stage of the moved rule and those that follow, as far as anything is different."""
        anew = StageRun(self.rulebook, stage, self.runs[stage].profiles, moved)
        gravities, standings = self.stages.gravities, self.stages.standings
        match stage:
            case Stage.SAMPLE:
                _, readings = read(self.findings, self.rulebook, moved)
                _, gravities = weigh(self.findings, readings, self.rulebook, moved)
                standings = self._standings(readings, gravities, moved)
            case Stage.FINDING:
                gravities = {finding: anew.floor(finding, "gravity", Gravity) for finding in gravities}
                standings = self._standings(self.stages.readings, gravities, moved)
            case Stage.CHARACTERISTIC:
                standings = {c: standing_of(c, anew) for c in standings}
            case Stage.CORE_QUESTION:
                return anew
        if standings == self.stages.standings:
            return self.stages.judged
        return judge(self.questions, standings, self.rulebook, moved)

    def _standings(
        self, readings: Mapping[str, Reading], gravities: Mapping[str, Gravity], moved: Matcher
    ) -> Mapping[str, Standing]:
        """The standings of all characteristics; only those are concluded anew on which a changed finding bears."""
        was = self.stages
        touched = {
            characteristic
            for finding in self.findings
            if (readings[finding.id], gravities[finding.id]) != (was.readings[finding.id], was.gravities[finding.id])
            for characteristic in finding.bears_on
        }
        bearing = [finding for finding in self.findings if not touched.isdisjoint(finding.bears_on)]
        _, anew = characterise(bearing, readings, gravities, self.rulebook, moved)
        return {**was.standings, **{characteristic: anew[characteristic] for characteristic in touched}}

    def _grades(self, judged: StageRun) -> Grades:
        return {
            q: None if judged.raises(q, "not_enough_evidence") else judged.ceiling(q, "grade", Grade)
            for q in judged.profiles
        }


def _once(facts: Mapping[str, Fact]) -> Iterable[str]:
    """One subject of each of several equal facts."""
    return {fact: subject for subject, fact in facts.items()}.values()
