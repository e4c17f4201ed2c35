"""Fourier ring correlation: up to which spatial frequency two recordings of the same thing agree."""

from __future__ import annotations

import numpy as np
import scipy.fft
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from temstack.errors import SettingError, StackError
from temstack.stack import counts, pixel_size

Floats = NDArray[np.float64]


def fourier_ring_correlation(
    a: xr.DataArray | ArrayLike, b: xr.DataArray | ArrayLike, *, window: bool = True
) -> xr.DataArray:
    """Return how well two images agree at each spatial frequency.

    ``FRC(k) = Re sum A conj(B) / sqrt(sum |A|^2 sum |B|^2)`` over the ring of frequency k [1]_: 1 where they are the
    same, about 0 where both are noise. A ring is one step of the transform wide.

    Parameters
    ----------
    a, b : (y, x) DataArray or array
        Of the same shape, independent of each other, and aligned.
    window : bool
        Whether to fade both out towards the borders, so that opposite borders do not correlate as a cross.

    Returns
    -------
    correlation : (frequency,) DataArray of float64
        ``frequency`` in cycles per unit of the image (``1/nm``, ``1/px``); ``samples`` is the number of
        independent Fourier coefficients in each ring, and ``half_bit`` the threshold of half a bit per
        coefficient [2]_.

    Raises
    ------
    StackError
        If the images have different shapes, or one is no image or all of one value.

    References
    ----------
    .. [1] W. O. Saxton, W. Baumeister, J. Microsc. 127 (1982) 127.
    .. [2] M. van Heel, M. Schatz, J. Struct. Biol. 151 (2005) 250.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> image = rng.normal(size=(64, 64))
    >>> correlation = fourier_ring_correlation(image, image)
    >>> bool((correlation > 0.999).all()), correlation.frequency.units
    (True, '1/px')
    """
    first, second = _pixels(a, "first image"), _pixels(b, "second image")
    if first.shape != second.shape:
        raise StackError("second image", "has another shape than the first", got=second.shape, expected=first.shape)
    step, units = _step(a)
    fade = _fade(first.shape) if window else np.ones(first.shape)
    transforms = [scipy.fft.rfft2((image - image.mean()) * fade, workers=-1) for image in (first, second)]
    ring, share = _rings(first.shape, step)
    return _labelled(transforms[0], transforms[1], ring, share, first.shape, step, units)


def resolution(correlation: xr.DataArray, threshold: float | str = "half_bit") -> float:
    """Return the finest period that two recordings share, where their correlation first falls below a threshold.

    Parameters
    ----------
    correlation : (frequency,) DataArray
        From :func:`fourier_ring_correlation`.
    threshold : float or "half_bit"
        A correlation such as 1/7, or the curve of half a bit.

    Returns
    -------
    period : float, in the units of the image
        Two pixels where it never falls below; infinite where it is below from the start.

    Examples
    --------
    >>> image = np.random.default_rng(1).normal(size=(64, 64))
    >>> resolution(fourier_ring_correlation(image, image), 1 / 7)
    2.0
    """
    if isinstance(threshold, str) and threshold != "half_bit":
        raise SettingError("threshold", "is unknown", got=repr(threshold), expected="a correlation, or 'half_bit'")
    limit = (
        correlation.coords["half_bit"].values if isinstance(threshold, str) else np.full(correlation.size, threshold)
    )
    frequency, above = correlation.coords["frequency"].values, correlation.values - limit
    # The first rings hold a handful of coefficients, too few to fall below anything for a reason.
    start = int(np.argmax(correlation.coords["samples"].values >= 8))
    below = np.flatnonzero(above[start:] < 0)
    if not len(below):
        return float(1 / correlation.attrs["nyquist"])
    k = start + int(below[0])
    if k == start:
        return float("inf")
    part = above[k - 1] / (above[k - 1] - above[k])
    return float(1 / (frequency[k - 1] + part * (frequency[k] - frequency[k - 1])))


def _pixels(image: xr.DataArray | ArrayLike, name: str) -> Floats:
    bare = counts(image).values if isinstance(image, xr.DataArray) else np.asarray(image)
    if bare.ndim != 2 or np.iscomplexobj(bare) or min(bare.shape) < 8:
        raise StackError(name, "is no image", got=f"shape {bare.shape}", expected="(y, x), 8 px or more")
    values = np.asarray(bare, dtype=np.float64)
    if not np.isfinite(values).all() or values.min() == values.max():
        raise StackError(name, "is all of one value, or has pixels that are no numbers")
    return values


def _step(image: xr.DataArray | ArrayLike) -> tuple[tuple[float, float], str]:
    return pixel_size(image) if isinstance(image, xr.DataArray) else ((1.0, 1.0), "px")


def _fade(shape: tuple[int, ...]) -> Floats:
    from scipy.signal.windows import tukey

    return np.asarray(np.outer(tukey(shape[0], 0.5), tukey(shape[1], 0.5)))


def _rings(shape: tuple[int, ...], step: tuple[float, float]) -> tuple[NDArray[np.intp], Floats]:
    """Return the ring of each coefficient of a real transform, and how many coefficients it stands for."""
    ky, kx = np.fft.fftfreq(shape[0], step[0])[:, None], np.fft.rfftfreq(shape[1], step[1])[None, :]
    ring = np.rint(np.hypot(ky, kx) / _ring_width(shape, step)).astype(np.intp)
    share = np.full(ring.shape, 2.0)
    share[:, 0] = 1
    if shape[1] % 2 == 0:
        share[:, -1] = 1
    return ring, share


def _ring_width(shape: tuple[int, ...], step: tuple[float, float]) -> float:
    return 1 / min(shape[0] * step[0], shape[1] * step[1])


def _labelled(
    a: NDArray[np.complexfloating],
    b: NDArray[np.complexfloating],
    ring: NDArray[np.intp],
    share: Floats,
    shape: tuple[int, ...],
    step: tuple[float, float],
    units: str,
) -> xr.DataArray:
    nyquist = 0.5 / max(step)
    last = int(nyquist / _ring_width(shape, step) + 1e-9)

    def sums(values: Floats) -> Floats:
        total = np.bincount(ring.ravel(), (share * values).ravel(), minlength=last + 1)
        return np.asarray(total[1 : last + 1], dtype=np.float64)

    power = sums(np.abs(a) ** 2) * sums(np.abs(b) ** 2)
    cross = sums((a * b.conj()).real)
    values = np.divide(cross, np.sqrt(power), out=np.zeros_like(cross), where=power > 0)
    samples = sums(np.ones(ring.shape)) / 2  # the other half is their complex conjugate
    frequency = np.arange(1, last + 1) * _ring_width(shape, step)
    return xr.DataArray(
        values,
        dims=("frequency",),
        coords={
            "frequency": ("frequency", frequency, {"units": f"1/{units}"}),
            "samples": ("frequency", samples),
            "half_bit": ("frequency", _half_bit(samples)),
        },
        attrs={"nyquist": nyquist},
        name="Fourier ring correlation",
    )


def _half_bit(samples: Floats) -> Floats:
    """Return the correlation at which a coefficient holds half a bit, for rings of few samples higher."""
    root = np.sqrt(np.maximum(samples, 1))
    return np.asarray(np.minimum((0.2071 + 1.9102 / root) / (1.2071 + 0.9102 / root), 1.0))
