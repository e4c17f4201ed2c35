"""Drawing a new region with the mouse: a sheet over the image that takes the mouse while a tool is chosen."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from psygnal import Signal
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QPolygonF
from qtpy.QtWidgets import QGraphicsItem, QGraphicsObject

from temstack.viewer.models.regions import Kind, Point

_CLOSE_PX = 8.0
"""So near to its first corner, px on the screen, a click closes a polygon."""


class DrawingSheet(QGraphicsObject):
    """Takes the mouse over an image while a tool is chosen, and tells what was drawn.

    Boxes and lines are dragged; Shift makes squares, circles and lines at multiples of 45°. A polygon is clicked
    corner by corner; a double click or a click on the first corner closes it. Coordinates are px on the edges.
    """

    drawn = Signal(str, object)
    """The kind and its points."""
    cancelled = Signal()

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__()
        self._box = box
        self._size = QRectF()
        self.kind: Kind | None = None
        self._points: list[QPointF] = []
        self._at: QPointF | None = None
        self.setZValue(1000)
        self.setVisible(False)
        self.setAcceptHoverEvents(True)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setCursor(Qt.CursorShape.CrossCursor)
        box.addItem(self, ignoreBounds=True)

    def choose(self, kind: Kind | None, shape: tuple[int, int]) -> None:
        """Take the mouse to draw something, or leave it alone."""
        self.prepareGeometryChange()
        self.kind = kind
        self._size = QRectF(0, 0, shape[1], shape[0])
        self._points, self._at = [], None
        self.setVisible(kind is not None)

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt calls it
        """Return the image."""
        return self._size

    def paint(self, painter: Any, *_: Any) -> None:
        """Draw what is there so far."""
        if not self._points or self._at is None:
            return
        colour = "#ffffff"
        for pen in (pg.mkPen(0, 0, 0, 160, width=3), pg.mkPen(colour, width=1, style=Qt.PenStyle.DashLine)):
            painter.setPen(pen)
            self._outline(painter)

    def _outline(self, painter: Any) -> None:
        assert self._at is not None
        if self.kind == "polygon":
            painter.drawPolyline(QPolygonF([*self._points, self._at]))
        elif self.kind == "line":
            painter.drawLine(self._points[0], self._at)
        elif self.kind == "ellipse":
            painter.drawEllipse(QRectF(self._points[0], self._at).normalized())
        else:
            painter.drawRect(QRectF(self._points[0], self._at).normalized())

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Begin, or add a corner."""
        if event.button() != Qt.MouseButton.LeftButton:
            self.cancelled.emit()
            event.accept()
            return
        event.accept()
        place = self._inside(event.pos())
        if self.kind == "polygon" and self._closes(place):
            self._finish(self._points)
            return
        self._points.append(place)
        self._at = place
        if self.kind == "point":
            self._finish(self._points)
        self.update()

    def mouseMoveEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Show what would be drawn."""
        if self._points:
            self._at = self._placed(event)
            self.update()

    hoverMoveEvent = mouseMoveEvent  # noqa: N815 - Qt calls it

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """End what was dragged; a click that moved nowhere draws nothing."""
        if self.kind in ("rectangle", "ellipse", "line") and self._points:
            start, end = self._points[0], self._placed(event)
            if (end - start).manhattanLength() >= 1:
                self._finish([start, end])
            else:
                self._points, self._at = [], None

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Close a polygon."""
        event.accept()
        if self.kind == "polygon":
            place = self._inside(event.pos())
            # The first of the two clicks has set the last corner, if there was one.
            ends = self._points if self._is_near(place, self._points[-1:]) else [*self._points, place]
            self._finish(ends)

    def _finish(self, points: list[QPointF]) -> None:
        kind, found = self.kind, _without_repeats([(each.y(), each.x()) for each in points])
        self._points, self._at = [], None
        self.update()
        if kind == "polygon" and len(found) < 3:
            self.cancelled.emit()
        elif kind is not None:
            self.drawn.emit(kind, found)

    def _closes(self, place: QPointF) -> bool:
        return len(self._points) >= 3 and self._is_near(place, self._points[:1])

    def _is_near(self, place: QPointF, others: list[QPointF]) -> bool:
        width, height = self._box.viewPixelSize()
        return any(np.hypot((place - each).x() / width, (place - each).y() / height) < _CLOSE_PX for each in others)

    def _placed(self, event: Any) -> QPointF:
        place = event.pos()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self.kind != "polygon":
            place = self._points[0] + _regular(place - self._points[0], is_line=self.kind == "line")
        return self._inside(place)

    def _inside(self, place: QPointF) -> QPointF:
        x = min(max(place.x(), self._size.left()), self._size.right())
        return QPointF(x, min(max(place.y(), self._size.top()), self._size.bottom()))


def _regular(away: QPointF, *, is_line: bool) -> QPointF:
    """Return the nearest diagonal of a square, or the nearest direction at a multiple of 45° of a line."""
    if not is_line:
        side = max(abs(away.x()), abs(away.y()))
        return QPointF(np.copysign(side, away.x()), np.copysign(side, away.y()))
    angle = np.round(np.arctan2(away.y(), away.x()) / (np.pi / 4)) * (np.pi / 4)
    length = np.hypot(away.x(), away.y())
    return QPointF(length * np.cos(angle), length * np.sin(angle))


def _without_repeats(points: list[Point]) -> list[Point]:
    return [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
