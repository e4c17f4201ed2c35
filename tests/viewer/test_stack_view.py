"""The window of a stack, with keys and mouse."""

import gc
import weakref

import numpy as np
import pytest

from temstack.stack import label_stack


@pytest.fixture
def stack():
    rng = np.random.default_rng(3)
    planes = rng.poisson(np.linspace(50, 400, 12)[:, None, None], (12, 64, 80)).astype(np.uint16)
    return label_stack(planes, "energy_loss", plane_values=480 + 5.0 * np.arange(12), pixel_size=0.5, pixel_units="nm")


@pytest.fixture
def view(main, qtbot, stack):
    document = main.desk.add(stack, title="Fe")
    view = main.view(document)
    main.window_of(document).resize(760, 620)
    main.activateWindow()
    qtbot.waitUntil(lambda: view.pane.view_box.width() > 100)
    view.pane.setFocus()
    qtbot.waitUntil(view.pane.hasFocus)
    return view


def colour_at(view, column, row):
    """The colour on the screen in the middle of a pixel of the image."""
    from qtpy.QtCore import QPointF

    place = view.pane.mapFromScene(view.view_box.mapViewToScene(QPointF(column + 0.5, row + 0.5)))
    return view.pane.grab().toImage().pixelColor(place)


class TestPlanes:
    def test_keys_step_and_the_words_follow(self, view, qtbot):
        from qtpy.QtCore import Qt

        for key, modifier, plane in (
            (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 1),
            (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, 11),
            (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 10),
            (Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier, 0),
            (Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier, 11),
        ):
            qtbot.keyClick(view.pane, key, modifier)
            assert view.display.plane == plane
        assert view.place.text() == "535 eV · plane 11 (0 … 11)"
        assert view.planes.slider.value() == 11
        assert view.planes.place.text() == "535 eV"

    def test_typing_an_energy_shows_the_nearest_plane(self, view, qtbot):
        from qtpy.QtCore import Qt

        box = view.planes.place
        box.selectAll()
        qtbot.keyClicks(box, "511")
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert view.display.plane == 6
        assert box.text() == "510 eV"

    def test_the_arrows_of_the_box_step_planes_also_where_energies_go_down(self, main, qtbot):
        stack = label_stack(np.zeros((3, 8, 8)), "defocus", plane_values=[50.0, 0.0, -20.0])
        view = main.view(main.desk.add(stack))
        view.planes.place.stepBy(1)
        assert view.display.plane == 1
        assert view.planes.place.text() == "0 nm"

    def test_playing_shows_plane_after_plane_and_stops_at_the_end(self, view, qtbot):
        view.planes.speed.setValue(100)
        view.planes.mode.setCurrentText("once")
        view.display.plane = 7
        view.planes.play()
        qtbot.waitUntil(lambda: view.display.plane == 11 and not view.planes.is_playing)

    def test_an_image_has_no_bar_of_planes(self, main):
        view = main.view(main.desk.add(label_stack(np.zeros((1, 8, 8)))[0]))
        assert not view.planes.isVisibleTo(view)


