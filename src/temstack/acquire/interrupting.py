"""Ctrl-C and SIGTERM while a series runs: they ask it to stop, and take their usual effect once all is put back."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_REASONS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "the system (SIGTERM)"}


@contextmanager
def signals_as_stop(stop: Callable[[str], None]) -> Iterator[None]:
    """Call *stop* with a reason when a signal arrives in the block, and deliver the signal after the block.

    So whoever called sees what it would have seen anyway, KeyboardInterrupt or the end of the process, but a
    little later. In another thread than the main one there are no signals, and nothing is changed.

    Parameters
    ----------
    stop : callable
        Asks the series to stop; must return at once. Called again for each further signal.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []

    def take(number: int, _frame: FrameType | None) -> None:
        arrived.append(number)
        stop(_REASONS.get(signal.Signals(number), str(number)))

    before = {number: signal.signal(number, take) for number in _REASONS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
    if arrived:
        signal.raise_signal(arrived[0])
