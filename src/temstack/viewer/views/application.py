"""The program: one Qt application, one main window."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TypeVar

from qtpy.QtCore import QObject, Qt, QThread, Signal
from qtpy.QtWidgets import QApplication

from temstack.errors import TemstackError

Answer = TypeVar("Answer")


class WindowsClosed(TemstackError):  # noqa: N818 - no error: somebody closed the program
    """Raised in a thread that waits for an answer of the windows when they close."""

    def __init__(self) -> None:
        super().__init__("the windows", "were closed before they answered")


class Courier(QObject):
    """Calls functions in the thread of the windows, whatever thread hands them over."""

    _handed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._is_closed = threading.Event()
        self._handed.connect(self._call, Qt.ConnectionType.QueuedConnection)

    def __call__(self, call: Callable[[], object]) -> None:
        """Have a function called soon, and do not wait for it."""
        if not self._is_closed.is_set():
            self._handed.emit(call)

    def ask(self, call: Callable[[], Answer]) -> Answer:
        """Have a function called in the thread of the windows, and wait for what it returns.

        Parameters
        ----------
        call : callable
            What it raises is raised here. Asked in the thread of the windows itself, it is called at once.

        Raises
        ------
        WindowsClosed
            If the windows close before they answer.
        """
        if QThread.currentThread() is self.thread():
            return call()
        answer: Future[Answer] = Future()
        self(lambda: _answer(answer, call))
        while not answer.done():
            if self._is_closed.is_set():
                raise WindowsClosed
            wait([answer], timeout=_LOOK_EVERY_S)
        return answer.result()

    def close(self) -> None:
        """Call nothing any more, and let nobody wait for an answer."""
        self._is_closed.set()

    def _call(self, call: Callable[[], object]) -> None:
        if not self._is_closed.is_set():
            call()


_LOOK_EVERY_S = 0.1


def _answer(answer: Future[Answer], call: Callable[[], Answer]) -> None:
    try:
        answer.set_result(call())
    except BaseException as error:
        answer.set_exception(error)


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
