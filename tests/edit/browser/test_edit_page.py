"""The page in headless Chromium, driven by Playwright, before the real server. Skipped where either is missing."""

import re
import subprocess
import sys
from typing import NamedTuple

import pytest
from chromium import ARGUMENTS, CHROMIUM, MISSING

import peelrules

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
expect = sync_api.expect

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason=MISSING)]
WIDTHS = [360, 768, 1024, 1440]


class Served(NamedTuple):
    process: subprocess.Popen
    address: str


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def serve():
    """Starts the command, as often as it is called."""
    processes = []

    def serve(*arguments, folder):
        command = [sys.executable, "-m", "peelrules", "edit", *map(str, arguments), "--no-browser"]
        process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)  # noqa: S603
        processes.append(process)
        told = iter(process.stderr.readline, "")
        return Served(process, next(line.strip() for line in told if line.startswith("http")))

    yield serve
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def opened(browser):
    """Opens a page; whatever the browser complains of, but for a server that was stopped, fails the test."""
    contexts, complaints = [], []

    def opened(address, context=None, **options):
        if context is None:
            context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
            contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        host = re.match(r"http://[^/]+/", address)[0]
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith(host) else complaints.append(request.url))
        page.goto(address)
        page.wait_for_selector("[data-ready]")
        return page

    yield opened
    for context in contexts:
        context.close()
    meant = re.compile("ERR_(CONNECTION_(REFUSED|RESET)|EMPTY_RESPONSE|BLOCKED_BY_CLIENT)|status of 409")
    assert [text for text in complaints if not meant.search(text)] == []


@pytest.fixture
def page(serve, opened, file):
    return opened(serve(file, folder=file.parent).address)


def is_kept(page):
    """Waits until what was changed is in the draft."""
    expect(page.locator("#state")).to_have_text(re.compile("kept in a draft|saved"))


def is_graded(page):
    """Waits until the grades are of what is there."""
    expect(page.locator("#grades .head .meta")).to_have_text("up to date")


class Keyboard:
    """Somebody with a keyboard and nothing else."""

    def __init__(self, page):
        self.page = page

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text):
        self.page.keyboard.type(text)

    @property
    def at(self):
        """The label of what has the focus; of a radio button, the legend of its group and its own."""
        return self.page.evaluate(
            """() => {
              const at = document.activeElement;
              const group = at.type !== "radio" ? ""
                : at.closest("fieldset").querySelector("legend").textContent + ": ";
              const own = at.getAttribute("aria-label") ?? at.labels?.[0]?.firstChild?.textContent ?? at.textContent;
              return group + own.trim();
            }"""
        )

    def tab_to(self, label):
        for _ in range(60):
            if self.at.startswith(label):
                return self
            self.press("Tab")
        raise AssertionError(f"{label} was not come to; at {self.at}")

    def choose(self, legend, level):
        """Choose a level: Space takes the first, arrows go on from there."""
        self.tab_to(f"{legend}: ")
        self.press("Space")
        for _ in range(6):
            if self.at == f"{legend}: {level}":
                return
            self.press("ArrowDown")
        raise AssertionError(f"there is no {level}")


FINDINGS = [
    ("Emergency calls are answered in time.", "calls answered", "Strength", {}),
    ('Call handlers ranked #3 of 43: "quick", it\'s said.', "callers advice", "Strength", {}),
    ("Risk is assessed in a structured way, but often not written down.", "risk call", "Shortfall", {}),
    ("Repeat callers are recognised.", "repeat", "Strength", {}),
    ("Of 40 cases audited, 18 were attended in time.", "attend", "Counted sample", {"met": "18", "of": "40"}),
    ("Delays are looked at again.", "delay", "Shortfall", {}),
    ("Demand is known.", "demand", "Strength", {}),
    ("Scenes are kept.", "evidence", "Strength", {}),
    ("An estimated 85.2% of crimes get a plan.", "supervis", "Estimated share", {"share": "85.2%", "of": "183"}),
    ("Officers have what they need.", "officers", "Strength", {}),
    ("Staff are supported.", "wellbeing", "Shortfall", {}),
    ("Vulnerable people are recognised.", "vulnerab", "Strength", {}),
]
LEVELS = {"Seriousness": "Moderate", "Extent": "Frequent", "State": "Open"}


