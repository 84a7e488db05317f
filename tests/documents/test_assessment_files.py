"""Assessments from files that are none."""

import json

import pytest

import peelrules
from peelrules.documents.evidence import load_any, load_assessment

NONE = "this is not an assessment of one force as `grade --format json` writes it"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "assessment.json"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", ":1:1: this is not JSON: Expecting value"),
        (b'{"a": 1,\n "b" 2}', ":2:6: this is not JSON: Expecting ':' delimiter"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", ":1:1: this is not JSON: "),
        (
            b'{"a":\n "\xe9"}',
            ":2:3: this is not UTF-8 (byte 0xe9, é in Windows-1252); save the file in the encoding UTF-8",
        ),
        (b'{"a": 1, "a": 2}', f": {NONE}: `a` is given twice"),
        (b'{"a": NaN}', f": {NONE}: `NaN` is no number"),
        (b'{"a": -Infinity}', f": {NONE}: `-Infinity` is no number"),
        (b"[" * 100_000, f": {NONE}: it is nested too deeply"),
        (b'{"a":' * 100_000, f": {NONE}: it is nested too deeply"),
        (b"[" + b"9" * 5_000 + b"]", f": {NONE}: "),
        (b'{"force": "\\ud800"}', f": {NONE}: "),
        (b'{"\\ud800": 1}', f": {NONE}: "),
        (b"[]", f": {NONE}: "),
        (b"{}", f": {NONE}: "),
    ],
)
def test_what_is_no_assessment_is_told_in_a_line(file, rulebook, data, told):
    file.write_bytes(data)
    with pytest.raises(peelrules.DocumentError) as caught:
        load_assessment(file)
    [problem] = str(caught.value).splitlines()
    assert problem.startswith(f"{file}{told}")
    with pytest.raises(peelrules.DocumentError):
        load_any(file, rulebook)  # which takes it for evidence


def test_an_assessment_is_read_as_it_was_written(file, assessment):
    file.write_text(f"\ufeff{assessment.model_dump_json()}", encoding="utf-8")
    assert load_assessment(file) == assessment
    file.write_text(json.dumps(assessment.model_dump(mode="json")), encoding="utf-8")
    assert load_assessment(file) == assessment
