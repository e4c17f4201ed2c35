"""Boxes cut out and put in, and the two layouts of the same numbers."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from temstack.errors import SettingError, StackError
from temstack.stack import StackRangeWarning, check_stack, label_stack, pixel_size
from temstack.volume import replace_sub_volume, sub_volume, to_spectrum_image, to_stack

SIZES = {"planes": 5, "y": 6, "x": 7}


def make_stack(*, lazy: bool = False) -> xr.DataArray:
    pixels = np.arange(210, dtype=np.float32).reshape(5, 6, 7)
    return label_stack(
        da.from_array(pixels, chunks=(2, 3, 7)) if lazy else pixels,
        "energy_loss",
        plane_values=700 + 5 * np.arange(5),
        pixel_size=(0.5, 0.25),
        pixel_units="nm",
        origin=(-1.0, 2.0),
        per_plane={"exposure_s": (np.arange(5.0), "s")},
        title="series",
        tags={"a": 1},
    )


@st.composite
def boxes(draw: st.DrawFn, sizes: dict[str, int]) -> dict[str, tuple[int, int]]:
    box = {}
    for axis, size in sizes.items():
        start = draw(st.integers(0, size - 1))
        box[axis] = (start, draw(st.integers(start + 1, size)))
    return box


@given(boxes(SIZES), st.booleans())
def test_a_box_holds_the_pixels_and_positions_it_had(box, lazy) -> None:
    stack = make_stack(lazy=lazy)
    part = check_stack(sub_volume(stack, **box))
    expected = stack[slice(*box["planes"]), slice(*box["y"]), slice(*box["x"])]
    np.testing.assert_array_equal(part, expected)
    for name in ("energy_loss", "y", "x", "exposure_s"):
        np.testing.assert_array_equal(part[name], expected[name])
    assert pixel_size(part) == ((0.5, 0.25), "nm")
    assert part.attrs["tags"] == {"a": 1}
    assert (part.chunks is not None) == lazy


@given(st.data())
def test_a_box_in_a_box_is_a_box(data) -> None:
    outer = data.draw(boxes(SIZES))
    inner = data.draw(boxes({axis: stop - start for axis, (start, stop) in outer.items()}))
    stack = make_stack()
    twice = sub_volume(sub_volume(stack, **outer), **inner)
    once = sub_volume(stack, **{axis: _moved(inner[axis], outer[axis][0]) for axis in SIZES})
    xr.testing.assert_identical(_without_history(twice), _without_history(once))


@given(boxes(SIZES))
def test_pixels_and_units_name_the_same_box(box) -> None:
    stack = make_stack()
    origin_and_step = {"planes": (700, 5), "y": (-1.0, 0.5), "x": (2.0, 0.25)}
    units = {
        axis: tuple(origin + bound * step for bound in box[axis]) for axis, (origin, step) in origin_and_step.items()
    }
    part = sub_volume(stack, **units, calibrated=True)
    xr.testing.assert_identical(_without_history(part), _without_history(sub_volume(stack, **box)))


@given(boxes(SIZES), st.booleans())
def test_replacing_a_box_changes_it_and_nothing_else(box, lazy) -> None:
    stack = make_stack(lazy=lazy)
    before = stack.values.copy()
    part = -sub_volume(stack, **box)
    replaced = replace_sub_volume(stack, part.values, **box)
    np.testing.assert_array_equal(sub_volume(replaced, **box), part)
    np.testing.assert_array_equal(stack.values, before)
    back = replace_sub_volume(replaced, sub_volume(stack, **box), **box)
    xr.testing.assert_identical(_without_history(back), _without_history(stack))


def test_dm_order_of_the_lecture() -> None:
    stack, image = make_stack(), np.full((6, 7), -1.0)
    width, height, plane = 7, 6, 3
    # stack[0, 0, jImg, width, height, jImg + 1] = img
    replaced = replace_sub_volume(stack, image, planes=(plane, plane + 1), y=(0, height), x=(0, width))
    assert (replaced.values[plane] == -1).all()
    assert (replaced.values[plane + 1] == stack.values[plane + 1]).all()


def test_what_is_put_in_takes_the_type_of_the_stack() -> None:
    stack = label_stack(np.zeros((2, 3, 4), np.uint8))
    with pytest.warns(StackRangeWarning, match="1 of 1 values lie outside"):
        replaced = replace_sub_volume(stack, 300, planes=(0, 1))
    assert replaced.dtype == np.uint8
    assert (replaced.values[0] == 255).all()


def test_labelled_parts_are_turned_to_the_order_of_the_stack() -> None:
    stack = make_stack()
    image = to_spectrum_image(stack)
    replaced = replace_sub_volume(stack, 2 * image)
    np.testing.assert_array_equal(replaced, 2 * stack)


def test_boxes_of_images_and_spectrum_images() -> None:
    stack = make_stack()
    assert sub_volume(stack[0], y=(1, 3)).shape == (2, 7)
    assert sub_volume(to_spectrum_image(stack), planes=(1, 3), x=(0, 4)).shape == (6, 4, 2)
    with pytest.raises(StackError, match="has no plane dimension"):
        sub_volume(stack[0], planes=(0, 1))


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"y": (-1, 2)}, "y: bounds reach outside the axis; got -1 … 2; expected 0 … 6"),
        ({"x": (0, 8)}, "x: bounds reach outside the axis; got 0 … 8; expected 0 … 7"),
        ({"planes": (2, 2)}, "energy_loss: nothing lies between the bounds; got 2 … 2"),
        (
            {"planes": (600, 720), "calibrated": True},
            "energy_loss: bounds reach outside .* expected 700 … 725 eV",
        ),
    ],
)
def test_boxes_that_cannot_be_meant_are_refused(bounds, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        sub_volume(make_stack(), **bounds)
    with pytest.raises(SettingError, match=words):
        replace_sub_volume(make_stack(), 0, **bounds)


def test_a_part_of_another_shape_is_refused() -> None:
    with pytest.raises(
        StackError, match=r"part: does not have the shape of the box; got \(3, 3\); expected \(5, 2, 7\)"
    ):
        replace_sub_volume(make_stack(), np.zeros((3, 3)), y=(0, 2))


@pytest.mark.parametrize("lazy", [False, True])
def test_a_spectrum_image_is_the_same_numbers(lazy: bool) -> None:
    stack = make_stack(lazy=lazy)
    image = to_spectrum_image(stack)
    assert image.dims == ("y", "x", "energy_loss")
    assert image.exposure_s.dims == ("energy_loss",)
    assert image.attrs["signal_type"] == "EELS"
    assert (image.chunks is not None) == lazy
    xr.testing.assert_identical(_without_history(to_stack(image)), _without_history(stack))
    if not lazy:
        assert np.shares_memory(image.values, stack.values)


def test_lines_and_spectra_become_images_one_pixel_high() -> None:
    stack = make_stack()
    assert to_stack(stack[:, 0].transpose("x", "energy_loss")).shape == (5, 1, 7)
    assert to_stack(stack[:, 0, 0]).shape == (5, 1, 1)


def test_only_eftem_stacks_become_spectrum_images() -> None:
    with pytest.raises(StackError, match=r"is no EFTEM stack; .* give its planes energies first"):
        to_spectrum_image(label_stack(np.zeros((2, 3, 4))))


def _moved(bounds: tuple[int, int], by: int) -> tuple[int, int]:
    return bounds[0] + by, bounds[1] + by


def _without_history(stack: xr.DataArray) -> xr.DataArray:
    result = stack.copy(deep=False)
    result.attrs.pop("history", None)
    return result
