"""The brief for those who decide: what it says, that it says so in every form, and that text in it stays text."""

import io
import json
import re
import sys
from datetime import date
from pathlib import Path

import pytest
import typst
from docx import Document

import peelrules
from peelrules.report import pdf, word
from peelrules.report.brief import STANDING, Line, brief_of
from peelrules.report.briefs import FORMS
from peelrules.report.html import MARK
from peelrules.report.html import brief as html

MIDSHIRE = Path(__file__).parent / "midshire.yaml"
DAY = date(2026, 3, 9)
HOSTILE = '<script>alert(1)</script> #pagebreak() $x$ *b* = head {{ 7 * 7 }} \\ "quoted" @ref \u202e 日本 &amp;'


@pytest.fixture(scope="session")
def of_lancashire(in_context, rulebook):
    return brief_of(in_context, rulebook, DAY, prepared_by="A. Analyst")


@pytest.fixture(scope="session")
def midshire(rulebook):
    assessment = peelrules.grade(peelrules.load_evidence(MIDSHIRE, rulebook), rulebook)
    return brief_of(assessment, rulebook, DAY)


def lines(brief):
    return [*brief.standing, *(line for part in brief.parts for line in part.lines), *brief.rest]


def pages(document):
    """Of a PDF, by the objects that are pages in it."""
    return len(re.findall(rb"/Type ?/Page\b", document))


def spoken(document):
    """All words of a Word document, in their order."""
    read = Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in read.paragraphs), *cells])


def test_every_graded_question_is_told_with_why_what_weighs_and_what_would_lift_it(of_lancashire, assessment):
    graded = [j for j in assessment.judgments if j.grade is not None]
    assert [(part.title, part.grade) for part in of_lancashire.parts] == [(j.name, j.grade) for j in graded]
    assert [row[0] for row in of_lancashire.table.rows] == [j.name for j in graded]
    for judgment, part in zip(graded, of_lancashire.parts, strict=True):
        [why] = [reason.title for reason in judgment.reasons]
        assert f" It is no better for this reason: {why[0].lower()}{why[1:]}. " in part.lines[0].text
        labels = [line.label for line in part.lines]
        assert labels[:2] == ["Why, and how firm", "What weighs most"]
        assert labels[2:], part.title
        assert part.lines[1].text.count("(3)") == 1
        assert "(4)" not in part.lines[1].text


def test_what_would_lift_is_told_to_the_next_grade_and_to_good(of_lancashire):
    wanted = {part.title: [line.label for line in part.lines[2:]] for part in of_lancashire.parts}
    assert wanted["Investigating crime"] == ["To reach adequate", "To reach good"]
    assert wanted["Responding to the public"] == ["To reach good"]
    assert wanted["Preventing crime"] == ["To reach outstanding"]


def test_what_it_takes_to_a_lower_grade_is_not_told_twice(of_lancashire):
    [part] = [part for part in of_lancashire.parts if part.title == "Investigating crime"]
    nearer, further = (line.text for line in part.lines[2:])
    assert further.startswith("All of that, and more.")
    assert "Reach 14 of 17" in nearer
    assert "Reach 14 of 17" not in further


def test_there_are_no_terms_of_coders_in_it(of_lancashire, assessment):
    words = " ".join(f"{line.label} {line.text}" for line in lines(of_lancashire))
    ids = [*assessment.rule, *assessment.finding, *assessment.characteristic]
    assert [each for each in ids if each in words] == []
    assert [each for each in ("gravity", "strand", "ceiling", "corroborat") if each in words.casefold()] == []


def test_several_reasons_are_told_as_several(assessment, rulebook):
    [judgment] = [each for each in assessment.judgments if each.core_question == "treatment"]
    [reason] = judgment.reasons
    twice = judgment.model_copy(update={"reasons": (reason, reason.model_copy(update={"title": "UK law is not kept"}))})
    [part] = brief_of(assessment.model_copy(update={"judgments": (twice,)}), rulebook, DAY).parts
    said = "for these reasons: less than half of the characteristics are exceeded; UK law is not kept."
    assert said in part.lines[0].text


