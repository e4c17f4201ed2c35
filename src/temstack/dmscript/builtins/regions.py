"""Regions of interest: areas, lines, points and ranges on shown images; the selected one is ``img[]``.

Areas are ``top, left, bottom, right`` in px, half-open.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.context import Run
from temstack.dmscript.displays import LINE, OVAL, POINT, RANGE, RECTANGLE, ROI, ImageDisplay, display_of, selected_area
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import Reference
from temstack.dmscript.signatures import builtin

# --- the selection of an image ----------------------------------------------------------------


@builtin(
    "void SetSelection(image img, number t, number l, number b, number r)",
    family="regions",
    help="Select an area; it replaces the areas that were there.",
)
def set_selection(run: Run, img: Image, *area: float) -> None:
    roi = ROI()
    roi.values = area
    display_of(img).rois[:] = [roi]
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
    display_of(img).rois.clear()


@builtin("void ExpandSelection(image img)", family="regions", help="Select all of the image.")
def expand_selection(run: Run, img: Image) -> None:
    set_selection(run, img, 0.0, 0.0, float(img.length(1)), float(img.length(0)))


# --- regions on a display ---------------------------------------------------------------------


@builtin("roi NewROI()", "roi CreateROI()", family="regions", help="New region, on no display yet.")
def new_roi(run: Run) -> ROI:
    return ROI()


@builtin(
    "void ImageDisplayAddROI(imagedisplay display, roi region)", family="regions", help="Put a region on a display."
)
def add_roi(run: Run, display: ImageDisplay, region: ROI) -> None:
    if not any(other is region for other in display.rois):
        display.rois.append(region)


@builtin("void ImageDisplayDeleteROI(imagedisplay display, roi region)", family="regions", help="Remove a region.")
def delete_roi(run: Run, display: ImageDisplay, region: ROI) -> None:
    display.rois[:] = [other for other in display.rois if other is not region]
    display.selected.discard(region.id)


@builtin("number ImageDisplayCountROIs(imagedisplay display)", family="regions", help="Number of regions.")
def count_rois(run: Run, display: ImageDisplay) -> float:
    return float(len(display.rois))


@builtin("roi ImageDisplayGetROI(imagedisplay display, number index)", family="regions", help="A region.", throws=True)
def get_roi(run: Run, display: ImageDisplay, index: float) -> ROI:
    if not 0 <= index < len(display.rois):
        raise ScriptRuntimeError(f"there is no region {index:g}; the display has {len(display.rois)}")
    return display.rois[int(index)]


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

    @builtin(f"void ROIGet{name}(roi region, {wanted})", family="regions", help=f"Where the {kind} lies.", throws=True)
    def get_shape(run: Run, region: ROI, *values: Reference) -> None:
        if len(region.values) != len(values):
            raise ScriptRuntimeError(f"the region is a {region.kind}, not a {kind}")
        for reference, value in zip(values, region.values, strict=True):
            reference.set(float(value))

    @builtin(f"number ROIIs{name}(roi region)", family="regions", help=f"Whether it is a {kind}.")
    def is_shape(run: Run, region: ROI) -> float:
        return float(region.kind == kind)


_AREA = ("t", "l", "b", "r")
for _name, _kind, _parameters in (
    ("Rectangle", RECTANGLE, _AREA),
    ("Oval", OVAL, _AREA),
    ("Line", LINE, ("x0", "y0", "x1", "y1")),
    ("Point", POINT, ("x", "y")),
    ("Range", RANGE, ("first", "last")),
):
    _declare_shape(_name, _kind, _parameters)


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
    region.colour = (colour[0], colour[1], colour[2])


@builtin(
    "void ROIGetColor(roi region, number &red, number &green, number &blue)", family="regions", help="0 to 1 each."
)
def get_colour(run: Run, region: ROI, *colour: Reference) -> None:
    for reference, value in zip(colour, region.colour, strict=True):
        reference.set(value)


def _remembered(name: str) -> None:
    @builtin(f"void ROISet{name}(roi region, number value)", family="regions", help="Kept for a screen.")
    def remember(run: Run, region: ROI, value: float) -> None:
        region.properties[name.lower()] = value


for _name in ("Moveable", "Resizable", "RestrictToDisplay", "IsClosed", "Deletable"):
    _remembered(_name)
