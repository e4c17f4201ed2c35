"""Work beside the windows: started, followed, cancelled, and its result handed over in the thread of the windows."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from psygnal import Signal

from temstack.viewer.models.beside import begin

if TYPE_CHECKING:
    from temstack.stack.progress import Progress

Deliver = Callable[[Callable[[], None]], None]
"""Calls a function later, in the thread of the windows."""


class Cancelled(Exception):  # noqa: N818 - no error: somebody asked for it
    """Raised inside a job, by its ``progress``, when the job is to end."""


class Job:
    """One piece of work that goes on beside the windows.

    Its signals are emitted in the thread of the windows.
    """

    progressed = Signal(str, int, int)
    """Step in words, done, total."""
    finished = Signal(object)
    """The result."""
    failed = Signal(object)
    """The exception."""
    cancelled = Signal()
    ended = Signal()
    """After any of the three."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.state = "running"
        """``"running"``, ``"cancelling"``, ``"finished"``, ``"failed"`` or ``"cancelled"``."""
        self.latest: tuple[str, int, int] = ("", 0, 0)
        self._wanted_to_end = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_running(self) -> bool:
        """Whether its work goes on."""
        return self.state in ("running", "cancelling")

    @property
    def is_cancel_wanted(self) -> bool:
        """Whether somebody asked for its end; may be read from any thread."""
        return self._wanted_to_end.is_set()

    def cancel(self) -> None:
        """Ask the work to end; it does at its next step of progress."""
        if self.is_running:
            self.state = "cancelling"
            self._wanted_to_end.set()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until its thread is over; return whether it is."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()


class Jobs:
    """All work beside the windows.

    Parameters
    ----------
    deliver : callable, optional
        How to call a function in the thread of the windows; without windows it is called at once.
    """

    started = Signal(Job)

    def __init__(self, deliver: Deliver | None = None) -> None:
        self.deliver: Deliver = deliver or (lambda call: call())
        self.running: list[Job] = []

    def start(self, title: str, work: Callable[[Progress], Any]) -> Job:
        """Start work in a thread of its own and return its job.

        Parameters
        ----------
        title : str
            What it does, e.g. ``"Align Fe series"``.
        work : callable
            Gets a :data:`~temstack.stack.progress.Progress`, which it must call now and then: this is where a
            cancelled job ends. What it returns goes to ``job.finished``.
        """
        job = Job(title)
        self.running.append(job)
        self.started.emit(job)
        job._thread = begin(lambda: self._carry_out(job, work), lambda call: self.deliver(call), title)
        return job

    def cancel_all(self, timeout_s: float = 10.0) -> None:
        """End all work and wait for it."""
        for job in self.running:
            job.cancel()
        for job in list(self.running):
            job.wait(timeout_s)

    def _carry_out(self, job: Job, work: Callable[[Progress], Any]) -> None:
        try:
            result = work(_Reporter(job, self))
        except Cancelled:
            self.deliver(lambda: self._end(job, "cancelled", job.cancelled.emit))
        except BaseException as error:  # whatever it is, the user is told
            failure = error
            self.deliver(lambda: self._end(job, "failed", lambda: job.failed.emit(failure)))
        else:
            self.deliver(lambda: self._end(job, "finished", lambda: job.finished.emit(result)))

    def _end(self, job: Job, state: str, tell: Callable[[], object]) -> None:
        job.state = state
        self.running.remove(job)
        try:
            tell()
        finally:
            job.ended.emit()


class _Reporter:
    """The progress of one job: passes news on, a few times a second, and ends the work when that is wanted."""

    _EVERY_S = 0.05

    def __init__(self, job: Job, jobs: Jobs) -> None:
        self._job, self._jobs = job, jobs
        self._last = 0.0

    def __call__(self, step: str, done: int, total: int) -> None:
        import time

        if self._job.is_cancel_wanted:
            raise Cancelled(self._job.title)
        now = time.monotonic()
        if now - self._last < self._EVERY_S and done < total:
            return
        self._last = now
        self._job.latest = (step, done, total)
        self._jobs.deliver(self._tell)

    def _tell(self) -> None:
        if self._job.is_running:
            self._job.progressed.emit(*self._job.latest)
