"""From planes to the screen, in numbers: which pixels are seen, and in which colours."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from temstack.viewer.models.colour_maps import MAPS, formula_map, look_up_table
from temstack.viewer.models.sampling import LEVELS, Look, colour, resample, screen_samples, true_colour


def test_at_one_to_one_every_pixel_is_itself():
    plane = np.arange(12, dtype=np.uint16).reshape(3, 4)
    seen = resample(plane, screen_samples(0, 3, 3, 3), screen_samples(0, 4, 4, 4))
    np.testing.assert_array_equal(seen, plane)


def test_large_pixels_are_sharp_squares():
    plane = np.array([[0, 1], [2, 3]])
    seen = resample(plane, screen_samples(0, 2, 6, 2), screen_samples(0, 2, 6, 2))
    np.testing.assert_array_equal(seen, np.kron(plane, np.ones((3, 3))))


def test_small_pixels_are_averaged_so_that_a_lattice_does_not_turn_into_another():
    stripes = np.tile([0.0, 100.0], (64, 32))
    seen = resample(stripes, screen_samples(0, 64, 32, 64), screen_samples(0, 64, 32, 64))
    np.testing.assert_array_equal(seen, 50.0)


@given(start=st.floats(-10, 90), length=st.floats(0.1, 400), count=st.integers(1, 300))
def test_samples_lie_inside_and_rise(start, length, count):
    samples = screen_samples(start, start + length, count, 100)
    assert samples.min() >= 0
    assert samples.max() <= 99
    assert (np.diff(samples, axis=1) >= 0).all()


def test_large_integers_keep_their_last_digit():
    plane = np.array([[2**30, 2**30 + 1]], dtype=np.int32)
    seen = resample(plane, screen_samples(0, 1, 1, 1), screen_samples(0, 2, 2, 2))
    assert seen[0, 1] - seen[0, 0] == 1


def grey(value):
    return value >> 16 & 255


class TestColour:
    def look(self, limits=(0.0, 100.0), **more):
        is_log = more.pop("is_log", False)
        return Look(limits, look_up_table(formula_map("grey"), **more), is_log)

    def test_black_white_and_between(self):
        seen = colour(np.array([[0.0, 50.0, 100.0]], dtype=np.float32), self.look())
        assert [grey(each) for each in seen[0].tolist()] == [0, pytest.approx(128, abs=1), 255]

    def test_beyond_the_limits_is_as_the_limits_or_marked(self):
        seen = colour(np.array([[-1.0, 101.0]]), self.look())
        assert [grey(each) for each in seen[0].tolist()] == [0, 255]
        blue, red = colour(np.array([[-1.0, 101.0]]), self.look(marks_clipped=True))[0].tolist()
        assert blue & 255 > blue >> 16 & 255
        assert red >> 16 & 255 > red & 255

    def test_pixels_without_a_value_are_no_grey(self):
        (nothing,) = colour(np.array([[np.nan]]), self.look())[0].tolist()
        assert nothing >> 16 & 255 != nothing >> 8 & 255

    def test_infinite_pixels_are_brightest_and_darkest(self):
        seen = colour(np.array([[-np.inf, np.inf]]), self.look())
        assert [grey(each) for each in seen[0].tolist()] == [0, 255]

    def test_gamma_below_one_brightens(self):
        middle = colour(np.array([[50.0]]), self.look(gamma=0.5))[0, 0]
        assert grey(int(middle)) == pytest.approx(255 * 0.5**0.5, abs=1)

    def test_log_gives_each_decade_the_same_share(self):
        seen = colour(np.array([[1.0, 10.0, 100.0, 0.0, -5.0]]), self.look((1.0, 100.0), is_log=True))
        shades = [grey(each) for each in seen[0].tolist()]
        assert shades[:3] == [0, pytest.approx(128, abs=1), 255]
        assert shades[3:] == [0, 0]

    def test_colour_stays_colour(self):
        assert true_colour(np.array([[[1, 2, 3, 255]]], dtype=np.float32)).tolist() == [[0xFF010203]]

    @pytest.mark.parametrize("name", [name for name in MAPS if formula_map(name) is not None])
    def test_maps_are_opaque_and_full(self, name):
        table = look_up_table(formula_map(name))
        assert table.shape == (LEVELS + 3,)
        assert (table >> 24 == 255).all()
