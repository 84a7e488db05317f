"""Which rulebook a command reads evidence with, and what it says of frameworks."""

import json
import shutil
from pathlib import Path

import pytest

import peelrules
from peelrules.documents.bundled import bundled_rulebooks

ROOT = Path(__file__).parents[2]
OLD = ROOT / "evidence/lancashire.yaml"
NEW = ROOT / "evidence/examples/anyshire-2023-25.yaml"
TOGETHER = [OLD, NEW]
SEVERAL = "the files are of several frameworks (peel-2021-22, peel-2023-25); name those of one of them"


@pytest.fixture
def evidence(tmp_path):
    """Write the newer evidence, changed; gives its file."""

    def write(*replacements):
        text = NEW.read_text(encoding="utf-8")
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "evidence.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "evidence.yaml"

    return write


def test_each_file_is_graded_by_the_rulebook_of_its_framework(run):
    found = json.loads(run("grade", *TOGETHER, "--format", "json")[1])
    assert [each["rulebook"]["id"] for each in found] == ["peel-2021-22", "peel-2023-25"]
    identities = [peelrules.load_rulebook(name).identity.hash for name in ("peel-2021-22", "peel-2023-25")]
    assert [each["rulebook"]["hash"] for each in found] == identities


def test_the_same_from_python():
    evidence = peelrules.load_evidence(NEW)
    assert peelrules.grade(evidence).rulebook == peelrules.load_rulebook("peel-2023-25").identity
    with pytest.raises(peelrules.UnknownNameError, match="there is no bundled rulebook `mine`"):
        peelrules.grade(evidence.model_copy(update={"framework": "mine"}))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("peel-2023-52", "; did you mean `peel-2023-25`?"),
        ("fire", "; name one of them, or give the rulebook of this one"),
    ],
)
def test_a_framework_that_nobody_knows_is_told_where_it_stands_with_all_else(run, evidence, name, remedy):
    file = evidence(("framework: peel-2023-25", f"framework: {name}"), ("id: REC-01", "id: REC 01"))
    code, out, err = run("grade", file)
    assert (code, out) == (1, "")
    first, second = err.splitlines()
    assert (
        first
        == f"{file}:4:12: no framework `{name}` comes with peelrules, but {', '.join(bundled_rulebooks())}{remedy}"
    )
    assert second.startswith(f"{file}:10:9: ")


def test_a_rulebook_that_is_named_is_used_for_all(run):
    code, _, err = run("grade", *TOGETHER, "--rules", "peel-2021-22")
    assert code == 1
    assert err.startswith(
        f"{NEW}:4:12: this rulebook is for `peel-2021-22`, not `peel-2023-25`; correct it, or use the rulebook of that "
        "framework\n"
    )


def test_a_folder_of_a_name_comes_before_the_bundled_rulebook(run, tmp_path, monkeypatch):
    folder = shutil.copytree(bundled_rulebooks()["peel-2023-25"], tmp_path / "peel-2023-25")
    file = folder / "framework.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("version: 1", "version: 7"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    named = json.loads(run("grade", NEW, "--rules", "peel-2023-25", "--format", "json")[1])
    assert named["rulebook"]["version"].startswith("7")
    assert json.loads(run("grade", NEW, "--format", "json")[1])["rulebook"]["version"].startswith("1")


@pytest.mark.parametrize("command", ["agreement", "report"])
def test_commands_that_hold_files_together_want_one_framework(run, tmp_path, command):
    code, out, err = run(command, *TOGETHER, *(["-o", tmp_path / "page.html"] if command == "report" else []))
    assert (code, out) == (2, "")
    assert SEVERAL in err
    assert list(tmp_path.iterdir()) == []


def test_audit_holds_each_framework_together_by_itself(run, tmp_path):
    outcome = "force: {}\nframework: {}\nsource: {{title: A report, publisher: P}}\ngrades: {{resources: good}}\n"
    files = {"old": ("Lancashire Constabulary", "peel-2021-22"), "new": ("Anyshire Police", "peel-2023-25")}
    for name, published in files.items():
        (tmp_path / f"{name}.yaml").write_text(outcome.format(*published))
    code, out, _ = run("audit", *TOGETHER, "--published", tmp_path, "--format", "json")
    assert code == 0
    assert [each["rulebook"]["id"] for each in json.loads(out)] == ["peel-2021-22", "peel-2023-25"]
    inspected = [{record["inspected"]["force"] for record in each["records"]} for each in json.loads(out)]
    assert inspected == [{"Lancashire Constabulary"}, {"Anyshire Police"}]


def test_population_grades_by_one_rulebook(run):
    code, _, err = run("population", *TOGETHER, "--quiet")
    assert code == 1
    assert "this rulebook is for `peel-2021-22`, not `peel-2023-25`" in err
    assert run("population", NEW, "--quiet", "--rules", "peel-2023-25")[0] == 0


@pytest.mark.parametrize(
    "command",
    [
        ("explain",),
        ("path", "responding", "outstanding"),
        ("whatif",),
        ("sensitivity", "--draws", "10"),
        ("compare",),
        ("rules", "--evidence"),
    ],
    ids=lambda command: command[0],
)
def test_an_inspection_of_another_cycle_is_told_wherever_evidence_is_read(run, evidence, command):
    file = evidence(("inspection: PEEL 2023-25", "inspection: PEEL 2021/22"))
    name, *more = command
    where = [file, file] if name == "compare" else [file]
    code, out, err = run(name, *more, *where) if name == "rules" else run(name, *where, *more)
    assert code == 0, err
    told = " ".join((out + err).split())
    assert told.count("The inspection is named PEEL 2021/22, and ") == 1


