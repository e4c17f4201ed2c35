"""The histogram of a plane, with the limits of its contrast to drag."""

from __future__ import annotations

from typing import Any

import numpy as np
from qtpy.QtCore import QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QColor, QPainter, QPalette, QPen, QPolygonF
from qtpy.QtWidgets import QSizePolicy, QWidget

from temstack.viewer.models.contrast import Histogram, Limits
from temstack.viewer.models.sampling import LEVELS, Colours
from temstack.viewer.views.plane_item import as_picture

_STRIP = 12
_NEAR = 7
_EDGE = 5


class HistogramView(QWidget):
    """How many pixels have which value (logarithmic upwards), and below it the colours they get.

    The two limits can be dragged, or both at once from between them; a double click asks for automatic contrast.
    """

    limits_dragged = Signal(float, float)
    auto_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("histogram")
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("Drag the lines to set black and white, or between them to move both; double click for auto")
        self._histogram: Histogram | None = None
        self._limits: Limits | None = None
        self._table: Colours | None = None
        self._grip: tuple[str, float, Limits] | None = None

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt calls it
        """Wide enough to drag in."""
        return QSize(200, 110)

    def show_histogram(self, histogram: Histogram | None) -> None:
        """Show how many pixels have which value."""
        if self._grip is None:  # the ground must not move under the mouse
            self._histogram = histogram
            self.update()

    def show_limits(self, limits: Limits | None, table: Colours | None) -> None:
        """Show the limits, and the colours between them."""
        self._limits, self._table = limits, table
        self.update()

    def x_of(self, value: float) -> float:
        """Return where a value lies, in px of this widget."""
        low, high = self._range()
        return float(_EDGE + (value - low) / (high - low) * (self.width() - 2 * _EDGE))

    def value_at(self, x: float) -> float:
        """Return the value at a place, the reverse of :meth:`x_of`."""
        low, high = self._range()
        return float(low + (x - _EDGE) / max(1, self.width() - 2 * _EDGE) * (high - low))

    def _range(self) -> Limits:
        if self._histogram is None:
            return self._limits or (0.0, 1.0)
        return float(self._histogram.edges[0]), float(self._histogram.edges[-1])

    def paintEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Draw bars, colours and limits."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(_EDGE, 2, self.width() - 2 * _EDGE, self.height() - _STRIP - 8)
        painter.fillRect(area, self.palette().color(QPalette.ColorRole.Base))
        if self._histogram is not None:
            self._draw_bars(painter, area)
        self._draw_colours(painter)
        if self._limits is not None:
            self._draw_limits(painter, area)
        painter.end()

    def _draw_bars(self, painter: QPainter, area: QRectF) -> None:
        assert self._histogram is not None
        heights = np.log1p(self._histogram.pixels)
        heights = heights / max(float(heights.max()), 1e-9) * (area.height() - 4)
        edges = area.left() + np.linspace(0, area.width(), len(heights) + 1)
        ground = area.bottom()
        x = [area.left(), *np.repeat(edges, 2)[1:-1].tolist(), area.right()]
        y = [ground, *np.repeat(ground - heights, 2).tolist(), ground]
        points = [QPointF(*place) for place in zip(x, y, strict=True)]
        colour = self.palette().color(QPalette.ColorRole.Text)
        colour.setAlpha(150)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF(points))

    def _draw_colours(self, painter: QPainter) -> None:
        if self._table is None or self._limits is None:
            return
        strip = QRectF(_EDGE, self.height() - _STRIP - 4, self.width() - 2 * _EDGE, _STRIP)
        low, high = self._limits
        start, stop = self._range()
        values = np.linspace(start, stop, max(1, int(strip.width())))
        index = np.clip(np.floor((values - low) / (high - low) * LEVELS), -1, LEVELS) + 1
        painter.drawImage(strip, as_picture(self._table[index.astype(int)][None, :]))

    def _draw_limits(self, painter: QPainter, area: QRectF) -> None:
        pen = QPen(self.palette().color(QPalette.ColorRole.Highlight), 2)
        assert self._limits is not None
        low, high = (min(max(self.x_of(limit), _EDGE), self.width() - _EDGE) for limit in self._limits)
        shade = QColor(pen.color())
        shade.setAlpha(35)
        painter.fillRect(QRectF(low, area.top(), high - low, area.height()), shade)
        painter.setPen(pen)
        for x in (low, high):
            painter.drawLine(QPointF(x, area.top()), QPointF(x, self.height() - 4))

    def _grip_at(self, x: float) -> str | None:
        if self._limits is None:
            return None
        low, high = (self.x_of(limit) for limit in self._limits)
        nearest = "low" if abs(x - low) < abs(x - high) else "high"
        if min(abs(x - low), abs(x - high)) <= _NEAR:
            return nearest
        # Limits beyond the edge of the histogram can be fetched back from there.
        return "both" if low < x < high else nearest

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Take hold of a limit, or of both."""
        x = event.position().x()
        grip = self._grip_at(x)
        if grip is not None and self._limits is not None and event.button() == Qt.MouseButton.LeftButton:
            self._grip = (grip, self.value_at(x), self._limits)

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Drag what was taken hold of."""
        x = event.position().x()
        if self._grip is None:
            shape = (
                Qt.CursorShape.SizeHorCursor if self._grip_at(x) in ("low", "high") else Qt.CursorShape.OpenHandCursor
            )
            self.setCursor(shape)
            return
        grip, start, (low, high) = self._grip
        value = self.value_at(x)
        least = (self._range()[1] - self._range()[0]) * 1e-3
        if grip == "low":
            low = min(value, high - least)
        elif grip == "high":
            high = max(value, low + least)
        else:
            low, high = low + value - start, high + value - start
        self.limits_dragged.emit(low, high)

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Let go."""
        self._grip = None

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Ask for automatic contrast."""
        self.auto_wanted.emit()
