"""The tour of a microscopist, in pictures: connect, record a series over the iron edge, align it, map iron."""

from __future__ import annotations

from typing import Any

from qtpy.QtWidgets import QPushButton
from viewer_stage import Scene, Stage

from temstack.viewer.models.virtual_microscope import VirtualSetup
from temstack.viewer.views.acquire.form import SeriesForm
from temstack.viewer.views.acquire.microscope import MicroscopeDialog

_SERIES = {
    "start_ev": 600.0,
    "step_ev": 10.0,
    "n_planes": 18,
    "slit_width_ev": 10.0,
    "exposure_s": 2.0,
    "binning": (2, 2),
}
_LONGEST_S = 32.0
_HALF_WAY = 9
_DIM, _DEFOCUS_NM = 0.01, 400.0
"""Without a loss the brightness that losses of 700 eV want is too much."""


def connect(stage: Stage) -> MicroscopeDialog:
    """Choose the virtual microscope; its dialog is open."""
    stage.choose("Acquire", "Microscope…")
    (dialog,) = (each for each in stage.dialogs() if isinstance(each, MicroscopeDialog))
    assert dialog.choice().virtual == VirtualSetup()
    return dialog


def connect_quietly(stage: Stage) -> None:
    """Choose the virtual microscope, and wait for it."""
    connect(stage).findChild(QPushButton, "connect").click()
    stage.wait(lambda: stage.main.desk.bench.is_connected, "the microscope")
    stage.main.desk.bench.folder = stage.folder


def fill_in(stage: Stage) -> SeriesForm:
    """Fill in the form of the series over the iron edge."""
    stage.choose("Acquire", "EFTEM series…")
    form = stage.main.findChild(SeriesForm, "eftem form")
    for name, value in _SERIES.items():
        form.edits[name].set_value(value)
    form.rules["longest_s"].set_value(_LONGEST_S)
    form.edits["title"].set_value("Fe-L")
    form.path.setText("fe-l.zarr")
    stage.wait(lambda: "18&nbsp;planes" in form.forecast.text() or "18 planes" in form.forecast.text(), "the forecast")
    return form


def tour(stage: Stage) -> None:
    """Take all pictures of the tour."""
    connect(stage)
    stage.save("tour-microscope")
    stage.dialogs()[-1].findChild(QPushButton, "connect").click()
    stage.wait(lambda: stage.main.desk.bench.is_connected, "the microscope")
    stage.main.desk.bench.folder = stage.folder
    form = fill_in(stage)
    stage.save("tour-form")
    form.record()
    recorder = stage.main.desk.bench.recorder
    stage.wait(lambda: recorder.facts.recorded >= _HALF_WAY, "half of the series")
    pause(stage, recorder)
    document = stage.main.desk.documents[0]
    document.regions.add("ellipse", [(240, 190), (285, 235)], name="particle")
    stage.main.view(document).show_panels(False)
    recording = stage.window("Recording")
    stage.put(document, 0, 0, 0.46, 0.8)
    stage.put("Recording", 0.46, 0, 1, 1)
    stage.main.view(document).pane.fit()
    stage.settle(1.0)
    stage.save("tour-recording")
    recording.widget().findChild(QPushButton, "pause").click()
    stage.wait(lambda: not recorder.is_running, "the series")
    recording.close()
    align_and_map(stage, document)


def pause(stage: Stage, recorder: Any) -> None:
    """Hold the series, so that the picture is the same each time."""
    stage.window("Recording").widget().findChild(QPushButton, "pause").click()
    stage.wait(lambda: recorder.facts.state == "paused", "the pause")


def align_and_map(stage: Stage, document: Any) -> None:
    """Align the series that was recorded, apply the drift, and follow the map of iron."""
    stage.main.window_of(document).bring_to_front()
    stage.choose("Align", "Estimate drift (SDSD)…")
    align = stage.window("Align")
    align.showMaximized()
    widget = align.widget()
    job = widget.estimate()
    stage.wait(lambda: not job.is_running, "the drift")
    stage.save("tour-drift")
    widget.apply()
    stage.wait(lambda: len(stage.main.desk.documents) == 2, "the aligned stack")
    align.close()
    stage.settle()
    found = stage.main.desk.documents[1]
    stage.main.window_of(document).showMinimized()
    stage.main.window_of(found).bring_to_front()
    stage.settle()
    stage.choose("Spectrum", "Elemental map, live")
    picker = stage.window("Spectra of").widget()
    stage.wait(lambda: picker.live is not None and picker.live.document is not None, "the live map")
    for name, ends in (("pre 1", (598, 648)), ("pre 2", (652, 702)), ("post", (708, 772))):
        picker.bars.bars[name].setRegion(ends)
    stage.wait(lambda: "710 … 770 eV over 600 … 640 and 660 … 700" in picker.live.document.title, "the map of iron")
    for each in (found, picker.live.document):
        stage.main.view(each).show_panels(False)
    stage.put(found, 0, 0, 0.4, 0.6)
    stage.put("Spectra of", 0, 0.6, 1, 1)
    stage.put(picker.live.document, 0.4, 0, 1, 0.6)
    stage.settle(0.5)
    stage.save("tour-map")


def live(stage: Stage) -> None:
    """Show the camera live, with its knobs."""
    connect_quietly(stage)
    stage.choose("Acquire", "Live view")
    window = stage.window("Live view")
    widget = window.widget()
    stage.put("Live view", 0, 0, 1, 1)
    widget.knobs.edits["brightness"].box.setValue(_DIM)
    widget.knobs.edits["defocus_nm"].box.setValue(_DEFOCUS_NM)
    widget.fft_button.click()
    stage.wait(lambda: widget.fft.image_item.image is not None, "a frame")
    stage.wait(lambda: "0.01" in widget.knobs.edits["brightness"].reading.text(), "the brightness")
    stage.settle(4.0)
    stage.save("live")


SCENES: dict[str, Scene] = {"tour": Scene(tour), "live": Scene(live, size=(1000, 620))}
