"""What hangs on a shown image: its displays, regions of interest, documents and windows.

A headless run has no screen, but scripts mark regions, set limits and titles; all of it is kept here so that
it can be asked back and drawn into saved pictures.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from temstack.dmscript.tag_groups import TagGroup

if TYPE_CHECKING:
    from temstack.dmscript.images import Image

_next_id = itertools.count(1)

RASTER, LINE_PLOT, TABLE, COMPLEX_DISPLAY = 1, 4, 6, 9
"""Display types; numbers as DM counts them for the ones that matter here."""

RECTANGLE, LINE, POINT, RANGE, OVAL = "rectangle", "line", "point", "range", "oval"


class ROI:
    """A region of interest: kind and corner points in pixels, as ``top, left, bottom, right`` for areas."""

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

    def area(self, image: Image) -> tuple[int, int, int, int]:
        """Return ``(top, left, bottom, right)`` in px, half-open, cut to the image."""
        height, width = image.length(1), image.length(0)
        if self.kind == RANGE:
            top, left, bottom, right = 0.0, self.values[0], float(height), self.values[1]
        else:
            top, left, bottom, right = (*self.values, 0.0, 0.0, 0.0, 0.0)[:4]
            if self.kind == POINT:
                bottom, right = top + 1, left + 1
        rows = sorted((min(max(top, 0), height), min(max(bottom, 0), height)))
        columns = sorted((min(max(left, 0), width), min(max(right, 0), width)))
        return int(rows[0]), int(columns[0]), int(rows[1]), int(columns[1])

    def clone(self) -> ROI:
        """Return a copy with an id of its own."""
        copy = ROI()
        copy.kind, copy.values, copy.name, copy.label = self.kind, self.values, self.name, self.label
        copy.is_volatile, copy.colour, copy.properties = self.is_volatile, self.colour, dict(self.properties)
        return copy


class ImageDisplay:
    """One display of an image: how it is drawn, and the regions on it."""

    dm_type = "imagedisplay"

    def __init__(self, image: Image) -> None:
        self.id = next(_next_id)
        self.image = image
        self.type = LINE_PLOT if image.data.ndim == 1 or (image.data.ndim == 2 and image.length(1) == 1) else RASTER
        self.rois: list[ROI] = []
        self.selected: set[int] = set()
        self.limits: tuple[float, float] | None = None
        self.is_auto_survey = True
        self.colour_table = ""
        self.plane = 0
        self.tags = TagGroup()
        self.properties: dict[str, Any] = {}

    def selection(self) -> ROI | None:
        """Return the region that counts as selected: a selected one, or else the first."""
        areas = [roi for roi in self.rois if roi.kind != LINE]
        chosen = [roi for roi in areas if roi.id in self.selected]
        return next(iter([*chosen, *areas]), None)


class ImageDocument:
    """The document in which an image is shown and saved."""

    dm_type = "imagedocument"

    def __init__(self, image: Image) -> None:
        self.id = next(_next_id)
        self.image = image
        self.tags = TagGroup()
        self.path = image.source
        self.is_changed = True

    @property
    def name(self) -> str:
        """Title of the image."""
        return self.image.name


class DocumentWindow:
    """The window of a document; without a screen it only remembers where it was put."""

    dm_type = "documentwindow"

    def __init__(self, document: ImageDocument) -> None:
        self.id = next(_next_id)
        self.document = document
        self.position = (0.0, 0.0)
        self.size = (512.0, 512.0)
        self.is_open = True


def display_of(image: Image) -> ImageDisplay:
    """Return the first display of an image, made where it has none."""
    if not image.displays:
        image.displays.append(ImageDisplay(image))
    return image.displays[0]


def selected_area(image: Image) -> tuple[int, int, int, int]:
    """Return the selected area ``(top, left, bottom, right)`` in px, all of the image where nothing is selected."""
    roi = image.displays[0].selection() if image.displays else None
    return (0, 0, image.length(1), image.length(0)) if roi is None else roi.area(image)
