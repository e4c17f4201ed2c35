"""Refine the places of all planes at once by maximum likelihood, with a standard deviation for each.

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

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

import ducc0
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from temstack.drift import kernels
from temstack.drift.parallel import for_each
from temstack.drift.planes import Area, Filters, ReadPlane, choose_area, prepare_plane, taper_window
from temstack.stack.progress import Progress, no_progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Modes = NDArray[np.complex64]

_TAPER = 0.25
_HIGHEST_FREQUENCY = 0.35
_LOWEST_CYCLES = 2.0
_BANDS = 5
_MEMORY_BYTES = 48_000_000
_MOST_MODES = 60_000
_FINE_RINGS = 14
_WIDE_RINGS = 5
_POWER_CLASSES = (0.6, 0.93)
_ROUNDS = 40
_CLOSE_ENOUGH = 0.06
_PATTERN_SIGMAS = 3.0
_STILL_PX = 1e-3
_LEAST_SIDE = 32
_MOST_LOOKS = 2
_LEAKING = 1.5
_MUCH_LEAKING = 2.5
_ADJACENT = 3
_LEAK_RINGS = 24
_STILL_WINDOW_PX = 0.02


@dataclass(frozen=True)
class Refined:
    """The joint estimate for planes that hang together.

    Parameters
    ----------
    place_px : (n, 2) float64, px
        Where the specimen is in each plane.
    sigma_px : (n, 2) float64, px
        Standard deviation about the mean place, or about the held planes.
    pattern_share : float, 0 … 1
        Share of the planes' common power that stays with the detector.
    converged : bool
        Whether the last step was smaller than a tenth of the standard deviations.
    """

    place_px: Floats
    sigma_px: Floats
    pattern_share: float
    converged: bool


@dataclass(frozen=True)
class _Data:
    """The coefficients that are used, ordered by class: ``modes`` (n, k), ``frequency`` (k, 2) rad/px."""

    modes: Modes
    frequency: NDArray[np.float32]
    wide: list[slice]
    fine: list[slice]
    independent_share: float


def common_area(shape: tuple[int, int], region: tuple[int, int, int, int] | None, whole: Integers) -> Area | None:
    """Return the area that stays inside the region in every plane, or None where too little is left.

    Parameters
    ----------
    whole : (n, 2) int, px
        Whole-pixel places of the planes; the area moves along.
    """
    top, left, bottom, right = region or (0, 0, *shape)
    low, high = whole.min(axis=0), whole.max(axis=0)
    inner = (top - int(low[0]), left - int(low[1]), bottom - int(high[0]), right - int(high[1]))
    for size, full in ((inner[2] - inner[0], bottom - top), (inner[3] - inner[1], right - left)):
        if size < min(_LEAST_SIDE, full / 2):
            return None
    return choose_area(shape, region=inner, mask=None, window="tukey", taper=_TAPER, coarse=False)


def refine_places(
    read: ReadPlane,
    shape: tuple[int, int],
    start_px: Floats,
    *,
    region: tuple[int, int, int, int] | None = None,
    mask: NDArray[np.bool_] | None = None,
    filters: Filters | None = None,
    start_error_px: float = 1.0,
    held: NDArray[np.bool_] | None = None,
    progress: Progress = no_progress,
) -> Refined | None:
    """Return the joint maximum-likelihood places of planes that hang together.

    Parameters
    ----------
    read : callable
        ``read(i)`` gives plane i, (y, x) float32.
    start_px : (n, 2) float64, px
        Places known to about ``start_error_px``.
    held : (n,) bool, optional
        Planes whose place is given and stays: hard constraints.

    Returns
    -------
    refined : Refined or None
        None where the planes have too little area in common, or carry nothing that can be refined.
    """
    filters = filters or Filters()
    held = np.zeros(len(start_px), bool) if held is None else held
    whole = np.rint(start_px).astype(np.int64)
    whole -= (whole.min(axis=0) + whole.max(axis=0)) // 2
    centre = np.rint(start_px[0]).astype(np.int64) - whole[0]
    area = common_area(shape, region, whole)
    if area is None:
        return None
    taper, highest = choose_taper(read(len(whole) // 2), area, filters)
    area = replace(area, taper=taper)
    if mask is not None:
        area = _masked(area, mask, whole)
    place = start_px - centre
    refined: Refined | None = None
    for _ in range(_MOST_LOOKS):
        data = _gather(read, area, whole, place - whole, filters, highest, progress)
        if data is None:
            return None
        with threadpool_limits(1, user_api="blas"):
            refined = _score(data, place - whole, whole, start_error_px, held, progress)
        if refined is None:
            return None
        moved = refined.place_px - place
        moved = float(np.abs(moved - moved.mean(axis=0)).max())
        place, start_error_px = refined.place_px, 0.1 * start_error_px
        if moved < max(0.5 * float(np.median(refined.sigma_px)), _STILL_WINDOW_PX):
            break
    return None if refined is None else replace(refined, place_px=place + centre)


def choose_taper(plane: NDArray[np.float32], area: Area, filters: Filters) -> tuple[float, float]:
    """Return how much of each side the window fades over, and up to which frequency it tells the truth.

    A window leaks strong low frequencies into high ones, where a smooth, clean plane has nothing to drown them; such
    coefficients move with the window and confirm whatever place it was put at. They are where a squared Hann window,
    which leaks hardly at all, leaves less power. A window that fades over a quarter of each side keeps most of the
    picture; where it leaks over several adjacent rings (not just beside a Bragg spot), a Hann window is taken.

    Returns
    -------
    taper : float, 0 … 1
    highest_frequency : float, cycles/px
    """
    rows, columns, frequency = _usable_modes(area, filters.band_pass, _HIGHEST_FREQUENCY)
    size = np.hypot(frequency[:, 0], frequency[:, 1])
    if not len(size):
        return _TAPER, _HIGHEST_FREQUENCY
    edges = np.linspace(size.min(), size.max() * 1.0001, _LEAK_RINGS + 1)
    ring = np.searchsorted(edges, size, side="right") - 1
    count = np.maximum(np.bincount(ring, minlength=_LEAK_RINGS), 1)
    untapered = prepare_plane(plane, replace(area, taper=0.0), replace(filters, band_pass=None))

    def ring_power(windows: list[NDArray[np.float32]]) -> Floats:
        full = ducc0.fft.r2c(untapered * windows[0][:, None] * windows[1], axes=(0, 1), nthreads=1)
        power = np.bincount(ring, np.abs(full[rows, columns]) ** 2, minlength=_LEAK_RINGS) / count
        return np.asarray(power / np.prod([(w.astype(np.float64) ** 2).mean() for w in windows]))

    clean = ring_power([taper_window(n, 1.0) ** 2 for n in area.shape])
    quarter, hann = (ring_power([taper_window(n, taper) for n in area.shape]) for taper in (_TAPER, 1.0))
    leaks = np.convolve(quarter > _MUCH_LEAKING * hann, np.ones(_ADJACENT), "valid") == _ADJACENT
    taper, leaked = (1.0, hann) if leaks.any() else (_TAPER, quarter)
    telling = np.flatnonzero(leaked <= _LEAKING * clean)
    return taper, float(edges[telling[-1] + 1]) if len(telling) else float(edges[1])


def _masked(area: Area, mask: NDArray[np.bool_], whole: Integers) -> Area:
    """Return the area with what the mask leaves in every plane, seen from the specimen."""
    from temstack.drift.planes import soften_mask

    kept = np.ones(mask.shape, bool)
    for y, x in np.unique(whole, axis=0):
        kept &= np.roll(mask, (-y, -x), axis=(0, 1))
    return replace(area, mask=soften_mask(kept, area))


def _gather(
    read: ReadPlane,
    area: Area,
    whole: Integers,
    slide: Floats,
    filters: Filters,
    highest: float,
    progress: Progress,
) -> _Data | None:
    """Transform every plane where the specimen is, and keep the coefficients that tell most."""
    n = len(whole)
    plain = replace(filters, band_pass=None)
    local = threading.local()

    def spectrum(plane: int) -> Modes:
        offset = (int(whole[plane, 0]), int(whole[plane, 1]))
        picture = prepare_plane(read(plane), area, plain, offset, (float(slide[plane, 0]), float(slide[plane, 1])))
        if not hasattr(local, "full"):
            local.full = np.empty((picture.shape[0], picture.shape[1] // 2 + 1), np.complex64)
        full: Modes = ducc0.fft.r2c(picture, axes=(0, 1), nthreads=1, out=local.full)
        return full

    rows, columns, frequency = _usable_modes(area, filters.band_pass, highest)
    limit = min(_MOST_MODES, _MEMORY_BYTES // (8 * n))
    if len(rows) > limit:
        keep = _most_telling(spectrum, rows, columns, frequency, limit, n)
        rows, columns, frequency = rows[keep], columns[keep], frequency[keep]
    if len(rows) < 8:
        return None
    modes = np.empty((n, len(rows)), np.complex64)

    def gather(plane: int) -> None:
        kernels.pick_modes(spectrum(plane), rows, columns, modes[plane])

    for_each(gather, range(n), progress, "transforming planes where the specimen is")
    return _classify(modes, frequency, area)


def _usable_modes(
    area: Area, band_pass: tuple[float, float] | None, high: float
) -> tuple[Integers, Integers, NDArray[np.float32]]:
    """Return row, column and frequency (cycles/px) of each coefficient of one half plane that may be used."""
    height, width = area.shape
    fy = np.fft.fftfreq(height)[:, None]
    fx = np.fft.rfftfreq(width)[None, :]
    size = np.hypot(fy, fx)
    low = _LOWEST_CYCLES / min(s for s in (height, width) if s > 1)
    if band_pass is not None:
        low, high = max(low, band_pass[0]), min(high, band_pass[1])
    usable = (size >= low) & (size <= high)
    usable[:, 0] &= fy[:, 0] > 0
    if width % 2 == 0 and width > 1:
        usable[:, -1] = False
    rows, columns = np.nonzero(usable)
    frequency = np.stack([fy[rows, 0], fx[0, columns]], axis=1).astype(np.float32)
    return rows.astype(np.int64), columns.astype(np.int64), frequency


def _most_telling(
    spectrum: Callable[[int], Modes],
    rows: Integers,
    columns: Integers,
    frequency: NDArray[np.float32],
    limit: int,
    n_planes: int,
) -> Integers:
    """Return the modes with the most power times frequency squared, the same number from each band.

    Every band is kept, because a coarse start needs low frequencies before high ones can be trusted.
    """
    power = np.zeros(len(rows))
    picked = np.empty(len(rows), np.complex64)
    for plane in np.unique(np.linspace(0, n_planes - 1, min(n_planes, 6)).astype(int)):
        kernels.pick_modes(spectrum(int(plane)), rows, columns, picked)
        plane_power = picked.real**2 + picked.imag**2
        power += plane_power / max(float(plane_power.mean()), 1e-30)
    size = np.hypot(frequency[:, 0], frequency[:, 1])
    power *= size**2
    edges = np.geomspace(size.min(), size.max() * 1.0001, _BANDS + 1)
    keep: list[Integers] = []
    left = limit
    for band in range(_BANDS):
        inside = np.flatnonzero((size >= edges[band]) & (size < edges[band + 1]))
        count = min(len(inside), left // (_BANDS - band))
        left -= count
        if count:
            keep.append(inside[np.argpartition(power[inside], len(inside) - count)[len(inside) - count :]])
    return np.sort(np.concatenate(keep))


def _classify(modes: Modes, frequency: NDArray[np.float32], area: Area) -> _Data | None:
    """Whiten each plane ring by ring and order the modes by ring and power."""
    n, count = modes.shape
    size = np.hypot(frequency[:, 0], frequency[:, 1])
    ring = _equal_rings(size, min(_FINE_RINGS, max(1, count // 50)))
    for r in range(int(ring.max()) + 1):
        inside = np.flatnonzero(ring == r)
        rms = np.sqrt(np.mean(np.abs(modes[:, inside]) ** 2, axis=1))
        if not (rms > 0).all():
            return None
        modes[:, inside] /= rms[:, None]
    power = np.zeros(count)
    for plane in range(n):
        power += modes[plane].real ** 2 + modes[plane].imag ** 2
    klass = np.zeros(count, np.int64)
    for r in range(int(ring.max()) + 1):
        inside = np.flatnonzero(ring == r)
        rank = power[inside].argsort().argsort() / len(inside)
        klass[inside] = np.searchsorted(_POWER_CLASSES, rank)
    wide_ring = ring * _WIDE_RINGS // (int(ring.max()) + 1)
    order = np.lexsort((ring, wide_ring, klass))
    share = 1.0
    for length in area.shape:
        square = taper_window(length, area.taper).astype(np.float64) ** 2
        share *= square.mean() ** 2 / (square**2).mean()
    return _Data(
        modes[:, order],
        np.ascontiguousarray(frequency[order] * np.float32(2 * np.pi)),
        _runs((klass * 1000 + wide_ring)[order]),
        _runs((klass * 1000 + ring)[order]),
        share,
    )


def _equal_rings(size: NDArray[np.float32], n_rings: int) -> Integers:
    """Return the ring of each mode, all rings having the same number of modes."""
    edges = np.quantile(size, np.linspace(0, 1, n_rings + 1)[1:-1])
    rings: Integers = np.searchsorted(edges, size)
    return rings


def _runs(labels: Integers) -> list[slice]:
    """Return the slices of equal labels that are long enough to estimate a covariance."""
    ends = np.flatnonzero(np.diff(labels, prepend=labels[0] - 1, append=labels[-1] + 1))
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(ends) if b - a > 3]


def _score(
    data: _Data,
    place: Floats,
    whole: Integers,
    start_error_px: float,
    held: NDArray[np.bool_],
    progress: Progress,
) -> Refined | None:
    """Climb the likelihood by Fisher scoring, low frequencies first."""
    highest = float(np.hypot(data.frequency[:, 0], data.frequency[:, 1]).max()) / (2 * np.pi)
    reach = 1 / (4 * max(start_error_px, 0.25 / highest))
    momentum = _Momentum()
    for turn in range(_ROUNDS):
        progress("refining all planes together", turn, _ROUNDS)
        final = reach >= highest
        groups = data.fine if final else _below(data, data.wide, reach)
        slope, fisher, pattern = _slope_and_fisher(data, groups, place, whole, use_pattern=final)
        if not fisher.any():
            return None
        covariance = _invert(fisher, held)
        step = (covariance @ slope.T.reshape(-1)).reshape(2, -1).T
        longest = float(np.abs(step).max())
        step *= min(1.0, 1 / (4 * reach * max(longest, 1e-30)))
        place = place + (momentum.lengthen(step) if final else step)
        sigma = np.sqrt(np.maximum(np.diag(covariance).reshape(2, -1).T, 0) / data.independent_share)
        converged = final and longest < max(0.1 * float(np.median(sigma)), _STILL_PX)
        if converged:
            break
        if longest * reach < _CLOSE_ENOUGH:
            reach *= 2
    progress("refining all planes together", _ROUNDS, _ROUNDS)
    return Refined(place + whole, sigma, pattern, converged)


class _Momentum:
    """Lengthens steps that keep pointing the same way, and forgets it as soon as they turn."""

    def __init__(self) -> None:
        self.last: Floats | None = None
        self.factor = 1.0

    def lengthen(self, step: Floats) -> Floats:
        """Return the step, up to five times as long."""
        if self.last is not None:
            along = float((step * self.last).sum())
            sizes = float(np.linalg.norm(step) * np.linalg.norm(self.last))
            self.factor = min(1.5 * self.factor, 5.0) if along > 0.7 * sizes else 1.0
        self.last = step
        return self.factor * step


def _below(data: _Data, groups: list[slice], frequency: float) -> list[slice]:
    """Return the classes whose mean frequency is low enough, at least the lowest ring."""
    means = [_mean_size(data, part) for part in groups]
    return [part for part, mean in zip(groups, means, strict=True) if mean <= max(frequency, min(means) * 1.2)]


def _mean_size(data: _Data, part: slice) -> float:
    return float(np.hypot(data.frequency[part, 0], data.frequency[part, 1]).mean()) / (2 * np.pi)


def _invert(fisher: Floats, held: NDArray[np.bool_]) -> Floats:
    """Return the covariance of the places: the inverse of the (2n, 2n) Fisher matrix.

    Where no plane is held nothing tells the common shift: it is left out (pseudo-inverse).
    """
    size = len(fisher) // 2
    scale = float(np.trace(fisher)) / len(fisher)
    result = np.zeros_like(fisher)
    if held.any():
        free = np.flatnonzero(np.tile(~held, 2))
        inner = fisher[np.ix_(free, free)]
        result[np.ix_(free, free)] = np.linalg.inv(inner + 1e-9 * scale * np.eye(len(free)))
        return result
    gauge = np.kron(np.eye(2), np.ones((size, size)) / size)
    result = np.linalg.inv(fisher + gauge * scale + 1e-9 * scale * np.eye(2 * size)) - gauge / scale
    return result


def _slope_and_fisher(
    data: _Data, groups: list[slice], place: Floats, whole: Integers, *, use_pattern: bool
) -> tuple[Floats, Floats, float]:
    """Return slope (n, 2) and Fisher matrix (2n, 2n) of the log likelihood, and the fixed pattern's share."""
    n = len(place)
    slope = np.zeros((n, 2))
    fisher = np.zeros((2, 2, n, n))
    shares: list[tuple[int, float]] = []
    lock = threading.Lock()

    def add(part: slice) -> None:
        turned = np.empty((n, part.stop - part.start), np.complex64)
        frequency = data.frequency[part]
        kernels.turn_back(data.modes[:, part], frequency, place, turned)
        model = shared_covariance(turned)
        if model is None:
            return
        pattern = _fixed_pattern(turned, model, frequency, place + whole) if use_pattern else None
        gradient = _group_slope(turned, model, frequency, pattern)
        information = _group_fisher(model, frequency, pattern)
        with lock:
            slope[:] -= gradient
            fisher[:] += information
            shares.append((turned.shape[1], 0.0 if pattern is None else pattern.share))

    for_each(add, groups, no_progress, "")
    count = max(sum(modes for modes, _ in shares), 1)
    pattern = sum(modes * share for modes, share in shares) / count
    full = np.block([[fisher[0, 0], fisher[0, 1]], [fisher[1, 0], fisher[1, 1]]])
    return slope, full, pattern


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


