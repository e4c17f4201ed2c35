"""Numbers and axes in words, the same in pictures, pages and tables."""

from __future__ import annotations

import numpy as np
import xarray as xr

from temstack.stack import pixel_size, plane_dim
from temstack.stack.axes import pixel_step, shown_values

AXIS_NAMES = {
    "energy_loss": "energy loss",
    "defocus": "defocus",
    "time": "time",
    "exposure": "exposure",
    "tilt": "tilt",
    "plane": "plane",
}


def axis_label(array: xr.DataArray) -> str:
    """Return the plane axis with its units, as written under a plot: ``energy loss / eV``."""
    dim = plane_dim(array)
    units = array[dim].attrs.get("units", "")
    return f"{AXIS_NAMES[dim]} / {units}" if units else AXIS_NAMES[dim]


def is_counted(array: xr.DataArray) -> bool:
    """Return whether the planes are only counted, so that their axis values say nothing more."""
    values = array[plane_dim(array)].values
    return plane_dim(array) == "plane" and bool((values == np.arange(len(values))).all())


def axis_value(array: xr.DataArray, index: int, *, units: bool = True) -> str:
    """Return where a plane lies, with its units unless the heading says them: ``532 eV``."""
    coord = array[plane_dim(array)]
    value = f"{float(shown_values(coord)[index]):.6g}".replace("-", "−")
    return f"{value} {coord.attrs.get('units', '')}".strip() if units else value


def plane_name(array: xr.DataArray, index: int) -> str:
    """Return what to call a plane: ``4 · 540 eV``, or just ``4`` where planes are counted."""
    return str(index) if is_counted(array) else f"{index} · {axis_value(array, index)}"


def pixel_width(array: xr.DataArray) -> tuple[float, str]:
    """Return the width of a pixel and its unit, for a scale bar; rows may be of another kind, such as energies."""
    step = pixel_step(array["x"])
    if step is None:
        (_, step), units = pixel_size(array)
        return step, units
    return step, str(array["x"].attrs.get("units", "px"))


def number(value: float, digits: int = 2) -> str:
    """Return a number for a table, with a real minus sign; a dash where nothing is known.

    >>> number(-1.234), number(-0.001), number(float("nan"))
    ('−1.23', '0.00', '–')
    """
    if not np.isfinite(value):
        return "–"
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")  # adding 0 makes −0 plain 0
