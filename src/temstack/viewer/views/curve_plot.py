"""A plot of curves with error bands, a logarithmic axis, a legend, and what lies under the cursor in words."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
import pyqtgraph as pg
from psygnal import Signal
from qtpy.QtCore import QEvent, QPointF, Qt
from qtpy.QtGui import QColor, QPalette
from qtpy.QtWidgets import QLabel, QVBoxLayout, QWidget

from temstack.viewer.models.curves import Curve, Floats

_SYMBOLS_UP_TO = 64
"""Curves with so few points show them."""
_BAND_ALPHA = 60
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_LARGE = 1e5
"""From here on numbers are written by powers of ten."""
_NAMED = 6
"""So many curves are said of at once under the cursor."""


class CurvePlot(QWidget):
    """Curves, the same axes for all.

    Attributes
    ----------
    item : PlotItem
        Where others add what stands beside the curves.
    """

    clicked = Signal(float)
    """A place on the x axis that was double-clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.plot = pg.PlotWidget(background=None, axisItems={"left": _NumberAxis("left")})
        self.item: pg.PlotItem = self.plot.getPlotItem()
        self.legend = QLabel()
        self.legend.setObjectName("legend")
        self.legend.setWordWrap(True)
        self.legend.setContentsMargins(8, 0, 8, 0)
        self.readout = QLabel(" ")
        self.readout.setObjectName("readout")
        self.readout.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.readout.setContentsMargins(6, 0, 6, 2)
        self.curves: list[Curve] = []
        self._drawn: list[_Drawn] = []
        self._is_log, self._has_bands = False, True
        self._lay_out()
        self._take_colours()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.legend)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.readout)
        self.item.setMenuEnabled(False)
        self.item.hideButtons()
        self.item.getViewBox().setDefaultPadding(0.05)
        for name in ("left", "bottom"):
            self.item.getAxis(name).enableAutoSIPrefix(False)
        self.item.getAxis("left").setWidth(72)
        self.plot.setToolTip("Wheel: zoom · drag: move · double click: all of it")
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self.plot.scene().sigMouseClicked.connect(self._click)

    @property
    def is_log(self) -> bool:
        """Whether the y axis is logarithmic; what is not above 0 is then left out."""
        return self._is_log

    @is_log.setter
    def is_log(self, is_log: bool) -> None:
        if is_log != self._is_log:
            self._is_log = is_log
            self.item.getAxis("left").setLogMode(y=is_log)
            self._draw()
            self.fit()

    @property
    def has_bands(self) -> bool:
        """Whether standard errors are drawn."""
        return self._has_bands

    @has_bands.setter
    def has_bands(self, has_bands: bool) -> None:
        self._has_bands = has_bands
        self._draw()

    @property
    def names(self) -> list[str]:
        """What the curves are called."""
        return [curve.name for curve in self.curves]

    def show_curves(self, curves: Sequence[Curve]) -> None:
        """Show these curves instead of those before; zoom and position stay as they were chosen."""
        self.curves = list(curves)
        self._draw()

    def fit(self) -> None:
        """Show all of the curves, also when they change, until somebody zooms."""
        self.item.getViewBox().enableAutoRange()
        self.item.getViewBox().updateAutoRange()

    def height(self, values: Floats) -> Floats:
        """Return where values lie in the coordinates of the plot: their logarithm where the axis is such."""
        if not self._is_log:
            return values
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(values > 0, np.log10(values), np.nan))

    def seen(self, colour: str | None) -> QColor:
        """Return a colour as it can be seen here: darker on a light ground; that of text where there is none."""
        if colour is None:
            return self.text_colour()
        is_light = self.palette().color(QPalette.ColorRole.Window).lightness() > 128
        return QColor(colour).darker(125) if is_light else QColor(colour)

    def text_colour(self) -> QColor:
        """Return the colour of curves that have none of their own."""
        return self.palette().color(QPalette.ColorRole.WindowText)

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_drawn"):
            self._take_colours()
            self._draw()

    def _take_colours(self) -> None:
        text = self.text_colour()
        for name in ("left", "bottom"):
            self.item.getAxis(name).setPen(text)
            self.item.getAxis(name).setTextPen(text)

    def _draw(self) -> None:
        while len(self._drawn) > len(self.curves):
            self._drawn.pop().remove()
        while len(self._drawn) < len(self.curves):
            self._drawn.append(_Drawn(self.item))
        for drawn, curve in zip(self._drawn, self.curves, strict=True):
            drawn.show(curve, self)
        self._name_axes()
        self._name_curves()

    def _name_curves(self) -> None:
        """Name the curves above the plot: a legend inside hides what is there."""
        marks = [
            f'<span style="color:{self.seen(curve.colour).name()}">■</span>&nbsp;{escape(curve.name)}'
            for curve in self.curves
            if curve.name
        ]
        self.legend.setText("&emsp;".join(marks))
        self.legend.setVisible(bool(marks))

    def _name_axes(self) -> None:
        if self.curves:
            first = self.curves[0]
            units = {curve.y_units for curve in self.curves}
            self.item.setLabel("bottom", f"{first.x_name} / {first.x_units}" if first.x_units else first.x_name)
            self.item.setLabel("left", " or ".join(sorted(units)).capitalize() or "Counts")

    def _hover(self, position: QPointF) -> None:
        box = self.item.getViewBox()
        if self.curves and box.sceneBoundingRect().contains(position):
            self.readout.setText(self.words_at(float(box.mapSceneToView(position).x())))
        else:
            self.readout.setText(" ")

    def words_at(self, x: float) -> str:
        """Return what the curves are at a place: ``"710 eV   grain 1234 ± 35 counts"``."""
        said, place = [], ""
        for curve in self.curves[:_NAMED]:
            index = curve.nearest(x)
            if index is None:
                continue
            place = place or f"{curve.x[index]:.6g} {curve.x_units}".strip()
            error = "" if curve.error is None else f" ± {curve.error[index]:.3g}"
            said.append(f"{curve.name} {curve.y[index]:.6g}{error} {curve.y_units}".strip())
        if len(self.curves) > _NAMED:
            said.append("…")
        return "   ".join([place, *said]).replace("-", "−")

    def _click(self, event: Any) -> None:
        if event.double() and event.button() == Qt.MouseButton.LeftButton:
            self.fit()


