"""Asking a series to stop or to pause: flags looked at between two calls of the microscope, and while waiting."""

from __future__ import annotations

import threading
import time

from temstack.instrument import Clock

_SLICE_S = 0.2
_QUICK_S = 0.05


class Stopped(Exception):  # noqa: N818 - no error: somebody wanted it
    """The series was asked to stop; its message says by whom."""


class StopFlag:
    """Set from any thread; whoever works looks at it.

    A call that is under way, such as a long exposure, is finished first: no driver can be interrupted, and the frame
    is worth keeping.
    """

    def __init__(self) -> None:
        self._set = threading.Event()
        self.reason = ""

    @property
    def is_set(self) -> bool:
        """Whether the series shall stop."""
        return self._set.is_set()

    def set(self, reason: str) -> None:
        """Ask to stop; the first reason counts."""
        if not self._set.is_set():
            self.reason = reason
            self._set.set()

    def check(self) -> None:
        """Raise :class:`Stopped` if somebody asked for it."""
        if self._set.is_set():
            raise Stopped(self.reason)

    def sleep(self, clock: Clock, duration_s: float) -> None:
        """Let the microscope's time pass, and stop waiting when asked to.

        Slices keep Ctrl-C quick; they grow where the microscope's clock runs faster than ours.
        """
        until, slice_s = clock.now() + duration_s, _SLICE_S
        while (left_s := until - clock.now()) > 0:
            self.check()
            began = time.monotonic()
            clock.sleep(min(left_s, slice_s))
            if time.monotonic() - began < _QUICK_S:
                slice_s *= 4


class PauseFlag:
    """Set and cleared from any thread; the series waits for it between two planes."""

    def __init__(self) -> None:
        self._go_on = threading.Event()
        self._go_on.set()
        self.reason = ""

    @property
    def is_set(self) -> bool:
        """Whether the series shall wait."""
        return not self._go_on.is_set()

    def set(self, reason: str) -> None:
        """Ask to wait."""
        self.reason = reason
        self._go_on.clear()

    def clear(self) -> None:
        """Ask to go on."""
        self._go_on.set()

    def wait(self, stop: StopFlag) -> float:
        """Return how long it waited, s of this computer: until it was cleared, or the series was asked to stop."""
        began = time.monotonic()
        while not stop.is_set and not self._go_on.wait(_QUICK_S):
            pass
        return time.monotonic() - began
