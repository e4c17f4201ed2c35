"""Arrays in DM files: written by us, read back by us and by every other reader there is."""

from __future__ import annotations

import io
import os
import tracemalloc
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np
import pytest
import xarray as xr

from temstack.errors import DamagedFileError, SettingError, UnknownFormatError, UnsupportedDataError
from temstack.formats.dm import Image, find_images, open_pixels, plane_facts, read_tags, restore, write_dm
from temstack.stack import label_stack
from temstack.stack.tags import get_tag, same_tags, set_tag


def only_image(path: Path) -> Image:
    """Return the image of a file that has one."""
    (image,) = find_images(read_tags(path), str(path))
    return image


def read_back(path: Path) -> xr.DataArray:
    """Return what our reader makes of a file that we wrote."""
    image = only_image(path)
    pixels = np.array(open_pixels(path, image))
    if pixels.dtype.names:
        pixels = np.stack([pixels[channel] for channel in "RGBA"], axis=-1)
    dims = [f"axis {index}" for index in range(len(image.shape))] + ["channel"] * bool(image.pixel_type == 23)
    coords = {
        dim: (dim, axis.first + np.arange(size) * axis.scale, {"units": axis.units})
        for dim, axis, size in zip(dims, image.axes, image.shape, strict=False)
    }
    return restore(xr.DataArray(pixels, coords, dims), image)


def by_rosettasciio(path: Path) -> np.ndarray[Any, Any]:
    from rsciio.digitalmicrograph import file_reader

    return np.asarray(file_reader(str(path))[0]["data"])


def by_ncempy(path: Path) -> np.ndarray[Any, Any]:
    from ncempy.io.dm import fileDM

    with fileDM(path, on_memory=False) as file:
        return np.asarray(file.getDataset(0)["data"])


def by_nionswift(path: Path) -> np.ndarray[Any, Any]:
    return np.asarray(load_by_nionswift(path).data)


