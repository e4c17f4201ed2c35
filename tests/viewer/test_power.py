"""Spatial frequencies in 1/nm: known lattices come out with their spacing."""

import numpy as np
import pytest

from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.power import WINDOWS, frequency_axis, power_spectrum, spacing_in_words


@pytest.mark.parametrize("window", list(WINDOWS))
@pytest.mark.parametrize("shape", [(128, 128), (90, 128), (65, 81)])
def test_a_lattice_is_found_at_its_spacing(window, shape):
    pixel_nm, spacing_nm = 0.05, 0.4
    y, x = np.indices(shape) * pixel_nm
    direction = np.radians(30)
    plane = 100 + 10 * np.cos(2 * np.pi * (x * np.cos(direction) - y * np.sin(direction)) / spacing_nm)
    power = power_spectrum(plane, window=window)
    row, column = np.unravel_index(power.argmax(), shape)
    ky = frequency_axis(PixelAxis("y", shape[0], pixel_nm, 0.0, "nm")).position(row + 0.5)
    kx = frequency_axis(PixelAxis("x", shape[1], pixel_nm, 0.0, "nm")).position(column + 0.5)
    assert 1 / np.hypot(kx, ky) == pytest.approx(spacing_nm, abs=0.04)


def test_without_the_mean_and_with_holes():
    plane = np.full((32, 32), 1000.0)
    plane[3, 4] = np.nan
    assert power_spectrum(plane).max() < 1e-3


def test_parseval():
    plane = np.random.default_rng(0).normal(size=(24, 30))
    total = power_spectrum(plane, window="none").sum(dtype=float)
    assert total == pytest.approx(plane.size * ((plane - plane.mean()) ** 2).sum(), rel=1e-4)


def test_words_say_spacing_and_direction():
    assert spacing_in_words(-2.0, 0.0, "nm") == "d = 0.5 nm   k = 2 1/nm   90°"
    assert spacing_in_words(0.0, 0.0, "nm") == "zero frequency"
