"""Icons drawn here, in the colours of the theme and sharp on every screen."""

from __future__ import annotations

from collections.abc import Callable

from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QFont, QIcon, QPainter, QPalette, QPen, QPixmap, QPolygonF

_SIDE = 24
_SHARPNESS = 3
"""Pixels for each unit: enough for any screen."""

Draw = Callable[[QPainter], None]


def painted_icon(name: str, palette: QPalette) -> QIcon:
    """Return an icon by its name, one of :data:`ICONS`, in the colours of a palette."""
    icon = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        pixmap = QPixmap(_SIDE * _SHARPNESS, _SIDE * _SHARPNESS)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(_SHARPNESS, _SHARPNESS)
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        painter.setPen(QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        ICONS[name](painter)
        painter.end()
        icon.addPixmap(pixmap, mode)
    return icon


def _lines(painter: QPainter, *lines: tuple[float, float, float, float]) -> None:
    for x0, y0, x1, y1 in lines:
        painter.drawLine(QPointF(x0, y0), QPointF(x1, y1))


def _fit(painter: QPainter) -> None:
    painter.drawRect(QRectF(8, 8, 8, 8))
    _lines(painter, (3, 8, 3, 3), (3, 3, 8, 3), (16, 3, 21, 3), (21, 3, 21, 8))
    _lines(painter, (3, 16, 3, 21), (3, 21, 8, 21), (16, 21, 21, 21), (21, 21, 21, 16))


def _actual(painter: QPainter) -> None:
    font = QFont(painter.font())
    font.setPixelSize(12)
    font.setBold(True)
    painter.setFont(font)
    painter.drawText(QRectF(0, 0, _SIDE, _SIDE), Qt.AlignmentFlag.AlignCenter, "1:1")


def _lens(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(4, 4, 12, 12))
    _lines(painter, (14.5, 14.5, 20, 20), (7.5, 10, 12.5, 10))


def _zoom_in(painter: QPainter) -> None:
    _lens(painter)
    _lines(painter, (10, 7.5, 10, 12.5))


def _contrast(painter: QPainter) -> None:
    painter.drawEllipse(QRectF(4, 4, 16, 16))
    painter.setBrush(painter.pen().color())
    painter.drawChord(QRectF(4, 4, 16, 16), -90 * 16, 180 * 16)


def _auto(painter: QPainter) -> None:
    _lines(painter, (3, 21, 21, 21))
    for x, height in ((4, 4), (8, 10), (12, 15), (16, 9), (20, 3)):
        _lines(painter, (x, 21, x, 21 - height))


def _rings(painter: QPainter) -> None:
    for radius in (4.5, 9.0):
        painter.drawEllipse(QPointF(12, 12), radius, radius)
    painter.setBrush(painter.pen().color())
    for x, y in ((12, 12), (12, 3), (21, 12), (12, 21), (3, 12)):
        painter.drawEllipse(QPointF(x, y), 1.2, 1.2)


def _orthogonal(painter: QPainter) -> None:
    for x, y, width, height in ((3, 3, 11, 11), (16.5, 3, 4.5, 11), (3, 16.5, 11, 4.5)):
        painter.drawRect(QRectF(x, y, width, height))
    _lines(painter, (8.5, 3, 8.5, 14), (3, 8.5, 14, 8.5))


def _chain(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(2.5, 5, 10, 6), 3, 3)
    painter.drawRoundedRect(QRectF(11.5, 5, 10, 6), 3, 3)


def _link_zoom(painter: QPainter) -> None:
    _chain(painter)
    painter.drawEllipse(QRectF(7, 13.5, 6, 6))
    _lines(painter, (12.5, 19, 15, 21.5))


def _link_plane(painter: QPainter) -> None:
    _chain(painter)
    _lines(painter, (5, 18, 19, 18), (12, 14.5, 12, 21.5))


def _link_region(painter: QPainter) -> None:
    _chain(painter)
    painter.drawRect(QRectF(6, 14, 12, 7.5))


def _axes(painter: QPainter) -> None:
    _lines(painter, (6, 3, 6, 18), (6, 18, 21, 18), (3, 6, 6, 6), (3, 12, 6, 12), (12, 18, 12, 21), (18, 18, 18, 21))


def _play(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    painter.drawPolygon(QPolygonF([QPointF(7, 4), QPointF(19, 12), QPointF(7, 20)]))


def _pause(painter: QPainter) -> None:
    painter.setBrush(painter.pen().color())
    for x in (6.0, 14.0):
        painter.drawRect(QRectF(x, 5, 4, 14))


def _more(painter: QPainter) -> None:
    for x in (5.0, 12.0):
        _lines(painter, (x, 7, x + 5, 12), (x + 5, 12, x, 17))


ICONS: dict[str, Draw] = {
    "more": _more,
    "play": _play,
    "pause": _pause,
    "fit": _fit,
    "actual": _actual,
    "zoom in": _zoom_in,
    "zoom out": _lens,
    "contrast": _contrast,
    "auto": _auto,
    "fft": _rings,
    "orthogonal": _orthogonal,
    "link zoom": _link_zoom,
    "link plane": _link_plane,
    "link region": _link_region,
    "axes": _axes,
}
"""All icons by name."""