class TestImage:
    def test_the_pixel_under_the_cursor_is_told_in_units(self, view, stack):
        view.pane.hovered.emit((10.2, 20.9))
        counts = int(stack.values[0, 20, 10])
        assert view.cursor.text() == f"x 5 nm  y 10 nm  (px 10, 20)   480 eV   {counts} counts"
        view.display.plane = 3
        assert "495 eV" in view.cursor.text()

    def test_y_points_down_and_pixels_are_where_they_belong(self, view):
        plane = np.zeros((1, 10, 10))
        plane[0, 1, 8] = 1
        view.document.replace_data(label_stack(plane))
        view.display.update(contrast="fixed", limits=(0.0, 1.0))
        view.pane.fit()
        assert colour_at(view, 8, 1).lightness() == 255
        assert colour_at(view, 8, 8).lightness() == 0
        assert colour_at(view, 1, 8).lightness() == 0

    def test_the_wheel_zooms_at_the_cursor(self, view, qtbot):
        from qtpy.QtCore import QPoint, QPointF, Qt
        from qtpy.QtGui import QWheelEvent
        from qtpy.QtWidgets import QApplication

        place = view.pane.mapFromScene(view.view_box.mapViewToScene(QPointF(20, 30)))
        before, zoom = view.view_box.mapSceneToView(view.pane.mapToScene(place)), view.pane.zoom
        event = QWheelEvent(
            QPointF(place),
            QPointF(view.pane.viewport().mapToGlobal(place)),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view.pane.viewport(), event)
        after = view.view_box.mapSceneToView(view.pane.mapToScene(place))
        assert view.pane.zoom == pytest.approx(1.25 * zoom, rel=0.01)
        assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.3)

    def test_one_to_one_and_fit(self, view, qtbot):
        from qtpy.QtCore import Qt

        qtbot.keyClick(view.pane, Qt.Key.Key_1)
        assert view.pane.zoom == pytest.approx(1.0, rel=1e-3)
        assert not view.pane.is_fitted
        qtbot.keyClick(view.pane, Qt.Key.Key_Home)
        assert view.pane.is_fitted
        left, top, width, height = view.pane.area
        assert left <= 0.01
        assert left + width >= 79.99
        assert top <= 0.01
        assert top + height >= 63.99

    def test_pixels_wider_than_high_are_drawn_so(self, main, qtbot):
        stack = label_stack(np.zeros((1, 20, 20)), pixel_size=(1.0, 3.0), pixel_units="nm")
        view = main.view(main.desk.add(stack))
        qtbot.waitUntil(lambda: view.view_box.width() > 50)
        wide, high = view.view_box.viewPixelSize()
        assert high / wide == pytest.approx(3.0, rel=0.02)

    def test_axes_count_nanometres_from_the_origin_of_the_file(self, view):
        axis = view.pane.bottom
        left, _, width, _ = view.pane.area
        assert tuple(axis.range) == pytest.approx(((left - 0.5) * 0.5, (left + width - 0.5) * 0.5))
        assert axis.labelText == "x / nm"

    def test_a_slow_plane_is_said_to_be_loading(self, main, qtbot):
        import threading

        import dask.array as da

        gate = threading.Event()

        def read(block_info=None):
            assert gate.wait(10)
            return np.ones((1, 8, 8), dtype=np.float32)

        lazy = label_stack(da.map_blocks(read, chunks=((1,) * 3, (8,), (8,)), meta=np.zeros((0, 0, 0), np.float32)))
        view = main.view(main.desk.add(lazy))
        assert view.place.text().endswith("loading…")
        gate.set()
        qtbot.waitUntil(lambda: not view.place.text().endswith("loading…"))
        assert view.image_item.image[0, 0] == 1


