"""What is shown is decided without a window: planes, limits, words."""

import threading

import numpy as np
import pytest
import xarray as xr

from temstack.errors import SettingError, UnsupportedDataError
from temstack.stack import label_stack
from temstack.viewer.models.calibration import describe
from temstack.viewer.models.contrast import histogram, robust_limits, statistics
from temstack.viewer.models.curves import curve_of
from temstack.viewer.models.cuts import cut_along_x, cut_along_y, plane_axis
from temstack.viewer.models.display import Display, Known, Settings, heading, shown
from temstack.viewer.models.playing import next_plane
from temstack.viewer.models.readout import readout


def energies(*values, **labels):
    planes = np.arange(len(values) * 12, dtype=np.uint16).reshape(len(values), 3, 4)
    return label_stack(planes, "energy_loss", plane_values=list(values), **labels)


class TestShown:
    def test_words_have_value_units_label_and_number(self):
        stack = energies(480, 532, per_plane={"label": ["pre", "post"]})
        assert heading(describe(stack), 1) == "532 eV · post · plane 1 (0 … 1)"

    def test_counted_planes_are_not_said_twice(self):
        assert heading(describe(label_stack(np.zeros((3, 2, 2)))), 2) == "plane 2 (0 … 2)"

    def test_a_label_that_says_the_value_is_not_said_again(self):
        stack = energies(480, 532, per_plane={"label": ["480eV", "532 eV"]})
        assert heading(describe(stack), 0) == "480 eV · plane 0 (0 … 1)"

    def test_a_stack_of_one_plane_is_not_counted(self):
        assert heading(describe(energies(480)), 0) == "480 eV"

    def test_an_image_has_no_plane(self):
        image = energies(1, 2)[0].drop_vars("energy_loss")
        assert shown(describe(image), Settings(plane=5)).heading == ""

    @pytest.mark.parametrize(
        ("contrast", "expected"), [("plane", (0.0, 1.0)), ("stack", (-5.0, 9.0)), ("fixed", (2.0, 3.0))]
    )
    def test_limits_come_from_where_the_user_says(self, contrast, expected):
        settings = Settings(contrast=contrast, limits=(2.0, 3.0))
        found = shown(describe(energies(1, 2)), settings, Known(plane=(0.0, 1.0), stack=(-5.0, 9.0)))
        assert found.limits == expected

    def test_until_the_stack_is_known_the_plane_serves(self):
        found = shown(describe(energies(1, 2)), Settings(contrast="stack"), Known(plane=(0.0, 1.0)))
        assert found.limits == (0.0, 1.0)

    def test_colours_with_a_middle_put_it_at_zero(self):
        found = shown(describe(energies(1, 2)), Settings(colour_map="blue-white-red"), Known(plane=(-1.0, 4.0)))
        assert found.limits == (-4.0, 4.0)

    def test_colour_has_no_limits(self):
        rgb = label_stack(np.zeros((2, 3, 4, 3), dtype=np.uint8))
        assert shown(describe(rgb), Settings()).limits is None


