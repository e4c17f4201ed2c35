"""The scenes of the pictures: looking at a series, its spectra, its alignment, and operations on it."""

from __future__ import annotations

from functools import cache

import viewer_recording
import viewer_scripting
import xarray as xr
from qtpy.QtWidgets import QCheckBox
from viewer_stage import Scene, Stage

import temstack as ts
from temstack.testing import drifting_eftem_series
from temstack.viewer.models.document import Document


@cache
def series() -> xr.DataArray:
    """Return an EFTEM series over the edges of oxygen and iron, which drifts."""
    return drifting_eftem_series(20, 512, 1500.0, 1, largest_drift_px=12.0).stack


@cache
def dim_series() -> xr.DataArray:
    """Return one with so few electrons that error bars of the drift can be seen."""
    return drifting_eftem_series(16, 256, 3.0, 2, largest_drift_px=5.0).stack


@cache
def aligned() -> xr.DataArray:
    """Return the same, its drift taken out."""
    return ts.align(series())[0]


def open_series(stage: Stage, data: xr.DataArray, title: str) -> Document:
    """Put a stack on the desk."""
    document = stage.main.desk.add(data, title=title, is_saved=True)
    stage.settle(0.5)
    return document


def add_regions(document: Document) -> None:
    """Draw a particle and the film beside it."""
    document.regions.add("rectangle", [(40, 300), (90, 350)], name="film")
    document.regions.add("ellipse", [(200, 200), (240, 240)], name="particle")


def desk(stage: Stage) -> None:
    """Show a series, its spectra with regions and windows, the live map of iron, the power spectrum."""
    document = open_series(stage, aligned(), "Iron oxide, aligned")
    view = stage.main.view(document)
    view.display.go_to(720)
    add_regions(document)
    stage.choose("Spectrum", "Elemental map, live")
    picker = stage.window("Spectra of").widget()
    stage.wait(lambda: picker.live is not None and picker.live.document is not None, "the live map")
    for name, ends in (("pre 1", (606, 650)), ("pre 2", (652, 702)), ("post", (713, 758))):
        picker.bars.bars[name].setRegion(ends)
    stage.wait(lambda: "720 … 750 eV over 615 … 645 and 660 … 690" in picker.live.document.title, "the map of iron")
    live = stage.main.view(picker.live.document)
    live.display.update(colour_map="inferno")
    view.show_fft()
    for each in (view, live):
        each.show_panels(False)
    stage.put("Iron oxide, aligned", 0, 0, 0.42, 1)
    stage.put("Spectra of", 0.42, 0, 1, 0.55)
    stage.put(live.document, 0.42, 0.55, 0.75, 1)
    stage.put("FFT", 0.75, 0.55, 1, 1)
    for each in (view, live):
        each.pane.fit()
    stage.window("Iron oxide, aligned").bring_to_front()
    stage.settle(0.5)


def save_desk(stage: Stage) -> None:
    """Take the picture of the README."""
    desk(stage)
    stage.save("desk")


def dark_desk(stage: Stage) -> None:
    """Take the same at night."""
    desk(stage)
    stage.save("dark")


def stack_window(stage: Stage) -> None:
    """Show one stack, large, with all that stands beside it."""
    document = open_series(stage, aligned(), "Iron oxide, aligned")
    add_regions(document)
    stage.window("Iron oxide").showMaximized()
    view = stage.main.view(document)
    view.display.go_to(720)
    stage.settle(0.3)
    view.pane.fit()
    stage.save("stack")


def orthogonal(stage: Stage) -> None:
    """Show the cuts through a stack along x and y."""
    document = open_series(stage, aligned(), "Iron oxide, aligned")
    view = stage.main.view(document)
    view.show_panels(False)
    view.display.go_to(720)
    view.show_orthogonal()
    stage.wait_for_jobs()
    stage.put("Iron oxide, aligned", 0, 0, 0.45, 1)
    stage.put("Cuts through", 0.45, 0, 1, 1)
    view.pane.fit()
    stage.settle(0.5)
    stage.save("orthogonal")


def operation(stage: Stage) -> None:
    """Show the dialog of an operation, with what it would give."""
    document = open_series(stage, aligned(), "Iron oxide, aligned")
    stage.main.view(document).display.go_to(720)
    stage.window("Iron oxide").showMaximized()
    stage.choose("Volume", "Filter", "Filter planes…")
    (dialog,) = stage.dialogs()
    box = dialog.findChild(QCheckBox, "preview")
    box.setChecked(True)
    stage.settle(1.5)
    stage.save("operation")


def align(stage: Stage) -> None:
    """Show the Align window: the drift found, the pairs, two planes in two colours."""
    document = open_series(stage, dim_series(), "Iron oxide, few electrons")
    stage.choose("Align", "Estimate drift (SDSD)…")
    window = stage.window("Align")
    window.showMaximized()
    widget = window.widget()
    stage.settle(1.5)
    stage.save("align-preview")
    job = widget.estimate()
    stage.wait(lambda: not job.is_running, "the drift")
    widget.show_tab("drift")
    stage.settle(0.5)
    stage.save("align-drift")
    widget.show_tab("pairs")
    stage.settle(0.5)
    stage.save("align-pairs")
    widget.show_tab("check")
    widget.aligning.choose_pair(2, 14)
    widget.check.mode = "overlay"
    stage.settle(1.0)
    stage.save("align-check")
    assert document in stage.main.desk.documents


SCENES: dict[str, Scene] = {
    "desk": Scene(save_desk),
    "dark": Scene(dark_desk, look="dark"),
    "stack": Scene(stack_window),
    "orthogonal": Scene(orthogonal, size=(1100, 640)),
    "operation": Scene(operation),
    "align": Scene(align),
    **viewer_recording.SCENES,
    **viewer_scripting.SCENES,
}
