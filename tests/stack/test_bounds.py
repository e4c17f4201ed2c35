"""Half-open ranges, in pixels and in units."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from temstack.errors import SettingError, StackError
from temstack.stack import label_stack
from temstack.stack.bounds import select_range, select_region


def stack_of(planes: int = 4, *, values: object = None) -> xr.DataArray:
    energies = 480 + 5 * np.arange(planes) if values is None else values
    return label_stack(np.zeros((planes, 6, 8)), "energy_loss", plane_values=energies, pixel_size=0.1, pixel_units="nm")


@given(st.integers(1, 60), st.data())
def test_two_ranges_that_meet_share_nothing_and_miss_nothing(size: int, data: st.DataObject) -> None:
    step, origin = data.draw(st.floats(1e-3, 1e3)), data.draw(st.floats(-1e3, 1e3))
    stack = label_stack(np.zeros((1, 1, size)), pixel_size=(1.0, step), origin=(0.0, origin), pixel_units="nm")
    cut = data.draw(st.floats(origin, origin + size * step))
    left = _taken(stack, (None, cut))
    right = _taken(stack, (cut, None))
    assert left + right == list(range(size))


def _taken(stack: xr.DataArray, bounds: tuple[float | None, float | None]) -> list[int]:
    everything = np.arange(stack.sizes["x"])
    try:
        return everything[select_range(stack, "x", bounds, calibrated=True)].tolist()
    except SettingError as err:
        return [] if "nothing lies between" in str(err) else [str(err)]


@given(st.integers(1, 40), st.data())
def test_pixels_and_positions_agree(size: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, size - 1))
    stop = data.draw(st.integers(start + 1, size))
    stack = label_stack(np.zeros((1, 1, size)), pixel_size=(1.0, 0.1), origin=(0.0, -0.3), pixel_units="nm")
    bounds = (-0.3 + start * 0.1, -0.3 + stop * 0.1)
    assert select_range(stack, "x", bounds, calibrated=True) == select_range(stack, "x", (start, stop))


def test_a_descending_axis_is_taken_by_its_positions() -> None:
    stack = stack_of(values=[495, 490, 485, 480])
    assert select_range(stack, "energy_loss", (480, 490), calibrated=True) == slice(2, 4)


def test_an_axis_that_goes_up_and_down_gives_all_planes_in_the_range() -> None:
    stack = stack_of(5, values=[480, 500, 485, 505, 490])
    chosen = select_range(stack, "energy_loss", (480, 495), calibrated=True)
    assert np.asarray(chosen).tolist() == [0, 2, 4]


def test_the_last_plane_reaches_one_step_further() -> None:
    assert select_range(stack_of(), "energy_loss", (490, 500), calibrated=True) == slice(2, 4)


@pytest.mark.parametrize(
    ("bounds", "calibrated", "words"),
    [
        ((-1, 2), False, r"energy_loss: bounds reach outside the axis; got -1 … 2; expected 0 … 4"),
        ((0, 5), False, r"got 0 … 5; expected 0 … 4"),
        ((2, 2), False, r"nothing lies between the bounds; got 2 … 2; expected start before stop"),
        ((3, 1), False, r"nothing lies between the bounds; got 3 … 1"),
        ((0.5, 2), False, r"bounds in px must be whole numbers; got 0.5 … 2; or say calibrated=True"),
        ((True, 2), False, r"bounds in px must be whole numbers"),
        ((np.nan, 2), False, r"bounds in px must be whole numbers"),
        ((1,), False, r"bounds must be two numbers"),
        ((470, 490), True, r"reach outside the axis; got 470 … 490; expected 480 … 500 eV"),
        ((480, 501), True, r"reach outside the axis; got 480 … 501"),
        ((np.nan, 490), True, r"reach outside the axis; got nan"),
        ((481, 484), True, r"nothing lies between the bounds; got 481 … 484 eV"),
        ((490, 480), True, r"nothing lies between the bounds; got 490 … 480 eV"),
    ],
)
def test_bounds_that_cannot_be_meant_are_refused(bounds: object, calibrated: bool, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        select_range(stack_of(), "energy_loss", bounds, calibrated=calibrated)


def test_a_missing_axis_is_refused() -> None:
    with pytest.raises(StackError, match="has no dimension 'plane'"):
        select_range(stack_of(), "plane", (0, 1))


def test_regions_are_top_left_bottom_right() -> None:
    assert select_region(stack_of(), (1, 2, 5, 8)) == {"y": slice(1, 5), "x": slice(2, 8)}
    assert select_region(stack_of(), (0.1, 0.2, 0.5, 0.8), calibrated=True) == {
        "y": slice(1, 5),
        "x": slice(2, 8),
    }
    assert select_region(stack_of(), None) == {"y": slice(0, 6), "x": slice(0, 8)}
    with pytest.raises(SettingError, match=r"region: must be four numbers; got \(1, 2\)"):
        select_region(stack_of(), (1, 2))
    with pytest.raises(SettingError, match="y: bounds reach outside"):
        select_region(stack_of(), (0, 0, 8, 6))
