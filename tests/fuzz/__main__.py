"""Fuzzes one loader for as long as wanted: `python -m tests.fuzz evidence --seconds 600`.

Every fault is told in one line, once for each kind and place, and the input that shows it is saved, made small where
that is cheap. Exit code 1 if any was found.
"""

import argparse
import faulthandler
import resource
import subprocess
import sys
from pathlib import Path
from random import Random, SystemRandom
from tempfile import mkdtemp
from time import monotonic

from .loaders import LOADERS, ROOT
from .mutations import mutants
from .promises import Fault, Loader, fault_in

BIG = 50_000
"""Bytes from which on the memory is measured."""
FLOOR = 30_000_000
"""Memory that is never too much."""
SECONDS = 10
"""To make one input small."""


def main() -> int:
    arguments = _arguments()
    loader = LOADERS[arguments.loader]
    _limit_memory()
    if arguments.measure:
        _say(str(_peak(loader, arguments.measure)))
        return 0
    seed = arguments.seed if arguments.seed is not None else SystemRandom().randrange(2**32)
    out = arguments.out or Path(mkdtemp(prefix="fuzz-"))
    _say(f"{arguments.loader}: --seed {seed}, inputs that show faults go to {out}")
    tried, kinds = 0, set()
    end = monotonic() + arguments.seconds
    inputs = mutants(Random(seed), loader.seeds(), loader.parse, loader.dump, share_of_big=0.01)  # noqa: S311
    folder = _folder(loader, out / arguments.loader / "now")
    for data in inputs:
        if monotonic() > end or (arguments.count and tried >= arguments.count):
            break
        tried += 1
        faulthandler.dump_traceback_later(300, exit=True)  # a library that hangs; the input lies in the folder
        fault = fault_in(loader, data, folder) or heavy(arguments.loader, data, folder)
        if fault is None or fault.kind + _pattern(fault.told) in kinds:
            continue
        kinds.add(fault.kind + _pattern(fault.told))
        small = data if fault.kind in ("hang", "slow", "heavy") else smaller(loader, data, fault, folder)
        saved = out / arguments.loader / f"{len(kinds):03}{''.join(Path(loader.file).suffixes)}"
        saved.write_bytes(small)
        _say(f"{saved}: {fault.kind}: {fault.told} (input {tried:,}, {len(small):,} bytes)")
    faulthandler.cancel_dump_traceback_later()
    _say(f"{arguments.loader}: {tried:,} inputs, {len(kinds)} faults, --seed {seed}")
    return 1 if kinds else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("loader", choices=LOADERS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--count", type=int, help="stop after so many inputs")
    parser.add_argument("--seed", type=int, help="for the same inputs again")
    parser.add_argument("--out", type=Path, help="folder for inputs that show faults")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _folder(loader: Loader, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    loader.furnish(folder)
    return folder


def _pattern(told: str) -> str:
    """How it begins to be told, which does not differ from input to input."""
    return "".join(c for c in told[:16] if not c.isdigit())


# -- memory ---------------------------------------------------------------------------------------


def _limit_memory() -> None:
    most = 8_000_000_000
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _peak(loader: Loader, file: Path) -> int:
    """By how many bytes a file raises the peak of memory over that of a seed."""
    data = file.read_bytes()
    folder = _folder(loader, Path(mkdtemp()))
    fault_in(loader, loader.seeds()[0], folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fault_in(loader, data, folder)
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024


def heavy(name: str, data: bytes, folder: Path) -> Fault | None:
    """Too much memory for an input, as measured in a process of its own."""
    loader = LOADERS[name]
    if len(data) < BIG or not loader.memory:
        return None
    command = [sys.executable, "-m", "tests.fuzz", name, "--measure", str((folder / loader.file).resolve())]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603
    if done.returncode:
        return Fault("heavy", f"the process ends with {done.returncode}: {done.stderr[-200:]!r}")
    if (peak := int(done.stdout)) > max(FLOOR, loader.memory * len(data)):
        return Fault("heavy", f"{peak / 1e6:.0f} MB for {len(data):,} bytes")
    return None


# -- making small ---------------------------------------------------------------------------------


def smaller(loader: Loader, data: bytes, fault: Fault, folder: Path) -> bytes:
    """The input without what is beside the point, as far as is soon done."""

    def shows(part: bytes) -> bool:
        found = fault_in(loader, part, folder)
        return found is not None and (found.kind, _pattern(found.told)) == (fault.kind, _pattern(fault.told))

    end, size = monotonic() + SECONDS, len(data) // 2
    while size:
        start = 0
        while start < len(data):
            if monotonic() > end:
                return data
            part = data[:start] + data[start + size :]
            if shows(part):
                data = part
            else:
                start += size
        size //= 2
    return data


if __name__ == "__main__":
    sys.exit(main())
