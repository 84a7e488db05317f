"""The server: who may ask, and what is answered."""

import asyncio
import json
import os

import httpx
import pytest

import peelrules
from peelrules.edit.office import Office
from peelrules.edit.server import application
from peelrules.insight.sensitivity import sensitivity

HOST = "127.0.0.1:8765"
ORIGIN = f"http://{HOST}"
TOKEN = "a-token-that-only-one-knows"  # noqa: S105
POSTS = ["begin", "change", "undo", "redo", "save", "take-theirs"]
GETS = ["start", "status", "document", "grades", "firmness", "difference"]


class Client:
    """Asks the application without a network, as one browser would."""

    def __init__(self, office, headers=None):
        self.transport = httpx.ASGITransport(application(office, TOKEN, HOST))
        self.headers = dict(headers or {})
        self.cookies = httpx.Cookies()

    @classmethod
    def of(cls, client):
        """Another browser that asks the same server."""
        other = cls.__new__(cls)
        other.transport, other.headers, other.cookies = client.transport, dict(client.headers), httpx.Cookies()
        return other

    def request(self, method, path, headers=None, **content):
        async def asked():
            both = {**self.headers, **(headers or {})}
            async with httpx.AsyncClient(
                transport=self.transport, base_url=ORIGIN, cookies=self.cookies, headers=both
            ) as client:
                answer = await client.request(method, path, **content)
                self.cookies = client.cookies
                return answer

        return asyncio.run(asked())

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, **more):
        return self.request("POST", path, **more)


def client_of(office, **more):
    return Client(office, **more)


@pytest.fixture
def office(file, rulebook):
    return Office(rulebook, file, file.parent)


@pytest.fixture
def stranger(office):
    return client_of(office)


@pytest.fixture
def client(office):
    client = client_of(office, headers={"Origin": ORIGIN})
    assert client.get("/", params={"token": TOKEN}).status_code == 200
    return client


def changed(client, number, field, value, **more):
    finding = client.get("/api/document").json()["findings"][number]
    was = finding["value"]
    for name in field:
        was = was.get(name) if was else None
    change = {"kind": "put", "finding": finding["key"], "field": field, "value": value, "was": was}
    return client.post("/api/change", json={"changes": [change], **more})


# -- who may ask ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/main.js", "/nothing.js", *[f"/api/{name}" for name in GETS]])
@pytest.mark.parametrize("token", [None, "another", ""])
def test_whoever_does_not_know_the_token_is_refused(stranger, path, token):
    stranger.cookies.set("peelrules-8765", token or "none")
    answer = stranger.get(path, params={"token": token} if token is not None else {})
    assert (answer.status_code, "peelrules edit" in answer.text) == (403, True)
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("name", POSTS)
def test_whoever_does_not_know_the_token_changes_nothing(stranger, file, name):
    before = file.read_text()
    answer = stranger.post(f"/api/{name}?token={TOKEN}", json={}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403
    assert file.read_text() == before


def test_the_token_in_the_address_gives_a_cookie_that_no_script_and_no_other_page_has(stranger):
    answer = stranger.get("/", params={"token": TOKEN})
    assert answer.status_code == 200
    secret, *attributes = answer.headers["set-cookie"].split("; ")
    assert attributes == ["HttpOnly", "SameSite=Strict", "Path=/"]
    assert secret.startswith("peelrules-8765=")
    assert TOKEN not in secret
    assert stranger.get("/").status_code == 200
    assert stranger.get("/api/start").status_code == 200


def test_the_token_works_once_and_the_cookie_from_then_on(client):
    other = Client.of(client)
    assert other.get("/", params={"token": TOKEN}).status_code == 403
    assert client.get("/", params={"token": TOKEN}).status_code == 200
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example:8765", "127.0.0.1", "127.0.0.1:80", "localhost:8765", "127.0.0.1:8765.x"]
)
def test_no_other_name_is_answered(client, host):
    assert client.get("/api/document", headers={"Host": host}).status_code == 421
    assert client.post("/api/undo", json={}, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"https://{HOST}", "http://127.0.0.1:80", ""])
def test_pages_of_other_origins_are_refused(client, origin):
    assert client.post("/api/undo", json={}, headers={"Origin": origin}).status_code == 403
    assert client.get("/api/document", headers={"Origin": origin}).status_code == 403


