"""Keys that are held down or were pressed over an image: told by the windows, read by scripts in their threads."""

from __future__ import annotations

from collections import deque

CODES = {"left": 28, "right": 29, "up": 30, "down": 31, "space": 32, "return": 13, "escape": 27, "tab": 9}
"""What ``GetKey`` of DM-script gives for keys without a character of their own."""

_MOST_WAITING = 100


class Keys:
    """The keyboard as scripts see it.

    Names are small letters: ``"shift"``, ``"ctrl"``, ``"alt"``, ``"space"``, ``"left"``, or the character.

    Examples
    --------
    >>> keys = Keys()
    >>> keys.press("a")
    >>> keys.is_down("a"), keys.take_code(), keys.take_code()
    (True, 97, 0)
    """

    def __init__(self) -> None:
        self._down: set[str] = set()
        self._codes: deque[int] = deque(maxlen=_MOST_WAITING)
        self._names: deque[str] = deque(maxlen=_MOST_WAITING)

    def press(self, name: str) -> None:
        """Note that a key went down."""
        self._down.add(name)
        if name in ("shift", "ctrl", "alt"):
            return
        self._names.append(name)
        code = CODES.get(name) or (ord(name) if len(name) == 1 else 0)
        if code:
            self._codes.append(code)

    def release(self, name: str) -> None:
        """Note that a key came up."""
        self._down.discard(name)

    def release_all(self) -> None:
        """Forget what is held down: the windows lost the keyboard."""
        self._down.clear()

    def forget_waiting(self) -> None:
        """Forget keys that nobody took: they were not meant for the script that starts now."""
        self._codes.clear()
        self._names.clear()

    def is_down(self, name: str) -> bool:
        """Return whether a key is held down."""
        return name in self._down

    def take_code(self) -> int:
        """Return the code of the oldest key that nobody took yet, 0 for none."""
        return self._codes.popleft() if self._codes else 0

    def take_name(self) -> str | None:
        """Return the name of the oldest key that nobody took yet, None for none."""
        return self._names.popleft() if self._names else None
