"""From a plane of the stack to the small, filtered, windowed picture that is correlated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.errors import SettingError

Plane = NDArray[np.float32]
ReadPlane = Callable[[int], Plane]

_OUTLIER_SD = 8.0
_HUGE = 3e38
_MOST_OUTLIERS = 1e-3
COARSE_SIZE = 512
_MIN_SIZE = 8


@dataclass(frozen=True)
class Filters:
    """What is done to each plane before it is correlated; all off but the window.

    Parameters
    ----------
    median : bool
        3×3 median, against single hot pixels.
    variance_stabilise : bool
        Anscombe transform ``2 sqrt(counts + 3/8)``: makes counting noise alike in bright and dark areas.
    gaussian_px : float, px
        Standard deviation of a Gaussian blur; 0 for none.
    sobel : bool
        Gradient magnitude by Sobel's operator: edges instead of grey values.
    band_pass : (float, float) or None, cycles/px
        Lowest and highest spatial frequency used.
    window : {"tukey", "hann", "none"}
        How the borders fade out, so that they are not taken for structure.
    """

    median: bool = False
    variance_stabilise: bool = False
    gaussian_px: float = 0.0
    sobel: bool = False
    band_pass: tuple[float, float] | None = None
    window: str = "tukey"

    def __post_init__(self) -> None:
        if self.window not in ("tukey", "hann", "none"):
            raise SettingError("window", "is unknown", got=repr(self.window), expected="tukey, hann or none")
        if self.gaussian_px < 0:
            raise SettingError("gaussian_px", "is negative", got=self.gaussian_px, expected="0 or more px")
        if self.band_pass is not None and not 0 <= self.band_pass[0] < self.band_pass[1]:
            raise SettingError(
                "band_pass", "is no band", got=self.band_pass, expected="low < high, in cycles/px, 0 … 0.5"
            )

    def apply(self, plane: Plane) -> Plane:
        """Return the filtered plane (window and band-pass come later, where they cost nothing)."""
        if self.median:
            plane = scipy.ndimage.median_filter(plane, 3)
        if self.variance_stabilise:
            plane = 2 * np.sqrt(np.maximum(plane, 0) + np.float32(0.375))
        if self.gaussian_px > 0:
            plane = scipy.ndimage.gaussian_filter(plane, self.gaussian_px)
        if self.sobel:
            plane = np.hypot(scipy.ndimage.sobel(plane, 0), scipy.ndimage.sobel(plane, 1))
        return plane


@dataclass(frozen=True)
class Area:
    """The part of each plane that is looked at, and where it fades out.

    Parameters
    ----------
    top, left, height, width : int, px
        The rectangle; ``height`` and ``width`` after cutting to what the FFT likes.
    bin_y, bin_x : int
        Pixels averaged along each axis before the transform.
    taper : float, 0 … 1
        Share of each side over which a Tukey window rises and falls; 1 is a Hann window, 0 none.
    mask : (height / bin_y, width / bin_x) float32 or None
        Where to look, 0 … 1, already binned and softened.
    """

    top: int
    left: int
    height: int
    width: int
    bin_y: int
    bin_x: int
    taper: float
    mask: Plane | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns after binning."""
        return self.height // self.bin_y, self.width // self.bin_x


