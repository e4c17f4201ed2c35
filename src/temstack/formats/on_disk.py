"""Pixels that stay in their file until they are used, one plane at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def planes_on_disk(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int = 0) -> Any:
    """Return pixels that lie in one piece in a file, as a dask array with one chunk for each plane.

    The file is opened for each plane and closed again: memory maps of a thousand files would each hold one
    open, more than a system allows.

    Parameters
    ----------
    path : Path
        The file.
    dtype : dtype
        Type of a pixel with its byte order; the array has the machine's.
    shape : tuple of int
        Of the whole, slowest axis first; the last two are a plane.
    offset : int, bytes
        Where the pixels begin.
    """
    import dask.array as da
    from dask import delayed

    plane = shape[-2:]
    bytes_per_plane = dtype.itemsize * int(np.prod(plane))
    starts = [offset + index * bytes_per_plane for index in range(int(np.prod(shape[:-2])))]
    read, native = delayed(_read_plane, pure=False), dtype.newbyteorder("=")
    planes = [da.from_delayed(read(path, dtype, plane, start), plane, native) for start in starts]
    return da.stack(planes).reshape(shape)


def _read_plane(path: Path, dtype: np.dtype[Any], shape: tuple[int, ...], offset: int) -> NDArray[Any]:
    pixels = np.fromfile(path, dtype=dtype, count=int(np.prod(shape)), offset=offset)
    return pixels.reshape(shape).astype(dtype.newbyteorder("="), copy=False)
