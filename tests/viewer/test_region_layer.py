"""Regions drawn, moved, named and removed with mouse and keys, on a real window."""

import gc
import weakref

import numpy as np
import pyqtgraph as pg
import pytest
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QDoubleSpinBox, QInputDialog, QListWidget

from temstack.stack import label_stack

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
LEFT = Qt.MouseButton.LeftButton


def stack():
    pixels = np.random.default_rng(2).poisson(100, (3, 120, 160)).astype(np.uint16)
    return label_stack(pixels, "energy_loss", plane_values=[700, 710, 725], pixel_size=0.5, pixel_units="nm")


@pytest.fixture
def desk(main, qtbot):
    """A window with a stack, its document, and how to use its mouse."""
    pg.setConfigOption("mouseRateLimit", -1)  # the mouse of a test is faster than a hand
    document = main.desk.add(stack(), title="Fe")
    view = main.view(document)
    main.resize(900, 800)
    main.window_of(document).resize(800, 700)
    main.activateWindow()
    view.pane.setFocus()
    qtbot.waitUntil(view.pane.hasFocus)

    class Mouse:
        def at(self, y, x):
            place = view.pane.mapFromScene(view.view_box.mapViewToScene(pg.Point(x, y)))
            return QPoint(round(place.x()), round(place.y()))

        def drag(self, start, end, modifiers=NONE):
            port = view.pane.viewport()
            qtbot.mousePress(port, LEFT, modifiers, self.at(*start))
            for share in (0.2, 0.5, 0.8, 1.0):
                y, x = (a + (b - a) * share for a, b in zip(start, end, strict=True))
                qtbot.mouseMove(port, self.at(y, x))
            qtbot.mouseRelease(port, LEFT, modifiers, self.at(*end))

        def click(self, y, x):
            qtbot.mouseClick(view.pane.viewport(), LEFT, NONE, self.at(y, x))

        def double_click(self, y, x):
            qtbot.mouseDClick(view.pane.viewport(), LEFT, NONE, self.at(y, x))

    return document, view, Mouse()


def near(found, wanted):
    assert np.asarray(found) == pytest.approx(np.asarray(wanted, dtype=float), abs=0.7)


def test_a_rectangle_is_drawn_moved_and_resized(desk, qtbot):
    document, view, mouse = desk
    qtbot.keyClick(view, Qt.Key.Key_R)
    assert view.region_layer.tool == "rectangle"
    mouse.drag((20, 30), (60, 100))
    assert view.region_layer.tool is None
    (region,) = document.regions
    near(region.bounds, (20, 30, 60, 100))
    assert document.regions.selected == region
    mouse.drag((40, 60), (50, 70))
    near(document.regions.selected.bounds, (30, 40, 70, 110))
    mouse.drag((70, 110), (90, 130))
    near(document.regions.selected.bounds, (30, 40, 90, 130))
    assert all(float(each).is_integer() for each in document.regions.selected.bounds)


@pytest.mark.parametrize(("key", "kind"), [(Qt.Key.Key_E, "ellipse"), (Qt.Key.Key_L, "line")], ids=["ellipse", "line"])
def test_others_are_dragged_too(desk, qtbot, key, kind):
    document, view, mouse = desk
    qtbot.keyClick(view, key)
    mouse.drag((20, 30), (60, 100))
    region = document.regions.selected
    assert region.kind == kind
    near(region.points, ((20, 30), (60, 100)))
    mouse.drag((40, 65), (45, 75))
    near(document.regions.selected.points, ((25, 40), (65, 110)))


def test_the_end_of_a_line_is_dragged(desk, qtbot):
    document, _, mouse = desk
    document.regions.add("line", [(20, 30), (60, 100)], width_px=6)
    mouse.drag((60, 100), (90, 100))
    near(document.regions.selected.points, ((20, 30), (90, 100)))
    assert document.regions.selected.width_px == pytest.approx(6)


def test_a_polygon_is_clicked(desk, qtbot):
    document, view, mouse = desk
    qtbot.keyClick(view, Qt.Key.Key_P)
    for corner in ((20, 30), (20, 100), (80, 60)):
        mouse.click(*corner)
    mouse.double_click(80, 20)
    region = document.regions.selected
    near(region.points, ((20, 30), (20, 100), (80, 60), (80, 20)))
    mouse.drag((20, 100), (30, 120))
    near(document.regions.selected.points[1], (30, 120))


def test_a_point_is_one_click(desk, qtbot):
    document, view, mouse = desk
    qtbot.keyClick(view, Qt.Key.Key_Period)
    mouse.click(40.5, 50.5)
    near(document.regions.selected.points[0], (40.5, 50.5))
    mouse.drag((40.5, 50.5), (60.5, 70.5))
    near(document.regions.selected.points[0], (60.5, 70.5))


