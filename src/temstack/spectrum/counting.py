"""What counting statistics say of pixels: how many counts one electron gives, where pixels are counts at all."""

from __future__ import annotations

import numpy as np
import xarray as xr
from numpy.typing import NDArray

COUNTED_UNITS = ("counts", "count", "electrons", "electron", "e-", "e⁻")
"""Intensity units, in small letters, of pixels whose statistics are those of counting."""


def counts_per_electron(stack: xr.DataArray) -> float | None:
    """Return how many counts one electron gives; None where the pixels are not counts.

    ``attrs["intensity_units"]`` says whether they are; where it says nothing, integers are. The number is
    ``attrs["counts_per_electron"]``, or 1 where it is not known.
    """
    units = stack.attrs.get("intensity_units")
    is_counted = str(units).lower() in COUNTED_UNITS if units else stack.dtype.kind in "iu"
    if not is_counted or stack.dtype.kind not in "iuf":
        return None
    return float(stack.attrs.get("counts_per_electron", 1.0))


def scales_of(stack: xr.DataArray, dim: str) -> NDArray[np.float64]:
    """Return the scale of each plane, (n,), 1 where there is none."""
    scale = stack.coords["scale"].values if "scale" in stack.coords else 1.0
    return np.broadcast_to(np.asarray(scale, dtype=np.float64), stack.sizes[dim])


def counts_per_electron_of_pixels(stack: xr.DataArray, dim: str) -> float | None:
    """Return the same, but look at pixels whose units nobody said: floats that are whole numbers were counted.

    Cameras' counts reach many analysis programs as 4-byte reals. Only the first and the last plane are read.
    """
    known = counts_per_electron(stack)
    if known is not None or stack.attrs.get("intensity_units") or stack.dtype.kind != "f":
        return known
    ends = np.concatenate([stack.isel({dim: place}).values.ravel() for place in (0, -1)])
    finite = ends[np.isfinite(ends)]
    if finite.size and finite.max() > 1 and bool((finite == np.rint(finite)).all()):
        return float(stack.attrs.get("counts_per_electron", 1.0))
    return None
