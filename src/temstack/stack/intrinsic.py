"""Arrays that say of each pixel where it is, as DigitalMicrograph's variables of the same names do.

Each takes a stack (or image, or spectrum image) and returns an array of its shape and axes, so that formulas
work on whole stacks: ``irow(stack) + icol(stack) * iplane(stack)``. They take no memory of their own.

Directions: columns count to the right, rows downwards. The centre is ``(width / 2, height / 2)``: pixel
(4, 4) of an image of 8 × 8, and between pixels where a side is odd. ``itheta`` is 0 to the right and π/2
below, so positive angles turn clockwise on the screen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import StackError
from temstack.stack.axes import named, plane_dim, words


def icol(stack: xr.DataArray) -> xr.DataArray:
    """Return the column of each pixel: 0 at the left edge, counting to the right.

    Examples
    --------
    >>> from temstack.stack import create_stack
    >>> icol(create_stack("real", (1, 2, 3))).values.tolist()
    [[[0, 1, 2], [0, 1, 2]]]
    """
    return _along(stack, _axis(stack, "x"))


def irow(stack: xr.DataArray) -> xr.DataArray:
    """Return the row of each pixel: 0 at the top edge, counting downwards.

    Examples
    --------
    >>> from temstack.stack import create_stack
    >>> irow(create_stack("real", (1, 2, 3))).values.tolist()
    [[[0, 0, 0], [1, 1, 1]]]
    """
    return _along(stack, _axis(stack, "y"))


def iplane(stack: xr.DataArray) -> xr.DataArray:
    """Return the index of the plane of each pixel, counting from 0.

    Examples
    --------
    >>> from temstack.stack import create_stack
    >>> iplane(create_stack("real", (2, 1, 3))).values.tolist()
    [[[0, 0, 0]], [[1, 1, 1]]]
    """
    return _along(stack, plane_dim(stack))


def iradius(stack: xr.DataArray) -> xr.DataArray:
    """Return the distance of each pixel from the centre ``(width / 2, height / 2)`` of its plane, in px.

    Examples
    --------
    >>> from temstack.stack import create_stack
    >>> iradius(create_stack("real", (1, 4, 4))).values[0, 2]
    array([2., 1., 0., 1.])
    """
    down, right = _from_centre(stack)
    return _spread(stack, np.hypot(down, right))


def itheta(stack: xr.DataArray) -> xr.DataArray:
    """Return the angle of each pixel about the centre, −π … π rad: 0 to the right, π/2 downwards.

    Examples
    --------
    >>> from temstack.stack import create_stack
    >>> theta = itheta(create_stack("real", (1, 4, 4))).values[0]
    >>> float(theta[2, 3]), float(theta[3, 2]) == np.pi / 2
    (0.0, True)
    """
    down, right = _from_centre(stack)
    return _spread(stack, np.arctan2(down, right))


def _axis(stack: xr.DataArray, dim: str) -> str:
    if dim not in stack.dims:
        raise StackError(named(stack, "array"), f"has no dimension {dim!r}", got=words(stack.dims))
    return dim


def _along(stack: xr.DataArray, dim: str) -> xr.DataArray:
    indices = np.arange(stack.sizes[dim])
    shape = [-1 if each == dim else 1 for each in stack.dims]
    return _spread(stack, indices.reshape(shape))


def _from_centre(stack: xr.DataArray) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far each row is below the centre and each column right of it, in px, ready to broadcast."""
    offsets: list[NDArray[np.float64]] = []
    for dim in (_axis(stack, "y"), _axis(stack, "x")):
        size = stack.sizes[dim]
        shape = [-1 if each == dim else 1 for each in stack.dims]
        offsets.append((np.arange(size, dtype=np.float64) - size / 2).reshape(shape))
    return offsets[0], offsets[1]


def _spread(stack: xr.DataArray, values: NDArray[Any]) -> xr.DataArray:
    """Return values spread over the shape of the stack without taking its memory; lazy where the stack is."""
    if stack.chunks is None:
        data = np.broadcast_to(values, stack.shape)
    else:
        import dask.array

        data = dask.array.broadcast_to(dask.array.asarray(values), stack.shape, chunks=stack.chunks)
    # Without its other coordinates: they say nothing of where a pixel is.
    axes = {name: coord for name, coord in stack.coords.items() if name in stack.dims}
    spread = xr.DataArray(data, dims=stack.dims, coords=axes)
    spread.name = None  # xarray takes the name of a dask array
    return spread
