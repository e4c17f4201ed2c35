"""Garbage is collected in the thread of the windows alone.

Python looks for unreachable objects in whatever thread happens to make one more. Windows that nobody holds any more are
often such objects, and Qt breaks down when one is freed in another thread than its own. So the automatic collection is
off while there is a main window, and its thread collects instead, a few times a second.
"""

from __future__ import annotations

import gc
import time

from qtpy.QtCore import QObject, QTimer

_LOOK_EVERY_MS = 100
_SHARE = 0.02
_LONGEST_PAUSE_S = 10.0


_enable = gc.enable


def _leave_it_off() -> None:
    """Stand in for :func:`gc.enable` while the thread of the windows collects."""


class Collector(QObject):
    """Collects garbage in its thread, the one of the windows, until it is ended or its owner is gone.

    Young objects are looked at as often as Python would. All of them are looked at when enough have grown old, but
    never for more than a fiftieth of the time: that stops the windows for as long as it takes.

    Parameters
    ----------
    owner : QObject
        The main window.
    """

    _n_at_work = 0

    def __init__(self, owner: QObject) -> None:
        super().__init__(owner)
        self._is_at_work = True
        self._next_whole = 0.0
        self._since_middle = self._since_whole = 0
        """How many more objects have been made than freed since the middle ones, and all, were looked at."""
        if Collector._n_at_work == 0:
            gc.disable()
            # Others enable it again in the midst of things, in whatever thread: dask does at every slice of an array.
            gc.enable = _leave_it_off
        Collector._n_at_work += 1
        timer = QTimer(self, interval=_LOOK_EVERY_MS)
        timer.timeout.connect(lambda: self.collect())
        timer.start()
        owner.destroyed.connect(lambda: self.end())

    def settle(self) -> None:
        """Look no more at what exists now: all of the program that is loaded, which stays to its end.

        Looking at everything takes a tenth of a second before anything is opened, and a few milliseconds after this.
        """
        gc.freeze()

    def collect(self) -> None:
        """Collect what is due."""
        young = gc.get_count()[0]
        for_young, for_middle, for_old = gc.get_threshold()
        if young <= for_young:
            return
        self._since_middle += young
        self._since_whole += young
        if self._since_whole > for_young * for_middle * for_old and time.monotonic() > self._next_whole:
            self._collect_all()
        elif self._since_middle > for_young * for_middle:
            gc.collect(1)
            self._since_middle = 0
        else:
            gc.collect(0)

    def _collect_all(self) -> None:
        began = time.monotonic()
        gc.collect()
        took = time.monotonic() - began
        self._next_whole = began + min(took / _SHARE, _LONGEST_PAUSE_S)
        self._since_middle = self._since_whole = 0

    def end(self) -> None:
        """Leave it to Python again, once no other window needs it otherwise."""
        if not self._is_at_work:
            return
        self._is_at_work = False
        Collector._n_at_work -= 1
        if Collector._n_at_work == 0:
            gc.unfreeze()
            gc.enable = _enable
            gc.enable()
