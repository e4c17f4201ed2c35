"""Cuts through a stack along its planes: rows against planes, planes against columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.viewer.models.calibration import PixelAxis, StackInfo, image_dims
from temstack.viewer.models.planes import plane_scales


def cut_along_x(data: xr.DataArray, row: int) -> NDArray[Any]:
    """Return one row of every plane, (planes, x), in counts; a lazy stack is read, of each plane only that row."""
    rows, columns, plane = image_dims(data)
    return _scaled(data, data.isel({rows: row}).transpose(plane, columns, ...).values, plane, (-1, 1))


def cut_along_y(data: xr.DataArray, column: int) -> NDArray[Any]:
    """Return one column of every plane, (y, planes), in counts."""
    rows, columns, plane = image_dims(data)
    return _scaled(data, data.isel({columns: column}).transpose(rows, plane, ...).values, plane, (1, -1))


def _scaled(data: xr.DataArray, cut: NDArray[Any], plane: str | None, along: tuple[int, int]) -> NDArray[Any]:
    scales = plane_scales(data, plane)
    # Not by temstack.counts: its dask would take seconds to import for what is a line of pixels in memory.
    return cut if cut.ndim > 2 or (scales == 1).all() else cut * scales.reshape(along)


def plane_axis(info: StackInfo) -> PixelAxis:
    """Return the planes as an axis to draw along: in their units where they are evenly spaced, else counted.

    Examples
    --------
    >>> plane_axis(StackInfo(PixelAxis("y", 1), PixelAxis("x", 1), 3, "defocus", np.array([0.0, 5, 10]), "nm")).step
    5.0
    """
    steps = np.diff(info.values)
    is_even = len(steps) > 0 and steps[0] != 0 and bool(np.allclose(steps, steps[0], rtol=1e-3))
    if not is_even or info.is_counted:
        return PixelAxis("plane", info.planes, 1.0, 0.0, "")
    return PixelAxis(info.plane_name, info.planes, float(steps[0]), float(info.values[0]), info.units)
