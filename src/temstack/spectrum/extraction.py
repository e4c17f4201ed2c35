"""The spectrum of an area of the specimen, and how sure its counts are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError, StackError
from temstack.spectrum.areas import Mask, Point, given_mask, line_mask, point_mask, polygon_mask
from temstack.spectrum.counting import counts_per_electron, scales_of
from temstack.stack import check_array, plane_dim, with_history
from temstack.stack.axes import named, words
from temstack.stack.bounds import Region, select_region


def extract_spectrum(
    stack: xr.DataArray,
    region: Region | None = None,
    *,
    point: Point | None = None,
    polygon: Sequence[Point] | None = None,
    line: tuple[Point, Point] | None = None,
    width_px: float = 1.0,
    mask: ArrayLike | None = None,
    calibrated: bool = False,
    mean: bool = False,
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
    point : (y, x), optional
        One pixel instead.
    polygon : sequence of (y, x), optional
        The pixels whose middles lie inside it instead; the middle of pixel (row, column) is at (row, column).
    line : ((y, x), (y, x)), optional
        The pixels along a line instead, `width_px` wide.
    width_px : float, px
        Width of the line.
    mask : (y, x) array of bool, optional
        These pixels instead.
    calibrated : bool
        Whether places are in the units of the axes ``y`` and ``x``.
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
        If the area reaches outside the image or holds no pixel, or if two areas are given.
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
    shape = {"point": point, "polygon": polygon, "line": line, "mask": mask}
    pixels = _pixels_of(stack, region, shape, width_px, calibrated)
    area = _area(stack, region, calibrated) if pixels is None else _box_of(pixels)
    inside = stack.isel(area)
    n_pixels = int(np.prod([inside.sizes[each] for each in image_dims])) if pixels is None else int(pixels.sum())
    if pixels is not None:
        inside = _masked(inside, pixels[area["y"], area["x"]])
    raw = _sum_in_double_precision(inside, image_dims)
    divisor = n_pixels if mean else 1
    scale = scales_of(stack, dim)
    spectrum = _labelled(stack, raw * scale / divisor, dim)
    if (error := _standard_error(stack, raw)) is not None:
        units = {"units": stack.attrs["intensity_units"]} if "intensity_units" in stack.attrs else {}
        spectrum = spectrum.assign_coords(standard_error=(dim, error * scale / divisor, units))
    if area:
        spectrum.attrs["region"] = [area["y"].start, area["x"].start, area["y"].stop, area["x"].stop]
    if pixels is not None:
        spectrum.attrs["pixels"] = n_pixels
    given = {name: value for name, value in shape.items() if value is not None}
    if line is not None:
        given["width_px"] = width_px
    return with_history(spectrum, "extract_spectrum", region=region, **given, calibrated=calibrated, mean=mean)


def _pixels_of(
    stack: xr.DataArray, region: Region | None, shape: dict[str, Any], width_px: float, calibrated: bool
) -> Mask | None:
    """Return which pixels are meant, None where a rectangle says it."""
    given = [name for name, value in {"region": region, **shape}.items() if value is not None]
    if len(given) > 1:
        raise SettingError("area", "is given twice", got=" and ".join(given), expected="one of them")
    if shape["point"] is not None:
        return point_mask(stack, shape["point"], calibrated=calibrated)
    if shape["polygon"] is not None:
        return polygon_mask(stack, shape["polygon"], calibrated=calibrated)
    if shape["line"] is not None:
        start, end = shape["line"]
        return line_mask(stack, start, end, width_px=width_px, calibrated=calibrated)
    return None if shape["mask"] is None else given_mask(stack, shape["mask"])


def _box_of(pixels: Mask) -> dict[str, slice]:
    """Return the smallest rectangle that holds the pixels, so that no more is read."""
    places = {"y": np.flatnonzero(pixels.any(axis=1)), "x": np.flatnonzero(pixels.any(axis=0))}
    return {dim: slice(int(found[0]), int(found[-1]) + 1) for dim, found in places.items()}


def _masked(inside: xr.DataArray, pixels: Mask) -> xr.DataArray:
    """Return the area with zeros outside the pixels; lazily where it is lazy."""
    keep = xr.Variable(("y", "x"), pixels)
    kept = xr.where(keep, inside.variable, np.zeros((), inside.dtype))  # type: ignore[no-untyped-call]
    return inside.copy(data=kept.transpose(*inside.dims).data)


def _area(stack: xr.DataArray, region: Region | None, calibrated: bool) -> dict[str, slice]:
    if region is None and not {"y", "x"} <= set(stack.dims):
        return {}
    return select_region(stack, region, calibrated=calibrated)


def _sum_in_double_precision(inside: xr.DataArray, dims: list[Any]) -> NDArray[Any]:
    """Return the sum over the image; dask adds up block by block and never holds the whole stack."""
    dtype = np.complex128 if inside.dtype.kind == "c" else np.float64
    return np.asarray(inside.variable.sum(dims, dtype=dtype, skipna=False).values)


def _labelled(stack: xr.DataArray, values: NDArray[Any], dim: str) -> xr.DataArray:
    """Return a spectrum with what is known of the stack and of its planes."""
    coords = {name: coord.variable for name, coord in stack.coords.items() if coord.dims in ((), (dim,))}
    if "scale" in coords:
        coords["scale"] = xr.ones_like(coords["scale"], dtype=np.float64)
    return xr.DataArray(values, dims=(dim,), coords=coords, name=stack.name, attrs=stack.attrs)


def _standard_error(stack: xr.DataArray, raw: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return the standard deviation of the raw sums by counting statistics; None for other pixels."""
    gain = counts_per_electron(stack)
    if gain is None:
        return None
    variance = raw * gain
    return np.sqrt(np.where(variance >= 0, variance, np.nan))