def test_a_change_without_an_origin_is_refused(client):
    del client.headers["Origin"]
    assert client.post("/api/undo", json={}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_browsers_say_of_other_sites_is_heeded(client, site):
    for path in ("/", "/main.js", "/api/document"):
        assert client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert client.post("/api/undo", json={}, headers={"Sec-Fetch-Site": site}).status_code == 403
    del client.headers["Origin"]  # which no browser sends where a link is followed
    assert client.get("/", params={"token": TOKEN}, headers={"Sec-Fetch-Site": site}).status_code == 200


def test_no_answer_allows_other_origins(client):
    for method in ("OPTIONS", "GET", "HEAD"):
        answer = client.request(method, "/api/document", headers={"Access-Control-Request-Method": "POST"})
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path", ["/", "/main.js", "/edit.css", "/base.css", "/icon.svg", "/none", "/api/start", "/api/none"]
)
def test_every_answer_is_closed_to_everything_from_outside(client, path):
    headers = client.get(path).headers
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path", ["/../server.py", "/..%2fserver.py", "/%2e%2e/desk.py", "/index.html", "/page", "/.env"]
)
def test_nothing_but_the_page_is_served(client, path):
    assert client.get(path).status_code == 404


def test_the_page_has_no_script_or_style_of_its_own_and_asks_nobody_else(client):
    page = client.get("/").text
    assert "<script>" not in page
    assert "style=" not in page
    assert "http" not in page
    for name in ("main.js", "store.js", "edit.css"):
        assert client.get(f"/{name}").headers["content-type"].startswith("text/")


@pytest.mark.parametrize("name", POSTS)
@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b'{"more": 1}', 400),
        ("application/json", b"\xff", 400),
        ("application/json", b" " * 1_000_001, 413),
    ],
)
def test_what_is_not_what_was_asked_for_is_refused_and_changes_nothing(client, file, name, kind, body, code):
    before = file.read_text()
    answer = client.post(f"/api/{name}", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, bool(answer.json()["message"])) == (code, True)
    assert file.read_text() == before
    assert client.get("/api/status").json()["revision"] == 1


# -- what is answered -------------------------------------------------------------------------------


def test_the_words_of_the_framework_and_of_the_guide_are_told(client, rulebook):
    start = client.get("/api/start").json()
    told = [c["id"] for question in start["questions"] for c in question["characteristics"]]
    assert told == list(rulebook.framework.characteristics)
    assert start["guide"]["fields"]["extent"]["levels"].keys() == {"isolated", "some", "frequent", "widespread"}
    assert start["open"]


def test_a_change_is_answered_with_the_evidence_as_it_is_then_and_its_faults(client, file):
    told = changed(client, 1, ["extent"], "often").json()
    assert told["findings"][1]["value"]["extent"] == "often"
    assert [fault["field"] for fault in told["findings"][1]["faults"]] == [["extent"]]
    assert (told["saved"], told["undo"], told["revision"]) == (False, "extent of RES-02", 2)
    assert "extent: often" in file.with_name(told["draft"]).read_text()
    assert "extent" not in file.read_text()


def test_saving_keeps_comments_and_order(client, file):
    before = file.read_text()
    changed(client, 0, ["direction"], "neither")
    told = client.post("/api/save", json={}).json()
    assert told["saved"]
    assert file.read_text() == before.replace("direction: strength", "direction: neither")


def test_undo_and_redo(client):
    changed(client, 0, ["direction"], "neither")
    undone = client.post("/api/undo", json={}).json()
    assert undone["findings"][0]["value"]["direction"] == "strength"
    assert undone["done"] == {"words": "direction of RES-01", "finding": undone["findings"][0]["key"]}
    assert client.post("/api/redo", json={}).json()["findings"][0]["value"]["direction"] == "neither"


def test_what_another_tab_changed_is_not_written_over(client, office):
    other = client_of(office, headers={"Origin": ORIGIN})  # a server of its own before the same desk
    other.get("/", params={"token": TOKEN})
    seen = other.get("/api/document").json()["findings"][0]
    changed(client, 0, ["direction"], "neither")
    change = {"kind": "put", "finding": seen["key"], "field": ["direction"], "value": "shortfall", "was": "strength"}
    answer = other.post("/api/change", json={"changes": [change]})
    assert answer.status_code == 409
    assert answer.json()["findings"][0]["value"]["direction"] == "neither"
    assert "changed meanwhile" in answer.json()["message"]


def test_a_file_changed_elsewhere_is_told_and_not_written_over(client, file):
    changed(client, 0, ["direction"], "neither")
    theirs = file.read_text() + "# theirs\n"
    file.write_text(theirs)
    assert client.get("/api/status").json()["elsewhere"]
    answer = client.post("/api/save", json={})
    assert (answer.status_code, "changed elsewhere" in answer.json()["message"]) == (409, True)
    assert file.read_text() == theirs
    difference = client.get("/api/difference").json()
    assert "-# theirs" in difference["lines"]
    assert client.post("/api/save", json={"over": difference["mark"]}).json()["saved"]
    assert "direction: neither" in file.read_text()


