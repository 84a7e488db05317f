"""Scripts and the command line in processes of their own, which may hang, crash or grow and harm no other test."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import peelrules

ROOT = Path(__file__).parents[1]
CODE = str(Path(peelrules.__file__).parents[1])  # a process of its own runs the same code, wherever it starts
LANCASHIRE = str(ROOT / "evidence/lancashire.yaml")


def child(script, *arguments, timeout=120, **environment):
    """What a script prints. A warning is an error in it, and it must end well and say nothing else."""
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", script, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "PYTHONPATH": path, **environment},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def spawn(*arguments, env=None, **options):
    """The command line in a process of its own, in a plain environment."""
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "NO_COLOR", "PYTHONIOENCODING")}
    options.setdefault("preexec_fn", _heed_signals)
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "peelrules", *map(str, arguments)],
        env={**environment, "PYTHONPATH": CODE, "TERM": "xterm-256color", **(env or {})},
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8", **options},
    )


def _heed_signals():
    """Let a signal stop the process, whatever this one was told: what a shell runs in the background ignores some."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def spawned(*arguments, **options):
    process = spawn(*arguments, **options)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err
