"""Findings as a table, one row a finding, for many inspections at once; and judgments as one.

| column | kind | meaning |
|---|---|---|
| `inspection` | text | what the finding belongs to: one name for each force and inspection |
| `id` | text | the finding's id, unique within its inspection |
| `bears_on` | text | ids or exact titles of characteristics, joined by `; `, the primary one first |
| `direction`, `seriousness`, `extent`, `state` | text | levels as in evidence files; null where not coded |
| `persistent`, `exceptional`, `progress`, `innovative` | boolean | null is false |
| `strand` | text | the line of evidence |
| `sample_met`, `sample_of` | whole number | a counted sample |
| `sample_share`, `sample_margin` | number | an estimated one |

A column of which nothing is coded may be left out, but for `inspection`, `id`, `bears_on` and `strand`. *Not a number*
is null. Other columns are not looked at, unless their names are nearly those of the table.

An `inspection` is any text of one line without white space around it, and an `id` is written as in evidence files; both
may be whole numbers, which stand for their digits. Two names of inspections that differ in case or white space only are
refused, for findings of one inspection would be graded as if they were of two. Shares are numbers of 64 bits: one of 32
holds 0.85 as 0.8500000238.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Any
from unicodedata import category, normalize

from peelrules.model.evidence import FLAGS, Evidence, Finding
from peelrules.model.framework import GRADED
from peelrules.model.scales import Direction, Extent, Grade, Scale, Seriousness, State

if TYPE_CHECKING:
    import polars as pl

    from peelrules.model.assessment import Assessment, Judgment

BETWEEN = "; "
"""Stands between the characteristics that a finding bears on."""
NEEDED = ("inspection", "id", "bears_on", "strand")
LEVELS: Mapping[str, type[Scale]] = {
    "direction": Direction,
    "seriousness": Seriousness,
    "extent": Extent,
    "state": State,
}
FIGURES = ("met", "of", "share", "margin")
"""Of a sample; each is a column `sample_…`."""
LONGEST = 4000
"""Characters in a text."""
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Categories of characters that are controls, formats, halves of others or line breaks."""


class Kind(Enum):
    """What stands in a column."""

    TEXT = "text"
    FLAG = "flag"
    WHOLE = "whole"
    NUMBER = "number"


COLUMNS: Mapping[str, Kind] = {
    **dict.fromkeys(("inspection", "id", "bears_on", *LEVELS), Kind.TEXT),
    **dict.fromkeys(FLAGS, Kind.FLAG),
    "strand": Kind.TEXT,
    **dict.fromkeys(("sample_met", "sample_of"), Kind.WHOLE),
    **dict.fromkeys(("sample_share", "sample_margin"), Kind.NUMBER),
}

BESIDE = (
    "force",
    "framework",
    *("finding", "recommendation", "method", "document", "section", "paragraph", "note"),
    *("document_title", "document_publisher", "document_published", "document_url"),
)
"""Columns that tables of the whole evidence of an inspection have besides."""

_WHOLE = {name for name, kind in COLUMNS.items() if kind is Kind.WHOLE}


def misspelt(names: Iterable[str], known: Collection[str] = COLUMNS) -> dict[str, str]:
    """Names that are nearly those of documented columns, with what they seem to mean."""
    likely = {name: _plain(name).replace(" ", "_") for name in names if name not in (*known, *BESIDE)}
    near = {name: get_close_matches(plain, known, n=1, cutoff=0.8) for name, plain in likely.items()}
    return {name: meant[0] for name, meant in near.items() if meant}


def fault_of_name(name: str) -> str | None:
    """What is wrong with the name of an inspection, if anything."""
    if not name.strip():
        return "the name of the inspection is missing; write which one the finding belongs to"
    if name != name.strip():
        return "there is white space around the name of the inspection; remove it"
    if not _is_ordinary(name) and any(category(character) in _UNSEEN for character in name):
        return "there is a line break or a character that cannot be seen in the name of the inspection; remove it"
    if len(name) > LONGEST:
        return f"the name of the inspection is longer than {LONGEST:,} characters; shorten it"
    return None


def likeness(name: str) -> str:
    """What names have in common that are taken for the same by people: case, white space and unseen signs apart."""
    if _is_ordinary(name):
        return " ".join(name.casefold().split())
    return _plain("".join(character for character in name if category(character) not in _UNSEEN or character.isspace()))


