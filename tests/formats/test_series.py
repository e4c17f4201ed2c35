"""Many files as one stack: which files, in which order, and what is known about each plane."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import imageio.v3 as imageio
import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.errors import DamagedFileError, FormatError, InputMissingError, SettingError, UnsupportedDataError
from temstack.formats.series import files_of
from temstack.stack import label_stack, pixel_size


def image(value: float = 0, size: tuple[int, int] = (4, 5), pixel_nm: float = 0.2, **attrs: Any) -> xr.DataArray:
    pixels = np.full((1, *size), value, dtype=np.float32)
    return label_stack(pixels, pixel_size=pixel_nm, pixel_units="nm", **attrs)[0].drop_vars("plane")


def dm_tags(energy_ev: float, exposure_s: float, time: str) -> dict[str, Any]:
    """Tags as GMS writes them into a single energy-filtered image."""
    return {
        "DataBar": {
            "Acquisition Date": "8/29/2017",
            "Acquisition Time": time,
            "Exposure Time (s)": np.float32(exposure_s),
        },
        "EELS Spectrometer": {"Energy loss (eV)": np.float32(energy_ev)},
        "Microscope Info": {"Voltage": np.float32(200000)},
    }


@pytest.fixture
def eftem_folder(tmp_path: Path) -> Path:
    """Four DM images, of which number 10 comes after number 9, at uneven energies; the last was taken first."""
    folder = tmp_path / "Fe-L"
    folder.mkdir()
    rows = [
        (8, 617.0, 1, "1:58:40 PM"),
        (9, 672.0, 2, "1:58:50 PM"),
        (10, 694, 4, "1:59:00 PM"),
        (11, 717.5, 4, "1:58:30 PM"),
    ]
    for number, energy, exposure, time in rows:
        ts.write(image(number, tags=dm_tags(energy, exposure, time)), folder / f"slit_{number}.dm4")
    return folder


@pytest.mark.parametrize("lazy", [False, True])
def test_single_dm_files_are_an_eftem_series(eftem_folder: Path, lazy: bool) -> None:
    stack = ts.check_stack(ts.read(eftem_folder, lazy=lazy))
    assert (stack.chunks is not None) == lazy
    assert stack.energy_loss.values.tolist() == [617, 672, 694, 717.5]
    assert stack.exposure_s.values.tolist() == [1, 2, 4, 4]
    assert stack.time.values.tolist() == [0, 10, 20, -10]
    assert stack.values[:, 0, 0].tolist() == [8, 9, 10, 11]
    assert stack.label.values[2] == "slit_10.dm4"
    assert (stack.attrs["signal_type"], stack.attrs["high_tension_kv"]) == ("EELS", 200)
    assert stack.name == "slit"
    assert pixel_size(stack) == ((0.2, 0.2), "nm")


def test_planes_without_energies_are_in_time(tmp_path: Path) -> None:
    for number, time in enumerate(["1:00:00 PM", "1:00:30 PM", "1:01:00 PM"]):
        ts.write(image(number, tags=dm_tags(0, 0.5, time)), tmp_path / f"{number}.dm3")
    stack = ts.check_stack(ts.read(tmp_path))
    assert stack.time.values.tolist() == [0, 30, 60]
    assert stack.exposure_s.values.tolist() == [0.5] * 3


def test_the_jitter_of_an_idle_stage_is_no_tilt_axis(tmp_path: Path) -> None:
    for number, tilt in enumerate([0.01, 0.02, 0.015]):
        ts.write(image(number).assign_attrs(tilt_deg=tilt), tmp_path / f"{number}.dm4")
    stack = ts.read(tmp_path)
    assert stack.dims[0] == "plane"
    assert stack.tilt_deg.values.tolist() == [0.01, 0.02, 0.015]


def test_windows_recorded_twice_are_an_energy_axis(tmp_path: Path) -> None:
    for number, energy in enumerate([600.0, 600.0, 708.0]):
        ts.write(image(number).assign_attrs(energy_loss_ev=energy), tmp_path / f"{number}.dm4")
    assert ts.read(tmp_path).energy_loss.values.tolist() == [600, 600, 708]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number in (1, 2, 10):
        imageio.imwrite(tmp_path / f"img_{number}.png", np.full((3, 4), number, dtype=np.uint8))
    return tmp_path


def test_a_folder_a_pattern_and_a_list_are_the_same(pictures: Path) -> None:
    by_folder = ts.read(pictures)
    assert by_folder.values[:, 0, 0].tolist() == [1, 2, 10]
    by_shell = sorted(pictures.iterdir())  # img_1, img_10, img_2
    for source in (str(pictures / "img_*.png"), by_shell, [str(path) for path in by_shell]):
        assert ts.read(source).identical(by_folder)


def test_a_list_in_an_order_of_its_own_keeps_it(pictures: Path) -> None:
    paths = [pictures / f"img_{number}.png" for number in (10, 1, 2)]
    assert ts.read(paths).values[:, 0, 0].tolist() == [10, 1, 2]


def test_pictures_can_stay_on_disk(pictures: Path) -> None:
    stack = ts.read(pictures, lazy=True)
    assert stack.chunks is not None
    np.testing.assert_array_equal(stack.values, ts.read(pictures).values)


def test_one_file_in_a_list_is_read_as_itself(pictures: Path) -> None:
    assert ts.read([pictures / "img_1.png"]).dims == ("y", "x")


def test_the_axis_can_be_said(pictures: Path) -> None:
    stack = ts.read(pictures, axis="time", values=[0, 1, 5])
    assert ts.check_stack(stack).time.values.tolist() == [0, 1, 5]


@pytest.mark.parametrize("lazy", [False, True])
def test_images_of_different_sizes_are_named(pictures: Path, lazy: bool) -> None:
    imageio.imwrite(pictures / "img_3.png", np.zeros((3, 5), dtype=np.uint8))
    message = r"got img_1\.png with 3 × 4 and img_3\.png with 3 × 5 pixels"
    with pytest.raises(FormatError, match=message):
        ts.read(pictures, lazy=lazy).load()


def test_a_stack_among_images_is_named(tmp_path: Path) -> None:
    ts.write(image(), tmp_path / "a1.dm4")
    ts.write(label_stack(np.zeros((2, 4, 5), dtype=np.float32)), tmp_path / "a2.dm4")
    with pytest.raises(UnsupportedDataError, match=r"a2\.dm4: cannot be one plane .* got dimensions plane 2, y 4, x 5"):
        ts.read(tmp_path)


def test_files_of_several_kinds_are_named(pictures: Path) -> None:
    ts.write(image(), pictures / "a.dm4")
    with pytest.raises(FormatError, match=r"holds files of several kinds; got 1 × \.dm4, 3 × \.png; name the files"):
        ts.read(pictures)
    with pytest.raises(FormatError, match=r"got a\.dm4 \(DigitalMicrograph\) and img_1\.png \(image\)"):
        ts.read([pictures / "a.dm4", pictures / "img_1.png"])


def test_another_pixel_size_is_said(tmp_path: Path) -> None:
    ts.write(image(), tmp_path / "a1.dm4")
    ts.write(image(pixel_nm=0.4), tmp_path / "a2.dm4")
    with pytest.warns(UserWarning, match=r"a2\.dm4: its pixel size differs from that of a1\.dm4"):
        ts.read(tmp_path)


def test_a_damaged_file_in_a_series_is_named(eftem_folder: Path) -> None:
    (eftem_folder / "slit_9.dm4").write_bytes((eftem_folder / "slit_9.dm4").read_bytes()[:300])
    with pytest.raises(DamagedFileError, match=r"slit_9\.dm4"):
        ts.read(eftem_folder)


def test_nothing_to_read_is_said() -> None:
    with pytest.raises(InputMissingError, match="the list of files: is empty"):
        ts.read([])


def test_a_dataset_cannot_be_chosen_in_a_series(pictures: Path) -> None:
    with pytest.raises(SettingError, match="can be chosen in one file only"):
        ts.read(pictures, dataset=1)


def test_emi_files_bring_their_own_ser_files(tmp_path: Path) -> None:
    for name in ("a.emi", "a_1.ser", "b_1.ser"):
        (tmp_path / name).touch()
    assert [path.name for path in files_of(tmp_path)] == ["a.emi", "b_1.ser"]


def test_an_absolute_pattern_and_one_with_folders(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(pictures, pictures / "inside")
    monkeypatch.chdir(pictures)
    assert len(files_of("inside/img_?.png")) == 2
    assert len(files_of(str(pictures / "*" / "*.png"))) == 3
