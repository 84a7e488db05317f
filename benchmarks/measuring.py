"""Measurements, each in a process of its own, and on what they were made."""

import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

_AT_LEAST = 2
"""Times that everything is run."""
_ENOUGH = 60
"""Seconds after which nothing is run once more."""


class Task(NamedTuple):
    """What is measured."""

    run: Callable[[], Any]
    """What takes the time."""
    answer: Callable[[Any], Any]
    """What is to be compared in the result of a run."""


class Measured(NamedTuple):
    """What was seen of the process of a task, and of those that it started."""

    seconds: tuple[float, ...]
    """How long each run took."""
    busy: float | None
    """Seconds of processors that a run took at the least, all cores together. Others on the machine change the time
    that a run takes more than they change this. None where it cannot be told."""
    peak: float | None
    """The most memory that was ever held, in GB; None where it cannot be told."""
    answer: Any

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return median(self.seconds)


def measured(prepare: Callable[..., Task], *arguments: Any, repeats: int) -> Measured:
    """Prepare a task in a new process, where nothing else was done before, and run it several times."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measured, prepare, arguments, repeats).result()


def machine(*libraries: str) -> str:
    """The machine and the software, without names of either's owners."""
    about = {"CPU": _field(Path("/proc/cpuinfo"), "model name") or platform.machine(), "cores": os.cpu_count()}
    if memory := _field(Path("/proc/meminfo"), "MemTotal"):
        about["memory"] = f"{int(memory.split()[0]) / 2**20:.0f} GB"
    about |= {platform.python_implementation(): platform.python_version()}
    about |= {library: version(library) for library in libraries}
    return ", ".join(f"{name} {value}" for name, value in about.items())


def load() -> str:
    """How busy the machine is: processes that wanted to run in the last minute, five and fifteen."""
    return ", ".join(f"{average:.1f}" for average in os.getloadavg())


def _measured(prepare: Callable[..., Task], arguments: tuple[Any, ...], repeats: int) -> Measured:
    task = prepare(*arguments)
    seconds: list[float] = []
    busy: list[float] = []
    while len(seconds) < repeats and (len(seconds) < _AT_LEAST or sum(seconds) < _ENOUGH):
        result = None  # the one before is not held while the next is worked out
        began, started = _busy(), time.perf_counter()
        result = task.run()
        seconds.append(time.perf_counter() - started)
        busy.append(_busy() - began)
    return Measured(tuple(seconds), min(busy) or None, _peak(), task.answer(result))


def _busy() -> float:
    """Seconds that processors have worked for this process and those that it started."""
    ticks = 0
    for process in _family():
        _, _, fields = (process / "stat").read_text().rpartition(")")
        ticks += sum(map(int, fields.split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _peak() -> float | None:
    # ru_maxrss is not asked: in a new process it begins with what the process that started it had held
    peaks = [_field(process / "status", "VmHWM") for process in _family()]
    return sum(int(peak.split()[0]) for peak in peaks if peak) / 2**20 or None


def _family() -> set[Path]:
    """This process and those that it started, as folders in /proc; empty where there is no such thing."""
    parents = {status.parent: _field(status, "PPid") for status in Path("/proc").glob("[0-9]*/status")}
    family = {process for process in parents if process.name == str(os.getpid())}
    while more := {p for p in parents if Path("/proc", parents[p] or "") in family} - family:
        family |= more
    return family


def _field(file: Path, name: str) -> str | None:
    """A field of one of the files in which Linux tells of itself."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return None
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), None)
