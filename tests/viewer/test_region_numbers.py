"""What a form says of a region, and takes."""

import numpy as np
import pytest

from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.region_fields import fields_of, with_numbers
from temstack.viewer.models.region_values import in_words, size_in_words, values_of
from temstack.viewer.models.regions import Region

Y, X = PixelAxis("y", 100, 0.5, 10.0, "nm"), PixelAxis("x", 200, 0.25, 0.0, "nm")

REGIONS = [
    Region("rectangle", ((2, 4), (12, 24))),
    Region("ellipse", ((2, 4.5), (12, 24))),
    Region("polygon", ((2, 4), (12, 24), (5, 3))),
    Region("line", ((2, 4), (12, 24)), width_px=3),
    Region("point", ((2.5, 4.5),)),
]


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.kind)
def test_numbers_make_the_same_region(region):
    fields = fields_of(region, Y, X)
    assert with_numbers(region, [field.px for field in fields]).has_same_place(region)
    assert [field.px_of(field.value) for field in fields] == pytest.approx([field.px for field in fields])


def test_edges_are_half_open_in_nm_as_in_px():
    values = {field.name: field.value for field in fields_of(REGIONS[0], Y, X)}
    # Row 2 lies at 10 + 2 · 0.5 nm, and row 12 is the first outside.
    assert values == {"Top": 11, "Left": 1, "Bottom": 16, "Right": 6}


def test_a_point_lies_where_its_pixel_does():
    assert [field.value for field in fields_of(REGIONS[4], Y, X)] == [11, 1]


def test_a_polygon_is_stretched():
    wider = with_numbers(REGIONS[2], [2, 3, 22, 45])
    assert wider.bounds == (2, 3, 22, 45)
    assert wider.points[0] == (2, 5)


def test_a_line_keeps_a_width():
    assert with_numbers(REGIONS[3], [1, 1, 5, 5, 0.2]).width_px == 1


def test_values_are_counts():
    image = np.arange(20000, dtype=np.uint16).reshape(100, 200)
    values = values_of(REGIONS[0], image, 0.5)
    inside = image[2:12, 4:24] * 0.5
    assert values.n_pixels == 200
    assert values.mean == pytest.approx(inside.mean())
    assert values.sd == pytest.approx(inside.std())
    assert values.total == pytest.approx(inside.sum())
    assert (values.lowest, values.highest) == (inside.min(), inside.max())


def test_pixels_that_are_no_numbers_are_left_out():
    image = np.ones((4, 4), np.float32)
    image[0, 0] = np.nan
    values = values_of(Region("rectangle", ((0, 0), (2, 2))), image)
    assert (values.n_pixels, values.total) == (3, 3)
    nothing = values_of(Region("point", ((0.5, 0.5),)), image)
    assert in_words(nothing, "counts") == [("Mean", "no pixel that is a number")]


def test_words_have_units():
    words = dict(in_words(values_of(REGIONS[0], np.full((100, 200), 7.25)), "counts"))
    assert words == {"Mean": "7.25 counts", "SD": "0 counts", "Sum": "1450 counts", "Range": "7.25 … 7.25 counts"}
    assert size_in_words(REGIONS[0], (100, 200), Y, X) == [("Area", "200 px = 25 nm²")]
    length = dict(size_in_words(Region("line", ((10, 0), (7, 8))), (100, 200), Y, X))
    assert length == {"Length": "8.544 px = 2.5 nm", "Angle": "20.56°"}
    px = PixelAxis("y", 100)
    assert size_in_words(REGIONS[0], (100, 200), px, px) == [("Area", "200 px")]
