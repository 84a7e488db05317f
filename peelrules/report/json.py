"""Results as JSON: the models themselves. Several make a list."""

import json
from collections.abc import Iterable, Sequence

from peelrules.model.assessment import Assessment
from peelrules.model.base import Frozen
from peelrules.model.plain import in_json


def render(assessments: Sequence[Assessment]) -> str:
    """Assessments as JSON: one as an object, several as a list."""
    return written(assessments[0] if len(assessments) == 1 else assessments)


def written(results: Frozen | Iterable[Frozen]) -> str:
    """Any result as JSON."""
    data = (
        results.model_dump(mode="json")
        if isinstance(results, Frozen)
        else [result.model_dump(mode="json") for result in results]
    )
    return dumped(data)


def dumped(data: object) -> str:
    """Data as JSON. What it has of foreign letters can be read; what cannot be seen is escaped."""
    return in_json(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"