# -- frameworks ---------------------------------------------------------------------------------------------


def test_frameworks_lists_every_bundled_rulebook(run):
    code, out, err = run("frameworks", "--format", "json")
    assert (code, err) == (0, "")
    found = {each["rulebook"]["id"]: each for each in json.loads(out)}
    assert list(found) == list(bundled_rulebooks())
    for name, told in found.items():
        rulebook = peelrules.load_rulebook(name)
        characteristics = rulebook.framework.characteristics.values()
        assert told["rulebook"]["hash"] == rulebook.identity.hash
        assert told["characteristics"] == len(characteristics)
        assert told["inferred"] == sum(each.inferred for each in characteristics)
        assert told["inspections"] == list(rulebook.framework.inspections) != []
    assert found["peel-2025-27"]["extends"] == ["peel-2023-25", "peel-2021-22"]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_frameworks_says_what_was_read_and_what_extends_what(run, form):
    out = " ".join(run("frameworks", "--format", form)[1].replace("\\", "").split())
    framework = peelrules.load_rulebook("peel-2025-27").framework
    inferred = len(framework.inferred)
    read = len(framework.characteristics) - inferred
    assert f"{read} read where the framework was published, {inferred} inferred from elsewhere" in out
    assert "Extends peel-2023-25, which extends peel-2021-22" in out
    assert "with --accounts" in out


@pytest.mark.slow
def test_frameworks_holds_accounts_against_the_framework_of_their_cycle(run):
    accounts = ROOT / "evidence/accounts/second.yaml"
    out = run("frameworks", "--accounts", accounts)[1]
    for name, more in (("PEEL 2021/22", []), ("PEEL 2023-25", ["--as", "peel-2023-25"])):
        told = json.loads(run("accounts", accounts, *more, "--format", "json")[1])["sets"][0]["figures"]
        [figures] = [each for each in told if each["name"] == name]
        same, within = figures["exact"], figures["within_one_tier"]
        assert f"{same} of {figures['judgments']} are the same, {within} are within one tier" in out
    assert out.count("are the same") == 2
    assert "--accounts" not in out


# -- rulebooks that extend others ---------------------------------------------------------------------------


def test_rules_says_what_comes_from_where(run):
    page = json.loads(run("rules", "--rules", "peel-2023-25", "--format", "json")[1])
    out = run("rules", "--rules", "peel-2023-25")[1]
    assert page["extends"] == ["peel-2021-22"]
    for folder in ("peel-2021-22", "peel-2023-25"):
        kinds = [page[kind] for kind in ("rules", "counts", "characteristics")]
        numbers = [sum(each["place"].startswith(f"{folder}/") for each in kind) for kind in kinds]
        assert all(numbers)
        assert [folder, *map(str, numbers)] in [line.split() for line in out.splitlines()]
    assert "It extends peel-2021-22." in out


def test_diff_compares_frameworks_of_different_ids(run):
    code, out, err = run("diff", "peel-2021-22", "peel-2023-25")
    assert (code, err) == (0, "")
    assert "Core question resources" in out
    assert "Core question vulnerable" not in out  # the same in both
    code, out, err = run("diff", "peel-2021-22", "peel-2023-25", OLD)
    assert (code, out) == (2, "")
    assert "evidence is coded for peel-2021-22 or for peel-2023-25, and not for both" in err


def test_check_counts_what_is_inferred_and_warns_of_none_of_it(run):
    code, out, _ = run("check", "peel-2023-25", "peel-2025-27")
    assert code == 0
    for name in ("peel-2023-25", "peel-2025-27"):
        framework = peelrules.load_rulebook(name).framework
        line = f"{name}: {len(framework.inferred)} of {len(framework.characteristics)} characteristics are inferred"
        assert line in out.splitlines()
    assert out.splitlines()[-1].startswith("no faults, no warnings in ")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_a_grade_is_told_with_how_much_of_its_framework_is_inferred(run, tmp_path, form):
    if form == "html":
        run("report", NEW, "--no-paths", "-o", tmp_path / "page.html")
        out = (tmp_path / "page.html").read_text(encoding="utf-8")
    else:
        out = " ".join(run("grade", NEW, "--format", form)[1].split())
    framework = peelrules.load_rulebook("peel-2023-25").framework
    number, of = len(framework.inferred), len(framework.characteristics)
    assert f"{number} of the framework's {of} characteristics are inferred, for they" in out.replace("&#39;", "'")


def test_nothing_is_said_where_all_was_read(run, tmp_path):
    folder = shutil.copytree(ROOT / "tests/broken/rulebooks/sound", tmp_path / "sound")
    file = tmp_path / "evidence.yaml"
    file.write_text("force: A\nframework: small\nsources: {}\nfindings: []\n")
    out = run("grade", file, "--rules", folder)[1]
    assert "Rulebook small" in out
    assert "inferred" not in out
    assert "inferred" not in run("check", folder)[1]


def test_nothing_is_written_over_the_rulebook_that_is_extended(run, tmp_path):
    shutil.copytree(ROOT / "tests/broken/rulebooks/sound", tmp_path / "sound")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/framework.yaml").write_text("extends: ../sound\nid: mine\ntitle: Mine\nversion: 1.0.0\n")
    before = (tmp_path / "sound/samples.yaml").read_text()
    code, _, err = run("rules", "--rules", tmp_path / "mine", "-o", tmp_path / "sound/samples.yaml")
    assert code == 2
    assert "which the command reads" in err
    assert (tmp_path / "sound/samples.yaml").read_text() == before