def test_twelve_findings_from_an_empty_page_to_a_grade_with_the_keyboard_alone(serve, opened, tmp_path, rulebook):
    page = opened(serve(folder=tmp_path).address)
    keyboard = Keyboard(page)
    keyboard.type("Anyshire Police")
    keyboard.tab_to("Source").type("PEEL 2021/22: an inspection")
    keyboard.tab_to("Publisher").type("HMICFRS")
    keyboard.tab_to("Responding to the public").press("Space")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Anyshire Police")).to_be_visible()
    for number, (words, typed, kind, counts) in enumerate(FINDINGS):
        keyboard.press("Control+Enter" if number else "n")
        expect(page.get_by_label("Finding", exact=True)).to_be_focused()
        expect(page.get_by_label("Finding", exact=True)).to_have_value("")
        keyboard.type(words)
        keyboard.press("Tab")
        assert keyboard.at == "Characteristics"
        keyboard.type(typed)
        keyboard.press("Enter")
        keyboard.choose("What it says", kind)
        for label, count in counts.items():
            names = {"met": "Cases that met", "of": "Cases looked at", "share": "Share that met"}
            keyboard.tab_to(names[label]).type(count)
        wanted = {"Shortfall": LEVELS, "Strength": {}}.get(kind, {k: v for k, v in LEVELS.items() if k != "Extent"})
        for legend, level in wanted.items():
            keyboard.choose(legend, level)
        if number == 0:
            keyboard.tab_to("Strand").type("fieldwork")
            keyboard.tab_to("Section").type("Responding to the public")
        keyboard.tab_to("Paragraph").type(str(number + 1))
    keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("anyshire-police.yaml: saved")
    is_graded(page)
    evidence = peelrules.load_evidence(tmp_path / "anyshire-police.yaml", rulebook)
    assert [finding.finding for finding in evidence.findings] == [words for words, *_ in FINDINGS]
    assert evidence.findings[8].sample.share == 0.852
    assert {finding.strand for finding in evidence.findings} == {"fieldwork"}
    judgments = peelrules.grade(evidence, rulebook).judgments
    graded = {j.core_question: str(j.grade) for j in judgments if j.grade is not None}
    assert list(graded) == ["responding"]
    expect(page.locator("summary[data-question=responding] .meta")).to_have_text(graded["responding"])


def test_only_what_was_changed_is_written_anew(page, file):
    before = file.read_text()
    page.get_by_label("Paragraph").fill("7")
    page.get_by_label("Shortfall").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    assert file.read_text() == before.replace("paragraph: 1}", 'paragraph: "7"}').replace(
        "direction: strength ", "direction: shortfall "
    )


def test_faults_stand_beside_the_field_they_are_about_and_the_list_leads_to_them(page):
    page.locator("#rows button").nth(1).click()
    page.get_by_label("Cases that met the standard").fill("21")
    field = page.get_by_label("Cases that met the standard")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".field", has=field).locator(".fault")).to_contain_text("21 of 20 cannot be")
    expect(page.locator("#rows button").nth(1)).to_contain_text("1 to mend")
    expect(page.locator("#count")).to_have_text("2 findings; 1 with something to mend")
    expect(page.locator("#grades")).to_contain_text("1 finding with something to mend is left out")
    page.get_by_label("With something to mend").check()
    expect(page.locator("#rows button")).to_have_count(1)
    field.fill("9")
    expect(page.locator("#rows button")).to_have_count(0)
    expect(page.locator("#count")).to_have_text("0 of 2 findings")


