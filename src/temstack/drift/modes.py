"""The Fourier coefficients of every plane that tell most about its place, seen from the specimen.

Every plane is cut out where the specimen is, so that all show the same content, windowed, and transformed once. Kept
are the coefficients with most power times squared frequency in each band, whitened ring by ring, in order of their
class: a ring, and a range of power within it.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace

import ducc0
import numpy as np
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.parallel import fft_threads, for_each
from temstack.drift.planes import Area, Filters, ReadPlane, prepare_plane, taper_window
from temstack.stack.progress import Progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Coefficients = NDArray[np.complex64]

STEEP_TAPER = 0.25
_HIGHEST_FREQUENCY = 0.35
_LOWEST_CYCLES = 2.0
_BANDS = 5
_PROBES = 3
_MEMORY_BYTES = 30_000_000
_MOST_MODES = 120_000
_LEAK_SIDE = 1024
_FEWEST_MODES = 8
_FINE_RINGS = 14
_WIDE_RINGS = 5
_POWER_CLASSES = (0.6, 0.93)
_LEAKING = 1.5
_MUCH_LEAKING = 2.5
_ADJACENT = 3
_LEAK_RINGS = 24
_ROWS_AT_ONCE = 64


@dataclass(frozen=True)
class Choice:
    """Which coefficients of a half spectrum are used.

    Parameters
    ----------
    rows, columns : (k,) int64
        Where they stand in the half spectrum.
    frequency : (k, 2) float32, cycles/px
        Their spatial frequency, (y, x).
    """

    rows: Integers
    columns: Integers
    frequency: NDArray[np.float32]

    @property
    def size(self) -> NDArray[np.float32]:
        """Length of the frequency vectors, cycles/px."""
        return np.asarray(np.hypot(self.frequency[:, 0], self.frequency[:, 1]))

    def __getitem__(self, keep: Integers | slice) -> Choice:
        """Return some of them."""
        return Choice(self.rows[keep], self.columns[keep], self.frequency[keep])


@dataclass(frozen=True)
class PlaneModes:
    """The chosen coefficients of all planes, ordered by class.

    Parameters
    ----------
    values : (n, k) complex64
        Coefficients, whitened ring by ring in each plane.
    choice : Choice
        What they are, in the same order.
    wide, fine : list of slice
        Classes of few, wide rings and of many, narrow ones.
    shape : (int, int), px
        Height and width of the transformed area.
    taper : float, 0 … 1
        Share of each side over which the window faded.
    independent_share : float
        Share of the coefficients that the window leaves independent.
    """

    values: Coefficients
    choice: Choice
    wide: list[slice]
    fine: list[slice]
    shape: tuple[int, int]
    taper: float
    independent_share: float


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
    height, width = min(area.height, _LEAK_SIDE), min(area.width, _LEAK_SIDE)
    area = replace(area, taper=0.0, height=height, width=width, mask=None)
    choice = usable_modes(area, filters.band_pass)
    size = choice.size
    if not len(size):
        return STEEP_TAPER, _HIGHEST_FREQUENCY
    edges = np.linspace(size.min(), size.max() * 1.0001, _LEAK_RINGS + 1)
    ring = np.searchsorted(edges, size, side="right") - 1
    count = np.maximum(np.bincount(ring, minlength=_LEAK_RINGS), 1)
    untapered = prepare_plane(plane, area, replace(filters, band_pass=None))

    def ring_power(windows: list[NDArray[np.float32]]) -> Floats:
        full = ducc0.fft.r2c(untapered * windows[0][:, None] * windows[1], axes=(0, 1), nthreads=1)
        power = np.bincount(ring, np.abs(full[choice.rows, choice.columns]) ** 2, minlength=_LEAK_RINGS) / count
        return np.asarray(power / np.prod([(w.astype(np.float64) ** 2).mean() for w in windows]))

    clean = ring_power([taper_window(n, 1.0) ** 2 for n in area.shape])
    quarter, hann = (ring_power([taper_window(n, taper) for n in area.shape]) for taper in (STEEP_TAPER, 1.0))
    leaks = np.convolve(quarter > _MUCH_LEAKING * hann, np.ones(_ADJACENT), "valid") == _ADJACENT
    taper, leaked = (1.0, hann) if leaks.any() else (STEEP_TAPER, quarter)
    telling = np.flatnonzero(leaked <= _LEAKING * clean)
    return taper, float(edges[telling[-1] + 1]) if len(telling) else float(edges[1])


def choose_modes(
    read: ReadPlane, area: Area, whole: Integers, filters: Filters, highest: float = _HIGHEST_FREQUENCY
) -> Choice | None:
    """Return the coefficients to use, up to a *highest* frequency; None where there are too few to tell anything.

    Parameters
    ----------
    whole : (n, 2) int, px
        Where the specimen is in each plane.
    """
    usable, frequency_y, frequency_x = usable_band(area, filters.band_pass, highest)
    limit = min(_MOST_MODES, _MEMORY_BYTES // (8 * len(whole)))
    if usable.sum() > limit:
        probes = np.unique(np.linspace(0, len(whole) - 1, min(len(whole), _PROBES)).astype(int))
        transform = _Transform(read, area, filters)
        telling = np.zeros(usable.shape, np.float32)
        for plane in probes:
            _add_power(telling, transform(int(plane), whole[plane], np.zeros(2)))
        del transform
        usable = _most_telling(telling, usable, frequency_y, frequency_x, limit)
    choice = _chosen(usable, frequency_y, frequency_x)
    return choice if len(choice.rows) >= _FEWEST_MODES else None


def usable_modes(area: Area, band_pass: tuple[float, float] | None, high: float = _HIGHEST_FREQUENCY) -> Choice:
    """Return all coefficients of one half plane between the lowest and highest useful frequency."""
    return _chosen(*usable_band(area, band_pass, high))


def usable_band(
    area: Area, band_pass: tuple[float, float] | None, high: float
) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float32]]:
    """Return which coefficients of the half spectrum are useful, and the frequencies of its rows and columns."""
    height, width = area.shape
    fy = np.fft.fftfreq(height).astype(np.float32)
    fx = np.fft.rfftfreq(width).astype(np.float32)
    low = _LOWEST_CYCLES / min(s for s in (height, width) if s > 1)
    if band_pass is not None:
        low, high = max(low, band_pass[0]), min(high, band_pass[1])
    square = fy[:, None] ** 2 + fx**2
    usable = (square >= np.float32(low**2)) & (square <= np.float32(high**2))
    usable[:, 0] &= fy > 0
    if width % 2 == 0 and width > 1:
        usable[:, -1] = False
    return usable, fy, fx


def _chosen(usable: NDArray[np.bool_], frequency_y: NDArray[np.float32], frequency_x: NDArray[np.float32]) -> Choice:
    rows, columns = np.nonzero(usable)
    return Choice(rows, columns, np.stack([frequency_y[rows], frequency_x[columns]], axis=1))


def _add_power(total: NDArray[np.float32], spectrum: Coefficients) -> None:
    """Add the power of a plane, of mean 1, row by row so that little memory is needed."""
    mean = max(float(np.vdot(spectrum, spectrum).real) / spectrum.size, 1e-30)
    for row, values in zip(total, spectrum, strict=True):
        row[: len(values)] += (values.real**2 + values.imag**2) / np.float32(mean)


def _most_telling(
    power: NDArray[np.float32],
    usable: NDArray[np.bool_],
    frequency_y: NDArray[np.float32],
    frequency_x: NDArray[np.float32],
    limit: int,
) -> NDArray[np.bool_]:
    """Return the modes with the most power times frequency squared, the same number from each band.

    Every band is kept, because a coarse start needs low frequencies before high ones can be trusted.
    """
    square = frequency_y[:, None] ** 2 + frequency_x**2
    power *= square
    low, high = np.sqrt(square[usable].min()), np.sqrt(square[usable].max())
    edges = np.geomspace(low, high * 1.0001, _BANDS + 1) ** 2
    edges[0] = 0
    keep = np.zeros(usable.shape, bool)
    left = limit
    for band in range(_BANDS):
        inside = np.flatnonzero(usable & (square >= edges[band]) & (square < edges[band + 1]))
        count = min(len(inside), left // (_BANDS - band))
        left -= count
        if count:
            best = np.argpartition(power.ravel()[inside], len(inside) - count)[len(inside) - count :]
            keep.ravel()[inside[best]] = True
    return keep


def gather_modes(
    read: ReadPlane,
    area: Area,
    whole: Integers,
    slide: Floats,
    filters: Filters,
    choice: Choice,
    progress: Progress,
) -> PlaneModes | None:
    """Transform every plane where the specimen is and keep the chosen coefficients; None where a plane is blank.

    Parameters
    ----------
    whole, slide : (n, 2) int and float64, px
        Where the specimen is in each plane: whole pixels, and the rest, by which the window slides.
    """
    values = np.empty((len(whole), len(choice.rows)), np.complex64)
    transform = _Transform(read, area, filters)

    def gather(plane: int) -> None:
        spectrum = transform(plane, whole[plane], slide[plane])
        kernels.pick_modes(spectrum, choice.rows, choice.columns, values[plane])

    alone = fft_threads(area.height * area.width) > 1
    for_each(gather, range(len(whole)), progress, "transforming planes where the specimen is", alone=alone)
    return _classify(values, choice, area)


class _Transform:
    """Cuts planes out where the specimen is and transforms each in place, in one buffer per thread."""

    def __init__(self, read: ReadPlane, area: Area, filters: Filters) -> None:
        self.read, self.area, self.filters = read, area, replace(filters, band_pass=None)
        self.local = threading.local()

    def __call__(self, plane: int, whole: Integers, slide: Floats) -> Coefficients:
        """Return the half spectrum of a plane up to the highest useful frequency along x, good until the next call."""
        local, (rows, columns) = self.local, self.area.shape
        if not hasattr(local, "buffer"):
            local.buffer = np.empty((rows, columns // 2 + 1), np.complex64)
        spectrum: Coefficients = local.buffer
        picture = spectrum.view(np.float32)[:, :columns]
        offset, rest = (int(whole[0]), int(whole[1])), (float(slide[0]), float(slide[1]))
        prepare_plane(self.read(plane), self.area, self.filters, offset, rest, out=picture)
        for first in range(0, rows, _ROWS_AT_ONCE):
            block = slice(first, first + _ROWS_AT_ONCE)
            spectrum[block] = ducc0.fft.r2c(picture[block], axes=(1,), nthreads=1)
        used = spectrum[:, : int(_HIGHEST_FREQUENCY * columns) + 2]
        ducc0.fft.c2c(used, axes=(0,), out=used, nthreads=fft_threads(rows * columns))
        return used


def _classify(values: Coefficients, choice: Choice, area: Area) -> PlaneModes | None:
    """Whiten each plane ring by ring and order the coefficients by ring and power, in place."""
    size = choice.size
    ring = _equal_rings(size, min(_FINE_RINGS, max(1, len(size) // 50)))
    count = np.bincount(ring)
    power = np.zeros(len(size), np.float32)
    for plane in values:
        plane_power = plane.real**2 + plane.imag**2
        mean = np.bincount(ring, plane_power) / count
        if not (mean > 0).all():
            return None
        plane *= np.asarray(1 / np.sqrt(mean), np.float32)[ring]
        power += plane_power * np.asarray(1 / mean, np.float32)[ring]
    klass = np.zeros(len(size), np.int64)
    for r in range(len(count)):
        inside = np.flatnonzero(ring == r)
        klass[inside] = np.searchsorted(np.quantile(power[inside], _POWER_CLASSES), power[inside])
    wide_ring = ring * _WIDE_RINGS // len(count)
    order = np.argsort((klass * _FINE_RINGS + wide_ring) * _FINE_RINGS + ring, kind="stable")
    for plane in values:
        plane[:] = plane[order]
    return PlaneModes(
        values,
        choice[order],
        _runs((klass * _FINE_RINGS + wide_ring)[order]),
        _runs((klass * _FINE_RINGS + ring)[order]),
        area.shape,
        area.taper,
        window_share(area),
    )


def window_share(area: Area) -> float:
    """Return the share of coefficients that stay independent under the window: ``<w²>² / <w⁴>`` along each axis."""
    share = 1.0
    for length in area.shape:
        square = taper_window(length, area.taper).astype(np.float64) ** 2
        share *= square.mean() ** 2 / (square**2).mean()
    return float(share)


def _equal_rings(size: NDArray[np.float32], n_rings: int) -> Integers:
    """Return the ring of each mode, all rings having the same number of modes."""
    edges = np.quantile(size, np.linspace(0, 1, n_rings + 1)[1:-1])
    rings: Integers = np.searchsorted(edges, size)
    return rings


def _runs(labels: Integers) -> list[slice]:
    """Return the slices of equal labels that are long enough to estimate a covariance."""
    ends = np.flatnonzero(np.diff(labels, prepend=labels[0] - 1, append=labels[-1] + 1))
    return [slice(int(a), int(b)) for a, b in itertools.pairwise(ends) if b - a > 3]
