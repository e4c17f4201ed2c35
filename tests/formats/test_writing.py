"""What is written reads back as it was, as far as the format can; what it cannot keep is said."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import dask.array as da
import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.errors import (
    OutputExistsError,
    StackError,
    StorageError,
    UnknownFormatError,
    UnsupportedDataError,
)
from temstack.stack import label_stack, with_history
from temstack.stack.tags import same_tags

EVERYTHING = (".zarr", ".dm4", ".dm3", ".hspy")
"""Formats that keep everything."""

STACKS = (*EVERYTHING, ".tif", ".mrc")
TAGS = {
    "Apertures": [np.int16(1), np.int16(5)],
    "Microscope Info": {"Name": "Titan", "Voltage": np.float32(300000), "Voltage.set": np.float64(300)},
}
POSITIONS = {
    "energy_loss": [617.0, 672.0, 694.0, 717.5],
    "defocus": [-270.0, -263.8, -257.6, -251.4],
    "time": [0.0, 0.1, 0.2, 0.7],
    "exposure": [0.5, 1.0, 2.0, 4.0],
    "tilt": [-60.0, -20.0, 20.0, 61.5],
    "plane": [0.0, 1.0, 2.0, 3.0],
}


def make_stack(dim: str = "energy_loss", dtype: str = "uint16", *, with_all: bool = True) -> xr.DataArray:
    pixels = np.random.default_rng(7).integers(0, 100, (4, 6, 5)).astype(dtype)
    known = {"tags": TAGS, "intensity_units": "counts", "high_tension_kv": 300.0} if with_all else {}
    per_plane = {
        "exposure_s": ([1.0, 1, 2, 4], "s"),
        "dark_id": np.array([3, 3, 4, 4]),
        "is_recorded": np.array([True, True, False, True]),
        "label": np.array(["pre 1", "pré 2", "", "post"]),
        "taken": np.array(["2024-05-06T07:08:09"] * 4, dtype="datetime64[ns]"),
    }
    stack = label_stack(
        pixels,
        dim,
        plane_values=POSITIONS[dim],
        pixel_size=(0.21, 0.13),
        pixel_units="nm",
        origin=(1.5, -2.0),
        per_plane=per_plane if with_all else None,
        title="Fe L",
        **known,
    )
    return with_history(stack, "crop", top=1, mask=[1.5, None]) if with_all else stack


def write_quietly(array: xr.DataArray, path: Path, **options: bool) -> Path:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*do not keep")
        return ts.write(array, path, **options)


def assert_same_axis(first: xr.DataArray, second: xr.DataArray, dim: str) -> None:
    np.testing.assert_allclose(second[dim].values, first[dim].values, rtol=1e-9, atol=1e-12)
    assert second[dim].attrs == first[dim].attrs


def assert_identical(first: xr.DataArray, second: xr.DataArray) -> None:
    """xarray's own comparison cannot compare arrays inside tags."""
    assert (second.name, second.dims, second.dtype) == (first.name, first.dims, first.dtype)
    np.testing.assert_array_equal(second.values, first.values)
    assert set(second.coords) == set(first.coords)
    for name in first.coords:
        assert second[name].variable.identical(first[name].variable), name
    attrs = [{k: v for k, v in array.attrs.items() if k != "source"} for array in (first, second)]
    assert same_tags(*attrs)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("dim", POSITIONS)
@pytest.mark.parametrize("suffix", EVERYTHING)
def test_everything_comes_back(tmp_path: Path, suffix: str, dim: str, lazy: bool) -> None:
    stack = make_stack(dim)
    written = ts.write(stack.chunk({dim: 1}) if lazy else stack, tmp_path / f"a{suffix}")
    again = ts.check_stack(ts.read(written, lazy=lazy))
    assert_identical(stack, again)
    assert again.attrs["source"] == str(written)


@pytest.mark.parametrize("dim", [dim for dim in POSITIONS if dim != "plane"])
def test_tiff_keeps_pixels_axes_and_title(tmp_path: Path, dim: str) -> None:
    stack = make_stack(dim)
    again = ts.check_stack(ts.read(write_quietly(stack, tmp_path / "a.tif")))
    assert (again.dims, again.dtype, again.name) == (stack.dims, stack.dtype, stack.name)
    np.testing.assert_array_equal(again.values, stack.values)
    for axis in stack.dims:
        assert_same_axis(stack, again, str(axis))
    assert again.attrs["intensity_units"] == "counts"