def test_grades_follow_each_change_and_what_moved_is_marked(serve, opened, lancashire_file, lancashire, rulebook):
    page = opened(serve(lancashire_file, folder=lancashire_file.parent).address)
    is_graded(page)
    page.get_by_label("Words").fill("VSA-10")
    page.locator("#rows button", has_text="VSA-10").click()
    summary = page.locator("summary[data-question=investigating]")
    expect(summary).to_contain_text("requires improvement")
    page.get_by_role("radio", name="Remedied").check()
    page.get_by_label("Words").fill("VSA-16")
    page.locator("#rows button", has_text="VSA-16").click()
    page.get_by_role("radio", name="Minor").check()
    is_kept(page)
    is_graded(page)
    findings = [
        f.model_copy(
            update={
                "VSA-10": {"state": type(f.state)("remedied") if f.state else None},
                "VSA-16": {"seriousness": type(f.seriousness)("minor") if f.seriousness else None},
            }.get(f.id, {})
        )
        for f in lancashire.findings
    ]
    after = peelrules.grade(lancashire.model_copy(update={"findings": tuple(findings)}), rulebook)
    grade = str(after.judgment("investigating").grade)
    expect(summary).to_contain_text(grade)
    if grade != "requires improvement":
        expect(summary).to_contain_text("was requires improvement")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(summary).to_contain_text("requires improvement")


def test_another_kind_keeps_what_belongs_to_it_and_drops_the_rest_in_one_step(page, file):
    before = file.read_text()
    page.locator("#rows button").nth(1).click()
    page.get_by_role("radio", name="Shortfall").check()
    expect(page.get_by_label("Cases looked at")).to_be_hidden()
    page.get_by_role("radio", name="Frequent").check()
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    changed = "direction: shortfall\n    seriousness: serious\n    extent: frequent"
    assert file.read_text() == before.replace("sample: {met: 9, of: 20}\n    seriousness: serious", changed)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Cases that met the standard")).to_have_value("9")
    page.get_by_role("radio", name="Estimated share").check()
    expect(page.get_by_label("Cases looked at")).to_have_value("20")
    page.get_by_label("Share that met the standard").fill("45%")
    page.get_by_label("Share that met the standard").press("Tab")
    expect(page.get_by_label("Share that met the standard")).to_have_value("0.45")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    assert file.read_text() == before.replace("sample: {met: 9, of: 20}", "sample: {share: 0.45, of: 20}")


def test_what_does_not_belong_there_is_removed(serve, opened, file):
    before = file.read_text()
    file.write_text(before.replace("strand: fieldwork\n", "strand: fieldwork\n    weight: 3\n"))
    page = opened(serve(file, folder=file.parent).address)
    page.get_by_role("button", name="Remove weight").click()
    expect(page.locator("#rows button").first).not_to_contain_text("to mend")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    assert file.read_text() == before


def test_a_question_without_a_grade_leads_to_a_finding_about_what_is_not_assessed(page):
    is_graded(page)
    expect(page.locator("#grades")).to_contain_text("A grade takes evidence on")
    page.get_by_role("button", name="Add a finding about: Attendance is timely").click()
    expect(page.get_by_label("Finding", exact=True)).to_be_focused()
    expect(page.locator(".chosen")).to_contain_text("Attendance is timely")
    expect(page.locator("#form-title")).to_have_text("RES-03")


def test_what_is_typed_is_undone_and_done_again(page):
    finding = page.get_by_label("Finding", exact=True)
    finding.fill("Calls wait.")
    is_kept(page)
    page.keyboard.press("Control+z")
    expect(finding).to_have_value("Calls are answered quickly.")
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    page.keyboard.press("Control+Shift+z")
    expect(finding).to_have_value("Calls wait.")


def test_a_finding_that_is_removed_comes_back(page):
    page.locator("#rows button").first.focus()
    page.keyboard.press("Delete")
    expect(page.locator("#rows button")).to_have_count(1)
    expect(page.locator("#form-title")).to_have_text("RES-02")
    page.keyboard.press("Control+z")
    expect(page.locator("#rows button")).to_have_count(2)
    expect(page.locator("#form-title")).to_have_text("RES-01")


def test_what_another_tab_changes_is_seen(serve, opened, file):
    address = serve(file, folder=file.parent).address
    first = opened(address)
    second = opened(address, first.context)
    first.get_by_label("Finding", exact=True).fill("Calls wait.")
    expect(second.get_by_label("Finding", exact=True)).to_have_value("Calls wait.")
    expect(second.locator("#notices")).to_contain_text("Changed in another tab")
    expect(second.locator("#rows button").first).to_contain_text("Calls wait.")


