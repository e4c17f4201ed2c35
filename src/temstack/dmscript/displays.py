"""What hangs on a shown image: its displays, regions of interest, documents and windows.

A headless run has no screen, but scripts mark regions, set limits and titles; all of it is kept here so that
it can be asked back and drawn into saved pictures.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from temstack.dmscript.components import DISPLAY, DOCUMENT_ROOT, Component
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.tag_groups import TagGroup

if TYPE_CHECKING:
    from temstack.dmscript.images import Image

_next_id = itertools.count(1)

RASTER, LINE_PLOT, TABLE, COMPLEX_DISPLAY = 1, 4, 6, 9
"""Display types; numbers as DM counts them for the ones that matter here."""

RECTANGLE, LINE, POINT, RANGE, OVAL = "rectangle", "line", "point", "range", "oval"
CIRCLE, POLYGON = "circle", "polygon"


class ROI:
    """A region of interest: its kind, and the numbers that say where it lies, in px.

    Areas have ``(top, left, bottom, right)``, lines ``(x0, y0, x1, y1)``, points ``(x, y)``, ranges ``(first, last)``,
    polygons one corner after the other, ``(x0, y0, x1, y1, …)``.
    """

    dm_type = "roi"

    def __init__(self) -> None:
        self.id = next(_next_id)
        self.kind = RECTANGLE
        self.values: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
        self.name = ""
        self.label = ""
        self.is_volatile = True
        self.colour = (1.0, 0.0, 0.0)
        self.properties: dict[str, Any] = {}
        self.displays: list[ImageDisplay] = []

    @property
    def vertices(self) -> list[tuple[float, float]]:
        """Its corners ``(x, y)``: those of the rectangle around it for areas, clockwise from the upper left."""
        if self.kind in (LINE, POINT, POLYGON):
            return list(zip(self.values[::2], self.values[1::2], strict=True))
        if self.kind == RANGE:
            return [(self.values[0], 0.0), (self.values[1], 0.0)]
        top, left, bottom, right = self.values
        return [(left, top), (right, top), (right, bottom), (left, bottom)]

    def bounds(self) -> tuple[float, float, float, float]:
        """Return the rectangle around it, ``(top, left, bottom, right)`` in px."""
        if self.kind == POINT:
            x, y = self.values
            return y, x, y + 1, x + 1
        x_values = [x for x, _ in self.vertices] or [0.0]
        y_values = [y for _, y in self.vertices] or [0.0]
        return min(y_values), min(x_values), max(y_values), max(x_values)

    def area(self, image: Image) -> tuple[int, int, int, int]:
        """Return ``(top, left, bottom, right)`` in px, half-open, cut to the image."""
        height, width = image.length(1), image.length(0)
        top, left, bottom, right = self.bounds()
        if self.kind == RANGE:
            top, bottom = 0.0, float(height)
        rows = (min(max(top, 0), height), min(max(bottom, 0), height))
        columns = (min(max(left, 0), width), min(max(right, 0), width))
        return int(rows[0]), int(columns[0]), int(rows[1]), int(columns[1])

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point, in px, lies inside."""
        if self.kind == POLYGON:
            return _is_inside(self.vertices, x, y)
        top, left, bottom, right = self.bounds()
        if self.kind == RANGE:
            return left <= x < right
        if self.kind in (OVAL, CIRCLE) and bottom > top and right > left:
            across = (x - (left + right) / 2) / ((right - left) / 2)
            down = (y - (top + bottom) / 2) / ((bottom - top) / 2)
            return across**2 + down**2 <= 1
        return top <= y < bottom and left <= x < right

    def clone(self) -> ROI:
        """Return a copy with an id of its own, on no display."""
        copy = ROI()
        copy.kind, copy.values, copy.name, copy.label = self.kind, self.values, self.name, self.label
        copy.is_volatile, copy.colour, copy.properties = self.is_volatile, self.colour, dict(self.properties)
        return copy


def _is_inside(corners: list[tuple[float, float]], x: float, y: float) -> bool:
    """Return whether a ray from the point to the right crosses the outline an odd number of times."""
    is_inside = False
    for (x0, y0), (x1, y1) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (x1 - x0) * (y - y0) / (y1 - y0):
            is_inside = not is_inside
    return is_inside


