"""The HTML report: that it is sound and complete, and that nothing in the evidence can make it anything else."""

import re
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import bundled, evidence_of, evidences, finding, rulebook_of, tries

import peelrules
from peelrules.insight.changes import SetBound, changed_rules
from peelrules.insight.tables import decision_table
from peelrules.model.framework import Work
from peelrules.model.scales import Direction, Grade, Seriousness
from peelrules.model.sensitivity import (
    Chance,
    Firmness,
    Gap,
    Interval,
    Omission,
    Recoding,
    Sensitivity,
    Shift,
    Threshold,
)
from peelrules.report import tables
from peelrules.report.html import ForceReport, bars, render
from peelrules.report.lifting import lifted

ROOT = Path(__file__).parents[2]
LANCASHIRE = ROOT / "evidence/lancashire.yaml"
PUBLISHED = ROOT / "evidence/published/lancashire.yaml"
ACCOUNTS = ROOT / "rules/peel-2021-22/cases/published/accounts"
VOID = {"meta", "link", "br", "input"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7 * 7 }}</title></style>&amp;"


class Page(HTMLParser):
    """What a test wants to know of a page. Tags that do not close as they opened are refused."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.open, self.words = [], [], ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        assert len(dict(attributes)) == len(attributes)
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += f" {data}"  # what stands in two elements does not run together

    def all(self, name):
        return [attributes[name] for _, attributes in self.elements if name in attributes]

    def tags(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def headings(self):
        return [int(tag[1]) for tag, _ in self.elements if re.fullmatch(r"h[1-6]", tag)]


def is_sound(page):
    """Anchors are unique, whatever is named is there, headings skip no level, and nothing comes from outside."""
    ids = page.all("id")
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    links = page.all("href")
    assert [link for link in links if not link.startswith(("#", "data:"))] == []
    assert {link[1:] for link in links if link.startswith("#")} - set(ids) == set()
    assert {name for names in page.all("aria-labelledby") for name in names.split()} - set(ids) == set()
    assert set(page.all("data-to")) - set(ids) == set()
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(page.headings))
    assert page.all("src") == page.all("style") == []
    assert [name for _, attributes in page.elements for name in attributes if name.startswith("on")] == []


def sensitivity_of(assessment, rulebook):
    """A sensitivity in which something is told of everything."""
    shift = Shift(core_question="investigating", before=Grade.ADEQUATE, after=None)
    some = assessment.findings[0].id
    return Sensitivity(
        force=assessment.force,
        inspection=assessment.inspection,
        rulebook=assessment.rulebook,
        seed=1,
        draws=2000,
        notch=0.1,
        questions=tuple(
            Firmness(
                core_question=j.core_question,
                name=j.name,
                grade=j.grade,
                stands=0.874,
                runner_up=Grade.ADEQUATE,
                sampling=(Chance(grade=Grade.GOOD, share=0.9), Chance(grade=None, share=0.1)),
                coding=(Chance(grade=Grade.GOOD, share=0.998), Chance(grade=Grade.INADEQUATE, share=0.002)),
                pivotal=tuple(
                    Recoding(finding=f.id, field="state", coded="open", instead="improving", grade=None)
                    for f in assessment.findings[:7]
                ),
                omissions=(Omission(kind="section", name="A section", findings=9, grade=Grade.INADEQUATE),),
                worst=Grade.INADEQUATE,
                best=Grade.GOOD,
                gaps=tuple(
                    Gap(
                        characteristic=c.characteristic,
                        title=c.title,
                        if_not_demonstrated=j.ceiling,
                        if_exceeded=j.ceiling,
                        grades_left=2,
                        at_best=1,
                    )
                    for c in assessment.characteristics
                    if c.core_question == j.core_question and c.status is None
                ),
                narrows=True,
                matter_most=(some,),
            )
            for j in assessment.judgments
            if j.ceiling is not None
        ),
        samples=tuple(
            Interval(finding=f.id, failing=f.coded.sample.failing, low=0.01, high=0.99)
            for f in assessment.findings
            if f.coded.sample is not None
        ),
        thresholds=tuple(
            Threshold(
                rule=rule.id,
                field="failing",
                title="cases that fall short",
                comparator="above",
                value=0.1,
                lowest=None,
                highest=0.25,
                includes_lowest=True,
                includes_highest=False,
                below=(),
                above=(shift,),
            )
            for rule in rulebook.rules
            if rule.id == "sample.above-a-tenth-some"
        ),
    )


@pytest.fixture(scope="module")
def full(assessment, rulebook):
    """Everything that can be told of Lancashire."""
    return ForceReport(
        assessment=assessment,
        sensitivity=sensitivity_of(assessment, rulebook),
        paths=(
            peelrules.path(assessment, "investigating", "adequate", rulebook),
            peelrules.path(assessment, "resources", "outstanding", rulebook),
        ),
        comparison=peelrules.compare(assessment, peelrules.load_published(PUBLISHED, rulebook)),
    )


@pytest.fixture(scope="module")
def written(full, rulebook):
    return render([full], rulebook)


@pytest.fixture(scope="module")
def page(written):
    return Page(written)


def test_the_page_about_one_force_is_sound(page):
    is_sound(page)


@tries(12)
@given(evidences())
def test_the_page_about_any_evidence_is_sound_and_has_every_finding_once(body):
    page = Page(render([ForceReport(peelrules.grade(body, bundled()))], bundled()))
    is_sound(page)
    assert len(page.all("data-d")) == len(body.findings)
    assert {f"finding-{each.id}" for each in body.findings} <= set(page.all("id"))


@tries(12)
@given(st.lists(st.sampled_from(["A", "a ", "A 2", "a-2", "Ä", "名", "A--2", "rules", "main"]), min_size=2, max_size=5))
def test_anchors_are_unique_whatever_forces_are_called(names):
    found = finding("F-01", "offenders.bail")
    reports = [ForceReport(peelrules.grade(evidence_of(found, force=name), bundled())) for name in names]
    page = Page(render(reports, bundled()))
    is_sound(page)
    assert len(page.all("data-force")) == len(names)


def test_everything_about_several_forces_is_sound_too(full, rulebook):
    page = Page(render([full, full], rulebook))
    is_sound(page)
    several = {f"lancashire-constabulary-peel-2021-22-{coding}--force" for coding in ("coding", "coding-2")}
    assert several | {"codings-1"} <= set(page.all("id"))
    assert "Of 16 judgments with both grades, 16 are the same" in page.words


@tries(6)
@given(st.lists(evidences(), min_size=2, max_size=3), st.sampled_from(["A", "b--c", HOSTILE]))
def test_codings_of_one_inspection_are_held_side_by_side_and_each_difference_is_told(bodies, coder):
    reports = [ForceReport(peelrules.grade(evidence_of(*each.findings), bundled()), coder=coder) for each in bodies]
    page = Page(render(reports, bundled()))
    is_sound(page)
    [panel] = peelrules.agreement([(report.coder, report.assessment) for report in reports]).panels
    told = " ".join(page.words.split())
    assert told.count("all coders come to the same") == all(question.alike for question in panel.questions)
    titles = {each.characteristic: each.title for each in panel.characteristics}
    for each in panel.disagreements:
        assert f"{titles[each.characteristic]} (" in told
    for name in panel.codings:
        assert f"({' '.join(name.split())})" in told


def test_the_words_of_a_list_stand_apart(written):
    assert re.search("</a>, <a", written)
    assert re.search("</a>[,;]<a", written) is None


def test_only_its_own_style_and_script_may_run(written, page):
    [policy] = [meta["content"] for meta in page.tags("meta") if "http-equiv" in meta]
    for tag in ("style", "script"):
        [inline] = re.findall(rf"<{tag}>(.*?)</{tag}>", written, re.DOTALL)
        assert f"{tag}-src 'sha256-{b64encode(sha256(inline.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http:" not in written
    assert "https:" not in written


def test_nothing_in_the_evidence_becomes_markup(rulebook):
    coded = {
        "finding": HOSTILE,
        "note": HOSTILE,
        "source": {"document": "report", "section": HOSTILE, "paragraph": HOSTILE},
        "strand": HOSTILE,
    }
    strands = {**rulebook.framework.strands, HOSTILE: HOSTILE}
    rulebook = rulebook_of(*rulebook.rules, framework=rulebook.framework.model_copy(update={"strands": strands}))
    body = evidence_of(
        finding("F-01", "offenders.bail", innovative=True, **coded),
        finding(
            "F-02",
            "offenders.bail",
            "offenders.orders",
            direction=Direction.SHORTFALL,
            seriousness=Seriousness.CRITICAL,
            extent="widespread",
            recommendation=HOSTILE,
            **coded,
        ),
        force=HOSTILE,
    )
    work = Work(title=HOSTILE, publisher=HOSTILE, published=HOSTILE)
    body = body.model_copy(update={"inspection": HOSTILE, "sources": {"report": work}})
    report = ForceReport(peelrules.grade(body, rulebook))
    assert report.assessment.causes_of_concern
    for reports in ([report], [report, report]):
        page = Page(render(reports, rulebook))
        is_sound(page)
        assert len(page.tags("script")) == 1
        assert page.tags("img") == []
        assert page.words.count(HOSTILE) >= 8 * len(reports)


def test_it_says_that_it_is_indicative_and_by_which_rules_from_what(page, assessment):
    book = assessment.rulebook
    assert "Indicative, not official." in page.words
    assert f"Rulebook {book.id} {book.version} ({book.hash})" in page.words
    assert "An inspection of Lancashire Constabulary (HMICFRS, published 2022-10-01)" in page.words


def test_every_question_characteristic_finding_and_rule_has_its_anchor(page, assessment):
    wanted = {f"question-{j.core_question}" for j in assessment.judgments}
    wanted |= {f"characteristic-{c}" for c in assessment.characteristic}
    wanted |= {f"finding-{f}" for f in assessment.finding}
    wanted |= {f"rule-{r}" for r in assessment.rule}
    assert wanted - set(page.all("id")) == set()


def test_questions_without_evidence_are_told_in_one_line(written, assessment):
    bare = [j.name for j in assessment.judgments if j.reporting == "graded" and not j.coverage.assessed]
    assert bare == ["Recording data about crime"]
    [line] = re.findall(r"Left out here, for there is no evidence on them: (.*?)</p>", written)
    assert "Recording data about crime" in line
    assert "Responding to the public" not in line
    assert 'id="title-crime-recording"' not in written
    assert 'id="title-responding"' in written


@pytest.mark.parametrize("anchor", ["glance", "firm", "questions"])
def test_only_the_questions_asked_for_are_told(assessment, rulebook, anchor):
    report = ForceReport(assessment, sensitivity_of(assessment, rulebook), questions={"investigating"})
    page = render([report], rulebook)
    is_sound(Page(page))
    section = page.split(f'id="{anchor}"')[1].split("<h2")[0]
    rows = re.findall(r'<th scope="row">.*?<a href="#question-([a-z-]+)"', section)
    assert (re.findall(r'id="title-([a-z-]+)"', section) or rows) == ["investigating"]
    [line] = re.findall(r"Left out here, for they were not asked for: (.*?)</p>", section, re.DOTALL)
    names = re.sub(r"<.*?>", "", line).rstrip(".").split("; ")
    assert names == [j.name for j in assessment.judgments if j.core_question != "investigating"]


def test_only_the_samples_on_questions_asked_for_are_told(assessment, rulebook):
    page = render([ForceReport(assessment, questions={"investigating"})], rulebook)
    section = page.split('id="samples"')[1].split("<h2")[0]
    told = re.findall(r"<title>([A-Z]+-[0-9]+): [0-9.]+% fall short", section)
    bearing = {f.id for f in assessment.findings if f.coded.sample and "investigating." in " ".join(f.coded.bears_on)}
    assert told
    assert set(told) == bearing
    assert "Left out here, for they were not asked for" in section


def test_nothing_is_left_out_unless_questions_are_asked_for(written):
    assert "they were not asked for" not in written


def test_the_way_to_the_next_grade_and_to_good_is_told(assessment, rulebook):
    paths = lifted(assessment, assessment.judgment("investigating"), rulebook)
    page = render([ForceReport(assessment, paths=paths)], rulebook)
    assert re.findall(r"What would make it ([a-z ]+)", page) == ["adequate", "good"]


def test_gaps_are_named_outside_whatever_is_folded(written, assessment):
    unfolded = re.sub(r"<details.*?</details>", "", written, flags=re.DOTALL)
    told = {j.core_question for j in assessment.judgments if j.coverage.assessed}
    gaps = [c.characteristic for c in assessment.characteristics if c.status is None and c.core_question in told]
    assert gaps
    assert [gap for gap in gaps if f'<a href="#characteristic-{gap}">' not in unfolded] == []
    assert "<li><b>No evidence:</b> Recording data about crime</li>" in unfolded


def test_the_grades_stand_in_their_columns(written, assessment):
    table = re.search(r'<table class="judgments">.*?</table>', written, re.DOTALL)[0]
    columns = dict(re.findall(r'<td data-grade="(.*?)".*?>(.*?)</td>', table, re.DOTALL))
    assert list(columns) == ["Outstanding", "Good", "Adequate", "Requires improvement", "Inadequate"]
    found = {grade: re.findall(r'href="#question-(.*?)"', cell) for grade, cell in columns.items()}
    assert found == {
        str(grade).capitalize(): [j.core_question for j in assessment.judgments if j.grade is grade]
        for grade in sorted(Grade, reverse=True)
    }


@pytest.mark.parametrize(
    "told",
    [
        "87% of the draws lead to the same grade, of samples or of coding",
        "whichever is less. The others lead most often to adequate.",
        "good over 99%, inadequate under 1%",
        "state improving instead of open: no grade",
        "Missing people are looked for according to risk would tell most: 1 to 2 grades would then be left.",
        "What matters most: INV-01",
        "Without the section A section (9 findings): inadequate",
        "What would make it adequate",
        "Cannot be reached by remedying findings alone: 5 characteristics need exceptional evidence.",
        "21 of 35 met the standard; 40% fall short (1% to 99%). Shortfall, frequent.",
        "cases that fall short above 10% any below 25% above: Investigating crime adequate → no grade",
        "Areas for improvement: 6 in both; 0 published and not raised by the rules",
        "Half or more of the service characteristics are not demonstrated 3 of 6 service",
    ],
)
def test_what_is_known_is_told(page, told):
    assert told in " ".join(page.words.split())


def test_it_shows_how_findings_are_weighed(page, rulebook):
    shown = " ".join(page.words.split())
    section = shown[shown.rindex("How findings are weighed") :]
    for block in decision_table(rulebook, "gravity").blocks:
        assert tables.where(block) in section
        for line in tables.rows(block):
            assert " ".join(line) in section


def test_the_bounds_of_the_samples_are_those_of_the_rules(lancashire, rulebook):
    bound = SetBound(rule="sample.half-widespread", field="failing", comparator="at_least", value=0.61)
    other = changed_rules(rulebook, [bound])
    page = render([ForceReport(peelrules.grade(lancashire, other))], other)
    assert "at least 61%: widespread" in page
    assert 'x1="61.0%"' in page
    assert "at least 50%: widespread" not in page


def test_recorded_crime_is_held_against_bounds_of_its_own(rulebook):
    sample = {"share": 0.924, "margin": 0.01}
    found = finding("F-01", "crime-recording.all-crime", sample=sample)
    page = render([ForceReport(peelrules.grade(evidence_of(found), rulebook))], rulebook)
    assert "above 5%: shortfall" in page
    assert "above 15%: widespread" in page


def test_the_same_gives_the_same(full, rulebook, written):
    assert render([full], rulebook) == written


def test_no_assessment_and_another_rulebook_are_refused(full, rulebook):
    with pytest.raises(ValueError, match="no assessment"):
        render([], rulebook)
    bound = SetBound(rule="sample.half-widespread", field="failing", comparator="at_least", value=0.61)
    with pytest.raises(ValueError, match="Lancashire Constabulary was made with"):
        render([full], changed_rules(rulebook, [bound]))


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=6))
def test_the_parts_of_a_bar_lie_side_by_side_and_fill_it(shares):
    bar = bars.chances([Chance(grade=grade, share=share) for grade, share in zip([*Grade, None], shares, strict=False)])
    assert bar[0].begins == 0
    assert sum(part.width for part in bar) == pytest.approx(100, abs=0.05)
    for before, after in pairwise(bar):
        assert before.begins + before.width == pytest.approx(after.begins, abs=0.02)


@given(st.floats(0, 1))
def test_nothing_and_everything_are_said_only_of_nothing_and_everything(share):
    assert (bars.percent(share) == "0%") == (share == 0)
    assert (bars.percent(share) == "100%") == (share == 1)


def test_the_command_writes_the_report_of_one_force(run, tmp_path):
    target = tmp_path / "report.html"
    code, out, err = run("report", LANCASHIRE, "--published", PUBLISHED, "--no-paths", "-o", target)
    assert (code, out, err) == (0, "", "")
    page = Page(target.read_text(encoding="utf-8"))
    is_sound(page)
    assert "How firm the grades are" in page.words
    assert "Beside what was published" in page.words


@pytest.mark.slow
def test_the_report_from_python_is_what_the_command_writes(run, tmp_path, rulebook):
    page, file = tmp_path / "page.html", ACCOUNTS / "h32-nottinghamshire-investigating.yaml"
    graded = peelrules.grade(peelrules.load_evidence(file, rulebook), rulebook)
    graded = peelrules.in_context(graded, peelrules.load_national(rulebook))
    assert run("report", file, "-o", page)[:2] == (0, "")
    told = []
    assert peelrules.html_report(graded, begin=told.append) == page.read_text(encoding="utf-8")
    assert len(told) == 1 + len(rulebook.framework.core_questions)
    assert run("report", file, file, "-o", page)[:2] == (0, "")
    both = peelrules.html_report([graded, graded], rulebook, coders=[file.stem, file.stem])
    assert both == page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_report_from_python_is_set_beside_what_was_published_about_it(rulebook):
    evidence = peelrules.load_evidence(ACCOUNTS / "h32-nottinghamshire-investigating.yaml", rulebook)
    graded = peelrules.grade(evidence, rulebook)
    published = peelrules.load_published(ROOT / "evidence/published/nottinghamshire-2021-22.yaml", rulebook)
    others = published.model_copy(update={"force": "Anyshire Police"})

    def words(*outcomes):
        return Page(peelrules.html_report(graded, rulebook, published=outcomes, paths=False)).words

    assert "Beside what was published" in words(others, published)
    assert "Beside what was published" not in words(others)
    with pytest.raises(peelrules.ArgumentError, match="more than one published outcome is given for Nottingham"):
        words(published, published)
    with pytest.raises(peelrules.ArgumentError, match="there is no assessment to report"):
        peelrules.html_report([])


def test_without_a_name_the_report_is_named_after_the_evidence(run, evidence, tmp_path, monkeypatch):
    found = evidence()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    target = tmp_path / "here/one.report.html"
    for _ in range(2):  # over an older report
        assert run("report", found) == (0, "", "The report is in one.report.html.\n")
    is_sound(Page(target.read_text(encoding="utf-8")))
    for other in ("My own page.", ""):
        target.write_text(other)
        code, out, err = run("report", found)
        assert (code, out) == (2, "")
        assert "one.report.html is there, and is not a report of peelrules; name another file with -o" in err
        assert target.read_text() == other
    assert [path.name for path in Path.cwd().iterdir()] == [target.name]


def test_a_report_of_several_and_of_standard_input_has_a_name_as_well(run, evidence, tmp_path, monkeypatch):
    found = evidence()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    said = "The report is in report.html.\n"
    assert run("report", "-", stdin=found.read_text(encoding="utf-8")) == (0, "", said)
    assert run("report", found, found) == (0, "", said)
    assert [path.name for path in Path.cwd().iterdir()] == ["report.html"]


def test_a_dash_writes_the_report_to_standard_output(run, evidence, tmp_path, monkeypatch):
    found = evidence()
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    code, out, err = run("report", found, "-o", "-")
    assert (code, err) == (0, "")
    is_sound(Page(out))
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.slow
def test_what_was_published_about_others_is_wrong_usage(run, tmp_path):
    other = tmp_path / "other.yaml"
    text = PUBLISHED.read_text(encoding="utf-8")
    other.write_text(text.replace("Lancashire Constabulary", "Another Police"), encoding="utf-8")
    code, out, err = run("report", LANCASHIRE, "--published", other, "--no-paths")
    assert (code, out) == (2, "")
    assert "nothing in it is about the evidence given" in " ".join(err.replace("│", " ").split())


def test_a_question_without_a_grade_is_not_called_firm(rulebook):
    found = finding("F-01", "offenders.bail")
    assessment = peelrules.grade(evidence_of(found), rulebook)
    report = ForceReport(assessment, sensitivity_of(assessment, rulebook))
    words = " ".join(Page(render([report], rulebook)).words.split())
    assert "Not graded: not enough evidence: 1 of 10 characteristics are assessed; no better than good on" in words
    assert "There is no grade that could be firm." in words
    assert "87% of the draws lead to the same grade" not in words
