"""Markdown and CSV: whole, in order, and whatever the words of a document look like."""

import csv
import io
import re
from itertools import pairwise

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from processes import LANCASHIRE
from strategies import bundled, evidence_of, evidences, finding, of_questions, tries

import peelrules
from peelrules.cli.options import Table
from peelrules.engine.population import population
from peelrules.model.assessment import Shortage
from peelrules.model.framework import Work
from peelrules.model.scales import Direction, Extent, Seriousness, State
from peelrules.report import csv as as_csv
from peelrules.report import wording
from peelrules.report.html import ForceReport, render

MARKDOWN = MarkdownIt("commonmark").enable("table")
HOSTILE = st.text("ab19 *_`\\|<>[]()!~#+-.:=\n@$\"'^{}&", min_size=1).filter(str.strip)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def graded(*found, **about):
    return peelrules.grade(evidence_of(*found, **about), bundled())


def headings(page):
    tokens = MARKDOWN.parse(page)
    return [(int(one.tag[1]), shown(two)) for one, two in pairwise(tokens) if one.type == "heading_open"]


def shown(token):
    """The words of a heading, cell or line as they are seen, without what only shapes them."""
    return "".join(child.content for child in token.children if child.type in ("text", "text_special"))


def outline_of(page):
    """Everything of a page but its words."""
    return [(token.type, token.tag, token.level) for token in MARKDOWN.parse(page)]


def rows(table, *assessments):
    return list(csv.DictReader(io.StringIO(as_csv.render(assessments, table))))


# -- Markdown ---------------------------------------------------------------------------------------


@given(st.lists(evidences(), min_size=1, max_size=3))
def test_headings_are_in_order_and_every_question_is_told_once(bodies):
    assessments = [peelrules.grade(body, bundled()) for body in bodies]
    told = headings(peelrules.markdown_report(assessments))
    levels = [level for level, _ in told]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    questions = [f"{j.name}: {j.grade}" for a in assessments for j in wording.graded(a)]
    assert [words for level, words in told if level == 3] == questions


@given(evidences())
def test_no_gap_in_the_evidence_is_hidden(body):
    assessment = peelrules.grade(body, bundled())
    lines = peelrules.markdown_report(assessment).splitlines()
    gaps = {c.title for c in assessment.characteristics if c.status is None}
    told = [line.split("**: ", 1)[1] for line in lines if line.lstrip(" -").startswith("**No evidence on**")]
    assert {MARKDOWN.renderInline(gap) for line in told for gap in line.split("; ")} == set(
        map(MARKDOWN.renderInline, gaps)
    )
    section = re.split(r"\n## Not graded.*\n", "\n".join(lines))[1].split("\n## ")[0]
    without = [j for j in assessment.judgments if j.grade is None]
    assert re.findall(r"^- \*\*(.+?)\*\*: (.+)", section, re.MULTILINE) == [
        (j.name, why) for j, why in wording.not_graded(assessment)
    ]
    assert [j for j, _ in wording.not_graded(assessment)] == without


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE, st.sampled_from(["strength", "shortfall"]))
def test_words_of_documents_are_seen_as_they_are_and_shape_nothing(force, words, place, publisher, kind):
    coded = {
        "strength": {"innovative": True},
        "shortfall": {
            "direction": Direction.SHORTFALL,
            "seriousness": Seriousness.CRITICAL,
            "extent": Extent.WIDESPREAD,
        },
    }[kind]

    def page(force, words, place, publisher):
        coded_so = {**coded, "recommendation": words} if kind == "shortfall" else coded
        source = {"document": "report", "section": place}
        body = evidence_of(finding("A-1", "responding.advice", finding=words, source=source, **coded_so), force=force)
        work = Work(title=words, publisher=publisher)
        return peelrules.markdown_report(
            peelrules.grade(body.model_copy(update={"sources": {"report": work}}), bundled())
        )

    hostile = page(force, words, place, publisher)
    assert outline_of(hostile) == outline_of(page("Force", "Words.", "Section", "Publisher"))
    seen = "\n".join(shown(token) for token in MARKDOWN.parse(hostile) if token.type == "inline")
    assert all(" ".join(each.split()) in seen for each in (force, words, publisher))
    assert kind == "strength" or " ".join(place.split()) in seen


