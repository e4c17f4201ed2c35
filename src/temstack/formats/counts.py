"""The pixels that a file gets: counts, or numbers as recorded; and these a few planes at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack import counts
from temstack.stack.progress import Progress, no_progress

_BLOCK_BYTES = 2**27


def pixels_to_write(array: xr.DataArray, *, raw: bool = False) -> xr.DataArray:
    """Return the array with the pixels that belong into a file which knows no scale.

    Parameters
    ----------
    array : DataArray
        Of any layout.
    raw : bool
        Leave pixels and their ``scale`` as they are.

    Returns
    -------
    DataArray
        Scaled planes as counts in 32-bit floats, without ``scale``. Where every scale is 1 the pixels are
        counts already and keep their type.
    """
    if raw or "scale" not in array.coords:
        return array
    scales = array.coords["scale"].values
    if np.all(scales == 1):
        return array.drop_vars("scale")
    scaled = counts(array)
    dtype = np.complex64 if scaled.dtype.kind == "c" else np.float32
    return scaled.astype(dtype, copy=False).drop_vars("scale")


def iter_images(array: xr.DataArray, progress: Progress = no_progress) -> Iterator[NDArray[Any]]:
    """Yield the images of an array whose last dimensions are y, x (and channel), in order.

    Parameters
    ----------
    array : DataArray
        An image or a stack. Dask pixels are read at most 128 MiB at a time.
    progress : Progress
        Told after every image.
    """
    axes = array.ndim - ("channel" in array.dims)
    if axes < 3:
        yield array.values
        return
    for start, block in _blocks(array):
        for offset, image in enumerate(block):
            yield image
            progress("writing planes", start + offset + 1, len(array))


def _blocks(array: xr.DataArray) -> Iterator[tuple[int, NDArray[Any]]]:
    if array.chunks is None:
        yield 0, array.values
        return
    most = max(1, _BLOCK_BYTES * len(array) // max(array.nbytes, 1))
    # Chunks cut across the planes are read whole for every block, so there the blocks are as large as may be.
    is_cut = any(len(sizes) > 1 for sizes in array.chunks[1:])
    at_once = most if is_cut else min(most, max(array.chunks[0]))
    for start in range(0, len(array), at_once):
        yield start, array.variable[start : start + at_once].values
