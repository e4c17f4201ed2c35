"""Counts, and reading plane by plane."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import xarray as xr

from temstack.stack import check_stack, counts, iter_planes, label_stack


def raw_stack(pixels: object, **labels: object) -> xr.DataArray:
    return label_stack(pixels, "energy_loss", plane_values=[480.0, 485.0, 500.0], **labels)


def test_a_flat_specimen_reads_flat_though_the_exposure_changes() -> None:
    exposure = np.array([1.0, 2.0, 0.5])
    pixels = (1000 * exposure).astype(np.uint16)[:, None, None] * np.ones((3, 4, 5), np.uint16)
    scaled = counts(raw_stack(pixels, per_plane={"scale": 1 / exposure}))
    np.testing.assert_array_equal(scaled.values, np.full((3, 4, 5), 1000, np.float32))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("uint16", "float32"),
        ("int8", "float32"),
        ("bool", "float32"),
        ("float32", "float32"),
        ("int32", "float64"),
        ("uint32", "float64"),
        ("float64", "float64"),
        ("complex64", "complex64"),
        ("complex128", "complex128"),
    ],
)
@pytest.mark.parametrize("scale", [None, [1, 1, 1], [1.0, 0.5, 0.25]])
def test_counts_hold_every_raw_value_exactly(raw: str, expected: str, scale: list[float] | None) -> None:
    pixels = np.ones((3, 4, 5), raw)
    scaled = counts(raw_stack(pixels, per_plane={} if scale is None else {"scale": scale}))
    assert scaled.dtype == expected
    np.testing.assert_array_equal(scaled.values[:, 0, 0], scale or [1, 1, 1])


def test_counts_are_lazy_share_the_pixels_and_keep_all_labels() -> None:
    pixels = np.ones((3, 4, 5), np.uint16)
    stack = raw_stack(pixels, per_plane={"scale": [1.0, 2.0, 4.0], "dark_id": [0, 1, 1]}, title="a")
    scaled = counts(stack)
    pixels[1] = 7
    assert scaled.chunks is not None
    assert scaled.values[1, 0, 0] == 14
    assert check_stack(scaled).attrs == stack.attrs
    assert scaled.name == "a"
    assert scaled.dark_id.values.tolist() == [0, 1, 1]


def test_asking_twice_changes_nothing() -> None:
    stack = raw_stack(np.ones((3, 4, 5), np.uint8), per_plane={"scale": [1.0, 2.0, 4.0]})
    np.testing.assert_array_equal(counts(counts(stack)), counts(stack))


def test_a_float_stack_without_scale_is_itself() -> None:
    stack = raw_stack(np.ones((3, 4, 5)))
    assert counts(stack) is stack


def test_counts_of_other_layouts() -> None:
    stack = raw_stack(np.ones((3, 4, 5), np.uint8), per_plane={"scale": [1.0, 2.0, 4.0]})
    image = counts(stack.transpose("y", "x", "energy_loss"))
    assert image.dims == ("y", "x", "energy_loss")
    np.testing.assert_array_equal(image[0, 0], [1, 2, 4])
    np.testing.assert_array_equal(counts(stack[2]), np.full((4, 5), 4))
    np.testing.assert_array_equal(counts(stack[:, 0, 0]), [1, 2, 4])


def test_counts_of_dask_pixels_load_nothing() -> None:
    loaded: list[int] = []
    stack = raw_stack(_counting((3, 4, 5), loaded), per_plane={"scale": [1.0, 2.0, 4.0]})
    scaled = counts(stack)
    assert loaded == []
    assert float(scaled[2].values[0, 0]) == 8.0
    assert len(loaded) == 1


@pytest.mark.parametrize("chunk", [1, 2, 3])
def test_planes_come_in_order_and_each_chunk_is_read_once(chunk: int) -> None:
    loaded: list[int] = []
    stack = raw_stack(_counting((3, 4, 5), loaded, chunk))
    planes = dict(iter_planes(stack))
    assert [(index, float(plane[0, 0])) for index, plane in planes.items()] == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert len(loaded) == -(-3 // chunk)


def test_only_the_planes_asked_for_are_read() -> None:
    loaded: list[int] = []
    planes = iter_planes(raw_stack(_counting((3, 4, 5), loaded)))
    next(planes)
    assert len(loaded) == 1


def test_planes_of_numpy_pixels_and_of_a_spectrum_image() -> None:
    stack = raw_stack(np.arange(60).reshape(3, 4, 5))
    for source in (stack, stack.transpose("y", "x", "energy_loss"), counts(stack)):
        for index, plane in iter_planes(source):
            np.testing.assert_array_equal(plane, stack[index])


def _counting(shape: tuple[int, ...], loaded: list[int], chunk: int = 1) -> da.Array:
    """Return dask pixels equal to the index of their plane, noting each block that is computed."""

    def note(block: np.ndarray) -> np.ndarray:
        loaded.append(len(block))
        return block

    planes = da.arange(shape[0], chunks=chunk).astype(float)[:, None, None]
    pixels = planes * da.ones(shape, chunks=(chunk, *shape[1:]))
    return pixels.map_blocks(note, dtype=float, meta=np.empty((0, 0, 0)))