def _is_ordinary(name: str) -> bool:
    """Whether a name has only letters, figures and signs of ASCII: nearly all have, and need no closer look."""
    return name.isascii() and name.isprintable()


def _plain(name: str) -> str:
    return " ".join(normalize("NFKC", name).replace("\ufeff", "").casefold().split())


def frame_of(evidence: Sequence[Evidence], inspections: Sequence[str]) -> "pl.DataFrame":
    """The findings of several bodies of evidence, each under the name of its inspection."""
    import polars as pl  # only those who want tables wait for it

    kinds = {Kind.TEXT: pl.String, Kind.FLAG: pl.Boolean, Kind.WHOLE: pl.Int64, Kind.NUMBER: pl.Float64}
    rows = [
        row_of(inspection, finding)
        for inspection, body in zip(inspections, evidence, strict=True)
        for finding in body.findings
    ]
    return pl.DataFrame(rows, schema={name: kinds[kind] for name, kind in COLUMNS.items()}, orient="row")


def row_of(inspection: str, finding: Finding) -> tuple[Any, ...]:
    """A finding's row, in the order of the columns."""
    sample = finding.sample
    return (
        inspection,
        finding.id,
        BETWEEN.join(finding.bears_on),
        *(None if (level := getattr(finding, name)) is None else str(level) for name in LEVELS),
        *(getattr(finding, name) for name in FLAGS),
        finding.strand,
        *(getattr(sample, name) if sample is not None else None for name in FIGURES),
    )


def coding_in(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of its finding, as an evidence file would; what a table does not hold is filled in."""
    given = {name: _whole(value) if name in _WHOLE else value for name, value in row.items() if _is_given(value)}
    sample = {name: given[f"sample_{name}"] for name in FIGURES if f"sample_{name}" in given}
    return {
        "id": given.get("id"),
        "finding": "Coded in a table.",
        "bears_on": str(given["bears_on"]).split(BETWEEN) if "bears_on" in given else [],
        **{name: given[name] for name in LEVELS if name in given},
        **{name: bool(given[name]) for name in FLAGS if name in given},
        **({"sample": sample} if sample else {}),
        "strand": given.get("strand"),
        "source": {"document": "table", "section": "table"},
    }


def _is_given(value: Any) -> bool:
    return value is not None and value == value  # what is not a number is not given


def _whole(figure: float) -> float:
    """A count as a whole number, which a table with gaps may hold as another kind of number."""
    return int(figure) if float(figure).is_integer() else figure


def judgments_of(assessment: "Assessment", inspection: str) -> "pl.DataFrame":
    """The judgments of an assessment, as `population` tells those of a table of findings."""
    import polars as pl  # only those who want tables wait for it

    graded = ("grade", "ceiling", "worst", "best")
    boxes = ("areas_for_improvement", "critical_shortfalls", "causes_of_concern")
    rows = []
    for judgment in assessment.judgments:
        levels = (judgment.grade, judgment.ceiling, *((r.worst, r.best) if (r := judgment.range) else (None, None)))
        row = {
            "inspection": inspection,
            "core_question": judgment.core_question,
            **{name: None if level is None else str(level) for name, level in zip(graded, levels, strict=True)},
            "assessed": judgment.coverage.assessed,
            "characteristics": judgment.coverage.of,
            **{box: sum(b.core_question == judgment.core_question for b in getattr(assessment, box)) for box in boxes},
            "not_graded": _why_not_graded(judgment),
        }
        rows.append(row)
    kinds: dict[str, Any] = {
        **dict.fromkeys(rows[0], pl.String),
        **dict.fromkeys(graded, pl.Enum([str(grade) for grade in Grade])),
        **dict.fromkeys(("assessed", "characteristics", *boxes), pl.Int64),
        "core_question": pl.Enum([judgment.core_question for judgment in assessment.judgments]),
    }
    return pl.DataFrame(rows, schema=kinds)


def _why_not_graded(judgment: "Judgment") -> str | None:
    if judgment.grade is not None:
        return None
    if judgment.reporting != GRADED:
        return judgment.reporting
    return "not enough evidence" if judgment.coverage.assessed else "no evidence"
