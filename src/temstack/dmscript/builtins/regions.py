"""Regions of interest: areas, lines, points and ranges on shown images; the selected one is ``img[]``.

Areas are ``top, left, bottom, right`` in px, half-open.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.builtins.annotation_style import as_parts
from temstack.dmscript.context import Run
from temstack.dmscript.displays import (
    CIRCLE,
    LINE,
    OVAL,
    POINT,
    POLYGON,
    RANGE,
    RECTANGLE,
    ROI,
    ImageDisplay,
    display_of,
    selected_area,
)
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin

_ADDED, _REMOVED, _CHANGED = 1.0, 2.0, 4.0


def _tell(run: Run, display: ImageDisplay, event: str, flags: float, region: ROI) -> None:
    run.desk.listeners.tell(display, event, (flags, display, flags, 0.0, region))


def _changed(run: Run, region: ROI) -> None:
    """Tell those who listen to the displays that a region is on."""
    for display in list(region.displays):
        _tell(run, display, "roi_changed", _CHANGED, region)
        _tell(run, display, "roi_end_track", _CHANGED, region)


def _put(run: Run, display: ImageDisplay, region: ROI, index: int | None = None) -> None:
    if display.add_roi(region, index):
        _tell(run, display, "roi_added", _ADDED, region)


def _take(run: Run, display: ImageDisplay, region: ROI) -> None:
    if display.remove_roi(region):
        _tell(run, display, "roi_removed", _REMOVED, region)


# --- the selection of an image ----------------------------------------------------------------


@builtin(
    "void SetSelection(image img, number t, number l, number b, number r)",
    family="regions",
    help="Select an area; it replaces the areas that were there.",
)
def set_selection(run: Run, img: Image, *area: float) -> None:
    roi = ROI()
    roi.values = area
    clear_selection(run, img)
    _put(run, display_of(img), roi)
    display_of(img).selected = {roi.id}


@builtin(
    "number GetSelection(image img, number &t, number &l, number &b, number &r)",
    family="regions",
    help="The selected area, all of the image where none is; returns whether one is.",
)
def get_selection(run: Run, img: Image, *area: Reference) -> float:
    for reference, value in zip(area, selected_area(img), strict=True):
        reference.set(float(value))
    return float(bool(img.displays) and display_of(img).selection() is not None)


@builtin("void ClearSelection(image img)", family="regions", help="Remove all regions of the image.")
def clear_selection(run: Run, img: Image) -> None:
    for region in list(display_of(img).rois):
        _take(run, display_of(img), region)


@builtin("void ExpandSelection(image img)", family="regions", help="Select all of the image.")
def expand_selection(run: Run, img: Image) -> None:
    set_selection(run, img, 0.0, 0.0, float(img.length(1)), float(img.length(0)))


# --- regions on a display ---------------------------------------------------------------------


@builtin("roi NewROI()", "roi CreateROI()", family="regions", help="New region, on no display yet.")
def new_roi(run: Run) -> ROI:
    return ROI()


@builtin(
    "void ImageDisplayAddROI(imagedisplay display, roi region)",
    "void ImageDisplayAddROIAtEnd(imagedisplay display, roi region)",
    family="regions",
    help="Put a region on a display.",
)
def add_roi(run: Run, display: ImageDisplay, region: ROI) -> None:
    _put(run, display, region)


@builtin(
    "void ImageDisplayAddROIAtBeginning(imagedisplay display, roi region)",
    family="regions",
    help="Put a region on a display before the others.",
)
def add_roi_first(run: Run, display: ImageDisplay, region: ROI) -> None:
    _put(run, display, region, 0)


@builtin("void ImageDisplayDeleteROI(imagedisplay display, roi region)", family="regions", help="Remove a region.")
def delete_roi(run: Run, display: ImageDisplay, region: ROI) -> None:
    _take(run, display, region)


@builtin("number ImageDisplayCountROIs(imagedisplay display)", family="regions", help="Number of regions.")
def count_rois(run: Run, display: ImageDisplay) -> float:
    return float(len(display.rois))


@builtin("roi ImageDisplayGetROI(imagedisplay display, number index)", family="regions", help="A region.", throws=True)
def get_roi(run: Run, display: ImageDisplay, index: float) -> ROI:
    if not 0 <= index < len(display.rois):
        raise ScriptRuntimeError(f"there is no region {index:g}; the display has {len(display.rois)}")
    return display.rois[int(index)]


@builtin(
    "roi ImageDisplayLookupROI(imagedisplay display, string name)",
    family="regions",
    help="A region; not valid if none.",
)
def look_up_roi(run: Run, display: ImageDisplay, name: str) -> object:
    return next((region for region in display.rois if region.name == name), NULL)


@builtin(
    "number ImageDisplayDoesROIExist(imagedisplay display, string name)",
    family="regions",
    help="Whether a region of that name is on it.",
)
def does_roi_exist(run: Run, display: ImageDisplay, name: str) -> float:
    return float(any(region.name == name for region in display.rois))


@builtin(
    "roi ImageDisplayLookupROIByID(imagedisplay display, number id)",
    family="regions",
    help="A region; not valid if none.",
)
def look_up_roi_by_id(run: Run, display: ImageDisplay, number: float) -> object:
    return next((region for region in display.rois if region.id == int(number)), NULL)


@builtin("roi GetROIFromID(number id)", family="regions", help="A region on a shown image; not valid if none.")
def get_roi_from_id(run: Run, number: float) -> object:
    return run.region(number) or NULL


@builtin(
    "roi ImageDisplayGetPrimaryROI(imagedisplay display)",
    family="regions",
    help="The selected region, or else the first; not valid if none.",
)
def get_primary_roi(run: Run, display: ImageDisplay) -> object:
    chosen = [region for region in display.rois if region.id in display.selected]
    return next(iter([*chosen, *display.rois]), NULL)


@builtin("objectlist ImageDisplayGetROIs(imagedisplay display)", family="regions", help="All its regions.")
def get_rois(run: Run, display: ImageDisplay) -> object:
    from temstack.dmscript.builtins.objects import ObjectList

    found = ObjectList()
    found.items.extend(display.rois)
    return found


@builtin(
    "void ImageDisplayAccumulateROIsToMask(imagedisplay display, image mask, number t, number l, number b, number r, "
    "number value)",
    family="regions",
    help="Set pixels of a mask that lie in a region.",
)
def accumulate_to_mask(run: Run, display: ImageDisplay, mask: Image, *given: float) -> None:
    top, left, bottom, right, value = given
    for region in display.rois:
        for y in range(max(int(top), 0), min(int(bottom), mask.length(1))):
            run.check()
            inside = [x for x in range(max(int(left), 0), min(int(right), mask.length(0))) if region.contains(x, y)]
            mask.data[..., y, inside] = value


@builtin(
    "void ImageDisplaySetROISelected(imagedisplay display, roi region, number isSelected)",
    family="regions",
    help="Select a region, or not.",
)
def set_roi_selected(run: Run, display: ImageDisplay, region: ROI, is_selected: float) -> None:
    if is_selected:
        display.selected.add(region.id)
    else:
        display.selected.discard(region.id)


@builtin(
    "number ImageDisplayIsROISelected(imagedisplay display, roi region)",
    family="regions",
    help="Whether it is selected.",
)
def is_roi_selected(run: Run, display: ImageDisplay, region: ROI) -> float:
    return float(region.id in display.selected)


# --- what a region is -------------------------------------------------------------------------


@builtin("number ROIIsValid(roi region)", family="regions", help="Whether the variable holds a region.")
def is_valid(run: Run, region: object) -> float:
    return float(isinstance(region, ROI))


@builtin("number ROIGetID(roi region)", family="regions", help="A number that no other region has.")
def get_id(run: Run, region: ROI) -> float:
    return float(region.id)


@builtin("roi ROIClone(roi region)", family="regions", help="Copy of a region.")
def clone(run: Run, region: ROI) -> ROI:
    return region.clone()


def _declare_shape(name: str, kind: str, parameters: tuple[str, ...]) -> None:
    given = ", ".join(f"number {parameter}" for parameter in parameters)
    wanted = ", ".join(f"number &{parameter}" for parameter in parameters)

    @builtin(f"void ROISet{name}(roi region, {given})", family="regions", help=f"Make it a {kind}.")
    def set_shape(run: Run, region: ROI, *values: float) -> None:
        region.kind, region.values = kind, values
        _changed(run, region)

    @builtin(f"void ROIGet{name}(roi region, {wanted})", family="regions", help=f"Where the {kind} lies.", throws=True)
    def get_shape(run: Run, region: ROI, *values: Reference) -> None:
        found = region.bounds() if kind in _BOXES and region.kind == POLYGON else region.values
        if len(found) != len(values) or (region.kind == LINE) != (kind == LINE):
            raise ScriptRuntimeError(f"the region is a {region.kind}, not a {kind}")
        for reference, value in zip(values, found, strict=True):
            reference.set(float(value))

    @builtin(f"number ROIIs{name}(roi region)", family="regions", help=f"Whether it is a {kind}.")
    def is_shape(run: Run, region: ROI) -> float:
        return float(region.kind == kind)


_AREA = ("t", "l", "b", "r")
_BOXES = (RECTANGLE, OVAL)
for _name, _kind, _parameters in (
    ("Rectangle", RECTANGLE, _AREA),
    ("Oval", OVAL, _AREA),
    ("Line", LINE, ("x0", "y0", "x1", "y1")),
    ("Point", POINT, ("x", "y")),
    ("Range", RANGE, ("first", "last")),
):
    _declare_shape(_name, _kind, _parameters)


@builtin("void ROISetCircle(roi region, number x, number y, number radius)", family="regions", help="Make it a circle.")
def set_circle(run: Run, region: ROI, x: float, y: float, radius: float) -> None:
    region.kind, region.values = CIRCLE, (y - radius, x - radius, y + radius, x + radius)
    _changed(run, region)


@builtin(
    "void ROIGetCircle(roi region, number &x, number &y, number &radius)",
    family="regions",
    help="Where the circle lies.",
    throws=True,
)
def get_circle(run: Run, region: ROI, x: Reference, y: Reference, radius: Reference) -> None:
    if region.kind not in (CIRCLE, OVAL):
        raise ScriptRuntimeError(f"the region is a {region.kind}, not a circle")
    top, left, bottom, right = region.values
    x.set((left + right) / 2)
    y.set((top + bottom) / 2)
    radius.set((bottom - top) / 2)


@builtin("number ROIIsCircle(roi region)", family="regions", help="Whether it is a circle.")
def is_circle(run: Run, region: ROI) -> float:
    return float(region.kind == CIRCLE)


# --- corners ----------------------------------------------------------------------------------


@builtin("number ROICountVertices(roi region)", family="regions", help="Number of its corners.")
def count_vertices(run: Run, region: ROI) -> float:
    return float(len(region.vertices))


@builtin(
    "void ROIGetVertex(roi region, number index, number &x, number &y)",
    family="regions",
    help="A corner; of areas clockwise from the upper left.",
    throws=True,
)
def get_vertex(run: Run, region: ROI, index: float, x: Reference, y: Reference) -> None:
    found = region.vertices
    if not 0 <= index < len(found):
        raise ScriptRuntimeError(f"the region has no corner {index:g}; it has {len(found)}")
    x.set(float(found[int(index)][0]))
    y.set(float(found[int(index)][1]))


@builtin("void ROIAddVertex(roi region, number x, number y)", family="regions", help="Add a corner of a polygon.")
def add_vertex(run: Run, region: ROI, x: float, y: float) -> None:
    before = region.values if region.kind == POLYGON else ()
    region.kind, region.values = POLYGON, (*before, x, y)
    _changed(run, region)


@builtin("void ROIClearVertices(roi region)", family="regions", help="Remove all corners of a polygon.")
def clear_vertices(run: Run, region: ROI) -> None:
    region.kind, region.values = POLYGON, ()
    _changed(run, region)


@builtin("number ROIContainsPoint(roi region, number x, number y)", family="regions", help="Whether a point is inside.")
def contains_point(run: Run, region: ROI, x: float, y: float) -> float:
    return float(region.contains(x, y))


def _declare_property(name: str, attribute: str, kind: str, what: str) -> None:
    @builtin(f"void ROISet{name}(roi region, {kind} value)", family="regions", help=f"Set {what}.")
    def set_property(run: Run, region: ROI, value: Any) -> None:
        setattr(region, attribute, value)

    @builtin(f"{kind} ROIGet{name}(roi region)", family="regions", help=f"Get {what}.")
    def get_property(run: Run, region: ROI) -> Any:
        value = getattr(region, attribute)
        return value if kind == "string" else float(value)


for _name, _attribute, _kind, _what in (
    ("Name", "name", "string", "its name"),
    ("Label", "label", "string", "the text beside it"),
    ("Volatile", "is_volatile", "number", "whether it goes when something else is selected"),
):
    _declare_property(_name, _attribute, _kind, _what)


@builtin("void ROISetColor(roi region, number red, number green, number blue)", family="regions", help="0 to 1 each.")
def set_colour(run: Run, region: ROI, *colour: float) -> None:
    region.colour = as_parts(colour)


@builtin(
    "void ROIGetColor(roi region, number &red, number &green, number &blue)", family="regions", help="0 to 1 each."
)
def get_colour(run: Run, region: ROI, *colour: Reference) -> None:
    for reference, value in zip(colour, region.colour, strict=True):
        reference.set(value)


def _remembered(name: str, getter: str, default: float, what: str) -> None:
    @builtin(f"void ROISet{name}(roi region, number value)", family="regions", help=f"Set whether it {what}.")
    def remember(run: Run, region: ROI, value: float) -> None:
        region.properties[name] = float(value)

    @builtin(f"number ROI{getter}(roi region)", family="regions", help=f"Whether it {what}.")
    def get_remembered(run: Run, region: ROI) -> float:
        return float(region.properties.get(name, default))


for _name, _getter, _default, _what in (
    ("Moveable", "GetMoveable", 1.0, "can be moved by hand"),
    ("Resizable", "GetResizable", 1.0, "can be made larger by hand"),
    ("Deletable", "GetDeletable", 1.0, "can be removed by hand"),
    ("RestrictToDisplay", "GetRestrictToDisplay", 0.0, "stays on the image"),
    ("IsClosed", "IsClosed", 1.0, "is a closed outline"),
    ("DrawFilled", "GetDrawFilled", 0.0, "is drawn filled"),
):
    _remembered(_name, _getter, _default, _what)


@builtin(
    "void ROISetFillProperties(roi region, number red, number green, number blue, number part)",
    family="regions",
    help="The colour that it is filled with, 0 to 1 each, and how opaque that is.",
)
def set_fill(run: Run, region: ROI, *fill: float) -> None:
    region.properties["Fill"] = fill


@builtin("void ROIGetLabel(roi region, string &label)", family="regions", help="Get the text beside it.")
def get_label_into(run: Run, region: ROI, label: Reference) -> None:
    label.set(region.label)
