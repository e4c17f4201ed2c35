"""Diffractograms: the power spectrum of each plane, averaged over overlapping tiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.fft
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, counts, iter_planes, pixel_coordinate, pixel_size, with_history
from temstack.stack.progress import Progress, no_progress

Floats = NDArray[np.float64]


def diffractograms(stack: xr.DataArray, *, tile_px: int = 256, progress: Progress = no_progress) -> xr.DataArray:
    """Return the power spectrum of each plane, zero frequency in the middle.

    Tiles that overlap by half are faded out, transformed, and their powers averaged: the rings stand out, at the
    cost of resolution in frequency.

    Parameters
    ----------
    stack : (plane, y, x) DataArray
        A focal series or any other stack of images.
    tile_px : int, px
        Side of the tiles; no more than the image has.

    Returns
    -------
    spectra : (plane, y, x) DataArray of float64
        Mean power relative to the square of the plane's mean; axes ``y`` and ``x`` in cycles per unit, 0 at pixel
        ``tile_px // 2``. Lazy where the stack is.
    """
    check_stack(stack)
    side = min(tile_px, stack.sizes["y"], stack.sizes["x"])
    if side < 16:
        raise SettingError("tile_px", "is too small for a power spectrum", got=side, expected="16 px or more")
    (dy, dx), units = pixel_size(stack)
    powers = _powers(stack, side, progress) if stack.chunks is None else _lazy_powers(stack, side)
    result = xr.DataArray(powers, dims=stack.dims, attrs={**stack.attrs, "intensity_units": ""}, name=stack.name)
    dim = stack.dims[0]
    along = {name: coord.variable for name, coord in stack.coords.items() if coord.dims == (dim,) and name != "scale"}
    axes = {
        name: pixel_coordinate(name, side, 1 / (side * step), -(side // 2) / (side * step), f"1/{units}")
        for name, step in (("y", dy), ("x", dx))
    }
    return with_history(result.assign_coords({**along, **axes}), "diffractograms", tile_px=side)


def _powers(stack: xr.DataArray, side: int, progress: Progress) -> Floats:
    powers = np.empty((len(stack), side, side))
    for index, plane in iter_planes(counts(stack)):
        powers[index] = mean_power(np.asarray(plane, dtype=np.float64), side)
        progress("transforming planes", index + 1, len(stack))
    return powers


def _lazy_powers(stack: xr.DataArray, side: int) -> Any:
    planes = counts(stack).data.rechunk({1: -1, 2: -1})

    def each(block: NDArray[Any]) -> Floats:
        return np.stack([mean_power(plane.astype(np.float64), side) for plane in block])

    chunks = (planes.chunks[0], (side,), (side,))
    return planes.map_blocks(each, dtype=np.float64, chunks=chunks, meta=np.empty((0, 0, 0)))


def mean_power(plane: Floats, side: int) -> Floats:
    """Return the mean power of overlapping square tiles, zero frequency at ``side // 2``."""
    from scipy.signal.windows import hann

    fade = np.outer(hann(side, sym=False), hann(side, sym=False))
    fade /= np.sqrt((fade**2).sum())
    mean = plane.mean() or 1.0
    total, count = np.zeros((side, side // 2 + 1)), 0
    for top in _starts(plane.shape[0], side):
        for left in _starts(plane.shape[1], side):
            tile = plane[top : top + side, left : left + side]
            total += np.abs(scipy.fft.rfft2((tile - tile.mean()) * fade, workers=-1)) ** 2
            count += 1
    half = total / (count * mean**2)
    full = np.empty((side, side))
    full[:, : half.shape[1]] = half
    # A real image has the same power at k and -k.
    mirrored = np.roll(half[::-1], 1, axis=0)
    full[:, half.shape[1] :] = mirrored[:, 1 : side - half.shape[1] + 1][:, ::-1]
    return np.fft.fftshift(full)


def _starts(length: int, side: int) -> list[int]:
    steps = max(1, -(-2 * (length - side) // side))
    return sorted({round(k * (length - side) / steps) for k in range(steps + 1)})
