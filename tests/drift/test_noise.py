"""Noise that grows with brightness: its curve, and the standard deviations of places, against known truth."""

import numpy as np
import pytest

import temstack as ts
from drift_bench.series import Case, make_series
from temstack.drift.noise import noise_curve, uneven_noise_factor


def _discs(brightness: float) -> np.ndarray:
    y, x = np.mgrid[:192, :192]
    picture = np.ones((192, 192))
    for top, left in ((40, 50), (90, 130), (150, 60), (60, 150), (140, 150)):
        picture += brightness * (1 / (1 + np.exp(np.hypot(y - top, x - left) - 14)))
    return picture


def test_noise_curve_finds_gain_and_read_noise():
    rng = np.random.default_rng(3)
    mean = rng.uniform(1, 60, 6000)
    pixels = 10.0 * rng.poisson(mean[:, None], (6000, 40)) + rng.normal(0, 5, (6000, 40))
    own, per_count = noise_curve(10 * mean, pixels.var(axis=1, ddof=1))
    assert per_count == pytest.approx(10, rel=0.06)  # the median of a variance of 40 values is 2 % low
    assert own == pytest.approx(25, abs=25)


def test_even_noise_has_factor_one():
    rng = np.random.default_rng(4)
    planes = [100 * _discs(3.0) + rng.normal(0, 20, (192, 192)) for _ in range(3)]
    factor = uneven_noise_factor(lambda i: planes[i].astype(np.float32), 3, None)
    assert factor == pytest.approx(1.0, abs=0.06)


def test_factor_is_that_of_least_squares():
    picture = 50 * _discs(8.0)
    square = sum(np.diff(picture, axis=axis)[:191, :191] ** 2 for axis in (0, 1))
    expected = (square * picture[:191, :191]).sum() / square.sum() / picture.mean()
    rng = np.random.default_rng(5)
    planes = [rng.poisson(picture).astype(np.float32) for _ in range(3)]
    assert expected > 2
    assert uneven_noise_factor(lambda i: planes[i], 3, None) == pytest.approx(expected, rel=0.15)


def test_a_tiny_picture_has_factor_one():
    assert uneven_noise_factor(lambda _: np.ones((10, 10), np.float32), 3, None) == 1.0


def test_standard_deviations_cover_for_particles_seen_by_counting():
    inside = []
    for seed in range(30, 36):
        series = make_series(Case("particles", 5.0, 12, 128, seed))
        drift = ts.estimate_drift(series.counts)
        error = drift.drift_px - series.true_drift_px
        error -= error.mean(axis=0)
        inside.append(np.abs(error) < drift.sigma_px)
    assert 0.55 < np.mean(inside) < 0.80  # 144 values: 68 % ± 4 %, and the even-noise sigmas gave about half
