"""Choose among the candidate shifts of all pairs together, and solve for the drift of each plane.

The shifts of the pairs are the edges of a graph whose nodes are the planes. The drift ``D`` minimises
``Σ w_ij |D_j − D_i − d_ij|²``, weighted least squares on the graph; a pair whose shift does not fit the others
(a unit cell off, a chance peak) loses its weight, and another of its candidates is taken where that fits [1]_ [2]_.

References
----------
.. [1] B. Schaffer, W. Grogger, G. Kothleitner, Ultramicroscopy 102 (2004) 27.
.. [2] B. H. Savitzky et al., Ultramicroscopy 191 (2018) 56.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from temstack.drift.pairs import Candidates

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SURE_CHANCE = 1e-4
_MISFIT_LIMIT = 30.0
_SCALE = 0.7
_ROUNDS = 25
_STARTS = 10
_AMBIGUOUS = 0.5
_FIRST = 1e9


@dataclass(frozen=True)
class Solution:
    """Places of all planes, and what each pair has to do with them.

    Parameters
    ----------
    place_px : (n, 2) float64, px
        Drift of each plane; only differences within a group mean something.
    chosen : (m,) int
        Which candidate of each pair was taken.
    residual_px : (m,) float64, px
        Its distance from the solution.
    weight : (m,) float64
        Its weight in the solution.
    """

    place_px: Floats
    chosen: Integers
    residual_px: Floats
    weight: Floats


def solve_places(
    n_planes: int,
    pairs: Integers,
    shift_px: Floats,
    weight: Floats,
    pinned_px: Mapping[int, tuple[float, float]] | None = None,
) -> Floats:
    """Return the place of each plane by weighted least squares on the graph of pairs.

    Parameters
    ----------
    pairs : (m, 2) int
        First and second plane of each pair.
    shift_px : (m, 2) float64, px
        Displacement ``(y, x)`` of the second plane relative to the first.
    weight : (m,) float64, >= 0
        Trust in each pair; zero drops it.
    pinned_px : mapping of plane to (y, x), px, optional
        Planes whose place is known: hard constraints.

    Returns
    -------
    place_px : (n, 2) float64, px
        Relative to the mean of each connected part, or to the pinned planes.

    Examples
    --------
    >>> pairs = np.array([[0, 1], [1, 2], [0, 2]])
    >>> shift = np.array([[1.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    >>> place = solve_places(3, pairs, shift, np.ones(3))
    >>> (place - place[0]).round(6).tolist()
    [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]
    """
    first, second = pairs.T
    matrix = np.zeros((n_planes, n_planes))
    right = np.zeros((n_planes, 2))
    np.add.at(matrix, (first, first), weight)
    np.add.at(matrix, (second, second), weight)
    np.add.at(matrix, (first, second), -weight)
    np.add.at(matrix, (second, first), -weight)
    np.add.at(right, second, weight[:, None] * shift_px)
    np.add.at(right, first, -weight[:, None] * shift_px)
    scale = max(float(np.trace(matrix)) / n_planes, 1e-300)
    for plane, place in (pinned_px or {}).items():
        matrix[plane, plane] += 1e6 * scale
        right[plane] += 1e6 * scale * np.asarray(place)
    if not pinned_px:
        part = connected_parts(n_planes, pairs[weight > 0])
        matrix += (part[:, None] == part[None, :]) * scale / n_planes
    matrix += 1e-9 * scale * np.eye(n_planes)
    return np.asarray(np.linalg.solve(matrix, right), np.float64)


def connected_parts(n_planes: int, pairs: Integers) -> Integers:
    """Return a number for each plane, the same for planes that pairs link; parts in order of first planes.

    >>> connected_parts(4, np.array([[0, 2], [2, 3]])).tolist()
    [0, 1, 0, 0]
    """
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n_planes, n_planes))
    _, component = connected_components(links, directed=False)
    _, first_seen, label = np.unique(component, return_index=True, return_inverse=True)
    order = np.argsort(np.argsort(first_seen))
    return np.asarray(order[label], np.int64)


def spanning_tree(n_planes: int, pairs: Integers, trust: Floats) -> Integers:
    """Return the indices of the pairs that link all planes by the most trusted links (Kruskal)."""
    part = np.arange(n_planes)
    tree = []
    for pair in np.argsort(-trust, kind="stable"):
        a, b = part[pairs[pair, 0]], part[pairs[pair, 1]]
        if a != b:
            part[part == b] = a
            tree.append(pair)
    return np.array(tree, np.int64)


def choose_on_graph(
    n_planes: int,
    candidates: Candidates,
    step_px: float,
    *,
    pinned_px: Mapping[int, tuple[float, float]] | None = None,
    seed: int = 0,
) -> Solution:
    """Return the places on which the candidates of the pairs agree best.

    Pairs with one outstanding candidate are believed, the surest first, so that many pairs of distant planes cannot
    outvote the neighbours where the object changes along the series. Where that does not link all planes, several
    spanning trees are tried. From each, alternate between choosing each pair's candidate (likelihood plus
    misfit, the misfit limited so that no outlier rules) and weighted least squares; keep the best agreement.

    Parameters
    ----------
    step_px : float, px
        Precision of a candidate: one pixel of the correlation.
    pinned_px : mapping of plane to (y, x), px, optional
        Planes whose place is known: hard constraints.
    """
    pairs, info = candidates.pairs, candidates.information
    unambiguous = (candidates.chance < SURE_CHANCE) & (info[:, 1] < _AMBIGUOUS * info[:, 0])
    trust = np.where(candidates.chance < SURE_CHANCE, info[:, 0] - 0.5 * info[:, 1], 1e-3 * info[:, 0])
    rng = np.random.default_rng(seed)
    best: Solution
    best_cost = np.inf
    for start in range(1 + _STARTS):
        shaken = trust * (1.0 if start == 0 else rng.gamma(0.7, size=len(pairs)))
        tree = spanning_tree(n_planes, pairs, np.where(unambiguous, _FIRST + trust, shaken))
        places = solve_places(n_planes, pairs[tree], candidates.shift_px[tree, 0], np.ones(len(tree)), pinned_px)
        solution, cost = _settle(n_planes, candidates, places, step_px, pinned_px)
        if cost < best_cost:
            best, best_cost = solution, cost
        if unambiguous[tree].all() or best_cost < 0.02 * _MISFIT_LIMIT * len(pairs):
            break
    return best


def _settle(
    n_planes: int,
    candidates: Candidates,
    places: Floats,
    step_px: float,
    pinned_px: Mapping[int, tuple[float, float]] | None,
) -> tuple[Solution, float]:
    pairs, shift, info = candidates.pairs, candidates.shift_px, candidates.information
    rows = np.arange(len(pairs))
    for _ in range(_ROUNDS):
        predicted = places[pairs[:, 1]] - places[pairs[:, 0]]
        distance = np.linalg.norm(shift - predicted[:, None], axis=2)
        misfit = np.minimum((distance / (_SCALE * step_px)) ** 2, _MISFIT_LIMIT)
        cost = np.where(info > 0, (info[:, :1] - info) * 0.5 + misfit, 2 * _MISFIT_LIMIT + info[:, :1])
        chosen = cost.argmin(axis=1)
        residual = distance[rows, chosen]
        weight = info[rows, chosen] / (1 + (residual / (_SCALE * step_px)) ** 2) ** 2
        moved = solve_places(n_planes, pairs, shift[rows, chosen], weight, pinned_px)
        converged = np.abs(moved - places).max() < 1e-3
        places = moved
        if converged:
            break
    return Solution(places, chosen, residual, weight), float(cost[rows, chosen].sum())
