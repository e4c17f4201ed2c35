"""Planes as the sum of their frequencies, and parts of complex values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from temstack.errors import SettingError
from temstack.stack import check_stack, pixel_coordinate, pixel_size, with_history
from temstack.volume.blockwise import as_counts, map_planes

SHOWN = ("modulus", "power", "log", "complex")
"""What is kept of a Fourier transform: its modulus, the square of that, the logarithm of 1 + modulus, or all of it."""

PARTS: dict[str, Callable[[Any], Any]] = {
    "modulus": np.abs,
    "phase": np.angle,
    "real": np.real,
    "imaginary": np.imag,
}
"""Parts of complex values; the phase is in rad, -π … π."""

_KEEP: dict[str, Callable[[Any], Any]] = {
    "modulus": np.abs,
    "power": lambda spectrum: np.abs(spectrum) ** 2,
    "log": lambda spectrum: np.log1p(np.abs(spectrum)),
    "complex": lambda spectrum: spectrum,
}


def fourier_transform(stack: xr.DataArray, show: str = "modulus", *, is_windowed: bool = False) -> xr.DataArray:
    """Return the Fourier transform of every plane, with frequency 0 in the middle.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray
        Counts are transformed, without any factor: frequency 0 is their sum.
    show : {"modulus", "power", "log", "complex"}
        What is kept.
    is_windowed : bool
        Take the mean away and let planes fade towards their borders (Hann window), which removes the cross that
        unequal borders make.

    Returns
    -------
    stack : DataArray
        Positions along ``y`` and ``x`` are frequencies, in one over the units there were, e.g. ``1/nm``; 0 is the
        pixel ``size // 2``. Lazy where the stack is.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> spectrum = fourier_transform(label_stack(np.ones((1, 4, 4)), pixel_size=0.5, pixel_units="nm"))
    >>> float(spectrum.sel(y=0, x=0)[0]), spectrum.x.values, spectrum.x.units
    (16.0, array([-1. , -0.5,  0. ,  0.5]), '1/nm')
    """
    image = as_counts(stack if stack.dims == ("y", "x") else check_stack(stack))
    if show not in SHOWN:
        raise SettingError("show", "is unknown", got=repr(show), expected="one of " + ", ".join(SHOWN))
    full = np.result_type(image.dtype, np.complex64)
    dtype = full if show == "complex" else np.empty(0, full).real.dtype
    pixels = map_planes(image, lambda plane: _KEEP[show](_transformed(plane, is_windowed)), dtype)
    coords: dict[str, Any] = {str(n): c for n, c in image.coords.items() if not {"y", "x"} & set(c.dims)}
    coords |= _frequencies(image)
    attrs = {key: value for key, value in image.attrs.items() if key != "intensity_units"}
    result = xr.DataArray(pixels, dims=image.dims, coords=coords, name=image.name, attrs=attrs)
    return with_history(result, "fourier_transform", show=show, is_windowed=is_windowed)


def complex_part(stack: xr.DataArray, part: str = "modulus") -> xr.DataArray:
    """Return the modulus, phase, real or imaginary part of complex pixels.

    Parameters
    ----------
    stack : (plane-like, y, x) or (y, x) DataArray, complex
    part : {"modulus", "phase", "real", "imaginary"}

    Returns
    -------
    stack : DataArray, real
        Lazy where the stack is.

    Examples
    --------
    >>> from temstack.stack import label_stack
    >>> complex_part(label_stack(np.array([[[3 + 4j]]]))).values
    array([[[5.]]])
    """
    if part not in PARTS:
        raise SettingError("part", "is unknown", got=repr(part), expected="one of " + ", ".join(PARTS))
    if stack.dtype.kind != "c":
        raise SettingError("stack", "is not complex", got=stack.dtype)
    return with_history(stack.copy(data=PARTS[part](stack.data)), "complex_part", part=part)


def _transformed(plane: NDArray[Any], is_windowed: bool) -> NDArray[Any]:
    from scipy import fft

    values = plane
    if is_windowed:
        rows, columns = (_hann(size, plane.dtype) for size in plane.shape)
        values = (plane - plane.mean()) * rows[:, None] * columns
    return np.asarray(fft.fftshift(fft.fft2(values)))


def _hann(size: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a window that is 0 just outside both ends, and 1 for a single pixel."""
    real = np.empty(0, dtype).real.dtype
    return (
        (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(size) + 0.5) / size)).astype(real) if size > 1 else np.ones(1, real)
    )


def _frequencies(image: xr.DataArray) -> dict[str, xr.Variable]:
    (dy, dx), units = pixel_size(image)
    inverse = units[2:] if units.startswith("1/") else f"1/{units}"
    axes = {}
    for dim, pixel in (("y", dy), ("x", dx)):
        size = image.sizes[dim]
        step = 1 / (size * pixel)
        axes[dim] = pixel_coordinate(dim, size, step, -(size // 2) * step, inverse)
    return axes
