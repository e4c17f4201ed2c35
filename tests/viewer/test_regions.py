"""Regions: which pixels they hold, how they change, and that they are kept with their stack."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import temstack as ts
from temstack.errors import SettingError
from temstack.spectrum.areas import line_mask, polygon_mask
from temstack.stack import label_stack
from temstack.viewer.models.document import Document
from temstack.viewer.models.regions import Region, region_box

SHAPE = (20, 30)


def stack(**kwargs):
    pixels = np.arange(3 * 600, dtype=np.uint16).reshape(3, *SHAPE)
    return label_stack(pixels, "energy_loss", plane_values=[700, 710, 725], pixel_size=0.5, pixel_units="nm", **kwargs)


def whole(region, shape=SHAPE):
    return region.area(shape).whole_mask(shape)


def test_a_rectangle_holds_whole_pixels_half_open():
    region = Region("rectangle", ((7.6, 12.2), (2.4, 3.4)))
    assert region.box == (2, 3, 8, 12)
    assert whole(region).sum() == 6 * 9
    assert region.area(SHAPE).mask is None


def test_a_rectangle_is_never_without_a_pixel():
    assert Region("rectangle", ((4.2, 4.2), (4.3, 4.4))).box == (4, 4, 5, 5)


def test_an_ellipse_holds_about_its_area():
    region = Region("ellipse", ((10, 20), (90, 180)))
    assert region.area((100, 200)).n_pixels == pytest.approx(np.pi * 40 * 80, rel=2e-3)
    mask = whole(region, (100, 200))
    assert mask[50, 20]
    assert mask[10, 100]
    assert not mask[12, 22]


points = st.tuples(st.integers(0, 19), st.integers(0, 29))


@given(st.lists(points, min_size=3, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_polygon_holds_what_the_library_extracts(corners):
    region = Region("polygon", tuple((y + 0.5, x + 0.5) for y, x in corners))
    assert np.array_equal(whole(region), polygon_mask(stack(), corners))


@given(points, points, st.integers(1, 7))
@settings(max_examples=60, deadline=None)
def test_a_line_holds_what_the_library_extracts(start, end, width):
    region = Region("line", tuple((y + 0.5, x + 0.5) for y, x in (start, end)), width_px=width)
    assert np.array_equal(whole(region), line_mask(stack(), start, end, width_px=width))


def test_a_point_is_one_pixel():
    assert whole(Region("point", ((19.9, 0.2),)))[19, 0]
    assert whole(Region("point", ((19.9, 0.2),))).sum() == 1


def test_what_lies_outside_holds_nothing():
    assert Region("rectangle", ((30, 0), (40, 5))).area(SHAPE) is None
    assert Region("rectangle", ((15, 25), (40, 50))).area(SHAPE).box == (15, 25, 20, 30)


@pytest.mark.parametrize(
    ("kind", "given_points", "words"),
    [
        ("circle", [(0, 0), (1, 1)], "no known kind"),
        ("polygon", [(0, 0), (1, 1)], "expected 3 or more"),
        ("line", [(0, 0)], "got 1"),
        ("point", [(np.nan, 0)], "no number"),
    ],
)
def test_what_is_no_region_is_said(kind, given_points, words):
    with pytest.raises(SettingError, match=words):
        Region(kind, tuple(given_points))


def test_a_line_has_a_width():
    with pytest.raises(SettingError, match="width must be 1 px or more; got 0"):
        Region("line", ((0, 0), (4, 3)), width_px=0)
    assert Region("line", ((0, 0), (4, 3))).length_px == 5


def test_a_region_moved_out_stays_inside():
    regions = Document(stack()).regions
    grain = regions.add("rectangle", [(2, 3), (8, 12)])
    assert regions.change(grain.moved(100, -50)).box == (14, 0, 20, 9)
    corner = regions.add("point", [(0, 0)])
    assert regions.change(corner.moved(99, 99)).area(SHAPE).box == (19, 29, 20, 30)


def test_names_and_colours_differ():
    regions = Document(stack()).regions
    for _ in range(3):
        regions.add("rectangle", [(0, 0), (4, 4)])
    regions.remove(2)
    regions.add("rectangle", [(0, 0), (4, 4)])
    assert [each.name for each in regions] == ["rectangle 1", "rectangle 3", "rectangle 2"]
    assert len({each.colour for each in regions}) == 3


def test_signals_tell_what_happened():
    regions, told = Document(stack()).regions, []
    regions.added.connect(lambda region: told.append(("added", region.name)))
    regions.changed.connect(lambda region: told.append(("changed", region.name)))
    regions.removed.connect(lambda region: told.append(("removed", region.name)))
    regions.selection_changed.connect(lambda region: told.append(("selected", region and region.name)))
    grain = regions.add("ellipse", [(0, 0), (4, 4)])
    regions.rename(grain.number, "grain")
    regions.rename(grain.number, "  ")
    regions.remove(grain.number)
    assert told == [
        ("added", "ellipse 1"),
        ("selected", "ellipse 1"),
        ("changed", "grain"),
        ("selected", None),
        ("removed", "grain"),
    ]


def test_a_form_gets_the_selected_box():
    document = Document(stack())
    assert region_box(document.regions.selected, SHAPE) is None
    document.regions.add("line", [(2.5, 2.5), (2.5, 7.5)], width_px=3)
    assert region_box(document.regions.selected, SHAPE) == (1, 2, 4, 8)


def everything(document):
    document.regions.add("rectangle", [(2, 3), (8, 12)], name="matrix")
    document.regions.add("ellipse", [(2.5, 3), (8, 12.25)], name="Teilchen µ")
    document.regions.add("polygon", [(2, 3), (8, 12), (2.5, 9)])
    document.regions.add("line", [(2, 3), (8, 12)], width_px=2.5)
    document.regions.add("point", [(4.5, 5.5)])
    return [replace(each, number=0) for each in document.regions]


@pytest.mark.parametrize("suffix", [".zarr", ".dm4", ".dm3", ".tif"])
def test_regions_are_saved_with_the_stack(tmp_path, suffix):
    document = Document(stack())
    document.is_saved = True
    drawn = everything(document)
    assert not document.is_saved
    ts.write(document.data, tmp_path / f"a{suffix}")
    again = Document(ts.read(tmp_path / f"a{suffix}"))
    assert [replace(each, number=0) for each in again.regions] == drawn


def test_the_data_given_are_not_changed():
    data = stack()
    everything(Document(data))
    assert "regions" not in data.attrs


def test_regions_follow_a_crop_and_binning():
    from temstack.operations import run

    document = Document(stack())
    document.regions.add("rectangle", [(4, 6), (12, 16)])
    document.regions.add("point", [(19.5, 29.5)])
    cropped = Document(run("crop", document.data, region=(2, 4, 14, 24)))
    assert [each.box for each in cropped.regions] == [(2, 2, 10, 12)]
    binned = Document(run("bin_stack", document.data, y=2, x=2))
    assert [each.box for each in binned.regions] == [(2, 3, 6, 8), (9, 14, 10, 15)]


@pytest.mark.parametrize(("name", "how"), [("flip", {}), ("rotate_90", {"turns": 2}), ("rotate_90", {})])
def test_regions_do_not_survive_turning(name, how):
    from temstack.operations import run

    document = Document(stack())
    everything(document)
    assert len(Document(run(name, document.data, **how)).regions) == 0
    assert len(Document(run("project", document.data)).regions) == 5
    assert len(Document(run("project", document.data, axis="x")).regions) == 0


def test_calibrating_leaves_regions_alone():
    document = Document(stack())
    grain = document.regions.add("rectangle", [(4, 6), (12, 16)])
    finer = document.data.assign_coords(y=document.data.y * 0.1, x=document.data.x * 0.1)
    assert [each.box for each in Document(finer).regions] == [grain.box]


def test_regions_stay_when_data_without_any_come():
    document = Document(stack())
    grain = document.regions.add("rectangle", [(4, 6), (12, 16)])
    document.replace_data(stack() + 1)
    assert [each.number for each in document.regions] == [grain.number]
    assert "regions" in document.data.attrs
    document.replace_data(stack()[:, :10])
    assert len(document.regions) == 0


def test_spectra_have_no_regions():
    document = Document(ts.extract_spectrum(stack()))
    with pytest.raises(SettingError, match="needs an image"):
        document.regions.add("point", [(0, 0)])


def test_foreign_attributes_called_regions_do_no_harm():
    for kept in ("text", {"list": [{"kind": "blob", "points": []}]}, {"list": 3}, [1, 2]):
        data = stack()
        data.attrs["regions"] = kept
        assert len(Document(data).regions) == 0
