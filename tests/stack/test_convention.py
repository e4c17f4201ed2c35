"""Labelling, checking and asking: the convention as users meet it."""

from __future__ import annotations

import json

import dask.array as da
import numpy as np
import pytest
import xarray as xr

from temstack.errors import SettingError, StackError
from temstack.stack import (
    PLANE_DIMS,
    PLANE_UNITS,
    check_array,
    check_stack,
    is_stack,
    label_stack,
    per_plane_values,
    pixel_size,
    plane_dim,
    with_history,
)


def energy_stack(**changes: object) -> xr.DataArray:
    labels = {
        "plane_values": [480.0, 485.0, 500.0],
        "pixel_size": (0.2, 0.3),
        "pixel_units": "nm",
        "per_plane": {"exposure_s": ([1.0, 2.0, 2.0], "s"), "dark_id": [0, 1, 1]},
        "title": "Fe oxide",
    }
    return label_stack(np.zeros((3, 4, 5), np.uint16), "energy_loss", **{**labels, **changes})


def test_label_stack_says_everything_that_is_known() -> None:
    stack = energy_stack()
    assert stack.dims == ("energy_loss", "y", "x")
    assert stack.energy_loss.values.tolist() == [480.0, 485.0, 500.0]
    assert stack.energy_loss.units == "eV"
    assert stack.attrs["signal_type"] == "EELS"
    assert stack.name == stack.attrs["title"] == "Fe oxide"
    assert stack.exposure_s.units == "s"
    assert stack.dtype == np.uint16
    np.testing.assert_allclose(stack.y, [0, 0.2, 0.4, 0.6])
    assert stack.dark_id.dtype.kind == "i"


@pytest.mark.parametrize("dim", PLANE_DIMS)
def test_every_plane_dimension_is_a_stack(dim: str) -> None:
    stack = label_stack(np.zeros((3, 4, 5)), dim, plane_values=[3, 1, 2])
    assert is_stack(stack)
    assert plane_dim(stack) == dim
    assert stack[dim].units == PLANE_UNITS[dim]


def test_positions_are_counted_not_added_up() -> None:
    stack = label_stack(np.zeros((1, 1, 1001)), pixel_size=0.1, origin=(0.0, -50.0), pixel_units="nm")
    assert float(stack.x[-1]) == -50.0 + 1000 * 0.1


@pytest.mark.parametrize(
    ("dim", "units", "given", "expected"),
    [
        ("energy_loss", "keV", 0.5, 500.0),
        ("defocus", "µm", -0.1, -100.0),
        ("time", "min", 2.0, 120.0),
        ("exposure", "ms", 250.0, 0.25),
        ("tilt", "rad", np.pi, 180.0),
        ("tilt", "°", 30.0, 30.0),
    ],
)
def test_units_are_brought_to_those_of_the_convention(dim: str, units: str, given: float, expected: float) -> None:
    stack = label_stack(np.zeros((1, 2, 2)), dim, plane_values=[given], plane_units=units)
    assert float(stack[dim][0]) == pytest.approx(expected)


def test_data_are_neither_copied_nor_loaded() -> None:
    pixels = np.zeros((2, 3, 4))
    assert np.shares_memory(label_stack(pixels).values, pixels)
    assert label_stack(_poisoned((2, 3, 4))).chunks is not None