def shared_covariance(turned: Modes) -> SharedCovariance | None:
    """Return the covariance of the planes over a class of modes; None where nothing is shared.

    What stands above the Marchenko–Pastur edge is shared; the rest is each plane's own.

    Parameters
    ----------
    turned : (n, k) complex64
        Modes of all planes, seen from the specimen.
    """
    n, count = turned.shape
    real = turned.view(np.float32)
    product = (real @ real.T).astype(np.float64) / count
    size = np.sqrt(np.diag(product))
    if not (size > 0).all():
        return None
    values, vectors = np.linalg.eigh(product / np.outer(size, size))
    edge = (1 + np.sqrt(n / (2 * count))) ** 2
    below = values[values < edge]
    noise = min(float(below.mean()), 1.0) if len(below) else 1.0
    excess = np.where(values > noise * edge * 1.02, values - noise, 0.0)
    if not excess.any():
        return None
    shared = (vectors * excess) @ vectors.T
    own = np.maximum(1 - np.diag(shared), 0.3 * noise)
    sigma = (shared + np.diag(own)) * np.outer(size, size)
    return SharedCovariance(sigma, np.linalg.inv(sigma), float((np.diag(shared) * size**2).mean()))


@dataclass(frozen=True)
class _Pattern:
    """A fixed pattern of unknown amplitude: ``v`` as the planes see it, ``W v``, ``W y``, ``v† W v``, ``v† W y``."""

    seen: Modes
    weighted_seen: Modes
    weighted_planes: Modes
    strength: Floats
    match: Modes
    power: float
    share: float