def test_what_has_no_evidence_is_one_line(midshire):
    [line] = [line for line in midshire.rest if line.label == "Not graded"]
    assert line.text.count("no evidence") == 1
    assert "Treatment of the public" in line.text
    assert "Investigating crime (not enough evidence: 1 of 11 characteristics are assessed)" in line.text
    assert [part.title for part in midshire.parts] == ["Responding to the public"]


def test_critical_shortfalls_are_named_at_the_head():
    rulebook = peelrules.load_rulebook("peel-2023-25")
    path = Path(__file__).parents[2] / "evidence/examples/anyshire-2023-25.yaml"
    assessment = peelrules.grade(peelrules.load_evidence(path, rulebook), rulebook)
    asked = brief_of(assessment, rulebook, DAY, questions={"offenders"})
    assert [part.title for part in asked.parts] == ["Managing offenders"]
    [line] = [line for line in asked.standing if line.label == "Critical shortfalls"]
    assert line.text.count("part of a cause of concern") == len(assessment.critical_shortfalls) > 0
    without = brief_of(assessment, rulebook, DAY, questions={"preventing"})
    assert [line for line in without.standing if line.label == "Critical shortfalls"] == []


@pytest.mark.parametrize("name", ["of_lancashire", "midshire"])
def test_it_has_two_pages_at_the_most_and_says_on_each_that_it_is_indicative(name, request):
    brief = request.getfixturevalue(name)
    document = pdf.render([brief])
    assert 1 <= pages(document) <= 2
    assert b"/MarkInfo" in document
    assert b"/Lang" in document
    assert pages(pdf.render([brief, brief])) == 2 * pages(document)  # each begins on a page of its own
    [section] = Document(io.BytesIO(word.render([brief]))).sections
    assert section.footer.paragraphs[0].text == STANDING
    assert STANDING in html.render([brief])


def test_all_forms_say_the_same(of_lancashire):
    page, spoken_words = html.render([of_lancashire]), spoken(word.render([of_lancashire]))
    assert MARK in page
    for words in [of_lancashire.title, of_lancashire.byline, *(line.text for line in lines(of_lancashire))]:
        assert words in spoken_words
        assert words.replace("'", "&#39;") in page
    told = [each for row in of_lancashire.table.rows for each in row]
    assert [words for words in told if words not in spoken_words or words not in page] == []


def test_a_word_document_is_marked_for_those_who_hear_it(of_lancashire):
    read = Document(io.BytesIO(word.render([of_lancashire])))
    assert (read.core_properties.title, read.core_properties.language) == (of_lancashire.title, "en-GB")
    assert read.core_properties.author == "A. Analyst"
    styles = [paragraph.style.name for paragraph in read.paragraphs if paragraph.style.name.startswith("Heading")]
    assert styles == ["Heading 1"] + ["Heading 2"] * (2 + len(of_lancashire.parts))
    assert "w:tblHeader" in read.tables[0].rows[0]._tr.xml
    assert "w:tblHeader" not in read.tables[0].rows[1]._tr.xml


def test_text_of_documents_stays_text(midshire):
    hostile = midshire._replace(
        title=HOSTILE,
        author=HOSTILE,
        standing=(Line(HOSTILE, HOSTILE),),
        parts=(midshire.parts[0]._replace(title=HOSTILE, lines=(Line("Why", HOSTILE),)),),
        table=midshire.table._replace(rows=((HOSTILE,) * 4,)),
    )
    page = html.render([hostile])
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert HOSTILE in spoken(word.render([hostile]))
    assert pages(pdf.render([hostile])) == 1  # `#pagebreak()` would be one more
    inputs = {"briefs": json.dumps([pdf.told(hostile)]), "standing": STANDING, "title": HOSTILE, "size": "9"}
    found = json.loads(typst.query(pdf.TEMPLATE.read_bytes(), "heading", field="body", sys_inputs=inputs))
    assert found[0] == {"func": "text", "text": HOSTILE}


