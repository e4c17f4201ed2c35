"""Series recorded from their forms, in real windows, on the virtual microscope."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QAbstractButton, QComboBox, QLabel, QMessageBox, QPlainTextEdit, QPushButton, QTabWidget

import temstack as ts
from temstack.instrument.simulated import Imperfections
from temstack.series import EftemSeries, load_series
from temstack.viewer.models.bench import Choice
from temstack.viewer.views.acquire.form import SeriesForm

PATIENCE_MS = 30_000


@pytest.fixture
def bench(main, qtbot, tmp_path: Path) -> Iterator:
    """The microscope of the desk: a small virtual one in this process."""
    bench = main.desk.bench
    bench.folder = tmp_path
    options = {"seed": 1, "shape": (64, 64), "brightness": 1.0, "imperfections": Imperfections.none()}
    bench.connect(Choice(name="simulated", options=options))
    qtbot.waitUntil(lambda: bench.is_connected, timeout=PATIENCE_MS)
    yield bench
    bench.close()
    for box in main.findChildren(QMessageBox):
        box.close()


def action(main, title: str):
    (found,) = [one for one in main.menu("Acquire").actions() if title in one.text().replace("&", "")]
    return found


def open_form(main, qtbot, kind: str, title: str) -> SeriesForm:
    action(main, title).trigger()
    form = main.findChild(SeriesForm, f"{kind} form")
    qtbot.waitUntil(lambda: "Disk" in form.findChild(QLabel, "forecast").text(), timeout=PATIENCE_MS)
    return form


def recording_window(main):
    (window,) = [one for one in main.windows() if one.windowTitle().startswith("Recording")]
    return window


def click(qtbot, parent, kind: type[QAbstractButton], name: str) -> None:
    qtbot.mouseClick(parent.findChild(kind, name), Qt.MouseButton.LeftButton)


def answer(main, qtbot, name: str, text: str) -> None:
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox, name)), timeout=PATIENCE_MS)
    box = main.findChildren(QMessageBox, name)[-1]
    (button,) = [one for one in box.buttons() if text in one.text()]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


# --- the menu ---------------------------------------------------------------------------------------


def test_series_need_a_microscope(main) -> None:
    assert not action(main, "EFTEM").isEnabled()
    assert not action(main, "Live view").isEnabled()
    assert action(main, "Microscope").isEnabled()
    assert main.findChild(QLabel, "microscope state").text() == "No microscope"


def test_the_status_bar_says_which_microscope(main, bench) -> None:
    assert main.findChild(QLabel, "microscope state").text() == "Microscope simulated · 200 kV"
    assert action(main, "EFTEM").isEnabled()
    action(main, "Disconnect").trigger()
    assert not bench.is_connected
    assert not action(main, "EFTEM").isEnabled()


def test_a_microscope_that_nobody_serves_is_said(main, qtbot) -> None:
    main.desk.bench.connect(Choice(name="simulated://127.0.0.1:1"))
    qtbot.waitUntil(lambda: bool(main.findChildren(QMessageBox)), timeout=PATIENCE_MS)
    box = main.findChildren(QMessageBox)[0]
    assert "cannot be reached" in box.text()
    box.close()
    assert not main.desk.bench.is_connected


# --- forms ------------------------------------------------------------------------------------------


def test_an_eftem_form_forecasts_as_it_is_typed(main, qtbot, bench, tmp_path: Path) -> None:
    form = open_form(main, qtbot, "eftem", "EFTEM")
    assert "21&nbsp;planes" in form.forecast.text() or "21 planes, 480 to 580 eV" in form.forecast.text()
    form.edits["step_ev"].set_value(10.0)
    assert form.last.value() == 680.0
    form.last.setValue(530.0)
    form.last.editingFinished.emit()
    assert form.edits["n_planes"].value() == 6
    qtbot.waitUntil(lambda: "6 planes, 480 to 530 eV" in form.forecast.text(), timeout=PATIENCE_MS)
    assert Path(form.path.text()) == tmp_path / "eftem-001.zarr"


def test_a_file_that_exists_is_refused_until_it_may_be_replaced(main, qtbot, bench, tmp_path: Path) -> None:
    form = open_form(main, qtbot, "time", "Time-lapse")
    (tmp_path / "there.zarr").mkdir()
    form.path.setText(str(tmp_path / "there.zarr"))
    assert "already exists" in form.problem.text()
    assert not form.record_button.isEnabled()
    form.overwrite.setChecked(True)
    assert form.record_button.isEnabled()


def test_what_cannot_be_meant_or_done_blocks_recording(main, qtbot, bench) -> None:
    form = open_form(main, qtbot, "focal", "Focal")
    form.edits["step_nm"].set_value(0.0)
    assert "step other than 0" in form.problem.text()
    assert not form.record_button.isEnabled()
    form.edits["step_nm"].set_value(5.0)
    assert form.record_button.isEnabled()
    form.edits["readout_area"].set_value((0, 0, 4096, 4096))
    qtbot.waitUntil(lambda: "no such readout area" in form.problem.text(), timeout=PATIENCE_MS)
    assert not form.record_button.isEnabled()


def test_settings_are_kept_as_toml_and_shown_again(main, qtbot, bench, tmp_path: Path) -> None:
    form = open_form(main, qtbot, "eftem", "EFTEM")
    form.edits["slit_width_ev"].set_value(7.0)
    form.rules["lower_counts"].set_value(500.0)
    form.save(tmp_path / "mine.toml")
    saved = load_series(tmp_path / "mine.toml")
    assert isinstance(saved, EftemSeries)
    assert saved.slit_width_ev == 7.0
    other = SeriesForm(main, "eftem")
    other.load(tmp_path / "mine.toml")
    assert other.values()["slit_width_ev"] == 7.0
    assert other.values()["auto_exposure"]["lower_counts"] == 500.0
    assert other.values()["auto_exposure"]["upper_counts"] is None
    other.close()


# --- recording --------------------------------------------------------------------------------------


def test_an_eftem_series_is_recorded_from_its_form_and_seen_as_it_grows(main, qtbot, bench, tmp_path: Path) -> None:
    form = open_form(main, qtbot, "eftem", "EFTEM")
    form.edits["n_planes"].set_value(8)
    form.edits["step_ev"].set_value(10.0)
    assert form.automatic.isChecked()
    click(qtbot, form, QPushButton, "record")
    recorder = bench.recorder
    qtbot.waitUntil(lambda: bool(main.desk.documents), timeout=PATIENCE_MS)
    (document,) = main.desk.documents
    view = recording_window(main).widget()
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)
    assert document.data.is_recorded.all()
    assert document.is_saved
    assert document.data.attrs["state"] == "complete"
    assert main.view(document).display.plane == 7, "its window follows the newest plane"
    assert len(np.unique(document.data.exposure_s.values)) > 1, "it was exposed automatically"
    view.refresh()
    energies, means = view._curves["whole frame"].getData()
    assert energies.tolist() == document.data.energy_loss.values.tolist()
    assert means == pytest.approx(ts.counts(ts.read(tmp_path / "eftem-001.zarr")).mean(("y", "x")).values, rel=1e-5)
    for tab in (1, 2):
        view.findChild(QTabWidget, "plots").setCurrentIndex(tab)
    assert view._drifts["y"][0].getData()[0].size == 8
    assert view.sum.image_item.image is not None
    assert view.headline.text() == "Complete · 8 of 8 planes"
    assert "dark reference" in view.findChild(QPlainTextEdit, "log").toPlainText()


def test_a_user_who_steps_back_is_left_alone(main, qtbot, bench) -> None:
    form = open_form(main, qtbot, "time", "Time-lapse")
    form.edits["n_planes"].set_value(200)
    form.edits["interval_s"].set_value(0.0)
    form.record()
    recorder = bench.recorder
    qtbot.waitUntil(lambda: bool(main.desk.documents), timeout=PATIENCE_MS)
    display = main.view(main.desk.documents[0]).display
    qtbot.waitUntil(lambda: display.plane > 3, timeout=PATIENCE_MS)
    display.plane = 1
    recorded = recorder.facts.recorded
    with qtbot.waitSignal(_qt_signal_of(main, recorder), timeout=PATIENCE_MS):
        pass
    qtbot.waitUntil(lambda: recorder.facts.recorded > recorded + 5, timeout=PATIENCE_MS)
    assert display.plane == 1
    recorder.stop()
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)


def _qt_signal_of(main, recorder):
    """A Qt signal for the next time that the stack grows."""
    from qtpy.QtCore import QObject, Signal

    class Bell(QObject):
        rung = Signal()

    bell = Bell(main)
    recorder.grown.connect(lambda _stack: bell.rung.emit())
    return bell.rung


def begin_long_series(main, qtbot, bench, n_planes: int = 120) -> object:
    form = open_form(main, qtbot, "focal", "Focal")
    form.edits["n_planes"].set_value(n_planes)
    form.edits["step_nm"].set_value(2.0)
    form.record()
    view = recording_window(main).widget()
    qtbot.waitUntil(lambda: bench.recorder.facts.recorded >= 3 and view.pause.isEnabled(), timeout=PATIENCE_MS)
    return view


def test_pause_go_on_stop_and_resume(main, qtbot, bench) -> None:
    before = bench.session.microscope.focus.defocus_nm
    view, recorder = begin_long_series(main, qtbot, bench), bench.recorder
    click(qtbot, view, QPushButton, "pause")
    qtbot.waitUntil(lambda: recorder.facts.state == "paused", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: view.pause.text() == "Go on", timeout=PATIENCE_MS)
    assert bench.session.microscope.beam.is_blanked
    paused = recorder.facts.recorded
    assert paused < 120
    click(qtbot, view, QPushButton, "pause")
    qtbot.waitUntil(lambda: recorder.facts.recorded > paused, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: view.pause.text() == "Pause", timeout=PATIENCE_MS)
    click(qtbot, view, QPushButton, "stop")
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)
    (document,) = main.desk.documents
    assert recorder.facts.state == "partial"
    assert bench.session.microscope.focus.defocus_nm == pytest.approx(before, abs=0.1)
    assert not bench.session.microscope.beam.is_blanked
    view.refresh()
    view.resume.click()
    assert bench.recorder is not recorder
    qtbot.waitUntil(lambda: not bench.recorder.is_running, timeout=PATIENCE_MS)
    assert document.data.is_recorded.all(), "the same window shows the rest"
    assert len(main.desk.documents) == 1


@pytest.mark.parametrize(("choice", "state"), [("Go on", "complete"), ("Stop", "partial")])
def test_closing_the_window_of_a_series_asks(main, qtbot, bench, choice: str, state: str) -> None:
    begin_long_series(main, qtbot, bench, 60)
    recorder, window = bench.recorder, recording_window(main)
    window.close()
    assert recorder.is_running
    answer(main, qtbot, "recording goes on", choice)
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)
    assert recorder.facts.state == state
    assert window not in main.windows()


def test_quitting_while_recording_stops_keeps_and_quits(main, qtbot, bench) -> None:
    begin_long_series(main, qtbot, bench)
    recorder = bench.recorder
    main.close()
    assert main.isVisible()
    answer(main, qtbot, "recording goes on", "Stop")
    qtbot.waitUntil(lambda: not recorder.is_running and not main.isVisible(), timeout=PATIENCE_MS)
    assert recorder.facts.state == "partial"


def test_quitting_while_recording_may_go_on_without_windows(main, qtbot, bench) -> None:
    begin_long_series(main, qtbot, bench, 60)
    recorder = bench.recorder
    main.close()
    answer(main, qtbot, "recording goes on", "Go on")
    qtbot.waitUntil(lambda: not main.isVisible(), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)
    assert recorder.facts.state == "complete"


def test_a_device_that_fails_is_said_and_planes_are_kept(main, qtbot, bench) -> None:
    bench.session.microscope.simulation.arm("camera:raises:20")
    begin_long_series(main, qtbot, bench)
    recorder = bench.recorder
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)
    assert recorder.facts.state == "failed"
    assert recorder.facts.recorded >= 3
    assert recorder.facts.can_resume
    assert any("Virtual CCD" in box.text() for box in main.findChildren(QMessageBox))


# --- the camera live --------------------------------------------------------------------------------


def open_live(main, qtbot):
    action(main, "Live view").trigger()
    (window,) = [one for one in main.windows() if one.windowTitle() == "Live view"]
    widget = window.widget()
    qtbot.waitUntil(lambda: widget.image.image_item.image is not None, timeout=PATIENCE_MS)
    return window, widget


def test_the_camera_is_seen_live_and_knobs_are_turned_by_keys(main, qtbot, bench) -> None:
    _, live = open_live(main, qtbot)
    assert "frames/s" in live.state.text()
    qtbot.waitUntil(lambda: live.knobs.edits["defocus_nm"].box.value() == 100.0, timeout=PATIENCE_MS)
    live.setFocus()
    live.knobs.edits["defocus_nm"].box.setFocus()
    qtbot.keyClick(live.knobs.edits["defocus_nm"].box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: bench.session.microscope.focus.defocus_nm > 105, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "110" in live.knobs.edits["defocus_nm"].reading.text(), timeout=PATIENCE_MS)
    live.fft_button.click()
    qtbot.waitUntil(lambda: live.fft.image_item.image is not None, timeout=PATIENCE_MS)
    live.findChild(QComboBox, "binning").setCurrentText("2 × 2")
    qtbot.waitUntil(lambda: live.image.image_item.image.shape == (32, 32), timeout=PATIENCE_MS)
    live.take.click()
    qtbot.waitUntil(lambda: live.dark.text().startswith("Dark reference for 0.1 s"), timeout=PATIENCE_MS)


def test_the_live_view_makes_way_for_a_series_and_stops_when_it_is_closed(main, qtbot, bench) -> None:
    window, live = open_live(main, qtbot)
    begin_long_series(main, qtbot, bench)
    qtbot.waitUntil(lambda: not live.live.is_running, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "recorded" in live.state.text(), timeout=PATIENCE_MS)
    bench.recorder.stop()
    qtbot.waitUntil(lambda: not bench.recorder.is_running, timeout=PATIENCE_MS)
    model = live.live
    window.close()
    qtbot.waitUntil(lambda: not model._thread.is_alive(), timeout=PATIENCE_MS)


# --- nothing is left ----------------------------------------------------------------------------------


def test_the_window_of_a_series_is_freed(main, qtbot, bench) -> None:
    form = open_form(main, qtbot, "exposure", "Multiple exposure")
    form.edits["n_planes"].set_value(3)
    form.record()
    qtbot.waitUntil(lambda: not bench.recorder.is_running and bool(main.desk.documents), timeout=PATIENCE_MS)
    view = weakref.ref(recording_window(main).widget())
    recording_window(main).close()
    del form
    _wait_for_freed(qtbot, view)


def _wait_for_freed(qtbot, reference: Callable[[], object]) -> None:
    def is_gone() -> bool:
        gc.collect()
        return reference() is None

    qtbot.waitUntil(is_gone, timeout=PATIENCE_MS)
