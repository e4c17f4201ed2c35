"""Telling everybody who watches a series."""

from __future__ import annotations

import logging
import threading

from temstack.acquire.events import Event, Watcher

_log = logging.getLogger(__name__)


class Publisher:
    """Passes events on to watchers, one at a time, in the order in which they came.

    A watcher that raises is dropped and logged: watching must never end what is watched.
    """

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._lock = threading.RLock()  # a watcher may watch or stop watching while it is told

    @property
    def is_heard(self) -> bool:
        """Whether anybody watches."""
        return bool(self._watchers)

    def add(self, watcher: Watcher) -> None:
        """Tell this one as well from now on."""
        with self._lock:
            self._watchers.append(watcher)

    def remove(self, watcher: Watcher) -> None:
        """Tell this one no more; nothing happens if it was not told."""
        with self._lock:
            self._watchers = [one for one in self._watchers if one is not watcher]

    def __call__(self, event: Event) -> None:
        """Tell all."""
        with self._lock:
            for watcher in list(self._watchers):
                try:
                    watcher(event)
                except Exception:
                    _log.exception("a watcher failed and is told no more")
                    self.remove(watcher)
