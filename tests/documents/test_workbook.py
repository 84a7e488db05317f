"""Workbooks of evidence: nothing is lost on the way in and out, and nothing else than evidence gets in."""

import datetime
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

import peelrules
from peelrules.documents.workbook.layout import CHARACTERISTICS, FINDINGS, GUIDE, INSPECTION, PUBLISHED, SOURCES, WORDS
from peelrules.documents.workbook.writing import workbook_of
from peelrules.model.framework import Framework
from peelrules.model.problems import ArgumentError
from peelrules.model.scales import Grade, Seriousness, State
from peelrules.testing.strategies import TEXTS, evidences, reworded

ROOT = Path(__file__).parents[2]
RULEBOOK = peelrules.load_rulebook()
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
OUTCOME = ROOT / "evidence/published/lancashire.yaml"


@pytest.fixture(scope="module")
def outcome():
    return peelrules.load_published(OUTCOME, RULEBOOK)


@pytest.fixture(scope="module")
def workbook(outcome):
    return workbook_of(peelrules.load_evidence(LANCASHIRE, RULEBOOK), RULEBOOK.framework, outcome)


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents, how=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return stream.getvalue()


def read_again(data, tmp_path, load=peelrules.load_evidence):
    file = tmp_path / "evidence.xlsx"
    file.write_bytes(data)
    return load(file, RULEBOOK)


def problems_of(data, tmp_path, name="evidence.xlsx", load=peelrules.load_evidence):
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(peelrules.DocumentError) as caught:
        load(file, RULEBOOK)
    return [str(problem).removeprefix(str(file)) for problem in caught.value.problems]


# -- there and back -------------------------------------------------------------------------------


def test_a_workbook_holds_the_evidence_and_what_was_published(workbook, lancashire, outcome, tmp_path):
    assert read_again(workbook, tmp_path) == lancashire
    assert read_again(workbook, tmp_path, peelrules.load_published) == outcome


def test_the_same_evidence_gives_the_same_bytes(workbook, lancashire, outcome):
    assert workbook_of(lancashire, RULEBOOK.framework, outcome) == workbook


@given(data=st.data())
def test_nothing_is_lost_between_a_file_and_a_workbook(data, tmp_path_factory):
    evidence = data.draw(reworded(data.draw(evidences(RULEBOOK))))
    folder = tmp_path_factory.mktemp("workbook")
    assert read_again(workbook_of(evidence, RULEBOOK.framework), folder) == evidence


@given(data=st.data())
def test_nothing_published_is_lost(data, tmp_path_factory):
    questions = [question.id for question in RULEBOOK.framework.core_questions]
    among = st.sampled_from(questions)
    box = st.fixed_dictionaries(
        {
            "core_question": among,
            "characteristic": st.sampled_from(sorted(RULEBOOK.framework.characteristics)),
            "title": TEXTS,
            "place": TEXTS,
        }
    )
    boxes = ("areas_for_improvement", "causes_of_concern", "innovative_practice")
    published = peelrules.Published.model_validate(
        {
            "force": data.draw(TEXTS),
            "framework": RULEBOOK.framework.id,
            "source": {"title": data.draw(TEXTS), "publisher": data.draw(TEXTS)},
            "grades": data.draw(st.dictionaries(among, st.sampled_from(Grade))),
            "pending": data.draw(st.lists(among, unique=True)),
            **{name: data.draw(st.lists(box, max_size=3)) for name in boxes},
        }
    )
    evidence = peelrules.Evidence(force=published.force, framework=published.framework, sources={}, findings=())
    folder = tmp_path_factory.mktemp("workbook")
    data = workbook_of(evidence, RULEBOOK.framework, published)
    assert read_again(data, folder, peelrules.load_published) == published


@pytest.mark.parametrize("figure", [0.1 + 0.2, 0.852, 1e-9, 1 / 3, 1.0])
def test_a_share_keeps_every_digit(lancashire, figure, tmp_path):
    finding = lancashire.findings[0].model_copy(
        update={
            "direction": None,
            "sample": peelrules.Sample(share=figure, of=7),
            "seriousness": Seriousness.MINOR,
            "state": State.OPEN,
        }
    )
    evidence = lancashire.model_copy(update={"findings": (finding,)})
    assert read_again(workbook_of(evidence, RULEBOOK.framework), tmp_path).findings[0].sample.share == figure


