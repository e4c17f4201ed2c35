"""Choose the unit cell of every plane of a lattice at once, by what does not repeat.

Correlation tells where a lattice is but for whole cells. Which cell it is, only what does not repeat can tell: defects,
uneven thickness, dirt. It is found by taking the Bragg spots out of every plane and correlating what is left. Padded
with zeros so that nothing wraps around, and not normalised by the overlap, such a correlation is fair to near and far
displacements alike: a pixel that the other plane does not see says nothing. It is, up to a factor, the log likelihood
ratio of a weak signal in noise [1]_, so those of all pairs may be added, and the cells of all planes are chosen
together: by adding plane after plane to a growing set, by moving one plane or all from one on, and by doing part of it
again from several starts.

References
----------
.. [1] S. M. Kay, Fundamentals of Statistical Signal Processing: Detection Theory (1998), section 4.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import ducc0
import numpy as np
import scipy.fft
import scipy.ndimage
from numpy.typing import NDArray

from temstack.drift import kernels
from temstack.drift.lattice import Lattice, find_lattice, is_bragg
from temstack.drift.pairs import choose_pairs
from temstack.drift.parallel import for_each
from temstack.drift.planes import COARSE_SIZE, Area, Filters, ReadPlane, choose_area, prepare_plane, taper_window
from temstack.drift.prior import CREDIBLE_SIGMAS, Prior
from temstack.stack.progress import Progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Planes = NDArray[np.float32]

_STEP = "choosing unit cells"
_TAPER = 0.1
_HIGHEST = 0.3
_LOWEST_CYCLES = 2.5
_RINGS = 32
_NOISE_RINGS = slice(18, 22)
_LEAST_SIGNAL = 0.02
_STRONG_SPOTS = 0.2
_COMB_SHARE = 10
_COMB_LEAST = 0.15
_MOST_PAIRS = 600
_MEMORY_BYTES = 100_000_000
_BYTES_PER_PX = 24
_LEAST_SIDE = 128
_STARTS = 4
_RETRIES = 12
_SWEEPS = 20
_SURE_GAIN = 6.0
_NEVER = -1e3


@dataclass(frozen=True)
class Cells:
    """Which unit cell each plane is in.

    Parameters
    ----------
    place_px : (n, 2) float64, px
        Places after whole cells were added.
    moved : (k,) int
        Planes that were moved, seen from the most that were not.
    margin : float
        Log likelihood ratio by which the choice beats the next.
    rival_planes : (m,) int
        Planes that the next choice would move.
    rival_px : (2,) float64, px
        How far.
    """

    place_px: Floats
    moved: Integers
    margin: float
    rival_planes: Integers
    rival_px: Floats


def choose_cells(
    read: ReadPlane,
    shape: tuple[int, int],
    places: Floats,
    *,
    region: tuple[int, int, int, int] | None,
    filters: Filters,
    max_shift_px: tuple[float, float],
    held: NDArray[np.bool_],
    prior: Prior | None = None,
    progress: Progress,
) -> Cells | None:
    """Return the likeliest unit cell of every plane; None where no lattice is seen.

    Parameters
    ----------
    places : (n, 2) float64, px
        Where the lattice is in each plane, right but for whole cells.
    max_shift_px : (float, float), px
        Largest displacement between two planes, (y, x).
    held : (n,) bool
        Planes whose place is given and stays.
    prior : Prior, optional
        Cells far from it are not chosen.
    """
    n = len(places)
    area = _area(shape, region, filters, n)
    step = np.array([area.bin_y, area.bin_x], np.float64)
    pictures = _transforms(read, n, area, filters, progress)
    power = np.mean([np.abs(plane) ** 2 for plane in pictures], axis=0)
    bragg = is_bragg(power, area.shape)
    reach = np.minimum(np.array(max_shift_px) / step, 0.45 * np.array(area.shape))
    lattice = find_lattice(power, bragg, area.shape)
    if lattice is None:
        return None
    strong = float(power[bragg].sum()) > _STRONG_SPOTS * float(power.sum())
    comb_px = lattice.nearly_whole(min(area.shape) / _COMB_SHARE) if strong else np.zeros((0, 2), np.int64)
    pictures, shape = _without_lattice(read, n, area, filters, bragg, comb_px, progress)
    pairs = choose_pairs(n, "auto", _MOST_PAIRS)
    tables = _tables(pictures, shape, pairs, places / step, lattice, reach, progress)
    if prior is not None:
        _rule_out(tables, places, pairs, lattice.within(reach) * step, prior)
    search = _Search(tables, pairs, held)
    return _chosen(search, search.best(), lattice, places, step)


def _area(shape: tuple[int, int], region: tuple[int, int, int, int] | None, filters: Filters, n_planes: int) -> Area:
    """Return the area to look at: the whole, binned; of long series its middle, as far as memory allows."""
    area = choose_area(shape, region=region, mask=None, window="tukey", taper=_TAPER, most_px=COARSE_SIZE)
    most = max(_LEAST_SIDE, int(np.sqrt(_MEMORY_BYTES / (_BYTES_PER_PX * n_planes))))
    height, width = (min(size, most * step) for size, step in ((area.height, area.bin_y), (area.width, area.bin_x)))
    top, left = area.top + (area.height - height) // 2, area.left + (area.width - width) // 2
    middle = choose_area(shape, region=(top, left, top + height, left + width), mask=None, window="tukey", taper=_TAPER)
    return replace(
        middle,
        height=middle.height // area.bin_y * area.bin_y,
        width=middle.width // area.bin_x * area.bin_x,
        bin_y=area.bin_y,
        bin_x=area.bin_x,
    )


def _transforms(read: ReadPlane, n: int, area: Area, filters: Filters, progress: Progress) -> NDArray[np.complex64]:
    """Return the half spectra of all planes, each of unit power."""
    rows, columns = area.shape
    spectra = np.empty((n, rows, columns // 2 + 1), np.complex64)

    def transform(plane: int) -> None:
        picture = prepare_plane(read(plane), area, replace(filters, band_pass=None))
        deviation = float(picture.std())
        picture /= deviation if deviation > 0 else 1.0
        ducc0.fft.r2c(picture, axes=(0, 1), out=spectra[plane], nthreads=1)

    for_each(transform, range(n), progress, _STEP)
    return spectra


def _without_lattice(
    read: ReadPlane,
    n: int,
    area: Area,
    filters: Filters,
    bragg: NDArray[np.bool_],
    comb_px: Integers,
    progress: Progress,
) -> tuple[NDArray[np.complex64], tuple[int, int]]:
    """Return the half spectra of what does not repeat in each plane, weighted, and the shape they belong to.

    Weak Bragg spots are left out. Strong ones would still be seen: the window smears them over other frequencies,
    from where they speak for planes that do not move. So each picture is first subtracted from itself one lattice
    vector on, along two, and what that did to the rest is undone.

    Parameters
    ----------
    comb_px : (k, 2) int, px
        Lattice vectors along which to subtract; none where spots are weak.
    """
    whole = replace(area, taper=0.0)
    rows, columns = (int(size - np.abs(comb_px[:, k]).sum()) for k, size in enumerate(area.shape))
    window = taper_window(rows, _TAPER)[:, None] * taper_window(columns, _TAPER)
    qy, qx = np.fft.fftfreq(rows)[:, None], np.fft.rfftfreq(columns)[None]
    comb = np.ones((rows, columns // 2 + 1), np.complex128)
    for y, x in comb_px:
        comb *= 1 - np.exp(2j * np.pi * (qy * y + qx * x))
    kept = np.abs(comb) > _COMB_LEAST if len(comb_px) else ~scipy.ndimage.binary_dilation(bragg, iterations=2)
    undo = np.where(kept, 1 / np.where(kept, comb, 1), 0).astype(np.complex64)
    spectra = np.empty((n, rows, columns // 2 + 1), np.complex64)

    def transform(plane: int) -> None:
        picture = prepare_plane(read(plane), whole, replace(filters, band_pass=None))
        for vector in comb_px:
            picture = _minus_itself(picture, vector)
        ducc0.fft.r2c(picture * window, axes=(0, 1), out=spectra[plane], nthreads=1)
        spectra[plane] *= undo / max(float(picture.std()), 1e-30)

    for_each(transform, range(n), progress, _STEP)
    spectra *= _aperiodic_weight(spectra, kept, np.hypot(qy, qx), min(rows, columns))
    return spectra, (rows, columns)


def _minus_itself(picture: Planes, vector: Integers) -> Planes:
    """Return the picture minus the picture *vector* (y, x) px on, where both are."""
    (y, x), (rows, columns) = vector, picture.shape
    here = picture[max(0, -y) : rows - max(0, y), max(0, -x) : columns - max(0, x)]
    there = picture[max(0, y) : rows - max(0, -y), max(0, x) : columns - max(0, -x)]
    return np.asarray(here - there)


def _aperiodic_weight(spectra: NDArray[np.complex64], kept: NDArray[np.bool_], size: Floats, side: int) -> Planes:
    """Return the matched filter of what does not repeat: √signal / power in each ring, nothing where it was taken out.

    Noise is what is left at the highest frequencies used.
    """
    power = np.mean([np.abs(plane) ** 2 for plane in spectra], axis=0)
    out = ~kept | (size < _LOWEST_CYCLES / side) | (size > _HIGHEST)
    ring = np.minimum((size * 2 * _RINGS).astype(int), _RINGS - 1)
    median = scipy.ndimage.median(power, np.where(~kept, _RINGS, ring), np.arange(_RINGS))
    median = np.nan_to_num(np.asarray(median), nan=0.0)
    median[median <= 0] = max(float(median.max()), 1e-30)
    floor = float(median[_NOISE_RINGS].min())
    weight = np.sqrt(np.maximum(median - floor, _LEAST_SIGNAL * floor)) / median
    return np.where(out, 0.0, weight[ring]).astype(np.float32)


def _tables(
    pictures: NDArray[np.complex64],
    shape: tuple[int, int],
    pairs: Integers,
    places: Floats,
    lattice: Lattice,
    reach: Floats,
    progress: Progress,
) -> Planes:
    """Return what each pair says for each difference of cells, in standard deviations of noise, (m, 2A+1, 2B+1)."""
    padded = tuple(scipy.fft.next_fast_len(int(s + r), real=True) for s, r in zip(shape, reach, strict=True))
    spectra = np.empty((len(pictures), padded[0], padded[1] // 2 + 1), np.complex64)

    def pad(plane: int) -> None:
        picture = np.zeros(padded, np.float32)
        picture[: shape[0], : shape[1]] = ducc0.fft.c2r(
            pictures[plane], axes=(0, 1), lastsize=shape[1], forward=False, inorm=2, nthreads=1
        )
        ducc0.fft.r2c(picture, axes=(0, 1), out=spectra[plane], nthreads=1)

    for_each(pad, range(len(pictures)), progress, _STEP)
    cells = lattice.within(reach)
    tables = np.empty((len(pairs), *cells.shape[:2]), np.float32)

    def look(pair: int) -> None:
        i, j = pairs[pair]
        product = np.conj(spectra[i]) * spectra[j]
        correlation = ducc0.fft.c2r(product, axes=(0, 1), lastsize=padded[1], forward=False, nthreads=1)
        near = [np.r_[0 : int(r / 2) + 1, -int(r / 2) : 0] for r in reach]
        correlation /= max(float(correlation[np.ix_(*near)].std()), 1e-30)
        kernels.look_up(correlation, cells + (places[j] - places[i]), reach[0], reach[1], _NEVER, tables[pair])

    for_each(look, range(len(pairs)), progress, _STEP)
    return tables


def _rule_out(tables: Planes, places: Floats, pairs: Integers, cells: Floats, prior: Prior) -> None:
    """Forbid differences of cells that are further from the prior than is credible."""
    for table, (i, j), expected in zip(tables, pairs, prior.between(pairs), strict=True):
        away = np.linalg.norm(cells + places[j] - places[i] - expected, axis=2)
        table[away > CREDIBLE_SIGMAS * np.sqrt(2) * prior.sigma_px] = _NEVER


class _Search:
    """Looks for the cells, (n, 2) whole numbers, that the tables of all pairs together speak for."""

    def __init__(self, tables: Planes, pairs: Integers, held: NDArray[np.bool_]) -> None:
        self.tables, self.pairs, self.held = tables, pairs, held
        self.n = n = len(held)
        self.index = np.full((n, n), -1, np.int64)
        self.index[pairs[:, 0], pairs[:, 1]] = np.arange(len(pairs))
        self.centre = np.array(tables.shape[1:]) // 2

    def best(self) -> Integers:
        """Return the best cells found from several starts."""
        rng = np.random.default_rng(0)
        best = self._polished(np.zeros((self.n, 2), np.int64))
        top = self.total(best)
        starts = np.unique(np.linspace(0, self.n - 1, _STARTS).astype(int))
        kept: Iterator[Integers] = iter([np.array([start]) for start in starts])
        for turn in range(len(starts) + _RETRIES):
            keep = next(kept, None)
            if keep is None:
                keep = rng.permutation(self.n)[: rng.integers(1, max(2, self.n // 2))]
            found = self._polished(self._grown(best, keep))
            total = self.total(found)
            if turn >= len(starts) and total <= top and turn >= len(starts) + _RETRIES // 2:
                break
            if total > top:
                best, top = found, total
        return best

    def total(self, cells: Integers) -> float:
        """Return what all pairs together say for the cells."""
        return float(self.each(cells).sum())

    def each(self, cells: Integers) -> Floats:
        """Return what each pair says for the cells."""
        at = cells[self.pairs[:, 1]] - cells[self.pairs[:, 0]] + self.centre
        inside = ((at >= 0) & (at < self.tables.shape[1:])).all(axis=1)
        at = np.where(inside[:, None], at, 0)
        return np.where(inside, self.tables[np.arange(len(at)), at[:, 0], at[:, 1]], _NEVER).astype(np.float64)

    def moves(self, cells: Integers) -> Iterator[tuple[Integers, Planes]]:
        """Yield planes that may move together, and what speaks for each of their moves."""
        every = np.arange(self.n)
        for moving in [every[k : k + 1] for k in range(self.n)] + [every[k:] for k in range(1, self.n - 1)]:
            if self.held[moving].any():
                continue
            yield moving, self._votes(cells, moving, np.setdiff1d(every, moving))

    def _votes(self, cells: Integers, moving: Integers, fixed: Integers) -> Planes:
        out = np.zeros(self.tables.shape[1:], np.float32)
        kernels.cell_votes(self.tables, self.index, cells, moving, fixed, _NEVER, out)
        return out

    def _polished(self, cells: Integers) -> Integers:
        """Move one plane, or all from one on, as long as something speaks for it."""
        cells = cells.copy()
        for _ in range(_SWEEPS):
            still = True
            for moving, votes in self.moves(cells):
                to = np.unravel_index(int(votes.argmax()), votes.shape)
                if votes[to] > votes[tuple(self.centre)] + 1e-3:
                    cells[moving] += np.array(to) - self.centre
                    still = False
            if still:
                break
        return cells

    def _grown(self, cells: Integers, keep: Integers) -> Integers:
        """Place all other planes anew, each time the one whose cell is clearest."""
        cells, placed = cells.copy(), np.union1d(keep, np.flatnonzero(self.held))
        left = [k for k in range(self.n) if k not in placed]
        votes = {k: self._votes(cells, np.array([k]), placed) for k in left}
        while left:
            clearest = max(left, key=lambda k: _lead(votes[k]))
            to = np.unravel_index(int(votes[clearest].argmax()), votes[clearest].shape)
            cells[clearest] += np.array(to) - self.centre
            left.remove(clearest)
            for k in left:
                votes[k] += self._votes(cells, np.array([k]), np.array([clearest]))
        return cells


def _lead(votes: Planes) -> float:
    """Return by how much the best move leads the next."""
    two = np.partition(votes.ravel(), -2)[-2:]
    return float(two[1] - two[0])


def _chosen(search: _Search, cells: Integers, lattice: Lattice, places: Floats, step: Floats) -> Cells:
    """Return the places in these cells where they are surely better than the cells that the planes were in."""
    strength = max(float(np.mean(search.each(cells))), 0.0)
    if strength * (search.total(cells) - search.total(np.zeros_like(cells))) < _SURE_GAIN:
        cells = np.zeros_like(cells)
    margin, rival_planes, rival_px = np.inf, np.zeros(0, np.int64), np.zeros(2)
    for moving, votes in search.moves(cells):
        behind = float(votes[tuple(search.centre)]) - votes
        behind[tuple(search.centre)] = np.inf
        to = np.unravel_index(int(behind.argmin()), behind.shape)
        if strength * behind[to] < margin:
            margin, rival_planes = strength * float(behind[to]), moving
            rival_px = lattice.offset(np.array(to) - search.centre) * step
    values, count = np.unique(cells, axis=0, return_counts=True)
    moved = np.flatnonzero((cells != values[count.argmax()]).any(axis=1))
    return Cells(places + lattice.offset(cells) * step, moved, margin, rival_planes, rival_px)
