"""The text of the results window: what scripts write, in the order in which it came."""

from __future__ import annotations

from psygnal import Signal

MOST_CHARACTERS = 2_000_000
"""A script that writes without end must not fill the memory; the oldest text goes first."""


class Results:
    r"""The text of the results window; written to in the thread of the windows.

    Examples
    --------
    >>> results = Results()
    >>> results.write("one\ntwo")
    >>> results.text
    'one\ntwo'
    """

    written = Signal(str)
    """The text that was added."""
    cleared = Signal()
    wanted = Signal()
    """A script wants the window in front."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._size = 0

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self._parts)

    def write(self, text: str) -> None:
        """Add text at the end."""
        if not text:
            return
        self._parts.append(text)
        self._size += len(text)
        while self._size > MOST_CHARACTERS and len(self._parts) > 1:
            self._size -= len(self._parts.pop(0))
        self.written.emit(text)

    def start_line(self) -> None:
        """End the last line, unless it has ended."""
        if self._parts and not self._parts[-1].endswith("\n"):
            self.write("\n")

    def clear(self) -> None:
        """Remove all of it."""
        self._parts.clear()
        self._size = 0
        self.cleared.emit()
