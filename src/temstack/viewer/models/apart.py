"""Work that may be left behind: whoever waits for it can go at once, and it ends when it next looks up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from temstack.stack.progress import Progress

Result = TypeVar("Result")

_LOOK_EVERY_S = 0.05


class Abandoned(Exception):  # noqa: N818 - no error: nobody waits any more
    """Raised inside work that nobody waits for any more, by its progress."""


def apart(work: Callable[[Progress], Result], progress: Progress) -> Result:
    """Return what some work returns, done in a thread of its own that is left to itself when `progress` raises.

    A median of one large plane takes seconds, in which nothing can be asked of it. Nobody has to wait for that:
    what `progress` raises is raised here within a tenth of a second.

    Parameters
    ----------
    work : callable
        Gets a progress that may be called from any thread; once nobody waits any more it raises
        :class:`Abandoned`, which ends the work.
    progress : Progress
        Called in the thread of the caller, several times a second, with what the work said last.
    """
    desk = _Counter()
    thread = threading.Thread(target=desk.carry_out, args=(work,), name="calculation", daemon=True)
    thread.start()
    try:
        while not desk.is_over.wait(_LOOK_EVERY_S):
            progress(*desk.latest)
    except BaseException:
        desk.is_abandoned.set()
        raise
    if desk.error is not None:
        raise desk.error
    result: Result = desk.result  # type: ignore[assignment]
    return result


class _Counter:
    """What passes between the work and who waits for it."""

    def __init__(self) -> None:
        self.is_over, self.is_abandoned = threading.Event(), threading.Event()
        self.latest: tuple[str, int, int] = ("starting", 0, 0)
        self.result: object = None
        self.error: BaseException | None = None

    def carry_out(self, work: Callable[[Progress], object]) -> None:
        try:
            self.result = work(self.hear)
        except BaseException as error:  # whatever it is, the one who waits gets it
            self.error = error
        finally:
            if self.is_abandoned.is_set():
                self.result = self.error = None
            self.is_over.set()

    def hear(self, step: str, done: int, total: int) -> None:
        if self.is_abandoned.is_set():
            raise Abandoned
        self.latest = (step, done, total)
