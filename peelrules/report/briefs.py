"""Briefs in the forms in which they are handed on: HTML, PDF and Word."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from peelrules.documents.choice import rulebook_named
from peelrules.model.problems import UnknownNameError
from peelrules.model.rulebook import Rulebook
from peelrules.report.brief import Brief, brief_of
from peelrules.report.given import Assessments, some

FORMS = ("html", "pdf", "docx")
"""By the endings of their files."""


def brief_report(
    assessments: Assessments,
    rulebook: Rulebook | None = None,
    *,
    form: str = "html",
    on: date | None = None,
    prepared_by: str = "",
    questions: Collection[str] = (),
) -> bytes:
    """The brief of two pages for those who decide, or one for each assessment, as the content of a file.

    Args:
        rulebook: the one that the assessments were made with; left out, the bundled one of the framework of each.
        form: `html`, `pdf` or `docx`. The last two need the extra `brief`.
        on: the day that it is of; today if left out.
        prepared_by: who answers for it.
        questions: ids of the core questions to tell; all if none is named.

    Raises:
        ArgumentError: there is no assessment, or one was made with another rulebook.
        UnknownNameError: there is no such form; or no rulebook is given, and none is bundled of a framework.
    """
    given = some(assessments)
    if form not in FORMS:
        raise UnknownNameError("form", form, FORMS)
    write, day = writer(form), on or today()
    briefs = [
        brief_of(each, rulebook or rulebook_named(each.framework), day, prepared_by=prepared_by, questions=questions)
        for each in given
    ]
    written = write(briefs)
    return written if isinstance(written, bytes) else written.encode()


def writer(form: str) -> Callable[[Sequence[Brief]], str | bytes]:
    """What writes briefs in a form.

    Raises:
        ModuleNotFoundError: the library for it is not installed.
    """
    render: Callable[[Sequence[Brief]], str | bytes]
    if form == "pdf":
        from peelrules.report.pdf import render
    elif form == "docx":
        from peelrules.report.word import render
    else:
        from peelrules.report.html.brief import render
    return render


def today() -> date:
    """The day where this runs."""
    return datetime.now().astimezone().date()
