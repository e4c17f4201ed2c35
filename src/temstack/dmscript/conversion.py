"""Types of pixels and numbers: what each can hold, and the one way a value becomes another type.

The codes are those of DigitalMicrograph. What its makers never published is one rule here, which can be
switched (:class:`ConversionRule`): by default a real number loses its fraction and a whole number that does
not fit wraps round, as in C.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from temstack.dmscript.errors import ScriptRuntimeError

Pixels = NDArray[Any]


class RGB(NamedTuple):
    """A colour: red, green, blue, 0…255 each, and alpha.

    Examples
    --------
    >>> RGB(255, 128, 0)
    RGB(red=255, green=128, blue=0, alpha=0)
    """

    red: int
    green: int
    blue: int
    alpha: int = 0

    @property
    def dm_type(self) -> str:
        """Its type in a script."""
        return "rgbnumber"


RGB_PIXEL = np.dtype([("red", "u1"), ("green", "u1"), ("blue", "u1"), ("alpha", "u1")])
"""One pixel of a colour image."""

PACKED, BINARY, COLOUR = 5, 14, 23

DTYPE_OF_CODE: dict[int, np.dtype[Any]] = {
    1: np.dtype(np.int16),
    2: np.dtype(np.float32),
    3: np.dtype(np.complex64),
    5: np.dtype(np.complex64),
    6: np.dtype(np.uint8),
    7: np.dtype(np.int32),
    8: RGB_PIXEL,
    9: np.dtype(np.int8),
    10: np.dtype(np.uint16),
    11: np.dtype(np.uint32),
    12: np.dtype(np.float64),
    13: np.dtype(np.complex128),
    14: np.dtype(np.bool_),
    23: RGB_PIXEL,
    39: np.dtype(np.int64),
    40: np.dtype(np.uint64),
}
"""Pixel type of each data type code; 5 (packed complex) is kept in full, so it is no smaller than 3 here."""

_CODE_OF_DTYPE = {dtype: code for code, dtype in DTYPE_OF_CODE.items() if code != PACKED}
_WORDS = {
    1: "2-byte signed integer",
    2: "4-byte real",
    3: "8-byte complex",
    5: "8-byte packed complex",
    6: "1-byte unsigned integer",
    7: "4-byte signed integer",
    8: "RGB",
    9: "1-byte signed integer",
    10: "2-byte unsigned integer",
    11: "4-byte unsigned integer",
    12: "8-byte real",
    13: "16-byte complex",
    14: "binary",
    23: "RGB",
    39: "8-byte signed integer",
    40: "8-byte unsigned integer",
}


@dataclass(frozen=True)
class ConversionRule:
    """What happens to a value that its new type cannot hold.

    Parameters
    ----------
    rounding : {"truncate", "nearest"}
        A real number made whole loses its fraction, or goes to the nearest (halves to the even one).
    overflow : {"wrap", "clip"}
        A whole number beyond the range of its type wraps round as in C, or stops at the end of the range.
        What is not a number becomes 0.
    """

    rounding: Literal["truncate", "nearest"] = "truncate"
    overflow: Literal["wrap", "clip"] = "wrap"


AS_DM = ConversionRule()


def dtype_of(code: float) -> np.dtype[Any]:
    """Return the pixel type of a data type code.

    Examples
    --------
    >>> dtype_of(10)
    dtype('uint16')
    """
    dtype = DTYPE_OF_CODE.get(int(code))
    if dtype is None:
        raise ScriptRuntimeError(
            f"{code:g} is no data type of an image; expected one of {', '.join(map(str, DTYPE_OF_CODE))}"
        )
    return dtype


def code_of(dtype: np.dtype[Any]) -> int:
    """Return the data type code of a pixel type; 16-bit floats count as 4-byte real.

    Examples
    --------
    >>> code_of(np.dtype("int8")), code_of(np.dtype(">f4")), code_of(np.dtype(bool))
    (9, 2, 14)
    """
    plain = dtype if dtype.fields else dtype.newbyteorder("=")
    code = _CODE_OF_DTYPE.get(plain)
    if code is not None:
        return code
    if dtype.kind == "f":
        return 2 if dtype.itemsize < 4 else 12
    raise ScriptRuntimeError(f"pixels of type {dtype} have no data type in a script; convert them first")


def type_words(code: int) -> str:
    """Return what a data type is called.

    Examples
    --------
    >>> type_words(9)
    '1-byte signed integer'
    """
    return _WORDS.get(code, f"data type {code}")


def convert(values: Any, dtype: np.dtype[Any], rule: ConversionRule = AS_DM) -> Pixels:
    """Return values in another type.

    Parameters
    ----------
    values : array or scalar
        Numbers, complex numbers, or colours.
    dtype : dtype
        One of :data:`DTYPE_OF_CODE`.
    rule : ConversionRule
        What happens to what does not fit.

    Raises
    ------
    ScriptRuntimeError
        If complex values should become real ones.

    Examples
    --------
    >>> convert([127.9, 128.0, -1.5, 495.0], np.dtype("int8")).tolist()
    [127, -128, -1, -17]
    >>> convert([127.9, 495.0], np.dtype("int8"), ConversionRule("nearest", "clip")).tolist()
    [127, 127]
    """
    given = np.asarray(values)
    if given.dtype == dtype:
        return given
    out = np.empty(given.shape, dtype)
    store(given, out, rule)
    return out


def store(values: Any, out: Pixels, rule: ConversionRule = AS_DM) -> None:
    """Write values into an array of another type; like :func:`convert`, without an array of its own.

    Parameters
    ----------
    values : array or scalar
        Of a shape that broadcasts to that of `out`.
    out : array
        Where they go.
    rule : ConversionRule
        What happens to what does not fit.
    """
    given = colour_pixel(values) if isinstance(values, RGB) else np.asarray(values)
    if given.dtype == out.dtype:
        out[...] = given
    elif out.dtype.fields:
        _store_colours(given, out, rule)
    elif given.dtype.fields:
        store(luminosity(given), out, rule)
    elif out.dtype.kind == "b":
        np.not_equal(given, 0, out=out)
    elif given.dtype.kind == "c" and out.dtype.kind != "c":
        raise ScriptRuntimeError(
            f"complex values do not fit an image of type {type_words(code_of(out.dtype))}; "
            "use real(), imaginary(), modulus() or phase()"
        )
    elif out.dtype.kind in "iu":
        _store_whole(given, out, rule)
    else:
        with np.errstate(over="ignore"):
            np.copyto(out, given, casting="unsafe")


def colour_pixel(colour: RGB) -> Pixels:
    """Return a colour as one pixel of a colour image."""
    return np.array(tuple(colour), RGB_PIXEL)


def luminosity(colours: Pixels) -> Pixels:
    """Return the mean of red, green and blue, what a colour is worth as a number."""
    total = colours["red"].astype(np.float64)
    total += colours["green"]
    total += colours["blue"]
    return np.divide(total, 3)


def _store_colours(given: Pixels, out: Pixels, rule: ConversionRule) -> None:
    if given.dtype.kind == "c":
        raise ScriptRuntimeError("complex values do not fit an RGB image; use rgb() of three real images")
    for name in ("red", "green", "blue"):
        store(given, out[name], ConversionRule(rule.rounding, "clip"))
    out["alpha"] = 0


def _store_whole(given: Pixels, out: Pixels, rule: ConversionRule) -> None:
    limits = np.iinfo(out.dtype)
    if given.dtype.kind == "f" and rule == AS_DM and given.size and _fits_int32(given):
        # C's own conversion drops the fraction; the low bits are those of the smaller type.
        np.copyto(out, given.astype(np.int32), casting="unsafe")
        return
    if given.dtype.kind == "f":
        given = _whole(given, rule)
        if rule.overflow == "wrap" and limits.bits < 64:
            # A float beyond int64 has no defined integer; none of its low bits mean anything anyway.
            given = np.clip(given, -(2.0**63), 2.0**63 - 1024, out=given if given.ndim else None).astype(np.int64)
    if rule.overflow == "clip" or given.dtype.kind == "f":
        given = _between(given, limits)
    np.copyto(out, given, casting="unsafe")


def _fits_int32(given: Pixels) -> bool:
    """Return whether all values lie within 32 bits, as nearly all do; not if one is no number."""
    return bool(given.min() > -(2.0**31) - 1 and given.max() < 2.0**31)


def _whole(given: Pixels, rule: ConversionRule) -> Pixels:
    whole = np.asarray(np.trunc(given) if rule.rounding == "truncate" else np.rint(given), np.float64)
    if np.isnan(whole).any():
        whole = np.nan_to_num(whole, nan=0.0, posinf=np.inf, neginf=-np.inf)
    return whole


def _between(given: Pixels, limits: np.iinfo[Any]) -> Pixels:
    if given.dtype.kind == "f":
        last = np.nextafter(float(limits.max) + 1, 0) if limits.bits == 64 else float(limits.max)
        return np.clip(given, float(limits.min), last)
    known = np.iinfo(given.dtype) if given.dtype.kind in "iu" else np.iinfo(np.uint8)
    return np.clip(given, max(int(limits.min), int(known.min)), min(int(limits.max), int(known.max)))
