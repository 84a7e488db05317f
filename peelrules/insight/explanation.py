"""Why a grade is what it is, why it is not better, and what a finding led to.

The trees made here are views of the derivations of an assessment; they hold nothing of their own.
"""

from fractions import Fraction
from math import ceil, floor

from peelrules.model.assessment import Assessment, Coverage, Derivation, Firing, Judgment, Premise
from peelrules.model.base import Frozen
from peelrules.model.comparators import Comparator
from peelrules.model.facts import count_in_words, in_words
from peelrules.model.problems import ArgumentError, UnknownNameError
from peelrules.model.scales import Grade, Status


class Step(Frozen):
    """A conclusion or a coded field, and what it rests on."""

    subject: str
    outcome: str
    """The outcome concluded, or the field coded."""
    value: str
    title: str
    """The name of the question or characteristic, or the words of the finding."""
    place: str | None
    """Where a finding stands in its source."""
    because: tuple["Because", ...] = ()


class Because(Frozen):
    """A rule that fired, and the conditions by virtue of which it did."""

    rule: str
    title: str
    concludes: str
    source: str
    basis: str
    place: str
    """Where the rule stands, as `file:line`."""
    decides: bool
    premises: tuple["Held", ...]


class Held(Frozen):
    """A condition that held, and what its value was counted from."""

    words: str
    coded: bool
    """The value stands in the evidence as it is."""
    rests_on: tuple[Step, ...]


class Block(Frozen):
    """A rule that stands between a question and a better grade."""

    rule: str
    title: str
    ceiling: Grade | None
    """None: the rule says that there is too little evidence for any grade."""
    holds: tuple[str, ...]
    """The present values and their bounds, in words."""
    takes: tuple[str, ...]
    """What it takes for the rule to stop applying: all of them, where several alternatives of it hold."""
    because: Because


class WhyNot(Frozen):
    """What stands between a question and a grade; without blocks, nothing does."""

    core_question: str
    name: str
    grade: Grade | None
    wanted: Grade
    blocks: tuple[Block, ...]


class Consequence(Frozen):
    """A conclusion that rests on something, and what rests on that conclusion in turn."""

    subject: str
    title: str
    outcome: str
    value: str
    rule: str
    rule_title: str
    decides: bool
    """The rule's bound is where the outcome came to rest."""
    leads_to: tuple["Consequence", ...]


def explain(assessment: Assessment, core_question: str, full: bool = False) -> Step:
    """Why a question has its grade, or its ceiling: what decided it, down to the findings.

    Args:
        full: every rule that fired and everything it rests on, not only what decides.

    Raises:
        UnknownNameError: the framework has no such question.
        ArgumentError: nothing was concluded about the question.
    """
    judgment = assessment.judgment(core_question)
    return _step(_conclusion(judgment, assessment), assessment, full)


def why_not(assessment: Assessment, core_question: str, wanted: Grade | str, full: bool = False) -> WhyNot:
    """The rules whose ceilings lie below a grade, and what holds each in place.

    Args:
        full: everything that the rules rest on, not only what falls short.

    Raises:
        UnknownNameError: the framework has no such question.
        ArgumentError: nothing was concluded about the question, or there is no such grade.
    """
    judgment = assessment.judgment(core_question)
    wanted = Grade.named(wanted)
    derivation = _conclusion(judgment, assessment)
    firings = [f for f in derivation.firings if f.level is not None and Grade(f.level) < wanted]
    if assessment.is_concluded(core_question, "not_enough_evidence"):
        firings += assessment.derivation(core_question, "not_enough_evidence").firings
    return WhyNot(
        core_question=core_question,
        name=judgment.name,
        grade=judgment.grade,
        wanted=wanted,
        blocks=tuple(_block(firing, derivation, assessment, full) for firing in firings),
    )


def led_to(assessment: Assessment, finding: str) -> tuple[Consequence, ...]:
    """What a finding led to, upwards to the grades. What speaks well of a force bounds nothing, and leads to nothing.

    Raises:
        UnknownNameError: there is no such finding.
    """
    if finding not in assessment.finding:
        raise UnknownNameError("finding", finding, assessment.finding)
    return tuple(
        _consequence(firing, derivation, assessment, _above(finding, derivation.outcome, assessment))
        for derivation in assessment.derivations_about.get(finding, ())
        for firing in _deciding(derivation)
    )


def _conclusion(judgment: Judgment, assessment: Assessment) -> Derivation:
    if not assessment.is_concluded(judgment.core_question, "grade"):
        raise ArgumentError(f"{judgment.name}: {judgment.not_graded}")
    return assessment.derivation(judgment.core_question, "grade")


def _step(derivation: Derivation, assessment: Assessment, full: bool) -> Step:
    firings = derivation.firings if full else _deciding(derivation)
    return Step(
        subject=derivation.subject,
        outcome=derivation.outcome,
        value=derivation.value,
        title=assessment.title(derivation.subject) or derivation.subject,
        place=_place(derivation.subject, assessment),
        because=tuple(_because(firing, assessment, full) for firing in firings),
    )


