"""Grades a police force's inspection evidence with declarative rules. Indicative, never official.

    rulebook = peelrules.load_rulebook()
    evidence = peelrules.load_evidence("evidence/lancashire.yaml", rulebook)
    assessment = peelrules.grade(evidence, rulebook)
    assessment.judgment("responding").grade

Nothing is imported before it is used, so that the command line starts fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peelrules.documents.evidence import load_evidence, load_published
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.engine.grading import grade
    from peelrules.engine.population import GradedFrames, grade_frame
    from peelrules.insight.changes import ChangeError, Drop, Set, Show
    from peelrules.insight.comparison import agreement, compare
    from peelrules.insight.differences import differences, what_if
    from peelrules.insight.explanation import led_to, why, why_not
    from peelrules.insight.path import path_to
    from peelrules.insight.sensitivity import sensitivity
    from peelrules.model.assessment import Assessment, Judgment
    from peelrules.model.evidence import Evidence, Finding, Sample
    from peelrules.model.framework import Framework
    from peelrules.model.problems import (
        ArgumentError,
        DocumentError,
        EngineError,
        EvidenceError,
        PeelrulesError,
        Problem,
        UnknownNameError,
    )
    from peelrules.model.published import Published
    from peelrules.model.rulebook import Rulebook
    from peelrules.model.rules import Rule
    from peelrules.model.scales import Grade, Gravity, Status
    from peelrules.model.sensitivity import Sensitivity

__all__ = [
    "ArgumentError",
    "Assessment",
    "ChangeError",
    "DocumentError",
    "Drop",
    "EngineError",
    "Evidence",
    "EvidenceError",
    "Finding",
    "Framework",
    "Grade",
    "GradedFrames",
    "Gravity",
    "Judgment",
    "PeelrulesError",
    "Problem",
    "Published",
    "Rule",
    "Rulebook",
    "Sample",
    "Sensitivity",
    "Set",
    "Show",
    "Status",
    "UnknownNameError",
    "agreement",
    "compare",
    "differences",
    "grade",
    "grade_frame",
    "led_to",
    "load_evidence",
    "load_published",
    "load_rulebook",
    "path_to",
    "sensitivity",
    "what_if",
    "why",
    "why_not",
]

_HOMES = {
    "peelrules.documents.evidence": ("load_evidence", "load_published"),
    "peelrules.documents.rulebook": ("load_rulebook",),
    "peelrules.engine.grading": ("grade",),
    "peelrules.engine.population": ("GradedFrames", "grade_frame"),
    "peelrules.insight.changes": ("ChangeError", "Drop", "Set", "Show"),
    "peelrules.insight.comparison": ("agreement", "compare"),
    "peelrules.insight.differences": ("differences", "what_if"),
    "peelrules.insight.explanation": ("led_to", "why", "why_not"),
    "peelrules.insight.path": ("path_to",),
    "peelrules.insight.sensitivity": ("sensitivity",),
    "peelrules.model.assessment": ("Assessment", "Judgment"),
    "peelrules.model.evidence": ("Evidence", "Finding", "Sample"),
    "peelrules.model.framework": ("Framework",),
    "peelrules.model.problems": (
        "ArgumentError",
        "DocumentError",
        "EngineError",
        "EvidenceError",
        "PeelrulesError",
        "Problem",
        "UnknownNameError",
    ),
    "peelrules.model.published": ("Published",),
    "peelrules.model.rulebook": ("Rulebook",),
    "peelrules.model.rules": ("Rule",),
    "peelrules.model.scales": ("Grade", "Gravity", "Status"),
    "peelrules.model.sensitivity": ("Sensitivity",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    raise AttributeError(f"module 'peelrules' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
