"""Numbers and axes in words, the same in pictures, pages and tables."""

from __future__ import annotations

import numpy as np
import xarray as xr

from temstack.stack import plane_dim

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


def axis_value(array: xr.DataArray, index: int, *, units: bool = True) -> str:
    """Return where a plane lies, with its units unless the heading says them: ``532 eV``."""
    coord = array[plane_dim(array)]
    value = f"{float(coord.values[index]):.6g}".replace("-", "−")
    return f"{value} {coord.attrs.get('units', '')}".strip() if units else value


def number(value: float, digits: int = 2) -> str:
    """Return a number for a table, with a real minus sign; a dash where nothing is known.

    >>> number(-1.234), number(float("nan"))
    ('−1.23', '–')
    """
    if not np.isfinite(value):
        return "–"
    return f"{value:.{digits}f}".replace("-", "−")
