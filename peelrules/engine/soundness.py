"""Whether evidence speaks in the words of a framework. That of a document does; what is built in Python may not."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from peelrules.model.evidence import SUPPOSED, Evidence
from peelrules.model.framework import Framework
from peelrules.model.problems import EvidenceError

_HINTS = 100
"""Unknown words of which the nearest known one is looked for, which takes its time."""


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
    unknown = _Unknown()
    for finding in evidence.findings:
        if finding.id in seen:
            yield f"{finding.id}: two findings have the same id"
        seen.add(finding.id)
        for characteristic in finding.bears_on:
            if characteristic not in framework.characteristics:
                yield unknown.told(finding.id, "characteristic", characteristic, framework.characteristics)
        if finding.strand not in strands:
            yield unknown.told(finding.id, "strand", finding.strand, framework.strands)
        if finding.method is not None and finding.method not in framework.methods:
            yield unknown.told(finding.id, "method", finding.method, framework.methods)
        if finding.source.document not in sources:
            yield unknown.told(finding.id, "source", finding.source.document, evidence.sources)


class _Unknown:
    """Words that are not known, and what may have been meant."""

    def __init__(self) -> None:
        self._nearest: dict[tuple[str, str], list[str]] = {}

    def told(self, finding: str, kind: str, word: str, known: Collection[str]) -> str:
        if (kind, word) not in self._nearest and len(self._nearest) < _HINTS:
            self._nearest[kind, word] = get_close_matches(word[:100], known, n=1)
        hint = "".join(f"; did you mean `{near}`?" for near in self._nearest.get((kind, word), []))
        return f"{finding}: there is no {kind} `{word}`{hint}"
