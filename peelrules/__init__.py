"""Grades the evidence of an inspection with declarative rules. Indicative, never official.

    evidence = peelrules.load_evidence("evidence/lancashire.yaml")
    assessment = peelrules.grade(evidence)
    assessment.judgment("responding").grade

Nothing is imported before it is used, so that the command line starts fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from peelrules.documents.accounts import load_accounts
    from peelrules.documents.cases import load_cases
    from peelrules.documents.crosswalk import load_crosswalk
    from peelrules.documents.evidence import evidence_from, load_evidence, load_published
    from peelrules.documents.national import load_national
    from peelrules.documents.rulebook import load_rulebook
    from peelrules.engine.population import population
    from peelrules.engine.population.frames import GradedFrames
    from peelrules.insight.accounts import accounts
    from peelrules.insight.agreement import agreement
    from peelrules.insight.audit import audit
    from peelrules.insight.changes import ChangeError, Drop, Set, SetBound, SetCount, Show
    from peelrules.insight.characteristics import characteristics
    from peelrules.insight.comparison import agreement_with_published, compare
    from peelrules.insight.cycles import across_cycles
    from peelrules.insight.differences import differences, whatif
    from peelrules.insight.explanation import explain, led_to, why_not
    from peelrules.insight.frameworks import frameworks
    from peelrules.insight.grading import grade
    from peelrules.insight.national import in_context
    from peelrules.insight.noise import noise
    from peelrules.insight.path import path
    from peelrules.insight.rulebooks import diff
    from peelrules.insight.sensitivity import sensitivity
    from peelrules.model.assessment import Assessment, Judgment
    from peelrules.model.carrying import carried
    from peelrules.model.counts import Count
    from peelrules.model.crosswalk import Crosswalk
    from peelrules.model.evidence import Citation, Evidence, Finding, Sample
    from peelrules.model.framework import Framework, Work
    from peelrules.model.national import National
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
    from peelrules.model.scales import Concern, Direction, Extent, Grade, Gravity, Seriousness, State, Status
    from peelrules.model.sensitivity import Sensitivity
    from peelrules.report.briefs import brief_report
    from peelrules.report.html.whole import html_report
    from peelrules.report.rendered import csv_report, json_report, markdown_report, text_report, workbook_report
    from peelrules.verify.checking import check
    from peelrules.verify.trial import test

__version__: str

__all__ = [
    "ArgumentError",
    "Assessment",
    "ChangeError",
    "Citation",
    "Concern",
    "Count",
    "Crosswalk",
    "Direction",
    "DocumentError",
    "Drop",
    "EngineError",
    "Evidence",
    "EvidenceError",
    "Extent",
    "Finding",
    "Framework",
    "Grade",
    "GradedFrames",
    "Gravity",
    "Judgment",
    "National",
    "PeelrulesError",
    "Problem",
    "Published",
    "Rule",
    "Rulebook",
    "Sample",
    "Sensitivity",
    "Seriousness",
    "Set",
    "SetBound",
    "SetCount",
    "Show",
    "State",
    "Status",
    "UnknownNameError",
    "Work",
    "accounts",
    "across_cycles",
    "agreement",
    "agreement_with_published",
    "audit",
    "brief_report",
    "carried",
    "characteristics",
    "check",
    "compare",
    "csv_report",
    "diff",
    "differences",
    "evidence_from",
    "explain",
    "frameworks",
    "grade",
    "html_report",
    "in_context",
    "json_report",
    "led_to",
    "load_accounts",
    "load_cases",
    "load_crosswalk",
    "load_evidence",
    "load_national",
    "load_published",
    "load_rulebook",
    "markdown_report",
    "noise",
    "path",
    "population",
    "sensitivity",
    "test",
    "text_report",
    "whatif",
    "why_not",
    "workbook_report",
]

_HOMES = {
    "peelrules.documents.accounts": ("load_accounts",),
    "peelrules.documents.cases": ("load_cases",),
    "peelrules.documents.crosswalk": ("load_crosswalk",),
    "peelrules.documents.evidence": (
        "evidence_from",
        "load_evidence",
        "load_published",
    ),
    "peelrules.documents.national": ("load_national",),
    "peelrules.documents.rulebook": ("load_rulebook",),
    "peelrules.engine.population": ("population",),
    "peelrules.engine.population.frames": ("GradedFrames",),
    "peelrules.insight.accounts": ("accounts",),
    "peelrules.insight.agreement": ("agreement",),
    "peelrules.insight.audit": ("audit",),
    "peelrules.insight.changes": (
        "ChangeError",
        "Drop",
        "Set",
        "SetBound",
        "SetCount",
        "Show",
    ),
    "peelrules.insight.characteristics": ("characteristics",),
    "peelrules.insight.comparison": (
        "agreement_with_published",
        "compare",
    ),
    "peelrules.insight.cycles": ("across_cycles",),
    "peelrules.insight.differences": (
        "differences",
        "whatif",
    ),
    "peelrules.insight.explanation": (
        "explain",
        "led_to",
        "why_not",
    ),
    "peelrules.insight.frameworks": ("frameworks",),
    "peelrules.insight.grading": ("grade",),
    "peelrules.insight.national": ("in_context",),
    "peelrules.insight.noise": ("noise",),
    "peelrules.insight.path": ("path",),
    "peelrules.insight.rulebooks": ("diff",),
    "peelrules.insight.sensitivity": ("sensitivity",),
    "peelrules.model.assessment": (
        "Assessment",
        "Judgment",
    ),
    "peelrules.model.carrying": ("carried",),
    "peelrules.model.counts": ("Count",),
    "peelrules.model.crosswalk": ("Crosswalk",),
    "peelrules.model.evidence": (
        "Citation",
        "Evidence",
        "Finding",
        "Sample",
    ),
    "peelrules.model.framework": (
        "Framework",
        "Work",
    ),
    "peelrules.model.national": ("National",),
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
    "peelrules.model.scales": (
        "Concern",
        "Direction",
        "Extent",
        "Grade",
        "Gravity",
        "Seriousness",
        "State",
        "Status",
    ),
    "peelrules.model.sensitivity": ("Sensitivity",),
    "peelrules.report.briefs": ("brief_report",),
    "peelrules.report.html.whole": ("html_report",),
    "peelrules.report.rendered": (
        "csv_report",
        "json_report",
        "markdown_report",
        "text_report",
        "workbook_report",
    ),
    "peelrules.verify.checking": ("check",),
    "peelrules.verify.trial": ("test",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        return getattr(import_module(_HOME_OF[name]), name)
    if name == "__version__":
        from importlib.metadata import version

        return version("peelrules")
    raise AttributeError(f"module 'peelrules' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
