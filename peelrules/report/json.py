"""An assessment as JSON: the model itself. Several assessments make a list."""

import json
from collections.abc import Sequence

from peelrules.model.assessment import Assessment


def render(assessments: Sequence[Assessment]) -> str:
    documents = [assessment.model_dump(mode="json") for assessment in assessments]
    return json.dumps(documents[0] if len(documents) == 1 else documents, ensure_ascii=False, indent=2) + "\n"
