"""Another type of pixel, and what becomes of values that it cannot hold.

The rule, the same everywhere in temstack:

1. A real value becomes the nearest integer, a half the nearest *even* one (0.5 → 0, 1.5 → 2): rounding adds
   no bias to counts.
2. A value outside the range of the new type becomes the nearest value inside (``overflow="clip"``): 200 in a
   signed byte becomes 127. A :class:`StackRangeWarning` says how many there were, and of which range.
   ``overflow="wrap"`` starts again at the other end, as C does: 200 becomes -56, with the same warning.
   ``overflow="error"`` refuses.
3. NaN is no number: it becomes 0 in an integer type, and is counted in the warning. An infinite value
   counts as one outside the range, which cannot wrap and so becomes 0 under ``"wrap"``.
4. For the binary type a value is true if it is not 0; NaN is false. Nothing lies outside.
5. Real types are treated alike: a finite value beyond the range is clipped or refused (it cannot wrap);
   NaN and infinity stay what they are.
6. Complex values become complex only. Take ``abs(stack)``, ``stack.real`` or ``stack.imag`` first: nothing is
   dropped silently. Colours stay bytes.

With dask pixels nothing is computed: each block warns (or refuses) when it is computed.
"""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import xarray as xr
from numpy.typing import DTypeLike, NDArray

from temstack.errors import SettingError
from temstack.stack.convention import with_history
from temstack.stack.types import PIXEL_TYPES, value_range

Overflow = Literal["clip", "wrap", "error"]
"""What happens to values outside the range of the new type."""


class StackRangeWarning(UserWarning):
    """Some values did not fit into the range of the new type of pixel."""


class _Misfits(NamedTuple):
    """Which values an integer or real type cannot hold."""

    below: NDArray[np.bool_]
    above: NDArray[np.bool_]
    nan: NDArray[np.bool_]


def convert_type(stack: xr.DataArray, dtype: DTypeLike, overflow: Overflow = "clip") -> xr.DataArray:
    """Return the stack with another type of pixel; :mod:`temstack.stack.convert` states the rule.

    Parameters
    ----------
    stack : DataArray
        Raw pixels are converted, not counts: ``scale`` stays with them.
    dtype : NumPy type
        One of the types a stack may be created with, e.g. ``"int16"`` or ``"float32"``.
    overflow : str
        ``"clip"``, ``"wrap"`` or ``"error"``.

    Returns
    -------
    stack : DataArray of `dtype`
        With the same axes, per-plane values and attributes; lazy where the stack given is.

    Warns
    -----
    StackRangeWarning
        If values lay outside the range: how many, and how far.

    Raises
    ------
    SettingError
        If values lie outside and ``overflow="error"``, the type is unknown, or complex values would lose
        a part.

    Examples
    --------
    The lecture fills a stack of signed bytes, which end at 127, with values up to 495:

    >>> from temstack.stack import create_stack, icol, iplane, irow
    >>> stack = create_stack("integer", (5, 100, 100), bytes=1)
    >>> values = irow(stack) + icol(stack) * iplane(stack)
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     filled = convert_type(values, stack.dtype)
    >>> print(caught[0].message)
    23956 of 50000 values lie outside the range -128 … 127 of int8 (0 … 495) and were clipped to it
    >>> filled.dtype, int(filled.max())
    (dtype('int8'), 127)
    """
    wanted = _known(dtype)
    _refuse_losses(stack, wanted)
    if overflow not in get_args(Overflow):
        raise SettingError(
            "overflow", "is no rule", got=repr(overflow), expected="one of " + ", ".join(get_args(Overflow))
        )
    if overflow == "wrap" and wanted.kind in "fc":
        raise SettingError(
            "overflow", f"cannot be 'wrap' for {wanted}: only integers wrap", expected="'clip' or 'error'"
        )
    converted = stack.copy(deep=False, data=_convert_lazily(stack, wanted, overflow))
    return with_history(converted, "convert_type", dtype=str(wanted), overflow=overflow)


def convert_values(values: NDArray[Any], dtype: np.dtype[Any], overflow: Overflow = "clip") -> NDArray[Any]:
    """Return an array in another type by the rule above; :func:`convert_type` does this to a stack."""
    if dtype.kind == "b":
        nan = values != values  # true for NaN, and works for every type
        return np.asarray((values != 0) & ~nan)
    if np.can_cast(values.dtype, dtype, "safe"):
        return values.astype(dtype)
    if dtype.kind == "c":
        return _convert_complex(values, dtype, overflow)
    whole = np.rint(_widened(values)) if dtype.kind in "iu" and values.dtype.kind == "f" else _widened(values)
    misfits = _misfits(whole, dtype)
    _report(values, misfits, dtype, overflow)
    return _wrapped(whole, misfits, dtype) if overflow == "wrap" else _clipped(whole, misfits, dtype)


