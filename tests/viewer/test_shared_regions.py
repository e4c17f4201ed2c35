"""Regions that linked windows share: at the same place of the specimen, as one thing that is undone once."""

from __future__ import annotations

import numpy as np
import pytest

from temstack.stack import label_stack
from temstack.viewer.models.desk import Desk
from temstack.viewer.models.display import Display
from temstack.volume import crop


class Windows:
    """Documents of a desk with displays, as windows have them."""

    def __init__(self):
        self.desk = Desk()
        self.displays = {}

    def open(self, size=32, pixel=1.0, units="nm", data=None):
        if data is None:
            data = label_stack(np.zeros((2, size, size)), pixel_size=pixel, pixel_units=units)
        document = self.desk.add(data)
        display = self.displays[document] = Display(data)
        self.desk.shared_regions.watch(display, document.regions)
        return document

    def link(self, *documents):
        for document in documents:
            self.desk.links.link("region", self.displays[document])


@pytest.fixture
def windows():
    return Windows()


def boxes(document):
    return {region.name: region.box for region in document.regions}


def test_what_is_drawn_moved_renamed_and_removed_in_one_is_so_in_all(windows):
    first, second, other = windows.open(), windows.open(), windows.open()
    windows.link(first, second)
    drawn = first.regions.add("rectangle", [(2, 4), (8, 12)], name="grain")
    assert boxes(second) == {"grain": (2, 4, 8, 12)}
    assert next(iter(second.regions)).colour == drawn.colour
    [copy] = second.regions
    second.regions.change(copy.moved(3, 1))
    assert boxes(first) == {"grain": (5, 5, 11, 13)}
    first.regions.rename(drawn.number, "vacuum")
    assert boxes(second) == {"vacuum": (5, 5, 11, 13)}
    second.regions.remove(copy.number)
    assert len(first.regions) == len(second.regions) == 0
    assert len(other.regions) == 0


def test_places_are_the_same_in_nanometres(windows):
    coarse, fine = windows.open(32, 2.0), windows.open(128, 0.5)
    windows.link(coarse, fine)
    coarse.regions.add("rectangle", [(4, 8), (6, 10)], name="r")
    line = coarse.regions.add("line", [(1.0, 1.0), (5.0, 9.0)], name="l", width_px=2)
    # pixel centres of both begin at 0: their edges differ by the difference of half a pixel
    assert fine.regions.get(1).bounds == (14, 30, 22, 38)
    placed = fine.regions.get(2)
    assert placed.width_px == pytest.approx(line.width_px * 4)
    assert placed.length_px == pytest.approx(line.length_px * 4)


def test_a_region_beside_a_cropped_image_is_not_in_it_until_it_comes_back(windows):
    whole = windows.open(64)
    part = windows.open(data=crop(whole.data, (16, 16, 48, 48)))
    windows.link(whole, part)
    region = whole.regions.add("rectangle", [(20, 20), (30, 30)], name="r")
    assert boxes(part) == {"r": (4, 4, 14, 14)}
    region = whole.regions.change(region.moved(-20, -20))
    assert boxes(part) == {}
    assert boxes(whole) == {"r": (0, 0, 10, 10)}
    whole.regions.change(region.moved(11, 11))
    assert boxes(part) == {"r": (0, 0, 5, 5)}  # cut off, not pushed to where it is not
    assert boxes(whole) == {"r": (11, 11, 21, 21)}


def test_who_joins_gets_the_others_and_gives_its_own_and_that_is_undone_at_once(windows):
    first, second = windows.open(), windows.open()
    first.regions.add("rectangle", [(2, 2), (4, 4)])
    first.regions.add("point", [(9.5, 9.5)], name="here")
    second.regions.add("rectangle", [(20, 20), (24, 24)])
    second.regions.add("ellipse", [(1, 1), (5, 5)], name="hole")
    windows.link(first, second)
    assert boxes(first) == boxes(second)
    assert boxes(first) == {"rectangle 1": (2, 2, 4, 4), "here": (9, 9, 10, 10), "hole": (1, 1, 5, 5)}
    assert windows.desk.undo.undo_title == "Link regions"
    windows.desk.undo.undo()
    assert set(boxes(first)) == {"rectangle 1", "here"}
    assert boxes(second) == {"rectangle 1": (20, 20, 24, 24), "hole": (1, 1, 5, 5)}
    assert not windows.desk.links.is_linked("region", windows.displays[second])
    windows.desk.undo.redo()
    assert boxes(first) == boxes(second)
    assert len(first.regions) == 3