def test_a_finding_may_bear_on_everything(lancashire, tmp_path):
    everything = tuple(RULEBOOK.framework.characteristics)
    finding = lancashire.findings[0].model_copy(update={"bears_on": everything})
    evidence = lancashire.model_copy(update={"findings": (finding,)})
    assert read_again(workbook_of(evidence, RULEBOOK.framework), tmp_path).findings[0].bears_on == everything


def test_a_title_may_hold_what_stands_between_characteristics(lancashire, tmp_path):
    framework = RULEBOOK.framework.model_dump_json().replace('"title":"', '"title":"This; and that: ')
    data = workbook_of(lancashire, Framework.model_validate_json(framework))
    assert read_again(data, tmp_path) == lancashire


def test_no_cell_holds_a_formula_or_a_link(lancashire):
    words = {"finding": "=HYPERLINK(1)", "note": "@SUM(1)", "recommendation": "https://example.org"}
    findings = tuple(
        finding.model_copy(update={**words, "recommendation": None}) for finding in lancashire.findings[:3]
    )
    data = parts(workbook_of(lancashire.model_copy(update={"findings": findings}), RULEBOOK.framework))
    sheets = [content for name, content in data.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 7
    assert not any(b"<f>" in content or b"<f " in content or b"<hyperlink" in content for content in sheets)
    assert b"=HYPERLINK(1)" in data["xl/sharedStrings.xml"]


def test_a_text_that_no_cell_can_hold_is_refused(lancashire):
    finding = lancashire.findings[0].model_copy(update={"note": "a" * 40_000})
    with pytest.raises(ArgumentError, match="longer than the 32,767 characters"):
        workbook_of(lancashire.model_copy(update={"findings": (finding,)}), RULEBOOK.framework)


# -- what a person finds in it --------------------------------------------------------------------


def validations(data):
    """The checks of the sheet Findings: what they allow, by the heading of their column."""
    content = parts(data)
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    sheet = ElementTree.fromstring(content["xl/worksheets/sheet4.xml"])  # noqa: S314  we made it
    headings = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name(FINDINGS).to_python()[0]
    found = {}
    for check in sheet.iterfind(".//m:dataValidation", space):
        first = re.match("[A-Z]+", check.get("sqref"))[0]
        at = 0
        for letter in first:
            at = 26 * at + ord(letter) - 64
        found[headings[at - 1]] = (check.get("type"), check.findtext("m:formula1", "", space), check.get("prompt"))
    return found


def test_every_level_word_and_number_is_checked_as_it_is_written(workbook):
    found = validations(workbook)
    assert found["Extent"][:2] == ("list", '"isolated,some,frequent,widespread"')
    assert found["Direction"][:2] == ("list", '"strength,neither,shortfall"')
    many = len(RULEBOOK.framework.characteristics) + 1
    for number in ("", " 2", " 3"):
        assert found[f"Bears on{number}"][:2] == ("list", f"{CHARACTERISTICS}!$A$2:$A${many}")
    assert found["Strand"][:2] == ("list", f"{WORDS}!$A$2:$A${len(RULEBOOK.framework.strands) + 1}")
    assert found["Document"][1].startswith(SOURCES)
    assert (found["Sample met"][0], found["Sample share"][0]) == ("whole", "decimal")
    assert all(prompt for _, _, prompt in found.values())
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    choices = [row[0] for row in book.get_sheet_by_name(CHARACTERISTICS).to_python()[1:]]
    assert choices == [f"{c.id}: {c.title}" for c in RULEBOOK.framework.characteristics.values()]
    words = [row[0] for row in book.get_sheet_by_name(WORDS).to_python()[1:] if row[0]]
    assert words == list(RULEBOOK.framework.strands)
    assert book.sheet_names == [GUIDE, INSPECTION, SOURCES, FINDINGS, PUBLISHED, CHARACTERISTICS, WORDS]


def test_the_head_stays_and_says_what_belongs_in_each_column(workbook):
    content = parts(workbook)
    assert b'state="frozen"' in content["xl/worksheets/sheet4.xml"]
    comments = content["xl/comments1.xml"].decode()
    assert "widespread: Most, generally" in comments
    assert comments.count("<comment ") == len(validations(workbook)) + 6  # text that is free has a comment alone


def test_a_workbook_to_begin_with_offers_the_questions_that_were_asked_for(tmp_path):
    evidence = peelrules.Evidence(
        force="Anyshire", framework="peel-2021-22", sources={"report": {"title": "T", "publisher": "P"}}, findings=()
    )
    data = workbook_of(evidence, RULEBOOK.framework, questions=["responding"])
    many = len(next(q for q in RULEBOOK.framework.core_questions if q.id == "responding").characteristics)
    assert validations(data)["Bears on"][1] == f"{CHARACTERISTICS}!$A$2:$A${many + 1}"
    assert read_again(data, tmp_path) == evidence


# -- what people write ----------------------------------------------------------------------------

ABOUT = [["What", "Value"], ["Force", "Anyshire"], ["Framework", "peel-2021-22"]]
WORKS = [["Document", "Title", "Publisher", "Published"], ["report", "A report", "HMICFRS"]]
PUBLISHED_ABOUT = [*ABOUT, ["Published title", "A report"], ["Published publisher", "HMICFRS"]]
OUTCOME_HEAD = ["What", "Core question", "Grade", "Characteristic", "Title", "Place"]
HEAD = ["Id", "Finding", "Bears on", "Direction", "Strand", "Document", "Section", "Paragraph"]
ROW = ["A-1", "Words", "responding.attendance: Incidents are attended", "strength", "fieldwork", "report", "Sec"]
ERROR, NEVER = object(), object()


def book(findings, about=ABOUT, works=WORKS, **more):
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream)
    day = made.add_format({"num_format": "d-mmm"})
    for name, rows in {"Inspection": about, "Sources": works, "Findings": findings, **more}.items():
        sheet = made.add_worksheet(name)
        for row, cells in enumerate(rows):
            for at, value in enumerate(cells):
                match value:
                    case datetime.date():
                        sheet.write_datetime(row, at, value, day)
                    case str():
                        sheet.write_string(row, at, value)
                    case _ if value is ERROR:
                        sheet.write_formula(row, at, "=1/0", None, "#DIV/0!")
                    case _ if value is NEVER:
                        sheet.write_formula(row, at, "=A1")
                    case _:
                        sheet.write(row, at, value)
    made.close()
    never = {
        name: content.replace(b"<f>A1</f><v>0</v>", b"<f>A1</f>") for name, content in parts(stream.getvalue()).items()
    }
    return packed(never)


