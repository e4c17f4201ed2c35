"""Calculating, filtering, slicing and assembling give the numbers they should, lazily where the stack is lazy."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import xarray as xr
from scipy import ndimage

from temstack.errors import SettingError, StackError
from temstack.stack import check_array, check_stack, counts, label_stack
from temstack.volume import (
    add,
    assemble,
    bin_stack,
    complex_part,
    despike,
    divide,
    filter_along_planes,
    filter_planes,
    fourier_transform,
    line_slice,
    multiply,
    normalise_to_exposure,
    normalise_to_region,
    oblique_slice,
    orthogonal_slice,
    pad,
    plane_statistics,
    project,
    rotate_90,
    rotate_in_plane,
    set_plane_axis,
    set_plane_values,
    subtract,
)

SCALE = np.array([1.0, 0.5, 0.25, 2.0, 1.0])


def make(*, lazy: bool = False, dtype: object = np.uint16) -> xr.DataArray:
    pixels = np.random.default_rng(3).integers(1, 1000, (5, 12, 16)).astype(dtype)
    return label_stack(
        da.from_array(pixels, chunks=(1, 12, 16)) if lazy else pixels,
        "energy_loss",
        plane_values=[480, 485, 495, 500, 520],
        pixel_size=0.5,
        pixel_units="nm",
        per_plane={"scale": SCALE, "exposure_s": (1 / SCALE, "s")},
        title="series",
    )


EVERYTHING = {
    "add": lambda s: add(s, number=3),
    "subtract": lambda s: subtract(s, plane=1),
    "divide": lambda s: divide(s, other=s[::-1]),
    "bin": lambda s: bin_stack(s, planes=2, y=3, x=2),
    "bin in the plane": lambda s: bin_stack(s, y=5, x=2),
    "pad": lambda s: pad(s, planes=(1, 2), y=(3, 0), x=(0, 4), mode="edge"),
    "pad with zeros": lambda s: pad(s, planes=(1, 2), y=(3, 0)),
    "rotate": lambda s: rotate_in_plane(s, 30, expand=True),
    "rotate about x": lambda s: rotate_90(s, "x"),
    "despike": lambda s: despike(s, 3.0),
    "gaussian": lambda s: filter_planes(s, width_px=1.5),
    "along": lambda s: filter_along_planes(s, width=0.6),
    "median along": lambda s: filter_along_planes(s, "median", width=3),
    "derivative": lambda s: filter_along_planes(s, "derivative"),
    "fourier": lambda s: fourier_transform(s, "complex"),
    "normalise": lambda s: normalise_to_region(s, (0, 0, 5, 5)),
    "project": lambda s: project(s, "y", "sd"),
    "line": lambda s: line_slice(s, [(1, 2), (8, 9)], width=3),
    "oblique": lambda s: oblique_slice(s, about_x_deg=30, about_y_deg=-20),
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_lazy_stacks_give_the_same(name: str) -> None:
    eager, lazy = (check_array(EVERYTHING[name](make(lazy=is_lazy))) for is_lazy in (False, True))
    assert lazy.dtype == eager.dtype
    xr.testing.assert_allclose(lazy.compute(), eager.compute(), rtol=1e-6)
    assert lazy.attrs["history"] == eager.attrs["history"]
    if eager.ndim == 3 and name not in ("normalise",):
        assert lazy.chunks is not None


def test_arithmetic_is_done_in_counts() -> None:
    stack = make()
    values = counts(stack).values
    np.testing.assert_array_equal(add(stack, number=3).values, values + 3)
    np.testing.assert_array_equal(subtract(stack, plane=2).values, values - values[2])
    np.testing.assert_array_equal(multiply(stack, other=stack).values, values * values)
    np.testing.assert_allclose(divide(stack, other=stack[1]).values, values / values[1], rtol=1e-6)
    assert "scale" not in divide(stack, number=2).coords
    assert np.isnan(divide(stack * 0, plane=0).values).all()


def test_normalising_leaves_pixels_as_recorded() -> None:
    stack = make()
    for normal in (normalise_to_exposure(stack), normalise_to_region(stack, plane=0)):
        np.testing.assert_array_equal(normal.values, stack.values)
    np.testing.assert_allclose(
        counts(normalise_to_exposure(stack)).values, stack.values * SCALE[:, None, None], rtol=1e-6
    )
    means = counts(normalise_to_region(stack, (2, 2, 9, 9), plane=3)).values[:, 2:9, 2:9].mean(axis=(1, 2))
    np.testing.assert_allclose(means, counts(stack).values[3, 2:9, 2:9].mean(), rtol=1e-5)
    per_second = normalise_to_exposure(stack.drop_vars("scale"))
    assert per_second.attrs["intensity_units"] == "counts/s"


def test_binning_adds_what_was_recorded_exactly() -> None:
    full = label_stack(np.full((1, 64, 64), 65535, np.uint16), per_plane={"scale": [0.5]})
    binned = bin_stack(full, y=64, x=64)
    assert binned.values.item() == 65535 * 64 * 64
    assert counts(binned).values.item() == 65535 * 64 * 64 / 2
    joined = bin_stack(make().assign_coords(dark_id=("energy_loss", [1, 1, 2, 3, 3])), planes=2)
    assert joined.dark_id.values.tolist() == ["1", "2+3"]
    assert joined.energy_loss.values.tolist() == [482.5, 497.5]


def test_despiking_finds_x_rays_and_leaves_the_rest_alone() -> None:
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:128, :128]
    image = 40 + 30 * np.sin(x / 6) * np.cos(y / 9) + 400 * (x > 64)
    pixels = rng.poisson(image, (3, 128, 128)).astype(np.uint16)
    spiky = pixels.copy()
    hits = [(0, 20, 30), (0, 21, 30), (1, 100, 100), (2, 5, 60)]
    for place in hits:
        spiky[place] += 900
    cleaned = despike(label_stack(spiky))
    changed = np.argwhere(cleaned.values != spiky)
    assert set(map(tuple, changed.tolist())) >= set(hits)
    assert len(changed) <= len(hits) + 3
    assert all(abs(int(cleaned.values[place]) - image[place[1:]]) < 150 for place in hits)
    assert cleaned.dtype == np.uint16
    sparse = label_stack(rng.poisson(0.02, (1, 64, 64)).astype(np.uint16))
    assert (despike(sparse).values == sparse.values).all()
    flat = np.full((1, 32, 32), 7, np.int16)
    flat[0, 3, 4] = 90
    assert (despike(label_stack(flat)).values == 7).all()


def test_filters_are_those_of_scipy() -> None:
    stack = make()
    values = counts(stack).values
    np.testing.assert_allclose(
        filter_planes(stack, "median", width_px=3).values, [ndimage.median_filter(p, 3) for p in values]
    )
    np.testing.assert_allclose(
        filter_along_planes(stack, "mean", width=3).values,
        ndimage.uniform_filter1d(values, 3, axis=0, mode="nearest"),
        rtol=1e-6,
    )
    steep = label_stack(
        np.array([0.0, 1, 9, 16]).reshape(4, 1, 1) * np.ones((4, 2, 2)), "time", plane_values=[0, 1, 3, 4]
    )
    np.testing.assert_allclose(
        filter_along_planes(steep, "derivative").values,
        np.gradient(steep.values, [0, 1, 3, 4], axis=0),
    )


def test_long_stacks_are_filtered_in_blocks_without_seams() -> None:
    pixels = np.random.default_rng(5).random((400, 64, 512)).astype(np.float32)
    stack = label_stack(da.from_array(pixels, chunks=(1, 64, 512)))
    smooth = filter_along_planes(stack, width=2.0)
    assert len(smooth.chunks[0]) > 1
    np.testing.assert_allclose(smooth.values, ndimage.gaussian_filter1d(pixels, 2.0, axis=0, mode="nearest"), rtol=1e-5)


def test_fourier_transform_puts_a_lattice_where_it_belongs() -> None:
    x = np.arange(64) * 0.05
    lattice = np.cos(2 * np.pi * x / 0.4)[None, None] * np.ones((1, 64, 1))
    stack = label_stack(lattice, pixel_size=0.05, pixel_units="nm")
    power = fourier_transform(stack, "power")[0]
    row, column = np.unravel_index(power.values.argmax(), power.shape)
    assert (float(power.y[row]), abs(float(power.x[column]))) == (0.0, pytest.approx(2.5))
    assert power.x.units == "1/nm"
    again = complex_part(fourier_transform(stack, "complex"), "modulus").values ** 2
    np.testing.assert_allclose(again[0], power.values, rtol=1e-9, atol=1e-6)


def test_sections_of_a_known_volume() -> None:
    """Pixels of a volume that says z + 10 y + 100 x are exact under linear interpolation."""
    z, y, x = np.mgrid[:9, :11, :13].astype(float)
    stack = label_stack(z + 10 * y + 100 * x, plane_units="nm", pixel_size=1.0, pixel_units="nm")
    np.testing.assert_allclose(oblique_slice(stack).values, stack.values[4])
    np.testing.assert_allclose(oblique_slice(stack, about_x_deg=90).values, orthogonal_slice(stack, "y", 5).values)
    # Away from the viewer goes to the right, so what was right points towards the viewer.
    across = oblique_slice(stack, about_y_deg=90).values
    np.testing.assert_allclose(across, orthogonal_slice(stack, "x", 6).values[:, ::-1])
    tilted = oblique_slice(stack, about_x_deg=30, fill_value=-1).values
    assert tilted.shape[1] == 13
    column = tilted[:, 3][tilted[:, 3] >= 0]
    np.testing.assert_allclose(np.diff(column), 10 * np.cos(np.pi / 6) + np.sin(np.pi / 6))
    twice = stack.assign_coords(plane=stack.plane * 2.0)
    twice.plane.attrs["units"] = "nm"
    assert oblique_slice(twice, about_x_deg=90).shape == (17, 13)

    line = line_slice(stack, [(2, 1), (5, 5)])
    np.testing.assert_allclose(line.x.values, np.arange(6))
    np.testing.assert_allclose(np.diff(line.values, axis=1), 10 * 0.6 + 100 * 0.8)
    np.testing.assert_allclose(line_slice(stack, [(2, 1), (5, 5)], width=3).values, line.values)
    np.testing.assert_allclose(line_slice(stack, [(2, 1), (5, 5)], width=3, calibrated=True).values, line.values)


def image(n: int, shape: tuple[int, int] = (4, 6), **attrs: object) -> xr.DataArray:
    return label_stack(np.full((1, *shape), n, np.uint8), pixel_size=0.5, pixel_units="nm", **attrs)[0].drop_vars(
        "plane"
    )


def test_assembling_orders_by_name_time_or_tag() -> None:
    images = [
        image(10, source="s_10.dm3", time=3.0, tags={"Microscope": {"Focus": 5.0}}),
        image(2, source="s_2.dm3", time=1.0, tags={"Microscope": {"Focus": 9.0}}),
        image(1, source="s_1.dm3", time=2.0, tags={"Microscope": {"Focus": 7.0}}),
    ]
    by_name = check_stack(assemble(images, order_by="name"))
    assert by_name.values[:, 0, 0].tolist() == [1, 2, 10]
    assert by_name.label.values.tolist() == ["s_1", "s_2", "s_10"]
    in_time = assemble(images, order_by="time", axis="time")
    assert (in_time.values[:, 0, 0].tolist(), in_time.time.values.tolist()) == ([2, 1, 10], [1, 2, 3])
    by_focus = assemble(images, order_by="Microscope:Focus", axis="defocus", is_descending=True)
    assert (by_focus.values[:, 0, 0].tolist(), by_focus.defocus.values.tolist()) == ([2, 1, 10], [9, 7, 5])
    assert by_focus.defocus.units == "nm"
    assert by_focus.x.units == "nm"


def test_assembling_images_of_different_size() -> None:
    images = [image(1), image(2, (6, 4)), label_stack(np.full((2, 4, 6), 3.5))]
    with pytest.raises(StackError, match="images: are of different size; got 4 × 6, 6 × 4; choose size"):
        assemble(images)
    padded = assemble(images, size="pad")
    assert padded.shape == (4, 6, 6)
    assert padded.values.reshape(4, -1).sum(axis=1).tolist() == [24, 48, 84, 84]
    assert padded.values[0, :2].tolist() == [[0] * 6, [1] * 6]
    assert assemble(images, size="crop").shape == (4, 4, 4)
    ramp = label_stack(np.arange(8.0)[None, None] * np.ones((1, 8, 1)), pixel_size=0.25, pixel_units="nm")[0]
    resampled = assemble([image(1), ramp], size="resample")
    np.testing.assert_allclose(resampled.values[1, 0, :4], [0, 2, 4, 6])
    with pytest.raises(StackError, match=r"images: have pixels of different size; got 0.25 nm; expected 0.5 nm"):
        assemble([image(1), ramp], size="pad")


def test_editing_the_third_axis() -> None:
    stack = make()
    uneven = set_plane_axis(stack, "time", values=[0, 1, 5, 60, 61], units="min")
    assert uneven.time.values.tolist() == [0, 60, 300, 3600, 3660]
    np.testing.assert_array_equal(uneven.exposure_s, stack.exposure_s)
    assert set_plane_axis(stack, start=500, step=2).energy_loss.values.tolist() == [500, 502, 504, 506, 508]
    assert set_plane_axis(stack, "plane").plane.values.tolist() == [0, 1, 2, 3, 4]
    assert set_plane_values(stack, "dose", [2.5]).dose.values.tolist() == [2.5] * 5


def test_plane_statistics() -> None:
    stack = make()
    table, values = plane_statistics(stack), counts(stack).values
    np.testing.assert_allclose(table.mean, values.mean(axis=(1, 2)), rtol=1e-6)
    np.testing.assert_allclose(table.standard_deviation, values.std(axis=(1, 2)), rtol=1e-6)
    np.testing.assert_array_equal(table.maximum, values.max(axis=(1, 2)))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda s: add(s), "add: needs exactly one of number, plane and other; got none"),
        (lambda s: divide(s, number=0), "number: must not be 0"),
        (lambda s: subtract(s, plane=5), "plane: is not in the stack; got 5; expected 0 … 4"),
        (lambda s: subtract(s, other=s[:, :3]), r"other: does not have the size of stack 'series'; got \(5, 3, 16\)"),
        (lambda s: rotate_90(s, "w"), "axis: is no axis; got 'w'; expected one of x, y, z"),
        (lambda s: bin_stack(s, y=13), "y: is no size of a bin; got 13; expected 1 … 12"),
        (lambda s: pad(s, y=(-1, 0)), r"y: must be two numbers, 0 or more; got \(-1, 0\)"),
        (
            lambda s: pad(s, y=(13, 0), mode="reflect"),
            "y: is more than there is to mirror; got 13; expected at most 12",
        ),
        (lambda s: project(s, bounds=(3, 9)), "energy_loss: bounds reach outside the axis"),
        (lambda s: project(s, "z", "median"), "how: is unknown; got 'median'"),
        (lambda s: orthogonal_slice(s, "y", 12), "at: is no place along y; got 12; expected 0 … 11"),
        (lambda s: orthogonal_slice(s, "z", 600, calibrated=True), "at: lies outside the axis energy_loss; got 600"),
        (lambda s: line_slice(s, [(0, 0), (20, 3)]), "points: lie outside the image; got y = 20; expected y 0 … 11"),
        (lambda s: line_slice(s, [(1, 1), (1, 1)]), "points: are all the same"),
        (lambda s: oblique_slice(s, centre=(9, 0, 0)), "centre: does not lie in the volume"),
        (lambda s: filter_planes(s, "median", width_px=2), "width_px: must be an odd whole number for 'median'; got 2"),
        (lambda s: despike(s, size_px=4), "size_px: must be an odd whole number; got 4"),
        (lambda s: complex_part(s), "stack: is not complex; got uint16"),
        (lambda s: normalise_to_exposure(s.drop_vars("exposure_s")), "exposure_s: is not known"),
        (lambda s: normalise_to_exposure(s.assign_coords(scale=s.scale**2)), "scale: does not follow the exposures"),
        (lambda s: normalise_to_region(s * 0), "region: cannot be brought to the same brightness"),
        (lambda s: set_plane_axis(s), "axis: is left as it is"),
        (
            lambda s: set_plane_axis(s, values=[1, 2]),
            r"plane_values: must be one number for each plane; got shape \(2,\)",
        ),
        (lambda s: set_plane_values(s, "x", [1]), "name: is that of an axis"),
        (lambda s: assemble([s], order_by="tide"), "order_by: is not known for"),
        (lambda s: assemble([s], axis="tilt"), "plane_values: are missing"),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(call, sentence: str) -> None:
    with pytest.raises((SettingError, StackError), match=sentence):
        call(make())
