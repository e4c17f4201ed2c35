"""What the user must be told about an estimate: it knows what it does not know."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from temstack.drift.hops import Resolved
from temstack.drift.pairs import Candidates, correlate_pairs, transform_planes
from temstack.drift.planes import Area, choose_area
from temstack.drift.source import PlaneSource
from temstack.stack.progress import no_progress

if TYPE_CHECKING:
    from temstack.drift.estimate import _Settings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Region = tuple[int, int, int, int]

_TILES = 4
_SMALLEST_TILE = 48
_TILE_CHANCE = 1e-6
_TILE_WINDOW = 64
_TILE_CYCLES = 10.0
_TILE_TOLERANCE_PX = 1.5
_STILL_PX = 0.5
_MANY_TILES = 0.15
_DOMINANT_PATTERN = 0.2
_SURE_MARGIN = 12.0
_MANY_CHANGED = 0.2


def report_groups(groups: Integers, warnings: list[str]) -> None:
    """Warn of planes whose place relative to plane 0 is not known."""
    if not groups.any():
        return
    if len(np.unique(groups)) == len(groups):
        warnings.append(
            f"no two of the {len(groups)} planes share any structure beyond chance; nothing is known about the drift"
        )
        return
    parts = [ranges_in_words(np.flatnonzero(groups == g)) for g in np.unique(groups)]
    warnings.append(
        "planes do not all hang together: "
        + " | ".join(parts)
        + "; the drift is known inside each group, not between them"
    )


def ranges_in_words(planes: Integers) -> str:
    """Return plane numbers as ranges.

    >>> ranges_in_words(np.array([0, 1, 2, 5, 7, 8]))
    '0–2, 5, 7–8'
    """
    breaks = np.flatnonzero(np.diff(planes) != 1) + 1
    runs = np.split(planes, breaks)
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}–{r[-1]}" for r in runs)


def report_pattern(share: float, decisions: list[str], warnings: list[str]) -> None:
    """Tell of a pattern that stays with the detector."""
    if share <= 0:
        return
    decisions.append(f"a pattern that stays with the detector ({share:.0%} of the common power) was modelled")
    if share > _DOMINANT_PATTERN:
        warnings.append(
            f"a pattern that stays with the detector (dust, gain errors, a burnt-in caption) makes up "
            f"{share:.0%} of what the planes have in common; "
            "it was modelled, but a gain reference or a region without it would be better"
        )


def report_disagreement(
    source: PlaneSource, settings: _Settings, places: Floats, groups: Integers, warnings: list[str]
) -> None:
    """Warn where parts of the picture move differently from the solution (a caption, a moving particle)."""
    members = np.flatnonzero(groups == groups[0])
    if len(members) < 2:
        return
    chosen = _telling_pairs(members)
    odd: dict[Region, list[Floats]] = {}
    seen = 0
    for region in _tiles(source.shape, settings.region):
        shifts = _tile_shifts(source, settings, region, chosen, places)
        seen += len(shifts)
        wrong = [shift for shift, tolerance in shifts if np.linalg.norm(shift) > tolerance]
        if wrong:
            odd[region] = wrong
    count = sum(len(v) for v in odd.values())
    if not seen or count < max(2, _MANY_TILES * seen):
        return
    top, left = (min(region[k] for region in odd) for k in (0, 1))
    bottom, right = (max(region[k] for region in odd) for k in (2, 3))
    most = np.abs(np.concatenate([np.array(v) for v in odd.values()])).max(axis=0)
    where = f"in {len(odd)} of {_TILES}×{_TILES} tiles, within region {top},{left},{bottom},{right},"
    if np.abs(places[members] - places[members[0]]).max() < _STILL_PX:
        warnings.append(
            f"the planes were found to stand still, but {where} the image moves by up to "
            f"({most[0]:.1f}, {most[1]:.1f}) px: "
            "something is fixed to the picture (a caption, a scale bar, dust); exclude it with a region or mask"
        )
        return
    warnings.append(
        f"parts of the picture move differently: {where} the image is up to "
        f"({most[0]:.1f}, {most[1]:.1f}) px away from the drift found; "
        "the object changes or turns, or something is fixed to the picture: try a region or mask"
    )


def _telling_pairs(members: Integers) -> Integers:
    """Return neighbours at the beginning, in the middle and at the end, and what links these: (k, 2) planes."""
    last = len(members) - 1
    middle = last // 2
    rows = {(0, 1), (middle, middle + 1), (last - 1, last), (0, middle), (middle, last)}
    return np.array([[members[a], members[b]] for a, b in sorted(rows) if a < b], np.int64)


def _tiles(shape: tuple[int, int], region: Region | None) -> Iterator[Region]:
    top, left, bottom, right = region or (0, 0, *shape)
    rows = max(1, min(_TILES, (bottom - top) // _SMALLEST_TILE))
    columns = max(1, min(_TILES, (right - left) // _SMALLEST_TILE))
    if rows * columns < 4:
        return
    ys = np.linspace(top, bottom, rows + 1).astype(int)
    xs = np.linspace(left, right, columns + 1).astype(int)
    for y0, y1 in itertools.pairwise(ys):
        for x0, x1 in itertools.pairwise(xs):
            yield int(y0), int(x0), int(y1), int(x1)


def _tile_shifts(
    source: PlaneSource, settings: _Settings, region: Region, pairs: Integers, places: Floats
) -> list[tuple[Floats, float]]:
    """Return how far each pair of planes is off the solution in one tile where that is certain, and what is tolerable.

    Only low frequencies are used: a fixed pattern of single pixels has most of its power in high ones.
    """
    mask = settings.mask
    if mask is not None and mask[region[0] : region[2], region[1] : region[3]].mean() < 1:
        return []
    planes, local = np.unique(pairs, return_inverse=True)
    offsets = np.rint(places[planes] - places[planes[0]]).astype(np.int64)
    area = choose_area(source.shape, region=region, mask=None, window="tukey", taper=0.6, coarse=True)
    inside = _inside(area, offsets, source.shape)
    low = replace(settings.filters, band_pass=(0.0, _TILE_CYCLES / min(area.height, area.width)))
    spectra = transform_planes(
        lambda i: source(int(planes[i])),
        len(planes),
        area,
        low,
        window_size=_TILE_WINDOW,
        offsets=np.where(inside[:, None], offsets, 0),
        progress=no_progress,
    )
    half = np.array([region[2] - region[0], region[3] - region[1]]) / 2
    rows = local.reshape(-1, 2)
    found = correlate_pairs(spectra, rows, max_shift_px=(half[0], half[1]), progress=no_progress)
    expected = places[pairs[:, 1]] - places[pairs[:, 0]] - (offsets[rows[:, 1]] - offsets[rows[:, 0]])
    tolerance = max(_TILE_TOLERANCE_PX, 0.5 * float(spectra.step_px.max()))
    outstanding = found.information[:, 1] < 0.5 * found.information[:, 0]
    sure = (found.chance < _TILE_CHANCE) & outstanding & inside[rows].all(axis=1)
    return [(found.shift_px[k, 0] - expected[k], tolerance) for k in np.flatnonzero(sure)]


def _inside(area: Area, offsets: Integers, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return for which offsets the area stays in the plane."""
    top_left = np.array([area.top, area.left]) + offsets
    bottom_right = top_left + np.array([area.height, area.width])
    return np.asarray((top_left >= 0).all(axis=1) & (bottom_right <= np.array(shape)).all(axis=1))


