"""The scale bar in the corner of an image: a round length that follows the zoom."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QFont, QFontMetricsF, QPainter

from temstack.stack.scale_bars import scale_bar
from temstack.viewer.models.calibration import PixelAxis

_MARGIN = 10.0
_PAD = 7.0


class ScaleBarItem(pg.GraphicsObject):
    """A bar on darkened ground, readable on any image, in the lower left corner of a view box."""

    def __init__(self, box: pg.ViewBox) -> None:
        super().__init__(box)
        self._box = box
        self._axis = PixelAxis("x", 1)
        self.setZValue(1000)
        box.sigRangeChanged.connect(self._follow)
        box.sigResized.connect(self._follow)

    def set_axis(self, axis: PixelAxis) -> None:
        """Take lengths from another axis; without a calibration there is no bar."""
        self._axis = axis
        self.update()

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt calls it
        """Where it may draw: the lower left corner."""
        area = self._box.rect()
        return QRectF(area.left(), area.bottom() - 70, area.width() / 2 + 80, 70)

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw the bar for the zoom of now."""
        area = self._box.rect()
        step = abs(self._axis.step) * self._box.viewPixelSize()[0]
        if not self._axis.is_calibrated or area.width() < 60 or not step > 0:
            return
        bar = scale_bar(area.width(), step, self._axis.units)
        font = QFont(painter.font())
        font.setPixelSize(14)
        text = QFontMetricsF(font).horizontalAdvance(bar.label)
        width = max(bar.length_px, text) + 2 * _PAD
        ground = QRectF(area.left() + _MARGIN, area.bottom() - _MARGIN - 36, width, 36)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 140))
        painter.drawRoundedRect(ground, 4, 4)
        painter.setBrush(QColor("white"))
        painter.drawRect(QRectF(ground.center().x() - bar.length_px / 2, ground.bottom() - 10, bar.length_px, 4))
        painter.setPen(QColor("white"))
        painter.setFont(font)
        painter.drawText(ground.adjusted(0, 4, 0, -13), Qt.AlignmentFlag.AlignCenter, bar.label)

    def _follow(self, *_: Any) -> None:
        self.prepareGeometryChange()
        self.update()
