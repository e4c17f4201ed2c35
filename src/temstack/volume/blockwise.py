"""One function done to every plane, or to every block of planes, without more of the stack in memory than that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import DTypeLike, NDArray

from temstack.errors import StackError
from temstack.stack import counts
from temstack.stack.axes import named
from temstack.stack.pixels import lazy

_BAND_ROWS = 64

Plane = NDArray[Any]
Block = NDArray[Any]

_BLOCK_BYTES = 2**25
"""Blocks of planes that a filter along the third axis makes take about this much (32 MiB)."""


def as_counts(stack: xr.DataArray) -> xr.DataArray:
    """Return the counts of a stack, lazily, without the ``scale`` that is applied already."""
    refuse_colours(stack)
    return counts(stack).drop_vars("scale", errors="ignore")


def refuse_colours(stack: xr.DataArray) -> None:
    """Refuse to calculate with colours."""
    if "channel" in stack.dims:
        raise StackError(
            named(stack),
            "holds colours, which cannot be calculated with",
            advice="take one channel first: stack.sel(channel='red', drop=True)",
        )


def map_planes(
    stack: xr.DataArray,
    function: Callable[[Plane], Plane],
    dtype: DTypeLike,
    shape: tuple[int, int] | None = None,
) -> Any:
    """Return the pixels after a function of each plane; dask pixels where the stack has them.

    Parameters
    ----------
    stack : (n, y, x) or (y, x) DataArray
    function : function of a (y, x) array
        Called in several threads.
    dtype : NumPy type
        Of what it returns.
    shape : (int, int), optional
        Of what it returns; left out, that of a plane.
    """
    if stack.ndim == 2:
        return np.asarray(function(stack.values), dtype=dtype)
    height, width = shape or stack.shape[1:]

    def each(block: Block) -> Block:
        return np.stack([np.asarray(function(plane), dtype=dtype) for plane in block])

    pixels = lazy(stack).data
    whole = pixels.rechunk({1: -1, 2: -1})
    chunks = (whole.chunks[0], (height,), (width,))
    # Given its meta, dask does not try the function on an empty array first.
    mapped = whole.map_blocks(each, dtype=np.dtype(dtype), chunks=chunks, meta=np.empty((0, 0, 0), dtype))
    return mapped if stack.chunks is not None else mapped.compute()


def map_along_planes(stack: xr.DataArray, function: Callable[[Block], Block], reach: int) -> Any:
    """Return the counts after a function that looks at planes up to `reach` before and behind each.

    The function gets blocks of planes that are longer than what is kept of its result by `reach` at either end,
    except at the ends of the stack, where it decides itself what lies beyond. Raw pixels are made counts a few rows
    at a time: while a block is made, most of it is held as it was recorded.
    """
    import dask.array as da
    from dask.delayed import delayed

    dtype = as_counts(stack).dtype
    pixels = lazy(stack).data.rechunk({1: -1, 2: -1})
    planes, plane_bytes = len(pixels), max(1, dtype.itemsize * pixels[0].size)
    scale = np.ones(planes) if "scale" not in stack.coords else stack.coords["scale"].values
    factors = np.broadcast_to(scale, planes).astype(dtype)[:, None, None]
    # Each block reads `reach` planes more at both ends: long blocks read little twice, short ones take less memory.
    size = max(1, _BLOCK_BYTES // plane_bytes)
    parts = []
    for start in range(0, planes, size):
        stop = min(start + size, planes)
        low, high = max(0, start - reach), min(planes, stop + reach)
        blocks = pixels[low:high].to_delayed().ravel().tolist()
        done = delayed(_in_bands, pure=False)(blocks, factors[low:high], function, start - low, stop - low)
        parts.append(da.from_delayed(done, (stop - start, *pixels.shape[1:]), dtype=dtype))
    mapped = da.concatenate(parts, axis=0)
    return mapped if stack.chunks is not None else mapped.compute()


def _in_bands(blocks: list[Block], factors: Block, function: Callable[[Block], Block], first: int, last: int) -> Block:
    """Return some planes after a function of all, made a few rows at a time: only these are held as counts."""
    rows, columns = blocks[0].shape[1:]
    result = np.empty((last - first, rows, columns), factors.dtype)
    for top in range(0, rows, _BAND_ROWS):
        band = np.concatenate([block[:, top : top + _BAND_ROWS] for block in blocks]) * factors
        result[:, top : top + _BAND_ROWS] = function(band.astype(factors.dtype, copy=False))[first:last]
    return result
