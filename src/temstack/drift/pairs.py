"""Transform every plane once, correlate pairs ring by ring, and keep several candidate shifts of each.

Two planes of an energy or focal series need not look alike: contrast fades, and may reverse at some spatial
frequencies. So each pair is correlated separately in rings of the Fourier plane, each normalised to −1 … 1, and the
rings are combined without regard to sign, as the information that a Gaussian signal in Gaussian noise carries [1]_::

    L(s) = Σ_r −½ M_r log(1 − C_r(s)²)

with ``M_r`` the number of independent Fourier coefficients of ring ``r``.

References
----------
.. [1] T. M. Cover, J. A. Thomas, Elements of Information Theory, 2nd ed., Wiley 2006, section 8.5.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import ducc0
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincc

from temstack.drift import kernels
from temstack.drift.parallel import fft_threads, for_each
from temstack.drift.planes import Area, Filters, ReadPlane, prepare_plane, taper_window
from temstack.stack.progress import Progress

_LOWEST_CYCLES = 1.5
_CAP = 2.5
_NO_CAP = 1e30

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spectra:
    """The low frequencies of every plane, and how they are cut into rings.

    Parameters
    ----------
    coefficients : (n, my, mx // 2 + 1) complex64
        Half spectra, frequency 0 in the corner.
    power : (n, n_rings) float64
        Power of each plane in each ring.
    ring : (my, mx // 2 + 1) int64
        Which ring a coefficient belongs to; −1 for none.
    modes : (n_rings,) float64
        Independent real coefficients per ring, what the window has made dependent taken off.
    step_px : (2,) float64, px
        What one pixel of a correlation means in pixels of the stack, (y, x).
    shape : (my, mx)
        Rows and columns of a correlation.
    signed : bool
        Whether only positive correlations count.
    """

    coefficients: NDArray[np.complex64]
    power: Floats
    ring: NDArray[np.int64]
    modes: Floats
    step_px: Floats
    shape: tuple[int, int]
    signed: bool = False


@dataclass(frozen=True)
class Candidates:
    """The possible shifts of each pair of planes.

    Parameters
    ----------
    pairs : (m, 2) int64
        First and second plane.
    shift_px : (m, p, 2) float64, px
        Displacement of the second plane relative to the first, best first.
    information : (m, p) float64
        What speaks for it (log likelihood ratio against no common structure); 0 where there are fewer.
    correlation_peak : (m,) float64, 0 … 1
        Root mean square over the rings of the correlation at the best shift.
    chance : (m,) float64
        How many peaks this high are expected from noise alone.
    """

    pairs: NDArray[np.int64]
    shift_px: Floats
    information: Floats
    correlation_peak: Floats
    chance: Floats


def transform_planes(
    read: ReadPlane,
    n_planes: int,
    area: Area,
    filters: Filters,
    *,
    window_size: int = 128,
    n_rings: int = 8,
    signed: bool = False,
    offsets: NDArray[np.int64] | None = None,
    progress: Progress,
) -> Spectra:
    """Transform every plane once and keep its lowest frequencies, ``window_size`` along each axis.

    ``signed`` correlations count only where they are positive, and leave Bragg spots as strong as they are. The area
    of each plane is moved by its ``offsets`` (n, 2), px.
    """
    rows, columns = area.shape
    shape = (min(rows, window_size), min(columns, window_size))
    ring = ring_numbers(shape, area, filters.band_pass, n_rings)
    coefficients = np.empty((n_planes, *ring.shape), np.complex64)
    power = np.zeros((n_planes, n_rings))

    def transform(plane: int) -> None:
        offset = (0, 0) if offsets is None else (int(offsets[plane, 0]), int(offsets[plane, 1]))
        picture = prepare_plane(read(plane), area, filters, offset)
        full = ducc0.fft.r2c(picture, axes=(0, 1), nthreads=1)
        cap = _NO_CAP if signed else _CAP
        kernels.crop_spectrum(full, ring, cap, coefficients[plane], power[plane])

    alone = fft_threads(area.height * area.width) > 1
    for_each(transform, range(n_planes), progress, "transforming planes", alone=alone)
    twice = np.where(np.arange(ring.shape[1]) == 0, 1.0, 2.0) * np.ones(shape[0])[:, None]
    modes = np.bincount(ring[ring >= 0], weights=twice[ring >= 0], minlength=n_rings)
    step = np.array([area.height / shape[0], area.width / shape[1]])
    independent = (modes * _window_share(area)).astype(np.float64)
    return Spectra(coefficients, power, ring, independent, step, shape, signed)


def ring_numbers(
    shape: tuple[int, int], area: Area, band_pass: tuple[float, float] | None, n_rings: int
) -> NDArray[np.int64]:
    """Return the ring of each coefficient of the half spectrum: equal steps of log frequency; −1 outside."""
    cycles_y = np.fft.fftfreq(shape[0], 1 / shape[0])[:, None]
    cycles_x = np.arange(shape[1] // 2 + 1)[None, :]
    frequency = np.hypot(cycles_y / area.height, cycles_x / area.width)
    inside = np.hypot(cycles_y / (shape[0] / 2), cycles_x / (shape[1] / 2)) < 1 - 1e-9
    inside &= np.hypot(cycles_y, cycles_x) >= _LOWEST_CYCLES
    if band_pass is not None:
        inside &= (frequency >= band_pass[0]) & (frequency <= band_pass[1])
    ring = np.full(frequency.shape, -1, np.int64)
    if not inside.any():
        return ring
    low, high = frequency[inside].min(), frequency[inside].max() * (1 + 1e-9)
    edges = np.geomspace(max(low, high / 30), high, n_rings + 1)
    ring[inside] = np.clip(np.searchsorted(edges, frequency[inside], side="right") - 1, 0, n_rings - 1)
    return ring


def _window_share(area: Area) -> float:
    """Return the share of coefficients that stay independent under the window: <w²>² / <w⁴>."""
    window = taper_window(area.shape[0], area.taper)[:, None] * taper_window(area.shape[1], area.taper)
    if area.mask is not None:
        window = window * area.mask
    square = window.astype(np.float64) ** 2
    return float(square.mean() ** 2 / max((square**2).mean(), 1e-30))


def choose_pairs(n_planes: int, pairs: str | int, most: int = 1500) -> NDArray[np.int64]:
    """Return the pairs to correlate, (m, 2), first < second.

    Parameters
    ----------
    pairs : "all", "auto" or int
        All N(N−1)/2; all up to *most*, else every near neighbour and distant ones at distances that grow
        geometrically (N log N of them); or only planes at most so many apart.
    """
    first, second = np.triu_indices(n_planes, 1)
    lag = second - first
    if isinstance(pairs, int):
        keep = lag <= pairs
    elif pairs == "all" or len(first) <= most:
        keep = np.ones(len(first), bool)
    else:
        keep = np.isin(lag, _lags())
    return np.stack([first[keep], second[keep]], axis=1).astype(np.int64)


def near_and_far(n_earlier: int, pairs: str | int, most: int = 1500) -> NDArray[np.int64]:
    """Return how far back to look from a plane that has so many before it, in the sense of :func:`choose_pairs`."""
    every = np.arange(1, n_earlier + 1)
    if isinstance(pairs, int):
        return every[every <= pairs]
    if pairs == "all" or n_earlier * (n_earlier + 1) // 2 <= most:
        return every
    lags = _lags()
    return lags[lags <= n_earlier]


def _lags() -> NDArray[np.int64]:
    return np.unique(np.concatenate([np.arange(1, 7), np.round(1.4 ** np.arange(2, 60))])).astype(np.int64)


def correlate_pairs(
    spectra: Spectra,
    pairs: NDArray[np.int64],
    *,
    max_shift_px: tuple[float, float],
    n_candidates: int = 6,
    progress: Progress,
) -> Candidates:
    """Correlate each pair of planes and keep its highest candidates within ``max_shift_px`` (y, x)."""
    n_rings = len(spectra.modes)
    norm = 1 / np.sqrt(np.maximum(spectra.power, 1e-30))
    reach = search_reach(spectra, max_shift_px)
    peaks = np.zeros((len(pairs), n_candidates, 3))
    height = np.zeros(len(pairs))
    local = threading.local()

    def correlate(chunk: NDArray[np.int64]) -> None:
        if not hasattr(local, "product"):
            local.product = np.empty((n_rings, *spectra.ring.shape), np.complex64)
            local.correlation = np.empty((n_rings, *spectra.shape), np.float32)
            local.surface = np.empty(spectra.shape, np.float32)
        for pair in chunk:
            i, j = pairs[pair]
            f, g = spectra.coefficients[i], spectra.coefficients[j]
            kernels.ring_products(f, g, spectra.ring, norm[i], norm[j], local.product)
            inverse_rings(local.product, spectra.shape, local.correlation)
            if spectra.signed:
                np.maximum(local.correlation, 0, out=local.correlation)
            kernels.information(local.correlation, spectra.modes, local.surface)
            kernels.find_peaks(local.surface, reach[0], reach[1], peaks[pair])
            height[pair] = _rms_correlation(local.correlation, spectra.modes, peaks[pair, 0])

    chunks = np.array_split(np.arange(len(pairs)), max(1, -(-len(pairs) // 32)))
    for_each(correlate, chunks, progress, "correlating pairs")
    chance = expected_by_chance(spectra, peaks[:, 0, 2], max_shift_px)
    return Candidates(pairs, peaks[:, :, :2] * spectra.step_px, peaks[:, :, 2], height, chance)


def expected_by_chance(spectra: Spectra, information: Floats, max_shift_px: tuple[float, float]) -> Floats:
    """Return how many peaks as high are expected in a pair that has nothing in common.

    Twice the information then follows a χ² distribution with one degree of freedom per ring, at each shift searched.
    """
    reach = search_reach(spectra, max_shift_px)
    places = (2 * reach[0] + 1) * (2 * reach[1] + 1)
    return np.asarray(places * gammaincc(len(spectra.modes) / 2, information), np.float64)


def search_reach(spectra: Spectra, max_shift_px: tuple[float, float]) -> tuple[int, int]:
    """Return how many correlation pixels to search each way."""
    reach = [
        int(min((size - 1) // 2, np.ceil(limit / step)))
        for size, limit, step in zip(spectra.shape, max_shift_px, spectra.step_px, strict=True)
    ]
    return reach[0], reach[1]


def inverse_rings(product: NDArray[np.complex64], shape: tuple[int, int], out: NDArray[np.float32]) -> None:
    """Transform the product of each ring back into its correlation."""
    ducc0.fft.c2r(product, axes=(1, 2), lastsize=shape[1], forward=False, out=out, nthreads=1)


def _rms_correlation(correlation: NDArray[np.float32], modes: Floats, peak: Floats) -> float:
    y, x = round(peak[0]), round(peak[1])
    values = correlation[:, y % correlation.shape[1], x % correlation.shape[2]].astype(np.float64)
    return float(np.sqrt(np.average(np.minimum(values**2, 1.0), weights=modes)))