def test_colour_has_channels_last() -> None:
    stack = label_stack(np.zeros((2, 3, 4, 3), np.uint8))
    assert stack.dims == ("plane", "y", "x", "channel")
    assert stack.channel.values.tolist() == ["red", "green", "blue"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"plane_dim": "energy"}, "is no plane dimension; got 'energy'; expected one of 'energy_loss'"),
        ({"plane_dim": "tilt"}, "plane_values: are missing for the axis 'tilt'; expected 2 numbers in deg"),
        ({"plane_dim": "tilt", "plane_values": [1, 2, 3]}, r"got shape \(3,\); expected \(2,\)"),
        (
            {"plane_dim": "tilt", "plane_values": [1, 2], "plane_units": "nm"},
            "do not suit the axis 'tilt'; got 'nm'",
        ),
        ({"per_plane": {"scale": [1, 2, 3]}}, r"per_plane\['scale'\]: needs one value for each plane"),
        ({"pixel_size": 0}, "pixel_size: must be a number other than 0; got 0"),
    ],
)
def test_label_stack_refuses_in_words(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        label_stack(np.zeros((2, 3, 4)), **arguments)


def test_a_single_image_is_told_how_to_become_a_stack() -> None:
    with pytest.raises(StackError, match=r"shape \(3, 4\).*a single image needs data\[None\]"):
        label_stack(np.zeros((3, 4)))


def _with_axis(name: str, values: object, units: str | None) -> xr.DataArray:
    attrs = {} if units is None else {"units": units}
    return energy_stack().assign_coords({name: xr.Variable(name, values, attrs)})


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (np.zeros((2, 3, 4)), "it is a ndarray, not an xarray.DataArray"),
        (
            xr.DataArray(np.zeros((3, 4)), dims=("y", "x")),
            r"its dimensions are \('y', 'x'\), expected \(one of",
        ),
        (energy_stack().rename(energy_loss="energy"), "the first dimension is 'energy', expected one of"),
        (
            energy_stack().transpose("y", "x", "energy_loss"),
            r"turn it with stack.transpose\('energy_loss', 'y', 'x'",
        ),
        (energy_stack().drop_vars("x"), "axis 'x' has no coordinate saying where its pixels lie"),
        (_with_axis("energy_loss", [1, 2, 3], "eV"), "axis 'energy_loss' is of type int64, expected float64"),
        (
            _with_axis("energy_loss", [1.0, 2.0, 3.0], "keV"),
            "axis 'energy_loss' has units 'keV', expected 'eV'",
        ),
        (
            _with_axis("energy_loss", [1.0, np.nan, 3.0], "eV"),
            "axis 'energy_loss' has positions that are not finite",
        ),
        (_with_axis("y", [0.0, 1.0, 2.0, 3.0], None), "axis 'y' has units None, expected e.g. 'nm'"),
        (_with_axis("y", [0.0, 1.0, 2.0, 4.0], "nm"), "axis 'y' has pixels of different size, from 1 to 2"),
        (
            energy_stack().assign_coords(scale=("energy_loss", [1.0, 0.0, 1.0])),
            "'scale' must be finite and above 0",
        ),
        (energy_stack().assign_attrs(history="cropped"), r"attrs\['history'\] is a str, expected a list"),
        (energy_stack().astype(str), "its pixels are of type <U"),
        (energy_stack()[:0], "it is empty"),
        (
            xr.DataArray(np.zeros((2, 2, 2, 3)), dims=("plane", "y", "x", "channel")),
            "its colours are of type float64",
        ),
    ],
)
def test_check_stack_says_what_is_wrong(broken: xr.DataArray, words: str) -> None:
    assert not is_stack(broken)
    with pytest.raises(StackError, match=words):
        check_stack(broken)


def test_check_stack_names_all_faults_at_once() -> None:
    broken = _with_axis("energy_loss", [1.0, 2.0, 3.0], "keV").drop_vars("x")
    with pytest.raises(StackError, match=r"Fe oxide.*units 'keV'.*axis 'x' has no coordinate"):
        check_stack(broken)


def test_check_array_takes_every_layout() -> None:
    stack = energy_stack()
    for layout in (stack, stack.transpose("y", "x", "energy_loss"), stack[0], stack[:, 0, 0], stack[:, 0]):
        assert check_array(layout) is layout


def test_plane_dim_of_a_spectrum_image_and_of_an_image() -> None:
    assert plane_dim(energy_stack().transpose("y", "x", "energy_loss")) == "energy_loss"
    with pytest.raises(StackError, match="has no plane dimension"):
        plane_dim(energy_stack()[0])


@pytest.mark.parametrize(("size", "units"), [((0.2, 0.3), "nm"), ((7e-3, 1.0), "µm"), ((1.0, 1.0), "px")])
def test_pixel_size_gives_back_what_was_given(size: tuple[float, float], units: str) -> None:
    assert pixel_size(label_stack(np.zeros((1, 7, 9)), pixel_size=size, pixel_units=units)) == (size, units)


def test_pixel_size_of_different_units_is_in_nm() -> None:
    stack = label_stack(np.zeros((1, 3, 4)), pixel_size=(3.0, 2.0), pixel_units="nm")
    stack.x.attrs["units"] = "pm"
    assert pixel_size(stack) == ((3.0, 0.002), "nm")


def test_pixel_size_survives_a_single_row() -> None:
    stack = label_stack(np.zeros((1, 1, 4)), pixel_size=(3.0, 2.0), pixel_units="nm")
    assert pixel_size(stack) == ((3.0, 2.0), "nm")
    # Cut by bare xarray, a row does not say its height: pixels are taken as square.
    assert pixel_size(energy_stack()[:, :1]) == ((0.3, 0.3), "nm")


def test_per_plane_values_are_all_and_only_those_of_planes() -> None:
    stack = energy_stack().assign_coords(temperature=300.0)
    assert set(per_plane_values(stack)) == {"exposure_s", "dark_id"}
    assert per_plane_values(stack)["exposure_s"].units == "s"


def test_history_grows_and_leaves_the_given_stack_alone() -> None:
    stack = energy_stack()
    once = with_history(stack, "crop", bounds=(np.int64(1), 2), energies=np.array([1.5]))
    twice = with_history(once, "bin", factor=2)
    assert "history" not in stack.attrs
    assert len(once.attrs["history"]) == 1
    assert [line["operation"] for line in twice.attrs["history"]] == ["crop", "bin"]
    text = json.dumps(twice.attrs["history"])
    assert json.loads(text)[0]["parameters"] == {"bounds": [1, 2], "energies": [1.5]}


def _poisoned(shape: tuple[int, ...]) -> da.Array:
    """Return dask pixels that must not be computed."""

    def refuse(block: object) -> object:
        raise AssertionError("pixels were loaded")

    return da.zeros(shape, chunks=(1, *shape[1:])).map_blocks(refuse, dtype=float, meta=np.empty((0,) * len(shape)))
