"""Calibrations and labels of TIFF files, as ImageJ and DigitalMicrograph write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import temstack as ts
from temstack.errors import UnsupportedDataError
from temstack.stack import label_stack

PIXELS = np.arange(60, dtype=np.uint16).reshape(3, 4, 5)


def imagej(path: Path, **metadata: Any) -> Path:
    tifffile.imwrite(path, PIXELS, imagej=True, resolution=(4, 2), metadata={"axes": "ZYX", **metadata})
    return path


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("unit", ["nm", "micron", "\\u00B5m", "pm"])
def test_imagej_has_one_unit_for_all_axes(tmp_path: Path, unit: str, lazy: bool) -> None:
    path = imagej(tmp_path / "a.tif", unit=unit, spacing=2.5)
    volume = ts.check_stack(ts.read(path, lazy=lazy))
    units = "µm" if "m" in unit and unit not in ("nm", "pm") else unit
    assert [volume[dim].attrs["units"] for dim in volume.dims] == [units] * 3
    assert [float(volume[dim][1]) for dim in volume.dims] == [2.5, 0.5, 0.25]
    np.testing.assert_array_equal(volume.values, PIXELS)


def test_imagej_frames_are_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS, imagej=True, metadata={"axes": "TYX", "finterval": 0.5, "unit": "nm"})
    assert ts.check_stack(ts.read(path)).time.values.tolist() == [0, 0.5, 1.0]


def test_labels_that_say_energies_are_the_axis(tmp_path: Path) -> None:
    stack = ts.check_stack(ts.read(imagej(tmp_path / "a.tif", Labels=["617 eV", "672 eV", "717 eV"])))
    assert stack.energy_loss.values.tolist() == [617, 672, 717]
    assert stack.label.values.tolist() == ["617 eV", "672 eV", "717 eV"]


def test_other_labels_are_kept(tmp_path: Path) -> None:
    stack = ts.check_stack(ts.read(imagej(tmp_path / "a.tif", Labels=["112,112", "134,101", ""])))
    assert stack.dims[0] == "plane"
    assert stack.label.values.tolist() == ["112,112", "134,101", ""]


@pytest.mark.parametrize(
    "options", [{"compression": "zlib"}, {"bigtiff": True}, {"byteorder": ">"}, {"tile": (16, 16)}]
)
def test_large_files_of_any_layout_stay_on_disk(tmp_path: Path, options: dict[str, Any]) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS, photometric="minisblack", **options)
    lazy = ts.read(path, lazy=True)
    assert lazy.chunks is not None
    assert lazy.dtype.isnative
    np.testing.assert_array_equal(lazy.values, PIXELS)
    np.testing.assert_array_equal(ts.read(path).values, PIXELS)


def test_more_files_than_may_be_open_can_stay_on_disk(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")  # Unix only
    for number in range(40):
        tifffile.imwrite(tmp_path / f"{number}.tif", PIXELS[0] + np.uint16(number))
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    stack = ts.read(tmp_path, lazy=True)
    open_now = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 10, before[1]))
    try:
        assert stack.values[:, 0, 0].tolist() == list(range(40))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def test_imagej_reads_what_we_write(tmp_path: Path) -> None:
    stack = label_stack(
        PIXELS, "energy_loss", plane_values=[617, 672, 717.5], pixel_size=(0.5, 0.25), pixel_units="µm", title="Fe L"
    )
    path = ts.write(stack, tmp_path / "a.tif")
    with tifffile.TiffFile(path) as tiff:
        assert tiff.is_imagej
        description = tiff.imagej_metadata
        assert description is not None
        assert description["Labels"] == ["617 eV", "672 eV", "717.5 eV"]
        assert description["unit"] == "\\u00B5m"
        assert tiff.pages[0].tags["XResolution"].value == (4, 1)
        assert tiff.pages[0].tags["YResolution"].value == (2, 1)
        np.testing.assert_array_equal(tiff.asarray(), PIXELS)


def test_axes_with_different_units_survive(tmp_path: Path) -> None:
    stack = label_stack(PIXELS, pixel_size=(3, 2), pixel_units="nm")
    stack["x"] = ("x", stack.x.values, {"units": "pm"})
    again = ts.read(ts.write(stack, tmp_path / "a.tif"))
    assert [(float(again[dim][1]), again[dim].units) for dim in ("y", "x")] == [(3, "nm"), (2, "pm")]


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers_do_not_fit(tmp_path: Path, dtype: str) -> None:
    with pytest.raises(UnsupportedDataError, match=r"a\.tif: a TIFF file cannot hold complex numbers"):
        ts.write(label_stack(PIXELS.astype(dtype)), tmp_path / "a.tif")
    assert not list(tmp_path.iterdir())


def test_more_than_4_gib_does_not_fit(tmp_path: Path) -> None:
    import dask.array as da

    huge = label_stack(da.zeros((1100, 1024, 1024), dtype=np.float32, chunks=(1, -1, -1)))
    with pytest.raises(
        UnsupportedDataError, match=r"a\.tif: is larger .* got 4613734400 bytes; expected less than 4 GiB"
    ):
        ts.write(huge, tmp_path / "a.tif")


@pytest.mark.parametrize("options", [{}, {"compression": "zlib"}, {"byteorder": ">"}])
@pytest.mark.parametrize("lazy", [False, True])
def test_three_planes_that_were_taken_for_colours_are_a_stack(
    tmp_path: Path, options: dict[str, Any], lazy: bool
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS, photometric="rgb", planarconfig="separate", **options)
    stack = ts.check_stack(ts.read(tmp_path / "a.tif", lazy=lazy))
    assert stack.dims == ("plane", "y", "x")
    np.testing.assert_array_equal(stack.values, PIXELS)