@pytest.mark.parametrize("dim", ["tilt", "plane"])
def test_mrc_keeps_pixels_tilts_and_pixel_sizes(tmp_path: Path, dim: str) -> None:
    stack = make_stack(dim)
    again = ts.check_stack(ts.read(write_quietly(stack, tmp_path / "a.mrc")))
    np.testing.assert_array_equal(again.values, stack.values)
    for axis in stack.dims:
        assert_same_axis(stack, again, str(axis))


KINDS_OF_PIXELS = [
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "bool",
]


@pytest.mark.parametrize("dtype", KINDS_OF_PIXELS)
@pytest.mark.parametrize("suffix", EVERYTHING)
def test_every_type_of_pixel_comes_back(tmp_path: Path, suffix: str, dtype: str) -> None:
    stack = make_stack(dtype=dtype, with_all=False)
    assert_identical(stack, ts.read(ts.write(stack, tmp_path / f"a{suffix}")))


@pytest.mark.parametrize(
    ("suffix", "dtype"),
    [(".mrc", dtype) for dtype in KINDS_OF_PIXELS]
    + [(".tif", dtype) for dtype in KINDS_OF_PIXELS if not dtype.startswith("complex")],
)
def test_simpler_formats_keep_the_values(tmp_path: Path, suffix: str, dtype: str) -> None:
    stack = make_stack("plane", dtype=dtype, with_all=False)
    again = ts.read(write_quietly(stack, tmp_path / f"a{suffix}"))
    np.testing.assert_array_equal(again.values, stack.values)


LAYOUTS = {
    "image": ("y", "x"),
    "spectrum": ("energy_loss",),
    "line": ("x", "energy_loss"),
    "spectrum image": ("y", "x", "energy_loss"),
}


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", EVERYTHING)
def test_every_layout_comes_back(tmp_path: Path, suffix: str, layout: str, lazy: bool) -> None:
    stack = make_stack()
    dims = LAYOUTS[layout]
    array = stack.isel({dim: 1 for dim in stack.dims if dim not in dims}).transpose(*dims)
    array = array.drop_vars([name for name in array.coords if name not in dims and array[name].ndim == 0])
    written = ts.write(array.chunk() if lazy else array, tmp_path / f"a{suffix}")
    assert_identical(array, ts.read(written))


@pytest.mark.parametrize("suffix", EVERYTHING)
def test_diffraction_patterns_come_back(tmp_path: Path, suffix: str) -> None:
    axes = {
        dim: (dim, np.arange(size) * 0.5, {"units": units})
        for dim, size, units in [("y", 2, "nm"), ("x", 3, "nm"), ("ky", 4, "1/nm"), ("kx", 5, "1/nm")]
    }
    array = xr.DataArray(np.arange(120, dtype=np.uint16).reshape(2, 3, 4, 5), axes, ("y", "x", "ky", "kx"))
    again = ts.read(ts.write(array, tmp_path / f"a{suffix}"))
    assert again.dims == array.dims
    np.testing.assert_array_equal(again.values, array.values)
    assert again.kx.attrs["units"] == "1/nm"


@pytest.mark.parametrize("planes", [None, 2])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("suffix", [*EVERYTHING, ".tif"])
def test_colours_come_back(tmp_path: Path, suffix: str, channels: int, planes: int | None) -> None:
    pixels = np.random.default_rng(3).integers(0, 255, (2, 4, 5, channels)).astype(np.uint8)
    stack = label_stack(pixels, title="colours")
    array = stack if planes else stack[0].drop_vars("plane")
    again = ts.read(ts.write(array, tmp_path / f"a{suffix}"))
    shown = array if suffix != ".tif" else array.isel(channel=slice(3))  # ImageJ has no transparency
    np.testing.assert_array_equal(again.values, shown.values)
    assert again.channel.values.tolist() == shown.channel.values.tolist()


