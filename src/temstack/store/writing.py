"""Writing an array to a store, plane by plane."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.stack.across import blocks_across, is_across
from temstack.stack.durable import replace_when_done
from temstack.stack.progress import Progress, no_progress
from temstack.store.layout import PIXELS, template

_BLOCK_BYTES = 2**26
"""Planes read at once: those of one chunk, as long as they take less than this (64 MiB)."""

_ROWS_BYTES = 2**22
"""Size of the chunks that standard errors and other images beside the pixels are kept in."""

_TURNED_BYTES = 2**25
"""Of a stack that is turned, so much (32 MiB)."""


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
    for name, coord in dataset.coords.items():
        if coord.ndim > 1 and coord.chunks is None:
            encoding.setdefault(str(name), {})["chunks"] = _few_rows(coord)
    with warnings.catch_warnings():
        # Zarr announces that strings of variable length may come to be stored in another way.
        warnings.filterwarnings("ignore", message=".*does not have a Zarr V3 specification.*")
        dataset.to_zarr(path, mode="w-", compute=False, zarr_format=3, consolidated=False, encoding=encoding)


def _few_rows(images: xr.DataArray) -> tuple[int, ...]:
    """Return chunks of a few rows for values as large as images, such as standard errors: each is copied on its way."""
    *others, rows, columns = images.shape
    few = max(1, min(rows, _ROWS_BYTES // max(1, columns * images.dtype.itemsize)))
    return (*(1 for _ in others), few, columns)


def write_pixels(array: xr.DataArray, path: Path, progress: Progress = no_progress) -> None:
    """Write the pixels of an array to a store that :func:`create_store` made."""
    import zarr

    target = zarr.open_group(path, mode="r+")[PIXELS]
    assert isinstance(target, zarr.Array)
    # Looking whether a plane is all zeros, to leave it out, takes longer than to compress and write it.
    target = target.with_config({"write_empty_chunks": True})
    if array.ndim - ("channel" in array.dims) < 3:
        target[...] = _as_stored(array.values)
        return
    planes = len(array)
    for start, block in _blocks(array, path):
        for offset, plane in enumerate(block):
            target[start + offset] = _as_stored(plane)
            progress("writing planes", start + offset + 1, planes)
        del block, plane  # before the next block is read: two would take twice the memory


def _as_stored(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels.astype(np.int8) if pixels.dtype == bool else pixels


def _blocks(array: xr.DataArray, folder: Path) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield the planes along the first axis, as many at once as share a chunk and fit into memory."""
    if array.chunks is None:
        yield 0, array.values
        return
    most = (_TURNED_BYTES if is_across(array) else _BLOCK_BYTES) * len(array) // max(array.nbytes, 1)
    if is_across(array):
        yield from blocks_across(array, max(1, most), folder=folder)
        return
    at_once = max(1, min(most, *array.chunks[0]))
    for start in range(0, len(array), at_once):
        yield start, array.variable[start : start + at_once].values
