"""Whether evidence speaks in the words of a framework. That of a document does; what is built in Python may not."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from peelrules.model.evidence import SUPPOSED, Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import EvidenceError


def refuse_unsound(evidence: Evidence, framework: Framework) -> None:
    """See to it that evidence names nothing that the framework or its own sources do not have.

    Raises:
        EvidenceError: with every fault.
    """
    if faults := list(_faults(evidence, framework)):
        raise EvidenceError(faults)


def _faults(evidence: Evidence, framework: Framework) -> Iterator[str]:
    if evidence.framework != framework.id:
        yield f"the evidence is of the framework `{evidence.framework}`, and the rulebook is for `{framework.id}`"
    strands, sources = {SUPPOSED, *framework.strands}, {SUPPOSED, *evidence.sources}
    seen: set[str] = set()
    for finding in evidence.findings:
        if finding.id in seen:
            yield f"{finding.id}: two findings have the same id"
        seen.add(finding.id)
        for characteristic in finding.bears_on:
            if characteristic not in framework.characteristics:
                yield _unknown(finding.id, "characteristic", characteristic, framework.characteristics)
        if finding.strand not in strands:
            yield _unknown(finding.id, "strand", finding.strand, framework.strands)
        if finding.method is not None and finding.method not in framework.methods:
            yield _unknown(finding.id, "method", finding.method, framework.methods)
        if finding.source.document not in sources:
            yield _unknown(finding.id, "source", finding.source.document, evidence.sources)


def _unknown(finding: str, kind: str, word: str, known: Collection[str]) -> str:
    near = get_close_matches(word, known, n=1)
    return f"{finding}: there is no {kind} `{word}`{f'; did you mean `{near[0]}`?' if near else ''}"
