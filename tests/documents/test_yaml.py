import os
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from strategies import tries

from peelrules.documents.limits import DEPTH
from peelrules.documents.yaml import _LOST, parse, read
from peelrules.model.problems import DocumentError

SCALARS = {
    # what YAML 1.2 makes of these words, and nothing else, is read
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
    "0": 0,
    "5": 5,
    "+5": 5,
    "-5": -5,
    "-0": 0,
    "999999999999999999": 999_999_999_999_999_999,
    "0.5": 0.5,
    "-0.5": -0.5,
    "+0.5": 0.5,
    "10.0": 10.0,
    "0.10": 0.1,
    # everything else is text
    "no": "no",
    "yes": "yes",
    "on": "on",
    "off": "off",
    "n": "n",
    "Null": "Null",
    "NULL": "NULL",
    "True": "True",
    "TRUE": "TRUE",
    "False": "False",
    "12:30": "12:30",
    "1:30:00": "1:30:00",
    "010": "010",
    "00": "00",
    "-010": "-010",
    "0o10": "0o10",
    "0x10": "0x10",
    "0b10": "0b10",
    "1_000": "1_000",
    "1,000": "1,000",
    "1e3": "1e3",
    "1.5e3": "1.5e3",
    ".5": ".5",
    "5.": "5.",
    "00.5": "00.5",
    "0_0.5": "0_0.5",
    "85%": "85%",
    "½": "½",
    "٣": "٣",
    ".nan": ".nan",
    ".NaN": ".NaN",
    "nan": "nan",
    ".inf": ".inf",
    "-.inf": "-.inf",
    "inf": "inf",
    "2022-10-01": "2022-10-01",
    "2022-10-01 12:30:00": "2022-10-01 12:30:00",
    "=": "=",
    "<<": "<<",
    # quotes and blocks make text of anything
    "''": "",
    '""': "",
    '"5"': "5",
    "'0.5'": "0.5",
    "'true'": "true",
    '"~"': "~",
    '"a\\tb"': "a\tb",
    "'it''s'": "it's",
    "|-\n  5": "5",
    ">-\n  true\n  false": "true false",
    "'5'  # five": "5",
    "5  # five": 5,
    "|  # five\n  five #six": "five #six\n",
    "'five #six'": "five #six",
    "\n  # five\n  six": "six",
    "five#six": "five#six",
    "[five#six,  # seven\n  'eight #nine']": ["five#six", "eight #nine"],
    "0.012345678901234568": 0.012345678901234568,
}

NESTED = """\
force: Änyshire
findings:
  - id: A-1
    bears_on: [one, two]
    sample: {met: 1, of: 2}
  -
    - "é": {é: x}
note:
  note: here
"""

# The way to a value, the place of the value, and that of its key.
PLACES = {
    (): ("1:1", None),
    ("force",): ("1:8", "1:1"),
    ("findings",): ("3:3", "2:1"),
    ("findings", 0): ("3:5", None),
    ("findings", 0, "id"): ("3:9", "3:5"),
    ("findings", 0, "bears_on"): ("4:15", "4:5"),
    ("findings", 0, "bears_on", 1): ("4:21", None),
    ("findings", 0, "sample"): ("5:13", "5:5"),
    ("findings", 0, "sample", "of"): ("5:26", "5:22"),
    ("findings", 1, 0, "é"): ("7:12", "7:7"),
    ("findings", 1, 0, "é", "é"): ("7:16", "7:13"),
    ("note", "note"): ("9:9", "9:3"),
    # a step that the document does not have leads no further, or is passed over
    ("sources",): ("1:1", None),
    ("findings", 7): ("3:3", None),
    ("findings", 0, "source", "document"): ("3:5", None),
    ("findings", 0, "sample", 0, "of"): ("5:26", "5:22"),
}

LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]
SYNTAX = [
    ("a: [b\nc: d\n", "1:4", "this bracket is not closed"),
    ("a: {b: c\n", "1:4", "this bracket is not closed"),
    ("a: [b, c}\n", "1:4", "this bracket is not closed"),
    ("[a: b: c]", "1:6", "this colon does not fit here"),
    ("a: b: c\n", "1:5", "this colon does not fit here"),
    ("a\nb: c\n", "2:2", "this colon does not fit here"),
    ("a: 'b\nc: d\n", "1:4", "this quote is not closed"),
    ('a: "b\n---\n"', "1:4", "this quote is not closed"),
    ('a: "b\\q"\n', "1:4", "there is a `\\` in these quotes that has no meaning"),
    ("a: @b\n", "1:4", "text that begins with `@` needs quotes"),
    ("a: %b\n", "1:4", "text that begins with `%` needs quotes"),
    ("a: *\n", "1:4", "text that begins with `*` needs quotes"),
    ("a: & b\n", "1:4", "text that begins with `&` needs quotes"),
    ("a: !<x\n", "1:4", "text that begins with `!` needs quotes"),
    ("a:\n\tb: c\n", "2:1", "this is a tab"),
    ("a: |b\n  c\n", "1:4", "this does not fit here; after `|`"),
    ("a: |0\n  c\n", "1:4", "this does not fit here; after `|`"),
    ("- a\nb: c\n", "2:1", "this begins no entry of the list"),
    ("a: 'b'c\n", "1:7", "the text goes on after its quotes"),
    ("a: - b\n", "1:4", "this dash does not fit here"),
    ("a: [b c: d: e]\n", "1:11", 'this colon does not fit here; put all of the text in quotes: `c: "d: e"`, or'),
    ("a: {b: c,\n  d: e: f}\n", "2:7", 'this colon does not fit here; put all of the text in quotes: `d: "e: f"`, or'),
    ("a: {b: c: d\n  e}\n", "1:9", "this colon does not fit here; put all of the text in quotes, or"),
    ("a: ['b' 'c']\n", "1:9", "a comma is missing before this"),
    ("a: “b: c”\n", "1:4", "`“` is no quote in YAML"),
    ("a: {b: “c: d”}\n", "1:8", "`“` is no quote in YAML"),
    ("a: b: c\n  d\n", "1:5", "this colon does not fit here; put all of the text in quotes"),
    ('a: b "c": d\n', "1:9", "this colon does not fit here; put all of the text in quotes: `a: 'b \"c\": d'`"),
    ("a: 'it's: b'\n", "1:8", 'the text goes on after its quotes; put all of the text in quotes: `a: "it\'s: b"`'),
    ("a:b\nc: d\n", "1:2", "a space is missing after the colon; write `a: b`"),
    ("http://a\nb: c\n", "2:2", "this colon does not fit here; write a name and a colon in the line above"),
    ("see http://a\nb: c\n", "2:2", "this colon does not fit here; write a name and a colon in the line above"),
    ("x: y\na\nb: c\n", "2:1", "this line has no name and colon"),
    ("x: |\n  \xa0a\nb:c\nd: e\n", "3:2", "a space is missing after the colon; write `b: c`"),
    ("x: y\n\n\n \xa0z: a\n\nb: c\n", "4:2", "this line is indented with a no-break space (U+00A0); indent"),
    ("\xa0a: b\n\xa0c: d\n\xa0e: f\n", "1:1", "this line is indented with a no-break space (U+00A0), as are 2 more"),
    ("a:\n  \u200bb: c\n", "2:3", "this line is indented with a character that only looks like a space or like"),
    ("a:\n    b: c\n   d: e\n", "3:4", "this line is indented by 3 spaces, the lines above by 4 and by 0"),
    ("a: ]\n", "1:4", "this does not fit here"),
    ("a: b\n---\nc: [", "2:1", "a second document"),
    ("a: [", "1:5", "this does not fit here"),
]

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(1 - 10**18, 10**18 - 1) | TEXT | st.sampled_from(sorted(SCALARS)),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(TEXT, below, max_size=4),
    max_leaves=12,
)
YAMLISH = st.lists(
    st.sampled_from(
        [
            *"\n\n    ::--??[]{},,&*!|>'\"%@`#~<=ab01\\xU\t\r\x00\x07\x85\u2028\ufeff\U0001f600",
            "---\n",
            "...",
            "- ",
            ": ",
        ]
    )
).map("".join)


class WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):  # noqa: ARG002
        return True


def problems_of(reader, *args):
    try:
        return reader(*args).faults
    except DocumentError as error:
        return error.problems


def refusal(source):
    with pytest.raises(DocumentError) as caught:
        read(source)
    return str(caught.value)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "evidence.yaml"


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("yaml") / "scratch.yaml"


@pytest.mark.parametrize(("written", "value"), SCALARS.items())
def test_a_value_is_what_it_looks_like(written, value):
    document = parse(f"key: {written}\n", "file")
    assert (document.value, document.faults) == ({"key": value}, [])
    assert type(document.value["key"]) is type(value)


def test_a_name_without_a_space_before_its_value_is_told_and_read_all_the_same():
    document = parse("{document:report, sections:3, https://a, 'b:c', d:e: f}\n", "file")
    assert document.value == {
        "document": "report",
        "sections": 3,
        "https://a": None,
        "b:c": None,
        "d:e": "f",
    }
    assert [(fault.line, fault.column, fault.message) for fault in document.faults] == [
        (1, 2, "a space is missing after the colon; write `document: report`"),
        (1, 19, "a space is missing after the colon; write `sections: 3`"),
    ]


@pytest.mark.parametrize("space", ["\xa0", "\u200b", "\u3000"])
def test_what_looks_like_a_space_around_a_value_is_none_of_it(space):
    document = parse(f"key{space}: {space}5{space}\nother: '{space}a{space}'\n{{ {space}b: c }}: d\n", "file")
    assert list(document.value.items())[:2] == [("key", 5), ("other", f"{space}a{space}")]


@pytest.mark.parametrize(
    "text",
    [
        "“Good” and “better”",
        "\u2018Good\u2019 and \u2018better\u2019",
        "\u2018Til late",
        "“Good”, they said",
        "it\u2019s “good”",
        "\u2019tis",
    ],
)
def test_quotes_that_are_part_of_what_is_said_are_text(text):
    document = parse(f"a: {text}\nb: '“c”'\n", "file")
    assert (document.value, document.faults) == ({"a": text, "b": "“c”"}, [])


@pytest.mark.parametrize(
    "text", ["“Good.”", "\u2018The force\u2019s calls\u2019", "„Gut“", "«Bien»", "“Good", "“”", "“"]
)
def test_quotes_that_are_meant_as_those_of_yaml_are_told(text):
    [fault] = parse(f"a: {text}\n", "file").faults
    assert str(fault).startswith(f"file:1:4: `{text[0]}` is no quote in YAML")


@pytest.mark.parametrize("key", ["true", "no", "5", "null", "12:30", "'5'", "~"])
def test_keys_are_text(key):
    assert parse(f"{key}: x\n", "file").value == {key.strip("'"): "x"}


@pytest.mark.parametrize("written", ["&a x", "&a {b: c}", "*a", "!a x", "!!str x", "!!python/name:os.system", "!a [x]"])
def test_anchors_aliases_and_tags_are_refused_where_they_stand(written):
    faults = parse(f"x: y\nkey: {written}\n", "file").faults
    assert [(fault.line, fault.column) for fault in faults] == [(2, 6)]


@pytest.mark.parametrize("escape", ["\\e", "\\0", "\\a", "\\b", "\\x9b"])
def test_control_characters_are_refused_however_they_are_written(escape):
    [fault] = parse(f'x: y\nkey: "a{escape}b"\n', "file").faults
    assert str(fault) == "file:2:6: there is a control character here; remove it"


