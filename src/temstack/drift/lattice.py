"""Find the Bragg spots of a crystal, and the two shortest vectors after which it repeats."""

from __future__ import annotations

from dataclasses import dataclass

import ducc0
import numpy as np
import scipy.ndimage
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_RINGS = 40
_OUTSTANDING = 8.0
_LOWEST_CYCLES = 2.5
_LEAST_PEAK = 0.5
_STRONG = 0.6
_SHORTEST_PX = 2.5
_LEAST_SINE = 0.35
_FIT_WITHIN_PX = 1.5
_FEWEST_SPOTS = 6
_LEAST_SHARE = 0.02
_FEWEST_POINTS = 9
_LEAST_MEAN = 0.45
_LEAST_ANYWHERE = 0.1


@dataclass(frozen=True)
class Lattice:
    """A lattice in the plane.

    Parameters
    ----------
    basis : (2, 2) float64, px
        Two vectors (y, x) after which it repeats; the second is zero where it repeats along one only.
    """

    basis: Floats

    def offset(self, cells: Integers) -> Floats:
        """Return the displacement by so many cells, (..., 2) px."""
        return np.asarray(cells @ self.basis)

    def nearly_whole(self, longest_px: float) -> Integers:
        """Return two lattice vectors, or one, not longer than that and nearest to whole pixels, (k, 2)."""
        longest_px = max(longest_px, 1.1 * float(np.hypot(*self.basis.T).max()))
        vectors = self.within(np.full(2, longest_px)).reshape(-1, 2)
        length = np.hypot(*vectors.T)
        vectors = vectors[(length > 0) & (length <= longest_px)]
        away = np.hypot(*(vectors - np.rint(vectors)).T)
        order = vectors[np.argsort(np.round(away, 2) + 1e-6 * np.hypot(*vectors.T), kind="stable")]
        first = order[0]
        across = np.abs(order @ np.array([-first[1], first[0]])) / (np.hypot(*first) * np.hypot(*order.T))
        chosen = [first, *order[across > _LEAST_SINE][:1]]
        return np.rint(chosen).astype(np.int64)

    def within(self, reach: Floats) -> Floats:
        """Return the displacements by −A … A and −B … B cells, (2A+1, 2B+1, 2) px, that reach (y, x) px twice over."""
        single = not self.basis[1].any()
        most = np.zeros(2, np.int64)
        if single:
            most[0] = int(2 * np.linalg.norm(reach) / np.linalg.norm(self.basis[0]))
        else:
            inverse = np.abs(np.linalg.inv(self.basis))
            most[:] = 2 * (reach @ inverse)
        a, b = (np.arange(-m, m + 1) for m in most)
        return self.offset(np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1))


def is_bragg(power: Floats, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which coefficients of a half spectrum stand far above others of like frequency."""
    size = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None])
    ring = np.minimum((size * 2 * _RINGS).astype(int), _RINGS - 1)
    median = np.asarray(scipy.ndimage.median(power, ring, np.arange(_RINGS)))
    return np.asarray((power > _OUTSTANDING * np.nan_to_num(median)[ring]) & (size > _LOWEST_CYCLES / min(shape)))


def find_lattice(power: Floats, bragg: NDArray[np.bool_], shape: tuple[int, int]) -> Lattice | None:
    """Return the lattice that Bragg spots make; None where they make none.

    Its vectors are the shortest at which the autocorrelation of the spots alone is high, and it is high after many of
    them: a few accidental spots make no lattice.
    """
    if bragg.sum() < _FEWEST_SPOTS or power[bragg].sum() < _LEAST_SHARE * power.sum():
        return None
    spots = np.where(bragg, power, 0).astype(np.complex64)
    auto = ducc0.fft.c2r(spots, axes=(0, 1), lastsize=shape[1], forward=False, nthreads=1)
    auto /= auto[0, 0]
    peaks, height = _peaks(auto)
    if not len(peaks) or height.max() < _LEAST_PEAK:
        return None
    strong = peaks[height >= _STRONG * height.max()]
    strong = strong[np.argsort(np.hypot(*strong.T), kind="stable")]
    first = strong[0]
    across = np.abs(strong @ np.array([-first[1], first[0]])) / (np.hypot(*first) * np.hypot(*strong.T))
    second = strong[across > _LEAST_SINE]
    basis = np.stack([first, second[0] if len(second) else np.zeros(2)])
    lattice = Lattice(_fitted(basis, strong))
    return lattice if _repeats(lattice, auto) else None


def _repeats(lattice: Lattice, auto: NDArray[np.float32]) -> bool:
    """Say whether the autocorrelation is high at the points of the lattice, up to a quarter of the field."""
    shape = np.array(auto.shape)
    points = lattice.within(shape / 8).reshape(-1, 2)
    at = np.rint(points[(np.abs(points) < shape / 4).all(axis=1)]).astype(int) % shape
    height = auto[at[:, 0], at[:, 1]]
    return len(height) >= _FEWEST_POINTS and height.mean() > _LEAST_MEAN and height.min() > _LEAST_ANYWHERE


def _peaks(auto: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Return the local maxima of the autocorrelation within half the field, (k, 2) px, and their heights."""
    centred = np.fft.fftshift(auto)
    rows, columns = centred.shape
    inner = centred[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4]
    top = scipy.ndimage.maximum_filter(inner, 5) == inner
    top[[0, -1]] = False
    top[:, [0, -1]] = False
    y, x = np.nonzero(top)
    height = inner[y, x].astype(np.float64)
    at = np.stack([y + _vertex(inner, y, x, 0), x + _vertex(inner, y, x, 1)], axis=1)
    at += np.array([rows // 4 - rows // 2, columns // 4 - columns // 2])
    far = np.hypot(*at.T) > _SHORTEST_PX
    return at[far], height[far]


def _vertex(values: NDArray[np.float32], y: Integers, x: Integers, axis: int) -> Floats:
    """Return where between pixels the parabola through a maximum and its neighbours is highest."""
    dy, dx = (1, 0) if axis == 0 else (0, 1)
    before, at, after = (values[y + k * dy, x + k * dx].astype(np.float64) for k in (-1, 0, 1))
    curvature = before - 2 * at + after
    return np.where(curvature < 0, 0.5 * (before - after) / np.minimum(curvature, -1e-30), 0.0)


def _fitted(basis: Floats, peaks: Floats) -> Floats:
    """Return the basis that fits all peaks near its points, from near ones to far ones."""
    rank = 2 if basis[1].any() else 1
    vectors = basis[:rank]
    distance = np.hypot(*peaks.T)
    for reach in (3 * float(np.hypot(*vectors.T).max()), float(distance.max()) + 1):
        cells = np.rint(peaks @ np.linalg.pinv(vectors))
        good = (np.hypot(*(peaks - cells @ vectors).T) < _FIT_WITHIN_PX) & (distance < reach)
        if good.sum() > rank:
            vectors = np.linalg.lstsq(cells[good], peaks[good], rcond=None)[0]
    return np.vstack([vectors, np.zeros((2 - rank, 2))])