def test_findings_are_told_with_their_places(assessment):
    page = peelrules.markdown_report(assessment)
    told = re.findall(r"^  - \*\*(\w+)\*\*: .+ \(([A-Z]+-\d+); (.+)\)$", page, re.MULTILINE)
    assert len(told) > 20
    for gravity, name, place in told:
        found = assessment.finding[name]
        assert (gravity.lower(), place) == (str(found.gravity), str(found.coded.source))


def test_with_several_sources_a_place_names_its_document(lancashire):
    other = {"title": "Another report", "publisher": "HMICFRS"}
    sources = {**{key: work.model_dump() for key, work in lancashire.sources.items()}, "other": other}
    both = type(lancashire).model_validate({**lancashire.model_dump(), "sources": sources})
    page = peelrules.markdown_report(peelrules.grade(both, bundled()))
    assert "(INV-05; PEEL 2021/22, An inspection of Lancashire Constabulary: Investigating crime, " in page
    assert "\n- Another report (HMICFRS)\n" in page


def test_findings_that_are_not_told_in_words_are_named(assessment):
    page = peelrules.markdown_report(assessment)
    for area in assessment.areas_for_improvement:
        part = page.split("\n## Areas for improvement (6)\n")[1].split(area.title)[1].split("\n- ")[0]
        assert set(area.findings) <= set(re.findall(r"[A-Z]+-\d+", part))


def test_several_forces_stand_side_by_side_first(assessment):
    shortfalls = {"direction": Direction.SHORTFALL, "seriousness": Seriousness.SERIOUS, "state": State.OPEN}
    little = graded(finding("A-1", "responding.advice", **shortfalls), force="Little, Police")
    page = peelrules.markdown_report([assessment, little])
    first, *sections = re.split(r"^# ", page, flags=re.MULTILINE)[1:]
    assert "\nIndicative grades: " in first
    header, _, *told = [line.strip("| ").split(" | ") for line in first.splitlines() if line.startswith("|")]
    table = {row[0]: dict(zip(header[1:], row[1:], strict=True)) for row in told}
    for each in (assessment, little):
        by_name = {j.name: j for j in each.judgments}
        for name, cell in table[wording.heading(each)].items():
            judgment = by_name[name]
            assert cell == str(
                judgment.grade or f"not graded, at most {judgment.ceiling}" if judgment.ceiling else "\N{EN DASH}"
            )
    assert "not graded, at most " in first
    assert "# " + sections[0].rstrip("\n") == peelrules.markdown_report(assessment).rstrip("\n")
    assert "# " + sections[1] == peelrules.markdown_report(little)


# -- CSV --------------------------------------------------------------------------------------------


@given(evidences())
def test_tables_have_a_row_for_each_of_what_they_are_about(body):
    assessment = peelrules.grade(body, bundled())
    assert [row["core_question"] for row in rows("judgments", assessment)] == [
        judgment.core_question for judgment in assessment.judgments
    ]
    for row, assessed in zip(rows("characteristics", assessment), assessment.characteristics, strict=True):
        assert row["characteristic"] == assessed.characteristic
        assert row["indicative_status"] == str(assessed.status or "not assessed")
        assert (row["concern"], row["gravity"]) == (str(assessed.concern), str(assessed.gravity))
        assert row["strengths"].split() == list(assessed.strengths)
        assert row["shortfalls"].split() == list(assessed.shortfalls)
    for row, found in zip(rows("findings", assessment), assessment.findings, strict=True):
        assert (row["id"], row["place"]) == (found.id, found.place)
        assert row["indicative_direction"] == str(found.direction)
        assert row["indicative_extent"] == str(found.extent or "")
        assert row["indicative_gravity"] == str(found.gravity)
        assert row["persistent"] == ("true" if found.coded.persistent else "false")


