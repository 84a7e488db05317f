"""Arguments and options that commands share."""

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from peelrules.cli import completion
from peelrules.model.plain import cut
from peelrules.model.scales import Grade


class Format(Enum):
    """How a result is written that may be a table."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


class GradeFormat(Enum):
    """How an assessment is written: as anything else is, or as a workbook."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"
    XLSX = "xlsx"


class Table(Enum):
    """What of an assessment is written as CSV."""

    JUDGMENTS = "judgments"
    CHARACTERISTICS = "characteristics"
    FINDINGS = "findings"


class InsightFormats(Enum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def grade_named(words: str) -> Grade:
    """The grade that is meant, in capitals or not, as one word or two."""
    meant = {str(grade): grade for grade in Grade}
    if (grade := meant.get(" ".join(words.casefold().replace("-", " ").split()))) is None:
        raise typer.BadParameter(f"`{cut(words)}` is not one of {', '.join(_GRADES)}")
    return grade


_GRADES = [str(grade).replace(" ", "-") for grade in sorted(Grade)]
AS_GRADE: Any = {"parser": grade_named, "metavar": "GRADE", "autocompletion": lambda: _GRADES}
"""How arguments and options take a grade."""
ToReach = Annotated[
    Grade, typer.Argument(help=f"The grade to reach: {', '.join(_GRADES)}.", show_choices=False, **AS_GRADE)
]

_FORMS = "YAML, JSON, CSV, .xlsx or .ods; - is standard input"
EvidenceFiles = Annotated[list[Path], typer.Argument(help=f"Evidence files: {_FORMS}.", metavar="EVIDENCE")]
EvidenceFile = Annotated[Path, typer.Argument(help=f"An evidence file: {_FORMS}.", metavar="EVIDENCE")]
InsightFormat = Annotated[InsightFormats, typer.Option("--format", "-f", help="How to write the answer.")]
AnyQuestion = Annotated[
    str | None,
    typer.Argument(
        help="A core question, by id or name; all if left out.",
        metavar="QUESTION",
        autocompletion=completion.questions,
    ),
]
AsFormat = Annotated[Format, typer.Option("--format", "-f", help="How to write the result.")]
AsGradeFormat = Annotated[GradeFormat, typer.Option("--format", "-f", help="How to write the result.")]
AsTable = Annotated[
    Table | None, typer.Option("--table", help="What to write as CSV. [default: judgments]", show_default=False)
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="Write to this file; - is standard output.", metavar="FILE")
]
Rules = Annotated[
    Path | None,
    typer.Option(
        help="Folder of the rulebook, or id of a bundled one; if left out, that of the framework.",
        metavar="RULEBOOK",
        autocompletion=completion.rulebooks,
    ),
]
ReadAs = Annotated[
    Path | None,
    typer.Option(
        "--as",
        help="Read the evidence under this newer rulebook, through its crosswalk: a folder, or id of a bundled one.",
        metavar="RULEBOOK",
    ),
]
Require = Annotated[Grade | None, typer.Option(help="Exit with 1 if any graded question is below this.", **AS_GRADE)]