@given(JSON)
def test_what_is_dumped_is_read_back(value):
    document = parse(yaml.dump(value, Dumper=WithoutAliases, sort_keys=False), "file")
    assert (document.value, document.faults) == (value, [])
    assert repr(document.value) == repr(value)  # True is not 1


@tries(500)
@given(st.text() | YAMLISH)
def test_no_text_is_worse_than_a_faulty_document(text):
    lines = len(re.findall(r"\r\n|[\n\r]", text)) + 1
    for problem in problems_of(parse, text, "file"):
        assert 1 <= problem.line <= lines
        assert problem.column >= 1


@given(st.binary())
def test_no_bytes_are_worse_than_a_faulty_document(scratch, data):
    scratch.write_bytes(data)
    assert all(problem.file == str(scratch) for problem in problems_of(read, scratch))


@pytest.mark.parametrize(("loc", "place", "key"), [(loc, *places) for loc, places in PLACES.items()])
def test_a_problem_stands_at_its_value_or_its_key(loc, place, key):
    document = parse(NESTED, "file")
    assert str(document.problem(loc, "why")) == f"file:{place}: why"
    assert key is None or str(document.problem(loc, "why", at_key=True)) == f"file:{key}: why"


def test_pyyaml_reads_the_same_without_its_library_in_c(monkeypatch):
    expected = parse(NESTED, "file")
    monkeypatch.setattr("peelrules.documents.yaml._LOADER", yaml.SafeLoader)
    document = parse(NESTED, "file")
    assert document.value == expected.value
    for loc in PLACES:
        for at_key in (False, True):
            assert document.problem(loc, "", at_key=at_key) == expected.problem(loc, "", at_key=at_key)


@pytest.mark.parametrize(
    ("path", "selected"),
    [
        (("force",), [(("force",), "Änyshire")]),
        (
            ("findings", "*", "bears_on", "*"),
            [(("findings", 0, "bears_on", 0), "one"), (("findings", 0, "bears_on", 1), "two")],
        ),
        (
            ("findings", "*", "sample", "*"),
            [(("findings", 0, "sample", "met"), 1), (("findings", 0, "sample", "of"), 2)],
        ),
        (("force", "*"), []),
        (("findings", "id"), []),
        (("missing", "*"), []),
    ],
)
def test_a_path_selects_what_is_there(path, selected):
    assert list(parse(NESTED, "file").select(*path)) == selected


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbfa: \xc3\xa9\nb: *x\n", b"a: \xc3\xa9\r\nb: *x\r\n", b"a: \xc3\xa9\nb: *x"]
)
def test_a_byte_order_mark_and_other_line_ends_make_no_difference(file, data):
    file.write_bytes(data)
    document = read(file)
    assert document.value == {"a": "é", "b": None}
    assert [(problem.line, problem.column) for problem in document.faults] == [(2, 4)]


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            "force: Café\n".encode("latin-1"),
            "1:11: this is not UTF-8 (byte 0xe9, é in Windows-1252); save the file in the encoding UTF-8",
        ),
        (
            "a: b\nc: “d”\n".encode("cp1252"),
            "2:4: this is not UTF-8 (byte 0x93, “ in Windows-1252); save the file in the encoding UTF-8",
        ),
        (b"a: \x81\n", "1:4: this is not UTF-8 (byte 0x81); save the file in the encoding UTF-8"),
        pytest.param(b"a: b\nc: d\x07e\n", "2:5: there is a control character here; remove it"),
        pytest.param("a: “é”\nb: c\x07\nd: e\n".encode(), "2:5: there is a control character here; remove it"),
        pytest.param(
            "a: é".encode() + b"\xe9\n",
            "1:5: this is not UTF-8 (byte 0xe9, é in Windows-1252); save the file in the encoding UTF-8",
        ),
    ],
)
def test_what_is_no_text_is_refused_at_its_place(file, data, problem):
    file.write_bytes(data)
    assert refusal(file) == f"{file}:{problem}"


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("bomb", "column"), [("[" * 5_000, 31), ("{a: " * 5_000, 121), ("- " * 5_000, 61)])
def test_a_bomb_of_brackets_is_refused_at_our_bound_whatever_the_library_bears(monkeypatch, loader, bomb, column):
    monkeypatch.setattr("peelrules.documents.yaml._LOADER", loader)
    [problem] = problems_of(parse, bomb, "file")
    assert str(problem) == f"file:1:{column}: {DEPTH.exceeded}"


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(("text", "place", "start"), SYNTAX)
def test_a_fault_of_syntax_is_told_in_our_words_whatever_the_library_says(monkeypatch, loader, text, place, start):
    monkeypatch.setattr("peelrules.documents.yaml._LOADER", loader)
    [problem] = problems_of(parse, text, "file")
    assert f"{problem.line}:{problem.column}" == place
    assert problem.message.startswith(start)


