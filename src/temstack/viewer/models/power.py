"""The power spectrum of a plane: how much of which spatial frequency, and which spacing that is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from temstack.viewer.models.calibration import PixelAxis

WINDOWS = {"Hann": "no cross from the edges of the image", "none": "sharpest, with a cross from the edges"}
"""What the plane is multiplied with before it is transformed."""


def power_spectrum(plane: NDArray[Any], *, window: str = "Hann") -> NDArray[np.float32]:
    """Return the power of each spatial frequency, zero frequency in the middle.

    Parameters
    ----------
    plane : (y, x)
        Real or complex; its mean is taken off, pixels without a value count as mean.
    window : str
        One of :data:`WINDOWS`.

    Returns
    -------
    power : (y, x) float32, counts²
        Zero frequency at pixel ``(height // 2, width // 2)``.

    Examples
    --------
    >>> wave = np.cos(2 * np.pi * np.arange(64) / 8)[None, :] * np.ones((64, 1))
    >>> power = power_spectrum(wave)
    >>> [int(each) for each in np.unravel_index(power[:, 33:].argmax(), (64, 31))]
    [32, 7]
    """
    import scipy.fft

    values = np.asarray(plane, dtype=np.complex64 if np.iscomplexobj(plane) else np.float32)
    finite = np.isfinite(values)
    mean = values.mean(where=finite) if finite.any() else 0
    values = np.where(finite, values - mean, 0)
    if window == "Hann":
        # A periodic window: its transform is three points wide, whatever the size.
        tapers = [0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size) for size in values.shape]
        values = values * tapers[0].astype(np.float32)[:, None] * tapers[1].astype(np.float32)[None, :]
    spectrum = scipy.fft.fftshift(scipy.fft.fft2(values))
    return np.asarray(spectrum.real**2 + spectrum.imag**2, dtype=np.float32)


def frequency_axis(axis: PixelAxis) -> PixelAxis:
    """Return the axis of spatial frequencies of a transformed image, in 1/nm where pixels are in nm.

    Examples
    --------
    >>> frequency_axis(PixelAxis("x", 100, 0.1, 0.0, "nm")).position(100 // 2 + 0.5), frequency_axis(
    ...     PixelAxis("x", 100, 0.1, 0.0, "nm")
    ... ).units
    (0.0, '1/nm')
    """
    step = 1 / (axis.size * abs(axis.step))
    return PixelAxis(
        f"k{axis.name}", axis.size, step, -(axis.size // 2) * step, f"1/{axis.units}" if axis.units else ""
    )


def spacing_in_words(ky: float, kx: float, units: str) -> str:
    """Return which spacing a spatial frequency is, how large it is itself, and its direction.

    Parameters
    ----------
    ky, kx : float, 1/units
    units : str
        Of lengths, e.g. ``"nm"``.

    Examples
    --------
    >>> spacing_in_words(0.0, 4.0, "nm")
    'd = 0.25 nm   k = 4 1/nm   0°'
    """
    k = float(np.hypot(ky, kx))
    if k == 0:
        return "zero frequency"
    # Angles as in mathematics: counter-clockwise from the right, while y points down.
    angle = float(np.degrees(np.arctan2(-ky, kx)))
    return f"d = {1 / k:.4g} {units}   k = {k:.4g} 1/{units}   {angle + 0.0:.0f}°".replace("-", "−")
