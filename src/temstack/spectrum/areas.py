"""Parts of an image other than rectangles: polygons, lines with a width, single points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError
from temstack.stack.axes import pixel_step

Point = tuple[float, float]
"""``(y, x)``: the middle of pixel (row, column) is at (row, column)."""

Mask = NDArray[np.bool_]


def point_mask(stack: xr.DataArray, point: Point, *, calibrated: bool = False) -> Mask:
    """Return the one pixel at a point, (y, x) of bool.

    Raises
    ------
    SettingError
        If the point lies outside the image.
    """
    y, x = _in_px(stack, [point], "point", calibrated)[0]
    mask = np.zeros(_shape(stack), dtype=bool)
    mask[round(float(y)), round(float(x))] = True
    return mask


def polygon_mask(stack: xr.DataArray, corners: Sequence[Point], *, calibrated: bool = False) -> Mask:
    """Return the pixels whose middles lie inside a polygon, or on its border, (y, x) of bool.

    Parameters
    ----------
    stack : DataArray with dimensions y and x
    corners : sequence of (y, x), px or with `calibrated` in the units of the axes
        Three or more; the last is joined to the first. Where the polygon crosses itself, the even-odd rule holds.

    Raises
    ------
    SettingError
        If there are fewer than three corners, one lies outside the image, or no pixel lies inside.
    """
    ends = _in_px(stack, corners, "polygon", calibrated)
    if len(ends) < 3:
        raise SettingError("polygon", "needs three corners or more", got=len(ends))
    rows, columns = np.indices(_shape(stack))
    inside, border = np.zeros(rows.shape, dtype=bool), np.zeros(rows.shape, dtype=bool)
    for (y0, x0), (y1, x1) in zip(ends, np.roll(ends, -1, axis=0), strict=True):
        border |= _distance(rows, columns, (y0, x0), (y1, x1)) < 1e-9
        if y0 == y1:
            continue
        crosses = (rows >= min(y0, y1)) & (rows < max(y0, y1))
        inside ^= crosses & (columns < x0 + (rows - y0) * (x1 - x0) / (y1 - y0))
    return _not_empty(inside | border, "polygon")


def line_mask(
    stack: xr.DataArray, start: Point, end: Point, *, width_px: float = 1.0, calibrated: bool = False
) -> Mask:
    """Return the pixels whose middles lie within half a width of a line, from one end to the other, (y, x) of bool.

    Parameters
    ----------
    stack : DataArray with dimensions y and x
    start, end : (y, x), px or with `calibrated` in the units of the axes
    width_px : float, px
        1 or more.

    Raises
    ------
    SettingError
        If an end lies outside the image, or the width is below one pixel.
    """
    if not width_px >= 1:
        raise SettingError("width", "must be 1 px or more", got=width_px)
    first, last = _in_px(stack, [start, end], "line", calibrated)
    rows, columns = np.indices(_shape(stack))
    (y0, x0), (dy, dx) = first, last - first
    length = float(np.hypot(dy, dx)) or 1.0
    across = ((rows - y0) * dx - (columns - x0) * dy) / length
    along = ((rows - y0) * dy + (columns - x0) * dx) / length
    reach = width_px / 2
    if not (dy or dx):
        return _not_empty(np.hypot(rows - y0, columns - x0) < max(reach, 0.71), "line")
    # Half-open across, so that a width of 3 px is 3 pixels, wherever the line lies.
    inside = (across >= -reach - 1e-9) & (across < reach - 1e-9) & (along >= -1e-9) & (along <= length + 1e-9)
    return _not_empty(inside, "line")


def given_mask(stack: xr.DataArray, mask: ArrayLike | xr.DataArray) -> Mask:
    """Return a mask that somebody drew, or say that it does not fit.

    Raises
    ------
    SettingError
        If it has another shape than the image, or is empty.
    """
    bare = np.asarray(mask)
    if bare.shape != _shape(stack):
        raise SettingError("mask", "does not fit the image", got=f"shape {bare.shape}", expected=f"{_shape(stack)}")
    return _not_empty(bare.astype(bool), "mask")


def _shape(stack: xr.DataArray) -> tuple[int, int]:
    missing = {"y", "x"} - set(stack.dims)
    if missing:
        raise SettingError("area", "needs an image", got=f"dimensions {stack.dims}", expected="'y' and 'x' among them")
    return stack.sizes["y"], stack.sizes["x"]


def _in_px(stack: xr.DataArray, points: Sequence[Point], name: str, calibrated: bool) -> NDArray[np.float64]:
    shape = _shape(stack)
    found = np.asarray([tuple(point) for point in points], dtype=np.float64)
    if found.ndim != 2 or found.shape[1] != 2 or not np.isfinite(found).all():
        raise SettingError(name, "is not made of points", got=points, expected="(y, x) each")
    if calibrated:
        for column, dim in enumerate(("y", "x")):
            axis = stack.coords[dim]
            step = (pixel_step(axis) or 1.0) * (-1 if axis.size > 1 and axis.values[-1] < axis.values[0] else 1)
            found[:, column] = (found[:, column] - float(axis.values[0])) / step
    if (found < -0.5).any() or (found > np.array(shape) - 0.5).any():
        raise SettingError(
            name,
            "reaches outside the image",
            got=[tuple(map(float, point)) for point in points],
            expected=f"0,0 … {shape[0] - 1},{shape[1] - 1} px",
        )
    return np.clip(found, 0, np.array(shape) - 1)


def _distance(
    rows: NDArray[np.intp], columns: NDArray[np.intp], start: ArrayLike, end: ArrayLike
) -> NDArray[np.float64]:
    """Return how far each pixel is from a line with two ends, px."""
    (y0, x0), (y1, x1) = np.asarray(start, np.float64), np.asarray(end, np.float64)
    length2 = (y1 - y0) ** 2 + (x1 - x0) ** 2
    along = ((rows - y0) * (y1 - y0) + (columns - x0) * (x1 - x0)) / length2 if length2 else 0.0 * rows
    along = np.clip(along, 0, 1)
    return np.asarray(np.hypot(rows - y0 - along * (y1 - y0), columns - x0 - along * (x1 - x0)))


def _not_empty(mask: Mask, name: str) -> Mask:
    if not mask.any():
        raise SettingError(name, "holds no pixel")
    return mask
