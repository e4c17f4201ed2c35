"""Reading one file: what is damaged, which of several sets of data, what stays on disk."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import imageio.v3 as imageio
import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.errors import (
    DamagedFileError,
    FormatError,
    InputMissingError,
    SettingError,
    StorageError,
    TemstackError,
    UnknownFormatError,
)
from temstack.formats import reading
from temstack.formats.kinds import KINDS, ZARR
from temstack.formats.reading import choose
from temstack.stack import label_stack

SUFFIXES = [suffix for kind in KINDS if kind.reader for suffix in kind.suffixes]


@pytest.fixture
def stack() -> xr.DataArray:
    return label_stack(np.arange(60, dtype=np.float32).reshape(3, 4, 5), title="small")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_empty_file_is_called_empty(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.touch()
    with pytest.raises(DamagedFileError, match=f"a{suffix}: is empty"):
        ts.read(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_text_under_another_name_is_one_sentence(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"notes{suffix}"
    path.write_text("This is not an image. " * 200)
    with pytest.raises(FormatError) as caught:
        ts.read(path)
    sentence = str(caught.value)
    assert f"notes{suffix}" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("suffix", [".dm4", ".dm3", ".mrc", ".tif", ".hspy"])
@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("part", [0.2, 0.7, 0.99])
def test_a_file_cut_short_is_damaged(tmp_path: Path, stack: xr.DataArray, suffix: str, lazy: bool, part: float) -> None:
    whole = ts.write(stack, tmp_path / f"whole{suffix}").read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole[: int(len(whole) * part)])
    if (suffix == ".tif" and part == 0.99) or (suffix == ".hspy" and part == 0.99):
        pytest.skip("what is cut off here is not needed to read the pixels")
    with pytest.raises(DamagedFileError, match=f"cut{suffix}"):
        ts.read(cut, lazy=lazy)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"none\.dm4: there is no such file or folder"):
        ts.read(tmp_path / "none.dm4")
    with pytest.raises(InputMissingError, match=r"none_\*\.dm3: no file has a name of this pattern"):
        ts.read(tmp_path / "none_*.dm3")


def test_an_unknown_kind_is_named_with_what_is_known(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_text("x")
    with pytest.raises(UnknownFormatError, match=r"got '\.docx'; expected one of \.dm4, \.dm3"):
        ts.read(path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_forbidden_file_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.dm4"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(StorageError, match="no permission to read this file"):
        ts.read(path)


def test_a_forbidden_file_is_one_sentence_whoever_finds_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.mrc"
    path.write_bytes(b"x" * 2000)

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("rsciio.mrc.file_reader", forbidden)
    with pytest.raises(StorageError, match="no permission to read this file"):
        ts.read(path)
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(StorageError, match="no permission to read this file"):
        ts.read(path)


def test_a_folder_without_images_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no file that can be read; got nothing"):
        ts.read(tmp_path)
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(FormatError, match=r"got 1 × \.txt"):
        ts.read(tmp_path)


def test_a_folder_that_is_no_store_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.zarr").mkdir()
    with pytest.raises(DamagedFileError, match="cannot be opened as a Zarr store"):
        ts.read(tmp_path / "a.zarr")


def arrays(*shapes: tuple[int, ...]) -> list[xr.DataArray]:
    dims = {1: ("x",), 2: ("y", "x"), 3: ("y", "x", "energy")}
    return [xr.DataArray(np.zeros(shape), dims=dims[len(shape)], name=f"d{i}") for i, shape in enumerate(shapes)]


MAIN = {
    "most dimensions": ([(100, 100), (2, 2, 2), (500,)], 1),
    "then most pixels": ([(2, 2), (3, 3), (1, 2)], 1),
    "then the first": ([(2, 2), (2, 2)], 0),
}


@pytest.mark.parametrize("case", MAIN)
def test_the_main_one_of_several_is_read_and_the_others_are_named(case: str) -> None:
    shapes, main = MAIN[case]
    with pytest.warns(UserWarning, match=rf"a\.dm3: holds {len(shapes)} .* read is {main} 'd{main}'"):
        assert choose(arrays(*shapes), Path("a.dm3")).name == f"d{main}"


def test_one_of_several_can_be_chosen() -> None:
    several = arrays((2, 2), (3, 3))
    assert choose(several, Path("a.dm3"), "d1").name == "d1"
    assert choose(several, Path("a.dm3"), -1).name == "d1"
    with pytest.raises(SettingError, match=r"got 'd2'; expected one of 0 'd0' \(2 × 2\), 1 'd1' \(3 × 3\)"):
        choose(several, Path("a.dm3"), "d2")


@pytest.mark.parametrize("suffix", [".zarr", ".dm4", ".dm3", ".mrc", ".tif", ".hspy"])
def test_large_data_stay_on_disk(
    tmp_path: Path, stack: xr.DataArray, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = ts.write(stack, tmp_path / f"a{suffix}")
    assert ts.read(path).chunks is None
    assert ts.read(path, lazy=True).chunks is not None
    for module in ("temstack.formats.reading", "temstack.files"):
        monkeypatch.setattr(f"{module}.LAZY_ABOVE_BYTES", stack.nbytes - 1)
    large = ts.read(path)
    assert large.chunks is not None
    np.testing.assert_array_equal(large.values, stack.values)
    assert ts.read(path, lazy=False).chunks is None


def test_the_size_of_compressed_data_is_that_in_memory(tmp_path: Path) -> None:
    path = ts.write(label_stack(np.zeros((4, 64, 64))), tmp_path / "zeros.hspy")
    kind = next(kind for kind in KINDS if kind.name == "HyperSpy")
    assert reading.size_in_memory(path, kind) >= 4 * 64 * 64 * 8 > path.stat().st_size


def grey(image: np.ndarray) -> np.ndarray:
    return np.stack([image] * 3, axis=-1)


PICTURES: dict[str, tuple[Callable[[np.ndarray], np.ndarray], str]] = {
    "grey": (lambda image: image, ".png"),
    "grey in colours": (grey, ".png"),
    "grey in colours with transparency": (lambda image: np.dstack([grey(image), image * 0 + 9]), ".png"),
    "a bitmap": (grey, ".bmp"),
    "16 bits": (lambda image: image.astype(np.uint16) * 256, ".png"),
}


@pytest.mark.parametrize("case", PICTURES)
def test_pictures_are_read_as_grey_images(tmp_path: Path, case: str) -> None:
    make, suffix = PICTURES[case]
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    path = tmp_path / f"a{suffix}"
    imageio.imwrite(path, make(image))
    array = ts.read(path)
    assert array.dims == ("y", "x")
    np.testing.assert_array_equal(array.values, image * np.uint16(256) if case == "16 bits" else image)


def test_a_picture_in_colour_is_read_as_its_luminance_and_says_so(tmp_path: Path) -> None:
    red = np.zeros((2, 2, 3), dtype=np.uint8)
    red[..., 0] = 100  # green equals blue, which some readers take for grey
    imageio.imwrite(tmp_path / "red.png", red)
    with pytest.warns(UserWarning, match=r"red\.png: is in colour; its luminance is read"):
        image = ts.read(tmp_path / "red.png")
    np.testing.assert_allclose(image.values, 29.9, rtol=1e-6)


def test_every_error_about_a_file_is_ours(tmp_path: Path) -> None:
    for kind in KINDS:
        if kind is not ZARR and kind.reader:
            path = tmp_path / f"noise{kind.suffixes[0]}"
            path.write_bytes(np.random.default_rng(1).bytes(5000))
            with pytest.raises(TemstackError):
                ts.read(path)
