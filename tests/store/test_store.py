"""The store keeps everything, opens with xarray, and reads planes that were never written as zeros."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
import zarr
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from temstack.errors import DamagedFileError, FormatError, InputMissingError, OutputExistsError
from temstack.stack import check_stack, label_stack, with_history
from temstack.stack.tags import same_tags
from temstack.store import open_stack, write_stack
from temstack.store.writing import create_store

TAGS = {"Voltage": np.float32(300), "A.B": {"list": [np.int16(1), "text"]}, "bytes": b"\x00\x01"}


def make_stack(dtype: str = "uint16") -> xr.DataArray:
    stack = label_stack(
        np.arange(1, 61).reshape(3, 4, 5).astype(dtype),
        "energy_loss",
        plane_values=[617, 672, 717.5],
        per_plane={
            "scale": [1.0, 0.5, 0.25],
            "defocus_read_nm": ([1.5, np.nan, 2.5], "nm"),
            "is_recorded": np.array([True, False, True]),
            "dark_id": np.array([7, 7, 8]),
            "label": np.array(["a", "", "größer"]),
            "taken": np.array(["2024-05-06T07:08:09.123456789"] * 3, dtype="datetime64[ns]"),
        },
        title="Fe L",
        tags=TAGS,
        settings={"gain": 1.5, "names": ["a", None]},
        exposure_table=np.array([1.0, 2.0]),
    )
    return with_history(stack, "crop", top=1, bottom=None)


def assert_identical(first: xr.DataArray, second: xr.DataArray) -> None:
    assert (second.name, second.dims, second.dtype) == (first.name, first.dims, first.dtype)
    np.testing.assert_array_equal(second.values, first.values)
    assert set(second.coords) == set(first.coords)
    for name in first.coords:
        assert second[name].variable.identical(first[name].variable), name
    assert same_tags(dict(first.attrs), dict(second.attrs))


@pytest.mark.parametrize(
    "dtype", ["uint8", "int8", "uint16", "int32", "float32", "float64", "complex64", "complex128", "bool"]
)
def test_a_stack_comes_back_as_it_was(tmp_path: Path, dtype: str) -> None:
    stack = make_stack(dtype)
    again = check_stack(open_stack(write_stack(stack, tmp_path / "a.zarr")))
    assert again.chunks == ((1, 1, 1), (4,), (5,))
    assert_identical(stack, again)


def test_a_stack_on_disk_is_written_plane_by_plane(tmp_path: Path) -> None:
    seen: list[int] = []
    stack = make_stack().chunk({"energy_loss": 1})
    write_stack(stack, tmp_path / "a.zarr", progress=lambda step, done, total: seen.append(done))
    assert seen == [1, 2, 3]
    assert_identical(make_stack(), open_stack(tmp_path / "a.zarr"))


def test_xarray_opens_it_with_everything_that_belongs_to_the_planes(tmp_path: Path) -> None:
    write_stack(make_stack(), tmp_path / "a.zarr")
    dataset = xr.open_zarr(tmp_path / "a.zarr", consolidated=False)
    assert list(dataset.data_vars) == ["pixels"]
    assert dataset.pixels.dims == ("energy_loss", "y", "x")
    assert dataset.energy_loss.attrs["units"] == "eV"
    assert dataset.label.values.tolist() == ["a", "", "größer"]
    assert dataset.is_recorded.values.tolist() == [True, False, True]
    assert json.loads(dataset.pixels.attrs["history"])[0]["operation"] == "crop"


def test_one_plane_lies_in_each_chunk(tmp_path: Path) -> None:
    path = write_stack(make_stack(), tmp_path / "a.zarr")
    assert json.loads((path / "zarr.json").read_text())["zarr_format"] == 3
    array = zarr.open_group(path, mode="r")["pixels"]
    assert isinstance(array, zarr.Array)
    assert array.chunks == (1, 4, 5)
    files = [file for file in (path / "pixels" / "c").rglob("*") if file.is_file()]
    assert len(files) == 3


@pytest.mark.parametrize("dtype", ["uint16", "float32", "complex64", "bool"])
def test_a_plane_that_was_never_written_reads_as_zeros(tmp_path: Path, dtype: str) -> None:
    stack = make_stack(dtype)
    create_store(stack, tmp_path / "a.zarr")
    group = zarr.open_group(tmp_path / "a.zarr", mode="r+")
    group["pixels"][1] = stack.values[1]
    again = open_stack(tmp_path / "a.zarr")
    assert again.dtype == stack.dtype
    np.testing.assert_array_equal(again.values[1], stack.values[1])
    assert not again.values[[0, 2]].any()


LAYOUTS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "image": (lambda stack: stack[0], (4, 5)),
    "spectrum": (lambda stack: stack[:, 0, 0], (3,)),
    "spectrum image": (lambda stack: stack.transpose("y", "x", "energy_loss"), (1, 5, 3)),
    "series of stacks": (lambda stack: stack.expand_dims(run=2), (1, 3, 4, 5)),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_layout_is_kept(tmp_path: Path, layout: str) -> None:
    make, chunks = LAYOUTS[layout]
    array = make(make_stack())
    again = open_stack(write_stack(array, tmp_path / "a.zarr"))
    assert tuple(sizes[0] for sizes in again.chunks or ()) == chunks
    np.testing.assert_array_equal(again.values, array.values)
    assert again.dims == array.dims


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hnp.arrays(st.sampled_from(["u1", "i2", "f4", "c8", "?"]), hnp.array_shapes(min_dims=3, max_dims=3, max_side=4)),
    st.text(max_size=8),
    st.data(),
)
def test_what_goes_in_comes_out(tmp_path: Path, pixels: np.ndarray, title: str, data: st.DataObject) -> None:
    labels = data.draw(
        st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=len(pixels), max_size=len(pixels))
    )
    stack = label_stack(
        pixels, per_plane={"label": np.array([text.rstrip("\0") for text in labels])}, title=title or None
    )
    assert_identical(stack, open_stack(write_stack(stack, tmp_path / "a.zarr", overwrite=True)))


def test_a_store_is_replaced_only_when_asked(tmp_path: Path) -> None:
    path = write_stack(make_stack(), tmp_path / "a.zarr")
    with pytest.raises(OutputExistsError):
        write_stack(make_stack("float32"), path)
    write_stack(make_stack("float32"), path, overwrite=True)
    assert open_stack(path).dtype == np.float32


def test_a_store_of_others_with_one_variable_opens(tmp_path: Path) -> None:
    xr.Dataset({"image": (("y", "x"), np.ones((2, 3)))}).to_zarr(tmp_path / "a.zarr", consolidated=False, zarr_format=3)
    assert open_stack(tmp_path / "a.zarr").name == "image"


def test_a_store_of_others_with_more_is_refused(tmp_path: Path) -> None:
    one = ("x", np.ones(3))
    xr.Dataset({"a": one, "b": one}).to_zarr(tmp_path / "a.zarr", consolidated=False, zarr_format=3)
    with pytest.raises(FormatError, match=r"a\.zarr: .* holds more than one variable; got a, b"):
        open_stack(tmp_path / "a.zarr")


def test_a_store_of_the_future_is_refused(tmp_path: Path) -> None:
    path = write_stack(make_stack(), tmp_path / "a.zarr")
    group = zarr.open_group(path, mode="r+")
    group.attrs["temstack"] = {"layout": 2, "name": None}
    with pytest.raises(FormatError, match="later version of temstack; got layout 2; expected layout 1"):
        open_stack(path)


def test_what_is_no_store_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="there is no such file or folder"):
        open_stack(tmp_path / "none.zarr")
    (tmp_path / "a.zarr").mkdir()
    with pytest.raises(DamagedFileError, match=r"a\.zarr: cannot be opened as a Zarr store"):
        open_stack(tmp_path / "a.zarr")
    path = write_stack(make_stack(), tmp_path / "b.zarr")
    (path / "pixels" / "zarr.json").write_text("{")
    with pytest.raises(DamagedFileError, match=r"b\.zarr: cannot be opened as a Zarr store"):
        open_stack(path)
