"""The Align window, driven as its user drives it."""

import gc
import weakref

import numpy as np
import pytest
from qtpy.QtCore import QPointF, Qt
from qtpy.QtWidgets import QCheckBox, QComboBox, QDialog, QDialogButtonBox, QFileDialog, QMessageBox, QRadioButton

from temstack.drift import load_drift
from temstack.testing import drifting_eftem_series
from temstack.viewer.models.overlay import grey_levels
from temstack.viewer.views.align.window import AlignWindow, align_window


@pytest.fixture(scope="module")
def series():
    return drifting_eftem_series(5, size=128, seed=4, electrons_per_px=400)


@pytest.fixture
def window(main, series, qtbot):
    document = main.desk.add(series.stack, title="Fe")
    window = align_window(main, document)
    qtbot.waitUntil(window.isVisible)
    return window


def act(main, text):
    (action,) = [each for each in main.menu("Align").actions() if each.text().replace("&", "") == text]
    action.trigger()


def solved(window, qtbot):
    qtbot.mouseClick(window.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.aligning.is_running, timeout=30_000)
    assert window.aligning.drift is not None
    return window


def shown_frames(window, qtbot, count):
    qtbot.waitUntil(lambda: len(window.check._frames) == count, timeout=10_000)
    window._for_check.wait(10)
    qtbot.wait(1)
    return window.check._frames


def test_the_menu_opens_one_window_for_a_stack(main, series):
    main.desk.add(series.stack, title="Fe")
    act(main, "Estimate drift (SDSD)…")
    act(main, "Check alignment…")
    (window,) = main.findChildren(AlignWindow)
    assert window.tabs.currentWidget() is window.check


def test_the_menu_says_what_it_needs(main, qtbot):
    act(main, "Estimate drift (SDSD)…")
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)))
    assert "needs a stack" in main.findChildren(QMessageBox)[0].text()


