"""The types of pixels a stack may have, each with the range of values it holds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from temstack.errors import SettingError


class PixelType(NamedTuple):
    """One type of pixel: how a user asks for it, and how NumPy calls it."""

    kind: str
    """``"real"``, ``"complex"``, ``"integer"``, ``"binary"`` or ``"rgb"``."""
    bytes: int
    """Bytes of one pixel."""
    signed: bool
    """Whether values may be below 0."""
    dtype: np.dtype
    """The NumPy type; of one channel for colour."""


PIXEL_TYPES: tuple[PixelType, ...] = (
    PixelType("real", 4, True, np.dtype(np.float32)),
    PixelType("real", 8, True, np.dtype(np.float64)),
    PixelType("complex", 8, True, np.dtype(np.complex64)),
    PixelType("complex", 16, True, np.dtype(np.complex128)),
    PixelType("integer", 1, True, np.dtype(np.int8)),
    PixelType("integer", 1, False, np.dtype(np.uint8)),
    PixelType("integer", 2, True, np.dtype(np.int16)),
    PixelType("integer", 2, False, np.dtype(np.uint16)),
    PixelType("integer", 4, True, np.dtype(np.int32)),
    PixelType("integer", 4, False, np.dtype(np.uint32)),
    PixelType("binary", 1, False, np.dtype(np.bool_)),
    PixelType("rgb", 3, False, np.dtype(np.uint8)),
    PixelType("rgb", 4, False, np.dtype(np.uint8)),
)
"""Every type that can be created, as in DigitalMicrograph. ``rgb`` of 4 bytes has an alpha channel."""

KINDS: tuple[str, ...] = ("real", "complex", "integer", "binary", "rgb")
"""The words for kinds of pixels, as users say them."""

_USUAL_BYTES = {"real": 4, "complex": 8, "integer": 2, "binary": 1, "rgb": 3}


def pixel_type(kind: str, bytes_per_pixel: int | None = None, *, signed: bool = True) -> PixelType:
    """Return the type of pixel that is meant.

    Parameters
    ----------
    kind : str
        One of :data:`KINDS`.
    bytes_per_pixel : int, optional
        Size of a pixel; left out: real 4, complex 8, integer 2, binary 1, rgb 3.
    signed : bool
        Whether an integer may be below 0; the other kinds do not look at it.

    Raises
    ------
    SettingError
        If there is no such kind, or not of this size.

    Examples
    --------
    >>> pixel_type("integer", 1, signed=False).dtype
    dtype('uint8')
    """
    if kind not in KINDS:
        raise SettingError("kind", "is no kind of pixel", got=repr(kind), expected="one of " + ", ".join(KINDS))
    size = _USUAL_BYTES[kind] if bytes_per_pixel is None else bytes_per_pixel
    of_kind = [known for known in PIXEL_TYPES if known.kind == kind]
    for known in of_kind:
        if known.bytes == size and (kind != "integer" or known.signed == signed):
            return known
    sizes = sorted({known.bytes for known in of_kind})
    raise SettingError(
        "bytes", f"is no size of {kind} pixels", got=size, expected=" or ".join(str(each) for each in sizes)
    )


def value_range(dtype: DTypeLike) -> tuple[float, float]:
    """Return the lowest and highest value that a type of pixel holds.

    Parameters
    ----------
    dtype : NumPy type
        For a complex type the range is that of its real and of its imaginary part.

    Returns
    -------
    lowest, highest : int or float
        Integers are exact.

    Examples
    --------
    >>> value_range("int8"), value_range("uint16"), value_range(bool)
    ((-128, 127), (0, 65535), (0, 1))
    """
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return 0, 1
    if kind.kind in "iu":
        whole = np.iinfo(kind)
        return whole.min, whole.max
    if kind.kind in "fc":
        real = np.finfo(kind)
        return float(real.min), float(real.max)
    raise SettingError("dtype", "is no type of pixel", got=kind, expected="numbers")
