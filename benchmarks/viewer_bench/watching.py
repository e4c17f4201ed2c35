"""How smoothly a program of windows runs: frames painted, and the longest time it did not answer."""

from __future__ import annotations

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable

from qtpy.QtCore import QEventLoop, QObject, QTimer
from qtpy.QtWidgets import QApplication


class Heartbeat(QObject):
    """A timer that fires every 5 ms, and remembers the longest gap between two beats.

    A user clicks into such a gap in vain. On a machine that is busy with something else a part of each gap is time in
    which the thread could have run but got no processor: that is told apart where the system says it (Linux).
    With ``STACKS=0.1`` in the environment it prints where the thread stands while a beat is late by so many seconds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = self.longest_own_s = 0.0
        self._queue = _queue_of_this_thread()
        self._last, self._last_queued = time.perf_counter(), self._queued_s()
        self._timer = QTimer(self)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._beat)

    def start(self) -> Heartbeat:
        """Begin to count."""
        self.longest_s = self.longest_own_s = 0.0
        self._last, self._last_queued = time.perf_counter(), self._queued_s()
        self._timer.start()
        late_s = float(os.environ.get("STACKS", 0))
        if late_s:
            threading.Thread(target=self._watch, args=(threading.get_ident(), late_s), daemon=True).start()
        return self

    def stop(self) -> dict[str, float]:
        """Return the longest gap since the start, and the longest less the wait for a processor, both in ms."""
        self._beat()
        self._timer.stop()
        return {"ms": 1000 * self.longest_s, "own_ms": 1000 * self.longest_own_s}

    def _beat(self) -> None:
        now, queued = time.perf_counter(), self._queued_s()
        self.longest_s = max(self.longest_s, now - self._last)
        self.longest_own_s = max(self.longest_own_s, now - self._last - (queued - self._last_queued))
        self._last, self._last_queued = now, queued

    def _queued_s(self) -> float:
        """Return for how long the thread could have run but got no processor; 0 where the system does not say."""
        return 0.0 if self._queue is None else int(os.pread(self._queue, 100, 0).split()[1]) / 1e9

    def _watch(self, thread: int, late_s: float) -> None:
        told = 0.0
        while self._timer.isActive():
            time.sleep(late_s / 10)
            late = time.perf_counter() - self._last
            if late > late_s and told != self._last:
                told = self._last
                stack = "".join(traceback.format_stack(sys._current_frames()[thread])[-12:])
                print(f"late by {1000 * late:.0f} ms:\n{stack}", file=sys.stderr)


def _queue_of_this_thread() -> int | None:
    try:
        return os.open("/proc/thread-self/schedstat", os.O_RDONLY)
    except OSError:
        return None


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
