"""The spectrum of an area of the specimen, and how sure its counts are."""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import StackError
from temstack.stack import check_array, plane_dim, with_history
from temstack.stack.axes import named, words
from temstack.stack.bounds import Region, select_region

_COUNTED_UNITS = ("counts", "count", "electrons", "electron", "e-", "e⁻")
"""Intensity units, in small letters, of pixels whose statistics are those of counting."""


def extract_spectrum(
    stack: xr.DataArray, region: Region | None = None, *, calibrated: bool = False, mean: bool = False
) -> xr.DataArray:
    """Return the spectrum of an area: the counts in it at each energy loss.

    With raw pixels ``r`` and the scale ``s`` of a plane the spectrum is ``s Σ r`` over the pixels of the
    area, summed in double precision before it is scaled.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x, energy_loss) DataArray
        An EFTEM stack or a spectrum image, NumPy or dask.
    region : (top, left, bottom, right), optional
        The area, half-open, in px; left out, the whole image.
    calibrated : bool
        Whether the region is in the units of the axes ``y`` and ``x``.
    mean : bool
        Whether to return counts per pixel instead of their sum.

    Returns
    -------
    spectrum : (plane-like,) DataArray of float64 (or complex128), counts
        In memory. Per-plane values follow; ``scale`` is 1 as it has been applied. ``attrs["region"]`` is the
        area in px. Where pixels are counts, the coordinate ``standard_error`` is the standard deviation that
        counting statistics give each value: see Notes.

    Raises
    ------
    SettingError
        If the region reaches outside the image or holds no pixel.
    StackError
        If the array has no planes, or is in colour.

    Notes
    -----
    ``standard_error`` is ``s √(g Σ r)``, divided by the number of pixels for a mean. It assumes that

    - pixels are raw counts: ``attrs["intensity_units"]`` says so (counts, electrons), or says nothing and
      they are integers; otherwise there is no such coordinate. Counts that somebody scaled before, without
      keeping ``scale``, come out with a wrong error;
    - the electrons of different pixels are independent (Poisson), and one electron gives ``g`` counts:
      ``attrs["counts_per_electron"]``, or 1 where this is not known. A scintillator that spreads an electron
      over pixels leaves the error of a large area right;
    - read noise, the dark reference and the gain reference add nothing.

    A sum below 0 has no such error: it is NaN. A NaN pixel in the area makes its value NaN, not smaller.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> pixels = np.full((2, 4, 4), 25, dtype=np.uint16)
    >>> stack = label_stack(pixels, "energy_loss", plane_values=[700, 710], per_plane={"scale": [1.0, 0.5]})
    >>> spectrum = extract_spectrum(stack, (0, 0, 2, 2))
    >>> spectrum.values, spectrum.standard_error.values
    (array([100.,  50.]), array([10.,  5.]))
    """
    dim = plane_dim(check_array(stack))
    image_dims = [each for each in stack.dims if each != dim]
    if "channel" in stack.dims or not image_dims:
        raise StackError(
            named(stack),
            "is no stack or spectrum image",
            got=f"dimensions {words(stack.dims)}",
            expected=f"{dim!r} with 'y', 'x' or both",
        )
    area = _area(stack, region, calibrated)
    inside = stack.isel(area)
    n_pixels = int(np.prod([inside.sizes[each] for each in image_dims]))
    raw = _sum_in_double_precision(inside, image_dims)
    divisor = n_pixels if mean else 1
    scale = _scale(stack, dim)
    spectrum = _labelled(stack, raw * scale / divisor, dim)
    if (error := _standard_error(stack, raw)) is not None:
        units = {"units": stack.attrs["intensity_units"]} if "intensity_units" in stack.attrs else {}
        spectrum = spectrum.assign_coords(standard_error=(dim, error * scale / divisor, units))
    if area:
        spectrum.attrs["region"] = [area["y"].start, area["x"].start, area["y"].stop, area["x"].stop]
    return with_history(spectrum, "extract_spectrum", region=region, calibrated=calibrated, mean=mean)


def _area(stack: xr.DataArray, region: Region | None, calibrated: bool) -> dict[str, slice]:
    if region is None and not {"y", "x"} <= set(stack.dims):
        return {}
    return select_region(stack, region, calibrated=calibrated)


def _sum_in_double_precision(inside: xr.DataArray, dims: list[Any]) -> NDArray[Any]:
    """Return the sum over the image; dask adds up block by block and never holds the whole stack."""
    dtype = np.complex128 if inside.dtype.kind == "c" else np.float64
    return np.asarray(inside.variable.sum(dims, dtype=dtype, skipna=False).values)


def _scale(stack: xr.DataArray, dim: str) -> NDArray[np.float64]:
    scale = stack.coords["scale"].values if "scale" in stack.coords else 1.0
    return np.broadcast_to(np.asarray(scale, dtype=np.float64), stack.sizes[dim])


def _labelled(stack: xr.DataArray, values: NDArray[Any], dim: str) -> xr.DataArray:
    """Return a spectrum with what is known of the stack and of its planes."""
    coords = {name: coord.variable for name, coord in stack.coords.items() if coord.dims in ((), (dim,))}
    if "scale" in coords:
        coords["scale"] = xr.ones_like(coords["scale"], dtype=np.float64)
    return xr.DataArray(values, dims=(dim,), coords=coords, name=stack.name, attrs=stack.attrs)


def _standard_error(stack: xr.DataArray, raw: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return the standard deviation of the raw sums by counting statistics; None for other pixels."""
    units = stack.attrs.get("intensity_units")
    is_counted = str(units).lower() in _COUNTED_UNITS if units else stack.dtype.kind in "iu"
    if not is_counted or stack.dtype.kind not in "iuf":
        return None
    variance = raw * float(stack.attrs.get("counts_per_electron", 1.0))
    return np.sqrt(np.where(variance >= 0, variance, np.nan))
