"""Raw files: pixels and nothing else, so that shape and type must be given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from temstack.errors import DamagedFileError, SettingError
from temstack.formats.found import Axis, Found
from temstack.formats.kinds import RAW
from temstack.formats.on_disk import planes_on_disk
from temstack.formats.rosetta import reading


def read_raw(path: Path, shape: Sequence[int], dtype: DTypeLike, *, offset: int = 0, lazy: bool = False) -> list[Found]:
    """Return the pixels of a raw file.

    Parameters
    ----------
    path : Path
        A file of nothing but pixels after the first `offset` bytes.
    shape : sequence of int
        Of the whole file, slowest axis first: ``(30, 512, 512)`` for 30 planes.
    dtype : dtype
        With its byte order: ``"<u2"`` is little-endian 16-bit unsigned. Pixels come back in the machine's
        order.
    offset : int
        Bytes of a header to skip.
    lazy : bool
        Leave pixels on disk, one plane for each chunk.

    Raises
    ------
    DamagedFileError
        If the file has another size than shape and type ask for.
    SettingError
        If the shape or the type cannot be meant.
    """
    kind, extents = _dtype(dtype), _shape(shape)
    expected = offset + kind.itemsize * int(np.prod(extents))
    size = path.stat().st_size
    if size != expected:
        raise DamagedFileError(
            path.name,
            f"does not have the size of {_times(extents)} pixels of {kind.name}",
            got=f"{size} bytes",
            expected=f"{expected} bytes",
            advice=_advice(size - offset, extents, kind),
        )
    if lazy:
        pixels = planes_on_disk(path, kind, extents, offset)
    else:
        with reading(path, RAW.name):
            pixels = np.fromfile(path, dtype=kind, offset=offset).reshape(extents)
    names = ("y", "x")[-len(extents) :]
    axes = tuple(
        Axis.even(name, "", extent)
        for name, extent in zip((*("",) * (len(extents) - len(names)), *names), extents, strict=True)
    )
    return [Found(pixels, axes)]


def _dtype(dtype: DTypeLike) -> np.dtype[Any]:
    try:
        kind = np.dtype(dtype)
    except TypeError as err:
        raise SettingError(
            "dtype", "is no type of pixels", got=repr(dtype), expected="e.g. '<u2' or 'float32'"
        ) from err
    if kind.kind not in "biufc":
        raise SettingError("dtype", "is no type of pixels", got=repr(dtype), expected="e.g. '<u2' or 'float32'")
    return kind


def _shape(shape: Sequence[int]) -> tuple[int, ...]:
    extents = tuple(int(extent) for extent in shape)
    if not extents or min(extents) < 1:
        raise SettingError("shape", "must be numbers of pixels above 0", got=shape, expected="e.g. (30, 512, 512)")
    return extents


def _times(extents: Sequence[int]) -> str:
    return " × ".join(str(extent) for extent in extents)


def _advice(size: int, extents: Sequence[int], kind: np.dtype[Any]) -> str | None:
    """Return what would fit: another number of planes, or another type."""
    plane = kind.itemsize * int(np.prod(extents[-2:]))
    if size > 0 and len(extents) > 2 and size % plane == 0:
        return f"{size // plane} planes of {_times(extents[-2:])} would fit"
    pixels = int(np.prod(extents))
    if size > 0 and size % pixels == 0 and size // pixels in (1, 2, 4, 8, 16):
        return f"pixels of {size // pixels} bytes would fit"
    return "if the file begins with a header, give its length as offset"
