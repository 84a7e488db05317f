"""Crosswalks as they are read: what they say, over how many steps, and every mistake in them."""

import re
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import peelrules
from peelrules.documents.crosswalk import step_to
from peelrules.documents.folder import Folder
from peelrules.documents.schema import schema_of
from peelrules.documents.yaml import read
from peelrules.model.crosswalk import Kind, Pair

BROKEN = Path(__file__).parents[1] / "broken"
HOME = BROKEN / "crosswalks"
NEWER, NEWEST = HOME / "newer", HOME / "newest"


def mistakes():
    for block in (HOME / "mistakes.txt").read_text(encoding="utf-8").rstrip().split("\n\n")[1:]:
        name, *lines = block.splitlines()
        told = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
        yield pytest.param([line for line in lines if line[0] in "+-"], told, id=name.removeprefix("# "))


@pytest.fixture
def home(tmp_path):
    shutil.copytree(BROKEN, tmp_path / "broken")
    return tmp_path / "broken/crosswalks"


def told(load, *args):
    with pytest.raises(peelrules.DocumentError) as caught:
        load(*args)
    return str(caught.value)


def step_beside(folder):
    return step_to(Folder(folder), peelrules.load_rulebook(folder).framework)


def kinds(crosswalk):
    return {"+".join(pair.before): (pair.kind, pair.after) for pair in crosswalk.pairs if pair.kind is not Kind.NEW}


def test_a_crosswalk_says_what_became_of_each():
    found = peelrules.load_crosswalk("older", NEWER)
    assert (found.before, found.after, found.strands, found.methods) == ("older", "newer", ("fieldwork",), ())
    assert found.pairs == (
        Pair.between(["responding.calls"], ["responding.calls"]),
        Pair.between(["responding.staff"], ["responding.staff"]),
        Pair.between(["responding.risk"], ["responding.risk"]),
        Pair.between(["responding.attendance"], ["responding.arrival", "responding.priority"]),
        Pair.between(["responding.updates"], [], ["Looked at with the service to victims."]),
        Pair.between(["responding.demand"], ["resources.demand"]),
        Pair.between([], ["responding.vulnerability"]),
    )


def test_steps_are_taken_one_after_the_other():
    assert kinds(peelrules.load_crosswalk("older", NEWEST)) == {
        "responding.calls": (Kind.SAME, ("responding.calls",)),
        "responding.staff": (Kind.SAME, ("responding.staff",)),
        "responding.risk": (Kind.REGROUPED, ("responding.risk",)),  # with vulnerability, which the newer one added
        "responding.attendance": (Kind.SAME, ("responding.attendance",)),  # split, and put together again
        "responding.updates": (Kind.GONE, ()),
        "responding.demand": (Kind.SAME, ("resources.demand",)),
    }


def test_to_itself_nothing_is_taken():
    found = peelrules.load_crosswalk("newest", NEWEST)
    assert {pair.kind for pair in found.pairs} == {Kind.SAME}
    assert found.before == found.after == "newest"


@pytest.mark.parametrize(
    ("before", "rulebook", "message"),
    [
        ("newest", NEWER, "nothing leads from `newest` to `newer`; crosswalks lead there from older"),
        ("sound", NEWEST, "nothing leads from `sound` to `newest`; crosswalks lead there from newer, older"),
        ("newer", HOME / "older", "nothing leads from `newer` to `older`; older has no crosswalk"),
        ("newer", "peel-2021-22", "nothing leads from `newer` to `peel-2021-22`; peel-2021-22 has no crosswalk"),
    ],
)
def test_where_nothing_leads_is_told(before, rulebook, message):
    with pytest.raises(peelrules.ArgumentError, match=re.escape(message) + "$"):
        peelrules.load_crosswalk(before, rulebook)


def test_crosswalks_in_a_circle_lead_nowhere_else(home):
    back = (home / "newer/crosswalk.yaml").read_text(encoding="utf-8").replace("../older", "../newer")
    swapped = re.sub(r"from: (\[.*?\]), to: (\[.*?\])", r"from: \2, to: \1", back)
    (home / "older/crosswalk.yaml").write_text(swapped, encoding="utf-8")
    with pytest.raises(peelrules.ArgumentError, match=r"; crosswalks lead there from newer, older$"):
        peelrules.load_crosswalk("sound", home / "newest")


@pytest.mark.parametrize(("patch", "expected"), list(mistakes()))
def test_every_mistake_is_told(home, patch, expected):
    path = home / "newer/crosswalk.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    going, coming = ([line[1:] for line in patch if line.startswith(sign)] for sign in "-+")
    at = min((lines.index(line) for line in going), default=len(lines))
    lines = [line for line in lines if line not in going]
    path.write_text("\n".join([*lines[:at], *coming, *lines[at:]]) + "\n", encoding="utf-8")
    problems = told(peelrules.load_crosswalk, "older", home / "newer").splitlines()
    assert len(problems) == len(expected)
    for problem, beginning in zip(problems, expected, strict=True):
        assert problem.startswith(f"{path}:{beginning}"), problem
    assert told(step_beside, home / "newer").splitlines() == problems


@pytest.mark.parametrize("text", ["", "pairs\n", "- from: older\n"])
def test_what_is_no_crosswalk_is_refused(home, text):
    path = home / "newer/crosswalk.yaml"
    path.write_text(text)
    expected = f"{path}:1:1: this is not a crosswalk; begin with `from: …` and `pairs:`"
    assert told(peelrules.load_crosswalk, "older", home / "newer") == expected


def test_a_crosswalk_that_leads_out_of_the_folder_is_not_read(home):
    path = home / "newer/crosswalk.yaml"
    path.rename(home / "elsewhere.yaml")
    path.symlink_to(home / "elsewhere.yaml")
    assert "this leads out of" in told(step_beside, home / "newer")


def test_a_rulebook_is_loaded_whatever_its_crosswalk_says(home):
    (home / "newer/crosswalk.yaml").write_text("nothing")
    assert peelrules.load_rulebook(home / "newer").framework.id == "newer"


def test_faults_of_the_older_rulebook_are_told(home):
    (home / "older/samples.yaml").write_text("nothing")
    assert f"{home / 'older/samples.yaml'}:1:1: this should be a list" in told(
        peelrules.load_crosswalk, "older", home / "newer"
    )


def test_check_looks_at_the_crosswalk_of_a_rulebook(home, run):
    path = home / "newer/crosswalk.yaml"
    assert run("check", home / "newer")[0] == 0
    path.write_text(path.read_text(encoding="utf-8").replace("responding.updates", "responding.update"))
    code, out, _ = run("check", home / "newer")
    assert code == 1
    assert f"{path}:5:13: PR001 there is no characteristic `responding.update` in older" in out


def test_the_schema_accepts_crosswalks_and_knows_the_newer_names():
    schema = schema_of("crosswalk", peelrules.load_rulebook(NEWER))
    document = read(NEWER / "crosswalk.yaml").value
    validator = Draft202012Validator(schema)
    assert [*validator.iter_errors(document)] == []
    document["pairs"][3]["to"] = ["responding.arrivals"]
    assert [error.json_path for error in validator.iter_errors(document)] == ["$.pairs[3].to[0]"]
    assert "none for what is new" in schema["$defs"]["WrittenPair"]["properties"]["from"]["description"]
