"""How noise grows with brightness, and what that does to the error of a place.

Counting noise is stronger where the picture is bright. The likelihood of the Fourier coefficients takes it for even;
its places have the variance ``Σ g² v / (Σ g²)²`` of least squares (``g``: slope of the picture, ``v``: noise variance
of the pixel), where even noise of the same mean would give ``v̄ / Σ g²``. Edges of bright particles on a dark support
are brighter than the mean of the picture: the ratio is 2, and a standard deviation that knows nothing of it is too
small.

Taking the planes as square roots, whose noise is even [1]_, was tried: it gains a tenth where noise rules, and loses
more where it does not, because what changes in proportion no longer adds up.

References
----------
.. [1] F. J. Anscombe, Biometrika 35 (1948) 246.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from temstack.drift.planes import ReadPlane

Floats = NDArray[np.float64]

_BLOCK_PX = 6
_MOST_PX = 512
_PROBES = 5
_BINS = 16
_FEWEST_IN_BIN = 20


def uneven_noise_factor(read: ReadPlane, n_planes: int, region: tuple[int, int, int, int] | None) -> float:
    """Return by what factor the variance of a place is larger than under even noise of the same mean; 1 or more.

    Parameters
    ----------
    read : callable
        ``read(i)`` gives plane i, (y, x) float32.
    region : (top, left, bottom, right), px, half-open
        Look here only.
    """
    sums = np.zeros(2)
    for plane in np.unique(np.linspace(0, n_planes - 1, min(n_planes, _PROBES)).astype(int)):
        found = _blocks(_middle(read(int(plane)), region))
        if found is None:
            return 1.0
        mean, spread = found
        own, per_count = noise_curve(mean.ravel(), spread.ravel())
        sums += _slopes(mean, own + per_count * np.maximum(mean, 0))
    return max(float(sums[0] / sums[1]), 1.0) if sums[1] > 0 else 1.0


def noise_curve(mean: Floats, spread: Floats) -> tuple[float, float]:
    """Return noise variance as ``own + per_count · mean``, neither negative, from many small blocks.

    Structure makes some blocks vary more; the median over blocks of like brightness passes it by.

    Parameters
    ----------
    mean, spread : (k,) float64
        Mean of each block, and its variance beyond what is smooth.

    Returns
    -------
    own : float, counts²
        What does not depend on brightness: read noise.
    per_count : float, counts
        What counting adds, for each count of the mean.
    """
    n_bins = max(2, min(_BINS, len(mean) // _FEWEST_IN_BIN))
    parts = np.array_split(np.argsort(mean), n_bins)
    bright = np.maximum([mean[part].mean() for part in parts], 0)
    variance = np.array([np.median(spread[part]) for part in parts])
    weight = 1 / np.maximum(variance, 1e-6 * max(float(variance.max()), 1e-30))
    columns, wanted = np.stack([weight, bright * weight]), variance * weight
    both = np.linalg.lstsq(columns.T, wanted, rcond=None)[0]
    if (both >= 0).all():
        return float(both[0]), float(both[1])
    alone = np.maximum(columns @ wanted / np.maximum((columns**2).sum(axis=1), 1e-30), 0)
    misfit = ((wanted - alone[:, None] * columns) ** 2).sum(axis=1)
    return (float(alone[0]), 0.0) if misfit[0] <= misfit[1] else (0.0, float(alone[1]))


def _middle(plane: NDArray[np.float32], region: tuple[int, int, int, int] | None) -> NDArray[np.float32]:
    top, left, bottom, right = region or (0, 0, *plane.shape)
    height, width = min(bottom - top, _MOST_PX), min(right - left, _MOST_PX)
    top, left = (top + bottom - height) // 2, (left + right - width) // 2
    return plane[top : top + height, left : left + width]


def _blocks(plane: NDArray[np.float32]) -> tuple[Floats, Floats] | None:
    """Return mean and noise variance of small blocks, by a second difference along both axes; None if too few."""
    smooth_free = np.diff(np.diff(plane, 2, axis=0), 2, axis=1) / 6
    rows, columns = (side // _BLOCK_PX for side in smooth_free.shape)
    if rows * columns < 2 * _FEWEST_IN_BIN:
        return None
    inner = (slice(1, 1 + rows * _BLOCK_PX), slice(1, 1 + columns * _BLOCK_PX))
    blocks = (rows, _BLOCK_PX, columns, _BLOCK_PX)
    mean = plane[inner].reshape(blocks).mean(axis=(1, 3), dtype=np.float64)
    square = np.square(smooth_free[: rows * _BLOCK_PX, : columns * _BLOCK_PX])
    return mean, square.reshape(blocks).mean(axis=(1, 3), dtype=np.float64)


def _slopes(mean: Floats, noise: Floats) -> Floats:
    """Return the sums over neighbouring blocks of ``g² v`` and of ``g²``, with v in units of its mean.

    What noise adds to ``g²`` is taken off; each plane counts by its ``g²`` over noise.
    """
    level = float(noise.mean())
    if level <= 0:
        return np.zeros(2)
    noise = noise / level
    sums = np.zeros(2)
    for along in (0, 1):
        here, there = (np.moveaxis(each, along, 0) for each in (mean, noise))
        between = (there[1:] + there[:-1]) / 2
        slope = np.diff(here, axis=0) ** 2 / level - 2 * between / _BLOCK_PX**2
        sums += (float((slope * between).sum()), float(slope.sum()))
    return sums