def open_document(sheets):
    """The cells of sheets as OpenDocument has them, as text."""
    names = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in names.items())
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    tables = ""
    for sheet, rows in sheets.items():
        lines = ("".join(cell.format(value) for value in row) for row in rows)
        cells = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        tables += f'<table:table table:name="{sheet}">{cells}</table:table>'
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


def test_what_a_spreadsheet_makes_of_words_is_read_as_they_were(tmp_path):
    works = [WORKS[0], ["report", "A report", "HMICFRS", datetime.date(2022, 10, 1)]]
    head = ["  iD ", *HEAD[1:], "My notes", "Persistent"]
    found = read_again(
        book([[], head, [1, *ROW[1:], 3, "mine", False], [None] * 5, ["A-2", *ROW[1:]]], [[], *ABOUT], works), tmp_path
    )
    assert [finding.id for finding in found.findings] == ["1", "A-2"]
    assert found.findings[0].source.paragraph == "3"
    assert found.sources["report"].published == "2022-10-01"


def changed(**cells):
    """A sheet of findings whose only row has other cells."""
    row = (
        dict.fromkeys(HEAD)
        | dict(zip(HEAD, ROW, strict=False))
        | {name.replace("_", " "): value for name, value in cells.items()}
    )
    return [list(row), list(row.values())]


