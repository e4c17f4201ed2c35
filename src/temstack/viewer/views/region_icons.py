"""Icons of the tools that draw regions, painted in the colour of text."""

from __future__ import annotations

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF

from temstack.viewer.models.regions import Kind

_SIZE = 20
_RATIO = 2
"""Painted twice as large as shown, for screens with small pixels."""


def tool_icon(kind: Kind, palette: QPalette) -> QIcon:
    """Return the icon of a kind of region."""
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        icon.addPixmap(_painted(kind, QPen(palette.color(group, QPalette.ColorRole.ButtonText), 1.5)), mode)
    return icon


def _painted(kind: Kind, pen: QPen) -> QPixmap:
    pixmap = QPixmap(_SIZE * _RATIO, _SIZE * _RATIO)
    pixmap.setDevicePixelRatio(_RATIO)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    if kind == "rectangle":
        painter.drawRect(QRectF(3, 5, 14, 10))
    elif kind == "ellipse":
        painter.drawEllipse(QRectF(2.5, 4.5, 15, 11))
    elif kind == "polygon":
        painter.drawPolygon(QPolygonF([QPointF(*each) for each in ((3, 8), (10, 3), (17, 7), (14, 16), (6, 16))]))
    elif kind == "line":
        painter.drawLine(QPointF(3, 16), QPointF(17, 4))
    else:
        for start, end in (((10, 2), (10, 8)), ((10, 12), (10, 18)), ((2, 10), (8, 10)), ((12, 10), (18, 10))):
            painter.drawLine(QPointF(*start), QPointF(*end))
        painter.drawPoint(QPointF(10, 10))
    painter.end()
    return pixmap
