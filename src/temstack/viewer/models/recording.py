"""A series that is recorded at the desk: begun, followed, paused, stopped, gone on with."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from temstack.acquire import DriftEstimated, Event, PlaneRecorded, SeriesStarted, Session, StateChanged
from temstack.series import Series
from temstack.viewer.models.jobs import Cancelled, Job, Jobs
from temstack.viewer.models.recording_facts import RecordingFacts, lines_of

if TYPE_CHECKING:
    import xarray as xr

    from temstack.stack.progress import Progress
    from temstack.viewer.models.document import Document

Area = tuple[int, int, int, int]
"""``(top, left, bottom, right)``, px of the planes, half-open."""

_Means = dict[tuple[str, Area | None], NDArray[np.float64]]

_SHOW_EVERY_S = 0.4
"""Opening a store that grows takes a tenth of a second, in a thread beside the windows: not more often than this."""


class Recorder:
    """One series under way.

    Its signals are emitted in the thread of the windows.

    Parameters
    ----------
    session : Session
    jobs : Jobs
    series : Series
    """

    changed = Signal()
    """:attr:`facts` are others."""
    noted = Signal(str)
    """One more line of the log."""
    grown = Signal(object)
    """The stack as far as it is recorded, lazy."""
    measured = Signal()
    """:meth:`spectrum` has more planes."""
    ended = Signal()

    def __init__(self, session: Session, jobs: Jobs, series: Series) -> None:
        self.session, self.series = session, series
        self.facts = RecordingFacts(series)
        self.log: list[str] = []
        self.document: Document | None = None
        self.job: Job | None = None
        self.areas: Callable[[], Mapping[str, Area]] = dict
        """Returns the regions whose spectrum is wanted beside that of the whole frame, by name."""
        self._has_ended = False
        self._order = list(series.events())
        self._jobs = jobs
        self._queue: SimpleQueue[Event] = SimpleQueue()
        self._drift: DriftEstimated | None = None
        self._news, self._is_over = threading.Event(), threading.Event()
        self._means: _Means = {}
        self._measured: _Means = {}

    # --- what the user asks for ---------------------------------------------------------------------

    def start(self, path: Path, **options: Any) -> Job:
        """Record into a file; options are those of :meth:`temstack.acquire.Session.run`."""
        return self._begin(f"Record {path.name}", lambda: self.session.run(self.series, path, **options))

    def resume(self, path: Path) -> Job:
        """Record what is missing in a file."""
        return self._begin(f"Go on with {path.name}", lambda: self.session.resume(path, live_drift=True))

    def pause(self) -> None:
        """Wait after the plane under way."""
        self.session.pause()

    def go_on(self) -> None:
        """Go on after a pause."""
        self.session.go_on()

    def stop(self) -> None:
        """End after the frame under way, and keep what is there."""
        self.session.stop()

    # --- what is known ------------------------------------------------------------------------------

    @property
    def is_running(self) -> bool:
        """Whether its thread is at work."""
        return self.job is not None and self.job.is_running

    def spectrum(self, name: str, area: Area | None) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return positions and mean counts of the planes measured so far, in the order of the axis.

        Parameters
        ----------
        name : str
            Of the region; ``"whole frame"``.
        area : (int, int, int, int), px, optional
        """
        means = self._measured.get((name, area))
        if means is None:
            return np.empty(0), np.empty(0)
        known = np.flatnonzero(np.isfinite(means))
        positions = self.series.positions[known]
        order = np.argsort(positions, kind="stable")
        return positions[order], means[known][order]

    def wanted_areas(self) -> dict[str, Area | None]:
        """Return all regions whose spectrum is shown, the whole frame first."""
        return {"whole frame": None, **self.areas()}

    # --- within -------------------------------------------------------------------------------------

    def _begin(self, title: str, record: Callable[[], xr.DataArray]) -> Job:
        self.job = self._jobs.start(title, lambda progress: self._record(record, progress))
        self.job.ended.connect(self._end)
        if not self.job.is_running:  # refused so soon that nobody was told
            self._end()
        return self.job

    def _record(self, record: Callable[[], xr.DataArray], progress: Progress) -> xr.DataArray:
        """Record, with the events of the session taken up beside it."""

        def take(event: Event) -> None:
            self._keep(event)
            self._report(event, progress)

        follower = threading.Thread(target=self._follow, name="follow", daemon=True)
        follower.start()
        self.session.watch(take)
        try:
            return record()
        finally:
            self.session.unwatch(take)
            self._is_over.set()
            self._news.set()
            follower.join()

    def _report(self, event: Event, progress: Progress) -> None:
        if isinstance(event, PlaneRecorded):
            try:
                progress(f"plane {event.index}", event.recorded, event.planes)
            except Cancelled:
                self.session.stop("the user")

    def _keep(self, event: Event) -> None:
        """Keep an event for the follower, but no pixels: those of planes are on disk, and one sum is enough."""
        if isinstance(event, DriftEstimated):
            self._drift = event
        else:
            self._queue.put(replace(event, pixels=np.empty((0, 0))) if isinstance(event, PlaneRecorded) else event)
        self._news.set()

    def _follow(self) -> None:
        """Take up what happens: words at once, pictures a few times a second."""
        path, shown_at, is_stale, is_over = "", float("-inf"), False, False
        while not is_over:
            self._news.wait(max(shown_at + _SHOW_EVERY_S - time.monotonic(), 0.0) if is_stale else None)
            is_over = self._is_over.is_set()  # read first: nothing comes after it
            self._news.clear()
            for event in self._waiting():
                path = event.path if isinstance(event, SeriesStarted) else path
                is_stale |= isinstance(event, SeriesStarted | PlaneRecorded)
                self._deliver(event)
            # At the end in any case: only then does the store say whether it is complete.
            if path and (is_over or (is_stale and time.monotonic() >= shown_at + _SHOW_EVERY_S)):
                self._show(path)
                is_stale, shown_at = False, time.monotonic()
            if self._drift is not None:
                event, self._drift = self._drift, None
                self._deliver(event)

    def _waiting(self) -> Iterator[Event]:
        with suppress(Empty):
            while True:
                yield self._queue.get_nowait()

    def _deliver(self, event: Event) -> None:
        self._jobs.deliver(lambda: self._take(event))

    def _take(self, event: Event) -> None:
        self.facts = self.facts.after(event)
        for line in lines_of(event, self.series):
            self.log.append(line)
            self.noted.emit(line)
        self.changed.emit()

    def _show(self, path: str) -> None:
        """Open the store as it is now, measure the planes that are new, and hand both over."""
        from temstack.store import open_stack

        stack = open_stack(path)
        self._jobs.deliver(lambda: self.grown.emit(stack))
        self._measure(stack)
        means = {key: values.copy() for key, values in self._means.items()}

        def hand_over() -> None:
            self._measured = means
            self.measured.emit()

        self._jobs.deliver(hand_over)

    def newest_in(self, stack: xr.DataArray) -> int | None:
        """Return the plane of a stack that was recorded last, None if there is none yet."""
        recorded = stack.coords["is_recorded"].values
        return next((event.index for event in reversed(self._order) if recorded[event.index]), None)

    def _measure(self, stack: xr.DataArray) -> None:
        """Take the mean counts of the planes that are new, or of areas that are; each plane is read once."""
        from temstack.stack import counts

        areas = list(self.wanted_areas().items())
        for key in areas:
            self._means.setdefault(key, np.full(self.series.size, np.nan))
        shown, dim = counts(stack), self.series.plane_dim
        for index in np.flatnonzero(stack.coords["is_recorded"].values).tolist():
            missing = [key for key in areas if np.isnan(self._means[key][index])]
            if missing:
                plane = shown.isel({dim: index}).transpose("y", "x").values
                for key in missing:
                    top, left, bottom, right = key[1] or (0, 0, *plane.shape)
                    self._means[key][index] = plane[top:bottom, left:right].mean()

    def _end(self) -> None:
        if self._has_ended:
            return
        self._has_ended = True
        if not self.facts.is_over:  # refused before it began
            self.facts = self.facts.after(StateChanged("failed"))
            self.changed.emit()
        self.ended.emit()
