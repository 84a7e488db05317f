"""What the command line does when the machine fails it, or when it is used against itself: the right exit code, one
line, no half file, the old file as it was, and nothing left behind."""

import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from processes import CODE, LANCASHIRE, spawn, spawned

from peelrules.cli.commands import app
from peelrules.documents.bundled import bundled_rulebook

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "evidence/published/lancashire.yaml"
ACCOUNTS = """\
title: Accounts
accounts:
  - {id: a, force: Lancashire Constabulary, cycle: PEEL 2021/22, core_question: responding, published: adequate,
     account: What was told., urls: [https://example.org], evidence: self.yaml}
"""
FULL = Path("/dev/full")
needs_full = pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")


def is_told_in_a_line(err, words):
    assert words in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


UNPRIVILEGED = ["setpriv", "--bounding-set", "-all"] if os.geteuid() == 0 else []
"""What makes of root one who may do only what the modes of files say."""


def shell(command, under=(), **env):
    """A command line as a shell runs it, in which `peelrules` stands for this one."""
    done = subprocess.run(  # noqa: S603
        [*under, "/bin/sh", "-c", f'peelrules() {{ "{sys.executable}" -m peelrules "$@"; }}\n{command}'],
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": CODE, **env},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


# -- no command writes over what it reads -----------------------------------------------------------


@pytest.fixture
def folder(tmp_path):
    """A body of evidence, what was published about it, accounts that name it, and a rulebook, all of them copies."""
    shutil.copy(LANCASHIRE, tmp_path / "self.yaml")
    shutil.copy(PUBLISHED, tmp_path / "published.yaml")
    shutil.copytree(bundled_rulebook(), tmp_path / "rulebook")
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS)
    return tmp_path


COMMANDS = {  # every command that writes a file, with whatever it reads; `{out}` is one of these
    "grade": "grade {self} --rules {rulebook}",
    "explain": "explain {self} --rules {rulebook}",
    "path": "path {self} investigating good --rules {rulebook}",
    "whatif": "whatif {self} --rules {rulebook}",
    "compare": "compare {self} --published {published} --rules {rulebook}",
    "report": "report {self} --published {published} --no-paths --rules {rulebook}",
    "sensitivity": "sensitivity {self} --draws 10 --rules {rulebook}",
    "audit": "audit {self} --published {published} --rules {rulebook}",
    "accounts": "accounts {accounts} --rules {rulebook}",
    "agreement": "agreement {self} {self} --rules {rulebook}",
    "rules": "rules --evidence {self} --rules {rulebook}",
    "characteristics": "characteristics --rules {rulebook}",
    "frameworks": "frameworks --accounts {accounts}",
    "diff": "diff {rulebook} {rulebook} {self}",
    "check": "check {self} --rules {rulebook}",
    "convert": "convert {self} --rules {rulebook}",
    "schema": "schema evidence --rules {rulebook}",
    "test": "test {rulebook} --evidence {self} --noise --draws 5 --published {published}",
    "population": "population {self} --rules {rulebook}",
}


def test_every_command_that_writes_a_file_is_here():
    import typer

    commands = typer.main.get_command(app).commands
    writing = {name for name, command in commands.items() if any("--output" in p.opts for p in command.params)}
    assert writing == COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_no_command_writes_over_what_it_reads(run, folder, command):
    names = {"self": "self.yaml", "published": "published.yaml", "accounts": "accounts.yaml"}
    places = {name: folder / file for name, file in names.items()} | {"rulebook": folder / "rulebook"}
    names["rulebook"] = "rulebook/framework.yaml"
    for name, file in names.items():
        if f"{{{name}}}" not in command:
            continue
        before = (folder / file).read_bytes()
        code, out, err = run(*command.format(**places).split(), "-o", folder / file)
        assert (code, out) == (2, "")
        if not command.startswith("population"):  # which refuses names that are no table's before that
            is_told_in_a_line(err, "which the command reads")
        assert (folder / file).read_bytes() == before


def test_accounts_are_not_written_over_the_evidence_that_they_name(run, folder):
    before = (folder / "self.yaml").read_bytes()
    code, out, err = run("accounts", folder / "accounts.yaml", "-o", folder / "self.yaml")
    assert (code, out) == (2, "")
    is_told_in_a_line(err, "which the command reads")
    assert (folder / "self.yaml").read_bytes() == before


