"""Evidence that is better in one respect, and what must not become worse by it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from peelrules.insight.changes import Show, shown
from peelrules.model.assessment import Assessment
from peelrules.model.evidence import Evidence, Finding, Sample
from peelrules.model.scales import Direction, Scale
from peelrules.testing.strategies import Words, framework_of


class Better(NamedTuple):
    """Evidence after one thing in it became better."""

    how: str
    """In words: *F-03: less serious*."""
    evidence: Evidence

    def __repr__(self) -> str:
        return self.how  # a whole body of evidence says nothing at a glance


Change = tuple[str, tuple[Finding, ...]]
"""The id of what is changed or new, and the findings afterwards."""


def improvements(evidence: Evidence, words: Words) -> Iterator[Better]:
    """The evidence, better in one respect, in every way in which it can be.

    A level is one step better, or a sample has one case more that met the standard; a strength is called exceptional,
    or tells of more than progress; there is a strength more, about any characteristic of the core questions that are
    spoken of; or a shortfall less, where something else still speaks of all that it bears on.
    """
    for how, improve in IMPROVEMENTS.items():
        for name, findings in improve(evidence, words):
            yield Better(f"{name}: {how}", evidence.model_copy(update={"findings": findings}))


def is_no_worse(after: Assessment, before: Assessment) -> bool:
    """Whether each status, concern, ceiling and grade that stood before stands as well or better.

    A cause of concern where there was none is worse, too.
    """
    return next(grown_worse(after, before), None) is None


def grown_worse(after: Assessment, before: Assessment) -> Iterator[str]:
    """What stands worse than before, in words."""
    for now, was in zip(after.characteristics, before.characteristics, strict=True):
        if was.status is None:
            continue
        if now.status is None or now.status < was.status:
            yield f"the status of {was.characteristic} falls from {was.status} to {now.status}"
        if now.concern > was.concern:
            yield f"the concern about {was.characteristic} rises from {was.concern} to {now.concern}"
    had = {cause.core_question for cause in before.causes_of_concern}
    for cause in after.causes_of_concern:
        if cause.core_question not in had and before.judgments_by_question[cause.core_question].ceiling is not None:
            yield f"there is a cause of concern about {cause.core_question} where there was none"
    for judgment, former in zip(after.judgments, before.judgments, strict=True):
        for name in ("ceiling", "grade"):
            reached, stood = getattr(judgment, name), getattr(former, name)
            if stood is not None and (reached is None or reached < stood):
                yield f"the {name} of {former.core_question} falls from {stood} to {reached}"


def _recoded(field: str, improve: Callable[[Any], Any]) -> Callable[[Evidence, Words], Iterator[Change]]:
    """One finding coded better in a field, for every finding that can be; *improve* gives None where it cannot."""

    def changed(evidence: Evidence, words: Words) -> Iterator[Change]:  # noqa: ARG001
        for found in evidence.findings:
            if (better := improve(getattr(found, field))) is not None:
                yield found.id, _with(evidence, found, field, better)

    return changed


def _with(evidence: Evidence, found: Finding, field: str, value: Any) -> tuple[Finding, ...]:
    kept = {name: getattr(found, name) for name in Finding.model_fields}
    return tuple(Finding(**{**kept, field: value}) if each is found else each for each in evidence.findings)


def _lower(level: Scale | None) -> Scale | None:
    return list(type(level))[level.rank - 1] if level is not None and level.rank else None


def _one_more_met(sample: Sample | None) -> Sample | None:
    if sample is None:
        return None
    if sample.share is not None:
        more = min(1.0, sample.share + 0.01)
        return Sample(share=more, margin=sample.margin, of=sample.of) if more > sample.share else None
    met, of = sample.met or 0, sample.of or 0
    return Sample(met=met + 1, of=of) if met < of else None


def _praised(evidence: Evidence, words: Words) -> Iterator[Change]:  # noqa: ARG001
    for found in evidence.findings:
        if found.direction is Direction.STRENGTH and not found.exceptional:
            yield found.id, _with(evidence, found, "exceptional", value=True)


def _one_strength_more(evidence: Evidence, words: Words) -> Iterator[Change]:
    framework = framework_of(words)
    asked = {framework.question_of[c].id for found in evidence.findings for c in found.bears_on}
    for question in framework.core_questions:
        for characteristic in question.characteristics if question.id in asked or not asked else ():
            strength = shown(Show(characteristic=characteristic.id))
            yield strength.id, (*evidence.findings, strength)


def _one_shortfall_less(evidence: Evidence, words: Words) -> Iterator[Change]:  # noqa: ARG001
    for found in evidence.findings:
        others = tuple(other for other in evidence.findings if other is not found)
        still_seen = {c for other in others if not other.is_context for c in other.bears_on}
        if found.direction is Direction.SHORTFALL and still_seen.issuperset(found.bears_on):
            yield found.id, others


IMPROVEMENTS: Mapping[str, Callable[[Evidence, Words], Iterator[Change]]] = {
    "less serious": _recoded("seriousness", _lower),
    "less widespread": _recoded("extent", _lower),
    "nearer to a remedy": _recoded("state", _lower),
    "not reported before": _recoded("persistent", lambda persistent: False if persistent else None),
    "one more case met": _recoded("sample", _one_more_met),
    "called exceptional": _praised,
    "more than progress": _recoded("progress", lambda progress: False if progress else None),
    "one strength more": _one_strength_more,
    "one shortfall less": _one_shortfall_less,
}
"""The respects in which evidence can be better."""
