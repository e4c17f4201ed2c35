"""Saying what the third axis is where a file does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from temstack.errors import SettingError, StackError
from temstack.formats.plane_axis import with_plane_axis
from temstack.stack import check_stack, label_stack


@pytest.fixture
def stack() -> xr.DataArray:
    return label_stack(np.zeros((3, 2, 2)), per_plane={"exposure_s": [1.0, 2, 3], "time": ([0.0, 5, 9], "s")})


def test_even_positions(stack: xr.DataArray) -> None:
    named = check_stack(with_plane_axis(stack, "energy_loss", start=480, step=5, units="eV"))
    assert named.energy_loss.values.tolist() == [480, 485, 490]
    assert named.exposure_s.dims == ("energy_loss",)
    assert named.attrs["signal_type"] == "EELS"
    assert stack.dims[0] == "plane"


def test_uneven_positions_in_other_units(stack: xr.DataArray) -> None:
    named = check_stack(with_plane_axis(stack, "defocus", values=[-0.1, 0, 0.3], units="µm"))
    np.testing.assert_allclose(named.defocus.values, [-100, 0, 300])


def test_an_axis_takes_the_place_of_the_values_of_its_name(stack: xr.DataArray) -> None:
    named = check_stack(with_plane_axis(stack, "time", start=0, step=2))
    assert named.time.values.tolist() == [0, 2, 4]


def test_positions_alone_keep_the_name(stack: xr.DataArray) -> None:
    tilts = with_plane_axis(stack, "tilt", start=-10, step=10)
    assert with_plane_axis(tilts, start=0, step=1).tilt.values.tolist() == [0, 1, 2]


def test_a_name_alone_keeps_the_positions(stack: xr.DataArray) -> None:
    assert with_plane_axis(stack, "tilt").tilt.values.tolist() == [0, 1, 2]


def test_nothing_asked_nothing_done(stack: xr.DataArray) -> None:
    assert with_plane_axis(stack) is stack


def test_a_spectrum_image_has_a_third_axis_too(stack: xr.DataArray) -> None:
    image = with_plane_axis(stack.transpose("y", "x", "plane"), "energy_loss", start=1, step=1)
    assert image.dims == ("y", "x", "energy_loss")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no such axis": ({"axis": "depth"}, "axis: is no name .* got 'depth'; expected one of energy_loss"),
    "too few values": ({"values": [1, 2]}, "got 2 numbers; expected 3"),
    "both ways": ({"values": [1, 2, 3], "start": 1}, "leave no room for start and step"),
    "no step": ({"start": 1, "step": 0}, "all planes at the same place"),
    "unsuitable units": ({"axis": "tilt", "step": 1, "units": "eV"}, "do not suit .* got 'eV'"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_meant_is_said(stack: xr.DataArray, case: str) -> None:
    options, message = WRONG[case]
    with pytest.raises(SettingError, match=message):
        with_plane_axis(stack, **options)


def test_an_image_has_no_third_axis(stack: xr.DataArray) -> None:
    with pytest.raises(StackError, match="has no third axis"):
        with_plane_axis(stack[0], "tilt")
