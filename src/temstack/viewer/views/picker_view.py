"""The spectrum picker in its window: the spectra of all regions of a stack, and windows dragged on them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyqtgraph as pg
from qtpy.QtCore import Qt
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QComboBox, QVBoxLayout, QWidget

from temstack.errors import TemstackError
from temstack.viewer.models.curves import Curve, curve_of
from temstack.viewer.models.document import Document
from temstack.viewer.models.live_map import MODES, LiveMap, Mode
from temstack.viewer.models.picker import Picker
from temstack.viewer.views.curve_plot import CurvePlot
from temstack.viewer.views.curve_tools import CurveTools
from temstack.viewer.views.energy_bars import EnergyBars

if TYPE_CHECKING:
    from temstack.viewer.views.stack_view import StackView


_BACKGROUND, _NET = "#9a9a9a", "#e0407f"


class PickerView(QWidget):
    """The spectra of the regions of a stack view.

    A line marks the plane that the stack view shows: dragged, it goes through the stack; a double click puts it
    there. Where planes have energies, windows can be dragged over the spectra, whose image opens and follows.

    Parameters
    ----------
    view : StackView

    Raises
    ------
    StackError
        If there are no spectra to pick.
    """

    def __init__(self, view: StackView) -> None:
        super().__init__()
        self.setObjectName("spectrum picker")
        self.view, self.main, self.document = view, view.main, view.document
        self.picker = Picker(view.document, view.main.desk.jobs.deliver)
        self.live: LiveMap | None = None
        self.is_closed = False
        self.plot = CurvePlot()
        self.bars = EnergyBars(self.plot)
        self.tools = CurveTools(self.plot, self, view.main.show_error)
        self._build_tools()
        self._build_marker()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.tools)
        layout.addWidget(self.plot, 1)
        self._connect()
        self.refresh()

    def refresh(self) -> None:
        """Draw the curves anew."""
        curves = self.picker.curves()
        self.plot.show_curves(curves + self._fitted())
        self.bars.say(self._net())
        self._show_marker()

    def set_mean(self, is_mean: bool) -> None:
        """Show counts per pixel, or their sum."""
        self.how.setCurrentIndex(int(is_mean))

    def keep(self) -> list[Document]:
        """Put the spectrum of the selected region on the desk; of all regions where none is selected."""
        selected = self.document.regions.selected
        regions = [selected] if selected is not None else self.picker.regions
        kept = [self.picker.keep(region) for region in regions]
        return [self.main.desk.add(data, title=str(data.attrs["title"])) for data in kept if data is not None]

    def set_mode(self, mode: Mode | None) -> None:
        """Follow windows with their image, or no longer."""
        self.mode.setCurrentIndex(0 if mode is None else 1 + list(MODES).index(mode))

    def as_shown(self) -> QImage:
        """Return the plot as a picture, at the resolution of its screen."""
        return self.plot.plot.grab().toImage()

    def close_model(self) -> None:
        """Let go of the document; the live image is closed."""
        if self.is_closed:
            return
        self.is_closed = True
        self._end_live()
        self.picker.close()
        self.document.regions.selection_changed.disconnect(self._select, missing_ok=True)
        self.view.display.plane_changed.disconnect(self._follow_plane, missing_ok=True)
        self.main.desk.closed.disconnect(self._close_with, missing_ok=True)

    def closeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Let go of the document."""
        self.close_model()
        super().closeEvent(event)

    def _build_tools(self) -> None:
        self.how = QComboBox()
        self.how.setObjectName("sum or mean")
        self.how.addItems(["Sum", "Mean"])
        self.how.setToolTip("Counts of the whole region, or per pixel")
        self.how.currentIndexChanged.connect(self._set_mean)
        self.tools.insertWidget(self.tools.log, self.how)
        self.tools.add("Keep", "K", "Put the spectrum of the selected region on the desk").triggered.connect(
            lambda: self.keep()
        )
        self.mode = QComboBox()
        self.mode.setObjectName("window mode")
        self.mode.addItem("No window")
        self.mode.addItems([name for name, _ in MODES.values()])
        self.mode.setToolTip("Windows to drag over the spectra; their image opens and follows")
        self.mode.currentIndexChanged.connect(self._choose_mode)
        self.tools.addSeparator()
        place = self.tools.addWidget(self.mode)
        self.keep_image = self.tools.add("Keep image", "Shift+K", "Put the image of the windows on the desk")
        self.keep_image.triggered.connect(lambda: self.live is not None and self.live.keep())
        self.keep_image.setEnabled(False)
        place.setVisible(self.picker.dim == "energy_loss")
        self.keep_image.setVisible(self.picker.dim == "energy_loss")

    def _build_marker(self) -> None:
        self.marker = pg.InfiniteLine(angle=90, movable=True, pen=pg.mkPen(self.plot.text_colour(), width=1))
        self.marker.setHoverPen(pg.mkPen(self.palette().highlight().color(), width=2))
        self.marker.setZValue(30)
        self.marker.setCursor(Qt.CursorShape.SizeHorCursor)
        self.plot.item.addItem(self.marker, ignoreBounds=True)
        self.marker.sigDragged.connect(lambda line: self.view.display.go_to(float(line.value())))
        self.marker.sigPositionChangeFinished.connect(lambda _: self._show_marker())

    def _connect(self) -> None:
        self.picker.changed.connect(self.refresh)
        self.picker.failed.connect(self.main.show_error)
        self.document.regions.selection_changed.connect(self._select)
        self.view.display.plane_changed.connect(self._follow_plane)
        self.main.desk.closed.connect(self._close_with)
        self.bars.moved = self._move_window

    def _set_mean(self, index: int) -> None:
        self.picker.is_mean = bool(index)

    def _select(self, _: object) -> None:
        self.refresh()

    def _follow_plane(self, _: int) -> None:
        self._show_marker()

    def _show_marker(self) -> None:
        info, plane = self.view.display.info, self.view.display.plane
        if plane < len(info.values) and not self.marker.moving:
            self.marker.setValue(float(info.values[plane]))

    def _close_with(self, document: Document) -> None:
        if document is self.document:
            self.close_model()
            window = self.parentWidget()
            (window if window is not None else self).close()

    def _choose_mode(self, index: int) -> None:
        self._end_live()
        if index:
            try:
                self.live = LiveMap(self.main.desk, self.document, list(MODES)[index - 1])
            except TemstackError as error:
                self.main.show_error(error)
                self.mode.setCurrentIndex(0)
                return
            self.live.failed.connect(self._say_failure)
            self.live.changed.connect(self._say_success)
            self.live.ended.connect(self._lose_live)
            self.bars.show_windows(self.live.windows)
        self.keep_image.setEnabled(self.live is not None)
        self.refresh()

    def _end_live(self) -> None:
        live, self.live = self.live, None
        self.bars.show_windows({})
        if live is not None:
            live.close()

    def _lose_live(self) -> None:
        self.mode.setCurrentIndex(0)

    def _move_window(self, name: str, low: float, high: float) -> None:
        if self.live is not None:
            self.live.set_window(name, low, high)
            self.refresh()

    def _say_failure(self, error: Exception) -> None:
        self.bars.warn(str(error))

    def _say_success(self) -> None:
        self.bars.warn("")

    def _fitted(self) -> list[Curve]:
        """Return the background under the chosen region, and what is left above it."""
        chosen = self.picker.chosen
        if self.live is None or (found := self.picker.pixel(chosen)) is None:
            return []
        spectrum = self.picker.spectrum(chosen)
        assert spectrum is not None  # known whenever its pixel is
        pixel, divisor = found
        fitted = self.live.background_of(pixel)
        if fitted is None:
            return []
        background = curve_of(fitted / divisor, name=f"{chosen.name} background", colour=_BACKGROUND)
        whole = curve_of(spectrum)
        above = whole.x >= background.x.min()
        net = replace(background, y=whole.y[above] - background.y, name=f"{chosen.name} net", colour=_NET)
        return [replace(each, y_units=self.picker.y_units) for each in (background, net)]

    def _net(self) -> str:
        """Return what the chosen region counts in the windows, in words."""
        if self.live is None or (found := self.picker.pixel(self.picker.chosen)) is None:
            return ""
        return f"{self.picker.chosen.name}: {self.live.measured(*found)}"


def open_picker(view: StackView) -> PickerView:
    """Open the spectrum picker of a stack view, or bring up the one that is open."""
    for window in view.main.windows():
        widget = window.widget()
        if isinstance(widget, PickerView) and widget.view is view and not widget.is_closed:
            window.bring_to_front()
            return widget
    picker = PickerView(view)
    view.main.add_window(picker, f"Spectra of {view.document.title}")
    return picker
