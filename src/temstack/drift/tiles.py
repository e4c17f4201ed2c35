"""Does every part of the picture move as the solution says? A few pairs of planes are looked at tile by tile."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from temstack.drift.pairs import correlate_pairs, transform_planes
from temstack.drift.planes import COARSE_SIZE, Area, Filters, ReadPlane, choose_area
from temstack.stack.progress import no_progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Region = tuple[int, int, int, int]

TILES = 4
CHANCE = 1e-6
OUTSTANDING = 0.5
_SMALLEST_TILE = 48
_WINDOW = 64
_CYCLES = 10.0
_TOLERANCE_PX = 1.5


@dataclass(frozen=True)
class OddTile:
    """A tile that moves differently: its region in px, and how far off the solution it was seen, (k, 2) px."""

    region: Region
    away_px: Floats


def odd_tiles(
    read: ReadPlane,
    shape: tuple[int, int],
    places: Floats,
    members: Integers,
    *,
    region: Region | None,
    mask: NDArray[np.bool_] | None,
    filters: Filters,
) -> tuple[list[OddTile], int]:
    """Return the tiles that certainly move differently, and how many certain observations there were.

    Planes are read once and binned to about 512 px a side; each tile moves with the specimen from plane to plane.

    Parameters
    ----------
    places : (n, 2) float64, px
        The solution.
    members : (k,) int
        Planes that hang together.
    """
    pairs = telling_pairs(members)
    factor = max(1, -(-max(shape) // COARSE_SIZE))
    planes = np.unique(pairs)
    small = {int(plane): _binned(filters.apply(read(int(plane))), factor) for plane in planes}
    plain = Filters(window=filters.window)
    odd, seen = [], 0
    for tile in _tiles(shape, region):
        if mask is not None and mask[tile[0] : tile[2], tile[1] : tile[3]].mean() < 1:
            continue
        within = (tile[0] // factor, tile[1] // factor, tile[2] // factor, tile[3] // factor)
        away, tolerance = _away(small, pairs, places / factor, within, plain)
        seen += len(away)
        wrong = away[np.linalg.norm(away, axis=1) > max(_TOLERANCE_PX / factor, tolerance)]
        if len(wrong):
            odd.append(OddTile(tile, wrong * factor))
    return odd, seen


def telling_pairs(members: Integers) -> Integers:
    """Return neighbours at the beginning, in the middle and at the end, and what links these: (k, 2) planes."""
    last = len(members) - 1
    middle = last // 2
    rows = {(0, 1), (middle, middle + 1), (last - 1, last), (0, middle), (middle, last)}
    return np.array([[members[a], members[b]] for a, b in sorted(rows) if a < b], np.int64)


def _binned(plane: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    if factor == 1:
        return plane
    rows, columns = plane.shape[0] // factor * factor, plane.shape[1] // factor * factor
    total = np.zeros((rows // factor, columns // factor), np.float32)
    for i, j in itertools.product(range(factor), repeat=2):
        total += plane[i:rows:factor, j:columns:factor]
    return np.asarray(total / np.float32(factor**2), np.float32)


def _tiles(shape: tuple[int, int], region: Region | None) -> Iterator[Region]:
    top, left, bottom, right = region or (0, 0, *shape)
    rows = max(1, min(TILES, (bottom - top) // _SMALLEST_TILE))
    columns = max(1, min(TILES, (right - left) // _SMALLEST_TILE))
    if rows * columns < TILES:
        return
    for y0, y1 in itertools.pairwise(np.linspace(top, bottom, rows + 1).astype(int)):
        for x0, x1 in itertools.pairwise(np.linspace(left, right, columns + 1).astype(int)):
            yield int(y0), int(x0), int(y1), int(x1)


def _away(
    small: dict[int, NDArray[np.float32]], pairs: Integers, places: Floats, tile: Region, filters: Filters
) -> tuple[Floats, float]:
    """Return how far pairs are off the solution in one tile, (k, 2), where that is certain, and what is tolerable.

    Only low frequencies are used: a fixed pattern of single pixels has most of its power in high ones.
    """
    planes, local = np.unique(pairs, return_inverse=True)
    rows = local.reshape(-1, 2)
    shape = next(iter(small.values())).shape
    offsets = np.rint(places[planes] - places[planes[0]]).astype(np.int64)
    area = choose_area((shape[0], shape[1]), region=tile, mask=None, window=filters.window, taper=0.6)
    inside = _inside(area, offsets, shape)
    spectra = transform_planes(
        lambda row: small[int(planes[row])],
        len(planes),
        area,
        replace(filters, band_pass=(0.0, _CYCLES / min(area.height, area.width))),
        window_size=_WINDOW,
        offsets=np.where(inside[:, None], offsets, 0),
        progress=no_progress,
    )
    half = ((tile[2] - tile[0]) / 2, (tile[3] - tile[1]) / 2)
    found = correlate_pairs(spectra, rows, max_shift_px=half, n_candidates=2, progress=no_progress)
    expected = places[pairs[:, 1]] - places[pairs[:, 0]] - (offsets[rows[:, 1]] - offsets[rows[:, 0]])
    sure = (found.chance < CHANCE) & (found.information[:, 1] < OUTSTANDING * found.information[:, 0])
    sure &= inside[rows].all(axis=1)
    return (found.shift_px[:, 0] - expected)[sure], 0.5 * float(spectra.step_px.max())


def _inside(area: Area, offsets: Integers, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return for which offsets the area stays in the plane."""
    top_left = np.array([area.top, area.left]) + offsets
    bottom_right = top_left + np.array([area.height, area.width])
    return np.asarray((top_left >= 0).all(axis=1) & (bottom_right <= np.array(shape)).all(axis=1))
