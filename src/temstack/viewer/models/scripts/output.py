"""What a thread prints, passed on to where its script writes; all other threads print as ever."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

_writers: dict[int, Callable[[str], None]] = {}
_lock = threading.Lock()


class _Switch(io.TextIOBase):
    """Stands in for ``sys.stdout`` or ``sys.stderr`` while some thread prints elsewhere."""

    def __init__(self, usual: TextIO) -> None:
        self.usual = usual

    def write(self, text: str) -> int:
        writer = _writers.get(threading.get_ident())
        if writer is None:
            return self.usual.write(text)
        writer(text)
        return len(text)

    def flush(self) -> None:
        if threading.get_ident() not in _writers:
            self.usual.flush()

    def writable(self) -> bool:
        return True


@contextmanager
def printing_to(write: Callable[[str], None]) -> Iterator[None]:
    r"""Have what this thread prints, errors and warnings too, written by *write*.

    Examples
    --------
    >>> lines = []
    >>> with printing_to(lines.append):
    ...     print("hello")
    >>> "".join(lines)
    'hello\n'
    """
    with _lock:
        if not _writers:
            _put_switches()
        _writers[threading.get_ident()] = write
    try:
        yield
    finally:
        with _lock:
            del _writers[threading.get_ident()]
            if not _writers:
                _take_switches_away()


def _put_switches() -> None:
    for name in ("stdout", "stderr"):
        usual = getattr(sys, name)
        # Without a console, as on Windows, there is none.
        setattr(sys, name, _Switch(usual if usual is not None else io.StringIO()))


def _take_switches_away() -> None:
    for name in ("stdout", "stderr"):
        standing = getattr(sys, name)
        if isinstance(standing, _Switch):
            setattr(sys, name, standing.usual)
