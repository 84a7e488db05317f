"""What happens when somebody or something stops the process: it cleans up, says so in a line, and exits."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPPING = [number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]


class Stop(SystemExit):
    """The process is to stop."""


class Stops:
    """The signals to stop that have come."""

    code: int | None = None
    """What to exit with; None as long as no signal has come."""
    _when = 0.0

    def come(self, number: int, _frame: FrameType | None) -> None:
        """Stop, unless that is being done. It is asked for again if something on the way swallowed it."""
        before, self._when = self._when, time.monotonic()
        self.code = 128 + number
        if self._when - before > 1:
            raise Stop(self.code)


@contextmanager
def heeded() -> Iterator[Stops]:
    """Signals to stop, while a command runs. One that the caller wants ignored, as `nohup` does, is."""
    stops = Stops()
    if threading.current_thread() is not threading.main_thread():
        yield stops
        return
    before = {number: signal.getsignal(number) for number in _STOPPING}
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, stops.come)
    try:
        yield stops
    finally:
        for number, handler in before.items():
            if handler is not None:  # one that was not set by Python cannot be set again
                # what is stopped already ends without being stopped once more
                signal.signal(number, signal.SIG_IGN if stops.code is not None else handler)