def test_one_move_is_one_step_of_undo_in_all_windows(windows):
    first, second = windows.open(), windows.open()
    windows.link(first, second)
    drawn = first.regions.add("rectangle", [(2, 2), (4, 4)], name="r")
    steps = len(windows.desk.undo)
    first.regions.rename(drawn.number, "s")
    assert len(windows.desk.undo) == steps + 1
    windows.desk.undo.undo()
    assert list(boxes(first)) == list(boxes(second)) == ["r"]
    windows.desk.undo.undo()
    assert len(first.regions) == len(second.regions) == 0
    windows.desk.undo.redo()
    assert boxes(first) == boxes(second) == {"r": (2, 2, 4, 4)}


def test_cropping_a_window_takes_nothing_from_the_others(windows):
    first, second = windows.open(64), windows.open(64)
    windows.link(first, second)
    first.regions.add("rectangle", [(2, 2), (4, 4)], name="gone")
    first.regions.add("rectangle", [(20, 20), (30, 30)], name="kept")
    display = windows.displays[first]
    first.replace_data(crop(first.data, (16, 16, 64, 64)))
    display.set_data(first.data)
    windows.desk.shared_regions.renew(display)
    assert boxes(second) == {"gone": (2, 2, 4, 4), "kept": (20, 20, 30, 30)}
    assert boxes(first) == {"kept": (4, 4, 14, 14)}
    [kept] = first.regions
    first.regions.change(kept.moved(1, 1))
    assert boxes(second)["kept"] == (21, 21, 31, 31)


def test_windows_that_part_or_close_keep_their_regions_and_go_their_own_way(windows):
    first, second, third = windows.open(), windows.open(), windows.open()
    windows.link(first, second, third)
    drawn = first.regions.add("rectangle", [(2, 2), (4, 4)], name="r")
    windows.desk.links.unlink("region", windows.displays[second])
    windows.desk.links.forget(windows.displays[third])
    windows.desk.shared_regions.forget(windows.displays[third])
    first.regions.change(drawn.moved(5, 5))
    assert boxes(second) == boxes(third) == {"r": (2, 2, 4, 4)}
    first.regions.remove(drawn.number)
    assert len(second.regions) == len(third.regions) == 1


def test_a_region_dragged_in_one_window_moves_in_the_other(main, qtbot):
    stack = label_stack(np.random.default_rng(1).random((2, 64, 64)))
    views = [main.view(main.desk.add(stack, title=title)) for title in ("a", "b")]
    for view in views:
        view.actions_of_view.links["region"].trigger()
    region = views[0].document.regions.add("rectangle", [(8, 8), (24, 24)], name="r")
    item = views[0].region_layer.items[region.number]
    item.shape_item.setPos((16, 12))
    [copy] = views[1].document.regions
    assert copy.box == (12, 16, 28, 32)
    assert views[1].region_layer.items[copy.number].read().box == (12, 16, 28, 32)
    main.desk.close(views[0].document)
    assert len(views[1].document.regions) == 1


def test_the_menu_shares_regions_of_all_windows(main):
    from temstack.viewer.views.link_menu import link_all

    stack = label_stack(np.zeros((2, 16, 16)))
    documents = [main.desk.add(stack, title=title) for title in ("a", "b", "c")]
    documents[2].regions.add("rectangle", [(1, 1), (4, 4)], name="r")
    link_all(main, "region", True)
    assert all(boxes(each) == {"r": (1, 1, 4, 4)} for each in documents)
    assert all(main.view(each).state()["linked"] == ["region"] for each in documents)