def _deciding(derivation: Derivation) -> tuple[Firing, ...]:
    return tuple(firing for firing in derivation.firings if firing.decides)


def _because(firing: Firing, assessment: Assessment, full: bool) -> Because:
    use = assessment.rule[firing.rule]
    return Because(
        rule=firing.rule,
        title=use.title,
        concludes=use.concludes,
        source=use.source,
        basis=use.basis,
        place=use.place,
        decides=firing.decides,
        premises=tuple(_held(premise, assessment, full) for premise in firing.premises),
    )


def _held(premise: Premise, assessment: Assessment, full: bool) -> Held:
    concluded = [s for s in premise.subjects if assessment.is_concluded(s, premise.outcome)]
    # that there is none of something rests on all that was looked at, which decides nothing by itself
    brief = [s for s in concluded if premise.found and _tells(s, premise.outcome, assessment)]
    telling = concluded if full else _gravest_of_each_strand(brief, assessment)
    return Held(
        words=premise.in_words,
        coded=not concluded,
        rests_on=tuple(_step(assessment.derivation(s, premise.outcome), assessment, full) for s in telling),
    )


def _gravest_of_each_strand(subjects: list[str], assessment: Assessment) -> list[str]:
    """Of findings one of each line of evidence, the gravest first; of anything else all."""
    if not all(subject in assessment.finding for subject in subjects):
        return subjects
    gravest = sorted((assessment.finding[s] for s in subjects), key=lambda f: (-f.gravity.rank, f.id))
    first: dict[str, str] = {}
    for finding in gravest:
        first.setdefault(finding.coded.strand, finding.id)
    return list(first.values())


def _tells(subject: str, outcome: str, assessment: Assessment) -> bool:
    """Whether a conclusion is worth telling when only what decides is asked for."""
    value = assessment.derivation(subject, outcome).value
    return outcome != "status" or Status(value) < Status.DEMONSTRATED


def _block(firing: Firing, derivation: Derivation, assessment: Assessment, full: bool) -> Block:
    coverage = assessment.judgment(derivation.subject).coverage
    alternatives = (firing.premises, *firing.besides)
    return Block(
        rule=firing.rule,
        title=assessment.rule[firing.rule].title,
        ceiling=None if firing.level is None else Grade(firing.level),
        holds=tuple(premise.in_words for premises in alternatives for premise in premises),
        takes=tuple(" or ".join(_takes(premise, coverage) for premise in premises) for premises in alternatives),
        because=_because(firing, assessment, full),
    )


def _takes(premise: Premise, coverage: Coverage) -> str:
    """What it takes for a condition to hold no more, as a count where the value is a share.

    A share of what is assessed also changes when more is assessed, so then the count is of what is assessed now.
    """
    comparator, title = Comparator.named(premise.comparator), premise.title
    words = f"{title} {comparator.opposite} {_bound_in_words(premise)}"
    if premise.part is None or not premise.whole or not isinstance(premise.bound, float):
        return words
    step = Fraction(str(premise.step or 1))
    steps = Fraction(str(premise.bound)) * premise.whole / step
    if comparator.is_least:
        most = ceil(steps) - 1 if comparator.takes_the_value_below else floor(steps)
        words = f"at most {count_in_words(float(most * step))} of {premise.whole} {title}"
    elif comparator.is_ordered:
        least = ceil(steps) if comparator.takes_the_value_below else floor(steps) + 1
        words = f"at least {count_in_words(float(least * step))} of {premise.whole} {title}"
    if premise.whole != coverage.of and coverage.assessed < coverage.of:
        words += ", of those assessed now"
    return words


def _bound_in_words(premise: Premise) -> str:
    bound = premise.bound
    return " or ".join(bound) if isinstance(bound, tuple) else in_words(bound)


def _above(subject: str, outcome: str, assessment: Assessment) -> tuple[Consequence, ...]:
    """Every conclusion for which a rule fired that rests on this one."""
    return tuple(
        _consequence(firing, derivation, assessment, _above(derivation.subject, derivation.outcome, assessment))
        for derivation, firing in assessment.resting_on.get((subject, outcome), ())
    )


def _consequence(
    firing: Firing, derivation: Derivation, assessment: Assessment, leads_to: tuple[Consequence, ...]
) -> Consequence:
    return Consequence(
        subject=derivation.subject,
        title=assessment.title(derivation.subject) or derivation.subject,
        outcome=derivation.outcome,
        value=derivation.value,
        rule=firing.rule,
        rule_title=assessment.rule[firing.rule].title,
        decides=firing.decides,
        leads_to=leads_to,
    )


def _place(subject: str, assessment: Assessment) -> str | None:
    return assessment.finding[subject].place if subject in assessment.finding else None