class Slice:
    """One line of a line plot.

    Parameters
    ----------
    image : Image
        Its values.
    row : int
        Which row of the image.
    label : str
        What the legend calls it.
    """

    def __init__(self, image: Image, row: int, label: str) -> None:
        self.id = SliceID()
        self.image = image
        self.row = row
        self.label = label
        self.style = 0
        self.thickness = 1.0
        self.transparency = 0.0
        self.colours: dict[int, tuple[float, float, float]] = {}


class SliceID:
    """What a script holds of a line of a line plot."""

    dm_type = "object"


class ImageDisplay(Component):
    """One display of an image: how it is drawn, and the regions and annotations on it."""

    dm_type = "imagedisplay"

    def __init__(self, image: Image) -> None:
        super().__init__(DISPLAY, (0.0, 0.0, float(image.length(1)), float(image.length(0))))
        self.image = image
        self.type = LINE_PLOT if image.data.ndim == 1 or (image.data.ndim == 2 and image.length(1) == 1) else RASTER
        self.rois: list[ROI] = []
        self.selected: set[int] = set()
        self.limits: tuple[float, float] | None = None
        self.is_auto_survey = True
        self.colour_table = ""
        self.plane = 0
        self.slices: list[Slice] | None = None

    def add_roi(self, roi: ROI, index: int | None = None) -> bool:
        """Put a region on the display; return False if it is there already."""
        if any(other is roi for other in self.rois):
            return False
        self.rois.insert(len(self.rois) if index is None else index, roi)
        roi.displays.append(self)
        return True

    def remove_roi(self, roi: ROI) -> bool:
        """Take a region off the display; return whether it was there."""
        was_there = any(other is roi for other in self.rois)
        self.rois[:] = [other for other in self.rois if other is not roi]
        self.selected.discard(roi.id)
        roi.displays[:] = [other for other in roi.displays if other is not self]
        return was_there

    def selection(self) -> ROI | None:
        """Return the region that counts as selected: a selected one, or else the first."""
        areas = [roi for roi in self.rois if roi.kind != LINE]
        chosen = [roi for roi in areas if roi.id in self.selected]
        return next(iter([*chosen, *areas]), None)

    def lines(self) -> list[Slice]:
        """Return the lines of a line plot: the rows of the image, and what was added to it."""
        if self.slices is None:
            rows = self.image.length(1) if self.image.data.ndim > 1 else 1
            self.slices = [Slice(self.image, row, f"Slice {row + 1}" if rows > 1 else "") for row in range(rows)]
        return self.slices


class ImageDocument:
    """The document in which images are shown and saved; its title is that of its first image.

    Parameters
    ----------
    *images : Image
        What it holds.
    name : str
        Its title as long as it holds no image.
    """

    dm_type = "imagedocument"

    def __init__(self, *images: Image, name: str = "") -> None:
        self.id = next(_next_id)
        self.images = list(images)
        self.own_name = name
        self.tags = TagGroup()
        self.path = images[0].source if images else ""
        self.is_changed = True
        self.root = Component(DOCUMENT_ROOT)

    @property
    def image(self) -> Image:
        """Its first image.

        Raises
        ------
        ScriptRuntimeError
            If it holds none.
        """
        if not self.images:
            raise ScriptRuntimeError(f"document {self.own_name!r} holds no image")
        return self.images[0]

    @property
    def name(self) -> str:
        """Its title."""
        return self.images[0].name if self.images else self.own_name

    @name.setter
    def name(self, name: str) -> None:
        self.own_name = name
        if self.images:
            self.images[0].name = name


def display_of(image: Image) -> ImageDisplay:
    """Return the first display of an image, made where it has none."""
    if not image.displays:
        image.displays.append(ImageDisplay(image))
    return image.displays[0]


def selected_area(image: Image) -> tuple[int, int, int, int]:
    """Return the selected area ``(top, left, bottom, right)`` in px, all of the image where nothing is selected."""
    roi = image.displays[0].selection() if image.displays else None
    return (0, 0, image.length(1), image.length(0)) if roi is None else roi.area(image)
