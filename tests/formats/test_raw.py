"""Raw files: right with shape and type, and what is wrong without."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import temstack as ts
from temstack.errors import DamagedFileError, FormatError, SettingError

PIXELS = np.arange(60).reshape(3, 4, 5)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("dtype", ["<u2", ">u2", "<f4", ">i4", "u1", "<c8"])
def test_a_stack_in_one_file(tmp_path: Path, dtype: str, lazy: bool) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(PIXELS.astype(dtype).tobytes())
    stack = ts.check_stack(ts.read(path, shape=(3, 4, 5), dtype=dtype, lazy=lazy))
    assert stack.dtype == np.dtype(dtype).newbyteorder("=")
    assert stack.dtype.isnative
    np.testing.assert_array_equal(stack.values, PIXELS)
    if lazy:
        assert stack.chunks == ((1, 1, 1), (4,), (5,))


@pytest.mark.parametrize("lazy", [False, True])
def test_a_header_is_skipped(tmp_path: Path, lazy: bool) -> None:
    path = tmp_path / "a.dat"
    path.write_bytes(b"header" + PIXELS.astype("<i2").tobytes())
    stack = ts.read(path, shape=(3, 4, 5), dtype="<i2", offset=6, lazy=lazy)
    np.testing.assert_array_equal(stack.values, PIXELS)


def test_one_image_for_each_file(tmp_path: Path) -> None:
    for number, plane in enumerate(PIXELS.astype("<u2")):
        (tmp_path / f"frame_{number}.raw").write_bytes(plane.tobytes())
    (tmp_path / "settings.txt").write_text("not an image")
    (tmp_path / "preview.png").write_bytes(b"not wanted")
    stack = ts.check_stack(ts.read(tmp_path, shape=(4, 5), dtype="<u2"))
    np.testing.assert_array_equal(stack.values, PIXELS)
    lazy = ts.read(tmp_path, shape=(4, 5), dtype="<u2", lazy=True)
    np.testing.assert_array_equal(lazy.values, PIXELS)


def test_any_suffix_is_raw_when_shape_and_type_are_given(tmp_path: Path) -> None:
    path = tmp_path / "a.xyz"
    path.write_bytes(PIXELS.astype("u1").tobytes())
    assert ts.read(path, shape=(3, 4, 5), dtype="u1").shape == (3, 4, 5)


WRONG_SIZE: dict[str, tuple[dict[str, Any], str]] = {
    "too many planes": (
        {"shape": (4, 4, 5), "dtype": "<u2"},
        "got 120 bytes; expected 160 bytes; 3 planes of 4 × 5 would fit",
    ),
    "another type": ({"shape": (3, 4, 5), "dtype": "<f4"}, "expected 240 bytes; pixels of 2 bytes would fit"),
    "another size": (
        {"shape": (7, 11), "dtype": "<f4"},
        "a.raw: does not have the size of 7 × 11 pixels of float32; got 120",
    ),
}


@pytest.mark.parametrize("case", WRONG_SIZE)
def test_a_wrong_size_says_both_sizes_and_what_would_fit(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(PIXELS.astype("<u2").tobytes())
    options, message = WRONG_SIZE[case]
    with pytest.raises(DamagedFileError, match=message):
        ts.read(path, **options)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nothing given": ({}, "a.raw: is a raw file, .* got 120 bytes; give both"),
    "no type": ({"shape": (3, 4, 5)}, "give both"),
    "no such type": ({"shape": (3, 4, 5), "dtype": "<u3"}, "dtype: is no type of pixels; got '<u3'"),
    "no numbers": ({"shape": (3, 4, 5), "dtype": "O"}, "dtype: is no type of pixels"),
    "no pixels": ({"shape": (0, 5), "dtype": "u1"}, r"shape: must be numbers of pixels above 0; got \(0, 5\)"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_missing_is_said(tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.raw"
    path.write_bytes(PIXELS.astype("<u2").tobytes())
    options, message = WRONG[case]
    with pytest.raises(SettingError, match=message):
        ts.read(path, **options)


def test_a_folder_of_raw_files_asks_for_shape_and_type(tmp_path: Path) -> None:
    (tmp_path / "a.raw").write_bytes(b"xx")
    with pytest.raises(FormatError, match=r"got 1 × \.raw; say their shape and dtype"):
        ts.read(tmp_path)
