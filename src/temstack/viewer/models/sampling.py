"""From pixels of a plane to pixels of the screen: only those that are seen, each looked up once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.uint32]
"""0xffRRGGBB."""

LEVELS = 1024
"""Shades between black and white; the look-up table has three entries more, see :class:`Look`."""

_MOST_PER_SIDE = 4


@dataclass(frozen=True, eq=False)
class Look:
    """How values become colours.

    The table has one colour for what lies below the lower limit, :data:`LEVELS` between, one for what lies above,
    and one for pixels without a value.
    """

    limits: tuple[float, float]
    """In the units of the pixels as they are stored."""
    table: Colours
    """(LEVELS + 3,)"""
    is_log: bool = False


def screen_samples(start: float, stop: float, count: int, size: int) -> NDArray[np.intp]:
    """Return which pixels make up each pixel of the screen, along one axis.

    Parameters
    ----------
    start, stop : float, px
        Edges of what is seen, in pixels of the plane.
    count : int
        Pixels of the screen.
    size : int
        Pixels of the plane; places outside take the nearest.

    Returns
    -------
    samples : (k, count)
        Where several pixels fall on one of the screen, k > 1 of them are averaged, up to 4: fringes of a lattice do
        not turn into others, as they would if only one were taken.

    Examples
    --------
    >>> screen_samples(0, 4, 2, 4).tolist()
    [[0, 2], [1, 3]]
    >>> screen_samples(0, 2, 4, 2).tolist()
    [[0, 0, 1, 1]]
    """
    ratio = (stop - start) / count
    samples = min(_MOST_PER_SIDE, max(1, round(ratio)))
    offsets = (np.arange(samples)[:, None] + 0.5) / samples
    places = np.floor(start + (np.arange(count)[None, :] + offsets) * ratio)
    return np.clip(places, 0, size - 1).astype(np.intp)


def resample(pixels: NDArray[Any], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[Any]:
    """Return the mean of the pixels that fall on each pixel of the screen.

    Parameters
    ----------
    pixels : (y, x) or (y, x, channel)
    rows, columns : (k, count)
        See :func:`screen_samples`.

    Returns
    -------
    seen : (rows, columns[, channel]) float32, or float64 where the pixels need it
    """
    return Resampler(rows, columns)(pixels)


class Resampler:
    """:func:`resample` for plane after plane, without asking for memory each time: that would take half of the time.

    Parameters
    ----------
    rows, columns : (k, count)
        See :func:`screen_samples`.
    """

    def __init__(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> None:
        self._rows, self._columns = rows, columns
        self._made_for: tuple[Any, ...] = ()
        self._strip = self._rows_added = self._part = self._total = np.empty(0)

    def __call__(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Return the mean of the pixels that fall on each pixel of the screen, to be used before the next call."""
        self._make_room(pixels)
        np.take(pixels, self._rows[0], axis=0, out=self._strip, mode="clip")
        added = self._strip
        if len(self._rows) > 1:
            # Rows first: they lie together in memory, so that adding them costs less than looking up columns twice.
            added = self._rows_added
            added[...] = self._strip
            for row in self._rows[1:]:
                added += np.take(pixels, row, axis=0, out=self._strip, mode="clip")
        part = self._part if added is self._strip else self._total
        self._total[...] = np.take(added, self._columns[0], axis=1, out=part, mode="clip")
        for column in self._columns[1:]:
            self._total += np.take(added, column, axis=1, out=self._part, mode="clip")
        if len(self._rows) * len(self._columns) > 1:
            self._total /= len(self._rows) * len(self._columns)
        return self._total

    def _make_room(self, pixels: NDArray[Any]) -> None:
        key = (pixels.shape, pixels.dtype)
        if key == self._made_for:
            return
        needs_more = pixels.dtype.itemsize > (2 if pixels.dtype.kind in "iu" else 4)
        height, width, rest = self._rows.shape[1], self._columns.shape[1], pixels.shape[2:]
        self._strip = np.empty((height, *pixels.shape[1:]), pixels.dtype)
        sums = np.dtype(np.float64 if needs_more else np.float32)
        self._rows_added = np.empty(self._strip.shape if len(self._rows) > 1 else 0, sums)
        self._part = np.empty((height, width, *rest), sums if len(self._rows) > 1 else pixels.dtype)
        self._total = np.empty((height, width, *rest), sums)
        self._made_for = key


def colour(values: NDArray[Any], look: Look) -> Colours:
    """Return the colour of each value.

    Parameters
    ----------
    values : (y, x) float
        Changed in place.
    look : Look

    Examples
    --------
    >>> table = np.arange(LEVELS + 3, dtype=np.uint32)
    >>> colour(np.array([[-1.0, 0.0, 10.0, 11.0, np.nan]]), Look((0.0, 10.0), table)).tolist()
    [[0, 1, 1024, 1025, 1026]]
    """
    low, high = look.limits
    if look.is_log:
        low, high = _to_log(values, low, high)
    values -= low
    # A trifle less: white itself is the last shade, not beyond it.
    values *= LEVELS / (high - low) * (1 - 1e-6)
    np.clip(values, -1, LEVELS, out=values)
    values += 1  # what is below the limits lies between 0 and 1, the first shade between 1 and 2
    with np.errstate(invalid="ignore"):
        if not np.isfinite(values.sum()):
            values[np.isnan(values)] = LEVELS + 2
    return np.asarray(look.table.take(values.astype(np.uint16)))


def _to_log(values: NDArray[Any], low: float, high: float) -> tuple[float, float]:
    """Take the logarithm of values, in place, and of the limits; what is not above 0 is darkest."""
    floor = low if low > 0 else max(high, 1e-30) * 1e-5
    np.maximum(values, floor * 1e-3, out=values)
    np.log(values, out=values)
    return float(np.log(floor)), float(np.log(max(high, floor * (1 + 1e-6))))


def true_colour(values: NDArray[Any]) -> Colours:
    """Return the colours of (y, x, 3 or 4) values between 0 and 255."""
    rgb = np.clip(values[..., :3], 0, 255).astype(np.uint32)
    return np.asarray(
        np.uint32(0xFF000000) | (rgb[..., 0] << np.uint32(16)) | (rgb[..., 1] << np.uint32(8)) | rgb[..., 2]
    )
