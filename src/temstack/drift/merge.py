"""Join groups of planes that no single pair links: average each group, then correlate the averages.

At low dose, or where the contrast inverts in the middle of a series, single pairs say nothing across the gap while
the planes on either side hang together firmly. The average of a group has less noise than its planes, so its
correlation with another average may be certain where no pair was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.pairs import Spectra, expected_by_chance, inverse_rings, search_reach
from temstack.drift.prior import CREDIBLE_SIGMAS, Prior
from temstack.stack.progress import Progress

_CANDIDATES = 6

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class _Average:
    """The common structure of a group, seen from its first plane, and its power per ring."""

    coefficients: NDArray[np.complex64]
    power: Floats


def merge_groups(
    spectra: Spectra,
    places: Floats,
    groups: Integers,
    *,
    max_shift_px: tuple[float, float],
    chance: float,
    prior: Prior | None = None,
    progress: Progress,
) -> tuple[Floats, Integers]:
    """Return places and groups after joining all groups whose averages correlate beyond doubt.

    Parameters
    ----------
    places : (n, 2) float64, px
        Places known within each group.
    groups : (n,) int
        Which planes hang together.
    chance : float
        Highest number of false peaks expected by chance at which two groups are joined.
    prior : Prior, optional
        Groups are not joined against it.
    """
    places, groups = places.copy(), groups.copy()
    total = len(np.unique(groups))
    averages = {int(g): _average(spectra, places, np.flatnonzero(groups == g)) for g in np.unique(groups)}
    while len(averages) > 1:
        progress("joining groups of planes", total - len(averages), total)
        largest = max(averages, key=lambda g: int((groups == g).sum()))
        base = int(np.flatnonzero(groups == largest)[0])

        def judged(g: int, largest: int = largest, base: int = base) -> tuple[float, Floats, int]:
            between = np.array([[base, int(np.flatnonzero(groups == g)[0])]])
            expected = None if prior is None else prior.between(between)[0]
            reach = (
                np.inf
                if prior is None
                else CREDIBLE_SIGMAS * np.sqrt(2) * prior.sigma_px + float(spectra.step_px.max())
            )
            return (*_correlate(spectra, averages[largest], averages[g], max_shift_px, expected, reach), g)

        found = [judged(g) for g in averages if g != largest]
        expected, shift, group = min(found, key=lambda item: item[0])
        if expected > chance:
            break
        members = np.flatnonzero(groups == group)
        places[members] += places[base] + shift - places[members[0]]
        groups[members] = largest
        del averages[group]
        averages[largest] = _average(spectra, places, np.flatnonzero(groups == largest))
    progress("joining groups of planes", total, total)
    return places, groups


def _average(spectra: Spectra, places: Floats, members: Integers) -> _Average:
    """Average the planes of a group ring by ring along their leading common component, whatever its sign."""
    n_rings = len(spectra.modes)
    turned = _turned(spectra, members, places[members] - places[members[0]])
    average = np.zeros(spectra.ring.shape, np.complex64)
    power = np.zeros(n_rings)
    twice = np.where(np.arange(spectra.ring.shape[1]) == 0, 1.0, 2.0) * np.ones(spectra.ring.shape[0])[:, None]
    for r in range(n_rings):
        inside = spectra.ring == r
        if not inside.any():
            continue
        values = turned[:, inside] / np.sqrt(np.maximum(spectra.power[members, r], 1e-30))[:, None]
        values = values.astype(np.complex64)
        common = np.linalg.eigh((values @ values.conj().T).real)[1][:, -1].astype(np.float32)
        average[inside] = common @ values
        power[r] = float((np.abs(average[inside]) ** 2 * twice[inside]).sum())
    return _Average(average, power)


def _turned(spectra: Spectra, members: Integers, displacement: Floats) -> NDArray[np.complex64]:
    """Return the members' coefficients with their displacement undone."""
    rows, columns = spectra.ring.shape
    fy = np.fft.fftfreq(rows, 1 / rows) / (rows * spectra.step_px[0])
    fx = np.arange(columns) / (spectra.shape[1] * spectra.step_px[1])
    phase_y = np.exp(2j * np.pi * np.outer(displacement[:, 0], fy))
    phase_x = np.exp(2j * np.pi * np.outer(displacement[:, 1], fx))
    turned: NDArray[np.complex64] = spectra.coefficients[members] * (phase_y[:, :, None] * phase_x[:, None, :]).astype(
        np.complex64
    )
    return turned


def _correlate(
    spectra: Spectra,
    first: _Average,
    second: _Average,
    max_shift_px: tuple[float, float],
    expected_px: Floats | None,
    reach_px: float,
) -> tuple[float, Floats]:
    """Return how many peaks as high chance would give, and the displacement of *second* relative to *first*.

    Only peaks within reach of what is expected count.
    """
    n_rings = len(spectra.modes)
    reach = search_reach(spectra, max_shift_px)
    product = np.empty((n_rings, *spectra.ring.shape), np.complex64)
    correlation = np.empty((n_rings, *spectra.shape), np.float32)
    surface = np.empty(spectra.shape, np.float32)
    peaks = np.zeros((1 if expected_px is None else _CANDIDATES, 3))
    norms = [1 / np.sqrt(np.maximum(average.power, 1e-30)) for average in (first, second)]
    kernels.ring_products(first.coefficients, second.coefficients, spectra.ring, *norms, product)
    inverse_rings(product, spectra.shape, correlation)
    kernels.information(correlation, spectra.modes, surface)
    kernels.find_peaks(surface, reach[0], reach[1], peaks)
    shifts = peaks[:, :2] * spectra.step_px
    if expected_px is not None and np.isfinite(expected_px).all():
        peaks[np.linalg.norm(shifts - expected_px, axis=1) > reach_px, 2] = 0
    best = int(peaks[:, 2].argmax())
    return float(expected_by_chance(spectra, peaks[best : best + 1, 2], max_shift_px)[0]), shifts[best]
