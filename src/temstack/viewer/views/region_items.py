"""Regions as they lie on the image: moved by dragging, resized by their handles, named beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from psygnal import Signal
from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QPainterPath

from temstack.viewer.models.regions import Point, Region

_CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1), (0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1))
_REACH_PX = 5
"""How far from its middle a line can be taken, px on the screen."""


class _Double:
    """Tells of double clicks, which would else fit the image into the window."""

    on_double: Callable[[], None] | None = None

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        event.accept()
        if self.on_double is not None:
            self.on_double()


class _Box(_Double, pg.ROI):
    """A rectangle in whole pixels."""

    def __init__(self, bounds: tuple[float, float, float, float], limits: QRectF, **kwargs: Any) -> None:
        super().__init__((0, 0), (1, 1), maxBounds=limits, rotatable=False, removable=False, **kwargs)
        for place in _CORNERS:
            self.addScaleHandle(place, (1 - place[0], 1 - place[1]))
        self.put(bounds)

    def put(self, bounds: tuple[float, float, float, float]) -> None:
        top, left, bottom, right = bounds
        self.setPos((left, top), update=False)
        self.setSize((right - left, bottom - top))

    def points(self) -> tuple[Point, ...]:
        (left, top), (width, height) = self.pos(), self.size()
        return (top, left), (top + height, left + width)


class _Ellipse(_Double, pg.EllipseROI):
    """An ellipse in a box."""

    def __init__(self, bounds: tuple[float, float, float, float], limits: QRectF, **kwargs: Any) -> None:
        super().__init__((0, 0), (1, 1), maxBounds=limits, rotatable=False, removable=False, **kwargs)
        self.put(bounds)

    def _addHandles(self) -> None:  # noqa: N802 - pyqtgraph calls it
        for place in _CORNERS:
            self.addScaleHandle(place, (1 - place[0], 1 - place[1]))

    put = _Box.put
    points = _Box.points


class _Polygon(_Double, pg.PolyLineROI):
    """A polygon; a click on an edge adds a corner."""

    def __init__(self, points: tuple[Point, ...], **kwargs: Any) -> None:
        super().__init__([(x, y) for y, x in points], closed=True, removable=False, rotatable=False, **kwargs)

    def put(self, points: tuple[Point, ...]) -> None:
        self.blockSignals(True)
        self.setPos((0, 0), update=False)
        self.setPoints([(x, y) for y, x in points], closed=True)
        self.blockSignals(False)

    def points(self) -> tuple[Point, ...]:
        places = [self.mapToParent(place) for _, place in self.getLocalHandlePositions()]
        return tuple((place.y(), place.x()) for place in places)


class _Line(_Double, pg.ROI):
    """A line with a width: handles at its ends turn and stretch it, one at its side makes it wider."""

    def __init__(self, points: tuple[Point, ...], width: float, **kwargs: Any) -> None:
        super().__init__((0, 0), (1, 1), removable=False, **kwargs)
        self.addScaleRotateHandle((0, 0.5), (1, 0.5))
        self.addScaleRotateHandle((1, 0.5), (0, 0.5))
        # Not in the middle, where a thin line is taken to be moved.
        self.addScaleHandle((0.8, 1), (0.8, 0.5))
        self.put(points, width)

    def put(self, points: tuple[Point, ...], width: float) -> None:
        (y0, x0), (y1, x1) = points
        length, angle = float(np.hypot(y1 - y0, x1 - x0)), float(np.arctan2(y1 - y0, x1 - x0))
        # The corner from which a rectangle as long and as wide, turned so, has its middle along the line.
        corner = x0 + width / 2 * np.sin(angle), y0 - width / 2 * np.cos(angle)
        self.setPos(corner, update=False)
        self.setAngle(np.degrees(angle), update=False)
        self.setSize((max(length, 1e-3), width))

    def points(self) -> tuple[Point, ...]:
        length, width = self.size()
        ends = [self.mapToParent(pg.Point(along, width / 2)) for along in (0, length)]
        return tuple((end.y(), end.x()) for end in ends)

    def width(self) -> float:
        return float(self.size()[1])

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt calls it
        """Return where the line can be taken, also if it is thin."""
        length, width = self.size()
        reach = max(float(width), 2 * _REACH_PX * float(self.pixelLength(pg.Point(0, 1)) or 0))
        return QRectF(0, (width - reach) / 2, length, reach)

    def shape(self) -> QPainterPath:
        """Return the same."""
        path = QPainterPath()
        path.addRect(self.boundingRect())
        return path

    def paint(self, painter: Any, *args: Any) -> None:
        """Draw the middle of a line that is wide, too."""
        painter.save()  # what is inherited scales the painter
        super().paint(painter, *args)
        painter.restore()
        painter.setPen(self.currentPen)
        length, width = self.size()
        painter.drawLine(pg.Point(0, width / 2), pg.Point(length, width / 2))


class _Cross(_Double, pg.TargetItem):
    """A point."""

    def __init__(self, point: Point, colour: str) -> None:
        super().__init__((point[1], point[0]), size=18, symbol="crosshair", pen=pg.mkPen(colour, width=1.5))

    on_click: Callable[[], None] | None = None

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802 - pyqtgraph calls it
        if event.button() == Qt.MouseButton.LeftButton and self.on_click is not None:
            event.accept()
            self.on_click()

    def put(self, point: Point) -> None:
        self.setPos(point[1], point[0])

    def points(self) -> tuple[Point, ...]:
        return ((self.pos().y(), self.pos().x()),)


class _Label(_Double, pg.TextItem):
    """The name beside a region."""


class RegionItem:
    """One region on an image.

    Parameters
    ----------
    region : Region
    box : ViewBox
        Of the image.
    shape : (height, width), px
    """

    changed = Signal(Region)
    """It was moved or resized, and may be still."""
    clicked = Signal()
    double_clicked = Signal()

    def __init__(self, region: Region, box: pg.ViewBox, shape: tuple[int, int]) -> None:
        self.region = region
        self._box = box
        self._is_dragged = self._is_set = self._is_selected = False
        self.shape_item = _shape_item(region, QRectF(0, 0, shape[1], shape[0]))
        self.label = _Label(anchor=(0, 1), fill=pg.mkBrush(0, 0, 0, 130))
        for item, depth in ((self.shape_item, 20), (self.label, 21)):
            item.setZValue(depth)
            item.on_double = self.double_clicked.emit
            box.addItem(item, ignoreBounds=True)
        self._connect()
        self._style()

    def _connect(self) -> None:
        item = self.shape_item
        if isinstance(item, _Cross):
            item.on_click = self.clicked.emit
            item.sigPositionChanged.connect(self._drag)
            item.sigPositionChangeFinished.connect(self._drop)
            return
        item.setAcceptedMouseButtons(Qt.MouseButton.LeftButton)
        item.sigRegionChangeStarted.connect(self._start)
        item.sigRegionChanged.connect(self._drag)
        item.sigRegionChangeFinished.connect(self._drop)
        item.sigClicked.connect(self._click)

    def show_region(self, region: Region) -> None:
        """Show what became of the region."""
        before, self.region = self.region, region
        if not self._is_dragged and not region.has_same_place(self.read()):
            self._is_set = True
            try:
                _put(self.shape_item, region)
            finally:
                self._is_set = False
        if region.name != before.name or not region.has_same_place(before):
            self._style()

    def read(self) -> Region:
        """Return the region as it is drawn."""
        item = self.shape_item
        if isinstance(item, _Line):
            return replace(self.region, points=item.points(), width_px=max(1.0, item.width()))
        return replace(self.region, points=item.points())

    def select(self, is_selected: bool) -> None:
        """Show or hide the handles."""
        self._is_selected = is_selected
        self._style()

    def remove(self) -> None:
        """Take it off the image."""
        item = self.shape_item
        self.label.on_double = item.on_double = None
        # Connections through Qt are hidden from the collector of garbage, and would keep all of this for ever.
        if isinstance(item, _Cross):
            item.on_click = None
            item.sigPositionChanged.disconnect(self._drag)
            item.sigPositionChangeFinished.disconnect(self._drop)
        else:
            item.sigRegionChangeStarted.disconnect(self._start)
            item.sigRegionChanged.disconnect(self._drag)
            item.sigRegionChangeFinished.disconnect(self._drop)
            item.sigClicked.disconnect(self._click)
        for signal in (self.changed, self.clicked, self.double_clicked):
            signal.disconnect()
        for each in (item, self.label):
            self._box.removeItem(each)

    def _click(self, *_: Any) -> None:
        self.clicked.emit()

    def _start(self, *_: Any) -> None:
        self._is_dragged = not self._is_set

    def _drag(self, *_: Any) -> None:
        if not self._is_set:
            self._is_dragged = True
            self.changed.emit(self.read())

    def _drop(self, *_: Any) -> None:
        if self._is_set:
            return
        self._is_dragged = False
        self.changed.emit(self.read())
        self.show_region(self.region)

    def _style(self) -> None:
        colour = QColor(self.region.colour)
        pen = pg.mkPen(colour, width=2 if self._is_selected else 1)
        item = self.shape_item
        item.setPen(pen)
        if isinstance(item, pg.ROI):
            item.hoverPen = pg.mkPen(colour.lighter(130), width=2)
            for handle in item.getHandles():
                handle.setVisible(self._is_selected)
        self.label.setText(self.region.name, color=colour)
        top, left, _, _ = self.region.bounds
        self.label.setPos(left, top)


def _shape_item(region: Region, limits: QRectF) -> Any:
    pen = {"pen": pg.mkPen(region.colour), "handlePen": pg.mkPen(region.colour, width=1.5)}
    if region.kind == "rectangle":
        return _Box(region.bounds, limits, snapSize=1, scaleSnap=True, translateSnap=True, **pen)
    if region.kind == "ellipse":
        return _Ellipse(region.bounds, limits, **pen)
    if region.kind == "polygon":
        return _Polygon(region.points, **pen)
    if region.kind == "line":
        return _Line(region.points, region.width_px, **pen)
    return _Cross(region.points[0], region.colour)


def _put(item: Any, region: Region) -> None:
    if isinstance(item, _Box | _Ellipse):
        item.put(region.bounds)
    elif isinstance(item, _Line):
        item.put(region.points, region.width_px)
    else:
        item.put(region.points if isinstance(item, _Polygon) else region.points[0])