def test_the_grades_are_those_of_the_command_line(lancashire_file, rulebook, assessment):
    client = client_of(Office(rulebook, lancashire_file, lancashire_file.parent), headers={"Origin": ORIGIN})
    client.get("/", params={"token": TOKEN})
    told = client.get("/api/grades").json()["told"]
    assert {each["id"]: each["grade"] for each in told["questions"]} == {
        judgment.core_question: str(judgment.grade) if judgment.grade else None for judgment in assessment.judgments
    }
    assert told["findings"]["INV-05"]["gravity"] == str(assessment.finding["INV-05"].gravity)


def test_how_firm_they_are_is_told_as_on_the_command_line(client, file, rulebook):
    firm = client.get("/api/firmness").json()["told"]
    told = sensitivity(peelrules.load_evidence(file, rulebook), rulebook)
    assert firm["draws"] == told.draws
    assert {q: [m["finding"] for m in f["matter_most"]] for q, f in firm["questions"].items()} == {
        f.core_question: list(f.matter_most) for f in told.questions if f.grade is not None
    }


def test_findings_with_faults_are_left_out_of_the_grades_and_that_is_said(client):
    changed(client, 0, ["strand"], "hearsay")
    answer = client.get("/api/grades").json()
    assert (answer["revision"], answer["told"]["left_out"], list(answer["told"]["findings"])) == (2, 1, ["RES-02"])


# -- a new file -------------------------------------------------------------------------------------

START = {
    "file": "new.yaml",
    "framework": "peel-2021-22",
    "force": "Anyshire Police",
    "source": "An inspection: 2022",
    "publisher": "HMICFRS",
}


@pytest.fixture
def newcomer(rulebook, tmp_path):
    client = client_of(Office(rulebook, None, tmp_path), headers={"Origin": ORIGIN})
    client.get("/", params={"token": TOKEN})
    return client


def test_a_new_file_is_a_draft_until_it_is_saved(newcomer, tmp_path, rulebook):
    assert newcomer.get("/api/document").status_code == 404
    told = newcomer.post("/api/begin", json={**START, "questions": ["responding"]}).json()
    assert (told["file"], told["saved"], told["chosen"], told["findings"]) == ("new.yaml", False, ["responding"], [])
    assert [path.name for path in tmp_path.iterdir()] == [".new.yaml.draft"]
    newcomer.post("/api/save", json={})
    assert [path.name for path in tmp_path.iterdir()] == ["new.yaml"]
    evidence = peelrules.load_evidence(tmp_path / "new.yaml", rulebook)
    assert (evidence.force, evidence.sources["report"].title) == ("Anyshire Police", "An inspection: 2022")


@pytest.mark.parametrize("name", ["../up.yaml", "/x.yaml", ".hidden", "a/b.yaml", "a\\b.yaml", "", " ", "there.yaml"])
def test_a_new_file_stands_where_it_was_asked_for_and_takes_the_place_of_none(newcomer, tmp_path, name):
    (tmp_path / "there.yaml").write_text("kept")
    answer = newcomer.post("/api/begin", json={**START, "file": name})
    assert (answer.status_code, "name" in answer.json()["message"]) == (422, True)
    assert [path.name for path in tmp_path.iterdir()] == ["there.yaml"]
    assert (tmp_path / "there.yaml").read_text() == "kept"


def test_beginning_twice_is_beginning_once(newcomer):
    newcomer.post("/api/begin", json=START)
    told = newcomer.post("/api/begin", json={**START, "force": "Otherton"}).json()
    assert told["header"]["force"] == "Anyshire Police"


def test_a_draft_of_a_new_file_is_gone_on_with(newcomer, tmp_path, rulebook):
    newcomer.post("/api/begin", json=START)
    finding = {"id": "F-01", "finding": "Calls wait."}
    newcomer.post("/api/change", json={"changes": [{"kind": "add", "after": None, "value": finding}]})
    office = Office(rulebook, tmp_path / "new.yaml", tmp_path)
    assert office.desk.restored
    assert office.desk.reading.findings == [finding]


def test_words_that_no_encoding_has_are_refused(client):
    body = json.dumps({"changes": [{"kind": "add", "after": None, "value": {"id": "a \ud800 b"}}]})
    answer = client.post("/api/change", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert client.get("/api/status").json()["revision"] == 1


def test_a_file_whose_name_is_in_no_encoding_is_told_all_the_same(file, rulebook):
    odd = file.rename(file.with_name(os.fsdecode(b"any\xffshire.yaml")))
    client = client_of(Office(rulebook, odd, odd.parent), headers={"Origin": ORIGIN})
    client.get("/", params={"token": TOKEN})
    assert changed(client, 0, ["direction"], "neither").json()["file"] == odd.name
    assert client.post("/api/save", json={}).json()["saved"]
