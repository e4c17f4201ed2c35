"""Defocus and astigmatism: against simulated truth of two makers, and on real thon rings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import temstack as ts
from temstack.analysis import diffractograms, fit_contrast_transfer
from temstack.analysis.transfer_fit import Optics, electron_wavelength_nm
from temstack.errors import SettingError, StackError
from temstack.stack import label_stack, pixel_coordinate
from temstack.stack.pixels import lazy
from temstack.testing import drifting_focal_series


def astigmatic(defocus: float, size: float, angle_deg: float, seed: int = 0, pixel: float = 0.1) -> np.ndarray:
    """Return an amorphous film at 200 kV, Cs 1.2 mm, with white noise of the same power as its contrast."""
    rng = np.random.default_rng(seed)
    ky, kx = np.fft.fftfreq(512, pixel)[:, None], np.fft.rfftfreq(512, pixel)[None]
    k, theta = np.hypot(ky, kx), np.arctan2(ky, kx)
    wavelength = electron_wavelength_nm(200)
    local = defocus + size * np.cos(2 * (theta - np.deg2rad(angle_deg)))
    chi = -np.pi * wavelength * local * k**2 + 0.5 * np.pi * 1.2e6 * wavelength**3 * k**4
    film = np.fft.rfft2(rng.normal(size=(512, 512)))
    image = np.fft.irfft2(film * 2 * np.sin(chi) * np.exp(-((k / 3.5) ** 2)))
    return 100 + 5 * image / image.std() + 5 * rng.normal(size=image.shape)


def test_the_phase_is_that_of_the_convention() -> None:
    # Underfocus is positive: near the axis the defocus decides, and gamma = -chi grows with it.
    optics = Optics(electron_wavelength_nm(200), 1.2e6, 0.0)
    assert optics.gamma(np.array([0.5]), 100.0)[0] == pytest.approx(np.pi * 0.00250793 * 100 * 0.25, rel=0.05)
    assert optics.gamma(np.array([0.5]), -100.0)[0] < 0
    assert optics.gamma(np.array([4.0]), 0.0)[0] < 0  # Cs alone acts as overfocus does


@pytest.mark.parametrize(
    ("defocus", "size", "angle"), [(300.0, 25.0, 30.0), (150.0, 15.0, 120.0), (-250.0, 20.0, 75.0)]
)
def test_defocus_and_astigmatism_come_back(defocus: float, size: float, angle: float) -> None:
    stack = label_stack(
        astigmatic(defocus, size, angle)[None],
        "defocus",
        plane_values=[defocus + 30],
        pixel_size=0.1,
        pixel_units="nm",
        high_tension_kv=200,
    )
    fits = fit_contrast_transfer(stack, amplitude_contrast=0)
    assert fits.defocus_nm[0] == pytest.approx(defocus, abs=2)
    assert fits.astigmatism_nm[0] == pytest.approx(size, abs=2)
    assert fits.astigmatism_deg[0] == pytest.approx(angle, abs=3)
    assert fits.score[0] > 0.3
    assert fits.nominal_nm[0] == defocus + 30


def test_a_simulated_focal_series_is_fitted_plane_by_plane() -> None:
    series = drifting_focal_series(6, 512, start_nm=-260, step_nm=100, largest_drift_px=5)
    fits = fit_contrast_transfer(series.stack, amplitude_contrast=0)
    far = np.abs(fits.nominal_nm) > 100
    np.testing.assert_allclose(fits.defocus_nm[far], fits.nominal_nm[far], atol=4)
    assert (fits.astigmatism_nm[far] < 5).all()
    rings = fits.rings(0, 256, (0.1, 0.1))
    power = diffractograms(series.stack[:1]).values[0]
    y, x = np.indices(power.shape) - 128
    band = (np.hypot(y, x) > 30) & (np.hypot(y, x) < 70)
    assert np.corrcoef(rings[band], np.log(power[band]))[0, 1] > 0.4


def test_noise_is_not_believed() -> None:
    noise = np.random.default_rng(1).poisson(20, (2, 256, 256))
    stack = label_stack(noise, pixel_size=0.1, pixel_units="nm")
    assert (fit_contrast_transfer(stack, high_tension_kv=200, search_nm=(50, 500)).score < 0.15).all()


def test_what_is_not_sure_is_said_near_focus() -> None:
    true = np.array([-200.0, -120, -50, -20, 0, 20, 60, 80, 160, 250])
    planes = np.stack([astigmatic(defocus, 8, 30, seed) for seed, defocus in enumerate(true)])
    known = {"plane_values": true + 15, "pixel_size": 0.1, "pixel_units": "nm", "high_tension_kv": 200}
    fits = fit_contrast_transfer(label_stack(planes, "defocus", **known), amplitude_contrast=0)
    wrong = np.abs(fits.defocus_nm - true) > 3
    assert wrong.any(), "near focus this cannot work"
    assert (fits.score[wrong] > 0.3).any(), "the score does not tell"
    assert not fits.is_sure[wrong].any()
    assert np.isinf(fits.defocus_error_nm[wrong]).all()
    assert fits.is_sure[np.abs(true) > 100].all()
    assert (fits.defocus_error_nm[fits.is_sure] < 1).all()


@pytest.mark.parametrize("electrons", [5.0, 1000.0])
def test_few_electrons_and_crystals_are_not_believed(electrons: float) -> None:
    film = drifting_focal_series(3, 256, electrons, start_nm=-260, step_nm=40, largest_drift_px=0).stack
    if electrons > 100:  # a perfect crystal: spots, no rings
        y, x = np.mgrid[:256, :256]
        wave = np.cos(2 * np.pi * x / 4.1) + np.cos(2 * np.pi * (0.5 * x + 0.87 * y) / 4.1)
        rng = np.random.default_rng(3)
        film = film.copy(data=rng.poisson(electrons * (1 + 0.1 * wave), film.shape).astype(film.dtype))
    fits = fit_contrast_transfer(film, amplitude_contrast=0)
    wrong = np.abs(fits.defocus_nm - film.defocus.values) > 5
    assert not fits.is_sure[wrong].any()
    assert np.isinf(fits.defocus_error_nm[wrong]).all()


def test_diffractograms_have_axes_in_reciprocal_units() -> None:
    wave = 10 + np.cos(2 * np.pi * 40 * np.arange(256) / 256)
    stack = label_stack(np.broadcast_to(wave, (1, 256, 256)), pixel_size=0.5, pixel_units="nm")
    spectrum = diffractograms(stack, tile_px=128)
    assert spectrum.x.units == "1/nm"
    row, column = np.unravel_index(np.argmax(spectrum.values[0]), (128, 128))
    assert abs(float(spectrum.x[column])) == pytest.approx(40 / (256 * 0.5))
    assert float(spectrum.y[row]) == 0
    np.testing.assert_allclose(spectrum[0, 1:, 1:], spectrum[0, 1:, 1:][::-1, ::-1], rtol=1e-6, atol=1e-12)


def test_diffractograms_of_a_stack_on_disk_are_made_when_they_are_read() -> None:
    planes = np.random.default_rng(0).poisson(50, (3, 40, 48)).astype(np.uint16)
    stack = label_stack(planes, per_plane={"scale": [1.0, 0.5, 0.25]})
    streamed = diffractograms(lazy(stack), tile_px=32)
    assert streamed.chunks is not None
    np.testing.assert_array_equal(streamed.values, diffractograms(stack, tile_px=32).values)


def test_what_is_not_known_is_asked_for() -> None:
    stack = label_stack(np.random.default_rng(0).normal(10, 1, (1, 64, 64)))
    with pytest.raises(SettingError, match="high_tension_kv: is not known"):
        fit_contrast_transfer(stack)
    with pytest.raises(StackError, match="has no pixel size"):
        fit_contrast_transfer(stack, high_tension_kv=200)
    calibrated = label_stack(stack.values, pixel_size=0.1, pixel_units="nm")
    with pytest.raises(SettingError, match="search_nm: is reversed"):
        fit_contrast_transfer(calibrated, high_tension_kv=200, search_nm=(500, 100))
    with pytest.raises(SettingError, match="band_per_nm: cannot be meant; got 1 … 9; expected within 0 … 5 /nm"):
        fit_contrast_transfer(calibrated, high_tension_kv=200, band_per_nm=(1, 9))


@pytest.mark.data
def test_real_thon_rings_give_one_defocus_near_the_nominal(data_dir: Path) -> None:
    # Its authors say: underfocus of about 475 nm. The voltage and Cs are those of their microscope.
    files = sorted((data_dir / "multi-exposure").glob("img_*.raw"))[:4]
    stack = ts.read(files, shape=(512, 512), dtype="<u2")
    axes = {dim: pixel_coordinate(dim, 512, 0.135355, units="nm") for dim in ("y", "x")}
    fits = fit_contrast_transfer(stack.assign_coords(axes), high_tension_kv=300, cs_mm=2.0)
    np.testing.assert_allclose(fits.defocus_nm, 480, atol=25)
    assert fits.defocus_nm.std() < 2
    assert (fits.score > 0.6).all()
