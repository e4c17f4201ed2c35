"""The program: one Qt application, one main window."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TypeVar

from qtpy.QtCore import QObject, Qt, QThread, QTimer, Signal
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
        # It lives as long as the application: the last that holds it may be a thread, which must not free it.
        super().__init__(QApplication.instance())
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
    if isinstance(existing, QApplication):
        return existing
    # Zoomed screens of 125 % and 150 % get sharp pixels, not rounded sizes.
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("temstack")
    app.setStyle("Fusion")  # alike everywhere, and the only one that can be dark on all systems
    return app


def run(files: Sequence[Path] = ()) -> int:
    """Open the main window with some files, and stay until it is closed; return the exit status.

    Without files, what was open when it was left is opened again. Ctrl-C in the terminal ends it, and keeps what is
    not saved for the next start.
    """
    app = application()
    from temstack.viewer.views import theme
    from temstack.viewer.views.main_window import MainWindow

    theme.add_font_if_none()
    app.setWindowIcon(theme.program_icon())
    window = MainWindow()
    theme.apply_theme(window.preferences.theme)
    app.styleHints().colorSchemeChanged.connect(lambda _: theme.follow_system(window.preferences.theme))
    window.sessions.place_main()
    window.show()
    window.sessions.begin()
    if files:
        window.open_each(files)
    else:
        window.sessions.reopen()
    _listen_for_ctrl_c(window.closing.quit_unasked, window)
    try:
        return int(app.exec())
    finally:
        window.closing.let_go()  # where the system ended the program, nobody has closed the window


def _listen_for_ctrl_c(end: Callable[[], object], owner: QObject) -> None:
    def interrupted(number: int, frame: object) -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # who presses it again does not want to wait
        QTimer.singleShot(0, end)

    signal.signal(signal.SIGINT, interrupted)
    # Qt runs outside Python: without this Python would not look at signals before somebody moves the mouse.
    timer = QTimer(owner, interval=_LOOK_FOR_SIGNALS_MS)
    timer.timeout.connect(lambda: None)
    timer.start()


_LOOK_FOR_SIGNALS_MS = 200
