"""Planes go in and come out, and what belongs to them goes along."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from temstack.errors import SettingError, StackError
from temstack.stack import StackRangeWarning, check_stack, label_stack, per_plane_values
from temstack.volume import (
    append_planes,
    extract_planes,
    insert_planes,
    remove_planes,
    reorder_planes,
    replace_planes,
    sort_planes,
)

COLUMNS = {
    "exposure_s": lambda n, rng: (rng.random(n), "s"),
    "scale": lambda n, rng: 2.0 ** -rng.integers(0, 4, n),
    "dark_id": lambda n, rng: rng.integers(1, 9, n),
    "is_recorded": lambda n, rng: rng.random(n) < 0.8,
    "label": lambda n, rng: np.array([f"p{k}" for k in rng.integers(0, 99, n)]),
    "clock": lambda n, rng: np.datetime64("2026-01-01T00:00", "ns") + rng.integers(0, 999, n) * 10**9,
}


def make_stack(
    planes: int,
    seed: int = 0,
    columns: object = tuple(COLUMNS),
    *,
    lazy: bool = False,
    dim: str = "energy_loss",
) -> xr.DataArray:
    """Return a stack of random pixels with the per-plane values asked for."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 1000, (planes, 3, 4), dtype=np.uint16)
    return label_stack(
        da.from_array(pixels, chunks=(1, 3, 4)) if lazy else pixels,
        dim,
        plane_values=None if dim == "plane" else rng.random(planes) * 500,
        pixel_size=0.2,
        pixel_units="nm",
        per_plane={name: COLUMNS[name](planes, rng) for name in columns},
        title="series",
        tags={"Microscope": {"Voltage": 200000.0}},
    )


columns = st.sets(st.sampled_from(sorted(COLUMNS)))


@st.composite
def stacks(draw: st.DrawFn) -> xr.DataArray:
    return make_stack(draw(st.integers(1, 6)), draw(st.integers(0, 99)), draw(columns), lazy=draw(st.booleans()))


def same(one: xr.DataArray, other: xr.DataArray, names: object = None) -> None:
    """Assert that pixels, axes and per-plane values are the same, with their types and units."""
    np.testing.assert_array_equal(one.values, other.values)
    assert one.dtype == other.dtype
    for name in [*one.dims, *(per_plane_values(other) if names is None else names)]:
        np.testing.assert_array_equal(one[name].values, other[name].values, err_msg=str(name))
        assert one[name].dtype.kind == other[name].dtype.kind
        assert one[name].attrs == other[name].attrs


@given(stacks(), stacks(), st.data())
def test_what_was_inserted_is_extracted_and_the_rest_remains(stack, planes, data) -> None:
    index = data.draw(st.integers(0, stack.sizes["energy_loss"]))
    n = planes.sizes["energy_loss"]
    joined = check_stack(insert_planes(stack, planes, index))
    assert joined.sizes["energy_loss"] == stack.sizes["energy_loss"] + n
    same(extract_planes(joined, (index, index + n)), planes)
    same(remove_planes(joined, (index, index + n)), stack)
    assert joined.attrs["tags"] == stack.attrs["tags"]
    assert (joined.chunks is not None) == (stack.chunks is not None or planes.chunks is not None)


@given(stacks(), stacks())
def test_missing_values_are_filled_not_lost(stack, planes) -> None:
    joined = append_planes(stack, planes)
    n = stack.sizes["energy_loss"]
    missing = {
        "exposure_s": np.isnan,
        "scale": lambda values: values == 1,
        "dark_id": lambda values: values == 0,
        "is_recorded": lambda values: values,
        "label": lambda values: values == "",
        "clock": np.isnat,
    }
    assert set(per_plane_values(joined)) == set(per_plane_values(stack)) | set(per_plane_values(planes))
    for name in per_plane_values(joined):
        for part, own in ((joined[:n], stack), (joined[n:], planes)):
            if name not in own.coords:
                assert missing[name](part[name].values).all()


@given(stacks(), st.data())
def test_replacing_planes_by_themselves_changes_nothing(stack, data) -> None:
    n = stack.sizes["energy_loss"]
    start = data.draw(st.integers(0, n - 1))
    stop = data.draw(st.integers(start + 1, n))
    part = extract_planes(stack, (start, stop))
    same(replace_planes(stack, part, start), stack)
    same(replace_planes(stack, part.values, start), stack)