def test_shift_makes_a_square(desk, qtbot):
    document, view, mouse = desk
    view.region_layer.choose("rectangle")
    mouse.drag((20, 30), (50, 90), SHIFT)
    top, left, bottom, right = document.regions.selected.bounds
    assert bottom - top == pytest.approx(right - left, abs=1)


def test_escape_puts_a_tool_down_and_a_click_draws_nothing(desk, qtbot):
    document, view, mouse = desk
    qtbot.keyClick(view, Qt.Key.Key_R)
    mouse.click(40, 40)
    assert len(document.regions) == 0
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.region_layer.tool is None


def test_keys_nudge_and_remove(desk, qtbot):
    document, view, _ = desk
    document.regions.add("rectangle", [(20, 30), (40, 50)])
    qtbot.keyClick(view, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(view, Qt.Key.Key_Down, SHIFT)
    assert document.regions.selected.box == (21, 31, 41, 51)
    qtbot.keyClick(view, Qt.Key.Key_Left, SHIFT | Qt.KeyboardModifier.ControlModifier)
    assert document.regions.selected.box == (21, 21, 41, 41)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert len(document.regions) == 0


def test_clicks_select(desk, qtbot):
    document, _, mouse = desk
    first = document.regions.add("rectangle", [(20, 30), (40, 50)])
    second = document.regions.add("ellipse", [(60, 80), (100, 150)])
    assert document.regions.selected == second
    mouse.click(30, 40)
    qtbot.waitUntil(lambda: document.regions.selected == first)
    mouse.click(110, 10)
    qtbot.waitUntil(lambda: document.regions.selected is None)


def test_a_double_click_renames(desk, qtbot):
    document, view, mouse = desk
    region = document.regions.add("rectangle", [(20, 30), (60, 90)])
    mouse.double_click(40, 60)
    dialog = view.findChild(QInputDialog, "rename region")
    dialog.setTextValue("grain")
    dialog.accept()
    assert document.regions.get(region.number).name == "grain"
    assert view.region_layer.items[region.number].label.toPlainText() == "grain"


def test_the_panel_says_and_takes_numbers(desk, qtbot):
    document, view, _ = desk
    document.regions.add("rectangle", [(20, 30), (60, 90)])
    panel = view.findChild(object, "region panel")
    qtbot.waitUntil(lambda: "Sum" in panel.words())
    inside = stack().values[0, 20:60, 30:90]
    assert panel.words()["Sum"] == f"{inside.sum():.5g} counts".replace("e+0", "e")
    assert panel.words()["Area"] == "2400 px = 600 nm²"
    assert panel.findChild(QDoubleSpinBox, "Left nm").value() == 15
    panel.findChild(QDoubleSpinBox, "Right nm").setValue(40)
    assert document.regions.selected.box == (20, 30, 60, 80)
    panel.findChild(QDoubleSpinBox, "Top px").setValue(25)
    assert document.regions.selected.box == (25, 30, 60, 80)
    view.display.plane = 2
    other = stack().values[2, 25:60, 30:80]
    qtbot.waitUntil(lambda: panel.words().get("Mean") == f"{other.mean():.5g} counts")


def test_the_list_names_all(desk, qtbot):
    document, view, _ = desk
    document.regions.add("point", [(20.5, 30.5)])
    region = document.regions.add("line", [(20, 30), (60, 90)])
    listed = view.findChild(QListWidget, "regions")
    assert [listed.item(row).text() for row in range(2)] == ["point 1", "line 1"]
    listed.item(1).setText("interface")
    assert document.regions.get(region.number).name == "interface"
    listed.setCurrentRow(0)
    assert document.regions.selected.kind == "point"


def test_regions_of_a_file_are_there(main, qtbot):
    from temstack.viewer.models.document import Document

    other = Document(stack())
    other.regions.add("polygon", [(20, 30), (60, 90), (50, 20)])
    document = main.desk.add(other.data)
    assert len(main.view(document).region_layer.items) == 1


def test_other_data_keep_the_items_in_step(desk):
    document, view, _ = desk
    document.regions.add("rectangle", [(20, 30), (60, 90)])
    document.replace_data(document.data[:, :50, :60])
    assert set(view.region_layer.items) == {region.number for region in document.regions}


def test_a_closed_window_lets_its_regions_go(main, qtbot):
    document = main.desk.add(stack(), title="gone")
    document.regions.add("rectangle", [(20, 30), (60, 90)])
    layer = weakref.ref(main.view(document).region_layer)
    regions = document.regions
    main.desk.close(document)
    del document
    regions.add("point", [(1, 1)])

    def is_gone():
        gc.collect()
        return layer() is None

    qtbot.waitUntil(is_gone, timeout=3000)
