"""Regions in exported pictures and films: where they are on the screen, and only if wanted."""

import numpy as np
import pytest
from imageio.v3 import imread
from qtpy.QtWidgets import QDialog

from temstack.stack import label_stack
from temstack.viewer.models.drawn_regions import draw_regions
from temstack.viewer.models.regions import Region
from temstack.viewer.views.menus import file

RED = (255, 0, 0)


def drawn(region, size=100, corner=(0, 0), shown=(50, 50)):
    frame = draw_regions(np.zeros((size, size, 3), np.uint8), [region], corner, shown)
    return (frame == RED).all(axis=2)


def test_a_rectangle_is_drawn_around_its_pixels():
    seen = drawn(Region("rectangle", ((10, 20), (30, 40)), colour="#ff0000"))
    rows, columns = np.nonzero(seen)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (20, 59, 40, 79)
    assert not seen[22:58, 42:78].any()


@pytest.mark.parametrize(
    ("region", "on", "off"),
    [
        (Region("ellipse", ((10, 10), (30, 40)), colour="#ff0000"), (40, 20), (20, 20)),
        (Region("polygon", ((5, 5), (5, 45), (45, 5)), colour="#ff0000"), (50, 50), (80, 80)),
        (Region("line", ((10, 10), (10, 40)), colour="#ff0000"), (20, 50), (24, 50)),
        (Region("line", ((10, 10), (10, 40)), colour="#ff0000", width_px=4), (24, 50), (30, 50)),
        (Region("point", ((25.0, 25.0),), colour="#ff0000"), (50, 50), (60, 60)),
    ],
)
def test_every_kind_is_drawn_at_its_place(region, on, off):
    seen = drawn(region)
    row, column = on
    assert seen[row - 1 : row + 2, column - 1 : column + 2].any()
    row, column = off
    assert not seen[row - 1 : row + 2, column - 1 : column + 2].any()


def test_of_a_part_of_the_image_the_same_place_is_drawn():
    region = Region("rectangle", ((10, 20), (30, 40)), colour="#ff0000")
    rows, columns = np.nonzero(drawn(region, corner=(5, 15), shown=(25, 25)))
    assert (rows.min(), columns.min()) == (20, 20)
    assert not drawn(region, corner=(60, 60), shown=(20, 20)).any()


def test_a_name_stays_in_the_picture():
    named = draw_regions(
        np.full((200, 200, 3), 90, np.uint8), [Region("rectangle", ((0, 0), (40, 40)), "edge")], (0, 0), (50, 50)
    )
    plain = draw_regions(
        np.full((200, 200, 3), 90, np.uint8), [Region("rectangle", ((0, 0), (40, 40)))], (0, 0), (50, 50)
    )
    assert (named != plain).any(axis=2).sum() > 100


def dialog(main, name):
    return [each for each in main.findChildren(QDialog) if each.objectName() == name and each.isVisible()][-1]


@pytest.fixture
def document(main, tmp_path):
    main.preferences.set("folder", str(tmp_path))
    stack = label_stack(np.ones((3, 40, 40), np.uint16), "energy_loss", plane_values=[1, 2, 3])
    document = main.desk.add(stack, title="flat")
    document.regions.add("rectangle", [(10, 10), (30, 30)], name="r")
    return document


def colours_in(picture):
    """Pixels that are not grey: an even image has no other colours than those of regions."""
    return int((np.ptp(picture[..., :3].astype(int), axis=2) > 30).sum())


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_picture_has_the_regions_if_wanted(main, qtbot, tmp_path, document, is_wanted):
    qtbot.waitUntil(lambda: main.view(document).display.current is not None)
    file.export_picture(main, document)
    form = dialog(main, "export picture")
    assert form.regions.isChecked()
    form.regions.setChecked(is_wanted)
    form.accept()
    qtbot.waitUntil(lambda: bool(list(tmp_path.glob("*.png"))))
    qtbot.waitUntil(lambda: not main.desk.jobs.running)
    assert (colours_in(imread(next(tmp_path.glob("*.png")))) > 200) is is_wanted


def test_a_film_has_the_regions_in_every_frame(main, qtbot, tmp_path, document):
    qtbot.waitUntil(lambda: main.view(document).display.current is not None)
    file.export_film(main, document)
    form = dialog(main, "export film")
    form.file.path = tmp_path / "frames"
    form.accept()
    qtbot.waitUntil(lambda: len(list((tmp_path / "frames").glob("*.png"))) == 3, timeout=10_000)
    assert all(colours_in(imread(each)) > 200 for each in (tmp_path / "frames").glob("*.png"))


def test_pixels_that_are_no_squares_are_as_wide_as_on_the_screen(main, qtbot, tmp_path):
    from temstack.viewer.views.as_shown import PictureWish, picture

    data = label_stack(np.random.default_rng(1).random((1, 40, 40)), pixel_size=1.0, pixel_units="nm")
    wide = data.assign_coords(x=("x", 2 * data.x.values, data.x.attrs))
    view = main.view(main.desk.add(wide, title="wide"))
    qtbot.waitUntil(lambda: view.display.current is not None)
    assert picture(view.display, wide, PictureWish(400)).shape == (200, 400, 3)
