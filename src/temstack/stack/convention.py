"""A stack made of a bare array and what is known about it; what belongs to its planes; its history.

The words of the convention stand in ``docs/reference/stack.md``. Axes are in :mod:`~temstack.stack.axes`,
what can be wrong in :mod:`~temstack.stack.checking`, pixels in :mod:`~temstack.stack.pixels`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from temstack.errors import SettingError, StackError
from temstack.stack.axes import (
    COLOUR_CHANNELS,
    PLANE_DIMS,
    PLANE_UNITS,
    pixel_coordinate,
    plane_coordinate,
    plane_dim,
    words,
)
from temstack.stack.checking import check_stack
from temstack.version import __version__


def label_stack(
    data: Any,
    plane_dim: str = "plane",
    *,
    plane_values: ArrayLike | None = None,
    plane_units: str | None = None,
    pixel_size: float | tuple[float, float] = (1.0, 1.0),
    pixel_units: str = "px",
    origin: tuple[float, float] = (0.0, 0.0),
    per_plane: Mapping[str, Any] | None = None,
    title: str | None = None,
    **attrs: Any,
) -> xr.DataArray:
    """Return a stack made of a bare array and what is known about it.

    Parameters
    ----------
    data : (n, y, x) array, or (n, y, x, 3 or 4) uint8 for colour; NumPy or dask
        The pixels, as recorded. They are neither copied nor loaded.
    plane_dim : str
        What was varied from plane to plane: one of :data:`PLANE_DIMS`.
    plane_values : (n,) float, in `plane_units`
        Where each plane lies, e.g. its energy loss; need not be even. Left out, planes are counted 0, 1, 2…,
        which only ``plane_dim="plane"`` allows.
    plane_units : str
        Units of `plane_values`; ``keV``, ``µm``, ``ms``, ``rad``… are brought to the units of the convention.
    pixel_size : float or (float, float), in `pixel_units`
        Height and width of a pixel.
    pixel_units : str
        Any unit of length (or ``1/nm``), kept as given; ``"px"`` where there is no calibration.
    origin : (float, float), in `pixel_units`
        Position ``(y, x)`` of pixel (0, 0).
    per_plane : mapping of str to (n,) array
        Values that belong to each plane (``exposure_s``, ``scale``, ``dark_id``…). A pair ``(values, units)``
        sets their units.
    title : str
        Name of the stack.
    **attrs
        More attributes: ``tags``, ``source``, ``intensity_units``, ``high_tension_kv``…

    Returns
    -------
    stack : (n, y, x) DataArray
        As :func:`check_stack` wants it; ``energy_loss`` planes make ``signal_type`` ``"EELS"`` unless given.

    Examples
    --------
    >>> stack = label_stack(np.zeros((2, 3, 4)), "energy_loss", plane_values=[0.48, 0.5], plane_units="keV")
    >>> stack.energy_loss.values, stack.energy_loss.units
    (array([480., 500.]), 'eV')
    """
    dims = _dims_of(data, plane_dim)
    planes, height, width = data.shape[:3]
    dy, dx = _pair(pixel_size)
    coords: dict[str, Any] = {
        plane_dim: plane_coordinate(plane_dim, plane_values, plane_units, planes),
        "y": pixel_coordinate("y", height, dy, origin[0], pixel_units),
        "x": pixel_coordinate("x", width, dx, origin[1], pixel_units),
        **_per_plane_coordinates(plane_dim, per_plane or {}, planes),
    }
    if "channel" in dims:
        coords["channel"] = list(COLOUR_CHANNELS[: data.shape[3]])
    if title is not None:
        attrs["title"] = title
    if plane_dim == "energy_loss":
        attrs.setdefault("signal_type", "EELS")
    stack = xr.DataArray(data, dims=dims, coords=coords, attrs=attrs)
    stack.name = title  # given None, xarray would take the name of a dask array
    return check_stack(stack)


def per_plane_values(stack: xr.DataArray) -> dict[str, xr.DataArray]:
    """Return the values that belong to each plane, by name, without the plane positions themselves.

    Examples
    --------
    >>> stack = label_stack(np.zeros((2, 3, 4)), per_plane={"exposure_s": ([0.5, 2.0], "s")})
    >>> {name: values.values.tolist() for name, values in per_plane_values(stack).items()}
    {'exposure_s': [0.5, 2.0]}
    """
    dim = plane_dim(stack)
    return {str(name): coord for name, coord in stack.coords.items() if coord.dims == (dim,) and name != dim}


def with_history(stack: xr.DataArray, operation: str, **parameters: Any) -> xr.DataArray:
    """Return the stack with one more line in its history; pixels are shared, the stack given stays as it was.

    Parameters
    ----------
    stack : DataArray
        What the operation gave.
    operation : str
        Its name, e.g. ``"extract_planes"``.
    **parameters
        What it was called with: numbers, text, lists, arrays; enough to do it again.

    Examples
    --------
    >>> stack = with_history(label_stack(np.zeros((2, 3, 4))), "crop", top=1, height=np.int64(2))
    >>> stack.attrs["history"][-1]["parameters"]
    {'top': 1, 'height': 2}
    """
    line = {"operation": operation, "parameters": _plain(parameters), "version": __version__}
    result = stack.copy(deep=False)
    result.attrs["history"] = [*stack.attrs.get("history", []), line]
    return result


def _dims_of(data: Any, plane_dim: str) -> tuple[str, ...]:
    if plane_dim not in PLANE_UNITS:
        raise SettingError(
            "plane_dim", "is no plane dimension", got=repr(plane_dim), expected="one of " + words(PLANE_DIMS)
        )
    shape = tuple(getattr(data, "shape", ()))
    if len(shape) == 3:
        return (plane_dim, "y", "x")
    if len(shape) == 4 and shape[3] in (3, 4):
        return (plane_dim, "y", "x", "channel")
    raise StackError(
        "data",
        "has the wrong number of dimensions",
        got=f"shape {shape}",
        expected="(planes, y, x), or (planes, y, x, 3 or 4) for colour",
        advice="a single image needs data[None]",
    )


def _per_plane_coordinates(dim: str, per_plane: Mapping[str, Any], planes: int) -> dict[str, xr.Variable]:
    coords = {}
    for name, given in per_plane.items():
        values, attrs = given, dict(getattr(given, "attrs", {}))
        if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], str):
            values, attrs = given[0], {"units": given[1]}
        column = np.asarray(values)
        if column.shape != (planes,):
            raise SettingError(
                f"per_plane[{name!r}]",
                "needs one value for each plane",
                got=f"shape {column.shape}",
                expected=f"({planes},)",
            )
        coords[name] = xr.Variable(dim, column, attrs)
    return coords


def _pair(value: float | tuple[float, float]) -> tuple[float, float]:
    pair = np.broadcast_to(np.asarray(value, dtype=np.float64), 2)
    if not (np.isfinite(pair).all() and (pair != 0).all()):
        raise SettingError("pixel_size", "must be a number other than 0", got=value)
    return float(pair[0]), float(pair[1])


def _plain(value: Any) -> Any:
    """Return a value as JSON would hold it: NumPy numbers and arrays become Python ones."""
    if isinstance(value, str | int | float | bool | type(None)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic | xr.DataArray):
        return np.asarray(value).tolist()
    if isinstance(value, Sequence | set | range):
        return [_plain(item) for item in value]
    return str(value)
