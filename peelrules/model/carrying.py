"""Evidence that was coded for one framework, as it reads under another."""

from collections.abc import Iterable, Iterator, Mapping

from peelrules.model.crosswalk import Carriage, Crosswalk, Kind, Touched
from peelrules.model.evidence import SUPPOSED, Evidence, Finding
from peelrules.model.problems import ArgumentError, EvidenceError


def carried(evidence: Evidence, crosswalk: Crosswalk) -> Evidence:
    """Evidence as it reads under the newer framework of a crosswalk.

    A finding bears on whatever those became on which it bore: on each part of what was split, and on the next where
    what it is first about is gone. It is left out where nothing remains, or where there is no such strand any more.
    All of that is told in `carried` of the result, and every assessment of it begins with it.

    Raises:
        ArgumentError: the evidence is not of the older framework.
        EvidenceError: a finding bears on a characteristic that the older framework does not have.
    """
    if evidence.framework != crosswalk.before:
        message = f"the evidence is of {evidence.framework}, and the crosswalk is from {crosswalk.before}"
        raise ArgumentError(f"{message}; use one that begins with the framework of the evidence")
    if faults := list(_unknown(evidence.findings, crosswalk)):
        raise EvidenceError(faults)
    if crosswalk.before == crosswalk.after:
        return evidence
    findings = [found for finding in evidence.findings if (found := _carried(finding, crosswalk)) is not None]
    carriage = _carriage(evidence, {finding.id for finding in findings}, crosswalk)
    changes = {"framework": crosswalk.after, "findings": tuple(findings), "carried": (*evidence.carried, carriage)}
    return evidence.model_copy(update=changes)


def _unknown(findings: Iterable[Finding], crosswalk: Crosswalk) -> Iterator[str]:
    for finding in findings:
        for characteristic in finding.bears_on:
            if characteristic not in crosswalk.became:
                yield f"{finding.id}: there is no characteristic `{characteristic}` in {crosswalk.before}"


def _carried(finding: Finding, crosswalk: Crosswalk) -> Finding | None:
    """A finding under the newer framework; None if nothing remains of it."""
    bears_on = tuple(dict.fromkeys(new for old in finding.bears_on for new in crosswalk.became[old]))
    if not bears_on or finding.strand not in (SUPPOSED, *crosswalk.strands):
        return None
    method = finding.method if finding.method in crosswalk.methods else None
    return finding.model_copy(update={"bears_on": bears_on, "method": method})


def _carriage(evidence: Evidence, kept: set[str], crosswalk: Crosswalk) -> Carriage:
    findings = evidence.findings
    touched = (
        Touched(
            kind=pair.kind,
            before=pair.before,
            after=pair.after,
            findings=tuple(f.id for f in findings if not pair.became.keys().isdisjoint(f.bears_on)),
        )
        for pair in crosswalk.pairs
        if pair.kind is not Kind.SAME
    )
    return Carriage(
        coded_for=crosswalk.before,
        lost=tuple(f.id for f in findings if f.id not in kept),
        moved=tuple(f.id for f in findings if f.id in kept and not crosswalk.became[f.primary]),
        touched=tuple(each for each in touched if each.findings or each.kind is Kind.NEW),
        strands=_by(((f.strand, f.id) for f in findings), (SUPPOSED, *crosswalk.strands)),
        methods=_by(((f.method, f.id) for f in findings if f.method and f.id in kept), crosswalk.methods),
    )


def _by(named: Iterable[tuple[str, str]], known: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The findings of each name that is not known."""
    found: dict[str, tuple[str, ...]] = {}
    for name, finding in named:
        if name not in known:
            found[name] = (*found.get(name, ()), finding)
    return found
