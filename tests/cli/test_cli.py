import csv
import io
import json
import os
import pty
import re
import shutil
import stat
import subprocess
import sys
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest
from processes import CODE, LANCASHIRE, spawn, spawned

import peelrules
from peelrules.cli import main
from peelrules.documents import choice
from peelrules.documents.bundled import bundled_rulebook

ROOT = Path(__file__).parents[2]
PUBLISHED = str(ROOT / "evidence/published/lancashire.yaml")
ACCOUNTS = str(ROOT / "evidence/accounts/first.yaml")
FORMATS = ("text", "json", "markdown", "csv")
SAYS_INDICATIVE = {
    "text": "\nIndicative grades: ",
    "json": '\n  "indicative": true,\n',
    "markdown": "\nIndicative grades: ",
    "csv": ",indicative_grade,",
}
DOCUMENTED = {  # what others may build on
    "": {"force", "framework", "indicative", "judgments", "areas_for_improvement", "causes_of_concern",
         "critical_shortfalls",
         "innovative_practice", "characteristics"},
    "judgments": {"core_question", "title", "reporting", "grade", "ceiling", "coverage", "reasons"},
    "areas_for_improvement": {"core_question", "characteristic", "title", "findings"},
    "critical_shortfalls": {"core_question", "characteristic", "title", "findings", "is_cause_of_concern"},
    "causes_of_concern": {"core_question", "characteristics", "title", "findings", "recommendations"},
    "innovative_practice": {"core_question", "characteristic", "title", "finding"},
    "characteristics": {"core_question", "characteristic", "title", "status"},
}  # fmt: skip
CRITICAL = ("direction: shortfall", "seriousness: critical", "extent: widespread", "state: open")
INNOVATIVE = ("direction: strength", "innovative: true")
USAGE = 2


def test_the_command_is_installed():
    [entry] = entry_points(group="console_scripts", name="peelrules")
    assert entry.load() is main


# -- help and versions ----------------------------------------------------------------------------


def test_help_names_the_commands_and_promises_no_official_grade(run):
    code, out, _ = run("--help")
    assert code == 0
    assert " grade " in out
    assert "Every grade is indicative" in out


def test_without_arguments_there_is_help(run):
    code, out, err = run()
    assert (code, out, err.split()) == (USAGE, "", run("--help")[1].split())


