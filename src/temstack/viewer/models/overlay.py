"""Two planes on top of each other: blink, difference, two colours. Numbers in, pictures out."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import xarray as xr

    from temstack.drift.source import PlaneSource

Plane = NDArray[np.float32]
"""(y, x); NaN where nothing was seen."""
Picture = NDArray[np.uint8]
"""(y, x, 3): red, green, blue."""

MODES = {"blink": "Blink", "difference": "Difference", "overlay": "Two colours"}
_KEPT_BYTES = 256 * 2**20
_LEAST_KEPT = 3
_NEUTRAL = 128
_SHOWN_PERCENT = (0.4, 99.6)
_SAMPLES = 250_000
_LEAST_DIFFERENCE = 1e-3
"""Of the contrast of a plane: less is not made visible, it is rounding."""


@dataclass(frozen=True)
class Wish:
    """What is to be seen.

    Parameters
    ----------
    plane : int
        The plane in question: the second frame, green.
    partners : tuple of int
        What it is compared with, averaged: the first frame, magenta.
    places : tuple of (y, x), px
        The drift of the plane, then of each partner.
    mode : {"blink", "difference", "overlay"}
    interpolation : str
        See :func:`temstack.drift.apply_drift`.
    smooth_px : float, px
        Standard deviation of a Gaussian blur, for the eye only.
    """

    plane: int
    partners: tuple[int, ...]
    places: tuple[tuple[float, float], ...]
    mode: str = "blink"
    interpolation: str = "fourier"
    smooth_px: float = 0.0


class AlignedPlanes:
    """Planes of a stack with a drift taken out, made when they are looked at; the last ones are kept.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
    """

    def __init__(self, stack: xr.DataArray) -> None:
        self._stack = stack
        self._source: PlaneSource | None = None
        self._kept: OrderedDict[tuple[Any, ...], Plane] = OrderedDict()

    def plane(self, plane: int, place: tuple[float, float], interpolation: str = "fourier") -> Plane:
        """Return one plane as it is when aligned, on the field of plane 0; ``NaN`` where it saw nothing."""
        from temstack.drift import shift_plane
        from temstack.drift.source import plane_source

        if self._source is None:  # its compiled parts are loaded by whoever looks first, beside the windows
            self._source = plane_source(self._stack)
        key = (plane, place, interpolation)
        if key not in self._kept:
            shifted = shift_plane(self._source(plane), np.array(place), interpolation=interpolation)
            self._kept[key] = np.asarray(shifted, np.float32)
            most = max(_LEAST_KEPT, _KEPT_BYTES // max(shifted.nbytes, 1))
            while len(self._kept) > most:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    def pictures(self, wish: Wish) -> list[Picture]:
        """Return the pictures of a wish: two to blink, else one."""
        second = self.plane(wish.plane, wish.places[0], wish.interpolation)
        others = zip(wish.partners, wish.places[1:], strict=True)
        first = mean_plane([self.plane(plane, place, wish.interpolation) for plane, place in others])
        first, second = (smoothed(each, wish.smooth_px) for each in (first, second))
        if wish.mode == "difference":
            return [difference_picture(first, second)]
        if wish.mode == "overlay":
            return [overlay_picture(first, second)]
        return [grey_picture(first), grey_picture(second)]


def mean_plane(planes: list[Plane]) -> Plane:
    """Return the mean of planes, each brought to the same mean and contrast first; one alone stays as it is."""
    if len(planes) == 1:
        return planes[0]
    total, count = np.zeros(planes[0].shape, np.float32), np.zeros(planes[0].shape, np.float32)
    for plane in planes:
        level = _standardised(plane)
        seen = np.isfinite(level)
        np.add(total, level, out=total, where=seen)
        count += seen
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(count > 0, total / count, np.float32(np.nan))


def smoothed(plane: Plane, sigma_px: float) -> Plane:
    """Return a plane blurred for the eye; what was not seen stays so."""
    if sigma_px <= 0:
        return plane
    from scipy.ndimage import gaussian_filter

    seen = np.isfinite(plane)
    filled = np.where(seen, plane, np.float32(_middle(plane)))
    return np.where(seen, gaussian_filter(filled, sigma_px), np.float32(np.nan))


def grey_levels(plane: Plane) -> NDArray[np.uint8]:
    """Return a plane in greys, black and white where a few of its thousand pixels are beyond; 0 where nothing was seen.

    Examples
    --------
    >>> grey_levels(np.array([[0, 1, 2, np.nan]], np.float32)).tolist()
    [[0, 127, 255, 0]]
    """
    low, high = robust_limits(plane)
    scale = 255 / (high - low) if high > low else 0.0
    levels = np.clip((plane - np.float32(low)) * np.float32(scale), 0, 255)
    return np.asarray(np.nan_to_num(levels, nan=0.0), np.uint8)


def grey_picture(plane: Plane) -> Picture:
    """Return a plane in greys, one frame of a blink."""
    return _grey(grey_levels(plane))


def overlay_picture(first: Plane, second: Plane) -> Picture:
    """Return two planes in magenta and green: grey where they agree."""
    magenta, green = grey_levels(first), grey_levels(second)
    return np.stack([magenta, green, magenta], axis=2)


def difference_picture(first: Plane, second: Plane) -> Picture:
    """Return the second plane minus the first as bright as the second; middle grey where they agree or are not known.

    Gain and offset between them are fitted, so that neither exposure nor a reversal of contrast is taken for a shift.
    """
    gain, offset = _gain_and_offset(first, second)
    rest = second - (np.float32(gain) * first + np.float32(offset))
    sample, low_high = _sample(rest), robust_limits(second)
    widest = float(np.percentile(np.abs(sample), 99.5)) if sample.size else 0.0
    widest = max(widest, _LEAST_DIFFERENCE * (low_high[1] - low_high[0]))
    scale = 127 / widest if widest > 0 else 0.0
    levels = np.clip(_NEUTRAL + np.nan_to_num(rest, nan=0.0) * np.float32(scale), 0, 255).astype(np.uint8)
    return _grey(levels)


def _grey(levels: NDArray[np.uint8]) -> Picture:
    return np.stack([levels] * 3, axis=2)  # np.repeat would hold up the windows meanwhile


def robust_limits(plane: Plane) -> tuple[float, float]:
    """Return values to show black and white."""
    sample = _sample(plane)
    if not sample.size:
        return 0.0, 1.0
    low, high = np.percentile(sample, _SHOWN_PERCENT)
    return float(low), float(high)


def _sample(plane: Plane) -> Plane:
    """Return at most a quarter of a million of the pixels that were seen."""
    step = max(1, int(np.ceil(np.sqrt(plane.size / _SAMPLES))))
    part = plane[::step, ::step]
    return part[np.isfinite(part)]


def _middle(plane: Plane) -> float:
    sample = _sample(plane)
    return float(sample.mean()) if sample.size else 0.0


def _standardised(plane: Plane) -> Plane:
    sample = _sample(plane)
    deviation = float(sample.std()) if sample.size else 0.0
    return (plane - np.float32(_middle(plane))) / np.float32(deviation or 1.0)


def _gain_and_offset(first: Plane, second: Plane) -> tuple[float, float]:
    """Return the line by which the second plane follows the first, least squares over what both saw."""
    step = max(1, int(np.ceil(np.sqrt(first.size / _SAMPLES))))
    x, y = first[::step, ::step].astype(np.float64), second[::step, ::step].astype(np.float64)
    both = np.isfinite(x) & np.isfinite(y)
    if not both.any():
        return 1.0, 0.0
    x, y = x[both], y[both]
    spread = float(((x - x.mean()) ** 2).sum())
    gain = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread > 0 else 0.0
    return gain, float(y.mean() - gain * x.mean())
