"""Writing an array to a store, plane by plane."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress
from temstack.store.layout import PIXELS, template

_BLOCK_BYTES = 2**27
"""Planes read at once: those of one chunk, as long as they take less than this (128 MiB)."""


_CHUNKS_AT_ONCE = 8


def write_stack(
    array: xr.DataArray, path: str | Path, *, overwrite: bool = False, progress: Progress = no_progress
) -> Path:
    """Write an array as a Zarr store that appears under its name only when it is complete and safe on disk.

    Parameters
    ----------
    array : DataArray
        Of any layout. Pixels are stored as they are; dask pixels are read a few planes at a time, so the
        array may be larger than memory.
    path : str or Path
        The store, a folder; usually named ``….zarr``.
    overwrite : bool
        Replace a store that is there.
    progress : Progress
        Told after every plane.

    Returns
    -------
    Path
        *path*.

    Raises
    ------
    OutputExistsError
        If *path* exists and *overwrite* was not given.
    StorageError
        If the disk is full, read-only or forbidden.
    """
    path = Path(path)
    with replace_when_done(path, overwrite=overwrite, folder=True) as temporary:
        create_store(array, temporary)
        write_pixels(array, temporary, progress)
    return path


def create_store(array: xr.DataArray, path: Path) -> None:
    """Write everything but the pixels; until planes are written they read as zeros.

    Counts with noise in 16 bits shrink to 40 % this way as fast as they are written as they are; Zarr's own
    choice, zstd, takes four times as long for no better result.
    """
    from zarr.codecs import BloscCodec

    dataset = template(array)
    chunks = tuple(sizes[0] for sizes in dataset[PIXELS].chunks or ())
    encoding: dict[str, dict[str, Any]] = {
        PIXELS: {
            "chunks": chunks,
            "compressors": (BloscCodec(cname="lz4", clevel=1, shuffle="bitshuffle"),),
            # Left to itself xarray would make missing floats NaN, and a plane that is not written yet is zero.
            "_FillValue": None,
            "fill_value": dataset[PIXELS].dtype.type(0),
        }
    }
    floats = [str(name) for name, coord in dataset.coords.items() if coord.dtype.kind == "f"]
    encoding |= {name: {"_FillValue": None} for name in floats}
    with warnings.catch_warnings():
        # Zarr announces that strings of variable length may come to be stored in another way.
        warnings.filterwarnings("ignore", message=".*does not have a Zarr V3 specification.*")
        dataset.to_zarr(path, mode="w-", compute=False, zarr_format=3, consolidated=False, encoding=encoding)


def write_pixels(array: xr.DataArray, path: Path, progress: Progress = no_progress) -> None:
    """Write the pixels of an array to a store that :func:`create_store` made."""
    import zarr

    target = zarr.open_group(path, mode="r+")[PIXELS]
    assert isinstance(target, zarr.Array)
    if array.ndim - ("channel" in array.dims) < 3:
        target[...] = _as_stored(array.values)
        return
    planes = len(array)
    for start, block in _blocks(array):
        for offset, plane in enumerate(block):
            target[start + offset] = _as_stored(plane)
            progress("writing planes", start + offset + 1, planes)
        del block, plane  # before the next block is read: two would take twice the memory


def _as_stored(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels.astype(np.int8) if pixels.dtype == bool else pixels


def _blocks(array: xr.DataArray) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield the planes along the first axis, as many at once as share a chunk and fit into memory."""
    if array.chunks is None:
        yield 0, array.values
        return
    most = max(1, _BLOCK_BYTES * len(array) // max(array.nbytes, 1))
    # A chunk that spans other axes in pieces is read whole for each block, so blocks are made large.
    at_once = most if any(len(sizes) > 1 for sizes in array.chunks[1:]) else min(most, max(array.chunks[0]))
    for start in range(0, len(array), at_once):
        yield start, _read(array, start, min(start + at_once, len(array)))


def _read(array: xr.DataArray, start: int, stop: int) -> NDArray[Any]:
    """Return some planes; where each takes a little of many chunks, a few chunks at a time, never all of it twice."""
    chunks: tuple[tuple[int, ...], ...] = array.chunks or ()
    axis = next((axis for axis in range(1, len(chunks)) if len(chunks[axis]) > 1), None)
    if axis is None:
        return np.asarray(array.variable[start:stop].values)
    block = np.empty((stop - start, *array.shape[1:]), array.dtype)
    edges = [0, *np.cumsum(chunks[axis])[_CHUNKS_AT_ONCE - 1 : -1 : _CHUNKS_AT_ONCE].tolist(), array.shape[axis]]
    for first, last in pairwise(edges):
        place = (slice(None),) * axis + (slice(first, last),)
        block[place] = array.variable[(slice(start, stop), *place[1:])].values
    return block
