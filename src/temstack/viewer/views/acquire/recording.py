"""A series while it is recorded: how far it is, its spectrum, its drift, its sum, its log, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg
import xarray as xr
from qtpy.QtCore import QEvent, QSize, Qt, QTimer
from qtpy.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from temstack.viewer.models.recording import Recorder
from temstack.viewer.models.recording_facts import drift_curve
from temstack.viewer.models.series_titles import TITLES
from temstack.viewer.views.acquire.live_image import LiveImage

if TYPE_CHECKING:
    from temstack.viewer.models.document import Document
    from temstack.viewer.views.main_window import MainWindow

_DRAW_EVERY_MS = 100
_LINES_KEPT = 5000
_AXES = {
    "energy_loss": ("Energy loss", "eV"),
    "defocus": ("Defocus", "nm"),
    "time": ("Time", "s"),
    "exposure": ("Plane", ""),
}
_LATER_TABS = {
    "Drift": "Where the specimen moved to, relative to the first plane; bars: one standard deviation",
    "Aligned sum": "All planes so far, each shifted back by its drift",
}
_Y_COLOUR, _X_COLOUR = "#1f9bcf", "#e07b39"


class RecordingView(QWidget):
    """One series under way.

    Parameters
    ----------
    main : MainWindow
    recorder : Recorder
    """

    def __init__(self, main: MainWindow, recorder: Recorder) -> None:
        super().__init__()
        self.main, self.recorder = main, recorder
        self.setObjectName("recording")
        self._sum_of: object = None
        self._lay_out()
        self._take_colours()
        # Events may come a hundred times a second; eyes want ten.
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(_DRAW_EVERY_MS)
        self._drawing.timeout.connect(self.refresh)
        recorder.changed.connect(self._soon)
        recorder.measured.connect(self._soon)
        recorder.noted.connect(self._add_line)
        for line in recorder.log:
            self._add_line(line)
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Large enough for a plot above a log."""
        return QSize(490, 560)

    def detach(self) -> None:
        """Listen no more: called when the window is gone, while the series may go on."""
        self.recorder.changed.disconnect(self._soon)
        self.recorder.measured.disconnect(self._soon)
        self.recorder.noted.disconnect(self._add_line)

    def refresh(self) -> None:
        """Show what is known now."""
        facts = self.recorder.facts
        self.headline.setText(facts.headline)
        self.plane_line.setText(facts.plane_line)
        self.warning.setText(facts.warning)
        self.warning.setVisible(bool(facts.warning))
        self.bar.setRange(0, facts.planes)
        self.bar.setValue(facts.recorded)
        self.pause.setEnabled(facts.can_pause or facts.can_go_on)
        self.pause.setText("Go on" if facts.can_go_on else "Pause")
        self.pause.setToolTip(
            "Go on where the series waits"
            if facts.can_go_on
            else "Wait after this plane, with the beam blanked where the microscope can"
        )
        self.stop.setEnabled(facts.can_stop)
        self.resume.setVisible(facts.can_resume)
        self.resume.setEnabled(not self.main.desk.bench.is_recording and self.main.desk.bench.is_connected)
        self._draw_spectra()
        self._draw_drift()
        self._draw_sum()

    # --- layout -------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.headline, self.plane_line, self.warning = QLabel(), QLabel(), QLabel()
        font = self.headline.font()
        font.setBold(True)
        for label in (self.headline, self.warning):
            label.setFont(font)
        self.warning.setObjectName("warning")
        self.warning.setWordWrap(True)
        self.warning.hide()
        self.headline.setObjectName("headline")
        self.headline.setWordWrap(True)
        self.plane_line.setObjectName("plane")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(10)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self._plots())
        splitter.addWidget(self._log())
        splitter.setStretchFactor(0, 3)
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.addWidget(self.headline)
        layout.addWidget(self.bar)
        layout.addWidget(self.plane_line)
        layout.addWidget(self.warning)
        layout.addWidget(splitter, 1)
        layout.addLayout(self._buttons())

    def _plots(self) -> QTabWidget:
        is_spectrum = self.recorder.series.plane_dim == "energy_loss"
        self._curves: dict[str, pg.PlotDataItem] = {}
        self._drifts: dict[str, tuple[pg.PlotDataItem, pg.ErrorBarItem]] = {}
        self.spectra = self._plot("Mean counts", "", (-10, 10))
        self.spectra.setObjectName("live spectrum")
        self.drift: pg.PlotWidget | None = None
        self.sum: LiveImage | None = None
        self.tabs = QTabWidget()
        self.tabs.setObjectName("plots")
        self.tabs.addTab(self.spectra, "Spectrum" if is_spectrum else "Mean counts")
        for place, (title, tip) in enumerate(_LATER_TABS.items(), 1):
            page = QWidget()
            QVBoxLayout(page).setContentsMargins(0, 0, 0, 0)
            self.tabs.addTab(page, title)
            self.tabs.setTabToolTip(place, tip)
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        return self.tabs

    def _plot(self, name: str, units: str, legend_at: tuple[int, int]) -> pg.PlotWidget:
        plot = pg.PlotWidget(background=None)
        x_name, x_units = _AXES[self.recorder.series.plane_dim]
        for side, text, unit in (("bottom", x_name, x_units), ("left", name, units)):
            plot.setLabel(side, f"{text} / {unit}" if unit else text)
            plot.getAxis(side).enableAutoSIPrefix(False)
        plot.showGrid(x=True, y=True, alpha=0.2)
        plot.setMenuEnabled(False)
        plot.addLegend(offset=legend_at)
        return plot

    def _make_drift(self) -> pg.PlotWidget:
        """Make the plot of the drift when it is looked at first: a window opens the faster."""
        plot = self._plot("Drift", "px", (10, 10))
        plot.setObjectName("live drift")
        for axis, colour in (("y", _Y_COLOUR), ("x", _X_COLOUR)):
            curve = plot.plot([], [], pen=pg.mkPen(colour, width=2), symbol="o", symbolSize=5, name=axis)
            curve.setSymbolBrush(colour)
            curve.setSymbolPen(None)
            bars = pg.ErrorBarItem(x=np.empty(0), y=np.empty(0), height=np.empty(0), beam=0, pen=colour)
            plot.addItem(bars)
            self._drifts[axis] = curve, bars
        self._put(1, plot)
        return plot

    def _make_sum(self) -> LiveImage:
        image = LiveImage()
        image.setObjectName("aligned sum")
        self._put(2, image)
        return image

    def _put(self, tab: int, widget: QWidget) -> None:
        page = self.tabs.widget(tab)
        layout = None if page is None else page.layout()
        assert layout is not None
        layout.addWidget(widget)

    def _log(self) -> QPlainTextEdit:
        self.lines = QPlainTextEdit()
        self.lines.setObjectName("log")
        self.lines.setReadOnly(True)
        self.lines.setMaximumBlockCount(_LINES_KEPT)
        self.lines.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        return self.lines

    def _buttons(self) -> QHBoxLayout:
        self.pause, self.stop, self.resume = QPushButton("Pause"), QPushButton("Stop"), QPushButton("Resume")
        for button in (self.pause, self.stop, self.resume):
            button.setObjectName(button.text().lower())
        self.stop.setToolTip("End after this frame; what is recorded is kept, and the microscope goes back")
        self.resume.setToolTip("Record the planes that are missing")
        self.pause.clicked.connect(self._pause_or_go_on)
        self.stop.clicked.connect(lambda: self.recorder.stop())
        self.resume.clicked.connect(lambda: self.main.try_to(self._resume))
        line = QHBoxLayout()
        line.addStretch(1)
        for button in (self.resume, self.pause, self.stop):
            line.addWidget(button)
        return line

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def _take_colours(self) -> None:
        colour = self.palette().text().color()
        for plot in filter(None, (self.spectra, self.drift)):
            for side in ("bottom", "left"):
                plot.getAxis(side).setTextPen(colour)
                plot.getAxis(side).setPen(colour)
            legend = plot.getPlotItem().legend
            legend.setLabelTextColor(colour)
            for _, label in legend.items:
                label.setText(label.text, color=colour)
        if "whole frame" in self._curves:
            self._curves["whole frame"].setPen(pg.mkPen(colour, width=2))
            self._curves["whole frame"].setSymbolBrush(colour)

    # --- drawing ------------------------------------------------------------------------------------

    def _soon(self) -> None:
        if not self._drawing.isActive():
            self._drawing.start()

    def _add_line(self, line: str) -> None:
        self.lines.appendPlainText(line)

    def _draw_spectra(self) -> None:
        if self.tabs.currentIndex() != 0:
            return
        document = self.recorder.document
        colours = {} if document is None else {region.name: region.colour for region in document.regions}
        wanted = self.recorder.wanted_areas()
        for name in [name for name in self._curves if name not in wanted]:
            self.spectra.removeItem(self._curves.pop(name))
        for name, area in wanted.items():
            if name not in self._curves:
                pen = pg.mkPen(colours.get(name, self.palette().text().color()), width=2)
                curve = self.spectra.plot([], [], pen=pen, name=name, symbol="o", symbolSize=4)
                curve.setSymbolBrush(pen.color())
                curve.setSymbolPen(None)
                self._curves[name] = curve
            self._curves[name].setData(*self.recorder.spectrum(name, area))

    def _draw_drift(self) -> None:
        known = self.recorder.facts.drift
        if self.tabs.currentIndex() != 1:
            return
        if self.drift is None:
            self.drift = self._make_drift()
            self._take_colours()
        if known is None:
            return
        at, y, x, sigma_y, sigma_x = drift_curve(known, self.recorder.series)
        for axis, values, sigma in (("y", y, sigma_y), ("x", x, sigma_x)):
            curve, bars = self._drifts[axis]
            curve.setData(at, values)
            good = np.isfinite(values) & np.isfinite(sigma)
            bars.setData(x=at[good], y=values[good], height=2 * sigma[good])

    def _draw_sum(self) -> None:
        known = self.recorder.facts.drift
        if known is None or known is self._sum_of or self.tabs.currentIndex() != 2:
            return
        self._sum_of = known
        if self.sum is None:
            self.sum = self._make_sum()
        document = self.recorder.document
        self.sum.show_pixels(known.aligned_sum, _pixel_nm(document))

    # --- buttons ------------------------------------------------------------------------------------

    def _pause_or_go_on(self) -> None:
        if self.recorder.facts.can_go_on:
            self.recorder.go_on()
        else:
            self.recorder.pause()

    def _resume(self) -> None:
        self.main.desk.bench.resume(Path(self.recorder.facts.path))


