"""What is known of a series while it is recorded, event by event; pure, so that it can be tested without any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from temstack.acquire import DriftEstimated, Event, Noted, PlaneRecorded, SeriesStarted, StateChanged
from temstack.series import Series

ENDED = ("complete", "partial", "failed")
"""States in which a series is over."""

_WORDS = {
    "starting": "Starting",
    "running": "Recording",
    "pausing": "Pausing after this plane",
    "paused": "Paused",
    "stopping": "Stopping after this frame",
    "restoring": "Putting the microscope back",
    "complete": "Complete",
    "partial": "Stopped; what was recorded is kept",
    "failed": "Broke off; what was recorded is kept",
}


_NOT_SAID = ("", "the user")
"""Reasons that are not written: who has pressed a button knows."""


@dataclass(frozen=True, eq=False)
class RecordingFacts:
    """What is known of one series.

    Parameters
    ----------
    series : Series
    state, reason : str
        As in :class:`~temstack.acquire.StateChanged`; ``"starting"`` before the first.
    path : str
        Of the store; empty before it is made.
    recorded : int
        Planes on disk.
    left_s : float, s
        How long the rest will take; NaN if unknown.
    saturated : int
        Planes that were recorded since it began or went on, and are too bright somewhere.
    newest : PlaneRecorded, optional
        The last plane.
    drift : DriftEstimated, optional
    """

    series: Series
    state: str = "starting"
    reason: str = ""
    path: str = ""
    recorded: int = 0
    left_s: float = float("nan")
    saturated: int = 0
    newest: PlaneRecorded | None = None
    drift: DriftEstimated | None = None

    def after(self, event: Event) -> RecordingFacts:
        """Return what is known after one more event."""
        match event:
            case SeriesStarted():
                return replace(self, path=event.path, recorded=event.recorded)
            case PlaneRecorded():
                saturated = self.saturated + event.is_saturated
                return replace(self, recorded=event.recorded, left_s=event.left_s, saturated=saturated, newest=event)
            case DriftEstimated():
                return replace(self, drift=event)
            case StateChanged():
                # What was asked for last stays on the screen until it happens.
                if self.state == "stopping" and event.state in ("running", "paused"):
                    return self
                return replace(self, state=event.state, reason=event.reason)
            case _:
                return self

    @property
    def planes(self) -> int:
        """How many there will be."""
        return self.series.size

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.state in ENDED

    @property
    def can_pause(self) -> bool:
        """Whether asking for a pause means anything."""
        return self.state == "running" and self.recorded < self.planes

    @property
    def can_go_on(self) -> bool:
        """Whether it waits for the user."""
        return self.state in ("pausing", "paused")

    @property
    def can_stop(self) -> bool:
        """Whether it can still be stopped."""
        return self.state in ("starting", "running", "pausing", "paused")

    @property
    def can_resume(self) -> bool:
        """Whether it ended before all planes were there."""
        return self.is_over and bool(self.path) and self.recorded < self.planes

    @property
    def headline(self) -> str:
        """How it stands, in one line."""
        words = _WORDS.get(self.state, self.state)
        count = f"{self.recorded} of {self.planes} planes"
        if self.state in ("running", "pausing") and not isnan(self.left_s) and self.recorded < self.planes:
            return f"{words} · {count} · {duration(self.left_s)} left"
        if self.reason not in _NOT_SAID and self.state in ("stopping", "partial", "failed"):
            return f"{words} · {count} · {self.reason}"
        return f"{words} · {count}"

    @property
    def warning(self) -> str:
        """What the user should know before all planes are spoilt; empty if there is nothing."""
        if not self.saturated:
            return ""
        planes = "1 plane is" if self.saturated == 1 else f"{self.saturated} planes are"
        return f"{planes} saturated: expose shorter, or with less brightness"

    @property
    def plane_line(self) -> str:
        """The newest plane in words, empty before the first."""
        return "" if self.newest is None else plane_in_words(self.newest, self.series)


def lines_of(event: Event, series: Series) -> list[str]:
    """Return what an event adds to the log, in plain words.

    >>> from temstack.series import TimeSeries
    >>> lines_of(Noted("beam unblanked for the series"), TimeSeries(n_planes=2))
    ['beam unblanked for the series']
    """
    match event:
        case Noted():
            return [event.line]
        case PlaneRecorded():
            return [f"{event.recorded} of {event.planes}: {plane_in_words(event, series)}"]
        case StateChanged(state="complete" | "partial" | "failed" | "paused" | "restoring"):
            why = "" if event.reason in _NOT_SAID else f": {event.reason}"
            return [f"{_WORDS[event.state]}{why}"]
        case _:
            return []


def plane_in_words(plane: PlaneRecorded, series: Series) -> str:
    """Return ``plane 12, 540 eV, 0.8 s exposure, 5210 counts``."""
    values = plane.values
    where = f", {plane.position:g} {series.position_units}" if series.plane_dim != "exposure" else ""
    return f"plane {plane.index}{where}, {values['exposure_s']:g} s exposure, {values['robust_max_counts']:.0f} counts"


def duration(seconds: float) -> str:
    """Return a time in words.

    >>> duration(42.4), duration(200), duration(9000)
    ('42 s', '3 min', '2.5 h')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def drift_curve(drift: DriftEstimated, series: Series) -> tuple[NDArray[np.float64], ...]:
    """Return position of each plane, drift y and x in px, and its errors y and x, in the order of the axis."""
    positions = series.positions[list(drift.planes)]
    order = np.argsort(positions, kind="stable")
    shift, sigma = drift.drift.drift_px[order], drift.drift.sigma_px[order]
    return positions[order], shift[:, 0], shift[:, 1], sigma[:, 0], sigma[:, 1]