class TestContrast:
    def test_dragging_a_limit_fixes_the_contrast(self, view, qtbot):
        from qtpy.QtCore import QPoint, Qt

        graph = view.contrast.histogram
        qtbot.waitUntil(lambda: graph._histogram is not None)
        low, high = view.display.shown.limits
        start, end = QPoint(round(graph.x_of(high)), 40), QPoint(round(graph.x_of((low + high) / 2)), 40)
        qtbot.mousePress(graph, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(graph, end)
        qtbot.mouseRelease(graph, Qt.MouseButton.LeftButton, pos=end)
        assert view.display.settings.contrast == "fixed"
        assert view.display.shown.limits == pytest.approx((low, (low + high) / 2), abs=(high - low) / 50)
        view.display.plane = 5
        assert view.display.shown.limits[1] == pytest.approx((low + high) / 2, abs=(high - low) / 50)
        qtbot.keyClick(view.pane, Qt.Key.Key_A)
        assert view.display.settings.contrast == "plane"

    def test_limits_can_be_typed(self, view, qtbot):
        from qtpy.QtCore import Qt

        view.contrast.high.selectAll()
        qtbot.keyClicks(view.contrast.high, "1234")
        qtbot.keyClick(view.contrast.high, Qt.Key.Key_Return)
        assert view.display.settings.limits[1] == 1234

    def test_the_plane_in_numbers(self, view, qtbot, stack):
        plane = stack.values[0]
        qtbot.waitUntil(lambda: view.contrast.numbers.text() != "")
        said = view.contrast.numbers.text()
        assert f"min {plane.min()}   max {plane.max()}" in said
        assert f"mean {plane.mean():.5g}" in said

    def test_colours_reach_the_screen(self, view):
        view.display.update(colour_map="inverted", contrast="fixed", limits=(1000.0, 2000.0))
        assert colour_at(view, 30, 30).lightness() == 255


class TestMoreViews:
    def test_the_power_spectrum_follows_the_plane(self, main, qtbot):
        x = np.arange(64)
        waves = [np.cos(2 * np.pi * x / period)[None] * np.ones((64, 1)) for period in (8, 4)]
        view = main.view(main.desk.add(label_stack(np.array(waves), pixel_size=0.1, pixel_units="nm")))
        window = view.show_fft()
        for plane, offset in ((0, 8), (1, 16)):
            view.display.plane = plane
            qtbot.waitUntil(
                lambda offset=offset: (
                    window.power is not None
                    and tuple(np.argwhere(window.power == window.power.max())[-1]) == (32, 32 + offset)
                )
            )
        window.pane.hovered.emit((32.5 + 16, 32.5))
        assert window.spacing.text() == "d = 0.4 nm   k = 2.5 1/nm   0°"

    def test_cuts_follow_the_cross_hair(self, view, qtbot, stack):
        window = view.show_orthogonal()
        qtbot.waitUntil(lambda: window.xz.image_item.image is not None)
        np.testing.assert_array_equal(window.xz.image_item.image, stack.values[:, 32, :])
        window.cross.row_line.setPos(5.2)
        window.cross.column_line.setPos(70.9)
        qtbot.waitUntil(lambda: np.array_equal(window.xz.image_item.image, stack.values[:, 5, :]))
        np.testing.assert_array_equal(window.zy.image_item.image, stack.values[:, :, 70].T)
        window.plane_in_xz.setPos(4.3)
        window.plane_in_xz.sigDragged.emit(window.plane_in_xz)
        assert view.display.plane == 4

    def test_linked_windows_zoom_together(self, main, view, qtbot, stack):
        other = main.view(main.desk.add(stack, title="copy"))
        qtbot.waitUntil(lambda: other.view_box.width() > 50)
        for each in (view, other):
            each.actions_of_view.links["zoom"].trigger()
            each.actions_of_view.links["plane"].trigger()
        view.pane.show_area((10.0, 10.0, 20.0, 20.0))
        view.display.plane = 4
        left, top, width, height = other.pane.area
        assert left <= 10
        assert top <= 10
        assert left + width >= 30
        assert top + height >= 30
        assert min(width, height) < 40
        assert other.display.plane == 4


class TestLife:
    def test_a_session_finds_it_as_it_was(self, main, view, stack):
        import json

        view.display.update(plane=3, colour_map="magma", gamma=0.7, contrast="fixed", limits=(10.0, 90.0))
        view.pane.show_area((8.0, 8.0, 16.0, 16.0))
        view.show_panels(False)
        state = json.loads(json.dumps(view.state()))
        again = main.view(main.desk.add(stack, title="again"))
        again.restore(state)
        assert again.state()["area"][2] == pytest.approx(state["area"][2], rel=0.5)
        again_state, state["area"] = again.state(), None
        again_state["area"] = None
        assert again_state == state

    def test_a_state_of_another_world_does_no_harm(self, view):
        view.restore({"colour_map": "ultraviolet", "plane": 999, "gamma": "much", "linked": ["minds"], "new": 1})
        assert view.display.plane == 11
        assert view.display.settings.colour_map == "grey"

    def test_other_data_keep_plane_and_colours(self, view, stack):
        view.display.update(plane=5, colour_map="hot")
        view.document.replace_data(stack.isel(energy_loss=slice(0, 4)))
        assert view.display.plane == 3
        assert view.planes.slider.maximum() == 3
        assert view.display.settings.colour_map == "hot"

    def test_a_picture_is_what_is_seen(self, view):
        view.display.update(contrast="fixed", limits=(-2.0, -1.0))
        picture = view.as_shown()
        assert picture.pixelColor(picture.width() // 2, picture.height() // 2).lightness() == 255

    def test_closing_frees_window_and_pixels(self, main, qtbot):
        pixels = np.zeros((3, 32, 32))
        document = main.desk.add(label_stack(pixels), title="gone")
        view = main.view(document)
        view.show_fft()
        view.show_orthogonal()
        for kind in ("zoom", "plane"):
            view.actions_of_view.links[kind].trigger()
        display = weakref.ref(view.display)
        main.desk.close(document)
        del view, document

        def is_gone():
            gc.collect()
            return display() is None

        qtbot.waitUntil(is_gone)


def test_the_arrow_of_a_narrow_toolbar_has_the_colour_of_the_theme(view):
    from qtpy.QtGui import QColor, QPalette
    from qtpy.QtWidgets import QToolButton

    palette = view.toolbar.palette()
    palette.setColor(QPalette.ColorRole.ButtonText, QColor("#ff0000"))
    view.toolbar.setPalette(palette)
    shown = view.toolbar.findChild(QToolButton, "qt_toolbar_ext_button").icon().pixmap(24, 24).toImage()
    seen = {shown.pixelColor(x, y).name() for x in range(24) for y in range(24) if shown.pixelColor(x, y).alpha() > 200}
    assert seen == {"#ff0000"}
