"""Images of energy windows that follow the windows."""

import itertools

import numpy as np
import pytest

from temstack.errors import SettingError, StackError
from temstack.spectrum import elemental_map, energy_window_image, jump_ratio
from temstack.stack import label_stack
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.live_map import MODES, LiveMap, first_windows, snapped

ENERGIES = np.linspace(600, 800, 41)


def stack(energies=ENERGIES):
    energies = np.asarray(energies, dtype=float)
    shape = np.ones((8, 10))
    shape[2:5, 2:6] = 3
    pixels = 1e10 * energies[:, None, None] ** -2.5 * shape + 200 * (energies >= 708)[:, None, None] * (shape > 1)
    return label_stack(pixels.astype(np.uint16), "energy_loss", plane_values=energies, title="Fe")


@pytest.fixture
def live():
    """A desk with a stack, and live maps of it."""
    made = []

    def make(mode, data=None):
        desk = Desk()
        source = desk.add(stack() if data is None else data, title="Fe")
        made.append(LiveMap(desk, source, mode))
        assert made[-1].wait()
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_window_shows_its_planes(live):
    one = live("window")
    one.set_window("window", 704, 721)
    one.wait()
    np.testing.assert_array_equal(one.document.data, energy_window_image(stack(), (705, 720)))
    assert one.document.title == "Fe: 705 … 720 eV (live)"
    assert one.document.is_saved
    assert one.document.data.attrs["history"][-1]["operation"] == "energy_window_image"


def test_nothing_is_made_again_for_the_same_planes(live):
    one = live("window")
    one.set_window("window", 704, 721)
    one.wait()
    told = []
    one.changed.connect(lambda: told.append(1))
    one.set_window("window", 704.5, 722)
    one.wait()
    assert not told
    one.set_window("window", 704.5, 726)
    one.wait()
    assert told == [1]


def test_three_windows_give_a_net_map(live):
    one = live("net")
    for name, window in (("pre 1", (619, 651)), ("pre 2", (664, 701)), ("post", (709, 741))):
        one.set_window(name, *window)
    one.wait()
    wanted = elemental_map(stack(), pre=[(620, 650), (665, 700)], post=(710, 740))
    np.testing.assert_allclose(one.document.data, wanted)
    assert one.document.data.values[3, 3] > 1000 > abs(one.document.data.values[0, 0])


def test_two_windows_give_a_jump_ratio(live):
    one = live("ratio")
    one.set_window("pre 1", 680, 701)
    one.set_window("post", 709, 741)
    one.wait()
    np.testing.assert_allclose(one.document.data, jump_ratio(stack(), pre=(680, 700), post=(710, 740)))


def test_windows_in_the_wrong_order_are_said_and_the_image_stays(live):
    one = live("ratio")
    before, failures = one.document.data, []
    one.failed.connect(failures.append)
    one.set_window("post", 600, 605)
    one.wait()
    assert "post" in str(failures[0])
    assert one.document.data is before


def test_the_background_is_that_of_the_spectrum(live):
    one = live("net")
    one.set_window("pre 1", 619, 651)
    one.set_window("pre 2", 664, 701)
    pixel = stack()[:, 3:4, 3:4]
    fitted = one.background_of(pixel)
    assert fitted["energy_loss"].values[0] == 620
    wanted = 3e10 * fitted["energy_loss"].values ** -2.5
    np.testing.assert_allclose(fitted, wanted, rtol=2e-3)
    assert live("window").background_of(pixel) is None


@pytest.mark.parametrize("mode", list(MODES))
@pytest.mark.parametrize("energies", [ENERGIES, [600, 650, 690, 720], [617, 672, 717], [617, 690, 672, 717]])
def test_a_live_map_begins_with_windows_that_can_be_meant(live, mode, energies):
    failures = []
    one = live(mode, stack(energies))
    one.failed.connect(failures.append)
    assert one.document is not None
    assert not failures
    assert len({str(each) for each in one.taken.values()}) == len(MODES[mode][1])


def test_kept_is_an_ordinary_document(live):
    one = live("window")
    kept = one.keep()
    assert not kept.is_saved
    assert "live" not in kept.title
    before = kept.data.copy()
    one.set_window("window", 600, 610)
    one.wait()
    np.testing.assert_array_equal(kept.data, before)


def test_a_closed_image_ends_it(live):
    one, told = live("window"), []
    one.ended.connect(lambda: told.append(1))
    one.desk.close(one.document)
    assert told == [1]
    assert one.keep() is None


def test_other_data_give_another_image(live):
    one = live("window")
    before = one.document.data.values
    one.source.replace_data(stack() + np.uint16(10))
    one.wait()
    assert not np.array_equal(one.document.data.values, before)


def test_what_has_no_energies_has_no_map():
    desk = Desk()
    with pytest.raises(StackError, match="no energy axis"):
        LiveMap(desk, desk.add(label_stack(np.zeros((3, 4, 4)))), "window")
    with pytest.raises(SettingError, match="needs more planes; got 2; expected 3 or more"):
        LiveMap(desk, desk.add(stack([700, 710])), "net")


def test_first_windows_are_apart():
    for count in (1, 2, 3):
        windows = first_windows(ENERGIES, count)
        assert all(low < high for low, high in windows)
        assert all(one[1] < other[0] for one, other in itertools.pairwise(windows))
        assert all(isinstance(snapped(ENERGIES, each), tuple) for each in windows)
