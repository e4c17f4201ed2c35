"""Which values are shown black and white, and how many pixels have which value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Limits = tuple[float, float]

CUT_PERCENT = 0.4
"""How many of the darkest, and of the brightest, pixels may lie beyond the limits."""

_SAMPLE = 40_000
_BINS = 128


def sample(values: NDArray[Any], size: int = _SAMPLE) -> NDArray[np.float64]:
    """Return about *size* finite values, taken evenly from an image, as float64.

    Examples
    --------
    >>> sample(np.array([[1.0, np.nan], [np.inf, 2.0]])).tolist()
    [1.0, 2.0]
    """
    # Odd steps, different along y and x: columns of a camera come in pairs, and lattices in periods.
    step = max(1, int(np.sqrt(values.size / size))) | 1
    taken = values[::step, :: step if step == 1 else step + 2] if values.ndim > 1 else values[::step]
    flat = np.asarray(taken, dtype=np.float64).ravel()
    return flat[np.isfinite(flat)]


def robust_limits(values: NDArray[Any], *, cut_percent: float = CUT_PERCENT) -> Limits:
    """Return the values to be shown black and white: the few darkest and brightest pixels lie beyond.

    Where nearly all pixels are alike the few others count: a map with one bright particle is not shown grey.

    Examples
    --------
    >>> robust_limits(np.arange(101.0), cut_percent=1)
    (1.0, 99.0)
    >>> robust_limits(np.full((4, 4), 7))
    (6.5, 7.5)
    """
    if values.dtype == np.bool_:
        return 0.0, 1.0
    taken = sample(values)
    if not taken.size:
        return 0.0, 1.0
    low, high = (float(each) for each in np.percentile(taken, [cut_percent, 100 - cut_percent]))
    if not high > low:
        low, high = _extremes(values)
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _extremes(values: NDArray[Any]) -> Limits:
    """Return the lowest and the highest finite value."""
    if values.dtype.kind not in "iu":
        values = values[np.isfinite(values)]
    return float(values.min()), float(values.max())


def widest(found: list[Limits]) -> Limits:
    """Return the limits that hold all of several."""
    return min(low for low, _ in found), max(high for _, high in found)


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many sampled pixels have which value."""

    edges: NDArray[np.float64]
    """(bins + 1,), in counts."""
    pixels: NDArray[np.int64]
    """(bins,)"""


def histogram(values: NDArray[Any], limits: Limits) -> Histogram:
    """Return a histogram of a sample of the pixels, wide enough for the limits.

    A few hot pixels do not make all others one bar: the range is that of nearly all pixels, and the limits.
    """
    taken = sample(values)
    low, high = limits
    if taken.size:
        near = np.percentile(taken, [0.05, 99.95])
        low, high = min(low, float(near[0])), max(high, float(near[1]))
    room = (high - low) * 0.05 or 0.5
    pixels, edges = np.histogram(taken, bins=_BINS, range=(low - room, high + room))
    return Histogram(edges, pixels)


@dataclass(frozen=True)
class Statistics:
    """All pixels of a plane in a few numbers."""

    lowest: float
    highest: float
    mean: float
    deviation: float
    saturated: int
    """Pixels at the highest value that their type holds."""
    without_value: int
    """Pixels that are not a finite number."""


def statistics(values: NDArray[Any], *, scale: float = 1.0, saturation: float | None = None) -> Statistics:
    """Return the statistics of a whole plane, in counts.

    Examples
    --------
    >>> found = statistics(np.array([[0, 255], [255, 10]], dtype=np.uint8), saturation=255)
    >>> found.mean, found.saturated
    (130.0, 2)
    """
    finite = values if values.dtype.kind in "iub" else values[np.isfinite(values)]
    if not finite.size:
        return Statistics(np.nan, np.nan, np.nan, np.nan, 0, values.size)
    return Statistics(
        lowest=float(finite.min()) * scale,
        highest=float(finite.max()) * scale,
        mean=float(finite.mean(dtype=np.float64)) * scale,
        deviation=float(finite.std(dtype=np.float64)) * scale,
        saturated=0 if saturation is None else int(np.count_nonzero(values == saturation)),
        without_value=int(values.size - finite.size),
    )