def load_by_nionswift(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of its own dependencies, when first imported
        from nionswift_plugin.DM_IO.dm3_image_utils import load_image

    with path.open("rb") as file:
        return load_image(file)


READERS: dict[str, Callable[[Path], np.ndarray[Any, Any]]] = {
    "RosettaSciIO": by_rosettasciio,
    "ncempy": by_ncempy,
    "nionswift-io": by_nionswift,
}


TYPES = ("i1", "i2", "i4", "u1", "u2", "u4", "f4", "f8", "c8", "c16", "?")
DIMS: dict[int, tuple[str, ...]] = {
    1: ("x",),
    2: ("y", "x"),
    3: ("plane", "y", "x"),
    4: ("y", "x", "ky", "kx"),
}

# What other readers make of a type that is stored right; docs/reference/dm-files.md tells users.
KNOWN_FAULTS = {
    ("ncempy", "?"): "refuses Booleans",
    ("nionswift-io", "?"): "gives int8",
    ("nionswift-io", "u1"): "gives int8",
}


def some_array(dtype: str, n_dims: int, seed: int = 0) -> xr.DataArray:
    shape = (3, 2, 5, 4)[-n_dims:] if n_dims < 4 else (3, 2, 5, 4)
    values = np.random.default_rng(seed).integers(0, 2 if dtype == "?" else 120, shape)
    pixels = (values * (1 + 0.5j) if dtype.startswith("c") else values).astype(dtype)
    coords = {
        dim: (dim, 0.5 * np.arange(size) - 1, {"units": "" if dim == "plane" else "nm"})
        for dim, size in zip(DIMS[n_dims], shape, strict=True)
    }
    return xr.DataArray(pixels, coords, DIMS[n_dims], "title", {"title": "title"})


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("n_dims", DIMS)
def test_every_type_is_read_alike_by_every_reader(tmp_path: Path, version: int, dtype: str, n_dims: int) -> None:
    array = some_array(dtype, n_dims)
    path = tmp_path / f"file.dm{version}"
    write_dm(array, path)
    back = read_back(path)
    xr.testing.assert_identical(back.drop_attrs(deep=False), array.drop_attrs(deep=False))
    assert back.dtype == array.dtype
    for name, reader in READERS.items():
        if KNOWN_FAULTS.get((name, dtype)) == "refuses Booleans":
            with pytest.raises(OSError, match="Unsupported binary data type"):
                reader(path)
            continue
        read = reader(path)
        assert np.array_equal(read.reshape(array.shape), array.values), name
        assert (read.dtype == array.dtype) != ((name, dtype) in KNOWN_FAULTS), name


@pytest.mark.parametrize("n_dims", [2, 3])
@pytest.mark.parametrize("channels", [3, 4])
def test_colour(tmp_path: Path, n_dims: int, channels: int) -> None:
    array = some_array("u1", n_dims).expand_dims(channel=channels, axis=-1).copy()
    array[...] = np.random.default_rng(1).integers(0, 256, array.shape)
    array = array.assign_coords(channel=["red", "green", "blue", "alpha"][:channels])
    path = tmp_path / "colour.dm3"
    write_dm(array, path)
    xr.testing.assert_equal(read_back(path), array)
    by_rosetta = by_rosettasciio(path)
    for index, name in enumerate("RGBA"[:channels]):
        assert np.array_equal(by_rosetta[name], array.values[..., index])
    if n_dims == 2:
        # Its own order of colours is that of the file.
        assert np.array_equal(by_nionswift(path), array.values[..., 2::-1])


def eftem_stack(**changes: Any) -> xr.DataArray:
    energies = 480 + 5.0 * np.arange(6)
    pixels = np.random.default_rng(2).random((6, 3, 4)).astype(np.float32)
    known: dict[str, Any] = {
        "plane_values": energies,
        "pixel_size": (0.5, 0.25),
        "pixel_units": "nm",
        "title": "O K",
        "high_tension_kv": 200.0,
        "intensity_units": "counts",
    }
    return label_stack(pixels, "energy_loss", **(known | changes))


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("order", [("energy_loss", "y", "x"), ("y", "x", "energy_loss")])
def test_a_spectrum_image_is_recognised_by_every_reader(tmp_path: Path, version: int, order: tuple[str, ...]) -> None:
    from ncempy.io.dm import fileDM
    from rsciio.digitalmicrograph import file_reader

    stack = eftem_stack().transpose(*order)
    path = tmp_path / f"si.dm{version}"
    write_dm(stack, path)
    xr.testing.assert_identical(read_back(path).drop_attrs(deep=False), stack.drop_attrs(deep=False))

    rosetta = file_reader(str(path))[0]
    assert rosetta["metadata"]["Signal"]["signal_type"] == "EELS"
    energy = rosetta["axes"][0]
    assert (energy["name"], energy["units"]) == ("Energy loss", "eV")
    assert (energy["offset"], energy["scale"]) == (480, 5)
    with fileDM(path, on_memory=False) as file:
        found = file.getDataset(0)
    assert found["pixelUnit"] == ["eV", "nm", "nm"]
    assert found["data"].shape == (6, 3, 4)
    swift = load_by_nionswift(path)
    assert (swift.collection_dimension_count, swift.datum_dimension_count) == (2, 1)
    assert np.array_equal(swift.data, stack.transpose("y", "x", "energy_loss").values)
    assert (swift.dimensional_calibrations[2].offset, swift.dimensional_calibrations[2].units) == (480, "eV")


@pytest.mark.filterwarnings("ignore:Importing `Lazy:UserWarning")  # eXSpy imports from HyperSpy's old place
def test_hyperspy_opens_our_spectrum_image(tmp_path: Path) -> None:
    hs = pytest.importorskip("hyperspy.api")
    stack = eftem_stack()
    write_dm(stack, tmp_path / "si.dm4")
    signal = hs.load(tmp_path / "si.dm4")
    (energy,) = signal.axes_manager.signal_axes
    assert type(signal).__name__ == "EELSSpectrum"
    assert (energy.name, energy.units, energy.offset, energy.scale) == ("Energy loss", "eV", 480, 5)
    assert [axis.name for axis in signal.axes_manager.navigation_axes] == ["x", "y"]
    assert signal.metadata.Acquisition_instrument.TEM.beam_energy == 200
    assert signal.metadata.General.title == "O K"
    assert np.array_equal(signal.data, stack.transpose("y", "x", "energy_loss").values)


def test_a_spectrum_is_an_image_of_height_one(tmp_path: Path) -> None:
    spectrum = eftem_stack()[:, 1, 2]
    write_dm(spectrum, tmp_path / "spectrum.dm3")
    image = only_image(tmp_path / "spectrum.dm3")
    assert image.shape == (1, 6)
    assert get_tag(image.tags, "Meta Data:Format") == "Spectrum"
    assert get_tag(read_tags(tmp_path / "spectrum.dm3"), "DocumentObjectList:[0]:ImageDisplayType") == 3
    xr.testing.assert_equal(read_back(tmp_path / "spectrum.dm3"), spectrum)


def format_of(array: xr.DataArray, path: Path) -> Any:
    write_dm(array, path)
    return get_tag(only_image(path).tags, "Meta Data:Format")


def test_which_stacks_are_marked_as_spectrum_images(tmp_path: Path) -> None:
    """Real 4-byte with even energies, as DigitalMicrograph analyses them; or what was one already."""
    path = tmp_path / "file.dm4"
    stack = eftem_stack()
    was_one = {"tags": {"Meta Data": {"Format": "Spectrum image", "Signal": "EELS"}}}
    uneven = stack.assign_coords(energy_loss=("energy_loss", [1.0, 2, 3, 4, 5, 9], {"units": "eV"}))
    assert format_of(stack, path) == "Spectrum image"
    assert format_of(stack.astype(np.int16), path) is None
    assert format_of(stack.astype(np.int16).assign_attrs(was_one), path) == "Spectrum image"
    assert format_of(stack.astype(np.int16).transpose("y", "x", "energy_loss"), path) == "Spectrum image"
    assert format_of(uneven, path) is None
    assert format_of(uneven.assign_attrs(was_one), path) == "Image"
    assert format_of(stack[0].assign_attrs(was_one), path) == "Image"
    assert format_of(stack[:, 0, 0].assign_attrs(was_one), path) == "Spectrum"
    assert format_of(stack.rename(energy_loss="time").assign_attrs(was_one), path) == "Image"
    assert format_of(stack[0, 0].assign_attrs(was_one), path) == "Image"


def test_spectra_of_light_keep_their_mark(tmp_path: Path) -> None:
    light = label_stack(np.zeros((5, 2, 3)), plane_values=400 + np.arange(5.0), plane_units="nm")
    light.attrs["tags"] = {"Meta Data": {"Format": "Spectrum image", "Signal": "CL"}}
    assert format_of(light, tmp_path / "file.dm4") == "Spectrum image"
    light.attrs["tags"] = {"Meta Data": {"Format": "Spectrum"}}
    assert format_of(light[:, 0, 0], tmp_path / "file.dm4") == "Spectrum"


@pytest.mark.parametrize(("signal_type", "tag"), [("EDS_TEM", "X-ray"), ("CL", "CL"), ("", "EELS")])
def test_the_kind_of_signal(tmp_path: Path, signal_type: str, tag: str) -> None:
    write_dm(eftem_stack(signal_type=signal_type), tmp_path / "file.dm4")
    assert get_tag(only_image(tmp_path / "file.dm4").tags, "Meta Data:Signal") == tag


def test_values_of_planes_uneven_axes_and_attributes_come_back(tmp_path: Path) -> None:
    per_plane = {
        "exposure_s": ([0.1, 0.2, 0.4, 0.8, 1.6, 3.2], "s"),
        "dark_id": np.array([0, 1, 1, 2, 70000, 3]),
        "kind": np.array([1, 2, 3, 4, 5, 65], np.uint16),
        "large": np.array([2**40, 0, 0, 0, 0, -1]),
        "is_recorded": np.array([True, True, False, True, True, True]),
        "label": np.array(["a", "", "µ", "d", "e", "f"]),
        "when": np.array(["2020-01-01T00:00:00.000000001"] * 6, "M8[ns]"),
        "drift_y_px": np.array([0, np.nan, 1 / 3, np.inf, -0.0, 1e300]),
    }
    history = [{"operation": "crop", "parameters": {"top": 1}, "version": "0.1"}]
    stack = eftem_stack(
        plane_values=[1.0, 2.5, 4, 8, 16, 1 / 3],
        per_plane=per_plane,
        history=history,
        pixel_size=(0.1, 1 / 3),
    )
    stack = stack.assign_coords(tilt_deg=1.5, note="text")
    for name in ("stack.dm3", "stack.dm4"):
        write_dm(stack, tmp_path / name)
        back = read_back(tmp_path / name)
        xr.testing.assert_identical(back.drop_attrs(deep=False), stack.drop_attrs(deep=False))
        assert {key: value for key, value in back.attrs.items() if key != "tags"} == stack.attrs
        assert {str(key): coord.dtype for key, coord in back.coords.items() if key != "label"} == {
            str(key): coord.dtype for key, coord in stack.coords.items() if key != "label"
        }


def rewritten(path: Path, changes: dict[str, Any]) -> xr.DataArray:
    """Return what is read after someone changed tags, as DigitalMicrograph would when it calibrates."""
    from temstack.formats.dm.writing import PixelSource, lay_out, write_pieces

    tags = read_tags(path)
    image = only_image(path)
    pixels = np.array(open_pixels(path, image))
    source = PixelSource(pixels.size, image.block.info, pixels.nbytes, lambda: [pixels])
    for place, value in {"ImageList:[0]:ImageData:Data": source, **changes}.items():
        tags = set_tag(tags, place, value)
    with path.open("wb") as file:
        write_pieces(file, lay_out(tags, 4, "file"))
    return read_back(path)


def test_what_was_changed_in_digitalmicrograph_wins(tmp_path: Path) -> None:
    path = tmp_path / "file.dm4"
    write_dm(eftem_stack(), path)
    calibration = "ImageList:[0]:ImageData:Calibrations:Dimension"
    back = rewritten(path, {f"{calibration}:[2]:Scale": np.float32(2), "ImageList:[0]:Name": "new"})
    assert back.energy_loss.values.tolist() == [192, 194, 196, 198, 200, 202]
    assert back.attrs["title"] == back.name == "new"
    assert back.x.values.tolist() == [0, 0.25, 0.5, 0.75]


def test_a_stack_cut_in_digitalmicrograph_keeps_no_values_of_planes(tmp_path: Path) -> None:
    path = tmp_path / "file.dm4"
    write_dm(eftem_stack(per_plane={"exposure_s": np.arange(6.0)}), path)
    size = "ImageList:[0]:ImageData:Dimensions:[2]"
    tags = set_tag(read_tags(path), size, np.uint32(4))
    (image,) = find_images(tags, "file")
    back = restore(xr.DataArray(np.zeros((4, 3, 4)), dims=["a", "b", "c"]), image)
    assert back.dims == ("energy_loss", "y", "x")
    assert "exposure_s" not in back.coords
    assert back.attrs["high_tension_kv"] == 200


def test_counts_or_raw_pixels_with_their_scale(tmp_path: Path) -> None:
    raw = np.full((3, 2, 2), 1000, np.uint16)
    scale = np.array([1.0, 0.5, 1 / 64])
    stack = label_stack(raw, per_plane={"scale": scale})
    write_dm(stack, tmp_path / "counts.dm4")
    counts = by_rosettasciio(tmp_path / "counts.dm4")
    assert counts.dtype == np.float32
    assert counts[:, 0, 0].tolist() == [1000, 500, 15.625]
    write_dm(stack, tmp_path / "raw.dm4", raw=True)
    assert by_rosettasciio(tmp_path / "raw.dm4").dtype == np.uint16
    xr.testing.assert_equal(read_back(tmp_path / "raw.dm4"), stack)
    write_dm(stack.assign_coords(scale=xr.ones_like(stack.scale)), tmp_path / "plain.dm4")
    assert by_rosettasciio(tmp_path / "plain.dm4").dtype == np.uint16


@pytest.mark.parametrize("dtype", ["i8", "u8", "f2"])
def test_types_that_the_format_lacks(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(UnsupportedDataError, match=r"have no such pixels; got .*convert the type first"):
        write_dm(some_array("f4", 2).astype(dtype), tmp_path / "file.dm4")
    assert list(tmp_path.iterdir()) == []


def test_too_many_dimensions_and_odd_colours(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDataError, match="1 to 4 dimensions; got 5"):
        write_dm(some_array("f4", 4).expand_dims("plane"), tmp_path / "file.dm4")
    with pytest.raises(UnsupportedDataError, match="colour of 3 or 4 channels of uint8; got 2 channels of uint8"):
        write_dm(some_array("u1", 2).expand_dims(channel=2, axis=-1), tmp_path / "file.dm4")


def test_the_name_says_the_version(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormatError, match=r"got \.tif; expected \.dm3 or \.dm4"):
        write_dm(some_array("f4", 2), tmp_path / "file.tif")
    with pytest.raises(SettingError, match="no such version"):
        write_dm(some_array("f4", 2), tmp_path / "file.dm4", version=5)
    file = io.BytesIO()
    write_dm(some_array("f4", 2), file, version=3)
    assert file.getvalue()[:4] == b"\x00\x00\x00\x03"


def test_a_dm3_file_stays_below_two_gib(tmp_path: Path) -> None:
    large = label_stack(da.zeros((129, 2048, 2048), dtype=np.float32, chunks=(1, -1, -1)))
    with pytest.raises(
        UnsupportedDataError, match=r"series\.dm3: is too large for the DM3 format; got 2\.0 GiB.*write a \.dm4"
    ):
        write_dm(large, tmp_path / "file.dm3", name="series.dm3")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("order", [("plane", "y", "x"), ("y", "x", "plane")])
def test_a_stack_larger_than_the_memory_allowed_is_streamed(order: tuple[str, ...]) -> None:
    """300 MB of counts out of dask; the writer holds a block or two."""
    planes = da.ones((75, 1024, 1024), dtype=np.uint16, chunks=(1, -1, -1))
    stack = label_stack(planes, per_plane={"scale": np.linspace(0.5, 2, 75)}).transpose(*order)
    done: list[int] = []
    with Path(os.devnull).open("wb") as file:
        write_dm(stack[:1], file, version=4)
        tracemalloc.start()
        write_dm(stack, file, version=4, progress=lambda step, count, total: done.append(count))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 60e6
    assert done[-1] == 75
    assert len(done) > 10


def test_a_chunk_of_many_planes_is_computed_once() -> None:
    computed: list[tuple[int, ...]] = []

    def plane_numbers(block: Any, block_info: Any = None) -> Any:
        computed.append(block_info[0]["chunk-location"])
        return block

    planes = da.zeros((12, 64, 64), np.float32, chunks=(5, -1, -1)).map_blocks(
        plane_numbers, dtype=np.float32, meta=np.zeros((0, 0, 0), np.float32)
    )
    with Path(os.devnull).open("wb") as file:
        write_dm(label_stack(planes), file, version=4)
    assert computed == [(0, 0, 0), (1, 0, 0), (2, 0, 0)]


def test_tags_of_others_are_kept_byte_true(tmp_path: Path) -> None:
    tags = {
        "Acquisition": {"Exposure.s": np.float32(0.1), "Area": (np.int32(1), np.int32(2))},
        "temstack": {"Old": "group"},
        "Microscope Info": {"Voltage": np.float64(200000.0), "Zoom": np.uint16(3)},
        "zz": [np.arange(3, dtype=np.int16), "text"],
    }
    stack = eftem_stack(tags=tags).astype(np.int16)
    write_dm(stack, tmp_path / "file.dm4")
    image = only_image(tmp_path / "file.dm4")
    assert list(image.tags) == ["Acquisition", "Microscope Info", "temstack", "zz"] or "temstack" in image.tags
    expected = {name: tag for name, tag in tags.items() if name != "temstack"}
    assert same_tags(read_back(tmp_path / "file.dm4").attrs["tags"], expected)


def test_the_high_tension_is_put_right(tmp_path: Path) -> None:
    tags = {"Microscope Info": {"Voltage": np.float64(200000.0)}}
    write_dm(eftem_stack(tags=tags, high_tension_kv=300.0), tmp_path / "file.dm4")
    image = only_image(tmp_path / "file.dm4")
    assert get_tag(image.tags, "Microscope Info:Voltage") == np.float32(300000)
    assert plane_facts(image.tags)["high_tension_kv"] == 300


def test_the_intensity_calibration(tmp_path: Path) -> None:
    array = some_array("f4", 2).assign_attrs(intensity_units="e-", intensity_scale=0.125, intensity_origin=8.0)
    write_dm(array, tmp_path / "file.dm4")
    intensity = only_image(tmp_path / "file.dm4").intensity
    assert (intensity.origin, intensity.scale, intensity.units) == (8, 0.125, "e-")
    back = read_back(tmp_path / "file.dm4")
    assert (back.attrs["intensity_origin"], back.attrs["intensity_scale"]) == (8, 0.125)


def test_packed_and_missing_pixels_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.dm4"
    write_dm(some_array("c8", 2), path)
    image = only_image(path)
    with pytest.raises(UnsupportedDataError, match=r"not read; got DigitalMicrograph's data type 27"):
        open_pixels(path, replace(image, pixel_type=27))
    with pytest.raises(DamagedFileError, match=r"got 160 bytes; expected 5 x 9 pixels of 8 bytes"):
        open_pixels(path, replace(image, shape=(5, 9)))


@pytest.mark.parametrize("units", ["nm", "µm", "pm", "1/nm", "px"])
def test_units_of_length(tmp_path: Path, units: str) -> None:
    stack = label_stack(np.zeros((1, 2, 3)), pixel_size=0.1, pixel_units=units, origin=(-1.0, 2.0))
    write_dm(stack, tmp_path / "file.dm3")
    xr.testing.assert_identical(read_back(tmp_path / "file.dm3").x, stack.x)
    axis = only_image(tmp_path / "file.dm3").axes[-1]
    assert axis.units == ("" if units == "px" else units)
    assert axis.first == pytest.approx(2.0, abs=1e-6)


def test_an_axis_of_one_pixel_keeps_its_step(tmp_path: Path) -> None:
    stack = label_stack(np.zeros((2, 1, 3)), pixel_size=(0.5, 0.25), pixel_units="nm")
    write_dm(stack, tmp_path / "file.dm4")
    assert only_image(tmp_path / "file.dm4").axes[1].scale == 0.5
    assert read_back(tmp_path / "file.dm4").y.attrs == stack.y.attrs


def test_a_stack_opened_from_zarr_is_streamed(tmp_path: Path) -> None:
    stack = label_stack(np.arange(24.0).reshape(2, 3, 4))
    stack.to_dataset(name="stack").to_zarr(tmp_path / "s.zarr", consolidated=False)
    opened = xr.open_zarr(tmp_path / "s.zarr", consolidated=False, chunks=None)["stack"]
    write_dm(opened, tmp_path / "file.dm4")
    assert np.array_equal(by_rosettasciio(tmp_path / "file.dm4"), stack.values)


# --- real data --------------------------------------------------------------------------------


@pytest.mark.data
def test_a_spectrum_image_by_digitalmicrograph_survives(data_dir: Path, tmp_path: Path) -> None:
    source = data_dir / "spectrum-images" / "DMReader_SpectrumImage_SI-EELS.dm3"
    array = read_back(source)
    assert array.shape == (1024, 49, 6)
    array = array.rename(dict(zip(array.dims, ("energy_loss", "y", "x"), strict=True))).transpose("y", "x", ...)
    write_dm(array, tmp_path / "si.dm4")
    back = read_back(tmp_path / "si.dm4")
    xr.testing.assert_identical(back.drop_attrs(), array.drop_attrs())
    assert back.energy_loss.attrs["units"] == "eV"
    assert same_tags(back.attrs["tags"], only_image(source).tags)
    assert only_image(tmp_path / "si.dm4").axes == only_image(source).axes
    assert np.array_equal(by_rosettasciio(tmp_path / "si.dm4"), by_rosettasciio(source))


def dm_files(data_dir: Path) -> list[Path]:
    return sorted(path for path in data_dir.rglob("*.dm[34]"))


@pytest.mark.data
def test_all_real_files_are_read_as_rosettasciio_reads_them(data_dir: Path) -> None:
    from rsciio.digitalmicrograph import file_reader

    for path in dm_files(data_dir):
        images = find_images(read_tags(path), str(path))
        theirs = file_reader(str(path))
        assert len(images) == len(theirs)
        for image, other in zip(images, theirs, strict=True):
            pixels = open_pixels(path, image)
            assert np.array_equal(pixels, other["data"]), path
            assert [axis.units for axis in image.axes] == [axis["units"] for axis in other["axes"]]
            assert [axis.scale for axis in image.axes] == [axis["scale"] for axis in other["axes"]]
            assert np.allclose([axis.first for axis in image.axes], [axis["offset"] for axis in other["axes"]])


@pytest.mark.data
def test_the_tags_of_all_real_files_survive_writing(data_dir: Path, tmp_path: Path) -> None:
    for path in dm_files(data_dir):
        for image in find_images(read_tags(path), str(path)):
            tags = dict(image.tags)
            signal = get_tag(tags, "Meta Data:Format")
            told = {name: fact for name, fact in plane_facts(tags).items() if name == "high_tension_kv"}
            array = some_array("f4", 2).assign_attrs(tags=tags, **told)
            write_dm(array, tmp_path / "file.dm4")
            expected = set_tag(tags, "Meta Data:Format", "Image") if signal else tags
            assert same_tags(read_back(tmp_path / "file.dm4").attrs["tags"], expected), path


@pytest.mark.data
@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 7, 9, 10, 11, 12, 13, 14, 27])
def test_every_type_by_digitalmicrograph(data_dir: Path, number: int) -> None:
    for path in (data_dir / "dm" / "types").glob(f"test-{number}.dm?"):
        pixels = open_pixels(path, only_image(path))
        expected = np.ones(8) if number == 14 else np.arange(1, 9)
        assert pixels.reshape(-1).tolist() == expected.tolist()