class LiveDocument:
    """The stack of a series on the desk, which grows; its window follows the newest plane until its user steps.

    Parameters
    ----------
    main : MainWindow
    recorder : Recorder
    """

    def __init__(self, main: MainWindow, recorder: Recorder) -> None:
        self._main, self._recorder = main, recorder
        self._newest: int | None = None
        recorder.areas = self._areas
        recorder.grown.connect(self._grow)
        recorder.ended.connect(self._end)

    def _grow(self, stack: xr.DataArray) -> None:
        recorder, desk = self._recorder, self._main.desk
        if recorder.document is None:
            path = Path(recorder.facts.path)
            title = str(stack.attrs.get("title", ""))
            plain = f"{recorder.series.kind} series"
            recorder.document = _opened(self._main, path) or desk.add(
                stack, title=path.stem if title == plain else title, path=path, is_saved=True
            )
        if recorder.document in desk.documents:
            recorder.document.replace_data(stack, is_saved=True)
            self._follow(recorder.newest_in(stack))

    def _follow(self, newest: int | None) -> None:
        """Go to the newest plane, unless the user has gone elsewhere."""
        document = self._recorder.document
        display = getattr(self._main.view(document), "display", None) if document is not None else None
        # Who stands at the plane that was the newest so far is taken along.
        if display is not None and newest is not None and self._newest in (None, display.plane):
            display.plane = newest
        self._newest = newest

    def _areas(self) -> dict[str, tuple[int, int, int, int]]:
        document = self._recorder.document
        if document is None:
            return {}
        height, width = document.regions.shape
        areas = {region.name: region.area((height, width)) for region in document.regions}
        return {name: area.box for name, area in areas.items() if area is not None}

    def _end(self) -> None:
        self._recorder.grown.disconnect(self._grow)
        self._recorder.ended.disconnect(self._end)


