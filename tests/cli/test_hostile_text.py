"""Words of documents are text and nothing else, in every format and wherever they stand."""

import csv
import io
import json
import re
from functools import cached_property
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import evidence_of, finding
from test_formats import MARKDOWN, outline_of
from test_html import Page, is_sound

import peelrules
from peelrules.insight.audit import audit
from peelrules.insight.rulebooks import describe_rule, describe_rulebook, diff
from peelrules.model.accounts import CodedAccounts
from peelrules.model.framework import Framework
from peelrules.model.plain import cut, folded, in_json, plain, with_short_quotes
from peelrules.model.problems import Problem
from peelrules.model.published import Published
from peelrules.model.rulebook import Rulebook
from peelrules.report import accounts as as_accounts
from peelrules.report import agreement as as_agreement
from peelrules.report import audit as as_audit
from peelrules.report import (
    characteristics,
    checks,
    differences,
    explanations,
    judgments,
    outline,
    rulebooks,
    sarif,
)
from peelrules.report import csv as as_csv
from peelrules.report import json as as_json
from peelrules.report import sensitivity as as_sensitivity
from peelrules.report.html import ForceReport, render
from peelrules.verify.checks import Remark, Report

UNSEEN = [
    "\0", "\a", "\b", "\x1b[31m", "\x1b]0;title\a", "\x7f", "\x9b31m", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e",
    "\u2066", "\u2067", "\u2068", "\u2069", "\u061c", "\u200e", "\u200f", "\u200b", "\u200c", "\u200d", "\u2060",
    "\ufeff", "\u00ad", "\u115f", "\u3164", "\u2800", "\U000e0041", "\ue000",
]  # fmt: skip
BREAKS = ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029"]
SEEN = "Übershire \N{EN DASH} £5\N{NO-BREAK SPACE}m, “crime”, 名, \N{GRINNING FACE} a\\b"
EVIL = [  # each stands first in a text, where it does most
    "=1+1", "+1", "-1", "@SUM(1)", "'=1", "\N{FULLWIDTH EQUALS SIGN}1+1", "\N{NO-BREAK SPACE}=1", "\t=1",
    "1. one", "2) two", "- item", "+ item", "* item", "# heading", "> quote", "---", "===", "```", "~~~", "    code",
    "| a | b |", "[x](javascript:alert(1))", "![x](https://example.org/x.png)", "<https://example.org>", "[x]: /url",
    "<script>alert(1)</script>", "<!-- x", "-->", "</title></style>", "&lt;b&gt;", "{{ 7 * 7 }}", "{0} %s $x$",
    "@octocat #12 GH-3 a/b#4", "www.example.org https://example.org mailto:a@example.org", "::error::x", "%0A::error::",
    "javascript:alert(1)", "\\", "`", "*b* _i_ ~s~",
]  # fmt: skip
MIXED = " ".join(f"{word}{unseen}" for word, unseen in zip(EVIL, UNSEEN * 2, strict=False)) + "".join(BREAKS) + "end"
WORDS = [*EVIL, *(f"a{each}b" for each in UNSEEN), *(f"a{each}::error::b" for each in BREAKS), MIXED]
FREE = {"title", "text", "name", "basis", "clause", "publisher", "published", "url", "version"}
LINKED = re.compile(r"@\w|#\d|GH-\d|://|www\.|mailto:\S", re.IGNORECASE)


def is_only_text(written):
    """Whether everything in it can be seen, but for the ends of its own lines."""
    unseen = {c for c in written if c != "\n" and not (c.isprintable() or category(c) == "Zs")} | (
        set(written) & set("\u115f\u3164\u2800")
    )
    assert unseen == set()


