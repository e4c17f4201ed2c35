"""The likelihood of all planes' places at once: its slope, its Fisher matrix, and a pattern fixed to the detector.

Seen from the specimen, a Fourier coefficient of the N planes is a complex Gaussian vector: what the planes share
(possibly with reversed or fading contrast) plus what each has alone. Its N×N covariance ``Σ`` is estimated in each
ring and power class from many coefficients, the shared part being what stands above the Marchenko–Pastur edge of pure
noise [1]_. A displacement of plane i turns its coefficients by ``exp(−i q·D_i)``, so the places that make

    log L = −Σ_q y_q† Σ⁻¹ y_q,   y_q,i = Y_i(q) exp(+i q·D_i)

largest are the joint estimate, found by Fisher scoring; the inverse of the Fisher matrix
``F_ij = 2 Σ_q q qᵀ Σ_ij (Σ⁻¹)_ij`` (i ≠ j; rows sum to zero) is the covariance of the places [2]_.

A pattern that stays with the detector (gain errors, dust) pulls every estimate towards zero drift. It adds one more
vector per coefficient, known but for its strength, to the covariance; its strength is measured and it is marginalised.

References
----------
.. [1] V. A. Marchenko, L. A. Pastur, Math. USSR Sb. 1 (1967) 457.
.. [2] L. L. Scharf, Statistical Signal Processing, Addison-Wesley 1991, chapter 6.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.modes import Choice, Coefficients, PlaneModes
from temstack.drift.parallel import for_each
from temstack.stack.progress import no_progress

Floats = NDArray[np.float64]

_PATTERN_SIGMAS = 3.0
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Slope:
    """The log likelihood near some places.

    Parameters
    ----------
    slope : (n, 2) float64, 1/px
        Its slope.
    fisher : (2n, 2n) float64, 1/px²
        Its Fisher matrix, all y before all x.
    pattern_share : float, 0 … 1
        Share of the planes' common power that stays with the detector.
    mean_square_frequency : float, rad²/px²
        Mean of q² along one axis, weighted by what each class tells.
    """

    slope: Floats
    fisher: Floats
    pattern_share: float
    mean_square_frequency: float


@dataclass(frozen=True)
class _Turn:
    """Factors exp(+i q·D) along y and x, (n, h) and (n, w / 2 + 1) complex64, of some displacement of each plane."""

    along_y: Coefficients
    along_x: Coefficients

    @classmethod
    def by(cls, place: Floats, shape: tuple[int, int]) -> _Turn:
        phases = (
            2j * np.pi * np.outer(place[:, 0], np.fft.fftfreq(shape[0])),
            2j * np.pi * np.outer(place[:, 1], np.fft.rfftfreq(shape[1])),
        )
        return cls(*(np.exp(phase).astype(np.complex64) for phase in phases))


def likelihood_slope(
    modes: PlaneModes,
    groups: list[slice],
    place: Floats,
    whole: NDArray[np.int64],
    *,
    use_pattern: bool,
    exact_fisher: bool,
) -> Slope:
    """Return slope and Fisher matrix of the log likelihood of the places, summed over classes of modes.

    Parameters
    ----------
    place : (n, 2) float64, px
        Places relative to ``whole``, where each plane was cut out.
    use_pattern : bool
        Whether a pattern fixed to the detector is allowed for.
    exact_fisher : bool
        Whether the Fisher matrix allows for it too; without, it is a little too large.
    """
    n = len(place)
    slope = np.zeros((n, 2))
    fisher = np.zeros((2, n, 2, n))
    shares: list[tuple[int, float]] = []
    told: list[tuple[float, float]] = []
    lock = threading.Lock()
    turn, total = _Turn.by(place, modes.shape), _Turn.by(place + whole, modes.shape)

    def add(part: slice) -> None:
        choice = modes.choice[part]
        turned = np.empty((n, part.stop - part.start), np.complex64)
        kernels.turn_back(modes.values[:, part], choice.rows, choice.columns, turn.along_y, turn.along_x, turned)
        model = shared_covariance(turned)
        if model is None:
            return
        frequency = choice.frequency * np.float32(2 * np.pi)
        pattern = _fixed_pattern(turned, model, choice, total) if use_pattern else None
        gradient = _group_slope(turned, model, frequency, pattern)
        weight = float(_add_fisher(fisher, lock, model, frequency, pattern if exact_fisher else None))
        with lock:
            slope[:] -= gradient
            shares.append((turned.shape[1], 0.0 if pattern is None else pattern.share))
            told.append((weight, weight / float((frequency.astype(np.float64) ** 2).mean())))

    for_each(add, groups, no_progress, "")
    share = sum(k * part for k, part in shares) / max(sum(k for k, _ in shares), 1)
    square = sum(weight for weight, _ in told) / max(sum(power for _, power in told), 1e-30)
    return Slope(slope, fisher.reshape(2 * n, 2 * n), share, square)


@dataclass(frozen=True)
class SharedCovariance:
    """What the planes have in common in a class of modes.

    Parameters
    ----------
    sigma, inverse : (n, n) float64
        Covariance of the planes, and its inverse.
    shared_power : float
        Mean power that a plane shares with the others.
    """

    sigma: Floats
    inverse: Floats
    shared_power: float


def shared_covariance(turned: Coefficients) -> SharedCovariance | None:
    """Return the covariance of the planes over a class of modes; None where nothing is shared.

    What stands above the Marchenko–Pastur edge is shared; the rest is each plane's own.

    Parameters
    ----------
    turned : (n, k) complex64
        Modes of all planes, seen from the specimen.
    """
    n, count = turned.shape
    real = turned.view(np.float32)
    product = (real @ real.T).astype(np.float64)
    product /= count
    size = np.sqrt(np.diag(product))
    if not (size > 0).all():
        return None
    _scale(product, 1 / size)
    values, vectors = scipy.linalg.eigh(product, driver="evd", overwrite_a=True, check_finite=False)
    edge = (1 + np.sqrt(n / (2 * count))) ** 2
    below = values[values < edge]
    noise = min(float(below.mean()), 1.0) if len(below) else 1.0
    noise = max(noise, 0.0)  # less by rounding, where planes are the same
    kept = values > max(noise * edge * 1.02, _ROUNDING)
    if not kept.any():
        return None
    loads = vectors[:, kept] * np.sqrt(values[kept] - noise)
    return _few_shared(loads, size, max(0.3 * noise, _ROUNDING))


def _few_shared(loads: Floats, size: Floats, least_own: float) -> SharedCovariance:
    """Return the covariance of planes that share a few things, (n, r), and have the rest of a power of 1 alone.

    Its inverse is that of Woodbury's identity: many planes share few things.
    """
    shared = (loads**2).sum(axis=1)
    own = np.maximum(1 - shared, least_own)
    sigma = loads @ loads.T
    np.fill_diagonal(sigma, shared + own)
    weighted = loads / own[:, None]
    inverse = weighted @ np.linalg.solve(np.eye(loads.shape[1]) + loads.T @ weighted, -weighted.T)
    inverse[np.diag_indices_from(inverse)] += 1 / own
    _scale(sigma, size)
    _scale(inverse, 1 / size)
    return SharedCovariance(sigma, inverse, float((shared * size**2).mean()))


def _scale(matrix: Floats, size: Floats) -> None:
    """Multiply rows and columns, in place."""
    matrix *= size
    matrix *= size[:, None]


@dataclass(frozen=True)
class _Pattern:
    """A fixed pattern of unknown amplitude: ``v`` as the planes see it, ``W v``, ``W y``, ``v† W v``, ``v† W y``."""

    seen: Coefficients
    weighted_seen: Coefficients
    weighted_planes: Coefficients
    strength: Floats
    match: Coefficients
    power: float
    share: float


def _fixed_pattern(turned: Coefficients, model: SharedCovariance, choice: Choice, total: _Turn) -> _Pattern | None:
    """Return the fixed pattern of a class of modes, or None where there is none beyond three sigmas."""
    n, count = turned.shape
    inverse = model.inverse.astype(np.float32)
    weighted_planes = (inverse @ turned.view(np.float32)).view(np.complex64)
    seen = np.empty((n, count), np.complex64)
    kernels.phase_factors(choice.rows, choice.columns, total.along_y, total.along_x, seen)
    weighted_seen = (inverse @ seen.view(np.float32)).view(np.complex64)
    strength, match = np.empty(count), np.empty(count, np.complex64)
    kernels.pattern_moments(seen, weighted_seen, weighted_planes, strength, match)
    power, significance = pattern_power(strength, match)
    if significance < _PATTERN_SIGMAS:
        return None
    share = power / (power + model.shared_power)
    return _Pattern(seen, weighted_seen, weighted_planes, strength, match, power, share)


def _group_slope(
    turned: Coefficients, model: SharedCovariance, frequency: NDArray[np.float32], pattern: _Pattern | None
) -> Floats:
    """Return the slope of −log L on each place for one class of modes, (n, 2)."""
    gradient = np.empty((len(turned), 2))
    if pattern is None:
        off_diagonal = (model.inverse - np.diag(np.diag(model.inverse))).astype(np.float32)
        weighted = (off_diagonal @ turned.view(np.float32)).view(np.complex64)
        kernels.phase_gradient(turned, weighted, frequency, gradient)
    else:
        kernels.pattern_gradient(
            turned,
            pattern.weighted_planes,
            pattern.seen,
            pattern.weighted_seen,
            pattern.strength,
            pattern.match,
            pattern.power,
            frequency,
            gradient,
        )
    return gradient


def _add_fisher(
    total: Floats,
    lock: threading.Lock,
    model: SharedCovariance,
    frequency: NDArray[np.float32],
    pattern: _Pattern | None,
) -> float:
    """Add the Fisher matrix of one class of modes to the total, (2, n, 2, n); return the trace of what was added.

    With ``K = (Σ + P v v†)⁻¹`` the off-diagonal element is ``2 Σ_q q qᵀ Re(B_ij K_ji − A_ij A_ji)``, ``A = ΣK``,
    ``B = ΣKΣ``, which the matrix inversion lemma turns into the sums below; rows sum to zero, because no common
    shift changes anything.
    """
    product = model.sigma * model.inverse
    trace = 0.0
    for a, b in ((0, 0), (0, 1), (1, 1)):
        weight = (frequency[:, a] * frequency[:, b]).astype(np.float64)
        block = product * (2 * weight.sum())
        if pattern is not None:
            spread = 1 / (1 / pattern.power + pattern.strength)
            first = (weight * spread).astype(np.float32)
            turn = (pattern.seen * pattern.weighted_seen.conj()).imag
            block -= 2 * model.sigma * _weighted_product(pattern.weighted_seen, first)
            block -= 2 * model.inverse * _weighted_product(pattern.seen, first)
            block += 4 * ((turn * (weight * spread**2).astype(np.float32)) @ turn.T)
        np.fill_diagonal(block, 0)
        np.fill_diagonal(block, -block.sum(axis=1))
        with lock:
            total[a, :, b] += block
            if a != b:
                total[b, :, a] += block
        trace += float(np.trace(block)) if a == b else 0.0
    return trace


def _weighted_product(values: Coefficients, weight: NDArray[np.float32]) -> Floats:
    """Return ``Re Σ_k w_k x_ik conj(x_jk)``, (n, n)."""
    product: Floats = ((values * weight).view(np.float32) @ values.view(np.float32).T).astype(np.float64)
    return product


def pattern_power(strength: Floats, match: Coefficients) -> tuple[float, float]:
    """Return the power of a fixed pattern by moments, E|v†Wy|² = a + P a², and its significance in sigmas.

    The standard deviation is that of a Gaussian signal, or that seen from mode to mode where it is larger (a lattice
    is not Gaussian: a few modes hold nearly all of its power).

    Parameters
    ----------
    strength, match : (k,) float64 and complex64
        ``a = v† W v`` and ``v† W y`` of each mode.
    """
    excess = np.abs(match.astype(np.complex128)) ** 2 - strength
    spread = float((strength**2).sum())
    if spread <= 0:
        return 0.0, 0.0
    total = float(excess.sum())
    deviation = max(np.sqrt(spread), float(np.sqrt((excess**2).sum())))
    return total / spread, total / deviation