@pytest.mark.parametrize("table", as_csv.TABLES)
def test_columns_are_the_same_whatever_is_in_the_table(assessment, table):
    whole, empty = as_csv.render([assessment], table), as_csv.render([graded()], table)
    assert whole.splitlines()[0] == empty.splitlines()[0]
    assert as_csv.render([], table) == whole.splitlines()[0] + "\n"
    assert "indicative_" in whole.splitlines()[0]
    assert "\r" not in whole
    book = assessment.rulebook
    identity = {"rulebook": book.id, "rulebook_version": book.version, "rulebook_hash": book.hash}
    for row in rows(table, assessment, graded()):
        assert identity.items() <= row.items()


def test_tables_of_one_force_belong_together(assessment):
    whose = {row["inspection"] for table in as_csv.TABLES for row in rows(table, assessment)}
    assert whose == {"Lancashire Constabulary, PEEL 2021/22"}


@given(HOSTILE, st.sampled_from(FORMULA))
def test_no_cell_begins_as_a_formula(words, sign):
    found = finding("A-1", "responding.advice", finding=f"{sign}{words}x", note=f"{sign}{words}x")
    for table in as_csv.TABLES:
        for row in rows(table, graded(found, force=f"{sign}{words}x")):
            assert not any(cell.startswith(FORMULA) for cell in row.values())


@tries(20)  # a dataframe takes its time
@given(st.lists(evidences(), min_size=1, max_size=2))
def test_the_table_of_findings_can_be_graded_again(bodies):
    bodies = [body.model_copy(update={"force": f"Force {number}"}) for number, body in enumerate(bodies)]
    assessments = [peelrules.grade(body, bundled()) for body in bodies if body.findings]
    if not assessments:
        return
    written = as_csv.render(assessments, "findings")
    wanted = {
        (wording.heading(a), j.core_question): str(j.grade)
        for a in assessments
        for j in a.judgments
        if j.grade is not None
    }
    kinds = {"sample_met": pl.Int64, "sample_of": pl.Int64, "sample_share": pl.Float64, "sample_margin": pl.Float64}
    by_polars = pl.read_csv(io.StringIO(written), infer_schema_length=None, schema_overrides=kinds)
    again = population(by_polars, bundled()).judgments
    assert {
        (row["inspection"], row["core_question"]): row["grade"] for row in again.to_dicts() if row["grade"] is not None
    } == wanted


def test_a_spreadsheet_library_reads_the_table_of_findings_without_being_told_anything(assessment):
    frame = pd.read_csv(io.StringIO(as_csv.render([assessment], "findings")))
    assert len(frame) == len(assessment.findings)
    again = population(frame, bundled()).judgments
    grades = {j.core_question: str(j.grade) for j in assessment.judgments if j.grade is not None}
    assert dict(again.dropna(subset="grade")[["core_question", "grade"]].itertuples(index=False)) == grades


# -- the command line -------------------------------------------------------------------------------


def test_the_command_line_writes_every_table(run, in_context):
    assert [table.value for table in Table] == list(as_csv.TABLES)
    for table in Table:
        code, out, _ = run("grade", LANCASHIRE, "-f", "csv", "--table", table.value)
        assert (code, out) == (0, as_csv.render([in_context], table.value))
    assert run("grade", LANCASHIRE, "-f", "csv")[1] == as_csv.render([in_context], "judgments")


@pytest.mark.parametrize("arguments", [[], ["-f", "json"], ["-f", "markdown"]])
def test_only_csv_has_tables(run, arguments):
    code, out, err = run("grade", LANCASHIRE, "--table", "judgments", *arguments)
    assert (code, out) == (2, "")
    assert "only CSV is one table" in err


