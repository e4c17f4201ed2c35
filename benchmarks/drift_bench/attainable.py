"""How well the drift can be known when nobody knows the template: the bound for a Gaussian specimen.

Each Fourier mode of the specimen is taken as a Gaussian random number, and what the planes have in common of it as
given by the covariance S between planes, found from the planes without noise, turned back by the true drift, in classes
of modes of like frequency and power. With the drift in the phases U, the planes have the covariance
``C = U S U* + N + p p*``, N being independent noise and p the fixed pattern of the detector. The Fisher information of
the drift follows from C alone: ``F_kl = tr(C⁻¹ ∂C/∂d_k C⁻¹ ∂C/∂d_l)`` [1]_. Parts of the specimen that leave the
window, and contrast that changes between planes, lower S, and so the information.

References
----------
.. [1] S. M. Kay, Fundamentals of Statistical Signal Processing: Estimation Theory (1993), sections 3.9 and 15.7.
"""

from __future__ import annotations

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from drift_bench.bound import DARKEST, disturbance, hann
from temstack.testing import Detector

Floats = NDArray[np.float64]
Image = NDArray[np.float32]

_RINGS = 34
_POWER_SHARES = (0.5, 0.8, 0.95, 0.99)
_MODES_LOOKED_AT = 20_000
_LEAST_MODES = 200


def attainable_px(moving: Image, detector: Detector, drift_px: Floats, *, lighting: Image | None = None) -> float:
    """Return the least rms distance from the truth, px, that an estimate from the series alone can have.

    Parameters
    ----------
    moving, detector, lighting
        As in :func:`~drift_bench.bound.known_template_bound`.
    drift_px : (n, 2) float64, px
    """
    n = len(moving)
    modes, noise, pattern, ky, kx = _modes(moving, detector, drift_px, lighting)
    counted = np.where((kx == 0) | (kx == kx.max()), 0.5, 1.0)
    fisher = np.zeros((2 * n, 2 * n))
    rng = np.random.default_rng(1)
    for members in _classes(modes, np.hypot(ky, kx)):
        shared = np.real(modes[:, members] @ modes[:, members].conj().T) / len(members)
        share = max(_LEAST_MODES, round(_MODES_LOOKED_AT * len(members) / len(ky)))
        few = rng.choice(members, min(len(members), share), replace=False)
        k = np.stack([ky[few], kx[few]])
        weight = counted[few] * counted[members].sum() / counted[few].sum()
        per_mode = _information(shared, noise[:, few], pattern, 2 * np.pi * drift_px @ k)
        both = np.einsum("m,am,bm,mkl->kalb", (2 * np.pi) ** 2 * weight, k, k, per_mode, optimize=True)
        fisher += both.reshape(2 * n, 2 * n)
    centre = np.kron(np.eye(n) - 1 / n, np.eye(2))
    centred = centre @ (fisher + fisher.T) @ centre / 2  # the common offset of all planes cannot be told
    covariance = np.linalg.pinv(centred, rcond=1e-9, hermitian=True)
    return float(np.sqrt(np.trace(covariance) / n))


def _information(shared: Floats, noise: Image, pattern: Floats, phase: Floats) -> Floats:
    """Return the information (m, n, n) of each mode on the phases of the planes, rad⁻²."""
    turn = np.exp(-1j * phase.T)
    signal = turn[:, :, None] * shared * turn[:, None, :].conj()
    covariance = signal + np.outer(pattern, pattern)
    diagonal = np.arange(len(shared))
    covariance[:, diagonal, diagonal] += noise.T
    inverse = np.linalg.inv(covariance)
    seen = signal @ inverse
    return np.asarray(2 * np.real(np.swapaxes(inverse, 1, 2) * (seen @ signal) - seen * np.swapaxes(seen, 1, 2)))


def _modes(
    moving: Image, detector: Detector, drift_px: Floats, lighting: Image | None
) -> tuple[NDArray[np.complex64], Image, Floats, Floats, Floats]:
    """Return the planes' modes (n, m) turned back, independent noise (n, m), pattern (n,), and frequencies (m,)."""
    n, rows, columns = moving.shape
    window = (hann(rows)[:, None] * hann(columns)[None, :]).astype(np.float32)
    ky, kx = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None, :]
    scale = 1 / np.sqrt(rows * columns * np.mean(window.astype(float) ** 2))
    light = np.float32(1) if lighting is None else lighting
    modes, noise = np.empty((n, rows * kx.size), np.complex64), np.empty((n, rows * kx.size), np.float32)
    pattern = np.empty(n)
    for plane, (y, x) in enumerate(drift_px):
        expected = np.maximum(moving[plane] * light, DARKEST * moving[plane].mean())
        transfer, noise_power, pattern[plane] = disturbance(detector, float(expected.mean()), np.hypot(ky, kx))
        picture = (moving[plane] - moving[plane].mean()) * light * window / np.sqrt(expected)
        turned_back = np.exp(2j * np.pi * ky * y) * np.exp(2j * np.pi * kx * x)
        modes[plane] = (scipy.fft.rfft2(picture) * transfer * scale * turned_back).ravel()
        noise[plane] = noise_power.ravel()
    frequencies = (np.broadcast_to(k, (rows, kx.size)).ravel() for k in (ky, kx))
    return modes, noise, pattern, *frequencies


def _classes(modes: NDArray[np.complex64], frequency: Floats) -> list[NDArray[np.int64]]:
    """Return modes of like frequency and power: a lattice has nearly all of its power in a few modes of a ring."""
    power = np.mean(np.abs(modes) ** 2, axis=0)
    ring = (frequency * (_RINGS / np.sqrt(0.5))).astype(int)
    classes = []
    for number in np.unique(ring):
        members = np.flatnonzero(ring == number)
        level = np.searchsorted(np.quantile(power[members], _POWER_SHARES), power[members])
        classes += [members[level == value] for value in np.unique(level)]
    return classes
