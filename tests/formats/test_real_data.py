"""Every file of the real data opens with the right axes, or says in one sentence why not."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import temstack as ts
from temstack.errors import TemstackError
from temstack.formats.kinds import IMAGE, RAW, find_kind
from temstack.stack.checking import check_array

pytestmark = pytest.mark.data

Axis = tuple[str, int, float, float, str]
"""Name, size, first position, step from the first to the second, units."""


@dataclass(frozen=True)
class Expected:
    dtype: str
    axes: list[Axis]
    first: float
    last: float


TABLE = {
    "dm/08_carbon.dm3": Expected("float32", [("energy_loss", 2048, 240, 0.1, "eV")], 21281.0, 8959.0),
    "dm/BF_001.dm3": Expected("float32", [("y", 128, 0, 0.0191087, "µm"), ("x", 128, 0, 0.0191087, "µm")], 0.0, 0.0),
    "dm/DMReader_EELS_STO.dm3": Expected("float32", [("energy_loss", 2048, 350, 0.25, "eV")], 185028.0, 23100.0),
    "dm/DMReader_EELS_STO.dm4": Expected("float32", [("energy_loss", 2048, 350, 0.25, "eV")], 185028.0, 23100.0),
    "dm/EELS_SI.dm4": Expected(
        "float32",
        [("energy_loss", 2048, 300, 1, "eV"), ("y", 2, 0, 0.001992074, "µm"), ("x", 2, 0, 0.001992074, "µm")],
        8473.006,
        115.013916,
    ),
    "dm/Fei HAADF-DE_location.dm3": Expected(
        "uint16", [("y", 4, 0, 0.005506073, "µm"), ("x", 16, 0, 0.005506073, "µm")], 3821, 3837
    ),
    "dm/HAADF.dm3": Expected(
        "uint16",
        [("tilt", 91, -90, 2, "deg"), ("y", 64, 0, 0.01799492, "µm"), ("x", 64, 0, 0.01799492, "µm")],
        524,
        515,
    ),
    "dm/JEOL HAADF Image.dm4": Expected(
        "float32", [("y", 112, 0, 0.001249014, "µm"), ("x", 112, 0, 0.001249014, "µm")], 3.9455148e07, 4.096881e07
    ),
    "dm/bismuth.dm3": Expected("int8", [("y", 256, 0, 8, "px"), ("x", 256, 0, 8, "px")], -98, -99),
    "dm/bismuth.dm4": Expected("int8", [("y", 256, 0, 8, "px"), ("x", 256, 0, 8, "px")], -98, -99),
    "dm/dmTest_3D_int16_64,65,66.dm3": Expected(
        "int16", [("plane", 66, 0, 4, "µm"), ("y", 65, 0, 3, "nm"), ("x", 64, 0, 2, "pm")], 0, 63
    ),
    "dm/dmTest_float32_nonSquare_diffPixelSize.dm3": Expected(
        "float32", [("y", 64, 0, 2, "Å"), ("x", 128, 0, 1, "nm")], 0.0, 127.0
    ),
    "dm/multi_signal.dm3": Expected(
        "uint16", [("y", 512, 0, 0.01775158, "nm"), ("x", 512, 0, 0.01775158, "nm")], 195, 3074
    ),
    "dm/nion/ref_F_0_1.dm3": Expected("float32", [("x", 3, 1, 2, "µ")], 0.0, 2.0),
    "dm/nion/ref_F_0_2.dm3": Expected("float32", [("y", 3, 1, 2, "µ"), ("x", 2, 1.1, 2.2, "µn")], 0.0, 5.0),
    "dm/nion/ref_F_1_1.dm3": Expected(
        "float32", [("plane", 2, 1.1, 2.2, "µn"), ("y", 1, 0, 0, "px"), ("x", 3, 1, 2, "µ")], 0.0, 5.0
    ),
    "dm/nion/ref_F_1_2.dm3": Expected(
        "float32", [("plane", 4, 1, 2, "µ"), ("y", 3, 1.1, 2.2, "µn"), ("x", 2, 1.2, 2.4, "µnn")], 0.0, 23.0
    ),
    "dm/nion/ref_F_2_1.dm3": Expected(
        "float32", [("plane", 5, 1.2, 2.4, "µnn"), ("y", 3, 1, 2, "µ"), ("x", 4, 1.1, 2.2, "µn")], 0.0, 59.0
    ),
    "dm/nion/ref_T_0_1.dm3": Expected(
        "float32", [("plane", 2, 1.1, 2.2, "µn"), ("y", 1, 0, 0, "px"), ("x", 3, 1, 2, "µ")], 0.0, 5.0
    ),
    "dm/nion/ref_T_0_2.dm3": Expected(
        "float32", [("plane", 3, 1, 2, "µ"), ("y", 4, 1.1, 2.2, "µn"), ("x", 5, 1.2, 2.4, "µnn")], 0.0, 59.0
    ),
    "dm/test-EELS_spectrum.dm3": Expected("float32", [("energy_loss", 2048, -100, 0.5, "eV")], -20.679565, -113.732056),
    "dm/test_STEM_image.dm3": Expected(
        "uint32", [("y", 68, 42.5, 0.248538, "nm"), ("x", 68, 51.44737, 0.248538, "nm")], 33121, 32683
    ),
    "dm/test_diffraction_pattern.dm3": Expected(
        "int32", [("y", 87, 131.8712, 0.1744329, "1/nm"), ("x", 87, 137.1042, 0.1744329, "1/nm")], 834, 923
    ),
    "dm/test_stackbuilder_imagestack.dm3": Expected(
        "uint32", [("plane", 3, 0, 1, ""), ("y", 2, 0, 0.0599829, "µm"), ("x", 16, 0, 0.0599829, "µm")], 606491, 601887
    ),
    "eftem/Drift-Stack_max64px.tif": Expected(
        "float32", [("plane", 10, 0, 1, ""), ("y", 256, 0, 1, "px"), ("x", 256, 0, 1, "px")], 0.0, 0.0
    ),
    "eftem/EELS_C_K-edge.msa": Expected(
        "float64", [("energy_loss", 2048, 222.1144, 0.06043513, "eV")], 126894.1, 126435.0
    ),
    "eftem/EFTEM-Stack_Fe_50counts.tif": Expected(
        "float32", [("energy_loss", 4, 617, 55, "eV"), ("y", 256, 0, 1, "px"), ("x", 256, 0, 1, "px")], 169.0, 184.0
    ),
    "eftem/FeCr_low-loss.msa": Expected(
        "float64", [("energy_loss", 6673, -39.8547, 0.0389206, "eV")], 10631.41, 6803.583
    ),
    "other/03_Scanning Preview.emi": Expected(
        "uint16",
        [("plane", 5, 0, 1, ""), ("y", 128, -24.59856, 0.3843525, "nm"), ("x", 128, -24.59856, 0.3843525, "nm")],
        3514,
        4542,
    ),
    "other/03_Scanning Preview_1.ser": Expected(
        "uint16",
        [("plane", 5, 0, 1, ""), ("y", 128, -24.59856, 0.3843525, "nm"), ("x", 128, -24.59856, 0.3843525, "nm")],
        3514,
        4542,
    ),
    "other/16_STOimage_1.ser": Expected(
        "uint16", [("y", 1024, -5.126505, 0.0100127, "nm"), ("x", 1024, -5.126505, 0.0100127, "nm")], 18024, 18416
    ),
    "other/64x64x5_TEM_preview.emi": Expected(
        "float32",
        [("plane", 5, 0, 1, ""), ("y", 64, -201.0187, 6.281834, "nm"), ("x", 64, -201.0187, 6.281834, "nm")],
        2624.097,
        2348.5732,
    ),
    "other/64x64x5_TEM_preview_1.ser": Expected(
        "float32",
        [("plane", 5, 0, 1, ""), ("y", 64, -201.0187, 6.281834, "nm"), ("x", 64, -201.0187, 6.281834, "nm")],
        2624.097,
        2348.5732,
    ),
    "other/Camera Ceta Imaging Micro.emd": Expected(
        "int16", [("y", 512, -803.5423, 3.138837, "nm"), ("x", 512, -803.5423, 3.138837, "nm")], -6, -2
    ),
    "other/ROI_Random_Scan_movie.mrc": Expected(
        "uint16", [("plane", 348, 0, 1, ""), ("y", 16, 0, 1, "px"), ("x", 16, 0, 1, "px")], 727, 1476
    ),
    "other/fei_example_tem_stack.emd": Expected(
        "int16",
        [("time", 2, 0, 0.8, "s"), ("y", 3, -16738.06, 8.172883, "pm"), ("x", 3, -16738.06, 8.172883, "pm")],
        0,
        17,
    ),
    "other/test_dm_image_um_unit.dm3": Expected(
        "int32", [("y", 68, 128.1928, 0.1686747, "µm"), ("x", 68, 139.6626, 0.1686747, "µm")], 3465, 3319
    ),
    "other/test_loading_image_saved_with_DM_stack.tif": Expected(
        "float32", [("time", 2, 0, 2.5, "s"), ("y", 68, 0, 1.68674, "µm"), ("x", 68, 0, 0.168674, "µm")], 3465.0, 3319.0
    ),
    "other/test_loading_image_saved_with_imageJ_stack.tif": Expected(
        "float32",
        [("plane", 2, 0, 2.5, "µm"), ("y", 68, 0, 0.1686747, "µm"), ("x", 68, 0, 0.1686747, "µm")],
        3465.0,
        3319.0,
    ),
    "spectrum-images/CuZn_EELS_mapping_tutorial.hspy": Expected(
        "int16",
        [("y", 50, 0, 0.9213861, "nm"), ("x", 40, 0, 0.9213861, "nm"), ("energy_loss", 162, 700, 8, "eV")],
        6080,
        624,
    ),
    "spectrum-images/CuZn_HAADF.hspy": Expected(
        "uint16", [("y", 50, 0, 0.9213861, "nm"), ("x", 40, 0, 0.9213861, "nm")], 421, 623
    ),
    "spectrum-images/DMReader_Image_SI-Survey.dm3": Expected(
        "uint32", [("y", 512, 0, 1, "px"), ("x", 512, 0, 1, "px")], 2884032, 2985239
    ),
    "spectrum-images/DMReader_SI-HAADF.dm3": Expected(
        "float32", [("y", 1568, 0, 0.03125, "px"), ("x", 192, 0, 0.03125, "px")], 1792.8827, 1775.8762
    ),
    "spectrum-images/DMReader_SpectrumImage_SI-EELS.dm3": Expected(
        "float32", [("energy_loss", 1024, 350, 0.5, "eV"), ("y", 49, 0, 1, "px"), ("x", 6, 0, 1, "px")], 4271.0, 598.0
    ),
    "spectrum-images/IDP_EDX_map.bcf": Expected(
        "uint8",
        [
            ("y", 256, 0, 0.01308144, "µm"),
            ("x", 256, 0, 0.01308144, "µm"),
            ("energy", 2048, -0.4708912, 0.010003, "keV"),
        ],
        0,
        0,
    ),
    "spectrum-images/LSMO_STO_linescan.hspy": Expected(
        "float32", [("x", 10, 0, 3.15224, "nm"), ("energy_loss", 512, 395, 1, "eV")], 378574.25, 55112.227
    ),
    "spectrum-images/LSMO_STO_linescan_low_loss.hspy": Expected(
        "float32", [("x", 10, 0, 3.15224, "nm"), ("energy_loss", 512, -50, 1, "eV")], 430.39917, 266.52856
    ),
    "spectrum-images/LSMO_linescan.hspy": Expected(
        "float32", [("x", 40, 0, 0.003219017, "µm"), ("energy_loss", 586, 428.5, 0.5, "eV")], 210322.86, 149422.56
    ),
    "spectrum-images/LSMO_linescan_low_loss.hspy": Expected(
        "float32", [("x", 40, 0, 0.003219017, "µm"), ("energy_loss", 1024, -50, 0.5, "eV")], 89.590576, 362.188
    ),
    "spectrum-images/SiO2 EDS Spectrum Image.hspy": Expected(
        "uint32",
        [("y", 128, 0, 0.008552446, "µm"), ("x", 128, 0, 0.008552446, "µm"), ("energy", 2048, 0, 0.01, "keV")],
        0,
        0,
    ),
    "spectrum-images/SiO2 HAADF Image.hspy": Expected(
        "float32", [("y", 128, 0, 0.008552446, "µm"), ("x", 128, 0, 0.008552446, "µm")], 1.3937032e06, 1.0835964e06
    ),
    "tilt-series/HAADF.mrc": Expected(
        "uint16", [("tilt", 77, -76, 2, "deg"), ("y", 256, 0, 3.36, "nm"), ("x", 256, 0, 3.36, "nm")], 892, 882
    ),
    "tilt-series/IDP_HAADF_15tilts.tif": Expected(
        "uint16", [("tilt", 15, -35, 5, "deg"), ("y", 256, 0, 1, "px"), ("x", 256, 0, 1, "px")], 60397, 9144
    ),
    "time-lapse/stem_abf_data_imagestack.hspy": Expected(
        "uint16",
        [("plane", 5, 10, 1, ""), ("y", 512, 0, 0.009202398, "nm"), ("x", 512, 0, 0.009202398, "nm")],
        43658,
        52239,
    ),
}

TYPES = {1: "int16", 2: "float32", 3: "complex64", 5: "complex64", 6: "uint8", 7: "int32", 8: "uint8", 9: "int8"}
TYPES |= {10: "uint16", 11: "uint32", 12: "float64", 13: "complex128", 14: "bool", 23: "uint8", 27: "complex64"}

PICTURES = {
    "time-lapse/Ti-heating": (7, 2048, "1733New.png"),
    "time-lapse/Ti-heating-captioned": (17, 660, "Chip-4-Heat-1-Frame-1770-Cropped.png"),
}

SEVERAL = {"dm/multi_signal.dm3": "Plot", "spectrum-images/IDP_EDX_map.bcf": "HAADF"}
"""Files with several sets of data, and the title of one that is left out."""


def read_quietly(path: Path, **options: object) -> xr.DataArray:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*sets of data")
        return ts.read(path, **options)


@pytest.mark.parametrize("lazy", [False, True])
@pytest.mark.parametrize("name", TABLE)
def test_file_opens_with_the_right_axes(data_dir: Path, name: str, lazy: bool) -> None:
    expected = TABLE[name]
    array = check_array(read_quietly(data_dir / name, lazy=lazy))
    assert array.dtype == expected.dtype
    assert array.dims == tuple(axis[0] for axis in expected.axes)
    for dim, size, first, step, units in expected.axes:
        coord = array[dim]
        assert (coord.size, coord.attrs["units"]) == (size, units)
        np.testing.assert_allclose(coord.values[0], first, rtol=1e-6)
        if size > 1:
            np.testing.assert_allclose(coord.values[1] - coord.values[0], step, rtol=1e-5)
    corner = array.values.ravel()
    np.testing.assert_allclose([corner[0], corner[-1]], [expected.first, expected.last], rtol=1e-6)


def test_the_table_names_every_file(data_dir: Path) -> None:
    found = {path for path in data_dir.rglob("*") if find_kind(path) not in (None, RAW, IMAGE)}
    names = {path.relative_to(data_dir).as_posix() for path in found if "types" not in path.parts}
    assert names - set(TABLE) == {"spectrum-images/EMDReader_SpectrumImage_Si.emd"}


def test_x_ray_map_of_velox_opens_or_names_the_missing_package(data_dir: Path) -> None:
    path = data_dir / "spectrum-images" / "EMDReader_SpectrumImage_Si.emd"
    try:
        array = read_quietly(path)
    except TemstackError as err:
        assert "pip install sparse" in str(err)  # noqa: PT017 - either outcome is right
    else:
        assert array.dims[-1] == "energy"


@pytest.mark.parametrize("name", SEVERAL)
def test_what_is_left_out_of_a_file_is_said(data_dir: Path, name: str) -> None:
    with pytest.warns(UserWarning, match=f"left out .*'{SEVERAL[name]}'"):
        ts.read(data_dir / name)
    assert read_quietly(data_dir / name, dataset=SEVERAL[name]).name == SEVERAL[name]
    assert len(ts.read_all(data_dir / name)) == 2


@pytest.mark.parametrize("number", TYPES)
def test_every_pixel_type_of_dm(data_dir: Path, number: int) -> None:
    paths = sorted((data_dir / "dm" / "types").glob(f"test-{number}.dm*"))
    assert paths
    for path in paths:
        array = ts.read(path)
        assert array.dtype == TYPES[number]
        values = array.values
        if "channel" in array.dims:
            assert array.channel.values.tolist() == ["red", "green", "blue", "alpha"]
            values = values[..., 0]
        wanted = np.ones(8) if values.dtype == bool else np.arange(1, 9)
        np.testing.assert_array_equal(values.ravel(), wanted)


@pytest.mark.parametrize("folder", PICTURES)
def test_pictures_in_a_folder_are_a_grey_stack(data_dir: Path, folder: str) -> None:
    planes, size, first = PICTURES[folder]
    stack = ts.check_stack(ts.read(data_dir / folder))
    assert (stack.dims, stack.shape, stack.dtype) == (("plane", "y", "x"), (planes, size, size), np.uint8)
    assert stack.label.values[0] == first
    assert stack.label.values.tolist() == sorted(stack.label.values.tolist())


def test_focal_series_of_raw_files(data_dir: Path) -> None:
    stack = ts.read(data_dir / "focal-series", shape=(512, 512), dtype="<f4", axis="defocus", start=-270, step=6.2)
    assert ts.check_stack(stack).shape == (30, 512, 512)
    np.testing.assert_allclose(stack.defocus.values[[0, -1]], [-270, -90.2])
    assert abs(float(stack.mean()) - 1.17) < 0.01
    paths = sorted((data_dir / "focal-series").glob("*.raw"))
    by_list = ts.read(paths, shape=(512, 512), dtype="<f4", lazy=True)
    np.testing.assert_array_equal(by_list[29].values, stack[29].values)


def test_multiple_exposures_of_raw_files(data_dir: Path) -> None:
    stack = ts.read(str(data_dir / "multi-exposure" / "img_*.raw"), shape=(512, 512), dtype="<u2")
    assert (stack.shape, stack.dtype) == ((8, 512, 512), np.uint16)
    assert stack.label.values.tolist() == [f"img_{number}.raw" for number in range(1, 9)]


def test_energies_and_positions_in_slice_labels(data_dir: Path) -> None:
    energies = ts.read(data_dir / "eftem" / "EFTEM-Stack_Fe_50counts.tif")
    assert energies.energy_loss.values.tolist() == [617, 672, 694, 717]
    assert energies.attrs["signal_type"] == "EELS"
    positions = ts.read(data_dir / "eftem" / "Drift-Stack_max64px.tif")
    assert positions.label.values[1] == "134,101"
    rows, columns = np.nonzero(positions[1].values)
    assert (columns.min(), rows.min()) == (134, 101)


def test_signed_counts_of_fei_are_shifted_back_as_their_header_proves(data_dir: Path) -> None:
    stack = ts.read(data_dir / "tilt-series" / "HAADF.mrc")
    assert stack.dtype == np.uint16
    means = stack.attrs["tags"]["fei_header"]["mean_int"][:77]
    np.testing.assert_allclose(stack.mean(("y", "x")).values, means, rtol=1e-4)
    assert stack.attrs["history"][0]["parameters"] == {"counts": 32768}


def test_tags_of_dm_files_keep_their_names(data_dir: Path) -> None:
    path = data_dir / "spectrum-images" / "DMReader_SpectrumImage_SI-EELS.dm3"
    array = ts.read(path)
    assert array.attrs["tags"]["Meta Data"]["Signal"] == "EELS"
    assert array.attrs["high_tension_kv"] == 200


def test_spectrum_image_survives_dm4(data_dir: Path, tmp_path: Path) -> None:
    from temstack.stack.tags import same_tags

    array = ts.read(data_dir / "spectrum-images" / "DMReader_SpectrumImage_SI-EELS.dm3")
    again = ts.read(ts.write(array, tmp_path / "again.dm4"))
    np.testing.assert_array_equal(again.values, array.values)
    for dim in array.dims:
        assert again[dim].identical(array[dim])
    assert same_tags(again.attrs["tags"], array.attrs["tags"])


def test_origins_of_tia_images_are_in_the_units_of_the_axis(data_dir: Path) -> None:
    image = ts.read(data_dir / "other" / "16_STOimage_1.ser")
    # The middle of the image is the middle of the scan, up to half a pixel.
    assert abs(float(image.x.mean())) < float(image.x[1] - image.x[0])
