"""Counting with stacks, plane by plane, always in counts.

Normalising changes only the ``scale`` of each plane: pixels stay as recorded, nothing is rounded, and errors of
counting still follow from them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError, StackError
from temstack.stack import check_stack, iter_planes, plane_dim, with_history
from temstack.stack.axes import named
from temstack.stack.bounds import Region, select_region
from temstack.stack.progress import Progress, no_progress
from temstack.volume.blockwise import as_counts, refuse_colours
from temstack.volume.joining import about

_EVEN = 1e-3


def add(
    stack: xr.DataArray, *, number: float | None = None, plane: int | None = None, other: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the counts plus a number, one of the planes, or another stack or image.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray
    number : float, counts
        One number for all pixels.
    plane : int
        A plane of the stack, put against every plane.
    other : (plane-like, y, x) or (y, x) DataArray
        A stack of as many planes, plane by plane; or an image, put against every plane.

    Returns
    -------
    stack : DataArray of counts
        Lazy where one of them is.

    Raises
    ------
    SettingError
        Unless exactly one of the three is given.
    StackError
        If the other stack has another size.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> add(label_stack(np.ones((2, 1, 1))), number=2).values.ravel()
    array([3., 3.])
    """
    return _calculated("add", np.add, stack, number, plane, other)


