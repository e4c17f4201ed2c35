"""What is known of the drift beforehand: it weighs, it places what shows nothing, and clear planes outvote it."""

from __future__ import annotations

import numpy as np
import pytest

from temstack.drift import LiveDrift, estimate_drift
from temstack.errors import SettingError

STEP = np.array([1.5, -2.0])


def moving(n: int = 8, *, size: int = 96, electrons: float = 40.0, blank: tuple[int, ...] = ()) -> np.ndarray:
    """Return planes of blobs that move steadily; some are empty but for noise."""
    rng = np.random.default_rng(4)
    at, height = rng.uniform(-40, size + 40, (60, 2)), rng.uniform(0.3, 1, 60)
    y, x = np.arange(size)[:, None], np.arange(size)[None]
    planes = []
    for plane in range(n):
        picture = np.full((size, size), 0.5)
        for (cy, cx), h in zip(at + plane * STEP, height, strict=True):
            picture += h * np.exp(-((y - cy) ** 2 + (x - cx) ** 2) / 18)
        planes.append(rng.poisson(electrons * (0 * picture + 0.5 if plane in blank else picture)))
    return np.array(planes)


def fringes(n: int = 6, *, size: int = 96, period: float = 8.0) -> np.ndarray:
    """Return planes of a perfect square lattice that moves steadily by more than half a cell."""
    rng = np.random.default_rng(5)
    y, x = np.arange(size)[:, None], np.arange(size)[None]
    planes = []
    for plane in range(n):
        dy, dx = 3 * plane * STEP
        wave = np.cos(2 * np.pi * (y - dy) / period) + np.cos(2 * np.pi * (x - dx) / period)
        planes.append(rng.poisson(30 * (1 + 0.4 * wave)))
    return np.array(planes)


def test_known_moves_tell_the_cells_of_a_perfect_lattice():
    truth = np.arange(6)[:, None] * 3 * STEP
    moves = truth + np.random.default_rng(1).normal(0, 0.4, truth.shape)
    found = estimate_drift(fringes(), prior=moves, prior_sigma_px=0.5)
    assert np.abs(found.drift_px - truth).max() < 0.3


def test_steady_drift_places_empty_planes():
    blank = (3, 4)
    found = estimate_drift(moving(blank=blank), prior="linear", prior_sigma_px=1.0)
    truth = np.arange(8)[:, None] * STEP
    assert not found.groups.any()
    assert np.abs(found.drift_px - truth)[list(blank)].max() < 1.0
    assert (found.sigma_px[list(blank)] > 0.9).all()
    assert any("3–4 share no structure" in warning for warning in found.warnings)


def test_without_a_prior_empty_planes_are_not_known():
    found = estimate_drift(moving(blank=(3, 4)))
    assert np.isnan(found.drift_px[[3, 4]]).all()


def test_a_wrong_prior_does_not_move_clear_planes():
    truth = np.arange(8)[:, None] * STEP
    found = estimate_drift(moving(), prior=truth + np.arange(8)[:, None] * 0.3, prior_sigma_px=3.0)
    assert np.abs(found.drift_px - truth).max() < 0.15


def test_a_prior_tighter_than_the_planes_rules():
    expected = np.arange(8)[:, None] * (STEP + 0.02)
    found = estimate_drift(moving(), prior=expected, prior_sigma_px=1e-4)
    assert np.abs(found.drift_px - expected).max() < 0.01
    assert (found.sigma_px < 1e-3).all()


def test_planes_of_which_nothing_is_known_are_left_to_the_pictures():
    truth = np.arange(8)[:, None] * STEP
    expected = np.full((8, 2), np.nan)
    expected[:3] = truth[:3]
    found = estimate_drift(moving(), prior=expected, prior_sigma_px=0.5)
    assert np.abs(found.drift_px - truth).max() < 0.15


def test_a_growing_series_uses_the_prior_too():
    live = LiveDrift(prior="linear", prior_sigma_px=2.0)
    planes = moving(5)
    for plane in planes:
        last = live.add(plane)
    assert np.abs(last.drift_px - np.arange(5)[:, None] * STEP).max() < 1.0
    assert np.abs(live.finish(planes).drift_px - np.arange(5)[:, None] * STEP).max() < 0.15


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"prior": "linear"}, "prior_sigma_px"),
        ({"prior": "quadratic", "prior_sigma_px": 1.0}, "quadratic"),
        ({"prior": np.zeros((3, 2)), "prior_sigma_px": 1.0}, r"\(3, 2\)"),
        ({"prior_sigma_px": 1.0}, "without a prior"),
        ({"prior": "linear", "prior_sigma_px": 1.0, "estimator": "path"}, "graph estimator only"),
    ],
)
def test_a_prior_that_cannot_be_meant_is_refused(options, words):
    with pytest.raises(SettingError, match=words):
        estimate_drift(moving(4), **options)
