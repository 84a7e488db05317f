"""YAML changed so that it reads as another value: what is not changed stays as it is, to the character."""

import copy
from difflib import ndiff

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from peelrules.documents.rewriting import RewritingError, rewritten, written
from peelrules.documents.yaml import parse
from peelrules.model.problems import DocumentError

TEXT = """\
# What was found.
force: Anyshire Police   # not its real name
framework: 'peel-2021-22'
sources:
  # the only one
  report: {title: "A report", publisher: HMICFRS}   # of 2022
findings:

  # Calls

  - id: A-1   # the first
    finding: Calls are
      answered quickly.
    bears_on: [responding.call-answering]
    direction: strength   # plainly
    strand: fieldwork
    # its place
    source: {document: report, section: "Responding"}

  # Supervision

  - id: A-2
    finding: >
      Cases go without
      supervision.
    bears_on:
      - investigating.supervision  # first
      # and besides
      - investigating.timeliness
    sample: {met: 3, of: 12}
    seriousness: serious
    state: open
    strand: force data
    source:
      document: report
      section: Investigating crime
      paragraph: 3
  # the last
  - {id: A-3, finding: "A tool, of sorts", bears_on: [responding.advice], direction: neither, strand: fieldwork}
"""


def changed(text, change):
    """The lines that go, marked with `-`, and those that come, marked with `+`."""
    value = parse(text, "").value
    change(value)
    after = rewritten(text, value)
    assert parse(after, "").value == value
    lines = ndiff(text.splitlines(), after.splitlines())
    return [line[:2] + line[2:].strip() for line in lines if line[0] in "+-"]


