"""What the user must be told about an estimate: it knows what it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from temstack.drift.pairs import Candidates, correlate_pairs, transform_planes
from temstack.drift.planes import choose_area
from temstack.drift.source import PlaneSource
from temstack.stack.progress import no_progress

if TYPE_CHECKING:
    from temstack.drift.estimate import _Settings

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Region = tuple[int, int, int, int]

_TILES = 4
_SMALLEST_TILE = 48
_TILE_WINDOW = 64
_TILE_CHANCE = 1e-6
_DISAGREE_STEPS = 2.0
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
            f"a pattern that stays with the detector (dust, gain errors, a burnt-in caption) makes up {share:.0%} of what "
            "the planes have in common; it was modelled, but a gain reference or a region without it would be better"
        )


def report_disagreement(
    source: PlaneSource, settings: _Settings, places: Floats, groups: Integers, warnings: list[str]
) -> None:
    """Warn where parts of the picture move differently from the solution (a caption, a moving particle)."""
    members = np.flatnonzero(groups == groups[0])
    if len(members) < 2:
        return
    chosen = _telling_planes(places, members)
    odd: dict[Region, list[Floats]] = {}
    seen = 0
    for region in _tiles(source.shape, settings.region):
        shifts = _tile_shifts(source, settings, region, chosen, places)
        seen += len(shifts)
        wrong = [shift for shift, step in shifts if np.linalg.norm(shift) > _DISAGREE_STEPS * step]
        if wrong:
            odd[region] = wrong
    count = sum(len(v) for v in odd.values())
    if not seen or count < max(2, _MANY_TILES * seen):
        return
    top, left = (min(region[k] for region in odd) for k in (0, 1))
    bottom, right = (max(region[k] for region in odd) for k in (2, 3))
    mean = np.abs(np.concatenate([np.array(v) for v in odd.values()])).max(axis=0)
    warnings.append(
        f"parts of the picture move differently: in {len(odd)} of {_TILES}×{_TILES} tiles, within region "
        f"{top},{left},{bottom},{right}, the image is up to ({mean[0]:.1f}, {mean[1]:.1f}) px away from the drift found; "
        "if something there or elsewhere is fixed to the picture (a caption, a scale bar, dust), exclude it with a region or mask"
    )


def _telling_planes(places: Floats, members: Integers) -> Integers:
    """Return up to four planes spread over the series."""
    picks = np.unique(np.linspace(0, len(members) - 1, 4).round().astype(int))
    return members[picks]


def _tiles(shape: tuple[int, int], region: Region | None) -> Iterator[Region]:
    top, left, bottom, right = region or (0, 0, *shape)
    rows = max(1, min(_TILES, (bottom - top) // _SMALLEST_TILE))
    columns = max(1, min(_TILES, (right - left) // _SMALLEST_TILE))
    if rows * columns < 4:
        return
    ys = np.linspace(top, bottom, rows + 1).astype(int)
    xs = np.linspace(left, right, columns + 1).astype(int)
    for y0, y1 in zip(ys[:-1], ys[1:], strict=True):
        for x0, x1 in zip(xs[:-1], xs[1:], strict=True):
            yield int(y0), int(x0), int(y1), int(x1)


def _tile_shifts(
    source: PlaneSource, settings: _Settings, region: Region, planes: Integers, places: Floats
) -> list[tuple[Floats, float]]:
    """Return how far each pair of planes is off the solution in one tile, where that is certain."""
    mask = settings.mask
    if mask is not None and mask[region[0] : region[2], region[1] : region[3]].mean() < 1:
        return []
    area = choose_area(source.shape, region=region, mask=None, window="tukey", taper=0.6, coarse=True)
    spectra = transform_planes(
        lambda i: source(int(planes[i])),
        len(planes),
        area,
        settings.filters,
        window_size=_TILE_WINDOW,
        progress=no_progress,
    )
    pairs = np.array([(0, k) for k in range(1, len(planes))], np.int64)
    half = (region[2] - region[0]) / 2, (region[3] - region[1]) / 2
    found = correlate_pairs(spectra, pairs, max_shift_px=half, progress=no_progress)
    expected = places[planes[1:]] - places[planes[0]]
    step = float(spectra.step_px.max())
    outstanding = found.information[:, 1] < 0.5 * found.information[:, 0]
    sure = (found.chance < _TILE_CHANCE) & outstanding & (np.abs(expected) < np.array(half) / 2).all(axis=1)
    return [(found.shift_px[k, 0] - expected[k], max(step, 0.5)) for k in np.flatnonzero(sure)]


def report_ambiguity(
    candidates: Candidates, places: Floats, groups: Integers, step_px: float, warnings: list[str]
) -> None:
    """Warn where another choice (a whole unit cell off) fits nearly as well for planes from some plane on."""
    found = least_margin(candidates, places, groups, step_px)
    if found is None:
        return
    margin, plane, offset = found
    if margin < _SURE_MARGIN:
        warnings.append(
            f"the structure repeats itself: planes from {plane} on would fit nearly as well "
            f"({offset[0]:+.1f}, {offset[1]:+.1f}) px further (log likelihood ratio {margin:.1f}); give a largest shift "
            "or pin a plane if you know better"
        )


def least_margin(
    candidates: Candidates, places: Floats, groups: Integers, step_px: float
) -> tuple[float, int, Floats] | None:
    """Return the least log likelihood ratio against moving all planes from some plane on by an alternative shift.

    Returns
    -------
    margin, plane, offset_px : float, int, (2,) float64
        What speaks for the solution, the first plane moved, and the alternative; None where there is none.
    """
    pairs, info = candidates.pairs, candidates.information
    together = groups[pairs[:, 0]] == groups[pairs[:, 1]]
    miss = candidates.shift_px - (places[pairs[:, 1]] - places[pairs[:, 0]])[:, None]
    support = _support(miss, info, np.zeros(2), step_px)
    best: tuple[float, int, Floats] | None = None
    for plane in range(1, len(places)):
        across = together & (pairs[:, 0] < plane) & (pairs[:, 1] >= plane)
        if not across.any():
            continue
        for offset in _alternatives(miss[across], info[across], step_px):
            margin = float((support[across] - _support(miss[across], info[across], offset, step_px)).sum())
            if best is None or margin < best[0]:
                best = margin, plane, offset
    return best


def _alternatives(miss: Floats, info: Floats, step_px: float) -> list[Floats]:
    """Return the few offsets, away from the solution, that other candidates of these pairs point at most."""
    flat, weight = miss.reshape(-1, 2), info.reshape(-1).copy()
    weight[np.linalg.norm(flat, axis=1) < 3 * step_px] = 0
    offsets = []
    for _ in range(4):
        if not weight.any():
            break
        offset = flat[int(weight.argmax())]
        near = np.linalg.norm(flat - offset, axis=1) < 2 * step_px
        offsets.append(np.average(flat[near & (weight > 0)], axis=0, weights=weight[near & (weight > 0)]))
        weight[near] = 0
    return offsets


def _support(miss: Floats, info: Floats, offset: Floats, step_px: float) -> Floats:
    """Return what each pair's candidates near the offset say for it; the least candidate where none is near."""
    near = np.linalg.norm(miss - offset, axis=2) < 1.5 * step_px
    floor = np.where(info > 0, info, np.inf).min(axis=1, initial=np.inf)
    floor = np.where(np.isfinite(floor), floor, 0.0)
    return np.asarray(np.where(near.any(axis=1), np.where(near, info, 0.0).max(axis=1), floor))


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
            f"{int(contradicting.sum())} of {int(certain.sum())} pairs that are sure of themselves contradict the solution by "
            f"{np.median(away[contradicting]):.1f} px (median): the object itself changes along the series. Neighbouring planes were "
            "trusted more; true errors may be larger than the standard deviations say"
        )
