"""The drift: its curves with error bars, the way over the field of view, and what to be careful about."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QEvent, Qt
from qtpy.QtGui import QPalette
from qtpy.QtWidgets import QFrame, QLabel, QScrollArea, QSplitter, QVBoxLayout, QWidget

from temstack.report.words import axis_label
from temstack.stack import plane_dim
from temstack.viewer.models.aligning import Aligning, Chosen
from temstack.viewer.models.drift_facts import Curve, curves, with_gaps

_Y_COLOUR, _X_COLOUR = "#d9731a", "#2f86c9"
_GROUP_COLOURS = ("#8a63d2", "#2fa36b", "#c24a8a", "#7f8c1f", "#3aa6b9")
_PIN_COLOUR = "#e0b400"


class DriftTab(QWidget):
    """Where the specimen moved."""

    def __init__(self, aligning: Aligning) -> None:
        super().__init__()
        self.setObjectName("drift")
        self._aligning = aligning
        self._is_outdated = True
        self._curves: list[Curve] = []
        self._drawn: list[tuple[Any, Any]] = []
        self._legend: Any = None
        self.curve_plot = pg.PlotWidget(background=None)
        self.path_plot = pg.PlotWidget(background=None)
        self._prepare_plots()
        self.words = QLabel("")
        self.words.setObjectName("drift warnings")
        self.words.setWordWrap(True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        said = QScrollArea()
        said.setFrameShape(QFrame.Shape.NoFrame)
        said.setWidgetResizable(True)
        said.setWidget(self.words)
        plots = QSplitter()
        plots.setChildrenCollapsible(False)
        plots.addWidget(self.curve_plot)
        plots.addWidget(self.path_plot)
        plots.setSizes([640, 360])
        column = QSplitter(Qt.Orientation.Vertical)
        column.addWidget(plots)
        column.addWidget(said)
        column.setSizes([500, 110])
        layout = QVBoxLayout(self)
        layout.addWidget(column)

    def refresh(self) -> None:
        """Show the drift as it stands, or do so when somebody looks."""
        self._is_outdated = not self.isVisible()
        if not self._is_outdated:
            self._draw()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Show what changed while nobody looked."""
        super().showEvent(event)
        if self._is_outdated:
            self.refresh()

    def _draw(self) -> None:
        """Draw the drift as it stands."""
        drift, stack = self._aligning.drift, self._aligning.stack
        for item in self._drawn:
            item[0].removeItem(item[1])
        self._drawn = []
        self._legend.clear()
        self._curves = [] if drift is None else curves(drift, stack)
        self.curve_plot.setLabel("bottom", axis_label(stack))
        self._take_units()
        for curve in self._curves:
            self._draw_curve(curve)
        self._draw_path()
        self._draw_pins()
        self.words.setText(self._in_words())
        self.show_chosen()

    def show_chosen(self) -> None:
        """Mark the plane that is looked at."""
        positions = self._positions()
        plane = self._aligning.chosen.plane
        self._line.setValue(float(positions[plane]))
        places = self._aligning.places_px
        self._spot.setData([places[plane, 1]], [places[plane, 0]])
        self._spot.setVisible(bool(self._curves))

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and getattr(self, "_legend", None) is not None:
            self._take_colours()

    def _prepare_plots(self) -> None:
        self._legend = self.curve_plot.addLegend(offset=(10, 5), labelTextSize="9pt")
        self.curve_plot.setObjectName("drift curve")
        self.curve_plot.setLabel("left", "drift / px")
        self.curve_plot.showGrid(x=True, y=True, alpha=0.2)
        self.path_plot.setLabel("left", "y / px")
        self.path_plot.setLabel("bottom", "x / px")
        self.path_plot.setAspectLocked(True)
        self.path_plot.getViewBox().invertY(True)
        self.path_plot.showGrid(x=True, y=True, alpha=0.2)
        self._line = pg.InfiniteLine(angle=90, pen=pg.mkPen("#888888", style=Qt.PenStyle.DashLine))
        self.curve_plot.addItem(self._line, ignoreBounds=True)
        self._spot = pg.ScatterPlotItem(size=16, brush=None, pen=pg.mkPen("#888888", width=2))
        self.path_plot.addItem(self._spot)
        self.curve_plot.scene().sigMouseClicked.connect(lambda event: self._choose_at(event))
        for plot in (self.curve_plot, self.path_plot):
            plot.setMenuEnabled(False)
            plot.hideButtons()
        self._take_colours()

    def _take_colours(self) -> None:
        text = self.palette().color(QPalette.ColorRole.WindowText)
        for plot in (self.curve_plot, self.path_plot):
            for side in ("left", "bottom", "right"):
                axis = plot.getAxis(side)
                axis.setPen(text)
                axis.setTextPen(text)
        self.path_plot.setTitle("way over the field, first plane dark", size="9pt", color=text)
        ground = self.palette().color(QPalette.ColorRole.Window)
        ground.setAlpha(200)
        self._legend.setLabelTextColor(text)
        self._legend.setBrush(pg.mkBrush(ground))

    def _take_units(self) -> None:
        """Show lengths on the right, where pixels are calibrated."""
        drift = self._aligning.drift
        is_known = drift is not None and drift.pixel_units != "px"
        self.curve_plot.showAxis("right", is_known)
        if drift is not None and is_known:
            right = self.curve_plot.getAxis("right")
            right.setScale(drift.pixel_size[1])
            right.setLabel(f"drift / {drift.pixel_units}")

    def _positions(self) -> Any:
        stack = self._aligning.stack
        return np.asarray(stack[plane_dim(stack)].values, np.float64)

    def _draw_curve(self, curve: Curve) -> None:
        """Draw y and x of one group; a gap where a plane belongs to another."""
        is_first = curve.group == 0
        positions, values = with_gaps(curve, self._aligning.n_planes, self._positions())
        for column, (name, colour) in enumerate((("y (down)", _Y_COLOUR), ("x (right)", _X_COLOUR))):
            shown = colour if is_first else _GROUP_COLOURS[(curve.group - 1) % len(_GROUP_COLOURS)]
            style = Qt.PenStyle.SolidLine if is_first else Qt.PenStyle.DashLine
            bars = pg.ErrorBarItem(
                x=curve.positions,
                y=curve.drift_px[:, column],
                height=2 * curve.sigma_px[:, column],
                beam=0.0,
                pen=pg.mkPen(shown, width=1.2),
            )
            line = pg.PlotDataItem(
                positions,
                values[:, column],
                connect="finite",
                pen=pg.mkPen(shown, width=1.4, style=style),
                symbol="o" if column == 0 else "s",
                symbolSize=6,
                symbolPen=pg.mkPen(shown),
                symbolBrush=pg.mkBrush(shown if is_first else None),
            )
            self._add(self.curve_plot, bars)
            self._add(self.curve_plot, line)
            if is_first:
                self._legend.addItem(line, name)
            elif column == 0:
                self._legend.addItem(line, curve.in_words)

    def _draw_path(self) -> None:
        if not self._curves:
            return
        first = self._curves[0]
        y, x = first.drift_px.T
        line = pg.PlotDataItem(x, y, pen=pg.mkPen("#888888", width=1))
        share = first.planes / max(self._aligning.n_planes - 1, 1)
        brushes = [pg.mkBrush(colour) for colour in pg.colormap.get("plasma").map(share, mode="qcolor")]
        self._add(self.path_plot, line)
        self._add(self.path_plot, pg.ScatterPlotItem(x, y, size=8, brush=brushes, pen=None))

    def _draw_pins(self) -> None:
        """Ring the planes that were placed by hand."""
        planes = sorted(self._aligning.pins)
        if not planes:
            return
        positions, places = self._positions()[planes], self._aligning.places_px[planes]
        marks = pg.ScatterPlotItem(
            np.tile(positions, 2), places.T.ravel(), symbol="d", size=15, brush=None, pen=pg.mkPen(_PIN_COLOUR, width=2)
        )
        self._add(self.curve_plot, marks)
        self._legend.addItem(marks, "placed by hand")

    def _add(self, plot: Any, item: Any) -> None:
        plot.addItem(item)
        self._drawn.append((plot, item))

    def _choose_at(self, event: Any) -> None:
        """Look at the plane nearest to a click."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        at = self.curve_plot.getViewBox().mapSceneToView(event.scenePos()).x()
        plane = int(np.abs(self._positions() - at).argmin())
        self._aligning.chosen = Chosen(plane, self._aligning.chosen.against, self._aligning.chosen.other)

    def _in_words(self) -> str:
        drift = self._aligning.drift
        if drift is None:
            return ""
        warnings = [f"⚠ {warning}" for warning in drift.warnings] or ["No warnings."]
        return "\n".join([*warnings, *(f"· {decision}" for decision in drift.decisions)])
