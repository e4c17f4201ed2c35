"""Operations on data of real microscopes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from temstack import counts, read
from temstack.operations import replay, run

pytestmark = pytest.mark.data


def test_a_tilt_series_turns_there_and_back(data_dir: Path) -> None:
    series = read(data_dir / "tilt-series" / "HAADF.mrc")
    turned = run("rotate_90", series, axis="x")
    assert (turned.dims, turned.shape) == (("plane", "y", "x"), (256, 77, 256))
    assert (turned.y.units, turned.plane.units) == ("deg", "nm")
    back = run("rotate_90", turned, axis="x", turns=-1)
    np.testing.assert_array_equal(back.values, series.values)
    np.testing.assert_array_equal(back.tilt, series.tilt)
    # The offset that the reader adds to this file is in the history, and is not added twice.
    np.testing.assert_array_equal(replay(back.attrs["history"], series).values, series.values)


def test_axes_of_different_units_stay_with_their_pixels(data_dir: Path) -> None:
    volume = read(data_dir / "dm" / "dmTest_3D_int16_64,65,66.dm3")
    swapped = run("swap_axes", volume, first="x", second="z")
    assert swapped.shape == volume.shape[::-1]
    np.testing.assert_array_equal(swapped.values, volume.values.transpose(2, 1, 0))
    assert (swapped.plane.units, swapped.y.units) == (volume.x.units, volume.y.units)
    np.testing.assert_array_equal(swapped.plane, volume.x)


def test_the_window_of_a_spectrum_image_adds_up(data_dir: Path) -> None:
    spectra = read(data_dir / "spectrum-images" / "CuZn_EELS_mapping_tutorial.hspy")
    window = run("project", run("to_stack", spectra), bounds=(931, 961), calibrated=True)
    energies = spectra.energy_loss.values
    expected = counts(spectra).values[..., (energies >= 931) & (energies < 961)].sum(axis=-1)
    np.testing.assert_allclose(window.values, expected)


def test_despiking_leaves_a_clean_series_nearly_alone(data_dir: Path) -> None:
    series = read(data_dir / "eftem" / "EFTEM-Stack_Fe_50counts.tif")
    assert (run("despike", series).values != series.values).mean() < 1e-4
