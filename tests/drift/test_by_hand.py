"""Planes placed by hand, shown alone, and what the estimate sees of them."""

import numpy as np
import pytest

from temstack.drift import apply_drift, drift_by_hand, estimate_drift, pin_planes, shift_plane, sum_aligned
from temstack.drift.preview import see_pair, see_plane
from temstack.errors import SettingError
from temstack.operations import replay
from temstack.stack import label_stack

WALK = np.array([[0, 0], [3.4, -2.0], [6.1, 1.5], [-4.0, 5.25]])


@pytest.fixture(scope="module")
def stack(moved_planes):
    return label_stack(moved_planes(WALK, (96, 90), noise=0.2))


@pytest.fixture(scope="module")
def drift(stack):
    return estimate_drift(stack)


@pytest.mark.parametrize("interpolation", ["fourier", "cubic", "linear", "whole-pixel"])
def test_one_plane_is_shifted_as_the_stack_is(stack, drift, interpolation):
    aligned = apply_drift(stack, drift, interpolation=interpolation, edges="fill", fill_value=np.nan)
    for plane in range(4):
        alone = shift_plane(stack.values[plane], drift.drift_px[plane], interpolation=interpolation)
        np.testing.assert_array_equal(alone, aligned.values[plane])


def test_whole_pixels_of_integers_have_room_for_nothing_seen():
    alone = shift_plane(np.ones((4, 4), np.int16), np.array([1.0, 0.0]), interpolation="whole-pixel")
    assert np.isnan(alone[3]).all()
    assert (alone[:3] == 1).all()


def test_a_pinned_plane_moves_and_the_others_stay(drift):
    pinned = pin_planes(drift, {2: (9.0, -7.0)})
    assert pinned.drift_px[2].tolist() == [9.0, -7.0]
    np.testing.assert_array_equal(pinned.drift_px[[0, 1, 3]], drift.drift_px[[0, 1, 3]])
    touched = (pinned.pairs == 2).any(axis=1)
    assert (pinned.pair_residual_px[touched] > 5).all()
    np.testing.assert_allclose(pinned.pair_residual_px[~touched], drift.pair_residual_px[~touched])
    assert pinned.settings["pinned"] == {"2": [9.0, -7.0]}


def test_a_pinned_plane_takes_its_unlinked_group_along(drift):
    import dataclasses

    places = np.array([[0, 0], [3, -2], [0, 0], [-10, 4]], float)
    apart = dataclasses.replace(
        drift,
        groups=np.array([0, 0, 1, 1]),
        within_group_px=places,
        drift_px=np.where(np.array([0, 0, 1, 1])[:, None] == 0, places, np.nan),
    )
    joined = pin_planes(apart, {2: (6.0, 1.0)})
    assert joined.n_groups == 1
    assert joined.drift_px.tolist() == [[0, 0], [3, -2], [6, 1], [-4, 5]]


def test_by_hand_is_applied_and_done_again(stack):
    drift = drift_by_hand(stack, {plane: tuple(WALK[plane]) for plane in (1, 2, 3)})
    aligned = apply_drift(stack, drift)
    inner = aligned.values[:, 12:-12, 12:-12]
    assert np.abs(inner - inner[0]).mean() < 3
    again = replay(aligned.attrs["history"], stack)
    np.testing.assert_array_equal(again.values, aligned.values)
    summed = sum_aligned(stack, drift, interpolation="linear")
    np.testing.assert_array_equal(replay(summed.attrs["history"], stack).values, summed.values)


@pytest.mark.parametrize("pinned", [{4: (0, 0)}, {-1: (0, 0)}, {1: (np.nan, 0)}])
def test_what_cannot_be_pinned(stack, drift, pinned):
    with pytest.raises(SettingError, match="pinned plane"):
        pin_planes(drift, pinned)
    with pytest.raises(SettingError, match="pinned plane"):
        drift_by_hand(stack, pinned)


def test_a_classic_estimator_puts_pinned_planes_where_they_are_wanted(stack, drift):
    free = estimate_drift(stack, estimator="path")
    pinned = estimate_drift(stack, estimator="path", pinned={2: (9.0, -7.0)})
    assert pinned.drift_px[2].tolist() == [9.0, -7.0]
    np.testing.assert_allclose(pinned.drift_px[[1, 3]], free.drift_px[[1, 3]])


def test_what_the_estimate_sees_of_a_pair(stack):
    for options in ({}, {"estimator": "path"}, {"sobel": True}, {"region": (10, 10, 90, 80)}):
        seen = see_pair(stack, 1, 3, **options)
        assert seen.shift_px[0] == pytest.approx(WALK[3] - WALK[1], abs=0.7)
        assert seen.is_beyond_chance
        middle = np.array(seen.correlation.shape) // 2
        brightest = np.unravel_index(seen.correlation.argmax(), seen.correlation.shape) - middle
        assert brightest * seen.step_px == pytest.approx(WALK[3] - WALK[1], abs=1.0)
        assert 0.2 < seen.peak <= 1


def test_noise_is_not_beyond_chance():
    noise = np.random.default_rng(3).standard_normal((2, 128, 128))
    assert not see_pair(noise, 0, 1).is_beyond_chance


def test_a_band_pass_is_seen(stack):
    seen = see_plane(stack, 0, band_pass=(0.1, 0.2))
    power = np.abs(np.fft.rfft2(seen.picture)) ** 2
    frequency = np.hypot(np.fft.fftfreq(power.shape[0])[:, None], np.fft.rfftfreq(seen.picture.shape[1]))
    outside = (frequency < 0.09) | (frequency > 0.21)
    assert power[outside].sum() < 1e-6 * power.sum()


def test_planes_weigh_as_their_exposure(stack):
    exposed = stack.assign_coords(exposure_s=("plane", [1.0, 1.0, 2.0, 4.0]))
    drift = drift_by_hand(stack, {1: (0, 0)})
    weighed = sum_aligned(exposed, drift, weights="exposure", mean=True)
    np.testing.assert_allclose(weighed.values, np.average(stack.values, axis=0, weights=[1, 1, 2, 4]), rtol=1e-5)
    with pytest.raises(SettingError, match="need the exposure of every plane"):
        sum_aligned(stack, drift, weights="exposure")
