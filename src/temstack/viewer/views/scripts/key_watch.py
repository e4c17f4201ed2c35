"""Keys that are pressed over images, noted for scripts; those typed into fields are not."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from temstack.viewer.models.scripts.keys import Keys

_NAMES = {
    Qt.Key.Key_Shift: "shift",
    Qt.Key.Key_Control: "ctrl",
    Qt.Key.Key_Alt: "alt",
    Qt.Key.Key_Space: "space",
    Qt.Key.Key_Escape: "escape",
    Qt.Key.Key_Return: "return",
    Qt.Key.Key_Enter: "return",
    Qt.Key.Key_Tab: "tab",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
}
_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox, QComboBox)
_HELD = ("shift", "ctrl", "alt")


class KeyWatch(QObject):
    """Tells the model which keys go down and up in the windows of the program.

    Parameters
    ----------
    keys : Keys
        The model.
    parent : QWidget
        The main window, with which this ends.
    """

    def __init__(self, keys: Keys, parent: QWidget) -> None:
        super().__init__(parent)
        self._keys = keys
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Note a key, and let it go on."""
        kind = event.type()
        # An event passes several objects on its way; the window sees it once.
        if kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease) and watched.isWindowType():
            if isinstance(event, QKeyEvent) and not event.isAutoRepeat():
                self._note(event, is_down=kind == QEvent.Type.KeyPress)
        elif kind == QEvent.Type.ApplicationDeactivate:
            self._keys.release_all()
        return False

    def _note(self, event: QKeyEvent, *, is_down: bool) -> None:
        name = _NAMES.get(Qt.Key(event.key()), event.text().lower() if event.text().isprintable() else "")
        if not name:
            return
        if not is_down:
            self._keys.release(name)
        elif name in _HELD or not isinstance(QApplication.focusWidget(), _FIELDS):
            self._keys.press(name)
