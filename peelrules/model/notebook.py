"""An assessment as notebooks show it at the end of a cell: a table, with what must be told first above it.

Notebooks ask the object itself for this, as Python does for its `repr`. What is handed to people is made in
`peelrules.report`.
"""

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from peelrules.model.facts import counted
from peelrules.model.plain import folded

if TYPE_CHECKING:
    from peelrules.model.assessment import Assessment, Judgment

_INDICATIVE = "Indicative grades: they follow from the coded evidence by rules, and are not the inspectorate's."
_COLUMNS = ("Core question", "Indicative grade", "Why", "Characteristics assessed")


def in_notebook(assessment: "Assessment") -> str:
    """HTML without style or script, in which every word of the documents is only text."""
    first = [
        *(f"Caution: {caution}" for caution in assessment.cautions),
        *(f"Critical shortfall: {shortfall.title}" for shortfall in assessment.critical_shortfalls),
    ]
    rows = (_row("td", _cells(judgment)) for judgment in assessment.judgments)
    return "".join(
        [
            f"<p><strong>{_seen(assessment.name)}</strong></p>",
            *(f"<p><strong>{_seen(words)}</strong></p>" for words in first),
            f"<p><em>{_seen(_INDICATIVE)}</em></p>",
            f"<table><thead>{_row('th', _COLUMNS)}</thead><tbody>{''.join(rows)}</tbody></table>",
            f"<p>Rulebook {_seen(assessment.rulebook.id)} {_seen(assessment.rulebook.version)}, "
            f"{counted(len(assessment.findings), 'finding')}</p>",
        ]
    )


def _cells(judgment: "Judgment") -> Iterable[object]:
    yield judgment.name
    yield judgment.grade or ""
    yield "; ".join(reason.title for reason in judgment.reasons) if judgment.grade else judgment.not_graded or ""
    yield f"{judgment.coverage.assessed} of {judgment.coverage.of}"


def _row(kind: str, cells: Iterable[object]) -> str:
    return f"<tr>{''.join(f'<{kind}>{_seen(cell)}</{kind}>' for cell in cells)}</tr>"


def _seen(words: object) -> str:
    return escape(folded(str(words)))
