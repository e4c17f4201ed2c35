from __future__ import annotations

import numpy as np
import pytest

from temstack.drift import LiveDrift, estimate_drift
from temstack.errors import DriftError, SettingError

WALK = np.cumsum(np.random.default_rng(8).normal(0, 2, (9, 2)), axis=0)


def test_every_plane_improves_on_what_is_known(moved_planes):
    planes = moved_planes(WALK)
    live = LiveDrift()
    for count, plane in enumerate(planes, start=1):
        drift = live.add(plane)
        assert drift.n_planes == live.n_planes == count
        assert drift.drift_px == pytest.approx(WALK[:count] - WALK[0], abs=0.35)


def test_it_ends_where_the_batch_ends(moved_planes):
    planes = moved_planes(WALK, noise=1.0)
    live = LiveDrift(sobel=False, max_shift_px=40)
    for plane in planes:
        live.add(plane)
    batch = estimate_drift(planes, max_shift_px=40)
    ended = live.finish(planes)
    assert (np.abs(ended.drift_px - batch.drift_px) <= batch.sigma_px).all()
    assert ended.sigma_px == pytest.approx(batch.sigma_px, rel=0.05)
    assert ended.settings == batch.settings


def test_a_plane_of_noise_stands_alone_until_it_is_known(moved_planes):
    live = LiveDrift()
    for plane in moved_planes(WALK[:3]):
        live.add(plane)
    drift = live.add(np.random.default_rng(0).normal(100, 6, (128, 128)))
    assert list(drift.groups) == [0, 0, 0, 1]


def test_what_cannot_be_added(moved_planes):
    live = LiveDrift()
    live.add(np.zeros((64, 64)))
    with pytest.raises(DriftError, match="has another shape than those before"):
        live.add(np.zeros((64, 65)))
    with pytest.raises(DriftError, match="is not the series that was added; got 3 planes"):
        live.finish(np.zeros((3, 64, 64)))
    with pytest.raises(SettingError, match="knows the graph estimator only"):
        LiveDrift(estimator="path")
