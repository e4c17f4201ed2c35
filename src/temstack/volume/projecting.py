"""A volume seen along one of its axes: the sum, mean, largest, smallest value or spread of what lies behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, iter_planes, plane_dim, with_history
from temstack.stack.bounds import Bounds, select_range
from temstack.stack.progress import Progress, no_progress
from temstack.volume.blockwise import as_counts
from temstack.volume.turning import AXES, dim_of, turned_to_image

WAYS = ("sum", "mean", "max", "min", "sd")
"""What may be made of the values that lie behind each other; ``sd`` is divided by their number."""

_BAND_ROWS = 64

Values = NDArray[Any]


def project(
    stack: xr.DataArray,
    axis: str = "z",
    how: str = "sum",
    *,
    bounds: Bounds | None = None,
    calibrated: bool = False,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return a volume projected along one of its axes, in counts.

    Planes that were never recorded (``is_recorded`` false) are left out along ``z``, and stay dark along ``y`` and
    ``x``.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        It is read once, a few planes at a time.
    axis : {"z", "y", "x"}
        Along which; ``"z"`` is from plane to plane.
    how : {"sum", "mean", "max", "min", "sd"}
        What is made of the counts along the axis.
    bounds : (start, stop), optional
        Only this half-open range of the axis.
    calibrated : bool
        Whether `bounds` is in the units of the axis.
    progress : Progress
        Told after every plane.

    Returns
    -------
    image : (y, x) DataArray, float64 (complex128)
        Along ``y``, the plane axis points down; along ``x``, it points to the right.

    Raises
    ------
    SettingError
        If bounds reach outside the axis, or complex values should be compared.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.array([[[1, 2]], [[3, 4]]]), per_plane={"scale": [1.0, 0.5]})
    >>> project(stack).values.tolist(), project(stack, "x", "max").values.tolist()
    ([[2.5, 4.0]], [[2.0, 2.0]])
    """
    check_stack(stack)
    _check(stack, axis, how)
    chosen = stack.isel({dim_of(stack, axis): select_range(stack, dim_of(stack, axis), bounds, calibrated=calibrated)})
    if axis == "z":
        chosen = _recorded(chosen)
    planes = _counted(as_counts(chosen), progress)
    values = _across(planes, how) if axis == "z" else _within(planes, how, 0 if axis == "y" else 1)
    if axis == "x":
        values = values.T  # one row for each plane so far
    image = turned_to_image(stack, axis)[0]
    bare = image.drop_vars([name for name, coord in image.coords.items() if name not in ("y", "x") and _is_of(coord)])
    result = xr.DataArray(values, dims=("y", "x"), coords=bare.coords, name=stack.name, attrs=stack.attrs)
    return with_history(result, "project", axis=axis, how=how, bounds=bounds, calibrated=calibrated)


def _is_of(coord: xr.DataArray) -> bool:
    """Return whether a value belongs to the one plane that lent its labels, or is applied already."""
    return coord.ndim == 0 or coord.name == "scale"


def _check(stack: xr.DataArray, axis: str, how: str) -> None:
    if axis not in AXES:
        raise SettingError("axis", "is no axis", got=repr(axis), expected="one of " + ", ".join(AXES))
    if how not in WAYS:
        raise SettingError("how", "is unknown", got=repr(how), expected="one of " + ", ".join(WAYS))
    if stack.dtype.kind == "c" and how in ("max", "min"):
        raise SettingError("how", "cannot compare complex values", got=repr(how), expected="sum, mean or sd")


def _recorded(stack: xr.DataArray) -> xr.DataArray:
    """Return the stack without planes that were never recorded: they would count as dark ones."""
    if "is_recorded" not in stack.coords:
        return stack
    kept = np.flatnonzero(stack.coords["is_recorded"].values)
    if not len(kept):
        raise SettingError("bounds", "hold no plane that was recorded")
    return stack.isel({plane_dim(stack): kept})


def _counted(stack: xr.DataArray, progress: Progress) -> Iterator[Values]:
    for index, plane in iter_planes(stack):
        yield plane
        progress("projecting planes", index + 1, len(stack))


def _exact(values: Values) -> Values:
    return values.astype(np.complex128 if values.dtype.kind == "c" else np.float64)


def _across(planes: Iterator[Values], how: str) -> Values:
    """Return one value for each pixel from all planes, with one plane in memory, and one or two images of results."""
    total = _exact(next(planes))
    count, spread = 1, np.zeros(total.shape if how == "sd" else (0, 0))
    for plane in planes:
        count += 1
        for top in range(0, len(total), _BAND_ROWS):  # only so much is held in double precision
            rows = slice(top, top + _BAND_ROWS)
            _join(total[rows], spread[rows], _exact(plane[rows]), count, how)
    if how == "sd":
        spread /= count
        return np.asarray(np.sqrt(spread, out=spread))
    if how == "mean":
        total /= count
    return total


def _join(total: Values, spread: Values, band: Values, count: int, how: str) -> None:
    """Put some rows of the next plane to what all planes before gave."""
    combine = {"max": np.maximum, "min": np.minimum, "sum": np.add, "mean": np.add}
    if how in combine:
        combine[how](total, band, out=total)
        return
    # Mean and squared distances kept up to date: B. P. Welford, Technometrics 4 (1962) 419.
    before = band - total
    total += before / count
    spread += (before * np.conj(band - total)).real


def _within(planes: Iterator[Values], how: str, axis: int) -> Values:
    """Return one row for each plane: its rows or columns made one."""
    reduce: Any = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "sd": np.std}[how]
    return np.stack([reduce(_exact(plane), axis=axis) for plane in planes])
