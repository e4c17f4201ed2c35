"""The scale bar in the corner of an image: a round length that follows the zoom."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QPainter

from temstack.stack.scale_bars import scale_bar
from temstack.viewer.models.calibration import PixelAxis

_MARGIN = 10.0
_PAD = 7.0
_HEIGHT = 36.0
_LEAST_WIDTH = 60.0


class ScaleBarItem(pg.GraphicsObject):
    """A bar on darkened ground, readable on any image, in the lower left corner of what is seen of it."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._box = box
        self._image = QRectF()
        self._axis = PixelAxis("x", 1)
        self.setZValue(1000)
        box.sigRangeChanged.connect(self._follow)
        box.sigResized.connect(self._follow)

    def set_axis(self, axis: PixelAxis, image: QRectF) -> None:
        """Take lengths from another axis, of an image of some size; without a calibration there is no bar."""
        self._axis, self._image = axis, image
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt calls it
        """Where it may draw: the lower left corner of the image, wherever that is."""
        return self._box.rect()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the bar for the zoom of now."""
        zoom = 1 / (self._box.viewPixelSize()[0] or 1.0)
        seen = self._box.mapFromViewToItem(self._box, self._image).boundingRect().intersected(self._box.rect())
        draw_scale_bar(painter, seen, self._axis, zoom)

    def _follow(self, *_: Any) -> None:
        self.prepareGeometryChange()
        self.update()


def draw_scale_bar(painter: QPainter, area: QRectF, axis: PixelAxis, zoom: float) -> None:
    """Draw a bar into the lower left corner of an area, nothing where lengths are not known.

    Parameters
    ----------
    painter : QPainter
    area : QRectF
        Where the image is seen.
    axis : PixelAxis
        Its calibration.
    zoom : float
        Units of the painter for each pixel of the image.
    """
    step = abs(axis.step) / zoom
    if not axis.is_calibrated or area.width() < _LEAST_WIDTH or not 0 < step < np.inf:
        return
    bar = scale_bar(area.width(), step, axis.units)
    font = QFont(painter.font())
    font.setPixelSize(14)
    text = QFontMetricsF(font).horizontalAdvance(bar.label)
    ground = QRectF(
        area.left() + _MARGIN, area.bottom() - _MARGIN - _HEIGHT, max(bar.length_px, text) + 2 * _PAD, _HEIGHT
    )
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(0, 0, 0, 140))
    painter.drawRoundedRect(ground, 4, 4)
    painter.setBrush(QColor("white"))
    painter.drawRect(QRectF(ground.center().x() - bar.length_px / 2, ground.bottom() - 10, bar.length_px, 4))
    painter.setPen(QColor("white"))
    painter.setFont(font)
    painter.drawText(ground.adjusted(0, 3, 0, -12), Qt.AlignmentFlag.AlignCenter, bar.label)