def test_the_same_brief_is_the_same_file(midshire):
    assert pdf.render([midshire]) == pdf.render([midshire])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["", "brief.pdf", "brief.docx", "brief.html"])
def test_the_command_writes_it_in_the_form_that_its_name_asks_for(run, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    asked = ["--brief", "--prepared-by", "A. Analyst", "--questions", "responding", *(["-o", name] if name else [])]
    said = "" if name else "The brief is in midshire.brief.html.\n"
    assert run("report", MIDSHIRE, *asked) == (0, "", said)
    begins = {".pdf": b"%PDF", ".docx": b"PK", ".html": b"<!DOCTYPE html>"}
    target = Path(name or "midshire.brief.html")
    assert target.read_bytes().strip().startswith(begins[target.suffix])
    assert [each.name for each in tmp_path.iterdir()] == [target.name]


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_from_python_it_is_what_the_command_writes(run, tmp_path, rulebook, form):
    target = tmp_path / f"brief.{form}"
    asked = ["--prepared-by", "A. Analyst", "--questions", "responding"]
    assert run("report", MIDSHIRE, "--brief", *asked, "-o", target)[0] == 0
    assessment = peelrules.grade(peelrules.load_evidence(MIDSHIRE))
    assessment = peelrules.in_context(assessment, peelrules.load_national(rulebook))
    told = {"form": form, "prepared_by": "A. Analyst", "questions": ["responding"]}
    read = spoken if form == "docx" else bytes  # a Word document tells the second in which it was written
    assert read(peelrules.brief_report(assessment, **told)) == read(target.read_bytes())
    assert read(peelrules.brief_report([assessment], rulebook, **told)) == read(target.read_bytes())


@pytest.mark.slow
def test_from_python_a_brief_is_of_the_day_that_is_named(assessment):
    page = peelrules.brief_report(assessment, on=DAY, questions=["responding"]).decode()
    assert '<p class="byline">9 March 2026</p>' in page


def test_from_python_a_form_that_is_not_there_is_told(assessment):
    with pytest.raises(peelrules.UnknownNameError, match="there is no form `doc`; did you mean `docx`"):
        peelrules.brief_report(assessment, form="doc")
    with pytest.raises(peelrules.ArgumentError, match="there is no assessment to report"):
        peelrules.brief_report([])


@pytest.mark.parametrize(("suffix", "module"), [("pdf", "typst"), ("docx", "docx")])
def test_a_missing_library_is_told_in_one_line(run, tmp_path, monkeypatch, suffix, module):
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, f"peelrules.report.{'pdf' if suffix == 'pdf' else 'word'}")
    monkeypatch.delattr("peelrules.report.pdf" if suffix == "pdf" else "peelrules.report.word")
    code, out, err = run("report", MIDSHIRE, "--brief", "-o", tmp_path / f"brief.{suffix}")
    assert (code, out) == (2, "")
    assert 'needs the extra `brief`: pip install "peelrules[brief]"' in err
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "x.pdf"], "add --brief for a brief as PDF"),
        (["-o", "x.docx"], "add --brief for a brief as Word"),
        (["--prepared-by", "Ann"], "add --brief"),
        (["--brief", "--published", str(MIDSHIRE)], "leave out --brief"),
        (["--brief", "--no-paths"], "always tells what would lift"),
        (["--brief", "--questions", "respondin"], "did you mean `responding`?"),
    ],
)
def test_what_does_not_go_together_is_refused(run, tmp_path, monkeypatch, arguments, told):
    monkeypatch.chdir(tmp_path)
    code, out, err = run("report", MIDSHIRE, *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert list(tmp_path.iterdir()) == []