@given(stacks(), st.data())
def test_reordering_carries_everything_and_can_be_undone(stack, data) -> None:
    order = data.draw(st.permutations(range(stack.sizes["energy_loss"])))
    turned = reorder_planes(stack, order)
    for place, index in enumerate(order):
        same(extract_planes(turned, place), extract_planes(stack, index))
    same(reorder_planes(turned, np.argsort(order)), stack)


@given(stacks(), st.booleans(), st.data())
def test_sorting_orders_by_any_value(stack, descending, data) -> None:
    name = data.draw(st.sampled_from(["energy_loss", *per_plane_values(stack)]))
    turned = sort_planes(stack, name, descending=descending)
    values = turned[name].values.tolist()
    assert values == sorted(values, reverse=descending)
    same(sort_planes(turned, "energy_loss"), sort_planes(stack))


def test_sorting_is_stable_and_puts_nan_last() -> None:
    stack = label_stack(np.zeros((5, 1, 1)), per_plane={"time": ([2.0, np.nan, 1.0, 2.0, 1.0], "s")})
    assert sort_planes(stack, "time").plane.values.tolist() == [2, 4, 0, 3, 1]
    assert sort_planes(stack, "time", descending=True).plane.values.tolist() == [0, 3, 2, 4, 1]


def test_a_single_image_brings_its_own_values() -> None:
    stack, other = make_stack(3, 1), make_stack(3, 2)
    joined = insert_planes(stack, other[1], 2)
    same(extract_planes(joined, 2), extract_planes(other, 1))


def test_bare_pixels_take_the_grid_and_need_a_position() -> None:
    stack = make_stack(2)
    joined = insert_planes(stack, np.ones((3, 4)), 1, plane_values=123)
    assert joined.energy_loss.values[1] == 123
    assert joined.energy_loss.units == "eV"
    with pytest.raises(
        SettingError, match="nothing says where the planes lie along 'energy_loss'; expected numbers in eV"
    ):
        insert_planes(stack, np.ones((3, 4)), 1)


def test_counted_planes_are_counted_anew_when_planes_come_in() -> None:
    stack = make_stack(3, dim="plane")
    part = extract_planes(stack, (1, 3))
    assert part.plane.values.tolist() == [1, 2]
    assert insert_planes(part, stack[0], 1).plane.values.tolist() == [0, 1, 2]
    assert replace_planes(part, stack[0], 0).plane.values.tolist() == [1, 2]
    with pytest.raises(SettingError, match="plane_values: mean nothing here"):
        insert_planes(stack, stack[0], 1, plane_values=3)


def test_planes_of_another_axis_need_positions_on_this_one() -> None:
    stack, counted = make_stack(2), make_stack(2, dim="plane")
    with pytest.raises(StackError, match=r"lie along another axis .* got 'plane'; expected 'energy_loss'; give their"):
        append_planes(stack, counted)
    joined = append_planes(stack, counted, plane_values=[1, 2])
    assert joined.energy_loss.values[2:].tolist() == [1, 2]


def test_replaced_planes_do_not_keep_values_of_the_old_ones() -> None:
    stack = make_stack(3, 1)
    image = make_stack(3, 2, columns=())[0]
    replaced = replace_planes(stack, image, 1)
    assert np.isnan(replaced.exposure_s.values).tolist() == [False, True, False]
    assert replaced.scale.values[1] == 1
    assert replaced.energy_loss.values[1] == float(image.energy_loss)


def test_planes_take_the_type_of_the_stack_by_the_rule_of_convert() -> None:
    stack = make_stack(2)
    with pytest.warns(StackRangeWarning, match="12 of 12 values lie outside"):
        joined = append_planes(stack, np.full((3, 4), -1.0), plane_values=5)
    assert joined.dtype == np.uint16
    assert not joined.values[2].any()
    with pytest.raises(SettingError, match="choose a wider type"):
        append_planes(stack, np.full((3, 4), -1.0), plane_values=5, overflow="error")


def test_colour_stacks_take_colour_planes() -> None:
    stack = label_stack(np.zeros((2, 3, 4, 3), np.uint8))
    joined = insert_planes(stack, np.ones((3, 4, 3), np.uint8), 1)
    assert check_stack(joined).shape == (3, 3, 4, 3)
    assert append_planes(stack, stack[1]).shape == (3, 3, 4, 3)


