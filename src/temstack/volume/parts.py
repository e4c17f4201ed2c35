"""Parts of a volume: boxes with faces along the axes, cut out or put in."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr

from temstack.errors import StackError
from temstack.stack import check_array, convert_type, plane_dim, with_history
from temstack.stack.axes import pixel_step
from temstack.stack.bounds import Bounds, Selection, select_range
from temstack.stack.convert import Overflow
from temstack.volume.joining import about


def sub_volume(
    stack: xr.DataArray,
    *,
    planes: Bounds | None = None,
    y: Bounds | None = None,
    x: Bounds | None = None,
    calibrated: bool = False,
) -> xr.DataArray:
    """Return a box cut out of a stack or spectrum image.

    DigitalMicrograph's ``stack[left, top, first, right, bottom, last + 1]`` is
    ``sub_volume(stack, planes=(first, last + 1), y=(top, bottom), x=(left, right))``.

    Parameters
    ----------
    stack : DataArray
        A stack or spectrum image; also an image, without `planes`.
    planes, y, x : (start, stop), optional
        Half-open bounds along each axis, None for all of it; an end may be None, too.
    calibrated : bool
        Whether bounds are in the units of their axes instead of px: what is taken lies at start or behind
        it, and before stop.

    Returns
    -------
    part : DataArray
        Same dimensions. Positions are those the pixels had. Pixels are shared.

    Raises
    ------
    SettingError
        If bounds reach outside the stack, or hold nothing.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> stack = label_stack(np.zeros((4, 10, 10)), pixel_size=0.5, pixel_units="nm")
    >>> sub_volume(stack, planes=(0, 2), x=(3, 5)).shape
    (2, 10, 2)
    >>> sub_volume(stack, y=(1.0, 2.5), calibrated=True).y.values
    array([1. , 1.5, 2. ])
    """
    selection = _box(check_array(stack), planes, y, x, calibrated)
    part = _with_pixel_size(stack.isel(selection), stack)
    return with_history(part, "sub_volume", planes=planes, y=y, x=x, calibrated=calibrated)


def replace_sub_volume(
    stack: xr.DataArray,
    part: Any,
    *,
    planes: Bounds | None = None,
    y: Bounds | None = None,
    x: Bounds | None = None,
    calibrated: bool = False,
    overflow: Overflow = "clip",
) -> xr.DataArray:
    """Return the stack with the pixels of a box replaced; everything known of the stack stays.

    Parameters
    ----------
    stack : DataArray
        A stack, spectrum image or image. It stays as it is.
    part : array or number
        The new pixels, of the shape that :func:`sub_volume` returns for the same bounds. What fits if it is
        repeated, such as one image for several planes or one number for all pixels, is repeated.
    planes, y, x, calibrated
        The box, as in :func:`sub_volume`.
    overflow : str
        What happens to values outside the range of the stack's type of pixel: see
        :mod:`temstack.stack.convert`.

    Raises
    ------
    SettingError
        If bounds reach outside the stack, or hold nothing.
    StackError
        If the part is of another shape than the box.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> replace_sub_volume(label_stack(np.zeros((1, 2, 3))), [[5, 6]], y=(1, 2), x=(0, 2)).values.tolist()
    [[[0.0, 0.0, 0.0], [5.0, 6.0, 0.0]]]
    """
    selection = _box(check_array(stack), planes, y, x, calibrated)
    box = tuple(selection.get(str(dim), slice(None)) for dim in stack.dims)
    shape = stack.isel(selection).shape
    pixels = _fitting(part, stack, shape, overflow)
    data = stack.data.copy()
    data[box] = pixels if stack.chunks is not None else np.asarray(pixels)
    return with_history(
        stack.copy(deep=False, data=data),
        "replace_sub_volume",
        part=about(part),
        planes=planes,
        y=y,
        x=x,
        calibrated=calibrated,
        overflow=overflow,
    )


def _box(
    stack: xr.DataArray, planes: Bounds | None, y: Bounds | None, x: Bounds | None, calibrated: bool
) -> dict[str, Selection]:
    """Return what to take of each axis that is bounded."""
    bounds = {"y": y, "x": x}
    if planes is not None:
        bounds[plane_dim(stack)] = planes
    return {
        dim: select_range(stack, dim, each, calibrated=calibrated) for dim, each in bounds.items() if each is not None
    }


def _with_pixel_size(part: xr.DataArray, stack: xr.DataArray) -> xr.DataArray:
    """Return the part with its pixel size noted on axes that a single pixel is left of."""
    coords = {}
    for dim in ("y", "x"):
        if part.sizes.get(dim) == 1 and stack.sizes[dim] > 1:
            coords[dim] = part.coords[dim].copy(deep=False)
            coords[dim].attrs["step"] = pixel_step(stack.coords[dim])
    return part.assign_coords(coords)


def _fitting(part: Any, stack: xr.DataArray, shape: tuple[int, ...], overflow: Overflow) -> Any:
    """Return pixels in the type of the stack, of a shape that fits the box."""
    bare = part.transpose(*(dim for dim in stack.dims if dim in part.dims)) if isinstance(part, xr.DataArray) else part
    pixels = bare if hasattr(bare, "shape") else np.asarray(bare)
    try:
        fits = np.broadcast_shapes(pixels.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise StackError("part", "does not have the shape of the box", got=pixels.shape, expected=shape)
    labelled = xr.DataArray(getattr(pixels, "data", pixels) if isinstance(pixels, xr.DataArray) else pixels)
    return convert_type(labelled, stack.dtype, overflow).data
