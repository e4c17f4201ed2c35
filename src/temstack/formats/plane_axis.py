"""Saying what the third axis is where a file does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError, StackError
from temstack.stack.axes import PLANE_DIMS, PLANE_UNITS, plane_coordinate


def with_plane_axis(
    array: xr.DataArray,
    axis: str | None = None,
    *,
    start: float | None = None,
    step: float | None = None,
    units: str | None = None,
    values: ArrayLike | None = None,
) -> xr.DataArray:
    """Return the array with another name or other positions of its planes.

    Parameters
    ----------
    array : DataArray
        A stack or spectrum image; pixels are shared.
    axis : str
        What was varied: one of :data:`temstack.stack.PLANE_DIMS`. Left out, the name stays.
    start, step : float, in `units`
        Position of the first plane and spacing of an even axis. Left out, `start` is 0 and `step` is 1.
    units : str
        Units of the positions. Left out, those of the convention (eV, nm, s, deg).
    values : (n,) float, in `units`
        Position of each plane; need not be even. Instead of `start` and `step`.

    Raises
    ------
    SettingError
        If the arguments contradict each other or do not fit the number of planes.
    StackError
        If the array has no planes.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = with_plane_axis(label_stack(np.zeros((3, 4, 5))), "energy_loss", start=480, step=5)
    >>> stack.dims[0], stack.energy_loss.values
    ('energy_loss', array([480., 485., 490.]))
    """
    if axis is None and start is None and step is None and units is None and values is None:
        return array
    dim = _plane_dim_of(array)
    name = _checked(axis) if axis is not None else dim
    if name != dim and name in array.coords:
        # A per-plane value of that name says the same or something older; the axis takes its place.
        array = array.drop_vars(name)
    positions = _positions(array, dim, start, step, values)
    kept = array.coords.get(dim)
    if positions is None:
        positions = kept.values if kept is not None else np.arange(array.sizes[dim], dtype=np.float64)
        units = units if units is not None or name != dim or kept is None else str(kept.attrs.get("units", ""))
    coordinate = plane_coordinate(name, positions, units, array.sizes[dim])
    result = array.drop_vars(dim, errors="ignore").rename({dim: name}) if name != dim else array
    result = result.assign_coords({name: coordinate})
    if name == "energy_loss":
        result.attrs = {**result.attrs, "signal_type": result.attrs.get("signal_type") or "EELS"}
    return result


def _plane_dim_of(array: xr.DataArray) -> str:
    for dim in array.dims:
        if dim in PLANE_UNITS:
            return str(dim)
    raise StackError(
        str(array.name or "array"),
        "has no third axis that could be named",
        got="dimensions " + ", ".join(str(dim) for dim in array.dims),
        expected="a stack or a spectrum image",
    )


def _checked(axis: str) -> str:
    if axis not in PLANE_UNITS:
        raise SettingError(
            "axis", "is no name for a third axis", got=repr(axis), expected="one of " + ", ".join(PLANE_DIMS)
        )
    return axis


def _positions(
    array: xr.DataArray, dim: str, start: float | None, step: float | None, values: ArrayLike | None
) -> NDArray[Any] | None:
    planes = array.sizes[dim]
    if values is not None:
        if start is not None or step is not None:
            raise SettingError("values", "leave no room for start and step", advice="give the one or the other")
        given = np.asarray(values, dtype=np.float64)
        if given.shape != (planes,):
            raise SettingError(
                "values",
                "must be one number for each plane",
                got=f"{given.size} numbers",
                expected=f"{planes}",
            )
        return given
    if start is None and step is None:
        return None
    if step == 0:
        raise SettingError("step", "puts all planes at the same place", got=0)
    return (start or 0.0) + np.arange(planes) * (1.0 if step is None else step)
