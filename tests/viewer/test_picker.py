"""The spectrum picker: the sums of regions, exact and fast, and the curves made of them."""

import gc
import threading
import time
import weakref

import numpy as np
import pytest

import temstack as ts
from temstack.errors import StackError
from temstack.stack import label_stack
from temstack.viewer.models.area_sums import AreaSums, OvertakenError, tile_sums
from temstack.viewer.models.curves import curve_of, to_csv
from temstack.viewer.models.document import Document
from temstack.viewer.models.picker import Picker
from temstack.viewer.models.regions import Area, Region

ENERGIES = [700.0, 710.0, 725.0, 730.0, 780.0]


def stack(shape=(40, 50), dtype=np.uint16, **kwargs):
    rng = np.random.default_rng(5)
    pixels = rng.poisson(200, (5, *shape)).astype(dtype)
    scale = {"scale": [1.0, 0.5, 0.25, 2.0, 1.0]}
    return label_stack(pixels, "energy_loss", plane_values=ENERGIES, per_plane=scale, title="Fe series", **kwargs)


def at_once(call):
    call()


@pytest.fixture
def opened():
    """Documents and their pickers."""
    pickers = []

    def open_(data):
        document = Document(data)
        picker = Picker(document, at_once)
        pickers.append(picker)
        return document, picker

    yield open_
    for picker in pickers:
        picker.close()


KINDS = [
    ("rectangle", [(3, 5), (20, 41)], 1),
    ("ellipse", [(2.5, 3), (38, 45.5)], 1),
    ("polygon", [(1, 1), (38, 20), (10, 48), (5, 30)], 1),
    ("line", [(2, 3), (35, 47)], 4),
    ("point", [(4.5, 5.5)], 1),
]


@pytest.mark.parametrize(("kind", "points", "width"), KINDS)
@pytest.mark.parametrize("how", ["stack", "spectrum image", "lazy", "lazy spectrum image"])
def test_spectra_are_those_of_the_library(opened, kind, points, width, how):
    data = stack()
    if "spectrum image" in how:
        data = data.transpose("y", "x", "energy_loss").copy()
    if "lazy" in how:
        data = data.chunk({data.dims[0]: 7 if "image" in how else 2})
    document, picker = opened(data)
    region = document.regions.add(kind, points, width_px=width)
    assert picker.wait()
    mask = region.area((40, 50)).whole_mask((40, 50))
    for is_mean in (False, True):
        picker.is_mean = is_mean
        wanted = ts.extract_spectrum(data, mask=mask, mean=is_mean)
        found = picker.spectrum(region)
        np.testing.assert_allclose(found, wanted, rtol=1e-12)
        np.testing.assert_allclose(found.standard_error, wanted.standard_error, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.float32, np.uint32, np.int64, bool])
@pytest.mark.parametrize("layout", ["planes first", "planes last"])
def test_tiles_change_nothing(dtype, layout):
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 2, (70, 200, 190)).astype(dtype)
    if np.issubdtype(dtype, np.integer):
        pixels *= dtype(np.iinfo(dtype).max if np.iinfo(dtype).bits < 32 else 2**30)
    data = label_stack(pixels, "energy_loss", plane_values=np.arange(70.0))
    if layout == "planes last":
        data = data.transpose("y", "x", "energy_loss").copy()
    sums = AreaSums(data)
    for kind, points, width in KINDS:
        scaled = [(y * 4.9, x * 3.7) for y, x in points]
        area = Region(kind, tuple(scaled), width_px=width * 5).area((200, 190))
        wanted = np.array([area.of(plane).sum(dtype=np.float64) for plane in pixels])
        np.testing.assert_allclose(sums.raw(area), wanted, rtol=1e-12)
    assert sums._tiles is not None


def test_nan_outside_a_region_does_no_harm():
    pixels = np.ones((70, 200, 200), np.float32)
    pixels[3, 100, 100] = np.nan
    sums = AreaSums(label_stack(pixels))
    ring = Region("polygon", ((0, 0), (0, 200), (99, 99), (200, 0))).area((200, 200))
    assert np.isfinite(sums.raw(ring)).all()
    everything = Region("rectangle", ((0, 0), (200, 200))).area((200, 200))
    assert np.isnan(sums.raw(everything)).nonzero()[0].tolist() == [3]


def test_tiles_are_sums_of_tiles():
    pixels = np.arange(2 * 40 * 33).reshape(2, 40, 33)
    tiles = tile_sums(pixels)
    assert tiles.shape == (2, 2, 2)
    assert tiles[1, 1, 0] == pixels[1, 16:32, :16].sum()


def test_a_stack_on_disk_is_left_alone_when_nobody_waits():
    sums = AreaSums(stack().chunk(energy_loss=1))
    with pytest.raises(OvertakenError):
        sums.raw(Area((0, 0, 4, 4)), lambda: False)


def test_the_whole_image_is_picked_until_there_is_a_region(opened):
    document, picker = opened(stack())
    assert picker.wait()
    (curve,) = picker.curves()
    assert curve.name == "whole image"
    np.testing.assert_allclose(curve.y, ts.extract_spectrum(stack()))
    document.regions.add("point", [(1, 1)], name="hole")
    picker.wait()
    assert [(each.name, each.colour) for each in picker.curves()] == [("hole", document.regions.selected.colour)]
    document.regions.clear()
    picker.wait()
    assert [each.name for each in picker.curves()] == ["whole image"]


