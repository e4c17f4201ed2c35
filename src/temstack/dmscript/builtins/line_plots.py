"""Line plots: their lines, called slices, and how they are drawn.

A slice is given by its index, or by the id that ``ImageDisplayGetSliceIDByIndex`` gives.
"""

# ruff: noqa: D103 - what a function does stands in its declaration

from __future__ import annotations

from typing import Any

from temstack.dmscript.builtins.annotation_style import as_parts
from temstack.dmscript.context import Run
from temstack.dmscript.displays import LINE_PLOT, ImageDisplay, Slice, SliceID, display_of
from temstack.dmscript.errors import ScriptRuntimeError
from temstack.dmscript.images import Image
from temstack.dmscript.references import NULL, Reference
from temstack.dmscript.signatures import builtin

_FAMILY = "line_plots"

# --- the lines --------------------------------------------------------------------------------


def slice_of(display: Any, which: Any) -> Slice:
    """Return a line of a plot by index or by id.

    Raises
    ------
    ScriptRuntimeError
        If there is none.
    """
    if not isinstance(display, ImageDisplay):
        raise ScriptRuntimeError("a display is needed to find a slice", got=repr(display))
    lines = display.lines()
    for index, line in enumerate(lines):
        if line.id is which or (isinstance(which, float | int) and index == int(which)) or line.label == which:
            return line
    name = f"{which:g}" if isinstance(which, float | int) else repr(which) if isinstance(which, str) else "of this id"
    raise ScriptRuntimeError(f"the display of {display.image.name!r} has no slice {name}; it has {len(lines)}")


@builtin("number ImageDisplayCountSlices(imagedisplay display)", family=_FAMILY, help="Number of its lines.")
def count_slices(run: Run, display: ImageDisplay) -> float:
    return float(len(display.lines()))


@builtin(
    "object ImageDisplayGetSliceIDByIndex(imagedisplay display, number index)",
    family=_FAMILY,
    help="The id of a line.",
    throws=True,
)
def get_slice_id(run: Run, display: ImageDisplay, index: float) -> SliceID:
    return slice_of(display, index).id


@builtin(
    "object ImageDisplayGetSliceIDByLabel(imagedisplay display, string label)",
    family=_FAMILY,
    help="The id of a line; not valid if none.",
)
def get_slice_id_by_label(run: Run, display: ImageDisplay, label: str) -> object:
    return next((line.id for line in display.lines() if line.label == label), NULL)


@builtin("number SliceIDIsValid(object id)", family=_FAMILY, help="Whether it is one.")
def slice_id_is_valid(run: Run, which: object) -> float:
    return float(isinstance(which, SliceID))


@builtin(
    "object ImageDisplayAddImage(imagedisplay display, image img, string label)",
    family=_FAMILY,
    help="Draw the rows of another image in the same plot; returns the id of the first.",
)
def add_image(run: Run, display: ImageDisplay, img: Image, label: str) -> SliceID:
    lines = display.lines()
    rows = img.length(1) if img.data.ndim > 1 else 1
    added = [Slice(img, row, label if rows == 1 else f"{label} {row + 1}") for row in range(rows)]
    lines.extend(added)
    if display.type != LINE_PLOT:
        display.type = LINE_PLOT
    return added[0].id


@builtin(
    "void ImageDisplayDeleteSliceWithID(imagedisplay display, object id)",
    family=_FAMILY,
    help="Take a line away.",
    throws=True,
)
def delete_slice(run: Run, display: ImageDisplay, which: object) -> None:
    display.lines().remove(slice_of(display, which))


@builtin(
    "image ImageDisplayGetSliceImage(imagedisplay display, object id)",
    "image ImageDisplayGetSliceImage(imagedisplay display, number index)",
    "image ImageDisplayGetSliceImage(imagedisplay display, string label)",
    "image ImageDisplayGetSliceImage(image img, object id)",
    "image ImageDisplayGetSliceImage(image img, number index)",
    "image ImageDisplayGetSliceImage(image img, string label)",
    family=_FAMILY,
    help='The pixels of a line, by id, index or label; `display{"label"}` means the same.',
    throws=True,
)
def get_slice_image(run: Run, display: ImageDisplay | Image, which: object) -> Image:
    line = slice_of(display_of(display) if isinstance(display, Image) else display, which)
    if line.image.data.ndim < 2:
        return line.image
    row = line.image.view(line.image.data[line.row], line.image.calibrations[:1])
    row.name = line.image.name
    return row