class TestDisplay:
    def test_goes_to_the_nearest_value_on_an_irregular_axis(self):
        display = Display(energies(400, 480, 481, 900))
        display.go_to(600)
        assert display.plane == 2

    def test_stops_at_the_ends(self):
        display = Display(energies(1, 2, 3))
        display.step(10)
        assert display.plane == 2
        display.step(-99)
        assert display.plane == 0

    def test_limits_are_in_counts_and_values_as_stored(self):
        raw = np.full((2, 40, 40), 100, dtype=np.uint16)
        raw[:, :20] = 200
        display = Display(label_stack(raw, per_plane={"scale": [1.0, 0.25]}))
        display.plane = 1
        assert display.shown.limits == (25.0, 50.0)
        assert display.values.dtype == np.uint16
        assert display.scale == 0.25

    def test_spectrum_images_step_along_energy(self):
        cube = xr.DataArray(
            np.arange(24).reshape(2, 3, 4),
            dims=("y", "x", "energy_loss"),
            coords={"energy_loss": ("energy_loss", [1.0, 2, 3, 4], {"units": "eV"})},
        )
        display = Display(cube)
        display.plane = 3
        assert display.values.tolist() == [[3, 7, 11], [15, 19, 23]]
        assert display.shown.heading.startswith("4 eV")

    def test_complex_pixels_show_modulus_or_phase(self):
        display = Display(label_stack(np.full((1, 2, 2), 2j, dtype=np.complex64)))
        assert display.values.tolist() == [[2, 2], [2, 2]]
        display.update(part="phase")
        assert display.values[0, 0] == pytest.approx(np.pi / 2)
        assert display.shown.limits == (-np.pi, np.pi)

    def test_fewer_planes_keep_the_last(self):
        display = Display(energies(1, 2, 3))
        display.update(plane=2, colour_map="hot")
        display.set_data(energies(1, 2))
        assert (display.plane, display.settings.colour_map) == (1, "hot")

    @pytest.mark.parametrize("wrong", [{"colour_map": "jet"}, {"gamma": 0.0}, {"limits": (2, 1)}, {"contrast": "x"}])
    def test_refuses_what_cannot_be_meant(self, wrong):
        display = Display(energies(1, 2))
        with pytest.raises(SettingError):
            display.update(**wrong)
        assert display.settings == Settings()

    def test_tells_only_of_changes(self):
        display, told = Display(energies(1, 2)), []
        display.changed.connect(lambda: told.append(1))
        display.plane = 0
        assert told == []
        display.plane = 1
        assert told == [1]

    def test_four_axes_are_refused_in_words(self):
        with pytest.raises(UnsupportedDataError, match="y and x, and at most one more"):
            describe(xr.DataArray(np.zeros((2, 2, 2, 2)), dims=("time", "tilt", "y", "x")))


class Slow:
    """A stack on disk whose planes come when the test says so, and that counts how often each is read."""

    def __init__(self, planes=20):
        import dask.array as da

        self.gate = threading.Event()
        self.read = []
        array = da.map_blocks(self._plane, chunks=((1,) * planes, (4,), (5,)), meta=np.zeros((0, 0, 0), np.float32))
        self.stack = label_stack(array, "time", plane_values=np.arange(planes) * 0.5)

    def _plane(self, block_info=None):
        assert self.gate.wait(10)
        index = block_info[None]["chunk-location"][0]
        self.read.append(index)
        return np.full((1, 4, 5), index, dtype=np.float32)


class TestLazy:
    def test_stepping_faster_than_the_disk_reads_only_what_is_wanted(self):
        slow = Slow()
        display = Display(slow.stack)
        for plane in range(15):
            display.plane = plane
        assert display.is_loading
        assert display.values is None
        slow.gate.set()
        assert display.background.wait()
        assert not display.is_loading
        assert display.values[0, 0] == 14
        assert len(slow.read) < 8  # the first, the last, and its neighbours

    def test_neighbours_are_there_before_they_are_wanted(self):
        slow = Slow()
        slow.gate.set()
        display = Display(slow.stack)
        display.background.wait()
        display.plane = 5
        display.background.wait()
        display.plane = 6
        assert not display.is_loading

    def test_the_last_plane_stays_while_the_next_is_read(self):
        slow = Slow()
        slow.gate.set()
        display = Display(slow.stack)
        display.background.wait()
        slow.gate.clear()
        display.plane = 10
        assert display.is_loading
        assert display.values[0, 0] == 0
        slow.gate.set()
        display.background.wait()
        assert display.values[0, 0] == 10

    def test_a_plane_that_cannot_be_read_is_told(self):
        import dask.array as da

        def broken(block_info=None):
            raise OSError("disk gone")

        array = da.map_blocks(broken, chunks=((1, 1), (4,), (5,)), meta=np.zeros((0, 0, 0), np.float32))
        told = []
        display = Display(label_stack(array))
        display.failed.connect(told.append)
        display.plane = 1
        display.background.wait()
        assert "disk gone" in str(told[-1])

    def test_contrast_of_the_stack_is_that_of_all_planes(self):
        stack = label_stack(np.stack([np.full((9, 9), level, dtype=np.float32) for level in (1, 5, 3)]))
        display = Display(stack)
        display.update(contrast="stack")
        assert display.background.wait()
        assert display.shown.limits == (0.5, 5.5)

    def test_nothing_is_told_after_closing(self):
        slow = Slow()
        display, told = Display(slow.stack), []
        display.changed.connect(lambda: told.append(1))
        display.close()
        slow.gate.set()
        display.background.wait()
        assert told == []