def choose_area(
    shape: tuple[int, int],
    *,
    region: tuple[int, int, int, int] | None,
    mask: NDArray[np.bool_] | None,
    window: str,
    taper: float,
    most_px: int | None = None,
) -> Area:
    """Return the area of planes of *shape* that *region* and *mask* leave, binned to at most *most_px* a side."""
    top, left, bottom, right = region or (0, 0, *shape)
    taper = {"tukey": taper, "hann": 1.0, "none": 0.0}[window]
    bins = [-(-size // most_px) if most_px else 1 for size in (bottom - top, right - left)]
    sizes = [
        _fast_size((end - begin) // step) * step
        for begin, end, step in zip((top, left), (bottom, right), bins, strict=True)
    ]
    top += (bottom - top - sizes[0]) // 2
    left += (right - left - sizes[1]) // 2
    area = Area(top, left, sizes[0], sizes[1], bins[0], bins[1], taper)
    if mask is None:
        return area
    return Area(top, left, sizes[0], sizes[1], bins[0], bins[1], taper, soften_mask(mask, area))


def soften_mask(mask: NDArray[np.bool_], area: Area) -> Plane:
    """Return the mask cut and binned to the area, fading over an 1/32 of its smaller side."""
    cut = mask[area.top : area.top + area.height, area.left : area.left + area.width].astype(np.float32)
    rows, columns = area.shape
    binned = cut.reshape(rows, area.bin_y, columns, area.bin_x).mean((1, 3))
    fade = max(1.0, min(rows, columns) / 32)
    distance = scipy.ndimage.distance_transform_edt(np.pad(binned >= 1.0, 1))[1:-1, 1:-1]
    return (0.5 - 0.5 * np.cos(np.pi * np.clip(distance / fade, 0, 1))).astype(np.float32)


def _fast_size(size: int) -> int:
    """Return the largest even length up to *size* whose FFT is fast; short sides are kept as they are."""
    if size < _MIN_SIZE:
        return size
    size -= size % 2
    while scipy.fft.next_fast_len(size, real=True) != size:
        size -= 2
    return size


def taper_window(size: int, taper: float, slide: float = 0.0) -> Plane:
    """Return a Tukey window over *size* pixel centres, moved by *slide* px; short sides (< 8 px) do not fade."""
    if taper <= 0 or size < _MIN_SIZE:
        return np.ones(size, np.float32)
    position = (np.arange(size) + 0.5 - slide) / size
    rise = np.clip(np.minimum(position, 1 - position) / (taper / 2), 0, 1)
    return (0.5 - 0.5 * np.cos(np.pi * rise)).astype(np.float32)


def prepare_plane(
    plane: Plane,
    area: Area,
    filters: Filters,
    offset: tuple[int, int] = (0, 0),
    slide: tuple[float, float] = (0.0, 0.0),
    out: Plane | None = None,
) -> Plane:
    """Return the area of one plane, filtered, clipped, binned, mean-free and windowed.

    Parameters
    ----------
    plane : (y, x) float32
        A whole plane.
    offset : (int, int), px
        Where the specimen moved to in this plane: the area moves along.
    slide : (float, float), px
        Fraction of a pixel by which it moved further: the window moves along, so that it is not itself taken for
        a structure that stands still.
    out : array of ``area.shape`` float32, optional
        Where to put it.
    """
    top, left = area.top + offset[0], area.left + offset[1]
    cut = filters.apply(plane)[top : top + area.height, left : left + area.width]
    low, high = outlier_limits(cut)
    out = np.empty(area.shape, np.float32) if out is None else out
    if low == high:
        out[:] = 0
        return out
    window_y = taper_window(out.shape[0], area.taper, slide[0] / area.bin_y)
    window_x = taper_window(out.shape[1], area.taper, slide[1] / area.bin_x)
    kernels.bin_and_window(cut, area.bin_y, area.bin_x, window_y, window_x, low, high, out)
    if area.mask is not None:
        weight = area.mask * window_y[:, None] * window_x
        out *= area.mask
        out -= weight * (out.sum(dtype=np.float64) / max(weight.sum(dtype=np.float64), 1e-30))
    return out


def outlier_limits(cut: Plane) -> tuple[float, float]:
    """Return lowest and highest plausible value: mean ± 8 standard deviations of what is not itself outside.

    Outliers are rare (X-rays, hot pixels). Where more than a thousandth of the pixels lies outside, they are structure,
    a few bright particles on black, and nothing is limited.
    """
    mean, deviation, count = kernels.subsample_statistics(cut, -_HUGE, _HUGE)
    low, high = mean - _OUTLIER_SD * deviation, mean + _OUTLIER_SD * deviation
    mean, deviation, inside = kernels.subsample_statistics(cut, low, high)
    if count - inside > _MOST_OUTLIERS * count:
        return -_HUGE, _HUGE
    return mean - _OUTLIER_SD * deviation, mean + _OUTLIER_SD * deviation


def settings_of(filters: Filters) -> Mapping[str, Any]:
    """Return the filters that are on, by name."""
    default = Filters()
    return {
        name: getattr(filters, name)
        for name in Filters.__dataclass_fields__
        if getattr(filters, name) != getattr(default, name)
    }
