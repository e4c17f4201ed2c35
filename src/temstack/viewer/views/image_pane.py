"""An image with calibrated axes that can be zoomed and moved: what every window with an image is made of."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from qtpy.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from qtpy.QtGui import QImage, QPainter, QPalette
from qtpy.QtWidgets import QGraphicsGridLayout

from temstack.viewer.models.calibration import PixelAxis, shape_of_pixels
from temstack.viewer.views.calibrated_axis import CalibratedAxis
from temstack.viewer.views.plane_item import PlaneItem
from temstack.viewer.views.scale_bar_item import ScaleBarItem

_LEAST_PIXELS = 4
_WHEEL_STEP = 1.25


class ImageBox(pg.ViewBox):
    """Where the image lies: y points down, the wheel zooms at the cursor, dragging moves, a double click fits."""

    fitted = Signal()
    menu_wanted = Signal(object)
    """Where, on the screen."""

    def __init__(self) -> None:
        super().__init__(invertY=True, lockAspect=True, enableMenu=False, defaultPadding=0.0)

    def mouseDoubleClickEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Fit the image into the window."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.fitted.emit()
            event.accept()

    def mouseClickEvent(self, event: Any) -> None:  # noqa: N802 - pyqtgraph calls it
        """Ask for the menu at a click with the right button."""
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            self.menu_wanted.emit(event.screenPos())

    def wheelEvent(self, event: Any, axis: Any = None) -> None:  # noqa: N802 - Qt calls it
        """Zoom, with the place under the cursor kept where it is."""
        notches = event.delta() / 120
        if notches:
            centre = self.childGroup.mapFromScene(event.scenePos())
            self.zoom(_WHEEL_STEP**notches, centre)
        event.accept()

    def zoom(self, factor: float, centre: QPointF | None = None) -> None:
        """Show everything *factor* times as large."""
        # What was fitted before no longer is.
        self.disableAutoRange()
        self.scaleBy((1 / factor, 1 / factor), center=centre)


class ImagePane(pg.GraphicsView):
    """An image, its axes and its scale bar.

    Attributes
    ----------
    view_box : ImageBox
    image_item : PlaneItem
    """

    hovered = Signal(object)
    """The cursor is over a place, (column, row) in px from the corner of the first pixel; None where it left."""
    area_changed = Signal(object)
    """Another part is seen: (left, top, width, height) in px."""

    def __init__(self, *, has_axes: bool = True) -> None:
        super().__init__(background=None)
        self.view_box, self.image_item = ImageBox(), PlaneItem()
        self.view_box.addItem(self.image_item)
        self.scale_bar = ScaleBarItem(self.view_box)
        self.left, self.bottom = CalibratedAxis("left"), CalibratedAxis("bottom")
        self._axes = PixelAxis("y", 1), PixelAxis("x", 1)
        layout = QGraphicsGridLayout()
        layout.setContentsMargins(2, 6, 8, 2)
        layout.setSpacing(0)
        layout.addItem(self.left, 0, 0)
        layout.addItem(self.view_box, 0, 1)
        layout.addItem(self.bottom, 1, 1)
        layout.setColumnStretchFactor(1, 1)
        layout.setRowStretchFactor(0, 1)
        self.centralWidget.setLayout(layout)
        for axis in (self.left, self.bottom):
            axis.linkToView(self.view_box)
        self.show_axes(has_axes)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.scene().sigMouseMoved.connect(self._hover)
        self.view_box.fitted.connect(self.fit)
        self.view_box.sigRangeChanged.connect(self._tell_area)
        self._take_colours()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt calls it
        """Large enough to work with."""
        return QSize(560, 560)

    def set_axes(self, y: PixelAxis, x: PixelAxis) -> None:
        """Take the calibration of an image."""
        self._axes = y, x
        self.left.set_axis(y)
        self.bottom.set_axis(x)
        self.scale_bar.set_axis(x, QRectF(0, 0, x.size, y.size))
        self.view_box.setAspectLocked(True, ratio=shape_of_pixels(y, x))
        least = min(_LEAST_PIXELS, y.size, x.size)
        self.view_box.setLimits(
            minXRange=least, minYRange=least, maxXRange=20 * max(x.size, y.size), maxYRange=20 * max(x.size, y.size)
        )

    def show_axes(self, is_wanted: bool) -> None:
        """Show or hide the axes."""
        for axis in (self.left, self.bottom):
            axis.setVisible(is_wanted)

    def fit(self) -> None:
        """Show the whole image, also when the window changes its size, until somebody zooms."""
        self.view_box.enableAutoRange()
        self.view_box.updateAutoRange()

    @property
    def is_fitted(self) -> bool:
        """Whether the whole image is shown whatever the size of the window."""
        return bool(all(self.view_box.autoRangeEnabled()))

    @property
    def zoom(self) -> float:
        """Pixels of the screen for one of the image."""
        width = self.view_box.viewPixelSize()[0]
        return float(1 / width) if width else 1.0

    def zoom_to(self, zoom: float) -> None:
        """Show each pixel as so many pixels of the screen, 1 for all that there is and nothing more."""
        self.view_box.zoom(zoom / self.zoom)

    @property
    def area(self) -> tuple[float, float, float, float]:
        """What is seen: (left, top, width, height) in px."""
        seen = self.view_box.viewRect()
        return seen.left(), seen.top(), seen.width(), seen.height()

    def show_area(self, area: tuple[float, float, float, float]) -> None:
        """Show a part of the image, and around it what else the window has room for."""
        self.view_box.disableAutoRange()
        self.view_box.setRange(QRectF(*area), padding=0)

    def picture(self, *, zoom: float = 1.0) -> QImage:
        """Return what is seen without the axes, regions and scale bar included."""
        source = self.view_box.sceneBoundingRect()
        size = (source.size() * zoom).toSize()
        picture = QImage(size, QImage.Format.Format_RGB32)
        picture.fill(self.palette().color(QPalette.ColorRole.Window))
        painter = QPainter(picture)
        self.scene().render(painter, QRectF(0, 0, size.width(), size.height()), source)
        painter.end()
        return picture

    def changeEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Follow the theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._take_colours()

    def leaveEvent(self, event: Any) -> None:  # noqa: N802 - Qt calls it
        """Tell that the cursor is gone."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def _take_colours(self) -> None:
        if not hasattr(self, "bottom"):
            return  # Qt tells of the palette before all is made
        text = self.palette().color(QPalette.ColorRole.WindowText)
        for axis in (self.left, self.bottom):
            axis.setPen(text)
            axis.setTextPen(text)

    def _hover(self, position: QPointF) -> None:
        if self.view_box.sceneBoundingRect().contains(position):
            place = self.view_box.mapSceneToView(position)
            self.hovered.emit((place.x(), place.y()))
        else:
            self.hovered.emit(None)

    def _tell_area(self, *_: Any) -> None:
        self.area_changed.emit(self.area)