def filled(value, words, key=""):
    """Data with these words in every field in which people write freely."""
    if isinstance(value, dict):
        free = key in ("strands", "methods")
        return {k: filled(v, words, "text" if free else k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [filled(each, words, key) for each in value]
    return f"{words} {'x' * 20}" if key in FREE and isinstance(value, str) else value


class Everything:
    """Evidence, a rulebook and whatever is made of them, with the same words in every text."""

    def __init__(self, words, bundled):
        data = bundled.framework.model_dump(mode="json", by_alias=True, exclude_unset=True)
        self.rulebook = Rulebook(
            framework=Framework.model_validate(filled(data, words)),
            counts=tuple(count.model_copy(update={"title": f"{words}."}) for count in bundled.counts),
            rules=tuple(
                rule.model_copy(
                    update={
                        "title": f"{words}.",
                        "basis": f"{words} {'x' * 20}",
                        "source": rule.source.model_copy(update={"clause": f"{words}."}),
                    }
                )
                for rule in bundled.rules
            ),
            places=bundled.places,
        )
        told = {
            "finding": f"{words}.",
            "note": f"{words}.",
            "source": {"document": "report", "section": f"{words}.", "paragraph": f"{words}."},
            "strand": "fieldwork",
        }
        worst = {"direction": "shortfall", "seriousness": "critical", "extent": "widespread", "state": "open"}
        sample = {"sample": {"met": 3, "of": 9}, "seriousness": "serious", "state": "open"}
        questions = [question.id for question in bundled.framework.core_questions]
        work = dict.fromkeys(("title", "publisher", "published", "url"), f"{words}.")
        evidence = evidence_of(
            finding("A-1", "offenders.bail", innovative=True, **told),
            finding("A-2", "offenders.bail", recommendation=f"{words}.", **worst, **told),
            finding("A-3", "responding.advice", **sample, **told),
            *(
                finding(f"B-{number}", name, **told)
                for number, (name, question) in enumerate(bundled.framework.question_of.items())
                if question.id == "investigating"
            ),
            force=f"{words}.",
        )
        self.evidence = type(evidence).model_validate(
            evidence.model_dump() | {"inspection": f"{words}.", "sources": {"report": work}}
        )
        self.assessment = peelrules.grade(self.evidence, self.rulebook)
        assert {j.core_question for j in self.assessment.judgments if j.grade is not None} == {"investigating"}
        assert questions
        self.published = Published(
            force=self.evidence.force,
            framework=self.evidence.framework,
            inspection=self.evidence.inspection,
            source=work,
            grades={"investigating": "good"},
            **dict.fromkeys(("areas_for_improvement", "causes_of_concern", "innovative_practice"), ()),
        )
        judged = {"published": "good", "urls": [f"{words}."], "evidence": "one.yaml"}
        told = dict.fromkeys(("force", "cycle", "account", "basis", "note"), f"{words}.")
        self.accounts = CodedAccounts(
            file=f"{words}.",
            accounts={
                "title": f"{words}.",
                "yardsticks": [{"title": f"{words}.", "exact": {"met": 1, "of": 2}}],
                "accounts": [
                    {"id": question, "core_question": question, **judged, **told}
                    for question in ("investigating", "organised-crime")
                ],
            },
            evidence=(self.evidence, self.evidence),
        )
        lighter = self.evidence.model_copy(update={"findings": self.evidence.findings[2:]})
        self.codings = [(f"{words}.", self.assessment), (f"{words}.", peelrules.grade(lighter, self.rulebook))]
        self.sensitivity = peelrules.sensitivity(self.evidence, self.rulebook, draws=5)

    @cached_property
    def outlines(self):
        return [list(blocks) for blocks in self._outlines()]

    def _outlines(self):
        a, book = self.assessment, self.rulebook
        yield from (
            explanations.why(a.judgment(q), peelrules.explain(a, q, full=True), True) for q in ("investigating",)
        )
        yield explanations.why_not(peelrules.why_not(a, "offenders", "good"), True)
        yield explanations.led_to(a.finding["A-3"], peelrules.led_to(a, "A-3"), a, True)
        yield explanations.path(peelrules.path(a, "investigating", "outstanding", book), a)
        yield differences.of(peelrules.whatif(self.evidence, book, [peelrules.Drop(finding="A-2")]))
        yield differences.comparison(peelrules.compare(a, self.published), a)
        yield as_sensitivity.of(self.sensitivity, a, True)
        yield as_audit.of(audit([(a, self.published)], 0.5, 3), a, 20)
        yield as_accounts.of(peelrules.accounts([self.accounts], book))
        yield as_agreement.of(peelrules.agreement(self.codings, book), True)
        yield rulebooks.page(describe_rulebook(book, a))
        yield rulebooks.rule(describe_rule(book, book.rules[0].id, a))
        pages = peelrules.characteristics(book)
        yield characteristics.listed(pages)
        yield characteristics.page(pages[0])
        yield rulebooks.changes(diff(peelrules.load_rulebook(), book, ()))

    @property
    def html(self):
        return render([ForceReport(self.assessment, self.sensitivity)], self.rulebook)

    @property
    def html_of_codings(self):
        return render([ForceReport(each, coder=coder) for coder, each in self.codings], self.rulebook)


@pytest.fixture(scope="module")
def everything(rulebook):
    return {kind: Everything(words, rulebook) for kind, words in (("good", "Words"), ("bad", MIXED))}


# -- the one place where it is decided what text is -------------------------------------------------


@pytest.mark.parametrize("unseen", UNSEEN + BREAKS)
def test_what_cannot_be_seen_is_shown_by_its_name(unseen):
    shown = plain(f"a{unseen}b")
    is_only_text(shown)
    assert "\n" not in shown
    assert shown.encode("ascii").decode("unicode_escape") == f"a{unseen}b"


def test_what_can_be_seen_stays():
    assert plain(SEEN) == folded(SEEN) == in_json(SEEN) == SEEN


@given(st.text())
def test_any_text_is_one_line_of_text(words):
    for shown in (plain(words), folded(words)):
        is_only_text(shown)
        assert "\n" not in shown
        assert plain(shown) == shown


@pytest.mark.parametrize("end", BREAKS)
def test_a_text_that_goes_on_in_another_line_is_folded(end):
    assert folded(f" a  b {end} {end}c{end}") == "a  b c"


@given(st.text(st.characters()))
def test_json_stays_what_it_says(words):
    written = as_json.dumped({"words": words})
    is_only_text(written)
    assert json.loads(written) == {"words": words}


def test_lone_surrogates_are_written_as_json_has_them(run, tmp_path, monkeypatch):  # noqa: ARG001
    from peelrules.cli import streams

    streams.deliver(as_json.dumped(["\ud800", "\udcff"]), tmp_path / "result")
    assert json.loads((tmp_path / "result").read_text(encoding="utf-8")) == ["\ud800", "\udcff"]


def test_quoted_words_are_cut():
    assert with_short_quotes(f"there is no `{'x' * 500}`; did you mean `y`?") == (
        f"there is no `{'x' * 79}…`; did you mean `y`?"
    )
    assert cut("x" * 80) == "x" * 80


@pytest.mark.parametrize("words", WORDS)
def test_a_problem_is_one_line_of_text(words):
    for file, message in ((words, "m"), ("f", f"there is no `{words}`")):
        is_only_text(str(Problem(file, 1, 2, message)))
        assert "\n" not in str(Problem(file, 1, 2, message))


# -- every format -----------------------------------------------------------------------------------


@pytest.mark.slow
def test_text_is_only_text(everything):
    for width in (40, 80):
        is_only_text(peelrules.text_report(everything["bad"].assessment, width))
    for blocks in everything["bad"].outlines:
        is_only_text(outline.text(blocks, 60))


def test_colours_are_the_only_commands_to_a_terminal(everything):
    shown = outline.text(judgments.of([everything["bad"].assessment], full=False), 80, colour=True)
    is_only_text(re.sub(r"\x1b\[[0-9;]*m", "", shown))
    assert "\x1b" in shown


@pytest.mark.slow
def test_markdown_has_the_shape_that_it_has_with_plain_words(everything):
    pages = {
        kind: [peelrules.markdown_report(each.assessment), *map(outline.markdown, each.outlines)]
        for kind, each in everything.items()
    }
    for bad, good in zip(pages["bad"], pages["good"], strict=True):
        is_only_text(bad)
        assert outline_of(bad) == outline_of(good)
        is_inert_markdown(bad)


@pytest.mark.parametrize("words", WORDS)
def test_no_word_shapes_markdown_wherever_it_stands(words):
    def page(words):
        return outline.markdown(
            [
                outline.Heading(words),
                outline.Item(words, [outline.Item(words)]),
                outline.Grid([words], [[words], ["x"]]),
            ]
        )

    is_only_text(page(words))
    assert outline_of(page(words)) == outline_of(page("Words"))
    is_inert_markdown(page(words))


def is_inert_markdown(page):
    for token in MARKDOWN.parse(page):
        assert token.type not in ("html_block", "code_block", "fence", "hr", "ordered_list_open")
        for child in token.children or ():
            assert child.type in ("text", "strong_open", "strong_close", "em_open", "em_close", "html_inline")
            assert child.type != "html_inline" or child.content == "<!-- -->"
            assert child.type != "text" or not LINKED.search(child.content)


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.org/a-report?page=1", True),
        ("javascript:alert(1)", False),
        ("https://example.org/>x", False),
        ("https://example.org/ x", False),
        ("data:text/html,x", False),
        ("https://user@example.org", False),
        ("https://example.org\u202e", False),
    ],
)
def test_only_addresses_of_pages_are_links(url, is_link):
    evidence = evidence_of(finding("A-1", "offenders.bail"))
    work = {"title": "T", "publisher": "P", "url": url}
    evidence = type(evidence).model_validate(evidence.model_dump() | {"sources": {"report": work}})
    page = peelrules.markdown_report(peelrules.grade(evidence, peelrules.load_rulebook()))
    links = [child.attrs["href"] for token in MARKDOWN.parse(page) for child in token.children or () if child.attrs]
    assert links == ([url] if is_link else [])


