"""Dark, light, or as the system has it: palette, plots and fonts of the whole program."""

from __future__ import annotations

from pathlib import Path

import pyqtgraph as pg
from qtpy.QtCore import QPointF, QRectF, Qt
from qtpy.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPalette, QPen, QPixmap
from qtpy.QtWidgets import QApplication, QMdiArea

_Role = QPalette.ColorRole
_COLOURS = {
    "dark": {
        _Role.Window: "#2b2d30",
        _Role.WindowText: "#dcdde0",
        _Role.Base: "#1e1f22",
        _Role.AlternateBase: "#26282b",
        _Role.Text: "#dcdde0",
        _Role.Button: "#393b40",
        _Role.ButtonText: "#dcdde0",
        _Role.BrightText: "#ffffff",
        _Role.ToolTipBase: "#393b40",
        _Role.ToolTipText: "#dcdde0",
        _Role.PlaceholderText: "#83868c",
        _Role.Highlight: "#2f65ca",
        _Role.HighlightedText: "#ffffff",
        _Role.Link: "#6b9bfa",
        _Role.Mid: "#232527",
        _Role.Dark: "#17181a",
        _Role.Light: "#4a4d52",
        _Role.Midlight: "#404348",
        _Role.Shadow: "#0c0d0e",
    },
    "light": {
        _Role.Window: "#f0f0f1",
        _Role.WindowText: "#1c1d1f",
        _Role.Base: "#ffffff",
        _Role.AlternateBase: "#f6f6f7",
        _Role.Text: "#1c1d1f",
        _Role.Button: "#e8e8ea",
        _Role.ButtonText: "#1c1d1f",
        _Role.BrightText: "#ffffff",
        _Role.ToolTipBase: "#fffff0",
        _Role.ToolTipText: "#1c1d1f",
        _Role.PlaceholderText: "#85878c",
        _Role.Highlight: "#2f65ca",
        _Role.HighlightedText: "#ffffff",
        _Role.Link: "#1a4fb4",
        _Role.Mid: "#b8b8bb",
        _Role.Dark: "#9c9ca0",
        _Role.Light: "#ffffff",
        _Role.Midlight: "#f6f6f7",
        _Role.Shadow: "#6c6c70",
    },
}
_GREYED = {"dark": "#7a7d83", "light": "#9a9ca1"}


def apply_theme(theme: str) -> None:
    """Show the whole program light or dark, at once.

    Parameters
    ----------
    theme : str
        ``"light"``, ``"dark"``, or ``"system"`` for what the system has.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    wanted = theme if theme in _COLOURS else _of_the_system()
    app.setPalette(_palette(wanted))
    _colour_plots(app)


def is_dark() -> bool:
    """Return whether the program is shown dark."""
    return bool(QGuiApplication.palette().color(_Role.Window).lightness() < 128)


def follow_system(theme: str) -> None:
    """Change with the system where that is wanted: connect it to the system's signal."""
    if theme == "system":
        apply_theme(theme)


def add_font_if_none() -> None:
    """Bring a font along where the system has none, as on bare machines: text would be empty boxes."""
    if QFontDatabase.families():
        return
    from matplotlib import get_data_path

    number = QFontDatabase.addApplicationFont(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")))
    families = QFontDatabase.applicationFontFamilies(number)
    if families:
        QApplication.setFont(QFont(families[0], 10))


def program_icon() -> QIcon:
    """Return the icon of the program: three planes of a stack, painted here."""
    icon = QIcon()
    for side in (16, 32, 64, 128, 256):
        icon.addPixmap(_painted(side))
    return icon


def _painted(side: int) -> QPixmap:
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side / 32, side / 32)
    for index, grey in enumerate(("#5b6f8c", "#8fa5c4", "#d7e2f2")):
        corner = QPointF(11 - 4.5 * index, 2 + 4.5 * index)
        painter.setPen(QPen(QColor("#24344d"), 1.2))
        painter.setBrush(QColor(grey))
        painter.drawRoundedRect(QRectF(corner.x(), corner.y(), 19, 17), 2, 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#2f65ca"))
    for column in range(3):
        for row in range(3):
            painter.drawEllipse(QPointF(6.3 + 5.2 * column, 15 + 4.5 * row), 1.4, 1.4)
    painter.end()
    return picture


def _of_the_system() -> str:
    hints = QGuiApplication.styleHints()
    return "dark" if hints.colorScheme() == Qt.ColorScheme.Dark else "light"


def _palette(theme: str) -> QPalette:
    palette = QPalette()
    for role, colour in _COLOURS[theme].items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_GREYED[theme]))
    palette.setColor(QPalette.ColorGroup.Disabled, _Role.Highlight, QColor(_COLOURS[theme][_Role.Mid]))
    return palette


def _colour_plots(app: QApplication) -> None:
    """Give plots that are there, and those to come, the colours of the palette."""
    palette = app.palette()
    ground, line = palette.color(_Role.Base), palette.color(_Role.Text)
    pg.setConfigOptions(background=ground, foreground=line)
    for area in (each for each in app.allWidgets() if isinstance(each, QMdiArea)):
        area.setBackground(palette.brush(_Role.Dark))  # it keeps the grey that it began with
    for view in (each for each in app.allWidgets() if isinstance(each, pg.GraphicsView)):
        if view.scene() is None:
            continue
        if view._background == "default":
            view.setBackground("default")
        view.resetCachedContent()  # the ground is painted once and kept
        for item in view.scene().items():
            if isinstance(item, pg.AxisItem):
                item.setPen(line)
                item.setTextPen(line)
            elif isinstance(item, pg.LabelItem):
                item.setText(item.text, color=line)
