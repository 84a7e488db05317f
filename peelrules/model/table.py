"""Findings as a table: one row a finding, for many inspections at once.

| column | kind | meaning |
|---|---|---|
| `inspection` | text | what the finding belongs to: one name for each force and inspection |
| `id` | text | the finding's id, unique within its inspection |
| `bears_on` | text | ids of characteristics, joined by `; `, the primary one first |
| `direction`, `seriousness`, `extent`, `state` | text | levels as in evidence files; null where not coded |
| `persistent`, `exceptional`, `innovative` | boolean | null is false |
| `strand` | text | the line of evidence |
| `sample_met`, `sample_of` | whole number | a counted sample |
| `sample_share`, `sample_margin` | number | an estimated one |

A column of which nothing is coded may be left out, but for `inspection`, `id`, `bears_on` and `strand`. *Not a number*
is null.
"""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, Any

from peelrules.model.evidence import Evidence, Finding
from peelrules.model.scales import Direction, Extent, Scale, Seriousness, State

if TYPE_CHECKING:
    import polars as pl

BETWEEN = "; "
"""Stands between the characteristics that a finding bears on."""
NEEDED = ("inspection", "id", "bears_on", "strand")
LEVELS: Mapping[str, type[Scale]] = {
    "direction": Direction,
    "seriousness": Seriousness,
    "extent": Extent,
    "state": State,
}
FLAGS = ("persistent", "exceptional", "innovative")
FIGURES = ("met", "of", "share", "margin")
"""Of a sample; each is a column `sample_…`."""


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

_WHOLE = {name for name, kind in COLUMNS.items() if kind is Kind.WHOLE}


def misspelt(names: Collection[str]) -> dict[str, str]:
    """Names that are nearly those of documented columns which are not there, with what they seem to mean."""
    absent = [name for name in COLUMNS if name not in names]
    near = {name: get_close_matches(name.casefold(), absent, n=1, cutoff=0.8) for name in names if name not in COLUMNS}
    return {name: meant[0] for name, meant in near.items() if meant}


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
