"""The third axis, and values of planes, set by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from temstack.errors import SettingError
from temstack.stack import PLANE_UNITS, check_array, plane_dim, with_history
from temstack.stack.axes import plane_coordinate


def set_plane_axis(
    stack: xr.DataArray,
    axis: str | None = None,
    *,
    values: Sequence[float] | None = None,
    start: float | None = None,
    step: float | None = None,
    units: str | None = None,
) -> xr.DataArray:
    """Return the stack with another third axis, even or uneven.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x, energy_loss) DataArray
    axis : str, optional
        What the planes differ in; left out, what they differed in before.
    values : (n,) float, in `units`
        Where each plane lies; need not be even.
    start, step : float, in `units`
        Instead of `values`: the first plane and the distance to the next; 0 and 1 where only one is given.
    units : str, optional
        Units of the numbers; ``keV``, ``µm``, ``ms``, ``rad`` … are brought to those of the convention.

    Returns
    -------
    stack : DataArray
        Pixels are shared. A value of planes of the same name as the axis gives way to it.

    Raises
    ------
    SettingError
        If nothing is given, numbers are missing, or both ways of saying them are used.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> set_plane_axis(label_stack(np.zeros((3, 1, 1))), "tilt", values=[-10, 0, 5]).tilt.values
    array([-10.,   0.,   5.])
    """
    dim = plane_dim(check_array(stack))
    name = dim if axis is None else axis
    if name not in PLANE_UNITS:
        raise SettingError("axis", "is no axis of planes", got=repr(axis), expected="one of " + ", ".join(PLANE_UNITS))
    is_even = start is not None or step is not None
    if values is not None and is_even:
        raise SettingError("values", "cannot be given together with start or step")
    if values is None and not is_even and axis is None and units is None:
        raise SettingError("axis", "is left as it is: give its name, values, start and step, or units")
    planes = stack.sizes[dim]
    numbers = values
    if is_even:
        numbers = (0.0 if start is None else start) + np.arange(planes) * (1.0 if step is None else step)  # type: ignore[assignment]
    if numbers is None and name != "plane":
        numbers = stack.coords[dim].values.tolist()
    coord = plane_coordinate(name, numbers, units, planes)
    bare = stack.drop_vars([each for each in (dim, name) if each in stack.coords])
    renamed = bare.rename({dim: name}) if name != dim else bare
    result = renamed.assign_coords({name: coord})
    if name == "energy_loss":
        result.attrs.setdefault("signal_type", "EELS")
    return with_history(result, "set_plane_axis", axis=axis, values=values, start=start, step=step, units=units)


def set_plane_values(
    stack: xr.DataArray, name: str, values: Sequence[float], *, units: str | None = None
) -> xr.DataArray:
    """Return the stack with a number that belongs to each plane, such as ``exposure_s``.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x, energy_loss) DataArray
    name : str
        What the numbers are; there before or not.
    values : (n,) float, or (1,) for all planes
    units : str, optional

    Raises
    ------
    SettingError
        If the number of values does not fit, or the name is that of an axis.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> set_plane_values(label_stack(np.zeros((2, 1, 1))), "exposure_s", [0.5], units="s").exposure_s.values
    array([0.5, 0.5])
    """
    dim = plane_dim(check_array(stack))
    if name == dim or name in ("y", "x", "channel"):
        raise SettingError("name", "is that of an axis", got=repr(name), advice="set the axis with set-plane-axis")
    numbers = np.asarray(values, dtype=np.float64)
    planes = stack.sizes[dim]
    if numbers.shape not in ((1,), (planes,)):
        raise SettingError("values", "must be one for each plane, or one for all", got=len(numbers), expected=planes)
    attrs = {"units": units} if units else {}
    result = stack.assign_coords({name: xr.Variable(dim, np.broadcast_to(numbers, (planes,)).copy(), attrs)})
    return with_history(check_array(result), "set_plane_values", name=name, values=values, units=units)
