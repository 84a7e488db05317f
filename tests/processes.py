"""Scripts in a process of their own, which may hang, crash, fork or grow and harm no other test."""

import os
import subprocess
import sys
from pathlib import Path


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