MET = {"Direction": "", "Sample_of": 35, "Seriousness": "serious", "State": "open"}


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (changed(Strand="fieldwrk"), ["!Findings!E2: there is no strand `fieldwrk`; did you mean `fieldwork`?"]),
        (changed(Strand=""), ["!Findings!E2: `strand` is missing; add it"]),
        (changed(Strand="=1+1"), ["!Findings!E2: there is no strand `=1+1`"]),
        (changed(Direction="Strength"), ["!Findings!D2: there is no level `Strength`; did you mean `strength`?"]),
        (changed(Document="x"), ["!Findings!F2: there is no source `x`; choose from report"]),
        (changed(Bears_on_2="responding.x"), ["!Findings!I2: there is no characteristic `responding.x`"]),
        (changed(Finding=ERROR), ["!Findings!B2: this cell shows an error of the spreadsheet; write"]),
        (changed(Finding=NEVER), ["!Findings!B2: there is a formula here that was never worked out"]),
        (changed(Mine=ERROR, Too=NEVER, Id=""), ["!Findings!A2: `id` is missing; add it"]),
        (changed(Finding=True), ["!Findings!B2: write text here, not TRUE or FALSE"]),
        (changed(Paragraph=datetime.date(2026, 4, 3)), ["!Findings!H2: a spreadsheet has made the date 3 April 2026"]),
        (
            changed(Sample_met=datetime.date(2026, 5, 12), **MET),
            ["!Findings!I2: a spreadsheet has made the date 12 May 2026 of what was written here, perhaps 12/5;"],
        ),
        (changed(Sample_met=1.5, **MET), ["!Findings!I2: `1.5` does not fit here; write a whole number"]),
        (changed(Sample_met="12/35", **MET), ["!Findings!I2: `12/35` does not fit here; write cases that met the"]),
        (changed(Sample_met=40, **MET), ["!Findings!I2: 40 of 35 cannot be; `met` counts cases among `of`"]),
        (changed(Persistent="perhaps"), ["!Findings!I2: `perhaps` does not fit here; write `yes`"]),
        ([HEAD, ROW, ROW], ["!Findings!A3: `A-1` is used twice, first in Findings!A2; give it a name of its own"]),
        ([HEAD[1:], ROW[1:]], ["!Findings!A1: there is no column id; add it"]),
        ([[*HEAD, "Seriosness"], ROW], ["!Findings!I1: the column seriosness seems to mean seriousness"]),
        ([[*HEAD, "Id"], ROW], ["!Findings!A1: the column id stands twice; remove one of them"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_cell(findings, expected, tmp_path):
    found = problems_of(book(findings), tmp_path)
    assert len(found) == len(expected)
    for problem, message in zip(found, expected, strict=True):
        assert problem.startswith(message)


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [
        ({"about": [*ABOUT, ["Forse", "x"]]}, "!Inspection!A4: there is no row `Forse` here; did you mean `Force`?"),
        ({"about": [*ABOUT, ["Force", "x"]]}, "!Inspection!A4: Force stands twice; remove one of them"),
        ({"about": ABOUT[:2]}, "!Inspection!A1: `framework` is missing; add it"),
        ({"about": [*ABOUT[:2], ["Framework", "peel-9"]]}, "!Inspection!B3: this rulebook is for `peel-2021-22`, not"),
        ({"works": [*WORKS, WORKS[1]]}, "!Sources!A3: `report` stands twice; give each document a name of its own"),
        ({"works": [*WORKS, [None, "A", "B"]]}, "!Sources!A3: the name of the document is missing"),
        ({"works": [WORKS[0], ["report", "A"]]}, "!Sources!C2: `publisher` is missing; add it"),
    ],
)
def test_what_is_wrong_with_the_other_sheets_is_told(sheets, expected, tmp_path):
    [problem] = problems_of(book([HEAD, ROW], **sheets), tmp_path)
    assert problem.startswith(expected)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["grade", "responding", "well"], "C2: there is no level `well`"),
        (["grade", "respondng", "good"], "B2: there is no core question `respondng`; did you mean `responding`?"),
        (["grade", None, "good"], "B2: the core question is missing"),
        (["grad", "responding", "good"], "A2: there is no word `grad`; did you mean `grade`?"),
        (["area for improvement", "responding", None, "responding.x", "T", "P"], "D2: there is no characteristic"),
        (["area for improvement", "responding", None, None, "T", "P"], "D2: `characteristic` is missing; add it"),
    ],
)
def test_what_is_wrong_with_what_was_published_is_told(row, expected, tmp_path):
    data = book([HEAD, ROW], PUBLISHED_ABOUT, Published=[OUTCOME_HEAD, row])
    [problem] = problems_of(data, tmp_path, load=peelrules.load_published)
    assert problem.startswith(f"!Published!{expected}")
    assert read_again(data, tmp_path).force == "Anyshire"  # of which evidence knows nothing