@pytest.mark.parametrize("arguments", [["--help"], ["grade", "--help"], ["grade"]])
def test_help_loads_no_rules_engine(arguments):
    program = f"""if True:
        import sys
        sys.argv = ["peelrules", *{arguments}]
        from peelrules.cli import main
        try:
            main()
        finally:
            print(*sys.modules, file=sys.stderr)
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": CODE},
    )
    loaded = done.stderr.splitlines()[-1].split()
    assert "peelrules.cli.commands" in loaded
    assert not [name for name in loaded if name.startswith(("durable", "peelrules.engine"))]


def test_the_version_names_the_rulebook_and_its_content(run, rulebook):
    expected = f"peelrules {version('peelrules')}, rulebook peel-2021-22 1.0.0 ({rulebook.identity.hash})\n"
    assert run("--version") == (0, expected, "")


COMMANDS = [
    "grade", "explain", "path", "whatif", "compare", "report", "sensitivity", "audit", "agreement", "accounts",
    "rules", "diff", "characteristics",
    "check", "convert", "schema", "test", "population",
    "new", "new evidence", "new rulebook",
]  # fmt: skip


@pytest.mark.parametrize("columns", [50, 80])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_of_every_command_fits_the_terminal(run, monkeypatch, columns, command):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = run(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= columns
    assert "..." not in out.partition("\n\n")[2]  # what is before tells the usage
    assert all(re.search(rf"^  {name} ", out, re.MULTILINE) for name in COMMANDS if not command and " " not in name)


# -- what grade writes ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_says_that_grades_are_indicative(run, kind):
    code, out, err = run("grade", LANCASHIRE, "--format", kind)
    assert (code, err) == (0, "")
    assert SAYS_INDICATIVE[kind] in out


def test_text_in_a_pipe_is_plain_and_fits_80_columns():
    code, out, err = spawned("grade", LANCASHIRE)
    assert (code, err) == (0, "")
    assert out.startswith("Lancashire Constabulary, PEEL 2021/22\nIndicative ")
    assert "\x1b" not in out
    assert 72 < max(map(len, out.splitlines())) <= 80
    assert not [line for line in out.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    ("env", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colours_unless_it_wants_none(env, coloured):
    ours, theirs = pty.openpty()
    process = spawn("grade", LANCASHIRE, env=env, stdout=theirs)
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    assert process.wait(60) == 0
    process.stderr.close()
    os.close(ours)
    assert b"Lancashire" in shown
    assert (b"\x1b[" in shown) is coloured


def _read(descriptor):
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_json_has_the_documented_shape(run, evidence):
    documents = json.loads(run("grade", LANCASHIRE, evidence(coding=CRITICAL), "-f", "json")[1])
    for document in documents:
        assert document.keys() >= DOCUMENTED[""]
        assert document["indicative"] is True
    for name in DOCUMENTED.keys() - {""}:
        items = [item for document in documents for item in document[name]]
        assert items
        assert all(item.keys() >= DOCUMENTED[name] for item in items)


def test_json_is_read_back_as_the_assessment(run, in_context):
    out = run("grade", LANCASHIRE, "-f", "json")[1]
    assert peelrules.Assessment.model_validate_json(out) == in_context


def test_json_of_several_forces_is_a_list(run, evidence):
    out = run("grade", evidence("a", "A"), evidence("b", "B"), "-f", "json")[1]
    assert [document["force"] for document in json.loads(out)] == ["A", "B"]


def test_csv_has_a_row_for_each_question_of_each_force(run, evidence, rulebook):
    forces = ("Anyshire, Police", 'The "B" force', "Übershire")
    files = [evidence(str(number), force) for number, force in enumerate(forces)]
    rows = list(csv.DictReader(io.StringIO(run("grade", *files, "-f", "csv")[1])))
    questions = [question.id for question in rulebook.framework.core_questions]
    assert [(row["force"], row["core_question"]) for row in rows] == [(f, q) for f in forces for q in questions]
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("sign", "=+-@")
def test_no_cell_of_csv_is_a_formula(run, evidence, sign):
    out = run("grade", evidence(force=f"{sign}1+1"), "-f", "csv")[1]
    assert {row["force"] for row in csv.DictReader(io.StringIO(out))} == {f"'{sign}1+1"}


def test_markdown_shows_the_words_of_documents_as_they_are(run, evidence):
    file = evidence(force="<b>|*x*\n# [y](z)", finding="<i>|_x_\n- `y`", coding=INNOVATIVE)
    out = run("grade", file, "-f", "markdown")[1]
    assert out.startswith("# \\<b\\>\\|\\*x\\* \\# \\[y\\](z), ")
    assert "\n- **Responding to the public**: \\<i\\>\\|\\_x\\_ - \\`y\\` (A-1)\n" in out


@pytest.mark.parametrize("kind", ["text", "markdown"])
def test_a_cause_of_concern_comes_with_a_recommendation(run, evidence, kind):
    file = evidence(coding=[*CRITICAL, "recommendation: Answer within ten seconds."])
    out = run("grade", file, "-f", kind)[1]
    assert re.search(r"Recommended(\*\*)?: Answer within ten seconds\.", out)


def test_several_forces_come_one_after_the_other(run, evidence):
    for kind in ("text", "markdown"):
        out = run("grade", evidence("b", "Beta"), evidence("a", "Alpha"), "-f", kind)[1]
        assert re.findall(r"^(?:# )?(Alpha|Beta), ", out, re.MULTILINE) == ["Beta", "Alpha"]


def test_a_dash_reads_standard_input(run):
    text = Path(LANCASHIRE).read_text(encoding="utf-8")
    assert run("grade", "-", stdin=text) == run("grade", LANCASHIRE)
    assert run("grade", "-", stdin="") == (
        1,
        "",
        "<stdin>:1:1: the file is empty; begin with `force: …` and `framework: …`\n",
    )


def test_a_rulebook_elsewhere_with_the_same_content_grades_the_same(run, tmp_path):
    copy = shutil.copytree(bundled_rulebook(), tmp_path / "rulebook")
    assert run("grade", LANCASHIRE, "--rules", copy) == run("grade", LANCASHIRE)


def test_grading_does_not_depend_on_the_working_directory(tmp_path, run):
    assert spawned("grade", LANCASHIRE, "-f", "csv", cwd=tmp_path) == run("grade", LANCASHIRE, "-f", "csv")


def words_of(out):
    """The words of an output, without the signs around them."""
    return {word.strip("`()[],;:.-─") for word in out.split()} | {""}


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        "grade {0}",
        "grade {0} --as peel-2025-27",
        "explain {0} investigating",
        "explain {0} investigating --full",
        "explain {0} investigating --why-not good",
        "explain {0} --finding VSA-10",
        "path {0} investigating adequate",
        "whatif {0} --drop VSA-10",
        "compare {0} --published {1}",
        "compare {0} {0}",
        "sensitivity {0} --draws 5 --full",
        "audit {0} --published {1}",
        "accounts {2}",
        "agreement {0} {0} --full",
        "rules",
        "rules --table gravity",
        "rules gravity.any-shortfall",
        "diff peel-2021-22 peel-2023-25",
        "population {0}",
        "characteristics",
        "frameworks",
        "test",
        "check --explain PR201",
    ],
)
def test_text_fits_the_terminal_and_keeps_words_whole(run, monkeypatch, command):
    arguments = command.format(LANCASHIRE, PUBLISHED, ACCOUNTS).split()
    monkeypatch.setenv("COLUMNS", "200")
    whole = words_of(run(*arguments)[1])
    for columns in (40, 50, 72, 100, 200):
        monkeypatch.setenv("COLUMNS", str(columns))
        code, out, _ = run(*arguments)
        assert code == 0
        wide = [line for line in out.splitlines() if len(line) > columns]
        assert [line for line in wide if len(line.removeprefix("- ").split()) > 1] == []  # ids are there to be copied
        assert words_of(out) - whole == set()


def test_a_table_that_does_not_fit_is_told_grade_by_grade(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    told = "\nAdequate\n- Responding to the public\nRequires improvement\n- Investigating crime\n"
    assert told in run("grade", LANCASHIRE)[1]


# -- exit codes and faults ------------------------------------------------------------------------


def test_the_problems_of_all_files_are_told_and_nothing_is_graded(run, evidence, tmp_path):
    good, bad, worse = evidence("good"), evidence("bad"), tmp_path / "missing.yaml"
    bad.write_text(bad.read_text().replace("direction", "directoin").replace("strand: field", "strand: feld"))
    code, out, err = run("grade", bad, good, worse)
    assert (code, out) == (1, "")
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{bad}:9:5", f"{bad}:10:13", str(worse)]


def test_the_problems_of_a_rulebook_are_told(run, tmp_path):
    assert run("grade", LANCASHIRE, "--rules", tmp_path / "no") == (
        1,
        "",
        f"{tmp_path / 'no'}: there is no such folder\n",
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["grade", LANCASHIRE, "--format", "xml"], "'xml' is not one of"),
        (["grade", LANCASHIRE, "--require", "excellent"], "`excellent` is not one of"),
        (["grade", LANCASHIRE, "--output"], "requires an argument"),
        (["grade"], "Missing argument"),
        (["grade", LANCASHIRE, "--loud"], "No such option"),
        (["upgrade"], "No such command"),
    ],
)
def test_wrong_usage_is_told_as_such(run, arguments, told):
    code, out, err = run(*arguments)
    assert (code, out) == (USAGE, "")
    assert told in err


EXIT_CODES = [  # good, a faulty document, a missing file, an unknown option, something unknown that is asked for
    ("grade {good}", 0),
    ("grade {faulty}", 1),
    ("grade {missing}", 1),
    ("grade {good} --loud", 2),
    ("grade {good} --require good", 1),
    ("explain {good} investigating", 0),
    ("explain {faulty}", 1),
    ("explain {missing}", 1),
    ("explain {good} --loud", 2),
    ("explain {good} investigations", 2),
    ("explain {good} --finding XXX-1", 2),
    ("path {good} investigating adequate", 0),
    ("path {faulty} investigating adequate", 1),
    ("path {missing} investigating adequate", 1),
    ("path {good} investigating adequate --loud", 2),
    ("path {good} investigations adequate", 2),
    ("whatif {good} --set INV-05.state=remedied", 0),
    ("whatif {faulty}", 1),
    ("whatif {missing}", 1),
    ("whatif {good} --loud", 2),
    ("whatif {good} --set XXX-1.state=open", 2),
    ("compare {good} --published {published}", 0),
    ("compare {faulty} --published {published}", 1),
    ("compare {good} --published {missing}", 1),
    ("compare {good} --loud", 2),
    ("compare {good}", 2),
    ("report {good} --no-paths -o {new}", 0),
    ("report {faulty}", 1),
    ("report {missing}", 1),
    ("report {good} --loud", 2),
    ("sensitivity {good} --draws 5", 0),
    ("sensitivity {faulty}", 1),
    ("sensitivity {missing}", 1),
    ("sensitivity {good} --draws 0", 2),
    ("audit {good} --published {published}", 0),
    ("audit {faulty} --published {published}", 1),
    ("audit {missing} --published {published}", 1),
    ("audit {good}", 2),
    ("accounts {accounts}", 0),
    ("accounts {faulty}", 1),
    ("accounts {missing}", 1),
    ("accounts", 2),
    ("agreement {good} {good}", 0),
    ("agreement {good} {faulty}", 1),
    ("agreement {good} {missing}", 1),
    ("agreement {good} {good} --loud", 2),
    ("agreement {good}", 2),
    ("rules", 0),
    ("rules --rules {missing}", 1),
    ("rules --evidence {faulty}", 1),
    ("rules gravity.none-such", 2),
    ("diff {rulebook} {rulebook} {good}", 0),
    ("diff {rulebook} {missing}", 1),
    ("diff {rulebook}", 2),
    ("check {good}", 0),
    ("check {faulty}", 1),
    ("check {missing}", 1),
    ("check --explain PR999", 2),
    ("schema evidence", 0),
    ("schema evidence --rules {missing}", 1),
    ("schema documents", 2),
    ("test", 0),
    ("test {missing}", 1),
    ("test --loud", 2),
    ("test --noise --draws 5 --evidence {good} --published {published}", 0),
    ("test --noise --evidence {good} --published {faulty}", 1),
    ("test --draws 5", 2),
    ("population {good}", 0),
    ("population {faulty}", 1),
    ("population {missing}", 1),
    ("population {good} -o result.txt", 2),
    ("upgrade", 2),
    ("--loud", 2),
    ("--version", 0),
]


@pytest.mark.parametrize(("command", "wanted"), EXIT_CODES)
def test_exit_codes_are_as_documented(run, tmp_path, command, wanted):
    (tmp_path / "faulty.yaml").write_text("force: [\n")
    code, _, err = run(
        *command.format(
            good=LANCASHIRE,
            published=PUBLISHED,
            accounts=ACCOUNTS,
            rulebook=bundled_rulebook(),
            faulty=tmp_path / "faulty.yaml",
            missing=tmp_path / "missing",
            new=tmp_path / "new",
        ).split()
    )
    assert code == wanted
    assert "Traceback" not in err
    assert code != USAGE or len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "words", ["requires-improvement", "requires improvement", "Requires Improvement", "REQUIRES-improvement"]
)
@pytest.mark.parametrize(
    "command", ["grade {} --require", "path {} investigating", "explain {} investigating --why-not"]
)
def test_a_grade_is_known_however_it_is_written(run, words, command):
    code, _, err = run(*command.format(LANCASHIRE).split(), words)
    assert (code, err) == (0, "")


def test_a_grade_below_what_is_required_is_told(run):
    expected = run("grade", LANCASHIRE)[1]
    assert run("grade", LANCASHIRE, "--require", "good") == (
        1,
        expected,
        "Lancashire Constabulary: Responding to the public is adequate, and good is required\n"
        "Lancashire Constabulary: Investigating crime is requires improvement, and good is required\n",
    )
    assert run("grade", LANCASHIRE, "--require", "requires-improvement") == (0, expected, "")


def test_a_question_with_too_little_evidence_is_below_what_is_required(run, evidence):
    code, _, err = run("grade", evidence(), "--require", "inadequate")
    assert (code, err) == (
        1,
        "Anyshire Police: Responding to the public is not graded, and inadequate is required\n",
    )


def test_a_missing_engine_is_our_fault_and_says_how_to_mend_it(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    choice._loaded.cache_clear()  # for another test may have run its rules already
    code, out, err = run("grade", LANCASHIRE)
    assert (code, out) == (3, "")
    assert err.startswith("peelrules could not run the rules. durable_rules cannot be loaded (")
    assert "pip install" in err


# -- files and streams ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_a_result_goes_whole_to_a_file(run, tmp_path, kind):
    target = tmp_path / "result"
    target.write_text("old and longer than anything\n" * 100_000)
    assert run("grade", LANCASHIRE, "-f", kind, "-o", target) == (0, "", "")
    assert target.read_text(encoding="utf-8") == run("grade", LANCASHIRE, "-f", kind)[1]
    assert list(tmp_path.iterdir()) == [target]


def test_a_new_file_is_as_permissive_as_any_other(run, evidence, tmp_path):
    (tmp_path / "any").touch()
    run("grade", evidence(), "-o", tmp_path / "result")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("any", "result")]
    assert modes[0] == modes[1]


def test_an_old_file_stays_when_grading_fails(run, tmp_path):
    (tmp_path / "result").write_text("old")
    assert run("grade", tmp_path / "no.yaml", "-o", tmp_path / "result")[0] == 1
    assert (tmp_path / "result").read_text() == "old"


def test_a_result_that_falls_short_is_written_all_the_same(run, tmp_path):
    assert run("grade", LANCASHIRE, "--require", "good", "-o", tmp_path / "result")[0] == 1
    assert (tmp_path / "result").read_text().startswith("Lancashire")


def test_a_folder_that_is_not_there_is_wrong_usage(run, tmp_path):
    code, out, err = run("grade", LANCASHIRE, "-o", tmp_path / "no/result")
    assert (code, out) == (USAGE, "")
    assert "cannot be written" in err
    assert "Traceback" not in err


def test_a_target_that_is_a_folder_leaves_nothing_behind(run, tmp_path):
    (tmp_path / "result").mkdir()
    assert run("grade", LANCASHIRE, "-o", tmp_path / "result")[0] == USAGE
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_target_that_is_a_link_stays_one(run, evidence, tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "result")
    assert run("grade", evidence(), "-o", tmp_path / "link")[0] == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "result").read_text().startswith("Anyshire")


def test_a_target_that_is_a_pipe_is_written_to(run, evidence, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert run("grade", evidence(), "-o", tmp_path / "pipe")[0] == 0
        assert os.read(reader, 8) == b"Anyshire"
    finally:
        os.close(reader)


@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_reader_that_goes_away_is_no_fault(kind):
    process = spawn("grade", LANCASHIRE, "-f", kind)
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    process.wait(60)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_in_a_line():
    with Path("/dev/full").open("w") as full:
        code, _, err = spawned("grade", LANCASHIRE, stdout=full)
    assert code
    assert "No space left on device" in " ".join(err.split())
    assert "Traceback" not in err


def test_streams_that_know_only_ascii_get_what_they_can_show(evidence):
    code, out, err = spawned("grade", evidence(force="Übershire"), "missing-é", env={"PYTHONIOENCODING": "ascii"})
    assert (code, out, err) == (1, "", "missing-\\u00e9: there is no such file\n")
    code, out, err = spawned("grade", evidence(force="Übershire"), env={"PYTHONIOENCODING": "ascii"})
    assert (code, err) == (0, "")
    assert out.startswith("\\u00dcbershire, ")