def ask_before_closing(main: MainWindow, recorder: Recorder, then: object) -> None:
    """Ask what becomes of a series when the window that shows it closes.

    Parameters
    ----------
    main : MainWindow
    recorder : Recorder
    then : callable
        Closes the window; called for both answers but Cancel.
    """
    box = QMessageBox(QMessageBox.Icon.Question, "temstack", "A series is being recorded.", parent=main)
    box.setObjectName("recording goes on")
    box.setInformativeText("It can go on without this window, or stop after this frame; what is recorded is kept.")
    go_on = box.addButton("Go on in the background", QMessageBox.ButtonRole.AcceptRole)
    stop = box.addButton("Stop and keep", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(go_on)

    def decide(button: object) -> None:
        if button is stop:
            recorder.stop()
        if button is stop or button is go_on:
            assert callable(then)
            then()

    box.buttonClicked.connect(decide)
    box.open()


def title_of(recorder: Recorder) -> str:
    """Return what stands over the window of a series."""
    return f"Recording: {TITLES[recorder.series.kind]}"


def _opened(main: MainWindow, path: Path) -> Document | None:
    same = (one for one in main.desk.documents if one.path is not None and one.path.absolute() == path.absolute())
    return next(same, None)


def _pixel_nm(document: Document | None) -> tuple[float, float] | None:
    from temstack.stack import pixel_size

    if document is None or document.data["y"].attrs.get("units") != "nm":
        return None
    (y, x), _ = pixel_size(document.data)
    return y, x
