"""Small calculations beside the windows of which only the newest wish counts: previews that follow settings."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from psygnal import Signal

from temstack.viewer.models.beside import Errand, begin
from temstack.viewer.models.jobs import Deliver


class Latest:
    """Calculates what was asked for last, one at a time; what was asked for in between is never begun.

    Parameters
    ----------
    deliver : callable
        How to call a function in the thread of the windows.

    Examples
    --------
    >>> latest, seen = Latest(lambda call: call()), []
    >>> latest.ask(lambda: 6 * 7, seen.append)
    >>> latest.wait(5)
    True
    >>> seen
    [42]
    """

    failed = Signal(object)
    """The exception of a calculation."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._wish: Errand | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def ask(self, work: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Have something calculated in a thread, and its result handed over in the thread of the windows."""
        with self._lock:
            if self._is_closed:
                return
            self._wish = Errand(work, then, self.failed.emit)
            if self._thread is None:
                self._thread = begin(self._work_off, self._deliver, "preview")

    def close(self) -> None:
        """Calculate nothing more, and hand nothing over any more."""
        with self._lock:
            self._wish, self._is_closed = None, True

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is wished for any more; return whether that is so."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return thread is None or not thread.is_alive()

    def _work_off(self) -> None:
        while True:
            with self._lock:
                if self._wish is None:
                    self._thread = None
                    return
                wish, self._wish = self._wish, None
            wish.work()
            self._deliver(partial(self._hand_over, wish))

    def _hand_over(self, wish: Errand) -> None:
        wish.tell(not self._is_closed)
