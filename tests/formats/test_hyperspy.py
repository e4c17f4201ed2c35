"""To HyperSpy and back without loss; what is changed there wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.stack import label_stack, with_history
from temstack.stack.tags import same_tags

# HyperSpy warns about its own imports and about packages that it would like to have.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Importing .* is deprecated", "ignore::UserWarning:hyperspy", "ignore::DeprecationWarning"
)

ENERGIES = {"even": [480.0, 485.0, 490.0], "uneven": [617.0, 672.0, 717.5]}


def make_stack(dim: str = "energy_loss", values: Any = ENERGIES["even"], dtype: str = "uint16") -> xr.DataArray:
    stack = label_stack(
        np.arange(60).reshape(3, 4, 5).astype(dtype),
        dim,
        plane_values=values,
        pixel_size=0.2,
        pixel_units="nm",
        per_plane={
            "exposure_s": ([1.0, 2, 4], "s"),
            "dark_id": np.array([1, 1, 2]),
            "is_recorded": np.array([True, False, True]),
            "label": np.array(["a", "", "ü"]),
            "taken": np.array(["2024-05-06T07:08:09"] * 3, dtype="datetime64[ns]"),
        },
        title="O K",
        tags={"Micro.scope": {"a/b": np.float32(1.5)}, "long": "x" * 100_000, "list": [{"n": np.int16(1)}]},
        high_tension_kv=300.0,
        intensity_units="counts",
    )
    return with_history(stack, "crop", top=1)


def assert_identical(first: xr.DataArray, second: xr.DataArray) -> None:
    assert (second.name, second.dims, second.dtype) == (first.name, first.dims, first.dtype)
    np.testing.assert_array_equal(second.values, first.values)
    assert set(second.coords) == set(first.coords)
    for name in first.coords:
        assert second[name].variable.identical(first[name].variable), name
    assert same_tags(dict(first.attrs), dict(second.attrs))


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("energies", ENERGIES)
def test_an_eftem_stack_is_a_map_of_energy_loss_spectra(energies: str, lazy: bool) -> None:
    stack = make_stack(values=ENERGIES[energies])
    signal = ts.to_hyperspy(stack.chunk({"energy_loss": 1}) if lazy else stack)
    assert type(signal).__name__ == ("LazyEELSSpectrum" if lazy else "EELSSpectrum")
    assert signal.axes_manager.signal_shape == (3,)
    axis = signal.axes_manager.signal_axes[0]
    assert (axis.name, axis.units, axis.axis.tolist()) == ("Energy loss", "eV", ENERGIES[energies])
    assert signal.metadata.Acquisition_instrument.TEM.beam_energy == 300
    assert signal.metadata.temstack.planes.exposure_s.values.tolist() == [1, 2, 4]
    again = ts.from_hyperspy(signal)
    assert (again.chunks is not None) == lazy
    assert_identical(stack, again)


@pytest.mark.parametrize("dim", ["defocus", "time", "tilt", "exposure", "plane"])
def test_other_stacks_are_series_of_images(dim: str) -> None:
    stack = make_stack(dim, [0.0, 1.0, 5.0], "float32")
    signal = ts.to_hyperspy(stack)
    assert type(signal).__name__ == "Signal2D"
    assert (signal.axes_manager.navigation_shape, signal.axes_manager.signal_shape) == ((3,), (5, 4))
    assert_identical(stack, ts.from_hyperspy(signal))


@pytest.mark.parametrize("dtype", ["int8", "float64", "complex64", "bool"])
def test_types_of_pixels_survive(dtype: str) -> None:
    stack = make_stack(dtype=dtype)
    assert_identical(stack, ts.from_hyperspy(ts.to_hyperspy(stack)))


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("lazy", [False, True])
def test_colours_survive(channels: int, lazy: bool) -> None:
    stack = label_stack(np.arange(24 * channels, dtype=np.uint8).reshape(2, 3, 4, channels))
    assert_identical(stack, ts.from_hyperspy(ts.to_hyperspy(stack.chunk() if lazy else stack)))


def test_an_image_and_a_spectrum_survive() -> None:
    stack = make_stack()
    assert_identical(stack[0], ts.from_hyperspy(ts.to_hyperspy(stack[0])))
    assert_identical(stack[:, 1, 2], ts.from_hyperspy(ts.to_hyperspy(stack[:, 1, 2])))


def test_what_is_changed_in_hyperspy_wins() -> None:
    signal = ts.to_hyperspy(make_stack())
    signal.axes_manager["x"].scale = 0.5
    signal.axes_manager["Energy loss"].offset = 470
    signal.metadata.General.title = "calibrated"
    signal.metadata.Acquisition_instrument.TEM.beam_energy = 200.0
    again = ts.check_stack(ts.from_hyperspy(signal))
    assert again.x.values.tolist() == [0, 0.5, 1, 1.5, 2]
    assert again.energy_loss.values.tolist() == [470, 475, 480]
    assert (again.name, again.attrs["high_tension_kv"]) == ("calibrated", 200)
    assert again.exposure_s.values.tolist() == [1, 2, 4]


def test_planes_that_were_cut_off_take_their_values_along_or_leave_them() -> None:
    signal = ts.to_hyperspy(make_stack("tilt", [0.0, 1, 2], "float32")).inav[1:]
    again = ts.check_stack(ts.from_hyperspy(signal))
    assert again.tilt.values.tolist() == [1, 2]
    assert "exposure_s" not in again.coords


def test_a_signal_of_others_is_labelled() -> None:
    import hyperspy.api as hs

    signal = hs.signals.Signal1D(np.zeros((3, 4, 5)))
    signal.set_signal_type("EELS")
    signal.axes_manager[-1].units, signal.axes_manager[-1].name = "eV", "Energy loss"
    signal.original_metadata.set_item("Microscope.name", "Titan")
    array = ts.from_hyperspy(signal)
    assert array.dims == ("y", "x", "energy_loss")
    assert array.attrs["tags"] == {"Microscope": {"name": "Titan"}}
    assert "source" not in array.attrs


@pytest.fixture
def hspy_file(tmp_path: Path) -> Path:
    return ts.write(make_stack(), tmp_path / "a.hspy")


def test_hyperspy_opens_our_files_as_energy_loss_spectra(hspy_file: Path) -> None:
    import hyperspy.api as hs

    signal = hs.load(hspy_file)
    assert type(signal).__name__ == "EELSSpectrum"
    assert signal.axes_manager.signal_axes[0].name == "Energy loss"
    np.testing.assert_array_equal(signal.data, make_stack().transpose("y", "x", "energy_loss").values)
    assert signal.original_metadata.as_dictionary()["Micro_scope"] == {"a_b": 1.5}


def test_we_open_what_hyperspy_saved_again(hspy_file: Path) -> None:
    import hyperspy.api as hs

    hs.load(hspy_file).save(hspy_file.with_name("b.hspy"))
    again = ts.read(hspy_file.with_name("b.hspy"))
    assert_identical(make_stack(), again.drop_attrs(deep=False).assign_attrs(_without_source(again)))


def _without_source(array: xr.DataArray) -> dict[str, Any]:
    return {name: value for name, value in array.attrs.items() if name != "source"}


def test_a_series_exported_to_dm4_reads_flat_in_hyperspy(tmp_path: Path) -> None:
    import hyperspy.api as hs

    scales = np.array([1.0, 0.5, 0.25])
    pixels = (np.ones((3, 4, 5)) * (256 / scales)[:, None, None]).astype(np.uint16)
    stack = label_stack(pixels, "energy_loss", plane_values=[1.0, 2, 3], per_plane={"scale": scales})
    signal = hs.load(ts.write(stack, tmp_path / "a.dm4"))
    assert type(signal).__name__ == "EELSSpectrum"
    assert (signal.data == 256).all()
