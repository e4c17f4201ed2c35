"""The tour of docs/how-to/viewer-tour.md, click by click, on a smaller camera."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QComboBox, QDialog, QLabel, QPushButton, QWidget

import temstack as ts
from temstack.viewer.views.picker_view import PickerView

TOUR = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "viewer-tour.md"
FIELDS = {
    "First energy loss": ("start_ev", "600"),
    "Step": ("step_ev", "10"),
    "Planes": ("n_planes", "18"),
    "Slit width": ("slit_width_ev", "10"),
    "Exposure": ("exposure_s", "2"),
    "Longest exposure": ("longest_s", "32"),
    "Binning": ("binning", "2 × 2"),
}
"""Words of the tour → the field, and what is typed into it or chosen."""

PATIENCE_MS = 60_000


def choose(main, menu: str, entry: str) -> None:
    """Choose an entry of a menu by the words of the tour, which must be there."""
    assert f"**{menu} › {entry}**" in TOUR.read_text(encoding="utf-8")
    (action,) = [each for each in main.menu(menu).actions() if each.text().replace("&", "") == entry]
    assert action.isEnabled()
    action.trigger()


def press(qtbot, parent: QWidget, words: str) -> None:
    assert f"**{words}**" in TOUR.read_text(encoding="utf-8")
    (button,) = [each for each in parent.findChildren(QPushButton) if each.text() == words]
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def dialog_named(title: str) -> QDialog:
    (found,) = [
        each
        for each in QApplication.topLevelWidgets()
        if isinstance(each, QDialog) and each.isVisible() and each.windowTitle() == title
    ]
    return found


def widget_of(main, title: str) -> QWidget:
    (window,) = [each for each in main.windows() if each.windowTitle().startswith(title)]
    return window.widget()


def type_in(edit, text: str) -> None:
    """Set a field as a hand does: tick it, mark what is there, type."""
    if isinstance(edit.box, QComboBox):
        edit.box.setCurrentText(text)
        assert edit.box.currentText() == text
        return
    if edit.tick is not None:
        edit.tick.setChecked(True)
    edit.box.selectAll()
    QTest.keyClicks(edit.box, text)
    edit.box.interpretText()  # what going on to the next field does


@pytest.fixture
def connected(main, qtbot, tmp_path: Path):
    """Part 1: the virtual microscope, in a process of its own."""
    choose(main, "Acquire", "Microscope…")
    dialog = dialog_named("Microscope")
    dialog.findChild(QComboBox, "size").setCurrentText("256")
    press(qtbot, dialog, "Connect")
    qtbot.waitUntil(lambda: main.desk.bench.is_connected, timeout=PATIENCE_MS)
    main.desk.bench.folder = tmp_path
    yield main
    main.desk.bench.close()


def record(main, qtbot) -> object:
    """Part 2: fill in the form, record, close the recording window."""
    choose(main, "Acquire", "EFTEM series…")
    form = dialog_named("EFTEM series")
    for name, text in FIELDS.values():
        type_in({**form.edits, **form.rules}[name], text)
    qtbot.waitUntil(lambda: "600 to 770 eV" in form.findChild(QLabel, "forecast").text(), timeout=PATIENCE_MS)
    assert form.last.value() == 770
    press(qtbot, form, "Record")
    recorder = main.desk.bench.recorder
    qtbot.waitUntil(lambda: bool(main.desk.documents), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not recorder.is_running, timeout=PATIENCE_MS)
    recording = widget_of(main, "Recording")
    qtbot.waitUntil(lambda: recording.findChild(QLabel, "headline").text() == "Complete · 18 of 18 planes")
    assert "*Complete · 18 of 18 planes*" in TOUR.read_text(encoding="utf-8")
    recording.parentWidget().close()
    (document,) = main.desk.documents
    return document


def align(main, qtbot, document) -> object:
    """Part 3: estimate the drift, apply it."""
    main.window_of(document).bring_to_front()
    choose(main, "Align", "Estimate drift (SDSD)…")
    window = widget_of(main, "Align")
    press(qtbot, window, "Estimate")
    qtbot.waitUntil(lambda: window.aligning.drift is not None and not window.aligning.is_running, timeout=PATIENCE_MS)
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Drift"
    assert [window.tabs.tabText(index) for index in (2, 3)] == ["Pairs", "Check"]
    press(qtbot, window, "Apply")
    qtbot.waitUntil(lambda: len(main.desk.documents) == 2, timeout=PATIENCE_MS)
    aligned = main.desk.documents[1]
    assert aligned.title.endswith("– aligned")
    return aligned


def map_iron(main, qtbot, aligned) -> object:
    """Part 4: the live map, its windows dragged to where the tour has them."""
    main.window_of(aligned).bring_to_front()
    choose(main, "Spectrum", "Elemental map, live")
    picker = widget_of(main, "Spectra of")
    assert isinstance(picker, PickerView)
    qtbot.waitUntil(lambda: picker.live is not None and picker.live.document is not None, timeout=PATIENCE_MS)
    for name, ends in (("pre 1", (598, 648)), ("pre 2", (652, 702)), ("post", (708, 772))):
        picker.bars.bars[name].setRegion(ends)
    wanted = "net 710 … 770 eV over 600 … 640 and 660 … 700 eV"
    qtbot.waitUntil(lambda: wanted in picker.live.document.title, timeout=PATIENCE_MS)
    picker.live.wait()
    before = list(main.desk.documents)
    picker.keep_image.trigger()
    (kept,) = [each for each in main.desk.documents if each not in before]
    return kept


def test_from_start_to_a_map_of_iron(connected, qtbot, tmp_path: Path) -> None:
    main = connected
    assert main.findChild(QLabel, "microscope state").text() == "Virtual microscope (particles, seed 1) · 200 kV"
    recorded = record(main, qtbot)
    assert recorded.path.parent == tmp_path
    raw = ts.read(recorded.path)
    assert raw.energy_loss.values.tolist() == list(np.arange(600.0, 771, 10))
    aligned = align(main, qtbot, recorded)
    iron = map_iron(main, qtbot, aligned)
    assert [each["operation"] for each in iron.data.attrs["history"]][-2:] == ["apply_drift", "elemental_map"]
    wanted = ts.elemental_map(aligned.data, pre=[(600, 640), (660, 700)], post=(710, 770))
    np.testing.assert_allclose(iron.data.values, wanted.values)
    middle, noise = np.median(iron.data), 1.48 * np.median(np.abs(iron.data - np.median(iron.data)))
    assert np.percentile(iron.data, 99) > middle + 20 * noise, "iron stands out of the carbon film"


def test_the_tour_names_the_fields_that_are_typed_here() -> None:
    rows = re.findall(r"^\| (.+?) \| (.+?) \| .*\|$", TOUR.read_text(encoding="utf-8"), re.MULTILINE)
    told = {name: value for name, value in rows if name in FIELDS}
    assert set(told) == set(FIELDS)
    for name, (_, typed) in FIELDS.items():
        assert typed in told[name], name
