"""Threads beside the windows that free nothing the windows own.

Work holds whom it tells of its end, often a window. Were the thread the last to hold that, the window would be freed
there, and Qt breaks down when that happens in another thread than its own. So what a thread works on is held until the
thread is over, and let go in the thread of the windows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

_held: dict[threading.Thread, Callable[[], object]] = {}

_END_TAKES_S = 1.0


def begin(work: Callable[[], object], deliver: Callable[[Callable[[], None]], object], name: str) -> threading.Thread:
    """Start a thread that does some work, and return it; called in the thread of the windows.

    Parameters
    ----------
    work : callable
        What it does; errors are its own affair.
    deliver : callable
        How to call a function in the thread of the windows.
    name : str
        Of the thread.
    """
    for ended in [each for each in list(_held) if not each.is_alive()]:
        _held.pop(ended, None)

    def carry_out() -> None:
        try:
            work()
        finally:
            deliver(let_go)

    def let_go() -> None:
        if thread is not threading.current_thread():
            thread.join(_END_TAKES_S)
        _held.pop(thread, None)

    thread = threading.Thread(target=carry_out, name=name, daemon=True)
    _held[thread] = carry_out
    thread.start()
    return thread


class Errand:
    """Something to be worked out, and who hears of it; all of that is let go where it is heard.

    Parameters
    ----------
    work : callable
        Called in a thread.
    done : callable
        Called with the result, in the thread of the windows.
    failed : callable, optional
        Called there with the exception; errors are passed over unless given.
    """

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], object],
        failed: Callable[[Any], object] | None = None,
    ) -> None:
        self._parts: list[Any] = [work, done, failed]

    def work(self) -> None:
        """Work it out; to be called once, before :meth:`tell`."""
        work, done, failed = self._parts
        try:
            self._parts += [done, work()]
        except Exception as error:  # whatever it is, who asked is told
            self._parts += [failed, error]

    def tell(self, is_wanted: bool = True) -> None:
        """Tell who asked, where that is still wanted; in the thread of the windows."""
        parts, self._parts = self._parts, []
        *_, told, answer = parts
        if is_wanted and told is not None:
            told(answer)
