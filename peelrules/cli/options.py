"""Arguments and options that commands share."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from peelrules.model.scales import Grade


class Format(Enum):
    """How an assessment is written."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


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


class Tier(Enum):
    """A grade, as one word of the command line."""

    INADEQUATE = "inadequate"
    REQUIRES_IMPROVEMENT = "requires-improvement"
    ADEQUATE = "adequate"
    GOOD = "good"
    OUTSTANDING = "outstanding"

    @property
    def grade(self) -> Grade:
        return Grade[self.name]


EvidenceFiles = Annotated[
    list[Path], typer.Argument(help="Evidence files; - reads standard input.", metavar="EVIDENCE")
]
EvidenceFile = Annotated[Path, typer.Argument(help="An evidence file; - reads standard input.", metavar="EVIDENCE")]
InsightFormat = Annotated[InsightFormats, typer.Option("--format", "-f", help="How to write the answer.")]
AsFormat = Annotated[Format, typer.Option("--format", "-f", help="How to write the result.")]
AsTable = Annotated[
    Table | None, typer.Option("--table", help="What to write as CSV. [default: judgments]", show_default=False)
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", metavar="FILE")]
Rules = Annotated[Path | None, typer.Option(help="Folder of the rulebook, if not the bundled one.", metavar="FOLDER")]
Require = Annotated[Tier | None, typer.Option(help="Exit with 1 if any graded question is below this.")]