@pytest.mark.parametrize("way", ["link", "hard link", "link in the folder", "other spelling", "bundled"])
def test_a_file_that_is_read_is_known_by_any_name(run, folder, way, monkeypatch):
    monkeypatch.chdir(folder)
    match way:
        case "link":
            Path("result").symlink_to("self.yaml")
        case "hard link":
            os.link("self.yaml", "result")
        case "link in the folder":
            os.link("rulebook/findings.yaml", "result")
        case "other spelling":
            Path("result").symlink_to("rulebook/../published.yaml/../self.yaml")
            Path("result").unlink()
            Path("result").symlink_to(f"../{folder.name}/self.yaml")
        case "bundled":
            Path("result").symlink_to(bundled_rulebook() / "framework.yaml")
    before = Path("result").read_bytes()
    code, out, err = run("grade", "self.yaml", "--rules", "rulebook", "-o", "result")
    assert (code, out) == (2, "")
    is_told_in_a_line(err, "which the command reads")
    assert Path("result").read_bytes() == before


@pytest.mark.parametrize("file", ["samples.yaml", "cases/published/h22.case.yaml", "cases/published/accounts/{}"])
def test_a_file_is_read_however_deep_it_lies_in_its_folder(run, folder, file):
    target = folder / "rulebook" / file.format("h01-wiltshire-responding.yaml")
    before = target.read_bytes()
    code, out, err = run("test", folder / "rulebook", "-o", target)
    assert (code, out) == (2, "")
    is_told_in_a_line(err, "which the command reads")
    assert target.read_bytes() == before


@pytest.mark.parametrize(
    "command", ["grade - < self.yaml -o self.yaml", "grade self.yaml >> self.yaml", "check < self.yaml 1<> self.yaml -"]
)
def test_standard_streams_count_as_the_files_that_they_are(folder, command):
    before = (folder / "self.yaml").read_bytes()
    code, out, err = shell(f"cd {folder} && peelrules {command}")
    assert (code, out) == (2, "")
    is_told_in_a_line(err, "which the command reads")
    assert (folder / "self.yaml").read_bytes() == before


def test_other_files_of_a_folder_that_is_read_are_written_over(run, folder):
    for _ in range(2):
        code, _, err = run("check", folder / "self.yaml", "--rules", folder / "rulebook", "-o", folder / "rulebook/log")
        assert (code, err) == (0, "")