class _NumberAxis(pg.AxisItem):
    """An axis that writes large numbers as people do: 5·10⁶ instead of 5e+06, all of them by the same power."""

    def tickStrings(self, values: Any, scale: float, spacing: float) -> list[str]:  # noqa: N802 - pyqtgraph calls it
        most = max((abs(value) for value in values), default=0.0)
        if self.logMode or not (most >= _LARGE or 0 < most < 1 / _LARGE):
            return [text.replace("-", "−") for text in super().tickStrings(values, scale, spacing)]
        power = int(np.floor(np.log10(most)))
        return [_written(value, power) for value in values]


def _written(value: float, power: int) -> str:
    return f"{value / 10.0**power:.4g}·10{str(power).translate(_RAISED)}".replace("-", "−") if value else "0"


class _Drawn:
    """One curve in a plot: its band and its line."""

    def __init__(self, item: pg.PlotItem) -> None:
        self._item = item
        self._low, self._high = pg.PlotCurveItem(), pg.PlotCurveItem()
        self._band = pg.FillBetweenItem(self._low, self._high)
        self.line = pg.PlotDataItem(connect="finite", symbolSize=5, antialias=True)
        self._band.setZValue(1)
        self.line.setZValue(2)
        item.addItem(self._band, ignoreBounds=True)
        item.addItem(self.line)

    def show(self, curve: Curve, plot: CurvePlot) -> None:
        order = np.argsort(curve.x, kind="stable")
        x, y = curve.x[order], curve.y[order]
        colour = plot.seen(curve.colour)
        look: dict[str, Any] = {"pen": pg.mkPen(colour, width=1.5), "symbol": None}
        if len(x) <= _SYMBOLS_UP_TO:
            look |= {"symbol": "o", "symbolBrush": colour, "symbolPen": None}
        self.line.setData(x, plot.height(y), **look)  # all at once: each would have it drawn again
        self._show_band(x, y, None if curve.error is None else curve.error[order], colour, plot)

    def _show_band(self, x: Floats, y: Floats, error: Floats | None, colour: QColor, plot: CurvePlot) -> None:
        if error is None or not plot.has_bands:
            self._band.setVisible(False)
            return
        low, high = plot.height(y - error), plot.height(y + error)
        if plot.is_log:  # a band that reaches 0 ends at the lowest point that can be drawn
            finite = low[np.isfinite(low)]
            low = np.where(np.isnan(low) & np.isfinite(high), finite.min() if finite.size else high, low)
        there = np.isfinite(x) & np.isfinite(low) & np.isfinite(high)
        self._band.setVisible(bool(there.sum() > 1))
        self._low.setData(x[there], low[there])
        self._high.setData(x[there], high[there])
        shade = QColor(colour)
        shade.setAlpha(_BAND_ALPHA)
        self._band.setBrush(shade)

    def remove(self) -> None:
        for each in (self._band, self.line):
            self._item.removeItem(each)