def report_ambiguity(resolved: Resolved, decisions: list[str], warnings: list[str]) -> None:
    """Tell of unit cells: of hops made, and of a rival (a whole cell off) that fits nearly as well."""
    if resolved.moved:
        decisions.append(f"{resolved.moved} hops by a unit cell were made after comparing cells on equal terms")
    rival = resolved.rival
    if rival is None or resolved.margin > _SURE_MARGIN:
        return
    y, x = rival.offset_px
    warnings.append(
        f"the structure repeats itself: planes {ranges_in_words(rival.planes)} would fit nearly as well "
        f"({y:+.1f}, {x:+.1f}) px further (log likelihood ratio {resolved.margin:.1f}); "
        "give a largest shift or pin a plane if you know better"
    )


def report_change(
    candidates: Candidates,
    places: Floats,
    groups: Integers,
    sure: NDArray[np.bool_],
    step_px: float,
    warnings: list[str],
) -> None:
    """Warn where distant planes, each sure of itself, contradict the near ones: the object itself changes."""
    pairs = candidates.pairs
    certain = (candidates.chance < _TILE_CHANCE) & (candidates.information[:, 1] < 0.5 * candidates.information[:, 0])
    certain &= groups[pairs[:, 0]] == groups[pairs[:, 1]]
    if certain.sum() < len(places):
        return
    predicted = places[pairs[:, 1]] - places[pairs[:, 0]]
    away = np.linalg.norm(candidates.shift_px[:, 0] - predicted, axis=1)
    contradicting = certain & (away > 1.5 * step_px)
    if contradicting.sum() > _MANY_CHANGED * certain.sum():
        warnings.append(
            f"{int(contradicting.sum())} of {int(certain.sum())} pairs that are sure of themselves contradict the "
            f"solution by {np.median(away[contradicting]):.1f} px (median): "
            "the object itself changes along the series. "
            "Neighbouring planes were trusted more; true errors may be larger than the standard deviations say"
        )
