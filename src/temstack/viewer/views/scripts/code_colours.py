"""Colours of code, readable on light and on dark."""

from __future__ import annotations

from qtpy.QtGui import QColor, QFont, QPalette, QTextCharFormat

_LIGHT = {
    "keyword": "#7a1fa2",
    "type": "#00695c",
    "function": "#0b57b0",
    "text": "#9c3f00",
    "number": "#1a6e1a",
    "comment": "#66717c",
}
_DARK = {
    "keyword": "#d7a1f0",
    "type": "#6fd6c2",
    "function": "#86bcff",
    "text": "#f0b07a",
    "number": "#a5d98a",
    "comment": "#98a3ae",
}
ERROR, WARNING = QColor("#e5484d"), QColor("#e2a32b")
"""Of underlines and marks at the margin; visible on both."""


def is_dark(palette: QPalette) -> bool:
    """Return whether text stands light on dark."""
    return bool(palette.base().color().lightness() < palette.text().color().lightness())


def formats(palette: QPalette) -> dict[str, QTextCharFormat]:
    """Return how each kind of span is drawn."""
    made = {}
    for kind, colour in (_DARK if is_dark(palette) else _LIGHT).items():
        made[kind] = QTextCharFormat()
        made[kind].setForeground(QColor(colour))
        if kind == "keyword":
            made[kind].setFontWeight(QFont.Weight.DemiBold)
        if kind == "comment":
            made[kind].setFontItalic(True)
    return made


def current_line(palette: QPalette) -> QColor:
    """Return the background of the line that the cursor is in."""
    colour = palette.highlight().color()
    colour.setAlpha(28)
    return colour
