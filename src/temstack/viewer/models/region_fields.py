"""The numbers of a region, as a form shows and takes them: in pixels and in the units of the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from temstack.viewer.models.calibration import PixelAxis
from temstack.viewer.models.regions import Region

_NAMES = {
    "rectangle": ("Top", "Left", "Bottom", "Right"),
    "ellipse": ("Top", "Left", "Bottom", "Right"),
    "polygon": ("Top", "Left", "Bottom", "Right"),
    "line": ("From y", "From x", "To y", "To x", "Width"),
    "point": ("y", "x"),
}


@dataclass(frozen=True)
class Field:
    """One number of a region."""

    name: str
    px: float
    """On the edges of pixels."""
    axis: PixelAxis
    kind: str
    """``"edge"`` of a box, ``"place"`` of a point, or ``"width"``."""

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole number of pixels."""
        return self.kind == "whole edge"

    @property
    def value(self) -> float:
        """The number in the units of the image.

        The edge of a box is given as half-open ranges are: the first pixel that belongs to it, and the first that
        does not. A place is where the centre of a pixel would be.
        """
        if self.kind == "width":
            return self.px * abs(self.axis.step)
        return self.axis.position(self.px + (0.0 if self.kind == "place" else 0.5))

    def px_of(self, value: float) -> float:
        """Return the reverse of :attr:`value`."""
        if self.kind == "width":
            return value / abs(self.axis.step)
        return self.axis.pixel(value) - (0.0 if self.kind == "place" else 0.5)


def fields_of(region: Region, y: PixelAxis, x: PixelAxis) -> list[Field]:
    """Return the numbers that describe a region.

    Of a polygon these are the edges of the box around it.
    """
    names = _NAMES[region.kind]
    if region.kind in ("line", "point"):
        numbers = [number for point in region.points for number in point]
        kind = "place"
    else:
        numbers, kind = list(region.bounds), "whole edge" if region.kind == "rectangle" else "edge"
    fields = [
        Field(name, number, (y, x)[place % 2], kind)
        for place, (name, number) in enumerate(zip(names, numbers, strict=False))
    ]
    return [*fields, Field("Width", region.width_px, x, "width")] if region.kind == "line" else fields


def with_numbers(region: Region, numbers: Sequence[float]) -> Region:
    """Return a region with other numbers, px, in the order of :func:`fields_of`; a polygon is stretched to them."""
    if region.kind == "point":
        return replace(region, points=((numbers[0], numbers[1]),))
    corners = (numbers[0], numbers[1]), (numbers[2], numbers[3])
    if region.kind == "line":
        return replace(region, points=corners, width_px=max(1.0, numbers[4]))
    if region.kind == "polygon":
        return _stretched(region, (*corners[0], *corners[1]))
    return replace(region, points=corners)


def _stretched(region: Region, bounds: tuple[float, float, float, float]) -> Region:
    top, left, bottom, right = region.bounds

    def along(place: float, old: tuple[float, float], new: tuple[float, float]) -> float:
        share = (place - old[0]) / (old[1] - old[0]) if old[1] > old[0] else 0.0
        return new[0] + share * (new[1] - new[0])

    points = tuple(
        (along(y, (top, bottom), (bounds[0], bounds[2])), along(x, (left, right), (bounds[1], bounds[3])))
        for y, x in region.points
    )
    return replace(region, points=points)
