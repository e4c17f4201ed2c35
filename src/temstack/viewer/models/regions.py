"""Regions of an image: what each is, which pixels it holds, how large it is.

Places are ``(y, x)`` on the edges of pixels: the image reaches from 0 to its height and width, pixel (row, column)
from there to (row + 1, column + 1), its middle at (row + 0.5, column + 0.5). A pixel belongs to a region if its
middle lies in it, or on its border.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from temstack.errors import SettingError
from temstack.viewer.models.region_masks import Mask, ellipse_mask, line_mask, polygon_mask

Kind = Literal["rectangle", "ellipse", "polygon", "line", "point"]
Point = tuple[float, float]
Box = tuple[int, int, int, int]
"""``(top, left, bottom, right)``, px, half-open."""

_CORNERS: dict[str, tuple[int, float]] = {
    "rectangle": (2, 2),
    "ellipse": (2, 2),
    "polygon": (3, np.inf),
    "line": (2, 2),
    "point": (1, 1),
}
"""Of each kind, how many points describe it, at least and at most."""

KINDS: tuple[str, ...] = tuple(_CORNERS)

COLOURS = ("#ff9f1c", "#2ec4ff", "#5bd75b", "#ff5d8f", "#c08bff", "#ffe14d", "#3fe0c5", "#ff6b4a")
"""What regions are drawn in, one after the other: they stand out from grey images, and from one another."""


@dataclass(frozen=True)
class Area:
    """Pixels of an image: a box, and which pixels of it.

    Parameters
    ----------
    box : (top, left, bottom, right)
    mask : (height, width) array of bool, optional
        Which pixels of the box; all of them unless given.
    """

    box: Box
    mask: Mask | None = None

    @property
    def n_pixels(self) -> int:
        """How many pixels there are."""
        top, left, bottom, right = self.box
        return (bottom - top) * (right - left) if self.mask is None else int(self.mask.sum())

    def of(self, image: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return the pixels of an image (y, x) that lie in it, (n,)."""
        top, left, bottom, right = self.box
        part = image[top:bottom, left:right]
        return part.ravel() if self.mask is None else part[self.mask]

    def whole_mask(self, shape: tuple[int, int]) -> Mask:
        """Return it as a mask of the whole image."""
        whole = np.zeros(shape, dtype=bool)
        top, left, bottom, right = self.box
        whole[top:bottom, left:right] = True if self.mask is None else self.mask
        return whole


