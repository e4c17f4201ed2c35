"""How well the drift of a series can be known at all: the Cramér–Rao bound for a known template.

If the picture without noise were known, the drift could still not be told better than the noise allows [1]_, [2]_.
Electrons arrive as a Poisson process of mean λ. Moving the specimen by a little changes λ by its gradient ∂λ, so each
pixel tells (∂λ)²/λ about the drift. The scintillator blurs electrons and their noise alike, which loses nothing; what
does lose something is the read noise added afterwards, and the fixed gain pattern, which is the same in all planes and
unknown. In the Fourier transform, with the gradients D divided by √λ and the transfer T of the scintillator, the planes
are disturbed by independent noise ``T² + r²/λ`` and by the pattern ``g √λ``, common to all of them. The Fisher
information is ``F = Re D* C⁻¹ D`` summed over all frequencies, where C is the covariance of that noise between planes.

The error that is compared with it has its mean over the planes removed, and so has the bound. Nobody knows the
template: an estimate from the series itself must stay above this bound, how far :mod:`~drift_bench.attainable` says.

References
----------
.. [1] D. Robinson, P. Milanfar, IEEE Transactions on Image Processing 13 (2004) 1185.
.. [2] S. M. Kay, Fundamentals of Statistical Signal Processing: Estimation Theory (1993), chapter 3.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from temstack.testing import Detector

Floats = NDArray[np.float64]
Image = NDArray[np.float32]
Modes = NDArray[np.complex64]

DARKEST = 0.02
_ROUNDING_VARIANCE = 1 / 12


def known_template_bound(moving: Image, detector: Detector, *, lighting: Image | None = None) -> float:
    """Return the least rms distance from the truth, in px, that a series allows.

    Parameters
    ----------
    moving : (n, y, x) float32, electrons per px
        Mean electrons of each plane without noise or blur, where the specimen moves.
    detector : Detector
    lighting : (y, x), dimensionless
        By what the detector's side multiplies it; it does not move.

    Returns
    -------
    float, px
        Square root of the mean over planes of the variances along y and x added, mean over planes removed.
    """
    covariance = np.linalg.inv(fisher_information(moving, detector, lighting=lighting))
    n = len(moving)
    centre = np.eye(n) - 1 / n
    total = sum(np.trace(centre @ covariance[a::2, a::2] @ centre) for a in (0, 1))
    return float(np.sqrt(total / n))


def fisher_information(moving: Image, detector: Detector, *, lighting: Image | None = None) -> Floats:
    """Return the (2n, 2n) Fisher information of the drift, px⁻²; rows are y and x of plane 0, of plane 1, …"""
    n, rows, columns = moving.shape
    window = np.outer(hann(rows), hann(columns)).astype(np.float32)
    ky, kx = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :]
    counted = np.full(kx.shape, 2.0, np.float32)  # half of the Fourier plane stands for all of it
    counted[0, 0] = 1.0
    if columns % 2 == 0:
        counted[0, -1] = 1.0
    root_count = np.sqrt(counted / (rows * columns * np.mean(window.astype(float) ** 2)))

    own = np.zeros((2 * n, 2 * n))
    through_pattern = np.empty((2 * n, rows * kx.size), np.complex64)
    pattern_seen = np.zeros((rows, kx.size), np.float32)
    for plane in range(n):
        mean = float(moving[plane].mean() if lighting is None else (moving[plane] * lighting).mean())
        transfer, noise, pattern = disturbance(detector, mean, np.hypot(ky, kx))
        gradient = _normalised_gradient(moving[plane], lighting, window) * (transfer * root_count)
        both = slice(2 * plane, 2 * plane + 2)
        flat = (gradient / np.sqrt(noise)).reshape(2, -1)
        own[both, both] = np.real(flat.conj() @ flat.T)
        through_pattern[both] = (gradient * (pattern / noise)).reshape(2, -1)
        pattern_seen += pattern**2 / noise
    through_pattern /= np.sqrt(1 + pattern_seen).reshape(1, -1)
    return np.asarray(own - np.real(through_pattern.conj() @ through_pattern.T), float)


def disturbance(detector: Detector, mean_electrons: float, frequency: Floats) -> tuple[Image, Image, float]:
    """Return a detector's transfer, its noise power and the amplitude of its fixed pattern, shot noise being 1.

    Parameters
    ----------
    detector : Detector
    mean_electrons : float, electrons per px
    frequency : (y, x), cycles per px
    """
    transfer = np.exp(-2 * (np.pi * detector.blur_px * frequency) ** 2).astype(np.float32)
    read = (detector.read_noise_counts**2 + _ROUNDING_VARIANCE) / detector.counts_per_electron**2
    noise = transfer**2 + np.float32(read / mean_electrons)
    return transfer, noise, detector.gain_error * float(np.sqrt(mean_electrons))


def _normalised_gradient(moving: Image, lighting: Image | None, window: Image) -> Modes:
    """Return the transforms (2, y, x/2 + 1) of ∂λ/√λ under a window.

    The plane is no period of anything, so it is differentiated under the window, which makes it one, and what the
    window's own slope added is taken away again.
    """
    rows, columns = moving.shape
    mean = float(moving.mean())
    transform = scipy.fft.rfft2((moving - mean) * window)
    slopes = _hann_slope(rows)[:, None] * hann(columns)[None, :], hann(rows)[:, None] * _hann_slope(columns)[None, :]
    frequencies = _odd_frequencies(rows)[:, None], _odd_frequencies(columns)[None, : columns // 2 + 1]
    light = 1.0 if lighting is None else lighting
    expected = np.maximum(moving * light, DARKEST * mean)
    gradients = []
    for slope, frequency in zip(slopes, frequencies, strict=True):
        under_window = scipy.fft.irfft2(2j * np.pi * frequency * transform, s=moving.shape)
        change = (under_window - (moving - mean) * slope) * light / np.sqrt(expected)
        gradients.append(scipy.fft.rfft2(change.astype(np.float32)))
    return np.stack(gradients)


def hann(n: int) -> Floats:
    """Return a Hann window that is symmetric about the middle of *n* pixels."""
    return 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(n) + 0.5) / n)


def _hann_slope(n: int) -> Floats:
    return np.pi / n * np.sin(2 * np.pi * (np.arange(n) + 0.5) / n)


def _odd_frequencies(n: int) -> Floats:
    """Return the frequencies of a transform, cycles per px; the Nyquist frequency has no sign and so no slope."""
    frequencies = np.fft.fftfreq(n)
    if n % 2 == 0:
        frequencies[n // 2] = 0.0
    return frequencies