def _fixed_pattern(
    turned: Modes, model: SharedCovariance, frequency: NDArray[np.float32], total_place: Floats
) -> _Pattern | None:
    """Return the fixed pattern of a class of modes, or None where there is none beyond three sigmas."""
    n, count = turned.shape
    inverse = model.inverse.astype(np.float32)
    weighted_planes = (inverse @ turned.view(np.float32)).view(np.complex64)
    seen = np.empty((n, count), np.complex64)
    kernels.turn_back(np.ones((n, count), np.complex64), frequency, total_place, seen)
    weighted_seen = (inverse @ seen.view(np.float32)).view(np.complex64)
    strength, match = np.empty(count), np.empty(count, np.complex64)
    kernels.pattern_moments(seen, weighted_seen, weighted_planes, strength, match)
    power, significance = pattern_power(strength, match)
    if significance < _PATTERN_SIGMAS:
        return None
    share = power / (power + model.shared_power)
    return _Pattern(seen, weighted_seen, weighted_planes, strength, match, power, share)


def _group_slope(
    turned: Modes, model: SharedCovariance, frequency: NDArray[np.float32], pattern: _Pattern | None
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


def _group_fisher(model: SharedCovariance, frequency: NDArray[np.float32], pattern: _Pattern | None) -> Floats:
    """Return the Fisher matrix of one class of modes, (2, 2, n, n).

    With ``K = (Σ + P v v†)⁻¹`` the off-diagonal element is ``2 Σ_q q qᵀ Re(B_ij K_ji − A_ij A_ji)``, ``A = ΣK``,
    ``B = ΣKΣ``, which the matrix inversion lemma turns into the sums below; rows sum to zero, because no common
    shift changes anything.
    """
    n = len(model.sigma)
    product = model.sigma * model.inverse
    information = np.empty((2, 2, n, n))
    for a, b in ((0, 0), (0, 1), (1, 1)):
        weight = (frequency[:, a] * frequency[:, b]).astype(np.float64)
        block = 2 * product * weight.sum()
        if pattern is not None:
            spread = 1 / (1 / pattern.power + pattern.strength)
            first = (weight * spread).astype(np.float32)
            turn = (pattern.seen * pattern.weighted_seen.conj()).imag
            block -= 2 * model.sigma * _weighted_product(pattern.weighted_seen, first)
            block -= 2 * model.inverse * _weighted_product(pattern.seen, first)
            block += 4 * ((turn * (weight * spread**2).astype(np.float32)) @ turn.T)
        np.fill_diagonal(block, 0)
        block -= np.diag(block.sum(axis=1))
        information[a, b] = information[b, a] = block
    return information


def _weighted_product(values: Modes, weight: NDArray[np.float32]) -> Floats:
    """Return ``Re Σ_k w_k x_ik conj(x_jk)``, (n, n)."""
    product: Floats = ((values * weight).view(np.float32) @ values.view(np.float32).T).astype(np.float64)
    return product


def pattern_power(strength: Floats, match: Modes) -> tuple[float, float]:
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
