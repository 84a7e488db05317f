"""What should hold for every body of evidence that a rulebook can be given."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, TypeVar

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from peelrules.engine.durable import durable
from peelrules.engine.grading import grade
from peelrules.engine.matching import Match, Said, plain
from peelrules.engine.population import population
from peelrules.engine.tables import table_of, tabled
from peelrules.model.assessment import Assessment
from peelrules.model.conditions import telling
from peelrules.model.evidence import Evidence
from peelrules.model.facts import Fact, Field, Stage, in_words
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import OUTCOMES, PRAISE, Rule
from peelrules.model.scales import Scale
from peelrules.testing.better import IMPROVEMENTS, grown_worse
from peelrules.testing.bounds import on_the_bound
from peelrules.testing.strategies import as_document, drawn_evidences, facts

T = TypeVar("T")


def assert_better_is_never_worse(rulebook: Rulebook, examples: int | None = None) -> None:
    """Better evidence never lowers a status, a ceiling or a grade, and never raises a concern.

    First each stage alone: from a fact on each bound of its rules, or beside it, every field in turn becomes better.
    Then the four together, with random evidence.

    Args:
        examples: bodies of evidence to try; what the profile of hypothesis says, by default.

    Raises:
        AssertionError: with the fact or the smallest evidence found, what became better in it, and what worse.
    """
    for stage in Stage:
        for worse in _worse_for_a_better_fact(rulebook, stage):
            raise AssertionError(worse)  # an `assert` would be gone in `python -O`

    def fault(evidence: Evidence, how: str) -> str | None:
        before = grade(evidence, rulebook, plain)
        for name, findings in IMPROVEMENTS[how](evidence, rulebook):
            after = grade(evidence.model_copy(update={"findings": findings}), rulebook, plain)
            if worse := list(grown_worse(after, before)):
                return f"{name}: {how}, and {'; '.join(worse)}"
        return None

    _for_all(rulebook, st.sampled_from(list(IMPROVEMENTS)), fault, examples)


def assert_order_does_not_matter(rulebook: Rulebook, examples: int | None = None) -> None:
    """Neither the order of the findings nor that of the rules changes a result.

    Args:
        examples: bodies of evidence to try; what the profile of hypothesis says, by default.

    Raises:
        AssertionError: with the smallest evidence found, and the parts of its assessment that differ.
    """

    def fault(evidence: Evidence, order: int) -> str | None:
        def shuffled(items: Sequence[T]) -> tuple[T, ...]:
            return tuple(Random(order).sample(items, len(items)))  # noqa: S311

        other = rulebook.model_copy(update={"rules": shuffled(rulebook.rules)})
        turned = evidence.model_copy(update={"findings": shuffled(evidence.findings)})
        parts = differing(without_order(grade(turned, other, plain)), without_order(grade(evidence, rulebook, plain)))
        return f"{', '.join(sorted(parts))} depend on the order" if parts else None

    _for_all(rulebook, st.integers(0, 2**32), fault, examples)


def assert_engines_agree(rulebook: Rulebook, examples: int | None = None) -> None:
    """The rules as they are defined, durable_rules, decision tables, and tables of many inspections come to the same.

    Each bound of each rule is looked at exactly on it and on either side; then random facts and evidence.

    Args:
        examples: bodies of evidence to try; a fifth of what the profile of hypothesis says by default, for tables take
            their time.

    Raises:
        AssertionError: with the stage and facts, or the smallest evidence found.
    """
    for stage in Stage:
        near = [each.fact for rule in rulebook.of_stage[stage] for each in on_the_bound(rule, rulebook)]
        if (told := disagreement(rulebook, stage, near)) is not None:
            raise AssertionError(told)

    def fault(evidence: Evidence, drawn: tuple[Stage, Sequence[Fact]]) -> str | None:
        assessment = grade(evidence, rulebook, plain)
        if parts := differing(grade(evidence, rulebook, durable), assessment):
            return f"durable_rules and the rules themselves differ in {', '.join(sorted(parts))}"
        # a table without rows has no inspections
        in_table, alone = (_in_table(evidence, rulebook) if evidence.findings else set()), _judgments(assessment)
        if evidence.findings and in_table != alone:
            return f"in a table {in_table - alone}, alone {alone - in_table}"
        return disagreement(rulebook, *drawn)

    of_stage = st.sampled_from(Stage).flatmap(
        lambda stage: st.tuples(st.just(stage), st.lists(facts(stage, rulebook), max_size=10))
    )
    _for_all(rulebook, of_stage, fault, examples or 1 + settings().max_examples // 5)


PROPERTIES: Sequence[Callable[[Rulebook], None]] = (
    assert_better_is_never_worse,
    assert_order_does_not_matter,
    assert_engines_agree,
)
"""All of them, to parametrise one test with."""


def differing(one: Assessment, other: Assessment) -> set[str]:
    """The parts in which two assessments differ; short to report, where the assessments are long."""
    return {name for name in Assessment.model_fields if getattr(one, name) != getattr(other, name)}


def without_order(assessment: Assessment) -> Assessment:
    """The assessment with what follows the order of the rules put in an order of its own, and without their lines."""
    return assessment.model_copy(
        update={
            "derivations": [d.model_copy(update={"firings": Counter(d.firings)}) for d in assessment.derivations],
            "rules": Counter(use.model_copy(update={"place": ""}) for use in assessment.rules),
            "judgments": [j.model_copy(update={"reasons": Counter(j.reasons)}) for j in assessment.judgments],
        }
    )


def _for_all(
    rulebook: Rulebook, more: st.SearchStrategy[T], fault: Callable[[Evidence, T], str | None], examples: int | None
) -> None:
    """Look for evidence with a fault, and tell that of as few findings as show it.

    Hypothesis would make it smaller still, but takes minutes where each step grades twice.
    """

    def holds(evidence: Evidence, more: T) -> None:
        if fault(evidence, more) is not None:
            least = _least(evidence, lambda fewer: fault(fewer, more) is not None)
            raise AssertionError(f"{fault(least, more)}\n\n{as_document(least)}")

    chosen = settings(
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
        max_examples=examples or settings().max_examples,
    )
    chosen(given(drawn_evidences(rulebook), more)(holds))()


def _least(evidence: Evidence, shows: Callable[[Evidence], bool]) -> Evidence:
    """The evidence without findings that are beside the point."""
    for found in evidence.findings:
        rest = tuple(other for other in evidence.findings if other is not found)
        if shows(fewer := evidence.model_copy(update={"findings": rest})):
            return _least(fewer, shows)
    return evidence


def _worse_for_a_better_fact(rulebook: Rulebook, stage: Stage) -> Iterator[str]:
    """Where the rules of a stage come to something worse though one field of a fact is better."""
    rules, fields = rulebook.of_stage[stage], rulebook.fields[stage]
    conditions = [c for rule in rules for alternative in rule.alternatives for c in alternative]
    facts = [each.fact for rule in rules for each in on_the_bound(rule, rulebook)]
    for fact in {tuple(fact.items()): fact for fact in facts}.values():
        before = _harm(rules, fact)
        for name, field in fields.items():
            value = fact[name]
            nearest = [v for v in telling(field, conditions) if _harm_of(field, v) < _harm_of(field, value)][-1:]
            for better in ({**fact, name: v} for v in nearest):
                for outcome, harm in _harm(rules, better).items():
                    if harm > before[outcome]:
                        new = [rule.id for rule in rules if rule.applies(better) and not rule.applies(fact)]
                        yield (
                            f"{outcome.replace('_', ' ')} is worse where {name} is {_exactly(nearest[0])} than "
                            f"where it is {_exactly(value)}, by {', '.join(new)}; the fact is {_told(fact)}"
                        )


def _exactly(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else in_words(value)


def _told(fact: Fact) -> str:
    return ", ".join(f"{name} {_exactly(value)}" for name, value in fact.items())


def _harm_of(field: Field, value: Any) -> float:
    return 0 if isinstance(value, str) else field.harm.value * (value.rank if isinstance(value, Scale) else value)


def _harm(rules: Sequence[Rule], fact: Fact) -> Counter[str]:
    """How bad each outcome of a stage is, as far as its rules bound it; good practice is no harm."""
    harm: Counter[str] = Counter()
    for rule in rules:
        outcome, limit, level = rule.conclusion
        if outcome not in PRAISE and rule.applies(fact):
            harm[outcome] = max(harm[outcome], _distance_from_the_best(level, limit))
    return harm


def _distance_from_the_best(level: Scale | None, limit: str) -> int:
    if level is None:
        return 1
    return level.rank if limit == "floor" else type(level).highest().rank - level.rank


def disagreement(rulebook: Rulebook, stage: Stage, facts: Sequence[Fact]) -> str | None:
    """Where the engines do not say of facts what the rules say for themselves."""
    wanted = plain(rulebook, stage, facts)
    for engine, found in {
        "durable_rules": durable(rulebook, stage, facts),
        "tables": tabled(rulebook, stage, facts),
    }.items():
        if found != wanted:
            wrong = {m.rule.id for one, other in zip(found, wanted, strict=True) for m in _unlike(one, other)}
            return f"{engine} and the rules themselves differ on {', '.join(sorted(wrong))}, about {facts}"
    for outcome, ranks in _ranks(rulebook, stage, facts).items():
        if ranks != [_rank(said.concluded[outcome]) for said in wanted]:
            return f"the table of ranks and the rules themselves differ on {outcome}, about {facts}"
    return None


def _unlike(one: Said, other: Said) -> Iterator[Match]:
    """What one says and the other does not."""
    return (m for m in one.matches + other.matches if (m in one.matches) != (m in other.matches))


def _ranks(rulebook: Rulebook, stage: Stage, facts: Sequence[Fact]) -> dict[str, list[int]]:
    """What a table says of facts that are told by columns of places."""
    table, outcomes = table_of(rulebook, stage), [outcome.name for outcome in OUTCOMES[stage]]
    places = [np.array([axis.place(fact[axis.field.name]) for fact in facts], np.int64) for axis in table.axes.axes]
    return {o: ranks.tolist() for o, ranks in zip(outcomes, table.ranks(places, outcomes, len(facts)), strict=True)}


def _rank(level: Any) -> int:
    return level.rank if isinstance(level, Scale) else int(level)


def _judgments(assessment: Assessment) -> set[tuple[str | None, ...]]:
    return {
        (
            judgment.core_question,
            *(None if level is None else str(level) for level in (judgment.grade, judgment.ceiling)),
        )
        for judgment in assessment.judgments
    }


def _in_table(evidence: Evidence, rulebook: Rulebook) -> set[tuple[str | None, ...]]:
    judgments = population(evidence.to_frame(), rulebook).judgments
    return set(judgments.select("core_question", "grade", "ceiling").rows())
