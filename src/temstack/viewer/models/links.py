"""Windows that show the same place and plane: who moves one moves all that are linked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psygnal import Signal

from temstack.errors import SettingError
from temstack.viewer.models.calibration import PixelAxis, StackInfo
from temstack.viewer.models.display import Display

KINDS = {
    "zoom": "show the same part of the specimen",
    "plane": "show the same plane, by its value where the axes measure the same",
    "region": "share regions",
}
"""What windows can have in common."""

Area = tuple[float, float, float, float]


class Links:
    """Which displays follow each other, and in what.

    Examples
    --------
    >>> import numpy as np
    >>> from temstack.stack import label_stack
    >>> first = Display(label_stack(np.zeros((3, 2, 2)), "energy_loss", plane_values=[100, 110, 120]))
    >>> other = Display(label_stack(np.zeros((2, 2, 2)), "energy_loss", plane_values=[90, 112]))
    >>> links = Links()
    >>> links.link("plane", first), links.link("plane", other)
    (None, None)
    >>> first.plane = 1
    >>> other.plane
    1
    """

    changed = Signal(str)
    """Which windows are linked in something is different: in what."""
    joined = Signal(str, object)
    """In what, and the display that is linked from now on."""
    left = Signal(str, object)

    def __init__(self) -> None:
        self._members: dict[str, list[Display]] = {kind: [] for kind in KINDS}
        self._disconnect: dict[tuple[str, int], Any] = {}
        self._is_following = False

    def link(self, kind: str, display: Display) -> None:
        """Make a display follow those that are linked in something, see :data:`KINDS`; it takes over what they show."""
        members = self._group(kind)
        if display in members:
            return
        if members and kind != "region":
            self._lead(kind, members[0], [display])
        members.append(display)
        if kind != "region":  # those are followed by who knows them, see `temstack.viewer.models.shared_regions`
            signal = display.plane_changed if kind == "plane" else display.area_changed
            follow = lambda _: self._lead(kind, display, self._group(kind))  # noqa: E731 - kept, to take it away again
            signal.connect(follow)
            self._disconnect[kind, id(display)] = lambda: signal.disconnect(follow)
        self.joined.emit(kind, display)
        self.changed.emit(kind)

    def unlink(self, kind: str, display: Display) -> None:
        """Let a display go its own way again."""
        if display in self._group(kind):
            self._group(kind).remove(display)
            self._disconnect.pop((kind, id(display)), lambda: None)()
            self.left.emit(kind, display)
            self.changed.emit(kind)

    def forget(self, display: Display) -> None:
        """Let a display go in everything: its window closes."""
        for kind in KINDS:
            self.unlink(kind, display)

    def is_linked(self, kind: str, display: Display) -> bool:
        """Whether a display is linked in something."""
        return display in self._group(kind)

    def partners(self, kind: str, display: Display) -> Iterator[Display]:
        """Yield the others that a display is linked with in something."""
        members = self._group(kind)
        yield from (each for each in members if each is not display) if display in members else ()

    def _group(self, kind: str) -> list[Display]:
        if kind not in self._members:
            raise SettingError("link", "is unknown", got=repr(kind), expected=", ".join(KINDS))
        return self._members[kind]

    def _lead(self, kind: str, leader: Display, followers: list[Display]) -> None:
        # A window that follows tells that it moved: nobody must follow it back.
        if self._is_following:
            return
        self._is_following = True
        try:
            for each in followers:
                if each is not leader:
                    _follow(kind, leader, each)
        finally:
            self._is_following = False


def _follow(kind: str, leader: Display, follower: Display) -> None:
    if kind == "plane":
        follower.plane = plane_like(leader.info, leader.plane, follower.info)
    elif leader.area is not None:
        follower.area = area_like(leader.info, leader.area, follower.info)


def plane_like(info: StackInfo, plane: int, other: StackInfo) -> int:
    """Return the plane of another stack that corresponds: nearest in value where both axes measure the same."""
    if info.plane_dim == other.plane_dim and info.units == other.units and not (info.is_counted or other.is_counted):
        return other.nearest(float(info.values[plane]))
    return min(plane, other.planes - 1)


def area_like(info: StackInfo, area: Area, other: StackInfo) -> Area:
    """Return the same part of another image: in its units where these agree, else the same share of the image."""
    left, top, width, height = area
    x = _edges_like(info.x, left, left + width, other.x)
    y = _edges_like(info.y, top, top + height, other.y)
    return x[0], y[0], x[1] - x[0], y[1] - y[0]


def _edges_like(axis: PixelAxis, first: float, last: float, other: PixelAxis) -> tuple[float, float]:
    edges = place_like(axis, first, other), place_like(axis, last, other)
    return min(edges), max(edges)


def place_like(axis: PixelAxis, place_px: float, other: PixelAxis) -> float:
    """Return the same place along an axis of another image, px: by its value, or by its share of the image."""
    if axis.units == other.units and axis.is_calibrated:
        return other.pixel(axis.position(place_px))
    return place_px * other.size / axis.size
