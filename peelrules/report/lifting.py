"""What would lift a question, as far as reports tell it: to the next better grade, and to good."""

from peelrules.insight.path import Path, path
from peelrules.model.assessment import Assessment, Judgment
from peelrules.model.rulebook import Rulebook
from peelrules.model.scales import Grade


def lifted(assessment: Assessment, judgment: Judgment, rulebook: Rulebook) -> tuple[Path, ...]:
    """The ways to the next better grade, and to good where that is further.

    Nothing leads from the highest grade, and rules that look in the helpful direction allow no search.
    """
    if judgment.grade is None or not rulebook.is_monotone:
        return ()
    better = [grade for grade in sorted(Grade) if grade > judgment.grade]
    wanted = [*better[:1], *(grade for grade in better[1:] if grade is Grade.GOOD)]
    return tuple(path(assessment, judgment.core_question, grade, rulebook) for grade in wanted)
