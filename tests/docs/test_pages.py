"""Every block of code in the documentation and in the README is run, and prints what it is said to print."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from pages import blocks, carried_out, commands, is_printed, links, said_to_print

ROOT = Path(__file__).parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def of_each_page(test):
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))(test)


def entries_of(folder: str) -> dict[str, dict]:
    """The findings, or the rules, that come with peelrules, by id."""
    lists = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in (ROOT / folder).glob("*.yaml"))
    found = (entry for each in lists for entry in (each if isinstance(each, list) else each.get("findings", ())))
    return {entry["id"]: entry for entry in found}


QUOTED = entries_of("evidence") | entries_of("rules/peel-2021-22")


@of_each_page
def test_a_finding_or_rule_that_a_page_quotes_reads_as_it_does_in_its_file(page):
    for block in blocks(page):
        shown = yaml.safe_load(block.text) if block.language == "yaml" else None
        for entry in shown if isinstance(shown, list) else ():
            assert entry.items() <= QUOTED.get(entry["id"], entry).items()


def test_every_page_is_in_the_navigation_once():
    listed = re.findall(r'"([\w/-]+\.md)"', (ROOT / "zensical.toml").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md"))


@of_each_page
def test_what_a_page_leads_to_is_there(page):
    assert [link for link in links(page) if not (page.parent / link).exists()] == []


@pytest.mark.slow
@of_each_page
def test_what_a_page_shows_is_what_happens(page, run, tmp_path, monkeypatch, capsys):
    for folder in ("rules", "evidence"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, object] = {}
    last = 0
    for block in blocks(page):
        place = f"{page.name}:{block.line}"
        match block.language:
            case "console":
                for command in commands(block):
                    last, printed = carried_out(command, run, last)
                    assert is_printed(command.printed, printed), (
                        f"{place}: {command.words} exits with {last}:\n{printed}"
                    )
            case "python":
                capsys.readouterr()
                exec(compile(block.text, place, "exec"), names)  # noqa: S102
                assert capsys.readouterr().out.splitlines() == said_to_print(block), place
            case "yaml":
                assert yaml.safe_load(block.text) is not None, place
                if block.title:
                    Path(block.title).parent.mkdir(parents=True, exist_ok=True)
                    Path(block.title).write_text(block.text, encoding="utf-8")
            case "sh":  # what installs something, or goes on until it is stopped
                pass
            case _:
                pytest.fail(f"{place}: what is to be done with {block.language or 'a block without a language'}?")


@pytest.mark.parametrize(
    ("expected", "printed", "matches"),
    [
        (["a", "b"], "a\nb\n", True),
        (["a", "b"], "a\nx\nb\n", False),
        (["a", "…", "b"], "a\nx\ny\nb\n", True),
        (["a", "…", "b"], "a\nb\n", True),
        (["a", "…"], "a\nx\n", True),
        (["a"], "a\nx\n", False),
        (["…", "b"], "a\nb\n", True),
        (["b"], "a\nb\n", False),
        ([], "", True),
        ([], "a\n", False),
    ],
)
def test_lines_are_left_out_only_where_that_is_said(expected, printed, matches):
    assert is_printed(expected, printed) is matches
