"""The simulated series: the truth that comes with them is the truth that is in them."""

import numpy as np
import pytest
import scipy.fft

from temstack import counts
from temstack.errors import SettingError
from temstack.stack import check_stack
from temstack.testing import (
    drift_path,
    drifting_eftem_series,
    drifting_focal_series,
    drifting_lattice_series,
)
from temstack.testing.imaging import edge_mean

KINDS = [drifting_eftem_series, drifting_focal_series, drifting_lattice_series]
NO_DRIFT = np.zeros((20, 2))


@pytest.mark.parametrize("make", KINDS)
def test_each_kind_is_a_stack_with_its_truth(make):
    series = make(4, 48, largest_drift_px=6.0)
    check_stack(series.stack)
    assert series.stack.shape == (4, 48, 48)
    assert series.stack.dtype == np.int32
    np.testing.assert_array_equal(series.true_drift_px[0], 0.0)
    assert np.abs(series.true_drift_px).max() == pytest.approx(6.0)


@pytest.mark.parametrize("make", KINDS)
def test_the_same_seed_gives_the_same_series_and_another_one_does_not(make):
    first, again, other = (make(2, 32, seed=seed).stack.values for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("make", KINDS)
def test_a_whole_pixel_of_drift_moves_the_picture_by_a_pixel(make):
    path = np.array([[0.0, 0.0], [3.0, -5.0]])
    same_plane = {drifting_eftem_series: {"step_ev": 1e-6}, drifting_focal_series: {"step_nm": 0.0}}.get(make, {})
    first, second = make(2, 64, drift_px=path, detector=None, **same_plane).stack.values
    np.testing.assert_allclose(second[3:, :-5], first[:-3, 5:], rtol=1e-3)


def test_a_part_of_a_pixel_is_a_phase_ramp():
    path = np.array([[0.0, 0.0], [0.25, 0.4]])
    planes = drifting_eftem_series(2, 128, drift_px=path, detector=None, step_ev=1e-6).stack.values
    window = np.hanning(128)[:, None] * np.hanning(128)
    first, second = (np.asarray(scipy.fft.fft2((plane - plane.mean()) * window)) for plane in planes)
    ky, kx = np.meshgrid(scipy.fft.fftfreq(128), scipy.fft.fftfreq(128), indexing="ij")
    low = (np.hypot(ky, kx) < 0.1) & (np.hypot(ky, kx) > 0.02)
    weight = (np.abs(first) ** 2)[low]
    phase = -np.angle(second * first.conj())[low] / (2 * np.pi)
    ramps = np.stack([ky[low], kx[low]], axis=1)
    found = np.linalg.lstsq(ramps * weight[:, None], phase * weight, rcond=None)[0]
    np.testing.assert_allclose(found, [0.25, 0.4], atol=0.03)


def test_the_edge_in_the_stack_is_the_edge_of_the_element_map():
    noise_free = drifting_eftem_series(20, 96, drift_px=NO_DRIFT, detector=None, step_ev=15, slit_width_ev=15)
    oxide = noise_free.element_maps["O-K"]
    planes = noise_free.stack.values.astype(float)
    before, after = planes[3], planes[5]  # 525 and 555 eV, the onset at 532 eV between their windows
    pure = (noise_free.element_maps["Fe-L"] == 0) & (oxide > 0.5 * oxide.max())
    jump = (after / before)[pure].mean()
    film = (after / before)[(oxide == 0) & (noise_free.element_maps["Fe-L"] == 0)]
    assert jump > 1.5 > 1.0 > np.median(film)
    # Above the edge, what particles have more than the background is proportional to the edge in the slit.
    energies = noise_free.stack.energy_loss.values
    excess = [(planes[i] - planes[3] * np.median((planes[i] / planes[3])[oxide == 0]))[pure].sum() for i in (6, 10)]
    expected = [edge_mean(float(energies[i]), 15.0, 532.0) for i in (6, 10)]
    assert excess[1] / excess[0] == pytest.approx(expected[1] / expected[0], rel=0.05)


def test_contrast_inverts_at_the_edge():
    series = drifting_eftem_series(20, 96, drift_px=NO_DRIFT, detector=None)
    iron = series.element_maps["Fe-L"]
    below, above = (np.corrcoef(series.stack.values[i].ravel(), iron.ravel())[0, 1] for i in (0, 19))
    assert below < -0.3
    assert above > 0.3


def test_exposures_are_powers_of_two_and_scale_undoes_them():
    series = drifting_eftem_series(20, 64, electrons_per_px=500, start_ev=480, step_ev=30)
    doublings = np.log2(series.stack.exposure_s.values / series.stack.exposure_s.values[0])
    assert doublings.max() >= 1
    np.testing.assert_array_equal(doublings, np.rint(doublings))
    np.testing.assert_array_equal(series.stack.scale.values, 2.0**-doublings)
    fixed = drifting_eftem_series(20, 64, electrons_per_px=500, start_ev=480, step_ev=30, automatic_exposure=False)
    np.testing.assert_allclose(counts(series.stack).mean(("y", "x")), counts(fixed.stack).mean(("y", "x")), rtol=0.01)


def test_the_dose_of_plane_0_is_the_one_asked_for():
    series = drifting_eftem_series(2, 128, electrons_per_px=37.0, detector=None)
    assert float(series.stack[0].mean()) == pytest.approx(37.0, rel=0.15)  # the canvas is larger than the view


def test_a_drift_of_the_wrong_length_is_refused_in_words():
    with pytest.raises(SettingError, match=r"drift_px: does not fit the series; got \(2, 2\); expected shape \(3, 2\)"):
        drifting_eftem_series(3, 32, drift_px=np.zeros((2, 2)))


def test_one_plane_does_not_drift():
    np.testing.assert_array_equal(drift_path(1), [[0.0, 0.0]])
