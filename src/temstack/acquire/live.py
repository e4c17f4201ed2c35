"""What can be known of a series while it runs: the drift so far, and the aligned sum, one plane at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.acquire.events import DriftEstimated, Event, Noted
from temstack.errors import TemstackError

_WAITING = 8
"""Planes that may wait to be aligned; of a faster series some are left out, for recording never waits for it."""


class LiveAlignment:
    """Follows the drift of a growing series in a thread of its own, and adds up what it aligned.

    Each plane costs one transform and its new pairs, see :class:`temstack.drift.live.LiveDrift`; those before are
    not touched again. So the sum is one to look at; the final one is made from the whole series.

    Parameters
    ----------
    publish : callable
        Gets a :class:`DriftEstimated` after each plane.
    **options
        Of :class:`~temstack.drift.live.LiveDrift`.
    """

    def __init__(self, publish: Callable[[Event], None], **options: Any) -> None:
        from temstack.drift.live import LiveDrift

        self._publish = publish
        self._live = LiveDrift(**options)
        self._sum: NDArray[np.float64] | None = None
        self._planes: list[int] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="live-drift")
        self._waiting: list[Future[None]] = []
        self._is_broken = False
        self.last_drift_px: tuple[float, float] | None = None

    def add(self, index: int, pixels: NDArray[Any], dark: NDArray[np.float32] | None, scale: float) -> None:
        """Take one more plane; returns at once.

        Parameters
        ----------
        index : int
            Of the plane.
        pixels : (y, x) array
            As recorded; must not be changed afterwards.
        dark : (y, x) float32, counts, optional
            Dark reference.
        scale : float
            Of the plane.
        """
        self._waiting = [one for one in self._waiting if not one.done()]
        if len(self._waiting) < _WAITING and not self._is_broken:
            self._waiting.append(self._thread.submit(self._add, index, pixels, dark, scale))

    def wait(self) -> tuple[float, float] | None:
        """Wait for the planes so far; return the drift of the last, px ``(y, x)``, None if unknown."""
        for one in self._waiting:
            one.result()
        return self.last_drift_px

    def close(self) -> None:
        """Finish the planes that wait, a few at most: the last says where the series ended."""
        self._thread.shutdown(wait=True)

    def _add(self, index: int, pixels: NDArray[Any], dark: NDArray[np.float32] | None, scale: float) -> None:
        counts = pixels.astype(np.float32)
        if dark is not None:
            counts -= dark
        counts *= np.float32(scale)
        try:
            drift = self._live.add(counts)
        except TemstackError as error:  # watching must not end what is watched
            self._is_broken, self.last_drift_px = True, None
            self._publish(Noted(f"the drift is no longer followed: {error}"))
            return
        self._planes.append(index)
        y, x = (float(value) for value in drift.drift_px[-1])
        # A plane that hangs together with no other says nothing about where the specimen is.
        self.last_drift_px = (y, x) if np.isfinite([y, x]).all() else None
        if self._sum is None:
            self._sum = np.zeros(counts.shape)
        if self.last_drift_px is not None:
            add_shifted(self._sum, counts, (-round(y), -round(x)))
        self._publish(DriftEstimated(drift, tuple(self._planes), self._sum.copy()))


def add_shifted(total: NDArray[np.float64], plane: NDArray[Any], shift_px: tuple[int, int]) -> None:
    """Add a plane, shifted by whole pixels ``(y, x)``, where it overlaps.

    Examples
    --------
    >>> total = np.zeros((1, 3))
    >>> add_shifted(total, np.array([[1, 2, 3]]), (0, 1))
    >>> total.tolist()
    [[0.0, 1.0, 2.0]]
    """
    rows, columns = (_overlap(extent, shift) for extent, shift in zip(total.shape, shift_px, strict=True))
    total[rows[0], columns[0]] += plane[rows[1], columns[1]]


def _overlap(extent: int, shift: int) -> tuple[slice, slice]:
    """Return where a line that is shifted lies, and which part of it that is."""
    kept = max(extent - abs(shift), 0)
    return slice(max(shift, 0), max(shift, 0) + kept), slice(max(-shift, 0), max(-shift, 0) + kept)