def test_the_preview_follows_the_settings(window, qtbot):
    window.show_tab("preview")
    item = window.preview.plane_pane.image_item
    qtbot.waitUntil(lambda: item.image is not None, timeout=20_000)
    before = item.image.copy()
    qtbot.mouseClick(window.form.findChild(QCheckBox, "sobel"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not np.array_equal(item.image, before), timeout=10_000)
    assert window.aligning.settings.sobel
    x, y = (float(values[0]) for values in window.preview.peak.getData())
    height, width = window.preview.pair_pane.image_item.image.shape
    assert 0 < x < width
    assert 0 < y < height
    estimator = window.form.findChild(QComboBox, "estimator")
    estimator.setCurrentIndex(estimator.findData("reference"))
    assert window.form.reference.isEnabled()


def test_settings_that_cannot_be_meant_are_said_and_nothing_breaks(window, qtbot):
    window.aligning.settings = type(window.aligning.settings)(finest_px=30, coarsest_px=4)
    qtbot.waitUntil(lambda: "finest smaller" in window.preview.words.text(), timeout=10_000)
    qtbot.mouseClick(window.run_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(window.main.findChildren(QMessageBox)))
    assert not window.aligning.is_running


def test_a_region_is_taken_from_the_stack_or_typed(window, qtbot):
    window.document.regions.add("rectangle", [(10, 12), (90, 100)])
    qtbot.mouseClick(window.form.findChild(object, "region from rectangle"), Qt.MouseButton.LeftButton)
    assert window.aligning.settings.region == (10, 12, 90, 100)
    window.form.region.setText("0, 0, 500, 500")
    qtbot.keyClick(window.form.region, Qt.Key.Key_Return)
    assert "not inside" in window.form.problem.text()
    assert window.aligning.settings.region == (10, 12, 90, 100)


def test_estimate_blink_nudge_solve_again(window, series, qtbot):
    solved(window, qtbot)
    assert window.aligning.drift.drift_px == pytest.approx(series.true_drift_px, abs=0.2)
    window.show_tab("check")
    _, second = shown_frames(window, qtbot, 2)
    place = window.aligning.places_px[1]
    plane = window.check._planes.plane(1, (float(place[0]), float(place[1])))
    np.testing.assert_array_equal(second[..., 0], grey_levels(plane))
    pane = window.check.pane
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    qtbot.keyClick(pane, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(pane, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert window.aligning.pins[1] == pytest.approx((place[0] - 10, place[1] - 0.9), abs=1e-3)
    assert window.check.pins.count() == 1
    assert "Solve again" in window.state.text()
    pin = window.aligning.pins[1]
    qtbot.mouseClick(window.check.solve, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.aligning.is_running and not window.aligning.is_outdated, timeout=30_000)
    assert window.aligning.drift.drift_px[1] == pytest.approx(pin)
    qtbot.mouseClick(window.check.release_all, Qt.MouseButton.LeftButton)
    assert window.aligning.pins == {}


def test_keys_change_what_is_shown(window, qtbot):
    window.show_tab("check")
    shown_frames(window, qtbot, 2)
    assert window.check.is_blinking
    pane = window.check.pane
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    assert not window.check.is_blinking
    qtbot.keyClick(pane, Qt.Key.Key_O)
    (picture,) = shown_frames(window, qtbot, 1)
    assert picture.shape == (128, 128, 3)
    assert not window.check.is_blinking
    qtbot.keyClick(pane, Qt.Key.Key_D)
    assert window.check.mode_buttons["difference"].isChecked()
    qtbot.keyClick(pane, Qt.Key.Key_PageDown)
    assert window.aligning.chosen.plane == 2
    window.show_tab("drift")
    assert not window.check.is_blinking


def test_a_click_on_the_matrix_or_a_worst_pair_chooses_it(window, qtbot):
    solved(window, qtbot)
    window.show_tab("pairs")
    window.resize(1100, 700)
    qtbot.wait(20)
    matrix = window.pairs.matrix
    place = matrix.mapFromScene(matrix.getViewBox().mapViewToScene(QPointF(3.5, 1.5)))
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (window.aligning.chosen.plane, window.aligning.partners) == (3, (1,))
    assert "1 · " in window.pairs.words.text()
    table = window.pairs.table
    worst = int(np.nanargmax(window.aligning.drift.pair_residual_px))
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualItemRect(table.item(0, 0)).center())
    expected = tuple(int(plane) for plane in window.aligning.drift.pairs[worst])
    assert (window.aligning.partners[0], window.aligning.chosen.plane) == expected
    assert window.tabs.currentWidget() is window.check


def test_estimate_can_be_cancelled(window, qtbot):
    qtbot.mouseClick(window.run_button, Qt.MouseButton.LeftButton)
    assert window.cancel_button.isVisible()
    qtbot.mouseClick(window.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.aligning.is_running, timeout=20_000)
    assert window.aligning.drift is None
    assert window.run_button.isEnabled()


def test_apply_gives_a_window_that_can_be_undone(window, qtbot):
    main = window.main
    solved(window, qtbot)
    qtbot.mouseClick(window.apply_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=20_000)
    result = main.desk.documents[-1]
    assert result.data.attrs["history"][-1]["operation"] == "apply_drift"
    main.desk.undo.undo()
    assert result not in main.desk.documents


def accept(dialog, qtbot):
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_align_and_add_in_one_step(window, qtbot):
    main = window.main
    act(main, "Align and add…")
    dialog = window.findChild(QDialog, "align and add")
    dialog.findChild(QRadioButton, "weigh as exposure").click()
    accept(dialog, qtbot)
    qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=30_000)
    summed = main.desk.documents[-1]
    assert summed.kind == "image"
    assert summed.data.attrs["history"][-1]["parameters"]["weights"] == "exposure"


def test_the_drift_goes_to_another_stack(window, series, qtbot):
    main = window.main
    solved(window, qtbot)
    other = main.desk.add(series.stack * 2, title="twice")
    main.desk.active = window.document
    window.apply_to_another()
    dialog = window.findChild(QDialog, "apply to another stack")
    accept(dialog, qtbot)
    qtbot.waitUntil(lambda: len(main.desk.documents) == 3, timeout=20_000)
    assert main.desk.documents[-1].title == f"{other.title} – aligned"


def choose_file(dialog, path):
    dialog.selectFile(str(path))
    dialog.fileSelected.emit(str(path))
    dialog.close()


def test_drift_is_saved_and_loaded_and_reported(window, qtbot, tmp_path):
    solved(window, qtbot)
    window.save_drift()
    choose_file(window.findChild(QFileDialog, "save drift"), tmp_path / "d.tsv")
    np.testing.assert_allclose(load_drift(tmp_path / "d.tsv").drift_px, window.aligning.drift.drift_px)
    window.aligning.nudge(5, 5)
    window.load_drift()
    choose_file(window.findChild(QFileDialog, "load drift"), tmp_path / "d.tsv")
    assert window.aligning.pins == {}
    window.write_report()
    choose_file(window.findChild(QFileDialog, "export report"), tmp_path / "r.html")
    qtbot.waitUntil((tmp_path / "r.html").exists, timeout=30_000)


def test_it_closes_with_its_stack_and_leaves_nothing(main, qtbot, series):
    document = main.desk.add(series.stack.copy(), title="Fe", is_saved=True)
    window = align_window(main, document)
    for tab in ("drift", "pairs", "check", "preview"):
        window.show_tab(tab)
    window._for_preview.wait(20)
    window._for_check.wait(20)
    held = weakref.ref(window.aligning), weakref.ref(document)
    main.desk.close(document)
    main.desk.undo.clear()
    del window, document
    qtbot.waitUntil(lambda: gc.collect() >= 0 and [ref() for ref in held] == [None, None], timeout=5_000)
    assert main.findChildren(AlignWindow) == []


def test_other_data_begin_anew_and_no_stack_closes_it(window, series, qtbot):
    main = window.main
    solved(window, qtbot)
    for tab in ("check", "drift"):
        window.show_tab(tab)
        window.document.replace_data(series.stack[:3])
        assert window.aligning.drift is None
        assert window.check.plane.maximum() == 2
    window.document.replace_data(series.stack[0])
    qtbot.waitUntil(lambda: not main.findChildren(AlignWindow), timeout=5_000)
