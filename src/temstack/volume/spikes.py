"""X-rays and other spikes taken out: pixels that stand out of their neighbourhood by more than its noise.

Counts have more noise where they are higher. So the noise is measured as a function of brightness: pixels are sorted
by the median of their neighbourhood into groups of equal size, and in each the spread of the distances from it is
taken robustly (1.4826 times their median). Spikes are few and do not change that, and what a plane shows beyond noise
makes the spread larger, so that fine detail is not taken for spikes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, with_history
from temstack.volume.blockwise import map_planes, refuse_colours

_GROUPS = 24
_TO_SIGMA = 1.4826
_RARE = 0.002
"""Fewer pixels than this that differ from all others are spikes, not the noise of sparse counts."""
_NEIGHBOUR = 0.5
"""A pixel beside a spike belongs to it from this fraction of the threshold on: X-rays share their charge."""

Floats = NDArray[np.floating[Any]]


def despike(
    stack: xr.DataArray, threshold: float = 8.0, *, size_px: int = 5, is_dark_too: bool = False
) -> xr.DataArray:
    """Return the stack with spikes replaced by the median of the pixels around them.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray
        Pixels are judged as recorded, each plane by itself.
    threshold : float, standard deviations
        How far a pixel must stand out of the median of its neighbourhood.
    size_px : int, px
        Side of the neighbourhood, odd; more than twice as wide as a spike.
    is_dark_too : bool
        Also replace pixels that are too dark, such as dead ones.

    Returns
    -------
    stack : DataArray
        Of the same type; all other pixels are untouched, bit by bit. Lazy where the stack is.

    Raises
    ------
    SettingError
        If the threshold or the size cannot be meant.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> pixels = np.random.default_rng(1).poisson(100, (1, 32, 32)).astype(np.uint16)
    >>> pixels[0, 7, 9] = 4000
    >>> cleaned = despike(label_stack(pixels))
    >>> int(cleaned[0, 7, 9]) < 130, int((cleaned.values != pixels).sum())
    (True, 1)
    """
    image = stack if stack.dims == ("y", "x") else check_stack(stack)
    refuse_colours(image)
    if image.dtype.kind not in "iuf":
        raise SettingError("stack", "has no spikes to look for: its pixels are", got=image.dtype)
    if not threshold > 0:
        raise SettingError("threshold", "must be above 0", got=threshold)
    if size_px != int(size_px) or size_px < 3 or size_px % 2 == 0:
        raise SettingError("size_px", "must be an odd whole number", got=size_px, expected="3, 5, 7…")

    def clean(plane: NDArray[Any]) -> NDArray[Any]:
        return _without_spikes(plane, threshold, int(size_px), is_dark_too)

    cleaned = image.copy(data=map_planes(image, clean, image.dtype))
    return with_history(cleaned, "despike", threshold=threshold, size_px=size_px, is_dark_too=is_dark_too)


def _without_spikes(plane: NDArray[Any], threshold: float, size: int, is_dark_too: bool) -> NDArray[Any]:
    from scipy import ndimage

    values = plane.astype(np.float64)
    around = ndimage.median_filter(values, size=size, mode="mirror")
    distance = values - around
    del values
    sigma = _noise(around, distance)
    excess = np.abs(distance) if is_dark_too else distance
    spikes = excess > threshold * sigma
    if not spikes.any():
        return plane
    neighbours = ndimage.binary_dilation(spikes, np.ones((3, 3), bool))
    spikes |= neighbours & (excess > _NEIGHBOUR * threshold * sigma)
    result = plane.copy()
    rounded = np.rint(around) if plane.dtype.kind in "iu" else around
    result[spikes] = rounded[spikes].astype(plane.dtype)
    return result


def _noise(around: Floats, distance: Floats) -> Floats:
    """Return the standard deviation of the noise at each pixel, as a function of its brightness."""
    order = np.argsort(around, axis=None, kind="stable")
    groups = np.array_split(order, max(1, min(_GROUPS, order.size // 50)))
    level, far = around.ravel(), np.abs(distance).ravel()
    centre = np.array([level[group].mean() for group in groups])
    spread = np.array([_TO_SIGMA * np.median(far[group]) for group in groups])
    spread = np.where(spread > 0, spread, [_quantum(far[group]) for group in groups])
    # Whole numbers cannot be told apart better than by one; other noise is not smaller than where it is least.
    is_whole = bool((level == np.rint(level)).all() and (far == np.rint(far)).all())
    least = 1.0 if is_whole else spread[spread > 0].min(initial=np.inf)
    return np.asarray(np.interp(around, centre, np.maximum(spread, least)))


def _quantum(far: Floats) -> float:
    """Return how far pixels typically are from 0 where more than half are 0, as in sparse counts; 0 if hardly any."""
    some = far[far > 0]
    return float(np.median(some)) if some.size > _RARE * far.size else 0.0