def _known(dtype: DTypeLike) -> np.dtype[Any]:
    wanted = np.dtype(dtype).newbyteorder("=")
    known = {each.dtype for each in PIXEL_TYPES}
    if wanted not in known:
        raise SettingError(
            "dtype",
            "is no type of pixel",
            got=wanted,
            expected="one of " + ", ".join(sorted(map(str, known))),
        )
    return wanted


def _refuse_losses(stack: xr.DataArray, dtype: np.dtype[Any]) -> None:
    if stack.dtype.kind == "c" and dtype.kind != "c":
        raise SettingError(
            "dtype",
            "would drop a part of complex values",
            got=f"{stack.dtype} to {dtype}",
            advice="take abs(stack), stack.real or stack.imag first",
        )
    if "channel" in stack.dims and dtype != stack.dtype:
        raise SettingError(
            "dtype",
            "must stay uint8 for colours",
            got=dtype,
            advice="take one channel first: stack.sel(channel='red', drop=True)",
        )


def _convert_lazily(stack: xr.DataArray, dtype: np.dtype[Any], overflow: Overflow) -> Any:
    convert = partial(convert_values, dtype=dtype, overflow=overflow)
    if stack.chunks is None:
        return convert(stack.values)
    # Given its meta, dask does not try the function on an empty array first.
    return stack.data.map_blocks(convert, dtype=dtype, meta=np.empty((0,) * stack.ndim, dtype=dtype))


def _widened(values: NDArray[Any]) -> NDArray[Any]:
    """Return half-precision values in a type that the limits of the others can be compared in."""
    return values.astype(np.float32) if values.dtype == np.float16 else values


def _misfits(values: NDArray[Any], dtype: np.dtype[Any]) -> _Misfits:
    lowest, highest = value_range(dtype)
    nothing = np.zeros(values.shape, dtype=np.bool_)
    if dtype.kind == "f":
        finite = np.isfinite(values)
        return _Misfits(finite & (values < lowest), finite & (values > highest), nothing)
    if values.dtype.kind == "f":
        # highest + 1 is a power of 2 and exact in floating point, highest itself may not be.
        return _Misfits(values < float(lowest), values >= float(highest + 1), np.isnan(values))
    return _Misfits(values < lowest, values > highest, nothing)


def _report(values: NDArray[Any], misfits: _Misfits, dtype: np.dtype[Any], overflow: Overflow) -> None:
    """Warn of, or refuse, the values that do not fit."""
    outside = int(np.count_nonzero(misfits.below) + np.count_nonzero(misfits.above))
    nans = int(np.count_nonzero(misfits.nan))
    lowest, highest = value_range(dtype)
    found = []
    if outside:
        within = f"the range {lowest:.10g} … {highest:.10g} of {dtype}"
        extent = f"{np.nanmin(values):.6g} … {np.nanmax(values):.6g}"
        done = {"clip": " and were clipped to it", "wrap": " and were wrapped around", "error": ""}[overflow]
        found.append(f"{outside} of {values.size} values lie outside {within} ({extent}){done}")
    if nans:
        done = "" if overflow == "error" else " and became 0"
        found.append(f"{nans} of {values.size} values are NaN{done}")
    if found and overflow == "error":
        raise SettingError("pixels", "; ".join(found), advice="choose a wider type, or overflow='clip' or 'wrap'")
    if found:
        warnings.warn("; ".join(found), StackRangeWarning, stacklevel=2)


def _clipped(values: NDArray[Any], misfits: _Misfits, dtype: np.dtype[Any]) -> NDArray[Any]:
    lowest, highest = value_range(dtype)
    inside = ~(misfits.below | misfits.above | misfits.nan)
    result = np.zeros(values.shape, dtype=dtype)
    np.copyto(result, values, where=inside, casting="unsafe")
    result[misfits.below], result[misfits.above] = lowest, highest
    return result


def _wrapped(values: NDArray[Any], misfits: _Misfits, dtype: np.dtype[Any]) -> NDArray[Any]:
    if values.dtype.kind in "iu":
        return values.astype(dtype)
    finite = np.where(np.isfinite(values), values, 0).astype(np.float64)
    # The remainder is below 2**32 and so exact; the step to a signed type then wraps as C does.
    return np.mod(finite, 2.0 ** (8 * dtype.itemsize)).astype(np.uint64).astype(dtype)


def _convert_complex(values: NDArray[Any], dtype: np.dtype[Any], overflow: Overflow) -> NDArray[Any]:
    part = np.empty(0, dtype=dtype).real.dtype
    result = np.empty(values.shape, dtype=dtype)
    result.real = convert_values(values.real, part, overflow)
    result.imag = convert_values(values.imag, part, overflow)
    return result
