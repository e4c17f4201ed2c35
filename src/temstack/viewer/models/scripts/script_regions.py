"""Regions of interest of a script and regions of a document: the same places, drawn by either.

A script counts ``top, left, bottom, right`` on the edges of pixels as regions do; its points name pixels, whose
middle is half a pixel further.
"""

from __future__ import annotations

from collections.abc import Iterable

from temstack.dmscript.displays import CIRCLE, LINE, OVAL, POINT, POLYGON, RECTANGLE, ROI
from temstack.viewer.models.region_set import Regions
from temstack.viewer.models.regions import Kind, Point, Region

_KINDS: dict[str, Kind] = {
    RECTANGLE: "rectangle",
    OVAL: "ellipse",
    CIRCLE: "ellipse",
    LINE: "line",
    POINT: "point",
    POLYGON: "polygon",
}
_BACK = {"rectangle": RECTANGLE, "ellipse": OVAL, "line": LINE, "point": POINT, "polygon": POLYGON}

Place = tuple[int, Kind, tuple[Point, ...], str]
"""Identity of a region of interest, kind, points ``(y, x)`` and name."""


def places_of(rois: Iterable[ROI]) -> tuple[Place, ...]:
    """Return where regions of interest lie; ranges of a line plot, and what is no area yet, are left out.

    Examples
    --------
    >>> roi = ROI()
    >>> roi.values = (2.0, 4.0, 6.0, 9.0)
    >>> places_of([roi])[0][1:3]
    ('rectangle', ((2.0, 4.0), (6.0, 9.0)))
    """
    found = []
    for roi in rois:
        kind, points = _KINDS.get(roi.kind), _points(roi)
        if kind is not None and points and not (kind in ("rectangle", "ellipse") and points[0] == points[1]):
            found.append((roi.id, kind, points, roi.label or roi.name))
    return tuple(found)


def _points(roi: ROI) -> tuple[Point, ...]:
    values = roi.values
    if roi.kind in (RECTANGLE, OVAL, CIRCLE):
        return ((values[0], values[1]), (values[2], values[3])) if len(values) == 4 else ()
    middle = 0.5 if roi.kind in (POINT, LINE) else 0.0
    return tuple((y + middle, x + middle) for x, y in zip(values[::2], values[1::2], strict=True))


def put(regions: Regions, places: Iterable[Place], known: dict[int, int]) -> None:
    """Make the regions of a document what the script says; those that it has nothing to do with stay.

    Parameters
    ----------
    regions : Regions
        Of the document.
    places : iterable of Place
        What the script has.
    known : dict of int to int
        Which region stands for which region of interest; brought up to date.
    """
    wanted = {place[0]: place for place in places}
    for roi in [roi for roi in known if roi not in wanted]:
        number = known.pop(roi)
        if regions.get(number) is not None:
            regions.remove(number)
    for roi, kind, points, name in wanted.values():
        present = regions.get(known.get(roi, -1))
        if present is None or present.kind != kind:
            known[roi] = regions.add(kind, points, name=name or None).number
        else:
            named = name or present.name
            regions.change(Region(kind, points, named, present.colour, present.width_px, present.number))


def roi_of(region: Region) -> ROI:
    """Return a region of a document as a region of interest."""
    roi = ROI()
    roi.is_volatile = False
    roi.name = roi.label = region.name
    move(roi, region)
    return roi


def move(roi: ROI, region: Region) -> None:
    """Put a region of interest where a region is now."""
    roi.kind = roi.kind if _KINDS.get(roi.kind) == region.kind else _BACK[region.kind]
    if region.kind in ("rectangle", "ellipse"):
        (top, left), (bottom, right) = region.points
        roi.values = (top, left, bottom, right)
        return
    middle = 0.5 if region.kind in ("point", "line") else 0.0
    roi.values = tuple(value - middle for y, x in region.points for value in (x, y))
