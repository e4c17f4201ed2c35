"""Images of scripts and documents of the desk: which stands for which while scripts run.

A script that takes a document from the desk gets a copy of its pixels, loaded when it first looks at them; a document
that a script shows has the script's own pixels. Either way, what the script changes is seen in the window. When the
last script has ended, the ties are cut: what is on the desk then changes only through the desk, and can be undone.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from temstack.dmscript.displays import ROI, ImageDisplay
from temstack.dmscript.images import Image
from temstack.dmscript.stacks import image_from_stack, stack_from_image
from temstack.dmscript.tag_groups import TagGroup, to_tags
from temstack.stack.tags import tags_to_json
from temstack.viewer.models.document import Document
from temstack.viewer.models.scripts.script_regions import Place, places_of, put, roi_of

if TYPE_CHECKING:
    import xarray as xr

    from temstack.viewer.models.desk import Desk
    from temstack.viewer.models.region_set import Regions

_LOADED = ("data", "type_code", "calibrations", "intensity", "tags", "displays")

Mark = tuple[Any, ...]
"""What tells whether an image has changed: a checksum of its pixels, and what else is seen of it."""


class DeskImage(Image):
    """An image of a script that stands for a document; its pixels are read when the script first looks at them.

    Parameters
    ----------
    stack : DataArray
        What the document holds.
    name : str
        The title of the document.
    regions : Regions, optional
        What is drawn on it: regions of interest for the script.
    """

    def __init__(self, stack: xr.DataArray, name: str, regions: Regions | None = None) -> None:
        super().__init__(np.zeros((1, 1)), name)
        self.stack = stack
        self.regions = regions
        self.region_of: dict[int, int] = {}
        self.places: tuple[Place, ...] = ()
        """Where its regions of interest lay when it was loaded."""
        self.mark: Mark = ()
        self._tags_before = ""
        self._lock = threading.Lock()
        for attribute in _LOADED:
            del self.__dict__[attribute]

    @property
    def is_loaded(self) -> bool:
        """Whether a script has looked at its pixels."""
        return bool(self.mark)

    def __getattr__(self, name: str) -> Any:
        if name not in _LOADED:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        with self._lock:
            if not self.is_loaded:
                loaded = image_from_stack(self.stack, self.name)
                for attribute in _LOADED:
                    self.__dict__[attribute] = getattr(loaded, attribute)
                self.displays = self._displays()
                self.places = places_of(_rois(self))
                self._tags_before = _as_text(self.tags)
                self.mark = mark_of(self)
        return self.__dict__[name]

    def _displays(self) -> list[ImageDisplay]:
        """Return a display with what is drawn on the document; none where nothing is."""
        if not self.regions:
            return []
        display = ImageDisplay(self)
        for region in self.regions:
            roi = roi_of(region)
            self.region_of[roi.id] = region.number
            display.add_roi(roi)
        return [display]

    def as_stack(self) -> xr.DataArray:
        """Return it as it is now; axes, also irregular ones, are those of the document while they fit."""
        before = self.stack.transpose("energy_loss", "y", "x") if _is_spectrum_image(self.stack) else self.stack
        fresh = stack_from_image(self)
        if self.is_colour or before.shape != self.data.shape or self._is_calibrated_anew():
            return fresh
        kept = before.copy(deep=False, data=self.data).drop_vars("scale", errors="ignore")
        kept.attrs = {**before.attrs, **fresh.attrs}
        if _as_text(self.tags) == self._tags_before and "tags" in before.attrs:
            # A script sees the tags of the image only; those of its file stay with it.
            kept.attrs["tags"] = before.attrs["tags"]
        return kept.transpose(*self.stack.dims)

    def _is_calibrated_anew(self) -> bool:
        return bool(tuple(self.calibrations) != self.mark[2] if self.is_loaded else False)


def _is_spectrum_image(stack: xr.DataArray) -> bool:
    return stack.ndim == 3 and stack.dims[-1] == "energy_loss"


def _tied(document: Document) -> _Tie:
    image = DeskImage(document.data, document.title, document.regions)
    return _Tie(image, document, (), region_of=image.region_of)


def _rois(image: Image) -> list[ROI]:
    return [roi for display in list(image.displays) for roi in list(display.rois)]


def _as_text(tags: TagGroup) -> str:
    return tags_to_json(to_tags(tags))


def mark_of(image: Image) -> Mark:
    """Return what tells whether an image has changed."""
    pixels = np.ascontiguousarray(image.data)
    checksum = zlib.crc32(pixels.data.cast("B")) if pixels.size else 0
    return (checksum, (image.data.shape, image.data.dtype.str), tuple(image.calibrations), image.intensity, image.name)


@dataclass
class _Tie:
    image: Image
    document: Document
    mark: Mark
    places: tuple[Place, ...] | None = None
    region_of: dict[int, int] = field(default_factory=dict)
    """Which region of the document stands for which region of interest of the script."""
    before: xr.DataArray | None = None
    """What the document held before a script changed it; None while none has, or where a script made it."""


class ScriptImages:
    """Which image of scripts stands for which document.

    Parameters
    ----------
    desk : Desk
        The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ties: dict[Document, _Tie] = {}
        self._order = list(desk.documents)
        self._lock = threading.Lock()
        desk.opened.connect(self._take_up)
        desk.closed.connect(self._let_go)
        desk.activated.connect(self._bring_to_front)

    # --- in threads of scripts --------------------------------------------------------------

    def on_desk(self) -> list[Image]:
        """Return the images of all documents, the one in front last."""
        return [self._tie(document).image for document in list(self._order)]

    def _tie(self, document: Document) -> _Tie:
        with self._lock:
            tie = self._ties.get(document)
            if tie is None:
                tie = self._ties[document] = _tied(document)
            elif isinstance(tie.image, DeskImage) and not tie.image.is_loaded:
                tie.image.stack = document.data
            return tie

    def find(self, image: Image) -> Document | None:
        """Return the document that an image stands for."""
        return next((tie.document for tie in list(self._ties.values()) if tie.image is image), None)

    def changed(self) -> Iterator[tuple[Document, Image, xr.DataArray]]:
        """Yield what scripts have changed since the last call, with the data to show now."""
        for tie in list(self._ties.values()):
            image = tie.image
            if isinstance(image, DeskImage):
                if not image.is_loaded:
                    continue
                tie.mark = tie.mark or image.mark
            mark = mark_of(image)
            if mark != tie.mark:
                tie.mark = mark
                yield tie.document, image, image.as_stack() if isinstance(image, DeskImage) else stack_from_image(image)

    def marked(self) -> Iterator[tuple[Document, Image, tuple[Place, ...]]]:
        """Yield documents on which scripts have drawn something since the last call, with all that is drawn."""
        for tie in list(self._ties.values()):
            image = tie.image
            if isinstance(image, DeskImage) and not image.is_loaded:
                continue
            if isinstance(image, DeskImage) and tie.places is None:
                tie.places = image.places
            places = places_of(_rois(image))
            if places != (tie.places or ()):
                tie.places = places
                yield tie.document, image, places

    # --- in the thread of the windows -------------------------------------------------------

    def show(self, image: Image, data: xr.DataArray, mark: Mark) -> Document:
        """Put an image on the desk, or bring its document to the front."""
        document = self.find(image)
        if document is not None:
            self._desk.active = document
            return document
        title = image.name or "image"
        document = Document(data, title=title)
        self._ties[document] = _Tie(image, document, mark)
        return self._desk.put_back(document)

    def close(self, image: Image) -> None:
        """Take the document of an image off the desk."""
        document = self.find(image)
        if document is not None:
            self._desk.close(document)

    def update(self, document: Document, image: Image, data: xr.DataArray) -> None:
        """Show what a script made of a document."""
        tie = self._ties.get(document)
        if tie is None or tie.image is not image:
            return
        if tie.before is None and isinstance(image, DeskImage):
            tie.before = document.data
        document.replace_data(data)
        if image.name and image.name != document.title:
            document.title = image.name

    def mark_regions(self, document: Document, image: Image, places: tuple[Place, ...]) -> None:
        """Draw on a document what a script has marked."""
        tie = self._ties.get(document)
        if tie is not None and tie.image is image:
            put(document.regions, places, tie.region_of)

    def cut(self) -> list[tuple[Document, xr.DataArray]]:
        """Cut all ties; return the documents that scripts changed, with what they held before."""
        found = [(tie.document, tie.before) for tie in self._ties.values() if tie.before is not None]
        self._ties.clear()
        return found

    def _take_up(self, document: Document) -> None:
        self._order.append(document)

    def _let_go(self, document: Document) -> None:
        self._ties.pop(document, None)
        self._order.remove(document)

    def _bring_to_front(self, document: Document | None) -> None:
        if document in self._order:
            self._order.remove(document)
            self._order.append(document)
