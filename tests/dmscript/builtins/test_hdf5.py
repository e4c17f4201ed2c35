"""HDF5 files of scripts are what h5py reads and writes."""

from __future__ import annotations

import h5py
import numpy as np
import pytest

import temstack as ts
from temstack.dmscript.errors import ScriptRuntimeError


def run(text, folder, **options):
    return ts.run_script(text, folders=[folder], persistent_tags=None, **options).results


@pytest.fixture
def folder(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["scan/data"] = np.arange(24, dtype=">i2").reshape(2, 3, 4)
        file["scan/data"].attrs["units"] = "nm"
        file["scan/data"].attrs["step"] = 0.5
        file["scan/names"] = ["a", "b"]
        file["again"] = h5py.SoftLink("/scan/data")
    return tmp_path


def test_a_dataset_is_an_image_of_the_same_pixels(folder):
    text = """
        image a := h5_read_dataset("a.h5", "scan/data")
        number x, y, z
        a.Get3DSize(x, y, z)
        result(x + " " + y + " " + z + " " + a.GetPixel(3, 2, 1) + " " + a.ImageGetDataType())"""
    assert run(text, folder) == "4 3 2 23 1"


def test_what_is_no_image_is_invalid(folder):
    assert run('image a := h5_read_dataset("a.h5", "scan/names")\nresult(a.ImageIsValid())', folder) == "0"


def test_a_part_is_read_by_offset_count_and_stride(folder):
    text = """
        taggroup at = NewTagList()
        at.TagGroupInsertTagAsLong(infinity(), 1)
        at.TagGroupInsertTagAsLong(infinity(), 0)
        at.TagGroupInsertTagAsLong(infinity(), 1)
        image line := h5_read_dataset_slice1("a.h5", "scan/data", at, 0, 2, 2)
        image plane := h5_read_dataset_slice2("a.h5", "scan/data", at, 0, 3, 1, 1, 3, 1)
        number w, h
        plane.GetSize(w, h)
        result(line.GetPixel(0, 0) + " " + line.GetPixel(1, 0) + " " + w + " " + h + " " + plane.GetPixel(0, 2))"""
    assert run(text, folder) == "13 15 3 3 21"


def test_a_part_beyond_the_end_is_an_error(folder):
    text = """
        taggroup at = NewTagList()
        for (number i = 0; i < 3; i++) at.TagGroupInsertTagAsLong(infinity(), 1)
        image line := h5_read_dataset_slice1("a.h5", "scan/data", at, 0, 9, 1)"""
    with pytest.raises(ScriptRuntimeError, match="pixels 1 to 9 of a dataset of size 4"):
        run(text, folder)


def test_contents_and_attributes_are_tags(folder):
    text = """
        taggroup info = h5_info("a.h5"), attrs = h5_read_attr("a.h5", "scan/data")
        string kind, units
        number size, step
        info.TagGroupGetTagAsString("Contents[0]:Type", kind)
        h5_info("a.h5", "scan/data").TagGroupGetTagAsNumber("Size[0]", size)
        attrs.TagGroupGetTagAsString("units", units)
        attrs.TagGroupGetTagAsNumber("step", step)
        result(kind + " " + size + " " + units + " " + step)
        result(" " + h5_exists("a.h5", "scan") + h5_exists("a.h5", "no") + h5_exists_attr("a.h5", "scan/data", "units"))
        result(" " + h5_is_file("a.h5") + h5_is_file("b.h5"))"""
    assert run(text, folder) == "SoftLink 4 nm 0.5 101 10"


def test_images_are_written_and_removed(folder):
    text = """
        image a := RealImage("a", 4, 3, 2)
        a = icol + 10 * irow
        taggroup size = NewTagList()
        size.TagGroupInsertTagAsLong(infinity(), 5)
        result(h5_create_dataset("b.h5", "x/a", a) + h5_create_dataset("b.h5", "x/a", a))
        result(" " + h5_create_dataset("b.h5", "zeros", 7, size) + h5_create_dataset("b.h5", "gone", a))
        result(" " + h5_delete("b.h5", "gone") + h5_delete("b.h5", "gone"))"""
    assert run(text, folder) == "1 11 10"
    with h5py.File(folder / "b.h5") as file:
        np.testing.assert_array_equal(file["x/a"], [[0, 1, 2], [10, 11, 12]])
        assert (file["zeros"].shape, file["zeros"].dtype) == ((5,), np.int32)
        assert "gone" not in file


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('h5_info("no.h5")', "cannot be opened"),
        ('h5_read_dataset("a.h5", "nothing")', "has nothing at 'nothing'"),
        ('h5_info("/etc/passwd")', "outside the folders"),
        ('h5_delete("a.h5", "scan")', "exists already"),
    ],
)
def test_errors_say_what_is_wrong(folder, call, message):
    with pytest.raises(ScriptRuntimeError, match=message):
        run(call, folder)
