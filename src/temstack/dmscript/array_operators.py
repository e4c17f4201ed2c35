"""Operators of the language on arrays, where NumPy's own would fail or mean something else."""

from __future__ import annotations

from typing import Any

import numpy as np

from temstack.dmscript.conversion import RGB, RGB_PIXEL


def as_number(value: Any) -> Any:
    """Return truth values as 1 and 0."""
    if isinstance(value, np.ndarray):
        return value.astype(np.float64) if value.dtype.kind == "b" else value
    return float(value) if isinstance(value, bool | np.bool_) else value


def array_remainder(left: Any, right: Any) -> Any:
    """Return ``left % right`` pixel by pixel, with the sign of the left side."""
    return np.fmod(left, right)


def array_power(base: Any, exponent: Any) -> Any:
    """Return ``base ** exponent`` pixel by pixel."""
    if isinstance(exponent, float) and exponent == 2.0:
        return np.multiply(base, base)
    return np.power(base, exponent)


def array_divide(left: Any, right: Any) -> Any:
    """Return ``left / right`` pixel by pixel; 0 on the right gives infinity."""
    return np.divide(left, right)


def array_bits(op: str, left: Any, right: Any) -> Any:
    """Return ``left & right`` and the like of the whole parts."""
    one, other = np.asarray(left).astype(np.int64), np.asarray(right).astype(np.int64)
    function = {"&": np.bitwise_and, "|": np.bitwise_or, "^": np.bitwise_xor}[op]
    return function(one, other).astype(np.float64)


def choose_pixels(condition: Any, yes: Any, no: Any) -> Any:
    """Return ``condition ? yes : no`` pixel by pixel."""
    if isinstance(yes, RGB) or isinstance(no, RGB):
        yes, no = _colour_array(yes), _colour_array(no)
    return np.where(np.not_equal(condition, 0), yes, no)


def _colour_array(value: Any) -> Any:
    return np.array(tuple(value), RGB_PIXEL) if isinstance(value, RGB) else value