@builtin(
    "string ImageDisplayGetSliceLabelByID(imagedisplay display, object id)",
    "string ImageDisplayGetFullSliceLabelByID(imagedisplay display, object id)",
    "string ImageDisplayGetSliceLabelByIndex(imagedisplay display, number index)",
    family=_FAMILY,
    help="What the legend calls a line.",
    throws=True,
)
def get_label(run: Run, display: ImageDisplay, which: object) -> str:
    return slice_of(display, which).label


@builtin(
    "void ImageDisplaySetSliceLabelByID(imagedisplay display, object id, string label)",
    "void ImageDisplaySetSliceLabelByIndex(imagedisplay display, number index, string label)",
    family=_FAMILY,
    help="Set what the legend calls a line.",
    throws=True,
)
def set_label(run: Run, display: ImageDisplay, which: object, label: str) -> None:
    slice_of(display, which).label = label


# --- how a line is drawn ----------------------------------------------------------------------


@builtin(
    "void LinePlotImageDisplaySetSliceDrawingStyle(imagedisplay display, number index, number style)",
    "void LinePlotImageDisplaySetSliceDrawingStyle(imagedisplay display, object id, number style)",
    family=_FAMILY,
    help="0 nothing, 1 line, 2 filled, 3 both.",
    throws=True,
)
def set_style(run: Run, display: ImageDisplay, which: object, style: float) -> None:
    slice_of(display, which).style = int(style)


@builtin(
    "number LinePlotImageDisplayGetSliceDrawingStyle(imagedisplay display, number index)",
    family=_FAMILY,
    help="0 nothing, 1 line, 2 filled, 3 both.",
    throws=True,
)
def get_style(run: Run, display: ImageDisplay, which: object) -> float:
    return float(slice_of(display, which).style)


@builtin(
    "void LinePlotImageDisplaySetSliceLineThickness(imagedisplay display, number index, number width)",
    "void LinePlotImageDisplaySetSliceLineThickness(imagedisplay display, object id, number width)",
    family=_FAMILY,
    help="Set the width of its line.",
    throws=True,
)
def set_thickness(run: Run, display: ImageDisplay, which: object, width: float) -> None:
    slice_of(display, which).thickness = width


@builtin(
    "void LinePlotImageDisplaySetSliceTransparency(imagedisplay display, number index, number isOn, number part)",
    family=_FAMILY,
    help="How much one sees through it, 0 to 1.",
    throws=True,
)
def set_transparency(run: Run, display: ImageDisplay, which: object, is_on: float, part: float) -> None:
    slice_of(display, which).transparency = min(max(part, 0.0), 1.0) if is_on else 0.0


@builtin(
    "void LinePlotImageDisplaySetSliceComponentColor(imagedisplay display, number index, number part, number red, "
    "number green, number blue)",
    "void LinePlotImageDisplaySetSliceComponentColor(imagedisplay display, object id, number part, number red, "
    "number green, number blue)",
    family=_FAMILY,
    help="Set a colour, 0 to 1 each; part 0 is the line, 1 what is filled.",
    throws=True,
)
def set_colour(run: Run, display: ImageDisplay, which: object, part: float, *colour: float) -> None:
    slice_of(display, which).colours[int(part)] = as_parts(colour)


@builtin(
    "void LinePlotImageDisplayGetSliceComponentColor(imagedisplay display, number index, number part, number &red, "
    "number &green, number &blue)",
    family=_FAMILY,
    help="Get a colour, 0 to 1 each.",
    throws=True,
)
def get_colour(run: Run, display: ImageDisplay, which: object, part: float, *colour: Reference) -> None:
    for reference, value in zip(colour, slice_of(display, which).colours.get(int(part), (0.0, 0.0, 0.0)), strict=True):
        reference.set(value)


# --- how the plot is drawn --------------------------------------------------------------------


@builtin(
    "void LinePlotImageDisplaySetContrastLimits(imagedisplay display, number low, number high)",
    family=_FAMILY,
    help="Set the ends of the vertical axis.",
)
def set_limits(run: Run, display: ImageDisplay, low: float, high: float) -> None:
    display.limits, display.is_auto_survey = (low, high), False


def value_limits(display: ImageDisplay) -> tuple[float, float]:
    """Return the ends of the vertical axis: those set, or the least and the greatest value."""
    import numpy as np

    if display.limits is not None and not display.is_auto_survey:
        return display.limits
    rows = [np.atleast_2d(line.image.data)[line.row] for line in display.lines()]
    values = np.concatenate([np.abs(row) if np.iscomplexobj(row) else row for row in rows]).astype(float)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)


