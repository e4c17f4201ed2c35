"""Small work beside the windows that nobody needs to hear of: planes read, contrast found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

from temstack.viewer.models.beside import Errand, begin
from temstack.viewer.models.jobs import Deliver

Work = Callable[[], Any]


class Background:
    """One thread that does what was asked for last, first; it lives only while there is something to do.

    Unlike a :class:`~temstack.viewer.models.jobs.Job` such work has no progress and is not shown. Work that waits is
    replaced by newer work of the same name: who steps through a stack faster than it can be read waits for one plane.

    Parameters
    ----------
    deliver : callable
        How to call a function in the thread of the windows.

    Examples
    --------
    >>> answers = []
    >>> background = Background(lambda call: call())
    >>> background.ask("sum", lambda: 1 + 1, answers.append)
    >>> background.wait(), answers
    (True, [2])
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, Errand] = {}
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def ask(
        self,
        name: Hashable,
        work: Work,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Have work done soon, before all that waits.

        Parameters
        ----------
        name : hashable
            Replaces work of this name that has not begun.
        work : callable
            Called in the thread beside.
        done, failed : callable
            Called with the result, or the exception, in the thread of the windows.
        """
        with self._lock:
            if self._is_closed:
                return
            self._waiting.pop(name, None)
            self._waiting[name] = Errand(work, done, failed)
            if self._thread is None:
                self._thread = begin(self._carry_on, self._deliver, "temstack background")

    @property
    def is_busy(self) -> bool:
        """Whether something is being done or waits."""
        with self._lock:
            return self._thread is not None

    def wait(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing is left to do; return whether that is so."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_s)
        return not self.is_busy

    def close(self) -> None:
        """Forget all that waits, and what is being done now when it is done."""
        with self._lock:
            self._is_closed = True
            self._waiting.clear()

    def _carry_on(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = None
                    return
                errand = self._waiting.pop(next(reversed(self._waiting)))
            errand.work()
            self._deliver(partial(self._tell, errand))

    def _tell(self, errand: Errand) -> None:
        errand.tell(not self._is_closed)