@pytest.mark.parametrize("suffix", [".tif", ".mrc", ".png"])
def test_an_image_is_written_by_itself(tmp_path: Path, suffix: str) -> None:
    image = label_stack(np.arange(20, dtype=np.uint16).reshape(1, 4, 5))[0].drop_vars("plane")
    again = ts.read(ts.write(image, tmp_path / f"a{suffix}"))
    assert (again.dims, again.dtype) == (("y", "x"), np.uint16)
    np.testing.assert_array_equal(again.values, image.values)


def test_a_spectrum_is_written_as_text(tmp_path: Path) -> None:
    energies = xr.Variable("energy_loss", 100 + 0.25 * np.arange(5), {"units": "eV"})
    spectrum = xr.DataArray([1.0, 2, 3, 4, 5.5], {"energy_loss": energies}, ["energy_loss"], attrs={"title": "C K"})
    again = ts.read(ts.write(spectrum, tmp_path / "a.msa"))
    np.testing.assert_array_equal(again.values, spectrum.values)
    assert_same_axis(spectrum, again, "energy_loss")
    assert (again.name, again.attrs["signal_type"]) == ("C K", "EELS")
    uneven = spectrum.assign_coords(energy_loss=("energy_loss", [1.0, 2, 3, 4, 9], {"units": "eV"}))
    with pytest.raises(UnsupportedDataError, match=r"b\.msa: an MSA file holds an even axis only"):
        ts.write(uneven, tmp_path / "b.msa")
    with pytest.raises(UnsupportedDataError, match=r"c\.msa: an MSA file holds one spectrum"):
        ts.write(make_stack(), tmp_path / "c.msa")


# --- counts and scales --------------------------------------------------------------------------


@pytest.fixture
def flat() -> xr.DataArray:
    """A flat specimen of 512 counts, recorded at four exposures."""
    scales = np.array([1.0, 0.5, 2.0, 0.25])
    pixels = np.ones((4, 6, 5)) * (512 / scales)[:, None, None]
    return label_stack(pixels.astype(np.uint16), per_plane={"scale": scales})


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("suffix", [".dm4", ".dm3", ".hspy", ".tif", ".mrc"])
def test_a_flat_specimen_reads_flat(tmp_path: Path, flat: xr.DataArray, suffix: str, lazy: bool) -> None:
    again = ts.read(ts.write(flat.chunk() if lazy else flat, tmp_path / f"a{suffix}"))
    assert again.dtype == np.float32
    assert (again.values == 512).all()
    assert (ts.counts(again).values == 512).all()


@pytest.mark.parametrize("suffix", EVERYTHING)
def test_raw_counts_keep_their_scale(tmp_path: Path, flat: xr.DataArray, suffix: str) -> None:
    again = ts.read(ts.write(flat, tmp_path / f"a{suffix}", raw=True))
    assert again.dtype == np.uint16
    np.testing.assert_array_equal(again.scale.values, flat.scale.values)
    assert (ts.counts(again).values == 512).all()


def test_zarr_keeps_counts_and_scale_without_being_asked(tmp_path: Path, flat: xr.DataArray) -> None:
    assert_identical(flat, ts.read(ts.write(flat, tmp_path / "a.zarr")))


def test_raw_counts_in_a_format_without_scales_lose_them_and_say_so(tmp_path: Path, flat: xr.DataArray) -> None:
    with pytest.warns(UserWarning, match=r"a\.tif: files of this kind \(TIFF\) do not keep the values of scale"):
        ts.write(flat, tmp_path / "a.tif", raw=True)
    assert ts.read(tmp_path / "a.tif").dtype == np.uint16


# --- what is lost -------------------------------------------------------------------------------

LOSSES = {
    ".tif": "tags, the history, the values of exposure_s, dark_id, is_recorded, label, taken",
    ".mrc": "tags, the history, the values of exposure_s, dark_id, is_recorded, label, taken, the axis energy_loss",
}


@pytest.mark.parametrize("suffix", LOSSES)
def test_what_a_format_cannot_keep_is_said_in_one_sentence(tmp_path: Path, suffix: str) -> None:
    with pytest.warns(UserWarning, match="do not keep") as caught:
        ts.write(make_stack(), tmp_path / f"a{suffix}")
    assert [str(one.message).split("do not keep ")[1] for one in caught] == [LOSSES[suffix]]


def test_digits_that_do_not_fit_are_said(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="all digits of float64 numbers"):
        ts.write(make_stack("tilt", "float64", with_all=False), tmp_path / "a.tif")


