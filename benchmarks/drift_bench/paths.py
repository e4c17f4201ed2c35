"""Ways in which a specimen drifts: settling, jumping, swaying."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from temstack.testing import drift_path

Floats = NDArray[np.float64]


def settling(n_planes: int, largest_px: float, seed: int) -> Floats:
    """Fast at first, then slower: a stage after it was moved."""
    return drift_path(n_planes, largest_px, seed=seed)


def jumping(n_planes: int, largest_px: float, seed: int) -> Floats:
    """Steady, with two jumps to anywhere: a stage with backlash, or a series recorded in three sittings."""
    rng = np.random.default_rng([seed, 21])
    path = np.linspace(0, 1, n_planes)[:, None] * rng.uniform(-1, 1, 2)
    for plane in rng.choice(np.arange(1, n_planes), 2, replace=False):
        path[plane:] += rng.uniform(-1, 1, 2)
    return _scaled(path + np.cumsum(rng.normal(0, 0.05, (n_planes, 2)), axis=0), largest_px)


def swaying(n_planes: int, largest_px: float, seed: int) -> Floats:
    """There and back with the temperature of the room, a different way each time."""
    rng = np.random.default_rng([seed, 22])
    along = np.linspace(0, 1, n_planes)[:, None]
    turns, phase = rng.uniform(0.5, 2.0, 2), rng.uniform(0, 2 * np.pi, 2)
    path = np.sin(2 * np.pi * turns * along + phase) + np.cumsum(rng.normal(0, 0.08, (n_planes, 2)), axis=0)
    return _scaled(path, largest_px)


def _scaled(path: Floats, largest_px: float) -> Floats:
    path = path - path[0]
    return np.asarray(path * (largest_px / np.abs(path).max()))


PATHS = (settling, jumping, swaying)
