"""The picture of the architecture is that of the import contract, which is held against the code."""

import re
import tomllib
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def layers():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [layer.split(" | ") for layer in project["tool"]["importlinter"]["contracts"][0]["layers"]]


def test_the_picture_shows_every_layer_in_its_place():
    picture = ElementTree.parse(ROOT / "docs/images/architecture.svg")  # noqa: S314
    assert [[text.text for text in group.iter(f"{SVG}text")] for group in picture.iter(f"{SVG}g")] == layers()


def test_the_page_says_what_is_in_each_part():
    page = (ROOT / "docs/developers/architecture.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == [part for layer in layers() for part in layer]
