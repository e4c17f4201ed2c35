"""The classic estimators, behind the same door as the graph: path, cascade, reference.

``path`` is statistically determined spatial drift (SDSD) as published [1]_: plane j gets one estimate of its drift by
way of every other plane i, ``d(r, i) + d(i, j)``, and takes their average weighted by the correlation maxima.

References
----------
.. [1] B. Schaffer, W. Grogger, G. Kothleitner, Ultramicroscopy 102 (2004) 27.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from temstack.drift.graph import connected_parts
from temstack.errors import DriftError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def solve_path(n_planes: int, pairs: Integers, shift_px: Floats, weight: Floats, reference: int) -> Floats:
    """Return each plane's drift as the weighted mean over all paths by way of one other plane.

    The way by plane i weighs ``c(r, i) c(i, j)``, the direct one ``c(r, j)``.

    Parameters
    ----------
    pairs : (m, 2) int
        All N(N−1)/2 pairs.
    shift_px : (m, 2) float64, px
        Displacement of the second plane of each pair relative to the first.
    weight : (m,) float64
        Correlation maxima; 0 drops a pair.

    Returns
    -------
    drift_px : (n, 2) float64, px
        Relative to the reference plane.
    """
    shift = np.zeros((n_planes, n_planes, 2))
    trust = np.zeros((n_planes, n_planes))
    first, second = pairs.T
    shift[first, second], shift[second, first] = shift_px, -shift_px
    trust[first, second] = trust[second, first] = weight
    trust[reference, reference] = 1.0
    paths = shift[reference][:, None, :] + shift
    both = trust[reference][:, None] * trust
    total = both.sum(axis=0)
    if not (total > 0).all():
        plane = int(np.flatnonzero(total <= 0)[0])
        raise DriftError(
            f"plane {plane}",
            "is linked to the reference by no pair above the threshold",
            got=f"reference {reference}",
            advice="lower the threshold, or use the graph estimator",
        )
    drift = (both[:, :, None] * paths).sum(axis=0) / total[:, None]
    return np.asarray(drift - drift[reference])


def solve_cascade(n_planes: int, pairs: Integers, shift_px: Floats, weight: Floats) -> Floats:
    """Return each plane's drift as the sum of the steps between neighbours, relative to plane 0.

    Parameters
    ----------
    pairs, shift_px, weight
        As for :func:`solve_path`; only pairs of neighbours are used.
    """
    neighbour = (pairs[:, 1] - pairs[:, 0] == 1) & (weight > 0)
    parts = connected_parts(n_planes, pairs[neighbour])
    if parts.any():
        plane = int(np.flatnonzero(parts)[0])
        raise DriftError(
            f"plane {plane}",
            "is not linked to the plane before it above the threshold",
            advice="lower the threshold, or use the graph estimator",
        )
    step = np.zeros((n_planes, 2))
    step[pairs[neighbour, 1]] = shift_px[neighbour]
    return np.asarray(np.cumsum(step, axis=0))


def solve_reference(n_planes: int, pairs: Integers, shift_px: Floats, weight: Floats, reference: int) -> Floats:
    """Return each plane's displacement relative to one reference plane, by that pair alone.

    Parameters
    ----------
    pairs, shift_px, weight
        As for :func:`solve_path`; only pairs with the reference are used.
    """
    drift = np.full((n_planes, 2), np.nan)
    drift[reference] = 0
    for (first, second), shift, trust in zip(pairs, shift_px, weight, strict=True):
        if trust <= 0:
            continue
        if first == reference:
            drift[second] = shift
        elif second == reference:
            drift[first] = -shift
    missing = np.flatnonzero(np.isnan(drift[:, 0]))
    if len(missing):
        raise DriftError(
            f"plane {missing[0]}",
            "is not linked to the reference above the threshold",
            got=f"reference {reference}",
            advice="lower the threshold, or use the graph estimator",
        )
    return drift
