"""Evidence as a workbook in which people write: with drop-downs, checks of numbers, and what the guide says."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from peelrules.documents.grid import FIELDS
from peelrules.documents.guide import load_guide
from peelrules.documents.workbook import layout
from peelrules.documents.workbook.layout import heading
from peelrules.documents.workbook.paper import HEAD, Page, Paper
from peelrules.model.evidence import FLAGS, Evidence
from peelrules.model.framework import Framework
from peelrules.model.plain import cut
from peelrules.model.published import Published
from peelrules.model.scales import Grade
from peelrules.model.table import BETWEEN, LEVELS

_ROWS = 1_000
"""Rows in which drop-downs wait, at the least."""
_MESSAGE = 255
"""Characters that a spreadsheet shows beside a cell, at the most."""
_HIGHEST = 1_000_000
_DIGITS = 15
"""Digits that every spreadsheet keeps of a number."""
_WIDTHS: Mapping[str, float] = {
    "id": 11,
    "finding": 60,
    "recommendation": 40,
    "note": 40,
    "strand": 20,
    "method": 16,
    "section": 26,
    **dict.fromkeys(("direction", "seriousness", "extent", "state", "document", "paragraph"), 13),
    **dict.fromkeys(("sample_met", "sample_of", "sample_share", "sample_margin", *FLAGS), 11),
}
_GUIDED = {"sample_met": "sample", "sample_of": "sample", "sample_share": "sample", "sample_margin": "sample"}
_GUIDED |= dict.fromkeys(("document", "section", "paragraph"), "source")
_SAYS = {
    "sample_met": "Cases of the sample that met the standard, as a whole number.",
    "sample_of": "Cases that were looked at, as a whole number.",
    "sample_share": "In place of cases that met the standard: the estimated share of them, from 0 to 1.",
    "sample_margin": "Half the width of the confidence interval of the estimated share, from 0 to 1.",
    "document": "The document, by its name on the sheet Sources.",
    "section": "The section of the document in which the finding stands.",
    "paragraph": "The paragraph in which it stands.",
}
"""What belongs in columns that are a part of what the guide speaks of."""
_TEXT: Mapping[str, Any] = {"num_format": "@"}
"""Cells in which what looks like a number or a date stays as it is written."""
_EPOCH = datetime(2022, 1, 1)


def workbook_of(
    evidence: Evidence, framework: Framework, published: Published | None = None, questions: Collection[str] = ()
) -> bytes:
    """Evidence as an Excel workbook; without findings it is one to begin with.

    Args:
        published: what the inspectorate published of the same inspection.
        questions: the core questions whose characteristics are offered; all, if none is given.

    Raises:
        ArgumentError: a text is longer than a cell can hold.
    """
    stream = BytesIO()
    book = Workbook(stream, {"in_memory": True})
    book.set_properties({"title": evidence.name, "comments": "Evidence for peelrules", "created": _EPOCH})
    _Writer(book, evidence, framework, published, questions).write()
    book.close()
    return stream.getvalue()


class Aids:
    """What helps people to fill in the columns of findings: drop-downs, checks, and words of the guide."""

    def __init__(self, framework: Framework, questions: Collection[str] = ()) -> None:
        self._framework = framework
        self._guide = load_guide()
        self.questions = [q for q in framework.core_questions if q.id in questions or not questions]
        """Those whose characteristics are offered."""

    def width(self, name: str) -> float:
        return _WIDTHS.get(name, 34)

    def choice(self, characteristic: str) -> str:
        """A characteristic with its wording, as drop-downs offer it."""
        if (known := self._framework.characteristics.get(characteristic)) is None:
            return characteristic
        return f"{known.id}: {known.title.replace(BETWEEN.strip(), ',')}"

    def check(self, name: str) -> dict[str, Any] | None:
        """What a spreadsheet lets people write in a column, and what it tells of it; None where that is anything."""
        checked = self._checked(name)
        return checked and checked | self._told(name)

    def _checked(self, name: str) -> dict[str, Any] | None:
        if name.startswith("bears_on"):
            listed = sum(len(question.characteristics) for question in self.questions)
            return _one_of(f"={layout.CHARACTERISTICS}!$A$2:$A${listed + 1}", name)
        if name in LEVELS:
            return _one_of([str(level) for level in LEVELS[name]], name)
        if name in FLAGS:
            return _one_of(["yes"], name)
        if name == "strand":
            return _one_of(self.list_of(0), name)
        if name == "method" and self._framework.methods:
            return _one_of(self.list_of(1), name)
        if name == "document":
            return _one_of(f"={layout.SOURCES}!$A$2:$A$1001", name)
        if name in ("sample_met", "sample_of"):
            least = 0 if name == "sample_met" else 1
            return _between("integer", least, _HIGHEST, name, f"Write a whole number, {least} or more.")
        if name in ("sample_share", "sample_margin"):
            return _between("decimal", 0, 1, name, "Write a number from 0 to 1, such as 0.852.")
        return None

    def _says(self, name: str) -> tuple[str, str]:
        """The title of a column, and what belongs in it."""
        if name.startswith("bears_on_"):
            return heading(name), "A further characteristic, where the text clearly says so."
        advice = self._guide.fields[_GUIDED.get(name, name)]
        return heading(name), _SAYS.get(name, advice.says)

    def _told(self, name: str) -> dict[str, Any]:
        title, says = self._says(name)
        return {"input_title": cut(title, 32), "input_message": cut(says, _MESSAGE)}

    def comment(self, name: str) -> str:
        _, says = self._says(name)
        levels = self._guide.fields[name].levels if name in LEVELS else {}
        return "\n".join([says, *(f"{level}: {sentence}" for level, sentence in levels.items())])

    def list_of(self, which: int) -> str:
        """Where the words of a kind stand on the sheet Words, in the order in which they are written there."""
        framework = self._framework
        many = (len(framework.strands), len(framework.methods), len(framework.core_questions))[which]
        letter = layout.cell(1, 2 * which + 1)[:-1]
        return f"={layout.WORDS}!${letter}$2:${letter}${max(many, 1) + 1}"


class _Writer:
    """Writes one workbook."""

    def __init__(
        self,
        book: Workbook,
        evidence: Evidence,
        framework: Framework,
        published: Published | None,
        questions: Collection[str],
    ) -> None:
        self._paper = Paper(book)
        self._evidence = evidence
        self._framework = framework
        self._published = published
        self._aids = Aids(framework, questions)
        self._guide = load_guide()
        self._rows = max(_ROWS, len(evidence.findings) + 200)

    def write(self) -> None:
        sheets = {name: self._paper.page(name, frozen=2 * (name == layout.FINDINGS)) for name in layout.SHEETS}
        self._write_guide(sheets[layout.GUIDE])
        self._write_inspection(sheets[layout.INSPECTION])
        self._write_sources(sheets[layout.SOURCES])
        self._write_findings(sheets[layout.FINDINGS])
        self._write_published(sheets[layout.PUBLISHED])
        self._write_characteristics(sheets[layout.CHARACTERISTICS])
        self._write_words(sheets[layout.WORDS])
        sheets[layout.FINDINGS if self._evidence.findings else layout.GUIDE].sheet.activate()

    # -- sheets that are read ---------------------------------------------------------------------

    def _write_inspection(self, sheet: Page) -> None:
        about = {"force": self._evidence.force, "framework": self._evidence.framework}
        about |= {"inspection": self._evidence.inspection or ""}
        if self._published is not None:
            work = self._published.source
            told = (work.title, work.publisher, work.published or "", work.url or "")
            about |= dict(zip(list(layout.ABOUT)[len(about) :], told, strict=True))
        self._heads(sheet, {"what": 26, "value": 70})
        for number, name in enumerate(layout.ABOUT, 1):
            sheet.text(number, 0, heading(name), bold=True)
            sheet.text(number, 1, about.get(name, ""), **_TEXT)

    def _write_sources(self, sheet: Page) -> None:
        self._heads(sheet, {"document": 18, "title": 60, "publisher": 30, "published": 14, "address": 40}, **_TEXT)
        for number, (key, work) in enumerate(self._evidence.sources.items(), 1):
            cells = (key, *(getattr(work, field) or "" for field in layout.WORK.values() if field != "key"))
            for at, text in enumerate(cells):
                sheet.text(number, at, text, **_TEXT)

    def _write_findings(self, sheet: Page) -> None:
        findings = self._evidence.findings
        columns = layout.finding_columns(max((len(f.bears_on) for f in findings), default=0))
        self._heads(sheet, {name: self._aids.width(name) for name in columns})
        sheet.sheet.autofilter(0, 0, max(len(findings), 1), len(columns) - 1)
        for at, name in enumerate(columns):
            is_number = name.startswith("sample_")
            sheet.column(at, self._aids.width(name), **({} if is_number else _TEXT))
            sheet.note(0, at, self._aids.comment(name))
            if (check := self._aids.check(name)) is not None:
                sheet.sheet.data_validation(1, at, self._rows, at, check)
        for number, finding in enumerate(findings, 1):
            coded = finding.model_dump(mode="json", exclude_none=True)
            for at, name in enumerate(columns):
                self._put(sheet, number, at, self._value(coded, name))

    def _value(self, coded: Mapping[str, Any], name: str) -> Any:
        """What stands in a column of a finding."""
        if name.startswith("bears_on"):
            number = int(name.rpartition("_")[2]) - 1 if name != "bears_on" else 0
            borne = coded["bears_on"]
            return self._aids.choice(borne[number]) if number < len(borne) else None
        value: Any = coded
        for part in FIELDS[name]:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def _write_published(self, sheet: Page) -> None:
        self._heads(sheet, dict(zip(layout.OUTCOME, (22, 20, 22, 34, 60, 34), strict=True)), **_TEXT)
        for at, values in enumerate(
            ([layout.GRADE, layout.PENDING, *layout.BOXES], self._aids.list_of(2), [str(grade) for grade in Grade])
        ):
            sheet.sheet.data_validation(1, at, _ROWS, at, _one_of(values, layout.OUTCOME[at]))
        for number, row in enumerate(self._outcome(), 1):
            for at, name in enumerate(layout.OUTCOME):
                sheet.text(number, at, row.get(name, ""), **_TEXT)

    def _outcome(self) -> Iterable[Mapping[str, str]]:
        if (published := self._published) is None:
            return
        for question, grade in published.grades.items():
            yield {"what": layout.GRADE, "core_question": question, "grade": str(grade)}
        for question in published.pending:
            yield {"what": layout.PENDING, "core_question": question}
        for what, field in layout.BOXES.items():
            for box in getattr(published, field):
                yield {"what": what, **box.model_dump(mode="json")}

    # -- sheets that help -------------------------------------------------------------------------

    def _write_guide(self, sheet: Page) -> None:
        sheet.column(0, 20)
        sheet.column(1, 120)
        sheet.sheet.hide_gridlines(2)
        sheet.text(0, 0, f"Evidence of {self._evidence.force}", bold=True, font_size=14)
        lines: list[tuple[str, str]] = [
            ("Inspection", "The force and the inspection; and, if it was published, where."),
            ("Sources", "The documents in which the findings stand, each with a short name of its own."),
            ("Findings", "A row a finding. Each heading has a comment that says what belongs there."),
            ("Published", "What the inspectorate published, for comparison only. It may stay empty."),
            ("Characteristics", "What findings can bear on, in full."),
            ("Words", "The other words that the drop-downs offer, and what they mean."),
            ("", ""),
            *((word.capitalize(), sentence) for word, sentence in self._guide.finding.items()),
            ("", ""),
            ("Either, or", "A finding has a direction, or a sample in its place. A shortfall has a seriousness, "
             "an extent and a state; a sample has a seriousness and a state."),
        ]  # fmt: skip
        for advice in self._guide.fields.values():
            lines += [("", ""), (advice.title, advice.says)] if advice.levels else [(advice.title, advice.says)]
            lines += [(f"    {level}", sentence) for level, sentence in advice.levels.items()]
        for number, (word, sentence) in enumerate(lines, 2):
            sheet.text(number, 0, word, **({} if word.startswith(" ") else {"bold": True}))
            sheet.text(number, 1, sentence)

    def _write_characteristics(self, sheet: Page) -> None:
        self._heads(sheet, {"characteristic": 60, "core_question": 28, "topic": 34, "role": 10, "text": 100})
        listed = [(q, topic, c) for q in self._aids.questions for topic in q.topics for c in topic.characteristics]
        for number, (question, topic, each) in enumerate(listed, 1):
            cells = (self._aids.choice(each.id), question.name, topic.title, each.role.value, each.text)
            for at, text in enumerate(cells):
                sheet.text(number, at, text)

    def _write_words(self, sheet: Page) -> None:
        framework = self._framework
        questions = {question.id: question.title for question in framework.core_questions}
        for at, (name, words) in enumerate(
            (("strand", framework.strands), ("method", framework.methods), ("core_question", questions))
        ):
            self._heads(sheet, {name: 24, "meaning": 60}, at=2 * at)
            for number, (word, meaning) in enumerate(words.items(), 1):
                sheet.text(number, 2 * at, word)
                sheet.text(number, 2 * at + 1, meaning)

    # -- cells ------------------------------------------------------------------------------------

    def _heads(self, sheet: Page, widths: Mapping[str, float], at: int = 0, **looks: Any) -> None:
        for number, (name, width) in enumerate(widths.items(), at):
            sheet.column(number, width, **looks)
            sheet.text(0, number, heading(name), **HEAD)

    def _put(self, sheet: Page, row: int, at: int, value: Any) -> None:
        match value:
            case None | False:
                return
            case True:
                sheet.text(row, at, "yes", **_TEXT)
            case int() | float() if float(f"{value:.{_DIGITS}g}") == value:
                sheet.number(row, at, value)
            case _:  # of a number of more digits a spreadsheet would lose the last
                sheet.text(row, at, str(value), **_TEXT)


def _one_of(values: Sequence[str] | str, name: str) -> dict[str, Any]:
    """A drop-down. What is not offered is questioned and can be kept, for files are checked when they are read."""
    return {
        "validate": "list",
        "source": values,
        "error_type": "warning",
        "error_title": heading(name),
        "error_message": "This is not among what the list offers. Keep it?",
    }


def _between(kind: str, least: float, most: float, name: str, message: str) -> dict[str, Any]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": least,
        "maximum": most,
        "error_title": heading(name),
        "error_message": message,
    }
