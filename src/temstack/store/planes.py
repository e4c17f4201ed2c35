"""The files that hold planes: how one is named, encoded and checked, bit for bit as Zarr does it.

Zarr would write them too, but it neither forces them to disk nor tells when they are safe.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from temstack.store.disk import write_forced

COMPRESSION = {"cname": "lz4", "clevel": 1, "shuffle": "bitshuffle"}
"""Of pixels, in the words of Zarr; see :func:`temstack.store.writing.create_store`."""

KEY_ENCODING = {"name": "default", "separator": "."}
"""All planes lie in one folder, so that forcing one folder to disk makes their names safe."""


def plane_file(folder: Path, variable: str, index: int, axis: int = 0, axes: int = 3) -> Path:
    """Return the file of one plane.

    Parameters
    ----------
    folder : Path
        The store.
    variable : str
        ``"pixels"``, ``"dark"``.
    index : int
    axis, axes : int
        Along which axis planes lie, of how many.

    >>> plane_file(Path("a.zarr"), "pixels", 7).as_posix()
    'a.zarr/pixels/c.7.0.0'
    """
    place = ["0"] * axes
    place[axis] = str(index)
    return folder / variable / ".".join(["c", *place])


def take_file(folder: Path, index: int, take: int) -> Path:
    """Return where a plane is written before it takes its place."""
    return folder / "pixels" / f".plane-{index}-take-{take}"


def encoded(pixels: NDArray[Any], *, compress: bool = True) -> bytes:
    """Return a plane as its file holds it: little-endian, rows one after the other, compressed or only wrapped."""
    from numcodecs.blosc import Blosc  # type: ignore[import-untyped]

    little = np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<"))
    codec = Blosc(COMPRESSION["cname"], COMPRESSION["clevel"] if compress else 0, Blosc.BITSHUFFLE)
    return bytes(codec.encode(little))


def write_take(path: Path, pixels: NDArray[Any]) -> tuple[int, int]:
    """Write a plane, force it to disk, and return the checksum and length of its file."""
    return write_encoded(path, encoded(pixels))


def write_encoded(path: Path, data: bytes) -> tuple[int, int]:
    """Write what a file shall hold, force it to disk, and return its checksum and length."""
    try:
        write_forced(path, data)
    except OSError:
        path.unlink(missing_ok=True)  # room for what comes: the disk may be full
        raise
    return crc32(data), len(data)


def is_intact(path: Path, crc: int, size: int) -> bool:
    """Return whether a file is what its journal says."""
    try:
        return path.stat().st_size == size and crc32(path.read_bytes()) == crc
    except OSError:
        return False
