"""Bringing planes into the terms of the stack they are put into.

What the planes of one side know and those of the other do not is filled, never lost:

============================  =====================================================
type of the per-plane value   where it is missing
============================  =====================================================
real or complex number        NaN
date, time span               NaT
text                          empty
true or false                 false
integer                       0
============================  =====================================================

Two names mean something that is known without being said: a plane without ``scale`` has scale 1, and a plane
without ``is_recorded`` was recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError, StackError
from temstack.stack import PLANE_UNITS, check_stack, convert_type, per_plane_values, pixel_size, plane_dim
from temstack.stack.axes import named, plane_coordinate, words
from temstack.stack.convert import Overflow

_KNOWN_UNSAID: dict[str, Any] = {"scale": 1.0, "is_recorded": True}

_FILL: dict[str, Any] = {
    "f": np.nan,
    "c": np.nan,
    "M": np.datetime64("NaT"),
    "m": np.timedelta64("NaT"),
    "U": "",
    "O": "",
    "b": False,
    "i": 0,
    "u": 0,
}

_SAME_SIZE = 1e-3
"""How much pixel sizes may differ, as a fraction, to count as the same."""


def as_planes(
    stack: xr.DataArray, planes: Any, plane_values: ArrayLike | None = None, *, overflow: Overflow = "clip"
) -> xr.DataArray:
    """Return planes with the pixel grid, plane dimension and type of pixel of the stack they are meant for.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        What the planes are meant for.
    planes : (n, y, x) or (y, x) DataArray or array
        A stack, an image, or bare pixels.
    plane_values : (n,) float, optional
        Positions along the plane dimension of `stack`, in its units; left out, those of `planes`.
    overflow : str
        What happens to values that the type of pixel of `stack` cannot hold.

    Returns
    -------
    planes : (n, y, x) DataArray
        Without a coordinate along the plane dimension where nobody said where the planes lie.

    Raises
    ------
    StackError
        If size, pixel size or kind of planes differ.
    """
    dim = plane_dim(stack)
    labelled = _labelled(stack, planes)
    _refuse_other_grid(stack, labelled)
    if plane_values is not None:
        labelled = _positioned(stack, labelled, np.atleast_1d(np.asarray(plane_values, dtype=np.float64)))
    if dim not in labelled.dims:
        raise StackError(
            "planes",
            "lie along another axis than those of the stack",
            got=repr(plane_dim(labelled)),
            expected=repr(dim),
            advice="give their positions with plane_values",
        )
    grid = {name: stack.coords[name] for name in ("y", "x", "channel") if name in stack.coords}
    return convert_type(labelled.assign_coords(grid), stack.dtype, overflow)


def join(parts: Sequence[xr.DataArray], stack: xr.DataArray) -> xr.DataArray:
    """Return stacks one behind the other, with everything that is known of any plane.

    Parameters
    ----------
    parts : sequence of (n_i, y, x) DataArrays
        In order; all with the grid and type of pixel of `stack`. Parts without planes are left out.
    stack : DataArray
        Gives the name, the attributes, and the coordinates that belong to no plane.

    Returns
    -------
    stack : (sum of n_i, y, x) DataArray
        Planes without positions have been counted where the axis is only counted.

    Raises
    ------
    StackError
        If a per-plane value has other units, or is of another kind, in one part than in another.
    SettingError
        If nobody said where some planes lie along a calibrated axis.
    """
    dim = plane_dim(stack)
    filled = [part for part in parts if part.sizes[dim]]
    pixels = xr.concat([xr.DataArray(part.variable) for part in filled], dim).variable
    names = dict.fromkeys(name for part in filled for name in per_plane_values(part))
    coords: dict[str, Any] = {str(name): c for name, c in stack.coords.items() if dim not in c.dims}
    coords.update({name: _column(name, filled, dim) for name in names})
    if is_counted(stack):
        coords[dim] = plane_coordinate(dim, None, None, pixels.sizes[dim])
    else:
        _refuse_unplaced(stack, filled)
        coords[dim] = _column(dim, filled, dim)
    return xr.DataArray(pixels, coords=coords, name=stack.name, attrs=stack.attrs)


def about(other: Any) -> dict[str, Any]:
    """Return what the history says of another stack, image or array: the file it came from, its title and shape."""
    attrs = getattr(other, "attrs", {})
    known = {key: str(attrs[key]) for key in ("source", "title") if attrs.get(key)}
    return {**known, "shape": list(np.shape(other))}


def is_counted(stack: xr.DataArray) -> bool:
    """Return whether planes have no positions but only numbers, which are given anew when planes come in."""
    return plane_dim(stack) == "plane" and not stack.coords["plane"].attrs.get("units")


def _labelled(stack: xr.DataArray, planes: Any) -> xr.DataArray:
    """Return planes of any form with dimensions like the stack's."""
    if isinstance(planes, xr.DataArray):
        image_dims = set(stack.dims) - {plane_dim(stack)}
        return _single_plane(stack, planes) if set(planes.dims) == image_dims else check_stack(planes)
    pixels = planes if hasattr(planes, "shape") else np.asarray(planes)
    if pixels.ndim == stack.ndim - 1:
        pixels = pixels[None]
    if pixels.ndim != stack.ndim:
        raise StackError(
            "planes",
            "have the wrong number of dimensions",
            got=f"shape {pixels.shape}",
            expected=f"({words(stack.dims)}) or ({words(stack.dims[1:])})",
        )
    return xr.DataArray(pixels, dims=stack.dims)


