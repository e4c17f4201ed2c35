"""Tell unit cells apart: compare the solution with every likely hop, on the area that both would share.

The windows of two planes lie at the same place when pairs are first correlated, so planes that moved share less of
their content, and in a lattice a shift that is a unit cell too small may correlate better. Here the second plane is
cut out where the solution, and where the hop, says the specimen is: both are judged on equal terms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from temstack.drift.graph import SURE_CHANCE
from temstack.drift.pairs import Candidates, correlate_pairs, transform_planes
from temstack.drift.planes import COARSE_SIZE, Filters, ReadPlane, choose_area
from temstack.stack.progress import Progress, no_progress

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Region = tuple[int, int, int, int]

_RIVAL = 0.5
_MOST_PAIRS = 6
_MOST_HOPS = 12
_ROUNDS_PER_PLANE = 3
_SURE_GAIN = 6.0
_LEAST_SIDE = 48


@dataclass(frozen=True)
class Hop:
    """Planes that might be displaced by a further offset.

    Parameters
    ----------
    planes : (k,) int
        The planes that would move together.
    offset_px : (2,) float64, px
        How far.
    rivalry : float
        What speaks for the hop as a share of what speaks for the solution, by the first correlation.
    pairs : (m,) int
        Indices of the pairs that link these planes with others.
    """

    planes: Integers
    offset_px: Floats
    rivalry: float
    pairs: Integers


@dataclass(frozen=True)
class Resolved:
    """Places after all hops that fit better were made.

    Parameters
    ----------
    place_px : (n, 2) float64, px
        Places of all planes.
    moved : int
        Number of hops made.
    margin : float
        Least log likelihood ratio by which the solution beats a rival; infinite where there is none.
    rival : Hop or None
        The closest rival.
    """

    place_px: Floats
    moved: int
    margin: float
    rival: Hop | None


Judge = Callable[[tuple[int, int], Floats], "_Judged | None"]


def resolve_hops(
    read: ReadPlane,
    shape: tuple[int, int],
    candidates: Candidates,
    places: Floats,
    groups: Integers,
    step_px: float,
    *,
    region: Region | None,
    filters: Filters,
    progress: Progress = no_progress,
) -> Resolved:
    """Return the places after every rival hop was compared on equal terms, the closest rivals first.

    Parameters
    ----------
    places : (n, 2) float64, px
        The solution.
    groups : (n,) int
        Only planes that hang together are compared.
    step_px : float, px
        One pixel of the correlation.
    """
    places = places.copy()
    known: dict[tuple[float, ...], _Judged | None] = {}

    def judge(planes: tuple[int, int], displacement_px: Floats) -> _Judged | None:
        key = (*planes, *np.rint(displacement_px / (0.5 * step_px)).ravel())
        if key not in known:
            known[key] = _judge(read, shape, planes, displacement_px, step_px, region, filters)
        return known[key]

    rounds = _ROUNDS_PER_PLANE * len(places)
    margin, rival, turn = np.inf, None, 0
    for turn in range(rounds):
        progress("telling unit cells apart", turn, rounds)
        hops = sorted(likely_hops(candidates, places, groups, step_px), key=lambda hop: -hop.rivalry)[:_MOST_HOPS]
        gains = [_gain(candidates, places, hop, judge) for hop in hops]
        if not gains:
            margin, rival = np.inf, None
            break
        best = int(np.argmax(gains))
        margin, rival = -gains[best], hops[best]
        if gains[best] < _SURE_GAIN:
            break
        places[rival.planes] += rival.offset_px
    progress("telling unit cells apart", rounds, rounds)
    return Resolved(places, turn, margin, rival)


def likely_hops(candidates: Candidates, places: Floats, groups: Integers, step_px: float) -> Iterator[Hop]:
    """Yield the hops, of all planes from some plane on or of one plane, that other candidates speak for."""
    pairs, info = candidates.pairs, candidates.information
    together = groups[pairs[:, 0]] == groups[pairs[:, 1]]
    miss = candidates.shift_px - (places[pairs[:, 1]] - places[pairs[:, 0]])[:, None]
    n = len(places)
    for planes in [np.arange(k, n) for k in range(1, n)] + [np.array([k]) for k in range(1, n - 1)]:
        second_moves, first_moves = np.isin(pairs[:, 1], planes), np.isin(pairs[:, 0], planes)
        linking = np.flatnonzero(together & (second_moves != first_moves))
        if not len(linking):
            continue
        sign = np.where(second_moves[linking], 1.0, -1.0)[:, None, None]
        away = miss[linking] * sign
        own = _support(away, info[linking], np.zeros(2), step_px).sum()
        for offset in _alternatives(away, info[linking], step_px):
            rivalry = _support(away, info[linking], offset, step_px).sum() / max(own, 1e-30)
            if rivalry > _RIVAL:
                yield Hop(planes, offset, float(rivalry), linking)


def _alternatives(away: Floats, info: Floats, step_px: float) -> list[Floats]:
    """Return the few offsets, away from the solution, that the candidates of these pairs point at most."""
    flat, weight = away.reshape(-1, 2), info.reshape(-1).copy()
    weight[np.linalg.norm(flat, axis=1) < 3 * step_px] = 0
    offsets = []
    for _ in range(4):
        if not weight.any():
            break
        near = (np.linalg.norm(flat - flat[int(weight.argmax())], axis=1) < 2 * step_px) & (weight > 0)
        offsets.append(np.asarray(np.average(flat[near], axis=0, weights=weight[near])))
        weight[near] = 0
    return offsets


def _support(away: Floats, info: Floats, offset: Floats, step_px: float) -> Floats:
    """Return what each pair's candidates near the offset say for it; nothing where none is near."""
    near = np.linalg.norm(away - offset, axis=2) < 1.5 * step_px
    return np.asarray(np.where(near, info, 0.0).max(axis=1))


