"""Filters in the plane and along the third axis, in counts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, with_history
from temstack.volume.blockwise import as_counts, map_along_planes, map_planes

PLANE_FILTERS = ("gaussian", "median", "mean", "high-pass", "gradient")
"""Filters in the plane."""

AXIS_FILTERS = ("gaussian", "median", "mean", "derivative")
"""Filters along the third axis."""

_REACH = 4.0
"""A Gaussian is cut off after so many standard deviations."""

Pixels = NDArray[Any]


def filter_planes(stack: xr.DataArray, how: str = "gaussian", *, width_px: float = 1.0) -> xr.DataArray:
    """Return the stack with every plane filtered in itself.

    Beyond its borders a plane is continued by its mirror image.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray
    how : {"gaussian", "median", "mean", "high-pass", "gradient"}
        Smooth by a Gaussian, by the median or mean of a square; take a Gaussian away from the plane; or the length of
        the gradient, per px, of the plane smoothed by a Gaussian.
    width_px : float, px
        Standard deviation of the Gaussian; side of the square, an odd whole number.

    Returns
    -------
    stack : DataArray of counts
        Lazy where the stack is.

    Raises
    ------
    SettingError
        If the width does not suit the filter.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.array([[[0, 0, 0], [0, 9, 0], [0, 0, 0]]], np.float32))
    >>> filter_planes(stack, "mean", width_px=3).values[0, 1]
    array([1., 1., 1.], dtype=float32)
    """
    image = as_counts(stack if stack.dims == ("y", "x") else check_stack(stack))
    _refuse_complex(image)
    filtered = image.copy(data=map_planes(image, _plane_filter(how, width_px), image.dtype))
    return with_history(filtered, "filter_planes", how=how, width_px=width_px)


def filter_along_planes(stack: xr.DataArray, how: str = "gaussian", *, width: float = 1.0) -> xr.DataArray:
    """Return the stack with every pixel filtered along the third axis, from plane to plane.

    Distances are counted in planes, also where the axis is uneven; only ``"derivative"`` uses the positions. At the
    ends the first and last plane are repeated.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    how : {"gaussian", "median", "mean", "derivative"}
        Smooth, or take the derivative by the position of the planes (central differences, exact for parabolas).
    width : float, planes
        Standard deviation of the Gaussian; number of planes for median and mean, odd. The derivative does not use it.

    Returns
    -------
    stack : DataArray of counts
        Lazy where the stack is.

    Raises
    ------
    SettingError
        If the width does not suit the filter, or positions repeat where they are divided by.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.array([0.0, 9, 0]).reshape(3, 1, 1))
    >>> filter_along_planes(stack, "mean", width=3).values.ravel()
    array([3., 3., 3.])
    """
    source = as_counts(check_stack(stack))
    _refuse_complex(source)
    if how == "derivative":
        filtered = source.copy(data=_derivative(source))
    else:
        function, reach = _axis_filter(how, width)
        filtered = source.copy(data=map_along_planes(stack, function, reach))
    return with_history(filtered, "filter_along_planes", how=how, width=width)


def _plane_filter(how: str, width_px: float) -> Callable[[Pixels], Pixels]:
    from scipy import ndimage

    side = _odd(how, width_px, "width_px") if how in ("median", "mean") else 0
    if not width_px > 0:
        raise SettingError("width_px", "must be above 0", got=width_px)
    smooth = partial(ndimage.gaussian_filter, sigma=width_px, truncate=_REACH)
    filters: dict[str, Callable[[Pixels], Pixels]] = {
        "gaussian": smooth,
        "median": partial(ndimage.median_filter, size=side),
        "mean": partial(ndimage.uniform_filter, size=side),
        "high-pass": lambda plane: plane - smooth(plane),
        "gradient": partial(ndimage.gaussian_gradient_magnitude, sigma=width_px),
    }
    if how not in filters:
        raise SettingError("how", "is no filter", got=repr(how), expected="one of " + ", ".join(PLANE_FILTERS))
    return filters[how]


def _axis_filter(how: str, width: float) -> tuple[Callable[[Pixels], Pixels], int]:
    """Return a filter of blocks of planes, and how many planes it looks at on either side."""
    from scipy import ndimage

    if how not in AXIS_FILTERS:
        raise SettingError("how", "is no filter", got=repr(how), expected="one of " + ", ".join(AXIS_FILTERS))
    if how == "gaussian":
        if not width > 0:
            raise SettingError("width", "must be above 0", got=width)
        reach = int(_REACH * width + 0.5)
        return partial(ndimage.gaussian_filter1d, sigma=width, axis=0, mode="nearest", truncate=_REACH), reach
    planes = _odd(how, width, "width")
    if how == "mean":
        return partial(ndimage.uniform_filter1d, size=planes, axis=0, mode="nearest"), planes // 2
    return partial(ndimage.median_filter, size=(planes, 1, 1), mode="nearest"), planes // 2


def _derivative(stack: xr.DataArray) -> Any:
    """Return the derivative by the position of the planes; NumPy's rule for uneven distances."""
    positions = stack.coords[str(stack.dims[0])].values
    if len(positions) < 2:
        raise SettingError("how", "needs more than one plane", got="'derivative' of one plane")
    if not (np.diff(positions) != 0).all():
        raise SettingError("how", "cannot divide by distances of 0: some planes have the same position")
    count = len(positions)
    before, behind = np.maximum(np.arange(count) - 1, 0), np.minimum(np.arange(count) + 1, count - 1)
    left, right = positions - positions[before], positions[behind] - positions
    inner = (left != 0) & (right != 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = {
            "before": np.where(inner, -right / (left * (left + right)), np.where(right == 0, -1 / left, 0)),
            "here": np.where(inner, (right - left) / (left * right), np.where(left == 0, -1 / right, 1 / left)),
            "behind": np.where(inner, left / (right * (left + right)), np.where(left == 0, 1 / right, 0)),
        }
    column = {name: w.astype(stack.dtype)[:, None, None] for name, w in weights.items()}
    data = stack.data
    return data[before] * column["before"] + data * column["here"] + data[behind] * column["behind"]


def _odd(how: str, width: float, name: str) -> int:
    if width != int(width) or width < 1 or int(width) % 2 == 0:
        raise SettingError(name, f"must be an odd whole number for {how!r}", got=width, expected="3, 5, 7…")
    return int(width)


def _refuse_complex(stack: xr.DataArray) -> None:
    if stack.dtype.kind == "c":
        raise SettingError(
            "stack", "is complex", advice="take its modulus, real or imaginary part first (complex-part)"
        )
