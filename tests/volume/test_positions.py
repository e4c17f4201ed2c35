"""Pixels, positions and values of planes move together: every pixel says where it is, before and after."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from temstack.stack import check_array, counts, label_stack, plane_dim
from temstack.volume import (
    bin_stack,
    crop,
    flip,
    orthogonal_slice,
    pad,
    project,
    rotate_90,
    rotate_in_plane,
    sub_volume,
    swap_axes,
)

_WEIGHT = {"z": 10_000.0, "y": 100.0, "x": 1.0}


@st.composite
def telling_stacks(draw: st.DrawFn, *, even: bool | None = None) -> xr.DataArray:
    """Return a stack whose pixels say their positions: 10000 × plane + 100 × row + column, as calibrated."""
    shape = tuple(draw(st.integers(1, 5)) for _ in range(3))
    is_even = draw(st.booleans()) if even is None else even
    places = np.arange(shape[0]) * 5.0 if is_even else np.array(draw(st.permutations(range(9)))[: shape[0]]) ** 2.0
    dim = draw(st.sampled_from(["energy_loss", "defocus", "plane"]))
    rows, columns = np.arange(shape[1]) * 0.5 + 3, np.arange(shape[2]) * 0.25 - 1
    pixels = _WEIGHT["z"] * places[:, None, None] + _WEIGHT["y"] * rows[:, None] + columns
    return label_stack(
        pixels,
        dim,
        plane_values=places,
        pixel_size=(0.5, 0.25),
        pixel_units="nm",
        origin=(3.0, -1.0),
        per_plane={"exposure_s": (places + 1, "s"), "time": places + 2, "label": [f"p{v:g}" for v in places]},
        title="telling",
        tags={"Microscope": {"Voltage": 200000.0}},
    )


def pixels_say(stack: xr.DataArray, where: dict[str, str]) -> np.ndarray:
    """Return what pixels must hold where the original axes z, y and x lie along the coordinates *where*."""
    total = sum(_WEIGHT[axis] * stack.coords[name] for axis, name in where.items())
    return total.transpose(*stack.dims).values


def assert_planes_follow(stack: xr.DataArray, name: str) -> None:
    """Values of planes lie along the positions that the planes had."""
    places = stack.coords[name]
    assert stack.coords["exposure_s"].dims == places.dims
    np.testing.assert_array_equal(stack.coords["exposure_s"], places + 1)
    np.testing.assert_array_equal(stack.coords["time"], places + 2)
    assert stack.coords["label"].values.tolist() == [f"p{value:g}" for value in places.values]
    assert stack.coords["exposure_s"].attrs == {"units": "s"}


def original(stack: xr.DataArray) -> xr.DataArray:
    bare = stack.copy()
    bare.attrs.pop("history", None)
    return bare


@given(telling_stacks(), st.sampled_from("xyz"), st.integers(-5, 5))
def test_turning_takes_everything_along_and_back(stack, axis, turns) -> None:
    turned = check_array(rotate_90(stack, axis, turns=turns))
    order = {"z": (1, 2), "x": (0, 1), "y": (2, 0)}[axis]
    np.testing.assert_array_equal(turned.values, np.rot90(stack.values, -turns, axes=order))
    back = original(rotate_90(turned, axis, turns=-turns))
    xr.testing.assert_identical(back, stack)
    for name, coord in back.coords.items():
        assert coord.attrs == stack.coords[name].attrs
    assert turned.attrs["tags"] == stack.attrs["tags"]


@given(telling_stacks(), st.sampled_from("xyz"))
def test_flipping(stack, axis) -> None:
    flipped = check_array(flip(stack, axis))
    dim = plane_dim(stack)
    np.testing.assert_array_equal(pixels_say(flipped, {"z": dim, "y": "y", "x": "x"}), flipped.values)
    assert_planes_follow(flipped, dim)
    xr.testing.assert_identical(original(flip(flipped, axis)), stack)


@given(telling_stacks(), st.sampled_from(["xz", "yz", "zx", "xy"]))
def test_swapping_axes(stack, pair) -> None:
    swapped = check_array(swap_axes(stack, *pair))
    dim = plane_dim(stack)
    if pair == "xy":
        where = {"z": dim, "y": "x", "x": "y"}
        name = dim
    else:
        image = pair.replace("z", "")
        beside = "plane_position" if dim == "plane" else dim
        name = beside if beside in swapped.coords else image
        where = {"z": name, "y": "y", "x": "x", image: plane_dim(swapped)}
    np.testing.assert_allclose(pixels_say(swapped, where), swapped.values)
    assert_planes_follow(swapped, name)


@given(telling_stacks(), st.data())
def test_cutting_out(stack, data) -> None:
    spans = {}
    for name, size in zip(("planes", "y", "x"), stack.shape, strict=True):
        start = data.draw(st.integers(0, size - 1))
        spans[name] = (start, data.draw(st.integers(start + 1, size)))
    part = check_array(sub_volume(stack, **spans))
    dim = plane_dim(stack)
    np.testing.assert_array_equal(pixels_say(part, {"z": dim, "y": "y", "x": "x"}), part.values)
    assert_planes_follow(part, dim)
    (top, bottom), (left, right) = spans["y"], spans["x"]
    np.testing.assert_array_equal(crop(stack, (top, left, bottom, right)).y, part.y)


@given(telling_stacks(), st.tuples(*[st.integers(1, 3)] * 3))
def test_binning_by_the_mean_keeps_positions_in_the_middle(stack, factors) -> None:
    factors = tuple(min(pair) for pair in zip(factors, stack.shape, strict=True))
    binned = check_array(bin_stack(stack, planes=factors[0], y=factors[1], x=factors[2], how="mean"))
    dim = plane_dim(stack)
    np.testing.assert_allclose(pixels_say(binned, {"z": dim, "y": "y", "x": "x"}), binned.values, rtol=1e-12)
    np.testing.assert_allclose(binned.exposure_s, binned.coords[dim] + 1)
    summed = bin_stack(stack, planes=factors[0], y=factors[1], x=factors[2])
    np.testing.assert_allclose(summed.values, binned.values * np.prod(factors), rtol=1e-12)
    np.testing.assert_allclose(summed.exposure_s, binned.exposure_s * factors[0])


@given(telling_stacks(even=True), st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_padding_goes_on_with_the_axes(stack, more) -> None:
    padded = check_array(pad(stack, planes=more[:2], y=more[2:4], x=more[4:]))
    dim, inner = plane_dim(stack), tuple(slice(a, a + n) for a, n in zip(more[::2], stack.shape, strict=True))
    np.testing.assert_array_equal(padded.values[inner], stack.values)
    assert padded.values.sum() == pytest.approx(stack.values.sum())
    for name, before, size in zip((dim, "y", "x"), more[::2], stack.shape, strict=True):
        if name != "plane":  # planes that are only counted are counted anew
            np.testing.assert_allclose(padded[name].values[before : before + size], stack[name].values, atol=1e-12)
    if sum(more[:2]):
        assert padded.is_recorded.values.sum() == stack.sizes[dim]
        assert project(padded).values.sum() == pytest.approx(stack.values.sum())


@given(telling_stacks(), st.sampled_from("xyz"), st.data())
def test_sections_say_where_they_are(stack, axis, data) -> None:
    dim = {"z": plane_dim(stack), "y": "y", "x": "x"}[axis]
    at = data.draw(st.integers(0, stack.sizes[dim] - 1))
    section = check_array(orthogonal_slice(stack, axis, at))
    expected = stack.isel({dim: at}).values
    np.testing.assert_array_equal(section.values, expected.T if axis == "x" else expected)
    place = section.coords[dim if axis == "z" else f"at_{axis}"]
    assert float(place) == float(stack[dim][at])
    nearest = orthogonal_slice(stack, axis, float(stack[dim][at]), calibrated=True)
    np.testing.assert_array_equal(nearest.values, section.values)


@given(telling_stacks(), st.sampled_from("xyz"), st.sampled_from(["sum", "mean", "max", "min", "sd"]))
def test_projections_are_those_of_numpy_in_counts(stack, axis, how) -> None:
    scaled = stack.assign_coords(scale=(plane_dim(stack), 2.0 ** -np.arange(len(stack))))
    image = check_array(project(scaled, axis, how))
    reduce = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "sd": np.std}[how]
    expected = reduce(counts(scaled).values, axis="zyx".index(axis))
    np.testing.assert_allclose(image.values, expected.T if axis == "x" else expected, rtol=1e-9, atol=1e-6)
    assert "scale" not in image.coords
    np.testing.assert_array_equal(counts(image).values, image.values)


@given(telling_stacks(), st.floats(-360, 360))
def test_turning_in_the_plane_by_any_angle(stack, angle) -> None:
    turned = check_array(rotate_in_plane(stack, angle, expand=True))
    assert_planes_follow(turned, plane_dim(stack))
    for dim in ("y", "x"):
        assert float(turned[dim].mean()) == pytest.approx(float(stack[dim].mean()))


@pytest.mark.parametrize("quarter", [1, 2, 3, -1])
def test_right_angles_are_the_same_either_way(quarter) -> None:
    pixels = np.random.default_rng(2).random((2, 5, 8))
    stack = label_stack(pixels, pixel_size=0.5, pixel_units="nm")
    turned = rotate_in_plane(stack, 90.0 * quarter, expand=True)
    np.testing.assert_allclose(turned.values, rotate_90(stack, turns=quarter).values, atol=1e-12)


def test_pixels_that_are_not_square_turn_as_they_look() -> None:
    """A bar to the right, 8 nm long, points down after a quarter turn, and is still 8 nm long."""
    pixels = np.zeros((1, 41, 21))
    pixels[0, 20, 10:18] = 1
    stack = label_stack(pixels, pixel_size=(0.5, 1.0), pixel_units="nm")
    turned = rotate_in_plane(stack, 90, interpolation="nearest")[0]
    rows, columns = np.nonzero(turned.values > 0.5)
    assert set(columns) == {10}
    assert turned.y.values[rows].max() == pytest.approx(17, abs=0.5)
    assert np.ptp(turned.y.values[rows]) == pytest.approx(7.5, abs=0.5)