# -- files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_a_file_that_is_written_over_keeps_its_mode(run, evidence, tmp_path, mode):
    (tmp_path / "result").write_text("old")
    (tmp_path / "result").chmod(mode)
    assert run("grade", evidence(), "-o", tmp_path / "result")[0] == 0
    assert stat.S_IMODE((tmp_path / "result").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_file_that_is_written_over_keeps_its_owner(run, evidence, tmp_path):
    (tmp_path / "result").write_text("old")
    os.chown(tmp_path / "result", 12345, 12346)
    assert run("grade", evidence(), "-o", tmp_path / "result")[0] == 0
    found = (tmp_path / "result").stat()
    assert (found.st_uid, found.st_gid) == (12345, 12346)


def test_a_new_file_has_what_the_umask_leaves(evidence, tmp_path):
    assert shell(f"umask 027 && peelrules grade {evidence()} -o {tmp_path}/result")[0] == 0
    assert stat.S_IMODE((tmp_path / "result").stat().st_mode) == 0o640


@needs_full
@pytest.mark.parametrize("arguments", [["grade", LANCASHIRE], ["--help"], ["grade", "--help"], ["--version"]])
def test_a_full_disk_behind_standard_output_is_told(arguments):
    with FULL.open("w") as full:
        code, _, err = spawned(*arguments, stdout=full)
    assert code == 3
    is_told_in_a_line(err, "standard output cannot be written: No space left on device")


@needs_full
def test_a_full_disk_behind_a_file_is_told():
    code, out, err = spawned("grade", LANCASHIRE, "-o", FULL)
    assert (code, out) == (3, "")
    is_told_in_a_line(err, "/dev/full cannot be written: No space left on device")


@needs_full
@pytest.mark.parametrize(("arguments", "wanted"), [(["grade", "--loud"], 2), (["grade", "missing.yaml"], 1)])
def test_messages_that_cannot_be_told_change_no_exit_code(arguments, wanted):
    with FULL.open("w") as full:
        assert spawned(*arguments, stderr=full)[0] == wanted


def test_a_file_that_grows_too_large_leaves_the_old_one(tmp_path):
    (tmp_path / "result").write_text("old")
    code, out, err = spawned(
        "grade",
        LANCASHIRE,
        *("-f", "json"),
        *("-o", tmp_path / "result"),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
        env={"PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert (code, out) == (3, "")
    is_told_in_a_line(err, "cannot be written: File too large")
    assert [file.name for file in tmp_path.iterdir()] == ["result"]
    assert (tmp_path / "result").read_text() == "old"


@pytest.mark.slow
def test_two_that_write_one_file_leave_one_of_the_two(tmp_path):
    both = [spawn("grade", LANCASHIRE, "-f", form, "-o", tmp_path / "result") for form in ("json", "text") * 2]
    for process in both:
        process.communicate(timeout=60)
    written = (tmp_path / "result").read_text(encoding="utf-8")
    assert written in (spawned("grade", LANCASHIRE, "-f", "json")[1], spawned("grade", LANCASHIRE)[1])
    assert [file.name for file in tmp_path.iterdir()] == ["result"]


@pytest.mark.parametrize("name", ["x" * 300, "loop", "no/such", "file/below"])
def test_names_that_cannot_be_are_told_in_a_line(run, evidence, tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    Path("file").write_text("old")
    code, out, err = run("grade", evidence(), "-o", name)
    assert (code, out) == (2, "")
    is_told_in_a_line(err, f"{name} cannot be written: ")
    for command in ("grade", "check", "compare"):
        code, _, err = run(command, name, *([LANCASHIRE] if command == "compare" else []))
        assert code == 1
        assert "Traceback" not in err
    code, out, err = run("grade", LANCASHIRE, "--rules", name)
    assert (code, out) == (1, "")
    assert "Traceback" not in err


@pytest.mark.slow
@pytest.mark.skipif(bool(UNPRIVILEGED) and not shutil.which("setpriv"), reason="root may do everything")
def test_what_is_not_permitted_is_told_in_a_line(tmp_path):
    old, shut = tmp_path / "old", tmp_path / "shut"
    old.write_text("old")
    old.chmod(0o400)
    shut.mkdir()
    (shut / "evidence.yaml").write_text("force: A\n")
    shut.chmod(0)
    for command in ("grade", "check", "compare", "population"):
        code, out, err = shell(f"peelrules {command} {shut}/evidence.yaml", under=UNPRIVILEGED)
        assert code == 1
        assert "Permission denied" in out + err
        assert "Traceback" not in err
    for target in (old, shut / "new"):
        code, out, err = shell(f"peelrules grade {LANCASHIRE} -o {target}", under=UNPRIVILEGED)
        assert (code, out) == (2, "")
        is_told_in_a_line(err, f"{target} cannot be written: Permission denied")
    shut.chmod(0o700)
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["evidence.yaml", "old", "shut"]
    assert old.read_text() == "old"


# -- streams ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [f"grade {LANCASHIRE}", "--help", "--version"])
def test_a_closed_standard_output_is_told(command):
    code, _, err = shell(f"peelrules {command} >&-")
    assert code == 3
    is_told_in_a_line(err, "standard output cannot be written: Bad file descriptor")


@pytest.mark.slow
def test_a_file_is_never_mistaken_for_a_closed_stream(tmp_path):
    assert shell(f"peelrules grade {LANCASHIRE} -o {tmp_path}/result >&- 2>&- <&-") == (0, "", "")
    assert (tmp_path / "result").read_text(encoding="utf-8") == spawned("grade", LANCASHIRE)[1]
    assert shell("peelrules grade missing.yaml 2>&-") == (1, "", "")
    assert shell("peelrules grade --loud 2>&-") == (2, "", "")


def test_a_closed_standard_input_is_told():
    code, out, err = shell("peelrules grade - <&-")
    assert (code, out) == (1, "")
    is_told_in_a_line(err, "<stdin>: the file cannot be read: Bad file descriptor")


@pytest.mark.parametrize("command", [f"grade {LANCASHIRE} -f json", "--help", "--version", "report --help"])
def test_a_reader_that_has_seen_enough_is_no_fault(command):
    code, _, err = shell(f"(peelrules {command}; echo $? >&2) | true")
    assert (code, err) == (0, "0\n")


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "xx_YY", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C", "LANG": "", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ],
)
def test_streams_of_ascii_get_tables_in_ascii_and_the_numbers_of_other_letters(evidence, environment):
    code, out, err = spawned("grade", LANCASHIRE, env=environment)
    assert (code, err) == (0, "")
    assert "|Outstanding |" in out
    assert out.isascii()
    assert "?" not in out
    assert "\\u25" not in out
    found = evidence(force="Übershire")
    code, out, err = spawned("grade", found, "-f", "json", env=environment)
    assert (code, err) == (0, "")
    assert '"force": "\\u00dcbershire"' in out


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["PYTHONOPTIMIZE=2", "PYTHONWARNINGS=error", "PYTHONDEVMODE=1"])
def test_python_may_run_as_it_likes(variable):
    plain = spawned("grade", LANCASHIRE)
    assert spawned("grade", LANCASHIRE, env=dict([variable.split("=")])) == plain
    code, out, err = spawned("schema", "evidence", env=dict([variable.split("=")]))
    assert (code, err) == (0, "")
    assert out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("grade {name}.yaml", 1),
        ("check {name}.yaml", 1),
        ("grade {self} -o {name}/x", 2),
        ("explain {self} {name}", 2),
        ("grade {self} --rules {name}", 1),
        ("whatif {self} --set {name}=1", 2),
        ("{name}", 2),
        ("grade --{name}", 2),
    ],
)
def test_names_that_are_no_text_are_told_all_the_same(command, wanted):
    odd = "$(printf 'a\\377\\033[31m\\nb')"
    code, out, err = shell(f"peelrules {command}".format(name=f'"{odd}"', self=LANCASHIRE))
    assert code == wanted
    told = out + err
    assert "\\udcff\\x1b[31m" in told
    assert "\x1b" not in told
    assert "Traceback" not in told


