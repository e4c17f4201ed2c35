"""The pixels of a stack: as counts, and plane by plane, without loading more than is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack.axes import plane_dim

_BLOCK_BYTES = 2**22
"""Smallest block that is worth a task of its own: small planes are scaled several at a time."""

_READ_AHEAD_BYTES = 2**28
"""Largest block of planes that is read at once where several lie in one chunk."""


def counts(stack: xr.DataArray) -> xr.DataArray:
    """Return the pixels as counts: each plane multiplied by its ``scale``, in floating point, lazily.

    Without a per-plane value ``scale`` the scale is 1. The result has 32 bits where these hold every raw
    value exactly (integers of 1 and 2 bytes, float32) and 64 otherwise. Its own ``scale`` is 1, so that
    asking twice changes nothing.

    Parameters
    ----------
    stack : DataArray
        A stack or spectrum image with NumPy or dask pixels; also an image or spectrum, whose ``scale`` may be
        a single number.

    Returns
    -------
    counts : DataArray of float or complex
        Computed when and where it is read. A floating-point stack with no scale is returned as it is.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> raw = np.full((2, 1, 1), 100, dtype=np.uint16)
    >>> stack = label_stack(raw, per_plane={"scale": [1.0, 0.25]})
    >>> counts(stack).values.ravel()
    array([100.,  25.], dtype=float32)
    """
    scale = stack.coords.get("scale")
    dtype = np.result_type(stack.dtype, np.float32)
    if scale is None or bool(np.all(scale.values == 1)):
        return stack if dtype == stack.dtype else lazy(stack).astype(dtype)
    pixels = lazy(stack)
    # A bare variable: xarray would compare every coordinate of two labelled arrays.
    factor = scale.variable.astype(np.float64 if dtype.itemsize > 8 or dtype == np.float64 else np.float32)
    scaled = (pixels.variable.astype(dtype) * factor).transpose(*stack.dims)
    return pixels.copy(data=scaled.data).assign_coords(scale=xr.ones_like(scale, dtype=np.float64))


def lazy(array: xr.DataArray) -> xr.DataArray:
    """Return the array with dask pixels; NumPy pixels are cut along the first axis and shared, not copied."""
    if array.chunks is not None or array.ndim == 0:
        return array
    from dask.array.core import Array
    from dask.base import tokenize

    values = array.values
    rows = max(1, _BLOCK_BYTES * len(values) // max(values.nbytes, 1))
    starts = range(0, len(values), rows)
    sizes = tuple(min(rows, len(values) - start) for start in starts)
    # dask.array.from_array would copy and hash all pixels.
    name = "pixels-" + tokenize(object())
    rest = (0,) * (values.ndim - 1)
    graph = {(name, block, *rest): values[start : start + rows] for block, start in enumerate(starts)}
    chunks = (sizes, *((size,) for size in values.shape[1:]))
    return array.copy(data=Array(graph, name, chunks, dtype=values.dtype))


def iter_planes(stack: xr.DataArray) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield every plane with its index, reading from disk no more than needed at a time.

    Parameters
    ----------
    stack : (plane-like, y, x) DataArray; a spectrum image also
        With dask pixels, as many planes are read at once as lie in one chunk (256 MiB at most).

    Yields
    ------
    index : int
        0-based.
    plane : (y, x) array
        As recorded; for scaled ones iterate over :func:`counts` of the stack.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> [(index, plane.shape) for index, plane in iter_planes(label_stack(np.zeros((2, 3, 4))))]
    [(0, (3, 4)), (1, (3, 4))]
    """
    planes = stack.transpose(plane_dim(stack), ...)
    if planes.chunks is None:
        yield from enumerate(planes.values)
        return
    for start, stop in _reading_blocks(planes):
        yield from enumerate(planes.variable[start:stop].values, start)


def _reading_blocks(planes: xr.DataArray) -> Iterator[tuple[int, int]]:
    """Yield half-open ranges of planes that lie in one chunk, split where a chunk is too large to hold."""
    largest = max(1, _READ_AHEAD_BYTES * len(planes) // max(planes.nbytes, 1))
    edge = 0
    for size in (planes.chunks or ((),))[0]:
        for start in range(edge, edge + size, largest):
            yield start, min(start + largest, edge + size)
        edge += size
