"""Files that are none, or none of the ordinary kind."""

import io
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.files import text_of

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
REASON = "the file cannot be read"


def refusal(source):
    with pytest.raises(peelrules.DocumentError) as caught:
        text_of(source)
    return str(caught.value)


def test_a_pipe_is_read_to_its_end(tmp_path):
    os.mkfifo(pipe := tmp_path / "pipe")
    writer = threading.Thread(target=pipe.write_text, args=("a: é\n" * 100_000,))
    writer.start()
    assert text_of(pipe) == "a: é\n" * 100_000
    writer.join()


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr("peelrules.documents.files._PATIENCE", 0.1)
    os.mkfifo(pipe := tmp_path / "pipe")
    assert refusal(pipe) == f"{pipe}: {REASON}: it is a pipe, and nothing comes through it"


@pytest.mark.parametrize("source", ["-", "/dev/stdin", "/dev/fd/0"])
def test_what_is_piped_in_is_read(source):
    if not Path(source).exists() and source != "-":
        pytest.skip("there is no such file here")
    code = "import sys; from peelrules.documents.files import text_of; print(text_of(sys.argv[1]))"
    command = [sys.executable, "-c", code, source]
    child = subprocess.run(command, input=b"a: b", capture_output=True, check=True)  # noqa: S603
    assert child.stdout.split() == [b"a:", b"b"]


def test_a_device_is_read_no_further_than_the_limit():
    assert "more than 10,000,000 bytes in a file" in refusal("/dev/zero")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("a\0b", f"a\\x00b: {REASON}: embedded null byte"),
        ("x" * 300, f"{'x' * 300}: {REASON}: File name too long"),
        ("\udce9.yaml", "\\udce9.yaml: there is no such file"),
        ("two\nlines", "two\\nlines: there is no such file"),
    ],
)
def test_a_name_that_no_file_can_have_is_told(name, told):
    assert refusal(name) == told


def test_a_lone_surrogate_is_in_no_name():
    assert refusal("\ud800").startswith(f"\\ud800: {REASON}")


def test_a_link_to_itself_is_refused(tmp_path):
    (loop := tmp_path / "loop").symlink_to(loop)
    assert refusal(loop) == f"{loop}: {REASON}: Too many levels of symbolic links"


@pytest.mark.parametrize("stream", [None, io.TextIOWrapper(io.BytesIO())])
def test_standard_input_that_is_not_there_is_told(monkeypatch, stream):
    if stream:
        stream.close()
    monkeypatch.setattr("sys.stdin", stream)
    assert refusal("-").startswith(f"<stdin>: {REASON}: ")