@pytest.mark.parametrize("table", as_csv.TABLES)
def test_csv_has_the_cells_that_it_has_with_plain_words_and_no_formula(everything, table):
    rows = {k: list(csv.reader(io.StringIO(as_csv.render([e.assessment], table)))) for k, e in everything.items()}
    assert [len(row) for row in rows["bad"]] == [len(row) for row in rows["good"]]
    for cell in (cell for row in rows["bad"] for cell in row):
        is_only_text(cell)
        assert "\n" not in cell
        assert normalize("NFKC", cell.lstrip())[:1] not in set("=+-@")


@pytest.mark.parametrize("words", [w for w in WORDS if w.strip()])
def test_a_cell_of_csv_tells_what_its_words_were(words):
    evidence = evidence_of(finding("A-1", "offenders.bail", note=words))
    [row] = csv.DictReader(
        io.StringIO(as_csv.render([peelrules.grade(evidence, peelrules.load_rulebook())], "findings"))
    )
    assert row["id"] == "A-1"
    assert row["note"].removeprefix("'") in (folded(words.strip()), folded(words.strip()).removeprefix("'"))
    assert normalize("NFKC", row["note"])[:1] not in set("=+-@")


def test_json_is_only_text_and_the_same_data(everything):
    written = as_json.render([everything["bad"].assessment])
    is_only_text(written)
    assert peelrules.Assessment.model_validate_json(written) == everything["bad"].assessment