def test_errors_of_pixels_are_lost_in_dm_files_and_said(tmp_path: Path) -> None:
    stack = make_stack("energy_loss", with_all=False)
    mapped = stack.assign_coords(standard_error=(stack.dims, np.ones(stack.shape)))
    with pytest.warns(UserWarning, match=r"\(DigitalMicrograph\) do not keep the values of standard_error"):
        ts.write(mapped, tmp_path / "a.dm4")
    assert_identical(ts.read(tmp_path / "a.dm4"), ts.read(ts.write(stack, tmp_path / "b.dm4")))


@pytest.mark.parametrize("suffix", EVERYTHING)
def test_nothing_lost_nothing_said(tmp_path: Path, suffix: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ts.write(make_stack(), tmp_path / f"a{suffix}")


# --- safe outputs -------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", STACKS)
def test_an_output_is_not_overwritten_unless_asked(tmp_path: Path, suffix: str) -> None:
    stack = make_stack("tilt", with_all=False)
    path = ts.write(stack, tmp_path / f"a{suffix}")
    with pytest.raises(OutputExistsError, match=rf"a\{suffix}: already exists"):
        ts.write(stack + 1, path)
    other = (stack + np.uint16(1)).assign_attrs(stack.attrs)
    assert int(ts.read(ts.write(other, path, overwrite=True))[0, 0, 0]) == int(stack[0, 0, 0]) + 1


@pytest.mark.parametrize("suffix", STACKS)
def test_what_fails_leaves_nothing_behind(tmp_path: Path, suffix: str) -> None:
    def fail(block: np.ndarray) -> np.ndarray:
        raise OSError(28, "No space left on device")

    broken = make_stack("tilt", with_all=False)
    broken = broken.copy(data=da.from_array(broken.values, chunks=(1, -1, -1)).map_blocks(fail, dtype="uint16"))
    with pytest.raises(StorageError, match=rf"a\{suffix}: the disk is full"):
        ts.write(broken, tmp_path / f"a{suffix}")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - hidden files count as well


def test_a_name_without_a_known_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match=r"a\.docx: files of this kind cannot be written; got '\.docx'"):
        ts.write(make_stack(), tmp_path / "a.docx")
    with pytest.raises(UnknownFormatError, match="got a name without an end"):
        ts.write(make_stack(), tmp_path / "a")


def test_a_bare_array_without_positions_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="does not follow the convention"):
        ts.write(xr.DataArray(np.zeros((2, 2)), dims=("y", "x")), tmp_path / "a.dm4")


@pytest.mark.parametrize("suffix", [".tif", ".mrc", ".png"])
def test_a_spectrum_image_is_refused_by_formats_of_images(tmp_path: Path, suffix: str) -> None:
    array = make_stack(with_all=False).transpose("y", "x", "energy_loss")
    with pytest.raises(UnsupportedDataError, match=rf"a\{suffix}: "):
        ts.write(array, tmp_path / f"a{suffix}")


@pytest.mark.parametrize("suffix", STACKS)
def test_progress_is_told(tmp_path: Path, suffix: str) -> None:
    steps: list[tuple[int, int]] = []
    write = make_stack("tilt", with_all=False)
    ts.write(write, tmp_path / f"a{suffix}", progress=lambda step, done, total: steps.append((done, total)))
    assert steps
    assert steps[-1][0] == steps[-1][1]


@pytest.mark.parametrize("suffix", [".zarr", ".dm4", ".tif", ".mrc"])
def test_planes_are_written_without_loading_the_stack(tmp_path: Path, suffix: str) -> None:
    held: set[int] = set()
    most = 0

    def plane(block_info: dict | None = None) -> np.ndarray:
        nonlocal most
        import gc
        import weakref

        pixels = np.zeros((1, 256, 256), dtype=np.float32)
        held.add(id(pixels))
        weakref.finalize(pixels, held.discard, id(pixels))
        gc.collect(0)
        most = max(most, len(held))
        return pixels

    pixels = da.map_blocks(plane, chunks=((1,) * 40, (256,), (256,)), dtype=np.float32)
    stack = label_stack(pixels, "tilt", plane_values=np.arange(40.0))
    ts.write(stack, tmp_path / f"a{suffix}")
    assert most <= 4