def _single_plane(stack: xr.DataArray, image: xr.DataArray) -> xr.DataArray:
    """Return an image as a stack of one plane; what is said of the image becomes a value of this plane."""
    dim = plane_dim(stack)
    of_all_planes = {name for name, coord in stack.coords.items() if coord.ndim == 0}
    own = {
        name: coord.variable.expand_dims(dim)
        for name, coord in image.coords.items()
        if coord.ndim == 0 and name not in of_all_planes
    }
    bare = image.drop_vars([*own, *(of_all_planes & set(image.coords))])
    return bare.expand_dims(dim).transpose(*stack.dims).assign_coords(own)


def _positioned(stack: xr.DataArray, planes: xr.DataArray, values: NDArray[np.float64]) -> xr.DataArray:
    """Return planes at positions given in the units of the stack's own axis."""
    dim, own = plane_dim(stack), plane_dim(planes)
    if is_counted(stack):
        raise SettingError(
            "plane_values", "mean nothing here: the planes of the stack are only counted", got=values.tolist()
        )
    coord = plane_coordinate(dim, values, None, planes.sizes[own])
    coord.attrs.update(stack.coords[dim].attrs)
    return planes.drop_vars(own, errors="ignore").rename({own: dim} if own != dim else {}).assign_coords({dim: coord})


def _refuse_other_grid(stack: xr.DataArray, planes: xr.DataArray) -> None:
    image_dims = [dim for dim in stack.dims if dim != plane_dim(stack)]
    shape, own = ([each.sizes.get(dim) for dim in image_dims] for each in (stack, planes))
    if shape != own:
        raise StackError(
            "planes",
            f"do not have the size of {named(stack)}",
            got=own,
            expected=f"{shape} ({words(image_dims)})",
        )
    if "y" not in planes.coords or "x" not in planes.coords:
        return
    (sizes, units), (own_sizes, own_units) = pixel_size(stack), pixel_size(planes)
    calibrated = "px" not in (units, own_units)
    if calibrated and not (units == own_units and np.allclose(sizes, own_sizes, rtol=_SAME_SIZE, atol=0)):
        raise StackError(
            "planes",
            f"do not have the pixel size of {named(stack)}",
            got=f"{own_sizes} {own_units}",
            expected=f"{sizes} {units}",
        )


def _refuse_unplaced(stack: xr.DataArray, parts: Sequence[xr.DataArray]) -> None:
    dim = plane_dim(stack)
    if any(dim not in part.coords for part in parts):
        raise SettingError(
            "plane_values",
            f"are missing: nothing says where the planes lie along {dim!r}",
            expected=f"numbers in {stack.coords[dim].attrs.get('units') or PLANE_UNITS[dim]}",
        )


def _column(name: str, parts: Sequence[xr.DataArray], dim: str) -> xr.Variable:
    """Return a per-plane value of all parts, filled where a part does not have it."""
    known = [part.coords[name] for part in parts if name in part.coords]
    units = {coord.attrs["units"] for coord in known if "units" in coord.attrs}
    kinds = {"number" if coord.dtype.kind in "biufc" else coord.dtype.kind for coord in known}
    if len(units) > 1 or len(kinds) > 1:
        what = f"units {words(sorted(units))}" if len(units) > 1 else f"types {words({c.dtype for c in known})}"
        raise StackError(f"per-plane value {name!r}", f"cannot be joined: it has the {what}")
    dtype = np.result_type(*(coord.dtype for coord in known))
    fill = _KNOWN_UNSAID.get(name, _FILL[dtype.kind])
    columns = [
        part.coords[name].values if name in part.coords else np.full(part.sizes[dim], fill, dtype=dtype)
        for part in parts
    ]
    attrs = {key: value for coord in reversed(known) for key, value in coord.attrs.items()}
    return xr.Variable(dim, np.concatenate(columns).astype(dtype), attrs)
