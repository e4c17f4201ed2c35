"""A volume turned about its axes by right angles: pixels, positions and values of planes move together.

Axes are called ``x`` (to the right), ``y`` (down) and ``z`` (from plane to plane, away from the viewer): a
right-handed system. A positive turn about ``z`` brings ``x`` to ``y``, so it is clockwise on the screen; about
``x`` it brings ``y`` to ``z``, and about ``y`` it brings ``z`` to ``x``.

Where an image axis becomes the plane axis it is called ``plane`` and keeps its units. Where a plane axis becomes an
image axis it keeps its units, if it is even; image axes must be, and so an uneven one is counted in px. In both
cases its positions stay beside it, under their own name, and turning back gives the stack that was there before.
Values of planes (``scale``, ``exposure_s`` …) go with the axis.
"""

from __future__ import annotations

import xarray as xr

from temstack.errors import SettingError
from temstack.stack import check_stack, pixel_coordinate, plane_dim, with_history
from temstack.stack.axes import spacing_problem

AXES = ("x", "y", "z")
"""Names of the axes, each turned towards the next by a positive turn about the third."""

_COUNTED = "plane_position"
"""Positions of an axis ``plane`` that is uneven: ``plane`` itself is the name of a dimension."""

_MARK = "was_plane_axis"
"""Attribute of the positions that an image axis had as a plane axis."""


def rotate_90(stack: xr.DataArray, axis: str = "z", *, turns: int = 1) -> xr.DataArray:
    """Return the volume turned by right angles about one of its axes.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
        An image can be turned about ``z``.
    axis : {"x", "y", "z"}
        What it is turned about.
    turns : int
        How many times 90°; positive about ``z`` is clockwise on the screen, see
        :mod:`temstack.volume.turning`.

    Returns
    -------
    stack : (plane-like, y, x) DataArray
        A view: nothing is copied or computed.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> rotate_90(label_stack(np.array([[[1, 2], [3, 4]]]))).values
    array([[[3, 1],
            [4, 2]]])
    """
    _check_axes(stack, "axis", () if axis == "z" else (axis, "z"))  # an image turns about z only
    second, third = (AXES[(AXES.index(axis) + step) % 3] for step in (1, 2))
    quarter = turns % 4
    turned = stack if quarter % 2 == 0 else _exchanged(stack, second, third)
    mirrored = {0: (), 1: (second,), 2: (second, third), 3: (third,)}[quarter]
    for each in mirrored:
        turned = _mirrored(turned, each)
    return with_history(turned, "rotate_90", axis=axis, turns=turns)


def flip(stack: xr.DataArray, axis: str = "x") -> xr.DataArray:
    """Return the volume mirrored: its pixels in the opposite order along one axis.

    Positions go with their pixels, so that they descend where they ascended.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray
    axis : {"x", "y", "z"}
        ``"x"`` exchanges left and right, ``"y"`` top and bottom, ``"z"`` first and last plane.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> flip(label_stack(np.array([[[1, 2, 3]]]))).values
    array([[[3, 2, 1]]])
    """
    _check_axes(stack, "axis", (axis,))
    return with_history(_mirrored(stack, axis), "flip", axis=axis)


def swap_axes(stack: xr.DataArray, first: str, second: str) -> xr.DataArray:
    """Return the volume with two axes exchanged.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray
    first, second : {"x", "y", "z"}
        Which of them; ``"x"`` and ``"z"`` make columns of planes and planes of columns.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((3, 4, 5)), "energy_loss", plane_values=[1, 2, 3])
    >>> swapped = swap_axes(stack, "x", "z")
    >>> swapped.dims, swapped.shape, swapped.x.units
    (('plane', 'y', 'x'), (5, 4, 3), 'eV')
    """
    _check_axes(stack, "first or second", (first, second))
    if first == second:
        raise SettingError("second", "is the same axis as first", got=repr(second), expected="another one")
    return with_history(_exchanged(stack, first, second), "swap_axes", first=first, second=second)


