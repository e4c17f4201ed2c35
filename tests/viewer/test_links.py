"""Windows that follow each other: by value where they can, and without going in circles."""

import numpy as np
import pytest

from temstack.errors import SettingError
from temstack.stack import label_stack
from temstack.viewer.models.display import Display
from temstack.viewer.models.links import Links


def display(values, dim="energy_loss", size=10, pixel=1.0, units="nm"):
    planes = np.zeros((len(values), size, size))
    return Display(label_stack(planes, dim, plane_values=list(values), pixel_size=pixel, pixel_units=units))


def test_planes_follow_by_value_not_by_number():
    links, first, other = Links(), display([480, 490, 500]), display([500, 495, 490, 485, 480])
    links.link("plane", first)
    links.link("plane", other)
    assert other.plane == 4  # who joins shows what the others show
    first.plane = 1
    assert other.plane == 2
    other.plane = 0
    assert first.plane == 2


def test_axes_that_measure_different_things_follow_by_number():
    links, first, other = Links(), display([480, 490, 500]), display([-50, 50], "defocus")
    links.link("plane", first)
    links.link("plane", other)
    first.plane = 2
    assert other.plane == 1


def test_between_unlike_axes_nobody_is_moved_back():
    links, coarse, fine = Links(), display([0, 10]), display([0, 3, 6, 10])
    links.link("plane", coarse)
    links.link("plane", fine)
    fine.plane = 1
    assert (fine.plane, coarse.plane) == (1, 0)


def test_zoom_follows_in_nanometres():
    links, coarse, fine = Links(), display([1], size=10, pixel=2.0), display([1], size=40, pixel=0.5)
    links.link("zoom", coarse)
    links.link("zoom", fine)
    coarse.area = (0.5, 0.5, 4.0, 4.0)
    assert fine.area == pytest.approx((0.5, 0.5, 16.0, 16.0))


def test_zoom_without_calibration_follows_in_shares_of_the_image():
    links, small, large = Links(), display([1], units="px"), display([1], size=40, units="px")
    links.link("zoom", small)
    links.link("zoom", large)
    small.area = (0.0, 5.0, 5.0, 5.0)
    assert large.area == (0.0, 20.0, 20.0, 20.0)


def test_who_is_unlinked_or_closed_stays():
    links, first, other = Links(), display([1, 2]), display([1, 2])
    for each in (first, other):
        links.link("plane", each)
    links.forget(other)
    first.plane = 1
    assert other.plane == 0
    assert list(links.partners("plane", first)) == []


def test_an_unknown_link_is_refused():
    with pytest.raises(SettingError, match="zoom, plane, region"):
        Links().link("colour", display([1]))


def test_the_menu_links_all_windows_to_the_one_in_front(main, qtbot):
    from temstack.viewer.views.link_menu import link_all

    stack = label_stack(np.zeros((4, 8, 8)), "energy_loss", plane_values=[1, 2, 3, 4])
    views = [main.view(main.desk.add(stack, title=str(number))) for number in range(3)]
    views[2].display.plane = 3
    link_all(main, "plane", True)
    assert [view.display.plane for view in views] == [3, 3, 3]
    assert all(view.actions_of_view.links["plane"].isChecked() for view in views)
    link_all(main, "plane", False)
    views[0].display.plane = 1
    assert [view.display.plane for view in views] == [1, 3, 3]