def test_how_a_text_looks_in_quotes_is_not_shown_where_it_goes_on():
    [problem] = problems_of(parse, "a: b: c\n  d\n", "file")
    assert problem.message == "this colon does not fit here; put all of the text in quotes"


def test_a_space_of_a_word_processor_within_a_text_is_no_indent_of_a_name_before_it():
    document = parse("- {\xa0a: b}\n- |\n  \xa0c\n", "file")
    assert (document.value, document.faults) == ([{"a": "b"}, "\xa0c\n"], [])


@pytest.mark.parametrize("character", [*"\x00\x1b\x85\u2028\u2029\ud800\udfff\ufeff\ufffe\uffff"])
def test_a_character_that_is_no_text_is_refused_where_it_stands(character):
    [problem] = problems_of(parse, f"é: 😀\r\na: \rb: c{character}d\n", "file")
    assert (problem.line, problem.column) == (3, 5)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: b\nfinding: ranked #3 of 43\n", "2:17"),
        ("a: é😀 #b\n", "1:7"),
        ("a: #3 of 43\n", "1:4"),
        ("a: # list\n  - b\n", "1:4"),
        ("- #3\n", "1:3"),
        ("a: [b, c] # d\n", "1:11"),
        ("a: [b #c\n  ]\n", "1:7"),
        ("a: [b,#c\n  d]\n", "1:7"),
        ("a: {b: c #d\n  }\n", "1:10"),
        ("a: 'b' #c\n", "1:8"),
        ("a: 'b'#c\n", "1:7"),
        ("a: | #b\n  c #d\n", "1:6"),
        ("a: 'b #c\n  d' #e\n", "2:6"),
        ("a: b  # c\nd: e #f #g\n", "2:6"),
        ("--- #b\na: c\n", "1:5"),
    ],
)
def test_a_comment_that_may_be_text_is_told(text, place):
    assert [str(fault) for fault in problems_of(parse, text, "file")] == [f"file:{place}: {_LOST}"]


def test_a_comment_that_may_be_text_is_told_even_if_it_breaks_the_syntax():
    lost, syntax = problems_of(parse, "finding: ranked #3 of 43\n  forces\n", "file")
    assert (str(lost), syntax.line) == (f"file:1:17: {_LOST}", 2)


@pytest.mark.parametrize("key", ["&a key", "!a key", "*key ", '"k\\x07y"'])
def test_keys_are_looked_at_as_values_are(key):
    assert [(fault.line, fault.column) for fault in problems_of(parse, f"{key}: x\n", "file")] == [(1, 1)]


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path}: this is a folder; name a file in it"


def test_a_missing_file_is_refused(file):
    assert refusal(file) == f"{file}: there is no such file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may read everything")
def test_an_unreadable_file_is_refused(file):
    file.touch(mode=0o000)
    assert refusal(file) == f"{file}: the file cannot be read: Permission denied"


def test_a_file_that_cannot_be_opened_is_refused(tmp_path):
    path = tmp_path / ("x" * 300)
    assert refusal(path) == f"{path}: the file cannot be read: File name too long"