def dim_of(stack: xr.DataArray, axis: str) -> str:
    """Return the dimension that lies along an axis ``x``, ``y`` or ``z``."""
    return plane_dim(stack) if axis == "z" else axis


def turned_to_image(stack: xr.DataArray, axis: str) -> xr.DataArray:
    """Return the volume so that `axis` goes from plane to plane: each plane is a slice across that axis.

    Across ``y`` a plane has ``x`` to the right and the old planes downwards; across ``x`` it has ``y`` downwards
    and the old planes to the right.
    """
    return check_stack(stack) if axis == "z" else _exchanged(check_stack(stack), axis, "z")


def _check_axes(stack: xr.DataArray, name: str, axes: tuple[str, ...]) -> None:
    """Refuse axes that there are none of; an image has x and y only."""
    for axis in axes:
        if axis not in AXES:
            raise SettingError(name, "is no axis", got=repr(axis), expected="one of " + ", ".join(AXES))
    if set(stack.dims) - {"channel"} == {"y", "x"}:
        if "z" in axes:
            raise SettingError(name, "means nothing for a single image", got="'z'", expected="x or y")
        return
    check_stack(stack)


def _mirrored(stack: xr.DataArray, axis: str) -> xr.DataArray:
    return stack.isel({dim_of(stack, axis): slice(None, None, -1)})


def _exchanged(stack: xr.DataArray, first: str, second: str) -> xr.DataArray:
    """Return the stack with two axes exchanged: their pixels, positions, and whatever lies along them."""
    if {first, second} == {"x", "y"}:
        return stack.rename({"x": "y", "y": "x"}).transpose(*stack.dims)
    image = second if first == "z" else first
    planes, known = plane_dim(stack), _remembered(stack, image)
    name = "plane" if known in (None, _COUNTED) else str(known)
    renamed = {planes: image, image: name}
    order = {planes: image, image: planes}
    pixels = stack.variable.transpose(*(order.get(str(dim), dim) for dim in stack.dims))
    coords = {
        str(key): _along(coord.variable, renamed)
        for key, coord in stack.coords.items()
        if key not in (planes, image, known)
    }
    coords |= _image_axis(stack.coords[planes], image)
    coords[name] = _plane_axis(stack.coords[known or image], name)
    dims = [renamed.get(str(dim), dim) for dim in pixels.dims]
    return xr.DataArray(pixels.data, dims=dims, coords=coords, name=stack.name, attrs=stack.attrs)


def _along(variable: xr.Variable, renamed: dict[str, str]) -> xr.Variable:
    dims = [renamed.get(str(dim), dim) for dim in variable.dims]
    return xr.Variable(dims, variable.data, variable.attrs)


def _remembered(stack: xr.DataArray, image: str) -> str | None:
    """Return the name under which an image axis keeps the positions it had as a plane axis."""
    for name, coord in stack.coords.items():
        if coord.dims == (image,) and coord.attrs.get(_MARK):
            return str(name)
    return None


def _plane_axis(coord: xr.DataArray, name: str) -> xr.Variable:
    attrs = {key: value for key, value in coord.attrs.items() if key != _MARK}
    if name == "plane" and attrs.get("units") == "px":
        attrs["units"] = ""  # pixels that are only counted become planes that are only counted
    return xr.Variable(name, coord.values, attrs)


def _image_axis(coord: xr.DataArray, image: str) -> dict[str, xr.Variable]:
    """Return a plane axis as an image axis, and as it was where the image axis cannot say all of it."""
    planes = str(coord.name)
    is_even = spacing_problem(coord) is None
    as_it_was = xr.Variable(image, coord.values, {**coord.attrs, _MARK: True})
    beside = {_COUNTED if planes == "plane" else planes: as_it_was}
    if not is_even:
        return {image: pixel_coordinate(image, coord.size, 1.0), **beside}
    attrs = {**coord.attrs, "units": coord.attrs.get("units") or "px"}
    axis = {image: xr.Variable(image, coord.values, attrs)}
    return axis if planes == "plane" else {**axis, **beside}