def test_of_two_tabs_that_change_the_same_the_second_is_asked(serve, opened, file):
    address = serve(file, folder=file.parent).address
    first = opened(address)
    second = opened(address, first.context)
    second.route("**/api/status", lambda route: route.abort("blockedbyclient"))  # it has not heard of the other yet
    second.route("**/api/document", lambda route: route.abort("blockedbyclient"))
    first.get_by_label("Paragraph").fill("7")
    is_kept(first)
    second.get_by_label("Paragraph").fill("8")
    notice = second.locator("#notices .notice", has_text="paragraph")
    expect(notice).to_contain_text("is now: 7")
    expect(notice).to_contain_text("You wrote: 8")
    expect(first.get_by_label("Paragraph")).to_have_value("7")
    notice.get_by_role("button", name="Use mine").click()
    expect(first.get_by_label("Paragraph")).to_have_value("8")


def changed_here_and_elsewhere(page, file):
    page.get_by_label("Paragraph").fill("7")
    is_kept(page)
    file.write_text(file.read_text().replace("Anyshire", "Otherton"))


def test_a_file_that_is_changed_elsewhere_is_noticed_and_can_be_taken(page, file):
    changed_here_and_elsewhere(page, file)
    notice = page.locator("#notices .notice", has_text="was changed elsewhere")
    expect(notice).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_contain_text("not saved")
    assert "Otherton" in file.read_text()
    notice.get_by_role("button", name="Show the difference").click()
    dialog = page.get_by_role("dialog", name="What is different")
    expect(dialog).to_contain_text("-force: Otherton Police")
    dialog.get_by_role("button", name="Take theirs").click()
    expect(page.get_by_role("heading", name="Otherton Police")).to_be_visible()
    expect(notice).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Paragraph")).to_have_value("7")


def test_mine_can_be_kept_over_what_was_changed_elsewhere(page, file):
    changed_here_and_elsewhere(page, file)
    page.locator("#notices").get_by_role("button", name="Keep mine").click()
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    assert 'paragraph: "7"' in file.read_text()
    assert "Anyshire" in file.read_text()


def test_words_of_the_browser_itself_are_words_like_any_other(serve, opened, file):
    file.write_text(file.read_text().replace("strength ", "toString ").replace("fieldwork", "constructor"))
    page = opened(serve(file, folder=file.parent).address)
    expect(page.get_by_label("Strand", exact=True).last).to_have_value("constructor")
    page.get_by_label("Strength").check()
    expect(page.locator("#state")).to_have_text("anyshire.yaml: not saved, kept in a draft")


def test_mine_is_not_kept_over_what_the_difference_did_not_show(page, file):
    changed_here_and_elsewhere(page, file)
    page.locator("#notices").get_by_role("button", name="Show the difference").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("-force: Otherton Police")
    file.write_text(theirs := file.read_text() + "# once more\n")
    dialog.get_by_role("button", name="Keep mine").click()
    expect(dialog).to_have_count(0)
    with page.expect_response("**/api/status"):
        pass
    expect(page.locator("#notices").get_by_role("button", name="Keep mine")).to_be_visible()
    assert file.read_text() == theirs


@pytest.mark.parametrize("after", [0, 120, 400])
def test_a_server_that_is_killed_loses_nothing(serve, opened, file, after):
    served = serve(file, folder=file.parent)
    page = opened(served.address)
    finding = page.get_by_label("Finding", exact=True)
    finding.fill("Calls wait.")
    is_kept(page)
    finding.fill("Calls wait for a minute.")
    page.wait_for_timeout(after)
    served.process.kill()
    notice = page.locator("#notices .notice", has_text="The server has stopped")
    expect(notice).to_contain_text("peelrules edit anyshire.yaml")
    draft = file.with_name(".anyshire.yaml.draft").read_text()
    if "Calls wait for a minute." not in draft:
        assert "Calls wait." in draft
        expect(notice).to_contain_text("Calls wait for a minute.")
    again = opened(serve(file, folder=file.parent).address)
    expect(again.locator("#notices")).to_contain_text("not saved were found, and are here again")
    kept = "Calls wait for a minute." if "for a minute" in draft else "Calls wait."
    expect(again.get_by_label("Finding", exact=True)).to_have_value(kept)
    again.get_by_role("button", name="Go on with them").click()
    expect(again.locator("#notices .notice")).to_have_count(0)


