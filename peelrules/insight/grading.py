"""Grading by the rulebook that the evidence asks for."""

from peelrules.documents.choice import rulebook_named
from peelrules.engine import grading
from peelrules.engine.durable import durable
from peelrules.engine.matching import Matcher
from peelrules.model.assessment import Assessment
from peelrules.model.evidence import Evidence
from peelrules.model.rulebook import Rulebook


def grade(evidence: Evidence, rulebook: Rulebook | None = None, matcher: Matcher = durable) -> Assessment:
    """Grade the evidence of one inspection. The result does not depend on any order, nor on the force's name.

    Args:
        rulebook: left out, the bundled one of the framework that the evidence names.
        matcher: what finds the rules that apply; durable_rules unless another engine is wanted.

    Raises:
        UnknownNameError: no rulebook is given, and none is bundled of the framework that the evidence names.
        EvidenceError: the evidence is of another framework, repeats an id, or names a characteristic, strand, method or
            source that there is not; with every fault.
        EngineError: the rules could not be run.
    """
    return grading.grade(evidence, rulebook or rulebook_named(evidence.framework), matcher)