# -- what is missing for a grade --------------------------------------------------------------------

SHORT_OF = {  # by how many are assessed, what is said of the rest
    0: "evidence on any 3 of them",
    1: "evidence on 2 more, any of these 5",
    2: "evidence on 1 more, any of these 4",
    3: None,
}


@pytest.mark.parametrize(("assessed", "said"), SHORT_OF.items())
def test_what_is_missing_for_a_grade_is_told_and_named(assessed, said):
    names = [*of_questions(bundled().framework, "crime-recording")]
    assessment = graded(*(finding(f"F-{number}", name) for number, name in enumerate(names[:assessed])))
    text = " ".join(peelrules.text_report(assessment, width=1000).split())
    page = " ".join(peelrules.markdown_report(assessment).split())
    html = " ".join(render([ForceReport(assessment)], bundled()).split())
    section = html[html.index('id="question-crime-recording"') :].split("</section>")[0]
    if said is None:
        assert assessment.judgment("crime-recording").grade is not None
        assert "A grade takes" not in section
        return
    titles = "; ".join(assessment.characteristic[name].title for name in names[assessed:])
    assert f"- **No evidence on**: {titles} - **A grade takes**: {said} - " in page
    # a question that nobody has begun with is one line in the terminal, and left out in the report
    told = f"- No evidence on: {titles} - A grade takes: {said} " if assessed else f"; a grade takes {said} "
    assert told in text
    assert text.count("the rest could make it") == page.count("the rest could make it") == bool(assessed)
    assert (f" A grade takes {said}: {titles}.</p>" in section.replace("&#39;", "'")) is bool(assessed)


@pytest.mark.parametrize(
    ("shortage", "said"),
    [
        (Shortage(more=1, of=("responding.advice",), any=True), "evidence on this: Callers get advice"),
        (Shortage(more=2, of=("responding.advice", "responding.demand"), any=True), "evidence on all 2 of these: "),
        (
            Shortage(more=1, of=("responding.advice", "responding.demand"), any=True),
            "evidence on 1 more, any of these 2: ",
        ),
        (
            Shortage(more=2, of=("responding.advice", "responding.demand", "responding.wellbeing"), any=False),
            "evidence on 2 more, in some of the ways to choose them from these 3: ",
        ),
    ],
)
def test_how_a_choice_is_told(assessment, shortage, said):
    judgment = assessment.judgment("responding").model_copy(update={"shortage": shortage})
    assert wording.shortage(assessment, judgment).startswith(said)


# -- from Python -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "options", "arguments"),
    [
        ("text", {"width": 60}, ["-f", "text"]),
        ("markdown", {}, ["-f", "markdown"]),
        ("json", {}, ["-f", "json"]),
        ("csv", {}, ["-f", "csv"]),
        ("csv", {"table": "findings"}, ["-f", "csv", "--table", "findings"]),
        ("workbook", {}, ["-f", "xlsx"]),
    ],
)
def test_reports_from_python_are_what_the_command_writes(
    run, monkeypatch, tmp_path, in_context, form, options, arguments
):
    monkeypatch.setenv("COLUMNS", "60")
    assert run("grade", LANCASHIRE, *arguments, "-o", tmp_path / "out")[0] == 0
    report = getattr(peelrules, f"{form}_report")
    written, told = (tmp_path / "out").read_bytes(), report(in_context, **options)
    assert written == (told if isinstance(told, bytes) else told.encode())
    assert report((in_context,), **options) == told or form == "json"
    assert len(report((in_context, in_context), **options)) > len(told)


def test_a_table_that_is_not_there_is_told(assessment):
    with pytest.raises(peelrules.UnknownNameError, match="there is no table `judgements`; did you mean `judgments`"):
        peelrules.csv_report(assessment, "judgements")