@pytest.mark.parametrize("page", ["html", "html_of_codings"])
def test_html_has_the_elements_that_it_has_with_plain_words(everything, page):
    written = getattr(everything["bad"], page)
    is_only_text(written)
    bad, good = Page(written), Page(getattr(everything["good"], page))
    is_sound(bad)
    assert [tag for tag, _ in bad.elements] == [tag for tag, _ in good.elements]
    assert [list(attributes) for _, attributes in bad.elements] == [list(attributes) for _, attributes in good.elements]


def remark(file, message):
    return Remark.at("PR001", Problem(file, 1, 2, message))


@pytest.mark.parametrize("words", WORDS)
def test_remarks_of_checks_are_one_line_each(words):
    report = Report.of([words], [remark(words, words), remark("file", f"`{words}`")])
    told = checks.text(report)
    is_only_text(told)
    assert len(told.splitlines()) == 3
    for line in checks.github(report).splitlines():
        is_only_text(line)
        assert re.fullmatch(r"::error file=[^:,]*,title=PR001,line=1,col=2::.*", line)
    assert len(checks.github(report).splitlines()) == 2
    written = sarif.render(report)
    is_only_text(written)
    for result in json.loads(written)["runs"][0]["results"]:
        assert not re.search(r"(?<!\\)\]\(", result["message"]["text"])
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].isascii()


def test_names_of_files_that_are_no_text_can_be_told_of():
    report = Report.of(["a\udcff"], [remark("a\udcff", "x")])
    assert "a\\udcff" in checks.text(report)
    assert "a\\udcff" in checks.github(report)
    assert '"uri": "a%FF"' in sarif.render(report)


@pytest.mark.parametrize("words", [w for w in WORDS if "\0" not in w])
def test_wrong_usage_is_one_line_of_text(run, words):
    for arguments in (["grade", words], ["grade", f"--{words}"], ["whatif", "x", f"--{words}"], [f"x{words}"]):
        code, _, err = run(*arguments)
        assert code in (1, 2)
        is_only_text(err)
        assert len(err.splitlines()) == 1
