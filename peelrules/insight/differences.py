"""What is different between two assessments, and which rules made it so."""

from collections.abc import Iterable, Iterator, Mapping

from peelrules.engine.grading import grade
from peelrules.insight.changes import Change, SetBound, changed, changed_rules
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.evidence import Evidence
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Grade, Gravity, Status


class Difference(Frozen):
    """One outcome that is not the same in both."""

    subject: str
    what: str
    title: str
    before: str | None
    """None: nothing was concluded."""
    after: str | None
    rules_before: tuple[str, ...]
    """Titles of the rules that decided; none where the outcome rests where its scale begins."""
    rules_after: tuple[str, ...]


class Differences(Frozen):
    """What two assessments conclude differently, in the order of the first."""

    before: str
    after: str
    """What each is of, in words."""
    grades: tuple[Difference, ...]
    ceilings: tuple[Difference, ...]
    """Of questions without a grade, before or after."""
    concerns: tuple[Difference, ...]
    statuses: tuple[Difference, ...]
    gravities: tuple[Difference, ...]
    """Of the findings that both have."""
    findings_gone: tuple[str, ...]
    findings_new: tuple[str, ...]


def what_if(
    evidence: Evidence,
    rulebook: Rulebook,
    changes: Iterable[Change] = (),
    rule_changes: Iterable[SetBound] = (),
) -> Differences:
    """What would be concluded differently after changes to the evidence, the rules or both.

    Raises:
        ChangeError: a change cannot be made.
    """
    changes, rule_changes = list(changes), list(rule_changes)
    altered = changed_rules(rulebook, rule_changes) if rule_changes else rulebook
    before, after = grade(evidence, rulebook), grade(changed(evidence, changes), altered)
    words = ", ".join(map(str, [*changes, *rule_changes]))
    return differences(before, after, "as it is", f"with {words}" if words else "as it is")


def differences(before: Assessment, after: Assessment, before_is: str = "", after_is: str = "") -> Differences:
    """What the second of two assessments concludes differently from the first.

    Args:
        before_is: what the first is of, in words; by default its force and inspection.
        after_is: the same for the second.
    """
    return Differences(
        before=before_is or named(before),
        after=after_is or named(after),
        grades=tuple(_grades(before, after)),
        ceilings=tuple(_ceilings(before, after)),
        concerns=tuple(_concluded("concern", str(Concern.NONE), before, after)),
        statuses=tuple(_concluded("status", None, before, after)),
        gravities=tuple(_concluded("gravity", None, before, after, before.finding.keys() & after.finding.keys())),
        findings_gone=tuple(i for i in before.finding if i not in after.finding),
        findings_new=tuple(i for i in after.finding if i not in before.finding),
    )


def named(assessment: Assessment) -> str:
    """What an assessment is of, in words."""
    return f"{assessment.force}, {assessment.inspection or assessment.framework}"


def _grades(before: Assessment, after: Assessment) -> Iterator[Difference]:
    for question in _either(before.judgments_by_question, after.judgments_by_question):
        grades = [a.judgments_by_question.get(question) for a in (before, after)]
        first, second = (j.grade if j is not None else None for j in grades)
        if first is not second:
            yield _difference(question, "grade", _word(first), _word(second), before, after)


def _ceilings(before: Assessment, after: Assessment) -> Iterator[Difference]:
    for question in _either(before.judgments_by_question, after.judgments_by_question):
        judgments = [a.judgments_by_question.get(question) for a in (before, after)]
        first, second = (j.ceiling if j is not None else None for j in judgments)
        if first is not second and any(j is None or j.grade is None for j in judgments):
            yield _difference(question, "grade", _word(first), _word(second), before, after)


def _concluded(
    what: str, otherwise: str | None, before: Assessment, after: Assessment, among: Iterable[str] | None = None
) -> Iterator[Difference]:
    """Outcomes of a kind that differ; *otherwise* is the outcome where nothing was concluded."""
    values = [{d.subject: d.value for d in a.derivations if d.outcome == what} for a in (before, after)]
    for subject in _either(*values):
        first, second = (value.get(subject, otherwise) for value in values)
        if first != second and (among is None or subject in among):
            yield _difference(subject, what, first, second, before, after)


def _difference(
    subject: str, what: str, first: str | None, second: str | None, before: Assessment, after: Assessment
) -> Difference:
    return Difference(
        subject=subject,
        what=what,
        title=after.title(subject) or before.title(subject) or subject,
        before=first,
        after=second,
        rules_before=_deciding(subject, what, before),
        rules_after=_deciding(subject, what, after),
    )


def _deciding(subject: str, what: str, assessment: Assessment) -> tuple[str, ...]:
    if not assessment.is_concluded(subject, what):
        return ()
    firings = assessment.derivation(subject, what).firings
    return tuple(assessment.rule[firing.rule].title for firing in firings if firing.decides)


def _either(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    return list({**dict.fromkeys(first), **dict.fromkeys(second)})


def _word(level: Grade | Status | Gravity | None) -> str | None:
    return None if level is None else str(level)
