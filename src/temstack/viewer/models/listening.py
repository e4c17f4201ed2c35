"""What operations warn of, heard in whatever thread they work."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Tell = Callable[[str], object]

_lock = threading.RLock()
_listeners: list[tuple[int, Tell, set[str]]] = []
_before: Any = None


@contextmanager
def listening(tell: Tell) -> Iterator[None]:
    """Hand every warning that is meant for users to a function, each sentence once, while the block lasts.

    Python's own way to catch warnings is for one thread: two jobs that come and go would leave the filters of each
    other. Here the first that listens changes them, and the last that ends puts them back. A warning belongs to the
    job of its thread; one from a thread of dask is told to all that listen.

    Parameters
    ----------
    tell : callable
        Gets the sentence; called in the thread that warns.

    Examples
    --------
    >>> heard = []
    >>> with listening(heard.append):
    ...     warnings.warn("values were clipped")
    >>> heard
    ['values were clipped']
    """
    me = (threading.get_ident(), tell, set[str]())
    with _lock:
        if not _listeners:
            _open_ears()
        _listeners.append(me)
    try:
        yield
    finally:
        with _lock:
            _listeners.remove(me)
            if not _listeners:
                _close_ears()


def _open_ears() -> None:
    global _before
    _before = warnings.catch_warnings()
    _before.__enter__()
    warnings.simplefilter("ignore")  # what libraries say to programmers
    warnings.simplefilter("always", UserWarning)
    warnings.showwarning = _hear


def _close_ears() -> None:
    global _before
    _before.__exit__(None, None, None)
    _before = None


def _hear(message: Warning | str, *about: Any, **more: Any) -> None:
    sentence = str(message)
    with _lock:
        here = threading.get_ident()
        mine = [each for each in _listeners if each[0] == here] or list(_listeners)
        told = [tell for _, tell, heard in mine if sentence not in heard]
        for _, _, heard in mine:
            heard.add(sentence)
    for tell in told:
        tell(sentence)
