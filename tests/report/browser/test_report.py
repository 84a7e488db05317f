"""The HTML report in a browser: headless Chromium, driven by Playwright. Skipped where either is missing."""

from pathlib import Path

import pytest
from chromium import ARGUMENTS, CHROMIUM, MISSING

import peelrules
from peelrules.report.html import ForceReport, render

sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")

EVIDENCE = Path(__file__).parents[3] / "evidence"
PUBLISHED = EVIDENCE / "published/lancashire.yaml"
SECOND = EVIDENCE / "codings/lancashire-second.yaml"
WIDTHS = [360, 768, 1360]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason=MISSING)


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def reports(assessment, lancashire, rulebook, tmp_path_factory):
    """The addresses of a report of one force, of one of two, and of one of two codings."""
    from peelrules.insight.sensitivity import sensitivity

    folder = tmp_path_factory.mktemp("reports")
    one = ForceReport(
        assessment=assessment,
        sensitivity=sensitivity(lancashire, rulebook, draws=200),
        paths=(peelrules.path(assessment, "investigating", "adequate", rulebook),),
        comparison=peelrules.compare(assessment, peelrules.load_published(PUBLISHED, rulebook)),
    )
    other = ForceReport(assessment.model_copy(update={"force": "Another Police"}))
    addresses = {}
    second = peelrules.grade(peelrules.load_evidence(SECOND, rulebook), rulebook)
    codings = [ForceReport(assessment, coder="first"), ForceReport(second, coder="second")]
    for name, told in {"one": [one], "two": [one, other], "codings": codings}.items():
        target = folder / f"{name}.html"
        target.write_text(render(told, rulebook), encoding="utf-8")
        addresses[name] = target.as_uri()
    return addresses


@pytest.fixture
def opened(browser, reports):
    """Opens a report; whatever the browser complains of or asks for from elsewhere fails the test."""
    contexts, complaints = [], []

    def opened(name="one", anchor="", **options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if outside(request.url) else None)
        page.goto(reports[name] + anchor)
        return page

    def outside(url):
        return not url.startswith(("data:", *reports.values()))

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("name", ["one", "two", "codings"])
def test_it_opens_with_its_style_and_script_and_nothing_else(opened, name):
    page = opened(name)
    assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).color") == "rgb(255, 255, 255)"
    assert page.locator("#find").is_visible()


def test_a_script_that_is_not_its_own_does_not_run(reports, tmp_path, browser):
    text = Path(reports["one"].removeprefix("file://")).read_text(encoding="utf-8")
    changed = tmp_path / "changed.html"
    changed.write_text(text.replace("</main>", "</main><script>document.title = 'changed'</script>"), encoding="utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.goto(changed.as_uri())
    assert page.title() == "Lancashire Constabulary, PEEL 2021/22: indicative grades"
    context.close()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["one", "two", "codings"])
def test_nothing_is_wider_than_the_window(opened, name, width):
    page = opened(name, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width


ANCHORS = [
    ("one", "finding-INV-05"),
    ("one", "characteristic-investigating.victims-code"),
    ("one", "rule-grade.service-fails"),
    ("two", "another-police--finding-INV-05"),
    ("codings", "lancashire-constabulary-peel-2021-22-second--finding-OFF-19"),
]


@pytest.mark.parametrize(("name", "anchor"), ANCHORS)
def test_what_is_linked_to_is_opened_and_in_view(opened, name, anchor):
    target = opened(name, f"#{anchor}").locator(f"[id='{anchor}']")
    sync_api.expect(target).to_be_in_viewport()
    sync_api.expect(target.locator("p, dl").first).to_be_visible()


@pytest.mark.parametrize(("name", "anchor"), ANCHORS)
def test_what_is_linked_to_is_in_view_without_the_script(opened, name, anchor):
    page = opened(name, f"#{anchor}", java_script_enabled=False)
    sync_api.expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()


def test_a_link_within_the_page_opens_what_it_leads_to(opened):
    page = opened()
    target = page.locator("#finding-INV-05")
    assert not target.is_visible()
    page.locator("#firm ~ table, .samples").get_by_role("link", name="INV-05").first.click()
    sync_api.expect(target).to_be_in_viewport()


def test_a_square_of_the_heat_map_leads_to_its_characteristic(opened):
    page = opened()
    page.locator("[data-to='characteristic-investigating.victims-code']").click()
    assert page.url.endswith("#characteristic-investigating.victims-code")
    sync_api.expect(page.locator("#finding-INV-05")).to_be_visible()


def test_findings_are_found_by_words_question_direction_and_gravity(opened, assessment):
    page = opened()
    form = page.get_by_role("search")
    findings, results, count = len(assessment.findings), page.locator("#results > li"), page.locator("#count")
    form.get_by_label("Words").fill("INV-05 VICTIMS engaged")
    assert [" ".join(text.split()) for text in results.all_inner_texts()] == [
        "INV-05 serious shortfall Victims were well engaged in 21 of 35 relevant cases. Investigating crime"
    ]
    form.get_by_role("button", name="Clear").click()
    sync_api.expect(results).to_have_count(0)
    form.get_by_label("Gravity at least").select_option("serious")
    grave = [f for f in assessment.findings if str(f.gravity) in ("serious", "critical")]
    sync_api.expect(count).to_have_text(f"{len(grave)} of {findings} findings")
    form.get_by_label("Question").select_option("Investigating crime")
    here = [f.id for f in grave if f.coded.primary.startswith("investigating.")]
    assert sorted(results.locator(".ref").all_inner_texts()) == sorted(here)
    form.get_by_label("Direction").select_option("strength")
    sync_api.expect(count).to_have_text(f"0 of {findings} findings")


def test_findings_of_several_forces_are_found_together_or_by_force(opened):
    page = opened("two")
    page.get_by_label("Words").fill("INV-05")
    sync_api.expect(page.locator("#results > li")).to_have_count(2)
    page.locator("[name=force]").select_option("Another Police")
    page.locator("#results a").click()
    assert page.url.endswith("#another-police--finding-INV-05")


def test_all_is_there_without_its_script(opened, assessment):
    page = opened(java_script_enabled=False)
    assert page.locator("#find").is_hidden()
    assert page.locator("li[data-d]").count() == len(assessment.findings)
    page.locator("[id='characteristic-investigating.victims-code'] > summary").click()
    assert page.locator("#finding-INV-05").is_visible()


def test_what_is_folded_is_printed(opened):
    page = opened()
    page.emulate_media(media="print")
    assert page.locator("#finding-INV-05").is_visible()
    assert page.locator("#find").is_hidden()


@pytest.mark.parametrize(
    ("name", "width", "theme"),
    [("one", 1360, "light"), ("one", 360, "dark"), ("two", 1360, "light"), ("codings", 1360, "dark")],
)
def test_axe_finds_nothing(opened, name, width, theme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = opened(name, bypass_csp=True, color_scheme=theme, viewport={"width": width, "height": 900})
    some = "[id$=question-investigating] details, [id^=rule-status]"  # all findings look alike, and axe takes its time
    page.evaluate(f"for (const part of document.querySelectorAll('{some}')) part.open = true")
    # what is not laid out yet has no place of its own, and axe would take it to lie behind what is seen
    page.add_style_tag(content=".force { content-visibility: visible }")
    page.get_by_label("Words").fill("victim")
    violations = axe.Axe().run(page).response["violations"]
    assert [(v["id"], v["impact"], [node["html"][:200] for node in v["nodes"][:3]]) for v in violations] == []