# -- signals ----------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("number", "wanted"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_stops_the_work_in_a_line(tmp_path, number, wanted):
    (tmp_path / "result").write_text("old")
    process = spawn("sensitivity", LANCASHIRE, "--draws", "1000000", "-o", tmp_path / "result")
    _wait_until_at_work(process)
    process.send_signal(number)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (wanted, "", "stopped\n")
    assert [file.name for file in tmp_path.iterdir()] == ["result"]
    assert (tmp_path / "result").read_text() == "old"


@pytest.mark.parametrize(("number", "wanted"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_while_a_file_is_written_leaves_nothing_half_done(tmp_path, number, wanted):
    (tmp_path / "result").write_text("old")
    program = f"""if True:
        import os, signal, sys
        from pathlib import Path
        chmod = Path.chmod
        def stopped(path, mode):  # the new file is whole, and not yet in its place
            os.kill(os.getpid(), signal.{number})
            chmod(path, mode)
        Path.chmod = stopped
        signal.signal(signal.{number}, signal.SIG_DFL)  # what is started in the background ignores some
        sys.argv = ["peelrules", "grade", {LANCASHIRE!r}, "-o", {str(tmp_path / "result")!r}]
        from peelrules.cli import main
        main()
    """
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": CODE},
    )
    assert (done.returncode, done.stdout, done.stderr) == (wanted, "", "stopped\n")
    assert [file.name for file in tmp_path.iterdir()] == ["result"]
    assert (tmp_path / "result").read_text() == "old"


def test_a_signal_that_the_caller_wants_ignored_is():
    process = spawn("grade", LANCASHIRE, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    for _ in range(5):
        process.send_signal(signal.SIGHUP)
        time.sleep(0.02)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.startswith("Lancashire")


def _wait_until_at_work(process):
    """Until the process has used so much time that it has begun."""
    while process.poll() is None:
        used = sum(map(int, Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))
        if used > 1.5 * os.sysconf("SC_CLK_TCK"):
            return
        time.sleep(0.05)
