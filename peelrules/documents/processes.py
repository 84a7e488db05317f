"""Work in several processes, which start and end without a word, whatever happens to this one."""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from types import FrameType
from typing import TypeVar

P = TypeVar("P")
R = TypeVar("R")

_KEYS = [number for name in ("SIGINT", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
"""Signals of a terminal, which come to all processes on it."""


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_processes(work: Callable[[P], R], parts: Iterable[P], processes: int) -> Iterator[R]:
    """What comes of each part, in their order. Only a few parts are on the way at a time.

    Raises:
        OSError: a process was ended from outside.
    """
    parts = iter(parts)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _end_with_parent)  # a fork of threads may hang
    try:
        with _undisturbed():
            asked = deque(pool.submit(work, part) for part in islice(parts, 2 * processes))
        while asked:
            yield asked.popleft().result()
            asked.extend(pool.submit(work, part) for part in islice(parts, 1))
    except BrokenProcessPool:
        raise OSError("a process was ended that did a part of the work; there may be too little memory") from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Signals wait until processes have been started; those of a terminal are for this one, which ends the others."""
    came: list[int] = []

    def wait(number: int, _frame: FrameType | None) -> None:
        came.append(number)

    is_main = threading.current_thread() is threading.main_thread()
    waiting = [n for n in (*_KEYS, signal.SIGTERM) if is_main and callable(signal.getsignal(n))]
    handlers = {number: signal.signal(number, wait) for number in waiting}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _KEYS) if hasattr(signal, "pthread_sigmask") else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)


def _end_with_parent() -> None:
    """See to it that this process does not outlive the one for which it works, however that ends."""

    def wait() -> None:
        if parent := parent_process():
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
