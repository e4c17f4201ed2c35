"""The program: one Qt application, one main window."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from qtpy.QtCore import QObject, Qt, Signal
from qtpy.QtWidgets import QApplication


class Courier(QObject):
    """Calls functions in the thread of the windows, whatever thread hands them over."""

    _handed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._handed.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def __call__(self, call: Callable[[], None]) -> None:
        """Have a function called soon."""
        self._handed.emit(call)

    def _call(self, call: Callable[[], None]) -> None:
        call()


def application() -> QApplication:
    """Return the Qt application, made at the first call."""
    existing = QApplication.instance()
    return existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])


def run(files: Sequence[Path] = ()) -> int:
    """Open the main window with some files, and stay until it is closed; return the exit status."""
    from temstack.viewer.views.main_window import MainWindow

    app = application()
    window = MainWindow()
    window.show()
    for file in files:
        window.open(file)
    return int(app.exec())
