"""What is different between two assessments, and which rules made it so."""

from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from peelrules.documents.shape import unknown
from peelrules.engine.grading import grade
from peelrules.insight.changes import Change, ChangeError, SetBound, SetCount, changed, changed_rules
from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.evidence import SUPPOSED, Evidence
from peelrules.model.problems import ArgumentError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Concern, Grade, Gravity, Status


class Difference(Frozen):
    """One outcome that is not the same in both."""

    subject: str
    outcome: str
    title: str
    before: str | None
    """None: nothing was concluded."""
    after: str | None
    because_before: tuple[str, ...]
    """Titles of the rules that decided, or why nothing was concluded; empty where no rule bounds the outcome."""
    because_after: tuple[str, ...]


class Differences(Frozen):
    """What two assessments conclude differently, in the order of the first."""

    before: str
    after: str
    """What each is of, in words, with the rulebook where the two are not the same."""
    cautions: tuple[str, ...] = ()
    """What every reader must be told first, of both or by which of them."""
    grades: tuple[Difference, ...]
    ceilings: tuple[Difference, ...]
    """Of questions without a grade, before or after."""
    concerns: tuple[Difference, ...]
    statuses: tuple[Difference, ...]
    findings: tuple[Difference, ...]
    """Gravity, direction, extent and innovative practice of the findings that both have, in the same words."""
    findings_gone: tuple[str, ...]
    findings_new: tuple[str, ...]


def whatif(
    evidence: Evidence,
    rulebook: Rulebook,
    changes: Iterable[Change] = (),
    rule_changes: Iterable[SetBound | SetCount] = (),
) -> Differences:
    """What would be concluded differently after changes to the evidence, the rules or both.

    Raises:
        ChangeError: a change cannot be made.
    """
    changes, rule_changes = list(changes), list(rule_changes)
    altered = changed_rules(rulebook, rule_changes) if rule_changes else rulebook
    new_evidence = changed(evidence, changes)
    _refuse_unknown_words(new_evidence, rulebook)
    before, after = grade(evidence, rulebook), grade(new_evidence, altered)
    words = ", ".join(map(str, [*changes, *rule_changes]))
    return differences(before, after, "as it is", f"with {words}" if words else "as it is")


def differences(before: Assessment, after: Assessment, before_is: str = "", after_is: str = "") -> Differences:
    """What the second of two assessments concludes differently from the first.

    Args:
        before_is: what the first is of, in words; by default force and inspection, and the rulebook if it differs.
        after_is: the same for the second.

    Raises:
        ArgumentError: the two are of different frameworks.
    """
    if before.framework != after.framework:
        raise ArgumentError(f"{before.framework} cannot be compared with {after.framework}")
    is_of = attrgetter("name") if before.rulebook == after.rulebook else _named_with_rules
    # ids are names of one file's own, so findings are the same only if they also say the same
    both = {
        i
        for i in before.finding
        if i in after.finding and before.finding[i].coded.finding == after.finding[i].coded.finding
    }
    return Differences(
        before=before_is or is_of(before),
        after=after_is or is_of(after),
        cautions=tuple(cautions_of_both(before, after)),
        grades=tuple(_grades(before, after)),
        ceilings=tuple(_ceilings(before, after)),
        concerns=tuple(_concluded("concern", before, after, otherwise=str(Concern.NONE))),
        statuses=tuple(_concluded("status", before, after)),
        findings=tuple(
            difference
            for outcome in ("gravity", "direction", "extent", "innovative_practice")
            for difference in _concluded(outcome, before, after)
            if difference.subject in both
        ),
        findings_gone=tuple(i for i in before.finding if i not in both),
        findings_new=tuple(i for i in after.finding if i not in both),
    )


def cautions_of_both(before: Assessment, after: Assessment) -> Iterator[str]:
    """What the two assessments say first, and which of them says it if not both do."""
    yield from (caution for caution in before.cautions if caution in after.cautions)
    yield from (f"Before: {caution}" for caution in before.cautions if caution not in after.cautions)
    yield from (f"After: {caution}" for caution in after.cautions if caution not in before.cautions)


def _refuse_unknown_words(evidence: Evidence, rulebook: Rulebook) -> None:
    """Changes are as good as a document: they name strands and methods of the framework only."""
    for finding in evidence.findings:
        if finding.strand not in (SUPPOSED, *rulebook.framework.strands):
            raise ChangeError(unknown("strand", finding.strand, rulebook.framework.strands))
        if finding.method is not None and finding.method not in rulebook.framework.methods:
            raise ChangeError(unknown("method", finding.method, rulebook.framework.methods))


def _named_with_rules(assessment: Assessment) -> str:
    return f"{assessment.name} (rulebook {assessment.rulebook.version}, {assessment.rulebook.hash})"


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
    outcome: str, before: Assessment, after: Assessment, otherwise: str | None = None
) -> Iterator[Difference]:
    """Outcomes of a kind that differ; *otherwise* is the outcome where nothing was concluded."""
    values = [{d.subject: d.value for d in a.derivations if d.outcome == outcome} for a in (before, after)]
    for subject in _either(*values):
        first, second = (value.get(subject, otherwise) for value in values)
        if first != second:
            yield _difference(subject, outcome, first, second, before, after)


def _difference(
    subject: str, outcome: str, first: str | None, second: str | None, before: Assessment, after: Assessment
) -> Difference:
    return Difference(
        subject=subject,
        outcome=outcome,
        title=after.title(subject) or before.title(subject) or subject,
        before=first,
        after=second,
        because_before=_because(subject, outcome, before),
        because_after=_because(subject, outcome, after),
    )


def _because(subject: str, outcome: str, assessment: Assessment) -> tuple[str, ...]:
    judgment = assessment.judgments_by_question.get(subject)
    if judgment is not None and judgment.not_graded is not None:
        return (judgment.not_graded,)
    if not assessment.is_concluded(subject, outcome):
        return ("not assessed",) if subject in assessment.characteristic else ()
    firings = assessment.derivation(subject, outcome).firings
    return tuple(assessment.rule[firing.rule].title for firing in firings if firing.decides)


def _either(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    return list({**dict.fromkeys(first), **dict.fromkeys(second)})


def _word(level: Grade | Status | Gravity | None) -> str | None:
    return None if level is None else str(level)