def _gain(candidates: Candidates, places: Floats, hop: Hop, judge: Judge) -> float:
    """Return by how much the hop is more likely than the solution, summed over the pairs that tell most."""
    sure = hop.pairs[candidates.chance[hop.pairs] < SURE_CHANCE]
    telling = sure[np.argsort(-candidates.information[sure, 0])[:_MOST_PAIRS]]
    total = 0.0
    for pair in telling:
        fixed, moving = candidates.pairs[pair]
        if fixed in hop.planes:
            fixed, moving = moving, fixed
        now = places[moving] - places[fixed]
        judged = judge((int(fixed), int(moving)), np.stack([now, now + hop.offset_px]))
        if judged is not None:
            total += judged.information[1] - judged.information[0]
    return total


@dataclass(frozen=True)
class _Judged:
    """What a pair says for each of several displacements, (k,), and where exactly each has its peak, (k, 2) px."""

    information: Floats
    shift_px: Floats


def _judge(
    read: ReadPlane,
    shape: tuple[int, int],
    planes: tuple[int, int],
    displacement_px: Floats,
    step_px: float,
    region: Region | None,
    filters: Filters,
) -> _Judged | None:
    """Judge each displacement where the specimen would then be, on an area of one size; None where it is too small."""
    top, left, bottom, right = region or (0, 0, *shape)
    offsets = np.vstack([[0, 0], np.rint(displacement_px)]).astype(np.int64)
    low, high = offsets.min(axis=0), offsets.max(axis=0)
    inner = (top - int(low[0]), left - int(low[1]), bottom - int(high[0]), right - int(high[1]))
    if inner[2] - inner[0] < _LEAST_SIDE or inner[3] - inner[1] < _LEAST_SIDE:
        return None
    area = choose_area(shape, region=inner, mask=None, window="tukey", taper=0.6, most_px=COARSE_SIZE)
    count = len(displacement_px)
    spectra = transform_planes(
        lambda row: read(planes[min(row, 1)]), count + 1, area, filters, offsets=offsets, progress=no_progress
    )
    pairs = np.stack([np.zeros(count), np.arange(1, count + 1)], axis=1).astype(np.int64)
    reach = 1.5 * step_px
    found = correlate_pairs(spectra, pairs, max_shift_px=(reach, reach), n_candidates=1, progress=no_progress)
    return _Judged(found.information[:, 0], found.shift_px[:, 0] + offsets[1:])