def test_a_draft_that_is_not_wanted_gives_way_to_the_file(serve, opened, file):
    served = serve(file, folder=file.parent)
    page = opened(served.address)
    page.get_by_label("Paragraph").fill("7")
    is_kept(page)
    served.process.kill()
    again = opened(serve(file, folder=file.parent).address)
    again.get_by_role("button", name="Take the file as it is").click()
    expect(again.get_by_label("Paragraph")).to_have_value("1")
    expect(again.locator("#state")).to_have_text("anyshire.yaml: saved")


def test_sources_are_described_and_added(page, file):
    page.get_by_role("button", name="The inspection and its sources").click()
    page.get_by_label("Published").fill("2022-10")
    page.get_by_label("Short name").fill("letter")
    page.get_by_label("Title").last.fill("A letter")
    page.get_by_label("Publisher").last.fill("HMICFRS")
    page.get_by_role("button", name="Add source").click()
    expect(page.get_by_role("group", name="Source letter")).to_be_visible()
    page.locator("#rows button").first.click()
    page.get_by_label("Source", exact=True).select_option("letter")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_have_text("anyshire.yaml: saved")
    text = file.read_text()
    assert "  letter: {title: A letter, publisher: HMICFRS}\n" in text
    assert "publisher: HMICFRS, published: 2022-10}   # not yet published" in text
    assert "source: {document: letter, section: Responding, paragraph: 1}" in text


def test_what_is_typed_before_a_new_finding_is_there_goes_into_it(page):
    page.locator("#rows button").first.focus()
    held = []
    page.route("**/api/change", lambda route: held.append(route))
    page.keyboard.press("n")
    page.keyboard.type("nine calls")
    page.wait_for_timeout(500)
    for route in held:
        route.continue_()
    page.unroute("**/api/change")
    expect(page.get_by_label("Finding", exact=True)).to_have_value("nine calls")
    expect(page.locator("#rows button")).to_have_count(3)


def test_a_key_that_is_held_down_makes_one_finding(page):
    page.locator("#rows button").first.focus()
    for _ in range(5):
        page.keyboard.down("n")  # each but the first repeats
    page.keyboard.up("n")
    expect(page.get_by_label("Finding", exact=True)).to_be_focused()
    expect(page.get_by_label("Finding", exact=True)).to_have_value(re.compile("^n{0,4}$"))
    expect(page.locator("#rows button")).to_have_count(3)


def test_single_keys_can_be_switched_off_and_do_nothing_within_fields(page):
    page.locator("#rows button").first.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys and guide")
    dialog.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.locator("#rows button").first.focus()
    page.keyboard.press("n")
    page.get_by_label("Section").press("End")
    page.keyboard.type("?njk")
    expect(page.get_by_label("Section")).to_have_value("Responding?njk")
    expect(page.locator("#rows button")).to_have_count(2)


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(serve, opened, file, width):
    page = opened(serve(file, folder=file.parent).address, viewport={"width": width, "height": 800})
    is_graded(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.get_by_role("button", name="The inspection and its sources").click()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (1440, "dark"), (360, "light")])
def test_axe_finds_nothing(serve, opened, lancashire_file, tmp_path, width, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    options = {"bypass_csp": True, "color_scheme": theme, "viewport": {"width": width, "height": 900}}

    def violations(page):
        found = axe.Axe().run(page).response["violations"]
        return [(v["id"], v["impact"], [node["html"][:200] for node in v["nodes"][:3]]) for v in found]

    page = opened(serve(lancashire_file, folder=tmp_path).address, **options)
    is_graded(page)
    page.get_by_label("Words").fill("VSA-1")
    page.locator("#rows button").first.click()
    page.get_by_role("radio", name="Shortfall").check()
    page.get_by_role("combobox", name="Characteristics").press_sequentially("super")
    is_kept(page)
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="The inspection and its sources").click()
    page.keyboard.press("?")
    assert violations(page) == []
    start = opened(serve(folder=tmp_path).address, **options)
    assert violations(start) == []