def test_curves_follow_a_region(opened):
    document, picker = opened(stack())
    told = []
    picker.changed.connect(lambda: told.append(len(picker.curves())))
    region = document.regions.add("rectangle", [(0, 0), (4, 4)])
    picker.wait()
    before = picker.curves()[0].y
    document.regions.change(region.moved(10, 10))
    picker.wait()
    assert not np.array_equal(picker.curves()[0].y, before)
    document.regions.rename(region.number, "grain")
    picker.wait()
    assert picker.curves()[0].name == "grain"
    assert told[-1] == 1


def test_other_data_give_other_curves(opened):
    document, picker = opened(stack())
    document.regions.add("rectangle", [(0, 0), (4, 4)])
    picker.wait()
    before = picker.curves()[0].y
    document.replace_data(stack() * 0 + 7)
    picker.wait()
    assert not np.array_equal(picker.curves()[0].y, before)


@pytest.mark.parametrize(
    ("dim", "x_name", "x_units"),
    [("defocus", "Defocus", "nm"), ("time", "Time", "s"), ("tilt", "Tilt", "deg"), ("plane", "Plane", "")],
)
def test_profiles_along_other_axes(opened, dim, x_name, x_units):
    values = None if dim == "plane" else [0.0, 1.0, 4.0]
    _, picker = opened(label_stack(np.ones((3, 8, 8)), dim, plane_values=values))
    picker.wait()
    (curve,) = picker.curves()
    assert (curve.x_name, curve.x_units) == (x_name, x_units)


def test_mean_says_so(opened):
    _, picker = opened(stack())
    picker.is_mean = True
    picker.wait()
    (curve,) = picker.curves()
    assert curve.y_units == "counts per px"
    assert curve.y == pytest.approx(np.array([1, 0.5, 0.25, 2, 1]) * 200, rel=0.02)


def test_what_is_kept_says_where_it_came_from(opened):
    document, picker = opened(stack())
    region = document.regions.add("ellipse", [(0, 0), (10, 20)], name="grain")
    picker.wait()
    kept = picker.keep(region)
    assert kept.attrs["title"] == "Fe series: grain"
    assert kept.attrs["history"][-1]["operation"] == "extract_spectrum"
    assert "regions" not in kept.attrs
    assert Document(kept).kind == "spectrum"


@pytest.mark.parametrize(
    ("kind", "points", "width"),
    [
        *KINDS,
        ("ellipse", [(0, 0), (40, 50)], 1),
        ("ellipse", [(3, 4), (5, 7)], 1),
        ("ellipse", [(3, 4), (4.2, 27)], 1),
        ("ellipse", [(3, 4), (4, 5)], 1),
        ("ellipse", [(7.3, 4.1), (30.9, 11.2)], 1),
    ],
)
def test_history_says_the_area_as_the_library_takes_it(opened, kind, points, width):
    document, picker = opened(stack())
    region = document.regions.add(kind, points, width_px=width)
    picker.wait()
    kept = picker.keep(region)
    np.testing.assert_allclose(ts.extract_spectrum(stack(), **kept.attrs["history"][-1]["parameters"]), kept)


@pytest.mark.parametrize("data", [label_stack(np.zeros((2, 4, 4)))[0], label_stack(np.zeros((2, 4, 4, 3), np.uint8))])
def test_no_stack_no_spectra(data):
    with pytest.raises(StackError, match="no spectra to pick"):
        Picker(Document(data), at_once)


def test_complex_stacks_are_drawn_by_their_modulus(opened):
    _, picker = opened(label_stack(np.full((2, 4, 4), 3 + 4j)))
    picker.wait()
    np.testing.assert_allclose(picker.curves()[0].y, 16 * 5)


def test_a_table_of_curves_with_axes_of_their_own():
    one = curve_of(ts.extract_spectrum(stack()), name="a, b")
    other = curve_of(ts.extract_spectrum(stack()[:2]), name="short")
    lines = to_csv([one, one, other]).splitlines()
    assert lines[0].count("Energy loss (eV)") == 2
    assert '"a, b (counts)"' in lines[0].replace(" ()", " (counts)") or '"a, b"' in lines[0]
    assert len(lines) == 6
    assert lines[3].endswith(",,,")


def test_a_closed_picker_lets_go():
    document = Document(stack())
    picker = Picker(document, at_once)
    picker.wait()
    picker.close()
    gone = weakref.ref(picker)
    del picker
    gc.collect()
    assert gone() is None
    document.regions.add("point", [(1, 1)])


def test_no_thread_is_left(opened):
    document, picker = opened(stack())
    for step in range(20):
        document.regions.add("rectangle", [(step, 0), (step + 4, 4)])
    assert picker.wait()
    assert not [each for each in threading.enumerate() if each.name == "temstack background"]


def test_a_large_region_is_followed_in_time(opened):
    pixels = np.random.default_rng(0).integers(0, 3000, (100, 1024, 1024), dtype=np.uint16)
    document, picker = opened(label_stack(pixels, "energy_loss", plane_values=np.arange(100.0)))
    for kind, points in (("rectangle", [(20, 30), (1001, 990)]), ("ellipse", [(20, 30), (1001, 990)])):
        region = document.regions.add(kind, points)
        picker.wait()
        spent = []
        for step in range(5):
            start = time.process_time()
            region = document.regions.change(region.moved(1 + step % 2, -1))
            picker.wait()
            picker.curves()
            spent.append(time.process_time() - start)
        document.regions.clear()
        picker.wait()
        assert np.median(spent) < 0.1, f"{kind}: {1e3 * np.array(spent)} ms"