CHANGES = {
    "a text in quotes": (
        lambda v: v.update(framework="peel-2023-25"),
        ["- framework: 'peel-2021-22'", "+ framework: peel-2023-25"],
    ),
    "a text beside a comment": (
        lambda v: v.update(force="Anyshire: Police"),
        ["- force: Anyshire Police   # not its real name", '+ force: "Anyshire: Police"   # not its real name'],
    ),
    "a text on two lines": (
        lambda v: v["findings"][0].update(finding="Calls wait."),
        ["- finding: Calls are", "- answered quickly.", "+ finding: Calls wait."],
    ),
    "a block of text": (
        lambda v: v["findings"][1].update(finding="Ranked #3"),
        ["- finding: >", "- Cases go without", "- supervision.", '+ finding: "Ranked #3"'],
    ),
    "a field more": (
        lambda v: v["findings"][0].update(note="New"),
        ["+ note: New"],
    ),
    "a field more in the middle": (
        lambda v: v["findings"].__setitem__(
            0, {**dict(list(v["findings"][0].items())[:4]), "progress": True, **v["findings"][0]}
        ),
        ["+ progress: true"],
    ),
    "fields more before all others": (
        lambda v: v["findings"].__setitem__(1, {"note": "New\nor old", "progress": True, **v["findings"][1]}),
        ["- - id: A-2", "+ - note: |-", "+ New", "+ or old", "+ progress: true", "+ id: A-2"],
    ),
    "a field less": (
        lambda v: v["findings"][0].pop("direction"),
        ["- direction: strength   # plainly"],
    ),
    "the first field less": (
        lambda v: v["findings"][0].pop("id"),
        ["- - id: A-1   # the first", "- finding: Calls are", "+ - finding: Calls are"],
    ),
    "an entry of a list in lines": (
        lambda v: v["findings"][1]["bears_on"].__setitem__(1, "investigating.plans"),
        ["- - investigating.timeliness", "+ - investigating.plans"],
    ),
    "an entry more in a list in lines": (
        lambda v: v["findings"][1]["bears_on"].append("investigating.plans"),
        ["+ - investigating.plans"],
    ),
    "an entry more in a list in one line": (
        lambda v: v["findings"][0]["bears_on"].append("responding.advice"),
        ["- bears_on: [responding.call-answering]", "+ bears_on: [responding.call-answering, responding.advice]"],
    ),
    "a list in lines left out": (
        lambda v: v["findings"][1].pop("bears_on"),
        [
            "- bears_on:",
            "- - investigating.supervision  # first",
            "- # and besides",
            "- - investigating.timeliness",
        ],
    ),
    "a number of a mapping in one line": (
        lambda v: v["findings"][1]["sample"].update(met=4),
        ["- sample: {met: 3, of: 12}", "+ sample: {met: 4, of: 12}"],
    ),
    "another kind of sample": (
        lambda v: v["findings"][1].update(sample={"share": 0.25, "of": 12}),
        ["- sample: {met: 3, of: 12}", "+ sample: {share: 0.25, of: 12}"],
    ),
    "a value of a mapping in one line": (
        lambda v: v["findings"][0]["source"].update(section="Calls"),
        [
            '- source: {document: report, section: "Responding"}',
            "+ source: {document: report, section: Calls}",
        ],
    ),
    "a value of a mapping in lines": (
        lambda v: v["findings"][1]["source"].pop("paragraph"),
        ["- paragraph: 3"],
    ),
    "a finding less": (
        lambda v: v["findings"].pop(0),
        [
            "- - id: A-1   # the first",
            "- finding: Calls are",
            "- answered quickly.",
            "- bears_on: [responding.call-answering]",
            "- direction: strength   # plainly",
            "- strand: fieldwork",
            "- # its place",
            '- source: {document: report, section: "Responding"}',
        ],
    ),
    "a finding more": (
        lambda v: v["findings"].insert(1, {"id": "B", "finding": "New", "bears_on": ["x"], "sample": {"met": 1}}),
        ["+ - id: B", "+ finding: New", "+ bears_on: [x]", "+ sample: {met: 1}"],
    ),
    "a finding more at the end": (lambda v: v["findings"].append({"id": "B"}), ["+ - id: B"]),
    "a field of a finding in one line": (
        lambda v: v["findings"][2].update(note="New, too"),
        [
            '- - {id: A-3, finding: "A tool, of sorts", bears_on: [responding.advice], direction: neither, '
            "strand: fieldwork}",
            '+ - {id: A-3, finding: "A tool, of sorts", bears_on: [responding.advice], direction: neither, '
            'strand: fieldwork, note: "New, too"}',
        ],
    ),
    "a source more": (
        lambda v: v["sources"].update(own={"title": "Ours", "publisher": "Us"}),
        ["+ own: {title: Ours, publisher: Us}"],
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", CHANGES)
def test_only_what_is_changed_is_written_anew(name, newline):
    change, lines = CHANGES[name]
    assert sorted(changed(TEXT.replace("\n", newline), change)) == sorted(lines)


def test_a_list_that_was_empty_begins_below_its_key():
    text = "force: A\nfindings: []  # none so far"
    assert rewritten(text, {"force": "A", "findings": [{"id": "A-1", "bears_on": ["x"]}]}) == (
        "force: A\nfindings:  # none so far\n  - id: A-1\n    bears_on: [x]"
    )


def test_a_list_of_which_nothing_is_left_is_empty_and_not_missing():
    assert rewritten("findings:\n  - id: A-1\n", {"findings": []}) == "findings: []\n"


def test_what_was_lost_as_a_comment_goes_with_the_text_that_it_belonged_to():
    text = "finding: Ranked #3 of 43\nnote: a  # a comment\nstate: open\t# another\n"
    assert rewritten(text, {"finding": "Ranked #3 of 43", "note": "b", "state": "remedied"}) == (
        'finding: "Ranked #3 of 43"\nnote: b  # a comment\nstate: remedied\t# another\n'
    )


@pytest.mark.parametrize(
    ("new", "written"), [("b", "b  # ours"), ("b\nc", "|-  # ours\n  b\n  c"), (None, "null  # ours")]
)
def test_a_comment_beside_the_sign_of_a_block_of_text_stays(new, written):
    assert rewritten("note: >-   # ours\n  a #1\n  text\nx: 1\n", {"note": new, "x": 1}) == f"note: {written}\nx: 1\n"


def test_what_is_no_yaml_is_refused():
    with pytest.raises(DocumentError):
        rewritten("a: [", {})


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("a: &x [1]\nb: *x\n", {"b": [1]}),
        ("# Ours.\na\u00a0: 1\nb: 2\n", {"b": 3}),
        ("# Ours.\n? [a]\n: 1\nb: 2\n", {"b": 3}),
        ("a: &x\n  - *x\n", {"b": 3}),
        ("a: {b: , c}\n", {"a": {"b": None, "c": {}}}),
    ],
)
def test_what_cannot_be_changed_without_loss_is_refused(text, change):
    with pytest.raises(RewritingError, match="change it in a text editor"):
        rewritten(text, {**parse(text, "").value, **change})


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 6)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"), max_size=30),
    st.sampled_from(["no", "1", "0x1", "12:30", "~", "a: b", "a #b", "- a", "a:", "'", '"', " a", "a\nb"]),
)
KEYS = st.sampled_from(["id", "finding", "sample", "a", "no", "1"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=4)
STYLES = [
    written,
    lambda v: yaml.safe_dump(v, sort_keys=False, allow_unicode=True),
    lambda v: yaml.safe_dump(v, sort_keys=False, default_flow_style=None, width=30),
    lambda v: yaml.safe_dump(v, sort_keys=False, default_flow_style=True),
    lambda v: yaml.safe_dump(v, sort_keys=False, indent=4, default_style='"'),
]


def _read(text):
    """The value of a text, if it is one that peelrules reads."""
    try:
        document = parse(text, "")
    except DocumentError:
        return None
    return document.value if not document.faults and isinstance(document.value, dict) else None


@given(DOCUMENTS)
def test_what_is_written_reads_as_the_same(value):
    assert parse(written(value), "").value == value


def test_an_item_more_comes_first_in_a_list_that_begins_behind_the_sign_of_another():
    assert rewritten("id:\n- - null # none\n", {"id": [[[], None]]}) == "id:\n- - []\n  - null # none\n"


def test_a_field_takes_the_place_of_the_first_one():
    assert rewritten("a:\n  b: 1\n  c: 2 # two\n", {"a": {"d": 3, "c": 2}}) == "a:\n  d: 3\n  c: 2 # two\n"
    assert rewritten("- b: 1\n  c: 2\n", [{"d": 3, "c": 2}]) == "- d: 3\n  c: 2\n"


@given(st.sampled_from(STYLES), DOCUMENTS, DOCUMENTS, st.data())
def test_a_text_of_any_style_reads_as_the_new_value(style, value, other, data):
    text = style(value)
    old = _read(text)
    if old is None:
        return
    new = copy.deepcopy(old)
    if data.draw(st.booleans()):
        new = other
    else:
        where = new
        for _ in range(data.draw(st.integers(0, 3))):
            below = [v for v in (where.values() if isinstance(where, dict) else where) if isinstance(v, dict | list)]
            if not below:
                break
            where = data.draw(st.sampled_from(below))
        if isinstance(where, dict):
            where[data.draw(KEYS)] = data.draw(VALUES)
        else:
            where.insert(data.draw(st.integers(0, len(where))), data.draw(VALUES))
    assert parse(rewritten(text, new), "").value == new
