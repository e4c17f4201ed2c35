"""Spectra of areas: against known truth, and against the statistics of counting."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from temstack.errors import SettingError, StackError
from temstack.files import read
from temstack.spectrum import extract_spectrum
from temstack.stack import check_array, counts, label_stack
from temstack.testing import drifting_eftem_series


def make_stack(pixels: object = None, **labels: object) -> xr.DataArray:
    data = np.random.default_rng(0).integers(0, 4000, (5, 6, 7), dtype=np.uint16) if pixels is None else pixels
    n = data.shape[0]
    return label_stack(
        data,
        "energy_loss",
        plane_values=700 + 5 * np.arange(n),
        pixel_size=(0.5, 0.25),
        pixel_units="nm",
        title="series",
        **{"per_plane": {"scale": 2.0 ** -np.arange(n), "exposure_s": (np.ones(n), "s")}, **labels},
    )


@st.composite
def regions(draw: st.DrawFn) -> tuple[int, int, int, int]:
    top, left = draw(st.integers(0, 5)), draw(st.integers(0, 6))
    return top, left, draw(st.integers(top + 1, 6)), draw(st.integers(left + 1, 7))


@given(regions(), st.booleans(), st.booleans())
def test_the_spectrum_is_the_sum_of_counts_in_the_area(region, lazy, mean) -> None:
    stack = make_stack()
    source = stack.chunk({"energy_loss": 2, "y": 3}) if lazy else stack
    top, left, bottom, right = region
    inside = counts(stack)[:, top:bottom, left:right].astype(float)
    expected = inside.mean(("y", "x")) if mean else inside.sum(("y", "x"))
    for layout in (source, source.transpose("y", "x", "energy_loss")):
        spectrum = extract_spectrum(layout, region, mean=mean)
        np.testing.assert_allclose(spectrum.values, expected.values, rtol=1e-12)
        assert spectrum.attrs["region"] == list(region)


@given(regions())
def test_pixels_and_units_name_the_same_area(region) -> None:
    top, left, bottom, right = region
    units = (top * 0.5, left * 0.25, bottom * 0.5, right * 0.25)
    stack = make_stack()
    in_units = extract_spectrum(stack, units, calibrated=True)
    np.testing.assert_array_equal(in_units, extract_spectrum(stack, region))
    assert in_units.attrs["region"] == list(region)


def test_the_spectrum_says_what_the_stack_said() -> None:
    stack = make_stack(tags={"a": 1}, intensity_units="counts")
    spectrum = check_array(extract_spectrum(stack))
    assert spectrum.dims == ("energy_loss",)
    assert spectrum.dtype == np.float64
    assert spectrum.energy_loss.units == "eV"
    assert spectrum.name == "series"
    assert spectrum.exposure_s.units == "s"
    assert spectrum.attrs["tags"] == {"a": 1}
    assert spectrum.attrs["signal_type"] == "EELS"
    assert spectrum.attrs["region"] == [0, 0, 6, 7]
    assert spectrum.standard_error.units == "counts"
    assert spectrum.attrs["history"][-1]["parameters"] == {"region": None, "calibrated": False, "mean": False}
    assert "region" not in stack.attrs


def test_scale_is_applied_once() -> None:
    spectrum = extract_spectrum(make_stack())
    np.testing.assert_array_equal(counts(spectrum), spectrum)


def test_an_iron_particle_shows_its_edge_and_the_film_beside_it_does_not() -> None:
    # The physical case: regions count from the top left, energies rise, and iron absorbs from 708 eV on.
    series = drifting_eftem_series(
        12, 96, 2000.0, seed=3, start_ev=640, step_ev=12, slit_width_ev=12, largest_drift_px=0.0
    )
    iron = series.element_maps["Fe-L"]
    row, column = np.unravel_index(np.argmax(iron), iron.shape)
    on_particle = _step_at_708_ev(series.stack, row, column)
    empty_row, empty_column = _emptiest(iron)
    beside = _step_at_708_ev(series.stack, empty_row, empty_column)
    assert on_particle > 0.2
    assert abs(beside) < 0.05


def _emptiest(element: np.ndarray) -> tuple[int, int]:
    sums = np.lib.stride_tricks.sliding_window_view(element, (9, 9)).sum((2, 3))
    row, column = np.unravel_index(np.argmin(sums), sums.shape)
    return int(row) + 4, int(column) + 4


def _step_at_708_ev(stack: xr.DataArray, row: int, column: int) -> float:
    """Return by how much the spectrum exceeds, behind the edge, a power law fitted before it."""
    top, left = max(row - 4, 0), max(column - 4, 0)
    spectrum = extract_spectrum(stack, (top, left, min(row + 5, 96), min(column + 5, 96)))
    energy = spectrum.energy_loss.values
    before = energy < 695
    slope, offset = np.polyfit(np.log(energy[before]), np.log(spectrum.values[before]), 1)
    behind = (energy > 720) & (energy < 760)
    background = np.exp(offset + slope * np.log(energy[behind]))
    return float(np.mean(spectrum.values[behind] / background) - 1)


@pytest.mark.parametrize("mean", [False, True])
@pytest.mark.parametrize("gain", [1.0, 8.0])
def test_the_standard_error_is_the_scatter_of_repeated_recordings(gain: float, mean: bool) -> None:
    rng = np.random.default_rng(1)
    electrons = rng.poisson(np.array([400.0, 20.0, 3.0])[:, None, None, None], (3, 500, 8, 8))
    scale = np.array([1.0, 0.5, 0.25])
    labels = {"per_plane": {"scale": scale}, "counts_per_electron": gain}
    spectra = [
        extract_spectrum(make_stack((gain * electrons[:, k]).astype(np.int32), **labels), (0, 0, 4, 8), mean=mean)
        for k in range(500)
    ]
    scatter = np.std([each.values for each in spectra], axis=0)
    said = np.mean([each.standard_error.values for each in spectra], axis=0)
    np.testing.assert_allclose(said, scatter, rtol=0.1)


@pytest.mark.parametrize(
    ("dtype", "units", "known"),
    [
        ("uint16", None, True),
        ("float32", None, False),
        ("float32", "Counts", True),
        ("float32", "electrons", True),
        ("uint16", "nm", False),
        ("complex64", "counts", False),
    ],
)
def test_an_error_is_given_only_where_pixels_are_counts(dtype: str, units: str | None, known: bool) -> None:
    labels = {} if units is None else {"intensity_units": units}
    spectrum = extract_spectrum(make_stack(np.ones((2, 3, 4), dtype), **labels))
    assert ("standard_error" in spectrum.coords) == known


def test_sums_below_zero_have_no_error_and_nan_stays_visible() -> None:
    spectrum = extract_spectrum(make_stack(np.full((2, 3, 4), -1, np.int16)))
    assert np.isnan(spectrum.standard_error.values).all()
    pixels = np.ones((2, 3, 4))
    pixels[1, 0, 0] = np.nan
    assert np.isnan(extract_spectrum(make_stack(pixels)).values).tolist() == [False, True]


def test_large_sums_are_exact() -> None:
    pixels = np.full((1, 600, 600), 65535, np.uint16)
    assert extract_spectrum(make_stack(pixels)).item() == 65535 * 360000


def test_lines_spectra_and_colours() -> None:
    stack = make_stack()
    line = extract_spectrum(stack[:, 2])
    np.testing.assert_array_equal(line, extract_spectrum(stack, (2, 0, 3, 7)))
    with pytest.raises(StackError, match="is no stack or spectrum image; got dimensions 'energy_loss'"):
        extract_spectrum(stack[:, 0, 0])
    with pytest.raises(StackError, match="is no stack or spectrum image"):
        extract_spectrum(label_stack(np.zeros((2, 3, 4, 3), np.uint8)))
    with pytest.raises(StackError, match="has no plane dimension"):
        extract_spectrum(stack[0])


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ((0, 0, 7, 7), "y: bounds reach outside the axis; got 0 … 7; expected 0 … 6"),
        ((0, -1, 6, 7), "x: bounds reach outside the axis; got -1 … 7"),
        ((3, 3, 3, 5), "y: nothing lies between the bounds"),
        ((0, 0, 6), "region: must be four numbers"),
    ],
)
def test_regions_that_cannot_be_meant_are_refused(region: object, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        extract_spectrum(make_stack(), region)


@pytest.mark.data
def test_the_iron_signal_of_a_published_eftem_stack(data_dir: Path) -> None:
    # Made by its authors with a background E^-2.00 and a net signal of exactly 50 counts behind the edge.
    stack = read(data_dir / "eftem" / "EFTEM-Stack_Fe_50counts.tif")
    spectrum = extract_spectrum(stack, mean=True)
    background = spectrum * spectrum.energy_loss**2
    before = background.sel(energy_loss=[617, 672, 694]).mean().item()
    assert spectrum.sel(energy_loss=717).item() - before / 717**2 == pytest.approx(50, abs=0.5)


@pytest.mark.data
def test_a_spectrum_image_of_a_real_microscope(data_dir: Path) -> None:
    image = read(data_dir / "spectrum-images" / "CuZn_EELS_mapping_tutorial.hspy")
    spectrum = extract_spectrum(image)
    assert spectrum.energy_loss.units == "eV"
    # The copper L3 edge at 931 eV raises the falling spectrum most between 850 and 1000 eV.
    rise = spectrum.sel(energy_loss=slice(850, 1000)).diff("energy_loss")
    assert float(rise.idxmax()) == pytest.approx(931, abs=16)
    # Neighbouring channels scatter by no less than counting statistics allow.
    smooth = spectrum.sel(energy_loss=slice(1500, 1900))
    scatter = np.std(np.diff(smooth.values, 2)) / np.sqrt(6)
    assert scatter > 0.5 * float(smooth.standard_error.mean())


def test_a_lazy_stack_is_never_all_in_memory() -> None:
    planes, side = 64, 512  # 64 MiB of float32
    stack = make_stack(da.ones((planes, side, side), dtype=np.float32, chunks=(1, side, side)))
    tracemalloc.start()
    extract_spectrum(stack)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < stack.nbytes / 4


def test_the_error_of_a_simulated_series_knows_how_many_counts_an_electron_gives() -> None:
    stack = drifting_eftem_series(3, 64, seed=2).stack
    errors = extract_spectrum(stack).standard_error.values
    per_count = extract_spectrum(stack.assign_attrs(counts_per_electron=1.0)).standard_error.values
    assert errors == pytest.approx(per_count * 8**0.5)
