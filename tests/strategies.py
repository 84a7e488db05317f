"""`peelrules.testing` in the words of the bundled framework, and what our own tests build by hand."""

from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

import peelrules
from peelrules.documents.written import written_rule
from peelrules.model.conditions import fact_with
from peelrules.model.evidence import Evidence, Finding
from peelrules.model.facts import Fact, Stage
from peelrules.model.framework import Framework
from peelrules.model.rulebook import Rulebook
from peelrules.model.rules import Rule
from peelrules.model.scales import Direction, Extent, Seriousness, State
from peelrules.testing import strategies as published
from peelrules.testing.properties import differing as differing
from peelrules.testing.strategies import ShortlyTold
from peelrules.testing.strategies import levels as levels
from peelrules.testing.strategies import samples as samples

# A narrative question, a separate one, and two that are graded: few enough characteristics that findings meet.
QUESTIONS = ("victims", "crime-recording", "offenders", "vetting")
NAMED = ("crime-recording.all-crime", "crime-recording.systems", "offenders.bail", "vetting", "offenders")


@cache
def bundled() -> Rulebook:
    return peelrules.load_rulebook()


def tries(most: int, **more: Any) -> settings:
    """So many examples in the profile `exhaustive`, which has a hundred; in any other as many fewer as that has."""
    return settings(max_examples=max(1, most * settings().max_examples // 100), **more)


# -- drawn ------------------------------------------------------------------------------------------

WORDS: dict[str, Any] = {"words": bundled().framework, "questions": QUESTIONS}
facts = partial(published.facts, **WORDS)
rules = partial(published.rules, **WORDS)
alternatives = partial(published.alternatives, **WORDS)
comparisons = partial(published.comparisons, **WORDS)
counts = partial(published.counts, **WORDS)


def rulebooks(*stages: Stage, max_size: int = 6, max_counts: int = 0) -> st.SearchStrategy[Rulebook]:
    framework = bundled().framework
    return published.rulebooks(framework, *stages, max_rules=max_size, max_counts=max_counts, questions=QUESTIONS)


def findings(name: str = "F-01", characteristics: tuple[str, ...] = ()) -> st.SearchStrategy[Finding]:
    return published.findings(bundled().framework, name, characteristics)


def evidences(max_size: int = 16) -> st.SearchStrategy[Evidence]:
    return published.evidences(bundled().framework, QUESTIONS, max_findings=max_size)


# -- built ------------------------------------------------------------------------------------------


WORSE_BY_A_LEVEL = {
    Stage.SAMPLE: {"direction": {"at_least": "neither"}},
    Stage.FINDING: {"gravity": {"at_least": "minor"}},
    Stage.CHARACTERISTIC: {"status": {"at_most": "partly demonstrated"}},
    Stage.CORE_QUESTION: {"grade": {"at_most": "requires improvement"}},
}


def rule(stage: Stage, name: str, when: list[dict[str, Any]], then: dict[str, Any] | None = None) -> Rule:
    """A rule with everything that is beside the point filled in. It may read what the bundled rulebook counts."""
    written = {
        "id": name,
        "title": "A rule made for a test",
        "when": when,
        "then": then or WORSE_BY_A_LEVEL[stage],
        "source": {"document": "ours", "clause": "tests"},
        "basis": "Made for a test; nothing rests on it.",
        "examples": [{"given": {}, "applies": True}, {"given": {}, "applies": False}],
    }
    return written_rule(stage, bundled().fields[stage]).model_validate(written).rule


def rulebook_of(*of_rules: Rule, framework: Framework | None = None) -> Rulebook:
    framework = framework or bundled().framework
    return ShortlyTold(framework=framework, counts=bundled().counts, rules=of_rules, places={})


def fact(stage: Stage, **values: Any) -> Fact:
    """A fact with these values, and the best of every other field."""
    return fact_with(bundled().fields[stage], values)


def finding(name: str, *bears_on: str, **coded: Any) -> Finding:
    """A finding with everything that is beside the point filled in; a strength unless coded otherwise."""
    if not coded.keys() & {"direction", "sample"}:
        coded["direction"] = Direction.STRENGTH
    if coded.get("sample") is not None or coded.get("direction") is Direction.SHORTFALL:
        coded = {"seriousness": Seriousness.MODERATE, "state": State.OPEN, **coded}
    if coded.get("direction") is Direction.SHORTFALL:
        coded = {"extent": Extent.SOME, **coded}
    return Finding.model_validate(
        {
            "id": name,
            "finding": "Something was found.",
            "bears_on": bears_on,
            "strand": "fieldwork",
            "source": {"document": "report", "section": "A section", "paragraph": 1},
            **coded,
        }
    )


def evidence_of(*findings: Finding, force: str = "A force", framework: Framework | None = None) -> Evidence:
    return Evidence(
        force=force,
        framework=(framework or bundled().framework).id,
        sources={"report": {"title": "A report", "publisher": "HMICFRS"}},
        findings=findings,
    )


def of_questions(framework: Framework, *questions: str) -> Iterator[str]:
    return (c.id for q in framework.core_questions if q.id in questions for c in q.characteristics)