@dataclass(frozen=True)
class Region:
    """One region, drawn or given by numbers.

    Parameters
    ----------
    kind : {"rectangle", "ellipse", "polygon", "line", "point"}
    points : tuple of (y, x), px, on the edges of pixels
        Two opposite corners of a rectangle, which are rounded to whole pixels, or of the box around an ellipse;
        the corners of a polygon, the ends of a line, the place of a point.
    name : str
        What stands beside it.
    colour : str
        ``"#rrggbb"``.
    width_px : float, px
        How wide a line is, 1 or more.
    number : int
        What tells it from the other regions of its image, whatever becomes of it.

    Raises
    ------
    SettingError
        If there is no such kind, or the points do not describe one.

    Examples
    --------
    >>> region = Region("rectangle", ((2, 10), (6.2, 20)))
    >>> region.box, region.area((16, 16)).n_pixels
    ((2, 10, 6, 20), 24)
    """

    kind: Kind
    points: tuple[Point, ...]
    name: str = ""
    colour: str = COLOURS[0]
    width_px: float = 1.0
    number: int = 0

    def __post_init__(self) -> None:
        if self.kind not in _CORNERS:
            raise SettingError("region", "is of no known kind", got=repr(self.kind), expected=" or ".join(KINDS))
        points = tuple((float(y), float(x)) for y, x in self.points)
        fewest, most = _CORNERS[self.kind]
        if not fewest <= len(points) <= most:
            expected = f"{fewest}" if fewest == most else f"{fewest} or more"
            raise SettingError(f"{self.kind} {self.name!r}", "has other points", got=len(points), expected=expected)
        if not np.isfinite(points).all():
            raise SettingError(f"{self.kind} {self.name!r}", "has a place that is no number", got=points)
        if not self.width_px >= 1:
            raise SettingError(f"{self.kind} {self.name!r}", "width must be 1 px or more", got=self.width_px)
        object.__setattr__(self, "points", _in_order(self.kind, points))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The box around its points, (top, left, bottom, right), not rounded."""
        ys, xs = zip(*self.points, strict=True)
        return min(ys), min(xs), max(ys), max(xs)

    @property
    def box(self) -> Box:
        """The smallest box of whole pixels that holds it, wherever the image ends."""
        top, left, bottom, right = self.bounds
        if self.kind == "line":
            reach = self.width_px / 2
            top, left, bottom, right = top - reach, left - reach, bottom + reach, right + reach
        first = int(np.floor(top)), int(np.floor(left))
        return (*first, max(int(np.ceil(bottom)), first[0] + 1), max(int(np.ceil(right)), first[1] + 1))

    @property
    def length_px(self) -> float:
        """How long a line is, px; 0 for all else."""
        return float(np.hypot(*np.ptp(self.points, axis=0))) if self.kind == "line" else 0.0

    def area(self, shape: tuple[int, int]) -> Area | None:
        """Return its pixels in an image of some shape (y, x); None where none lies in the image."""
        top, left, bottom, right = self.box
        box = max(top, 0), max(left, 0), min(bottom, shape[0]), min(right, shape[1])
        if box[0] >= box[2] or box[1] >= box[3]:
            return None
        if self.kind in ("rectangle", "point"):
            return Area(box)
        return _trimmed(box, self._mask_in(box))

    def _mask_in(self, box: Box) -> Mask:
        if self.kind == "ellipse":
            return ellipse_mask(box, self.bounds)
        if self.kind == "line":
            return line_mask(box, *self.points, width_px=self.width_px)
        return polygon_mask(box, self.points)

    def moved(self, dy: float, dx: float) -> Region:
        """Return it somewhere else."""
        return replace(self, points=tuple((y + dy, x + dx) for y, x in self.points))

    def inside(self, shape: tuple[int, int]) -> Region:
        """Return it within an image: moved back as far as it fits, the rest cut off."""
        top, left, bottom, right = self.bounds
        dy, dx = (_back(low, high, size) for low, high, size in ((top, bottom, shape[0]), (left, right, shape[1])))
        # A point on the far edge would lie in no pixel.
        ends = np.array(shape) - (1e-3 if self.kind == "point" else 0)
        placed = np.clip(np.array(self.moved(dy, dx).points), 0, ends)
        return replace(self, points=tuple((float(y), float(x)) for y, x in placed))

    def has_same_place(self, other: Region) -> bool:
        """Return whether it holds the same pixels as another."""
        return (self.kind, self.points, self.width_px) == (other.kind, other.points, other.width_px)

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON would hold it."""
        plain = {"kind": self.kind, "name": self.name, "colour": self.colour, "points": [list(p) for p in self.points]}
        return {**plain, "width_px": self.width_px} if self.kind == "line" else plain

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any], number: int = 0) -> Region:
        """Return what :meth:`to_plain` gave."""
        points = tuple((float(y), float(x)) for y, x in plain["points"])
        rest = {"name": str(plain.get("name", "")), "colour": str(plain.get("colour", COLOURS[0]))}
        return cls(plain["kind"], points, **rest, width_px=float(plain.get("width_px", 1.0)), number=number)


def region_box(region: Region | None, shape: tuple[int, int]) -> Box | None:
    """Return the area (top, left, bottom, right) that a region stands for in a form; None without region.

    Parameters
    ----------
    region : Region or None
        E.g. ``document.regions.selected``.
    shape : (height, width), px
        Of the image.
    """
    area = None if region is None else region.area(shape)
    return None if area is None else area.box


def free_name(kind: str, taken: Iterable[str]) -> str:
    """Return a name that no other region has: ``"rectangle 2"``.

    >>> free_name("line", ["line 1", "mine"])
    'line 2'
    """
    names = set(taken)
    return next(name for number in range(1, len(names) + 2) if (name := f"{kind} {number}") not in names)


def _in_order(kind: str, points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return corners as top left and bottom right; a rectangle in whole pixels, never without one."""
    if kind not in ("rectangle", "ellipse"):
        return points
    (top, left), (bottom, right) = np.min(points, axis=0), np.max(points, axis=0)
    if kind == "rectangle":
        top, left = np.round([top, left])
        bottom, right = max(np.round(bottom), top + 1), max(np.round(right), left + 1)
    return (float(top), float(left)), (float(bottom), float(right))


def _back(low: float, high: float, size: int) -> float:
    """Return by how much to move a range so that it lies in 0…size, as far as it can."""
    if high - low >= size or low < 0:
        return -low
    return min(0.0, size - high)


def _trimmed(box: Box, mask: Mask) -> Area | None:
    """Return the pixels in the smallest box that holds them."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    part = mask[top:bottom, left:right]
    inner = (box[0] + top, box[1] + left, box[0] + bottom, box[1] + right)
    return Area(inner, None if part.all() else part)