class TestNumbers:
    def test_one_hot_pixel_does_not_make_all_others_black(self):
        image = np.random.default_rng(1).normal(100, 5, (300, 300))
        image[7, 7] = 1e9
        low, high = robust_limits(image)
        assert 80 < low < 90
        assert 110 < high < 120
        assert histogram(image, (low, high)).edges[-1] < 200

    def test_few_bright_pixels_on_nothing_are_seen(self):
        image = np.zeros((300, 300))
        image[100:103, 100] = 8
        assert robust_limits(image) == (0.0, 8.0)

    def test_statistics_count_what_is_saturated_and_what_is_missing(self):
        plane = np.array([[1.0, np.nan], [np.inf, 3.0]])
        assert (statistics(plane).mean, statistics(plane).without_value) == (2.0, 2)
        assert statistics(np.array([[65535, 1]], dtype=np.uint16), saturation=65535).saturated == 1

    def test_playing_there_and_back_shows_each_end_once(self):
        plane, direction, seen = 0, 1, []
        for _ in range(7):
            plane, direction = next_plane(plane, 4, direction, "bounce")
            seen.append(plane)
        assert seen == [1, 2, 3, 2, 1, 0, 1]

    def test_cuts_are_in_counts(self):
        stack = energies(1, 2, per_plane={"scale": [1.0, 10.0]})
        assert cut_along_x(stack, 1).tolist() == [[4, 5, 6, 7], [160, 170, 180, 190]]
        assert cut_along_y(stack, 2).tolist() == [[2, 140], [6, 180], [10, 220]]

    def test_an_irregular_axis_is_drawn_by_number(self):
        assert plane_axis(describe(energies(1, 2, 9))).units == ""
        assert plane_axis(describe(energies(5, 7, 9))).step == 2.0


class TestReadout:
    def test_says_place_plane_and_counts(self):
        stack = energies(480, 532, pixel_size=0.5, pixel_units="nm", per_plane={"scale": [1.0, 0.5]})
        display = Display(stack)
        display.plane = 1
        said = readout(display.info, display.current.pixels, display.scale, 1, 2.9, 1.0)
        assert said == "x 1 nm  y 0.5 nm  (px 2, 1)   532 eV   9 counts"

    @pytest.mark.parametrize("place", [(-0.1, 0), (0, 3.0), (4.01, 1)])
    def test_says_nothing_beside_the_image(self, place):
        info = describe(energies(1))
        assert readout(info, np.zeros((3, 4)), 1.0, 0, *place) == ""

    def test_missing_pixels_are_said(self):
        info = describe(label_stack(np.zeros((1, 3, 4))))
        assert readout(info, np.full((3, 4), np.nan), 1.0, 0, 1, 1).endswith("no value")


def test_a_time_lapse_counts_its_seconds_from_the_first_plane():
    stack = label_stack(np.zeros((3, 4, 4)), "time", plane_values=[1.75e9, 1.75e9 + 10, 1.75e9 + 20.5])
    info = describe(stack)
    assert [info.position(plane) for plane in range(3)] == ["0 s", "10 s", "20.5 s"]
    assert info.nearest(12) == 1
    assert curve_of(stack.mean(("y", "x"))).x.tolist() == [0, 10, 20.5]
    assert describe(label_stack(np.zeros((2, 4, 4)), "time", plane_values=[5, 6])).position(0) == "5 s"
