"""An assessment among the grades that were published of other bodies. Grading never sees these."""

from peelrules.model.assessment import Assessment
from peelrules.model.national import Among, Body, Context, National
from peelrules.model.scales import Grade


def in_context(assessment: Assessment, national: National | None) -> Assessment:
    """The assessment, with where each of its indicative grades stands among the published ones of other bodies.

    What was published of the assessed body itself is left out: it would stand among the others, and could be read off.

    Args:
        national: None, where nothing is known; then nothing is said.
    """
    if national is None:
        return assessment.model_copy(update={"context": None})
    others = [body for body in national.bodies if not body.is_called(assessment.force)]
    context = Context(
        inspection=national.inspection,
        called=national.called,
        note=national.note,
        bodies=len(others),
        known=sum(body.published is not None for body in others),
        questions={
            judgment.core_question: _among(judgment.grade, judgment.core_question, others)
            for judgment in assessment.judgments
            if judgment.grade is not None
        },
    )
    return assessment.model_copy(update={"context": context})


def _among(grade: Grade, core_question: str, others: list[Body]) -> Among:
    published = [body.published.grades.get(core_question) for body in others if body.published is not None]
    known = [each for each in published if each is not None]
    return Among(
        better=sum(each > grade for each in known),
        same=sum(each is grade for each in known),
        worse=sum(each < grade for each in known),
    )
