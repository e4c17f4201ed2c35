"""Thickness, zero-loss peaks and non-isochromaticity: against known truth and against eXSpy."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.errors import SettingError, StackError
from temstack.spectrum import align_zero_loss, correct_energies, non_isochromaticity, thickness, zero_loss_position
from temstack.stack import label_stack

ENERGIES = np.arange(-20.0, 80.0, 0.5)


def low_loss(relative: np.ndarray, shift: np.ndarray | float = 0.0, electrons: float = 1e5) -> xr.DataArray:
    """Return spectra of plural scattering by a plasmon of 20 eV, of a known relative thickness (y, x)."""
    t, at = np.asarray(relative)[..., None], np.asarray(shift)
    at = at[..., None] if at.ndim else at
    spectra = np.zeros((*np.shape(relative), len(ENERGIES)))
    power = np.exp(-t)
    for order in range(8):
        width = np.hypot(0.6, 2.0 * np.sqrt(order))
        spectra += power * np.exp(-0.5 * ((ENERGIES - at - 20 * order) / width) ** 2) / (width * np.sqrt(2 * np.pi))
        power = power * t / (order + 1)
    return label_stack(
        np.moveaxis(0.5 * electrons * spectra, -1, 0), "energy_loss", plane_values=ENERGIES, intensity_units="counts"
    )


def test_the_thickness_that_was_put_in_comes_out() -> None:
    true = np.linspace(0.1, 0.8, 12).reshape(3, 4)
    stack = low_loss(true)
    for layout in (stack, stack.transpose("y", "x", "energy_loss"), stack.chunk({"energy_loss": 20})):
        image = thickness(layout)
        np.testing.assert_allclose(image, true, rtol=0.01)
        assert 2 < image.attrs["threshold_ev"] < 16
    np.testing.assert_allclose(thickness(stack, mean_free_path_nm=120), 120 * true, rtol=0.01)
    line = thickness(stack[:, 0].transpose("x", "energy_loss"))
    np.testing.assert_allclose(line, true[0], rtol=0.01)
    assert thickness(stack[:, 1, 1]).item() == pytest.approx(true[1, 1], rel=0.01)


def test_the_error_of_a_thickness_is_its_scatter() -> None:
    rng = np.random.default_rng(0)
    expected = low_loss(np.full((1, 1), 0.5), electrons=3000.0)
    counted = rng.poisson(np.broadcast_to(expected.values, (len(ENERGIES), 60, 60))).astype(np.int32)
    image = thickness(label_stack(counted, "energy_loss", plane_values=ENERGIES), threshold_ev=8)
    assert float(image.std()) == pytest.approx(float(image.standard_error.mean()), rel=0.05)


def test_thickness_from_an_unfiltered_and_a_zero_loss_image() -> None:
    coords = {dim: (dim, np.arange(2.0), {"units": "nm"}) for dim in ("y", "x")}
    unfiltered = xr.DataArray(np.full((2, 2), 100.0), coords, ("y", "x"))
    image = thickness(unfiltered, zero_loss=unfiltered * np.exp(-0.7))
    np.testing.assert_allclose(image, 0.7)
    with pytest.raises(StackError, match="does not fit the unfiltered image"):
        thickness(unfiltered, zero_loss=unfiltered[:1])


def test_thickness_says_what_it_cannot_do() -> None:
    stack = low_loss(np.full((2, 2), 0.4))
    with pytest.raises(SettingError, match="threshold_ev: lies outside the energy axis; got 200"):
        thickness(stack, threshold_ev=200)
    falling = label_stack(1e6 / (5.0 + np.arange(40))[:, None, None], "energy_loss", plane_values=np.arange(40.0))
    with pytest.raises(SettingError, match="no minimum behind its highest peak"):
        thickness(falling)
    with pytest.raises(SettingError, match="mean_free_path_nm: must be above 0"):
        thickness(stack, mean_free_path_nm=-1)


def test_zero_loss_peaks_are_found_and_aligned() -> None:
    true = np.linspace(-1.7, 1.9, 12).reshape(3, 4)
    stack = low_loss(np.full((3, 4), 0.4), true)
    for layout in (stack, stack.transpose("y", "x", "energy_loss"), stack.isel(energy_loss=slice(None, None, -1))):
        np.testing.assert_allclose(zero_loss_position(layout, window=(-10, 10)), true, atol=0.02)
        aligned = align_zero_loss(layout, window=(-10, 10))
        assert aligned.dims == layout.dims
        np.testing.assert_allclose(zero_loss_position(aligned), 0, atol=0.05)
    assert aligned.attrs["history"][-1]["operation"] == "align_zero_loss"


@pytest.mark.parametrize("interpolation", ["cubic", "linear", "whole-channel"])
def test_energies_are_corrected_on_uneven_axes(interpolation: str) -> None:
    energies = np.array([0.0, 1.0, 2.5, 3.0, 5.0, 6.0])
    planes = np.broadcast_to(10 + 2 * energies[:, None, None], (6, 1, 3))
    shift = xr.DataArray([[0.0, 0.5, -0.5]], dims=("y", "x"))
    stack = label_stack(planes, "energy_loss", plane_values=energies)
    corrected = correct_energies(stack, shift, interpolation=interpolation)
    assert corrected.energy_loss.values.tolist() == [1.0, 2.5, 3.0, 5.0]
    expected = 10 + 2 * (corrected.energy_loss.values[:, None] + shift.values[0])
    np.testing.assert_allclose(corrected[:, 0], expected, atol=1e-9 if interpolation != "whole-channel" else 1.0)
    with pytest.raises(SettingError, match="no energy is left"):
        correct_energies(stack, shift * 20)
    with pytest.raises(StackError, match="needs one number for each pixel"):
        correct_energies(stack, shift[:, :2])


def test_a_fine_series_through_a_slit_shows_the_filter_and_corrects_it() -> None:
    rng = np.random.default_rng(3)
    y, x = np.mgrid[-1:1:40j, -1:1:48j]
    true = 1.5 * x**2 - 0.8 * y * x + 0.4 * y
    true -= true.mean()
    energies = np.arange(-15.0, 15.0, 0.5)
    inside = np.abs(energies[:, None, None] - true) < 5  # a slit of 10 eV
    series = label_stack(rng.poisson(50 + 400 * inside), "energy_loss", plane_values=energies)
    found = non_isochromaticity(series)
    assert float(np.sqrt(np.mean((found.values - true) ** 2))) < 0.05
    corrected = correct_energies(series, found)
    left = zero_loss_position(corrected).values
    assert left.std() < 0.4 * zero_loss_position(series).values.std()


@pytest.mark.data
@pytest.mark.parametrize("name", ["LSMO_linescan_low_loss", "LSMO_STO_linescan_low_loss"])
def test_the_thickness_agrees_with_exspy(data_dir: Path, name: str) -> None:
    path = data_dir / "spectrum-images" / f"{name}.hspy"
    with warnings.catch_warnings():  # of HyperSpy about itself, on import and on reading
        warnings.simplefilter("ignore")
        import hyperspy.api as hs

        signal = hs.load(path, signal_type="EELS")
    signal.set_signal_type("EELS")
    stack = ts.read(path)
    for threshold in (5.0, 8.0):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = signal.estimate_thickness(threshold=threshold).data
        np.testing.assert_allclose(ts.thickness(stack, threshold_ev=threshold), theirs, rtol=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        automatic = signal.estimate_elastic_scattering_threshold(window=12)
        theirs = signal.estimate_thickness(threshold=automatic).data
    assert float(ts.thickness(stack).mean()) == pytest.approx(float(np.mean(theirs)), rel=0.01)
