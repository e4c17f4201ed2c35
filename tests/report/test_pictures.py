"""Pictures: contrast, size, scale bars, and what is on a contact sheet."""

import io

import matplotlib.image
import numpy as np
import pytest
import xarray as xr

from temstack.errors import OutputExistsError, SettingError, UnsupportedDataError
from temstack.report import contact_sheet, picture, scale_bar
from temstack.report.contact import sheet_png
from temstack.report.pictures import contrast_limits, displayable, reduced
from temstack.stack import label_stack


def _decoded(png: bytes) -> np.ndarray:
    return matplotlib.image.imread(io.BytesIO(png), format="png")[..., :3]


@pytest.mark.parametrize(
    ("width_px", "size", "units", "label", "length_px"),
    [
        (512, 0.5, "nm", "50 nm", 100),
        (1024, 0.042, "nm", "10 nm", 10 / 0.042),
        (1000, 4.0, "nm", "1 µm", 250),
        (2048, 0.00018, "nm", "50 pm", 0.05 / 0.00018),
        (256, 1.0, "px", "50 px", 50),
        (512, 0.02, "1/nm", "2 1/nm", 100),
    ],
)
def test_a_scale_bar_is_a_round_length_of_at_most_a_quarter_of_the_width(width_px, size, units, label, length_px):
    bar = scale_bar(width_px, size, units)
    assert bar.label == label
    assert bar.length_px == pytest.approx(length_px)
    assert width_px / 11 < bar.length_px <= width_px / 4


def test_hot_pixels_and_nan_do_not_decide_the_contrast():
    image = np.random.default_rng(0).normal(100, 10, (200, 200))
    image[5, 5], image[6, 6], image[7, 7] = 1e9, -1e9, np.nan
    low, high = contrast_limits(image)
    assert 60 < low < 90
    assert 110 < high < 140


@pytest.mark.parametrize("image", [np.zeros((9, 9)), np.full((9, 9), np.nan)], ids=["flat", "nothing but NaN"])
def test_an_image_without_contrast_still_has_two_limits(image):
    low, high = contrast_limits(image)
    assert high > low


def test_a_large_image_is_averaged_down_and_a_small_one_left_alone():
    large = np.arange(64.0 * 48).reshape(64, 48)
    small = reduced(large, 16)
    assert small.shape == (16, 12)
    assert small[0, 0] == large[:4, :4].mean()
    assert reduced(large, 64) is large
    assert reduced(np.ones((1, 4000)), 500).shape == (1, 4000)


def test_complex_planes_show_their_modulus_and_colour_stays_colour():
    assert displayable(np.array([[3 + 4j]]))[0, 0] == 5
    assert displayable(np.full((1, 1, 4), 255, np.uint8)).tolist() == [[[1.0, 1.0, 1.0]]]


def test_a_picture_has_the_size_asked_for_and_a_white_bar_of_the_right_length():
    png = picture(np.full((100, 200), 0.5), pixel_size=1.0, units="nm", limits=(0, 1), side_px=800)
    pixels = _decoded(png)
    assert pixels.shape[:2] == (400, 800)
    longest_white = max((pixels[row] > 0.97).all(axis=1).sum() for row in range(300, 400))
    assert longest_white == pytest.approx(50 * 4, abs=8)


@pytest.mark.parametrize("planes", [1, 2, 7, 250])
def test_a_contact_sheet_shows_every_plane_up_to_a_limit(planes):
    data = np.zeros((planes, 12, 16), np.float32)
    data[:, 4:8, 4:8] = 1
    stack = label_stack(data, "energy_loss", plane_values=480 + np.arange(planes), plane_units="eV")
    height, width = _decoded(sheet_png(stack)).shape[:2]
    assert width <= 1600
    assert height <= 2.5 * width


def test_every_plane_has_its_own_grey_scale_and_is_at_its_place():
    data = np.zeros((2, 40, 40), np.uint16)
    data[0, :, :20], data[1, :, 20:] = 60000, 1
    grey = _decoded(sheet_png(label_stack(data))).mean(axis=2)
    row = grey[grey.shape[0] // 2]
    width = len(row)
    bright = [row[int(width * part)] > 0.9 for part in (0.125, 0.375, 0.625, 0.875)]
    assert bright == [True, False, False, True]


@pytest.mark.parametrize(
    "array",
    [
        xr.DataArray(np.eye(20), dims=("y", "x"), coords={"y": np.arange(20.0), "x": np.arange(20.0)}),
        label_stack(np.full((2, 9, 9, 3), 200, np.uint8)),
        label_stack(np.ones((3, 9, 9), complex)),
        label_stack(np.full((2, 9, 9), np.nan)),
    ],
    ids=["image", "colour", "complex", "NaN"],
)
def test_every_kind_of_picture_can_be_shown(array):
    for dim in ("y", "x"):
        array[dim].attrs.setdefault("units", "px")
    assert _decoded(sheet_png(array)).size


def test_a_spectrum_image_is_shown_energy_by_energy():
    coords = {"y": np.arange(5.0), "x": np.arange(6.0), "energy_loss": np.arange(8.0)}
    cube = xr.DataArray(np.random.default_rng(0).random((5, 6, 8)), dims=("y", "x", "energy_loss"), coords=coords)
    for dim, units in (("y", "nm"), ("x", "nm"), ("energy_loss", "eV")):
        cube[dim].attrs["units"] = units
    assert _decoded(sheet_png(cube)).size


def test_a_spectrum_is_shown_as_its_plot():
    spectrum = xr.DataArray(np.ones(5), dims="energy_loss", coords={"energy_loss": np.arange(5.0)})
    assert _decoded(sheet_png(spectrum)).size


def test_data_of_four_dimensions_have_no_planes_to_show():
    with pytest.raises(UnsupportedDataError, match="has no planes to show"):
        sheet_png(xr.DataArray(np.ones((2, 2, 2, 2)), dims=("y", "x", "ky", "kx")))


def test_a_contact_sheet_is_a_png(tmp_path):
    with pytest.raises(SettingError, match=r"ends in \.png"):
        contact_sheet(label_stack(np.eye(8)[None]), tmp_path / "sheet.jpg")


def test_a_contact_sheet_is_not_replaced_unless_allowed(tmp_path):
    stack = label_stack(np.eye(8)[None])
    path = contact_sheet(stack, tmp_path / "sheet.png")
    with pytest.raises(OutputExistsError, match="already exists"):
        contact_sheet(stack, path)
    assert contact_sheet(stack, path, overwrite=True) == path
    assert [entry.name for entry in tmp_path.iterdir()] == ["sheet.png"]