def test_nothing_is_computed() -> None:
    def refuse(block: object) -> object:
        raise AssertionError("pixels were loaded")

    lazy = make_stack(3, lazy=True)
    poisoned = lazy.copy(data=lazy.data.map_blocks(refuse, dtype=lazy.dtype, meta=np.empty((0, 0, 0), lazy.dtype)))
    image = make_stack(1, 3)[0]
    for result in (
        insert_planes(poisoned, image, 1),
        replace_planes(poisoned, image, 1),
        remove_planes(poisoned, 1),
        sort_planes(poisoned),
        append_planes(make_stack(2), poisoned),
    ):
        assert result.chunks is not None


@pytest.mark.parametrize(
    ("planes", "words"),
    [
        (
            np.zeros((4, 3)),
            r"planes: do not have the size of stack 'series'; got \[4, 3\]; expected \[3, 4\]",
        ),
        (np.zeros(4), r"planes: have the wrong number of dimensions; got shape \(4,\)"),
        (make_stack(1).assign_coords(scale=("energy_loss", [-1.0])), "'scale' must be finite and above 0"),
        (make_stack(1).transpose("y", "x", "energy_loss"), "turn it with stack.transpose"),
        (
            label_stack(np.zeros((1, 3, 4)), "energy_loss", plane_values=[1], pixel_size=0.4, pixel_units="nm"),
            r"do not have the pixel size of stack 'series'; got \(0.4, 0.4\) nm; expected \(0.2, 0.2\) nm",
        ),
        (
            make_stack(1).assign_coords(exposure_s=("energy_loss", [1.0], {"units": "ms"})),
            "per-plane value 'exposure_s': cannot be joined: it has the units 'ms', 's'",
        ),
        (
            make_stack(1).assign_coords(dark_id=("energy_loss", ["a"])),
            "'dark_id': cannot be joined: it has the types",
        ),
    ],
)
def test_planes_that_do_not_fit_are_refused(planes: object, words: str) -> None:
    with pytest.raises(StackError, match=words):
        append_planes(make_stack(2), planes)


def test_uncalibrated_planes_take_the_pixel_size_of_the_stack() -> None:
    bare = label_stack(np.zeros((1, 3, 4)), "energy_loss", plane_values=[1])
    assert append_planes(make_stack(2), bare).x.units == "nm"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda s: insert_planes(s, s, 4),
            "index: is no place in the stack; got 4; expected a whole number, 0 … 3",
        ),
        (lambda s: insert_planes(s, s, -1), "index: is no place in the stack; got -1"),
        (lambda s: insert_planes(s, s, 1.0), "index: is no place in the stack; got 1.0"),
        (
            lambda s: replace_planes(s, s, 1),
            "3 planes from plane 1 on reach outside the stack; expected at most 2",
        ),
        (lambda s: extract_planes(s, 3), "bounds reach outside the axis; got 3 … 4; expected 0 … 3"),
        (lambda s: extract_planes(s, -1), "bounds reach outside the axis; got -1 … 0"),
        (lambda s: extract_planes(s, 1, calibrated=True), "planes: in units must be a range"),
        (lambda s: remove_planes(s, (0, 3)), "planes: no plane would be left"),
        (
            lambda s: reorder_planes(s, [0, 0, 1]),
            r"order: must name every plane once; got \[0, 0, 1\]; expected 0 … 2",
        ),
        (lambda s: reorder_planes(s, [0.0, 1.0, 2.0]), "order: must name every plane once"),
        (
            lambda s: sort_planes(s, "speed"),
            "by: is no per-plane value; got 'speed'; expected one of 'energy_loss'",
        ),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(call, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        call(make_stack(3))


def test_history_tells_what_was_done() -> None:
    stack = append_planes(extract_planes(make_stack(3), (1, 2)), make_stack(2, 5))
    assert [(line["operation"], line["parameters"]) for line in stack.attrs["history"]] == [
        ("extract_planes", {"planes": [1, 2], "calibrated": False}),
        (
            "append_planes",
            {"planes": {"title": "series", "shape": [2, 3, 4]}, "plane_values": None, "overflow": "clip"},
        ),
    ]
