"""The command: it opens the page, and what it is asked for in vain is told in a line."""

import builtins
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from contextlib import contextmanager, suppress

import pytest
from edited import TEXT

from peelrules.edit.desk import Desk


def test_without_the_extra_it_tells_how_to_get_it(run, monkeypatch, file):
    imported = builtins.__import__

    def without(name, *arguments):
        if name.startswith("peelrules.edit.serv"):
            raise ModuleNotFoundError("No module named 'starlette'", name="starlette")
        return imported(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", without)
    code, out, err = run("edit", str(file))
    assert (code, out) == (2, "")
    assert 'pip install "peelrules[edit]"' in err


def test_what_is_no_evidence_is_told_as_check_tells_it(run, tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text("force: [")
    told = run("edit", str(broken), "--no-browser")
    assert told[0] == 1
    assert told[2] == run("check", str(broken))[1].replace(" PR001 ", " ").partition("\n")[0] + "\n"


@pytest.mark.parametrize(
    ("name", "remedy"), [("-", "name a file"), ("a.csv", "peelrules convert"), ("a.ods", "convert"), ("a", "convert")]
)
def test_what_cannot_be_edited_is_told_with_what_to_do(run, name, remedy):
    code, out, err = run("edit", name)
    assert (code, out) == (2, "")
    assert remedy in err


def test_a_port_that_is_in_use_is_told(run, file):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, out, err = run("edit", str(file), "--no-browser", "--port", str(port))
    assert (code, out) == (2, "")
    assert f"port {port} cannot be used: Address already in use; name another, or leave it out" in err


@contextmanager
def serving(file, port=0):
    """The process, and the first line that it tells."""
    command = [sys.executable, "-m", "peelrules", "edit", str(file), "--no-browser", "--port", str(port)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        yield process, process.stderr.readline().strip()
    finally:
        process.kill()
        process.communicate()


def _put(key, value, was):
    return {"kind": "put", "finding": key, "field": ["finding"], "value": value, "was": was}


def _asking(address):
    """Opens the page, and asks as it would from then on."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    opener.open(address).close()
    origin = address.partition("/?")[0]

    def ask(path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Origin": origin, "Content-Type": "application/json"} if data else {}
        with opener.open(urllib.request.Request(f"{origin}/api/{path}", data, headers)) as answer:  # noqa: S310
            return json.load(answer)

    return ask


@pytest.mark.slow
def test_it_serves_on_the_loopback_address_alone_until_it_is_stopped(file):
    with serving(file) as (process, address):
        port = int(re.fullmatch(r"http://127\.0\.0\.1:(\d+)/\?token=[\w-]{32}", address)[1])
        with urllib.request.urlopen(address) as answer:  # noqa: S310
            assert b"peelrules edit" in answer.read()
        for other in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}:
            if not other.startswith("127."):
                with socket.socket() as stranger:
                    assert stranger.connect_ex((other, port)) != 0
        process.send_signal(signal.SIGTERM)  # a shell may have its background jobs ignore SIGINT
        assert process.wait(20) == 143
        assert "Traceback" not in process.stderr.read()
    with serving(file, port) as (_, address):  # at once, though a page was still connected
        assert f":{port}/" in address


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.2, 0.35])
def test_a_kill_amid_changes_leaves_a_draft_that_is_whole(file, after):
    with serving(file) as (process, address):
        ask = _asking(address)
        key = ask("document")["findings"][0]["key"]
        killing = threading.Timer(after, process.kill)
        was, answered = "Calls are answered quickly.", 0
        killing.start()
        with suppress(OSError, http.client.HTTPException):
            for number in range(1, 10_000):
                words = f"Calls wait {number} seconds. " + "x" * 3000
                ask("change", {"changes": [_put(key, words, was)]})
                was, answered = words, number
        killing.join()
        assert process.wait(10) == -signal.SIGKILL
    desk = Desk(file)
    kept = re.match(r"Calls wait (\d+) seconds", desk.reading.findings[0]["finding"])
    assert int(kept[1] if kept else 0) in (answered, answered + 1)
    assert desk.reading.text == TEXT.replace("Calls are answered quickly.", desk.reading.findings[0]["finding"])
    assert file.read_text() == TEXT


@pytest.mark.slow
def test_what_was_answered_is_there_after_the_server_is_killed(file):
    with serving(file) as (process, address):
        ask = _asking(address)
        key = ask("document")["findings"][0]["key"]
        was = "Calls are answered quickly."
        for number in range(20):
            words = f"Calls wait {number} seconds."
            ask("change", {"changes": [_put(key, words, was)]})
            was = words
        process.kill()
        process.wait(10)
    with serving(file) as (process, address):
        assert "went on with .anyshire.yaml.draft" in address
    assert "Calls wait 19 seconds." in file.with_name(".anyshire.yaml.draft").read_text()
    assert file.read_text() == TEXT
