"""Tilts, calibrations and counts of MRC files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.errors import DamagedFileError, OutputExistsError
from temstack.formats.write_mrc import HEADER
from temstack.stack import label_stack

TILTS = [-60.0, 0.0, 61.5]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    stack = label_stack(np.zeros((3, 4, 5), dtype=np.float32), pixel_size=0.336, pixel_units="nm")
    return ts.write(stack, tmp_path / "series.mrc")


def test_the_header_has_the_size_of_the_standard() -> None:
    assert HEADER.itemsize == 1024


def test_without_tilts_planes_are_counted(path: Path) -> None:
    stack = ts.check_stack(ts.read(path))
    assert stack.dims == ("plane", "y", "x")
    np.testing.assert_allclose(stack.x.values, 0.336 * np.arange(5), rtol=1e-12)


@pytest.mark.parametrize("name", ["series.rawtlt", "series.tlt", "series.mrc.mdoc", "series.mdoc"])
def test_tilts_are_in_the_file_beside(path: Path, name: str) -> None:
    text = "".join(f"[ZValue = {i}]\nTiltAngle = {t}\n" for i, t in enumerate(TILTS))
    (path.parent / name).write_text(text if "mdoc" in name else "\n".join(f" {tilt:.2f}" for tilt in TILTS))
    stack = ts.check_stack(ts.read(path))
    assert stack.tilt.values.tolist() == TILTS


@pytest.mark.parametrize(
    ("text", "message"),
    [("1 2", "got 2; expected 3, one for each plane"), ("one two three", "does not hold tilts; got 'one")],
)
def test_tilts_that_do_not_fit_are_said(path: Path, text: str, message: str) -> None:
    path.with_suffix(".rawtlt").write_text(text)
    with pytest.raises(DamagedFileError, match=rf"series\.rawtlt: .*{message}"):
        ts.read(path)


def test_tilts_are_written_beside(tmp_path: Path) -> None:
    stack = label_stack(np.zeros((3, 4, 5), dtype=np.float32), "tilt", plane_values=TILTS)
    written = ts.write(stack, tmp_path / "series.mrc")
    assert ts.read(written).tilt.values.tolist() == TILTS


def test_tilts_of_others_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "series.rawtlt").write_text("1 2 3")
    stack = label_stack(np.zeros((3, 4, 5), dtype=np.float32), "tilt", plane_values=TILTS)
    with pytest.raises(OutputExistsError, match=r"series\.rawtlt: already exists"):
        ts.write(stack, tmp_path / "series.mrc")
    assert not (tmp_path / "series.mrc").exists()
    assert ts.read(ts.write(stack, tmp_path / "series.mrc", overwrite=True)).tilt.values.tolist() == TILTS


def test_a_volume_keeps_its_depth(tmp_path: Path) -> None:
    volume = label_stack(
        np.zeros((3, 4, 5), dtype=np.float32), plane_values=[0, 2, 4], plane_units="nm", pixel_size=2, pixel_units="nm"
    )
    again = ts.read(ts.write(volume, tmp_path / "volume.mrc"))
    assert again.plane.identical(volume.plane)


def test_statistics_in_the_header_are_those_of_the_pixels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).normal(100, 7, (3, 4, 5)).astype(np.float32)
    written = ts.write(label_stack(pixels), tmp_path / "a.mrc")
    header = np.fromfile(written, dtype=HEADER, count=1)[0]
    statistics = [header[name] for name in ("minimum", "maximum", "mean", "rms")]
    np.testing.assert_allclose(statistics, [pixels.min(), pixels.max(), pixels.mean(), pixels.std()], rtol=1e-5)


def test_other_programs_see_the_same(path: Path) -> None:
    from ncempy.io.mrc import mrcReader

    pixels = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    written = ts.write(label_stack(pixels, pixel_size=0.336, pixel_units="nm"), path, overwrite=True)
    seen = mrcReader(str(written))
    np.testing.assert_array_equal(seen["data"], pixels)
    np.testing.assert_allclose(seen["pixelSize"][1:], [3.36, 3.36], rtol=1e-6)


def fei_file(path: Path, pixels: np.ndarray, means: list[float]) -> Path:
    """Write what FEI's software writes: an extended header with tilts, exposures and means."""
    header = np.zeros(1, dtype=HEADER)
    planes, rows, columns = pixels.shape
    header["size"] = header["sampling"] = (columns, rows, planes)
    header["mode"], header["extended_bytes"] = 1, 131072
    names = ["a_tilt", "b_tilt", "xs", "ys", "zs", "xd", "yd", "defocus", "exposure", "mean", "axis", "pixel", "mag"]
    extended = np.zeros(1024, dtype=[(name, "<f4") for name in names] + [("empty", "V76")])
    extended["a_tilt"][:planes], extended["mean"][:planes] = TILTS, means
    extended["exposure"][:planes], extended["pixel"][:planes] = 0.5, 3.36e-9
    path.write_bytes(header.tobytes() + extended.tobytes() + pixels.astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("lazy", [False, True])
def test_counts_that_fei_made_signed_are_shifted_back(tmp_path: Path, lazy: bool) -> None:
    counts = np.arange(60, dtype=np.int64).reshape(3, 4, 5) * 1000
    means = counts.mean(axis=(1, 2)).tolist()
    stack = ts.check_stack(ts.read(fei_file(tmp_path / "a.mrc", counts - 32768, means), lazy=lazy))
    assert stack.dtype == np.uint16
    np.testing.assert_array_equal(stack.values, counts)
    assert stack.attrs["history"][0]["operation"] == "add_to_counts"
    assert stack.tilt.values.tolist() == TILTS
    assert stack.exposure_s.values.tolist() == [0.5] * 3
    assert float(stack.x[1]) == 3.36


def test_counts_whose_mean_is_their_own_are_left_alone(tmp_path: Path) -> None:
    counts = np.arange(60, dtype=np.int64).reshape(3, 4, 5) - 20
    stack: xr.DataArray = ts.read(fei_file(tmp_path / "a.mrc", counts, counts.mean(axis=(1, 2)).tolist()))
    assert stack.dtype == np.int16
    np.testing.assert_array_equal(stack.values, counts)
    assert "history" not in stack.attrs