def test_a_workbook_without_its_sheets_is_refused(tmp_path):
    stream = io.BytesIO()
    xlsxwriter.Workbook(stream).close()
    found = problems_of(stream.getvalue(), tmp_path)
    assert [re.search(r"no sheet (\w+)", problem)[1] for problem in found] == [FINDINGS, INSPECTION, SOURCES]


# -- what is no evidence --------------------------------------------------------------------------


def with_part(data, name, content):
    return packed({**parts(data), name: content})


SMALL = book([HEAD, ROW])
LONG = open_document({"Findings": [["x" * 2_000]]})
REPEATED = with_part(
    LONG,
    "content.xml",
    parts(LONG)["content.xml"].replace(b"-cell ", b'-cell table:number-columns-repeated="50001" '),
)
FAR = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (with_part(SMALL, "xl/vbaProject.bin", b"x"), ": there are macros in this workbook (`xl/vbaProject.bin`)"),
        (
            with_part(SMALL, "xl/externalLinks/externalLink1.xml", b"<a/>"),
            ": there are links to other workbooks in this",
        ),
        (with_part(SMALL, "xl/connections.xml", b"<a/>"), ": there are connections to data elsewhere in this workbook"),
        (with_part(SMALL, "xl/embeddings/o.bin", b"x"), ": there are embedded objects in this workbook"),
        (with_part(SMALL, "xl/x.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), ": this workbook has declarations"),
        (with_part(SMALL, "xl/x.xml", b"<a>"), ": this workbook is damaged"),
        (with_part(SMALL, "xl/x.xml", b'<?xml version="1.0" encoding="none"?><a/>'), ": this workbook is damaged"),
        (with_part(SMALL, "XL/workbook.xml", b"<a/>"), ": this workbook has parts that no spreadsheet makes"),
        (packed({f"xl/{n}.xml": b"<a/>" for n in range(1001)}), ": this workbook has parts that no spreadsheet makes"),
        (with_part(SMALL, "xl/x.xml", b" " * 100_000_001), ": more than 100,000,000 bytes in a workbook once it is"),
        (book([HEAD, ["x" * 30_000] * 3_500]), ": more than 100,000,000 bytes in a workbook once it is"),
        (open_document({"Findings": [["<text:s text:c='100000001'/>"]]}), ": more than 100,000,000 bytes in a"),
        (REPEATED, ": more than 100,000,000 bytes in a workbook once it is"),
        (packed({"a.xml": b"<a/>"}), ": this workbook cannot be read"),
        (b"PK\x03\x04", ": this workbook cannot be unpacked"),
        (b"", ": this workbook cannot be unpacked"),
        (b"force: x", ": this workbook cannot be unpacked"),
        (SMALL[:-40], ": this workbook cannot be unpacked"),
        (SMALL[:80] + b"\xff" * 40 + SMALL[120:], ": this workbook cannot be unpacked"),
        (packed(parts(SMALL), zipfile.ZIP_BZIP2), ": this workbook has parts that no spreadsheet makes"),
        (
            packed({n: c.replace(b"</sheetData>", FAR.encode()) for n, c in parts(SMALL).items()}),
            ": a sheet of this workbook reaches to the cell XFD1048576, which is too far",
        ),
    ],
)
def test_a_workbook_with_more_than_values_is_refused(data, expected, tmp_path):
    [problem] = problems_of(data, tmp_path)
    assert problem.startswith(expected)


