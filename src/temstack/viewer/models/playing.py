"""Playing a stack like a film: which plane comes next."""

from __future__ import annotations

from typing import NamedTuple

MODES = {"loop": "again from the start", "bounce": "there and back", "once": "stop at the end"}
"""What happens at the end of the stack."""


class Next(NamedTuple):
    """The plane that comes next, and where it goes on from there."""

    plane: int
    direction: int
    """1, −1, or 0 at the end."""


def next_plane(plane: int, planes: int, direction: int, mode: str) -> Next:
    """Return the plane after this one.

    Examples
    --------
    >>> next_plane(2, 3, 1, "loop"), next_plane(2, 3, 1, "bounce"), next_plane(2, 3, 1, "once")
    (Next(plane=0, direction=1), Next(plane=1, direction=-1), Next(plane=2, direction=0))
    """
    if planes < 2:
        return Next(plane, 0)
    wanted = plane + direction
    if 0 <= wanted < planes:
        return Next(wanted, direction)
    if mode == "loop":
        return Next(wanted % planes, direction)
    if mode == "bounce":
        return Next(plane - direction, -direction)
    return Next(plane, 0)
