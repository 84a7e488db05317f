"""Codings that are worth a second look. Never an opinion on the grade."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from peelrules.documents.choice import rulebook_named
from peelrules.documents.evidence import evidence_of
from peelrules.documents.places import Loc
from peelrules.documents.reading import document_of
from peelrules.engine.cautions import cautions
from peelrules.model.evidence import Evidence, Finding, Sample
from peelrules.model.framework import Framework
from peelrules.model.problems import DocumentError
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Direction, Extent, Seriousness
from peelrules.verify.checks import Remark, Report

MOST_BORNE_ON = 3
"""Characteristics that a finding bears on, at the most, in all evidence that was coded so far."""
_NAMED = 5
"""So many findings are named of those that are told together."""


class Doubt(NamedTuple):
    """What a check has to ask about a part of the evidence."""

    code: str
    loc: Loc
    message: str


def check_evidence(source: Path, rulebook: Rulebook | None = None) -> Report:
    """Check an evidence file; if it cannot be loaded, its problems are all there is to say.

    Args:
        rulebook: left out, the bundled one of the framework that the evidence names.
    """
    try:
        document = document_of(source)
        evidence = evidence_of(document, rulebook)
    except DocumentError as error:
        return Report.of([str(source)], (Remark.at("PR001", problem) for problem in error.problems))
    framework = (rulebook or rulebook_named(evidence.framework)).framework
    without = _without_paragraph(evidence)  # of a source without paragraphs each finding would be told
    asked = (*_of_codings(evidence, framework), *([_paragraphs_of(without)] if without else []))
    remarks = (Remark.at(d.code, document.problem(d.loc, d.message, at_key=True)) for d in asked)
    return Report.of([str(source)], remarks)


def doubts(evidence: Evidence, framework: Framework) -> Iterator[Doubt]:
    """Everything that the checks have to ask about the evidence, finding by finding."""
    yield from _of_codings(evidence, framework)
    yield from (_paragraphs_of([each]) for each in _without_paragraph(evidence))


def _of_codings(evidence: Evidence, framework: Framework) -> Iterator[Doubt]:
    yield from _unlikely_pairs(evidence)
    yield from _samples_twice(evidence)
    yield from _without_evidence(evidence, framework)
    yield from _bearing_on_much(evidence)
    for caution in cautions(evidence.inspection, framework):
        yield Doubt("PR207", ("inspection",), caution.rstrip("."))


def _unlikely_pairs(evidence: Evidence) -> Iterator[Doubt]:
    for number, finding in enumerate(evidence.findings):
        if finding.seriousness is None or finding.extent is None:
            continue
        coded = f"{finding.id} is coded as {finding.seriousness} but {finding.extent}"
        if finding.seriousness >= Seriousness.SERIOUS and finding.extent is Extent.ISOLATED:
            yield Doubt("PR201", ("findings", number, "extent"), coded)
        if finding.seriousness is Seriousness.MINOR and finding.extent is Extent.WIDESPREAD:
            yield Doubt("PR202", ("findings", number, "extent"), coded)


def _samples_twice(evidence: Evidence) -> Iterator[Doubt]:
    first: dict[tuple[str, Sample], int] = {}
    for number, finding in enumerate(evidence.findings):
        if finding.sample is None:
            continue
        keys = [(characteristic, finding.sample) for characteristic in finding.bears_on]
        if seen := [first[key] for key in keys if key in first]:
            earlier = evidence.findings[min(seen)]
            shared = next(c for c in finding.bears_on if c in earlier.bears_on)
            message = f"{finding.id} has the same sample for {shared} as {earlier.id}: {finding.sample}"
            yield Doubt("PR203", ("findings", number, "sample"), message)
        for key in keys:
            first.setdefault(key, number)


def _without_evidence(evidence: Evidence, framework: Framework) -> Iterator[Doubt]:
    """One doubt for each graded question that the evidence has begun with, and one for all others together."""
    if not evidence.findings:
        yield Doubt("PR204", ("findings",), "there are no findings, so no characteristic has evidence")
        return
    spoken_of = {characteristic for finding in evidence.findings for characteristic in finding.bears_on}
    silent = []
    for question in framework.core_questions:
        missing = [c.id for c in question.characteristics if c.id not in spoken_of]
        if question.is_graded and len(missing) == len(question.characteristics):
            silent.append(question.name)
        elif question.is_graded and missing:
            count = f"{len(missing)} of {len(question.characteristics)} characteristics without evidence"
            yield Doubt("PR204", ("findings",), f"{question.name}: {count}: {', '.join(missing)}")
    if silent:
        yield Doubt("PR204", ("findings",), f"without any evidence: {', '.join(silent)}")


def _without_paragraph(evidence: Evidence) -> list[tuple[int, Finding]]:
    """The findings that do not say in which paragraph they stand, with their numbers."""
    return [(number, each) for number, each in enumerate(evidence.findings) if each.source.paragraph is None]


def _paragraphs_of(findings: Sequence[tuple[int, Finding]]) -> Doubt:
    """What is asked of such findings together, at the first."""
    number, first = findings[0]
    message = f"{first.id} does not say in which paragraph it stands"
    if len(findings) > 1:
        named = ", ".join(finding.id for _, finding in findings[:_NAMED])
        more = f" and {len(findings) - _NAMED:,} more" if len(findings) > _NAMED else ""
        message = f"{len(findings):,} findings do not say in which paragraph they stand: {named}{more}"
    return Doubt("PR205", ("findings", number, "source"), message)


def _bearing_on_much(evidence: Evidence) -> Iterator[Doubt]:
    speaking = [finding for finding in evidence.findings if not finding.is_context]
    spoken_of = Counter(characteristic for finding in speaking for characteristic in finding.bears_on)
    for number, finding in enumerate(evidence.findings):
        alone = [c for c in finding.bears_on if spoken_of[c] == 1] if finding.direction is Direction.STRENGTH else []
        if len(finding.bears_on) > MOST_BORNE_ON:
            message = f"{finding.id} bears on {len(finding.bears_on)} characteristics"
        elif len(alone) > 1:
            message = f"{finding.id} alone is the evidence of {len(alone)} characteristics: {', '.join(alone)}"
        else:
            continue
        yield Doubt("PR206", ("findings", number, "bears_on"), message)