def subtract(
    stack: xr.DataArray, *, number: float | None = None, plane: int | None = None, other: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the counts minus a number, one of the planes, or another stack or image; as :func:`add`.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> subtract(label_stack(np.array([[[1.0]], [[5.0]]])), plane=0).values.ravel()
    array([0., 4.])
    """
    return _calculated("subtract", np.subtract, stack, number, plane, other)


def multiply(
    stack: xr.DataArray, *, number: float | None = None, plane: int | None = None, other: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the counts times a number, one of the planes, or another stack or image; as :func:`add`.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> multiply(label_stack(np.ones((2, 1, 1))), number=0.5).values.ravel()
    array([0.5, 0.5])
    """
    return _calculated("multiply", np.multiply, stack, number, plane, other)


def divide(
    stack: xr.DataArray, *, number: float | None = None, plane: int | None = None, other: xr.DataArray | None = None
) -> xr.DataArray:
    """Return the counts divided by a number, one of the planes, or another stack or image; as :func:`add`.

    Where the divisor is 0 the result is NaN.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> divide(label_stack(np.array([[[2.0, 0.0]], [[5.0, 1.0]]])), plane=0).values
    array([[[1. , nan]],
           [[2.5, nan]]])
    """
    if number == 0:
        raise SettingError("number", "must not be 0: nothing can be divided by it")
    return _calculated("divide", _divided, stack, number, plane, other)


def normalise_to_exposure(stack: xr.DataArray) -> xr.DataArray:
    """Return the stack in counts per second of exposure.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        With ``exposure_s`` of each plane. A ``scale`` it has must be what brings planes to the same exposure.

    Returns
    -------
    stack : DataArray
        The same pixels, their ``scale`` being ``1 / exposure_s``; ``intensity_units`` are ``counts/s``.

    Raises
    ------
    SettingError
        If exposures are missing, not above 0, or the scale means something else.

    Examples
    --------
    >>> from temstack.stack import counts, label_stack
    >>> stack = label_stack(np.full((2, 1, 1), 6.0), per_plane={"exposure_s": ([2.0, 3.0], "s")})
    >>> counts(normalise_to_exposure(stack)).values.ravel()
    array([3., 2.])
    """
    dim = plane_dim(check_stack(stack))
    if "exposure_s" not in stack.coords:
        raise SettingError(
            "exposure_s", "is not known for the planes of this stack", advice="give it with set-plane-values first"
        )
    exposure = np.broadcast_to(np.asarray(stack.coords["exposure_s"].values, dtype=np.float64), (stack.sizes[dim],))
    if not (np.isfinite(exposure).all() and (exposure > 0).all()):
        raise SettingError("exposure_s", "must be above 0 for every plane", got=exposure.tolist())
    same = exposure * _scale(stack)
    if "scale" in stack.coords and np.ptp(same) > _EVEN * same.max():
        raise SettingError(
            "scale",
            "does not follow the exposures, so that it is not clear what counts per second would be",
            got=f"scale × exposure {same.min():g} … {same.max():g} s",
            expected="one value for all planes",
        )
    result = stack.assign_coords(scale=(dim, 1 / exposure))
    result.attrs["intensity_units"] = f"{stack.attrs.get('intensity_units') or 'counts'}/s"
    return with_history(result, "normalise_to_exposure")


def normalise_to_region(
    stack: xr.DataArray,
    region: Region | None = None,
    *,
    plane: int | None = None,
    calibrated: bool = False,
    progress: Progress = no_progress,
) -> xr.DataArray:
    """Return the stack with planes scaled so that an area is equally bright in all of them.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        The area is read once.
    region : (top, left, bottom, right), optional
        Half-open, in px or with `calibrated` in units; left out, the whole image.
    plane : int, optional
        The plane that keeps its counts; left out, the mean over all planes is kept.
    calibrated : bool
        Whether bounds are positions.
    progress : Progress
        Told after every plane.

    Returns
    -------
    stack : DataArray
        The same pixels, with another ``scale``.

    Raises
    ------
    SettingError
        If the area is not brighter than 0 in some plane.

    Examples
    --------
    >>> from temstack.stack import counts, label_stack
    >>> stack = label_stack(np.array([[[1.0, 3.0]], [[2.0, 8.0]]]))
    >>> counts(normalise_to_region(stack, (0, 0, 1, 1), plane=0)).values.tolist()
    [[[1.0, 3.0]], [[1.0, 4.0]]]
    """
    dim = plane_dim(check_stack(stack))
    refuse_colours(stack)
    _check_plane(stack, plane)
    area = as_counts(stack).isel(select_region(stack, region, calibrated=calibrated))
    mean = np.empty(stack.sizes[dim])
    for index, pixels in iter_planes(area):
        mean[index] = np.asarray(pixels, dtype=np.float64).mean()
        progress("reading the area", index + 1, len(mean))
    dark = np.flatnonzero(~(mean > 0))
    if len(dark):
        raise SettingError(
            "region",
            f"cannot be brought to the same brightness: its mean is not above 0 in plane {dark[0]}",
            got=f"{mean[dark[0]]:g}",
            advice="choose a brighter area, or remove the plane",
        )
    kept = mean.mean() if plane is None else mean[plane]
    result = stack.assign_coords(scale=(dim, _scale(stack) * (kept / mean)))
    return with_history(result, "normalise_to_region", region=region, plane=plane, calibrated=calibrated)


def _calculated(
    name: str,
    operator: Callable[[Any, Any], Any],
    stack: xr.DataArray,
    number: float | None,
    plane: int | None,
    other: xr.DataArray | None,
) -> xr.DataArray:
    given = {"number": number, "plane": plane, "other": other}
    if sum(value is not None for value in given.values()) != 1:
        raise SettingError(
            name,
            "needs exactly one of number, plane and other",
            got=", ".join(key for key, value in given.items() if value is not None) or "none",
        )
    own = as_counts(stack)
    operand = _operand(own, number, plane, other)
    result = own.copy(data=operator(own.data, operand))
    kept = {"number": number, "plane": plane, "other": None if other is None else about(other)}
    return with_history(result, name, **kept)


def _operand(own: xr.DataArray, number: float | None, plane: int | None, other: xr.DataArray | None) -> Any:
    """Return what stands on the other side, as pixels of a shape that fits."""
    if number is not None:
        return own.dtype.type(number)
    if plane is not None:
        _check_plane(own, plane)
        return np.asarray(own[plane].values)  # one plane, read once
    assert other is not None
    second = as_counts(other)
    fits = second.shape == own.shape or (own.ndim == 3 and second.shape == own.shape[1:])
    if not fits:
        expected = f"{own.shape} or {own.shape[1:]}" if own.ndim == 3 else own.shape
        raise StackError("other", f"does not have the size of {named(own)}", got=second.shape, expected=expected)
    return second.data


def _divided(dividend: Any, divisor: Any) -> Any:
    """Return the quotient, NaN where the divisor is 0."""
    # Replaced before dividing, so that nothing warns; works for dask pixels, too.
    return dividend / np.where(divisor == 0, divisor.dtype.type(np.nan), divisor)


def _check_plane(stack: xr.DataArray, plane: int | None) -> None:
    if plane is not None and (stack.ndim < 3 or not 0 <= plane < len(stack)):
        last = f"0 … {len(stack) - 1}" if stack.ndim == 3 else "a stack"
        raise SettingError("plane", "is not in the stack", got=plane, expected=last)


def _scale(stack: xr.DataArray) -> NDArray[np.float64]:
    planes = stack.sizes[plane_dim(stack)]
    if "scale" not in stack.coords:
        return np.ones(planes)
    return np.broadcast_to(np.asarray(stack.coords["scale"].values, dtype=np.float64), (planes,))