@builtin(
    "void LinePlotImageDisplayGetContrastLimits(imagedisplay display, number &low, number &high)",
    family=_FAMILY,
    help="The ends of the vertical axis.",
)
def get_limits(run: Run, display: ImageDisplay, low: Reference, high: Reference) -> None:
    least, most = value_limits(display)
    low.set(least)
    high.set(most)


@builtin(
    "void LinePlotImageDisplaySetDoAutoSurvey(imagedisplay display, number low, number high)",
    family=_FAMILY,
    help="Whether the ends of the vertical axis follow the values.",
)
def set_survey(run: Run, display: ImageDisplay, low: float, high: float) -> None:
    # Turned off, the axis stays where it is.
    limits = value_limits(display)
    display.is_auto_survey = bool(low or high)
    if not display.is_auto_survey:
        display.limits = limits


@builtin(
    "void LinePlotImageDisplayGetDoAutoSurvey(imagedisplay display, number &low, number &high)",
    family=_FAMILY,
    help="Whether the ends of the vertical axis follow the values.",
)
def get_survey(run: Run, display: ImageDisplay, low: Reference, high: Reference) -> None:
    low.set(float(display.is_auto_survey))
    high.set(float(display.is_auto_survey))


@builtin(
    "void LinePlotImageDisplaySetDisplayedChannels(imagedisplay display, number left, number right)",
    family=_FAMILY,
    help="Which channels are shown.",
)
def set_channels(run: Run, display: ImageDisplay, left: float, right: float) -> None:
    display.properties["channels"] = (float(left), float(right))


@builtin(
    "void LinePlotImageDisplayGetDisplayedChannels(imagedisplay display, number &left, number &right)",
    family=_FAMILY,
    help="Which channels are shown.",
)
def get_channels(run: Run, display: ImageDisplay, left: Reference, right: Reference) -> None:
    shown = display.properties.get("channels", (0.0, float(display.image.length(0))))
    left.set(shown[0])
    right.set(shown[1])


def _declare_switch(name: str, default: float, what: str, verb: str = "Is") -> None:
    @builtin(f"void LinePlotImageDisplaySet{name}(imagedisplay display, number value)", family=_FAMILY, help=f"{what}.")
    def set_switch(run: Run, display: ImageDisplay, value: float) -> None:
        display.properties[name] = float(value)

    @builtin(f"number LinePlotImageDisplay{verb}{name}(imagedisplay display)", family=_FAMILY, help=f"{what}.")
    def get_switch(run: Run, display: ImageDisplay) -> float:
        return float(display.properties.get(name, default))


for _name, _default, _what, _verb in (
    ("LegendShown", 0.0, "Whether the lines are named", "Is"),
    ("GridOn", 1.0, "Whether a grid is drawn", "Is"),
    ("BackgroundOn", 1.0, "Whether the background is painted", "Is"),
    ("FrameOn", 1.0, "Whether a frame is drawn", "Is"),
    ("Filled", 0.0, "Whether the plot is filled", "Is"),
    ("FontSize", 9.0, "Size of the letters", "Get"),
    ("Slice", 0.0, "Which line lies at the bottom", "Get"),
    ("BaseIntensity", 0.0, "From where the plot is filled", "Get"),
):
    _declare_switch(_name, _default, _what, _verb)


@builtin(
    "number LinePlotImageDisplayGetCursorState(imagedisplay display, number &channel, number &slice, number &isOn)",
    family=_FAMILY,
    help="Where the cursor is; returns whether there is one.",
)
def get_cursor(run: Run, display: ImageDisplay, channel: Reference, line: Reference, is_on: Reference) -> float:
    # Nobody puts a cursor where there is no screen.
    for reference in (channel, line, is_on):
        reference.set(0.0)
    return 0.0


@builtin(
    "object LinePlotImageDisplayAddPeakLabel(imagedisplay display, number x, number y, string text)",
    family=_FAMILY,
    help="Write a text at a place of the plot; returns its id.",
)
def add_peak_label(run: Run, display: ImageDisplay, x: float, y: float, text: str) -> SliceID:
    made = SliceID()
    display.properties.setdefault("peaks", {})[made] = (x, y, text)
    return made


@builtin(
    "void LinePlotImageDisplayRemovePeakLabel(imagedisplay display, object id)",
    family=_FAMILY,
    help="Take such a text away.",
)
def remove_peak_label(run: Run, display: ImageDisplay, which: object) -> None:
    display.properties.get("peaks", {}).pop(which, None)
