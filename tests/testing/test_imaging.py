"""The physics of the simulation, each piece against what can be worked out on paper."""

import numpy as np
import pytest

from temstack.testing import Detector
from temstack.testing.imaging import RIM_PX, Canvas, edge_mean, phase_contrast_transfer, power_law_mean


def test_the_mean_of_a_power_law_over_a_window_is_its_integral():
    energies = np.linspace(490, 510, 20001)
    assert power_law_mean(490, 510, 480, 3.0) == pytest.approx(((energies / 480) ** -3).mean(), rel=1e-4)


@pytest.mark.parametrize(
    ("centre_ev", "expected"),
    [(520.0, 0.0), (532.0, 0.5 * power_law_mean(532, 537, 532)), (560.0, power_law_mean(555, 565, 532))],
    ids=["below the edge", "the onset in the middle of the slit", "above the edge"],
)
def test_a_slit_passes_only_what_lies_above_the_onset(centre_ev, expected):
    assert edge_mean(centre_ev, 10.0, 532.0) == pytest.approx(expected)


def test_narrow_slits_side_by_side_add_up_to_the_integral_of_the_edge():
    centres = 500.5 + np.arange(300)
    summed = sum(edge_mean(float(centre), 1.0, 532.0) for centre in centres)
    assert summed == pytest.approx((800 - 532) * power_law_mean(532, 800, 532), rel=1e-12)


def test_underfocus_makes_a_thick_detail_dark_and_overfocus_bright():
    low_frequency = np.array([[0.5]])
    settings = {"wavelength_nm": 0.0025, "cs_nm": 1.2e6, "focal_spread_nm": 4.0}
    assert phase_contrast_transfer(low_frequency, +200.0, **settings) < 0
    assert phase_contrast_transfer(low_frequency, -200.0, **settings) > 0


def _bump(canvas: Canvas, y: float, x: float) -> np.ndarray:
    rows, columns = canvas.positions()
    return np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * 2.0**2))


def test_a_detail_moves_to_where_the_drift_says():
    canvas = Canvas(48, margin=20)
    transform = canvas.transform(_bump(canvas, 20.0, 25.0))
    seen = canvas.view(transform, np.array([3.3, -4.6]))
    np.testing.assert_allclose(seen, canvas.view(canvas.transform(_bump(canvas, 23.3, 20.4)), np.zeros(2)), atol=1e-6)


def test_what_leaves_the_field_of_view_does_not_come_back():
    canvas = Canvas(32, margin=24)
    transform = canvas.transform(_bump(canvas, 16.0, 28.0))
    assert canvas.view(transform, np.array([0.0, 16.0])).max() < 1e-6


def _flat_exposure(detector: Detector, electrons: float) -> np.ndarray:
    rng = np.random.default_rng(5)
    expected = np.full((256 + 2 * RIM_PX, 256 + 2 * RIM_PX), electrons)
    return detector.record(expected, detector.gain_pattern((256, 256), rng), rng)


@pytest.mark.parametrize("electrons", [2.0, 50.0, 2000.0])
def test_photon_transfer_variance_is_gain_times_mean_plus_read_noise(electrons):
    detector = Detector(counts_per_electron=8.0, blur_px=0.0, gain_error=0.0, read_noise_counts=4.0)
    frame = _flat_exposure(detector, electrons)
    assert frame.mean() == pytest.approx(8.0 * electrons, rel=0.01)
    rounding = 1 / 12
    assert frame.var() == pytest.approx(8.0**2 * electrons + 4.0**2 + rounding, rel=0.03)


def test_blurring_keeps_the_counts_and_smooths_the_noise_as_the_mtf_says():
    sharp = _flat_exposure(Detector(blur_px=0.0, gain_error=0.0, read_noise_counts=0.0), 100.0)
    blurred = _flat_exposure(Detector(blur_px=0.6, gain_error=0.0, read_noise_counts=0.0), 100.0)
    assert blurred.mean() == pytest.approx(sharp.mean(), rel=1e-3)
    # The sampled Gaussian's weights, squared and summed along both axes, are the factor on white noise.
    weights = np.exp(-0.5 * (np.arange(-4, 5) / 0.6) ** 2)
    factor = float(((weights / weights.sum()) ** 2).sum()) ** 2
    assert blurred.var() / sharp.var() == pytest.approx(factor, rel=0.03)


def test_the_gain_pattern_stays_with_the_detector():
    detector = Detector(gain_error=0.05, read_noise_counts=0.0, blur_px=0.0)
    rng = np.random.default_rng(1)
    gain = detector.gain_pattern((64, 64), rng)
    expected = np.full((64 + 2 * RIM_PX, 64 + 2 * RIM_PX), 5000.0)
    first, second = (detector.record(expected, gain, rng).ravel() for _ in range(2))
    assert np.corrcoef(first, second)[0, 1] > 0.85
