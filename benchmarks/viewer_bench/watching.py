"""How smoothly a program of windows runs: frames painted, and the longest time it did not answer."""

from __future__ import annotations

import time
from collections.abc import Callable

from qtpy.QtCore import QEventLoop, QObject, QTimer
from qtpy.QtWidgets import QApplication


class Heartbeat(QObject):
    """A timer that fires every 5 ms, and remembers the longest gap between two beats.

    A user clicks into such a gap in vain.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self.gaps_s: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)

    def start(self) -> Heartbeat:
        """Begin to count."""
        self.longest_s, self.gaps_s = 0.0, []
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def stop(self) -> float:
        """Return the longest gap since the start, in s."""
        self._beat()
        self._timer.stop()
        return self.longest_s

    def _beat(self) -> None:
        now = time.perf_counter()
        self.gaps_s.append(now - self._last)
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now


def wait_until(condition: Callable[[], bool], timeout_s: float = 300.0) -> None:
    """Let the windows live until something has happened."""
    loop = QEventLoop()
    timer = QTimer()
    timer.setInterval(5)
    end = time.monotonic() + timeout_s

    def look() -> None:
        if condition() or time.monotonic() > end:
            loop.quit()

    timer.timeout.connect(look)
    timer.start()
    loop.exec()
    if not condition():
        raise TimeoutError(f"waited {timeout_s:g} s in vain")


def let_live(seconds: float) -> None:
    """Let the windows live for a while."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end)


def paint_now() -> None:
    """Deal with all that waits, painting included."""
    app = QApplication.instance()
    for _ in range(3):
        app.processEvents()


class PaintCounter(QObject):
    """Counts how often a widget was painted."""

    def __init__(self, widget: QObject) -> None:
        super().__init__()
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: object) -> bool:  # noqa: N802 - Qt's name
        """Count a painting, and let it happen."""
        if event.type() == event.Type.Paint:
            self.count += 1
        return False