def odd(old, new):
    """A small workbook whose sheet of findings was written by no spreadsheet."""
    content = parts(SMALL)
    name = next(name for name in content if name.endswith("sheet3.xml"))
    assert old in content[name]
    return packed({**content, name: content[name].replace(old, new)})


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (odd(b'r="A2"', b'r="A0"'), ": this workbook is damaged"),
        (odd(b'r="A2"', b'r="ZZZZZZZ2"'), ": this workbook is damaged"),
        (odd(b'r="A2"', b'r="A99999999"'), ": this workbook is damaged"),
        (odd(b'<row r="2"', b'<row r="-5"'), ": this workbook is damaged"),
        (odd(b'r="A2"', b'r="xfd1048576"'), ": a sheet of this workbook reaches to the cell XFD1048576"),
        (odd(b't="s"', b't="q"'), ": this workbook cannot be read"),
        (odd(b"<v>13</v>", b"<v>+1</v>"), ": this workbook is damaged"),
        (odd(b"<v>13</v>", b"<v>" + b"0" * 1_000 + b"</v>"), ": this workbook is damaged"),
        (with_part(SMALL, "xl/sharedStrings.xml", b"<sst/>"), ": this workbook cannot be read"),
    ],
)
def test_a_sheet_that_no_spreadsheet_wrote_is_refused(data, expected, tmp_path):
    [problem] = problems_of(data, tmp_path)
    assert problem.startswith(expected)


def test_a_sheet_is_looked_over_wherever_it_lies(tmp_path):
    content = parts(odd(b'r="A2"', b'r="XFD1048576"'))
    renamed = {name.replace("worksheets/sheet3.xml", "other/s.rels"): part for name, part in content.items()}
    renamed = {name: part.replace(b"worksheets/sheet3.xml", b"other/s.rels") for name, part in renamed.items()}
    [problem] = problems_of(packed(renamed), tmp_path)
    assert problem.startswith(": a sheet of this workbook reaches to the cell XFD1048576")


def test_a_part_that_is_larger_than_it_says_is_refused(tmp_path):
    contents = {**parts(SMALL), "xl/x.xml": b"<a>" + b" " * 1_000_000 + b"</a>"}
    true, false = (size.to_bytes(4, "little") for size in (len(contents["xl/x.xml"]), 10))
    [problem] = problems_of(packed(contents).replace(true, false), tmp_path)
    assert problem.startswith(": this workbook cannot be unpacked")


@pytest.mark.parametrize("name", ["a.xlsm", "a.xls", "a.xlsb", "a.numbers"])
def test_workbooks_of_other_kinds_are_refused_by_name(name, tmp_path):
    [problem] = problems_of(SMALL, tmp_path, name)
    assert problem == f": workbooks of the kind `{name[1:]}` are not read; save it as .xlsx or .ods"


# -- the command line -----------------------------------------------------------------------------


def test_convert_goes_round(run, tmp_path, lancashire, outcome):
    assert run("convert", LANCASHIRE, "--published", OUTCOME, "-o", tmp_path / "a.xlsx") == (0, "", "")
    assert run("convert", tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx") == (0, "", "")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    for ending in ("yaml", "json", "csv"):
        told = "What was published is not in it; --outcome writes that.\n"
        assert run("convert", tmp_path / "b.xlsx", "-o", tmp_path / f"c.{ending}") == (0, "", told)
        assert peelrules.load_evidence(tmp_path / f"c.{ending}", RULEBOOK) == lancashire
    assert run("convert", tmp_path / "b.xlsx", "--outcome", "-o", tmp_path / "d.yaml") == (0, "", "")
    assert peelrules.load_published(tmp_path / "d.yaml", RULEBOOK) == outcome


@pytest.mark.parametrize(
    ("data", "has_outcome"),
    [
        (book([HEAD, ROW]), False),
        (book([HEAD, ROW], Published=[OUTCOME_HEAD]), False),
        (book([HEAD, ROW], PUBLISHED_ABOUT, Published=[OUTCOME_HEAD]), True),
        (book([HEAD, ROW], PUBLISHED_ABOUT, Published=[OUTCOME_HEAD, ["pending", "responding"]]), True),
    ],
)
def test_convert_keeps_what_was_published_and_does_without(run, tmp_path, data, has_outcome):
    (tmp_path / "a.xlsx").write_bytes(data)
    assert run("convert", tmp_path / "a.xlsx", "-o", tmp_path / "b.xlsx") == (0, "", "")
    if has_outcome:
        both = [peelrules.load_published(tmp_path / name, RULEBOOK) for name in ("a.xlsx", "b.xlsx")]
        assert both[0] == both[1]
    code, _, told = run("convert", tmp_path / "a.xlsx", "-o", tmp_path / "c.yaml")
    assert (code, "What was published" in told) == (0, has_outcome)


def test_convert_tells_of_a_text_that_no_cell_can_hold(run, tmp_path, monkeypatch):
    monkeypatch.setenv("PEELRULES_MAX_CHARACTERS", "40000")
    (tmp_path / "a.yaml").write_text(LANCASHIRE.read_text().replace("force: ", f"force: {'x' * 33_000} ", 1))
    code, _, err = run("convert", tmp_path / "a.yaml", "-o", tmp_path / "a.xlsx")
    assert (code, "longer than the 32,767 characters that a cell can hold" in err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "a.txt"], "a.txt should end with .yaml, .yml, .json, .csv, .xlsx"),
        (["-o", "-"], "- should end with"),
        (["--outcome", "-o", "a.csv"], "a.csv should end with .yaml, .yml, .json"),
        (["--published", OUTCOME, "-o", "a.yaml"], "only a workbook has room for it"),
    ],
)
def test_what_convert_cannot_do_is_told(run, arguments, told):
    code, out, err = run("convert", LANCASHIRE, *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_the_same_grades_from_a_workbook(run, tmp_path, workbook):
    (tmp_path / "a.xlsx").write_bytes(workbook)
    assert run("grade", tmp_path / "a.xlsx") == run("grade", LANCASHIRE)
    assert run("compare", tmp_path / "a.xlsx", "--published", tmp_path / "a.xlsx") == run(
        "compare", LANCASHIRE, OUTCOME
    )


def test_remarks_are_written_beside_the_cells(run, tmp_path):
    findings = [
        *changed(Strand="fieldwrk", Sample_met=datetime.date(2026, 5, 12), Note="=1+1", Persistent=True),
        [],
        [],
    ]
    (tmp_path / "a.xlsx").write_bytes(book([*findings, ["A-2", *ROW[1:]]], Mine=[["a", 1.5]]))
    code, out, err = run("check", tmp_path / "a.xlsx", "--annotate", "-o", tmp_path / "b.xlsx")
    assert (code, err) == (1, "")
    assert f"{tmp_path / 'a.xlsx'}!Findings!E2: PR001 there is no strand `fieldwrk`" in out
    before, after = (CalamineWorkbook.from_path(tmp_path / f"{name}.xlsx") for name in "ab")
    assert after.sheet_names == ["Remarks", *before.sheet_names]
    for name in before.sheet_names:
        same = [each.get_sheet_by_name(name).to_python(skip_empty_area=False) for each in (before, after)]
        assert same[0] == same[1]
    [_, *remarks] = after.get_sheet_by_name("Remarks").to_python()
    assert [row[:2] for row in remarks[:2]] == [["Findings!E2", "fault"], ["Findings!I2", "fault"]]
    content = parts((tmp_path / "b.xlsx").read_bytes())
    comments = "".join(content[name].decode() for name in content if "xl/comments" in name)
    assert re.findall('<comment ref="([A-Z0-9]+)"', comments) == ["E2", "I2", "K2"]
    assert "did you mean `fieldwork`?" in comments
    assert not any(b"<f>" in content[name] for name in content if name.startswith("xl/worksheets/"))
    again = run("check", tmp_path / "b.xlsx")
    assert again[1] == out.replace("a.xlsx", "b.xlsx")


def test_remarks_of_a_second_look_are_written_where_they_stand(run, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(SMALL)
    code, out, _ = run("check", tmp_path / "a.xlsx", "--annotate", "-o", tmp_path / "b.xlsx")
    assert code == 0
    [_, *remarks] = CalamineWorkbook.from_path(tmp_path / "b.xlsx").get_sheet_by_name("Remarks").to_python()
    assert {kind for _, kind, _ in remarks} == {"second look"}
    assert len(remarks) == out.count("PR20") - len(set(re.findall(r"PR20\d", out)))  # the last line counts them


def test_a_remark_stands_where_nothing_was_written(run, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(book([HEAD, ROW], about=[["What"], ["Force"], ["Framework"]]))
    code, out, _ = run("check", tmp_path / "a.xlsx", "--annotate", "-o", tmp_path / "b.xlsx")
    assert code == 1
    assert "!Inspection!B2: PR001 `force` is missing; add it" in out
    content = parts((tmp_path / "b.xlsx").read_bytes())
    comments = "".join(content[name].decode() for name in content if "xl/comments" in name)
    assert re.findall('<comment ref="([A-Z0-9]+)"', comments) == ["B2", "B3"]


@pytest.mark.parametrize(
    ("name", "rows", "told"),
    [  # a fault is told, and the remarks are written, where a sheet is called nearly as another that is read
        ("A" * 32, [["x"]], f"is called `{'A' * 32}`; rename it"),
        ("inspection ", [["x"]], None),
        ("Remarks", [["x"]], "is called `Remarks`; rename it"),
        ("Remarks", [["Cell", "Kind", "What to do"]], None),
        ("Mine", [["x" * 40_000]], "is longer than the 32,767 characters that a cell can hold"),
    ],
)
def test_remarks_on_what_no_excel_workbook_can_hold_are_not_written_and_that_is_told(run, tmp_path, name, rows, told):
    sheets = {"Inspection": ABOUT, "Sources": WORKS, "Findings": [HEAD, ROW], name: rows}
    (tmp_path / "a.ods").write_bytes(open_document(sheets))
    code, _, err = run("check", tmp_path / "a.ods", "--annotate", "-o", tmp_path / "b.xlsx")
    assert (code == 2, (tmp_path / "b.xlsx").exists()) == (bool(told), not told)
    assert (told or "") in err


def test_a_workbook_that_cannot_be_read_is_not_annotated(run, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(with_part(SMALL, "xl/vbaProject.bin", b"x"))
    code, out, err = run("check", tmp_path / "a.xlsx", "--annotate", "-o", tmp_path / "b.xlsx")
    assert code == 1
    assert "there are macros in this workbook" in out
    assert err == f"Nothing is written to {tmp_path / 'b.xlsx'}, for the workbook cannot be read.\n"
    assert not (tmp_path / "b.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([LANCASHIRE, "-o", "a.xlsx"], "only a workbook has cells; name one .xlsx or .ods file"),
        (["a.xlsx", "b.xlsx", "-o", "c.xlsx"], "only a workbook has cells"),
        (["a.xlsx"], "name the .xlsx file to write the remarks into"),
        (["a.xlsx", "-o", "b.csv"], "name the .xlsx file to write the remarks into"),
    ],
)
def test_what_cannot_be_annotated_is_told(run, arguments, told):
    code, out, err = run("check", "--annotate", *arguments)
    assert (code, out) == (2, "")
    assert told in err


# -- LibreOffice ----------------------------------------------------------------------------------

OFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not here")


def saved_by_office(file, ending, folder):
    """The file as LibreOffice opens and saves it, in a profile of its own."""
    command = [OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", ending]
    done = subprocess.run([*command, "--outdir", folder / "saved", file], capture_output=True, timeout=240)  # noqa: S603
    assert done.returncode == 0
    return folder / "saved" / f"{file.stem}.{ending}"


@needs_office
@pytest.mark.slow
@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_what_libreoffice_saves_is_the_same_evidence(workbook, lancashire, outcome, tmp_path, ending):
    file = tmp_path / "evidence.xlsx"
    file.write_bytes(workbook)
    saved = saved_by_office(file, ending, tmp_path)
    assert peelrules.load_evidence(saved, RULEBOOK) == lancashire
    assert peelrules.load_published(saved, RULEBOOK) == outcome
    if ending == "xlsx":
        offered = {name: check[:2] for name, check in validations(workbook).items()}
        after = {name: (kind, one.replace("$", "")) for name, (kind, one, _) in validations(saved.read_bytes()).items()}
        assert after == {name: (kind, one.replace("$", "")) for name, (kind, one) in offered.items()}
    else:
        content = zipfile.ZipFile(saved).read("content.xml").decode()
        assert content.count("<table:content-validation ") >= len(validations(workbook)) - 2


@needs_office
@pytest.mark.slow
def test_faults_of_what_libreoffice_saved_are_told_at_their_cells(tmp_path):
    file = tmp_path / "a.xlsx"
    cells = {"Sample_met": datetime.date(2026, 5, 12), "Finding": ERROR, "Strand": "fieldwrk"}
    file.write_bytes(book(changed(**cells, **MET)))
    found = problems_of(saved_by_office(file, "ods", tmp_path).read_bytes(), tmp_path, "a.ods")
    assert [problem.split(":")[0] for problem in found] == ["!Findings!B2", "!Findings!E2", "!Findings!I2"]
